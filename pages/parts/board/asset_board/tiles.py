"""Every asset of an area: as a tile with its trend, as a small tile, as a cell, or as one of a strip, by how many there are to show."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from data.records import AssetState, Prediction
from data.usecase.use_case import UseCase
from models.state.telling import Called, Told
from pages.parts.board.asset_board.marks import Marks
from pages.parts.words.called import KINDS, SIGNS, short, sign
from pages.parts.words.language import clock, percent, plural, t
from pages.parts.words.predicted import target_value

RICH, COMPACT, CELLS = 48, 100, 400
"""Up to how many assets a board has tiles with a trend, small tiles, and cells. What is more is told by area."""
CODES = {"likely": "l", "possible": "p", "new": "w", "silent": "s", "normal": "n"}
"""One letter a kind: what a thousand assets are sent as. What has returned is ``r`` where it was likely and ``q`` where it was possible."""


def mode_of(assets: int, areas: int) -> str:
    """How so many assets are shown: ``rich``, ``compact``, ``cells`` or ``cards``.

    Held against what is read at 2 m: a cell of 60 px with a number of 18 px is the least that a finger and an eye can do with. About 400 of them
    fill a screen of 1920 × 1080. More are told as areas: a card says the worst in shape, number and word, its strip shows where it is.
    """
    if assets <= RICH:
        return "rich"
    if assets <= COMPACT:
        return "compact"
    return "cells" if assets <= CELLS or areas < 2 else "cards"


def code_of(told: Told) -> str:
    """Its letter."""
    if told.called is Called.RETURNED:
        return "r" if told.was is Called.LIKELY else "q"
    return CODES[KINDS[told.called]]


def area_of(
    use_case: UseCase,
    name: str,
    assets: Sequence[str],
    states: Mapping[str, AssetState],
    told: Mapping[str, Told],
    trends: Mapping,
    at: datetime,
    mode: str,
    marks: Marks,
) -> dict:
    """One area: ``tiles`` (records; of many assets short lists), or as a card only its ``strip`` of one letter an asset; and ``counts``."""
    area = {"key": name, "name": use_case.area_label(name), "use_case": use_case.name, "area": name, "mode": mode}
    if mode in ("cells", "cards"):
        area |= {"counts": counts([told[asset] for asset in assets]), "size": plural("{n} machine", "{n} machines", len(assets))}
    if mode == "cards":
        return area | {"strip": "".join(code_of(told[asset]) for asset in assets)}
    if mode == "cells":
        brief = short_names(assets)
        return area | {"tiles": [_cell(told[asset], states.get(asset), brief[asset], marks) for asset in assets]}
    return area | {
        "tiles": [_tile(use_case, told[asset], states.get(asset), trends, at, mode == "rich", marks) for asset in assets]
    }


def counts(told: Sequence[Told]) -> list[list[str]]:
    """What is not normal, in the order in which it is looked at: kind, shape, and how many in words. All normal: that alone."""
    n, kinds = Counter(KINDS[one.called] for one in told), {KINDS[one.called]: one for one in reversed(told)}
    found = {
        "likely": plural("{n} likely", "{n} likely", n["likely"]),
        "possible": plural("{n} possible", "{n} possible", n["possible"]),
        "new": plural("{n} unknown", "{n} unknown", n["new"]),
        "returned": plural("{n} came and went", "{n} came and went", n["returned"]),
        "silent": plural("{n} without data", "{n} without data", n["silent"]),
    }
    listed = [[kind, sign(kinds[kind]), said] for kind, said in found.items() if n[kind]]
    return listed or [["normal", SIGNS[Called.NORMAL], t("all normal")]]


def short_names(assets: Sequence[str]) -> dict[str, str]:
    """Names without what all of an area begin with, cut where a number begins: ``L3-M-014`` → ``014``."""
    alike = 0
    for letters in zip(*assets, strict=False):
        if len(set(letters)) > 1:
            break
        alike += 1
    shared = assets[0][:alike].rstrip("0123456789") if len(assets) > 1 else ""
    return {asset: asset.removeprefix(shared) or asset for asset in assets}


def _cell(told: Told, state: AssetState | None, brief: str, marks: Marks) -> list:
    """[name, short name, letter] and, where it is or was advice: risk, reading, mark. A risk is told of now only."""
    cell: list = [told.asset, brief, code_of(told)]
    if state is not None and told.called not in (Called.NORMAL, Called.SILENT):
        risk = percent(told.risk) if told.called.stands and told.risk is not None else ""
        cell += [risk, told.reading, mark_of(told, state, marks)]
    return cell


def mark_of(told: Told, state: AssetState | None, marks: Marks) -> str:
    """What people have done about it, in a word: ``shelved``, what goes on, or ``seen``."""
    if state is None or told.called is Called.SILENT:
        return ""
    if marks.is_shelved(state):
        return "shelved"
    going = marks.going.get(told.asset, ("", ""))[1] if told.called is not Called.NORMAL else ""
    return going or ("seen" if marks.is_seen(state) and told.called.stands else "")


def _tile(
    use_case: UseCase, told: Told, state: AssetState | None, trends: Mapping, at: datetime, rich: bool, marks: Marks
) -> dict:
    asset, kind = told.asset, KINDS[told.called]
    normal = told.called is Called.NORMAL
    text = _quiet_text(use_case, state.prediction, told) if normal and state is not None else short(use_case, told, at)
    if told.called is Called.RETURNED:
        assert told.until is not None
        text = t("{was} until {time}", was=text, time=clock(told.until, use_case.timezone, seconds=False))
    label = t("{asset}: {text}", asset=asset, text=text)
    if normal:
        label = (
            t("{asset}: normal, risk {text}", asset=asset, text=text)
            if told.risk is not None
            else t("{asset}: normal", asset=asset)
        )
    go = {"page": "asset", "use_case": use_case.name, "asset": asset}
    if not normal and told.called is not Called.SILENT:
        go = {"page": "prediction", "use_case": use_case.name, "reading": told.reading}
    return {
        "key": asset,
        "kind": kind,
        "shape": sign(told),
        "name": asset,
        "text": text,
        "spark": trends.get(asset) if rich and kind != "silent" else None,
        "label": label,
        "mark": mark_of(told, state, marks),
        "go": go,
    }


def _quiet_text(use_case: UseCase, seen: Prediction, told: Told) -> str:
    """What the tile of a normal asset says: its risk, or the value that is predicted."""
    if told.risk is None:
        return t("normal")
    if use_case.task == "regression" and seen.predicted is not None:
        return target_value(use_case, seen.predicted)
    return percent(told.risk)
