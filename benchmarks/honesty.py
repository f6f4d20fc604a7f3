"""Is what a release says of itself true? On seeded tables whose truth is known: the card's figure against the same on fresh data, its interval, leaks,
and whether drift and too few groups are told. ``python -m benchmarks.honesty --json``, ``--seed N`` for other tables.
"""

import sys
import tempfile
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.convention import Figure, figure, main, say
from benchmarks.made.changed_plants import changed_plants
from benchmarks.made.dated_tables import dates_wrong
from benchmarks.made.honest_tables import Drawn, changed, few, leaking, tables
from benchmarks.made.troubled_tables import cases_fault
from data.onboarding.create import write
from data.onboarding.profile import profile
from data.readings.features import feature_matrix, signal_matrix, with_windows
from data.usecase.file import load
from data.usecase.use_case import UseCase
from models.dataset.history import history_of, rows_of
from models.judging.evaluation import RESAMPLES, evaluate, resampled, scored
from models.judging.evaluation_of_values import own_figures, values_of
from models.judging.floor import main_figure
from models.judging.newest import drifted, newest
from models.training.train import Trained, train
from models.training.training_set import training_set

COUNTS = {"tables": 104, "leaks": 60, "drift": 10, "few": 10, "dates": 120, "cases": 60}
QUICK = {"tables": 24, "leaks": 24, "drift": 3, "few": 3, "dates": 24, "cases": 6}


@dataclass(frozen=True, slots=True)
class Told:
    """What the card says of one table (the figure to expect, with its interval) and what is so; widths of the interval stated and of a bootstrap by the
    groups that there truly are; whether drift was told."""

    kind: str
    figure: float | None
    low: float
    high: float
    fresh: float
    width: float
    true_width: float
    told: bool = False


def measure(quick: bool, seed: int) -> list[Figure]:
    """All figures, on tables drawn by ``seed``."""
    warnings.filterwarnings("ignore")
    counts = QUICK if quick else COUNTS
    told = []
    for at, draw in enumerate(tables(seed, counts["tables"])):
        told.append(_told(draw()))
        if at % 8 == 7:
            say(f"{at + 1} of {counts['tables']} tables")
    rng = np.random.default_rng([seed, 10**6])
    drift = [_told(changed(rng)) for _ in range(counts["drift"])]
    unjudged = [_told(few(rng)).figure is None for _ in range(counts["few"])]
    dates, cases = dates_wrong(rng, counts["dates"]), cases_fault(rng, counts["cases"])
    missed, wrong, kinds = _leaks(rng, counts["leaks"])
    judged = [one for one in (*told, *drift) if one.figure is not None]
    over = [max(0.0, one.figure - one.fresh) for one in judged]
    steady = [one for one in told if one.figure is not None]
    beyond = [not one.low <= one.fresh <= one.high for one in steady]
    width = [one.width / one.true_width for one in told if one.figure is not None and one.true_width > 1e-6]
    worst = max(zip(over, judged, strict=True), key=lambda one: one[0])
    of = f"{len(judged)} tables judged of {len(told) + len(drift)}, seed {seed}"
    return [
        figure("overstatement", float(np.mean(over)), "", "≤ 0.03", f"{of}; AUC, mean recall or R²; worst {worst[0]:.3f} ({worst[1].kind})"),
        figure("beyond_interval", float(np.mean(beyond)), "share", "≤ 0.1", f"{len(steady)} tables that do not drift; {_by_kind(steady, beyond)}"),
        figure("interval_width", float(np.mean(width)), "×", "≤ 1.5", f"{len(width)} tables; mean of stated over true groups"),
        figure("leaks_missed", missed, "columns", "= 0", f"of {counts['leaks']} tables with a leak: {kinds}"),
        figure("leaks_wrong", wrong, "columns", "= 0", f"of {4 * counts['leaks']} honest columns"),
        figure("drift_told", sum(one.told for one in drift) / len(drift), "share", "≥ 0.95", f"of {len(drift)} tables that changed in the last fifth"),
        figure("few_judged", counts["few"] - sum(unjudged), "tables", "= 0", f"of {counts['few']} with four runs a figure was told"),
        *changed_plants(quick, seed),
        figure("dates_wrong", dates[0], "tables", "= 0", f"of {counts['dates']} written in one of many ways: {dates[1]}"),
        figure("cases_fault", cases[0], "tables", "= 0", f"of {counts['cases']} with one kind of trouble each: {cases[1]}"),
    ]  # fmt: skip


def _by_kind(judged: list[Told], beyond: list[bool]) -> str:
    kinds = pd.DataFrame({"kind": [one.kind for one in judged], "beyond": beyond}).groupby("kind")["beyond"].agg(["sum", "size"])
    return ", ".join(f"{kind} {row['sum']}/{row['size']}" for kind, row in kinds.iterrows())


def _told(drawn: Drawn) -> Told:
    """Make a line of the table, train, and hold what the card says against fresh data."""
    with tempfile.TemporaryDirectory() as work:
        use_case, made = _trained(drawn, Path(work))
        told, key = made.training_set, main_figure(use_case)
        rows = np.flatnonzero(told.held_out)
        if not len(rows):
            return Told(drawn.kind, None, np.nan, np.nan, np.nan, np.nan, np.nan)
        held = _figures(use_case, made, told.x[rows], told.y[rows], told.failed[rows], told.table.iloc[rows], told.unit[rows])
        late = newest(made)
        drifts = drifted(use_case, held, late)
        expect = late[key] if drifts else held[key]
        later = rows_of(use_case, drawn.fresh, "fresh rows") if drawn.kind != "few" else history_of(use_case)
        x, y = feature_matrix(use_case, signal_matrix(use_case, with_windows(use_case, later))), later["outcome"].to_numpy(float)
        fresh = _figures(use_case, made, x, y, use_case.failed(y), later, np.zeros(len(y), int))[key]["value"]
        true = _true_width(use_case, made, rows, drawn.unit[_places(use_case, drawn, told)[rows]])
        return Told(
            drawn.kind, expect["value"], expect["low"], expect["high"], fresh, expect["high"] - expect["low"], true, drifts
        )


def _trained(drawn: Drawn, home: Path) -> tuple[UseCase, Trained]:
    found = profile(drawn.table, drawn.target, drawn.task, files=drawn.files)
    write(drawn.table, found, "u", "seeded", home)
    use_case = load("u", home)
    return use_case, train(use_case, training_set(use_case, None), lambda *_: True)


def _figures(use_case: UseCase, made: Trained, x, y, failed, table: pd.DataFrame, unit) -> dict:
    if use_case.task == "binary":
        return evaluate(use_case, made.predictor.risk(x), failed, table, unit)
    return own_figures(use_case, made.predictor, x, np.asarray(y, float), unit)


def _places(use_case: UseCase, drawn: Drawn, told) -> np.ndarray:
    """For each row of the training set the row of the drawn table: both keep the order of time, and no row is lost."""
    if len(told.y) != len(drawn.table):
        raise AssertionError(f"{drawn.kind}: {len(drawn.table)} rows were given, {len(told.y)} are learned from")
    return np.arange(len(told.y))


def _true_width(use_case: UseCase, made: Trained, rows: np.ndarray, unit: np.ndarray) -> float:
    """The width of a plain percentile bootstrap of the held-out rows by the groups that there truly are."""
    told, weights = made.training_set, resampled(len(rows), 1, unit, RESAMPLES)
    if use_case.task == "binary":
        spread = scored(use_case, made.predictor.risk(told.x[rows]), told.failed[rows], 0.5, weights, only=("auc",))["auc"][1]
    else:
        spread = values_of(use_case, weights, made.predictor.predicted(told.x[rows]), told.y[rows].astype(float))[
            main_figure(use_case)
        ]
    low, high = np.nanquantile(spread, [0.025, 0.975])
    return float(high - low)


def _leaks(rng: np.random.Generator, count: int) -> tuple[int, int, str]:
    """Leaks that stay signals, honest columns that are left out, and which kinds were missed."""
    missed, wrong, kinds = 0, 0, []
    for _ in range(count):
        drawn = leaking(rng)
        found = profile(drawn.table, drawn.target, drawn.task)
        kept = {column.header for column in found.signals}
        stays = [one for one in drawn.leaks if one in kept]
        missed, wrong = missed + len(stays), wrong + sum(one not in kept for one in drawn.honest)
        kinds += [drawn.kind] * len(stays)
    return missed, wrong, ", ".join(sorted(set(kinds))) or "none missed"


if __name__ == "__main__":
    sys.exit(main("honesty", measure, seeded=True))
