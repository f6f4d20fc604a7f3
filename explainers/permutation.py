"""Permutation importance: how much worse the model gets when one value tells nothing any more (Breiman 2001; Fisher et al. 2019).

Beside the mean contribution it answers another question: not how far a value moves the prediction, but how far the model's being
right depends on it. A signal is shuffled together with everything that is derived from it, so that no impossible rows are asked about.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

Predict = Callable[[np.ndarray], np.ndarray]
Loss = Callable[[np.ndarray, np.ndarray], float]


@dataclass(frozen=True, slots=True, eq=False)
class Permutation:
    """Mean increase of the loss for each name, strongest first, with the 2.5th and 97.5th of 100 repeats; ``loss`` as it is."""

    names: tuple[str, ...]
    mean: np.ndarray
    low: np.ndarray
    high: np.ndarray
    loss: float
    rows: int


def permutation_importance(
    predict: Predict,
    x: np.ndarray,
    y: np.ndarray,
    columns: dict[str, tuple[int, ...]],
    loss: Loss,
    repeats: int = 8,
    seed: int = 0,
    recompute: Predict | None = None,
) -> Permutation:
    """Shuffle each entry of ``columns`` (name -> places of columns that belong together) and predict again.

    Args:
        predict: (n, features) -> (n,) or (n, classes).
        x: (n, columns): model inputs, or whatever ``recompute`` turns into them.
        loss: (predictions, y) -> one number, smaller is better.
    """
    rng, inputs = np.random.default_rng(seed), recompute or (lambda rows: rows)
    before = loss(predict(inputs(x)), y) if len(x) else 0.0
    worse = np.zeros((len(columns), repeats))
    for at, places in enumerate(columns.values()):
        for repeat in range(repeats if len(x) else 0):
            shuffled = x.copy()
            shuffled[:, list(places)] = x[rng.permutation(len(x))][:, list(places)]
            worse[at, repeat] = loss(predict(inputs(shuffled)), y) - before
    mean = worse.mean(axis=1)
    low, high = np.quantile(worse, [0.025, 0.975], axis=1)
    order = np.argsort(-mean, kind="stable")
    return Permutation(tuple(list(columns)[i] for i in order), mean[order], low[order], high[order], float(before), len(x))


def log_loss(probability: np.ndarray, y: np.ndarray) -> float:
    """Mean negative log-likelihood: of (n,) risks against outcomes 0 or 1, or of (n, classes) against class numbers."""
    p = np.clip(probability, 1e-9, 1 - 1e-9)
    if p.ndim == 2:
        return float(-np.log(p[np.arange(len(y)), y.astype(int)]).mean())
    return float(-np.where(y > 0, np.log(p), np.log(1 - p)).mean())


def squared_error(predicted: np.ndarray, y: np.ndarray) -> float:
    """Mean squared error."""
    return float(((predicted - y) ** 2).mean())
