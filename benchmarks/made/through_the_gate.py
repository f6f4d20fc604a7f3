"""A challenger on its way to the line, as the product has it: registered beside the champion, judged, and promoted only without an override."""

from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.made.seeded_flaws import Seeded
from data.records import HeldAnswer, Person
from data.store import Store
from models.judging.gate import GateError, failing
from models.lifecycle.registry import promote, register
from models.release import portrait, trust
from models.training.gold import gold_set
from models.training.train import Trained
from models.training.training_set import contradictions

DANA = Person("dana", "Dana", "data_scientist")
QUICK_ROWS = 8_000
"""Of attacks, in a quick run: the gate is strict where it has so few failures to go by."""
LOOKERS = ("adam", "dana")
"""Who looks at held-out rows: neither flags nor decides in these plants."""


def hasten() -> None:
    """For a quick run: how well the explanations are is measured on few rows. No line of the gate rests on it; the rest is judged as ever."""
    trust.ROWS, trust.SECOND_ROWS, portrait.PROFILE_ROWS = 10, 2, 200


class Line:
    """A line whose champion came from ``data.flawed``, in ``home`` with ``store``."""

    def __init__(self, data: Seeded, home: Path, store: Store, champion: Trained):
        self.data, self.home, self.store = data, home, store
        gold_set(home, data.use_case, history=data.flawed)  # frozen with the flaw, as it would have been
        record = register(home, store, data.use_case, champion, "benchmark")
        store.releases.set_champion(data.use_case.name, record.number, "benchmark", "First release")
        self.looked = 0

    def second_looks(self) -> int:
        """Two people say of each held-out row in question what it was. Gives how many rows they looked at in all."""
        rows = contradictions(self.data.use_case, self.store, self.data.flawed).in_question
        known = {(one.asset, one.time) for one in self.store.held_answers.all(self.data.use_case.name)}
        new = [(at, row) for at, row in rows.iterrows() if (row["asset"], row["time"].to_pydatetime()) not in known]
        for person in LOOKERS:
            answers = [
                HeldAnswer(
                    self.data.use_case.name, row["asset"], row["time"].to_pydatetime(), float(row["outcome"]),
                    float(self.data.clean["outcome"].loc[at]), _cause(self.data.clean["cause"].loc[at]), person,
                )
                for at, row in new
            ]  # fmt: skip
            self.store.held_answers.say(answers)
        self.looked += len(new)
        return self.looked

    def goes_live(self, challenger: Trained) -> tuple[bool, str]:
        """Whether ``promote`` lets it live without an override, and the lines that it fails."""
        use_case = self.data.use_case
        record = register(self.home, self.store, use_case, challenger, "benchmark")
        against = "; ".join(line.told for line in failing(use_case, record.figures))
        try:
            promote(self.home, self.store, use_case, record.number, DANA, "It mends what was flagged")
        except GateError:
            return False, against
        return True, ""


def _cause(value: object) -> str | None:
    return value if isinstance(value, str) else None


def missed(risk: np.ndarray, table: pd.DataFrame, threshold: float) -> float:
    """Share of the failures without a warning."""
    failed = table["outcome"].to_numpy() > 0
    return float((risk[failed] < threshold).mean())
