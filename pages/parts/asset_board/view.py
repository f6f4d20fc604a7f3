"""What the board shows, as plain JSON: the lane of what needs a look, worst first, and below it the tiles by area."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pandas as pd

from data.records import AssetState, Prediction, State
from data.usecase import UseCase
from models.fallback import broken_rules
from pages.parts.freshness import patience, silent
from pages.parts.language import duration, percent, plural, t
from pages.parts.predicted import bad_word, predicted_text, target_value
from pages.parts.theme import NEW, NO_DATA, shape, state_word
from pages.parts.wording import outside_text

MINUTES = 60  # of the sparkline
MOST_ROWS = 8  # in the lane; what goes beyond stays in the tiles
DENSE = 80  # assets, from which on tiles carry no sparkline


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
        off: the AI is switched off: what breaks the plant's own rules is shown, and no risk.
    """
    newest = {state.prediction.asset: by_rules(use_case, state) if off else state for state in states}
    if off:
        reasons, trends = {asset: rule_line(use_case, state.prediction) for asset, state in newest.items()}, {}
    wait = patience(use_case, stale_s)
    areas = _areas(use_case, newest)
    shown = {name: assets for name, assets in areas.items() if area in (None, name)}
    here = [newest[asset] for assets in shown.values() for asset in assets if asset in newest]
    abnormal = [state for state in here if needs_look(state) and not silent(state, at, wait)]
    abnormal.sort(
        key=lambda s: (
            s.prediction.is_new,
            -State(s.prediction.state).code,
            -round(np.nan_to_num(s.prediction.score), 1),
            s.state_since,
            s.prediction.asset,
        )
    )
    dense = sum(map(len, shown.values())) > DENSE
    rows = [_row(use_case, state, trends, reasons, at) for state in abnormal[:MOST_ROWS]]
    left = len(abnormal) - len(rows)
    return {
        "title": title_of(len(abnormal)),
        "needing": len(abnormal),
        "quiet": _quiet(sum(map(len, shown.values())), sum(not silent(state, at, wait) for state in here)),
        "rows": rows,
        "more": more_of(left),
        "areas": [
            {
                "key": name,
                "name": name,
                "tiles": [_tile(use_case, asset, newest.get(asset), trends, at, wait, dense) for asset in assets],
            }
            for name, assets in shown.items()
        ],
        "dense": dense,
        "columns": min(max(map(len, shown.values()), default=1), 8),
        "threshold": 100 * use_case.advice.possible.enter,
        "spoken": ", ".join(
            t(
                "{asset} {state}",
                asset=s.prediction.asset,
                state=t("unknown") if s.prediction.is_new else state_word(s.prediction.state),
            )
            for s in abnormal
        ),
    }


def title_of(needing: int) -> str:
    """Over the lane: how many assets need a look."""
    return plural("{n} needs a look", "{n} need a look", needing)


def more_of(left: int) -> str:
    """Under the lane: how many there was no room for."""
    return plural("{n} more below, marked in its area", "{n} more below, marked in their areas", left) if left else ""


def by_rules(use_case: UseCase, state: AssetState) -> AssetState:
    """An asset as the plant's own rules have it: possible when a value left the range of its rule; no risk, nothing is new."""
    found = broken_rules(use_case, state.prediction.values)
    shown = State.POSSIBLE if found else State.NORMAL
    return replace(state, prediction=replace(state.prediction, state=shown, score=math.nan, novelty=None))


def rule_line(use_case: UseCase, seen: Prediction) -> str:
    """What left its normal range, in one line."""
    return "; ".join(outside_text(use_case, one) for one in broken_rules(use_case, seen.values)[:2])


def needs_look(state: AssetState) -> bool:
    """Whether there is advice on an asset, or the model does not know what it is doing."""
    return state.prediction.state != State.NORMAL or state.prediction.is_new


def _quiet(assets: int, live: int) -> str:
    """What stands in an empty lane. Silence is no good news: without live data nothing can be said."""
    if not live:
        return t("No live data: nothing can be said of any machine")
    if live < assets:
        return plural(
            "Nothing needs a look; {n} machine sends no data", "Nothing needs a look; {n} machines send no data", assets - live
        )
    return t("Nothing needs a look")


def _areas(use_case: UseCase, newest: Mapping[str, AssetState]) -> dict[str, tuple[str, ...]]:
    areas = dict(use_case.areas)
    placed = {asset for assets in areas.values() for asset in assets}
    # a replayed table is an area only once it has been replayed
    if use_case.replay and use_case.replay.asset in set(newest) - placed:
        areas[use_case.replay.area] = (*areas.get(use_case.replay.area, ()), use_case.replay.asset)
    return areas


def _row(use_case: UseCase, state: AssetState, trends: Mapping, reasons: Mapping[str, str], at: datetime) -> dict:
    seen = state.prediction
    said = _said(use_case, seen)
    by_rule = seen.score != seen.score
    lasts = "" if by_rule else duration((at - state.state_since).total_seconds())
    why = reasons.get(seen.asset, "")
    kind, sign, about = (
        str(seen.state),
        shape(seen.state),
        t("by rule, no AI") if by_rule else predicted_text(use_case, seen) or bad_word(use_case),
    )
    if seen.is_new:
        kind, sign, said, about = "new", NEW, t("unknown"), t("not in the training data")
    return {
        "key": seen.asset,
        "kind": kind,
        "shape": sign,
        "name": seen.asset,
        "area": use_case.area_of(seen.asset),
        "state": said,
        "target": about,
        "spark": trends.get(seen.asset),
        "why": why,
        "since": lasts,
        "open": t("Open"),
        "label": t("Open {asset}: {state} {target}. {why}", asset=seen.asset, state=said, target=about, why=why)
        if by_rule
        else t(
            "Open {asset}: {state} {target}, for {lasts}. {why}",
            asset=seen.asset,
            state=said,
            target=about,
            lasts=lasts,
            why=why,
        ),
        "go": {"page": "prediction", "use_case": use_case.name, "reading": seen.id},
    }


def _said(use_case: UseCase, seen: Prediction) -> str:
    """State and risk. A state outlasts its risk by a delay, so that it does not chatter: then the number is said to be of now."""
    word, risk = state_word(seen.state), percent(seen.score)
    if seen.score != seen.score:
        return t("outside")
    if seen.score < use_case.advice.possible.leave:
        return t("{word}, now {percent}", word=word, percent=risk)
    return t("{word} {percent}", word=word, percent=risk)


def _tile(
    use_case: UseCase, asset: str, state: AssetState | None, trends: Mapping, at: datetime, wait: float, dense: bool
) -> dict:
    go = {"page": "asset", "use_case": use_case.name, "asset": asset}
    if state is None or silent(state, at, wait):
        age = duration((at - state.prediction.time).total_seconds()) if state else ""
        text = t("no data, {age}", age=age) if age else t("no data yet")
        if age and state.prediction.state != State.NORMAL:
            text = t("no data, {age}; was {word}", age=age, word=state_word(state.prediction.state))
        kind, sign = "silent", NO_DATA
    else:
        seen = state.prediction
        kind, sign = str(seen.state), shape(seen.state)
        text = _quiet_text(use_case, seen)
        if seen.is_new:
            kind, sign, text = "new", NEW, t("unknown")
            go = {"page": "prediction", "use_case": use_case.name, "reading": seen.id}
        elif seen.state != State.NORMAL:
            text = _said(use_case, seen)
            go = {"page": "prediction", "use_case": use_case.name, "reading": seen.id}
    normal = t("{asset}: normal, risk {text}", asset=asset, text=text)
    if kind == "normal" and state.prediction.score != state.prediction.score:
        normal = t("{asset}: normal", asset=asset)
    return {
        "key": asset,
        "kind": kind,
        "shape": sign,
        "name": asset,
        "text": text,
        "spark": None if dense or kind == "silent" else trends.get(asset),
        "label": normal if kind == "normal" else t("{asset}: {text}", asset=asset, text=text),
        "go": go,
    }


def _quiet_text(use_case: UseCase, seen: Prediction) -> str:
    """What the tile of a normal asset says: its risk, or the value that is predicted."""
    if seen.score != seen.score:
        return t("normal")
    if use_case.task == "regression" and seen.predicted is not None:
        return target_value(use_case, seen.predicted)
    return percent(seen.score)


def last_hour(at: datetime) -> datetime:
    """From when on the sparkline's trend is asked for."""
    return at - timedelta(minutes=MINUTES)
