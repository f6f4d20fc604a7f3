"""Keeps for all sessions what the first of them has worked out, for as long as it may be asked for again: a second, a version of the record.

``st.cache_resource`` is for what is asked for under few keys: it keeps a lock for each key there ever was, which under keys that change every second
is megabytes in a day, and works out the signature of the function at each call.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

P, R = ParamSpec("P"), TypeVar("R")


def kept(entries: int) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """A decorator: the newest ``entries`` results are kept, by the function's positional arguments, which have to be hashable. What is given by
    name is handed over and not compared. One session works a result out, the others wait for it; an error is not kept.
    ``function.clear()`` forgets all of them, ``function.hold(result, *arguments)`` keeps one that was found otherwise,
    ``function.holds(*arguments)`` says whether there is one."""

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        held: OrderedDict[tuple, R] = OrderedDict()
        lock = threading.RLock()

        @wraps(function)
        def asked(*key, **given) -> R:
            with lock:
                if key in held:
                    held.move_to_end(key)
                    return held[key]
                found = held[key] = function(*key, **given)
                while len(held) > entries:
                    held.popitem(last=False)
                return found

        def clear() -> None:
            with lock:
                held.clear()

        def hold(result: R, *key) -> None:
            with lock:
                held.setdefault(key, result)
                while len(held) > entries:
                    held.popitem(last=False)

        def holds(*key) -> bool:
            with lock:
                return key in held

        asked.clear, asked.hold, asked.holds = clear, hold, holds
        return asked

    return decorate
