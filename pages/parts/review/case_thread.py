"""The thread of a case: who it is for, a second opinion, what reviewers write to each other, and their files."""

from collections.abc import Callable

import streamlit as st

from data.attachments import OTHER, SHOWN, attachment, file_name
from data.people import Action, may
from data.records import Case, CaseMessage, CaseState, Person
from data.usecase.use_case import UseCase
from models.review import verbs
from pages.parts.remembered.visit import visit
from pages.parts.shell import session
from pages.parts.shell.acting import as_person, noted, refusal
from pages.parts.shell.identity import who
from pages.parts.shell.typed import sent, typed_area, typed_key
from pages.parts.words.language import number, plural, t, when
from pages.parts.words.verbatim import verbatim

NOBODY = ""
_NOTES = "the notes"


def case_thread(use_case: UseCase, case: Case) -> None:
    """Draw it; those who may review can add to it."""
    feedback, people = session.store().feedback, {person.id: person for person in session.store().people.all()}
    messages = feedback.thread(case.id)
    with st.expander(
        plural("Notes and files: {n}", "Notes and files: {n}", len(messages)), expanded=bool(messages), icon=":material/forum:"
    ):
        for message in messages:
            name = people[message.person].name if message.person in people else message.person
            st.markdown(f"**{verbatim(name)}** · {when(message.at, use_case.timezone)}  \n{verbatim(message.text)}")
            if message.file:
                _file(message)
        if not may(who(), Action.REVIEW):
            return
        _add(case)
        _whose(case, people)


def _file(message: CaseMessage) -> None:
    """A file: to be downloaded, and never opened here; of a picture the small copy, which was made when it came in."""
    assert message.file is not None
    feedback, name = session.store().feedback, file_name(message.file)
    size = t("{n} kB", n=number(max(message.size / 1000, 1), 0))
    st.download_button(
        f"{verbatim(name)} ({size})", lambda: feedback.attachment(message.id), name, message.type if message.type in SHOWN else OTHER,
        key=f"file_{message.id}", icon=":material/attach_file:", on_click="ignore",
    )  # fmt: skip
    if not message.looked:  # it came in before small copies were made
        feedback.look_at(message.id, attachment(name, feedback.attachment(message.id)).thumbnail)
    if small := feedback.thumbnail(message.id):
        st.image(small, width=420)


def _add(case: Case) -> None:
    refusal(_NOTES)
    typed_area(case.use_case, _note(case), t("A note to other reviewers"), max_chars=2000, height=90)
    files = f"files_{case.id}_{visit().record.files_sent.get(case.id, 0)}"
    st.file_uploader(t("Files, at most 10 MB each"), accept_multiple_files=True, max_upload_size=10, key=files)
    st.button(t("Add"), key="add_note", icon=":material/add_comment:", on_click=_say, args=(case, files))
    empty, visit().record.nothing_to_add = visit().record.nothing_to_add == case.id, None
    if empty:
        st.warning(t("There is nothing to add: write something, or choose a file."))


def _say(case: Case, files: str) -> None:
    """Add the words, then the files one by one. What was added leaves the field; what was refused stays there."""
    store, text = session.store(), st.session_state[typed_key(case.use_case, _note(case))]
    done = visit().record.files_added  # of several the one that was refused is tried again alone
    chosen = [file for file in st.session_state.get(files) or [] if file.file_id not in done]
    if not text.strip() and not chosen:
        visit().record.nothing_to_add = case.id
    if text.strip():
        if not _noted(lambda by: verbs.say(by, store, case.id, text)):
            return
        sent(case.use_case, _note(case))
    for file in chosen:
        if not _noted(lambda by, f=file: verbs.say(by, store, case.id, "", attachment(f.name, f.getvalue()))):
            return
        done.add(file.file_id)
    if chosen:
        times = visit().record.files_sent
        times[case.id] = times.get(case.id, 0) + 1  # an empty field for the next ones


def _whose(case: Case, people: dict) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        able = [NOBODY, *(one.id for one in people.values() if may(one, Action.REVIEW))]
        key = f"assign_{case.id}_{case.assigned_to}"
        st.selectbox(
            t("For whom it is"), able, index=able.index(case.assigned_to) if case.assigned_to in able else 0, width=240,
            format_func=lambda one: people[one].name if one in people else t("nobody in particular"), key=key, on_change=_assign, args=(case, key),
        )  # fmt: skip
        if case.reviewers < 2 and case.state is not CaseState.DECIDED:
            if st.button(t("Ask for a second reviewer"), key="ask_second", icon=":material/group:"):
                as_person(lambda by: verbs.ask_second(by, session.store(), case))
                st.rerun()
        elif case.reviewers >= 2:
            st.badge(t("two independent verdicts"), icon=":material/group:", color="gray")


def _assign(case: Case, key: str) -> None:
    chosen = st.session_state[key] or None
    _noted(lambda by: verbs.assign(by, session.store(), case, chosen))


def _noted(act: Callable[[Person | None], object]) -> bool:
    return noted(act, at=_NOTES, also=(ValueError,))


def _note(case: Case) -> str:
    return f"note/{case.id}"
