"""How every command of the house ends: with its exit code, and trouble told in a sentence on standard error, never by a traceback.

Ctrl-C is told from the first moment on, also while the libraries are still being loaded: the packages of the house import this file first.
"""

import errno
import os
import sys
from collections.abc import Callable
from functools import wraps
from types import TracebackType
from typing import ParamSpec

from data.errors import PullcordError

FAILED, STOPPED = 1, 130
P = ParamSpec("P")


def command(run: Callable[P, int]) -> Callable[P, int]:
    """For the ``main`` of a command: what a person must mend is told, and the exit code says that it was not done.

    A PullcordError says by itself what to do; the system's own errors (a folder instead of a file, no right to write, a full disk) are told
    with the file that they are about. Any other exception is a fault of the program and stays one.
    """

    @wraps(run)
    def told(*given: P.args, **named: P.kwargs) -> int:
        try:
            code = run(*given, **named)
            sys.stdout.flush()
            return code
        except PullcordError as trouble:
            return _end(str(trouble) or type(trouble).__name__)
        except BrokenPipeError:  # whoever read the output has closed it, e.g. `| head`
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            return FAILED
        except OSError as error:
            return _end(_of_the_system(error))
        except MemoryError:
            return _end("There is not enough memory for this: close other programs, or give it a smaller file.")
        except KeyboardInterrupt:
            return _end(_STOPPED, STOPPED)

    return told


_STOPPED = "Stopped by Ctrl-C; nothing that was written whole is lost."


def _end(sentence: str, code: int = FAILED) -> int:
    print(sentence, file=sys.stderr)
    return code


def _of_the_system(error: OSError) -> str:
    where = error.filename if isinstance(error.filename, str | os.PathLike) else None
    what = (error.strerror or str(error) or type(error).__name__).rstrip(".")
    if error.errno == errno.ENOSPC:
        return f"The disk{f' of {where}' if where else ''} is full. Make room and run the same command again."
    if where is None:
        return f"The system refused: {what}."
    ways: dict[int | None, str] = {
        errno.ENOENT: "Is the name right?",
        errno.EISDIR: "It is a folder: name a file.",
        errno.ENOTDIR: "A part of it is a file: name another folder.",
        errno.EACCES: "Give this user the right to it, or name another place.",
        errno.EROFS: "Name a place that can be written.",
    }
    return f"{where}: {what}. {ways.get(error.errno, 'Name another place.')}"


def _interrupted(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None, before: Callable[..., object] = sys.excepthook
) -> None:
    if issubclass(kind, KeyboardInterrupt):
        print(_STOPPED, file=sys.stderr)
    else:
        before(kind, error, trace)


sys.excepthook = _interrupted
