"""Small plants of every task in a home of their own: a kiln whose readings, faults and product hang together by known rules."""

import numpy as np
import pandas as pd

COMMON = """
cadence_s: 60
block_s: 7200
areas: {Kilns: [K-1, K-2]}
signals:
  temperature: {label: Temperature, unit: °C, limits: [0, 2000], decimals: 0, actionable: [700, 1100], step: 5}
  feed: {label: Feed, unit: t/h, limits: [0, 50], decimals: 1, actionable: [5, 35], step: 0.5}
  draught: {label: Draught, unit: Pa, limits: [-500, 500], decimals: 0, missing: accept}
  fuel: {label: Fuel, categories: [coal, gas]}
derived:
  temperature_mean: {label: "Temperature, 10 min", unit: °C, expression: "mean(temperature, '10min')", decimals: 0}
  load: {label: Heat per feed, unit: °C·h/t, expression: temperature_mean / feed, decimals: 1}
groups:
  heat: {label: Heat, features: [temperature, temperature_mean, load], show: [temperature, load]}
  feed: {label: Feed, features: [feed], show: [feed]}
  draught: {label: Draught, features: [draught], show: [draught]}
  fuel: {label: Fuel, features: [fuel], show: [fuel]}
advice:
  possible: {enter: 0.5, leave: 0.4}
  likely: {enter: 0.7, leave: 0.6}
  on_delay: 1
costs: {miss: 100, false_alarm: 5}
"""
TARGETS = {
    "binary": """
target:
  label: condition
  outcomes: {0: normal, 1: overheated}
""",
    "multiclass": """
target:
  label: condition
  outcomes: {0: normal, 1: overheated, 2: clogged}
  severity: {0: 0, 1: 3, 2: 2}
""",
    "regression": """
target: {label: Free lime, unit: "%", decimals: 2, allowed: [null, 2.0]}
coverage: 0.9
""",
}
REPLAY = """
replay:
  asset: K-1
  area: Kilns
  asset_column: kiln
  time_column: when
  columns: {"Temp [°C]": temperature, "Feed [t/h]": feed, draught: draught, fuel: fuel}
  outcome: result
"""


def readings(task: str, rows: int = 3000, seed: int = 0, first: str = "2024-01-01") -> pd.DataFrame:
    """A table as a plant would export it: when, kiln, the signals under their own headers, and the result."""
    rng = np.random.default_rng(seed)
    at = np.arange(rows) // 2
    wave = np.sin(at / 90.0) + rng.normal(0, 0.2, rows)
    temperature = 900 + 60 * wave + rng.normal(0, 5, rows)
    feed = np.clip(20 + 5 * np.cos(at / 130.0) + rng.normal(0, 1, rows), 5, 35)
    draught = np.where(rng.random(rows) < 0.03, np.nan, 40 + 30 * np.sin(at / 55.0) + rng.normal(0, 3, rows))
    fuel = np.where((at // 400) % 2 == 0, "coal", "gas")
    if task == "multiclass":
        result = np.where(temperature > 955, 1, np.where((np.nan_to_num(draught, nan=40) < 15) & (feed > 20), 2, 0))
        told = np.array(["normal", "overheated", "clogged"], object)[result]
    elif task == "binary":
        told = np.where(temperature > 945, "overheated", "normal").astype(object)
    else:
        told = np.round(1.2 + (930 - temperature) / 90 + 0.05 * (feed - 20) + rng.normal(0, 0.1, rows), 3)
    return pd.DataFrame(
        {
            "when": pd.Timestamp(first, tz="UTC") + pd.to_timedelta(at * 60, unit="s"),
            "kiln": np.where(np.arange(rows) % 2 == 0, "K-1", "K-2"),
            "Temp [°C]": temperature, "Feed [t/h]": feed, "draught": draught, "fuel": fuel, "result": told,
        }
    )  # fmt: skip


def plant(home, task: str, rows: int = 3000) -> str:
    """Put the use case ``kiln_<task>`` with its history into a home; returns its name."""
    name = f"kiln_{task}"
    folder = home / "usecases" / name
    folder.mkdir(parents=True)
    words = {"multiclass": "normal: 0, overheated: 1, clogged: 2", "binary": "normal: 0, overheated: 1"}.get(task)
    words = f"  outcomes: {{{words}}}\n" if words else ""
    text = f"name: {name}\ntitle: Kiln\ntask: {task}\n{TARGETS[task]}{COMMON}{REPLAY}{words}"
    (folder / "usecase.yaml").write_text(text, encoding="utf-8")
    readings(task, rows).to_parquet(folder / "history.parquet")
    return name
