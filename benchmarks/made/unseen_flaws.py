"""Flaws that nobody tuned for, seeded into the milling line.

| flaw | what is wrong | on which held-out readings it shows |
|---|---|---|
| sensor_bias | the torque sensor of M-03 reads 18 Nm more, the process thermometer of M-11 2.5 K less; the history is right | those of the two machines |
| exchange | in the first half of the history the products L and H are written down for each other | L and H between the two overstrain limits |
| night_noise | of the night shift's products 8 % are written down as the opposite | every one |
"""

from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from benchmarks.made.seeded_flaws import Seeded
from data.usecase.use_case import UseCase
from data.usecases.milling.history import training_history
from data.usecases.milling.rules import OVERSTRAIN_LIMIT

UNSEEN = ("sensor_bias", "exchange", "night_noise")
BIASED = {"M-03": ("torque", 18.0), "M-11": ("process_temperature", -2.5)}
EXCHANGED = "product_type", "L", "H"
NOISE = 0.08


def unseen(flaw: str, use_case: UseCase, rows: int) -> Seeded:
    """As :func:`benchmarks.made.seeded_flaws.seeded`."""
    history = training_history(use_case, rows=rows)
    live = training_history(use_case, rows=rows, seed=99, first_day=21_000)
    held_out = training_history(use_case, rows=rows, seed=77, first_day=20_500)
    if flaw == "sensor_bias":
        shown = held_out["asset"].isin(BIASED).to_numpy()
        return Seeded(use_case, history, history, _biased(live), _biased(held_out), shown)
    if flaw == "exchange":
        early = np.arange(len(history)) < len(history) // 2
        other = history["product_type"].map({"L": "H", "H": "L", "M": "M"})
        flawed = history.assign(product_type=history["product_type"].where(~early, other))
        strain = (held_out["tool_wear"] * held_out["torque"]).to_numpy()
        near = (strain > 0.95 * OVERSTRAIN_LIMIT[0]) & (strain < 1.05 * OVERSTRAIN_LIMIT[2])
        return Seeded(use_case, flawed, history, live, held_out, near & (held_out["product_type"] != "M").to_numpy())
    local = pd.to_datetime(history["time"], utc=True).dt.tz_convert(ZoneInfo(use_case.timezone)).dt.hour
    wrong = ((local >= 22) | (local < 6)).to_numpy() & (np.random.default_rng(6).random(len(history)) < NOISE)
    outcome = np.where(wrong, 1 - history["outcome"], history["outcome"])
    flawed = history.assign(outcome=outcome, cause=history["cause"].where(~wrong, None))
    return Seeded(use_case, flawed, history, live, held_out, np.ones(len(held_out), bool))


def _biased(table: pd.DataFrame) -> pd.DataFrame:
    table = table.copy()
    for asset, (signal, shift) in BIASED.items():
        table.loc[table["asset"] == asset, signal] += shift
    return table
