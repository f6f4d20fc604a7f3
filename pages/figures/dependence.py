"""How one value moves the risk: single rows, their mean with its error, and local effects; and which values act together."""

import numpy as np
import plotly.graph_objects as go

from explainers.overall.dependence import Dependence
from pages.figures.palette import Palette
from pages.figures.template import figure, plainly, plainly_all

HEIGHT = 420


def response_figure(
    palette: Palette, found: Dependence, band: tuple[float, float] | None, codes: tuple[str, ...], words: dict[str, str]
) -> go.Figure:
    """Mean risk over one value (line, with twice its standard error) and some single rows (thin); below, over the same value, ALE.

    ALE adds up local steps and has no level: it is a change around zero and no risk, so it has an axis of its own.

    Args:
        found: in risk, 0 to 1; drawn in per cent.
        codes: names of the codes of a category, else empty.
        words: ``x`` (with unit), ``y`` (with unit), ``mean``, ``rows``, ``local``, ``change`` (with unit), ``band``.
    """
    drawn = figure(palette, HEIGHT, f"response {words['x']}")
    words, codes = plainly_all(words), tuple(map(plainly, codes))
    x = [codes[int(code)] for code in found.grid] if codes else found.grid
    if band:
        drawn.add_vrect(
            x0=band[0], x1=band[1], fillcolor=palette.band, line_width=0, layer="below",
            annotation_text=words["band"], annotation_position="top left",
        )  # fmt: skip
    for at, line in enumerate(found.ice):
        drawn.add_trace(
            go.Scatter(
                x=x, y=100 * line, mode="lines", opacity=0.35, hoverinfo="skip", name=words["rows"], showlegend=at == 0,
                legendgroup="rows", line={"color": palette.muted, "width": 1},
            )
        )  # fmt: skip
    drawn.add_trace(
        go.Scatter(
            x=x, y=100 * found.pdp, name=words["mean"], mode="lines+markers" if codes else "lines",
            line={"color": palette.line, "width": 4}, marker={"size": 12},
            error_y={"array": 200 * np.nan_to_num(found.pdp_error), "color": palette.line, "thickness": 1.5, "width": 0},
            hovertemplate="%{x:.4g}: %{y:.1f}<extra></extra>" if not codes else "%{x}: %{y:.1f}<extra></extra>",
        )
    )  # fmt: skip
    drawn.update_layout(showlegend=True, legend={"y": 1.06})
    drawn.update_xaxes(title=words["x"], showgrid=True)
    drawn.update_yaxes(title=words["y"], showgrid=True)
    if found.ale is not None and len(found.ale):
        _local(drawn, palette, x, 100 * found.ale, words)
    return drawn


def _local(drawn: go.Figure, palette: Palette, x: np.ndarray | list[str], effect: np.ndarray, words: dict[str, str]) -> None:
    """ALE under what the figure shows, on the same values."""
    drawn.add_trace(
        go.Scatter(
            x=x, y=effect, name=words["local"], mode="lines", yaxis="y2", line={"color": palette.accent, "width": 3, "dash": "dash"},
            hovertemplate="%{x:.4g}: %{y:+.1f}<extra></extra>",
        )
    )  # fmt: skip
    drawn.update_shapes(yref="paper")  # the normal range behind both
    drawn.update_layout(
        height=HEIGHT + 140,
        yaxis={"domain": [0.38, 1]},
        yaxis2={
            "domain": [0, 0.27],
            "title": words["change"],
            "showgrid": True,
            "zeroline": True,
            "zerolinecolor": palette.muted,
        },
        xaxis={"anchor": "y2"},
    )


def pairs_figure(palette: Palette, names: list[str], strength: np.ndarray, axis: str) -> go.Figure:
    """Every pair as a square: the darker, the more both do together. ``strength``: (m, m) symmetric, zeros on the diagonal."""
    drawn, names = figure(palette, 120 + 44 * len(names), "pairs"), [plainly(name) for name in names]
    shown = np.where(np.tril(np.ones_like(strength), -1) > 0, strength, np.nan)
    drawn.add_trace(
        go.Heatmap(
            z=shown, x=names, y=names, colorscale=[[0, palette.panel], [1, palette.accent]], xgap=2, ygap=2, hoverongaps=False,
            colorbar={"title": {"text": plainly(axis), "side": "right"}, "thickness": 12, "outlinewidth": 0},
            hovertemplate="%{y} × %{x}: %{z:.2f}<extra></extra>",
        )
    )  # fmt: skip
    drawn.update_yaxes(autorange="reversed", showgrid=False)
    drawn.update_xaxes(showgrid=False, tickangle=-35)
    return drawn


def parts_figure(palette: Palette, rows: list[str], columns: list[str], share: np.ndarray, axis: str) -> go.Figure:
    """What matters in which part of the plant: (rows, columns) shares of a column in per cent, written into their squares."""
    drawn = figure(palette, 110 + 40 * len(rows), "parts")
    rows, columns = [plainly(row) for row in rows], [plainly(column) for column in columns]
    drawn.add_trace(
        go.Heatmap(
            z=share, x=columns, y=rows, colorscale=[[0, palette.panel], [1, palette.accent]], xgap=2, ygap=2, zmin=0,
            text=np.round(share).astype(int), texttemplate="%{text}", showscale=False,
            hovertemplate="%{y}, %{x}: %{z:.0f} %<extra></extra>",
        )
    )  # fmt: skip
    drawn.update_yaxes(autorange="reversed", showgrid=False)
    drawn.update_xaxes(showgrid=False, title=plainly(axis))
    return drawn
