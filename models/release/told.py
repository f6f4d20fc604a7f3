"""What is told of a prediction: the one record that every screen takes its reasons from, and where its numbers come from.

Board, prediction, case, handover of a flag and the expert view all ask here, so that they cannot differ. Which shares are told is decided in
:func:`shares_of` alone: percentage points of the risk for a binary task, a regression's own unit, parts of what speaks for or against a class. They are
the exact shares of the groups that are read (:mod:`explainers.shapley.group_shares`, :mod:`explainers.shapley.leaf_patterns`), counted once and recorded.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import cast

import numpy as np

from data.readings.features import coded, feature_matrix
from data.records import Prediction, Reasons, State
from data.usecase.use_case import UseCase
from explainers.local.reasons import Band, Shares, Told, told
from explainers.shapley.contract import CannotExplain, Explanation, Scale
from models.release.release import Release

Bands = Callable[[str], Band]
MOST_PLACES = 15


def reasons_told(use_case: UseCase, seen: Prediction, exact: Explanation | None, band: Bands) -> Told:
    """The record of a prediction.

    Args:
        exact: how its release explains it by groups (:func:`explained_by`), or what was recorded of that (:func:`as_explained`); ``None``: nothing
            was, and it cannot be asked. Of advice no reason is told then; of other readings the sign and order of the worker's contributions.
        band: the normal band of a signal or derived feature on its asset.
    """
    return told(use_case, shares_of(use_case, seen, exact), described_values(use_case, seen), band, State(seen.state))


def explained_by(release: Release | None, seen: Prediction) -> Explanation | None:
    """A prediction on the scale that a reader knows, or ``None`` where the release is gone or cannot explain this reading."""
    if release is None:
        return None
    try:
        return by_code(release.use_case, release.interventional().explain(release.row(seen.values)))
    except CannotExplain:
        return None


def by_code(use_case: UseCase, found: Explanation) -> Explanation:
    """An explanation with its classes by their codes, as ``use_case`` (its release's own) names them: what is kept depends on no language."""
    if found.of is None:
        return found
    codes = {name: str(code) for code, name in use_case.target.outcomes.items()}
    return replace(found, of=codes.get(found.of, found.of), against=found.against and codes.get(found.against, found.against))


def class_of(use_case: UseCase, told: str | None) -> int | None:
    """The code of a class as an explanation gives it: by its code, or by the name that a use case has for it."""
    outcomes = use_case.target.outcomes
    if told is not None and told.isdecimal() and int(told) in outcomes:
        return int(told)
    return next((code for code, own in outcomes.items() if own == told), None)


def as_recorded(found: Explanation, release: int) -> Reasons:
    """An explanation as it is recorded."""
    errors = None if found.error is None else dict(zip(found.features, found.error.tolist(), strict=True))
    shares = dict(zip(found.features, found.contributions.tolist(), strict=True))
    return Reasons(
        release,
        found.method,
        found.scale,
        found.base,
        found.value,
        shares,
        errors,
        found.of,
        found.against,
        found.note,
        found.rows,
        found.usual_spread,
    )


def as_explained(found: Reasons) -> Explanation:
    """What was recorded, as an explanation: no model runs for it."""
    error = None if found.errors is None else np.array([found.errors[name] for name in found.shares])
    return Explanation(
        found.method, cast(Scale, found.scale), tuple(found.shares), found.base, np.array(list(found.shares.values())), found.value, None, found.of,
        found.against, found.note, error, found.rows, usual_spread=found.spread,
    )  # fmt: skip


def holds(use_case: UseCase, seen: Prediction, found: Reasons | None) -> bool:
    """Whether what was recorded are the reasons of a prediction, by the groups that are read now."""
    return found is not None and found.release == seen.release and set(found.shares) == set(use_case.groups)


def shares_of(use_case: UseCase, seen: Prediction, exact: Explanation | None) -> Shares:
    """Each group's share in the unit that is read, and from what to what they lead. The one place that says which number is told."""
    toward = 1.0 if seen.predicted is None else float(use_case.toward_bad(np.array([seen.predicted]))[0])
    inside = {} if use_case.task == "binary" else seen.contributions
    if exact is None:
        groups = {} if State(seen.state) is not State.NORMAL else _grouped(use_case, seen.contributions)
        return Shares(groups, toward_bad=toward, inside=inside)
    shares = dict(zip(exact.features, exact.contributions.tolist(), strict=True))
    if use_case.task == "regression":
        step = 10.0 ** -places(use_case, exact.usual_spread)
        return Shares(shares, "target", exact.base, exact.value, step, toward, inside=inside)
    if use_case.task == "multiclass" and seen.predicted is not None:
        return _of_a_class(use_case, seen, shares, exact, toward)
    return Shares({name: 100 * share for name, share in shares.items()}, "points", 100 * exact.base, 100 * seen.score)


def _of_a_class(use_case: UseCase, seen: Prediction, shares: dict[str, float], exact: Explanation, toward: float) -> Shares:
    """What speaks for the predicted class; where that one is fine but the reading more likely is not, for the fault that is told against it:
    reasons say what made a reading bad."""
    assert seen.predicted is not None
    of, against = int(seen.predicted), class_of(use_case, exact.against)
    if against is None or seen.score < 0.5 or not use_case.failed([against])[0] or use_case.failed([of])[0]:
        return Shares(shares, "part", toward_bad=toward, of=of, against=against, inside=seen.contributions)
    turned = ({name: -share for name, share in one.items()} for one in (shares, seen.contributions))
    return Shares(next(turned), "part", toward_bad=-toward, of=against, against=of, inside=next(turned))


def places(use_case: UseCase, spread: float) -> int:
    """With how many decimals the reasons of a value are told: those of the value, or as many more as tell a tenth of its usual spread apart."""
    finer = math.ceil(1 - math.log10(spread)) if spread > 0 and math.isfinite(spread) else 0
    return max(use_case.value.decimals, min(finer, MOST_PLACES))


def as_said_by(
    use_case: UseCase, release: Release, seen: Prediction, values: Mapping[str, float | str] | None = None
) -> Prediction:
    """The same reading (or one with other recorded ``values``) as ``release`` predicts it, in the state that its risk by itself would have."""
    values = dict(seen.values if values is None else values)
    said = release.says(release.row(values)[None, :])
    shares = dict(zip(use_case.features, said.contributions[0, :-1].astype(float).tolist(), strict=True))
    risk, predicted = float(said.risk[0]), None if said.predicted is None else float(said.predicted[0])
    return replace(
        seen, values=values, release=release.number, score=risk, state=state_of(use_case, risk), base=float(said.contributions[0, -1]),
        contributions=shares, predicted=predicted,
    )  # fmt: skip


def state_of(use_case: UseCase, risk: float) -> State:
    """The state that one risk by itself would have, without delays."""
    advice = use_case.advice
    return State.LIKELY if risk >= advice.likely.enter else State.POSSIBLE if risk >= advice.possible.enter else State.NORMAL


def described_values(use_case: UseCase, seen: Prediction) -> dict[str, float | str]:
    """Every signal (a category as its text) and every derived feature of a reading, in its unit."""
    row = feature_matrix(use_case, coded(use_case, seen.values)[None, :])[0]
    derived = {name: float(row[at]) for at, name in enumerate(use_case.features) if name in use_case.derived}
    return dict(seen.values) | derived


def _grouped(use_case: UseCase, shares: Mapping[str, float]) -> dict[str, float]:
    return {name: float(sum(shares.get(one, 0.0) for one in group.features)) for name, group in use_case.groups.items()}
