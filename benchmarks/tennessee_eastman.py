"""What the fault diagnosis finds of each fault of the Tennessee Eastman test runs, and how long it takes: the table in docs/tennessee_eastman.md.

python -m benchmarks.tennessee_eastman [--markdown]      needs the tables: python -m data.usecases.tennessee_eastman.fetch
"""

import sys

import numpy as np
import pandas as pd

from benchmarks.convention import Figure, figure, main, say
from data.commands import command
from data.readings.features import feature_matrix, signal_matrix, with_windows
from data.settings import load_settings
from data.usecase.file import load
from data.usecase.use_case import UseCase
from data.usecases.tennessee_eastman.history import replay_table
from data.usecases.tennessee_eastman.process import APART_DAYS, FAULT_ROW, HOW, STEP_S, TESTED_FROM, tables_in
from models.live.advice import StateTracker
from models.release.portrait import Portrait
from models.training.train import Trained, train
from models.training.training_set import training_set

HARD = (3, 9, 15)
"""Faults that are known to be hardly visible."""


def per_fault(use_case: UseCase, trained: Trained, table: pd.DataFrame) -> pd.DataFrame:
    """One row a run: share of rows after the fault's start with advice, share told as the right fault, minutes until the first advice, share
    of rows where more than one class cannot be ruled out, and the share of rows before the fault with advice."""
    sure = Portrait(trained).sure
    x = feature_matrix(use_case, signal_matrix(use_case, table))
    run = ((table["time"] - TESTED_FROM) // pd.Timedelta(days=APART_DAYS)).to_numpy()
    risk, said = trained.predictor.both(x)
    unsure = sure.of(trained.predictor.probabilities(x), use_case.coverage).sum(axis=1) > 1
    found = []
    for fault in np.unique(run):
        rows = np.flatnonzero(run == fault)
        states = StateTracker(use_case.advice, 1).follow(np.zeros(len(rows), int), risk[rows])
        before, after = (rows[:FAULT_ROW], rows[FAULT_ROW:]) if fault else (rows, rows[:0])
        advised = states > 0
        first = np.flatnonzero(advised[FAULT_ROW:]) if fault else np.empty(0)
        found.append(
            {
                "fault": int(fault), "name": use_case.target.outcomes[int(fault)],
                "detected": float(advised[FAULT_ROW:].mean()) if fault else None,
                "identified": float((said[after] == fault).mean()) if fault else None,
                "delay_min": float(first[0] * STEP_S / 60) if len(first) else None,
                "unsure": float(unsure[after if fault else before].mean()),
                "false_alarms": float(advised[: len(before)].mean()),
            }
        )  # fmt: skip
    return pd.DataFrame(found)


def markdown(found: pd.DataFrame) -> str:
    """The table as it stands in the documentation."""
    lines = ["| fault | | detected | after | told as this one | more than one possible |", "|---|---|---|---|---|---|"]
    for one in found.itertuples():
        if one.fault == 0:
            lines.append(
                f"| 0 | {one.name} (a run without a fault) | false alarms {one.false_alarms:.1%} | | | {one.unsure:.0%} |"
            )
            continue
        delay = "never" if np.isnan(one.delay_min) else f"{one.delay_min:.0f} min"
        lines.append(f"| {one.fault} | {one.name} | {one.detected:.1%} | {delay} | {one.identified:.0%} | {one.unsure:.0%} |")
    return "\n".join(lines)


def measured() -> pd.DataFrame:
    """Train on the history, try on the test runs."""
    home = load_settings().home
    use_case = load("tennessee_eastman", home)
    if not tables_in(home):
        raise SystemExit(HOW)
    told = training_set(use_case, None)
    trained = train(use_case, told, lambda share, said: say(f"{share:4.0%} {said}") or True)
    return per_fault(use_case, trained, with_windows(use_case, replay_table(use_case)))


def measure(quick: bool) -> list[Figure]:
    """The figures; the quick run is the same, it takes about 40 s."""
    found = measured()
    easy, hard = found[~found["fault"].isin((0, *HARD))], found[found["fault"].isin(HARD)]
    return [
        figure("detected_easy", float(easy["detected"].mean()), "share", note="18 faults, rows after their start"),
        figure("detected_hard", float(hard["detected"].mean()), "share", note="faults 3, 9, 15: known to be hardly visible"),
        figure("identified_easy", float(easy["identified"].mean()), "share", note="told as the right one of 22"),
        figure("delay_easy_median", float(easy["delay_min"].median()), "min", note="from the fault's start to advice"),
        figure("unsure_hard", float(hard["unsure"].mean()), "share", note="rows of faults 3, 9, 15 where more than one class cannot be ruled out"),
        figure("false_alarms", float(found["false_alarms"].iloc[0]), "share", note="rows of the run without a fault with advice"),
    ]  # fmt: skip


@command
def _written() -> int:
    """The table of docs/tennessee_eastman.md."""
    print(markdown(measured()))
    return 0


if __name__ == "__main__":
    sys.exit(_written() if "--markdown" in sys.argv else main("tennessee_eastman", measure))
