"""Keeps for all sessions what the first of them has worked out, for as long as it may be asked for again: a second, a version of the record.

``st.cache_resource`` is for what is asked for under few keys: it keeps a lock for each key there ever was, which under keys that change every second
is megabytes in a day, and works out the signature of the function at each call.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import update_wrapper
from typing import Generic, ParamSpec, Protocol, TypeVar
from weakref import WeakSet

import streamlit as st

P = ParamSpec("P")
R = TypeVar("R")


class Clears(Protocol):
    """A cache."""

    def clear(self) -> None:
        """Forget all that is kept."""
        ...


C = TypeVar("C", bound=Clears)
_WORKED_OUT: WeakSet[Clears] = WeakSet()
"""Every cache of what was worked out from the record, as it was made."""


def worked_out(cache: C) -> C:
    """A decorator over Streamlit's: what this cache keeps was worked out from the record, and is forgotten with all else that was. A :func:`kept` one
    is known by itself; one without it holds what was opened (the store, the settings), or belongs to a table that somebody has chosen."""
    _WORKED_OUT.add(cache)
    return cache


def forget_worked_out() -> None:
    """Forget what was worked out from the record: another one has its numbers. The store stays open."""
    for cache in tuple(_WORKED_OUT):
        cache.clear()
    st.cache_data.clear()


def forget_all() -> None:
    """Forget everything that is kept for all sessions, the store and the settings too: they are opened anew when they are asked for next."""
    forget_worked_out()
    st.cache_resource.clear()


class Kept(Generic[P, R]):
    """A function whose newest results are kept: see :func:`kept`."""

    def __init__(self, function: Callable[P, R], entries: int) -> None:
        self._function, self._entries = function, entries
        self._held: OrderedDict[tuple[Hashable, ...], R] = OrderedDict()
        self._lock = threading.RLock()
        update_wrapper(self, function)
        worked_out(self)

    def __call__(self, *key: P.args, **given: P.kwargs) -> R:
        """The result under these arguments: worked out now, or kept."""
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
                return self._held[key]
            found = self._held[key] = self._function(*key, **given)
            self._leave_newest()
            return found

    def clear(self) -> None:
        """Forget all of them."""
        with self._lock:
            self._held.clear()

    def hold(self, result: R, *key: Hashable) -> None:
        """Keep a result that was found otherwise, unless there is one under these arguments."""
        with self._lock:
            self._held.setdefault(key, result)
            self._leave_newest()

    def holds(self, *key: Hashable) -> bool:
        """Whether a result is kept under these arguments."""
        with self._lock:
            return key in self._held

    def _leave_newest(self) -> None:
        while len(self._held) > self._entries:
            self._held.popitem(last=False)


def kept(entries: int) -> Callable[[Callable[P, R]], Kept[P, R]]:
    """A decorator: the newest ``entries`` results are kept, by the function's positional arguments, which have to be hashable. What is given by
    name is handed over and not compared. One session works a result out, the others wait for it; an error is not kept."""

    def decorate(function: Callable[P, R]) -> Kept[P, R]:
        return Kept(function, entries)

    return decorate
