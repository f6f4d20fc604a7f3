"""What one viewer's figures share: greys, one accent and a colour for each abnormal state, for light, dark and high contrast; and how numbers are written.

``LIGHT`` and ``DARK`` are the colours of ``.streamlit/config.toml``; text keeps a contrast of 4.5:1 and lines one of 3:1 to ``ground``. In
high contrast both keep 7:1.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Palette:
    """One theme. ``line`` draws what is measured, ``band`` fills the normal range, ``accent`` marks what can be touched. ``separators``: what
    stands before decimals and between thousands; ``day``: how a day stands on a time axis (d3 format)."""

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
    separators: str = ".,"
    day: str = "%-d %b"

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
HIGH_LIGHT = Palette(
    ground="#ffffff",
    panel="#ffffff",
    text="#000000",
    muted="#2b3136",
    grid="#9aa1a8",
    line="#000000",
    band="rgba(60, 70, 80, 0.22)",
    accent="#003f87",
    possible="#8a3f00",
    likely="#9b0000",
)
HIGH_DARK = Palette(
    ground="#000000",
    panel="#000000",
    text="#ffffff",
    muted="#d6dbe0",
    grid="#6b737a",
    line="#ffffff",
    band="rgba(190, 200, 210, 0.26)",
    accent="#9fd0ff",
    possible="#ffc266",
    likely="#ff9c94",
)
