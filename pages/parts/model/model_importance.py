"""What matters to a model: mean contribution with its sampling error, permutation beside it, every reading as a dot, part by part."""

import numpy as np
import streamlit as st

from data.usecase.use_case import UseCase
from explainers.overall.overall import Importance, ndcg
from pages.figures.dependence import parts_figure
from pages.figures.overall import beeswarm_figure, importance_figure, thinned_rows
from pages.figures.template import CONFIG
from pages.parts.model.general import SAMPLES, Part, View, part, profiled, ranked, views
from pages.parts.reasons.top_reason import release_of
from pages.parts.shell.frame import empty
from pages.parts.words.language import number, percent, plural, t
from pages.parts.words.scale import scale_word
from pages.parts.words.theme import palette
from pages.parts.words.verbatim import verbatim
from pages.parts.words.wording import label

MOST_PERMUTED = 25
"""Signals that are drawn, the strongest; of the others there is a line."""


def importance_section(use_case: UseCase, releases: list[int], chosen: Part) -> None:
    """A first picture at once, then refined in place while it is being looked at."""
    by = st.segmented_control(
        t("Told by"), ["groups", "features"], default="groups", required=True, key="by", label_visibility="collapsed",
        format_func={"groups": t("As reasons"), "features": t("As model inputs")}.__getitem__,
    )  # fmt: skip
    status, body = st.empty(), st.empty()
    for stage, rows in enumerate(SAMPLES):
        shown = views(use_case, releases, rows, chosen)
        if not shown or not len(shown[0].sample.table):
            body.empty()
            _nothing(use_case, releases[0], by == "groups", chosen)
            return
        read = len(views(use_case, releases[:1], rows, Part())[0].sample.table)
        complete = read < rows or rows >= shown[0].sample.total
        with body.container():
            found = [ranked(use_case, view.sample, by == "groups") for view in shown]
            _draw(use_case, shown, found, by == "groups", stage)
        with status.container():
            _told(shown[0], found[0], complete or stage == len(SAMPLES) - 1, stage)
        if complete:
            break
    if chosen == Part():
        _parts(use_case, shown[0])


def _told(view: View, found: Importance, done: bool, stage: int) -> None:
    """How much has been read, how exact that is, and whether more is coming."""
    pieces = len(np.unique(view.sample.clusters))
    said = {"n": number(found.rows, 0), "total": number(view.sample.total, 0)}
    exact = _exactness(found, pieces)
    source = (
        t("predicted and explained live by release {n}", n=view.number)
        if view.sample.own
        else t("explained here by release {n}, which did not predict them", n=view.number)
    )
    if done and found.rows == view.sample.total:
        st.caption(
            f"{plural('From {n} reading, {source}.', 'From all {n} readings, {source}.', found.rows, source=source)} {exact}"
        )
        return
    if done:
        st.caption(f"{t('From a random {n} of {total} readings, {source}.', source=source, **said)} {exact}")
        return
    text = f"{t('A random {n} of {total} readings so far; reading more …', **said)} {exact}"
    st.progress((stage + 1) / len(SAMPLES), text=text)


def _exactness(found: Importance, pieces: int) -> str:
    """How far off the longest bar may be, and by how much that is known: neighbouring readings are near copies, so their stretches count."""
    if not found.error or found.error != found.error:
        return ""
    return plural(
        "They lie in {n} stretch of ten minutes, within which readings are near copies: the longest bar may be off by ±{error}.",
        "They lie in {n} stretches of ten minutes, within which readings are near copies: the longest bar may be off by ±{error}.",
        pieces,
        error=percent(found.error),
    )


def _draw(use_case: UseCase, shown: list[View], found: list[Importance], groups: bool, stage: int) -> None:
    columns = st.columns([2, 3] if len(shown) == 1 else [1, 1], gap="large")
    for at, (view, ranking) in enumerate(zip(shown, found, strict=True)):
        names = [use_case.groups[n].label if groups else label(use_case, n) for n in ranking.names]
        with columns[at]:
            title = _question(use_case) if len(shown) == 1 else t("Release {n}", n=view.number)
            st.subheader(verbatim(title), anchor=False)
            axis = t("mean change, {scale} (95 %)", scale=scale_word(use_case))
            made = _made(view, groups) if view.sample.own else {}
            before = np.array([made.get(name, np.nan) for name in ranking.names]) if made else None
            marks = {"now": t("now"), "before": t("when it was made")}
            figure = importance_figure(palette(), names, ranking.mean, ranking.low, ranking.high, axis, before, marks)
            alt = t("Importance; the strongest is {name}", name=names[0])
            st.plotly_chart(figure, theme=None, config=CONFIG, key=f"importance_{view.number}_{stage}", alt=alt)
            if made:
                now = {name: float(mean) for name, mean in zip(ranking.names, ranking.mean, strict=True)}
                text = t("Order of importance kept since it was made (nDCG): {ndcg} of 1; below 0.90 it goes by other reasons now.",
                         ndcg=number(ndcg(now, made), 3))  # fmt: skip
                st.caption(text)
            _permuted(use_case, view, stage)
        with columns[1] if len(shown) == 1 else columns[at]:
            _dots(use_case, view, stage)
    if len(shown) == 2:
        ours, theirs = ({n: float(m) for n, m in zip(f.names, f.mean, strict=True)} for f in found)
        kept = t(
            "Order of the first kept by the second (nDCG): {ndcg} of 1; below 0.90 look closely.",
            ndcg=number(ndcg(theirs, ours), 3),
        )
        st.caption(kept)


def _question(use_case: UseCase) -> str:
    """What is asked of the inputs."""
    return {
        "binary": t("How much each one moves the risk"),
        "multiclass": t("How much each one puts a class ahead"),
        "regression": t("How much each one moves the value"),
    }[use_case.task]


def _made(view: View, groups: bool) -> dict[str, float]:
    """What each one was when the release was made, on held-out readings: what it has come to since is explanation drift."""
    kept = view.release.profile["groups" if groups else "features"] if view.release else {}
    return {name: told["mean"] for name, told in kept.items()}


def _permuted(use_case: UseCase, view: View, stage: int) -> None:
    """Another question, beside: how much worse the model gets without a signal. Measured when the release was made."""
    kept = view.release.profile.get("permutation") if view.release else None
    if not kept:
        return
    st.markdown(t("**How much worse it gets without each signal** · on readings that were held out when it was made"))
    every = sorted(kept, key=lambda name: -kept[name]["mean"])
    names = every[:MOST_PERMUTED]
    mean, low, high = (np.array([kept[name][figure] for name in names]) for figure in ("mean", "low", "high"))
    figure = importance_figure(palette(), [label(use_case, n) for n in names], mean, low, high, t("log loss added by shuffling"))
    alt = t("Permutation importance; the strongest is {name}", name=label(use_case, names[0]))
    st.plotly_chart(figure, theme=None, config=CONFIG, key=f"permuted_{view.number}_{stage}", alt=alt)
    if left := every[MOST_PERMUTED:]:
        most = number(kept[left[0]]["mean"], 4)
        st.caption(
            plural("{n} more signal adds at most {most}.", "{n} more signals add at most {most} each.", len(left), most=most)
        )


def _dots(use_case: UseCase, view: View, stage: int) -> None:
    shown = view.sample
    st.subheader(t("Every reading as a dot"), anchor=False)
    order = np.argsort(-np.abs(shown.shares).mean(axis=0), kind="stable")[:7]
    rows = thinned_rows(len(shown.table))
    words = {
        "axis": t("change, {scale}", scale=scale_word(use_case))
        if use_case.task != "binary"
        else t("change of the log-odds (right: raises the risk)"),
        "low": t("low"),
        "high": t("high"),
        "value": t("value"),
    }
    features = [use_case.features[i] for i in order]
    plain = frozenset(i for i, f in enumerate(features) if getattr(use_case.described(f), "categories", ()))
    names = [label(use_case, f) for f in features]
    figure = beeswarm_figure(palette(), names, shown.shares[rows][:, order], shown.x[rows][:, order], words, plain)
    st.plotly_chart(
        figure, theme=None, config=CONFIG, key=f"beeswarm_{view.number}_{stage}",
        alt=t("Contributions of each input, coloured from low to high values"),
    )  # fmt: skip
    drawn = (
        plural(
            "{n} reading is drawn. Orange dots on the right: high values raise it; blue dots there: low values do.",
            "{n} readings are drawn. Orange dots on the right: high values raise it; blue dots there: low values do.",
            len(rows),
        )
        if use_case.task != "binary"
        else None
    )
    text = drawn or plural(
        "{n} reading is drawn. Orange dots on the right: high values raise the risk; blue dots there: low values do.",
        "{n} readings are drawn. Orange dots on the right: high values raise the risk; blue dots there: low values do.",
        len(rows),
    )
    st.caption(text)


def _parts(use_case: UseCase, view: View) -> None:
    """What matters in each area and for each kind, as shares."""
    st.subheader(t("What matters where"), anchor=False)
    kinds = [(name, value) for name, s in use_case.signals.items() for value in s.categories]
    wanted = [(use_case.area_label(area), Part(area=area)) for area in use_case.areas]
    wanted += [(f"{label(use_case, name)} {value}", Part(kind=(name, value))) for name, value in kinds]
    wanted += [(t("with advice"), Part(advised=True)), (t("without advice"), Part(advised=False))]
    told, columns = [], []
    for name, one in wanted:
        sample = part(use_case, view.sample, one)
        if len(sample.table) < 20:
            continue
        found = ranked(use_case, sample, True)
        mean = dict(zip(found.names, found.mean, strict=True))
        columns.append([mean[group] for group in use_case.groups])
        told.append(name)
    if not told:
        return
    share = 100 * np.array(columns).T / np.maximum(np.array(columns).sum(axis=1), 1e-12)
    names = [group.label for group in use_case.groups.values()]
    figure = parts_figure(palette(), names, told, share, t("share of what moves the risk there, %"))
    alt = t("Share of each reason in each part of the plant")
    st.plotly_chart(figure, theme=None, config=CONFIG, key="parts", alt=alt)


def _nothing(use_case: UseCase, release: int, groups: bool, chosen: Part) -> None:
    """No such reading: for a part, say so; for a release that nobody has asked yet, what it carries from when it was made."""
    known = release_of(use_case, release)
    if chosen != Part() or known is None:
        empty(t("No reading of release {n} belongs to this part.", n=release), t("Choose another part, or another release."))
        return
    rows = number(known.profile["rows"], 0)
    learned = bool(known.record.figures.get("judged_on", {}).get("why_not"))
    st.info(
        t(
            "No live reading has been predicted yet. This is the release's own profile, from {rows} readings that it learned from.",
            rows=rows,
        )
        if learned
        else t(
            "No live reading has been predicted yet. This is the release's own profile, from {rows} held-out readings.", rows=rows
        ),
        icon=":material/info:",
    )
    found = profiled(known, groups)
    names = [use_case.groups[n].label if groups else label(use_case, n) for n in found.names]
    figure = importance_figure(
        palette(), names, found.mean, found.low, found.high, t("mean change, {scale}", scale=scale_word(use_case))
    )
    st.plotly_chart(
        figure, theme=None, config=CONFIG, key="importance", alt=t("Importance; the strongest is {name}", name=names[0])
    )
