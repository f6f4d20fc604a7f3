"""What people ask of one prediction when they open it: how sure, is it new, what would change it, what if.

Everything here is a function of a release and the values of one reading; the screens keep what was asked once.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from data.readings.features import coded, feature_matrix
from data.records import Prediction
from explainers.certainty.certainty import Certainty, nearest_coverage
from explainers.certainty.novelty import Outside
from explainers.local.counterfactual import Counterfactuals, counterfactuals, levers
from models.release.release import Release
from models.release.trust import Explained, judged

Values = Mapping[str, float | str]


@dataclass(frozen=True, slots=True, eq=False)
class WhatIf:
    """What a release says of a reading that never was: risk, contributions (log-odds) by feature, and whether it is new."""

    risk: float
    contributions: dict[str, float]
    base: float
    values: dict[str, float | str]
    new: bool
    predicted: float | None = None


def aim(release: Release) -> float:
    """The risk that a change must come down to: half of where advice is left again, so that it does not come back at once."""
    return release.use_case.advice.possible.leave / 2


def certainty(release: Release, seen: Prediction, coverage: float | None = None) -> Certainty | None:
    """How sure the risk of a reading is, at ``coverage`` (default: the use case's). ``None`` for a release of before that was learned."""
    wanted = nearest_coverage(release.use_case.coverage if coverage is None else coverage)
    return release.certainty(release.row(dict(seen.values)), seen.score, wanted, seen.id)


def outside(release: Release, values: Values) -> tuple[Outside, ...]:
    """Which values (signals and derived features) lie outside all training data, the farthest first."""
    return () if release.known is None else release.known.outside(release.row(dict(values)))


def what_would_change(release: Release, values: Values) -> Counterfactuals:
    """The smallest permitted changes that bring the risk down to :func:`aim`."""
    use_case = release.use_case

    def risk(signals: np.ndarray) -> np.ndarray:
        return release.risk(feature_matrix(use_case, signals, release.dtype))

    def new(signals: np.ndarray) -> np.ndarray:
        found = release.novelty(feature_matrix(use_case, signals, release.dtype))
        return np.zeros(len(signals)) if found is None else found

    return counterfactuals(risk, coded(use_case, values), levers(use_case, release.thresholds), aim(release), new)


def trusted(release: Release, values: Values, advised: bool) -> tuple[dict[str, float], tuple[str, ...]]:
    """The quality of one explanation, and in which deciding measures it is worse than 95 in 100 of the release's own.
    Of a binary task only."""
    explainer = release.coarse()
    if explainer is None:
        return {}, ()
    model = Explained(release.use_case, release.risk, explainer, release.background)
    return judged(model, release.quality, release.row(dict(values)), advised)


def unknown_to(release: Release, values: Values) -> bool:
    """Whether nothing like a reading is in what a release has learned from: what it says of it is a guess then."""
    novelty = release.novelty(release.row(dict(values))[None, :])
    return bool(novelty is not None and novelty[0] > 1)


def what_if(release: Release, values: Values, settings: Mapping[str, float]) -> WhatIf:
    """What the release says when some signals are set otherwise; derived features follow them.

    Raises:
        ValueError: a setting outside the permitted range of its signal, or of a signal that may not be set. What lies outside already may be
            moved back towards its range.
    """
    use_case = release.use_case
    for name, value in settings.items():
        permitted = use_case.signals[name].actionable if name in use_case.signals else None
        if permitted is None or not min(permitted[0], float(values[name])) <= value <= max(permitted[1], float(values[name])):
            raise ValueError(f"{name} may not be set to {value}; permitted: {permitted or 'nothing'}")
    changed = dict(values) | dict(settings)
    signals = {name: changed[name] for name in use_case.recorded}
    row = release.row(signals)
    said = release.says(row[None, :])
    shares = dict(zip(release.features, said.contributions[0, :-1].astype(float).tolist(), strict=True))
    predicted = None if said.predicted is None else float(said.predicted[0])
    is_new = unknown_to(release, signals)
    return WhatIf(float(said.risk[0]), shares, float(said.contributions[0, -1]), release.values(signals), is_new, predicted)
