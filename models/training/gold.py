"""The gold set: readings with a sure truth that every release is judged on, frozen when the first one is made.

It is drawn from the held-out part of the use case's own history and from nothing else: no truth that arrived later, no correction, no flag
can ever get into it, and no release learns from it, whatever becomes of the history. Its file never changes. Where two people say of a row that it
was something else (:mod:`models.corrections.adjudication`), that is its next version: both answers are kept, and releases are judged on both.
"""

import hashlib
import json
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from data import clock
from data.durable import alone
from data.errors import PullcordError
from data.readings.features import feature_matrix, signal_matrix
from data.usecase.use_case import UseCase
from models.corrections.adjudication import NOTHING, Settled
from models.dataset.history import TrainingSetError, blocks, history_of, rows_stand_alone
from models.dataset.split import split_of

MOST_ROWS = 8_000


class GoldError(PullcordError, RuntimeError):
    """The gold set was changed; the message says which file and what to do."""


@dataclass(frozen=True, slots=True, eq=False)
class Gold:
    """Model inputs (n, features), outcomes (n,), the table they come from (asset, time, signals, outcome, cause), and the file's hash, with that of the
    second looks where there are such. ``unit``: which run or stretch of time each row is of, (n,) int; ``None`` where each counts for itself.
    ``first``: the outcomes as they were frozen. ``version``: 1, and one more for each row that was settled anew."""

    x: np.ndarray
    y: np.ndarray
    table: pd.DataFrame
    digest: str
    unit: np.ndarray | None
    first: np.ndarray
    version: int = 1


def gold_set(home: Path, use_case: UseCase, seconds: Settled = NOTHING, history: pd.DataFrame | None = None) -> Gold | None:
    """The gold set of a use case: frozen now, if there is none yet. ``None`` where the use case has no history, or where nothing of it can be held
    out because it has too few independent groups.

    Args:
        seconds: what two people say of its rows.
        history: what it is frozen from, instead of the use case's own; the same columns.

    Raises:
        GoldError: its file is missing or is not what was frozen.
    """
    folder = home / "gold"
    file, seal = folder / f"{use_case.name}.parquet", folder / f"{use_case.name}.json"
    if not seal.exists():
        try:
            history = history_of(use_case) if history is None else history
        except TrainingSetError:
            return None
        if split_of(use_case, history).why_not:
            return None
        with alone(folder):
            if not seal.is_file():  # somebody else may just have frozen it
                _freeze(history, file, seal, use_case)
    told = _sealed(seal, use_case)
    if not file.is_file() or hashlib.sha256(file.read_bytes()).hexdigest() != told["sha256"]:
        raise GoldError(
            "The gold set of {title} is not what was frozen on {frozen}: {file} is missing or was changed. Put it back from a "
            "backup. To freeze a new one delete {seal} too; figures on it cannot be compared with those of earlier releases.",
            title=use_case.title,
            frozen=told["frozen"][:10],
            file=file,
            seal=seal,
        )
    table = pd.read_parquet(file)
    missing = [name for name in use_case.recorded if name not in table]
    if missing:
        raise GoldError(
            "The gold set {file} does not hold {missing}: it is from before usecase.yaml had that signal.",
            file=file,
            missing=", ".join(missing),
        )
    x = feature_matrix(use_case, signal_matrix(use_case, table))
    unit = None if rows_stand_alone(use_case) else pd.factorize(blocks(use_case, table))[0]
    first = table["outcome"].to_numpy(np.float32)
    y, known = seconds.over(table, first)
    if not known.any():
        return Gold(x, first, table, told["sha256"], unit, first)
    digest = hashlib.sha256(f"{told['sha256']}/{seconds.digest}".encode()).hexdigest()
    return Gold(x, y, seconds.caused(table).assign(outcome=y), digest, unit, first, 1 + int(known.sum()))


def _sealed(seal: Path, use_case: UseCase) -> dict:
    try:
        told = json.loads(seal.read_text(encoding="utf-8"))
        return {"sha256": str(told["sha256"]), "frozen": str(told["frozen"])}
    except (OSError, ValueError, KeyError, TypeError):
        raise GoldError(
            "The seal of the gold set of {title} cannot be read: {seal}. Put it back from a backup. To freeze a new gold set "
            "delete it; figures on that cannot be compared with those of earlier releases.",
            title=use_case.title,
            seal=seal,
        ) from None


def _freeze(history: pd.DataFrame, file: Path, seal: Path, use_case: UseCase) -> None:
    groups = blocks(use_case, history.assign(origin="history"))
    held_out = groups.isin(split_of(use_case, history).held_out).to_numpy()
    history, groups = history[held_out], groups[held_out].to_numpy()
    names = np.random.default_rng(0).permutation(np.unique(groups))
    sizes = pd.Series(groups).value_counts()[names].cumsum()
    chosen = set(sizes.index[sizes <= MOST_ROWS]) or {names[0]}
    columns = ["asset", "time", *use_case.recorded, "outcome", "cause", *(["group"] if "group" in history else [])]
    table = history[np.isin(groups, list(chosen))][columns].reset_index(drop=True)
    file.parent.mkdir(parents=True, exist_ok=True)
    _write(file, lambda work: table.to_parquet(work))
    told = {
        "sha256": hashlib.sha256(file.read_bytes()).hexdigest(), "rows": len(table), "failures": int(use_case.failed(table["outcome"]).sum()),
        "frozen": clock.now().isoformat(timespec="seconds"),
    }  # fmt: skip
    _write(seal, lambda work: work.write_text(json.dumps(told, indent=1), encoding="utf-8"))


def _write(file: Path, write: Callable[[Path], object]) -> None:
    """Whole or not at all."""
    handle, name = tempfile.mkstemp(prefix=f".{file.name}-", dir=file.parent)
    os.close(handle)
    work = Path(name)
    try:
        write(work)
        with work.open("rb") as opened:
            os.fsync(opened.fileno())
        work.replace(file)
    finally:
        work.unlink(missing_ok=True)
