"""What waits for a second person beside corrections: inspections that people typed in, and stretches of bad data."""

import streamlit as st

from data.people import Action, may
from data.records import Finding
from data.usecase.use_case import UseCase
from models.corrections.bad_stretches import Stretch, stretches
from models.corrections.entered import entered
from models.review import verbs
from pages.parts.review.bad_stretch import lost, waits_word
from pages.parts.review.held_words import held_word
from pages.parts.shell import session
from pages.parts.shell.acting import as_person
from pages.parts.shell.identity import names, who
from pages.parts.words.language import plural, t, when
from pages.parts.words.verbatim import verbatim
from pages.parts.words.wording import outcome_text


def entered_view(use_case: UseCase) -> None:
    """What was typed in of inspections and is no truth yet, each with who entered it and why it waits."""
    waiting = [one for one in entered(use_case, session.store()) if one.held]
    if not waiting:
        return
    title = plural(
        "{n} inspection that was typed in waits for a second person",
        "{n} inspections that were typed in wait for a second person",
        len(waiting),
    )
    with st.expander(title, icon=":material/biotech:"):
        st.caption(
            t(
                "They are not learned from, and nothing is judged by them, until somebody who neither flagged nor entered them confirms them."
            )
        )
        for one in waiting:
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(verbatim(_entered(use_case, one)), width="stretch")
                if confirm_button(f"confirm_finding_{one.id}"):
                    _confirm_finding(use_case, one)
                    st.rerun()


def stretches_view(use_case: UseCase) -> None:
    """Stretches of bad data that take nothing away yet, each with what it would."""
    waiting = [one for one in stretches(use_case, session.store()) if one.held]
    if not waiting:
        return
    title = plural(
        "{n} stretch of bad data waits for a second person", "{n} stretches of bad data wait for a second person", len(waiting)
    )
    with st.expander(title, icon=":material/content_cut:"):
        st.caption(
            t("Nothing is left out of learning for them until somebody who neither flagged nor decided them confirms them.")
        )
        for one in waiting:
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(verbatim(_stretch(use_case, one)), width="stretch")
                if confirm_button(f"confirm_stretch_{one.exclusion.case}"):
                    _confirm_stretch(one.exclusion.case)
                    st.rerun()


def confirm_button(key: str) -> bool:
    """The button of who stands behind what somebody else said; nothing for those who may not. Whether it was tapped."""
    return may(who(), Action.REVIEW) and st.button(t("Confirm"), key=key, icon=":material/done_all:")


def waiting_line(use_case: UseCase, one: Finding) -> str:
    """One that waits, for the page of its own case."""
    return t(
        "Entered by {name} {at}: {outcome}. It waits for a second person: {why}.",
        name=names().get(one.person, one.person),
        at=when(one.decided, use_case.timezone),
        outcome=outcome_text(use_case, one.outcome, one.cause),
        why=held_word(one.held or ""),
    )


def held_back_lines(learned: dict) -> list[str]:
    """What a training did not take beside corrections, by its manifest: how many, and of whom."""
    typed = [one for one in learned.get("entered", {}).values() if one["held"]]
    unfit = learned.get("stretches_waiting", [])
    told = []
    if typed:
        by = _people(typed)
        told.append(
            plural(
                "{n} typed-in inspection held back, by {names}",
                "{n} typed-in inspections held back, by {names}",
                len(typed),
                names=by,
            )
        )
    if unfit:
        by, n = _people(unfit), len(unfit)
        told.append(
            plural(
                "{n} stretch of bad data not left out, by {names}",
                "{n} stretches of bad data not left out, by {names}",
                n,
                names=by,
            )
        )
    return told


def _people(said: list[dict]) -> str:
    known = names()
    people: set[str] = {one["decided_by"] for one in said}
    return ", ".join(sorted({known.get(one, one) for one in people}))


def _confirm_finding(use_case: UseCase, one: Finding) -> None:
    as_person(lambda person: verbs.confirm_finding(person, session.store(), use_case, one.id))


def _confirm_stretch(case: int) -> None:
    as_person(lambda person: verbs.confirm_stretch(person, session.store(), case))


def _entered(use_case: UseCase, one: Finding) -> str:
    return t(
        "{asset}, {time}: {outcome}, entered by {name} {at}; {why}.",
        asset=one.asset,
        time=when(one.time, use_case.timezone),
        outcome=outcome_text(use_case, one.outcome, one.cause),
        name=names().get(one.person, one.person),
        at=when(one.decided, use_case.timezone),
        why=held_word(one.held or ""),
    )


def _stretch(use_case: UseCase, one: Stretch) -> str:
    stretch, why = one.exclusion, one.held or ""
    said = t(
        "Case {case} · {asset}: bad from {start} until {end}, decided by {name}; {why}.",
        case=stretch.case,
        asset=stretch.asset,
        start=when(stretch.start, use_case.timezone),
        end=when(stretch.end, use_case.timezone),
        name=names().get(stretch.person, stretch.person),
        why=waits_word(why) or held_word(why),
    )
    return f"{said} {lost(one.outcomes, one.bad)}"
