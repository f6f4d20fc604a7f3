"""The release that an empty home starts with: trained on the use case's own history, before the first reading."""

from collections.abc import Callable
from pathlib import Path

from data.store import Store
from data.usecase import UseCase


def ensure_first_release(home: Path, store: Store, use_case: UseCase, progress: Callable[[float, str], bool]) -> bool:
    """Train, register and release a first model when the use case has no champion. Returns whether it did.

    Args:
        progress: called with a fraction (0 to 1) and a message; its answer False stops the training.
    """
    if store.releases.champion(use_case.name):
        return False
    progress(0.0, "Training the first release")
    from models.registry import register
    from models.training import train
    from models.training_set import training_set

    trained = train(use_case, training_set(use_case, store), progress)
    record = register(home, store, use_case, trained, "first start", progress)
    store.releases.set_champion(use_case.name, record.number, "first start", "First release, trained on the history of the line")
    return True
