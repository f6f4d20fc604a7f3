"""What a model needs to be right: how much worse it gets when a column is shuffled.

Permutation importance (Breiman 2001, https://doi.org/10.1023/A:1010933404324; Fisher, Rudin & Dominici 2019, arXiv 1801.01489).
Columns that say the same must be shuffled together, or each looks dispensable while the other stands in for it; a shuffled
column may also make rows that no machine produces, which ``recompute`` lessens by deriving features from shuffled signals.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

Predict = Callable[[np.ndarray], np.ndarray]
Loss = Callable[[np.ndarray, np.ndarray], np.ndarray]


@dataclass(frozen=True, slots=True, eq=False)
class PermutationImportance:
    """Mean increase of the loss by name, strongest first, with the middle 95 % of the repeats.

    The interval holds the chance of the shuffling only, not that of the rows: for that, see ``explainers.overall.sampling``. ``loss`` is
    the mean loss of the untouched rows, the yardstick of the increases. All NaN when there are fewer than two rows to shuffle.
    """

    names: tuple[str, ...]
    mean: np.ndarray  # (names,) in the unit of the loss
    low: np.ndarray
    high: np.ndarray
    loss: float
    rows: int


def log_loss(y: np.ndarray, predicted: np.ndarray) -> np.ndarray:
    """Loss of each row in nats (n,): binary from (n,) probabilities of class 1, else (n, classes); ``y`` are class codes.

    Probabilities are kept 1e-7 away from 0 and 1, so that one sure mistake costs at most 16 nats.
    """
    p = np.asarray(predicted, float)
    right = p[np.arange(len(p)), np.asarray(y, int)] if p.ndim == 2 else np.where(np.asarray(y, float) > 0.5, p, 1 - p)
    return -np.log(np.clip(right, 1e-7, 1 - 1e-7))


def squared_error(y: np.ndarray, predicted: np.ndarray) -> np.ndarray:
    """Squared error of each row (n,), in the squared unit of the target."""
    return (np.asarray(y, float) - np.asarray(predicted, float)) ** 2


def permutation_importance(
    predict: Predict,
    x: np.ndarray,
    y: np.ndarray,
    columns: Mapping[str, Sequence[int]],
    loss: Loss,
    repeats: int = 10,
    seed: int = 0,
    recompute: Callable[[np.ndarray], np.ndarray] | None = None,
) -> PermutationImportance:
    """How much the loss grows when the columns of a name are shuffled, as one block.

    Args:
        predict: (rows, features) to (rows,) or (rows, classes); called once per name with all repeats in one batch.
        x: (n, columns), the features, or the raw signals if ``recompute`` is given. It is not changed.
        y: (n,) true values; rows where it is NaN, or where the untouched loss is not finite, are left out.
        columns: the places in ``x`` that are shuffled together, by name.
        loss: (y, predicted) to the loss of each row, for instance ``log_loss`` or ``squared_error``.
        repeats: shuffles per name. Every name gets the same shuffles, so the order of ``columns`` does not matter.
        seed: equal seeds give equal results.
        recompute: signals (rows, signals) to features (rows, features), row by row, when signals are shuffled.

    Returns:
        The increase in the unit of the loss: 0 for what the model ignores, below 0 by chance or for what misleads it.

    Raises:
        ValueError: x and y have different lengths, or there is nothing to repeat.
        IndexError: a place is outside ``x``.
    """
    x, y = np.asarray(x), np.asarray(y)
    if len(x) != len(y) or repeats < 1:
        raise ValueError(f"{len(x)} rows with {len(y)} true values and {repeats} repeats")
    derive = recompute or (lambda signals: signals)
    told = np.isfinite(np.asarray(y, float))
    x, y = x[told], y[told]
    before = loss(y, predict(derive(x))) if len(x) else np.zeros(0)
    sure = np.isfinite(before)
    x, y, before = x[sure], y[sure], before[sure]
    n, names = len(x), tuple(columns)
    if n < 2:
        unknown = np.full(len(names), np.nan)
        return PermutationImportance(names, unknown, unknown, unknown, float(before.mean()) if n else np.nan, n)

    rng = np.random.default_rng(seed)
    shuffles = np.concatenate([rng.permutation(n) for _ in range(repeats)])
    truth = np.tile(y, repeats)
    growth = np.empty((len(names), repeats))
    for i, name in enumerate(names):
        places = list(columns[name])
        shuffled = np.tile(x, (repeats, 1))
        shuffled[:, places] = x[:, places][shuffles]
        after = np.reshape(loss(truth, predict(derive(shuffled))), (repeats, n))
        growth[i] = (after - before).mean(axis=1)
    mean = growth.mean(axis=1)
    low, high = np.quantile(growth, [0.025, 0.975], axis=1)
    order = np.argsort(-mean, kind="stable")
    return PermutationImportance(tuple(names[i] for i in order), mean[order], low[order], high[order], float(before.mean()), n)
