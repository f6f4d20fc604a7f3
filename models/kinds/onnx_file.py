"""A model that was exported to ONNX, run by onnxruntime (optional: requirements-onnx.txt). One file, no code of its own, no files beside it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from explainers.shapley.contract import CannotExplain, Task
from explainers.shapley.pipelines import Categories
from models.kinds.errors import ModelFileError

if TYPE_CHECKING:
    import onnxruntime

NUMBERS = {"tensor(float)": np.float32, "tensor(double)": np.float64, "tensor(int64)": np.int64, "tensor(int32)": np.int32}
SURE = 1e-3
"""How far probabilities may be from adding up to 1."""


class OnnxFunction:
    """``(n, features)`` floats -> risk (n,), probabilities (n, classes), or value (n,). Safe to share between threads.

    Its input is one matrix with the features in their order, or one column for each of them by name (``names``: what else each
    feature is called; categories as text where the model wants text). Its output: probabilities as a matrix or as maps from class to
    probability, or one value. ``places``: which outcome each of its own classes is.

    Raises:
        ModelFileError: it cannot be opened, or has other inputs or outputs.
    """

    def __init__(
        self, content: bytes, name: str, features: tuple[str, ...], names: dict[str, str], categories: Categories, task: Task,
        places: Callable[[list], list[int]],
    ) -> None:  # fmt: skip
        self._session, self._places = _session(content, name), places
        self._name, self._features, self._categories, self._task = name, features, categories, task
        self.scale = "target" if task.kind == "regression" else "probability"
        self._inputs = self._placed(names)
        self._output, self._maps, self._labels = self._chosen()
        self.described = f"ONNX, {self._session.get_modelmeta().producer_name or 'unknown producer'}"

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Predict rows.

        Raises:
            CannotExplain: the model takes no such row, or gives another shape.
        """
        x = np.asarray(x, float)
        if not len(x):
            return np.zeros((0, len(self._task.classes)) if self._task.kind == "multiclass" else 0)
        given = self._run([self._output], x)[0]
        if self._task.kind == "regression":
            given = np.asarray(given, float)
            if given.size != len(x):
                raise CannotExplain(
                    "The model predicts {size} numbers for a row; one is explained at a time.", size=given.size // len(x)
                )
            return given.reshape(len(x))
        return self._classes(given, len(x))

    def check(self, x: np.ndarray) -> None:
        """Whether rows (n, features) give what is meant: probabilities, with the classes in their order.

        Raises:
            CannotExplain: they do not.
        """
        said = self(x)
        if self._task.kind == "regression":
            return
        sums = said.sum(axis=1) if said.ndim == 2 else np.ones(len(said))
        if not (np.all((said >= -SURE) & (said <= 1 + SURE)) and np.allclose(sums, 1, atol=SURE)):
            raise CannotExplain(
                "The model gives numbers that are no probabilities: export it with its probabilities, not with raw scores."
            )
        if self._labels is None or self._maps:
            return
        labels = np.ravel(self._run([self._labels], x)[0])
        scores = np.asarray(self._run([self._output], x)[0], float).reshape(len(x), -1)
        chosen = scores.argmax(axis=1) if scores.shape[1] > 1 else (scores[:, 0] > 0.5).astype(int)
        for place in np.unique(chosen):  # the label that goes with the largest of each column says which class that column is
            own, counts = np.unique(labels[chosen == place], return_counts=True)
            label = own[counts.argmax()]
            label = label if isinstance(label, str) else label.item() if hasattr(label, "item") else str(label)
            try:
                meant = self._places([label])[0] if not isinstance(label, int) or not self._numbered() else label
            except ValueError as error:
                raise CannotExplain("The model cannot be used: {error}.", error=error) from None
            if meant != place:
                classes = ", ".join(repr(word) for word in self._task.classes)
                raise CannotExplain(
                    "The model has its classes in another order: its column {place} is {label}, which is number {meant} of {classes}. "
                    "Export it with zipmap, which names each probability.",
                    place=place + 1,
                    label=repr(label),
                    meant=meant + 1,
                    classes=classes,
                )

    def _numbered(self) -> bool:
        """Whether the model's whole numbers are the numbers of the outcomes: the table words them no other way."""
        try:
            return self._places(list(range(max(2, len(self._task.classes))))) == list(range(max(2, len(self._task.classes))))
        except ValueError:
            return False

    def _run(self, outputs: list[str], x: np.ndarray) -> list:
        try:
            return list(self._session.run(outputs, self._feed(x)))
        except Exception as error:  # its errors have no common type
            raise CannotExplain(
                "The model takes no such row: {splitlines}", splitlines=str(error).splitlines()[0][:200]
            ) from error

    def _feed(self, x: np.ndarray) -> dict:
        if len(self._inputs) == 1 and self._inputs[0][1] is None:
            name, _, kind = self._inputs[0]
            return {name: x.astype(NUMBERS[kind])}
        found = {}
        for name, at, kind in self._inputs:
            assert at is not None
            column = x[:, [at]]
            if kind == "tensor(string)":
                texts = (*self._categories[at], "")
                known = np.isfinite(column) & (column >= 0) & (column < len(texts) - 1)
                found[name] = np.array(texts, object)[np.where(known, column, -1).astype(int)]
            else:
                found[name] = column.astype(NUMBERS[kind])
        return found

    def _placed(self, names: dict[str, str]) -> list[tuple[str, int | None, str]]:
        """Each input with the column that goes into it; ``None``: the whole matrix."""
        given, wanted = self._session.get_inputs(), ", ".join(self._features)
        kept = self._session.get_modelmeta().custom_metadata_map.get("features")
        if kept and json.loads(kept) != list(self._features):
            raise ModelFileError(
                "{name} was made of other inputs ({kept}). They have to be {wanted}.",
                name=self._name,
                kept=", ".join(json.loads(kept)),
                wanted=wanted,
            )
        for one in given:
            if one.type not in NUMBERS and one.type != "tensor(string)":
                raise ModelFileError(
                    "{name}: input {input} is a {type}; numbers or texts are wanted.",
                    name=self._name,
                    input=one.name,
                    type=one.type,
                )
            if one.shape and isinstance(one.shape[0], int):
                raise ModelFileError(
                    "{name} takes {shape} rows at a time: export it with a batch of any size.",
                    name=self._name,
                    shape=one.shape[0],
                )
        if len(given) == 1 and (len(self._features) > 1 or given[0].name not in self._features):
            width = given[0].shape[-1] if len(given[0].shape) == 2 else None
            if given[0].type == "tensor(string)" or len(given[0].shape) not in (0, 2):
                raise ModelFileError(
                    "{name}: input {input} is no matrix of numbers with a row for each reading.",
                    name=self._name,
                    input=given[0].name,
                )
            if isinstance(width, int) and width != len(self._features):
                raise ModelFileError(
                    "{name} has {width} inputs, the use case {features}. They have to be {wanted}.",
                    name=self._name,
                    width=width,
                    features=len(self._features),
                    wanted=wanted,
                )
            return [(given[0].name, None, given[0].type)]
        places = {name: at for at, name in enumerate(self._features)} | {
            names[f]: at for at, f in enumerate(self._features) if f in names
        }
        there = {one.name: places.get(one.name) for one in given}
        more = [name for name, at in there.items() if at is None]
        lacks = [name for at, name in enumerate(self._features) if at not in there.values()]
        if more or lacks:
            raise ModelFileError(
                "{name} has other inputs: it lacks {lacks}, and has {more} more. They have to be {wanted}.",
                name=self._name,
                lacks=lacks,
                more=more,
                wanted=wanted,
            )
        texts = [one.name for one in given if one.type == "tensor(string)" and there[one.name] not in self._categories]
        if texts:
            raise ModelFileError(
                "{name} wants texts for {texts}, which are numbers here.", name=self._name, texts=", ".join(texts)
            )
        return [(one.name, there[one.name], one.type) for one in given]

    def _chosen(self) -> tuple[str, bool, str | None]:
        """The output that is asked for, whether it comes as maps, and the output with the labels, if any."""
        given = self._session.get_outputs()
        floats = [one for one in given if one.type in ("tensor(float)", "tensor(double)")]
        if self._task.kind == "regression":
            if len(given) != 1 or not floats:
                raise ModelFileError(
                    "{name} gives {given}; one value is wanted.",
                    name=self._name,
                    given=", ".join(f"{one.name} ({one.type})" for one in given),
                )
            return given[0].name, False, None
        maps = [one for one in given if one.type.startswith("seq(map(")]
        labels = next((one.name for one in given if one.type in ("tensor(int64)", "tensor(string)")), None)
        if not (maps or floats):
            raise ModelFileError(
                "{name} gives no probabilities, only {given}: export it with them.",
                name=self._name,
                given=", ".join(one.name for one in given),
            )
        return (maps or floats)[0].name, bool(maps), labels

    def _classes(self, given: Sequence[dict] | np.ndarray, n: int) -> np.ndarray:
        width = max(2, len(self._task.classes))
        if self._maps:
            known = list(given[0])
            scores = np.array([[row[key] for key in known] for row in given], float)
        else:
            scores = np.asarray(given, float).reshape(n, -1)
            known = list(range(scores.shape[1]))
            if scores.shape[1] == 1 and self._task.kind == "binary":
                return scores[:, 0]
        if len(known) > width or (not self._maps and len(known) != width):
            raise CannotExplain("The model gives {known} classes; {width} are wanted.", known=len(known), width=width)
        placed = np.zeros((n, width))
        try:
            at = self._places(known) if self._maps else known
        except ValueError as error:
            raise CannotExplain("The model cannot be used: {error}.", error=error) from None
        placed[:, at] = scores
        return placed if self._task.kind == "multiclass" else placed[:, 1]


def _session(content: bytes, name: str) -> onnxruntime.InferenceSession:
    try:
        import onnxruntime
    except ImportError:
        raise ModelFileError("onnxruntime is not installed: pip install -r requirements-onnx.txt") from None
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4
    try:
        return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # its errors have no common type
        said = str(error).splitlines()[0][:200]
        raise ModelFileError(
            "{name} is no ONNX model that can be opened ({said}). It has to be one file.", name=name, said=said
        ) from None
