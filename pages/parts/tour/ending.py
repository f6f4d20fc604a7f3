"""What the story has shown, from the record itself: the flagged reading before and after, how long it took, and who did what."""

import streamlit as st

from data.records import AuditEntry, Flag
from models.demo.showing import ASSET, USE_CASE
from pages.parts.shell import session
from pages.parts.shell.frame import go
from pages.parts.shell.identity import names
from pages.parts.words.language import clock, duration, percent, t


def ending(flag: Flag, risk: float | None) -> None:
    """Draw it, on top of the page."""
    assert flag.raised is not None
    store = session.store()
    fate = next((one for one in store.feedback.fates(flag.person) if one.flag.id == flag.id), None)
    if fate is None or fate.released is None:
        return
    zone = session.use_case(USE_CASE).timezone
    with st.container(key="tour_ending", border=True):
        st.subheader(t("What one flag changed"), anchor=False)
        left, right = st.columns([2, 3], gap="medium")
        with left:
            with st.container(horizontal=True, gap="medium"):
                st.metric(
                    t("Risk told for the flagged reading"), f"{percent(fate.before)} → {percent(fate.after)}", width="content"
                )
                st.metric(t("From flag to fix"), duration((fate.released - flag.raised).total_seconds()), width="content")
            st.markdown(t("{asset} now: **normal**, risk {risk}.", asset=ASSET, risk=percent(risk or 0.0)))
            if st.button(t("Open My flags, as Olga"), key="tour_my_flags", icon=":material/flag:"):
                go("my_flags")
        with right:
            st.markdown(t("**The audit trail of this flag**"))
            people = names()
            lines = [
                t("{at}  {who}: {what}", at=clock(entry.at, zone), who=people.get(_who(entry), _who(entry)), what=said)
                for entry in _chain(flag, fate.correction, fate.release)
                if (said := _said(entry))
            ]
            st.markdown("\n".join(f"- {line}" for line in lines))


def _chain(flag: Flag, correction: int | None, release: int | None) -> list[AuditEntry]:
    """Every entry of the flag, its case, its correction and the release that learned from it, in the order in which they were made."""
    subjects = (f"flag:{flag.id}", f"case:{flag.case}", f"correction:{correction}", f"release:{USE_CASE}/{release}")
    found = [entry for subject in subjects for entry in session.store().audit.trail(subject)]
    return sorted(found, key=lambda entry: entry.id)


def _who(entry: AuditEntry) -> str:
    return entry.person.split(" (")[0]


def _said(entry: AuditEntry) -> str:
    number = entry.subject.rpartition(":")[2].rpartition("/")[2]
    return {
        "raise_flag": t("raised flag {number}", number=number),
        "claim_case": t("took case {number}", number=number),
        "decide": t("decided case {number}", number=number),
        "correct": t("corrected the outcome"),
        "train": t("trained release {number}", number=number),
        "release": t("released it: release {number}", number=number),
        "override_release": t("released it against its gate: release {number}", number=number),
    }.get(entry.action, "")
