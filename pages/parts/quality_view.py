"""Whether an explanation can be trusted: one plain badge for everyone, every measure against the release's own for experts."""

import streamlit as st

from pages.figures.quality import quality_figure
from pages.figures.template import CONFIG
from pages.parts.language import number, t
from pages.parts.theme import palette


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
    usual = kept.get("advised" if advised else "quiet", {})
    st.markdown(t("**How good this explanation is** · against those of the release on readings that it did not learn from"))
    if not usual:
        st.caption(t("This release was made before the quality of explanations was measured: train a new one."))
        return
    words = measure_words()
    names = [name for name in measured if name in usual and usual[name]["p50"] is not None]
    left, right = st.columns(2, gap="large")
    with left:
        figure = quality_figure(
            palette(),
            [words[name][0] for name in names],
            [measured[name] for name in names],
            [usual[name] for name in names],
            {"axis": t("percentile of the release’s explanations"), "here": t("this explanation")},
        )
        st.plotly_chart(figure, theme=None, config=CONFIG, key="quality", alt=t("Each measure among the release's own"))
    with right:
        rows = [
            {
                t("Measure"): words[name][0],
                t("Here"): number(measured[name], 3),
                t("Usual (median)"): number(usual[name]["p50"], 3),
                t("Meaning"): words[name][1],
            }
            for name in names
        ]
        st.dataframe(rows, hide_index=True, key="quality_table", row_height=36)


def measure_words() -> dict[str, tuple[str, str]]:
    """Each measure by its name, and what it says."""
    return {
        "completeness": (t("Completeness gap"), t("How far the shares are from adding up; 0 is best")),
        "pgi": (t("Change without the named"), t("How the risk moves when the three strongest are another's; more is better")),
        "pgu": (t("Change without the rest"), t("How the risk moves when all others are another's; less is better")),
        "faithfulness": (t("Faithfulness"), t("Do the shares say what a change does? 1 is best")),
        "input_stability": (t("Relative input stability"), t("How much the shares change for a small change; less is better")),
        "local_variability": (t("Local variability"), t("How far the reasons next to it differ; 0 is best")),
        "sparsity": (t("Spread over features"), t("0: a single reason, 1: all alike")),
        "seed_stability": (t("LIME: stable over seeds"), t("Overlap of its three strongest; 1 is best")),
        "agreement_features": (t("Methods: same features"), t("Of the three strongest; 1 is best")),
        "agreement_ranks": (t("Methods: same ranks"), t("Of the three strongest; 1 is best")),
        "agreement_signs": (t("Methods: same signs"), t("Of the three strongest; 1 is best")),
    }
