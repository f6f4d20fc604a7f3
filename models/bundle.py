"""Writing a release: everything into a temporary folder, hashed and synced, then renamed. There is never half a release."""

import hashlib
import json
import os
import platform
import shutil
import sys
import tempfile
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd

from data.features import feature_matrix
from data.usecase import UseCase
from explainers.certainty import Calibration
from explainers.contributions import TreeContributions, probability
from explainers.novelty import Novelty, learned
from explainers.overall import by_group, importance
from explainers.permutation import log_loss, permutation_importance
from models.calibrating import calibrated
from models.card import model_card
from models.memory import kept_cases
from models.release import EVERY_ASSET, MANIFEST, digest_of, second_of, shap_of
from models.training import Trained
from models.trust import Explained, profile_of_quality

BACKGROUND_ROWS = 200
PROFILE_ROWS = 4000
BAND = (0.05, 0.95)
"""Quantiles of the readings without a failure between which a signal is called normal, where the use case says ``learn``."""


def write_release(
    home: Path, trained: Trained, number: int, figures: dict, created: datetime, by: str, parent: int | None
) -> tuple[str, str]:
    """Write release ``number`` and give its folder (relative to the home) and the digest of its manifest."""
    use_case = trained.use_case
    place = Path("releases") / use_case.name / str(number)
    (home / place).parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{number}-", dir=(home / place).parent))
    try:
        trained.booster.save_model(work / "model.ubj")
        pd.DataFrame(background(trained), columns=list(use_case.features)).to_parquet(work / "background.parquet")
        _dump(work / "bands.json", bands(trained))
        _dump(work / "profile.json", profile(trained))
        _dump(work / "evaluation.json", figures)
        _dump(work / "certainty.json", certainty(trained).as_json())
        novelty(trained).save(work / "novelty.npz")
        _dump(work / "quality.json", quality(trained))
        kept_cases(trained, risks(trained)).to_parquet(work / "cases.parquet")
        manifest = {
            "use_case": use_case.name,
            "number": number,
            "created": created.isoformat(),
            "created_by": by,
            "parent": parent,
            "features": list(use_case.features),
            "params": trained.params,
            "trees": trained.rounds,
            "seed": trained.seed,
            "training_set": trained.training_set.manifest,
            "advice": use_case.advice.model_dump(),
            "versions": {name: version(name) for name in ("numpy", "pandas", "scikit-learn", "shap", "lime")}
            | {"python": platform.python_version(), "xgboost": _xgboost()},
        }
        (work / "card.md").write_text(model_card(use_case, manifest, figures), encoding="utf-8")
        manifest["files"] = {file.name: digest_of(file) for file in sorted(work.iterdir())}
        _dump(work / MANIFEST, manifest)
        _sync(work)
        if (home / place).exists():  # left by a run that was killed before its row was written
            shutil.rmtree(home / place)
        work.rename(home / place)
        _sync_folder((home / place).parent)
    except BaseException:
        shutil.rmtree(work, ignore_errors=True)
        raise
    return place.as_posix(), hashlib.sha256((home / place / MANIFEST).read_bytes()).hexdigest()


def background(trained: Trained) -> np.ndarray:
    """Real training rows that stand for what is usual: a seeded draw, (200, features) float32."""
    rows = np.flatnonzero(~trained.training_set.held_out & (trained.training_set.table["origin"] != "correction").to_numpy())
    drawn = np.random.default_rng(trained.seed).choice(rows, min(BACKGROUND_ROWS, len(rows)), replace=False)
    return trained.training_set.x[np.sort(drawn)]


def bands(trained: Trained) -> dict[str, dict[str, list[float]]]:
    """The normal band of each number, over all assets and for each one: the use case's, or learned from uneventful readings."""
    use_case, table = trained.use_case, trained.training_set.table
    quiet = (trained.training_set.y == 0) & (table["origin"] == "history").to_numpy()
    learn = [
        name
        for name in use_case.features
        if getattr(use_case.described(name), "normal", None) == "learn" and not _category(use_case, name)
    ]
    given = {
        name: list(use_case.described(name).normal)
        for name in use_case.features
        if isinstance(use_case.described(name).normal, tuple)
    }
    columns = pd.DataFrame(trained.training_set.x[quiet], columns=list(use_case.features))[learn]
    overall = columns.quantile(BAND)
    found = {EVERY_ASSET: given | {name: _rounded(use_case, name, overall[name]) for name in learn}}
    for asset, rows in columns.groupby(table["asset"].to_numpy()[quiet]):
        found[str(asset)] = {name: _rounded(use_case, name, rows[name].quantile(BAND)) for name in learn}
    return found


def profile(trained: Trained) -> dict:
    """Importance of features and groups with intervals, from exact contributions on a fixed sample of held-out rows."""
    rows = np.flatnonzero(trained.training_set.held_out)[:PROFILE_ROWS]
    names = trained.use_case.features
    _, contributions, gap = TreeContributions(trained.booster, names).of(trained.training_set.x[rows])
    shares = contributions[:, :-1].astype(float)
    told = {}
    for level, (columns, labels) in {"features": (shares, names), "groups": by_group(trained.use_case, shares)}.items():
        found = importance(columns, labels)
        told[level] = {
            name: {"mean": float(mean), "low": float(low), "high": float(high)}
            for name, mean, low, high in zip(found.names, found.mean, found.low, found.high, strict=True)
        }
    return told | {"rows": len(rows), "largest_gap": gap, "permutation": permuted(trained)}


def permuted(trained: Trained) -> dict[str, dict[str, float]]:
    """Permutation importance of each signal on held-out rows, strongest first; what is derived from a signal goes with it."""
    use_case, held_out = trained.use_case, np.flatnonzero(trained.training_set.held_out)[:PROFILE_ROWS]
    trees, count = TreeContributions(trained.booster, use_case.features), len(use_case.signals)
    found = permutation_importance(
        lambda x: probability(trees.margins(x)),
        trained.training_set.x[held_out, :count].astype(float),
        trained.training_set.y[held_out],
        {name: (place,) for place, name in enumerate(use_case.signals)},
        log_loss,
        seed=trained.seed,
        recompute=lambda signals: feature_matrix(use_case, signals),
    )
    told = zip(found.names, found.mean, found.low, found.high, strict=True)
    return {name: {"mean": float(mean), "low": float(low), "high": float(high)} for name, mean, low, high in told}


def certainty(trained: Trained) -> Calibration:
    """How sure the model is, learned from the rows that were watched while it was trained."""
    return calibrated(risks(trained)[trained.watched], trained.training_set.y[trained.watched])


def quality(trained: Trained) -> dict:
    """How good its explanations are, on rows that it did not learn from."""
    use_case, rows = trained.use_case, background(trained)
    model = Explained(use_case, lambda x: probability(trees.margins(x)), shap_of(trained.booster, use_case, rows), rows)
    trees = TreeContributions(trained.booster, use_case.features)
    held_out = np.flatnonzero(trained.training_set.held_out)
    second = second_of(model.predict, use_case, rows)
    return profile_of_quality(model, second, trained.training_set.x[held_out], risks(trained)[held_out], trained.seed)


def risks(trained: Trained) -> np.ndarray:
    """(n,) risks of every row of the training set."""
    return probability(TreeContributions(trained.booster, trained.use_case.features).margins(trained.training_set.x))


def novelty(trained: Trained) -> Novelty:
    """What the model has seen; how far the rows that were only watched lie from it says how far is usual."""
    learned_from = np.setdiff1d(np.flatnonzero(~trained.training_set.held_out), trained.watched)
    x = trained.training_set.x
    return learned(trained.use_case.features, x[learned_from], x[trained.watched], trained.seed)


def _category(use_case: UseCase, name: str) -> bool:
    return bool(getattr(use_case.described(name), "categories", ()))


def _rounded(use_case: UseCase, name: str, pair: pd.Series) -> list[float]:
    return [round(float(value), use_case.described(name).decimals) for value in pair]


def _xgboost() -> str:
    import xgboost

    return xgboost.__version__


def _dump(file: Path, content: dict) -> None:
    file.write_text(json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False), encoding="utf-8")


def _sync(folder: Path) -> None:
    for file in folder.iterdir():
        with file.open("rb") as opened:
            os.fsync(opened.fileno())
    _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    if sys.platform == "win32":  # a folder cannot be opened there
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
