"""Several classes told as one number: how far the predicted class is ahead of another one.

Where some classes are good and some bad, the other one is the likeliest of the other side: a fault is told against normal operation, since what is
asked first is what made the reading bad. Among faults alone it is the runner-up.

A difference of two additive explanations is additive again, so a contrast keeps every property of its method. It also is the
question that is asked ("why this kind of defect and not the other?"): contrastive explanations, Miller 2019,
https://doi.org/10.1016/j.artint.2018.07.007
"""

from collections.abc import Callable, Sequence

import numpy as np

from explainers.shapley.contract import Task

NOBODY = -1
"""The other one of a model that knows one class only."""


def ahead(scores: np.ndarray, seen: Sequence[int] | None = None, good: Sequence[int] = ()) -> tuple[np.ndarray, np.ndarray]:
    """The predicted class in every row, and the one that it is told against.

    Args:
        scores: (n, classes), any scale.
        seen: the columns of classes that the model has seen; the others are neither. All of them if not given.
        good: the columns of classes that need no look. Where there are such and others, a class is told against the likeliest of the other kind.

    Returns:
        two (n,) arrays of column numbers; the second is ``NOBODY`` where no other class has a finite score. Of equal
        scores the first column counts.
    """
    at = np.arange(len(scores))
    if seen is not None:
        scores = np.where(np.isin(np.arange(scores.shape[1]), seen), scores, -np.inf)
    first = scores.argmax(axis=1)
    others = scores.copy()
    others[at, first] = -np.inf
    kind = np.isin(np.arange(scores.shape[1]), list(good))
    across = np.where(kind == kind[first][:, None], -np.inf, others)
    others = np.where(np.isfinite(across).any(axis=1, keepdims=True), across, others)
    second = others.argmax(axis=1)
    return first, np.where(np.isfinite(others[at, second]), second, NOBODY)


def difference(values: np.ndarray, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """``values`` of the first class minus those of the second, row by row.

    Args:
        values: (n, classes) or (n, classes, anything).
        first, second: (n,) column numbers, of :func:`ahead`.

    Returns:
        (n,) or (n, anything). Against nobody: the values of the first class alone.
    """
    at = np.arange(len(values))
    mine, theirs = values[at, first], values[at, second]
    nobody = (second == NOBODY).reshape(-1, *[1] * (mine.ndim - 1))
    return mine - np.where(nobody, 0, theirs)


def label(task: Task, at: int) -> str | None:
    """The name of class number ``at``: its number where the task names none, ``None`` for nobody."""
    if at == NOBODY:
        return None
    return task.classes[at] if at < len(task.classes) else str(at)


def single(
    predict: Callable[[np.ndarray], np.ndarray], row: np.ndarray, task: Task
) -> tuple[Callable[[np.ndarray], np.ndarray], str | None, str | None]:
    """One number to explain for ``row``: the prediction itself, or the contrast of two classes (:func:`ahead`).

    Args:
        predict: (n, features) -> (n,), or (n, classes) for a multiclass task; its attribute ``seen``, if it has one, tells the
            columns of classes that the model has seen.
        row: (features,).

    Returns:
        a function (n, features) -> (n,), the predicted class and the one that it is told against (both ``None`` unless multiclass).
    """
    if task.kind != "multiclass":
        return predict, None, None
    scores = np.asarray(predict(row[None, :]), float).reshape(1, -1)
    first, second = (int(at[0]) for at in ahead(scores, getattr(predict, "seen", None), task.good))

    def contrast(x: np.ndarray) -> np.ndarray:
        scores = np.asarray(predict(x), float).reshape(len(x), -1)
        return scores[:, first] - (scores[:, second] if second != NOBODY else 0)

    return contrast, label(task, first), label(task, second)
