"""The past cases that a prediction resembles most, and what was found then."""

import streamlit as st

from data.usecase import UseCase
from models.memory import PastCase
from pages.parts.frame import go
from pages.parts.guidance import found_by, past_outcome
from pages.parts.language import number, t, when
from pages.parts.predicted import bad_word

SHOWN = 3


def seen_before(use_case: UseCase, cases: list[PastCase], new: bool = False) -> None:
    """Draw the three most similar ones, and how all of the similar ones ended; of a ``new`` reading, that none is really like it."""
    if not cases:
        st.caption(t("Nothing like this is known yet: no truth has arrived."))
        return
    for place, case in enumerate(cases[:SHOWN]):
        said = t(
            "{when} · {asset} · **{outcome}**",
            when=when(case.time, use_case.timezone),
            asset=case.asset,
            outcome=past_outcome(use_case, case),
        )
        with st.container(key=f"past_{place}", horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"{said}  \n:gray[{found_by(case)}]", width="stretch")
            if case.reading and st.button(t("Open"), key=f"open_past_{place}", icon=":material/history:"):
                go("prediction", use_case=use_case.name, reading=case.reading)
    if new:
        st.caption(t("These are the nearest there are; none is really like it."))
        return
    ended = int(use_case.failed([case.outcome for case in cases]).sum())
    target = use_case.target.outcomes.get(1) if use_case.task == "binary" else bad_word(use_case)
    st.caption(
        t("{k} of the {n} most similar past cases: {outcome}.", k=number(ended, 0), n=number(len(cases), 0), outcome=target)
    )
