"""How far independent reviewers agree, and what waits for a second person."""

import streamlit as st

from data.usecase.use_case import UseCase
from models.corrections.corrections import Admission, admissions
from models.review import verbs
from models.review.reviewing import agreement
from models.training.training_set import HISTORY_ROWS
from pages.parts.review.found import found_at
from pages.parts.review.held_words import held_word
from pages.parts.review.waiting_view import confirm_button, entered_view, stretches_view
from pages.parts.shell import session
from pages.parts.shell.acting import as_person
from pages.parts.shell.identity import names
from pages.parts.words.language import number, plural, t, when
from pages.parts.words.verbatim import verbatim
from pages.parts.words.wording import outcome_text


def reviewers_view(use_case: UseCase) -> None:
    """Folded lines under the queue: each is opened by who wants to know."""
    waiting = [one for one in admissions(use_case, session.store(), HISTORY_ROWS) if one.held]
    if waiting:
        title = plural("{n} correction waits for a second person", "{n} corrections wait for a second person", len(waiting))
        with st.expander(title, icon=":material/front_hand:"):
            st.caption(t("They are not learned from until somebody who neither flagged nor decided them confirms them."))
            for one in waiting:
                _held(use_case, one)
    entered_view(use_case)
    stretches_view(use_case)
    found = agreement(session.store(), use_case)
    if found.cases:
        alpha = t("not to be told yet") if found.alpha is None else number(found.alpha, 2)
        st.caption(
            plural(
                "Two reviewers found the same in {same} of {n} case; Krippendorff's alpha {alpha} (1 is agreement, 0 chance).",
                "Two reviewers found the same in {same} of {n} cases; Krippendorff's alpha {alpha} (1 is agreement, 0 chance).",
                found.cases,
                same=number(found.same, 0),
                alpha=alpha,
            )
        )


def _held(use_case: UseCase, one: Admission) -> None:
    people = names()
    said = t(
        "Case {case} · {asset}: {outcome}, decided by {name} {at}; {why}.",
        case=one.correction.case,
        asset=one.seen.asset,
        outcome=outcome_text(use_case, one.correction.outcome, one.correction.cause),
        name=people.get(one.correction.person, one.correction.person),
        at=when(one.correction.decided, use_case.timezone),
        why=held_word(one.held or ""),
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(verbatim(said), width="stretch")
        for truth in found_at(use_case, one.seen) if one.inspected is not None else ():
            found = {"outcome": outcome_text(use_case, truth.outcome, truth.cause), "at": when(truth.arrived, use_case.timezone)}
            st.markdown("**" + verbatim(t("The inspection says {outcome} ({at}).", **found)) + "**", width="stretch")
        if confirm_button(f"confirm_{one.correction.id}"):
            as_person(lambda person: verbs.confirm_correction(person, session.store(), one.correction.id))
            st.rerun()
