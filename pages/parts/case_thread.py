"""The thread of a case: who it is for, a second opinion, what reviewers write to each other, and their files."""

import streamlit as st

from data.people import Action, may
from data.records import Case, CaseState
from data.usecase import UseCase
from pages.parts import session
from pages.parts.acting import as_person
from pages.parts.identity import who
from pages.parts.language import number, plural, t, when
from pages.parts.wording import verbatim

NOBODY = ""


def case_thread(use_case: UseCase, case: Case) -> None:
    """Draw it; those who may review can add to it."""
    feedback, people = session.store().feedback, {person.id: person for person in session.store().people.all()}
    messages = feedback.thread(case.id)
    with st.expander(
        plural("Notes and files: {n}", "Notes and files: {n}", len(messages)), expanded=bool(messages), icon=":material/forum:"
    ):
        for message in messages:
            name = people[message.person].name if message.person in people else message.person
            st.markdown(f"**{name}** · {when(message.at, use_case.timezone)}  \n{verbatim(message.text)}")
            if message.file:
                size = t("{n} kB", n=number(max(message.size / 1000, 1), 0))
                st.download_button(
                    f"{message.file} ({size})", lambda at=message.id: feedback.attachment(at), message.file, message.type,
                    key=f"file_{message.id}", icon=":material/attach_file:",
                )  # fmt: skip
                if (message.type or "").startswith("image/"):
                    st.image(feedback.attachment(message.id), width=420)
        if not may(who(), Action.REVIEW):
            return
        _add(case)
        _whose(case, people)


def _add(case: Case) -> None:
    with st.form(f"note_{case.id}", clear_on_submit=True, border=False):
        text = st.text_area(t("A note to other reviewers"), max_chars=2000, height=90)
        files = st.file_uploader(t("Files, at most 10 MB each"), accept_multiple_files=True, max_upload_size=10)
        if st.form_submit_button(t("Add"), icon=":material/add_comment:"):
            if not text.strip() and not files:
                st.warning(t("There is nothing to add: write something, or choose a file."))
                return
            if text.strip():
                _do(lambda by: session.store().feedback.say(case.id, by, text))
            for file in files:
                _do(lambda by, f=file: session.store().feedback.say(case.id, by, "", f.name, f.type, f.getvalue()))
            st.rerun()


def _whose(case: Case, people: dict) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        able = [NOBODY, *(one.id for one in people.values() if may(one, Action.REVIEW))]
        chosen = st.selectbox(
            t("For whom it is"), able, index=able.index(case.assigned_to) if case.assigned_to in able else 0, width=240,
            format_func=lambda one: people[one].name if one in people else t("nobody in particular"), key=f"assign_{case.id}_{case.assigned_to}",
        )  # fmt: skip
        if (chosen or None) != case.assigned_to:
            _do(lambda by: session.store().feedback.assign(case.id, chosen or None, by))
            st.rerun()
        if case.reviewers < 2 and case.state is not CaseState.DECIDED:
            if st.button(t("Ask for a second reviewer"), key="ask_second", icon=":material/group:"):
                _do(lambda by: session.store().feedback.ask_second(case.id, by))
                st.rerun()
        elif case.reviewers >= 2:
            st.badge(t("two independent verdicts"), icon=":material/group:", color="gray")


def _do(act) -> None:
    as_person(Action.REVIEW, lambda person: act(person.id), also=(ValueError,))
