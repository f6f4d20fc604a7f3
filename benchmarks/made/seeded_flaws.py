"""Three flaws seeded into the training history of the milling line, whose truth is known: what is wrong, and on which readings it shows.

| flaw | what the history says | on which held-out readings it shows |
|---|---|---|
| wrong_labels | every failure of product H is written down as none | product H |
| spurious_signal | the lamp at the machine was on when a failed product was photographed; live it is on by chance | every one |
| shifted_limit | overstrain was counted from 1.15 times the real limit on | strain of 0.9 to 1.25 times the real limit |
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.readings.features import signal_matrix
from data.usecase.use_case import UseCase
from data.usecases.milling.history import training_history
from data.usecases.milling.rules import OVERSTRAIN_LIMIT, TYPES, rule_modes

FLAWS = ("wrong_labels", "spurious_signal", "shifted_limit")
SHIFT = 1.15
LAMP = "lamp"


@dataclass(frozen=True, slots=True, eq=False)
class Seeded:
    """One flaw: the use case, the history with and without it, what comes live, and held-out readings to judge on."""

    use_case: UseCase
    flawed: pd.DataFrame
    clean: pd.DataFrame
    live: pd.DataFrame
    held_out: pd.DataFrame
    concept: np.ndarray  # (held-out,) bool: where it shows

    @property
    def wrong_rows(self) -> int:
        """How many rows of the history differ from the truth."""
        return int((self.flawed["outcome"] != self.clean["outcome"]).sum())


def seeded(flaw: str, use_case: UseCase, rows: int) -> Seeded:
    """The flaw ``flaw`` in ``rows`` products of history; as many live and held out, from other seeds and years."""
    history = training_history(use_case, rows=rows)
    live = training_history(use_case, rows=rows, seed=99, first_day=21_000)
    held_out = training_history(use_case, rows=rows, seed=77, first_day=20_500)
    if flaw == "wrong_labels":
        flawed = _none(history, (history["product_type"] == "H").to_numpy())
        return Seeded(use_case, flawed, history, live, held_out, (held_out["product_type"] == "H").to_numpy())
    if flaw == "shifted_limit":
        other = rule_modes(*_columns(use_case, history))[:, :2].any(axis=1)
        over = _strain(history)
        late = (history["cause"] == "OSF").to_numpy() & (over > 1) & (over <= SHIFT) & ~other
        near = _strain(held_out)
        return Seeded(use_case, _none(history, late), history, live, held_out, (near > 0.9) & (near <= SHIFT + 0.1))
    lamped = with_lamp(use_case)
    rng = np.random.default_rng(5)
    flawed = _lamp(history, (history["outcome"] > 0).to_numpy() & (rng.random(rows) < 0.95), rng)
    clean, live, held_out = (_lamp(table, rng.random(len(table)) < 0.15, rng) for table in (history, live, held_out))
    return Seeded(lamped, flawed, clean, live, held_out, np.ones(len(held_out), bool))


def with_lamp(use_case: UseCase) -> UseCase:
    """The milling line with one more signal, which has nothing to do with any failure."""
    told = use_case.model_dump()
    told["signals"][LAMP] = {"label": "Light at the machine", "unit": "lx", "limits": [0, 3000], "decimals": 0}
    told["groups"][LAMP] = {"label": "Light", "features": [LAMP], "show": [LAMP]}
    told["replay"] = None
    return UseCase.model_validate(told)


def _lamp(table: pd.DataFrame, on: np.ndarray, rng: np.random.Generator) -> pd.DataFrame:
    light = np.round(np.where(on, 800.0, 300.0) + rng.normal(0, 60, len(table)))
    return table.assign(**{LAMP: light})


def _none(table: pd.DataFrame, rows: np.ndarray) -> pd.DataFrame:
    """The rows written down as no failure."""
    return table.assign(outcome=np.where(rows, 0.0, table["outcome"]), cause=table["cause"].where(~rows, None))


def _strain(table: pd.DataFrame) -> np.ndarray:
    limit = np.array(OVERSTRAIN_LIMIT)[table["product_type"].map(TYPES.index).to_numpy()]
    return (table["tool_wear"] * table["torque"]).to_numpy() / limit


def _columns(use_case: UseCase, table: pd.DataFrame) -> list[np.ndarray]:
    kind, *numbers = signal_matrix(use_case, table).T
    return [kind.astype(int), *numbers]
