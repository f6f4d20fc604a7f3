"""Who is looking. Demo identities to choose from; a real sign-in replaces this one file and nothing else.

The choice lives in the session, and in the address (``?who=``) so that a reload keeps it.
"""

from pathlib import Path

import streamlit as st

from data.records import Person
from models.documents.intended_use import intended_use
from pages.parts.remembered.kept import kept
from pages.parts.remembered.visit import visit
from pages.parts.shell.session import settings, store
from pages.parts.words.language import t, words
from pages.parts.words.roles import role_name
from pages.parts.words.verbatim import verbatim

_KEY = "who"


def who() -> Person | None:
    """The person looking, as the store knows them at this moment, or ``None``: nobody has said who they are."""
    wanted = visit().who or st.query_params.get(_KEY)
    person = _person(settings().store_path, wanted, store().changes()) if wanted else None
    return person if person is not None and person.active else None


@kept(200)
def _person(path: Path, wanted: str, changes: int) -> Person | None:
    return store().people.get(wanted)


def remember() -> None:
    """Carry the choice from the address into the session or back: moving to another page empties the address."""
    person = who()
    if person is None:
        visit().who = None
        st.query_params.pop(_KEY, None)
        return
    visit().who = person.id
    if st.query_params.get(_KEY) != person.id:
        st.query_params[_KEY] = person.id


def look_as(person: str) -> None:
    """Go on as somebody else: the demo's story shows each step as the person whose step it is."""
    _choose(person)


def names() -> dict[str, str]:
    """Everybody's name, by id."""
    return {person.id: person.name for person in store().people.all()}


def doers() -> dict[str, str]:
    """Who or what may have done something, in words: everybody's name by id, and what does it without a person."""
    without = {"command line": t("command line"), "inspection after the product": t("inspection after the product")}
    return without | names()


def by_whom(by: str) -> str:
    """Who or what did something, in words; also with how: ``dana (job:1)``."""
    doer, apart, how = by.partition(" (")
    return doers().get(doer, doer) + apart + how


def chooser() -> None:
    """The popover at the top right in which a person says who they are."""
    person = who()
    label = t("{name} · {role}", name=person.name, role=role_name(person.role)) if person else t("Who are you?")
    icon = ":material/person:" if person else ":material/person_add:"
    with st.popover(verbatim(label), icon=icon, key="who_popover"):
        st.caption(t("Demo identities: choose one. What you may see and do follows its role."))
        st.markdown(intended_use(words()))
        for one in store().people.all():
            if one.active:
                text = t("{name} · {role}", name=one.name, role=role_name(one.role))
                same = person is not None and one.id == person.id
                st.button(
                    verbatim(text),
                    key=f"who_{one.id}",
                    width="stretch",
                    type="primary" if same else "secondary",
                    on_click=_choose,
                    args=(one.id,),
                )
        if person:
            st.button(
                t("Nobody (wall screen)"), key="who_nobody", width="stretch", type="tertiary", on_click=_choose, args=(None,)
            )


def _choose(person: str | None) -> None:
    if person is None:
        visit().who = None
        st.query_params.pop(_KEY, None)
    else:
        visit().who = person
        st.query_params[_KEY] = person
