"""The trend of one asset: its risk over its signals, all on one time axis, each signal against its normal band."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from pages.figures.palette import Palette
from pages.figures.template import SIZE, figure
from pages.figures.thinning import line_of

RISK_HEIGHT, PANEL_HEIGHT, TITLE_HEIGHT, COLUMNS = 180, 92, 38, 2  # px, px, px, panels beside each other


@dataclass(frozen=True, slots=True)
class Panel:
    """One small chart. ``title`` tells the value now with its unit and normal band; a category has ``categories``."""

    title: str
    values: np.ndarray  # (n,) float64, a category as its code
    band: tuple[float, float] | None = None
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened: ``sign`` stands over the risk at ``at`` (and lasts until ``until``), ``text`` says what."""

    at: np.datetime64
    sign: str
    text: str
    until: np.datetime64 | None = None


@dataclass(frozen=True, slots=True)
class Risk:
    """The topmost chart. ``levels``: (height, state, word) of each threshold; ``titles`` of the chart and its axis."""

    title: str
    values: np.ndarray  # (n,) 0 to 1
    states: np.ndarray  # (n,) State.code
    levels: Sequence[tuple[float, str, str]]
    hover: str


@dataclass(frozen=True, slots=True)
class _Overlay:
    """Shapes and annotations, given to the figure all at once: one by one, Plotly checks all the earlier ones each time."""

    shapes: list[dict]
    annotations: list[dict]

    def shape(self, **shape) -> None:
        self.shapes.append(shape)

    def annotation(self, **annotation) -> None:
        self.annotations.append(annotation)


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
) -> go.Figure:
    """Risk across the whole width, the signals below it in two columns.

    Args:
        palette: the theme's colours.
        times: (n,) rising datetime64 in the plant's zone.
        ids: (n,) of the readings: a tapped point of the risk carries its own as ``customdata``.
        risk, panels, marks: what is drawn, see there.
        span: the two ends of the time axis.
        gap_s: seconds without a reading after which the line is broken.
        key: keeps the zoom while it stays the same.
    """
    rows = -(-len(panels) // COLUMNS)
    height = RISK_HEIGHT + TITLE_HEIGHT + rows * (PANEL_HEIGHT + TITLE_HEIGHT) + 40
    fig, over = figure(palette, height, key), _Overlay([], [])
    gap = np.timedelta64(int(gap_s * 1e6), "us")
    x_axis = {"type": "date", "range": [str(end) for end in span], "matches": "x", "tickformat": clocks(span)[0], "nticks": 6}
    fig.update_layout(hovermode="x", hoverdistance=-1)  # a finger need not hit the line: its place on the time axis counts
    fig.update_layout(xaxis=x_axis | {"anchor": "y", "matches": None, "domain": [0, 1]}, margin={"r": 12})
    top = 1 - TITLE_HEIGHT / height
    _risk(fig, over, palette, times, ids, risk, gap, (top - RISK_HEIGHT / height, top))
    for number, panel in enumerate(panels, start=2):
        row, column = divmod(number - 2, COLUMNS)
        upper = top - (RISK_HEIGHT + 26 + TITLE_HEIGHT + row * (PANEL_HEIGHT + TITLE_HEIGHT)) / height
        across = (0.525 * column, 0.525 * column + 0.475)
        last = row == rows - 1 or number + COLUMNS > len(panels) + 1
        fig.update_layout(
            {
                f"xaxis{number}": x_axis | {"anchor": f"y{number}", "domain": across, "showticklabels": last},
                f"yaxis{number}": {"anchor": f"x{number}", "domain": [upper - PANEL_HEIGHT / height, upper], "nticks": 4},
            }
        )
        _panel(fig, over, palette, times, panel, gap, number, clocks(span)[1])
        _title(over, panel.title, across[0], upper)
    _marks(over, palette, marks, top)
    fig.update_layout(shapes=over.shapes, annotations=over.annotations)
    return fig


def _risk(fig, over: _Overlay, palette: Palette, times, ids, risk: Risk, gap, domain: tuple[float, float]) -> None:
    x, y, at = line_of(times, risk.values, gap)
    fig.add_scatter(
        x=x,
        y=y,
        customdata=np.where(at >= 0, ids[at], -1) if len(ids) else [],
        mode="lines+markers",  # the markers cannot be seen: a line without any cannot be tapped
        line={"color": palette.line, "width": 2.2},
        marker={"size": 12, "opacity": 0},
        selected={"marker": {"opacity": 0.9, "color": palette.accent}},
        unselected={"marker": {"opacity": 0}},
        hovertemplate=risk.hover,
        connectgaps=False,
    )
    fig.update_layout(yaxis={"domain": domain, "range": [0, 1.02], "tickformat": ".0%", "tickvals": [0, 0.25, 0.5, 0.75, 1]})
    for height, state, word in risk.levels:
        over.shape(
            type="line",
            xref="x domain",
            yref="y",
            x0=0,
            x1=1,
            y0=height,
            y1=height,
            line={"color": palette.of_state(state), "dash": "dot", "width": 1.4},
        )
        over.annotation(
            xref="x domain",
            yref="y",
            x=0,  # the newest stretch, at the right, is the one that is read
            y=height,
            text=word,
            showarrow=False,
            xanchor="left",
            yanchor="bottom",
            font={"size": SIZE - 3, "color": palette.muted},
        )
    for start, end, code in _episodes(times, risk.states):
        over.shape(
            type="rect",
            xref="x",
            yref="y domain",
            x0=str(start),
            x1=str(end),
            y0=0,
            y1=1,
            layer="below",
            line={"width": 0},
            opacity=0.22,
            fillcolor=palette.possible if code == 1 else palette.likely,
        )
    _title(over, risk.title, 0, domain[1])


def _episodes(times: np.ndarray, states: np.ndarray) -> list[tuple[np.datetime64, np.datetime64, int]]:
    """Stretches of one state other than normal: start, end, State.code."""
    if not len(states):
        return []
    starts = np.concatenate(([0], np.flatnonzero(np.diff(states)) + 1))
    ends = np.concatenate((starts[1:], [len(states) - 1]))
    return [(times[a], times[b], int(states[a])) for a, b in zip(starts, ends, strict=True) if states[a] > 0]


def clocks(span: tuple[np.datetime64, np.datetime64]) -> tuple[str, str]:
    """How times are written on the axis and beside a finger: the hour, and over two days or more the day."""
    return ("%-d %b", "%-d %b %H:%M") if span[1] - span[0] >= np.timedelta64(2, "D") else ("%H:%M", "%H:%M:%S")


def _panel(fig, over: _Overlay, palette: Palette, times, panel: Panel, gap, number: int, hover: str) -> None:
    x, y, _ = line_of(times, panel.values, gap, most=400)
    axes = {"xaxis": f"x{number}", "yaxis": f"y{number}"}
    line = {"color": palette.line, "width": 1.8}
    if panel.categories:
        fig.add_scatter(x=x, y=y, mode="lines", line=line | {"shape": "hv"}, hoverinfo="skip", **axes)
        ticks = {"tickvals": list(range(len(panel.categories))), "ticktext": list(panel.categories)}
        fig.update_layout({f"yaxis{number}": ticks | {"range": [-0.4, len(panel.categories) - 0.6]}})
        return
    fig.add_scatter(x=x, y=y, mode="lines", line=line, hovertemplate=f"%{{y:,.1f}}  %{{x|{hover}}}<extra></extra>", **axes)
    if panel.band:
        low, high = panel.band
        over.shape(
            type="rect",
            xref=f"x{number} domain",
            yref=f"y{number}",
            x0=0,
            x1=1,
            y0=low,
            y1=high,
            layer="below",
            line={"width": 0},
            fillcolor=palette.band,
        )
    known = y[~np.isnan(y)]
    if len(known):
        low, high = float(known.min()), float(known.max())
        if panel.band:  # the near edge of the band is always in view, the far one only when the line comes near
            reach = max(panel.band[1] - panel.band[0], high - low)
            low, high = min(low, max(panel.band[0], low - reach)), max(high, min(panel.band[1], high + reach))
        room = 0.08 * ((high - low) or abs(high) or 1)
        fig.update_layout({f"yaxis{number}": {"range": [low - room, high + room]}})


def _title(over: _Overlay, text: str, x: float, y: float) -> None:
    over.annotation(
        xref="paper",
        yref="paper",
        x=x,
        y=y,
        text=text,
        showarrow=False,
        xanchor="left",
        yanchor="bottom",
        yshift=4,
        font={"size": SIZE},
    )


def _marks(over: _Overlay, palette: Palette, marks: Sequence[Mark], top: float) -> None:
    for mark in marks:
        if mark.until is not None and mark.until > mark.at:
            over.shape(
                type="line",
                xref="x",
                yref="paper",
                x0=str(mark.at),
                x1=str(mark.until),
                y0=top,
                y1=top,
                line={"color": palette.text, "width": 4},
            )
        over.shape(
            type="line",
            xref="x",
            yref="y domain",
            x0=str(mark.at),
            x1=str(mark.at),
            y0=0,
            y1=1,
            line={"color": palette.muted, "width": 1.2},
        )
        over.annotation(
            xref="x",
            yref="paper",
            x=str(mark.at),
            y=top,
            text=mark.sign,
            hovertext=mark.text,
            showarrow=False,
            yanchor="bottom",
            font={"size": SIZE + 1},
        )
