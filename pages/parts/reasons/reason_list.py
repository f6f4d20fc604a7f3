"""The reasons of a prediction as an operator reads them: a sentence, the value against its band, the last hour."""

from collections.abc import Sequence
from html import escape

import pandas as pd
import streamlit as st

from data.readings.features import feature_matrix, signal_matrix
from data.records import State
from data.usecase.use_case import UseCase
from explainers.certainty.novelty import Outside
from explainers.local.reasons import Reason, Told
from pages.figures.band_bar import band_bar, small_trend
from pages.parts.reasons.explained import Explained
from pages.parts.words.bands import edges
from pages.parts.words.guidance import outside_sentence
from pages.parts.words.language import t
from pages.parts.words.shares import lead_text, other_lines, points_text, rest_text
from pages.parts.words.spans import lately, length_text
from pages.parts.words.theme import palette
from pages.parts.words.verbatim import verbatim
from pages.parts.words.wording import label, reason_sentence, value_text

_ROW = """<div style="display:flex;flex-wrap:wrap;gap:0.3rem 1.6rem;align-items:center;padding:0.55rem 0;border-top:1px solid {line}">
<div style="flex:1 1 24rem;display:flex;gap:0.8rem"><span style="font-weight:700;color:{muted}">{place}</span>
<span style="font-size:1.12rem;line-height:1.35;unicode-bidi:plaintext;overflow-wrap:anywhere;min-width:0">{sentence}<br><span style="color:{muted};font-size:0.95rem">{points}</span></span></div>
<div style="flex:0 1 34rem;display:flex;gap:1.6rem;align-items:start">
<div style="flex:1 1 15rem;min-width:10rem">{bar}</div><div style="flex:1 1 15rem;min-width:10rem">{trend}</div></div></div>"""
_CAPTION = '<div style="color:{muted};font-size:0.85rem;text-align:right;max-width:320px">{text}</div>'


def reason_list(use_case: UseCase, told: Explained, hour: pd.DataFrame) -> None:
    """Draw from what to what the reasons lead, the strongest of them, then what the others add up to, with a way to see them too."""
    found, seen = told.reasons, told.prediction
    if lead := lead_text(use_case, found, seen):
        st.markdown(verbatim(lead))
    if not found.strongest:
        known = found.unit or State(seen.state) is State.NORMAL
        gone = t("Why was not recorded, and release {number} cannot be asked any more.", number=seen.release)
        st.markdown(t("No single reason is large enough to be told.") if known else gone)
        return
    trends = _derived(use_case, hour)
    rows = [_row(use_case, found, reason, place, trends) for place, reason in enumerate(found.strongest, start=1)]
    st.html("".join(rows))
    if not found.others and not found.rest:
        return
    with st.expander(verbatim(rest_text(use_case, found))):
        for line in other_lines(use_case, found):
            st.markdown(verbatim(line))


def outside_list(use_case: UseCase, found: Sequence[Outside]) -> None:
    """Draw which values lie beyond the training data, each against where that ends."""
    if not found:
        st.markdown(t("No single value is new; together they are."))
        return
    colours, rows = palette(), []
    for place, one in enumerate(found, start=1):
        low, high = (value_text(use_case, one.feature, edge) for edge in (one.low, one.high))
        rows.append(
            _ROW.format(
                line=colours.grid,
                muted=colours.muted,
                place=place,
                sentence=escape(outside_sentence(use_case, one)),
                points=escape(t("grey: all of the training data")),
                bar=band_bar(colours, one.value, (one.low, one.high), low, high, True),
                trend="",
            )
        )
    st.html("".join(rows))


def _row(use_case: UseCase, told: Told, reason: Reason, place: int, trends: pd.DataFrame) -> str:
    colours, main, bar = palette(), reason.main, ""
    if main.band and not isinstance(main.value, str):
        ends = edges(use_case.described(main.signal), main.band)
        bar = band_bar(colours, float(main.value), main.band, *ends, main.side in ("above", "below"))
    trend = ""
    if main.signal in trends and trends[main.signal].dtype.kind == "f":
        span = length_text(lately(use_case))
        title = t("{label} in the last {time}", label=label(use_case, main.signal), time=span)
        caption = _CAPTION.format(muted=colours.muted, text=escape(t("last {time}", time=span)))
        trend = small_trend(colours, trends[main.signal].to_numpy(), main.band, title) + caption
    return _ROW.format(
        line=colours.grid,
        muted=colours.muted,
        place=place,
        sentence=escape(reason_sentence(use_case, reason)),
        points=escape(points_text(use_case, told, reason)),
        bar=bar,
        trend=trend,
    )


def _derived(use_case: UseCase, hour: pd.DataFrame) -> pd.DataFrame:
    """The hour's signals together with the derived features, by name."""
    if hour.empty:
        return pd.DataFrame()
    matrix = feature_matrix(use_case, signal_matrix(use_case, hour))
    numbers = [i for i, name in enumerate(use_case.features) if not getattr(use_case.described(name), "categories", ())]
    return pd.DataFrame({use_case.features[i]: matrix[:, i] for i in numbers})
