"""What is to be predicted, as it lies in a table: how its values or classes are spread, and how it went over time, with what is taken for bad."""

import numpy as np
import plotly.graph_objects as go

from pages.figures.palette import Palette
from pages.figures.template import figure, plainly, plainly_all
from pages.figures.thinning import thinned

BINS = 40
STRETCHES = 60
HEIGHT = 260
Allowed = tuple[float | None, float | None]


def values_figure(palette: Palette, values: np.ndarray, allowed: Allowed, words: dict[str, str]) -> go.Figure:
    """A histogram; beyond a limit its bars are coloured and hatched, and the limit is a line with its value.

    Args:
        values: (n,) finite numbers.
        words: ``axis`` (name and unit), ``rows``, ``low`` and ``high`` (the limits in words).
    """
    drawn, words = figure(palette, HEIGHT, "target values"), plainly_all(words)
    counts, edges = np.histogram(values, _edges(values, allowed))
    middle = (edges[1:] + edges[:-1]) / 2
    bad = _beyond(middle, allowed)
    drawn.add_trace(
        go.Bar(
            x=middle, y=counts, width=np.diff(edges), marker=_marked(palette, bad), customdata=np.stack([edges[:-1], edges[1:]], 1),
            hovertemplate="%{customdata[0]:.4g} – %{customdata[1]:.4g}: %{y:,}<extra></extra>",
        )
    )  # fmt: skip
    for edge, word in zip(allowed, (words["low"], words["high"]), strict=True):
        if edge is not None:
            side = "left" if edge < (edges[0] + edges[-1]) / 2 else "right"  # the text goes where there is room for it
            drawn.add_vline(edge, line={"color": palette.likely, "width": 2, "dash": "dash"})
            drawn.add_annotation(
                x=edge,
                y=1,
                yref="paper",
                yanchor="top",
                text=word,
                showarrow=False,
                xanchor=side,
                xshift=6 if side == "left" else -6,
            )
    drawn.update_layout(bargap=0)
    pad = 0.02 * (edges[-1] - edges[0])
    drawn.update_xaxes(title=words["axis"], range=[edges[0] - pad, edges[-1] + pad])
    drawn.update_yaxes(title=words["rows"], range=[0, 1.22 * max(1, counts.max())])  # room for the words above the bars
    return drawn


def classes_figure(palette: Palette, names: list[str], counts: list[int], bad: list[bool], words: dict[str, str]) -> go.Figure:
    """A bar for each class, those that are taken for bad coloured and hatched. ``words``: ``rows``."""
    drawn = figure(palette, max(HEIGHT, 70 + 34 * len(names)), "target classes")
    names, words = [plainly(name) for name in names], plainly_all(words)
    drawn.add_trace(
        go.Bar(
            orientation="h", y=names, x=counts, marker=_marked(palette, np.array(bad, bool)), texttemplate="%{x:,}", textposition="outside",
            cliponaxis=False, hovertemplate="%{y}: %{x:,}<extra></extra>",
        )
    )  # fmt: skip
    drawn.update_layout(bargap=0.35)
    drawn.update_yaxes(autorange="reversed", showgrid=False, type="category")
    drawn.update_xaxes(title=words["rows"], showgrid=True)
    return drawn


def course_figure(
    palette: Palette, at: np.ndarray, values: np.ndarray, allowed: Allowed | None, words: dict[str, str]
) -> go.Figure:
    """Its values over time with the limits, thinned without losing a peak; or, without ``allowed``, which share of the rows was bad.

    Args:
        at: (n,) rising times, or numbers of rows.
        values: (n,) numbers; of classes 1 where the row is bad.
        words: ``axis``, ``at``.
    """
    drawn, words = figure(palette, HEIGHT, "target course"), plainly_all(words)
    if allowed is None:
        edges = np.linspace(0, len(at), min(STRETCHES, len(at)) + 1).astype(int)
        share = 100 * np.add.reduceat(values, edges[:-1]) / np.diff(edges)
        drawn.add_trace(
            go.Scatter(
                x=at[edges[:-1]], y=share, mode="lines", line={"color": palette.line, "width": 2, "shape": "hv"},
                hovertemplate="%{x}: %{y:.1f} %<extra></extra>",
            )
        )  # fmt: skip
        drawn.update_yaxes(rangemode="tozero")
    else:
        kept = thinned(values, 900)
        drawn.add_trace(
            go.Scatter(
                x=at[kept], y=values[kept], mode="lines", line={"color": palette.line, "width": 1.5},
                hovertemplate="%{x}: %{y:.4g}<extra></extra>",
            )
        )  # fmt: skip
        for edge in allowed:
            if edge is not None:
                drawn.add_hline(edge, line={"color": palette.likely, "width": 2, "dash": "dash"})
    drawn.update_xaxes(title=words["at"])
    drawn.update_yaxes(title=words["axis"])
    return drawn


def _edges(values: np.ndarray, allowed: Allowed) -> np.ndarray:
    """Edges of the bars; a limit within the values is one of them, so that no bar is half bad."""
    low, high = float(values.min()), float(values.max())
    edges = np.linspace(low, high if high > low else low + 1, BINS + 1)
    inside = [edge for edge in allowed if edge is not None and low < edge < high]
    for edge in inside:
        edges[1 + int(np.argmin(np.abs(edges[1:-1] - edge)))] = edge
    return np.unique(edges)


def _beyond(values: np.ndarray, allowed: Allowed) -> np.ndarray:
    low, high = allowed
    return (values < (-np.inf if low is None else low)) | (values > (np.inf if high is None else high))


def _marked(palette: Palette, bad: np.ndarray) -> dict:
    return {
        "color": [palette.likely if one else palette.muted for one in bad],
        "pattern": {
            "fillmode": "overlay",
            "shape": ["/" if one else "" for one in bad],
            "fgcolor": palette.ground,
            "size": 7,
            "solidity": 0.25,
        },
        "line": {"width": 0},
    }
