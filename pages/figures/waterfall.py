"""Shares of one prediction as a waterfall from the usual risk to this one, and a second method's shares beside it."""

import numpy as np
import plotly.graph_objects as go

from models.numbers.quantities import LARGE, MINUS, places_for, written
from pages.figures.palette import Palette
from pages.figures.steps import steps
from pages.figures.template import broken, figure, plainly

BAR = 34  # px a bar


def waterfall(
    palette: Palette, names: list[str], values: list[str], points: np.ndarray, base: float, total: float, words: dict[str, str],
    order: np.ndarray | None = None,
) -> go.Figure:  # fmt: skip
    """From ``base`` to ``total``, strongest share first unless ``order`` says otherwise; everything in percentage points, and it adds up on the
    screen.

    Args:
        names, values: of each feature, in words; ``points``: (n,) its share.
        words: ``base``, ``total``, ``axis``: how these are called.
    """
    order = np.argsort(-np.abs(points), kind="stable") if order is None else order
    labels = [
        plainly(words["base"]),
        *[f"{plainly(names[i])}  <b>{plainly(values[i])}</b>" for i in order],
        plainly(words["total"]),
    ]
    shares = [base, *points[order].tolist(), total]
    largest = max(map(abs, shares))
    places = 1 if LARGE > largest >= 10 else 2 if 10 > largest >= 1 else 3 if 1 > largest >= 0.1 else places_for(largest, 4)

    def said(value: float, sign: str = "") -> str:
        return written(lambda one, decimals: f"{one:{sign}.{decimals}f}", value, places).replace("-", MINUS)

    drawn = figure(palette, 70 + BAR * len(labels), "waterfall")
    drawn.add_trace(
        go.Waterfall(
            orientation="h",
            y=list(range(len(labels))),  # by place: two features may bear one name and value, and each keeps its bar
            customdata=labels,
            x=shares,
            measure=["absolute", *["relative"] * len(order), "total"],
            text=[said(base), *[said(share, "+") for share in points[order]], said(total)],
            textposition="outside",
            cliponaxis=False,
            increasing={"marker": {"color": palette.possible}},
            decreasing={"marker": {"color": palette.accent}},
            totals={"marker": {"color": palette.muted}},
            connector={"line": {"color": palette.grid, "width": 1}},
            hovertemplate="%{customdata}: %{text}<extra></extra>",
        )
    )
    _named(drawn, labels)
    low, high = _low(base, points[order]), _high(base, points[order])
    room = (high - low) or 1.0  # for the figures beside the bars, whatever the unit
    beside = 0.25 if min(points) < 0 else 0.08  # the figure of a share that lowers it stands at the left of its bar
    drawn.update_xaxes(title=broken(words["axis"]), range=[low - beside * room, high + 0.2 * room], showgrid=True)
    if room > 5:  # no level stands where only figures have their room: a risk has no 120 %
        drawn.update_xaxes(
            tickvals=[level for level in steps(low, high, whole=False) if low - 0.01 * room <= level <= high + 0.01 * room]
        )
    return drawn


def with_spread(palette: Palette, names: list[str], points: np.ndarray, spread: np.ndarray, axis: str) -> go.Figure:
    """The second method's shares, in the order of ``names``, each with its spread over repeated runs."""
    drawn, names = figure(palette, 70 + BAR * len(names), "second"), [plainly(name) for name in names]
    drawn.add_trace(
        go.Bar(
            orientation="h",
            y=list(range(len(names))),
            customdata=names,
            x=points,
            error_x={"array": spread, "color": palette.text, "thickness": 1.5},
            marker={"color": [palette.possible if p > 0 else palette.accent for p in points]},
            hovertemplate="%{customdata}: %{x:+.3g}<extra></extra>",
        )
    )
    _named(drawn, names)
    drawn.update_xaxes(title=broken(axis), showgrid=True, zeroline=True, zerolinecolor=palette.muted)
    return drawn


def _named(drawn: go.Figure, names: list[str]) -> None:
    """The places of the bars, from above, in words."""
    ticks = {"tickmode": "array", "tickvals": list(range(len(names))), "ticktext": names}
    drawn.update_yaxes(range=[len(names) - 0.5, -0.5], showgrid=False, zeroline=False, **ticks)


def _low(base: float, points: np.ndarray) -> float:
    return float(min(0.0, (base + np.r_[0, np.cumsum(points)]).min()))


def _high(base: float, points: np.ndarray) -> float:
    return float(max(base, (base + np.r_[0, np.cumsum(points)]).max()))
