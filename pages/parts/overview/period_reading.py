"""What is told of a period, gathered once for whoever looks; at most ten seconds old."""

from pathlib import Path

import numpy as np
import pandas as pd
import streamlit as st

from data.readings.moments import microseconds
from data.usecase.use_case import UseCase
from models.documents.period import Period, Told, told
from pages.figures.value import Mark
from pages.parts.remembered.kept import worked_out
from pages.parts.shell import session
from pages.parts.words.language import t


def read_period(use_case: UseCase, period: Period) -> Told:
    """All of it."""
    return _told(session.settings().store_path, use_case.name, period, use_case)


def places(found: Told, moments: pd.Series) -> np.ndarray:
    """(n,) where moments of the people's clock lie on an axis that counts the parts of the period; NaN stays."""
    edges = [*found.parts["start"], found.period.end]
    at = np.full(len(moments), np.nan)
    known = moments.notna().to_numpy()
    if known.any():
        at[known] = np.interp(
            microseconds(moments[known] - found.period.behind).astype(float), microseconds(pd.Series(edges)).astype(float), np.arange(len(edges))
        )  # fmt: skip
    return at


def release_marks(found: Told) -> list[Mark]:
    """The releases of the period on that axis."""
    if not found.changes:
        return []
    at = places(found, pd.Series([change.since for change in found.changes]))
    return [Mark(float(x), t("release {number}", number=change.number)) for x, change in zip(at, found.changes, strict=True)]


@worked_out
@st.cache_resource(show_spinner=False, max_entries=20, ttl=10)
def _told(path: Path, name: str, period: Period, _use_case: UseCase) -> Told:
    return told(_use_case, session.store(), period)
