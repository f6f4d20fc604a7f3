"""Do the reasons name the real cause, in random plants (``random_systems.py``)? Each goes the product's own way: its table becomes a use case as
``python -m data.usecases new`` makes one, a model is trained on it, and what is judged is the order in which the page tells its reasons.

A class is a true quantity with all of its columns, or a category. The cause of a failure is the set of classes of a rule that took effect; of several
rules any will do. Per system first, then the mean over systems with a bootstrap interval over systems. Who counts is detected: among as many highest
risks as failures are in training. *Exact*: the first |cause| classes are the cause. *False reason*: the first class is of no rule of the system.
"""

import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from benchmarks.convention import Figure, figure, say
from benchmarks.truth.information_oracle import posterior
from benchmarks.truth.random_systems import System, system
from data.onboarding.create import write
from data.onboarding.profile import profile
from data.readings.features import feature_matrix, signal_matrix
from data.readings.moments import microseconds
from data.records import Prediction, State
from data.usecase.file import load
from data.usecase.use_case import UseCase
from explainers.shapley.leaf_coalitions import MOST_PLAYING
from models.dataset.history import rows_of
from models.release.portrait import Portrait, background, bands
from models.release.release import EVERY_ASSET
from models.release.told import reasons_told, state_of
from models.release.weighing import read_shares
from models.training.train import Trained, train
from models.training.training_set import training_set

SYSTEMS, SYSTEMS_QUICK = 50, 2
DETECTED, OTHERS = 24, 6
"""Failures of a system that are looked at, drawn by its seed: those that are detected, and of each other kind."""
WALKS = 500
"""Walks through random orders of more than seven groups: a page takes as many as its computer affords (4,000 at most); here a fixed number, so that the
figures are the same on any computer. ``share_error`` says what they leave open."""
RESAMPLES = 2000


@dataclass(frozen=True, slots=True)
class Scores:
    """What one system gave, each a share of its failures (NaN where it has none of the kind)."""

    seed: int
    hard: bool
    figures: dict[str, float]


def score(
    orders: list[list[int]], causes: list[list[frozenset[int]]], blocks: list[frozenset[int]], any_mode: frozenset[int]
) -> dict[str, float]:
    """hit@1, hit@3, recall@3, exact, block hit and false reasons of some failures.

    Args:
        orders: of each failure the classes as they are told, the first one first.
        causes: of each failure the classes of every rule that took effect.
        blocks: of each failure all classes that are in its causes or in a block with one of them.
        any_mode: the classes of all rules of the system.
    """
    told = [list(dict.fromkeys(order)) for order in orders]
    if not told:
        return dict.fromkeys(("hit1", "hit3", "recall3", "exact", "block", "false"), np.nan)
    each = list(zip(told, causes, strict=True))
    return {
        "hit1": _mean(any(set(order[:1]) & cause for cause in of) for order, of in each),
        "hit3": _mean(any(set(order[:3]) & cause for cause in of) for order, of in each),
        "recall3": _mean(max(len(set(order[:3]) & cause) / len(cause) for cause in of) for order, of in each),
        "exact": _mean(any(set(order[: len(cause)]) == cause for cause in of) for order, of in each),
        "block": _mean(bool(set(order[:1]) & near) for order, near in zip(told, blocks, strict=True)),
        "false": _mean(bool(order) and order[0] not in any_mode for order in told),
    }


def measure(quick: bool, seed: int) -> list[Figure]:
    """All figures of the systems ``seed`` and following; every second one is hard."""
    count = SYSTEMS_QUICK if quick else SYSTEMS
    found = []
    for one in range(seed, seed + count):
        found.append(scored(system(one, hard=one % 2 == 1)))
        hit = found[-1].figures
        say(
            f"system {one} ({'hard' if one % 2 else 'plain'}), {one - seed + 1} of {count}: hit@1 {hit['hit1']:.2f}, oracle {hit['oracle']:.2f}"
        )
    plain, hard = ([one for one in found if one.hard is kind] for kind in (False, True))
    bars = (
        {"family": None, "family_hard": None} if quick else {"family": "≥ 0.96", "family_hard": "≥ 0.86"}
    )  # one system tells nothing
    return [one for name, part in (("family", plain), ("family_hard", hard)) for one in _figures(name, part, bars[name], seed)]


def _figures(name: str, part: list[Scores], bar: str | None, seed: int) -> list[Figure]:
    hit = np.array([one.figures["hit1"] for one in part])
    if not np.isfinite(hit).any():
        return [figure(f"{name}_hit1", None, "share", bar, "no system has a detected failure with a cause")]
    low, high = _interval(hit)
    worst = part[int(np.nanargmin(hit))].seed
    of = f"{len(part)} systems, seeds {seed} and following"
    notes = {
        "exact": "the first |cause| classes are the cause", "false_reason": "first class is of no rule", "hit3": "one of the first three",
        "recall3": "part of the cause among the first three", "block": "first class in a block with a cause", "hit1_summed": "raw shares summed by class, highest first",
        "hit1_all": "all failures with a cause, detected or not", "hit1_missed": "failures with a cause that were not detected", "hit1_z": "largest |z| instead",
        "hit1_global": "one ranking for all", "hit1_oracle": "information oracle: rules known, only the sensors seen", "chance": "|cause| / classes",
        "detected": "failures with a cause among as many highest risks as failures in training", "missed": "failures without advice, at the product's own threshold",
        "false_alarms": "of the advice, at the product's own threshold", "false_alarm_reason": "false alarms whose first reason is of a rule of the system",
        "unrestrained": "failures without a cause of which one class has more than half of what raises the risk", "share_error": "largest standard error of a share, mean", "refused": "rows to judge that the checks refuse",
        "left_out": "columns of a cause that were left out of learning", "redrawn": "draws thrown away",
    }  # fmt: skip
    keys = {"false_reason": "false", "hit1_oracle": "oracle", "hit1_z": "z", "hit1_global": "global"}
    more = []
    for key, note in notes.items():
        values = [one.figures[keys.get(key, key)] for one in part]
        known = np.isfinite(values)
        value = float(np.mean(np.array(values)[known])) if known.any() else None
        more.append(
            figure(
                f"{name}_{key}",
                value,
                {"left_out": "a system", "redrawn": "a system", "share_error": "points"}.get(key, "share"),
                None,
                note if known.any() else f"{note}: none",
            )
        )
    return [
        figure(f"{name}_hit1", float(np.nanmean(hit)), "share", bar, f"{of}; 95 % interval over systems {low:.3f}–{high:.3f}, median {np.nanmedian(hit):.3f}"),
        figure(f"{name}_hit1_decile", float(np.nanquantile(hit, 0.1)), "share", None, "lowest decile of the systems"),
        figure(f"{name}_hit1_worst", float(np.nanmin(hit)), "share", None, f"worst system: seed {worst}"),
        *more,
    ]  # fmt: skip


def scored(drawn: System) -> Scores:
    """Take one system through the product, and hold what it tells against the truth."""
    with tempfile.TemporaryDirectory() as work:
        use_case, left_out = _made(drawn, Path(work))
        trained = train(use_case, training_set(use_case, None), lambda *_: True)
        return Scores(drawn.seed, drawn.hard, _judged(drawn, use_case, trained, left_out))


def _made(drawn: System, home: Path) -> tuple[UseCase, int]:
    """The use case of a system's rows to learn from, and how many columns of a cause are no signal of it."""
    table = drawn.table.iloc[: drawn.learn]
    found = profile(table, drawn.target)
    write(table, found, "u", "a random system", home)
    kept = {column.header for column in found.signals}
    causes = frozenset().union(*(drawn.cause(at) for at in range(len(drawn.modes))))
    return load("u", home), sum(of in causes and name not in kept for name, of in drawn.of_column.items())


def _judged(drawn: System, use_case: UseCase, trained: Trained, left_out: int) -> dict[str, float]:
    table = drawn.table.iloc[drawn.learn :]
    told = rows_of(use_case, table, "the rows to judge")
    begin = microseconds(drawn.table["time"].astype("datetime64[us, UTC]")).min()
    at = ((np.asarray(microseconds(told["time"])) - begin) // 60_000_000).astype(int)  # rows that are refused are not there
    x = feature_matrix(use_case, signal_matrix(use_case, told))
    risk = trained.predictor.risk(x)
    failed, caused = drawn.failed[at], drawn.took[at].any(axis=1)
    alarm = risk > np.quantile(risk, 1 - trained.training_set.failed.mean())
    advised = risk >= use_case.advice.possible.enter
    rng = np.random.default_rng([2026, drawn.seed, 1])
    kinds = {
        "detected": (caused & alarm, DETECTED), "missed": (caused & ~alarm, OTHERS), "none": (failed & ~caused, OTHERS), "alarm": (alarm & ~failed, OTHERS),
    }  # fmt: skip
    rows = {kind: np.sort(rng.permutation(np.flatnonzero(those))[:most]) for kind, (those, most) in kinds.items()}
    page = _Page(drawn, use_case, trained)
    orders = {kind: [page.told(x[row], risk[row], alarm[row]) for row in those] for kind, those in rows.items()}
    sums = [summed for _, summed in orders["none"]]
    causes = [drawn.cause(mode) for mode in range(len(drawn.modes))]
    any_mode = frozenset().union(*causes)

    def of(kind: str, order: list[list[int]]) -> dict[str, float]:
        took = [[causes[mode] for mode in np.flatnonzero(drawn.took[at[row]])] for row in rows[kind]]
        return score(order, took, [page.near(one) for one in took], any_mode)

    found = of("detected", [order for order, _ in orders["detected"]])
    missed = of("missed", [order for order, _ in orders["missed"]])["hit1"]
    n = kinds["detected"][0].sum(), kinds["missed"][0].sum()
    found["hit1_missed"] = missed
    found["hit1_all"] = float(np.nansum([found["hit1"] * n[0], missed * n[1] if n[1] else 0.0]) / max(sum(n), 1))
    found["hit1_summed"] = of("detected", [list(summed) for _, summed in orders["detected"]])["hit1"]
    found["z"] = of("detected", page.by_z(x[rows["detected"]]))["hit1"]
    found["global"] = of("detected", [page.ranking()] * len(rows["detected"]))["hit1"]
    found["oracle"] = of("detected", _by_oracle(drawn, causes, at[rows["detected"]]))["hit1"]
    classes = len({of for of in drawn.of_column.values() if of is not None}) + sum(of is None for of in drawn.of_column.values())
    took = [drawn.took[at[row]] for row in rows["detected"]]
    found["chance"] = _mean(len(frozenset().union(*(causes[m] for m in np.flatnonzero(one)))) / classes for one in took)
    found["detected"] = float(alarm[caused].mean())
    found["false_alarm_reason"] = _mean(bool(order) and order[0] in any_mode for order, _ in orders["alarm"])
    found["unrestrained"] = _mean(bool(one) and max(one.values()) > 0.5 * sum(one.values()) for one in sums)
    found["share_error"] = 100 * _mean(page.errors)
    found |= {
        "missed": float((~advised)[failed].mean()),
        "false_alarms": float((~failed)[advised].mean()) if advised.any() else np.nan,
    }
    return found | {"refused": 1 - len(told) / len(table), "left_out": float(left_out), "redrawn": float(drawn.redrawn)}


class _Page:
    """What is told of a reading: the record that every screen takes its reasons from, as classes of the system."""

    def __init__(self, drawn: System, use_case: UseCase, trained: Trained):
        self.drawn, self.use_case, self.trained = drawn, use_case, trained
        many = len(use_case.groups) > MOST_PLAYING
        usual = background(trained) if many else Portrait(trained).background
        self.shares = read_shares(use_case, trained.booster, trained.predictor.risk, usual, WALKS if many else 0)
        self.errors: list[float] = []
        self.limits = bands(trained)[EVERY_ASSET]
        columns = {signal: header for header, signal in use_case.replay.columns.items()}
        nothing = {header: -1 - at for at, header in enumerate(drawn.of_column)}  # each column of nothing is a class of its own
        of = {
            signal: drawn.of_column[header] if drawn.of_column[header] is not None else nothing[header]
            for signal, header in columns.items()
        }
        self.class_of = np.array([of[name] for name in use_case.features])
        self._of_signal = of

    def told(self, x: np.ndarray, risk: float, alarm: bool) -> tuple[list[int], dict[int, float]]:
        """The classes in the order of the page, and the summed share of each, largest first: only what raises the risk."""
        use_case = self.use_case
        values = {name: self._value(name, x[at]) for at, name in enumerate(use_case.features)}
        state = State.LIKELY if alarm else state_of(use_case, float(risk))
        exact = self.shares.explain(x)
        seen = Prediction(use_case.name, 1, use_case.assets[0], datetime.now(UTC), 0, values, 1, float(risk), state, 0.0, {})
        record = reasons_told(use_case, seen, exact, lambda name: self.limits.get(name))
        page = [self._of_signal[line.main.signal] for line in (*record.strongest, *record.others) if line.raises]
        self.errors.append(float(np.nanmax(exact.error)) if exact.error is not None else 0.0)
        summed = self._summed(exact.features, exact.contributions)
        return page, {one: share for one, share in sorted(summed.items(), key=lambda pair: -pair[1]) if share > 0}

    def near(self, causes: list[frozenset[int]]) -> frozenset[int]:
        """All classes that are in the causes or in a block with one of them."""
        block = self.drawn.block
        blocks = {block[one] for cause in causes for one in cause if one < len(block)}
        return frozenset().union(*causes) | frozenset(np.flatnonzero(np.isin(block, list(blocks))).tolist())

    def by_z(self, x: np.ndarray) -> list[list[int]]:
        """The classes by the largest |z| of their columns; a category has none."""
        own, number = (
            self.trained.training_set,
            np.array([not getattr(self.use_case.described(one), "categories", ()) for one in self.use_case.features]),
        )
        normal = own.x[~own.failed & ~own.held_out]
        middle, spread = np.nanmean(normal, axis=0), np.nanstd(normal, axis=0)
        z = np.nan_to_num(np.abs((x - middle) / np.where(spread > 0, spread, np.inf))) * number
        return [list(dict.fromkeys(self.class_of[np.argsort(-row, kind="stable")].tolist())) for row in z]

    def ranking(self) -> list[int]:
        """One order for all: by mean absolute contribution."""
        own = self.trained.training_set
        mean = np.abs(self.trained.predictor.shares.of(own.x[own.shown])[1][:, :-1]).mean(axis=0)
        total = {one: float(mean[self.class_of == one].sum()) for one in self.class_of.tolist()}
        return sorted(total, key=lambda one: -total[one])

    def _summed(self, groups: tuple[str, ...], shares: np.ndarray) -> dict[int, float]:
        total: dict[int, float] = {}
        for name, share in zip(groups, shares.tolist(), strict=True):
            one = self._of_signal[self.use_case.groups[name].features[0]]
            total[one] = total.get(one, 0.0) + share
        return total

    def _value(self, name: str, code: float) -> float | str:
        categories = getattr(self.use_case.described(name), "categories", ())
        return categories[int(code)] if categories and code == code else float(code)


def _by_oracle(drawn: System, causes: list[frozenset[int]], rows: np.ndarray) -> list[list[int]]:
    """The classes by the posterior of the rules that they are in."""
    found = []
    for given in posterior(drawn, rows):
        total: dict[int, float] = {}
        for mode, share in enumerate(given):
            for one in causes[mode]:
                total[one] = total.get(one, 0.0) + float(share)
        found.append(sorted(total, key=lambda one: -total[one]))
    return found


def _mean(values) -> float:
    told = [float(one) for one in values]
    return float(np.mean(told)) if told else np.nan


def _interval(values: np.ndarray) -> tuple[float, float]:
    """95 % of the means of systems drawn again."""
    known = values[np.isfinite(values)]
    drawn = np.random.default_rng(0).choice(known, (RESAMPLES, len(known)))
    return tuple(np.quantile(drawn.mean(axis=1), [0.025, 0.975]).tolist())
