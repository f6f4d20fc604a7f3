"""A model that was trained elsewhere, opened: what it predicts, how it is explained, and what a release keeps to open it again."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np

from data.usecase import UseCase
from explainers.choice import explained_per_s, shares_for
from explainers.contract import CannotExplain, Task
from explainers.margins import Predict
from explainers.pipelines import as_function
from explainers.sampled_shares import MOST, SampledShares
from explainers.tree_shares import TreeShares
from models.kinds import skops_file
from models.kinds.errors import ModelFileError
from models.kinds.onnx_file import OnnxFunction
from models.predictor import task_of

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

    def probable(self, use_case: UseCase, background: np.ndarray) -> SampledShares:
        """Its shares in probability, which a reader is told, from more samples than a live line affords."""
        return SampledShares(
            self.predict, use_case.features, background, task_of(use_case), MOST, probable=True, note=self.shares.note or _ADDED
        )


_ADDED = "Its trees add up in log-odds; in probability they are told by many predictions instead."


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
        predict: Predict = OnnxFunction(content, name, features, headers, categories, task)
        described, called = predict.described, features
    else:
        model = skops_file.opened(content, trusted, name)
        described = skops_file.told(model)
        called = _called(model, features, headers, name)
        try:
            predict = as_function(model, called, categories, _worded(use_case, model, task))
        except (ValueError, CannotExplain, AttributeError) as error:
            raise ModelFileError(f"{name} cannot be used for {use_case.title}: {error}") from None
    try:
        shares = shares_for(model, predict, called, background, task, samples)
    except (CannotExplain, ValueError) as error:
        raise ModelFileError(f"{name} cannot be used for {use_case.title}: {error}") from None
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


def _called(model, features: tuple[str, ...], headers: dict[str, str], name: str) -> tuple[str, ...]:
    """The features under the names that the model was fitted with: their own, or the headers of the plant's table."""
    wanted = f"They have to be {', '.join(features)}."
    fitted = getattr(model, "feature_names_in_", None)
    if fitted is None:
        width = getattr(model, "n_features_in_", len(features))
        if width != len(features):
            raise ModelFileError(f"{name} has {width} inputs, the use case {len(features)}. {wanted}")
        return features
    called = tuple(feature if feature in set(fitted) else headers.get(feature, feature) for feature in features)
    lacks, more = [one for one in called if one not in set(fitted)], [str(one) for one in fitted if one not in set(called)]
    if lacks or more:
        what = " and ".join([f"lacks {', '.join(lacks)}"] * bool(lacks) + [f"has {', '.join(more)} more"] * bool(more))
        raise ModelFileError(f"{name} has other inputs than {len(features)} of the use case: it {what}. {wanted}")
    return called


def _worded(use_case: UseCase, model, task: Task) -> Task:
    """The task with the classes as the plant's table words them, if the model was fitted on those."""
    known, words = getattr(model, "classes_", ()), use_case.replay.outcomes if use_case.replay else {}
    if (
        task.kind == "regression"
        or not all(isinstance(one, str) and one in words for one in known)
        or set(known) <= set(task.classes)
    ):
        return task
    by_code = {code: word for word, code in words.items()}
    if len(by_code) != len(words):
        return task
    return replace(task, classes=tuple(by_code.get(code, word) for code, word in use_case.target.outcomes.items()))
