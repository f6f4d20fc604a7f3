"""The release that an empty home starts with: trained on the use case's own history, before the first reading; and how far that is."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np

from data.errors import PullcordError
from data.records import STEPS, Preparing
from data.store import Store
from data.usecase.use_case import UseCase
from models.training.progress import Stopped

log = logging.getLogger("pullcord.first_release")
BY = "first start"
"""Who released it: nobody had to."""
_WORK = (0.0, 0.05, 0.65, 0.72, 0.80, 0.85, 1.0)
_TIME = (0.0, 0.20, 0.30, 0.37, 0.72, 0.93, 1.0)
"""How much of its time has gone by when a training says that so much of its work is done: measured on the milling line, two cores."""
_BEGINS = (0.0, 0.05, 0.65, 0.85)
"""Where each of :data:`data.records.STEPS` begins, in what a training says of its work."""
SOONEST = 0.04
"""Share of the time that has to go by before the rest is reckoned from it."""


class FirstReleaseError(PullcordError, RuntimeError):
    """No first release could be made. The message says why, and what to mend where that is known."""


@dataclass(frozen=True, slots=True)
class HowFar:
    """``share`` of the time (0 to 1) that has gone by at a moment; ``left_s``: seconds that are left, ``None`` while that cannot be told."""

    share: float
    left_s: float | None


def ensure_first_release(home: Path, store: Store, use_case: UseCase, progress: Callable[[float, str], bool]) -> bool:
    """Train, register and release a first model when the use case has no champion. Returns whether it did: of two that
    train it at the same time the first one goes live, the other stays a challenger.

    Args:
        progress: called with a fraction (0 to 1) and a message; its answer False stops the training.

    Raises:
        FirstReleaseError: the history cannot be read or learned from, or there is no room for a release.
        Stopped: when ``progress`` says so.
    """
    if store.releases.champion(use_case.name):
        return False
    progress(0.0, "Training the first release")
    from models.lifecycle.registry import register
    from models.training.train import train
    from models.training.training_set import training_set

    try:
        trained = train(use_case, training_set(use_case, store), progress)
        record = register(home, store, use_case, trained, BY, progress)
        told = "First release, trained on the history of the line"
        now = store.releases.set_champion(use_case.name, record.number, BY, told, only_first=True)
    except Stopped:
        raise
    except Exception as error:  # whatever it is: the worker must live to say so, and to try again when it has been mended
        log.exception("the first release of %s could not be made", use_case.name)
        raise FirstReleaseError(error) from error
    return now.number == record.number


def preparing(fraction: float, begun: datetime, at: datetime, before: Preparing | None = None) -> Preparing:
    """What a worker tells of it when a training says that ``fraction`` of its work is done. A bar that was reckoned forward from what it told ``before``
    does not go back."""
    step = STEPS[int(np.searchsorted(_BEGINS, fraction, side="right")) - 1]
    shown = how_far(before, at).share if before is not None else 0.0
    return Preparing(step, max(float(np.interp(fraction, _WORK, _TIME)), shown), begun, at)


def how_far(told: Preparing, at: datetime) -> HowFar:
    """How far it is at ``at``, by the pace of this computer so far: between two messages the time goes on, up to where the next one is due."""
    took = (told.since - told.begun).total_seconds()
    if told.share < SOONEST or took <= 0:
        return HowFar(told.share, None)
    next_due = next((share for share in _TIME if share > told.share + 1e-9), 1.0)
    share = min(told.share + told.share * max((at - told.since).total_seconds(), 0) / took, 0.02 * told.share + 0.98 * next_due)
    return HowFar(share, took / told.share * (1 - share))
