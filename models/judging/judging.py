"""Judging a trained model: every figure that its record keeps, beside the champion if there is one, and what it says of corrected cases."""

import numpy as np
import pandas as pd

from data.records import Answer
from data.usecase.use_case import UseCase
from explainers.certainty.certainty import COVERAGES
from explainers.overall.overall import by_group
from models.corrections.adjudication import NOTHING, Settled
from models.dataset.history import rows_stand_alone
from models.judging.alone import alone
from models.judging.comparison import compared, errors_compared, parts_compared, reasons_compared
from models.judging.doubted import drawn_anew
from models.judging.evaluation import evaluate, independent, latency_ms
from models.judging.evaluation_of_values import own_figures
from models.judging.floor import floor
from models.judging.newest import drifted, newest
from models.judging.people_effect import effect_of_people
from models.judging.unknown import unknown_figures
from models.kinds.predictor import Said, raising
from models.release.portrait import Portrait
from models.release.reason_changes import moved
from models.release.release import Release
from models.release.trust import OF
from models.training.calibrating import held_coverage, held_sure, part_of
from models.training.gold import Gold
from models.training.progress import Progress
from models.training.train import Trained
from models.training.training_set import LEARNED, TrainingSet

MOST_ROWS = 40_000
"""Held-out readings that a model is judged on: the intervals are narrow by then, and 300 resamples of more cost gigabytes."""


def judged(
    portrait: Portrait, old: Release | None, gold: Gold | None = None, seconds: Settled = NOTHING, anchor: Release | None = None,
    progress: Progress = lambda *_: True,
) -> dict:  # fmt: skip
    """Everything that is measured on a model, as plain JSON; beside the champion ``old`` and on the gold set, where there are such.

    Args:
        seconds: what two people say of held-out rows: that counts, and not what the history says.
        anchor: a release that nothing may fall behind, however small each step: beside the champion.

    Raises:
        Stopped: when ``progress`` says so.
    """
    trained, use_case = portrait.trained, portrait.trained.use_case
    rows = np.flatnonzero(trained.training_set.held_out)
    if len(rows) > MOST_ROWS:
        rows = np.sort(np.random.default_rng(0).choice(rows, MOST_ROWS, replace=False))
    told = trained.training_set
    x, y, table, unit = told.x[rows], told.y[rows], told.table.iloc[rows], None if told.unit is None else told.unit[rows]
    weight = told.weight[rows].astype(float)
    says, (y, second) = trained.predictor, seconds.over(table, y)
    failed, table = use_case.failed(y), seconds.caused(table)
    risk, (_, part) = says.risk(x), part_of(use_case, x)
    latency = latency_ms(says.of, told.x[0], old.says if old else None)
    figures = {
        "held_out": evaluate(use_case, risk, failed, table, unit, weight=weight),
        "judged_on": _judged_on(use_case, told, rows),
        "importance": {group: told["mean"] for group, told in portrait.profile["groups"].items()},
        "latency_ms": latency[0],
        "second_looks": int(second.sum()),
        "size_kb": trained.size_kb,
        "trees": trained.rounds,
        "loss": trained.loss,
        "certainty": [held_coverage(portrait.certainty, risk, failed, coverage, weight, part, unit) for coverage in COVERAGES],
        "quality": _quality(portrait.quality),
        "unknown": unknown_figures(use_case, portrait.known, told, rows),
    }
    if use_case.task != "binary":
        figures["held_out"] |= own_figures(use_case, says, x, y, unit, weight=weight)
        given = says.probabilities(x) if use_case.task == "multiclass" else says.predicted(x)
        sure = portrait.sure
        assert sure is not None
        figures["sure"] = [held_sure(use_case, sure, given, y, coverage, weight, part, unit) for coverage in COVERAGES]
    learned = np.flatnonzero(~told.held_out & (~told.table["origin"].isin(LEARNED)).to_numpy())
    figures["floor"] = floor(use_case, told, learned, rows, risk if use_case.task == "binary" else says.predicted(x))
    figures["alone"] = alone(use_case, told, learned, rows)
    figures["newest"] = newest(trained)
    figures["newest"]["drift"] = drifted(use_case, figures["held_out"], figures["newest"])
    if gold is not None:
        figures["gold"] = evaluate(use_case, says.risk(gold.x), use_case.failed(gold.y), gold.table, gold.unit) | {
            "sha256": gold.digest
        }
        if gold.version > 1:
            figures["gold"]["version"] = gold.version
            figures["gold_first"] = evaluate(use_case, says.risk(gold.x), use_case.failed(gold.first), gold.table, gold.unit)
    figures["people"] = effect_of_people(trained, x, failed, weight, unit, progress)
    if old is not None:
        left_out, unused = told.choices.leave_out, told.choices.unused(use_case)
        fair = drawn_anew(x, unused)
        old_risk = old.risk(fair)
        before = {group: told["mean"] for group, told in old.profile["groups"].items()}
        enter = use_case.advice.possible.enter
        advised = (risk >= enter) | (old_risk >= enter)
        figures["against"] = {
            "release": old.number,
            "latency_ms": latency[1],
            "figures": compared(use_case, risk, old_risk, failed, unit, weight=weight),
            "left_out": list(left_out),
            "reasons": reasons_compared(figures["importance"], before),
            "main_reason": _main_reasons(
                use_case, says.of(x[advised]), old.says(x[advised]), np.minimum(risk, old_risk)[advised] >= enter
            ),
            "quality": _quality(old.quality),
            "corrected": _corrected(use_case, trained, old),
            "held_out_otherwise": not rows_stand_alone(use_case) and "groups" not in old.manifest.get("training_set", {}),
            **_parts_and_advice(use_case, risk, old_risk, failed, table, unit, weight),
        }
        if use_case.task == "regression":
            figures["against"]["mae"] = errors_compared(says.predicted(x), old.predicted(fair), y, unit, weight=weight)
        if gold is not None:
            said, was = says.risk(gold.x), old.risk(drawn_anew(gold.x, unused))
            figures["against"]["gold"] = compared(use_case, said, was, use_case.failed(gold.y), gold.unit)
            if gold.version > 1:
                figures["against"]["gold_first"] = compared(use_case, said, was, use_case.failed(gold.first), gold.unit)
        if left_out:
            live = (table["origin"] == "truth").to_numpy()
            figures["against"]["live"] = {"failures": int(failed[live].sum())}
            if failed[live].any():
                own = None if unit is None else unit[live]
                found = compared(use_case, risk[live], old.risk(x[live]), failed[live], own, weight=weight[live])
                figures["against"]["live"] |= found
        if anchor is not None and anchor.number != old.number:
            figures["anchor"] = {
                "release": anchor.number,
                "figures": compared(use_case, risk, anchor.risk(fair), failed, unit, weight=weight),
            }
            if use_case.task == "regression":
                figures["anchor"]["mae"] = errors_compared(says.predicted(x), anchor.predicted(fair), y, unit, weight=weight)
    return figures


def _judged_on(use_case: UseCase, told: TrainingSet, rows: np.ndarray) -> dict:
    """What the figures are of: how many independent runs or stretches, of which kind, and which classes are not in them."""
    split, units = told.split, independent(len(rows), None if told.unit is None else told.unit[rows])
    return {
        "kind": _kind(use_case, told),
        "units": units,
        "why_not": "" if len(rows) else split.why_not if split else "too_few_groups",
        "lacking": {} if split is None else {str(code): list(lacks) for code, lacks in split.lacking.items()},
        "frozen": sum(told.manifest.get("frozen", {}).values()),
    }


def _kind(use_case: UseCase, told: TrainingSet) -> str:
    """The word for what is held out whole: that of the use case's groups, or a stretch of time, or a row."""
    if use_case.group is not None:
        return use_case.group.kind
    return "row" if told.unit is None or len(np.unique(told.unit)) > 0.5 * len(told.unit) else "stretch"


def _quality(kept: dict) -> dict:
    """The medians of what was measured on the explanations of readings with advice; nothing of shares that are not those that are read now."""
    return {name: told["p50"] for name, told in kept.get("advised", {}).items()} if kept.get("of") == OF else {}


def _main_reasons(use_case: UseCase, new: Said, old: Said, both: np.ndarray) -> dict:
    """How main reasons moved, as :func:`models.release.reason_changes.moved` tells it of what both say of the same readings. ``share_of_both``: the share among
    those that both warn of, for the gate: that one of them is silent is no other reason, and recall, precision and advice tell it."""
    now, was = raising(use_case, new), raising(use_case, old)
    return moved(use_case, now, was) | {"share_of_both": moved(use_case, now[both], was[both])["share"]}


def _parts_and_advice(
    use_case: UseCase,
    risk: np.ndarray,
    before: np.ndarray,
    y: np.ndarray,
    table: pd.DataFrame,
    unit: np.ndarray | None,
    weight: np.ndarray,
) -> dict:
    """How often each of both advises, and what each finds in every part of the plant."""
    threshold = use_case.advice.possible.enter
    found_more = ((risk >= threshold).astype(float) - (before >= threshold)) * (y > 0)
    return {
        "found_more": float(np.average(found_more, weights=weight)) if len(risk) else 0.0,
        "advised": float(np.average(risk >= threshold, weights=weight)) if len(risk) else None,
        "advised_before": float(np.average(before >= threshold, weights=weight)) if len(risk) else None,
        "segments": parts_compared(use_case, risk, before, y, table, unit, weight=weight),
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
