"""How one value acts on the risk: each reading's contribution over it, and what the model would say if it were otherwise."""

import numpy as np
import streamlit as st

from data.readings.features import feature_matrix
from data.usecase.use_case import UseCase
from explainers.overall.dependence import Dependence, dependence
from models.release.release import Release
from pages.figures.dependence import response_figure
from pages.figures.overall import dependence_figure, thinned_rows
from pages.figures.template import CONFIG
from pages.parts.model.general import SAMPLES, Part, Sample, View, views
from pages.parts.remembered.kept import worked_out
from pages.parts.shell import session
from pages.parts.shell.frame import empty, go
from pages.parts.words.language import number, plural, t
from pages.parts.words.predicted import bad_word
from pages.parts.words.scale import scale_word
from pages.parts.words.theme import palette
from pages.parts.words.verbatim import verbatim
from pages.parts.words.wording import label

ASKED_ROWS = 500


def response_section(use_case: UseCase, releases: list[int], chosen: Part) -> None:
    """One value, chosen by the reader; for each release its contributions and its response."""
    shown = [view for view in views(use_case, releases, SAMPLES[1], chosen) if len(view.sample.table) > 1]
    if not shown:
        empty(t("No reading of release {n} belongs to this part.", n=releases[0]), t("Choose another part, or another release."))
        return
    first = np.abs(shown[0].sample.shares).mean(axis=0)
    strongest = use_case.features[int(first.argmax())]
    feature = st.pills(
        t("Value"), use_case.features, default=strongest, required=True, key="feature", label_visibility="collapsed",
        format_func=lambda f: verbatim(label(use_case, f)),
    )  # fmt: skip
    for view in shown:
        if len(shown) > 1:
            st.subheader(t("Release {n}", n=view.number), anchor=False)
        left, right = st.columns(2, gap="large")
        with left:
            _contributions(use_case, view, feature)
        with right:
            _response(use_case, view, feature, chosen)


def _contributions(use_case: UseCase, view: View, feature: str) -> None:
    shown, at = view.sample, use_case.features.index(feature)
    st.markdown(t("**What it adds to each reading**"))
    rows = thinned_rows(len(shown.table))
    category = next((name for name, s in use_case.signals.items() if s.categories), None)
    kinds = shown.table[category].to_numpy()[rows].tolist() if category else [""] * len(rows)
    codes = _codes(use_case, feature)
    x = shown.x[rows, at] if not codes else np.array([codes[int(code)] for code in shown.x[rows, at]])
    words = {"x": _axis(use_case, feature), "y": t("change, {scale}", scale=scale_word(use_case)), "band": t("normal range")}
    band = view.release.band("*", feature) if view.release and not codes else None
    figure = dependence_figure(palette(), x, shown.shares[rows, at], shown.table["id"].to_numpy()[rows], kinds, band, words)
    picked = st.plotly_chart(
        figure, theme=None, config=CONFIG, key=f"dependence_{view.number}_{feature}", on_select="rerun", selection_mode="points",
        alt=t("Contribution of {name} over its value", name=label(use_case, feature)),
    )  # fmt: skip
    st.caption(t("Above 0 the value raises the risk, below it lowers it. Tap a dot to open its prediction."))
    for point in picked.selection.points[:1]:
        reading = point.get("customdata")
        if reading is not None:  # a line was tapped
            go("prediction", use_case=use_case.name, reading=int(reading[0] if isinstance(reading, list) else reading))


def _response(use_case: UseCase, view: View, feature: str, chosen: Part) -> None:
    if view.release is None:
        st.caption(t("The model itself cannot be asked: its release is damaged."))
        return
    st.markdown(t("**What the model would say if it were otherwise**"))
    found = _answered(
        str(session.settings().store_path),
        use_case.name,
        view.number,
        feature,
        chosen,
        view.sample.stamp,
        view.sample,
        view.release,
    )
    codes = _codes(use_case, feature)
    words = {
        "x": _axis(use_case, feature),
        "y": t("risk of {target}, %", target=bad_word(use_case)),
        "mean": t("mean, with its error (PDP)"),
        "rows": t("single readings (ICE)"),
        "local": t("local effect (ALE)"),
        "change": t("change, {scale}", scale=t("points")),
        "band": t("normal range"),
    }
    figure = response_figure(palette(), found, view.release.band("*", feature) if not codes else None, codes, words)
    alt = t("Mean risk over {name}", name=label(use_case, feature))
    st.plotly_chart(figure, theme=None, config=CONFIG, key=f"response_{view.number}_{feature}", alt=alt)
    text = (
        plural(
            "{n} reading, asked again with another value; what is computed from it follows. ALE asks {near} of them, about nearby values.",
            "{n} readings, asked again with another value; what is computed from it follows. ALE asks {near} of them, about nearby values.",
            found.rows,
            near=number(found.near, 0),
        )
        if feature in use_case.signals
        else plural(
            "{n} reading, asked again with another value; what it is computed from stays, so some are impossible: trust ALE ({near}).",
            "{n} readings, asked again with another value; what it is computed from stays, so some are impossible: trust ALE ({near}).",
            found.rows,
            near=number(found.near, 0),
        )
    )
    st.caption(text)


@worked_out
@st.cache_resource(show_spinner=False, max_entries=200)
def _answered(
    path: str, name: str, release: int, feature: str, chosen: Part, stamp: tuple[int, int], _sample: Sample, _release: Release
) -> Dependence:
    return answered(_release, _sample, feature)


def answered(release: Release, sample: Sample, feature: str) -> Dependence:
    """The dependence of a release's risk on one feature. A signal takes what is derived from it along."""
    use_case, rows = release.use_case, sample.x.astype(float)
    category = bool(_codes(use_case, feature))
    if feature in use_case.recorded:
        place = list(use_case.recorded).index(feature)
        signals = rows[:, : len(use_case.recorded)]
        return dependence(
            release.risk,
            signals,
            place,
            categorical=category,
            recompute=lambda part: feature_matrix(use_case, part),
            most=ASKED_ROWS,
        )
    return dependence(release.risk, rows, use_case.features.index(feature), most=ASKED_ROWS)


def _codes(use_case: UseCase, feature: str) -> tuple[str, ...]:
    return tuple(getattr(use_case.described(feature), "categories", ()))


def _axis(use_case: UseCase, feature: str) -> str:
    unit = getattr(use_case.described(feature), "unit", "")
    return f"{label(use_case, feature)}, {unit}" if unit else label(use_case, feature)
