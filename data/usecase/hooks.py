"""What a built-in use case brings along beside its ``usecase.yaml``: modules of its own folder, found by their name.

``source.py``: ``open_line(use_case, store, settings, readings, staged)`` opens its live source (:mod:`data.sources`). ``history.py``:
``training_history(use_case, rows)``, ``replay_table(use_case)``, ``place(time)``, each of them or none.
"""

import importlib
import importlib.util
from types import ModuleType

from data.errors import PullcordError


class HookError(PullcordError):
    """A module of a use case is there and cannot be imported; the message names the file and what is wrong."""


def hook(use_case: str, name: str) -> ModuleType | None:
    """The module ``name`` of a use case's folder, or ``None`` where it has none.

    Raises:
        HookError: it is there and cannot be imported.
    """
    package = f"data.usecases.{use_case}"
    if (
        not use_case.isidentifier()
        or importlib.util.find_spec(package) is None
        or importlib.util.find_spec(f"{package}.{name}") is None
    ):
        return None
    try:
        return importlib.import_module(f"{package}.{name}")
    except ImportError as error:
        raise HookError(
            "data/usecases/{use_case}/{name}.py cannot be imported: {error}. Mend the file, or install what it needs.",
            use_case=use_case,
            name=name,
            error=error,
        ) from error
