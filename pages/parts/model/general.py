"""What the Model page draws from: a stated sample of what releases explained as they predicted, cut to a part of the plant."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import streamlit as st

from data.readings.features import feature_matrix, signal_matrix
from data.usecase.use_case import UseCase
from explainers.overall.overall import Importance, by_group, importance
from explainers.overall.sampling import stretches
from pages.parts.reasons.top_reason import release_of
from pages.parts.remembered.kept import worked_out
from pages.parts.shell import session

if TYPE_CHECKING:
    from models.release.release import Release

SAMPLES = (2_000, 10_000, 50_000)
"""The first is there in a moment; the others refine it."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of what was predicted: of one area, asset, category (signal, value) or only what was advised (or not)."""

    area: str | None = None
    asset: str | None = None
    kind: tuple[str, str] | None = None
    advised: bool | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Readings as one release explains them: ``table`` (id, asset, time, signals), model inputs, shares, risks.

    ``total``: of how many it is a draw. ``own``: whether the release itself predicted them live (else they were computed here).
    """

    table: pd.DataFrame
    x: np.ndarray  # (n, features)
    shares: np.ndarray  # (n, features), log-odds
    score: np.ndarray  # (n,)
    total: int
    own: bool

    @property
    def stamp(self) -> tuple[int, int]:
        """How many readings and the newest of them: what is computed from a sample is kept under it."""
        return len(self.table), int(self.table["id"].max()) if len(self.table) else 0

    @property
    def clusters(self) -> np.ndarray:
        """(n,) codes of rows that are near copies of each other."""
        return stretches(self.table["asset"], self.table["time"])


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """One release with the readings that it is looked at by. ``release`` is ``None`` where it cannot be loaded."""

    number: int
    release: Release | None
    sample: Sample


def views(use_case: UseCase, numbers: list[int], rows: int, chosen: Part) -> list[View]:
    """The releases side by side, on the same readings: those that the first one predicted, or else the newest champion's.

    Fetched anew at most once a minute: a picture, not a ticker.
    """
    minute, path = int(session.now().timestamp() // 60), str(session.settings().store_path)
    first = _sample(path, use_case.name, numbers[0], rows, minute, use_case)
    if not len(first.table):
        champion = session.store().releases.champion(use_case.name)
        if champion and champion.number != numbers[0]:
            first = replace(_sample(path, use_case.name, champion.number, rows, minute, use_case), own=False)
    found = []
    for number in numbers:
        release = release_of(use_case, number)
        seen = first
        if number != numbers[0] or not first.own:
            if release is None:
                continue
            seen = _asked(path, use_case.name, number, rows, minute, numbers[0], first, release)
        found.append(View(number, release, part(use_case, seen, chosen)))
    return found


def part(use_case: UseCase, whole: Sample, chosen: Part) -> Sample:
    """The readings of one part."""
    rows = np.ones(len(whole.table), bool)
    if chosen.area:
        rows &= whole.table["asset"].isin(use_case.areas.get(chosen.area, ())).to_numpy()
    if chosen.asset:
        rows &= (whole.table["asset"] == chosen.asset).to_numpy()
    if chosen.kind:
        rows &= (whole.table[chosen.kind[0]] == chosen.kind[1]).to_numpy()
    if chosen.advised is not None:
        rows &= (whole.score >= use_case.advice.possible.enter) == chosen.advised
    return Sample(whole.table[rows], whole.x[rows], whole.shares[rows], whole.score[rows], whole.total, whole.own)


def ranked(use_case: UseCase, shown: Sample, groups: bool) -> Importance:
    """Importance with its interval, of groups or of features."""
    columns, names = by_group(use_case, shown.shares) if groups else (shown.shares, use_case.features)
    return importance(columns, names, shown.clusters)


def profiled(release: Release, groups: bool) -> Importance:
    """The importance that a release carries from the time it was made: on readings that were held out of its training."""
    told = release.profile["groups" if groups else "features"]
    names = tuple(sorted(told, key=lambda name: -told[name]["mean"]))
    mean, low, high = (np.array([told[name][figure] for name in names]) for figure in ("mean", "low", "high"))
    return Importance(names, mean, low, high, release.profile["rows"])


@worked_out
@st.cache_resource(show_spinner=False, max_entries=6)
def _sample(path: str, name: str, release: int, rows: int, minute: int, _use_case: UseCase) -> Sample:
    table, contributions, score, total = session.store().readings.contributions_drawn(name, release, rows)
    x = feature_matrix(_use_case, signal_matrix(_use_case, table)) if len(table) else np.empty((0, len(_use_case.features)))
    return Sample(table, x, contributions[:, :-1].astype(float), score, total, True)


@worked_out
@st.cache_resource(show_spinner=False, max_entries=6)
def _asked(path: str, name: str, release: int, rows: int, minute: int, of: int, _seen: Sample, _release: Release) -> Sample:
    """The same readings as another release explains them: computed here."""
    if not len(_seen.table):
        return replace(_seen, own=False)
    score, contributions, _ = _release.score_and_contributions(_seen.x)
    return replace(_seen, shares=contributions[:, :-1].astype(float), score=score, own=False)
