"""Several use cases on one board: one lane, the worst of all first; each with its own areas and its own line of status."""

from collections.abc import Sequence

from pages.parts.board.asset_board.lane import MOST_ROWS, RANK
from pages.parts.board.asset_board.view import more_of, title_of
from pages.parts.words.language import t


def merged(views: Sequence[tuple[str, str, dict]]) -> dict:
    """One view of several.

    Args:
        views: (name, title, view) of each use case, as :func:`pages.parts.board.asset_board.view.board_view` and the page gave it.
    """
    if len(views) == 1:
        return views[0][2]
    blocks = [block for name, title, view in views for block in _blocks(name, title, view["rows"])]
    blocks.sort(key=lambda block: RANK.get(block[0]["kind"], 3))
    needing, abnormal, past = (sum(view.get(what, 0) for _, _, view in views) for what in ("needing", "abnormal", "past"))
    beyond = blocks[MOST_ROWS:]
    left = sum(view["left"] for _, _, view in views) + sum(block[0].get("holds", 1) for block in beyond)
    areas = [
        area
        | {
            "key": f"{name}/{area['key']}", "name": title if len(view["areas"]) == 1 else f"{title} · {area['name']}",
            "tiles": [tile if isinstance(tile, list) else tile | {"key": f"{name}/{tile['key']}"} for tile in area.get("tiles", ())],
        }
        for name, title, view in views
        for area in view["areas"]
    ]  # fmt: skip
    quiet = [(title, view["quiet"]) for _, title, view in views if view["quiet"]]
    return {
        "title": title_of(needing, abnormal, past),
        "flood": next((view["flood"] for _, _, view in views if view["flood"]), ""),
        "needing": needing,
        "abnormal": abnormal,
        "past": past,
        "quiet": quiet[0][1]
        if len(quiet) == len(views) and len({said for _, said in quiet}) == 1
        else " · ".join(f"{title}: {said}" for title, said in quiet),
        "rows": [row for block in blocks[:MOST_ROWS] for row in block],
        "left": left,
        "more": more_of(left),
        "areas": areas,
        "columns": max(view["columns"] for _, _, view in views),
        "widest": max(view["widest"] for _, _, view in views),
        "threshold": views[0][2]["threshold"],
        "bells": [bell for _, _, view in views for bell in view["bells"]],
        "fresh": [asset for _, _, view in views for asset in view["fresh"]],
        "spoken": ", ".join(view["spoken"] for _, _, view in views if view["spoken"]),
        "status": [_line(name, title, view["status"]) for name, title, view in views],
        "notices": _notices(views),
        "beginnings": [one for _, _, view in views for one in view.get("beginnings", ())],
    }


def _blocks(name: str, title: str, rows: Sequence[dict]) -> list[list[dict]]:
    """The rows of one line: each by itself, an opened area with its members."""
    found: list[list[dict]] = []
    for row in rows:
        told = row | {"key": f"{name}/{row['key']}", "area": f"{title} · {row['area']}"}
        if row.get("member") and found:
            found[-1].append(told)
        else:
            found.append([told])
    return found


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
