"""Models of a seeded flaw, and their errors on held-out readings whose truth the generator knows."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from benchmarks.made.seeded_flaws import Seeded
from data.readings.features import feature_matrix, signal_matrix
from explainers.shapley.contributions import TreeContributions, probability
from models.training.train import Trained, train
from models.training.training_set import training_set


@dataclass(frozen=True, slots=True)
class Errors:
    """Squared error of the risk where the flaw shows, and elsewhere."""

    concept: float
    elsewhere: float


def model_of(data: Seeded, history: pd.DataFrame) -> Trained:
    """Trained on a history and nothing else."""
    return train(data.use_case, training_set(data.use_case, None, history=history), lambda *_: True)


def errors_of(data: Seeded, trained: Trained) -> Errors:
    """Of a model on the held-out readings."""
    squared = (risks_of(data, trained) - data.held_out["outcome"].to_numpy()) ** 2
    other = squared[~data.concept]
    return Errors(float(squared[data.concept].mean()), float(other.mean()) if len(other) else float("nan"))


def risks_of(data: Seeded, trained: Trained) -> np.ndarray:
    """(n,) risks of the held-out readings."""
    x = feature_matrix(data.use_case, signal_matrix(data.use_case, data.held_out))
    return probability(TreeContributions(trained.booster, data.use_case.features).margins(x))
