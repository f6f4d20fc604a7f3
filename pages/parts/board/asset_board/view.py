"""What the board shows, as plain JSON: the lane of what needs a look, worst first, and below it every asset by area."""

import math
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

import numpy as np
import pandas as pd

from data.records import AssetState, Prediction
from data.usecase.use_case import UseCase
from models.state.fallback import broken_rules
from models.state.telling import Called, silent
from pages.parts.board.asset_board.lane import MOST_ROWS, Shown, order, rows
from pages.parts.board.asset_board.marks import Marks, bells
from pages.parts.board.asset_board.tiles import area_of, mode_of
from pages.parts.shell.beats import catching_up, patience
from pages.parts.words.called import word
from pages.parts.words.language import plural, t
from pages.parts.words.spans import lately
from pages.parts.words.wording import outside_text

__all__ = ["MINUTES", "MOST_ROWS", "MOST_WALL_ROWS", "board_view", "rule_line", "sparks", "trend_since"]

MINUTES = 60  # of the sparkline
MOST_WALL_ROWS = 4
"""In the lane on a wall: so that all of a plant of two dozen stays on one screen below it."""


def sparks(trend: pd.DataFrame, at: datetime, span: timedelta = timedelta(minutes=MINUTES)) -> dict[str, list[int | None]]:
    """The highest risk of each sixtieth of ``span``, in per cent, for each asset; ``None`` where nothing was read.

    Args:
        trend: of ``store.readings.trend``: asset, minute, risk.
        at: now; the last of the 60 is of its minute.
        span: an hour, or sixty readings of a slower line (:func:`pages.parts.words.spans.lately`): by the minute each of those would stand alone, a dot
            that nobody sees.
    """
    if trend.empty:
        return {}
    step = span / MINUTES
    last = pd.Timestamp(at).floor("min")
    minute = MINUTES - 1 - ((last - pd.to_datetime(trend["minute"], utc=True)) // step).to_numpy()
    names, codes = np.unique(trend["asset"].to_numpy(dtype=str), return_inverse=True)
    inside = (minute >= 0) & (minute < MINUTES)
    grid = np.full((len(names), MINUTES), -1, dtype=np.int64)
    np.maximum.at(grid, (codes[inside], minute[inside]), np.rint(100 * trend["risk"].to_numpy()[inside]).astype(np.int64))
    return {str(name): [None if value < 0 else value for value in row] for name, row in zip(names, grid.tolist(), strict=True)}


def board_view(
    use_case: UseCase,
    states: Sequence[AssetState],
    trends: Mapping[str, list[int | None]],
    reasons: Mapping[str, str],
    at: datetime,
    stale_s: float,
    area: str | None = None,
    off: bool = False,
    marks: Marks | None = None,
    opened: Collection[str] = (),
    late: bool = False,
    wall: bool = False,
) -> dict:
    """The lane and the tiles.

    Args:
        use_case: its areas and titles.
        states: the newest state of each asset that has ever reported.
        trends: of :func:`sparks`.
        reasons: for each abnormal asset its top reason in one line.
        at: now, in UTC.
        stale_s: the setting, see :func:`pages.parts.shell.freshness.patience`.
        area: only this one, or ``None`` for all.
        off: the AI is switched off: what breaks the plant's own rules is shown, and no risk. Nothing of that is put aside.
        marks: what people have seen and shelved, and how advice runs.
        opened: areas whose single assets are wanted in the lane too while there is a flood.
        late: the worker gives no sign of life, so that nothing stands for the present.
        wall: it is shown on a wall, whose lane has less room.
    """
    marks = marks if marks is not None and not off else Marks()
    newest = {state.prediction.asset: state for state in states}
    if off:
        reasons, trends = {asset: rule_line(use_case, state.prediction) for asset, state in newest.items()}, {}
    wait = -math.inf if late else patience(use_case, stale_s)
    areas = areas_of(use_case, newest)
    shown = {name: assets for name, assets in areas.items() if area in (None, name)}
    told = {
        asset: marks.told(
            use_case, asset, (state := newest.get(asset)), quiet=state is not None and silent(state, at, wait), off=off
        )
        for assets in shown.values()
        for asset in assets
    }
    live = {asset: newest[asset] for asset, one in told.items() if one.called is not Called.SILENT}
    looked = [
        one
        for asset, one in told.items()
        if asset in live and one.called is not Called.NORMAL and not marks.is_shelved(live[asset])
    ]
    looked.sort(key=lambda one: order(one, live[one.asset], marks))
    abnormal = [one for one in looked if one.called.stands]
    total = sum(map(len, shown.values()))
    mode = mode_of(total, len(shown))
    room = MOST_ROWS if not wall else MOST_WALL_ROWS // 2 if mode in ("cells", "cards") else MOST_WALL_ROWS
    lane, left = rows(Shown(use_case, live, trends, reasons, at, marks, opened, room), looked, len(shown) == 1)
    unseen = sum(not (marks.runs(live[one.asset]) and marks.is_seen(live[one.asset])) for one in abnormal)
    past = len(looked) - len(abnormal)
    return {
        "mode": mode,
        "title": title_of(unseen, len(abnormal), past),
        "flood": t("Much is new at once: what has no room is told by area") if any(row.get("holds", 0) for row in lane) else "",
        "needing": unseen,
        "abnormal": len(abnormal),
        "past": past,
        "quiet": _quiet(total, len(live), not late and catching_up(states, at, wait)),
        "rows": lane,
        "left": left,
        "more": more_of(left),
        "areas": [area_of(use_case, name, assets, live, told, trends, at, mode, marks) for name, assets in shown.items()],
        "columns": min(max(map(len, shown.values()), default=1), 8),
        "widest": min(max(map(len, shown.values()), default=1), 24),
        "threshold": 100 * use_case.advice.possible.enter,
        "bells": bells(use_case.name, live, marks) if not off else [],
        "spoken": ", ".join(t("{asset} {state}", asset=one.asset, state=word(one.called)) for one in abnormal[: 2 * MOST_ROWS]),
    }


def title_of(needing: int, abnormal: int | None = None, past: int = 0) -> str:
    """Over the lane: how many assets need a look, or that somebody has seen all of them; and how many came and went unseen."""
    if needing or not (abnormal or past):
        said = plural("{n} needs a look", "{n} need a look", needing)
    elif abnormal:
        said = plural("{n} seen, nothing else needs a look", "{n} seen, nothing else needs a look", abnormal)
    else:
        return plural(
            "Nothing needs a look; {n} came and went, not seen yet", "Nothing needs a look; {n} came and went, not seen yet", past
        )
    return f"{said} · {plural('{n} came and went', '{n} came and went', past)}" if past else said


def more_of(left: int) -> str:
    """Under the lane: how many there was no room for."""
    return plural("{n} more below, marked in its area", "{n} more below, marked in their areas", left) if left else ""


def rule_line(use_case: UseCase, seen: Prediction) -> str:
    """What left its normal range, in one line."""
    return "; ".join(outside_text(use_case, one) for one in broken_rules(use_case, seen.values)[:2])


def _quiet(assets: int, live: int, behind: bool) -> str:
    """What stands in an empty lane. Silence is no good news: without live data nothing can be said."""
    if not live and behind:
        return t("Catching up with what was missed: live in a moment")
    if not live:
        return t("No live data: nothing can be said of any machine")
    if live < assets:
        return plural(
            "Nothing needs a look; {n} machine sends no data", "Nothing needs a look; {n} machines send no data", assets - live
        )
    return t("Nothing needs a look")


def areas_of(use_case: UseCase, newest: Collection[str]) -> dict[str, tuple[str, ...]]:
    """The areas with their assets."""
    areas = dict(use_case.areas)
    placed = {asset for assets in areas.values() for asset in assets}
    # a replayed table is an area only once it has been replayed
    if use_case.replay and use_case.replay.asset in set(newest) - placed:
        areas[use_case.replay.area] = (*areas.get(use_case.replay.area, ()), use_case.replay.asset)
    return areas


def trend_since(use_case: UseCase, at: datetime) -> datetime:
    """From when on the sparkline's trend is asked for."""
    return at - lately(use_case)
