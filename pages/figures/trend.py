"""The trend of one asset: what happened, its risk and its signals under each other on one time axis, each signal against its normal band.

Names and values stand beside it (:mod:`pages.parts.machine.trend_chart`): :func:`rows_of` says where each line of it lies.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
import plotly.graph_objects as go

from pages.figures.palette import Palette
from pages.figures.template import SIZE, figure
from pages.figures.thinning import line_of

EVENTS, RISK, AXIS, PANEL, GAP, LEFT, RIGHT = 44, 132, 34, 54, 12, 64, 14
"""Pixels: the heights of the line of signs, of the risk, of the clock under it, of a signal and between two; the margins."""
EPOCH = np.datetime64(0, "us")
Focus = tuple[np.datetime64, np.datetime64] | None
"""The stretch that is zoomed into."""


@dataclass(frozen=True, slots=True)
class Panel:
    """One signal. ``values`` is (n,) float64, a category as its code in ``categories``."""

    values: np.ndarray
    band: tuple[float, float] | None = None
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened: ``sign`` stands over the risk at ``at``; what lasted until ``until`` is a bar. ``through``: a line down through
    every signal too. ``quiet``: nothing was read in that time."""

    at: np.datetime64
    sign: str
    until: np.datetime64 | None = None
    through: bool = False
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Risk:
    """The topmost line. ``levels``: (height, state, word) of each threshold; ``at``: the reading that is looked at, where it is one; ``untold``:
    from when to when no risk is told (NaN in ``values``), and why in a few words."""

    values: np.ndarray  # (n,) 0 to 1
    states: np.ndarray  # (n,) State.code
    levels: Sequence[tuple[float, str, str]]
    at: np.datetime64 | None = None
    untold: Sequence[tuple[np.datetime64, np.datetime64, str]] = ()


def rows_of(panels: int) -> list[tuple[int, int]]:
    """(top, height) in pixels of the signs, of the risk and of each signal, then of the whole figure."""
    first = EVENTS + RISK + AXIS
    signals = [(first + number * (PANEL + GAP), PANEL) for number in range(panels)]
    return [(0, EVENTS), (EVENTS, RISK), *signals, (0, first + panels * (PANEL + GAP) + 4)]


def milliseconds(times: np.ndarray | np.datetime64) -> np.ndarray:
    """Times as a browser counts them: float64 milliseconds of the clock on the plant's wall."""
    return (np.asarray(times, "datetime64[us]") - EPOCH) / np.timedelta64(1, "ms")


def trend_figure(
    palette: Palette,
    times: np.ndarray,
    ids: np.ndarray,
    risk: Risk,
    panels: Sequence[Panel],
    marks: Sequence[Mark],
    span: tuple[np.datetime64, np.datetime64],
    gap_s: float,
    key: str,
    focus: Focus = None,
    ticks: Sequence[tuple[float, str]] = (),
) -> go.Figure:
    """The risk over the signals, all on the one axis ``x``.

    Args:
        palette: the theme's colours.
        times: (n,) rising datetime64 in the plant's zone.
        ids: (n,) of the readings: the risk carries them as ``customdata`` (-1 where none is told).
        risk, panels, marks: what is drawn, see there.
        span: the two ends of the time axis.
        gap_s: seconds without a reading after which a line is broken.
        key: what the figure is about (``uirevision``).
        focus: the stretch that is zoomed into, drawn with more points.
        ticks: (milliseconds, text) of the axis, where it is none of a clock.
    """
    lines = rows_of(len(panels))
    height = lines[-1][1]
    fig, shapes, notes, axes = figure(palette, height, key), [], [], {}
    gap = np.timedelta64(int(gap_s * 1e6), "us")

    def domain(line: tuple[int, int]) -> list[float]:
        return [max(1 - (line[0] + line[1]) / height, 0), 1 - line[0] / height]

    ends = milliseconds(np.array(span))
    axes |= {
        "xaxis": {
            "type": "date", "range": list(ends), "anchor": "y", "side": "bottom", "domain": [0, 1], "showgrid": True, "nticks": 9,
            "gridcolor": palette.grid, "automargin": False, "fixedrange": True, "ticklabelstandoff": 4,
            "tickformatstops": [
                {"dtickrange": [None, 60_000], "value": "%H:%M:%S"}, {"dtickrange": [60_000, 86_400_000], "value": "%H:%M"},
                {"dtickrange": [86_400_000, None], "value": palette.day},
            ],
        },
        "yaxis": {
            "domain": domain(lines[1]), "range": [0, 1.02], "tickvals": [0, 0.5, 1], "tickformat": ".0%", "automargin": False,
        },
    }  # fmt: skip
    if ticks:
        axes["xaxis"] |= {"tickvals": [at for at, _ in ticks], "ticktext": [text for _, text in ticks]}
    shown = ends if focus is None else milliseconds(np.array(focus))
    _risk(fig, shapes, notes, palette, times, ids, risk, gap, focus, shown.tolist())
    for number, (panel, line) in enumerate(zip(panels, lines[2:-1], strict=True), start=2):
        axis = {"anchor": "x", "domain": domain(line), "nticks": 3, "automargin": False, "fixedrange": True}
        axes[f"yaxis{number}"] = axis | _panel(fig, shapes, palette, times, panel, gap, number, focus)
    top = domain(lines[1])[1]
    signs, lane = len(panels) + 2, (top, domain(lines[0])[1])
    axes[f"yaxis{signs}"] = {"anchor": "x", "domain": list(lane), "range": [0, 1], "visible": False}
    _marks(fig, shapes, palette, marks, signs, lane, float(ends[1] - ends[0]) / 60)
    margin = {"l": LEFT, "r": RIGHT, "t": 0, "b": 0, "pad": 0}
    fig.update_layout(
        **axes, hovermode=False, margin=margin, shapes=shapes, annotations=notes
    )  # all at once: each time is checked whole
    return fig


def _drawn(
    times: np.ndarray, values: np.ndarray, gap: np.timedelta64, most: int, focus: Focus
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The line of a whole stretch; where one looks closer, every detail of that part in its place."""
    return line_of(times, values, gap, most, None if focus is None else tuple(np.searchsorted(times, focus).tolist()))


def _risk(
    fig: go.Figure, shapes: list[dict], notes: list[dict], palette: Palette, times: np.ndarray, ids: np.ndarray, risk: Risk, gap: np.timedelta64,
    focus: Focus, shown: Sequence[float],
) -> None:  # fmt: skip
    x, y, at = _drawn(times, risk.values, gap, 600, focus)
    fig.add_scatter(
        x=milliseconds(x),
        y=y.astype(np.float32),
        customdata=np.where((at >= 0) & ~np.isnan(y), ids[at], -1).astype(float) if len(ids) else [],
        mode="lines",
        line={"color": palette.line, "width": 2.4},
        connectgaps=False,
    )
    for height, state, word in risk.levels:
        shapes.append(
            {"type": "line", "xref": "x domain", "yref": "y", "x0": 0, "x1": 1, "y0": height, "y1": height}
            | {"line": {"color": palette.of_state(state), "dash": "dot", "width": 1.4}}
        )
        notes.append(
            {"xref": "x domain", "yref": "y", "x": 0, "y": height, "text": escape(word), "showarrow": False, "xshift": 2}
            | {"xanchor": "left", "yanchor": "bottom", "font": {"size": SIZE - 3, "color": palette.muted}}
        )
    for start, end, code in episodes(times, risk.states):
        colour = palette.possible if code == 1 else palette.likely
        shapes.append(
            {"type": "rect", "xref": "x", "yref": "y domain", "x0": start, "x1": end, "y0": 0, "y1": 1, "layer": "below"}
            | {"line": {"width": 0}, "opacity": 0.22, "fillcolor": colour}
        )
    for *ends, why in risk.untold:
        start, end = milliseconds(np.array(ends)).tolist()
        shapes.append(
            {"type": "rect", "xref": "x", "yref": "y domain", "x0": start, "x1": end, "y0": 0, "y1": 1, "layer": "below"}
            | {"line": {"width": 0}, "fillcolor": palette.band, "opacity": 0.8}
        )
        start, end = max(start, shown[0]), min(end, shown[1])
        if end - start > (shown[1] - shown[0]) / 8:  # else there is no room for a word: its mark says it
            notes.append(
                {"xref": "x", "yref": "y domain", "x": (start + end) / 2, "y": 0.25, "text": escape(why), "showarrow": False}
                | {"font": {"size": SIZE, "color": palette.text}, "bgcolor": palette.ground}
            )
    if risk.at is not None:
        moment = float(milliseconds(risk.at))
        shapes.append(
            {"type": "line", "xref": "x", "yref": "paper", "x0": moment, "x1": moment, "y0": 0, "y1": 1}
            | {"line": {"color": palette.accent, "width": 2}}
        )


def episodes(times: np.ndarray, states: np.ndarray) -> list[tuple[float, float, int]]:
    """Stretches of one state other than normal: start and end in milliseconds, State.code."""
    if not len(states):
        return []
    starts = np.concatenate(([0], np.flatnonzero(np.diff(states)) + 1))
    ends = np.concatenate((starts[1:], [len(states) - 1]))
    shown = np.flatnonzero(states[starts] > 0)
    return list(
        zip(
            milliseconds(times[starts[shown]]).tolist(),
            milliseconds(times[ends[shown]]).tolist(),
            states[starts[shown]].astype(int).tolist(),
            strict=True,
        )
    )


def _panel(
    fig: go.Figure, shapes: list[dict], palette: Palette, times: np.ndarray, panel: Panel, gap: np.timedelta64, number: int, focus: Focus
) -> dict:  # fmt: skip
    """Draw one signal. Gives what its axis needs."""
    x, y, _ = _drawn(times, panel.values, gap, 400, focus)
    line = {"color": palette.line, "width": 1.9} | ({"shape": "hv"} if panel.categories else {})
    fig.add_scatter(x=milliseconds(x), y=_sent(y), mode="lines", line=line, xaxis="x", yaxis=f"y{number}")
    if panel.categories:
        words = [escape(word if len(word) < 8 else f"{word[:6]}…") for word in panel.categories]
        return {"tickvals": list(range(len(words))), "ticktext": words, "range": [-0.4, len(words) - 0.6]}
    if panel.band:
        low, high = panel.band
        shapes.append(
            {"type": "rect", "xref": "x domain", "yref": f"y{number}", "x0": 0, "x1": 1, "y0": low, "y1": high, "layer": "below"}
            | {"line": {"width": 0}, "fillcolor": palette.band}
        )
    known = y[~np.isnan(y)]
    if not len(known):
        return {}
    low, high = float(known.min()), float(known.max())
    if panel.band:  # the near edge of the band is always in view, the far one only when the line comes near
        reach = max(panel.band[1] - panel.band[0], high - low)
        low, high = min(low, max(panel.band[0], low - reach)), max(high, min(panel.band[1], high + reach))
    room = 0.08 * ((high - low) or abs(high) or 1)
    return {"range": [low - room, high + room]}


def _sent(y: np.ndarray) -> np.ndarray:
    """Values as they are sent: in single precision, unless they move by less than that can tell apart."""
    known = y[np.isfinite(y)]
    if not len(known):
        return y.astype(np.float32)
    size, span = float(np.abs(known).max()), float(np.ptp(known))
    small = 0 < size < 1e-30 or size > 1e30
    return y if small or size > 1e3 * (span or size) else y.astype(np.float32)


def _marks(
    fig: go.Figure,
    shapes: list[dict],
    palette: Palette,
    marks: Sequence[Mark],
    number: int,
    lane: tuple[float, float],
    room: float,
) -> None:
    """The signs in ``lane`` (part of the height) over the risk, on the axis y``number`` of their own; ``room`` is what one takes, in ms."""
    for mark in marks:
        start = float(milliseconds(mark.at))
        end = start if mark.until is None else float(milliseconds(mark.until))
        line = {"color": palette.muted, "width": 1.2, "dash": "solid" if mark.through else "dot"}
        where = {"xref": "x", "yref": "paper", "y0": 0 if mark.through or mark.quiet else lane[0] - 0.03, "y1": lane[0]}
        if mark.quiet:
            shapes.append({"type": "rect", "x0": start, "x1": end, "layer": "below", "line": {"width": 0}} | where)
            shapes[-1] |= {"fillcolor": palette.band, "opacity": 0.8}
            continue
        shapes.append({"type": "line", "x0": start, "x1": start, "line": line} | where)
        if end > start:
            bar = {"color": palette.text, "width": 4}
            shapes.append({"type": "line", "x0": start, "x1": end, "line": bar} | where | {"y0": lane[0], "y1": lane[0]})
    at, signs = _placed(marks)
    fig.add_scatter(
        x=at,
        y=_levels(at, room),
        text=signs,
        mode="text",
        textfont={"size": SIZE + 2, "color": palette.text},
        cliponaxis=True,
        xaxis="x",
        yaxis=f"y{number}",
    )


def _placed(marks: Sequence[Mark]) -> tuple[list[float], list[str]]:
    """Where each sign stands (over the middle of what lasted), in milliseconds, from left to right."""
    middle = [mark.at if mark.until is None else mark.at + (mark.until - mark.at) / 2 for mark in marks if mark.sign]
    placed = sorted(zip((float(milliseconds(at)) for at in middle), (mark.sign for mark in marks if mark.sign), strict=True))
    return [at for at, _ in placed], [sign for _, sign in placed]


def _levels(at: Sequence[float], room: float) -> list[float]:
    """The height of each sign in its lane: one that would stand on its neighbour goes above it."""
    levels, last = [], -np.inf
    for moment in at:
        levels.append(0.75 if moment - last < room and levels[-1] == 0.25 else 0.25)
        last = moment
    return levels
