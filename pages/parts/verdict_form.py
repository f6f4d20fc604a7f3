"""A reviewer's verdict on a case: claimed, found, answered; for one case or for several that are alike."""

from dataclasses import replace

import streamlit as st

from data.people import Action
from data.records import Case, CaseState, Flag, Verdict, VerdictKind
from data.usecase import UseCase
from models.reviewing import decide_all
from pages.parts.acting import as_person
from pages.parts.identity import who
from pages.parts.language import clock, number, plural, t
from pages.parts.session import now, store
from pages.parts.verdict_details import details
from pages.parts.wording import verdict_word


def claim_buttons(case: Case, zone: str) -> bool:
    """Claim or give back. Whether the person looking holds the case and may decide it."""
    person = who()
    mine = case.state is CaseState.CLAIMED and person is not None and case.claimed_by == person.id
    with st.container(horizontal=True, vertical_alignment="center"):
        if mine:
            st.markdown(
                t("You have this case until {until}.", until=clock(case.claimed_until, zone, seconds=False)), width="content"
            )
            if st.button(t("Give it back"), key="unclaim", icon=":material/undo:"):
                _do(lambda by: store().feedback.unclaim(case.id, by))
        else:
            if case.state is CaseState.CLAIMED:
                other = store().people.get(case.claimed_by)
                name, until = other.name if other else case.claimed_by, clock(case.claimed_until, zone, seconds=False)
                lapsed = case.claimed_until is not None and case.claimed_until < now()
                said = t("{name} had it until {until} and has not decided.", name=name, until=until) if lapsed else ""
                st.markdown(said or t("With {name} until {until}.", name=name, until=until), width="content")
            told = {
                CaseState.SECOND: t("One verdict is in. A second one is asked for, and is not told the first."),
                CaseState.DISPUTED: t("Two reviewers found different things: a third one decides."),
                CaseState.WAITING: t("It waits for what was asked for, and comes back with it."),
            }.get(case.state)
            if told:
                st.markdown(told)
            again = case.state in (CaseState.DECIDED, CaseState.WAITING)
            text = t("Reopen and claim") if again else t("Claim this case")
            if case.state is not CaseState.WITHDRAWN and st.button(
                text, key="claim", icon=":material/back_hand:", type="secondary" if again else "primary", shortcut="t"
            ):
                _do(lambda by: store().feedback.claim(case.id, by))
    return mine


def verdict_form(use_case: UseCase, case: Case, flags: list[Flag], alike: list[Case]) -> None:
    """The form of who holds the case. ``alike``: cases with the same reasons of which the same was said."""
    st.subheader(t("Your verdict"), anchor=False)
    kind = st.segmented_control(
        t("What did you find?"),
        list(VerdictKind),
        format_func=verdict_word,
        key=f"kind_{case.id}",
        width="stretch",
        label_visibility="collapsed",
    )
    if kind is None:
        st.caption(
            t("Choose what you found: the answer to the operator comes next. Keys: t claims, n goes on, Ctrl+Enter decides.")
        )
        return
    found = details(use_case, case, flags, kind)
    key = f"answer_{case.id}"
    with st.container(horizontal=True):
        for at, proposal in enumerate(_proposals(kind)):
            st.button(proposal, key=f"proposal_{at}", icon=":material/edit_note:", on_click=_propose, args=(key, proposal))
    answer = st.text_area(
        t("Answer to the operator"), key=key, max_chars=1000, placeholder=t("They read exactly this under My flags.")
    )
    also = _also(case, alike)
    text = plural("Decide {n} case", "Decide {n} cases", 1 + len(also)) if also else t("Decide")
    if st.button(text, key="decide", type="primary", icon=":material/gavel:", shortcut="ctrl+enter"):
        if not answer.strip():
            st.warning(t("The operator waits for an answer: write one, or tap a proposal above."))
            return
        verdict = Verdict(case.id, "", kind, answer.strip(), found.outcome, found.cause, about=found.about)
        done = t("Case {number} is decided.", number=case.id)
        _do(lambda by: store().feedback.decide(replace(verdict, person=by)), done, lambda: _bulk(verdict, also))


def _also(case: Case, alike: list[Case]) -> list[int]:
    """The alike cases that shall have the same verdict: none but those that are ticked."""
    if not alike:
        return []
    with st.expander(plural("{n} case is alike", "{n} cases are alike", len(alike)), icon=":material/stacks:"):
        st.caption(t("The same reasons, and the same was said of them. Those that you tick are decided with this one."))
        every = st.checkbox(t("All of them"), key=f"every_{case.id}")
        return [
            one.id
            for one in alike
            if st.checkbox(
                t(
                    "Case {number} · {asset} · risk {risk}",
                    number=one.id,
                    asset=one.asset,
                    risk=f"{number(100 * one.score, 0)} %",
                ),
                key=f"also_{case.id}_{one.id}_{every}",
                value=every,
            )
        ]


def _bulk(verdict: Verdict, cases: list[int]) -> None:
    """The same verdict for the others; those that somebody else has are told."""
    failed = decide_all(store(), who(), verdict, cases)
    if failed:
        st.session_state["not_decided"] = list(failed.values())


def told_of_bulk() -> None:
    """What could not be decided together a moment ago."""
    for message in st.session_state.pop("not_decided", []):
        st.warning(message)


def _propose(key: str, text: str) -> None:
    st.session_state[key] = text


def _proposals(kind: VerdictKind) -> list[str]:
    return {
        VerdictKind.MODEL_WRONG: [
            t("You were right: the model learns from this case."),
            t("Thank you: corrected, and the next release will know it."),
        ],
        VerdictKind.MODEL_RIGHT: [
            t("We checked: the prediction was right."),
            t("The inspection after the product confirmed it."),
        ],
        VerdictKind.REASON_WRONG: [t("The warning was right, the reason was not: we look into it.")],
        VerdictKind.BAD_DATA: [t("The data was bad: this stretch is left out, and the sensor is reported.")],
        VerdictKind.CANNOT_TELL: [t("We cannot tell yet and have asked for an inspection.")],
    }[kind]


def _do(act, done: str = "", then=None) -> None:
    """Do it as the person looking, whose role is checked here; then draw the page anew."""
    as_person(Action.REVIEW, lambda person: act(person.id), also=(ValueError,))
    if then:
        then()
    if done:
        st.toast(done, icon=":material/check:")
    st.rerun()
