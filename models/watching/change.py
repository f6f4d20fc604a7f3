"""Has the plant changed since the model learned from it? What was told of its readings, against the truth that came in since.

Failures are few: a model that misses every one of them is still right in 97 of 100 readings. So each share is watched by itself, of the failures those that
were warned of (recall) and of the warnings those that were right (precision), of several classes one by one, of values the share within the interval that was
promised. Each is held against the same share on held-out readings, whose own error counts too (a beta-binomial tail: Gelman et al., *Bayesian Data
Analysis*, ch. 2). Truth that goes on unchanged is one witness and no hundred: the spread between stretches says for how many the rows stand (Rao & Scott
1992, https://doi.org/10.2307/2532311). Where the truth says of which run, batch or product it is, those are the stretches, as they are in judging a release:
one new batch of which everything failed is one batch.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from data.store import Store
from data.usecase.use_case import UseCase
from explainers.certainty.certainty import nearest_coverage
from explainers.certainty.coverage import Errors
from models.release.release import Release

if TYPE_CHECKING:
    from scipy.stats._distn_infrastructure import rv_frozen

NEWEST = 8_000
"""Outcomes that are looked at: of a line in which 3 in 100 fail some 250 failures."""
TOLERATED = 0.02
"""How much less than on held-out readings is no change yet: those are other days."""
FEWEST = 10
"""Witnesses below which a share says nothing."""
ALPHA = 0.001
"""How often a share may look as fallen as that by chance, in outcomes that have nothing to do with each other. With 0.005 a line that stayed as it was
was called changed three times in ten weeks; with 0.001 never, and of a hundred changes one is found less often."""
STRETCHES = 30
SLACK = 0.03
"""By how much the share that is promised of values may be off by itself: it rests on as many readings as were held out."""
_POWER_Z = 0.842


Watched = tuple[str, int | None, np.ndarray, np.ndarray, dict]
"""A share that is watched: what it is, of which class, which rows it is of, which of them were told rightly, and the figure on held-out readings."""


@dataclass(frozen=True, slots=True)
class Share:
    """A share that is watched. ``what``: recall, precision or held; ``outcome``: the class it is of, if of one. ``now`` of ``rows``, which stand for so many
    ``witnesses``; on held-out readings it was ``was`` (95 %: ``low`` to ``high``). ``chance``: how often so little would be seen without a change."""

    what: str
    outcome: int | None
    rows: int
    witnesses: float
    now: float
    was: float
    low: float
    high: float
    chance: float

    @property
    def detectable(self) -> float:
        """By how much it has to have fallen to be told in four of five cases, with what has come in so far."""
        n, usual = _as_before(self.witnesses, {"value": self.was, "low": self.low, "high": self.high})
        told = max(float(usual.ppf(ALPHA)) - 1, 0.0) / n
        return float(min(self.was - told + _POWER_Z * np.sqrt(max(told * (1 - told), 0.01) / n), self.was))


@dataclass(frozen=True, slots=True)
class Standing:
    """How a release has done in the ``rows`` newest outcomes. ``bias``: mean of truth minus prediction (regression). ``new``: share that was not in
    the training data."""

    rows: int
    shares: tuple[Share, ...]
    bias: float | None
    new: float

    @property
    def fallen(self) -> tuple[Share, ...]:
        """What fell by more than chance allows, the least likely first. The more shares are watched, the less chance is left to each."""
        found = [one for one in self.shares if one.chance < 2 * ALPHA / max(2, len(self.shares))]
        return tuple(sorted(found, key=lambda one: one.chance))

    @property
    def changed(self) -> bool:
        """Whether anything fell."""
        return bool(self.fallen)


def standing(use_case: UseCase, store: Store, release: Release) -> Standing | None:
    """How the release has done lately; ``None`` before any truth has come in."""
    told = store.readings.confirmed(use_case.name, NEWEST)
    return of_confirmed(use_case, release, told[told["release"] == release.number])


def of_confirmed(use_case: UseCase, release: Release, told: pd.DataFrame) -> Standing | None:
    """The same of a table of ``store.readings.confirmed``."""
    if told.empty:
        return None
    told = _by_report(told) if use_case.task == "binary" and "arrived" in told else told
    if release.record.figures.get("judged_on", {}).get("why_not"):
        return None  # there is nothing that it could have fallen from
    if use_case.task == "regression":
        kept, promised = kept_promise(use_case, release, told)
        if promised is None:
            return None
        bias = float((told["outcome"] - told["predicted"]).mean())
        watched: list[Watched] = [
            ("held", None, np.ones(len(told), bool), kept, {"value": promised, "low": promised - SLACK, "high": promised + SLACK})
        ]
    else:
        bias, watched = None, _of_classes(use_case, release, told)
    stretch, named = _stretches(told, use_case.task == "regression"), _named(told)
    shares = (_share(*one, stretch, named) for one in watched)
    return Standing(len(told), tuple(one for one in shares if one), bias, float((told["novelty"] > 1).mean()))


def _by_report(told: pd.DataFrame) -> pd.DataFrame:
    """One row for what arrived of an asset at one moment (one product, in however many intervals): bad where any of it was, with the highest score that was
    told of it. The Overview counts the same (``store.readings.performance``)."""
    told = told[told["highest"].notna()].assign(score=told["highest"]) if "highest" in told else told
    how = {"time": "last", "score": "max", "bad": "max", "outcome": "max", "predicted": "last", "novelty": "max", "group": "last"}
    return (
        told.groupby(["asset", "arrived"], sort=False).agg({name: one for name, one in how.items() if name in told}).reset_index()
    )


def _of_classes(use_case: UseCase, release: Release, told: pd.DataFrame) -> list[Watched]:
    """What is watched of classes."""
    held = release.record.figures["held_out"]
    if use_case.task == "binary":
        said, so = told["score"].to_numpy(float) >= use_case.advice.possible.enter, told["bad"].to_numpy(float) > 0
        return [("recall", None, so, said, held["recall"]), ("precision", None, said, so, held["precision"])]
    watched, predicted, outcome = [], told["predicted"].to_numpy(float), told["outcome"].to_numpy(float)
    for code in use_case.target.outcomes:
        found = held["by_class"].get(str(code), {})
        said, so = predicted == code, outcome == code
        for what, rows, right in (("recall", so, said), ("precision", said, so)):
            watched.append((what, int(code), rows, right, _of_counts(found.get(what), found.get("rows", 0))))
    return watched


def _of_counts(value: float | None, rows: int) -> dict:
    """A share that was kept without its interval: by its number of rows."""
    if value is None or not rows or np.isnan(value):
        return {"value": value, "low": None, "high": None}
    spread = 1.96 * np.sqrt(max(value * (1 - value), 0.01) / rows)
    return {"value": value, "low": value - spread, "high": value + spread}


def _share(
    what: str, outcome: int | None, rows: np.ndarray, right: np.ndarray, was: dict, stretch: np.ndarray, named: np.ndarray
) -> Share | None:
    """``None`` where nothing is known of it, or too little has come in."""
    n = int(rows.sum())
    if not n or was["value"] is None or was["low"] is None:
        return None
    hit, value = right[rows].astype(float), float(was["value"])
    witnesses = min(_witnesses(hit, stretch[rows], value), _most(stretch[rows], named[rows]))
    if witnesses < FEWEST:
        return None
    now = float(hit.mean())
    return Share(what, outcome, n, witnesses, now, value, float(was["low"]), float(was["high"]), _chance(now, witnesses, was))


def _witnesses(hit: np.ndarray, stretch: np.ndarray, expected: float) -> float:
    """For how many independent ones (n,) hits stand: by how much more the stretches differ than their rows would by themselves."""
    _, of = np.unique(stretch, return_inverse=True)
    n, k = np.bincount(of), np.bincount(of, hit)
    share = min(max(float(hit.mean()), 0.02), 0.98) if len(n) > 1 else min(max(expected, 0.02), 0.98)
    inflation = ((k - n * share) ** 2).sum() / (len(hit) * share * (1 - share))
    within = (n.astype(float) ** 2).sum() / len(hit)  # what it would be if all rows of a stretch said the same
    return len(hit) / min(max(1.0, inflation), max(1.0, within))


def _most(stretch: np.ndarray, named: np.ndarray) -> float:
    """How many witnesses rows of so few runs or batches can be at all: how far these differ cannot be told of fewer than :data:`FEWEST`, so that each is one
    then. Rows that are of none (``named``, (n,) bool) have no such bound."""
    count = len(np.unique(stretch[named]))
    return float(count + (~named).sum()) if count < FEWEST else np.inf


def _chance(now: float, witnesses: float, was: dict) -> float:
    """P(a share of at most ``now`` of so many witnesses), if what was seen on held-out readings holds."""
    n, usual = _as_before(witnesses, was)
    return float(usual.cdf(round(now * n)))


def _as_before(witnesses: float, was: dict) -> tuple[int, "rv_frozen"]:
    """Of how many witnesses, and how many of them to expect if what was seen on held-out readings holds."""
    from scipy.stats import betabinom, binom

    n, value = max(1, round(witnesses)), float(was["value"]) - TOLERATED
    spread = (was["high"] - was["low"]) / 3.92
    if spread <= 0:
        return n, binom(n, value)
    held = min(max(max(value * (1 - value), 0.005) / spread**2 - 1, 1.0), 1e6)
    return n, betabinom(n, held * value + 0.5, held * (1 - value) + 0.5)


def _stretches(told: pd.DataFrame, values: bool) -> np.ndarray:
    """(n,) the number of each row's stretch: its run or batch where the truth says of which it is; else an asset as long as its truth stays the same, or of
    ``values``, which hardly ever do, about a thirtieth of the rows, one after the other."""
    asset = pd.factorize(told["asset"])[0]
    order = np.lexsort((pd.to_datetime(told["time"], utc=True), asset))
    asset, outcome = asset[order], told["outcome"].to_numpy(float)[order]
    begins = np.r_[True, asset[1:] != asset[:-1]]
    if values:
        begins |= np.arange(len(told)) % max(1, len(told) // STRETCHES) == 0
    else:
        begins[1:] |= outcome[1:] != outcome[:-1]
    found = np.empty(len(told), int)
    found[order] = np.cumsum(begins)
    if (named := _named(told)).any():
        found[named] = len(told) + 1 + pd.factorize(told["group"][named])[0]
    return found


def _named(told: pd.DataFrame) -> np.ndarray:
    """(n,) bool: of which rows it is known of which run, batch or product they are."""
    return told["group"].notna().to_numpy() if "group" in told else np.zeros(len(told), bool)


def kept_promise(use_case: UseCase, release: Release, told: pd.DataFrame) -> tuple[np.ndarray, float | None]:
    """(n,) whether each truth is where it was promised to be, and the promised share (``None`` where a release says nothing).

    A value: within its interval. One of several classes: the one that was told, as often as on held-out readings.
    """
    outcome = told["outcome"].to_numpy(float)
    if use_case.task == "regression":
        if not isinstance(release.sure, Errors):
            return np.zeros(len(told), bool), None
        coverage = nearest_coverage(use_case.coverage)
        low, high = release.sure.interval(told["predicted"].to_numpy(float), coverage)
        return (outcome >= low) & (outcome <= high), coverage
    return told["predicted"].to_numpy(float) == outcome, release.record.figures["held_out"]["accuracy"]["low"]
