"""The cases that get the same verdict as the one in hand: those that are ticked in the list, and alike ones that are ticked here."""

from collections.abc import Sequence

import streamlit as st

from data.records import Case
from pages.parts.words.language import percent, plural, t
from pages.parts.words.verbatim import verbatim
from pages.parts.words.wording import case_said


def decided_with(case: Case, alike: Sequence[Case], ticked: Sequence[Case]) -> list[Case]:
    """Draw both kinds, folded while nothing is ticked. Gives the cases, as they are on the screen, that shall be decided too."""
    same = {one.id for one in alike}
    chosen = [one for one in ticked if one.id != case.id and one.use_case == case.use_case]
    of_others = sum(one.use_case != case.use_case for one in ticked)
    more = [one for one in alike if one.id not in {other.id for other in chosen}]
    if not chosen and not more and not of_others:
        return []
    title = plural("{n} case is alike", "{n} cases are alike", len(alike))
    if chosen:
        title = plural("{n} ticked case is decided with this one", "{n} ticked cases are decided with this one", len(chosen))
    with st.expander(title, icon=":material/stacks:", expanded=bool(chosen)):
        strangers = sum(one.id not in same for one in chosen)
        if strangers:
            st.warning(
                plural(
                    "{n} ticked case has other reasons, or something else was said of it.",
                    "{n} ticked cases have other reasons, or something else was said of them.",
                    strangers,
                )
            )
        if of_others:
            st.caption(
                plural(
                    "{n} ticked case is of another line: it is left out.",
                    "{n} ticked cases are of another line: they are left out.",
                    of_others,
                )
            )
        for one in chosen:
            st.markdown("- " + _told(one))
        if not more:
            return chosen
        st.caption(t("The same reasons, and the same was said of them. Those that you tick are decided with this one."))
        every = st.checkbox(t("All of them"), key=f"every_{case.id}")
        return chosen + [one for one in more if st.checkbox(_told(one), key=f"also_{case.id}_{one.id}_{every}", value=every)]


def _told(one: Case) -> str:
    return t(
        "Case {number} · {asset} · {said} · risk {risk}",
        number=one.id,
        asset=verbatim(one.asset),
        said=case_said(one),
        risk=percent(one.score),
    )
