"""The second opinion: LIME (Ribeiro et al. 2016, arXiv 1602.04938) with its spread over seeds.

A sparse linear model is fitted around the row. Its draws are random, so it is run with several seeds that follow from the row
itself: equal rows get equal explanations, and what differs between the seeds is shown as spread, not hidden.
"""

import hashlib
import threading
from collections.abc import Callable

import numpy as np

from explainers.contract import BINARY, CannotExplain, Explanation, Task
from explainers.contrast import single

SEEDS = 3
SAMPLES = 1500
Predict = Callable[[np.ndarray], np.ndarray]


class LocalSurrogate:
    """LIME over the model's own inputs: in probability, or in the unit of a regression's target.

    Args:
        predict: (n, features) float32 -> (n,) probability of the outcome, (n, classes) probabilities for a multiclass task, or
            (n,) values of the target. Its attribute ``scale``, if it has one, says what it gives.
        background: (n, features) real rows from which it learns how values are distributed. Rows with missing values are left
            out; a column without any value counts as constant.
        categories: for each categorical column the names of its codes.

    Raises:
        CannotExplain: there is nothing to draw from (fewer than two complete rows, no column that varies), with the reason.
    """

    method = "LIME"
    scale = "probability"

    def __init__(
        self,
        predict: Predict,
        features: tuple[str, ...],
        background: np.ndarray,
        categories: dict[int, tuple[str, ...]] | None = None,
        task: Task = BINARY,
    ):
        self.features, self._predict, self.task = features, predict, task
        self.scale = "target" if task.kind == "regression" else getattr(predict, "scale", "probability")
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

    def runs(self, row: np.ndarray) -> tuple[np.ndarray, float]:
        """The shares of each seed, (seeds, features), and the local model's value. Seeds follow from the row itself.

        Raises:
            CannotExplain: as :meth:`explain`.
        """
        shares, local, _, _ = self._runs(row)
        return shares, local

    def explain(self, row: np.ndarray) -> Explanation:
        """Explain one (features,) row. A missing value is taken as the typical one: LIME cannot draw around nothing.

        Raises:
            CannotExplain: the model takes no such row, or LIME finds no line through what it draws around it.
        """
        shares, local, of, against = self._runs(row)
        mean, spread = shares.mean(axis=0), shares.std(axis=0)
        if not (np.isfinite(mean).all() and np.isfinite(local)):
            raise CannotExplain("LIME finds no line here: the model gives no finite numbers around this row.")
        base = local - mean.sum()
        return Explanation(self.method, self.scale, self.features, base, mean, local, spread, of=of, against=against)

    def _runs(self, row: np.ndarray) -> tuple[np.ndarray, float, str | None, str | None]:
        asked = np.asarray(row, float)
        x = np.where(np.isfinite(asked), asked, self._typical)
        first = int.from_bytes(hashlib.sha256(np.asarray(row, np.float32).tobytes()).digest()[:4], "little") % (2**31 - SEEDS)
        said, of, against = single(self._predict, asked.astype(np.float32), self.task)

        def told(rows: np.ndarray) -> np.ndarray:  # where nothing varies the model sees the row's own value, be it missing
            return said(np.where(self._constant, asked, rows).astype(np.float32))

        with self._lock:
            found = [self._once(told, x, first + seed) for seed in range(SEEDS)]
        shares = np.stack([share for share, _ in found])
        shares[:, self._constant] = 0.0
        return shares, float(np.mean([value for _, value in found])), of, against

    def _once(self, told: Predict, x: np.ndarray, seed: int) -> tuple[np.ndarray, float]:
        self._explainer.random_state = np.random.RandomState(seed)
        self._explainer.base.random_state = self._explainer.random_state
        if getattr(self._explainer, "discretizer", None) is not None:
            self._explainer.discretizer.random_state = self._explainer.random_state
        try:
            found = self._explainer.explain_instance(x, told, num_features=len(self.features), num_samples=SAMPLES)
        except CannotExplain:
            raise
        except Exception as error:  # LIME, scipy and scikit-learn fail in many ways on odd distributions
            raise CannotExplain(f"LIME cannot fit around this row: {_first_line(error)}") from error
        shares = np.zeros(len(self.features))
        for at, weight in found.local_exp[1]:  # in regression mode LIME keeps the negated weights under 0
            shares[at] = weight
        return shares, float(np.ravel(found.local_pred)[0])


def _usable(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Complete rows (n, features) and which columns are constant in them, (features,); never-filled columns as zeros."""
    empty = ~np.isfinite(rows).any(axis=0)
    rows = np.where(empty, 0.0, rows)
    complete = rows[np.isfinite(rows).all(axis=1)]
    if len(complete) < 2:
        raise CannotExplain(
            f"LIME learns from the background how values are distributed; it has {len(complete)} complete rows of {len(rows)}, "
            "and needs at least 2."
        )
    constant = np.ptp(complete, axis=0) == 0
    if constant.all():
        raise CannotExplain("LIME draws around the row; no column of the background varies, so there is nothing to draw.")
    return complete, constant


def _lime(rows: np.ndarray, features: tuple[str, ...], categorical: list[int]):
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
        raise CannotExplain(f"LIME cannot learn from this background: {_first_line(error)}") from error


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
