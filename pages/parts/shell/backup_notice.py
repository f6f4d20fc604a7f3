"""Telling whoever administers the home that its newest backup is too old: on every page, until there is a new one."""

import streamlit as st

from data.backup.nightly import late
from data.backup.shelf import newest
from data.people import Role
from data.store import StoreError
from pages.parts.shell import session
from pages.parts.shell.identity import who
from pages.parts.words.language import plural, t

COMMANDS = "`python -m data.backup list`", "`python -m data.backup make`"


def backup_notice() -> None:
    """Draw it where it is needed; nothing for anybody else."""
    person = who()
    if person is None or person.role != Role.ADMIN or (age := _age()) is None:
        return
    days, ever = age
    said = (
        plural("The newest backup is {n} day old.", "The newest backup is {n} days old.", days)
        if ever
        else plural("There has been no backup for {n} day.", "There has been no backup for {n} days.", days)
    )
    there, make = COMMANDS
    with st.container(border=True):  # grey: colour is for machines
        st.markdown(
            f":material/backup: **{said}** "
            + t("What became of the last one: {list}. Make one now: {make}.", list=there, make=make)
        )


@st.cache_data(ttl=60, show_spinner=False)
def _age() -> tuple[int, bool] | None:
    """How many days old it is where that is too old (without one: since when there is something to lose), and whether there is one; looked at once
    a minute."""
    try:
        releases = session.store().releases.all(session.use_case().name)
    except StoreError:  # told by the page itself
        return None
    now, known = session.now(), session.settings()
    age = late(known, releases[-1].created, now) if releases else None
    return None if age is None else (age.days, newest(known.backups, now) is not None)
