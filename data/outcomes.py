"""Which outcomes a task has: the classes that its use case names, or any finite number; and what to write where something is none of them."""

import numpy as np
from numpy.typing import ArrayLike

from data.sentence import Sentence
from data.usecase.use_case import UseCase


def known_outcomes(use_case: UseCase, outcome: ArrayLike) -> np.ndarray:
    """(n,) bool: which of these the task has."""
    outcome = np.asarray(outcome, float)
    return np.isfinite(outcome) if use_case.task == "regression" else np.isin(outcome, list(use_case.target.outcomes))


def classes(use_case: UseCase) -> str:
    """The classes that there are, each with its word."""
    return ", ".join(f"{code} ({word})" for code, word in use_case.target.outcomes.items())


def instead(use_case: UseCase) -> Sentence:
    """What to write in place of an outcome that the task does not have, for a row of a table."""
    return (
        Sentence("a finite number") if use_case.task == "regression" else Sentence("one of {classes}", classes=classes(use_case))
    )
