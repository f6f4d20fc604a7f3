"""From the record of one asset to its trend: which stretch, in the plant's time, with bands and with what happened."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from data.readings.features import feature_matrix, signal_matrix
from data.readings.moments import ROWS_FROM, Zone, row_of
from data.records import AssetState, Prediction, State
from data.usecase.parts import Derived, Signal
from data.usecase.use_case import UseCase
from models.release.release import Release
from models.state.telling import Called, Told, of_reading
from pages.figures.palette import Palette
from pages.figures.trend import EPOCH, Mark, Panel, Risk, milliseconds, rows_of, trend_figure
from pages.parts.board.ai_switch import ai_off, times_off
from pages.parts.machine.trend_events import SIGNS, SILENCE, THROUGH, Event, events, legend
from pages.parts.reasons.top_reason import release_of
from pages.parts.remembered.kept import kept
from pages.parts.shell import session
from pages.parts.shell.beats import patience
from pages.parts.words.bands import edges, normal_band, places
from pages.parts.words.called import short, word
from pages.parts.words.language import clock, language, number, percent, plural, quantity, t, worded
from pages.parts.words.predicted import bad_word, target_value
from pages.parts.words.spans import lately, ranges
from pages.parts.words.theme import state_word

Held = tuple[float, float] | None
Untold = Sequence[tuple[datetime, datetime | None, str]]


def asset_trend(
    use_case: UseCase,
    newest: AssetState,
    told: Told,
    span: str,
    at: datetime,
    features: Sequence[str],
    palette: Palette,
    held: Held,
) -> dict | None:
    """The view of a trend that is live, or ``None`` when nothing was read in that time. Of the time in which the AI was off, and of that in which the
    model did not know what the machine was doing, it has the signals only.

    Args:
        newest: the asset's newest reading; the values that are told are its own.
        told: what is told of the machine: the risk that is, if any.
        span: a code of :func:`pages.parts.words.spans.ranges`, which ends at ``at``.
        features: which signals, in their order.
        held: the stretch that is zoomed into (:func:`pages.parts.machine.trend_chart.held`): it stays in the record that is shown.
    """
    asset, start = newest.prediction.asset, at - ranges(use_case)[span].length
    if held:
        start = min(start, _moment(held[0], ZoneInfo(use_case.timezone)))
    version = session.store().readings.version(use_case.name)
    frame = _history(session.settings().store_path, use_case.name, asset, span, version, held and held[0], start=start, at=at)
    view = _view(use_case, newest.prediction, told, frame, (start, at), features, palette, f"{asset} {span}", held)
    return view and view | {"opens": True}


def hour_around(use_case: UseCase, seen: Prediction, features: Sequence[str], palette: Palette) -> dict | None:
    """The view of the hour in whose middle a reading stands, with the ``features`` that matter for it."""
    around = lately(use_case) / 2
    span = (seen.time - around, min(seen.time + around, session.plant_now(use_case)))
    frame = session.store().readings.history(use_case.name, seen.asset, *span)
    told = of_reading(use_case, seen)
    view = _view(use_case, seen, told, frame, span, features, palette, f"around {seen.id}", None, seen.time)
    return view and view | {
        "words": view["words"] | {"live": t("Show all of it again"), "now": clock(seen.time, use_case.timezone)}
    }


@kept(8)
def _history(
    path: Path, name: str, asset: str, span: str, version: int, since: float | None, *, start: datetime, at: datetime
) -> pd.DataFrame:
    return session.store().readings.history(name, asset, start, at, limit=40_000)


def _untold(use_case: UseCase, asset: str, span: tuple[datetime, datetime]) -> list[tuple[datetime, datetime | None, str]]:
    """When no risk is told, and why: the AI was off, or the model did not know what the machine was doing."""
    off = [(since, until, t("AI was off") if until else t("AI is off")) for since, until in times_off(use_case, *span)]
    strange = session.store().readings.unknown_times(use_case.name, asset, *span)
    return [*off, *((since, until, t("unknown")) for since, until in strange)]


def _told(frame: pd.DataFrame, untold: Untold) -> pd.DataFrame:
    """The record without the risk where none is told: not where a reading is unknown to the model either, whatever the machine was called."""
    hidden = frame["novelty"] > 1
    for since, until, _ in untold:
        hidden |= (frame["time"] >= since) & (True if until is None else frame["time"] < until)
    if not hidden.any():
        return frame
    return frame.assign(
        score=frame["score"].mask(hidden), predicted=frame["predicted"].mask(hidden), state=frame["state"].mask(hidden, str(State.NORMAL))
    )  # fmt: skip


def _view(
    use_case: UseCase,
    seen: Prediction,
    said: Told,
    frame: pd.DataFrame,
    span: tuple[datetime, datetime],
    features: Sequence[str],
    palette: Palette,
    key: str,
    held: Held,
    marked: datetime | None = None,
) -> dict | None:
    """What :func:`pages.parts.machine.trend_chart.trend_chart` draws, as plain JSON: ``marked`` is a moment with a line through all signals, ``said`` is what
    is told beside the risk."""
    if frame.empty:
        return None
    untold = _untold(use_case, seen.asset, span)
    frame = _told(frame, untold)
    zone, wait = ZoneInfo(use_case.timezone), patience(use_case, session.settings().stale_s)
    times = frame["time"].dt.tz_convert(zone).dt.tz_localize(None).to_numpy()
    at = int(np.argmin(np.abs(frame["id"].to_numpy() - seen.id)))
    panels, rows = _panels(use_case, release_of(use_case, seen.release), seen.asset, frame, features, at)
    happened = events(use_case, seen.asset, span, frame, wait)
    ends = (_wall(span[0], zone), _wall(span[1], zone))
    risk = Risk(
        frame["score"].to_numpy(),
        frame["state"].map({str(state): state.code for state in State}).to_numpy(),
        [
            (use_case.advice.possible.enter, "possible", state_word(State.POSSIBLE)),
            (use_case.advice.likely.enter, "likely", state_word(State.LIKELY)),
        ],
        None if marked is None else _wall(marked, zone),
        [(_wall(max(since, span[0]), zone), _wall(min(until or span[1], span[1]), zone), why) for since, until, why in untold],
    )
    focus = None
    if held is not None:
        focus = EPOCH + np.timedelta64(int(held[0] * 1000), "us"), EPOCH + np.timedelta64(int(held[1] * 1000), "us")
    marks = _marks(happened, zone, ends)
    figure = trend_figure(
        palette, times, frame["id"].to_numpy(), risk, panels, marks, ends, wait, key, focus, _ticks(use_case, span)
    )  # fmt: skip
    told = {"label": t("Risk of {target}", target=bad_word(use_case))} | _risk_now(use_case, seen, said, span[1])
    places = rows_of(len(panels))[1:-1]
    return {
        "key": key,
        "figure": figure.to_json(),
        "span": milliseconds(np.array(ends)).tolist(),
        "rows": [row | {"top": top, "height": height} for row, (top, height) in zip([told, *rows], places, strict=True)],
        "marks": [
            {"at": _ms(one.at, zone), "until": None if one.until is None else _ms(one.until, zone), "text": one.text}
            for one in happened
        ],
        "legend": legend(use_case, {one.kind for one in happened}),
        "rows_from": _rows_from(use_case, span[1], zone),
        "language": {"en": "en-GB"}.get(language(), language()),
        "opens": False,
        "words": {
            "now": t("now"),
            "live": t("Zoom held · back to live"),
            "moment": t("Moment on the time axis"),
            "row": worded("row {n}"),
            "trouble": t("The chart could not be loaded. Load the page again."),
        },
        "alt": _alt(seen.asset, frame["score"], len(features)),
    }


def _ticks(use_case: UseCase, span: tuple[datetime, datetime]) -> list[tuple[float, str]]:
    """Of a table without times the numbers of its rows, about ten round ones; nothing where a clock has told the times."""
    last, row_s = row_of(span[1], use_case.timezone), getattr(use_case.timezone, "row_s", None)
    if last is None or not row_s:
        return []
    first = max(row_of(span[0], use_case.timezone) or 1, 1)
    step = max(float(f"{max(last - first, 10) / 10:.0e}"), 1.0)
    rows = np.arange(np.ceil(first / step) * step, last + 1, step)
    zone = ZoneInfo(use_case.timezone)
    return [
        (_ms(ROWS_FROM + timedelta(seconds=(row - 1) * row_s), zone), t("row {n}", n=number(row, 0))) for row in rows.tolist()
    ]


def _rows_from(use_case: UseCase, at: datetime, zone: ZoneInfo) -> list[float] | None:
    """Where the axis begins to count rows and how long one is, in milliseconds; ``None`` where a clock has told the times."""
    named = use_case.timezone
    if row_of(at, named) is None:
        return None
    assert isinstance(named, Zone) and named.row_s is not None
    return [_ms(ROWS_FROM, zone), 1000 * named.row_s]


def _risk_now(use_case: UseCase, seen: Prediction, said: Told, at: datetime) -> dict:
    """What stands beside the risk: its number of now, what the machine is called; or why there is none."""
    if said.called is Called.UNKNOWN:
        return {"now": None, "note": "", "missing": t("unknown")}
    if ai_off(use_case):
        return {"now": None, "note": "", "missing": t("AI is off")}
    if said.called is Called.SILENT:
        return {"now": None, "note": "", "missing": t("no data")}
    return {
        "now": None if np.isnan(seen.score) else seen.score,
        "note": short(use_case, said, at) if said.called is Called.RETURNED else word(said.called),
    }


def _alt(asset: str, score: pd.Series, n: int) -> str:
    """The trend for those who do not see it."""
    if score.isna().all():
        return plural(
            "Trend of {asset}: {n} signal against its normal range, and no risk.",
            "Trend of {asset}: {n} signals against their normal ranges, and no risk.",
            n, asset=asset,
        )  # fmt: skip
    return plural(
        "Trend of {asset}: risk from {low} to {high}, and {n} signal against its normal range.",
        "Trend of {asset}: risk from {low} to {high}, and {n} signals against their normal ranges.",
        n, asset=asset, low=percent(score.min()), high=percent(score.max()),
    )  # fmt: skip


def _panels(
    use_case: UseCase, release: Release | None, asset: str, frame: pd.DataFrame, features: Sequence[str], row: int
) -> tuple[list[Panel], list[dict]]:
    """A panel and its line of text for each of ``features``, numbers first; ``row`` is the reading whose values are told."""
    matrix = feature_matrix(use_case, signal_matrix(use_case, frame))
    column = {feature: i for i, feature in enumerate(use_case.features)}
    told = [_value(use_case, frame, row)] if use_case.task == "regression" else []
    for feature in sorted(features, key=lambda name: bool(use_case.described(name).categories)):
        values, described = matrix[:, column[feature]].astype(float), use_case.described(feature)
        band = None if described.categories else normal_band(use_case, release, asset, feature)
        told.append((Panel(values, band, described.categories), _row(described, values[row], band)))
    told = [one for one in told if one is not None]
    return [panel for panel, _ in told], [line for _, line in told]


def _row(described: Signal | Derived, now: float, band: tuple[float, float] | None) -> dict:
    """What stands beside a signal: its name, its value and its normal range."""
    line = {"label": described.label, "now": None if np.isnan(now) else float(now)}
    if isinstance(described, Signal) and described.categories:
        meaning = described.meaning
        return line | {"words": [f"{one} ({meaning[one]})" if meaning.get(one) else one for one in described.categories]}
    line |= {"decimals": places(described, band), "unit": described.unit, "band": band and [float(edge) for edge in band]}
    if band is None:
        return line
    low, high = edges(described, band)
    return line | {"note": t("normal {low}–{high}", low=low, high=high), "short": f"{low}–{high}"}


def _value(use_case: UseCase, frame: pd.DataFrame, row: int) -> tuple | None:
    """Of a regression: the predicted value against its allowed range."""
    values, target = frame["predicted"].to_numpy(float), use_case.value
    if np.isnan(values).all():
        return None
    low, high = target.allowed
    margin = np.nanmax(values) - np.nanmin(values)
    band = (
        float(min(np.nanmin(values), high - margin) if low is None else low),
        float(max(np.nanmax(values), low + margin) if high is None else high),
    )
    line = {"label": t("{label}, predicted", label=target.label), "now": None if np.isnan(values[row]) else float(values[row])}
    line |= {"decimals": target.decimals, "unit": target.unit, "band": list(band), "note": _allowed(use_case)}
    return Panel(values, band), line


def _allowed(use_case: UseCase) -> str:
    """The range in which a predicted value may lie, in words."""
    low, high = use_case.value.allowed
    if low is None:
        return t("at most {limit}", limit=target_value(use_case, high))
    if high is None:
        return t("at least {limit}", limit=target_value(use_case, low))
    return f"{quantity(low, use_case.value.decimals)}–{target_value(use_case, high)}"


def _marks(happened: Sequence[Event], zone: ZoneInfo, ends: tuple[np.datetime64, np.datetime64]) -> list[Mark]:
    """The signs over the risk. Of several of one kind close together one stands for all: the others keep their lines."""
    room, last, marks = (ends[1] - ends[0]) / 40, {}, []
    for one in happened:
        at, until = _wall(one.at, zone), None if one.until is None else _wall(one.until, zone)
        close = one.kind in last and at - last[one.kind] < room
        last[one.kind] = last[one.kind] if close else at
        marks.append(Mark(at, "" if close else SIGNS[one.kind], until, one.kind in THROUGH, one.kind == SILENCE))
    return marks


def _wall(moment: datetime, zone: ZoneInfo) -> np.datetime64:
    """A moment as the clock on the plant's wall shows it: a chart has no time zones."""
    return np.datetime64(moment.astimezone(zone).replace(tzinfo=None), "us")


def _ms(moment: datetime, zone: ZoneInfo) -> float:
    return float(milliseconds(_wall(moment, zone)))


def _moment(wall_ms: float, zone: ZoneInfo) -> datetime:
    """The moment that a browser's milliseconds of the clock on the wall stand for."""
    return (EPOCH + np.timedelta64(int(wall_ms), "ms")).astype(datetime).replace(tzinfo=zone)
