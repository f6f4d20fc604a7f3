"""A release: one immutable folder that holds a model and everything that explains it. Read here, written by ``models.lifecycle.bundle``.

Every file's hash is checked before anything is loaded: a damaged UBJ file can crash the process instead of failing.
"""

from __future__ import annotations

import json
import threading
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from data.readings.features import coded, feature_matrix
from data.records import ReleaseRecord
from data.usecase.use_case import UseCase
from explainers.certainty.adaptive import Adaptive
from explainers.certainty.certainty import Calibration, Certainty
from explainers.certainty.coverage import ClassSets, Errors, Sure, kept
from explainers.certainty.novelty import Novelty
from explainers.certainty.p_values import ByOutcome, drawn
from explainers.local.local_surrogate import LocalSurrogate
from explainers.overall.interactions import Interactions, dependence_interactions, shap_interactions
from explainers.shapley.contract import BINARY, CannotExplain
from explainers.shapley.contributions import TreeContributions
from explainers.shapley.group_shares import GroupShares
from explainers.shapley.leaf_patterns import LeafPatterns
from explainers.shapley.margins import link
from models.kinds.brought import Brought, kept_in
from models.kinds.errors import ModelFileError
from models.kinds.predictor import Predictor, Said, Shares, task_of
from models.release.checked import ReleaseError, checked, named
from models.release.weighing import FEW_PLAYERS, asked, coarse, read_shares, second_of

if TYPE_CHECKING:
    import pandas as pd
    import xgboost

EVERY_ASSET = "*"
TOLD_BY_MANY = "The model was trained elsewhere: its reasons are told by many predictions of it."
Band = tuple[float, float] | None


class Release:
    """A loaded release. Safe to share between threads. Made by :meth:`load`.

    ``trouble`` is empty, or says for which broken release this one stands in.
    """

    def __init__(self, use_case: UseCase, record: ReleaseRecord, folder: Path, manifest: dict) -> None:
        self.use_case, self.record, self.number, self.manifest = use_case, record, record.number, manifest
        self.features = tuple(manifest["features"])
        self.trouble = ""
        self._folder = folder
        self.booster: xgboost.Booster | None = None
        self.brought: Brought | None = None
        if kept := manifest.get("model"):
            self.brought = kept_in(folder, kept, use_case, self.background)
            shares: Shares = self.brought.shares
        else:
            import xgboost

            self.booster = xgboost.Booster(model_file=str(folder / "model.ubj"))
            shares = TreeContributions(self.booster, self.features, task=task_of(use_case))
        self._bands = _json(folder, "bands.json")
        self._predictor = Predictor(use_case, shares, self.sure if isinstance(self.sure, Errors) else None)
        self._lock = threading.RLock()

    @classmethod
    def load(cls, home: Path, record: ReleaseRecord, use_case: UseCase) -> Release:
        """The release of ``record``, checked and loaded.

        Raises:
            ReleaseError: a missing or changed file, a feature list that is not the use case's, or a model without contributions.
        """
        folder = home / record.folder
        manifest, what, ways = checked(folder, record, use_case), *named(record)
        try:
            return cls(use_case, record, folder, manifest)
        except ModelFileError as why:
            raise ReleaseError("{what} cannot be opened: {why} {ways}", what=what, why=why, ways=ways) from None
        except CannotExplain as why:
            raise ReleaseError(
                "{what} cannot be explained as it predicts: {why}. {ways}", what=what, why=why, ways=ways
            ) from None

    def score_and_contributions(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
        """Risks and exact contributions of a batch: the hot path.

        Args:
            x: (n, features) float32, of ``data.readings.features.feature_matrix``.

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
                    "Release {number} cannot predict a reading: {why} Roll back to another release.", number=self.number, why=why
                ) from None

    @property
    def dtype(self) -> type:
        """How exactly it is given its inputs: our own trees know float32; what was trained elsewhere may turn on a later digit."""
        return np.float32 if self.brought is None else np.float64

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

    def how_sure(self, x: np.ndarray, coverage: float, reading: int = 0, lately: Adaptive | None = None) -> Sure | None:
        """What may be said of one (features,) row beside its risk: the interval of a value, or the classes that cannot be ruled out.

        Args:
            reading: the id of the reading that it is of; lately: what the truth that came in before it does to the interval (:mod:`models.release.lately`).
        """
        if self.sure is None:
            return None
        if isinstance(self.sure, Errors) and self.record.figures.get("judged_on", {}).get("why_not"):
            return Sure(
                coverage, -np.inf, np.inf
            )  # of so few independent groups an interval would promise what nothing has tested
        with self._lock:
            if isinstance(self.sure, Errors):
                value = self._predictor.predicted(x[None, :])
                low, high = self.sure.interval(value, coverage) if lately is None else lately.interval(value)
                return Sure(coverage, float(low[0]), float(high[0]), followed=lately.told(float(value[0])) if lately else None)
            held = self.sure.of(
                self._predictor.probabilities(x[None, :]), coverage, drawn(reading), self._part(x, self.sure.scores)
            )[0]
        scores = self.sure.scores
        few = tuple(code for code in scores.together if not held[code]) if scores else ()
        return Sure(coverage, classes=tuple(np.flatnonzero(held).tolist()), exact=scores is not None, few=few)

    def certainty(self, x: np.ndarray, risk: float, coverage: float, reading: int = 0) -> Certainty | None:
        """How sure the risk of one (features,) row is. ``None``: made before that was kept. ``reading``: the id of the reading that it is of."""
        if self.calibration is None:
            return None
        part = self._part(x, self.calibration.scores)
        return self.calibration.of(risk, coverage, float(drawn(reading)[0]), None if part is None else float(part[0]))

    def _part(self, x: np.ndarray, scores: ByOutcome | None) -> np.ndarray | None:
        return None if scores is None or not scores.by else x[None, self.features.index(scores.by)].astype(float)

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
        return {places[str(at)]: np.unique(split.to_numpy(float)) for at, split in nodes.groupby("Feature")["Split"]}

    @cached_property
    def quality(self) -> dict:
        """How good its explanations were found to be (see ``models.release.trust``); empty for a release of before that was measured."""
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
        return feature_matrix(self.use_case, coded(self.use_case, values)[None, :], self.dtype)[0]

    def values(self, values: dict[str, float | str]) -> dict[str, float | str]:
        """Signal values together with the derived features' values, by name."""
        row: dict[str, float] = dict(zip(self.features, self.row(values).astype(float).tolist(), strict=True))
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

    def interventional(self) -> GroupShares | LeafPatterns:
        """What explains one reading on the scale that a reader knows, by the groups that are read: in the unit of a regression, as a contrast of
        several classes, in probability of a binary task. Built once, then some ten milliseconds a row."""
        with self._lock:
            return self._interventional

    def coarse(self) -> GroupShares | None:
        """The same from few background rows, to judge explanations by; ``None``: not of a binary task."""
        with self._lock:
            return self._coarse

    def local_surrogate(self) -> LocalSurrogate:
        """The second opinion, built once."""
        with self._lock:
            return self._local_surrogate

    @cached_property
    def _interventional(self) -> GroupShares | LeafPatterns:
        kept, note = self.manifest.get("reasons"), self.brought.shares.note or TOLD_BY_MANY if self.brought else ""
        predict = asked(self.booster, self.brought)
        if kept is None:  # made before that was kept
            note = (
                f"This release keeps {len(self.background)} background rows, of which nobody has measured how far off they are."
            )
            kept = {"walks": 0 if len(self.use_case.groups) <= FEW_PLAYERS else 2 * len(self.background)}
        return read_shares(self.use_case, self.booster, predict, self.background, kept["walks"], note)

    @cached_property
    def _coarse(self) -> GroupShares | None:
        return coarse(self.use_case, self.booster, self.brought, self.background) if self.use_case.task == "binary" else None

    @cached_property
    def _local_surrogate(self) -> LocalSurrogate:
        return second_of(self._predictor, self.background)


def _json(folder: Path, name: str) -> dict:
    return json.loads((folder / name).read_text(encoding="utf-8"))
