"""Labels of the history that the rest of it denies, and where they lie: by confidence out of fold.

Confident learning (Northcutt, Jiang & Chuang, *Confident learning: estimating uncertainty in dataset labels*, JAIR 70, 2021): each row is
told by a model that has not learned from its block; a row whose other label is told with at least the confidence that this label has on average
is an *issue*. A repair stays where its evidence is: issues are proposed only for a machine, a shift, a product or a stretch of time in which they
are far more frequent than elsewhere. Where half of the history is exchanged, neither half outvotes the other out of fold: then each stretch of
time is told by a model of the other one, and reviewed cases say which of the two is wrong.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.shifts import shift_starts
from data.usecase.use_case import UseCase
from models.corrections.exchanged import Exchanged, exchanged
from models.dataset.history import blocks

FOLDS = 4
FEWEST = 30
"""Issues in a part before it is proposed."""
RATIO = 3.0
"""How many times as frequent as elsewhere they have to be."""
SURE = 6.0
"""Standard errors by which they have to be more frequent: many parts are looked at."""
MOST_SHARE = 0.1
"""Share of the history that one proposal may touch at most."""
SIDES = 0.3
"""By how much more of the reviewed cases one stretch of time has to tell rightly than the other one."""
_ROUNDS = 40
_PARAMS = {
    "max_depth": 4,
    "eta": 0.2,
    "tree_method": "hist",
    "max_bin": 512,
    "objective": "binary:logistic",
    "nthread": 2,
    "seed": 7,
}


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A part of the history whose labels the rest denies. ``kind``: asset, shift, time, or the name of a category; ``value`` what of it (of time:
    ``until ...`` or ``from ...``, UTC). ``rows``: places of its issues, ``held_out``: of those that are held out, which no repair changes; ``share`` of its
    rows that are learned from, ``elsewhere`` of the others. ``exchanged``: two values that were written down for each other in it: its labels are right."""

    kind: str
    value: str
    rows: np.ndarray
    held_out: np.ndarray
    share: float
    elsewhere: float
    exchanged: Exchanged | None = None

    @property
    def turned(self) -> np.ndarray:
        """Places whose labels are put right where that is chosen: none where values were exchanged."""
        return self.rows if self.exchanged is None else self.rows[:0]

    def plain(self) -> dict:
        """As JSON, for the manifest of a training set."""
        told = {"kind": self.kind, "value": self.value, "readings": len(self.rows), "held_out": len(self.held_out)}
        told |= {"exchanged": self.exchanged.plain()} if self.exchanged else {}
        return told | {"share": self.share, "elsewhere": self.elsewhere}


def parts_denied(
    use_case: UseCase,
    table: pd.DataFrame,
    x: np.ndarray,
    bad: np.ndarray,
    learned: np.ndarray,
    seen: np.ndarray,
    found: np.ndarray,
) -> list[Part]:
    """Every part of the history whose labels the rest denies, the strongest first; parts that say the same with fewer rows left out.

    Args:
        table: asset, time and categories of the history; x, bad: (n, features) inputs and (n,) bool outcomes.
        learned: (n,) bool: rows that may be learned from. Held-out ones say nothing and are never proposed.
        seen, found: (m, features) reviewed cases and (m,) bool what was found: they say which of two stretches of time is wrong.
    """
    rows = np.flatnonzero(learned)
    if len(rows) < 10 * FEWEST or bad[rows].sum() < 10 * FOLDS:
        return []
    risk = np.zeros(len(bad))
    risk[rows] = out_of_fold(x[rows], bad[rows], pd.factorize(blocks(use_case, table).iloc[rows])[0])
    if not learned.all():
        risk[~learned] = quick_model(x[rows], bad[rows])(x[~learned])
    told = _frequent(use_case, table, issues(risk, bad, learned), learned)
    told += _of_time(use_case, table, x, bad, learned, seen, found)
    kept: list[Part] = []
    for one in sorted(told, key=lambda part: -len(part.rows)):
        places = set(one.rows.tolist())
        if len(places) <= MOST_SHARE * len(rows) and not any(
            len(places & set(k.rows.tolist())) > 0.5 * len(places) for k in kept
        ):
            kept.append(one)
    return kept


def out_of_fold(x: np.ndarray, bad: np.ndarray, block: np.ndarray) -> np.ndarray:
    """(n,) risks, each told by a model that learned from none of its block. ``block``: (n,) numbers; whole ones change folds."""
    fold = np.random.default_rng(0).permutation(block.max() + 1)[block] % FOLDS
    risk = np.zeros(len(bad))
    for one in range(FOLDS):
        risk[fold == one] = quick_model(x[fold != one], bad[fold != one])(x[fold == one])
    return risk


def issues(risk: np.ndarray, bad: np.ndarray, learned: np.ndarray) -> np.ndarray:
    """(n,) bool: rows whose other label is told with at least the confidence that it has on average where it is given, among those ``learned`` from."""
    some_bad, some_good = bad & learned, ~bad & learned
    said_bad, said_good = risk[some_bad].mean(), (1 - risk[some_good]).mean()
    return (~bad & (risk >= said_bad) & (risk > 0.5)) | (bad & (1 - risk >= said_good) & (risk < 0.5))


def quick_model(x: np.ndarray, bad: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    """A small model of (n, features) rows and (n,) outcomes: gives the risks of others. Same rows: same model."""
    import xgboost

    booster = xgboost.train(_PARAMS, xgboost.DMatrix(x, bad.astype(float), nthread=1), _ROUNDS)
    return lambda rows: booster.predict(xgboost.DMatrix(rows, nthread=1))


def _frequent(use_case: UseCase, table: pd.DataFrame, issue: np.ndarray, learned: np.ndarray) -> list[Part]:
    """Parts in which issues are far more frequent than elsewhere (a difference of two shares, pooled)."""
    columns = {"asset": table["asset"], "shift": shift_starts(use_case, table["time"])}
    columns |= {name: table[name] for name, signal in use_case.signals.items() if signal.categories}
    found = []
    for kind, column in columns.items():
        codes, values = pd.factorize(column)
        n = np.bincount(codes, learned, len(values))
        hit = np.bincount(codes, issue & learned, len(values))
        for at, value in enumerate(values):
            rest = n.sum() - n[at]
            if hit[at] < FEWEST or not rest:
                continue
            share, elsewhere, pooled = hit[at] / n[at], (hit.sum() - hit[at]) / rest, hit.sum() / n.sum()
            spread = np.sqrt(pooled * (1 - pooled) * (1 / n[at] + 1 / rest))
            if share >= RATIO * max(elsewhere, 1 / rest) and share - elsewhere > SURE * spread:
                found.append(_part(kind, str(value), (codes == at) & issue, learned, float(share), float(elsewhere)))
    return found


def _part(
    kind: str, value: str, hit: np.ndarray, learned: np.ndarray, share: float, elsewhere: float, pair: Exchanged | None = None
) -> Part:
    aside = hit & ~learned if pair is None else np.zeros(len(hit), bool)  # no label of it is in question
    return Part(kind, value, np.flatnonzero(hit & learned), np.flatnonzero(aside), share, elsewhere, pair)


def _of_time(
    use_case: UseCase,
    table: pd.DataFrame,
    x: np.ndarray,
    bad: np.ndarray,
    learned: np.ndarray,
    seen: np.ndarray,
    found: np.ndarray,
) -> list[Part]:
    """A stretch of time at the beginning or the end whose labels a model of the rest denies, where reviewed cases side with the rest."""
    if len(seen) < 2:
        return []
    times = pd.to_datetime(table["time"], utc=True)
    best: list[Part] = []
    most = 0.0
    for share in (0.25, 0.5, 0.75):
        border = times[learned].quantile(share, interpolation="lower")  # pyright: ignore[reportAttributeAccessIssue]  # the stubs know none of times
        early = (times <= border).to_numpy()
        halves = early & learned, ~early & learned
        if min(bad[half].sum() for half in halves) < 2 * FEWEST:
            continue
        models = [quick_model(x[half], bad[half]) for half in halves]
        right = [((model(seen) >= 0.5) == found).mean() for model in models]  # of the early one, of the late one
        if abs(right[0] - right[1]) < SIDES or max(right) < 2 * SIDES:
            continue
        wrong, good, word = (early, 1, "until") if right[1] > right[0] else (~early, 0, "from")
        sides = [model(x) >= 0.5 for model in models]
        # a failure at random is foreseen by neither: what counts is what one side has learned and the other one denies
        denies = (sides[good] != bad) & (sides[1 - good] == bad)
        denied, usual = denies[wrong & learned].mean(), denies[~wrong & learned].mean()
        spread = np.sqrt(max(usual, 1 / len(bad)) * sum(1 / half.sum() for half in halves))
        if (denies & wrong & learned).sum() < FEWEST or denied < RATIO * usual or denied - usual < max(SURE * spread, most):
            continue
        most = denied - usual
        there = wrong & learned
        pair = exchanged(use_case, x[there], bad[there], models[good])
        best = [_part("time", f"{word} {border:%Y-%m-%d %H:%M}", denies & wrong, learned, float(denied), float(usual), pair)]
    return best
