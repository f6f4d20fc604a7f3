"""What an inspection has found of a case that waits for it: entered here, it becomes the truth of that moment."""

import streamlit as st

from data.records import Case
from data.usecase.use_case import UseCase
from models.review.reviewing import report_inspection
from pages.parts.review.truth_input import truth_input
from pages.parts.shell.acting import as_person
from pages.parts.shell.session import store
from pages.parts.words.language import t


def inspection(use_case: UseCase, case: Case) -> None:
    """The form; sending it brings the case back into the queue."""
    with st.form(f"inspection_{case.id}"):
        st.markdown(t("**What has come in**"))
        outcome, cause = truth_input(use_case, t("What was found?"), f"found_{case.id}")
        if st.form_submit_button(t("Enter it"), icon=":material/biotech:"):
            as_person(
                lambda person: report_inspection(use_case, store(), person, case, outcome, cause),
                t("It was not entered."),
            )
            st.rerun()
