"""Champion against shadow: the readings that the two tell differently, by what was found of them."""

import numpy as np
import plotly.graph_objects as go

from pages.figures.palette import Palette
from pages.figures.template import figure, plainly_all

_SHAPES = {"failed": "diamond", "fine": "circle", "unknown": "circle-open"}


def shadow_figure(
    palette: Palette, champion: np.ndarray, shadow: np.ndarray, outcome: np.ndarray, enter: float, words: dict[str, str]
) -> go.Figure:
    """Risks in per cent, (n,) each; ``outcome`` NaN where nothing is known. ``words``: ``x``, ``y``, ``failed``, ``fine``, ``unknown``.

    Above the line the shadow sees more risk; the dotted lines are the threshold of a warning.
    """
    drawn, words = figure(palette, 380, "shadow"), plainly_all(words)
    drawn.add_trace(
        go.Scatter(x=[0, 100], y=[0, 100], mode="lines", line={"color": palette.muted}, hoverinfo="skip", showlegend=False)
    )
    known = np.isnan(outcome)
    kinds = {"failed": ~known & (outcome > 0), "fine": ~known & (outcome <= 0), "unknown": known}
    colours = {"failed": palette.accent, "fine": palette.muted, "unknown": palette.muted}
    for kind, rows in kinds.items():
        if rows.any():
            drawn.add_trace(
                go.Scatter(
                    x=100 * champion[rows], y=100 * shadow[rows], mode="markers", name=words[kind],
                    marker={"symbol": _SHAPES[kind], "size": 11, "color": colours[kind], "line": {"width": 1.5, "color": colours[kind]}},
                    hovertemplate="%{x:.0f} % → %{y:.0f} %<extra>" + words[kind] + "</extra>",
                )
            )  # fmt: skip
    for add in (drawn.add_vline, drawn.add_hline):
        add(100 * enter, line={"color": palette.muted, "dash": "dot", "width": 1})
    drawn.update_layout(showlegend=True)
    drawn.update_xaxes(title=words["x"], range=[-3, 103], showgrid=True)
    drawn.update_yaxes(title=words["y"], range=[-3, 103], showgrid=True)
    return drawn
