"""How a model is built: which values act together, what it comes to in a few rules, and how good its explanations are."""

from html import escape

import numpy as np
import streamlit as st

from data.usecase.use_case import UseCase
from explainers.overall.interactions import Interactions, friedman_h
from explainers.overall.surrogate_tree import Rule, SurrogateTree, surrogate_tree
from models.documents.words import measure_names
from models.numbers.quantities import places_of
from models.release.release import Release
from pages.figures.dependence import pairs_figure
from pages.figures.quality import quality_figure
from pages.figures.template import CONFIG
from pages.parts.model.general import SAMPLES, Part, Sample, views
from pages.parts.reasons.top_reason import release_of
from pages.parts.remembered.kept import worked_out
from pages.parts.shell import session
from pages.parts.shell.frame import empty
from pages.parts.words.language import listed, number, percent, plural, quantity, t, words
from pages.parts.words.scale import scale_word
from pages.parts.words.theme import palette
from pages.parts.words.wording import label

_RULE = """<div style="display:flex;flex-wrap:wrap;gap:0.2rem 1.2rem;align-items:center;padding:0.55rem 0;border-top:1px solid {line};font-variant-numeric:tabular-nums">
<span style="flex:0 0 6.5rem;font-weight:700;font-size:1.15rem">{risk}</span>
<span style="flex:1 1 22rem;font-size:1.05rem">{text}</span>
<span style="flex:0 0 11rem;color:{muted};text-align:right">{share}</span></div>"""
FAITHFUL = 0.5
"""The share of the model's variation (R²) that rules must tell to be gone by."""


def together_section(use_case: UseCase, releases: list[int], chosen: Part) -> None:
    """Every pair as a square, the strongest in words."""
    for column, view in _columns(use_case, releases, SAMPLES[0], chosen):
        with column:
            found, both = _pairs(_path(), use_case.name, view.number, chosen, view.sample.stamp, view.sample, view.release)
            if not found.rows:
                empty(t("No reading belongs to this part."), t("Choose another one."))
                continue
            st.subheader(t("Release {n}: which values act together", n=view.number), anchor=False)
            names = [label(use_case, f) for f in use_case.features]
            assert found.matrix is not None
            figure = pairs_figure(palette(), names, found.matrix, t("mean change, {scale}", scale=scale_word(use_case)))
            st.plotly_chart(figure, theme=None, config=CONFIG, key=f"pairs_{view.number}", alt=t("Strength of every pair"))
            told = {frozenset(pair[:2]): pair[2] for pair in both.pairs}
            rows = [
                {
                    t("Together"): f"{label(use_case, a)} × {label(use_case, b)}",
                    t("Mean change"): number(size, 2),
                    t("Only together (H)"): percent(told.get(frozenset((a, b)), float("nan"))),
                }
                for a, b, size in found.pairs[:5]
            ]
            st.dataframe(rows, hide_index=True, key=f"pairs_told_{view.number}", row_height=40)
            text = t("Exact interaction values of {n} readings; H (Friedman) of {m}: the share of what both do that neither does alone.",
                     n=number(found.rows, 0), m=number(both.rows, 0))  # fmt: skip
            if view.release.booster is None:
                text = t("Joint part of the partial dependence of {n} readings; H (Friedman) of {m}: its share of what both do.",
                         n=number(found.rows, 0), m=number(both.rows, 0))  # fmt: skip
            st.caption(text)


def rules_section(use_case: UseCase, releases: list[int], chosen: Part) -> None:
    """A small tree that imitates the model, as sentences, with how faithful it is."""
    for column, view in _columns(use_case, releases, SAMPLES[2], chosen):
        with column:
            found = _rules(_path(), use_case.name, view.number, chosen, view.sample.stamp, view.sample, use_case)
            st.subheader(
                plural("Release {release} in {n} rule", "Release {release} in {n} rules", len(found.rules), release=view.number),
                anchor=False,
            )
            if found.r2 is not None and found.r2 < FAITHFUL:
                said = t(
                    "Do not go by these rules: they follow the model too loosely. They find {found} of its advice.",
                    found=percent(found.recall),
                )
                st.warning(said, icon=":material/warning:")
            colours = palette()
            st.html(
                "".join(
                    _RULE.format(
                        line=colours.grid,
                        muted=colours.muted,
                        risk=escape(t("risk {risk}", risk=percent(rule.value))),
                        text=escape(rule_text(use_case, rule)),
                        share=escape(t("{share} of readings", share=percent(rule.share, 1))),
                    )
                    for rule in found.rules
                )
            )
            text = t(
                "They imitate the model, they are not the plant's laws. Fidelity {fidelity} of 1 (R²); same side of the advice in "
                "{agreement}; of the model's advice they find {found}. From {n} readings, checked on {m} others.",
                fidelity=number(found.r2, 2), agreement=percent(found.agreement, 1), found=percent(found.recall),
                n=number(found.rows - found.held_out, 0), m=number(found.held_out, 0),
            )  # fmt: skip
            st.caption(text)


def quality_section(use_case: UseCase, releases: list[int], chosen: Part) -> None:
    """The distribution of every measure, as it was found when the release was made."""
    del chosen  # measured on a fixed sample of held-out readings, over all parts
    columns = st.columns(len(releases), gap="large")
    for column, n in zip(columns, releases, strict=True):
        with column:
            release = release_of(use_case, n)
            st.subheader(t("Release {n}: how good its reasons are", n=n), anchor=False)
            kept = release.quality.get("advised", {}) if release else {}
            named = measure_names(words())
            names = [name for name in named if kept.get(name, {}).get("p50") is not None]
            if not names:
                st.caption(t("This release was made before the quality of explanations was measured: train a new one."))
                continue
            figure = quality_figure(
                palette(), [named[name][0] for name in names], [None] * len(names), [kept[name] for name in names],
                {"axis": t("percentile of the release’s explanations"), "here": ""},
            )  # fmt: skip
            st.plotly_chart(figure, theme=None, config=CONFIG, key=f"quality_{n}", alt=t("The distribution of each measure"))
            rows = [
                {
                    t("Measure"): named[name][0],
                    t("5th"): number(kept[name]["p5"], 3),
                    t("Median"): number(kept[name]["p50"], 3),
                    t("95th"): number(kept[name]["p95"], 3),
                    t("Readings"): number(kept[name]["rows"], 0),
                    t("Meaning"): named[name][1],
                }
                for name in names
            ]
            st.dataframe(rows, hide_index=True, key=f"quality_told_{n}", row_height=40, height="content")
    st.caption(t("On readings with advice that were held out when it was trained. LIME is slow: a part of them."))


def rule_text(use_case: UseCase, rule: Rule) -> str:
    """The conditions of a rule in one line: ``Torque above 49.45 Nm and Power from 3.51 to 8.99 kW``."""
    parts = []
    for feature in dict.fromkeys(name for name, _, _ in rule.conditions):
        bounds = {sign: bound for name, sign, bound in rule.conditions if name == feature}
        low, high = bounds.get(">", -np.inf), bounds.get("<=", np.inf)
        described, name = use_case.described(feature), label(use_case, feature)
        codes = getattr(described, "categories", ())
        if codes:
            kept = [code for i, code in enumerate(codes) if low < i <= high]
            parts.append(t("{name} {values}", name=name, values=", ".join(kept)))
            continue
        unit = f"\u00a0{described.unit}" if described.unit else ""
        least, most = (quantity(edge, _places(edge, described.decimals)) for edge in (low, high))
        if low == np.inf:
            parts.append(t("{name} missing", name=name))
        elif np.isinf(low):
            parts.append(
                t("{name} at most {high}", name=name, high=most + unit) if np.isfinite(high) else t("{name} known", name=name)
            )
        elif np.isinf(high):
            parts.append(t("{name} above {low}", name=name, low=least + unit))
        else:
            parts.append(t("{name} from {low} to {high}", name=name, low=least, high=most + unit))
    return listed(parts) or t("always")


def _places(edge: float, usual: int) -> int:
    """As many decimals as a threshold has, at least the signal's own, and no more than tell it apart."""
    return min(max(usual, places_of(edge)), usual + 8) if np.isfinite(edge) else usual


def _columns(use_case: UseCase, releases: list[int], rows: int, chosen: Part) -> list[tuple]:
    """A column for each release that can be asked; what stands in the way of the others is said by the page."""
    shown = [view for view in views(use_case, releases, rows, chosen) if view.release is not None]
    if not shown or not len(shown[0].sample.table):
        empty(t("No reading of release {n} belongs to this part.", n=releases[0]), t("Choose another part, or another release."))
        return []
    return list(zip(st.columns(len(shown), gap="large"), shown, strict=True))


def _path() -> str:
    return str(session.settings().store_path)


@worked_out
@st.cache_resource(show_spinner="…", max_entries=60)
def _pairs(
    path: str, name: str, release: int, chosen: Part, stamp: tuple[int, int], _sample: Sample, _release: Release
) -> tuple[Interactions, Interactions]:
    found = _release.interactions(_sample.x)
    places = {f: i for i, f in enumerate(_release.features)}
    strongest = [(places[a], places[b]) for a, b, _ in found.pairs[:5]] if found.rows else []
    return found, friedman_h(_release.risk, _sample.x, strongest, _release.features)


@worked_out
@st.cache_resource(show_spinner="…", max_entries=60)
def _rules(
    path: str, name: str, release: int, chosen: Part, stamp: tuple[int, int], _sample: Sample, _use_case: UseCase
) -> SurrogateTree:
    decimals = {f: _use_case.described(f).decimals for f in _use_case.features}
    return surrogate_tree(
        _sample.x, _sample.score, _use_case.features, depth=4, threshold=_use_case.advice.possible.enter, decimals=decimals,
        clusters=np.unique(_sample.clusters, return_inverse=True)[1],
    )  # fmt: skip
