"""Measures of an explanation, each on its own scale from the release's 5th to its 95th of 100: where one explanation lies."""

import plotly.graph_objects as go

from pages.figures.palette import Palette
from pages.figures.template import broken, figure

ROW = 40


def quality_figure(
    palette: Palette, names: list[str], here: list[float | None], usual: list[dict], words: dict[str, str]
) -> go.Figure:
    """A line for each measure from p5 to p95, the middle half as a bar, the median as a mark, and ``here`` as a dot.

    Args:
        here: the value of one explanation for each name, or ``None`` where only the distribution is drawn.
        usual: for each name its quantiles p5, p25, p50, p75, p95.
        words: ``axis``, ``here``.
    """
    drawn = figure(palette, 70 + ROW * len(names), "quality")
    places = [[_place(q[key], q) for q in usual] for key in ("p5", "p25", "p50", "p75", "p95")]
    rows = list(range(len(names)))
    line = {"color": palette.muted, "width": 2}
    for row in rows:
        drawn.add_trace(
            go.Scatter(
                x=[places[0][row], places[4][row]], y=[row, row], mode="lines", line=line, hoverinfo="skip", showlegend=False
            )
        )
        drawn.add_trace(
            go.Scatter(
                x=[places[1][row], places[3][row]], y=[row, row], mode="lines", hoverinfo="skip", showlegend=False,
                line={"color": palette.muted, "width": 14}, opacity=0.45,
            )
        )  # fmt: skip
    drawn.add_trace(
        go.Scatter(
            x=places[2], y=rows, mode="markers", showlegend=False, customdata=[f"{q['p50']:.3g}" for q in usual],
            marker={"symbol": "line-ns-open", "size": 16, "color": palette.text, "line": {"width": 2}},
            hovertemplate="%{customdata}<extra></extra>",
        )
    )  # fmt: skip
    told = [(row, value) for row, value in enumerate(here) if value is not None and value == value]
    if told:
        drawn.add_trace(
            go.Scatter(
                x=[_place(value, usual[row]) for row, value in told], y=[row for row, _ in told], mode="markers", name=words["here"],
                customdata=[f"{value:.3g}" for _, value in told], hovertemplate="%{customdata}<extra></extra>",
                marker={"size": 14, "color": palette.accent, "line": {"color": palette.panel, "width": 2}},
            )
        )  # fmt: skip
    drawn.update_layout(showlegend=bool(told))
    drawn.update_yaxes(tickvals=rows, ticktext=names, range=[len(names) - 0.5, -0.5], showgrid=False, zeroline=False)
    drawn.update_xaxes(
        title=broken(words["axis"], 16), range=[-0.12, 1.12], tickvals=[0, 1], ticktext=["5", "95"], showgrid=True, zeroline=False
    )
    return drawn


def _place(value: float, usual: dict) -> float:
    """Where a value lies on the measure's own scale: 0 at p5, 1 at p95, held at the edges."""
    span = usual["p95"] - usual["p5"]
    return min(max((value - usual["p5"]) / span if span else 0.5, -0.08), 1.08)
