"""What a model goes by in general: from contributions that the worker stored, so nothing is computed again."""

from dataclasses import dataclass

import numpy as np

from data.usecase import UseCase


@dataclass(frozen=True, slots=True, eq=False)
class Importance:
    """Mean absolute contribution of each name, strongest first, with a 95 % bootstrap interval over rows."""

    names: tuple[str, ...]
    mean: np.ndarray
    low: np.ndarray
    high: np.ndarray
    rows: int


def importance(contributions: np.ndarray, names: tuple[str, ...], seed: int = 0, resamples: int = 200) -> Importance:
    """Importance from (n, names) contributions on the margin scale. With one row the interval is that row."""
    size = np.abs(contributions)
    n = len(size)
    mean = size.mean(axis=0)
    counts = np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), size=resamples)  # weights instead of copies
    low, high = np.quantile(counts @ size / n, [0.025, 0.975], axis=0)
    order = np.argsort(-mean, kind="stable")
    return Importance(tuple(names[i] for i in order), mean[order], low[order], high[order], n)


def by_group(use_case: UseCase, contributions: np.ndarray) -> tuple[np.ndarray, tuple[str, ...]]:
    """(n, features) contributions folded into (n, groups) by adding them up."""
    at = {feature: i for i, feature in enumerate(use_case.features)}
    columns = [contributions[:, [at[f] for f in group.features]].sum(axis=1) for group in use_case.groups.values()]
    return np.stack(columns, axis=1), tuple(use_case.groups)


def ndcg(new: dict[str, float], old: dict[str, float]) -> float:
    """How well the new order of importance keeps the old one: 1 is the same order (SageMaker Clarify alerts below 0.9).

    Gains are the old importances, discounted by rank in the new order and normalised by the old order itself.
    """
    order_new, order_old = sorted(new, key=lambda n: -new[n]), sorted(old, key=lambda n: -old[n])

    def gain(order: list[str]) -> float:
        return sum(old.get(name, 0.0) / np.log2(rank + 2) for rank, name in enumerate(order))

    best = gain(order_old)
    return float(gain(order_new) / best) if best else 1.0
