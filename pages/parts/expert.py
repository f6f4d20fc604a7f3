"""The expert drawer of a prediction: shares that add up, a second method with its spread, whether they agree, the raw reading."""

import numpy as np
import pandas as pd
import streamlit as st

from data.records import State
from data.usecase import UseCase
from explainers.certainty import COVERAGES, nearest_coverage
from explainers.contract import CannotExplain, Explanation
from models.asking import certainty
from models.document import markdown
from pages.figures.template import CONFIG
from pages.figures.waterfall import waterfall, with_spread
from pages.parts.card_view import card_of
from pages.parts.explained import Answers, Explained, in_points, second_opinion
from pages.parts.guidance import outcomes_sentence
from pages.parts.language import number, percent, t
from pages.parts.predicted import sure_sentences
from pages.parts.quality_view import quality_view
from pages.parts.scale import told as told_on
from pages.parts.theme import palette
from pages.parts.what_if import what_if_view
from pages.parts.wording import label, value_text


def expert(use_case: UseCase, told: Explained, asked: Answers | None) -> None:
    """Draw it. Nothing in it is computed before it is opened."""
    if told.release is None:
        st.warning(t("Release {number} cannot be loaded, so its model cannot be asked again.", number=told.prediction.release))
        _raw(use_case, told)
        return
    exact = in_points(use_case, told.prediction, told.release)
    names = [label(use_case, feature) for feature in exact.features]
    values = [_value(use_case, told, feature) for feature in exact.features]
    scale = told_on(use_case, exact)
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.markdown(scale.title)
        words = {"base": scale.base, "total": scale.total, "axis": scale.axis}
        shares, base, total = (scale.factor * part for part in (exact.contributions, exact.base, exact.value))
        figure = waterfall(palette(), names, values, shares, base, total, words)
        told_alt = t("Waterfall from {base} to {total}", base=scale.amount(exact.base), total=scale.amount(exact.value))
        st.plotly_chart(figure, theme=None, config=CONFIG, key="waterfall", alt=told_alt)
        gap = scale.amount(exact.gap, 3)
        st.caption(t("The shares add up within {gap}. Usual: the mean over real training readings.", gap=gap))
        if scale.factor * exact.gap > scale.gap_bar:
            st.warning(
                t("The shares miss what the model says by {gap}: take this explanation with care.", gap=scale.amount(exact.gap))
            )
        if exact.note:
            st.info(exact.note, icon=":material/info:")
    with right:
        try:
            _second(use_case, told, exact, names)
        except CannotExplain as why:
            st.markdown(t("**A second opinion** · LIME, mean and spread over 3 seeds"))
            st.info(t("There is no second opinion on this reading: {why}", why=str(why)), icon=":material/info:")
    _certainty(use_case, told)
    if asked is not None and use_case.task == "binary":
        quality_view(told.release.quality, asked.quality, State(told.prediction.state) is not State.NORMAL)
    st.divider()
    what_if_view(use_case, told.prediction, told.release)
    st.divider()
    _raw(use_case, told)


def _certainty(use_case: UseCase, told: Explained) -> None:
    """How sure it is, at the coverage that the reader chooses."""
    if told.release.calibration is None:
        return
    st.markdown(t("**How sure** · what cannot be ruled out, from readings that it did not learn from"))
    start = nearest_coverage(use_case.coverage)
    coverage = st.segmented_control(
        t("Confidence"), COVERAGES, default=start, required=True, key="coverage", format_func=percent, label_visibility="collapsed"
    )  # fmt: skip
    sure = certainty(told.release, told.prediction.score, coverage)
    own = told.release.how_sure(told.release.row(told.prediction.values), coverage)
    st.markdown(outcomes_sentence(use_case, sure) if own is None else sure_sentences(use_case, told.prediction, own))
    st.caption(
        t(
            "Risk as it was found to hold (Venn-Abers): {likely}, from {low} to {high}.",
            likely=percent(sure.likely, 1),
            low=percent(sure.low, 1),
            high=percent(sure.high, 1),
        )
    )


def _second(use_case: UseCase, told: Explained, exact: Explanation, names: list[str]) -> None:
    with st.spinner(t("Asking the second method …")):
        second, agree = second_opinion(use_case, told.prediction, told.release)
    order = np.argsort(-np.abs(exact.contributions), kind="stable")
    factor = 1.0 if second.scale == "target" else 100.0
    st.markdown(t("**A second opinion** · LIME, mean and spread over 3 seeds"))
    figure = with_spread(
        palette(),
        [names[i] for i in order],
        factor * second.contributions[order],
        factor * second.spread[order],
        t("local effect, percentage points")
        if factor == 100
        else t("local effect, {unit}", unit=use_case.target.unit or use_case.target.label),
    )
    st.plotly_chart(
        figure, theme=None, config=CONFIG, key="second", alt=t("Shares of the second method, in the order of the first")
    )
    if min(agree.features, agree.signs) >= 2 / 3:
        st.badge(t("The methods agree"), icon=":material/check:", color="gray")
    else:
        st.badge(t("The methods differ: take the reasons with care"), icon=":material/warning:", color="orange")
    st.caption(
        t(
            "Of the {k} strongest: {features} the same, {ranks} at the same rank, {signs} of the same sign. The second method fits a "
            "rough model around the reading; where it differs, the exact shares are the model's own.",
            k=agree.k,
            features=percent(agree.features),
            ranks=percent(agree.ranks),
            signs=percent(agree.signs),
        )
    )


def _raw(use_case: UseCase, told: Explained) -> None:
    seen = told.prediction
    rows = [
        (label(use_case, f), _value(use_case, told, f), number(seen.contributions.get(f, float("nan")), 3))
        for f in use_case.features
    ]
    left, right = st.columns([3, 2], gap="large")
    with left:
        unit = use_case.target.unit if use_case.task == "regression" else t("log-odds")
        st.markdown(
            t("**The reading** · with its exact contribution in {unit} (base {base})", unit=unit, base=number(seen.base, 3))
        )
        st.dataframe(pd.DataFrame(rows, columns=[t("Signal"), t("Value"), t("Contribution")]), hide_index=True, key="raw")
    with right:
        st.markdown(t("**Release {number}**", number=seen.release))
        st.caption(t("Reading {id}, sequence {sequence} of {asset}", id=seen.id, sequence=seen.sequence, asset=seen.asset))
    if told.release is not None:
        with st.expander(t("Model card")):
            st.markdown(markdown(card_of(use_case, told.release.record, told.release), level=4))


def _value(use_case: UseCase, told: Explained, feature: str) -> str:
    return value_text(use_case, feature, told.values[feature])
