"""The gold set: readings with a sure truth that every release is judged on, frozen when the first one is made.

It is drawn from the held-out part of the use case's own history and from nothing else: no truth that arrived later, no correction, no flag
can ever get into it, and no release learns from it, whatever becomes of the history.
"""

import hashlib
import json
import os
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd

from data.features import feature_matrix, signal_matrix
from data.usecase import UseCase
from models.history import TrainingSetError, blocks, history_of
from models.training_set import is_held_out

MOST_ROWS = 8_000


class GoldError(RuntimeError):
    """The gold set was changed; the message says which file and what to do."""


@dataclass(frozen=True, slots=True, eq=False)
class Gold:
    """Model inputs (n, features), outcomes (n,), the table they come from (asset, time, signals, outcome, cause), and the file's hash."""

    x: np.ndarray
    y: np.ndarray
    table: pd.DataFrame
    digest: str


def gold_set(home: Path, use_case: UseCase) -> Gold | None:
    """The gold set of a use case: frozen now, if there is none yet. ``None`` where the use case has no history.

    Raises:
        GoldError: its file is missing or is not what was frozen.
    """
    folder = home / "gold"
    file, seal = folder / f"{use_case.name}.parquet", folder / f"{use_case.name}.json"
    if not seal.is_file():
        try:
            history = history_of(use_case)
        except TrainingSetError:
            return None
        _freeze(history, file, seal, use_case)
    told = json.loads(seal.read_text(encoding="utf-8"))
    if not file.is_file() or hashlib.sha256(file.read_bytes()).hexdigest() != told["sha256"]:
        raise GoldError(
            f"The gold set of {use_case.title} is not what was frozen on {told['frozen'][:10]}: {file} is missing or was changed. Put it back "
            f"from a backup. To freeze a new one delete {seal} too; figures on it cannot be compared with those of earlier releases."
        )
    table = pd.read_parquet(file)
    missing = [name for name in use_case.recorded if name not in table]
    if missing:
        raise GoldError(
            f"The gold set {file} does not hold {', '.join(missing)}: it is from before usecase.yaml had that signal."
        )
    x = feature_matrix(use_case, signal_matrix(use_case, table))
    return Gold(x, table["outcome"].to_numpy(np.float32), table, told["sha256"])


def _freeze(history: pd.DataFrame, file: Path, seal: Path, use_case: UseCase) -> None:
    history = history[is_held_out(use_case, history.assign(origin="history"))]
    groups = blocks(use_case, history).to_numpy()
    names = np.random.default_rng(0).permutation(np.unique(groups))
    sizes = pd.Series(groups).value_counts()[names].cumsum()
    chosen = set(sizes.index[sizes <= MOST_ROWS]) or {names[0]}
    table = history[np.isin(groups, list(chosen))][["asset", "time", *use_case.recorded, "outcome", "cause"]].reset_index(
        drop=True
    )
    file.parent.mkdir(parents=True, exist_ok=True)
    _write(file, lambda work: table.to_parquet(work))
    told = {
        "sha256": hashlib.sha256(file.read_bytes()).hexdigest(), "rows": len(table), "failures": int(use_case.failed(table["outcome"]).sum()),
        "frozen": datetime.now(UTC).isoformat(timespec="seconds"),
    }  # fmt: skip
    _write(seal, lambda work: work.write_text(json.dumps(told, indent=1), encoding="utf-8"))


def _write(file: Path, write) -> None:
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
