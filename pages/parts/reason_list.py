"""The three reasons of a prediction as an operator reads them: a sentence, the value against its band, the last hour."""

from collections.abc import Sequence
from html import escape

import pandas as pd
import streamlit as st

from data.features import feature_matrix, signal_matrix
from data.usecase import UseCase
from explainers.novelty import Outside
from explainers.reasons import Reason
from pages.figures.band_bar import band_bar, small_trend
from pages.parts.explained import Explained
from pages.parts.guidance import outside_sentence
from pages.parts.language import number, t
from pages.parts.predicted import predicted_text, target_value
from pages.parts.spans import lately, length_text
from pages.parts.theme import palette
from pages.parts.wording import band_text, label, reason_sentence, value_text

_ROW = """<div style="display:flex;flex-wrap:wrap;gap:0.3rem 1.6rem;align-items:center;padding:0.55rem 0;border-top:1px solid {line}">
<div style="flex:1 1 24rem;display:flex;gap:0.8rem"><span style="font-weight:700;color:{muted}">{place}</span>
<span style="font-size:1.12rem;line-height:1.35;unicode-bidi:plaintext;overflow-wrap:anywhere;min-width:0">{sentence}<br><span style="color:{muted};font-size:0.95rem">{points}</span></span></div>
<div style="flex:0 1 34rem;display:flex;gap:1.6rem;align-items:start">
<div style="flex:1 1 15rem;min-width:10rem">{bar}</div><div style="flex:1 1 15rem;min-width:10rem">{trend}</div></div></div>"""
_CAPTION = '<div style="color:{muted};font-size:0.85rem;text-align:right;max-width:320px">{text}</div>'


def reason_list(use_case: UseCase, told: Explained, hour: pd.DataFrame) -> None:
    """Draw the strongest reasons, then what the others add up to, with a way to see them too."""
    trends = _derived(use_case, hour)
    rows = [_row(use_case, told, reason, place, trends) for place, reason in enumerate(told.reasons.strongest, start=1)]
    st.html("".join(rows))
    if told.points is not None:
        rest = sum(told.points[reason.group] for reason in told.reasons.others)
        text = t("The rest together: {share}", share=share_text(use_case, told, rest))
    else:
        text = t("The rest")
    with st.expander(text):
        for reason in told.reasons.others:
            share = f" ({points_text(use_case, told, reason)})" if told.points else ""
            st.markdown(f"{reason_sentence(use_case, reason)}{share}")


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


def points_text(use_case: UseCase, told: Explained, reason: Reason) -> str:
    """A reason's share: in percentage points of risk, in the target's unit, or of all that speaks for a class."""
    return share_text(use_case, told, told.points[reason.group]) if told.points else ""


def share_text(use_case: UseCase, told: Explained, share: float) -> str:
    """One share on the scale of its explanation, with its sign."""
    if told.scale == "target":
        amount = target_value(use_case, abs(share))
        return t("{amount} on {label}", amount=("+" if share > 0 else "−") + amount, label=use_case.target.label)
    if told.scale == "margin":
        said = predicted_text(use_case, told.prediction)
        return t("{points} % of what speaks for: {predicted}", points=signed(share), predicted=said)
    return t("{points} points", points=signed(share))


def signed(points: float) -> str:
    """A share with its sign; what rounds to nothing says so."""
    return "±0" if abs(points) < 0.5 else ("+" if points > 0 else "−") + number(abs(points), 0)


def _row(use_case: UseCase, told: Explained, reason: Reason, place: int, trends: pd.DataFrame) -> str:
    colours, main, bar = palette(), reason.main, ""
    if main.band and not isinstance(main.value, str):
        low, high = band_text(use_case, main).split("–")
        bar = band_bar(colours, float(main.value), main.band, low, high, main.side in ("above", "below"))
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
