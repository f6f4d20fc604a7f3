"""Which explainer a model gets: exact contributions where the model has them, Shapley values of the function otherwise."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np

from explainers.shapley.contract import BINARY, Explainer, NoContributions, Task
from explainers.shapley.contributions import TreeContributions
from explainers.shapley.group_shares import GroupShares
from explainers.shapley.interventional import BoosterRisk, InterventionalShap
from explainers.shapley.leaf_patterns import LeafPatterns
from explainers.shapley.model_agnostic import ModelAgnostic, Predict
from explainers.shapley.pipelines import Categories, as_function, booster_function
from explainers.shapley.sampled_shares import SampledShares, affordable
from explainers.shapley.sklearn_trees import SklearnTrees, is_tree_model
from explainers.shapley.tree_shares import TreeShares

if TYPE_CHECKING:
    from xgboost import Booster

ENOUGH_PER_S = 100
"""Readings in a second that a model's own contributions have to reach to be taken in any case: four times a line of 24 machines. Slower ones give way to
samples, if those are faster."""


def explainer_for(
    model: Any, features: tuple[str, ...], background: np.ndarray, task: Task = BINARY, categories: Categories | None = None
) -> Explainer:
    """The best explainer of a fitted model.

    Args:
        model: an XGBoost booster or model, or anything fitted with scikit-learn's interface.
        features: the columns of a row, in order.
        background: (n, features) real rows, n >= 1, with categories as codes and NaN for what is missing.
        categories: the texts of the codes of each categorical column.

    Returns:
        contributions of the model's own trees; for every other model Shapley values, whose ``note`` says why.

    Raises:
        CannotExplain: no background row, or a model that predicts several numbers at once.
        ValueError: a model that was fitted on other columns or knows other classes.
    """
    features = tuple(features)
    booster = _booster(model)
    try:
        if booster is not None:
            if why := _other_codes(booster, features, categories or {}):
                raise NoContributions("{why}", why=why)
            return TreeContributions(booster, features, task=task)
        if is_tree_model(model):
            return SklearnTrees(model, features, background, task)
        why = f"{_kind(model)} has no contributions of its own"
    except NoContributions as refused:
        why = str(refused)
    note = f"Any model can be explained this way, at the price of many predictions; here because {why}."
    predict = booster_function(model, task) if booster is model else as_function(model, features, categories, task)
    return ModelAgnostic(predict, features, background, task, note=note)


def shares_for(
    model: Any, predict: Predict, features: tuple[str, ...], background: np.ndarray, task: Task, samples: int | None = None
) -> TreeShares | SampledShares:
    """What explains every reading of a live line for a model that is no booster: contributions of its trees where it has them and they are
    fast enough (:data:`ENOUGH_PER_S`), otherwise as many samples as the model's speed affords (or ``samples``; 0: its trees).

    Args:
        model: a scikit-learn model, or ``None`` where there is nothing but the function ``predict``.

    Raises:
        CannotExplain, ValueError: as :func:`explainer_for`.
    """
    why = f"{_kind(model)} has no contributions of its own" if model is not None else "the file holds nothing but a function"
    trees, per_s = None, 0.0
    if model is not None and is_tree_model(model) and not samples:
        try:
            trees = TreeShares(model, features, background, task)
        except NoContributions as refused:
            why = str(refused)
        else:
            per_s = np.inf if samples == 0 else explained_per_s(trees, background)
            if per_s >= ENOUGH_PER_S:
                return trees
            why = "its trees are too many and too deep for a live line"
    afforded = samples or affordable(predict, background)
    note = f"Any model can be explained this way, at the price of many predictions; here because {why}."
    sampled = SampledShares(predict, features, background, task, afforded, note=note)
    return sampled if trees is None or explained_per_s(sampled, background) > per_s else trees


def read_shares_for(
    booster: Booster | None, predict: Predict, features: tuple[str, ...], groups: dict[str, tuple[int, ...]], background: np.ndarray,
    task: Task = BINARY, walks: int = 0, note: str = "",
) -> GroupShares | LeafPatterns:  # fmt: skip
    """What a reader is told with, by groups: exact wherever it can be, else sampled with its error.

    Args:
        booster: where the model is one; else ``None``, and ``predict`` is asked: (n, features) -> risk, probabilities or value.
        groups: the columns of each group that is read.
        walks: how many walks where every coalition would take too long (:func:`explainers.shapley.group_shares.affordable_walks`); 0: every coalition.

    Raises:
        CannotExplain: no background row, or a model that gives no finite number.
    """
    if booster is not None and task.kind == "binary":
        return InterventionalShap(booster, features, background, groups, walks, note)
    if booster is not None:
        try:
            return LeafPatterns(booster, features, groups, background, task, note)
        except NoContributions as why:
            note, predict = f"{note} Counted by many predictions: {why}.".strip(), BoosterRisk(booster, "margin")
    return GroupShares(predict, features, groups, background, task, walks, note)


def explained_per_s(shares: TreeShares | SampledShares, background: np.ndarray, seconds: float = 0.5) -> float:
    """Readings that are predicted and explained in a second, measured on rows like the background, 24 at a time. In CPU time:
    what else the machine is doing must not decide how a release explains."""
    rows = np.resize(np.asarray(background, float), (24, background.shape[1]))
    shares.together(rows)
    begun, done = time.process_time(), 0
    while (took := time.process_time() - begun) < seconds:
        shares.together(rows)
        done += len(rows)
    return done / took


def _booster(model: object) -> Booster | None:
    """The booster of an XGBoost model, cut to its best iteration if it was stopped early, as its own predictions are."""
    from xgboost import Booster, XGBModel

    if isinstance(model, Booster):
        return model
    if not isinstance(model, XGBModel):
        return None
    booster = model.get_booster()
    best = getattr(model, "best_iteration", None) if model.early_stopping_rounds else None
    if best is None or booster.num_boosted_rounds() == best + 1:
        return booster
    cut = booster[: best + 1]
    cut.feature_names, cut.feature_types = booster.feature_names, booster.feature_types
    return cut


def _other_codes(booster: Booster, features: tuple[str, ...], categories: Categories) -> str:
    """Whether the model's own codes of a category mean other texts than ours: then only its own frame tells them apart."""
    if "c" not in (booster.feature_types or []):
        return ""
    known = dict(booster.get_categories(export_to_arrow=True).to_arrow() or [])
    for at, texts in categories.items():
        own = known.get(features[at])
        if own is not None and [str(text) for text in own.to_pylist()] != list(texts):
            return f"the model numbers the categories of {features[at]} differently"
    return ""


def _kind(model: Any) -> str:
    names = [type(step).__name__ for _, step in model.steps] if hasattr(model, "steps") else [type(model).__name__]
    return f"a model of this kind ({names[-1]})"
