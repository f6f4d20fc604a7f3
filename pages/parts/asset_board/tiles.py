"""Every asset of an area: as a tile with its trend, as a small tile, as a cell, or as one of a strip, by how many there are to show."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from data.records import AssetState, State
from data.usecase import UseCase
from pages.parts.asset_board.marks import Marks
from pages.parts.freshness import silent
from pages.parts.language import duration, percent, plural, t
from pages.parts.predicted import target_value
from pages.parts.theme import NEW, NO_DATA, shape, state_word
from pages.parts.wording import outlasts

RICH, COMPACT, CELLS = 48, 100, 400
"""Up to how many assets a board has tiles with a trend, small tiles, and cells. What is more is told by area."""
CODES = {"likely": "l", "possible": "p", "new": "w", "silent": "s", "normal": "n"}
"""One letter a kind, worst first: what a thousand assets are sent as."""


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


def kind_of(state: AssetState | None, at: datetime, wait: float) -> str:
    """``likely``, ``possible``, ``new`` (not in the training data), ``silent`` or ``normal``."""
    if state is None or silent(state, at, wait):
        return "silent"
    return "new" if state.unknown else str(state.prediction.state)


def area_of(
    use_case: UseCase,
    name: str,
    assets: Sequence[str],
    states: Mapping[str, AssetState],
    trends: Mapping,
    at: datetime,
    wait: float,
    mode: str,
    marks: Marks,
) -> dict:
    """One area: ``tiles`` (records; of many assets short lists), or as a card only its ``strip`` of one letter an asset; and ``counts``."""
    kinds = {asset: kind_of(states.get(asset), at, wait) for asset in assets}
    area = {"key": name, "name": name, "use_case": use_case.name, "area": name, "mode": mode}
    if mode in ("cells", "cards"):
        area |= {"counts": counts([kinds[asset] for asset in assets]), "size": plural("{n} machine", "{n} machines", len(assets))}
    if mode == "cards":
        return area | {"strip": "".join(CODES[kind] for kind in kinds.values())}
    if mode == "cells":
        short = short_names(assets)
        return area | {
            "tiles": [_cell(use_case, states.get(asset), asset, short[asset], kinds[asset], marks) for asset in assets],
        }
    return area | {
        "tiles": [_tile(use_case, asset, states.get(asset), kinds[asset], trends, at, mode == "rich", marks) for asset in assets]
    }


def counts(kinds: Sequence[str]) -> list[list[str]]:
    """What is not normal, worst first: kind, shape, and how many in words. All normal: that alone."""
    n = Counter(kinds)
    told = {
        "likely": (shape(State.LIKELY), plural("{n} likely", "{n} likely", n["likely"])),
        "possible": (shape(State.POSSIBLE), plural("{n} possible", "{n} possible", n["possible"])),
        "new": (NEW, plural("{n} unknown", "{n} unknown", n["new"])),
        "silent": (NO_DATA, plural("{n} without data", "{n} without data", n["silent"])),
    }
    found = [[kind, *said] for kind, said in told.items() if n[kind]]
    return found or [["normal", shape(State.NORMAL), t("all normal")]]


def short_names(assets: Sequence[str]) -> dict[str, str]:
    """Names without what all of an area begin with, cut where a number begins: ``L3-M-014`` → ``014``."""
    alike = 0
    for letters in zip(*assets, strict=False):
        if len(set(letters)) > 1:
            break
        alike += 1
    shared = assets[0][:alike].rstrip("0123456789") if len(assets) > 1 else ""
    return {asset: asset.removeprefix(shared) or asset for asset in assets}


def said(use_case: UseCase, seen) -> str:
    """State and risk. A state outlasts its risk by a delay, so that it does not chatter: then the number is said to be of now."""
    word, risk = state_word(seen.state), percent(seen.score)
    if seen.score != seen.score:
        return t("outside")
    if outlasts(use_case, seen):
        return t("{word}, now {percent}", word=word, percent=risk)
    return t("{word} {percent}", word=word, percent=risk)


def _cell(use_case: UseCase, state: AssetState | None, asset: str, short: str, kind: str, marks: Marks) -> list:
    """[name, short name, letter] and, where it is advice: risk, reading, mark. A risk that the state outlasts is left out."""
    cell: list = [asset, short, CODES[kind]]
    if state is not None and kind in ("likely", "possible", "new"):
        lasts = state.prediction.score >= use_case.advice.possible.leave  # False of no score too
        risk = percent(state.prediction.score) if kind != "new" and lasts else ""
        cell += [risk, state.told.id, _mark(state, marks)]
    return cell


def _mark(state: AssetState, marks: Marks) -> str:
    """``shelved`` or ``seen`` where it is."""
    if marks.is_shelved(state):
        return "shelved"
    return "seen" if marks.is_seen(state) else ""


def _tile(
    use_case: UseCase,
    asset: str,
    state: AssetState | None,
    kind: str,
    trends: Mapping,
    at: datetime,
    rich: bool,
    marks: Marks,
) -> dict:
    go = {"page": "asset", "use_case": use_case.name, "asset": asset}
    if state is None or kind == "silent":
        age = duration((at - state.prediction.time).total_seconds()).replace(" ", "\xa0") if state else ""
        text, sign = t("no data, {age}", age=age) if age else t("no data yet"), NO_DATA
        if state and state.prediction.state != State.NORMAL:
            text = t("no data, {age}; was {word}", age=age, word=state_word(state.prediction.state))
    else:
        seen = state.prediction
        sign, text = shape(seen.state), _quiet_text(use_case, seen)
        if kind == "new":
            sign, text = NEW, t("unknown")
        elif kind != "normal":
            text = said(use_case, seen)
        if kind != "normal":
            go = {"page": "prediction", "use_case": use_case.name, "reading": state.told.id}
    normal = t("{asset}: normal, risk {text}", asset=asset, text=text)
    if kind == "normal" and state.prediction.score != state.prediction.score:
        normal = t("{asset}: normal", asset=asset)
    return {
        "key": asset,
        "kind": kind,
        "shape": sign,
        "name": asset,
        "text": text,
        "spark": trends.get(asset) if rich and kind != "silent" else None,
        "label": normal if kind == "normal" else t("{asset}: {text}", asset=asset, text=text),
        "mark": _mark(state, marks) if state and kind != "silent" else "",
        "go": go,
    }


def _quiet_text(use_case: UseCase, seen) -> str:
    """What the tile of a normal asset says: its risk, or the value that is predicted."""
    if seen.score != seen.score:
        return t("normal")
    if use_case.task == "regression" and seen.predicted is not None:
        return target_value(use_case, seen.predicted)
    return percent(seen.score)
