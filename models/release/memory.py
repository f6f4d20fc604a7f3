"""The past cases that a release compares with: what it learned from, and what inspection and reviewers have found since."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple, cast

import numpy as np
import pandas as pd

from data.readings.features import feature_matrix, readings_table, signal_matrix
from data.records import Prediction
from data.store import Store
from data.usecase.use_case import UseCase
from explainers.local.neighbours import Past, nearest, reach, remembered
from explainers.overall.overall import by_group
from models.corrections.bad_stretches import waiting
from models.dataset.history import blocks
from models.release.release import Release
from models.training.train import Trained

MOST_KEPT = 2000
MOST_LIVE = 2000
SAME_CASE = timedelta(minutes=15)
"""Readings of one asset so near in time are one and the same case."""
COLUMNS = ("asset", "time", "outcome", "cause", "reading")


@dataclass(frozen=True, slots=True)
class PastCase:
    """A case whose outcome is known. ``reading``: its id where it can be opened, else ``None`` (it is from the training history).
    ``found_by``: ``inspection``, ``review`` or ``history``."""

    asset: str
    time: datetime
    outcome: float
    cause: str | None
    score: float
    reading: int | None
    found_by: str


class _Kept(NamedTuple):
    """What is read of a row of a memory's table."""

    asset: str
    time: pd.Timestamp
    outcome: float
    cause: object
    reading: int
    found_by: str
    score: float


@dataclass(frozen=True, slots=True, eq=False)
class Memory:
    """Cases in one table (asset, time, outcome, cause, reading, found_by, score), and what they are compared by. ``within``: how far a case may be to be
    called alike."""

    table: pd.DataFrame
    past: Past
    within: float = np.inf

    def earlier(self, seen: Prediction) -> np.ndarray:
        """(n,) bool: which cases were before ``seen`` and are not itself."""
        stamp = pd.Timestamp(seen.time)
        itself = (self.table["asset"] == seen.asset).to_numpy() & (
            np.abs((self.table["time"] - stamp).dt.total_seconds().to_numpy()) < SAME_CASE.total_seconds()
        )
        return (self.table["time"] < stamp).to_numpy() & ~itself

    def alike(self, seen: Prediction, reasons: np.ndarray, row: np.ndarray, most: int = 20) -> list[PastCase]:
        """The most similar cases that were before ``seen`` and are not itself, nearest first; none where nothing is like it.

        Args:
            reasons: (groups,) its contributions by group, in log-odds; ``row``: (features,) its model inputs.
        """
        if not len(self.table):
            return []
        found = self.table.iloc[nearest(self.past, reasons, row, most, self.earlier(seen), self.within)]
        return [
            PastCase(
                one.asset, one.time.to_pydatetime(), one.outcome, one.cause if isinstance(one.cause, str) else None, one.score,
                int(one.reading) or None, one.found_by,
            )
            for one in cast("Iterable[_Kept]", found.itertuples())
        ]  # fmt: skip


def kept_cases(trained: Trained, risk: np.ndarray) -> pd.DataFrame:
    """What a release takes along of its training data: failures, the quiet cases that look most like one, and some others.

    Args:
        risk: (n,) of every row of the training set.
    """
    table, rng = trained.training_set.table, np.random.default_rng(trained.seed)
    real = (table["origin"] != "counterexample").to_numpy()
    failed = np.flatnonzero(trained.training_set.failed & real)
    quiet = np.flatnonzero(~trained.training_set.failed & real)
    share = MOST_KEPT // 4
    looks = quiet[np.argsort(-risk[quiet], kind="stable")][:share]
    chosen = [rng.permutation(failed)[: 2 * share], looks, rng.permutation(np.setdiff1d(quiet, looks))[:share]]
    rows = np.sort(np.concatenate(chosen))
    found = table.iloc[rows][[*COLUMNS, "origin", *trained.use_case.recorded]]
    words = {"history": "history", "truth": "inspection", "correction": "review"}
    unit = rows if trained.training_set.unit is None else trained.training_set.unit[rows]
    return found.assign(found_by=found["origin"].map(words), unit=unit).drop(columns="origin")


def memory(use_case: UseCase, release: Release, store: Store) -> Memory:
    """Every case that a release may compare with now: those it brought along and what became known in the store since."""
    columns = [*COLUMNS, "found_by", *use_case.recorded]
    live = (
        store.readings.newest_labelled(use_case.name, MOST_LIVE, waiting(use_case, store))
        .rename(columns={"id": "reading"})
        .assign(found_by="inspection")
    )
    brought = release.cases[[*columns, *(["unit"] if "unit" in release.cases else [])]]
    parts = [_reviewed(use_case, store), live[columns], brought]
    table = pd.concat([part for part in parts if len(part)], ignore_index=True) if any(map(len, parts)) else live[columns]
    table = table[(table["reading"] == 0) | ~table.duplicated("reading")].reset_index(drop=True)
    table["time"] = pd.to_datetime(table["time"], utc=True)
    table = _affordable(use_case, table, release.at_once)
    if table.empty:
        nothing = remembered(np.empty((0, len(use_case.groups))), np.empty((0, len(use_case.features))))
        return Memory(table.assign(score=0.0), nothing)
    x = feature_matrix(use_case, signal_matrix(use_case, table))
    said = release.says(x)
    reasons, _ = by_group(use_case, said.contributions[:, :-1])
    past = remembered(reasons, x)
    return Memory(table.assign(score=said.risk), past, reach(past, _units(use_case, table)))


def _units(use_case: UseCase, table: pd.DataFrame) -> np.ndarray:
    """(n,) what each case is of that is independent of the others: as the release was taught, else an asset and an hour."""
    found = blocks(use_case, table[["asset", "time"]].assign(origin="truth")).to_numpy(object)
    if "unit" in table:
        known = table["unit"].notna().to_numpy()
        found[known] = table["unit"][known].astype(int).astype(str)
    return found


def _affordable(use_case: UseCase, table: pd.DataFrame, a_second: int | None) -> pd.DataFrame:
    """Of a model that explains only so many rows in a second as many cases as take two: half of them bad ones, evenly drawn."""
    if a_second is None or len(table) <= 2 * a_second:
        return table
    bad = use_case.failed(table["outcome"].to_numpy(float))
    halves = (np.flatnonzero(bad), np.flatnonzero(~bad))
    kept = [half[np.unique(np.linspace(0, len(half) - 1, min(len(half), a_second)).round().astype(int))] for half in halves]
    return table.iloc[np.sort(np.concatenate(kept))].reset_index(drop=True)


def _reviewed(use_case: UseCase, store: Store) -> pd.DataFrame:
    corrections = store.feedback.corrections(use_case.name)
    seen = (store.readings.prediction(use_case.name, one.reading) for one in corrections)  # decided by people one by one: few
    return readings_table(seen).rename(columns={"id": "reading"}).assign(
        outcome=[one.outcome for one in corrections], cause=pd.Series([one.cause for one in corrections]), found_by="review"
    )  # fmt: skip
