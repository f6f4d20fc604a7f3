"""A small search for hyper-parameters: seeded, over few candidates, judged by the loss on the rows watched for early stopping."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from data.sentence import Sentence
from models.training.progress import Progress, Stopped

if TYPE_CHECKING:
    from xgboost import DMatrix

CANDIDATES = 8
ROUNDS = 120
_SPACE = {"max_depth": (3, 4, 5, 6), "eta": (0.08, 0.15, 0.3), "min_child_weight": (1, 3, 10), "subsample": (0.8, 1.0)}


def searched(params: dict, fit: DMatrix, watch: DMatrix, progress: Progress, candidates: int = CANDIDATES) -> dict:
    """The best of a seeded draw from the space and of the parameters as they are. Same rows and seed: same answer.

    Args:
        fit, watch: what to learn from and to judge by.

    Raises:
        Stopped: when ``progress`` says so.
    """
    import xgboost
    from xgboost.callback import EarlyStopping

    rng = np.random.default_rng(params["seed"])
    tried = [{}, *({name: rng.choice(values).item() for name, values in _SPACE.items()} for _ in range(candidates))]
    losses = []
    for at, one in enumerate(tried):
        if not progress(
            0.05 + 0.02 * at / len(tried), Sentence("Trying hyper-parameters {at} of {tried}", at=at + 1, tried=len(tried))
        ):
            raise Stopped
        stop = EarlyStopping(rounds=15, save_best=True)
        seen: dict = {}
        xgboost.train(
            params | one, fit, ROUNDS, evals=[(watch, "watch")], evals_result=seen, callbacks=[stop], verbose_eval=False
        )
        losses.append(min(seen["watch"][params["eval_metric"]]))
    return tried[int(np.argmin(losses))]
