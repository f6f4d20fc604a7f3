"""A reviewer's verdict on a case: what was found, the corrected truth when the model was wrong, the answer to the operator."""

import streamlit as st

from data.people import Action, NotAllowed, require
from data.records import Case, CaseState, Verdict, VerdictKind
from data.store import StoreError
from data.usecase import UseCase
from pages.parts.frame import trouble
from pages.parts.identity import who
from pages.parts.language import clock, t
from pages.parts.session import now, store
from pages.parts.wording import cause_text, verdict_word


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
            text = t("Reopen and claim") if case.state is CaseState.DECIDED else t("Claim this case")
            if case.state is not CaseState.WITHDRAWN and st.button(
                text, key="claim", icon=":material/back_hand:", type="primary", shortcut="t"
            ):
                _do(lambda by: store().feedback.claim(case.id, by))
    return mine


def verdict_form(use_case: UseCase, case: Case) -> None:
    """The form of who holds the case."""
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
        st.caption(t("Choose what you found: the answer to the operator comes next."))
        return
    outcome = cause = None
    if kind is VerdictKind.MODEL_WRONG:
        left, right = st.columns(2)
        said = 1 if case.score >= use_case.advice.possible.enter else 0
        codes = list(use_case.target.outcomes)
        outcome = left.radio(
            t("What was really true?"),
            codes,
            index=codes.index(1 - said),
            format_func=use_case.target.outcomes.get,
            horizontal=True,
            key=f"outcome_{case.id}",
        )
        if outcome:
            cause = right.selectbox(
                t("Cause, if known"),
                list(use_case.target.causes),
                index=None,
                format_func=lambda c: cause_text(use_case, c),
                key=f"cause_{case.id}",
            )
    key = f"answer_{case.id}"
    with st.container(horizontal=True):
        for at, proposal in enumerate(_proposals(kind)):
            st.button(proposal, key=f"proposal_{at}", icon=":material/edit_note:", on_click=_propose, args=(key, proposal))
    answer = st.text_area(
        t("Answer to the operator"), key=key, max_chars=1000, placeholder=t("They read exactly this under My flags.")
    )
    if st.button(t("Decide"), key="decide", type="primary", icon=":material/gavel:", shortcut="ctrl+enter"):
        if not answer.strip():
            st.warning(t("The operator waits for an answer: write one, or tap a proposal above."))
            return
        verdict = Verdict(case.id, "", kind, answer.strip(), None if outcome is None else float(outcome), cause)
        _do(lambda by: store().feedback.decide(_by(verdict, by)), t("Case {number} is decided.", number=case.id))


def _propose(key: str, text: str) -> None:
    st.session_state[key] = text


def _by(verdict: Verdict, person: str) -> Verdict:
    return Verdict(verdict.case, person, verdict.kind, verdict.answer, verdict.outcome, verdict.cause)


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


def _do(act, done: str = "") -> None:
    """Do it as the person looking, whose role is checked here; then draw the page anew."""
    try:
        act(require(who(), Action.REVIEW).id)
    except (NotAllowed, StoreError) as error:
        trouble(t("That was not done."), str(error))
        st.stop()
    if done:
        st.toast(done, icon=":material/check:")
    st.rerun()
