"""The second opinion: LIME (Ribeiro et al. 2016, arXiv 1602.04938) with its spread over seeds.

A sparse linear model is fitted around the row. Its draws are random, so it is run with several seeds that follow from the row
itself: equal rows get equal explanations, and what differs between the seeds is shown as spread, not hidden. One line cannot follow everything that a
model does: how much of it the line accounts for is told with it.
"""

import hashlib
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from explainers.shapley.contract import BINARY, CannotExplain, Explanation, Scale, Task, scale_of
from explainers.shapley.contrast import single
from explainers.shapley.group_shares import membership

if TYPE_CHECKING:
    from lime.lime_tabular import LimeTabularExplainer

SEEDS = 3
SAMPLES = 1500
GOOD_FIT = 0.5
"""R squared from which on the line stands for what the model does around a row; below it says little, and agrees with nothing."""
Predict = Callable[[np.ndarray], np.ndarray]


class LocalSurrogate:
    """LIME over the model's own inputs: in probability, or in the unit of a regression's target.

    Args:
        predict: (n, features) float32 -> (n,) probability of the outcome, (n, classes) probabilities for a multiclass task, or
            (n,) values of the target. Its attribute ``scale``, if it has one, says what it gives.
        background: (n, features) real rows from which it learns how values are distributed. A gap in one is filled with a value that another
            row has there; a column without any value counts as constant.
        categories: for each categorical column the names of its codes.
        groups: the columns of each group that is told as one, by adding up; each feature by itself if not given.

    Raises:
        CannotExplain: there is nothing to draw from (fewer than two rows, no column that varies), with the reason.
    """

    method = "LIME"

    def __init__(
        self,
        predict: Predict,
        features: tuple[str, ...],
        background: np.ndarray,
        categories: dict[int, tuple[str, ...]] | None = None,
        task: Task = BINARY,
        groups: Mapping[str, Sequence[int]] | None = None,
    ) -> None:
        self.features, self._predict, self.task = features, predict, task
        self.names = tuple(groups or features)
        self._of = membership(groups or {name: (at,) for at, name in enumerate(features)}, len(features)).T.astype(float)
        self.scale: Scale = scale_of(predict, task)
        self._lock = threading.Lock()
        rows, self._constant = _usable(np.asarray(background, float))
        # a constant column has no spread to draw from: a hair of noise lets LIME fit, and its share is set to zero
        noisy = rows + self._constant * np.linspace(-1e-6, 1e-6, len(rows))[:, None]
        varying = [at for at in sorted(categories or {}) if not self._constant[at]]
        self._explainer = _lime(noisy, features, varying)
        self._typical = np.median(rows, axis=0)
        for at in varying:  # half way between two codes is no category
            codes, counts = np.unique(rows[:, at], return_counts=True)
            self._typical[at] = codes[counts.argmax()]

    def runs(self, row: np.ndarray) -> tuple[np.ndarray, float, float]:
        """The shares of each seed, (seeds, features or groups), the local model's value and how well it fits. Seeds follow from the row itself.

        Raises:
            CannotExplain: as :meth:`explain`.
        """
        shares, local, fit, _, _ = self._runs(row)
        return shares, local, fit

    def explain(self, row: np.ndarray) -> Explanation:
        """Explain one (features,) row. A missing value is taken as the typical one: LIME cannot draw around nothing.

        Raises:
            CannotExplain: the model takes no such row, or LIME finds no line through what it draws around it.
        """
        shares, local, fit, of, against = self._runs(row)
        mean, spread = shares.mean(axis=0), shares.std(axis=0)
        if not (np.isfinite(mean).all() and np.isfinite(local)):
            raise CannotExplain("LIME finds no line here: the model gives no finite numbers around this row.")
        base = local - mean.sum()
        return Explanation(self.method, self.scale, self.names, base, mean, local, spread, of=of, against=against, fit=fit)

    def _runs(self, row: np.ndarray) -> tuple[np.ndarray, float, float, str | None, str | None]:
        asked = np.asarray(row, float)
        x = np.where(np.isfinite(asked), asked, self._typical)
        first = int.from_bytes(hashlib.sha256(np.asarray(row, np.float32).tobytes()).digest()[:4], "little") % (2**31 - SEEDS)
        said, of, against = single(self._predict, asked.astype(np.float32), self.task)

        def told(rows: np.ndarray) -> np.ndarray:  # where nothing varies the model sees the row's own value, be it missing
            return said(np.where(self._constant, asked, rows).astype(np.float32))

        with self._lock:
            found = [self._once(told, x, first + seed) for seed in range(SEEDS)]
        shares = np.stack([share for share, _, _ in found])
        shares[:, self._constant] = 0.0
        local = float(np.mean([value for _, value, _ in found]))
        fit = float(np.mean([score for _, _, score in found]))
        return shares @ self._of, local, fit, of, against

    def _once(self, told: Predict, x: np.ndarray, seed: int) -> tuple[np.ndarray, float, float]:
        self._explainer.random_state = np.random.RandomState(seed)
        self._explainer.base.random_state = self._explainer.random_state
        if self._explainer.discretizer is not None:
            self._explainer.discretizer.random_state = self._explainer.random_state
        try:
            found = self._explainer.explain_instance(x, told, num_features=len(self.features), num_samples=SAMPLES)
        except CannotExplain:
            raise
        except Exception as error:  # LIME, scipy and scikit-learn fail in many ways on odd distributions
            raise CannotExplain("LIME cannot fit around this row: {error}", error=_first_line(error)) from error
        shares = np.zeros(len(self.features))
        for at, weight in found.local_exp[1]:  # in regression mode LIME keeps the negated weights under 0
            shares[at] = weight
        score = next(iter(found.score.values())) if isinstance(found.score, dict) else found.score
        return shares, float(np.ravel(found.local_pred)[0]), float(score)


def _usable(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows without gaps (n, features) and which columns are constant in them, (features,); never-filled columns as zeros.

    Complete rows where half of them are; of a table with more gaps every row, each gap filled with a value drawn from its own column (hot deck,
    Andridge & Little 2010), so that how a column is distributed stays as it is. The draw is seeded.
    """
    if len(rows) < 2:
        raise CannotExplain(
            "LIME learns from the background how values are distributed; it has {rows} rows, and needs at least 2.",
            rows=len(rows),
        )
    known = np.isfinite(rows)
    rows = np.where(known.any(axis=0), rows, 0.0)
    complete = np.isfinite(rows).all(axis=1)
    if complete.sum() >= max(2, len(rows) / 2):
        rows = rows[complete]
    else:
        rng = np.random.default_rng(0)
        for at in np.flatnonzero(~np.isfinite(rows).all(axis=0)):
            gap = ~np.isfinite(rows[:, at])
            rows[gap, at] = rng.choice(rows[~gap, at], int(gap.sum()))
    constant = np.ptp(rows, axis=0) == 0
    if constant.all():
        raise CannotExplain("LIME draws around the row; no column of the background varies, so there is nothing to draw.")
    return rows, constant


def _lime(rows: np.ndarray, features: tuple[str, ...], categorical: list[int]) -> "LimeTabularExplainer":
    from lime.lime_tabular import LimeTabularExplainer

    try:
        # names of the codes are left out: they are not shown from here, and LIME fails on a code without a name
        return LimeTabularExplainer(
            rows,
            feature_names=list(features),
            categorical_features=categorical,
            mode="regression",
            discretizer="decile",  # with quartiles a limit in the tail is invisible
            random_state=0,
        )
    except Exception as error:  # as above
        raise CannotExplain("LIME cannot learn from this background: {error}", error=_first_line(error)) from error


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
