"""Whether an explanation can be trusted: one plain badge for everyone, every measure against the release's own for experts."""

import streamlit as st

from models.documents.words import measure_names
from pages.figures.quality import quality_figure
from pages.figures.template import CONFIG
from pages.parts.words.language import number, t, words
from pages.parts.words.theme import palette


def badge(unsure: tuple[str, ...]) -> None:
    """One line under the reasons."""
    if not unsure:
        st.badge(t("These reasons hold and are stable"), icon=":material/check:", color="gray")
        return
    said = {
        "faithfulness": t("Unsure why: changing what is named here changes the risk less than it should"),
        "local_variability": t("Unsure why: readings next to this one have other reasons"),
    }
    for name in unsure:
        st.badge(said[name], icon=":material/warning:", color="orange")


def quality_view(kept: dict, measured: dict[str, float], advised: bool) -> None:
    """Every measure of this explanation, where it lies among the release's own. Drawn for data scientists."""
    usual = kept.get("advised" if advised else "quiet", {}) if measured else {}
    st.markdown(t("**How good this explanation is** · against those of the release on readings that it did not learn from"))
    if not usual:
        st.caption(t("This release was made before the quality of explanations was measured: train a new one."))
        return
    named = measure_names(words())
    names = [name for name in measured if name in usual and usual[name]["p50"] is not None]
    left, right = st.columns([2, 3], gap="large")
    with left:
        figure = quality_figure(
            palette(),
            [named[name][0] for name in names],
            [measured[name] for name in names],
            [usual[name] for name in names],
            {"axis": t("percentile of the release’s explanations"), "here": t("this explanation")},
        )
        st.plotly_chart(figure, theme=None, config=CONFIG, key="quality", alt=t("Each measure among the release's own"))
    with right:
        rows = [
            {
                t("Measure"): named[name][0],
                t("Here"): number(measured[name], 3),
                t("Usual (median)"): number(usual[name]["p50"], 3),
                t("Meaning"): named[name][1],
            }
            for name in names
        ]
        st.dataframe(rows, hide_index=True, key="quality_table", row_height=36)
