"""From the record of one asset to its trend: which stretch, in the plant's time, with bands and marks."""

from collections.abc import Sequence
from datetime import datetime
from html import escape
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import streamlit as st

from data.features import feature_matrix, signal_matrix
from data.records import AssetState, CaseState, Prediction, State
from data.usecase import UseCase
from pages.figures.palette import Palette
from pages.figures.trend import Mark, Panel, Risk, clocks, trend_figure
from pages.parts import session
from pages.parts.bands import normal_band
from pages.parts.freshness import patience
from pages.parts.language import number, percent, t, when
from pages.parts.predicted import bad_word, target_value
from pages.parts.spans import lately, ranges
from pages.parts.theme import state_word
from pages.parts.top_reason import release_of
from pages.parts.wording import outcome_text


def asset_trend(use_case: UseCase, newest: AssetState, span: str, at: datetime, palette: Palette) -> tuple | None:
    """(Plotly figure, what it shows in words for those who cannot see it), or ``None`` when nothing was read in that time."""
    asset = newest.prediction.asset
    start = at - ranges(use_case)[span].length
    version = session.store().readings.version(use_case.name)
    frame = _history(session.settings().store_path, use_case.name, asset, span, version, start, at)
    title = t("<b>Risk of {target}</b>  {percent} now", target=bad_word(use_case), percent=percent(newest.prediction.score))
    return _drawn(use_case, newest.prediction, frame, (start, at), use_case.features, title, palette, f"{asset} {span}")


def hour_around(use_case: UseCase, seen: Prediction, features: Sequence[str], palette: Palette) -> tuple | None:
    """The hour in whose middle a reading stands, with the ``features`` that matter for it; as :func:`asset_trend` gives it."""
    around = lately(use_case) / 2
    span = (seen.time - around, min(seen.time + around, session.plant_now(use_case)))
    frame = session.store().readings.history(use_case.name, seen.asset, *span)
    title = t("<b>Risk of {target}</b>  {percent} when it was flagged", target=bad_word(use_case), percent=percent(seen.score))
    return _drawn(use_case, seen, frame, span, features, title, palette, f"around {seen.id}")


def _drawn(
    use_case: UseCase,
    seen: Prediction,
    frame: pd.DataFrame,
    span: tuple[datetime, datetime],
    features: Sequence[str],
    title: str,
    palette: Palette,
    key: str,
) -> tuple | None:
    if frame.empty:
        return None
    asset, zone = seen.asset, ZoneInfo(use_case.timezone)
    times = frame["time"].dt.tz_convert(zone).dt.tz_localize(None).to_numpy()
    release, ends = release_of(use_case, seen.release), (_plant(span[0], zone), _plant(span[1], zone))
    risk = Risk(
        title=title,
        values=frame["score"].to_numpy(),
        states=frame["state"].map({str(state): state.code for state in State}).to_numpy(),
        levels=[
            (use_case.advice.possible.enter, "possible", state_word(State.POSSIBLE)),
            (use_case.advice.likely.enter, "likely", state_word(State.LIKELY)),
        ],
        hover=t("Risk {value}  {clock}", value="%{y:.0%}", clock=f"%{{x|{clocks(ends)[1]}}}") + "<extra></extra>",
    )
    figure = trend_figure(
        palette,
        times,
        frame["id"].to_numpy(),
        risk,
        _panels(use_case, release, asset, frame, features, int(np.argmin(np.abs(frame["id"].to_numpy() - seen.id)))),
        _marks(use_case, asset, *span, frame),
        ends,
        patience(use_case, session.settings().stale_s),
        key,
    )
    told = t(
        "Trend of {asset}: risk from {low} to {high}, and {n} signals against their normal ranges.",
        asset=asset,
        low=percent(frame["score"].min()),
        high=percent(frame["score"].max()),
        n=len(features),
    )
    return figure, told


@st.cache_resource(show_spinner=False, max_entries=8)
def _history(path: Path, name: str, asset: str, span: str, version: int, _start: datetime, _at: datetime) -> pd.DataFrame:
    return session.store().readings.history(name, asset, _start, _at, limit=40_000)


def _panels(use_case: UseCase, release, asset: str, frame: pd.DataFrame, features: Sequence[str], row: int) -> list[Panel]:
    """A panel for each of ``features``; its title tells the value of the reading in ``row``."""
    matrix = feature_matrix(use_case, signal_matrix(use_case, frame))
    numbers_first = sorted(features, key=lambda feature: bool(_categories(use_case, feature)))
    column = {feature: i for i, feature in enumerate(use_case.features)}
    told = [_panel(use_case, release, asset, f, matrix[:, column[f]].astype(float), row) for f in numbers_first]
    return [*_value_panel(use_case, frame, row), *told]


def _value_panel(use_case: UseCase, frame: pd.DataFrame, row: int) -> list[Panel]:
    """Of a regression: the predicted value against its allowed range."""
    values = frame["predicted"].to_numpy(float)
    if use_case.task != "regression" or np.isnan(values).all():
        return []
    low, high = use_case.target.allowed
    margin = np.nanmax(values) - np.nanmin(values)
    band = (
        min(np.nanmin(values), high - margin) if low is None else low,
        max(np.nanmax(values), low + margin) if high is None else high,
    )
    said = t(
        "<b>{label}</b>  {value} predicted",
        label=escape(use_case.target.label),
        value=escape(target_value(use_case, values[row])),
    )
    return [Panel(f"{said}  · {escape(bad_word(use_case))}", values, band)]


def _categories(use_case: UseCase, feature: str) -> tuple[str, ...]:
    return getattr(use_case.described(feature), "categories", ())


def _panel(use_case: UseCase, release, asset: str, feature: str, values: np.ndarray, row: int) -> Panel:
    described, categories = use_case.described(feature), _categories(use_case, feature)
    label, now = escape(described.label), values[row]
    if categories:
        word = categories[int(now)]
        meaning = described.meaning.get(word, "")
        return Panel(f"<b>{label}</b>  {escape(word)}" + (f" ({escape(meaning)})" if meaning else ""), values, None, categories)
    band = normal_band(use_case, release, asset, feature)
    said = f"<b>{label}</b>  {number(now, described.decimals)} {escape(described.unit)}"
    if band:
        low, high = (number(edge, described.decimals) for edge in band)
        if band[0] <= now <= band[1]:
            said += "  · " + t("normal {low}–{high}", low=low, high=high)
        else:
            sign = "↑" if now > band[1] else "↓"
            said = f"{sign} {said}  · <b>" + t("outside normal {low}–{high}", low=low, high=high) + "</b>"
    return Panel(said, values, band)


def _marks(use_case: UseCase, asset: str, start: datetime, at: datetime, frame: pd.DataFrame) -> list[Mark]:
    """Confirmed failures, and the readings that people flagged."""
    zone, store = ZoneInfo(use_case.timezone), session.store()
    marks = []
    for truth in store.readings.truth_at(use_case.name, asset, start, at):
        if use_case.failed([truth.outcome])[0]:
            found = use_case.target.causes.get(truth.cause or "", "") or outcome_text(use_case, truth.outcome)
            text = t("Confirmed: {found}, {clock}", found=found, clock=when(truth.start, use_case.timezone))
            marks.append(Mark(_plant(max(truth.start, start), zone), "✕", text, _plant(truth.end, zone)))
    moments = frame.set_index("id")["time"]
    for case in store.feedback.queue(use_case.name, states=tuple(CaseState), limit=500):
        if case.asset == asset and case.reading in moments.index:
            moment = moments[case.reading].to_pydatetime()
            marks.append(Mark(_plant(moment, zone), "⚑", t("Flagged: {clock}", clock=when(moment, use_case.timezone))))
    return marks


def _plant(moment: datetime, zone: ZoneInfo) -> np.datetime64:
    """A moment as the clock on the plant's wall shows it: a chart has no time zones."""
    return np.datetime64(moment.astimezone(zone).replace(tzinfo=None), "us")
