"""What a model learns from: the use case's history, truth that arrived, and corrections; with a manifest of where it is from."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from data.checks.frozen import frozen_in
from data.readings.features import feature_matrix, readings_table, signal_matrix
from data.records import Finding
from data.store import Store
from data.usecase.use_case import UseCase
from models.corrections.bad_stretches import Stretch, stretches
from models.corrections.corrections import CORRECTION_WEIGHT, Admission, admissions, shares, weighed
from models.corrections.counterexamples import counterexamples
from models.corrections.entered import entered, weight_of, who_entered
from models.corrections.mending import Denied, contradicted, denied, mended
from models.dataset.choices import Choices
from models.dataset.history import (
    HELD_OUT_OF,
    HISTORY_ROWS,
    WATCHED_OF,
    TrainingSetError,
    blocks,
    drawn,
    history_of,
    rows_stand_alone,
    timed,
)
from models.dataset.replayed import not_again
from models.dataset.split import Split, split_of

MOST_TRUTHS = 40_000
LEARNED = ("correction", "counterexample")
"""What is never held out: people stand behind it, and it is not a sample of anything."""
_SEED = 7
NONE = Choices()


@dataclass(frozen=True, slots=True, eq=False)
class TrainingSet:
    """Columns of one length. ``held_out`` rows are never trained on, by any release: the same rule decides for all.

    ``table`` holds asset, time, signals, cause, origin (history, truth, correction or counterexample) and reading (0 for history).
    """

    x: np.ndarray  # (n, features) float32
    y: np.ndarray  # (n,) float32; float64 of a value, which may differ in its last digits only
    weight: (
        np.ndarray
    )  # (n,) float32: how much each counts in learning, calibrating and judging; 1 unless it was drawn less or more often
    held_out: np.ndarray  # (n,) bool
    failed: np.ndarray  # (n,) bool: whether the outcome is bad
    table: pd.DataFrame
    corrections: tuple[int, ...]
    manifest: dict
    choices: Choices = NONE
    watched: np.ndarray | None = None  # (n,) bool: what is watched while learning; None: one row in seven
    unit: np.ndarray | None = (
        None  # (n,) int: which run, machine or stretch of time a row is of; what shares one is not independent
    )
    split: Split | None = None
    without: Callable[[str], "TrainingSet"] | None = None  # the same as if one person had decided nothing

    @property
    def shown(self) -> np.ndarray:
        """(m,) the rows on which a model is described: those held out, or, where nothing is, those that it learns from."""
        held = np.flatnonzero(self.held_out)
        return held if len(held) else np.flatnonzero((~self.table["origin"].isin(LEARNED)).to_numpy())


def training_set(
    use_case: UseCase, store: Store | None, history_rows: int = HISTORY_ROWS, choices: Choices = NONE,
    history: pd.DataFrame | None = None, with_truth: bool = True, leave_out: str | None = None,
) -> TrainingSet:  # fmt: skip
    """Gather what ``use_case`` can learn from now. Deterministic for what the store holds and what was chosen.

    Args:
        history: instead of the use case's own; the same columns.
        with_truth: whether to learn from outcomes that came in by themselves, beside corrections. Held-out ones are judged on anyway.
        leave_out: a person whose corrections are not taken.

    Raises:
        TrainingSetError: no history and no truth, or only one outcome in it.
    """
    given = history_of(use_case, history_rows, with_frozen=True) if history is None else history
    every = _telling_frozen(use_case, given)
    without = partial(training_set, use_case, store, history_rows, choices, every, with_truth)  # of a person
    history = every[~every["frozen"]].drop(columns="frozen").assign(origin="history", id=0, weight=1.0)
    frozen = {"history": int(every["frozen"].sum()), "truth": 0}
    split = split_of(use_case, history)
    parts, admitted, found, doubted, typed, unfit, again = [history], [], [], [], [], [], 0
    if store is not None:
        typed, unfit = entered(use_case, store), stretches(use_case, store)  # before the truth: what waits is not in it
        admitted = admissions(use_case, store, len(history))
        truth, again = not_again(use_case, every, _truth(use_case, store, admitted, unfit, split))
        told = len(truth)
        truth = truth[~frozen_in(use_case, truth, timed(use_case))]
        frozen["truth"] = told - len(truth)
        if not with_truth:
            truth = truth[is_held_out(use_case, truth, split)]
        admitted, truth = _shared(use_case, admitted, typed, truth, len(history), with_truth)
        admitted = [one for one in admitted if one.correction.person != leave_out]
        aside = is_held_out(use_case, history, split)
        found = contradicted(use_case, store, history, admitted, aside)
        doubted = denied(use_case, history, admitted, aside) if choices.label_errors != "keep" else []
        parts = [mended(use_case, history, found, doubted, choices), truth, _corrected(admitted)]
        if choices.counterexamples:
            copies = counterexamples(use_case, store, signal_matrix(use_case, history), _SEED)
            parts.append(copies.assign(origin="counterexample"))
    columns = ["asset", "time", *use_case.recorded, "outcome", "cause", "origin", "id", "weight", "group"]
    parts = [part if "group" in part else part.assign(group=None) for part in parts if len(part)]
    table = pd.concat([part[columns] for part in parts], ignore_index=True).rename(columns={"id": "reading"})
    names = blocks(use_case, table)
    table = table.drop(columns="group")
    y = table["outcome"].to_numpy(np.float64 if use_case.task == "regression" else np.float32)
    if len(np.unique(y)) < 2:
        raise TrainingSetError(
            "All {x} rows of {name} have the same outcome: a model needs different ones to learn from.",
            x=len(y),
            name=use_case.name,
        )
    x, weight = feature_matrix(use_case, signal_matrix(use_case, table)), table.pop("weight").to_numpy(np.float32)
    taken = tuple(one.correction.id for one in admitted if one.held is None)
    manifest = {
        "rows": len(y),
        "by_origin": {str(k): int(v) for k, v in table["origin"].value_counts().items()},
        "failures": int((failed := use_case.failed(y)).sum()),
        "held_out": int((held_out := _held_out(table, names, split)).sum()),
        "again": again,
        "frozen": frozen,
        "groups": {
            "kind": use_case.group.kind if use_case.group else "", "units": int(names.nunique()), "held_out": int(names[held_out].nunique()),
            "why_not": split.why_not, "lacking": {str(code): list(lacks) for code, lacks in split.lacking.items()},
        },
        "correction_weight": CORRECTION_WEIGHT,
        "corrections": list(taken),
        "held_back": {str(one.correction.id): one.held for one in admitted if one.held},
        "stands_behind": {
            str(one.correction.id): {
                "decided_by": one.correction.person, "raised_by": list(one.correction.raised_by), "flags": list(one.correction.flags),
                "confirmed_by": one.correction.confirmed_by, "weight": round(one.weight, 3),
            }
            for one in admitted
        },
        "entered": _behind_entered(typed),
        "contradicted": [one.plain() for one in found],
        "label_errors": [one.plain() for one in doubted],
        "choices": choices.plain(),
        "excluded": [one.plain() for one in unfit if not one.held],
        "stretches_waiting": [one.plain() | {"held": one.held} for one in unfit if one.held],
        "sha256": {"x": _hash(x), "y": _hash(y), "weight": _hash(weight)},
    }  # fmt: skip
    watched = _watched(use_case, table, names, split, held_out)
    unit = None if rows_stand_alone(use_case) else pd.factorize(names)[0]
    return TrainingSet(x, y, weight, held_out, failed, table, taken, manifest, choices, watched, unit, split, without)


def _truth(use_case: UseCase, store: Store, admitted: list[Admission], unfit: list[Stretch], split: Split) -> pd.DataFrame:
    """What came in by itself. Of stretches of bad data only what failed in them is there, and only where releases are judged on it."""
    held, waiting = [one.correction.id for one in admitted if one.held], [one.exclusion.case for one in unfit if one.held]
    found = store.readings.labelled(use_case.name, MOST_TRUTHS, held, waiting, True).assign(origin="truth")
    return found[~found["spoiled"] | is_held_out(use_case, found, split)]


def _shared(
    use_case: UseCase, admitted: list[Admission], typed: list[Finding], truth: pd.DataFrame, rows: int, with_truth: bool
) -> tuple[list[Admission], pd.DataFrame]:
    """Corrections and truth with the weights that each person's share allows: what somebody typed in counts with their corrections."""
    who, weight = who_entered(typed, truth), truth["weight"].to_numpy(float)
    own = weight_of(who, weight)
    beside = rows + (len(truth) - sum(one is not None for one in who) if with_truth else 0)
    share = shares(use_case, admitted, beside, own)
    told = [weight_ * share.get(person, 1.0) for person, weight_ in zip(who, weight, strict=True)]
    return weighed(use_case, admitted, beside, own), truth.assign(weight=np.array(told, float))


def _behind_entered(typed: list[Finding]) -> dict:
    """Who stands behind what was typed in of inspections, and why what waits does."""
    return {
        str(one.id): {"case": one.case, "decided_by": one.person, "confirmed_by": one.confirmed_by, "held": one.held}
        for one in typed
    }


def _telling_frozen(use_case: UseCase, history: pd.DataFrame) -> pd.DataFrame:
    return history if "frozen" in history else history.assign(frozen=frozen_in(use_case, history, timed(use_case)))


def contradictions(use_case: UseCase, store: Store, history: pd.DataFrame | None = None) -> Denied:
    """What speaks against the history now, for somebody to look at before choosing what becomes of it. ``history``: instead of the use case's own.

    Raises:
        TrainingSetError: the use case has no history.
    """
    history = (history_of(use_case) if history is None else history).assign(origin="history")
    admitted, held_out = admissions(use_case, store, len(history)), is_held_out(use_case, history)
    found = contradicted(use_case, store, history, admitted, held_out)
    return Denied(history, found, denied(use_case, history, admitted, held_out), held_out)


def _corrected(admitted: list[Admission]) -> pd.DataFrame:
    taken = [one for one in admitted if one.held is None]
    return readings_table(one.seen for one in taken).assign(
        outcome=[one.correction.outcome for one in taken], cause=pd.Series([one.correction.cause for one in taken]),
        weight=[one.weight for one in taken], origin="correction",
    )  # fmt: skip


def is_held_out(use_case: UseCase, table: pd.DataFrame, split: Split | None = None) -> np.ndarray:
    """(n,) what no release learns from. ``split``: of the history; without one ``table`` holds all of it."""
    split = split_of(use_case, table[table["origin"] == "history"]) if split is None else split
    return _held_out(table, blocks(use_case, table), split)


def _held_out(table: pd.DataFrame, names: pd.Series, split: Split) -> np.ndarray:
    """(n,) what no release learns from: whole units of the history (:func:`models.dataset.split.split_of`), and of what came in later one block in five.
    Corrections and counter-examples are always learned from."""
    history = (table["origin"] == "history").to_numpy()
    return np.where(history, names.isin(split.held_out), drawn(names, HELD_OUT_OF)) & (~table["origin"].isin(LEARNED)).to_numpy()


def _watched(use_case: UseCase, table: pd.DataFrame, names: pd.Series, split: Split, held_out: np.ndarray) -> np.ndarray | None:
    """(n,) whole units that are watched while learning from the others, where the use case states its ``group`` or ``block_s``: an error on the
    neighbours of what was learned would look smaller than it is. Of a single unit its last seventh."""
    if rows_stand_alone(use_case):
        return None
    history, free = (table["origin"] == "history").to_numpy(), ~held_out & (~table["origin"].isin(LEARNED)).to_numpy()
    found = np.where(history, names.isin(split.watched), drawn(names, WATCHED_OF, "watched")) & free
    if found.any():
        return found
    place, size = names[free].groupby(names[free]).cumcount(), names[free].map(names[free].value_counts())
    found[np.flatnonzero(free)] = (place >= size - np.maximum(size // 7, 1)).to_numpy()
    return found


def _hash(column: np.ndarray) -> str:
    return hashlib.sha256(np.ascontiguousarray(column).tobytes()).hexdigest()
