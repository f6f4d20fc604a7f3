"""A sensor that is off is named where it explains the flags; where labels or the model explain them nothing is said of sensors."""

from types import SimpleNamespace

import numpy as np
import pytest

from data.readings.features import feature_matrix, signal_matrix
from data.records import Correction, Prediction, State
from data.usecase.file import load
from data.usecases.milling.history import training_history
from models.corrections import sensor_doubt
from models.corrections.corrections import Admission
from models.corrections.sensor_doubt import sensors_doubted

MILLING = load("milling")
POWER = list(MILLING.features).index("power")


class Limit:
    """A model that warns of too much power."""

    def risk(self, x):
        return (x[:, POWER] > 6.9).astype(float)


@pytest.fixture(scope="module")
def readings():
    return training_history(MILLING, rows=2500, seed=3)


def looked_at(monkeypatch, table, corrected):
    """What is said when so many warnings of ``table`` are corrected to none."""
    cases = []
    for number, row in enumerate(corrected.itertuples()):
        values = {name: getattr(row, name) for name in MILLING.signals}
        seen = Prediction("milling", number, row.asset, row.time.to_pydatetime(), number, values, 1, 0.9, State.LIKELY, 0.0, {})
        told = Correction(
            number, "milling", number, number, 0.0, None, "erik", row.time.to_pydatetime(), (number,), ("olga",), None
        )
        cases.append(Admission(told, seen, 1.0))
    monkeypatch.setattr(sensor_doubt, "admissions", lambda *_: cases)
    readings = SimpleNamespace(contributions_drawn=lambda *_: (table, None, None, len(table)))
    return sensors_doubted(MILLING, SimpleNamespace(readings=readings), Limit())


def warned(table):
    return table[Limit().risk(feature_matrix(MILLING, signal_matrix(MILLING, table))) > 0]


def test_a_sensor_that_reads_too_much_is_named_with_by_how_much(monkeypatch, readings):
    table = readings.assign(torque=readings["torque"] + np.where(readings["asset"] == "M-03", 12.0, 0.0))
    wrong = warned(table)
    wrong = wrong[(wrong["asset"] == "M-03") & (wrong["outcome"] == 0)].head(8)
    (one,) = looked_at(monkeypatch, table, wrong)
    assert (one.asset, one.signal, one.cases) == ("M-03", "torque", len(wrong))
    assert one.shift == pytest.approx(12, abs=2) and one.explained >= 0.6 * len(wrong)


def test_flags_that_pile_up_at_a_machine_without_an_odd_sensor_say_nothing_of_one(monkeypatch, readings):
    busiest = warned(readings)["asset"].value_counts().index[0]
    flagged = warned(readings)
    assert looked_at(monkeypatch, readings, flagged[flagged["asset"] == busiest].head(8)) == []


def test_an_odd_sensor_that_does_not_explain_the_flags_is_not_blamed(monkeypatch, readings):
    table = readings.assign(air_temperature=readings["air_temperature"] + np.where(readings["asset"] == "M-03", 4.0, 0.0))
    flagged = table[table["asset"] == "M-03"].assign(torque=60.0).head(8)
    assert all(one.signal != "air_temperature" for one in looked_at(monkeypatch, table, flagged))
