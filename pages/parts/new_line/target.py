"""What is to be predicted, drawn: its values or classes and its course, with what is taken for bad, so that a wrong guess is seen at once."""

import numpy as np
import pandas as pd
import streamlit as st

from data.onboarding.columns import numbers
from data.onboarding.profile import Profile
from data.tables.mapped import as_text
from models.numbers.quantities import places_of
from pages.figures.target import classes_figure, course_figure, values_figure
from pages.figures.template import CONFIG
from pages.parts.words.language import dated, duration, percent, quantity, t
from pages.parts.words.theme import palette
from pages.parts.words.verbatim import verbatim


def target_view(frame: pd.DataFrame, found: Profile) -> None:
    """What was inferred of the target, in a line and two figures."""
    target = found.target
    kinds = {"binary": t("one of two"), "multiclass": t("one of several"), "regression": t("a value")}
    outcomes = ", ".join(target.outcomes.values()) or t("allowed {range}", range=_range(target.allowed))
    share = percent(target.share_bad, 1)
    bad = (
        t("bad in {share} of the rows that are not frozen", share=share)
        if found.frozen
        else t("bad in {share} of the rows", share=share)
    )
    st.markdown(f"**{verbatim(target.label)}** · {kinds[target.task]} · {verbatim(outcomes)} · {bad}")
    at, order = _times(frame, found)
    if found.order.time is not None:
        first, last = (pd.Timestamp(one, tz="UTC").to_pydatetime() for one in (at[0], at[-1]))
        zone = found.timezone
        said = t("Read as going from {first} to {last}.", first=dated(first, zone), last=dated(last, zone))
        pace = (
            t("Usually {pace} lie between two rows.", pace=duration(found.order.cadence_s)) if found.order.cadence_s >= 1 else ""
        )
        st.caption(f"{said} {pace}")
    left, right = st.columns(2, gap="large")
    label = f"{target.label} [{target.unit}]" if target.unit else target.label
    rows = t("Rows")
    if target.task == "regression":
        assert target.allowed is not None
        values = numbers(frame[target.header]).to_numpy()[order]
        known = np.isfinite(values)
        low, high = (
            t(
                "proposed limit {value}",
                value=f"{quantity(edge, places_of(edge))} {target.unit}".strip(),
            )
            if edge is not None
            else ""
            for edge in target.allowed
        )
        words = {"axis": label, "rows": rows, "low": low, "high": high}
        spread = values_figure(palette(), values[known], target.allowed, words)
        course = course_figure(palette(), at[known], values[known], target.allowed, {"axis": label, "at": _at(found)})
    else:
        told = pd.Series(as_text(frame[target.header]))
        codes = (told.map(target.words) if target.words else pd.to_numeric(told)).to_numpy(float)[order]
        known = np.isfinite(codes)
        severe = [
            code for code in target.outcomes if (code == 1 if target.task == "binary" else target.severity.get(code, 0) > 0)
        ]
        names = list(target.outcomes.values())
        counts = [int((codes == code).sum()) for code in target.outcomes]
        spread = classes_figure(palette(), names, counts, [code in severe for code in target.outcomes], {"rows": rows})
        words = {"axis": t("bad, in % of the rows"), "at": _at(found)}
        course = course_figure(palette(), at[known], np.isin(codes[known], severe).astype(float), None, words)
    left.plotly_chart(
        spread, theme=None, config=CONFIG, key="new_target_spread", alt=t("How {label} is spread", label=target.label)
    )
    right.plotly_chart(course, theme=None, config=CONFIG, key="new_target_course", alt=t("How {label} went", label=target.label))


def _times(frame: pd.DataFrame, found: Profile) -> tuple[np.ndarray, np.ndarray]:
    """(n,) rising times, or numbers of rows, and the order of the rows by them."""
    if found.order.moments is None:
        return np.arange(1, len(frame) + 1), np.arange(len(frame))
    time_us = found.order.moments.us
    order = np.argsort(time_us, kind="stable")
    return time_us[order].astype("datetime64[us]"), order


def _at(found: Profile) -> str:
    return "" if found.order.time else t("Rows")


def _range(allowed: tuple[float | None, float | None] | None) -> str:
    low, high = allowed or (None, None)
    return f"{'−∞' if low is None else f'{low:g}'} … {'∞' if high is None else f'{high:g}'}"
