"""What each person's corrections changed in a release: against the same training without them."""

import streamlit as st

from data.records import ReleaseRecord
from data.usecase.use_case import UseCase
from models.documents.words import change_text
from pages.parts.shell.identity import names
from pages.parts.words.language import number, t, words


def people_view(use_case: UseCase, record: ReleaseRecord) -> None:
    """Draw one line for each of those with the most corrections."""
    known = names()
    st.subheader(t("What each person changed"), anchor=False)
    rows = [
        {
            t("Decided by"): known.get(one["person"], one["person"]),
            t("Corrections"): number(one["corrections"], 0),
            t("Warned of only with them"): number(one["warned"], 0),
            t("Not warned of only with them"): number(one["not_warned"], 0),
            **{
                title: change_text(words(), key, one["figures"][key]["low"], one["figures"][key]["high"], use_case.costs.currency)
                for key, title in (("recall", t("Failures found (recall)")), ("precision", t("Right when it warns (precision)")))
            },
        }
        for one in record.figures["people"]
    ]
    st.dataframe(rows, hide_index=True, key=f"people_{record.number}", height="content")
    st.caption(
        t("Held-out readings, against the same training without that person's corrections; changes with their 95 % interval.")
    )
