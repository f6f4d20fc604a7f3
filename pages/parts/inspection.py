"""What an inspection has found of a case that waits for it: entered here, it becomes the truth of that moment."""

import streamlit as st

from data.people import Action
from data.records import Case
from data.usecase import UseCase
from models.reviewing import report_inspection
from pages.parts.acting import as_person
from pages.parts.language import t
from pages.parts.session import store
from pages.parts.wording import cause_text


def inspection(use_case: UseCase, case: Case) -> None:
    """The form; sending it brings the case back into the queue."""
    with st.form(f"inspection_{case.id}"):
        st.markdown(t("**What has come in**"))
        left, right = st.columns(2)
        outcome = left.radio(
            t("What was found?"), list(use_case.target.outcomes), format_func=use_case.target.outcomes.get, horizontal=True
        )
        cause = right.selectbox(
            t("Cause, if known"), list(use_case.target.causes), index=None, format_func=lambda c: cause_text(use_case, c)
        )
        if st.form_submit_button(t("Enter it"), icon=":material/biotech:"):
            found = cause if outcome else None
            as_person(Action.REVIEW, lambda person: report_inspection(use_case, store(), person, case, float(outcome), found))
            st.rerun()
