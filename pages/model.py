"""What the model goes by in general: importance, every reading as a dot, and how one value moves the risk."""

from collections.abc import Callable

import numpy as np
import streamlit as st

from data.store import StoreError
from data.usecase import UseCase
from explainers.overall import Importance
from models.release import ReleaseError
from pages.figures.overall import beeswarm_figure, dependence_figure, importance_figure, thinned_rows
from pages.figures.template import CONFIG
from pages.parts import session
from pages.parts.address import asked_number
from pages.parts.frame import empty, go, page_header, trouble
from pages.parts.general import SAMPLES, Sample, part, profiled, ranked, sample
from pages.parts.language import number, t
from pages.parts.theme import palette
from pages.parts.top_reason import release_of
from pages.parts.wording import label


def render() -> None:
    use_case = session.use_case()
    numbers = [release.number for release in session.store().releases.all(use_case.name)]
    champion = session.store().releases.champion(use_case.name)
    with page_header(t("What the model goes by"), use_case):
        if numbers:
            asked = asked_number("release")
            start = asked if asked in numbers else champion.number if champion else numbers[0]
            wanted = st.selectbox(
                t("Release"), numbers, index=numbers.index(start), key="release", width=220, label_visibility="collapsed",
                format_func=lambda n: t("Release {n} (champion)", n=n) if champion and n == champion.number else t("Release {n}", n=n),
            )  # fmt: skip
    if not numbers:
        empty(t("There is no release yet."), t("It appears as soon as the first one is trained."))
        return
    if asked is not None and asked not in numbers:
        trouble(
            t("There is no release {asked}.", asked=st.query_params["release"][:20]),
            t("Release {n} is shown instead.", n=wanted),
        )
    shown = _chosen(use_case, wanted)
    if shown is None:
        return
    _importance(use_case, shown)
    _dependence(use_case, shown, wanted)


def _chosen(use_case: UseCase, release: int) -> Sample | None:
    """The sample, by how many readings, area and category."""
    categories = {f"{name}={value}": (name, value) for name, s in use_case.signals.items() for value in s.categories}
    with st.container(horizontal=True, vertical_alignment="center"):
        rows = st.segmented_control(
            t("Newest readings"),
            SAMPLES,
            default=SAMPLES[0],
            required=True,
            key="rows",
            format_func=lambda n: t("newest {n}", n=number(n, 0)),
            label_visibility="collapsed",
        )
        area = st.selectbox(
            t("Area"),
            list(use_case.areas),
            index=None,
            placeholder=t("All areas"),
            key="part_area",
            width=180,
            label_visibility="collapsed",
        )
        kind = st.selectbox(
            t("Kind"), list(categories), index=None, placeholder=t("All products"), key="part_kind", width=200, label_visibility="collapsed",
            format_func=lambda key: f"{label(use_case, categories[key][0])} {categories[key][1]}",
        )  # fmt: skip
    with st.spinner(t("Reading what the worker explained …")):
        whole = sample(use_case, release, rows)
        shown = part(use_case, whole, area, categories.get(kind))
    if not len(whole.table):
        _profile(use_case, release)
        return None
    if len(shown.table) < 2:
        empty(
            t("Release {n} has not predicted any such reading.", n=release),
            t("Choose another release, more readings, or all areas and products."),
        )
        return None
    st.caption(
        t(
            "From {n} live readings that release {release} predicted and explained as they came; nothing is computed anew.",
            n=number(len(shown.table), 0),
            release=release,
        )
    )
    return shown


def _profile(use_case: UseCase, release: int) -> None:
    """A release that has predicted nothing yet: what it carries from the time it was made."""
    try:
        found = session.release(use_case, release)
    except (ReleaseError, StoreError) as error:
        trouble(t("Release {n} cannot be shown.", n=release), str(error))
        return
    st.info(
        t(
            "Release {n} has not predicted a live reading yet. This is its own profile, from {rows} readings that were held "
            "out when it was trained; the dots appear once it predicts.",
            n=release,
            rows=number(found.profile["rows"], 0),
        ),
        icon=":material/info:",
    )
    _bars(use_case, lambda groups: profiled(found, groups))


def _bars(use_case: UseCase, of: Callable[[bool], Importance]) -> None:
    """Importance ``of`` groups (or features), and which is the strongest."""
    by = st.segmented_control(
        t("Told by"), ["groups", "features"], default="groups", required=True, key="by", label_visibility="collapsed",
        format_func={"groups": t("As reasons"), "features": t("As model inputs")}.get,
    )  # fmt: skip
    found = of(by == "groups")
    names = [use_case.groups[n].label if by == "groups" else label(use_case, n) for n in found.names]
    st.subheader(t("How much each one moves the risk"), anchor=False)
    figure = importance_figure(palette(), names, found.mean, found.low, found.high, t("mean change of the log-odds"))
    st.plotly_chart(
        figure, theme=None, config=CONFIG, key="importance", alt=t("Importance; the strongest is {name}", name=names[0])
    )
    st.caption(
        t(
            "{name} moves the risk most: by {mean} on average, up or down. The whiskers are the 95 % interval if every reading "
            "stood for itself; readings of one product are alike, so the true one is several times wider.",
            name=names[0],
            mean=number(float(found.mean[0]), 2),
        )
    )


def _importance(use_case: UseCase, shown: Sample) -> None:
    left, right = st.columns([2, 3], gap="large")
    with left:
        _bars(use_case, lambda groups: ranked(use_case, shown, groups))
    with right:
        st.subheader(t("Every reading as a dot"), anchor=False)
        order = np.argsort(-np.abs(shown.shares).mean(axis=0), kind="stable")[:7]
        rows = thinned_rows(len(shown.table))
        words = {
            "axis": t("change of the log-odds (right: raises the risk)"),
            "low": t("low"),
            "high": t("high"),
            "value": t("value"),
        }
        names = [label(use_case, use_case.features[i]) for i in order]
        figure = beeswarm_figure(palette(), names, shown.shares[rows][:, order], shown.x[rows][:, order], words)
        st.plotly_chart(
            figure,
            theme=None,
            config=CONFIG,
            key="beeswarm",
            alt=t("Contributions of each input, coloured from low to high values"),
        )
        st.caption(
            t(
                "{n} readings are drawn. Orange dots on the right: high values raise the risk; blue dots on the right: low values do.",
                n=number(len(rows), 0),
            )
        )


def _dependence(use_case: UseCase, shown: Sample, release: int) -> None:
    st.subheader(t("How one value moves the risk"), anchor=False)
    numbers = [f for f in use_case.features if not getattr(use_case.described(f), "categories", ())]
    strongest = max(numbers, key=lambda f: np.abs(shown.shares[:, use_case.features.index(f)]).mean())
    feature = st.pills(
        t("Value"),
        numbers,
        default=strongest,
        required=True,
        format_func=lambda f: label(use_case, f),
        key="feature",
        label_visibility="collapsed",
    )
    at, rows = use_case.features.index(feature), thinned_rows(len(shown.table))
    unit = getattr(use_case.described(feature), "unit", "")
    known = release_of(use_case, release)
    category = next((name for name, s in use_case.signals.items() if s.categories), None)
    kinds = shown.table[category].to_numpy()[rows].tolist() if category else [""] * len(rows)
    words = {
        "x": f"{label(use_case, feature)}, {unit}" if unit else label(use_case, feature),
        "y": t("change of the log-odds"),
        "band": t("normal range"),
    }
    figure = dependence_figure(
        palette(),
        shown.x[rows, at],
        shown.shares[rows, at],
        shown.table["id"].to_numpy()[rows],
        kinds,
        known.band("*", feature) if known else None,
        words,
    )
    picked = st.plotly_chart(
        figure, theme=None, config=CONFIG, key=f"dependence_{feature}", on_select="rerun", selection_mode="points",
        alt=t("Contribution of {name} over its value", name=label(use_case, feature)),
    )  # fmt: skip
    st.caption(t("Above 0 the value raises the risk, below it lowers it. Tap a dot to open its prediction."))
    for point in picked.selection.points[:1]:
        reading = point.get("customdata")
        go("prediction", use_case=use_case.name, reading=int(reading[0] if isinstance(reading, list) else reading))
