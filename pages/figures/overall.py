"""What a model goes by in general: importance with its interval, beeswarm, dependence. Contributions are in log-odds."""

import numpy as np
import plotly.graph_objects as go

from pages.figures.palette import Palette
from pages.figures.template import broken, figure, plainly

MOST_POINTS = 1200
SHAPES = ("circle", "diamond", "cross", "square", "triangle-up")


def importance_figure(
    palette: Palette,
    names: list[str],
    mean: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
    axis: str,
    before: np.ndarray | None = None,
    words: dict[str, str] | None = None,
) -> go.Figure:
    """Mean absolute contribution of each name, strongest on top, with its 95 % interval.

    Args:
        before: what each was when the release was made, drawn as a mark; ``words`` then names ``now`` and ``before``.
    """
    height = 80 + 40 * len(names)
    drawn = figure(palette, height, "importance")
    names = [plainly(name) for name in names]
    drawn.add_trace(
        go.Bar(
            orientation="h",
            y=names,
            x=mean,
            marker={"color": palette.accent},
            error_x={"symmetric": False, "array": high - mean, "arrayminus": mean - low, "color": palette.text, "thickness": 1.5},
            hovertemplate="%{y}: %{x:.2f}<extra></extra>",
            name=words["now"] if words else "",
        )
    )
    if before is not None:
        assert words is not None
        mark = {"symbol": "diamond", "size": 12, "color": palette.panel, "line": {"color": palette.text, "width": 2}}
        drawn.add_trace(
            go.Scatter(
                x=before,
                y=names,
                mode="markers",
                marker=mark,
                name=words["before"],
                hovertemplate="%{y}: %{x:.2f}<extra></extra>",
            )
        )
        drawn.update_layout(showlegend=True, height=height + 40)
    drawn.update_yaxes(autorange="reversed", showgrid=False)
    drawn.update_xaxes(title=broken(axis), showgrid=True, rangemode="tozero")
    return drawn


def beeswarm_figure(
    palette: Palette,
    names: list[str],
    shares: np.ndarray,
    values: np.ndarray,
    words: dict[str, str],
    plain: frozenset[int] = frozenset(),
) -> go.Figure:
    """Every reading as a dot: how far it moved the risk, coloured by whether the value was low or high for that feature.

    Args:
        names: (m,) strongest first; ``shares`` and ``values``: (n, m) in the same order; n is thinned before.
        words: ``axis``, ``low``, ``high``, ``value``.
        plain: which of them have no low and high (categories): drawn in one colour.
    """
    drawn = figure(palette, 90 + 56 * len(names), "beeswarm")
    names = [plainly(name) for name in names]
    for row, name in enumerate(names):
        x = shares[:, row]
        ranked = values[:, row].argsort().argsort() / max(len(x) - 1, 1)
        if row in plain:
            ranked = palette.line
        drawn.add_trace(
            go.Scatter(
                x=x,
                y=row + _swarm(x),
                mode="markers",
                marker={
                    "size": 5,
                    "opacity": 0.75,
                    "color": ranked,
                    "colorscale": [[0, palette.accent], [0.5, palette.muted], [1, palette.possible]],
                    "cmin": 0,
                    "cmax": 1,
                }
                | ({"showscale": True, "colorbar": _bar(palette, words)} if row == 0 else {}),
                hovertemplate=name + ": %{x:.2f}<extra></extra>",
            )
        )
    drawn.update_yaxes(tickvals=list(range(len(names))), ticktext=names, autorange="reversed", showgrid=False, zeroline=False)
    drawn.update_xaxes(title=broken(words["axis"]), showgrid=True, zeroline=True, zerolinecolor=palette.muted)
    return drawn


def dependence_figure(
    palette: Palette,
    x: np.ndarray,
    y: np.ndarray,
    ids: np.ndarray,
    kinds: list[str],
    band: tuple[float, float] | None,
    words: dict[str, str],
) -> go.Figure:
    """A feature's value against its contribution, a dot a reading (``customdata``: its id), a shape for each kind.

    Args:
        words: ``x`` (with unit), ``y``, ``band``.
    """
    drawn = figure(palette, 420, f"dependence {words['x']}")
    if x.dtype.kind in "OU":  # categories
        x = np.array([plainly(code) for code in x])
    if band:
        drawn.add_vrect(
            x0=band[0],
            x1=band[1],
            fillcolor=palette.band,
            line_width=0,
            layer="below",
            annotation_text=plainly(words["band"]),
            annotation_position="top left",
        )
    for at, kind in enumerate(sorted(set(kinds))):
        rows = np.array([one == kind for one in kinds])
        drawn.add_trace(
            go.Scatter(
                x=x[rows],
                y=y[rows],
                customdata=ids[rows],
                name=plainly(kind),
                mode="markers",
                marker={
                    "size": 7,
                    "opacity": 0.7,
                    "symbol": SHAPES[at % len(SHAPES)],
                    "color": (palette.line, palette.accent, palette.muted)[at % 3],
                },
                hovertemplate="%{x:.4g}: %{y:+.2f}<extra>" + plainly(kind) + "</extra>",
            )
        )
    drawn.update_layout(showlegend=len(set(kinds)) > 1)
    drawn.update_xaxes(title=broken(words["x"]), showgrid=True)
    drawn.update_yaxes(title=plainly(words["y"]), showgrid=True, zeroline=True, zerolinecolor=palette.muted)
    return drawn


def thinned_rows(n: int, most: int = MOST_POINTS) -> np.ndarray:
    """Which of n rows are drawn: evenly spread, at most ``most``, always the same."""
    return np.unique(np.linspace(0, n - 1, min(n, most)).astype(int)) if n else np.empty(0, int)


def _swarm(x: np.ndarray, width: float = 0.36) -> np.ndarray:
    """Offsets that show how many dots lie at a place: the more, the wider. Deterministic."""
    if not len(x):
        return x
    edges = np.linspace(x.min(), x.max() + 1e-9, 60)
    cell = np.digitize(x, edges)
    counts = np.bincount(cell, minlength=62)
    order = np.argsort(cell, kind="stable")
    place = np.empty(len(x))
    first = np.r_[0, np.cumsum(counts)][cell[order]]
    place[order] = np.arange(len(x)) - first
    return np.where(place % 2 == 0, 1, -1) * (place + 1) // 2 / max(counts.max() / 2, 1) * width


def _bar(palette: Palette, words: dict[str, str]) -> dict:
    return {
        "title": {"text": words["value"], "side": "right"},
        "tickvals": [0.02, 0.98],
        "ticktext": [words["low"], words["high"]],
        "thickness": 12,
        "outlinewidth": 0,
        "tickfont": {"color": palette.muted},
    }
