"""What speaks against the history, by corrections and by the rest of it, and the history as somebody chose to mend it."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.readings.features import feature_matrix, readings_table, signal_matrix
from data.store import Store
from data.usecase.use_case import UseCase
from models.corrections.contradiction import FEWEST, Conflict, conflicts, quiet_readings
from models.corrections.corrections import Admission
from models.corrections.label_errors import Part, parts_denied
from models.dataset.choices import Choices


@dataclass(frozen=True, slots=True, eq=False)
class Denied:
    """What speaks against the ``history`` (asset, time, signals, outcome, cause): contradictions of corrections, and labels that the rest denies."""

    history: pd.DataFrame
    conflicts: list[Conflict]
    parts: list[Part]
    held_out: np.ndarray  # (n,) bool: rows of it on which releases are judged

    @property
    def in_question(self) -> pd.DataFrame:
        """Held-out rows of which either says that they are otherwise: for people to look at, one by one."""
        places = [one.held_out for one in (*self.conflicts, *self.parts)]
        return self.history.iloc[np.unique(np.concatenate(places)) if places else []]


def contradicted(
    use_case: UseCase, store: Store, history: pd.DataFrame, admitted: list[Admission], held_out: np.ndarray
) -> list[Conflict]:
    """Where several corrections agree on something that the history denies. ``held_out``: (n,) bool, rows of it on which releases are judged."""
    if sum(one.held is None for one in admitted) < FEWEST:
        return []
    x = feature_matrix(use_case, signal_matrix(use_case, history))
    quiet, score = quiet_readings(use_case, store, admitted)
    if use_case.task == "regression":  # a value denies no other one
        return []
    bad = use_case.failed(history["outcome"]).astype(np.float32)
    return conflicts(use_case, x, bad, admitted, quiet, score, held_out, history)


def denied(use_case: UseCase, history: pd.DataFrame, admitted: list[Admission], held_out: np.ndarray) -> list[Part]:
    """Parts of the history whose labels the rest of it denies."""
    if use_case.task == "regression":
        return []
    taken = [one for one in admitted if one.held is None]
    seen = np.empty((0, len(use_case.features)), np.float32)
    if taken:
        seen = feature_matrix(use_case, signal_matrix(use_case, readings_table(one.seen for one in taken)))
    x, found = (
        feature_matrix(use_case, signal_matrix(use_case, history)),
        use_case.failed([one.correction.outcome for one in taken]),
    )
    return parts_denied(use_case, history, x, use_case.failed(history["outcome"]), ~held_out, seen, found)


def mended(use_case: UseCase, history: pd.DataFrame, found: list[Conflict], parts: list[Part], choices: Choices) -> pd.DataFrame:
    """The history as it was chosen: contradicted rows and denied labels kept, left out, or put right. Held-out rows stay as they are: a repair is not
    judged by its own opinion. Where two values were written down for each other no label is put right: none is wrong."""
    out, told = [], history.copy()
    for one in found if choices.contradicted == "relabel" else ():
        rows = told.index[one.rows]
        told.loc[rows, "outcome"], told.loc[rows, "cause"] = one.outcome, one.cause
    if choices.contradicted == "leave_out":
        out += [one.rows for one in found]
    for one in parts if choices.label_errors == "relabel" and use_case.task == "binary" else ():
        rows = told.index[one.turned]
        told.loc[rows, "outcome"], told.loc[rows, "cause"] = 1 - history.loc[rows, "outcome"], None
    if choices.label_errors == "leave_out" or (choices.label_errors == "relabel" and use_case.task != "binary"):
        out += [one.rows for one in parts]  # of several classes nobody knows which one it was
    return told.drop(index=told.index[np.unique(np.concatenate(out))]) if out else told
