"""A release: one immutable folder that holds a model and everything that explains it. Read here, written by ``models.bundle``.

Every file's hash is checked before anything is loaded: a damaged UBJ file can crash the process instead of failing.
"""

from __future__ import annotations

import hashlib
import json
import threading
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from data.features import coded, feature_matrix
from data.records import ReleaseRecord
from data.usecase import UseCase
from explainers.certainty import Calibration
from explainers.contract import BINARY, CannotExplain
from explainers.contributions import TreeContributions
from explainers.coverage import ClassSets, Errors, Sure, kept
from explainers.interactions import Interactions, dependence_interactions, shap_interactions
from explainers.interventional import InterventionalShap
from explainers.local_surrogate import LocalSurrogate
from explainers.margins import link
from explainers.model_agnostic import ModelAgnostic
from explainers.novelty import Novelty
from explainers.sampled_shares import SampledShares
from models.kinds.brought import kept_in
from models.kinds.errors import ModelFileError
from models.predictor import Predictor, Said, Shares, task_of

if TYPE_CHECKING:
    import pandas as pd

MANIFEST = "release.json"
EVERY_ASSET = "*"
Band = tuple[float, float] | None


class ReleaseError(Exception):
    """A release that cannot be used; the message names what is damaged and the ways on."""


class Release:
    """A loaded release. Safe to share between threads. Made by :meth:`load`.

    ``trouble`` is empty, or says for which broken release this one stands in.
    """

    def __init__(self, use_case: UseCase, record: ReleaseRecord, folder: Path, manifest: dict):
        self.use_case, self.record, self.number, self.manifest = use_case, record, record.number, manifest
        self.features = tuple(manifest["features"])
        self.trouble = ""
        self._folder = folder
        self.booster = self.brought = None
        if kept := manifest.get("model"):
            self.brought = kept_in(folder, kept, use_case, self.background)
        else:
            import xgboost

            self.booster = xgboost.Booster(model_file=str(folder / "model.ubj"))
        self._bands = _json(folder, "bands.json")
        shares = self.brought.shares if self.brought else TreeContributions(self.booster, self.features, task=task_of(use_case))
        self._predictor = Predictor(use_case, shares, self.sure if isinstance(self.sure, Errors) else None)
        self._lock = threading.RLock()

    @classmethod
    def load(cls, home: Path, record: ReleaseRecord, use_case: UseCase) -> Release:
        """The release of ``record``, checked and loaded.

        Raises:
            ReleaseError: a missing or changed file, a feature list that is not the use case's, or a model without contributions.
        """
        folder = home / record.folder
        what = f"Release {record.number} of {record.use_case}"
        ways = f"Roll back to another release, or train a new one: python -m models.training --use-case {record.use_case}"
        try:
            text = (folder / MANIFEST).read_bytes()
        except OSError:
            raise ReleaseError(f"{what} is missing: there is no {folder / MANIFEST}. {ways}") from None
        if hashlib.sha256(text).hexdigest() != record.digest:
            raise ReleaseError(f"{what} is damaged: {folder / MANIFEST} is not what was released. {ways}")
        manifest = json.loads(text)
        for name, digest in manifest["files"].items():
            if not (folder / name).is_file() or digest_of(folder / name) != digest:
                raise ReleaseError(f"{what} is damaged: {folder / name} is missing or was changed. {ways}")
        if tuple(manifest["features"]) != use_case.features:
            raise ReleaseError(
                f"{what} knows other features ({', '.join(manifest['features'])}) than usecase.yaml ({', '.join(use_case.features)}). {ways}"
            )
        now, then = inputs_of(use_case), manifest.get("inputs")
        changed = [] if then is None else [name for name in now if now[name] != then.get(name)]
        if changed:
            raise ReleaseError(
                f"{what} learned from other values of {', '.join(changed)} than usecase.yaml computes now "
                f"({'; '.join(f'{name}: {then.get(name)}' for name in changed)}). Put that back, or train anew. {ways}"
            )
        try:
            return cls(use_case, record, folder, manifest)
        except ModelFileError as why:
            raise ReleaseError(f"{what} cannot be opened: {why} {ways}") from None
        except CannotExplain as why:
            raise ReleaseError(f"{what} cannot be explained as it predicts: {why}. {ways}") from None

    def score_and_contributions(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
        """Risks and exact contributions of a batch: the hot path.

        Args:
            x: (n, features) float32, of ``data.features.feature_matrix``.

        Returns:
            score (n,) float64, 0 to 1; contributions (n, features + 1) float32 on the model's own scale, base last; the largest gap.
        """
        said = self.says(x)
        return said.risk, said.contributions, said.gap

    def says(self, x: np.ndarray) -> Said:
        """Risk, predicted class or value, contributions: all that is recorded of a batch.

        Raises:
            ReleaseError: a model that was trained elsewhere takes no such reading, or gives no number for it.
        """
        with self._lock:
            try:
                return self._predictor.of(x)
            except CannotExplain as why:
                raise ReleaseError(
                    f"Release {self.number} cannot predict a reading: {why} Roll back to another release."
                ) from None

    @property
    def at_once(self) -> int | None:
        """Readings that it should be given at a time, so that the line gets an answer every second or two; ``None``: any number."""
        return None if self.brought is None else max(1, round(self.brought.rows_per_s))

    def risk(self, x: np.ndarray) -> np.ndarray:
        """Risks of (n, features) rows, (n,) float64, without contributions."""
        with self._lock:
            return self._predictor.risk(x)

    def predicted(self, x: np.ndarray) -> np.ndarray:
        """Predicted class codes or values of (n, features) rows, (n,) float64; of a binary task the risk."""
        with self._lock:
            return self._predictor.predicted(x)

    def how_sure(self, x: np.ndarray, coverage: float) -> Sure | None:
        """What may be said of one (features,) row beside its risk: the interval of a value, or the classes that cannot be ruled out."""
        if self.sure is None:
            return None
        with self._lock:
            if isinstance(self.sure, Errors):
                low, high = self.sure.interval(self._predictor.predicted(x[None, :]), coverage)
                return Sure(coverage, float(low[0]), float(high[0]))
            held = self.sure.of(self._predictor.probabilities(x[None, :]), coverage)[0]
        return Sure(coverage, classes=tuple(np.flatnonzero(held).tolist()))

    @cached_property
    def sure(self) -> Errors | ClassSets | None:
        """How far off a value may be, or what belongs to each class; ``None`` for a binary task."""
        return kept(self._certainty.get("sure"))

    def novelty(self, x: np.ndarray) -> np.ndarray | None:
        """(n,) how new each of (n, features) rows is; above 1 it is not in the training data. ``None``: made before that was kept."""
        return None if self.known is None else self.known.of(x)

    @cached_property
    def known(self) -> Novelty | None:
        """What the model learned from, to tell what is new."""
        file = self._folder / "novelty.npz"
        return Novelty.load(file) if file.is_file() else None

    @cached_property
    def cases(self) -> pd.DataFrame:
        """Past cases that it brought along: asset, time, outcome, cause, reading (0: from history), found_by, signals."""
        import pandas as pd

        file = self._folder / "cases.parquet"
        columns = ["asset", "time", "outcome", "cause", "reading", *self.use_case.recorded, "found_by"]
        return pd.read_parquet(file) if file.is_file() else pd.DataFrame({name: [] for name in columns})

    @cached_property
    def thresholds(self) -> dict[str, np.ndarray]:
        """Every value at which a tree of the model turns, ascending, by feature; none of a model that was trained elsewhere."""
        if self.booster is None:
            return {}
        nodes = self.booster.trees_to_dataframe()
        nodes = nodes[nodes["Feature"] != "Leaf"]
        places = {f"f{i}": name for i, name in enumerate(self.features)}
        return {places[at]: np.unique(split.to_numpy(float)) for at, split in nodes.groupby("Feature")["Split"]}

    @cached_property
    def quality(self) -> dict:
        """How good its explanations were found to be (see ``models.trust``); empty for a release of before that was measured."""
        return _json(self._folder, "quality.json") if (self._folder / "quality.json").is_file() else {}

    @cached_property
    def calibration(self) -> Calibration | None:
        """How sure the model is. ``None``: made before that was kept."""
        return Calibration.from_json(self._certainty) if self._certainty else None

    @cached_property
    def _certainty(self) -> dict:
        """What was kept of how sure it is; empty: made before that was."""
        return _json(self._folder, "certainty.json") if (self._folder / "certainty.json").is_file() else {}

    def row(self, values: dict[str, float | str]) -> np.ndarray:
        """Model inputs, (features,) float32, from signal values as a page has them (categories as text)."""
        return feature_matrix(self.use_case, coded(self.use_case, values)[None, :])[0]

    def values(self, values: dict[str, float | str]) -> dict[str, float | str]:
        """Signal values together with the derived features' values, by name."""
        row = dict(zip(self.features, self.row(values).astype(float).tolist(), strict=True))
        return {name: values.get(name, value) for name, value in row.items()}

    def band(self, asset: str, feature: str) -> Band:
        """The normal band of a signal or derived feature on an asset: the use case's, or what was learned for it."""
        for scope in (asset, EVERY_ASSET):
            pair = self._bands.get(scope, {}).get(feature)
            if pair:
                return pair[0], pair[1]
        return None

    @cached_property
    def background(self) -> np.ndarray:
        """Real rows of the training data that stand for what is usual, (n, features) float32."""
        import pandas as pd

        return pd.read_parquet(self._folder / "background.parquet").to_numpy(np.float32)

    @cached_property
    def profile(self) -> dict:
        """What the model goes by in general, on a fixed sample: importance of each feature and group with intervals."""
        return _json(self._folder, "profile.json")

    @cached_property
    def card(self) -> str:
        """The model card, Markdown."""
        return (self._folder / "card.md").read_text(encoding="utf-8")

    def interactions(self, x: np.ndarray) -> Interactions:
        """How strongly every pair of inputs acts together on (n, features) rows: exactly for trees of ours, by partial dependence otherwise."""
        if self.booster is not None:
            return shap_interactions(self.booster, x, self.features)
        if self.use_case.task == "regression":
            return dependence_interactions(self.predicted, x, self.features)
        return dependence_interactions(lambda rows: link(self.risk(rows), BINARY), x, self.features)

    def interventional(self) -> InterventionalShap | ModelAgnostic | SampledShares | Shares:
        """The explainer of one reading on the scale that a reader knows, built once: in the unit of a regression, as a contrast of several
        classes, in probability of a binary task, built once, then some milliseconds a row. A model that has no such shares of its own is
        explained by Shapley values of its predictions, whose ``note`` says so."""
        with self._lock:
            return self._interventional

    def local_surrogate(self) -> LocalSurrogate:
        """The second opinion, built once."""
        with self._lock:
            return self._local_surrogate

    @cached_property
    def _interventional(self) -> InterventionalShap | ModelAgnostic | SampledShares | Shares:
        if self.use_case.task != "binary":
            return self._predictor.shares
        if self.brought:
            return self.brought.probable(self.use_case, self.background)
        try:
            return shap_of(self.booster, self.use_case, self.background)
        except CannotExplain as why:
            return ModelAgnostic(self.risk, self.features, self.background, note=str(why))

    @cached_property
    def _local_surrogate(self) -> LocalSurrogate:
        return second_of(self._predictor, self.background)


def inputs_of(use_case: UseCase) -> dict:
    """What each model input is made of: categories in their order, or an expression. A change of it would feed a model other numbers."""
    signals = {name: list(signal.categories) for name, signal in use_case.signals.items()}
    return signals | {name: derived.expression for name, derived in use_case.derived.items()}


def shap_of(booster, use_case: UseCase, background: np.ndarray) -> InterventionalShap:
    """The explainer in probability of a model of ``use_case``."""
    return InterventionalShap(booster, use_case.features, background)


def second_of(predictor: Predictor, background: np.ndarray) -> LocalSurrogate:
    """The second opinion on a model: LIME over the same inputs; of several classes on the probability of the leading one."""
    use_case = predictor.use_case
    categories = {i: s.categories for i, s in enumerate(use_case.signals.values()) if s.categories}
    predict = predictor.probabilities if use_case.task == "multiclass" else predictor.predicted
    return LocalSurrogate(predict, use_case.features, background, categories, task_of(use_case))


def digest_of(file: Path) -> str:
    """SHA-256 of a file's content."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _json(folder: Path, name: str):
    return json.loads((folder / name).read_text(encoding="utf-8"))
