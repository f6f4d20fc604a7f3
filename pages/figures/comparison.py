"""Two releases beside each other: what they go by, and how what they say compares with what happened."""

import plotly.graph_objects as go

from pages.figures.palette import Palette
from pages.figures.template import broken, figure, plainly


def reasons_figure(palette: Palette, names: list[str], new: list[float], old: list[float], words: dict[str, str]) -> go.Figure:
    """Share of each reason in both releases, in per cent, in the new one's order. ``words``: ``new``, ``old``, ``axis``."""
    drawn, names = figure(palette, 110 + 46 * len(names), "reasons"), [plainly(name) for name in names]
    for label, shares, colour in ((words["new"], new, palette.accent), (words["old"], old, palette.muted)):
        drawn.add_trace(
            go.Bar(
                orientation="h",
                y=names,
                x=[100 * s for s in shares],
                name=label,
                marker={"color": colour},
                hovertemplate="%{y}: %{x:.1f} %<extra>" + label + "</extra>",
            )
        )
    drawn.update_layout(barmode="group", bargap=0.3, showlegend=True)
    drawn.update_yaxes(autorange="reversed", showgrid=False)
    drawn.update_xaxes(title=broken(words["axis"]), showgrid=True)
    return drawn


def calibration_figure(palette: Palette, bins: list[dict], words: dict[str, str]) -> go.Figure:
    """Said against happened: on the line when a risk of 70 % fails 7 times of 10. Dots grow with the rows behind them."""
    drawn = figure(palette, 380, "calibration")
    drawn.add_trace(
        go.Scatter(x=[0, 100], y=[0, 100], mode="lines", line={"color": palette.muted, "dash": "dot"}, hoverinfo="skip")
    )
    drawn.add_trace(
        go.Scatter(
            x=[100 * b["said"] for b in bins],
            y=[100 * b["happened"] for b in bins],
            mode="markers",
            marker={
                "size": [8 + min(b["rows"], 400) ** 0.5 for b in bins],
                "color": palette.accent,
                "line": {"color": palette.text, "width": 1},
            },
            customdata=[b["rows"] for b in bins],
            hovertemplate="%{x:.0f} % → %{y:.0f} % (%{customdata})<extra></extra>",
        )
    )
    drawn.update_xaxes(title=broken(words["x"]), range=[-3, 103], showgrid=True)
    drawn.update_yaxes(title=words["y"], range=[-3, 103], showgrid=True)
    return drawn
