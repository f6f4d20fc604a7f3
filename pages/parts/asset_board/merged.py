"""Several use cases on one board: one lane, the worst of all first; each with its own areas and its own line of status."""

from collections.abc import Sequence

from pages.parts.asset_board.view import MOST_ROWS, more_of, title_of
from pages.parts.language import t

_RANK = {"likely": 0, "possible": 1, "new": 2}


def merged(views: Sequence[tuple[str, str, dict]]) -> dict:
    """One view of several.

    Args:
        views: (name, title, view) of each use case, as :func:`pages.parts.asset_board.view.board_view` and the page gave it.
    """
    if len(views) == 1:
        return views[0][2]
    rows = [
        row | {"key": f"{name}/{row['key']}", "area": f"{title} · {row['area']}"}
        for name, title, view in views
        for row in view["rows"]
    ]
    rows.sort(key=lambda row: _RANK.get(row["kind"], 3))
    needing = sum(view["needing"] for _, _, view in views)
    left = needing - min(len(rows), MOST_ROWS)
    areas = [
        area
        | {
            "key": f"{name}/{area['key']}", "name": title if len(view["areas"]) == 1 else f"{title} · {area['name']}",
            "tiles": [tile | {"key": f"{name}/{tile['key']}"} for tile in area["tiles"]],
        }
        for name, title, view in views
        for area in view["areas"]
    ]  # fmt: skip
    quiet = [view["quiet"] for _, _, view in views]
    return {
        "title": title_of(needing),
        "needing": needing,
        "quiet": quiet[0]
        if len(set(quiet)) == 1
        else " · ".join(f"{title}: {said}" for (_, title, _), said in zip(views, quiet, strict=True)),
        "rows": rows[:MOST_ROWS],
        "more": more_of(left),
        "areas": areas,
        "dense": any(view["dense"] for _, _, view in views),
        "columns": max(view["columns"] for _, _, view in views),
        "threshold": views[0][2]["threshold"],
        "spoken": ", ".join(view["spoken"] for _, _, view in views if view["spoken"]),
        "status": [_line(name, title, view["status"]) for name, title, view in views],
        "notices": _notices(views),
    }


def _line(name: str, title: str, parts: list[dict]) -> dict:
    """One use case's status in one part: bad if anything in it is."""
    kind = "bad" if any(part["kind"] == "bad" for part in parts) else ""
    text = " · ".join(part["text"] for part in parts if part["key"] in ("fresh", "ai", "release"))
    return {"key": name, "kind": kind, "text": t("{title}: {status}", title=title, status=text)}


def _notices(views: Sequence[tuple[str, str, dict]]) -> list[dict]:
    """Each with the name of its line; what is told of a person's flags once."""
    told = {}
    for name, title, view in views:
        for notice in view["notices"]:
            own = notice["key"].startswith("flag")
            key = notice["key"] if own else f"{name}/{notice['key']}"
            told[key] = notice | {
                "key": key,
                "text": notice["text"] if own else t("{title}: {status}", title=title, status=notice["text"]),
            }
    return list(told.values())
