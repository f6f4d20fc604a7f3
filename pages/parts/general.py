"""The stored contributions of a release, once for each version of the record: what the Model page draws from."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from data.features import feature_matrix
from data.usecase import UseCase
from explainers.overall import Importance, by_group, importance
from models.release import Release
from pages.parts import session

SAMPLES = (2_000, 10_000, 50_000)


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Readings that a release explained as it predicted them: ``table`` (id, asset, time, signals), model inputs, shares."""

    table: pd.DataFrame
    x: np.ndarray  # (n, features)
    shares: np.ndarray  # (n, features), log-odds


def sample(use_case: UseCase, release: int, rows: int) -> Sample:
    """The newest ``rows`` readings that ``release`` predicted. Fetched anew at most once a minute: a picture, not a ticker."""
    minute = int(session.now().timestamp() // 60)
    return _sample(str(session.settings().store_path), use_case.name, release, rows, minute, use_case)


def part(use_case: UseCase, whole: Sample, area: str | None, kind: tuple[str, str] | None) -> Sample:
    """The readings of one area and of one category (signal, value), where given."""
    rows = np.ones(len(whole.table), bool)
    if area:
        rows &= whole.table["asset"].map(use_case.area_of).to_numpy() == area
    if kind:
        rows &= whole.table[kind[0]].to_numpy() == kind[1]
    return Sample(whole.table[rows], whole.x[rows], whole.shares[rows])


def ranked(use_case: UseCase, shown: Sample, groups: bool) -> Importance:
    """Importance with its interval, of groups or of features."""
    columns, names = by_group(use_case, shown.shares) if groups else (shown.shares, use_case.features)
    return importance(columns, names)


def profiled(release: Release, groups: bool) -> Importance:
    """The importance that a release carries from the time it was made: on readings that were held out of its training."""
    told = release.profile["groups" if groups else "features"]
    names = tuple(sorted(told, key=lambda name: -told[name]["mean"]))
    columns = (np.array([told[name][figure] for name in names]) for figure in ("mean", "low", "high"))
    return Importance(names, *columns, release.profile["rows"])


@st.cache_resource(show_spinner=False, max_entries=6)
def _sample(path: str, name: str, release: int, rows: int, minute: int, _use_case: UseCase) -> Sample:
    table, contributions, _ = session.store().readings.contributions(name, release, rows)
    signals = [
        pd.Index(s.categories).get_indexer(table[n]).astype(float) if s.categories else table[n].to_numpy(float)
        for n, s in _use_case.signals.items()
    ]
    x = feature_matrix(_use_case, np.stack(signals, axis=1)) if len(table) else np.empty((0, len(_use_case.features)))
    return Sample(table, x, contributions[:, :-1].astype(float))
