"""A model that was trained elsewhere, opened: what it predicts, how it is explained, and what a release keeps to open it again."""

import contextlib
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Literal

import numpy as np

from data.sentence import Sentence
from data.usecase.use_case import UseCase
from explainers.shapley.choice import explained_per_s, shares_for
from explainers.shapley.contract import CannotExplain
from explainers.shapley.margins import Predict
from explainers.shapley.pipelines import as_function
from explainers.shapley.sampled_shares import SampledShares
from explainers.shapley.tree_shares import TreeShares
from models.kinds import skops_file
from models.kinds.errors import ModelFileError
from models.kinds.labels import places, worded
from models.kinds.onnx_file import OnnxFunction
from models.kinds.predictor import task_of

Kind = Literal["skops", "onnx"]


@dataclass(frozen=True, slots=True, eq=False)
class Brought:
    """``content`` is the file as it came. ``samples``: background rows of its sampled shares (0: contributions of its trees).
    ``rows_per_s``: readings that are predicted and explained in a second, measured when it was brought."""

    kind: Kind
    content: bytes
    trusted: tuple[str, ...]
    described: str
    predict: Predict
    shares: TreeShares | SampledShares
    samples: int
    rows_per_s: float = 0.0

    @property
    def file(self) -> str:
        """What its file is called in a release's folder."""
        return f"model.{self.kind}"

    @property
    def kept(self) -> dict:
        """What a release's manifest says of it."""
        return {
            "kind": self.kind, "file": self.file, "described": self.described, "trusted": list(self.trusted), "samples": self.samples,
            "rows_per_s": round(self.rows_per_s, 1),
        }  # fmt: skip


def opened(
    kind: Kind, content: bytes, use_case: UseCase, background: np.ndarray, trusted: tuple[str, ...] = (), name: str = "The model",
    samples: int | None = None,
) -> Brought:  # fmt: skip
    """Open a model of ``use_case``.

    Args:
        background: (n, features) real rows to compare with.
        samples: as it was kept; measured if not given.

    Raises:
        ModelFileError: it cannot be opened, holds a type that is not named, has other inputs, or predicts something else.
    """
    features, task = use_case.features, task_of(use_case)
    categories = {features.index(key): signal.categories for key, signal in use_case.signals.items() if signal.categories}
    headers = {signal: header for header, signal in use_case.replay.columns.items()} if use_case.replay else {}
    model = None
    if kind == "onnx":
        predict: Predict = OnnxFunction(content, name, features, headers, categories, task, partial(places, use_case, task))
        described, called = predict.described, features
    else:
        model = skops_file.opened(content, trusted, name)
        described = skops_file.told(model)
        if why := _another_kind(model, described, use_case):
            raise ModelFileError("{name} {why}", name=name, why=why)
        called = _called(model, features, headers, name)
        try:
            places(use_case, task, model.classes_) if task.kind != "regression" else None
            predict = as_function(model, called, categories, worded(use_case, task, getattr(model, "classes_", ())))
        except (ValueError, CannotExplain, AttributeError) as error:
            raise ModelFileError(
                "{name} cannot be used for {title}: {error}", name=name, title=use_case.title, error=error
            ) from None
    try:
        shares = shares_for(model, predict, called, background, task, samples)
    except (CannotExplain, ValueError) as error:
        raise ModelFileError("{name} cannot be used for {title}: {error}", name=name, title=use_case.title, error=error) from None
    shares.features = features
    kept = len(shares.background) if isinstance(shares, SampledShares) else 0
    return Brought(kind, content, trusted, described, predict, shares, kept)


def measured(found: Brought, background: np.ndarray) -> Brought:
    """With how many readings it explains in a second."""
    return replace(found, rows_per_s=explained_per_s(found.shares, background))


def kept_in(folder: Path, kept: dict, use_case: UseCase, background: np.ndarray) -> Brought:
    """The model of a release's folder, whose hashes were checked.

    Raises:
        ModelFileError: as :func:`opened`; for instance onnxruntime is not installed here.
    """
    found = opened(
        kept["kind"],
        (folder / kept["file"]).read_bytes(),
        use_case,
        background,
        tuple(kept["trusted"]),
        kept["file"],
        kept["samples"],
    )
    return replace(found, rows_per_s=kept["rows_per_s"])


def _another_kind(model: skops_file.Model, described: str, use_case: UseCase) -> str:
    """What a scikit-learn model is, if it is none for the task of the use case, and what is wanted; empty if it is one."""
    kind, wanted = getattr(model, "_estimator_type", ""), "a value" if use_case.task == "regression" else "one of its outcomes"
    with contextlib.suppress(Exception):  # a model of another library may not say what it is
        from sklearn.base import is_classifier, is_outlier_detector, is_regressor

        kind = next(
            (word for told, word in ((is_outlier_detector, "outlier_detector"), (is_classifier, "classifier"), (is_regressor, "regressor")) if told(model)), kind
        )  # fmt: skip
    what = {
        "outlier_detector": "tells what is unusual, and neither a class nor a value", "regressor": "predicts a value", "classifier": "predicts a class",
        "clusterer": "groups rows, and predicts neither a class nor a value",
    }.get(kind, "predicts neither a class nor a value" if not hasattr(model, "classes_") and use_case.task != "regression" else "")  # fmt: skip
    fits = {"regressor": use_case.task == "regression", "classifier": use_case.task != "regression"}.get(kind, not what)
    if fits:
        return ""
    train = "a regressor" if use_case.task == "regression" else "a classifier with predict_proba"
    return (
        f"({described}) {what}; {use_case.title} asks for {wanted} ({use_case.task}): train {train} on {use_case.target.label}."
    )


def _called(model: skops_file.Model, features: tuple[str, ...], headers: dict[str, str], name: str) -> tuple[str, ...]:
    """The features under the names that the model was fitted with: their own, or the headers of the plant's table."""
    wanted = ", ".join(features)
    fitted = getattr(model, "feature_names_in_", None)
    if fitted is None:
        width = getattr(model, "n_features_in_", len(features))
        if width != len(features):
            raise ModelFileError(
                "{name} has {width} inputs, the use case {features}. They have to be {wanted}.",
                name=name,
                width=width,
                features=len(features),
                wanted=wanted,
            )
        return features
    called = tuple(feature if feature in set(fitted) else headers.get(feature, feature) for feature in features)
    lacks, more = [one for one in called if one not in set(fitted)], [str(one) for one in fitted if one not in set(called)]
    if lacks or more:
        nothing = Sentence("nothing")
        raise ModelFileError(
            "{name} has other inputs: it lacks {lacks}, and has {more} more. They have to be {wanted}.",
            name=name,
            lacks=", ".join(lacks) or nothing,
            more=", ".join(more) or nothing,
            wanted=wanted,
        )
    return called
