"""One prediction with everything that its page shows: values, reasons, shares in percentage points, how sure, what would change it,
what it resembles. Computed once for each reading and release, whoever and however many look."""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import pandas as pd
import streamlit as st

from data.records import Prediction, State
from data.usecase import UseCase
from explainers.agreement import Agreement, agreement
from explainers.certainty import Certainty, nearest_coverage
from explainers.contract import Explanation
from explainers.counterfactual import Counterfactuals
from explainers.coverage import Sure
from explainers.novelty import Outside
from explainers.overall import by_group
from explainers.reasons import Reasons, reasons
from models import asking
from models.memory import Memory, PastCase, memory
from models.release import Release
from pages.parts import session
from pages.parts.bands import normal_band
from pages.parts.top_reason import described_values, raising, release_of
from pages.parts.wording import reason_sentence

FRESH_TRUTHS = 200
"""After how many new outcomes the past cases are gathered anew."""


@dataclass(frozen=True, slots=True, eq=False)
class Explained:
    """``points``: each group's share as a reader is told it (see :func:`told_factor`; ``scale`` says of what), or ``None`` when the release
    cannot be used."""

    prediction: Prediction
    values: dict[str, float | str]
    reasons: Reasons
    points: dict[str, float] | None
    release: Release | None
    changes: Counterfactuals | None = None
    scale: str = "probability"


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """What opening a prediction asks of its release beside the reasons. ``changes`` is ``None`` where nothing needs changing; ``unsure`` names
    the measures in which this explanation is worse than nearly all of the release's own."""

    certainty: Certainty | None
    outside: tuple[Outside, ...]
    changes: Counterfactuals | None
    alike: list[PastCase]
    quality: dict[str, float]
    unsure: tuple[str, ...]
    sure: Sure | None = None


def explained(use_case: UseCase, seen: Prediction) -> Explained:
    """The prediction ``seen`` with its reasons. They come from what the worker stored, so they are the board's too."""
    release = release_of(use_case, seen.release)
    values = described_values(use_case, seen)
    shares = {feature: seen.contributions.get(feature, 0.0) for feature in use_case.features}
    told = reasons(
        use_case,
        raising(use_case, shares, seen.predicted),
        values,
        lambda name: normal_band(use_case, release, seen.asset, name),
        seen.state,
    )
    if release is None:
        return Explained(seen, values, told, None, None)
    exact = in_points(use_case, seen, release)
    shares = dict(zip(exact.features, told_factor(exact) * exact.contributions, strict=True))
    points = {name: float(sum(shares[f] for f in group.features)) for name, group in use_case.groups.items()}
    return Explained(seen, values, told, points, release, scale=exact.scale)


def told_factor(exact: Explanation) -> float:
    """By what shares are multiplied for a reader: percentage points of a probability; the target's own unit; of a contrast in log-odds
    the part, in per cent, of all that speaks for it."""
    if exact.scale == "margin":
        speaks = exact.contributions[exact.contributions > 0].sum()
        return 100 / speaks if speaks > 0 else 0.0
    return 1.0 if exact.scale == "target" else 100.0


def in_points(use_case: UseCase, seen: Prediction, release: Release) -> Explanation:
    """The exact shares in probability, which add up to the risk on the screen."""
    return _in_points(str(session.settings().store_path), use_case.name, seen.id, release.number, seen, release)


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
    second = _second(str(session.settings().store_path), use_case.name, seen.id, release.number, seen, release)
    return second, agreement(in_points(use_case, seen, release).contributions, second.contributions)


@st.cache_data(show_spinner=False, max_entries=512)
def hour_before(_path: str, name: str, asset: str, reading: int, _seen: Prediction, _span: timedelta) -> pd.DataFrame:
    """The asset's readings of the time that ends with this one."""
    return session.store().readings.history(name, asset, _seen.time - _span, _seen.time)


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
    sure = _release.how_sure(_release.row(_seen.values), nearest_coverage(use_case.coverage))
    return Answers(asking.certainty(_release, _seen.score), beyond, changes, alike, measured, unsure, sure)


@st.cache_resource(show_spinner=False, max_entries=4)
def _memory(path: str, name: str, number: int, known: int, _release: Release) -> Memory:
    return memory(_release.use_case, _release, session.store())


@st.cache_resource(show_spinner=False, max_entries=2000)
def _in_points(path: str, name: str, reading: int, number: int, _seen: Prediction, _release: Release) -> Explanation:
    return _release.interventional().explain(_release.row(_seen.values))


@st.cache_resource(show_spinner=False, max_entries=2000)
def _second(path: str, name: str, reading: int, number: int, _seen: Prediction, _release: Release) -> Explanation:
    return _release.local_surrogate().explain(_release.row(_seen.values))


def state_of(use_case: UseCase, risk: float) -> State:
    """The state that one risk by itself would have, without delays."""
    advice = use_case.advice
    return State.LIKELY if risk >= advice.likely.enter else State.POSSIBLE if risk >= advice.possible.enter else State.NORMAL


def reasons_of(use_case: UseCase, seen: Prediction, release: Release) -> tuple[float, list[str]]:
    """What a release that did not make the prediction says of the same reading: its risk, and its reasons in words."""
    said = release.says(release.row(seen.values)[None, :])
    shares = dict(zip(use_case.features, said.contributions[0, :-1].astype(float).tolist(), strict=True))
    risk = float(said.risk[0])
    shares = raising(use_case, shares, None if said.predicted is None else float(said.predicted[0]))
    state = state_of(use_case, risk)
    values = described_values(use_case, seen)
    told = reasons(use_case, shares, values, lambda name: normal_band(use_case, release, seen.asset, name), state)
    return risk, [reason_sentence(use_case, reason) for reason in told.strongest]
