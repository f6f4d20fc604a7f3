"""The colours of the figures: greys, one accent, and a colour for each abnormal state, for light and for dark.

They are the colours of ``.streamlit/config.toml``; text keeps a contrast of 4.5:1 and lines one of 3:1 to ``ground``.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Palette:
    """One theme. ``line`` draws what is measured, ``band`` fills the normal range, ``accent`` marks what can be touched."""

    ground: str
    panel: str
    text: str
    muted: str
    grid: str
    line: str
    band: str
    accent: str
    possible: str
    likely: str

    def of_state(self, state: str) -> str:
        """The colour of a state (``normal``, ``possible``, ``likely``): only what is abnormal has one."""
        return {"possible": self.possible, "likely": self.likely}.get(state, self.muted)


LIGHT = Palette(
    ground="#e8eaec",
    panel="#f6f7f8",
    text="#0e1215",
    muted="#4d565e",
    grid="#d3d7db",
    line="#3c454d",
    band="rgba(90, 104, 117, 0.16)",
    accent="#1d5b9e",
    possible="#b85c00",
    likely="#b3201a",
)
DARK = Palette(
    ground="#1b1e21",
    panel="#262a2e",
    text="#e6e9ec",
    muted="#a9b1b8",
    grid="#363c42",
    line="#c3cad0",
    band="rgba(160, 174, 187, 0.17)",
    accent="#7db4f0",
    possible="#f5ae45",
    likely="#ff7a6e",
)
