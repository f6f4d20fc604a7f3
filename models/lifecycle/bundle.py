"""Writing a release: everything into a folder of the writer's own, hashed and synced, then renamed. There is never half a release, and two that are
written at the same time never meet."""

import hashlib
import json
import os
import platform
import shutil
import tempfile
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

import pandas as pd

from data.durable import sync_folder
from models.documents.card import card
from models.documents.document import markdown
from models.release.checked import FORMAT, MANIFEST, digest_of, inputs_of
from models.release.memory import kept_cases
from models.release.portrait import Portrait, bands
from models.training.train import Trained


def folder_of(home: Path, use_case: str, number: int) -> Path:
    """Where a release lies once it is whole."""
    return home / "releases" / use_case / str(number)


def write_release(
    home: Path, portrait: Portrait, number: int, figures: dict, created: datetime, by: str, parent: int | None
) -> tuple[str, str]:
    """Write release ``number`` and give its folder (relative to the home) and the digest of its manifest."""
    trained, use_case = portrait.trained, portrait.trained.use_case
    place = Path("releases") / use_case.name / str(number)
    (home / place).parent.mkdir(parents=True, exist_ok=True)
    _sweep((home / place).parent)
    work = Path(tempfile.mkdtemp(prefix=f".{number}-{os.getpid()}-", dir=(home / place).parent))
    try:
        if trained.brought:
            (work / trained.brought.file).write_bytes(trained.brought.content)
        else:
            assert trained.booster is not None
            trained.booster.save_model(work / "model.ubj")
        pd.DataFrame(portrait.background, columns=list(use_case.features)).to_parquet(work / "background.parquet")
        _dump(work / "bands.json", bands(trained))
        _dump(work / "profile.json", portrait.profile)
        _dump(work / "evaluation.json", figures)
        sure = {} if portrait.sure is None else {"sure": portrait.sure.as_json()}
        _dump(work / "certainty.json", portrait.certainty.as_json() | sure)
        portrait.known.save(work / "novelty.npz")
        _dump(work / "quality.json", portrait.quality)
        kept_cases(trained, portrait.risks).to_parquet(work / "cases.parquet")
        manifest = {
            "format": FORMAT,
            "use_case": use_case.name,
            "number": number,
            "created": created.isoformat(),
            "created_by": by,
            "parent": parent,
            "features": list(use_case.features),
            "inputs": inputs_of(use_case),
            "task": use_case.task,
            "params": trained.params,
            "trees": trained.rounds,
            "seed": trained.seed,
            "training_set": trained.training_set.manifest,
            "reasons": portrait.reasons,
            "advice": use_case.advice.model_dump(),
            "versions": {name: version(name) for name in ("numpy", "pandas", "scikit-learn", "shap", "lime", *_runs(trained))}
            | {"python": platform.python_version(), "xgboost": _xgboost()},
        }
        if trained.brought:
            manifest["model"] = trained.brought.kept
        kept = markdown(card(use_case, manifest, figures, quality=portrait.quality, profile=portrait.profile))
        (work / "card.md").write_text(kept, encoding="utf-8")
        manifest["files"] = {file.name: digest_of(file) for file in sorted(work.iterdir())}
        _dump(work / MANIFEST, manifest)
        _sync(work)
        digest = hashlib.sha256((work / MANIFEST).read_bytes()).hexdigest()
        work.rename(home / place)  # fails where there is one already: no release is ever written over
        sync_folder((home / place).parent)
    except BaseException:
        shutil.rmtree(work, ignore_errors=True)
        raise
    return place.as_posix(), digest


def _sweep(place: Path) -> None:
    """Take away what writers have left behind that were killed. Each is known by its process, so that nobody's work is touched who is still at it."""
    for left in place.glob(".*-*"):
        writer = left.name.split("-")[1]
        if not (writer.isdecimal() and _lives(int(writer))):
            shutil.rmtree(left, ignore_errors=True)


def _lives(process: int) -> bool:
    if os.name != "posix":
        return True  # there, asking would end it
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        pass  # it lives, and is another user's
    return True


def _runs(trained: Trained) -> tuple[str, ...]:
    """What opens a model of another kind."""
    return () if trained.brought is None else {"skops": ("skops",), "onnx": ("onnxruntime",)}[trained.brought.kind]


def _xgboost() -> str:
    import xgboost

    return xgboost.__version__


def _dump(file: Path, content: dict) -> None:
    file.write_text(json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False), encoding="utf-8")


def _sync(folder: Path) -> None:
    for file in folder.iterdir():
        with file.open("rb") as opened:
            os.fsync(opened.fileno())
    sync_folder(folder)
