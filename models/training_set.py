"""What a model learns from: the use case's history, truth that arrived, and corrections; with a manifest of where it is from."""

import hashlib
from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.features import feature_matrix, readings_table, signal_matrix
from data.store import Store
from data.usecase import UseCase
from models.choices import Choices
from models.contradiction import FEWEST, Conflict, conflicts, quiet_readings
from models.corrections import CORRECTION_WEIGHT, Admission, admissions
from models.counterexamples import counterexamples
from models.history import HELD_OUT_OF, HISTORY_ROWS, WATCHED_OF, TrainingSetError, blocks, drawn, history_of

MOST_TRUTHS = 40_000
LEARNED = ("correction", "counterexample")
"""What is never held out: people stand behind it, and it is not a sample of anything."""
_SEED = 7
NONE = Choices()
FEWEST_WATCHED = 50


@dataclass(frozen=True, slots=True, eq=False)
class TrainingSet:
    """Columns of one length. ``held_out`` rows are never trained on, by any release: the same rule decides for all.

    ``table`` holds asset, time, signals, cause, origin (history, truth, correction or counterexample) and reading (0 for history).
    """

    x: np.ndarray  # (n, features) float32
    y: np.ndarray  # (n,) float32
    weight: np.ndarray  # (n,) float32
    held_out: np.ndarray  # (n,) bool
    failed: np.ndarray  # (n,) bool: whether the outcome is bad
    table: pd.DataFrame
    corrections: tuple[int, ...]
    manifest: dict
    choices: Choices = NONE
    watched: np.ndarray | None = None  # (n,) bool: what is watched while learning; None: one row in seven


def training_set(
    use_case: UseCase, store: Store | None, history_rows: int = HISTORY_ROWS, choices: Choices = NONE,
    history: pd.DataFrame | None = None, with_truth: bool = True,
) -> TrainingSet:  # fmt: skip
    """Gather what ``use_case`` can learn from now. Deterministic for what the store holds and what was chosen.

    Args:
        history: instead of the use case's own; the same columns.
        with_truth: whether to learn from outcomes that came in by themselves, beside corrections.

    Raises:
        TrainingSetError: no history and no truth, or only one outcome in it.
    """
    history = (history_of(use_case, history_rows) if history is None else history).assign(origin="history", id=0, weight=1.0)
    parts, admitted, found, excluded = [history], [], [], []
    if store is not None:
        truth = store.readings.labelled(use_case.name, MOST_TRUTHS).assign(origin="truth", weight=1.0)
        admitted = admissions(use_case, store, len(history) + (len(truth) if with_truth else 0))
        excluded = store.feedback.excluded(use_case.name)
        found = _contradicted(use_case, store, history, admitted)
        parts = [_mended(history, found, choices), truth if with_truth else truth[:0], _corrected(admitted)]
        if choices.counterexamples:
            copies = counterexamples(use_case, store, signal_matrix(use_case, history), _SEED)
            parts.append(copies.assign(origin="counterexample"))
    columns = ["asset", "time", *use_case.recorded, "outcome", "cause", "origin", "id", "weight"]
    table = pd.concat([part[columns] for part in parts if len(part)], ignore_index=True).rename(columns={"id": "reading"})
    y = table["outcome"].to_numpy(np.float32)
    if len(np.unique(y)) < 2:
        raise TrainingSetError(
            f"All {len(y)} rows of {use_case.name} have the same outcome: a model needs different ones to learn from."
        )
    x, weight = feature_matrix(use_case, signal_matrix(use_case, table)), table.pop("weight").to_numpy(np.float32)
    taken = tuple(one.correction.id for one in admitted if one.held is None)
    manifest = {
        "rows": len(y),
        "by_origin": {str(k): int(v) for k, v in table["origin"].value_counts().items()},
        "failures": int((failed := use_case.failed(y)).sum()),
        "held_out": int((held_out := is_held_out(use_case, table)).sum()),
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
        "contradicted": [one.plain() for one in found],
        "choices": choices.plain(),
        "excluded": [
            {"case": e.case, "asset": e.asset, "start": e.start.isoformat(), "end": e.end.isoformat(), "signal": e.signal}
            for e in excluded
        ],
        "sha256": {"x": _hash(x), "y": _hash(y), "weight": _hash(weight)},
    }  # fmt: skip
    watched = _watched(use_case, table, held_out)
    return TrainingSet(x, y, weight, held_out, failed, table, taken, manifest, choices, watched)


def contradictions(use_case: UseCase, store: Store) -> list[Conflict]:
    """History that the corrections contradict now, for somebody to look at before choosing what becomes of it.

    Raises:
        TrainingSetError: the use case has no history.
    """
    history = history_of(use_case)
    return _contradicted(use_case, store, history, admissions(use_case, store, len(history)))


def _contradicted(use_case: UseCase, store: Store, history: pd.DataFrame, admitted: list[Admission]) -> list[Conflict]:
    if sum(one.held is None for one in admitted) < FEWEST:
        return []
    x = feature_matrix(use_case, signal_matrix(use_case, history))
    quiet, score = quiet_readings(use_case, store, admitted)
    if use_case.task == "regression":  # a value denies no other one
        return []
    return conflicts(use_case, x, use_case.failed(history["outcome"]).astype(np.float32), admitted, quiet, score)


def _mended(history: pd.DataFrame, found: list[Conflict], choices: Choices) -> pd.DataFrame:
    """The history as it was chosen: its contradicted rows kept, left out, or with the outcome that the corrections say."""
    if not found or choices.contradicted == "keep":
        return history
    if choices.contradicted == "leave_out":
        return history.drop(index=history.index[np.unique(np.concatenate([one.rows for one in found]))])
    history = history.copy()
    for one in found:
        rows = history.index[one.rows]
        history.loc[rows, "outcome"], history.loc[rows, "cause"] = one.outcome, one.cause
    return history


def _corrected(admitted: list[Admission]) -> pd.DataFrame:
    taken = [one for one in admitted if one.held is None]
    return readings_table(one.seen for one in taken).assign(
        outcome=[one.correction.outcome for one in taken], cause=[one.correction.cause for one in taken],
        weight=[one.weight for one in taken], origin="correction",
    )  # fmt: skip


def is_held_out(use_case: UseCase, table: pd.DataFrame) -> np.ndarray:
    """(n,) what no release learns from: one block in five (:func:`models.history.blocks`), never at random over neighbouring readings.
    Corrections and counter-examples are always learned from."""
    return drawn(blocks(use_case, table), HELD_OUT_OF) & (~table["origin"].isin(LEARNED)).to_numpy()


def _watched(use_case: UseCase, table: pd.DataFrame, held_out: np.ndarray) -> np.ndarray | None:
    """(n,) whole blocks that are watched while learning from the others, where the use case states its ``block_s``: an error on the
    neighbours of what was learned would look smaller than it is."""
    if "block_s" not in use_case.model_fields_set:
        return None
    found = drawn(blocks(use_case, table), WATCHED_OF, "watched") & ~held_out & (~table["origin"].isin(LEARNED)).to_numpy()
    return found if found.sum() >= FEWEST_WATCHED else None


def _hash(column: np.ndarray) -> str:
    return hashlib.sha256(np.ascontiguousarray(column).tobytes()).hexdigest()
