"""The waterfall adds up on the screen; the band bar shows where a value lies; neither says anything by colour alone."""

import re
from base64 import b64decode

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pages.figures.band_bar import band_bar, small_trend
from pages.figures.palette import DARK, LIGHT
from pages.figures.waterfall import waterfall, with_spread

WORDS = {"base": "usual risk", "total": "this risk", "axis": "risk of failure, %"}
SHARES = st.lists(st.floats(-40, 40), min_size=1, max_size=12)


def drawn(points, base=4.2, palette=LIGHT):
    points = np.array(points)
    names, values = [f"Signal {i}" for i in range(len(points))], [f"{i} Nm" for i in range(len(points))]
    return waterfall(palette, names, values, points, base, base + points.sum(), WORDS)


@given(SHARES)
def test_the_bars_add_up_from_the_usual_risk_to_this_one(points):
    (bars,) = drawn(points).data
    assert bars.measure == ("absolute", *["relative"] * len(points), "total")
    assert np.isclose(sum(bars.x[:-1]), bars.x[-1])
    assert sorted(bars.x[1:-1]) == sorted(points)


@given(SHARES)
def test_the_strongest_share_stands_first_and_every_bar_is_in_view(points):
    fig = drawn(points)
    (bars,) = fig.data
    sizes = np.abs(bars.x[1:-1])
    assert (np.diff(sizes) <= 0).all()
    low, high = fig.layout.xaxis.range
    reached = np.r_[0, np.cumsum(bars.x[:-1])]
    assert low <= reached.min() and reached.max() <= high


def test_every_bar_says_its_share_with_a_sign_and_its_value_with_a_unit():
    (bars,) = drawn([30.0, -2.5]).data
    assert bars.text == ("4.2", "+30.0", "−2.5", "31.7")
    assert drawn([30.0, -2.5]).layout.yaxis.ticktext == (
        "usual risk",
        "Signal 0  <b>0 Nm</b>",
        "Signal 1  <b>1 Nm</b>",
        "this risk",
    )


def test_two_signals_of_the_same_name_and_value_keep_a_bar_each():
    fig = waterfall(LIGHT, ["Torque", "Torque"], ["66 Nm", "66 Nm"], np.array([5.0, 3.0]), 1.0, 9.0, WORDS)
    (bars,) = fig.data
    assert len(set(bars.y)) == 4


def test_the_second_method_shows_how_far_it_varies():
    fig = with_spread(DARK, ["Torque", "Speed"], np.array([3.0, -1.0]), np.array([0.5, 0.2]), "points")
    (bars,) = fig.data
    assert tuple(bars.error_x.array) == (0.5, 0.2) and fig.layout.yaxis.ticktext == ("Torque", "Speed")


def inside(picture: str) -> str:
    return b64decode(re.search(r"base64,([^\"]+)\"", picture).group(1)).decode()


def place(svg: str) -> tuple[float, float, float]:
    """Where a band bar has its dot, and its band's two ends."""
    dot = float(re.search(r'circle cx="([\d.-]+)"', svg).group(1))
    left, width = (float(n) for n in re.search(r'rect x="([\d.-]+)" y="11" width="([\d.-]+)"', svg).groups())
    return dot, left, left + width


@given(st.floats(-1000, 1000), st.floats(-100, 100), st.floats(0.1, 100))
def test_the_dot_lies_inside_the_band_exactly_when_the_value_does(value, low, width):
    dot, left, right = place(inside(band_bar(LIGHT, value, (low, low + width), "a", "b", False)))
    assert 0 <= dot <= 320 and 0 <= left < right <= 320 and right - left > 25
    if min(abs(value - low), abs(value - low - width)) > 0.02 * width:  # drawn to a tenth of a pixel
        assert (left <= dot <= right) == (low <= value <= low + width)


def test_only_a_value_outside_its_band_is_coloured():
    assert LIGHT.likely in inside(band_bar(LIGHT, 66, (30, 50), "30", "50", True))
    assert LIGHT.likely not in inside(band_bar(LIGHT, 40, (30, 50), "30", "50", False))


def test_a_small_trend_is_thinned_and_ends_with_the_newest_value():
    svg = inside(small_trend(LIGHT, np.linspace(10, 20, 36_000), (5, 12), "Torque in the last hour"))
    points = re.search(r'points="([^"]+)"', svg).group(1).split()
    assert len(points) < 400
    newest = re.search(r'circle cx="([\d.]+)" cy="([\d.]+)"', svg).groups()
    assert points[-1] == ",".join(newest)


def test_too_little_for_a_trend_is_nothing_and_words_in_it_cannot_break_out():
    assert small_trend(LIGHT, np.array([1.0, np.nan]), None, "x") == ""
    assert '"><script>' not in small_trend(LIGHT, np.arange(5.0), None, '"><script>alert(1)</script>')
