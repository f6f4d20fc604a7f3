"""What the board shows, as plain JSON: the lane of what needs a look, worst first, and below it every asset by area."""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pandas as pd

from data.records import AssetState, Prediction, State
from data.usecase import UseCase
from models.fallback import broken_rules
from pages.parts.asset_board.lane import MOST_ROWS, order, rows
from pages.parts.asset_board.marks import Marks, bells
from pages.parts.asset_board.tiles import area_of, mode_of
from pages.parts.freshness import catching_up, patience, silent
from pages.parts.language import plural, t
from pages.parts.theme import state_word
from pages.parts.wording import outside_text

__all__ = ["MINUTES", "MOST_ROWS", "board_view", "by_rules", "last_hour", "needs_look", "rule_line", "sparks"]

MINUTES = 60  # of the sparkline


def sparks(trend: pd.DataFrame, at: datetime) -> dict[str, list[int | None]]:
    """The highest risk of each of the last 60 minutes, in per cent, for each asset; ``None`` where nothing was read.

    Args:
        trend: of ``store.readings.trend``: asset, minute, risk.
        at: now; the last of the 60 is its minute.
    """
    if trend.empty:
        return {}
    first = pd.Timestamp(at).floor("min") - pd.Timedelta(minutes=MINUTES - 1)
    minute = ((pd.to_datetime(trend["minute"], utc=True) - first) // pd.Timedelta(minutes=1)).to_numpy()
    names, codes = np.unique(trend["asset"].to_numpy(dtype=str), return_inverse=True)
    inside = (minute >= 0) & (minute < MINUTES)
    grid = np.full((len(names), MINUTES), -1, dtype=np.int64)
    grid[codes[inside], minute[inside]] = np.rint(100 * trend["risk"].to_numpy()[inside]).astype(np.int64)
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
) -> dict:
    """The lane and the tiles.

    Args:
        use_case: its areas and titles.
        states: the newest state of each asset that has ever reported.
        trends: of :func:`sparks`.
        reasons: for each abnormal asset its top reason in one line.
        at: now, in UTC.
        stale_s: the setting, see :func:`pages.parts.freshness.patience`.
        area: only this one, or ``None`` for all.
        off: the AI is switched off: what breaks the plant's own rules is shown, and no risk. Nothing of that is put aside.
        marks: what people have seen and shelved, and how advice runs.
        opened: areas whose single assets are wanted in the lane too while there is a flood.
        late: the worker gives no sign of life, so that nothing stands for the present.
    """
    marks = marks if marks is not None and not off else Marks()
    newest = {state.prediction.asset: by_rules(use_case, state) if off else state for state in states}
    if off:
        reasons, trends = {asset: rule_line(use_case, state.prediction) for asset, state in newest.items()}, {}
    wait = -math.inf if late else patience(use_case, stale_s)
    areas = areas_of(use_case, newest)
    shown = {name: assets for name, assets in areas.items() if area in (None, name)}
    here = {asset: newest[asset] for assets in shown.values() for asset in assets if asset in newest}
    live = {asset: state for asset, state in here.items() if not silent(state, at, wait)}
    abnormal = [state for state in live.values() if needs_look(state) and not marks.is_shelved(state)]
    abnormal.sort(key=lambda state: order(state, marks))
    total = sum(map(len, shown.values()))
    mode = mode_of(total, len(shown))
    lane, left = rows(use_case, abnormal, trends, reasons, at, marks, opened, len(shown) == 1)
    unseen = sum(not (marks.runs(state) and marks.is_seen(state)) for state in abnormal)
    return {
        "mode": mode,
        "title": title_of(unseen, len(abnormal)),
        "flood": t("Much is new at once: told by area") if any("holds" in row for row in lane) else "",
        "needing": unseen,
        "abnormal": len(abnormal),
        "quiet": _quiet(total, len(live), not late and catching_up(states, at, wait)),
        "rows": lane,
        "left": left,
        "more": more_of(left),
        "areas": [area_of(use_case, name, assets, here, trends, at, wait, mode, marks) for name, assets in shown.items()],
        "columns": min(max(map(len, shown.values()), default=1), 8),
        "widest": min(max(map(len, shown.values()), default=1), 24),
        "threshold": 100 * use_case.advice.possible.enter,
        "bells": bells(use_case.name, live, marks),
        "spoken": ", ".join(
            t(
                "{asset} {state}",
                asset=s.prediction.asset,
                state=t("unknown") if s.unknown else state_word(s.prediction.state),
            )
            for s in abnormal[: 2 * MOST_ROWS]
        ),
    }


def title_of(needing: int, abnormal: int | None = None) -> str:
    """Over the lane: how many assets need a look, or that somebody has seen all of them."""
    if not needing and abnormal:
        return plural("{n} seen, nothing else needs a look", "{n} seen, nothing else needs a look", abnormal)
    return plural("{n} needs a look", "{n} need a look", needing)


def more_of(left: int) -> str:
    """Under the lane: how many there was no room for."""
    return plural("{n} more below, marked in its area", "{n} more below, marked in their areas", left) if left else ""


def by_rules(use_case: UseCase, state: AssetState) -> AssetState:
    """An asset as the plant's own rules have it: possible when a value left the range of its rule; no risk, nothing is new."""
    found = broken_rules(use_case, state.prediction.values)
    shown = State.POSSIBLE if found else State.NORMAL
    return replace(
        state, prediction=replace(state.prediction, state=shown, score=math.nan, novelty=None), unknown_since=None, grounds=None
    )


def rule_line(use_case: UseCase, seen: Prediction) -> str:
    """What left its normal range, in one line."""
    return "; ".join(outside_text(use_case, one) for one in broken_rules(use_case, seen.values)[:2])


def needs_look(state: AssetState) -> bool:
    """Whether there is advice on an asset, or the model does not know what it is doing."""
    return state.prediction.state != State.NORMAL or state.unknown


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


def last_hour(at: datetime) -> datetime:
    """From when on the sparkline's trend is asked for."""
    return at - timedelta(minutes=MINUTES)
