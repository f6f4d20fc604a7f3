"""What a period was worth and what people said in it: sums that grow, counts side by side, and the way from each flag to its fix.

The x axis counts hours, days or weeks from 0; their names are handed in, since a chart knows neither zones nor languages.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from pages.figures.palette import Palette
from pages.figures.steps import steps
from pages.figures.template import figure

HEIGHT = 320
_MOST_TICKS = 6


@dataclass(frozen=True, slots=True)
class Mark:
    """A release that went live, ``at`` a place on the x axis."""

    at: float
    name: str


@dataclass(frozen=True, slots=True)
class Series:
    """Counts of one kind, with its own colour and its own pattern: colour is never the only sign."""

    name: str
    counts: np.ndarray
    colour: str
    pattern: str = ""


def worth_figure(
    palette: Palette,
    saved: np.ndarray,
    possible: np.ndarray,
    ticks: list[str],
    marks: list[Mark],
    words: dict[str, str],
    number: Callable[[float, int], str],
) -> go.Figure:
    """The saving, summed up from the period's start, under what it would be had every outcome been caught.

    Args:
        saved: (n,) what each part of the period saved, in the currency; below 0 where false alarms cost more.
        possible: (n,) what it would have been had every real outcome been caught.
        ticks: (n,) the name of each part.
        marks: releases that went live.
        words: ``axis`` (with the currency), ``saved``, ``possible``, ``zero``.
        number: writes a number with its decimals.
    """
    drawn = figure(palette, HEIGHT, "worth")
    x, highest, lowest = np.arange(len(saved) + 1), 0.0, 0.0
    looks = (
        (words["possible"], possible, {"color": palette.muted, "width": 2, "dash": "dot"}, None),
        (words["saved"], saved, {"color": palette.accent, "width": 3}, "tozeroy"),
    )
    for name, values, line, fill in looks:
        sums = np.concatenate(([0], np.cumsum(values)))
        highest, lowest = max(highest, float(sums.max())), min(lowest, float(sums.min()))
        told = [f"{tick}: {number(value, 0)}" for tick, value in zip([ticks[0], *ticks], sums, strict=True)]
        drawn.add_trace(
            go.Scatter(
                x=x, y=sums, mode="lines", name=name, line=line, fill=fill, fillcolor=palette.band, customdata=told,
                hovertemplate="%{customdata}<extra>" + name + "</extra>",
            )
        )  # fmt: skip
    drawn.add_hline(0, line={"color": palette.muted, "width": 1.5})
    drawn.add_annotation(
        x=0, y=0, xref="paper", text=words["zero"], showarrow=False, xanchor="left", yanchor="bottom", yshift=2, font={"color": palette.muted, "size": 14}
    )  # fmt: skip
    _marked(drawn, palette, marks, len(saved))
    _parts(drawn, ticks, 0.0, len(saved))
    levels = steps(lowest, highest, whole=False)
    drawn.update_yaxes(
        title=words["axis"],
        tickvals=levels,
        ticktext=[number(level, 0) for level in levels],
        range=[1.06 * levels[0], 1.06 * levels[-1]],
    )
    drawn.update_layout(showlegend=True, hovermode="x")
    return drawn


def counts_figure(palette: Palette, series: list[Series], ticks: list[str], key: str, axis: str) -> go.Figure:
    """Counts of several kinds in each part of the period, one upon the other."""
    drawn = figure(palette, HEIGHT, key)
    for one in series:
        drawn.add_trace(
            go.Bar(
                x=np.arange(len(one.counts)), y=one.counts, name=one.name, customdata=ticks,
                marker={"color": one.colour, "line": {"width": 0}, "pattern": {"shape": one.pattern, "fillmode": "overlay", "fgcolor": palette.panel, "size": 7, "solidity": 0.35}},
                hovertemplate="%{customdata}: %{y:d}<extra>" + one.name + "</extra>",
            )
        )  # fmt: skip
    drawn.update_layout(barmode="stack", bargap=0.25, showlegend=True, legend_traceorder="normal")
    _parts(drawn, ticks, -0.5, len(ticks) - 0.5, centre=0.0)
    drawn.update_yaxes(title=axis, rangemode="tozero", **_whole(np.sum([one.counts for one in series], axis=0).max(initial=0)))
    return drawn


def _whole(most: int) -> dict:
    """Ticks of a count: whole numbers only, also where there are few."""
    return {"tickformat": "d"} | ({"tick0": 0, "dtick": 1} if most <= 5 else {"nticks": 5})


def classes_figure(palette: Palette, names: list[str], counts: list[int], key: str, words: dict[str, str]) -> go.Figure:
    """How many there are of each class, each with its number. ``words``: ``x``, ``y``."""
    drawn = figure(palette, HEIGHT, key)
    drawn.add_trace(
        go.Bar(
            x=names, y=counts, marker={"color": palette.accent}, text=[f"{n}" if n else "" for n in counts], textposition="outside",
            textfont={"color": palette.text}, cliponaxis=False, hovertemplate="%{x}: %{y:d}<extra></extra>",
        )
    )  # fmt: skip
    drawn.update_layout(bargap=0.3)
    drawn.update_xaxes(title=words["x"])
    drawn.update_yaxes(title=words["y"], range=[0, 1.15 * max(*counts, 1)], **_whole(max(counts)))
    return drawn


def fixes_figure(
    palette: Palette, raised: np.ndarray, answered: np.ndarray, fixed: np.ndarray, ticks: list[str], marks: list[Mark], words: dict[str, str]
) -> go.Figure:  # fmt: skip
    """The way of each flag, a line from when it was raised to the release that had learned from it; open where it has not come to that.

    Args:
        raised, answered, fixed: (n,) places on the x axis, NaN where it has not come to that; the oldest flag first.
        words: ``axis``, ``raised``, ``answered``, ``fixed``.
    """
    n, parts = len(raised), len(ticks)
    drawn = figure(palette, max(220, min(HEIGHT + 120, 120 + 12 * n)), "fixes")
    rows, end = np.arange(n), np.where(np.isnan(fixed), parts, fixed)
    lines_x, lines_y = np.full(3 * n, np.nan), np.repeat(rows.astype(float), 3)
    lines_x[0::3], lines_x[1::3] = raised, np.minimum(end, parts)
    drawn.add_trace(
        go.Scatter(
            x=lines_x, y=lines_y, mode="lines", line={"color": palette.grid, "width": 3}, hoverinfo="skip", showlegend=False
        )
    )
    for name, at, symbol, colour in (
        ("raised", raised, "circle-open", palette.muted),
        ("answered", answered, "diamond", palette.line),
        ("fixed", fixed, "square", palette.accent),
    ):
        shown = ~np.isnan(at) & (at <= parts)
        drawn.add_trace(
            go.Scatter(
                x=at[shown], y=rows[shown], mode="markers", name=words[name], hoverinfo="name", cliponaxis=False,
                marker={"symbol": symbol, "size": 9, "color": colour, "line": {"width": 1.5, "color": colour}},
            )
        )  # fmt: skip
    _marked(drawn, palette, marks, parts)
    _parts(drawn, ticks, 0.0, parts)
    drawn.update_yaxes(title=words["axis"], showticklabels=False, showgrid=False, zeroline=False, range=[-1, n])
    drawn.update_layout(showlegend=True)
    return drawn


def _marked(drawn: go.Figure, palette: Palette, marks: list[Mark], parts: int) -> None:
    """A dashed line for each release; of many close together only the lines, so that no name lies upon another."""
    for place, one in enumerate(marks):
        drawn.add_vline(one.at, line={"color": palette.text, "width": 1.5, "dash": "dash"})
        if len(marks) <= 8:
            late = one.at > 0.7 * parts  # its name then stands before the line
            drawn.add_annotation(
                x=one.at, y=1, yref="paper", text=f"★ {one.name}", showarrow=False, xanchor="right" if late else "left",
                yanchor="top", xshift=-4 if late else 4, yshift=-23 * (place % 3), font={"color": palette.text, "size": 14}, bgcolor=palette.panel,
            )  # fmt: skip


def _parts(drawn: go.Figure, ticks: list[str], first: float, last: float, centre: float = 0.5) -> None:
    """Name every so many-th part, so that the names stay apart on a tablet too."""
    every = max(1, -(-len(ticks) // _MOST_TICKS))
    at = list(range(0, len(ticks), every))
    drawn.update_xaxes(
        tickvals=[place + centre for place in at],
        ticktext=[ticks[place] for place in at],
        range=[first, last],
        tickangle=0,
        zeroline=False,
    )
