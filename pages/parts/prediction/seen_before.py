"""The past cases that a prediction resembles most, and what was found then."""

from collections import Counter

import streamlit as st

from data.usecase.use_case import UseCase
from models.dataset.history import place_in_history
from models.release.memory import PastCase
from pages.parts.shell.frame import go
from pages.parts.shell.technical import technical
from pages.parts.words.guidance import found_by, past_outcome
from pages.parts.words.language import number, plural, t, when
from pages.parts.words.predicted import bad_word
from pages.parts.words.verbatim import verbatim
from pages.parts.words.wording import outcome_text

SHOWN = 3


def seen_before(use_case: UseCase, cases: list[PastCase], new: bool = False, earlier: int = 0) -> None:
    """Draw the three most similar ones, and how all of the similar ones ended; of a ``new`` reading, that none is really like it. ``earlier``: of how many
    cases of before they are."""
    if not cases and earlier:
        st.caption(
            plural(
                "Nothing like this was seen before, in {n} case of which the outcome is known.",
                "Nothing like this was seen before, in {n} cases of which the outcome is known.",
                earlier,
            )
        )
        return
    if not cases:
        st.caption(t("Nothing like this is known yet: no truth has arrived."))
        return
    for place, case in enumerate(cases[:SHOWN]):
        said = t(
            "{when} · {asset} · **{outcome}**",
            when=_when(use_case, case),
            asset=verbatim(case.asset),
            outcome=verbatim(past_outcome(use_case, case)),
        )
        with st.container(key=f"past_{place}", horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"{said}  \n:gray[{verbatim(found_by(case))}]", width="stretch")
            if case.reading and st.button(t("Open"), key=f"open_past_{place}", icon=":material/history:"):
                go("prediction", use_case=use_case.name, reading=case.reading)
    if new:
        st.caption(t("These are the nearest there are; none is really like it."))
        return
    ended, target = _how_they_ended(use_case, cases)
    said = {"k": number(ended, 0), "outcome": verbatim(target)}
    st.caption(
        plural(
            "{k} of the {n} most similar past case: {outcome}.",
            "{k} of the {n} most similar past cases: {outcome}.",
            len(cases),
            **said,
        )
    )


def _how_they_ended(use_case: UseCase, cases: list[PastCase]) -> tuple[int, str]:
    """How many came to what: of several classes the one that most of them came to, else what is bad."""
    if use_case.task == "multiclass":
        (found, count), *_ = Counter(case.outcome for case in cases).most_common(1)
        return count, outcome_text(use_case, found)
    ended = int(use_case.failed([case.outcome for case in cases]).sum())
    return ended, use_case.target.outcomes[1] if use_case.task == "binary" else bad_word(use_case)


def _when(use_case: UseCase, case: PastCase) -> str:
    """When it was; of a row of a table without times, which row."""
    place = place_in_history(use_case, case.time) if case.found_by == "history" else None
    if place is None:
        return when(case.time, use_case.timezone)
    file, row = place
    if file and technical():
        return t("{file}, row {n}", file=verbatim(file), n=number(row, 0))
    return t("row {n} of the table", n=number(row, 0))
