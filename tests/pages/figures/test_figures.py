"""The figures: thinned without losing a peak, broken where nothing was read, readable in both themes."""

import re
import tomllib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages.figures.palette import DARK, HIGH_DARK, HIGH_LIGHT, LIGHT, Palette
from pages.figures.target import classes_figure, course_figure, values_figure
from pages.figures.thinning import line_of, thinned

CONFIG = tomllib.loads((Path(__file__).parents[3] / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
START = np.datetime64("2026-03-02T08:00:00", "us")


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=3000), st.integers(4, 600))
def test_a_thinned_line_keeps_its_ends_its_highest_and_its_lowest_point(values, most):
    values = np.array(values)
    kept = thinned(values, most)
    assert len(kept) <= max(most, 4) and (np.diff(kept) > 0).all()
    assert kept[0] == 0 and kept[-1] == len(values) - 1
    assert values[kept].max() == values.max() and values[kept].min() == values.min()


def test_a_single_peak_among_a_million_readings_is_drawn():
    values = np.zeros(1_000_000)
    values[654_321] = 1
    assert 654_321 in thinned(values, 600)


def test_no_line_leads_across_a_silence_even_when_thinned():
    seconds = np.concatenate((np.arange(3000), np.arange(3600, 6000)))
    times = START + seconds.astype("timedelta64[s]")
    x, y, at = line_of(times, np.ones(len(times)), np.timedelta64(5, "s"), most=100)
    (gap,) = np.flatnonzero(np.isnan(y))
    assert at[gap] == -1 and x[gap - 1] == START + np.timedelta64(2999, "s")
    assert x[gap - 1] < x[gap] < x[gap + 1] == START + np.timedelta64(3600, "s")
    assert (np.diff(x) > np.timedelta64(0)).all() and len(x) <= 103


def test_a_line_without_a_silence_has_no_break():
    _, y, at = line_of(START + np.arange(50).astype("timedelta64[s]"), np.arange(50.0), np.timedelta64(5, "s"))
    assert not np.isnan(y).any() and (at == np.arange(50)).all()


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_text_and_lines_have_the_contrast_that_the_design_asks_for(palette: Palette):
    for ground in (palette.ground, palette.panel):
        assert _contrast(palette.text, ground) >= 4.5 and _contrast(palette.muted, ground) >= 4.5
        assert _contrast(palette.accent, ground) >= 4.5
        for colour in (palette.line, palette.possible, palette.likely):
            assert _contrast(colour, ground) >= 3


@pytest.mark.parametrize("palette", [HIGH_LIGHT, HIGH_DARK], ids=["light", "dark"])
def test_more_contrast_is_more(palette: Palette):
    for colour in (palette.text, palette.muted, palette.line, palette.accent, palette.possible, palette.likely):
        assert _contrast(colour, palette.ground) >= 7
    sheet = (Path(__file__).parents[3] / "pages" / "parts" / "words" / "contrast.css").read_text(encoding="utf-8")
    for colour in (palette.ground, palette.text, palette.accent, palette.possible, palette.likely):
        assert colour in sheet


@pytest.mark.parametrize(("palette", "name"), [(LIGHT, "light"), (DARK, "dark")], ids=["light", "dark"])
def test_the_figures_have_the_colours_of_the_theme(palette: Palette, name: str):
    theme = CONFIG["theme"][name]
    pairs = {
        "ground": "backgroundColor",
        "panel": "secondaryBackgroundColor",
        "text": "textColor",
        "muted": "grayTextColor",
        "accent": "primaryColor",
        "possible": "orangeColor",
        "likely": "redColor",
    }
    assert {mine: getattr(palette, mine) for mine in pairs} == {mine: theme[theirs] for mine, theirs in pairs.items()}
    for text in ("linkColor", "redTextColor", "orangeTextColor", "blueTextColor"):
        assert _contrast(theme[text], palette.ground) >= 4.5, text


def _contrast(a: str, b: str) -> float:
    """The contrast ratio of two colours, after WCAG 2.2 (1 to 21)."""
    light, dark = sorted((_luminance(a), _luminance(b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    assert re.fullmatch("#[0-9a-f]{6}", colour), colour
    parts = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def test_the_target_is_drawn_with_what_is_taken_for_bad_by_more_than_colour():
    words = {"axis": "NOx [mg/m³]", "rows": "Rows", "low": "", "high": "proposed limit 85 mg/m³"}
    drawn = values_figure(LIGHT, np.random.default_rng(0).normal(70, 10, 5000), (None, 85.0), words)
    bars = drawn.data[0]
    assert sum(bars.y) == 5000 and drawn.layout.shapes[0].x0 == 85.0 and drawn.layout.annotations[0].text == words["high"]
    edges = np.array(bars.customdata)
    beyond = edges[:, 0] >= 85.0
    assert beyond.any() and (beyond == (np.array(bars.marker.pattern.shape) == "/")).all()
    assert 85.0 in edges  # no bar is half bad
    classes = classes_figure(DARK, ["fine", "bent"], [90, 10], [False, True], {"rows": "Rows"}).data[0]
    assert list(classes.marker.pattern.shape) == ["", "/"] and classes.marker.color[1] == DARK.likely


def test_the_course_of_a_target_keeps_its_peaks_and_shows_shares_of_classes():
    values = np.ones(100_000)
    values[54_321] = 9
    drawn = course_figure(LIGHT, np.arange(100_000), values, (None, 5.0), {"axis": "x", "at": "Rows"})
    assert max(drawn.data[0].y) == 9 and len(drawn.data[0].y) < 1000 and drawn.layout.shapes[0].y0 == 5.0
    shares = course_figure(LIGHT, np.arange(600), np.repeat([0.0, 1.0], 300), None, {"axis": "x", "at": "Rows"}).data[0].y
    assert len(shares) == 60 and set(np.round(shares)) == {0.0, 100.0}
    assert list(course_figure(LIGHT, np.arange(3), np.array([0.0, 1, 1]), None, {"axis": "", "at": ""}).data[0].y) == [
        0,
        100,
        100,
    ]
