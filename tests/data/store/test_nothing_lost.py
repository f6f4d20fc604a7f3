"""Killed at random points while it ingests, the loop loses nothing, doubles nothing and records nothing by half."""

import shutil
import sys

import numpy as np
import pandas as pd
import pytest

from benchmarks.kills import damage_of_kills

ROWS, KILLS = 16_000, 12


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL and fork are POSIX")
def test_kills_lose_nothing_and_double_nothing(released_home, tmp_path):
    home = tmp_path / "home"
    shutil.copytree(released_home, home)
    rng = np.random.default_rng(5)
    torque = rng.normal(40, 10, ROWS).clip(5, 76).round(1).astype(object)
    bad = set(range(11, ROWS, 101))
    for row in bad:
        torque[row] = "no signal"
    file = tmp_path / "table.csv"
    pd.DataFrame(
        {
            "Type": rng.choice(["L", "M", "H"], ROWS),
            "Air temperature [K]": rng.normal(300, 2, ROWS).round(1),
            "Process temperature [K]": rng.normal(310, 1, ROWS).round(1),
            "Rotational speed [rpm]": rng.integers(1200, 2800, ROWS),
            "Torque [Nm]": torque,
            "Tool wear [min]": np.arange(ROWS) % 220,
            "Machine_failure": 0,
            **{mode: 0 for mode in ("HDF", "PWF", "OSF", "TWF", "RNF")},
        }
    ).to_csv(file, index=False)
    damage = damage_of_kills(home, file, bad, KILLS)
    assert damage.kills >= KILLS
    assert (damage.lost, damage.doubled, damage.half_recorded, damage.acknowledged_but_missing) == (0, 0, 0, 0)
