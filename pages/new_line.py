"""A table becomes a use case, step by step: file, preview, target, signals, and then it is watched live."""

from pathlib import Path

import streamlit as st

from data.kept_lines import KeptLine
from data.onboarding.create import HISTORY, name_for
from data.onboarding.profile import Profile, profile
from data.onboarding.target import OnboardingError
from data.onboarding.uploads import Given
from data.records import Person
from data.store import StoreError
from data.tables.mapped import MappingError
from data.tables.read import Table, TableError
from data.tables.times import Way
from data.usecase.file import UseCaseError, load
from models.live import verbs
from pages.parts.new_line.mended import mended
from pages.parts.new_line.reading import as_boxes, asked_reading, reading_view
from pages.parts.new_line.steps import asked_columns, asked_file, signals_step, told
from pages.parts.new_line.table import Key, key_of, table_of
from pages.parts.new_line.target import target_view
from pages.parts.remembered.visit import visit
from pages.parts.shell import session
from pages.parts.shell.acting import as_person
from pages.parts.shell.beats import newest_beat
from pages.parts.shell.beginning import beginning, how_it_begins
from pages.parts.shell.frame import empty, go, page_header, trouble
from pages.parts.words.language import number, plural, t
from pages.parts.words.verbatim import verbatim

PREVIEW = 200


def render() -> None:
    with page_header(t("New line")):
        st.markdown(t("From a table to explained predictions, in a few minutes"))
    if made := visit().new_line:
        _made(made)
        return
    given = asked_file(session.settings().home)
    if given is None:
        empty(
            t("Choose a table: CSV, TSV, Excel or Parquet."),
            t("One row per reading: its signals, and what came of it. Nothing is written before you say so."),
        )
        return
    said = asked_reading(given)
    try:
        table = table_of(given, said.manner)
    except TableError as error:
        trouble(t("This file cannot be read."), error)
        reading_view(given, None)
        return
    if table is None:
        return
    rows, columns = number(len(table.frame), 0), number(len(table.frame.columns), 0)
    st.subheader(t("2 · What it holds: {rows} rows, {columns} columns", rows=rows, columns=columns), anchor=False)
    st.dataframe(table.frame.head(PREVIEW), key="new_preview", height=220, hide_index=True)
    told(as_boxes(table.notes))
    if table.look:
        st.warning("\n".join(f"- {verbatim(one)}" for one in as_boxes(table.look)), icon=":material/warning:")
    reading_view(given, table)
    asked = asked_columns(table.frame)
    if asked is None:
        return
    try:
        with st.spinner(t("Looking at every column …")):
            found = _profiled(key_of(given, said.manner), *asked, said.day_first, said.zone, said.words_apart, _table=table)
    except (OnboardingError, MappingError) as error:
        trouble(t("Nothing can be predicted like this."), error)
        return
    found = mended(table.frame, found)
    target_view(table.frame, found)
    _last(given, table, signals_step(found))


def _last(given: Given, table: Table, found: Profile) -> None:
    """The name, and the button that writes it."""
    st.subheader(t("5 · Make it"), anchor=False)
    home = session.settings().home
    left, right = st.columns([2, 1], vertical_alignment="bottom")
    name = left.text_input(t("Name (small letters)"), value=name_for(Path(given.name).stem, home), key="new_name", max_chars=40)
    if not right.button(t("Make the use case"), key="new_make", type="primary", width="stretch", disabled=not found.signals):
        return

    def make(person: Person | None) -> None:
        new = visit().new_line = name_for(name, home, given=True)
        verbs.add_line(person, table.frame, found, new, given.name, home)

    try:
        as_person(make)
    except (OnboardingError, OSError) as error:
        visit().new_line = None
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
    folder = use_case.folder
    assert folder is not None
    st.success(t("{title} stands.", title=verbatim(use_case.title)), icon=":material/check:")
    st.markdown(t("Next it is trained on the table, and the table is replayed live."))
    with st.container(horizontal=True):
        if st.button(t("Train it and watch it live"), key="new_start", type="primary", icon=":material/play_arrow:"):
            speed = 2 * use_case.cadence_s  # two readings a second
            as_person(lambda person: verbs.watch_line(person, session.settings(), KeptLine(name, folder / HISTORY, speed)))
            visit().new_started = True
        if st.button(t("Another table"), key="new_again", icon=":material/add:"):
            visit().new_line, visit().new_started = None, False
            st.rerun()
    if visit().new_started:
        _watch(name)
    with st.expander("usecase.yaml"):
        st.code((folder / "usecase.yaml").read_text(encoding="utf-8"), language="yaml")


@st.fragment(run_every=1.0)
def _watch(name: str) -> None:
    """How far it is, and the way to the board as soon as there is something to see."""
    try:
        beat, found = newest_beat(name, session.store().workers.all()), beginning(session.use_case(name), started=True)
    except StoreError as error:
        trouble(t("The store cannot be read."), error)
        return
    if found is not None:
        how_it_begins(found)
    elif beat is not None:
        st.success(
            plural("It is live: {n} reading so far.", "It is live: {n} readings so far.", beat.rows), icon=":material/sensors:"
        )
        if st.button(t("To the board"), key="new_board", type="primary", icon=":material/grid_view:"):
            go("board")


@st.cache_resource(show_spinner=False, max_entries=4)
def _profiled(
    key: Key, target: str, task: str | None, asset: str | None, time: str | None, day_first: bool | None, zone: str, apart: bool, _table: Table
) -> Profile:  # fmt: skip
    way = Way(day_first=day_first, zone=zone)
    return profile(_table.frame, target, task, asset, time, way=way, manner=_table.manner, words_apart=apart)
