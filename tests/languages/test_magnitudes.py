"""Values of any size, from 1e-9 to 1e12: as fine as their signal is spread, readable, and written in one way in sentences, tables, boxes and charts."""

import json
import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import playwright
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from data.onboarding.columns import describe
from data.onboarding.target import target_of
from data.records import Prediction, State
from data.usecase.file import load
from data.usecase.parts import Signal
from data.usecase.target import ValueTarget
from explainers.local.reasons import Shown
from explainers.shapley.contract import Explanation
from explainers.shapley.group_shares import EXACT
from models.documents.words import ENGLISH, measured
from models.documents.words import quantity as said_below
from models.judging.gate import Line
from models.numbers.bands import places, rounded
from models.numbers.quantities import box_format, change, parts, places_for, places_of
from models.release.told import reasons_told
from pages.parts.words.bands import edges
from pages.parts.words.language import number, quantity, spoken
from pages.parts.words.predicted import target_value
from pages.parts.words.shares import amount, lead_text
from pages.parts.words.wording import band_text, shown_text, value_text

MILLING, SENSOR = load("milling"), load("tep_soft_sensor")
NODE = next(Path(playwright.__file__).parent.glob("driver/node*"), None)
TREND = Path(__file__).parents[2] / "pages" / "parts" / "machine" / "trend_chart" / "trend.js"

powers = st.integers(-9, 12)
magnitudes = st.builds(lambda power, digits: digits * 10.0**power, powers, st.floats(1, 9.99))


def back(text):
    """The number that a text says."""
    return float(text.lstrip("+±").replace(",", "").replace("−", "-"))


def column(size, beside, whole=False):
    """1,000 values spread by ``size`` about ``beside`` times that."""
    values = size * (beside + np.random.default_rng(1).random(1000))
    return values.round() if whole else values


@settings(max_examples=150)
@given(size=magnitudes, beside=st.sampled_from([0, -0.5, 1, 20]))
@example(size=1e-7, beside=0)
@example(size=3e8, beside=0)
@example(size=3e8, beside=1)
@example(size=1e-9, beside=20)
@example(size=9.99e11, beside=1)
def test_a_value_of_anybodys_table_is_as_fine_as_its_signal_is_spread_and_can_be_read(size, beside):
    values = column(size, beside)
    found = describe(pd.DataFrame({"x": values}))[0]
    step = 10.0**-found.decimals
    spread = np.ptp(values)
    assert step <= spread / 100, "a hundredth of its range can be told"
    assert found.decimals <= 0 or step >= spread / 1e5, "and no more is written than says something"
    for value in values[:40].tolist():
        text = quantity(value, found.decimals)
        assert back(text) == pytest.approx(value, abs=0.51 * step)
        assert len(text) <= 12, text
        digits = re.sub(r"e.*|[^0-9]", "", text)
        assert digits.strip("0") or abs(value) <= 0.5 * step, "nothing is written as zero that is none"
        assert ("e" in text) == (abs(round(value, found.decimals)) >= 1e6 or 0 < abs(round(value, found.decimals)) < 1e-4)
    near = {quantity(value, found.decimals) for value in np.linspace(values.min(), values.max(), 50).tolist()}
    assert len(near) == 50


@settings(max_examples=200)
@given(value=st.floats(-1e13, 1e13, allow_nan=False), decimals=st.integers(-12, 15))
def test_a_number_is_what_it_says_at_its_own_resolution(value, decimals):
    mantissa, digits, power = parts(value, decimals)
    told = mantissa * 10.0 ** (power or 0)
    assert told == pytest.approx(value, rel=1e-12, abs=0.501 * 10.0**-decimals)
    assert power is None or 1 <= abs(mantissa) < 10
    assert digits >= 0 and (mantissa != 0 or abs(value) <= 0.5001 * 10.0**-decimals)


@pytest.mark.parametrize(
    ("value", "decimals", "said"),
    [
        (66.0, 1, "66.0"), (0.0, 1, "0.0"), (0.0, 9, "0"), (-0.04, 1, "0.0"), (1539.4, 0, "1,539"), (1e-7, 9, "1.00e−7"), (1.234e-7, 10, "1.234e−7"),
        (3.12e8, -6, "3.12e+8"), (-3.12e8, -6, "−3.12e+8"), (999_999.96, 1, "1.0000000e+6"), (523_456.0, -3, "523,000"), (0.00012, 5, "0.00012"),
        (float("nan"), 3, "–"), (None, 3, "–"),
    ],
)  # fmt: skip
def test_it_is_written_in_one_way(value, decimals, said):
    assert quantity(value, decimals) == said and said_below(ENGLISH, value, decimals) == said


def test_it_is_written_with_the_readers_decimal_sign():
    with spoken("de"):
        assert quantity(3.12e8, -6) == "3,12e+8" and quantity(1.2e-7, 8) == "1,2e−7" and quantity(0.5, 1) == "0,5"


def line_of(**given):
    """The milling line with another torque."""
    torque = Signal(label="Torque", unit="Pa", **given)
    return MILLING.model_copy(update={"signals": MILLING.signals | {"torque": torque}})


@settings(max_examples=80)
@given(size=magnitudes)
@example(size=1e-7)
@example(size=3e8)
def test_sentence_table_band_and_box_say_one_value_alike(size):
    values = column(size, 1)
    found = describe(pd.DataFrame({"x": values}))[0]
    line = line_of(decimals=found.decimals, actionable=(float(values.min()), float(values.max())))
    low, high = rounded(found.decimals, float(np.quantile(values, 0.05)), float(np.quantile(values, 0.95)))
    assert low < high
    above = Shown("torque", float(values.max()), "Pa", (low, high), "above")
    below, top = band_text(line, above).split("–")
    assert back(below) < back(top), "no band is read as a point"
    assert back(shown_text(line, above).split("\u00a0")[0]) > back(top), "and what lies above it is read so"
    alone, beside = value_text(line, "torque", above.value), shown_text(line, above)
    assert ("e" in alone.split("\u00a0")[0]) == ("e" in beside.split("\u00a0")[0])
    box = box_format(found.decimals, *line.signals["torque"].actionable) % above.value
    assert re.sub(r"e([+-])0*", r"e\1", box).replace("e-", "e−") == re.sub("[,]", "", alone.split("\u00a0")[0])


@settings(max_examples=60)
@given(size=magnitudes)
@example(size=1e-7)
@example(size=3e8)
def test_the_reasons_of_a_value_have_digits_and_add_up(size):
    values = column(size, 1)
    decimals = describe(pd.DataFrame({"x": values}))[0].decimals
    target = ValueTarget(label="Leak rate", unit="mbar·l/s", decimals=decimals, allowed=(None, float(2 * size)))
    use_case = SENSOR.model_copy(update={"target": target})
    groups = dict.fromkeys(SENSOR.groups, 0.0) | dict(zip(SENSOR.groups, (0.31 * size, -0.12 * size, 0.07 * size), strict=False))
    base = 1.2 * size
    exact = Explanation(
        EXACT, "target", tuple(groups), base, np.array(list(groups.values())), base + 0.26 * size, usual_spread=0.3 * size
    )
    seen = reading_of(use_case, base + 0.26 * size)
    told = reasons_told(use_case, seen, exact, lambda _: None)
    numbers = [back(amount(use_case, told, one.number).split("\u00a0")[0]) for one in (*told.strongest, *told.others)]
    assert len(numbers) == 3 and all(numbers)
    first, last = (
        back(one.split("\u00a0")[0]) for one in re.findall(r"(?:of|to) ([-−0-9][^ ]*)", lead_text(use_case, told, seen))
    )
    assert first + sum(numbers) == pytest.approx(last, rel=0.02)


def reading_of(use_case, predicted):
    values = dict.fromkeys([*use_case.recorded, *use_case.derived], 1.0)
    return Prediction(
        use_case.name, 1, use_case.assets[0], datetime(2026, 3, 2, tzinfo=UTC), 1, values, 1, 0.9, State.LIKELY, 0.0, {}, None, float(predicted)
    )  # fmt: skip


def test_a_stated_limit_is_told_as_it_is_stated():
    assert [places_of(one) for one in (95, 0.95, 3.05e8, 2e-7, 1200.0, 0)] == [0, 2, -6, 7, -2, 0]
    large = SENSOR.model_copy(update={"target": ValueTarget(label="p", unit="Pa", decimals=-4, allowed=(None, 3.05e8))})
    assert target_value(large, 3.05e8) == "3.05e+8\u00a0Pa" and target_value(SENSOR, 95.0) == "95\u00a0mol%"


def test_a_use_case_that_names_no_decimals_has_those_of_its_ranges():
    assert Signal(label="x", limits=(30, 50)).decimals == 1 and Signal(label="x").decimals == 1
    assert Signal(label="x", limits=(0, 4e-7)).decimals == 9 and Signal(label="x", limits=(0, 4e8)).decimals == -6
    assert Signal(label="x", limits=(0, 4e-7), decimals=2).decimals == 2, "what somebody wrote stays"
    assert ValueTarget(label="x", allowed=(None, 2e-7)).decimals == 9


def test_what_a_table_has_for_its_target_is_as_fine():
    frame = pd.DataFrame({"leak": column(1e-7, 1)})
    found = target_of(frame, describe(frame)[0])
    assert found.task == "regression" and found.decimals in (10, 11) and "Above 0 is" not in found.look[0]


def test_a_change_of_an_error_on_the_gate_has_digits_whatever_its_unit():
    for size, said in (
        (1e-7, "+3.21e−8 (95 %: −1.00e−8 to +7.00e−8)"),
        (1.0, "+0.321 (95 %: −0.100 to +0.700)"),
        (1e8, "+3.21e+7"),
    ):
        line = Line("mae", 0.7 * size, 0.1 * size, False, low=-0.1 * size, high=0.7 * size, measured=0.321 * size, unit="Pa")
        assert measured(ENGLISH, line).replace("\u00a0Pa", "").startswith(said), measured(ENGLISH, line)
    assert change(number, 0.004, 1) == "±0.0" and places_for(0.0) == 0


@pytest.mark.skipif(NODE is None, reason="no browser's runtime")
def test_the_chart_writes_what_the_sentence_writes():
    """The two functions of trend.js, run as a browser runs them, beside the one that writes sentences."""
    text = TREND.read_text(encoding="utf-8")
    methods = text[text.index("  quantity(value, decimals)") : text.index("  percent(share)")]
    rng = np.random.default_rng(4)
    asked = [
        (float(v), int(d))
        for v, d in zip(rng.choice([-1, 1], 400) * 10 ** rng.uniform(-9, 12, 400), rng.integers(-8, 12, 400), strict=True)
    ]
    asked = [(v, d) for v, d in asked if abs(v) * 10.0**d < 1e12] + [(0.0, 1), (0.0, 9), (1e-7, 9), (3.12e8, -6), (999_999.96, 1)]
    script = f"class T {{ data = {{language: 'en-GB'}};\n{methods} }}\nconst t = new T();\nconsole.log(JSON.stringify({json.dumps(asked)}.map(([v, d]) => t.quantity(v, d))))"
    said = json.loads(subprocess.run([str(NODE), "-e", script], capture_output=True, text=True, check=True).stdout)
    wrong = [(v, d, quantity(v, d), js) for (v, d), js in zip(asked, said, strict=True) if js.replace("-", "−") != quantity(v, d)]
    assert not wrong, wrong[:5]


def test_places_beside_a_band():
    assert places(1, (2.95e8, 3.1e8)) == -4 and places(0, (3_000_000.0, 3_000_000.1)) == 1 and places(0, (0.0001, 0.0002)) == 4
    assert edges(Signal(label="x", decimals=1), (2.95e8, 3.1e8)) == ("2.9500e+8", "3.1000e+8")
