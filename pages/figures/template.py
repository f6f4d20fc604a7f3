"""One look for every figure: no chart junk, units on the axes, tabular numbers, room for fingers, zoom that survives."""

import textwrap
from html import escape
from unicodedata import east_asian_width

import plotly.graph_objects as go

from pages.figures.palette import Palette

FONT = 'Inter, "Noto Sans JP", Signs, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif'
SIZE = 16  # px: axis text that is read at arm's length
CONFIG = {"displaylogo": False, "displayModeBar": False, "scrollZoom": False, "doubleClick": "reset"}
"""For ``st.plotly_chart(config=…)``: the page scrolls, not the chart, under a finger."""


def template(palette: Palette) -> go.layout.Template:
    """The layout that all figures share, in the colours of ``palette``."""
    axis = {
        "gridcolor": palette.grid,
        "linecolor": palette.grid,
        "zerolinecolor": palette.grid,
        "tickfont": {"color": palette.muted, "size": SIZE - 2},
        "title": {"font": {"color": palette.muted, "size": SIZE - 1}, "standoff": 8},
        "ticks": "",
        "automargin": True,
        "exponentformat": "e",  # as models/numbers/quantities.py writes them
        "minexponent": 5,
    }
    return go.layout.Template(
        layout={
            "font": {"family": FONT, "size": SIZE, "color": palette.text},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "colorway": [palette.line, palette.accent, palette.muted],
            "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
            "xaxis": axis | {"showgrid": False},
            "yaxis": axis,
            "hovermode": "closest",
            "hoverlabel": {
                "bgcolor": palette.panel,
                "bordercolor": palette.muted,
                "font": {"family": FONT, "size": SIZE, "color": palette.text},
            },
            "separators": palette.separators,
            "showlegend": False,
            "dragmode": False,
            "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "font": {"size": SIZE - 1}},
        }
    )


def figure(palette: Palette, height: int, key: str) -> go.Figure:
    """An empty figure in the shared look.

    Args:
        palette: the theme's colours.
        height: in pixels.
        key: what the figure is about; as long as it stays the same, zoom and selection survive a redraw (``uirevision``).
    """
    return go.Figure(layout={"template": template(palette), "height": height, "uirevision": key})


def broken(title: str, most: int = 24) -> str:
    """The title of an axis in lines that fit a column on a tablet: Plotly breaks none by itself, and cuts it off.

    Args:
        title: in any language.
        most: letters a line; half as many where they are twice as wide.
    """
    wide = any(east_asian_width(letter) in "WF" for letter in title)
    return "<br>".join(map(plainly, textwrap.wrap(title, most // 2 if wide else most)))


def plainly(text: str) -> str:
    """Somebody's text as a figure shows it to the letter: Plotly takes some HTML in a text for HTML (links too), and ``%{…}`` for a value.
    A title of an axis that goes through :func:`broken` is made so there."""
    return escape(str(text), quote=False).replace("%{", "%&#123;")


def plainly_all(words: dict[str, str]) -> dict[str, str]:
    """The same for the words of a figure."""
    return {key: plainly(word) for key, word in words.items()}
