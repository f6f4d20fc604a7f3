"""The trend of a machine: one time axis for all, few points, what happened on it, and closer where one looks closer."""

import json
from itertools import pairwise

import numpy as np
import pytest

from pages.figures.palette import DARK, LIGHT
from pages.figures.trend import EVENTS, GAP, PANEL, RISK, Mark, Panel, Risk, milliseconds, rows_of, trend_figure

START = np.datetime64("2026-03-02T08:00:00", "us")
LEVELS = [(0.5, "possible", "possible"), (0.7, "likely", "likely")]


def second(n):
    return START + np.timedelta64(n, "s")


def trend(n=3600, palette=LIGHT, marks=(), focus=None, **more):
    times = START + np.arange(n).astype("timedelta64[s]")
    score = np.linspace(0, 0.9, n)
    risk = Risk(score, np.where(score > 0.7, 2, np.where(score > 0.5, 1, 0)), LEVELS)
    panels = [Panel(np.sin(np.arange(n)) * 10 + 40, (30, 50)), Panel(np.zeros(n), None, ("L", "M"))]
    ids = np.arange(n) + 7
    return trend_figure(palette, times, ids, risk, panels, marks, (times[0], times[-1]), 5, "M-14 1h", focus, **more)


def test_every_line_lies_on_the_one_time_axis_and_below_the_one_before():
    fig = trend()
    assert {trace.xaxis or "x" for trace in fig.data} == {"x"} and {trace.type for trace in fig.data} == {"scatter"}
    domains = [fig.layout[axis].domain for axis in ("yaxis4", "yaxis", "yaxis2", "yaxis3")]  # signs, risk, two signals
    assert all(upper[0] >= lower[1] for upper, lower in pairwise(domains))


def test_names_stand_where_their_lines_are_drawn():
    rows, fig = rows_of(2), trend()
    height = rows[-1][1]
    assert fig.layout.height == height and rows[0] == (0, EVENTS) and rows[1] == (EVENTS, RISK)
    for (top, tall), axis in zip(rows[1:-1], ("yaxis", "yaxis2", "yaxis3"), strict=True):
        low, high = fig.layout[axis].domain
        assert (1 - high) * height == pytest.approx(top) and (high - low) * height == pytest.approx(tall)
    assert rows[3][0] - rows[2][0] == PANEL + GAP


def test_few_points_are_drawn_as_numbers_that_take_little_room():
    fig = trend(28_800)
    assert all(len(trace.x) <= 600 for trace in fig.data if trace.mode == "lines")
    sent = json.loads(fig.to_json())["data"]
    assert all(trace["y"]["dtype"] == "f4" for trace in sent if trace["mode"] == "lines")
    assert len(fig.to_json()) < 60_000


def test_a_point_of_the_risk_carries_the_id_of_its_reading():
    risk = trend().data[0]
    seconds = (np.asarray(risk.x) - milliseconds(START)) / 1000
    assert (np.asarray(risk.customdata) == seconds.round() + 7).all()


def test_where_one_looks_closer_every_reading_is_drawn():
    focus = (second(1000), second(1300))
    x = np.asarray(trend(28_800, focus=focus).data[0].x)
    inside = (x >= milliseconds(focus[0])) & (x < milliseconds(focus[1]))
    assert inside.sum() == 300 and (np.diff(x) > 0).all()
    assert x[0] == milliseconds(START) and x[-1] == milliseconds(second(28_799))


def test_a_closer_look_leads_no_line_across_a_silence():
    seconds = np.concatenate((np.arange(1000), np.arange(1600, 4000)))
    times = START + seconds.astype("timedelta64[s]")
    ends, focus = (times[0], times[-1]), (second(1300), second(2000))
    fig = trend_figure(LIGHT, times, seconds, Risk(np.ones(3400), np.zeros(3400), []), [], [], ends, 5, "k", focus)
    x, y = (np.asarray(one) for one in (fig.data[0].x, fig.data[0].y))
    (gap,) = np.flatnonzero(np.isnan(y))
    assert milliseconds(second(999)) < x[gap] < milliseconds(second(1600)) and x[gap - 1] == milliseconds(second(999))


@pytest.mark.parametrize("focus", [(-500, -100), (9000, 9900), (-50, 5000)])
def test_looking_beside_the_record_is_no_error(focus):
    fig = trend(focus=tuple(second(end) for end in focus))
    assert len(fig.data[0].x) >= 2


def test_only_what_is_abnormal_has_a_colour():
    fig = trend()
    fills = {shape.fillcolor for shape in fig.layout.shapes if shape.type == "rect"}
    assert fills == {LIGHT.possible, LIGHT.likely, LIGHT.band}
    assert {trace.line.color for trace in fig.data if trace.mode == "lines"} == {LIGHT.line}


def test_what_changes_how_signals_are_read_goes_through_all_of_them():
    marks = [Mark(second(100), "⚑"), Mark(second(900), "▽", through=True), Mark(second(1800), "?", second(2400), quiet=True)]
    fig = trend(marks=marks)
    assert fig.data[-1].text == ("⚑", "▽", "?") and fig.data[-1].mode == "text"
    drawn = {shape.x0: shape for shape in fig.layout.shapes if shape.yref == "paper"}
    flag, reset, quiet = (drawn[float(milliseconds(second(at)))] for at in (100, 900, 1800))
    assert flag.y0 > 0.5 and reset.y0 == quiet.y0 == 0
    assert quiet.type == "rect" and quiet.x1 == float(milliseconds(second(2400)))


def test_signs_close_to_each_other_do_not_cover_each_other():
    signs = trend(marks=[Mark(second(at), "✕") for at in (100, 110, 2000)]).data[-1]
    assert signs.y[0] != signs.y[1] and signs.y[0] == signs.y[2]


def test_a_sign_that_stands_for_others_leaves_them_their_lines():
    fig = trend(marks=[Mark(second(100), "✕"), Mark(second(130), "")])
    assert fig.data[-1].text == ("✕",)
    assert float(milliseconds(second(130))) in {shape.x0 for shape in fig.layout.shapes}


def test_an_empty_hour_is_an_empty_chart_and_no_error():
    none = np.array([], dtype="datetime64[us]")
    fig = trend_figure(
        DARK, none, np.array([], dtype=int), Risk(np.array([]), np.array([]), []), [Panel(np.array([]), (30, 50))], [],
        (START, START + 1), 5, "k", (START, START + 1),
    )  # fmt: skip
    assert len(fig.data) == 3


def test_where_no_risk_is_told_the_line_is_broken_and_says_why():
    times = START + np.arange(100).astype("timedelta64[s]")
    score = np.where(np.arange(100) < 60, 0.4, np.nan)
    risk = Risk(score, np.zeros(100), LEVELS, None, [(times[60], times[99], "AI <off>")])
    fig = trend_figure(LIGHT, times, np.arange(100), risk, [], [], (times[0], times[-1]), 5, "k")
    line = fig.data[0]
    assert np.isnan(line.y[60:]).all() and (line.customdata[60:] == -1).all() and (line.customdata[:60] >= 0).all()
    (shaded,) = (one for one in fig.layout.shapes if one.type == "rect")
    assert (shaded.x0, shaded.x1, shaded.yref) == (*milliseconds(times[[60, 99]]), "y domain")
    assert "AI &lt;off&gt;" in [one.text for one in fig.layout.annotations]
    beside = trend_figure(LIGHT, times, np.arange(100), risk, [], [], (times[0], times[-1]), 5, "k", (times[0], times[62]))
    assert "AI &lt;off&gt;" not in [one.text for one in beside.layout.annotations]  # no room for the word: the mark says it


def test_a_long_category_is_cut_on_the_axis_not_in_the_margin_of_the_next():
    times = START + np.arange(9).astype("timedelta64[s]")
    panel = Panel(np.zeros(9), None, ("a very long name of a category", "short"))
    fig = trend_figure(LIGHT, times, np.arange(9), Risk(np.zeros(9), np.zeros(9), []), [panel], [], (times[0], times[-1]), 5, "k")
    assert fig.layout.yaxis2.ticktext == ("a very…", "short")
