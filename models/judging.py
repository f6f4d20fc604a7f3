"""Judging a trained model: every figure that its record keeps, beside the champion if there is one, and what it says of corrected cases."""

import numpy as np
import pandas as pd

from data.records import Answer
from data.usecase import UseCase
from explainers.certainty import COVERAGES
from explainers.overall import by_group
from models.calibrating import held_coverage, held_sure
from models.comparison import compared, errors_compared, parts_compared, reasons_compared
from models.evaluation import evaluate, latency_ms
from models.evaluation_of_values import own_figures
from models.gold import Gold
from models.portrait import Portrait
from models.predictor import raising
from models.reason_changes import moved
from models.release import Release
from models.training import Trained

MOST_ROWS = 40_000
"""Held-out readings that a model is judged on: the intervals are narrow by then, and 300 resamples of more cost gigabytes."""


def judged(portrait: Portrait, old: Release | None, gold: Gold | None = None) -> dict:
    """Everything that is measured on a model, as plain JSON; beside the champion ``old`` and on the gold set, where there are such."""
    trained, use_case = portrait.trained, portrait.trained.use_case
    rows = np.flatnonzero(trained.training_set.held_out)
    if len(rows) > MOST_ROWS:
        rows = np.sort(np.random.default_rng(0).choice(rows, MOST_ROWS, replace=False))
    x, y, table = trained.training_set.x[rows], trained.training_set.y[rows], trained.training_set.table.iloc[rows]
    says, failed = trained.predictor, trained.training_set.failed[rows]
    risk = says.risk(x)
    figures = {
        "held_out": evaluate(use_case, risk, failed, table),
        "importance": {group: told["mean"] for group, told in portrait.profile["groups"].items()},
        "latency_ms": latency_ms(says.of, x[0]),
        "size_kb": trained.size_kb,
        "trees": trained.rounds,
        "loss": trained.loss,
        "certainty": [held_coverage(portrait.certainty, risk, failed, coverage) for coverage in COVERAGES],
        "quality": _quality(portrait.quality),
    }
    if use_case.task != "binary":
        figures["held_out"] |= own_figures(use_case, says, x, y)
        told = says.probabilities(x) if use_case.task == "multiclass" else says.predicted(x)
        figures["sure"] = [held_sure(use_case, portrait.sure, told, y, coverage) for coverage in COVERAGES]
    if gold is not None:
        figures["gold"] = evaluate(use_case, says.risk(gold.x), use_case.failed(gold.y), gold.table) | {"sha256": gold.digest}
    if old is not None:
        before, old_risk = {group: told["mean"] for group, told in old.profile["groups"].items()}, old.risk(x)
        enter = use_case.advice.possible.enter
        told = x[(risk >= enter) | (old_risk >= enter)]
        figures["against"] = {
            "release": old.number,
            "figures": compared(use_case, risk, old_risk, failed),
            "reasons": reasons_compared(figures["importance"], before),
            "main_reason": moved(use_case, raising(use_case, says.of(told)), raising(use_case, old.says(told))),
            "quality": _quality(old.quality),
            "corrected": _corrected(use_case, trained, old),
            **_parts_and_advice(use_case, risk, old_risk, failed, table),
        }
        if use_case.task == "regression":
            figures["against"]["mae"] = errors_compared(says.predicted(x), old.predicted(x), y)
        if gold is not None:
            figures["against"]["gold"] = compared(use_case, says.risk(gold.x), old.risk(gold.x), use_case.failed(gold.y))
    return figures


def _quality(kept: dict) -> dict:
    """The medians of what was measured on the explanations of readings with advice."""
    return {name: told["p50"] for name, told in kept.get("advised", {}).items()}


def _parts_and_advice(use_case: UseCase, risk: np.ndarray, before: np.ndarray, y: np.ndarray, table: pd.DataFrame) -> dict:
    """How often each of both advises, and what each finds in every part of the plant."""
    threshold = use_case.advice.possible.enter
    return {
        "advised": float((risk >= threshold).mean()),
        "advised_before": float((before >= threshold).mean()),
        "segments": parts_compared(use_case, risk, before, y, table),
    }


def _corrected(use_case: UseCase, trained: Trained, old: Release) -> list[dict]:
    """The corrected cases, before and after."""
    at = _correction_rows(trained)
    if not len(at):
        return []
    x = trained.training_set.x[at]
    after, before = trained.predictor.risk(x), old.risk(x)
    threshold = use_case.advice.possible.enter
    rows = trained.training_set.table.iloc[at]
    return [
        {
            "reading": int(reading),
            "asset": asset,
            "outcome": float(y),
            "before": float(b),
            "after": float(a),
            "right": bool((a >= threshold) == bad),
        }
        for reading, asset, y, bad, b, a in zip(
            rows["reading"],
            rows["asset"],
            trained.training_set.y[at],
            trained.training_set.failed[at],
            before,
            after,
            strict=True,
        )
    ]


def answers(use_case: UseCase, trained: Trained, number: int) -> list[Answer]:
    """What the release says of each corrected reading, with its strongest groups of reasons."""
    at = _correction_rows(trained)
    if not len(at):
        return []
    said = trained.predictor.of(trained.training_set.x[at])
    shares, groups = by_group(use_case, said.contributions[:, :-1])
    strongest = np.argsort(-np.abs(shares), axis=1)[:, :3]
    readings = trained.training_set.table["reading"].to_numpy()[at]
    return [
        Answer(use_case.name, number, int(reading), float(score), tuple(groups[g] for g in top))
        for reading, score, top in zip(readings, said.risk, strongest, strict=True)
    ]


def _correction_rows(trained: Trained) -> np.ndarray:
    return np.flatnonzero((trained.training_set.table["origin"] == "correction").to_numpy())
