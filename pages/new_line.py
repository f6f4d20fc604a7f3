"""A table becomes a use case, step by step: file, preview, target, signals, and then it is watched live."""

from pathlib import Path

import streamlit as st

from data.mapped import MappingError
from data.onboarding.create import HISTORY, name_for, write
from data.onboarding.profile import Profile, profile
from data.onboarding.target import OnboardingError
from data.people import Action
from data.store import StoreError
from data.tables import Table, TableError, read_table
from data.usecase_file import UseCaseError, load
from models.starting import start_replay
from pages.parts import session
from pages.parts.acting import as_person
from pages.parts.frame import empty, go, page_header, trouble
from pages.parts.freshness import newest_beat
from pages.parts.language import number, t
from pages.parts.new_line_steps import asked_columns, asked_file, signals_step, told
from pages.parts.new_line_target import target_view
from pages.parts.retold import retold

PREVIEW = 200


def render() -> None:
    with page_header(t("New line")):
        st.markdown(t("From a table to explained predictions, in a few minutes"))
    if made := st.session_state.get("new_line"):
        _made(made)
        return
    file = asked_file(session.settings().home)
    if file is None:
        empty(
            t("Choose a table: CSV, TSV, Excel or Parquet."),
            t("One row per reading: its signals, and what came of it. Nothing is written before you say so."),
        )
        return
    try:
        table = _read(file, file.stat().st_mtime_ns)
    except TableError as error:
        trouble(t("This file cannot be read."), error)
        return
    rows, columns = number(len(table.frame), 0), number(len(table.frame.columns), 0)
    st.subheader(t("2 · What it holds: {rows} rows, {columns} columns", rows=rows, columns=columns), anchor=False)
    st.dataframe(table.frame.head(PREVIEW), key="new_preview", height=220, hide_index=True)
    told(table.notes)
    asked = asked_columns(table.frame)
    if asked is None:
        return
    try:
        with st.spinner(t("Looking at every column …")):
            found = _profiled(file, file.stat().st_mtime_ns, *asked)
    except (OnboardingError, MappingError) as error:
        trouble(t("Nothing can be predicted like this."), error)
        return
    target_view(table.frame, found)
    _last(file, table, signals_step(found))


def _last(file: Path, table: Table, found: Profile) -> None:
    """The name, and the button that writes it."""
    st.subheader(t("5 · Make it"), anchor=False)
    home = session.settings().home
    left, right = st.columns([2, 1], vertical_alignment="bottom")
    name = left.text_input(t("Name (small letters)"), value=name_for(file.stem, home), key="new_name", max_chars=40)
    if not right.button(t("Make the use case"), key="new_make", type="primary", width="stretch", disabled=not found.signals):
        return

    def make(_person) -> None:
        st.session_state["new_line"] = name_for(name, home, given=True)
        write(table.frame, found, st.session_state["new_line"], file.name, home)

    try:
        as_person(Action.ADD_USE_CASE, make, also=())
    except (OnboardingError, OSError) as error:
        st.session_state.pop("new_line", None)
        trouble(t("It was not made."), error)
        return
    st.rerun()


def _made(name: str) -> None:
    """What comes next: training it and watching it live."""
    home = session.settings().home
    try:
        use_case = load(name, home)
    except UseCaseError as error:
        trouble(t("It cannot be used."), error)
        return
    st.success(
        t("{title} stands: {file}", title=use_case.title, file=str(use_case.folder / "usecase.yaml")), icon=":material/check:"
    )
    st.markdown(
        t("Read the file once, above all what counts as bad. Then it is trained on the table, and the table is replayed live.")
    )
    with st.container(horizontal=True):
        if st.button(t("Train it and watch it live"), key="new_start", type="primary", icon=":material/play_arrow:"):
            speed = 2 * use_case.cadence_s  # two readings a second
            as_person(Action.ADD_USE_CASE, lambda _: start_replay(home, name, use_case.folder / HISTORY, speed))
            st.session_state["new_started"] = True
        if st.button(t("Another table"), key="new_again", icon=":material/add:"):
            st.session_state.pop("new_line", None)
            st.session_state.pop("new_started", None)
            st.rerun()
    if st.session_state.get("new_started"):
        _watch(name)
    with st.expander("usecase.yaml"):
        st.code((use_case.folder / "usecase.yaml").read_text(encoding="utf-8"), language="yaml")


@st.fragment(run_every=1.0)
def _watch(name: str) -> None:
    """How far the worker is, and the way to the board as soon as there is something to see."""
    try:
        beat = newest_beat(name, session.store().workers.all())
        ready = session.store().releases.champion(name) is not None
    except StoreError as error:
        trouble(t("The store cannot be read."), error)
        return
    if beat is None:
        st.info(t("The worker is being started."), icon=":material/hourglass_empty:")
    elif not ready:
        st.info(retold(beat.trouble) or t("Training the first release"), icon=":material/model_training:")
    else:
        st.success(t("It is live: {n} readings so far.", n=number(beat.rows, 0)), icon=":material/sensors:")
        if st.button(t("To the board"), key="new_board", type="primary", icon=":material/grid_view:"):
            go("board")


@st.cache_resource(show_spinner=False, max_entries=2)
def _read(file: Path, _stamp: int) -> Table:
    return read_table(file)


@st.cache_resource(show_spinner=False, max_entries=4)
def _profiled(file: Path, stamp: int, target: str, task: str | None, asset: str | None, time: str | None) -> Profile:
    return profile(_read(file, stamp).frame, target, task, asset, time)
