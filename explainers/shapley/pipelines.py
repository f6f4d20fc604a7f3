"""Any fitted model as a function of numbers: what the explainers that only call a model go by.

The house passes rows as (n, features) floats with categories as codes. A scikit-learn pipeline may have been fitted on a
DataFrame with text categories: here rows get their column names and their texts back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from explainers.shapley.contract import CannotExplain, Scale, Task

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike
    from xgboost import Booster

Categories = dict[int, tuple[str, ...]]
SKLEARN_TREES = ("sklearn.tree.", "sklearn.ensemble._forest", "sklearn.ensemble._gb", "sklearn.ensemble._hist_gradient_boosting")
"""Where scikit-learn's own tree models are defined."""
DEEPEST = 12
"""How deep models may lie in each other."""


def as_function(model: Any, features: tuple[str, ...], categories: Categories | None, task: Task, raw: bool = False) -> Function:
    """A fitted scikit-learn model or pipeline (or an XGBoost one with that interface) as a function.

    Args:
        model: fitted on a DataFrame whose columns are ``features`` in any order, or on an array in the order of ``features``.
        categories: for each column that the model knows as text, the texts of its codes.
        raw: ask for the decision function (margins) even if the model gives probabilities.

    Raises:
        ValueError: the model was fitted on other columns.
    """
    return Function(model, features, categories or {}, task, raw)


class Function:
    """``(n, features)`` floats -> ``(n,)``, or ``(n, classes)`` for a multiclass task. ``scale`` is that of what it gives.

    Columns are those of ``task.classes``; a class that the model has never seen has probability 0, or the margin ``-inf``.
    """

    def __init__(self, model: Any, features: tuple[str, ...], categories: Categories, task: Task, raw: bool) -> None:
        self._model, self._features, self._task = model, tuple(features), task
        self._categories = categories if knows_texts(model) else {}
        fitted = getattr(model, "feature_names_in_", None)
        self.names = None if fitted is None else [str(name) for name in fitted]
        if self.names is not None and set(self.names) != set(self._features):
            differ = ", ".join(sorted(set(self.names) ^ set(self._features)))
            raise ValueError(f"the model was fitted on other columns; these are in one of both only: {differ}")
        self._typed = _wants_category_type(model)
        asks = ("decision_function", "predict_proba") if raw else ("predict_proba", "decision_function")
        self._ask = next((ask for ask in asks if task.kind != "regression" and hasattr(model, ask)), "predict")
        self.scale: Scale = "target" if task.kind == "regression" else "probability"
        if self._ask == "decision_function":
            self.scale = "margin"
        if task.kind != "regression":
            self.seen = seen_classes(model.classes_, task)
            self.width = max(2, len(task.classes), max(self.seen) + 1)
            if len(self.seen) == 1:  # it cannot but choose that class, whatever scikit-learn makes up for a second one
                self._ask, self.scale = "predict", "probability"

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Predict rows.

        Raises:
            CannotExplain: the model refuses them, such as missing values that it does not take, or gives another shape.
        """
        x = np.asarray(x, float)
        try:
            given = getattr(self._model, self._ask)(self.frame(x))
        except (ValueError, TypeError) as error:
            raise CannotExplain("The model takes no such row: {splitlines}", splitlines=str(error).splitlines()[0]) from error
        if self._task.kind == "regression":
            given = np.asarray(given, float)
            if given.size != len(x):
                raise CannotExplain(
                    "The model predicts {size} numbers for a row; one is explained at a time.", size=given.size // len(x)
                )
            return given.reshape(len(x))
        scores = self._spread(np.asarray(given), len(x))
        return scores if self._task.kind == "multiclass" else self._asked_for(scores)

    def frame(self, x: np.ndarray) -> np.ndarray | pd.DataFrame:
        """Rows as the model was fitted on: a DataFrame with names and texts, or the array itself."""
        if self.names is None:
            return x
        import pandas as pd

        columns: dict[str, object] = {name: x[:, at] for at, name in enumerate(self._features)}
        for at, texts in self._categories.items():
            codes = x[:, at]
            known = np.isfinite(codes) & (codes >= 0) & (codes < len(texts))
            whole = np.where(known, codes, -1).astype(int)
            if self._typed:
                columns[self._features[at]] = pd.Categorical.from_codes(whole, dtype=pd.CategoricalDtype(list(texts)))
            else:  # NaN is what scikit-learn's imputers take for missing in a column of texts; it is picked by -1
                columns[self._features[at]] = np.array([*texts, np.nan], dtype=object)[whole]
        return pd.DataFrame(columns)[self.names]

    def _spread(self, given: np.ndarray, n: int) -> np.ndarray:
        """Outputs of the classes that the model has seen into (n, width) columns of all classes."""
        probable = self._ask != "decision_function"
        scores = np.full((n, self.width), 0.0 if probable else -np.inf)
        if self._ask == "predict":  # a classifier that gives nothing but its choice
            for at, known in zip(self.seen, self._model.classes_, strict=True):
                scores[:, at] = given == known
        elif given.ndim == 1:  # one margin of two classes: for the second of them
            scores[:, self.seen] = np.column_stack([-given, given]) / 2
        elif given.shape[1] == len(self.seen):
            scores[:, self.seen] = given
        else:
            raise CannotExplain(
                "The model gives {shape} scores for {seen} classes (one for each pair?).",
                shape=given.shape[1],
                seen=len(self.seen),
            )
        return scores

    def _asked_for(self, scores: np.ndarray) -> np.ndarray:
        return scores[:, 1] - scores[:, 0] if self.scale == "margin" else scores[:, 1]


def seen_classes(known: Sequence[Any] | np.ndarray, task: Task) -> list[int]:
    """For each class that a model has seen, its number among the task's classes.

    By name; a whole number that is no name is taken as the number itself; without names the order of the model counts.
    Of a model that has seen a single class, 0 and False are the first of a binary task, everything else the second.

    Raises:
        ValueError: a class that the task does not know, or more than two for a binary task.
        CannotExplain: a model of several outputs at once.
    """
    if np.ndim(known[0]) > 0:
        raise CannotExplain("The model predicts several outputs at once; one is explained at a time.")
    if task.kind == "binary" and len(known) > 2:
        raise ValueError(f"the task is binary, but the model knows {len(known)} classes")
    if not task.classes:
        single = len(known) == 1 and task.kind == "binary"
        return [int(str(known[0]) not in ("0", "0.0", "False"))] if single else list(range(len(known)))
    found = []
    for one in known:
        number = int(one) if not isinstance(one, str) and float(one).is_integer() else None
        name = str(one) if number is None or isinstance(one, bool | np.bool_) else str(number)
        if name in task.classes:
            found.append(task.classes.index(name))
        elif number is not None and 0 <= number < len(task.classes):
            found.append(number)
        else:
            raise ValueError(f"the model knows a class {name!r} that is not among {', '.join(task.classes)}")
    return found


def booster_function(booster: Booster, task: Task) -> BoosterFunction:
    """An XGBoost booster of any kind as a function: risk, probabilities of the classes, or the target."""
    return BoosterFunction(booster, task)


class BoosterFunction:
    """``(n, features)`` floats -> ``(n,)``, or ``(n, classes)`` for a multiclass task."""

    def __init__(self, booster: Booster, task: Task) -> None:
        self._booster, self._task = booster, task
        self.scale: Scale = "target" if task.kind == "regression" else "probability"
        names = booster.feature_names
        self._known = {"feature_names": names, "feature_types": booster.feature_types} if names else {}

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Predict rows. Raises ``CannotExplain`` if the booster predicts several targets."""
        from xgboost import DMatrix

        rows = DMatrix(np.asarray(x, np.float32), **self._known)
        if self._task.kind == "regression":
            given = self._booster.predict(rows)
            if given.size != len(x):
                raise CannotExplain(
                    "The model predicts {size} numbers for a row; one is explained at a time.", size=given.size // len(x)
                )
            return given.astype(float).reshape(len(x))
        margins = self._booster.predict(rows, output_margin=True).astype(float)
        if self._task.kind == "binary":
            return 0.5 * (1 + np.tanh(0.5 * margins))
        margins = margins.reshape(len(x), -1)
        grown = np.exp(margins - margins.max(axis=1, keepdims=True))
        return grown / grown.sum(axis=1, keepdims=True)


def knows_texts(model: object) -> bool:
    """Whether a model was fitted on texts: something in it has learned texts (categories of an encoder, fillings of an imputer), or it is an
    XGBoost model with categories of its own. scikit-learn's own trees only know numbers, unless as native categories."""
    if not type(model).__module__.startswith(SKLEARN_TREES):
        return _wants_category_type(model) or any(_is_text(known) for part in _parts(model, 0) for known in _learned(part))
    prepared = getattr(model, "_preprocessor", None)
    encoder = getattr(prepared, "named_transformers_", {}).get("encoder")
    return any(known.dtype.kind in "OU" for known in getattr(encoder, "categories_", []))


def _parts(model: object, depth: int) -> Iterator[object]:
    """A model and everything that it is made of, as far as it is fitted: steps, transformers, inner models."""
    if isinstance(model, list | tuple | dict):
        for part in model.values() if isinstance(model, dict) else model:
            yield from _parts(part, depth)
    elif hasattr(model, "get_params") and not isinstance(model, type) and depth < DEEPEST:
        yield model
        for name, value in vars(model).items():
            if not name.startswith("_") and (isinstance(value, list | tuple | dict) or hasattr(value, "get_params")):
                yield from _parts(value, depth + 1)


def _learned(part: object) -> list:
    """What an encoder or an imputer has learned of each column."""
    return [*getattr(part, "categories_", ()), *np.ravel(getattr(part, "statistics_", ())), *getattr(part, "vocabulary_", ())]


def _is_text(known: ArrayLike) -> bool:
    return any(isinstance(one, str) for one in np.ravel(np.asarray(known, object)))


def _wants_category_type(model: Any) -> bool:
    """Whether texts go in as pandas' category type: XGBoost and histogram boosting read categories from that only."""
    last = model[-1] if hasattr(model, "steps") else model
    native = getattr(last, "is_categorical_", None)
    return bool(getattr(last, "enable_categorical", False)) or (native is not None and bool(np.any(native)))
