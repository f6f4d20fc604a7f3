"""Bringing a scikit-learn model (skops) or an ONNX file: shown, confirmed, tried in a process of its own, then judged like any challenger."""

import json
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np

from data.processes import run
from data.readings.features import feature_matrix, signal_matrix
from data.records import ReleaseRecord
from data.sentence import from_kept
from data.settings import PROJECT
from data.store import Store
from data.usecase.use_case import UseCase
from explainers.shapley.contract import CannotExplain
from models.exchange.tables import ExchangeError
from models.exchange.turned import turned
from models.kinds.brought import Kind, measured, opened
from models.kinds.errors import ModelFileError
from models.kinds.skops_file import USUAL, untrusted
from models.lifecycle.registry import register
from models.release.portrait import background, provisional
from models.training.progress import Progress
from models.training.train import SEED, Trained, loss_of, watched_rows, with_errors
from models.training.training_set import TrainingSet, training_set

KINDS: dict[str, Kind] = {".skops": "skops", ".onnx": "onnx"}
LARGEST = 500_000_000
TRIAL_S = 180
TRIED = 5000


def kind_of(file: Path) -> Kind | None:
    """What kind of model a file is by its ending; ``None``: it may be one of XGBoost."""
    return KINDS.get(file.suffix.lower())


def challenger_of_kind(
    home: Path, store: Store, use_case: UseCase, file: Path, by: str, origin: str, trusted: tuple[str, ...], progress: Progress,
) -> ReleaseRecord:  # fmt: skip
    """Make the model in ``file`` a challenger. Its release keeps the file as it came, and the types that were confirmed.

    Raises:
        ExchangeError: it holds types that are not in ``trusted`` (all of them are listed), or it does not fit.
    """
    kind = kind_of(file)
    assert kind is not None
    if file.stat().st_size > LARGEST:
        raise ExchangeError(
            "{name} has {st_size} MB; a model may have {LARGEST} MB.",
            name=file.name,
            st_size=f"{file.stat().st_size / 1000000.0:.0f}",
            LARGEST=f"{LARGEST / 1000000.0:.0f}",
        )
    content = file.read_bytes()  # once: what is tried is what is kept
    try:
        kept = _confirmed(content, file, use_case, by, trusted) if kind == "skops" else ()
        seen = training_set(use_case, store)
        seen = replace(seen, x=feature_matrix(use_case, signal_matrix(use_case, seen.table), np.float64))
        single = _tried(kind, content, file.name, use_case, home, seen, kept)
        params = {"from": origin} | ({"single_precision": single} if single else {})
        made = Trained(use_case, seen, None, params, 0, SEED, 0.0, watched_rows(seen))
        usual = provisional(made)
        found = measured(opened(kind, content, use_case, usual, kept, file.name), usual)
        usual = background(replace(made, brought=found))
        again = opened(kind, content, use_case, usual, kept, file.name, found.samples)
        made = replace(made, brought=replace(again, rows_per_s=found.rows_per_s))
        made = with_errors(made)
        made = replace(made, loss=loss_of(made))
    except (ModelFileError, CannotExplain) as error:
        raise ExchangeError(error) from None
    if why := turned(made):
        raise ExchangeError("{name} {why}", name=file.name, why=why)
    return register(home, store, use_case, made, f"{by} (from {origin})", progress)


def _confirmed(content: bytes, file: Path, use_case: UseCase, by: str, trusted: tuple[str, ...]) -> tuple[str, ...]:
    """The types that the file holds beyond what skops knows to be harmless, each of which somebody has named."""
    found = untrusted(content, file.name)
    lacking = [one for one in found if one not in trusted]
    if not lacking:
        return found
    lines = [f"{file.name} holds {len(found)} types that are not known to be harmless:"]
    for one in found:
        usual = (
            "of a library that Pullcord runs on"
            if one.startswith(USUAL)
            else "NOT of a library that Pullcord runs on: look at what it does"
        )
        lines.append(f"  {one}  ({'confirmed' if one in trusted else usual})")
    command = f"python -m models.exchange bring {file} --as {by} --use-case {use_case.name}"
    lines += [
        "Nothing of it was opened. If you know where the file is from and want these to be built, write:",
        f"  {command} {' '.join(f'--trust {one}' for one in found)}",
    ]
    raise ExchangeError("{lines}", lines="\n".join(lines))


def _tried(
    kind: Kind, content: bytes, name: str, use_case: UseCase, home: Path, seen: TrainingSet, trusted: tuple[str, ...]
) -> float:
    """Open it in a process of its own and predict rows of the training set with it. Gives by how much its answers differ at most when the same rows
    come in single precision, 0 where that is next to nothing.

    Raises:
        ExchangeError: it crashes, hangs, does not fit, or takes no such rows.
    """
    x, drawn = seen.x, np.linspace(0, len(seen.x) - 1, min(TRIED, len(seen.x))).round().astype(int)
    rows = x[np.union1d(drawn, np.flatnonzero(np.isnan(x).any(axis=1))[:TRIED])]
    with tempfile.TemporaryDirectory() as work:
        copy, sample = Path(work) / name, Path(work) / "rows.npy"
        copy.write_bytes(content)
        np.save(sample, rows)
        command = [
            sys.executable,
            "-m",
            "models.exchange.trial",
            kind,
            str(copy),
            use_case.name,
            str(home.resolve()),
            str(sample),
            *trusted,
        ]
        try:
            done = run(command, TRIAL_S, cwd=PROJECT)
        except subprocess.TimeoutExpired:
            raise ExchangeError("{name} could not be tried within {TRIAL_S} s.", name=name, TRIAL_S=TRIAL_S) from None
    if done.returncode:
        said = [line for line in done.stderr.strip().splitlines() if line.strip() and not line.startswith(" ")]
        why = said[-1][:200] if done.returncode > 0 and said else "what opens it crashes"
        raise ExchangeError("{name} cannot be used ({why}).", name=name, why=why)
    told = json.loads(done.stdout.strip().splitlines()[-1])
    if "refused" in told:
        refused = from_kept(told["refused"])
        if name in refused:
            raise ExchangeError(from_kept(told["refused"]))
        raise ExchangeError("{name} cannot be used: {refused}", name=name, refused=refused)
    return told["single"]
