"""Readings of the milling line whose cause is known, from a seed and days that no model was trained on; and a release to ask."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from data.readings.features import feature_matrix, signal_matrix
from data.store import Store, open_store
from data.usecase.file import load
from data.usecase.use_case import UseCase
from data.usecases.milling.history import training_history
from data.usecases.milling.rules import MODES, TYPES, rule_modes
from models.jobs.first_release import ensure_first_release
from models.lifecycle.registry import champion
from models.release.release import Release

SEED, FIRST_DAY = 77, 20_500
RULES = MODES[:3]
"""The modes that follow from what is measured. Tool wear fails at a random moment, and random failures are just that."""


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """Held-out readings: signals (n, signals) and model inputs, what the model says, and which rules each one breaks."""

    use_case: UseCase
    release: Release
    signals: np.ndarray
    x: np.ndarray
    score: np.ndarray
    contributions: np.ndarray  # (n, features + 1), log-odds
    modes: np.ndarray  # (n, 3) bool: RULES
    failed: np.ndarray  # (n,) bool

    def found(self, mode: int) -> np.ndarray:
        """Places of the true positives of one rule: failed so, and advised."""
        advised = self.score >= self.use_case.advice.possible.enter
        return np.flatnonzero(advised & self.failed & self.modes[:, mode])


def released(home: Path) -> tuple[UseCase, Store, Release]:
    """A store with a really trained first release in ``home``."""
    use_case, store = load("milling"), open_store(home / "pullcord.db")
    store.readings.prepare(use_case)
    ensure_first_release(home, store, use_case, lambda *_: True)
    return use_case, store, champion(home, store, use_case)


def truth(use_case: UseCase, release: Release, rows: int) -> Truth:
    """``rows`` products of the line with seed 77, years after the training history (seed 2020)."""
    table = training_history(use_case, rows=rows, seed=SEED, first_day=FIRST_DAY)
    signals = signal_matrix(use_case, table)
    x = feature_matrix(use_case, signals)
    score, contributions, _ = release.score_and_contributions(x)
    return Truth(use_case, release, signals, x, score, contributions, broken(signals), table["outcome"].to_numpy() > 0)


def broken(signals: np.ndarray) -> np.ndarray:
    """Which of the generator's own rules (n, signals) rows break: (n, 3) bool."""
    assert len(TYPES) == 3
    return rule_modes(signals[:, 0].astype(int), *signals[:, 1:].T)
