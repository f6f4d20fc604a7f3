"""One prediction with everything that its page shows: values, what is told of it, how sure, what would change it, what it resembles.
Computed once for each reading and release, whoever and however many look."""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import pandas as pd
import streamlit as st

from data.records import Prediction, State
from data.usecase.use_case import UseCase
from explainers.certainty.certainty import Certainty, nearest_coverage
from explainers.certainty.coverage import Sure
from explainers.certainty.novelty import Outside
from explainers.local.agreement import Agreement, agreement
from explainers.local.counterfactual import Counterfactuals
from explainers.local.reasons import Told
from explainers.overall.overall import by_group
from explainers.shapley.contract import CannotExplain, Explanation
from models.release import asking
from models.release.lately import lately
from models.release.memory import Memory, PastCase, memory
from models.release.release import Release
from models.release.told import as_said_by, described_values
from pages.parts.reasons.telling import explanation, told_now, told_of
from pages.parts.reasons.top_reason import release_of
from pages.parts.remembered.kept import worked_out
from pages.parts.shell import session

FRESH_TRUTHS = 200
"""After how many new outcomes the past cases are gathered anew."""


@dataclass(frozen=True, slots=True, eq=False)
class Explained:
    """``reasons``: the one record of what is told; ``release`` is ``None`` where it cannot be used."""

    prediction: Prediction
    values: dict[str, float | str]
    reasons: Told
    release: Release | None
    changes: Counterfactuals | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """What opening a prediction asks of its release beside the reasons. ``changes`` is ``None`` where nothing needs changing; ``unsure`` names
    the measures in which this explanation is worse than nearly all of the release's own; ``earlier``: of how many cases of before those are ``alike``."""

    certainty: Certainty | None
    outside: tuple[Outside, ...]
    changes: Counterfactuals | None
    alike: list[PastCase]
    quality: dict[str, float]
    unsure: tuple[str, ...]
    sure: Sure | None = None
    earlier: int = 0


def explained(use_case: UseCase, seen: Prediction) -> Explained:
    """The prediction ``seen`` with what is told of it: the board's reason is its first line."""
    release = release_of(use_case, seen.release)
    told = told_of(use_case, seen, release)
    return Explained(seen, described_values(use_case, seen), told, release)


def in_points(use_case: UseCase, seen: Prediction, release: Release) -> Explanation | None:
    """The shares on the scale that a reader knows, by groups; ``None``: the release cannot explain this reading."""
    return explanation(use_case, seen, release)


def answers(use_case: UseCase, seen: Prediction, release: Release) -> Answers:
    """How sure, what is new, what would change it, and the past cases that it resembles."""
    store, path = session.store(), str(session.settings().store_path)
    known = store.readings.counts(use_case.name)["truths"] // FRESH_TRUTHS
    return _answers(path, use_case.name, seen.id, release.number, known, seen, release)


def second_opinion(use_case: UseCase, seen: Prediction, release: Release) -> tuple[Explanation, Agreement]:
    """The second method's shares with their spread, and how far its three strongest agree with the first one's.

    Raises:
        CannotExplain: with the reason.
    """
    exact = in_points(use_case, seen, release)
    if exact is None:
        raise CannotExplain("The first method cannot explain it either.")
    second = _second(str(session.settings().store_path), use_case.name, seen.id, release.number, seen, release)
    return second, agreement(exact.contributions, second.contributions)


@st.cache_data(show_spinner=False, max_entries=512)
def hour_before(_path: str, name: str, asset: str, reading: int, _seen: Prediction, _span: timedelta) -> pd.DataFrame:
    """The asset's readings of the time that ends with this one."""
    return session.store().readings.history(name, asset, _seen.time - _span, _seen.time)


@worked_out
@st.cache_resource(show_spinner=False, max_entries=2000)
def _answers(path: str, name: str, reading: int, number: int, known: int, _seen: Prediction, _release: Release) -> Answers:
    use_case = _release.use_case
    shares = np.array([[_seen.contributions.get(f, 0.0) for f in use_case.features]])
    groups, _ = by_group(use_case, shares)
    past = _memory(path, name, number, known, _release)
    alike = past.alike(_seen, groups[0], _release.row(_seen.values))
    advised = State(_seen.state) is not State.NORMAL or _seen.score >= use_case.advice.possible.enter
    changes = asking.what_would_change(_release, _seen.values) if advised and not _seen.is_new else None
    beyond = asking.outside(_release, _seen.values) if _seen.is_new else ()
    measured, unsure = asking.trusted(_release, _seen.values, advised)
    sure = how_sure(use_case, _seen, _release, nearest_coverage(use_case.coverage))
    earlier = int(past.earlier(_seen).sum())
    return Answers(asking.certainty(_release, _seen), beyond, changes, alike, measured, unsure, sure, earlier)


def how_sure(use_case: UseCase, seen: Prediction, release: Release, coverage: float) -> Sure | None:
    """The interval of a value, as the truth that had come in by then has made it, or the classes that cannot be ruled out; ``None`` for a binary task."""
    found = lately(use_case, session.store(), release, seen.time, coverage)
    return release.how_sure(release.row(seen.values), coverage, seen.id, found)


@worked_out
@st.cache_resource(show_spinner=False, max_entries=4)
def _memory(path: str, name: str, number: int, known: int, _release: Release) -> Memory:
    return memory(_release.use_case, _release, session.store())


@worked_out
@st.cache_resource(show_spinner=False, max_entries=2000)
def _second(path: str, name: str, reading: int, number: int, _seen: Prediction, _release: Release) -> Explanation:
    return _release.local_surrogate().explain(_release.row(_seen.values))


def said_by(use_case: UseCase, seen: Prediction, release: Release) -> tuple[Prediction, Told]:
    """What a release that did not make the prediction says of the same reading, and what is told of that."""
    found = as_said_by(use_case, release, seen)
    return found, told_now(use_case, found, release)
