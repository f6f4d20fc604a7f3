"""Can the explanation itself be trusted? Its measured quality over a fixed sample of a release, and that of one live explanation.

Measured on the shares in probability, which operators read as percentage points, by the groups that are read. Readings with advice and quiet ones are kept apart:
a quiet reading's shares are small and noisy by nature, and must not set the bar for the others.
"""

from dataclasses import dataclass

import numpy as np

from data.readings.features import feature_matrix
from data.usecase.use_case import UseCase
from explainers import quality
from explainers.local.agreement import agreement
from explainers.local.local_surrogate import LocalSurrogate
from explainers.shapley.group_shares import GroupShares

ROWS = 100
SECOND_ROWS = 30
NEAR = 3
OF = "groups"
"""What the shares are of that were measured. A release of before measured each input by itself, which nothing of now can be held against."""
JITTER = 0.02
"""What is near: every number moved by about 2 % of its spread, as a repeated measurement would."""
DECIDES = ("faithfulness", "local_variability")
"""The measures that give the badge: whether the reasons hold, and whether they stay the same next to it. All eleven at once would
find one explanation in three unusual by chance."""


@dataclass(frozen=True, slots=True, eq=False)
class Explained:
    """What is needed to judge explanations: the model in probability, what explains it by groups (from fewer background rows than a reader is
    told with: four explanations are judged for one), and real rows."""

    use_case: UseCase
    predict: quality.Predict
    shap: GroupShares
    background: np.ndarray


def measures(model: Explained, x: np.ndarray, seed: int = 0) -> dict[str, np.ndarray]:
    """Every measure that needs no second method, (n,) each, of (n, features) rows."""
    phi, fx = model.shap.shares(x), model.predict(x)
    near = _near(model, x, seed)
    near_phi = model.shap.shares(near.reshape(-1, x.shape[1])).reshape(len(x), NEAR, -1)
    of = model.shap.of
    pgi, pgu = quality.prediction_gap(model.predict, x, phi, model.background, seed=seed, of=of)
    return {
        "completeness": quality.completeness(np.full(len(x), model.shap.base), phi, fx),
        "pgi": pgi,
        "pgu": pgu,
        "faithfulness": quality.faithfulness(model.predict, x, phi, model.background, seed=seed, of=of),
        "input_stability": quality.input_stability(x, phi, near, near_phi),
        "local_variability": quality.local_variability(phi, near_phi),
        "sparsity": quality.sparsity(phi),
    }


def second_measures(model: Explained, second: LocalSurrogate, x: np.ndarray) -> dict[str, np.ndarray]:
    """How stable the second method is over its seeds, and how far it agrees. It runs row by row: some 100 ms each."""
    asked = [second.runs(row) for row in x]
    runs = np.stack([shares for shares, _, _ in asked]) if asked else np.empty((0, 1, len(model.shap.names)))
    agreed = [agreement(a, b) for a, b in zip(model.shap.shares(x), runs.mean(axis=1), strict=True)] if len(x) else []
    fits = np.array([fit for _, _, fit in asked])
    return {"seed_stability": quality.seed_stability(runs), "second_fit": fits} | {
        f"agreement_{name}": np.array([getattr(one, name) for one in agreed]) for name in ("features", "ranks", "signs")
    }


def profile_of_quality(model: Explained, second: LocalSurrogate | None, x: np.ndarray, risk: np.ndarray, seed: int) -> dict:
    """The distributions that a release carries, from (n, features) rows that it did not learn from. Plain JSON."""
    advised = risk >= model.use_case.advice.possible.enter
    told: dict[str, object] = {"of": OF}
    rng = np.random.default_rng(seed)
    for name, rows in (("advised", np.flatnonzero(advised)), ("quiet", np.flatnonzero(~advised))):
        rows = np.sort(rng.permutation(rows)[:ROWS])
        found = measures(model, x[rows], seed) if len(rows) else {}
        if name == "advised" and len(rows) and second is not None:
            found |= second_measures(model, second, x[rows[:SECOND_ROWS]])
        told[name] = quality.summary(found)
    return told


def judged(model: Explained, kept: dict, row: np.ndarray, advised: bool) -> tuple[dict[str, float], tuple[str, ...]]:
    """The measures of one live explanation, and in which of the deciding ones it is worse than 95 in 100 of the release's own. Nothing where the
    release has measured other shares than are read now."""
    if kept.get("of") != OF:
        return {}, ()
    one = {name: float(value[0]) for name, value in measures(model, np.asarray(row)[None, :]).items()}
    found = quality.unsure(one, kept.get("advised" if advised else "quiet", {}))
    return one, tuple(name for name in found if name in DECIDES)


def _near(model: Explained, x: np.ndarray, seed: int) -> np.ndarray:
    """(n, NEAR, features) rows next to each of ``x``: its numbers moved a little, derived features following them."""
    use_case, signals = model.use_case, len(model.use_case.recorded)
    spread = np.nan_to_num(np.nanstd(model.background[:, :signals], axis=0))
    numbers = np.array([not signal.categories for signal in use_case.recorded.values()])
    noise = np.random.default_rng(seed).standard_normal((len(x), NEAR, signals)) * (JITTER * spread * numbers)
    moved = x[:, None, :signals] + noise
    return feature_matrix(use_case, moved.reshape(-1, signals).astype(float)).reshape(len(x), NEAR, -1)
