"""What is learned of a trained model beside the model itself: what is usual and normal, what matters, how sure, what is new, how good
its explanations are. Computed once, when a release is made; the release carries it."""

from functools import cached_property

import numpy as np
import pandas as pd

from data.readings.features import feature_matrix
from data.usecase.use_case import UseCase
from explainers.certainty.certainty import Calibration
from explainers.certainty.coverage import ClassSets, Errors
from explainers.certainty.novelty import Novelty, learned
from explainers.overall.overall import by_group, importance
from explainers.overall.permutation import log_loss, permutation_importance
from explainers.shapley.contract import CannotExplain
from explainers.shapley.group_shares import GroupShares, affordable_walks
from explainers.shapley.leaf_coalitions import MOST_PLAYING
from explainers.shapley.leaf_patterns import LeafPatterns
from models.numbers.bands import rounded
from models.release.release import EVERY_ASSET
from models.release.trust import Explained, profile_of_quality
from models.release.weighing import asked, coarse, read_shares, second_of
from models.training.calibrating import calibrated, class_sets, part_of
from models.training.train import Trained
from models.training.training_set import LEARNED

BACKGROUND_ROWS = 500
"""Rows that reasons are counted from, at least; twice and four times as many where a reason would be more than ``BACKGROUND_ERROR`` off without."""
BACKGROUND_ERROR = 0.5
"""Percentage points: the standard error that a reason may have of being counted from some rows and not from all."""
MOST_LOOKED_UP = 2**17
"""Rows times coalitions of a booster that are looked up within some 50 ms."""
TRIED = 24
"""Readings on which that is tried: half of them advised, half in doubt."""
PROFILE_ROWS = 4000
BAND = (0.05, 0.95)
"""Quantiles of the readings without a failure between which a signal is called normal, where the use case says ``learn``."""


class Portrait:
    """Everything that is learned of one trained model, each part computed once, when it is first asked for."""

    def __init__(self, trained: Trained) -> None:
        self.trained = trained

    @cached_property
    def profile(self) -> dict:
        """See :func:`profile`."""
        return profile(self.trained)

    @cached_property
    def background(self) -> np.ndarray:
        """See :func:`background`: so many rows as :attr:`reasons` says."""
        return background(self.trained, self.risks, self.reasons["background"])

    @cached_property
    def reasons(self) -> dict:
        """How reasons are counted, kept with the release: see :func:`counted`."""
        return counted(self.trained, self.risks)

    @cached_property
    def risks(self) -> np.ndarray:
        """See :func:`risks`."""
        return risks(self.trained)

    @cached_property
    def certainty(self) -> Calibration:
        """How sure the model is, learned from the rows that were watched while it was trained."""
        trained, watched = self.trained, self.trained.watched
        told = trained.training_set
        return calibrated(
            self.risks[watched], told.failed[watched], told.weight[watched], part_of(trained.use_case, told.x[watched])
        )

    @cached_property
    def sure(self) -> Errors | ClassSets | None:
        """What a class or a value may be said with: the errors of a regression, thresholds for each of several classes."""
        trained, watched = self.trained, self.trained.watched
        if trained.use_case.task != "multiclass":
            return trained.errors
        told = trained.training_set
        part = part_of(trained.use_case, told.x[watched])
        return class_sets(trained.predictor.probabilities(told.x[watched]), told.y[watched], told.weight[watched], part)

    @cached_property
    def known(self) -> Novelty:
        """See :func:`novelty`."""
        return novelty(self.trained)

    @cached_property
    def quality(self) -> dict:
        """See :func:`quality`."""
        return quality(self.trained, self.background, self.risks)


def provisional(trained: Trained, most: int = 200) -> np.ndarray:
    """Some training rows to open a model with that nobody could ask yet: a seeded draw, (200, features) float32."""
    rows = _usual_rows(trained)
    drawn = np.random.default_rng(trained.seed).choice(rows, min(most, len(rows)), replace=False)
    return trained.training_set.x[np.sort(drawn)]


def background(trained: Trained, risk: np.ndarray | None = None, rows: int | None = None) -> np.ndarray:
    """Real training rows that stand for what is usual: a seeded random part, (n, features) float32, in the order of what is predicted of them.

    Drawn evenly along that order from a random start (systematic sampling, Cochran 1977, Sampling Techniques, chapter 8), each row as likely as its
    weight: what is predicted of them on average is nearly that of all rows, which 200 rows drawn blindly missed by half a point.

    Args:
        risk: (n,) of every row of the training set, where it is known.
        rows: how many; ``BACKGROUND_ROWS`` if not given.
    """
    told, at = trained.training_set, _usual_rows(trained)
    order = (risks(trained) if risk is None else risk)[at]
    if trained.use_case.task != "binary":
        order = trained.predictor.predicted(told.x[at]) + 1e-3 * order  # by class or value, then by risk
    at = at[np.argsort(order, kind="stable")]
    along = np.cumsum(told.weight[at].astype(float))
    n = min(BACKGROUND_ROWS if rows is None else rows, len(at))
    wanted = (np.arange(n) + np.random.default_rng(trained.seed).random()) * along[-1] / n
    return told.x[at[np.minimum(np.searchsorted(along, wanted, side="right"), len(at) - 1)]]


def counted(trained: Trained, risk: np.ndarray) -> dict:
    """From how many background rows reasons are counted, by how many walks (0: every coalition), and with which largest standard error in percentage
    points (``None`` where they are not told in points). Measured once and kept: an explanation must not depend on how busy a computer is."""
    use_case, players = trained.use_case, len(trained.use_case.groups)
    if trained.booster is not None and use_case.task != "binary":
        return {"background": 4 * BACKGROUND_ROWS, "walks": 0, "error": None}
    predict = asked(trained.booster, trained.brought)
    looked_up = trained.booster is not None and players <= MOST_PLAYING
    best: dict = {}
    for rows in (BACKGROUND_ROWS, 2 * BACKGROUND_ROWS, 4 * BACKGROUND_ROWS):
        if best and looked_up and rows * 2**players > MOST_LOOKED_UP:
            break
        usual = background(trained, risk, rows)
        walks = 0 if looked_up else affordable_walks(predict, usual, players)
        if best and walks:  # fewer rows and all coalitions are better than more rows and some
            break
        best = {"background": rows, "walks": walks, "error": None}
        if use_case.task == "binary":
            shares = read_shares(use_case, trained.booster, predict, usual, walks)
            errors = [_largest_error(shares, row) for row in trained.training_set.x[_tried(trained, risk)]]
            best["error"] = round(100 * float(np.nanmax(errors, initial=0.0)), 3)
        if walks or best["error"] is None or best["error"] <= BACKGROUND_ERROR:  # of walks more rows are no help
            break
    return best


def _largest_error(shares: GroupShares | LeafPatterns, row: np.ndarray) -> float:
    error = shares.explain(row).error
    assert error is not None
    return error.max()


def _tried(trained: Trained, risk: np.ndarray) -> np.ndarray:
    """Held-out readings on which the error of a background is tried: at most half of them advised, half in doubt, as seeded."""
    enter = trained.use_case.advice.possible.enter
    held_out = np.isin(np.arange(len(risk)), trained.training_set.shown)
    drawn = np.random.default_rng(trained.seed).permutation
    parts = (risk >= enter, (risk < enter) & (risk >= enter / 10))
    return np.concatenate([drawn(np.flatnonzero(held_out & part))[: TRIED // 2] for part in parts])


def _usual_rows(trained: Trained) -> np.ndarray:
    """Places of what was learned from as it came: neither held out nor corrected by people."""
    return np.flatnonzero(~trained.training_set.held_out & (~trained.training_set.table["origin"].isin(LEARNED)).to_numpy())


def bands(trained: Trained) -> dict[str, dict[str, list[float]]]:
    """The normal band of each number, over all assets and for each one: the use case's, or learned from uneventful readings."""
    use_case, table = trained.use_case, trained.training_set.table
    quiet = ~trained.training_set.failed & (table["origin"] == "history").to_numpy()
    learn = [name for name in use_case.features if use_case.described(name).normal == "learn" and not _category(use_case, name)]
    given = {name: list(normal) for name in use_case.features if isinstance(normal := use_case.described(name).normal, tuple)}
    columns = pd.DataFrame(trained.training_set.x[quiet], columns=list(use_case.features))[learn]
    overall = columns.quantile(BAND)
    found = {EVERY_ASSET: given | {name: _rounded(use_case, name, overall[name]) for name in learn}}
    for asset, rows in columns.groupby(table["asset"].to_numpy()[quiet]):
        found[str(asset)] = {name: _rounded(use_case, name, rows[name].quantile(BAND)) for name in learn}
    return found


def profile(trained: Trained) -> dict:
    """Importance of features and groups with intervals, from exact contributions on a fixed sample of held-out rows."""
    rows = trained.training_set.shown[:PROFILE_ROWS]
    names = trained.use_case.features
    _, contributions, gap = trained.predictor.shares.of(trained.training_set.x[rows])
    shares = contributions[:, :-1].astype(float)
    units = None if trained.training_set.unit is None else trained.training_set.unit[rows]
    told = {}
    for level, (columns, labels) in {"features": (shares, names), "groups": by_group(trained.use_case, shares)}.items():
        found = importance(columns, labels, units)
        told[level] = {
            name: {"mean": float(mean), "low": float(low), "high": float(high)}
            for name, mean, low, high in zip(found.names, found.mean, found.low, found.high, strict=True)
        }
    return told | {"rows": len(rows), "largest_gap": gap, "permutation": permuted(trained)}


def permuted(trained: Trained) -> dict[str, dict[str, float]]:
    """Permutation importance of each signal on held-out rows, strongest first; what is derived from a signal goes with it."""
    use_case, held_out = trained.use_case, trained.training_set.shown[:PROFILE_ROWS]
    count = len(use_case.recorded)
    found = permutation_importance(
        trained.predictor.risk,
        trained.training_set.x[held_out, :count].astype(float),
        trained.training_set.failed[held_out],
        {name: (place,) for place, name in enumerate(use_case.recorded)},
        log_loss,
        seed=trained.seed,
        recompute=lambda signals: feature_matrix(use_case, signals),
    )
    told = zip(found.names, found.mean, found.low, found.high, strict=True)
    return {name: {"mean": float(mean), "low": float(low), "high": float(high)} for name, mean, low, high in told}


def quality(trained: Trained, rows: np.ndarray, risk: np.ndarray) -> dict:
    """How good its explanations are, on rows that it did not learn from.

    Args:
        rows: its background; risk: (n,) of every row of the training set.
    """
    use_case = trained.use_case
    if use_case.task != "binary":
        return {}
    model = Explained(use_case, trained.predictor.risk, coarse(use_case, trained.booster, trained.brought, rows), rows)
    held_out = trained.training_set.shown
    try:
        second = second_of(trained.predictor, rows)
    except CannotExplain:  # nothing to draw from: whoever asks for it is told why
        second = None
    return profile_of_quality(model, second, trained.training_set.x[held_out], risk[held_out], trained.seed)


def risks(trained: Trained) -> np.ndarray:
    """(n,) risks of every row of the training set."""
    return trained.predictor.risk(trained.training_set.x)


def novelty(trained: Trained) -> Novelty:
    """What the model has seen; how far the rows that were only watched lie from it says how far is usual."""
    learned_from = np.setdiff1d(np.flatnonzero(~trained.training_set.held_out), trained.watched)
    told, watched, use_case = trained.training_set, trained.watched, trained.use_case
    return learned(
        use_case.features, told.x[learned_from], told.x[watched], trained.seed, use_case.called_new, told.weight[watched]
    )


def _category(use_case: UseCase, name: str) -> bool:
    return bool(use_case.described(name).categories)


def _rounded(use_case: UseCase, name: str, pair: pd.Series) -> list[float]:
    return rounded(use_case.described(name).decimals, *(float(value) for value in pair))
