"""A reviewer's verdict on a case: claimed, found, answered; for one case, or for it and others that are ticked."""

from collections.abc import Sequence

import streamlit as st

from data.people import NotAllowed
from data.records import Case, CaseState, Flag, Verdict, VerdictKind
from data.store import NotFound, StoreError
from data.usecase.use_case import UseCase
from models.review import verbs
from models.review.reviewing import decide_all
from pages.parts.remembered.visit import visit
from pages.parts.review.canned import canned
from pages.parts.review.decided_with import decided_with
from pages.parts.review.found import found_at
from pages.parts.review.verdict_details import details
from pages.parts.shell.acting import noted
from pages.parts.shell.frame import trouble
from pages.parts.shell.identity import who
from pages.parts.shell.session import now, store
from pages.parts.shell.typed import draft, put, sent, typed_area, typed_key
from pages.parts.words.language import clock, plural, t
from pages.parts.words.retold import retold
from pages.parts.words.verbatim import verbatim
from pages.parts.words.wording import verdict_word


def claim_buttons(case: Case, zone: str) -> bool:
    """Claim or give back. Whether the person looking holds the case and may decide it."""
    person = who()
    mine = case.state is CaseState.CLAIMED and person is not None and case.claimed_by == person.id
    with st.container(horizontal=True, vertical_alignment="center"):
        if mine:
            assert case.claimed_until is not None
            st.markdown(
                t("You have this case until {until}.", until=clock(case.claimed_until, zone, seconds=False)), width="content"
            )
            st.button(t("Give it back"), key="unclaim", icon=":material/undo:", on_click=_give_back, args=(case,))
        else:
            if case.state is CaseState.CLAIMED:
                assert case.claimed_by is not None and case.claimed_until is not None
                other = store().people.get(case.claimed_by)
                name, until = verbatim(other.name if other else case.claimed_by), clock(case.claimed_until, zone, seconds=False)
                lapsed = case.claimed_until < now()
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
            if case.state is not CaseState.WITHDRAWN:
                st.button(
                    text, key="claim", icon=":material/back_hand:", type="secondary" if again else "primary", shortcut="t",
                    on_click=_claim, args=(case,),
                )  # fmt: skip
    if not mine:
        _left_behind(case)
    return mine


def _claim(case: Case) -> None:
    """Take it as it was on the screen: what somebody has found since is read first."""
    noted(lambda person: verbs.claim(person, store(), case.id, seen=case))


def _give_back(case: Case) -> None:
    noted(lambda person: verbs.give_back(person, store(), case.id))


def _left_behind(case: Case) -> None:
    """What the person looking had written for a case that they do not hold any more."""
    begun = draft(case.use_case, _answer(case.id))
    if not begun:
        return
    with st.container(border=True):
        st.markdown(t("**Your answer was not given.** It waits here until you take the case again, or throw it away."))
        st.markdown(verbatim(begun))
        st.button(
            t("Throw it away"), key="throw_away", icon=":material/delete:", on_click=sent, args=(case.use_case, _answer(case.id))
        )


def verdict_form(use_case: UseCase, case: Case, flags: list[Flag], alike: Sequence[Case], ticked: Sequence[Case]) -> list[int]:
    """The form of who holds the case. Gives the cases that were decided in this moment.

    Args:
        alike: cases with the same reasons of which the same was said.
        ticked: those that are ticked in the list.
    """
    st.subheader(t("Your verdict"), anchor=False)
    kind = _kind(case)
    if kind is None:
        st.caption(
            t("Choose what you found: the answer to the operator comes next. Keys: 1 to 5 choose, Ctrl+Enter decides, n goes on.")
        )
        return []
    found = details(use_case, case, flags, kind)
    outcomes, read = _outcomes(use_case, case), visit().record.read.get(case.id, (case, ()))
    confirmed = bool(outcomes) and use_case.failed([outcomes[-1]])[0] == (case.score >= use_case.advice.possible.enter)
    also = decided_with(case, alike, ticked)
    with st.container(horizontal=True):
        for at, proposal in enumerate(canned(use_case, case, kind, found, confirmed and not also)):
            given = (use_case.name, _answer(case.id), proposal)
            st.button(proposal, key=f"proposal_{at}", icon=":material/edit_note:", on_click=put, args=given)
    answer = typed_area(
        use_case.name, _answer(case.id), t("Answer to the operator"), max_chars=1000, placeholder=t("They read exactly this under My flags.")
    )  # fmt: skip
    text = plural("Decide {n} case", "Decide {n} cases", 1 + len(also)) if also else t("Decide")
    asked = st.button(text, key="decide", type="primary", icon=":material/gavel:", shortcut="ctrl+enter")
    visit().record.read[case.id] = (case, outcomes)
    if not asked:
        return []
    if not answer.strip():
        st.warning(t("The operator waits for an answer: write one, or tap a proposal above."))
        return []
    if outcomes != read[1]:
        st.warning(t("What was found has changed since you opened the case: look at it above, then decide."))
        return []
    verdict = Verdict(case.id, "", kind, answer.strip(), found.outcome, found.cause, about=found.about)
    return _decide(verdict, read[0], also)


def filled_in(use_case: str, case: int, kind: VerdictKind, answer: str) -> None:
    """Fill in the form of who is looking, where they have not, before it is drawn: the demo shows what Erik finds."""
    visit().record.found.setdefault(_whose(case), kind)
    st.session_state.setdefault(typed_key(use_case, _answer(case)), answer)


def _whose(case: int) -> tuple[str, int]:
    """Where the chosen kind stands: the choice of one person, and not of who comes after them."""
    person = who()
    return person.id if person else "", case


def _kind(case: Case) -> VerdictKind | None:
    """Which kind of finding is chosen, by a tap or by its number."""
    chosen, key = visit().record.found, _whose(case.id)
    with st.container(horizontal=True, gap="xsmall", key=f"kind_{case.id}"):
        for place, kind in enumerate(VerdictKind, start=1):
            st.button(
                verdict_word(kind), key=f"kind_{kind}_{case.id}", shortcut=str(place), on_click=chosen.update, args=({key: kind},),
                type="primary" if chosen.get(key) is kind else "secondary",
            )  # fmt: skip
    return chosen.get(key)


def _decide(verdict: Verdict, read: Case, also: Sequence[Case]) -> list[int]:
    """The verdict, on the case as it was on the screen, then on the others. What could not be decided is told, and stays as it is."""
    person = who()
    try:
        given = verbs.decide(person, store(), verdict, read)
    except (NotAllowed, StoreError, ValueError) as error:
        trouble(t("Your verdict was not given. What you wrote is still here."), error)
        return []
    sent(read.use_case, _answer(read.id))
    failed = decide_all(store(), person, verdict, also)
    if failed:
        visit().record.not_decided = list(failed.values())
    done = [verdict.case, *(case.id for case in also if case.id not in failed)]
    if not given.settled:
        said = t("Your verdict on case {number} is in. It waits for somebody else's.", number=verdict.case)
    elif len(done) > 1:
        said = plural("{n} case is decided.", "{n} cases are decided.", len(done))
    else:
        said = t("Case {number} is decided.", number=verdict.case)
    visit().record.just_decided = said
    return done


def told_of_decision() -> None:
    """What was decided a moment ago, and what could not be decided with it."""
    held = visit().record
    said, held.just_decided = held.just_decided, ""
    if said:
        st.toast(said, icon=":material/check:")
    failed, held.not_decided = held.not_decided, []
    for message in failed:
        st.warning(verbatim(retold(message)))


def _outcomes(use_case: UseCase, case: Case) -> tuple[float, ...]:
    """What has been found at that moment, oldest first."""
    try:
        return tuple(one.outcome for one in found_at(use_case, store().readings.prediction(use_case.name, case.reading)))
    except NotFound:
        return ()


def _answer(case: int) -> str:
    return f"answer/{case}"
