"""Is it told when the plant has changed, and not when it has not? A milling line whose truth is known, as it was and with one thing changed.

| change | what is otherwise from then on |
|---|---|
| limit | failures by overstrain begin at a share of the limit that was learned |
| new_kind | some products fail for a reason that nothing measures |
| sensor | the torque sensor of every machine reads more, or less |
| mended | of failures of heat dissipation a share no longer happens: warnings are wrong |

Each window holds the newest outcomes that the product looks at, as they come in. What a change did to recall and precision is known from many more products.
"""

from types import SimpleNamespace

import numpy as np
import pandas as pd

from benchmarks.convention import Figure, figure, say
from data.readings.features import feature_matrix, signal_matrix
from data.usecase.file import load
from data.usecase.use_case import UseCase
from data.usecases.milling.history import training_history
from data.usecases.milling.rules import OVERSTRAIN_LIMIT, TYPES
from models.dataset.history import HISTORY_ROWS
from models.judging.evaluation import evaluate
from models.training.train import Trained, train
from models.training.training_set import training_set
from models.watching.change import NEWEST, of_confirmed

FELL, ENOUGH = 0.1, 200
"""By how much recall or precision has to have fallen, and failures in a window, from which on it has to be told."""
WEEK_S, LOOKS = 7 * 86_400, 1_000
"""A week, and outcomes between two looks."""


def changed_plants(quick: bool, seed: int) -> list[Figure]:
    """``change_detected`` and ``change_false_per_week``."""
    use_case = load("milling")
    rng = np.random.default_rng([seed, 77])
    told, smaller, sizes, alarms, weeks = [], [], [], 0, 0.0
    for at in range(1 if quick else 4):
        made = train(
            use_case,
            training_set(use_case, None, history=training_history(use_case, HISTORY_ROWS, seed=int(rng.integers(1 << 30)))),
            lambda *_: True,
        )
        release, sound = _release(use_case, made), _told(use_case, made, _fresh(use_case, rng, 60_000))
        for kind in ("limit", "new_kind", "sensor", "mended"):
            for _ in range(4 if quick else 6):
                much = float(rng.uniform(0.2, 1.0))
                seen = _told(
                    use_case, made, changed(use_case, _fresh(use_case, rng, 24_000 if quick else 60_000), kind, much, rng)
                )
                fell = max(
                    before - after for before, after in zip(_shares(use_case, sound), _shares(use_case, seen), strict=True)
                )
                for first in range(0, len(seen) - NEWEST + 1, NEWEST):
                    window = seen.iloc[first : first + NEWEST]
                    found = of_confirmed(use_case, release, window)
                    if fell >= FELL and window["bad"].sum() >= ENOUGH:
                        told.append(found.changed)
                        sizes.append(fell)
                    elif fell >= FELL / 2:
                        smaller.append(found.changed)
        line = _told(use_case, made, _fresh(use_case, rng, 60_000 if quick else 250_000))
        was = True  # what stands already at the beginning counts as an alarm as well
        for end in range(NEWEST, len(line) + 1, LOOKS):
            now = of_confirmed(use_case, release, line.iloc[end - NEWEST : end]).changed
            alarms += now and (not was or end == NEWEST)
            was = now
        weeks += (line["time"].iloc[-1] - line["time"].iloc[NEWEST]).total_seconds() / WEEK_S
        say(f"changed plants {at + 1}: {sum(told)} of {len(told)} windows told, {alarms} false alarms in {weeks:.1f} weeks")
    return [
        figure("change_detected", float(np.mean(told)), "share", "≥ 0.95",
               f"of {len(told)} windows with ≥ {ENOUGH} failures in which recall or precision fell by {min(sizes):.2f} to {max(sizes):.2f}; of {len(smaller)} with smaller falls {np.mean(smaller) if smaller else 0:.2f}"),
        figure("change_false_per_week", alarms / weeks, "alarms", "≤ 0.2", f"{alarms} in {weeks:.1f} weeks of a line as it was, looked at every {LOOKS:,} outcomes"),
    ]  # fmt: skip


def changed(use_case: UseCase, table: pd.DataFrame, kind: str, much: float, rng: np.random.Generator) -> pd.DataFrame:
    """``table`` (signals, outcome, cause) as it would be with that change, 0 to 1 ``much`` of it."""
    table, bad = table.copy(), table["outcome"].to_numpy() > 0
    if kind == "limit":
        limit = np.array(OVERSTRAIN_LIMIT)[table["product_type"].map(TYPES.index).to_numpy()]
        bad = bad | ((table["tool_wear"] * table["torque"]).to_numpy() > limit * (1 - 0.25 * much))
    elif kind == "new_kind":
        bad = bad | (rng.random(len(table)) < 0.02 * much)
    elif kind == "sensor":
        table["torque"] += (8 if rng.random() < 0.5 else -8) * much
    else:
        bad = bad & ~((table["cause"] == "HDF").to_numpy() & (rng.random(len(table)) < much))
    return table.assign(outcome=bad.astype(float))


def _fresh(use_case: UseCase, rng: np.random.Generator, rows: int) -> pd.DataFrame:
    return training_history(use_case, rows, seed=int(rng.integers(1 << 30)), first_day=int(rng.integers(20_000, 22_000)))


def _release(use_case: UseCase, made: Trained) -> SimpleNamespace:
    """The part of a release that is asked: its figures on held-out readings."""
    told = made.training_set
    rows = np.flatnonzero(told.held_out)
    unit = None if told.unit is None else told.unit[rows]
    held = evaluate(use_case, made.predictor.risk(told.x[rows]), told.failed[rows], told.table.iloc[rows], unit)
    return SimpleNamespace(record=SimpleNamespace(figures={"held_out": held}))


def _told(use_case: UseCase, made: Trained, table: pd.DataFrame) -> pd.DataFrame:
    """As ``store.readings.confirmed`` tells it, in the order of time."""
    x = feature_matrix(use_case, signal_matrix(use_case, table))
    bad = table["outcome"].to_numpy(float)
    told = {"score": made.predictor.risk(x), "predicted": np.nan, "novelty": 0.0, "outcome": bad, "bad": bad}
    return table[["asset", "time"]].assign(**told).reset_index(drop=True)


def _shares(use_case: UseCase, seen: pd.DataFrame) -> tuple[float, float]:
    """Recall and precision."""
    warned, bad = seen["score"].to_numpy() >= use_case.advice.possible.enter, seen["bad"].to_numpy() > 0
    return float(warned[bad].mean()), float(bad[warned].mean())
