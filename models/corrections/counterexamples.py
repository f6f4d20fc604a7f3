"""Counter-examples (CAIPI; Teso & Kersting 2019, doi 10.1145/3306618.3314293): copies of a doubted case with what should not matter drawn anew.

A model that leaned on it finds the same outcome beside any value of it, and learns to do without.
"""

import re

import numpy as np
import pandas as pd

from data.readings.features import coded
from data.store import Store
from data.usecase.use_case import UseCase
from models.corrections.corrections import CORRECTION_WEIGHT

COPIES = 40


def counterexamples(use_case: UseCase, store: Store, drawn_from: np.ndarray, seed: int) -> pd.DataFrame:
    """Copies of every doubted reading: asset, time, signals, outcome, cause, id, weight.

    Args:
        drawn_from: (n, signals) readings from whose values the doubted signals are drawn, each signal by itself.
    """
    outcomes = {one.reading: (one.outcome, one.cause) for one in store.feedback.corrections(use_case.name)}
    rng, names, parts = np.random.default_rng(seed), list(use_case.recorded), []
    for doubt in store.feedback.doubts(use_case.name):  # decided by people one by one: few
        seen = store.readings.prediction(use_case.name, doubt.reading)
        outcome, cause = outcomes.get(doubt.reading, (float(seen.score >= use_case.advice.possible.enter), None))
        copies = np.repeat(coded(use_case, seen.values)[None, :], COPIES, axis=0)
        for signal in behind(use_case, doubt.groups):
            at = names.index(signal)
            copies[:, at] = drawn_from[rng.integers(0, len(drawn_from), COPIES), at]
        columns = {
            name: np.asarray(signal.categories, dtype=object)[copies[:, at].astype(int)] if signal.categories else copies[:, at]
            for at, (name, signal) in enumerate(use_case.recorded.items())
        }
        parts.append(
            pd.DataFrame(columns).assign(
                asset=seen.asset, time=seen.time, outcome=outcome, cause=cause, id=seen.id, weight=CORRECTION_WEIGHT / COPIES
            )
        )
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def behind(use_case: UseCase, groups: tuple[str, ...]) -> tuple[str, ...]:
    """The signals behind groups of reasons: their own, and those that their derived features are computed from."""
    found = []
    for group in groups:
        for feature in use_case.groups[group].features if group in use_case.groups else ():
            if feature in use_case.signals:
                found.append(feature)
            else:
                words = re.findall(r"[A-Za-z_]\w*", use_case.derived[feature].expression)
                found += [word for word in words if word in use_case.signals]
    return tuple(dict.fromkeys(found))
