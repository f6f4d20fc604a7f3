"""What the board shows of a line that has nothing live yet: how far its beginning is, and below it in grey what will stand there."""

from data.usecase.use_case import UseCase
from pages.parts.board.asset_board.tiles import mode_of, short_names
from pages.parts.shell.beginning import Beginning
from pages.parts.words.language import percent, plural, t

WAITING = "waiting"
LETTER = "e"
"""Of the kind ``waiting``: what a cell and a card's strip are sent as."""


def beginning_view(use_case: UseCase, found: Beginning, area: str | None = None, hint: str = "") -> dict:
    """A view as :func:`pages.parts.board.asset_board.view.board_view` gives, with ``beginnings`` in it.

    Args:
        area: only this one, or ``None`` for all.
        hint: what whoever sees the line for the first time is told.
    """
    shown = {name: assets for name, assets in use_case.areas.items() if area in (None, name) and assets}
    total, widest = sum(map(len, shown.values())), max(map(len, shown.values()), default=1)
    mode = mode_of(total, len(shown))
    coming = plural(
        "Here will stand {n} machine: its risk, and what points to it",
        "Here will stand {n} machines: their risk, and what points to it",
        total,
    )
    told = {
        "key": use_case.name, "title": found.title, "lead": found.lead, "hint": found.hint, "calm": found.calm, "left": found.left,
        "share": None if found.share is None else round(100 * found.share, 1), "percent": "" if found.share is None else percent(found.share),
        "steps": [{"key": str(place), "text": name, "kind": kind} for place, (name, kind) in enumerate(found.steps)],
        "coming": coming if total else "", "intended": hint,
    }  # fmt: skip
    return {
        "mode": mode, "title": "", "flood": "", "needing": 0, "abnormal": 0, "quiet": "", "rows": [], "left": 0, "more": "",
        "areas": [_area(use_case, name, assets, mode) for name, assets in shown.items()], "columns": min(widest, 8), "widest": min(widest, 24),
        "threshold": 100 * use_case.advice.possible.enter, "bells": [], "spoken": " ".join((found.title, found.left)), "fresh": [], "notices": [],
        "status": [
            {"key": "assets", "kind": "", "text": plural("{n} machine", "{n} machines", total)}, {"key": "fresh", "kind": "", "text": t("not live yet")},
        ], "beginnings": [told],
    }  # fmt: skip


def _area(use_case: UseCase, name: str, assets: tuple[str, ...], mode: str) -> dict:
    """The machines of an area by name, and nothing said of any."""
    area = {"key": name, "name": use_case.area_label(name), "use_case": use_case.name, "area": name, "mode": mode}
    size = plural("{n} machine", "{n} machines", len(assets))
    if mode in ("cells", "cards"):
        area |= {"counts": [[WAITING, "", t("not there yet")]], "size": size}
    if mode == "cards":
        return area | {"strip": LETTER * len(assets)}
    if mode == "cells":
        short = short_names(assets)
        return area | {"tiles": [[asset, short[asset], LETTER] for asset in assets]}
    return area | {"tiles": [_tile(use_case, asset) for asset in assets]}


def _tile(use_case: UseCase, asset: str) -> dict:
    return {
        "key": asset, "kind": WAITING, "shape": "", "name": asset, "text": "", "spark": None, "mark": "",
        "label": t("{asset}: {text}", asset=asset, text=t("not there yet")), "go": {"page": "asset", "use_case": use_case.name, "asset": asset},
    }  # fmt: skip
