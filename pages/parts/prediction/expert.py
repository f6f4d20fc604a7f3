"""The expert drawer of a prediction: shares that add up, a second method with its spread, whether they agree, the raw reading."""

import numpy as np
import pandas as pd
import streamlit as st

from data.records import Prediction, State
from data.usecase.use_case import UseCase
from explainers.certainty.certainty import COVERAGES, nearest_coverage
from explainers.local.local_surrogate import GOOD_FIT
from explainers.shapley.contract import CannotExplain, Explanation
from models.documents.document import markdown
from models.numbers.quantities import places_for
from models.release.asking import certainty
from models.release.release import Release
from pages.figures.template import CONFIG
from pages.figures.waterfall import waterfall, with_spread
from pages.parts.prediction.quality_view import quality_view
from pages.parts.prediction.what_if import what_if_view
from pages.parts.reasons.explained import Answers, Explained, how_sure, in_points, second_opinion
from pages.parts.releases.card_view import card_of
from pages.parts.words.guidance import outcomes_sentence, promise_sentences
from pages.parts.words.language import number, percent, plural, quantity, t
from pages.parts.words.predicted import sure_sentences
from pages.parts.words.retold import retold
from pages.parts.words.scale import method_word
from pages.parts.words.scale import told as told_on
from pages.parts.words.theme import palette
from pages.parts.words.verbatim import verbatim
from pages.parts.words.wording import group_label, label, value_text


def expert(use_case: UseCase, told: Explained, asked: Answers | None) -> None:
    """Draw it. Nothing in it is computed before it is opened."""
    if told.release is None:
        st.warning(t("Release {number} cannot be loaded, so its model cannot be asked again.", number=told.prediction.release))
        _raw(use_case, told)
        return
    exact = in_points(use_case, told.prediction, told.release)
    if exact is None:
        st.warning(t("Release {number} cannot explain this reading.", number=told.prediction.release))
        _raw(use_case, told)
        return
    order = _order(use_case, told, exact)
    names = [group_label(use_case, group) for group in exact.features]
    values = [_shown(use_case, told, group) for group in exact.features]
    scale = told_on(use_case, exact)
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.markdown(scale.title)
        words = {"base": scale.base, "total": scale.total, "axis": scale.axis}
        base, total = scale.factor * exact.base, scale.factor * exact.value
        figure = waterfall(palette(), names, values, scale.factor * exact.contributions, base, total, words, order)
        told_alt = t("Waterfall from {base} to {total}", base=scale.amount(exact.base), total=scale.amount(exact.value))
        st.plotly_chart(figure, theme=None, config=CONFIG, key="waterfall", alt=told_alt)
        gap = verbatim(scale.amount(exact.gap, 3))
        st.caption(
            t(
                "The shares ({method}) add up within {gap}. Usual: the mean over {n} real training readings.",
                method=method_word(exact),
                gap=gap,
                n=number(exact.rows, 0),
            )
        )
        if exact.error is not None:
            off = verbatim(scale.amount(float(np.nanmax(exact.error, initial=0.0)), 2))
            st.caption(t("Each share is of a sample: its standard error is at most {off}.", off=off))
        if scale.factor * exact.gap > scale.gap_bar:
            st.warning(
                t(
                    "The shares miss what the model says by {gap}: take this explanation with care.",
                    gap=verbatim(scale.amount(exact.gap)),
                )
            )
        if exact.note:
            st.info(verbatim(exact.note), icon=":material/info:")
    with right:
        try:
            _second(use_case, told.prediction, told.release, names, order)
        except CannotExplain as why:
            st.markdown(t("**A second opinion** · LIME, mean and spread over 3 seeds"))
            st.info(t("There is no second opinion on this reading: {why}", why=verbatim(retold(why))), icon=":material/info:")
    _certainty(use_case, told.prediction, told.release)
    if asked is not None and use_case.task == "binary":
        quality_view(told.release.quality, asked.quality, State(told.prediction.state) is not State.NORMAL)
    st.divider()
    what_if_view(use_case, told.prediction, told.release)
    st.divider()
    _raw(use_case, told)


def _certainty(use_case: UseCase, seen: Prediction, release: Release) -> None:
    """How sure it is, at the coverage that the reader chooses."""
    if release.calibration is None:
        return
    st.markdown(t("**How sure** · what cannot be ruled out, from readings that it did not learn from"))
    start = nearest_coverage(use_case.coverage)
    coverage = st.segmented_control(
        t("Confidence"), COVERAGES, default=start, required=True, key="coverage", format_func=percent, label_visibility="collapsed"
    )  # fmt: skip
    sure, own = certainty(release, seen, coverage), how_sure(use_case, seen, release, coverage)
    assert sure is not None
    st.markdown(verbatim(outcomes_sentence(use_case, sure)) if own is None else sure_sentences(use_case, seen, own))
    if own is None:
        st.caption(verbatim(" ".join(promise_sentences(use_case, sure))))
    elif own.followed is not None:
        level = percent(own.followed.level, 1)
        st.caption(
            plural(
                "So that the promise is kept, {level} is asked of the newest errors now; {n} confirmed value was followed.",
                "So that the promise is kept, {level} is asked of the newest errors now; {n} confirmed values were followed.",
                own.followed.rows,
                level=level,
            )
        )
    elif not own.exact:
        st.caption(t("This release was made before each outcome was kept as promised: it leaves more open than it promises."))
    st.caption(
        t(
            "Risk as it was found to hold (Venn-Abers): {likely}, from {low} to {high}.",
            likely=percent(sure.likely, 1),
            low=percent(sure.low, 1),
            high=percent(sure.high, 1),
        )
    )


def _second(use_case: UseCase, seen: Prediction, release: Release, names: list[str], order: np.ndarray) -> None:
    with st.spinner(t("Asking the second method …")):
        second, agree = second_opinion(use_case, seen, release)
    assert second.spread is not None
    factor = 1.0 if second.scale == "target" else 100.0
    st.markdown(t("**A second opinion** · LIME, mean and spread over 3 seeds"))
    fits = second.fit is not None and second.fit >= GOOD_FIT
    said = {"share": percent(max(0.0, second.fit or 0.0))}
    if fits:
        st.caption(t("Its line accounts for {share} of what the model does around this reading.", **said))
    else:
        st.warning(
            t(
                "Its line fits badly: it accounts for {share} of what the model does around this reading. It says little, and whether it agrees says "
                "nothing.",
                **said,
            )
        )
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
    if not fits:
        return
    same, ranks, signs = (round(share * agree.k) for share in (agree.features, agree.ranks, agree.signs))
    said = {"n": number(signs, 0), "k": number(agree.k, 0)}
    if signs == agree.k:
        st.badge(
            t("The methods agree: {n} of the {k} strongest are the same, in the same direction", **said),
            icon=":material/check:",
            color="gray",
        )
    else:
        st.badge(
            t("The methods differ: {n} of the {k} strongest are the same, in the same direction", **said),
            icon=":material/warning:", color="orange",
        )  # fmt: skip
    st.caption(
        t(
            "Ticked only when all {k} are. The same ones: {features} of {k}; at the same rank: {ranks} of {k}. The second method fits a rough "
            "model around the reading; where it differs, the exact shares are the model's own.",
            k=said["k"],
            features=number(same, 0),
            ranks=number(ranks, 0),
        )
    )


def _order(use_case: UseCase, told: Explained, exact: Explanation) -> np.ndarray:
    """The groups as they are told: so the figures stand in the order of the reasons."""
    groups = [reason.group for reason in (*told.reasons.strongest, *told.reasons.others)]
    place = {name: at for at, name in enumerate(dict.fromkeys((*groups, *use_case.groups)))}
    return np.lexsort((-np.abs(exact.contributions), np.array([place[group] for group in exact.features])))


def _shown(use_case: UseCase, told: Explained, group: str) -> str:
    """The value that a group is told by, or the first one that it shows."""
    mains = {reason.group: reason.main.signal for reason in (*told.reasons.strongest, *told.reasons.others)}
    return _value(use_case, told, mains.get(group, use_case.groups[group].show[0]))


def _raw(use_case: UseCase, told: Explained) -> None:
    seen = told.prediction
    own = use_case.task == "regression"
    places = places_for(max(map(abs, seen.contributions.values()), default=0.0), 4) if own else 3
    rows = [
        (label(use_case, f), _value(use_case, told, f), quantity(seen.contributions.get(f, float("nan")), places))
        for f in use_case.features
    ]
    left, right = st.columns([3, 2], gap="large")
    with left:
        unit = (use_case.target.unit or use_case.target.label) if own else t("log-odds")
        st.markdown(
            t(
                "**The reading** · with its exact contribution in {unit} (base {base})",
                unit=verbatim(unit),
                base=quantity(seen.base, places),
            )
        )
        st.dataframe(pd.DataFrame(rows, columns=[t("Signal"), t("Value"), t("Contribution")]), hide_index=True, key="raw")
    with right:
        st.markdown(t("**Release {number}**", number=seen.release))
        st.caption(
            t("Reading {id}, sequence {sequence} of {asset}", id=seen.id, sequence=seen.sequence, asset=verbatim(seen.asset))
        )
    if told.release is not None:
        with st.expander(t("Model card")):
            st.markdown(markdown(card_of(use_case, told.release.record, told.release), level=4, plain=verbatim))


def _value(use_case: UseCase, told: Explained, feature: str) -> str:
    return value_text(use_case, feature, told.values[feature])
