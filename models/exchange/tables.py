"""Cases and training sets as one flat table each, written as CSV or Parquet by the file's ending."""

import json
from pathlib import Path

import pandas as pd

from data.errors import PullcordError
from data.records import CaseState
from data.store import NotFound, Store
from data.tables.spreadsheet import csv_text
from data.usecase.use_case import UseCase
from models.training.training_set import TrainingSet


class ExchangeError(PullcordError, ValueError):
    """Something cannot be written or read; the message names the file and what to write instead."""


def cases_table(use_case: UseCase, store: Store) -> pd.DataFrame:
    """Every case, oldest first: the reading, what was said, what was found. Times in UTC; lists joined by ``;``."""
    rows = []
    for case in store.feedback.queue(use_case.name, states=tuple(CaseState), limit=1_000_000):  # a row a case: decided one by one
        try:
            seen = store.readings.prediction(use_case.name, case.reading)
        except NotFound:
            continue
        flags = [flag for flag in store.feedback.case_flags(case.id) if flag.withdrawn is None]
        verdict = next((one for one in reversed(store.feedback.verdicts(case.id)) if one.settled), None)
        rows.append(
            {
                "case": case.id, "use_case": use_case.name, "state": str(case.state), "origin": str(case.origin), "asset": case.asset,
                "area": use_case.area_of(case.asset), "time": seen.time, "reading": case.reading, "release": case.release, "score": case.score,
                **seen.values,
                "kind": str(case.kind or ""), "reason": str(case.reason or ""), "flags": ";".join(str(flag.id) for flag in flags),
                "comments": ";".join(flag.comment for flag in flags if flag.comment), "opened": case.opened, "due": case.due,
                "verdict": str(verdict.kind) if verdict else "", "outcome": verdict.outcome if verdict else None,
                "cause": verdict.cause if verdict else None, "answer": verdict.answer if verdict else "",
                "should_not_matter": ";".join(verdict.about.should_not_matter) if verdict else "",
                "decided_by": verdict.person if verdict else "", "decided": verdict.decided if verdict else None,
            }
        )  # fmt: skip
    return pd.DataFrame(rows).sort_values("case", ignore_index=True) if rows else pd.DataFrame({"case": []})


def training_table(told: TrainingSet) -> pd.DataFrame:
    """A training set as it is learned from: where each row is from, the model inputs, outcome, weight, and whether it was held out."""
    inputs = pd.DataFrame(told.x, columns=[f"x_{at}" for at in range(told.x.shape[1])])
    return pd.concat([told.table.reset_index(drop=True), inputs], axis=1).assign(
        y=told.y, weight=told.weight, held_out=told.held_out
    )


def named_inputs(use_case: UseCase, table: pd.DataFrame) -> pd.DataFrame:
    """The inputs of a training table under the features' names (``x_torque``): signals stand beside them as they were measured."""
    return table.rename(columns={f"x_{at}": f"x_{name}" for at, name in enumerate(use_case.features)})


def write_table(table: pd.DataFrame, file: Path) -> Path:
    """Write a table by its ending. A CSV is one that a spreadsheet can open: no text in it is run as a formula.

    Raises:
        ExchangeError: another ending than .csv or .parquet, or a place that cannot be written.
    """
    if not file.parent.is_dir():
        raise ExchangeError("There is no folder {parent}: make it first, or name another place.", parent=file.parent)
    try:
        if file.suffix == ".csv":
            file.write_text(csv_text(table), encoding="utf-8", newline="")
        elif file.suffix == ".parquet":
            table.to_parquet(file, index=False)
        else:
            raise ExchangeError(
                "{file} ends in {nothing}: name a file that ends in .csv or .parquet.",
                file=file,
                nothing=file.suffix or "nothing",
            )
    except OSError as error:
        raise ExchangeError(
            "{file} cannot be written ({strerror}): name another place.", file=file, strerror=error.strerror
        ) from None
    return file


def write_manifest(told: TrainingSet, file: Path) -> Path:
    """The manifest of a training set, as JSON beside its table."""
    place = file.with_suffix(".manifest.json")
    place.write_text(json.dumps(told.manifest, indent=1, ensure_ascii=False), encoding="utf-8")
    return place
