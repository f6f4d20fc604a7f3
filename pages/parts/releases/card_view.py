"""The model card of a release in the reader's language: on the screen, as Markdown and as a page to print.

What it says is told by ``models.documents.card``; here its data are gathered from the record, and the reader's words handed down.
"""

import streamlit as st

from data.records import ReleaseRecord
from data.usecase.use_case import UseCase
from models.documents.card import Turn, card
from models.documents.document import Document, markdown
from models.release.release import Release
from pages.parts.documents.card_page import card_page
from pages.parts.shell import session
from pages.parts.shell.identity import by_whom, names
from pages.parts.words.language import t, words
from pages.parts.words.verbatim import verbatim

_LIVE = ("release", "override_release", "roll_back")


def card_view(use_case: UseCase, record: ReleaseRecord, release: Release) -> None:
    """The card, folded, with two ways to take it along."""
    with st.expander(t("Model card")):
        told = card_of(use_case, record, release)
        name = f"{use_case.name}-release-{record.number}"
        page, text = st.columns(2)
        page.download_button(
            t("Download to print (HTML)"),
            card_page(told),
            f"{name}.html",
            "text/html",
            key=f"card_page_{record.number}",
            icon=":material/print:",
            width="stretch",
            on_click="ignore",
        )
        text.download_button(
            t("Download as text (Markdown)"),
            markdown(told),
            f"{name}.md",
            "text/markdown",
            key=f"card_{record.number}",
            icon=":material/download:",
            width="stretch",
            on_click="ignore",
        )
        st.markdown(markdown(told, level=3, plain=verbatim))


def card_of(use_case: UseCase, record: ReleaseRecord, release: Release) -> Document:
    """The card of a release as it stands now: also when it went live, by whom and why."""
    people = names()
    own = {
        "number": record.number,
        "created": record.created.isoformat(),
        "created_by": by_whom(record.created_by),
        "parent": record.parent,
        "digest": record.digest,
    }
    return card(
        use_case,
        release.manifest | own,
        record.figures,
        words(use_case.timezone),
        quality=release.quality,
        profile=release.profile,
        turns=turns(use_case, record.number, people),
        as_of=session.now(),
    )


def turns(use_case: UseCase, number: int, people: dict[str, str]) -> list[Turn]:
    """The times that a release went live, oldest first: from the row of the champion, with act and reason of the audit trail."""
    store = session.store()
    champions = list(reversed(store.releases.champions(use_case.name)))
    acts = iter([entry for entry in store.audit.trail(f"release:{use_case.name}/{number}") if entry.action in _LIVE])
    found = []
    for one, after in zip(champions, [*champions[1:], None], strict=True):
        if one.number != number:
            continue
        act = next(acts, None)  # both are written in one transaction, so they stand in the same order
        reason = str(act.details.get("reason") or "") if act else ""
        found.append(
            Turn(one.since, after.since if after else None, people.get(one.by, one.by), act.action if act else "release", reason)
        )
    return found
