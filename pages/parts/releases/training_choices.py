"""What a data scientist chooses for the next training: history that is contradicted, reasons that should not matter, constraints, a search."""

from collections.abc import Callable

import streamlit as st

from data.usecase.use_case import UseCase
from models.dataset.choices import Choices
from pages.parts.releases.history_in_doubt import history_in_doubt, own
from pages.parts.shell import session
from pages.parts.words.language import plural, t
from pages.parts.words.verbatim import verbatim
from pages.parts.words.wording import group_label, label


def training_choices(use_case: UseCase) -> Choices:
    """Draw the choices, folded, and give what is chosen."""
    doubts = session.store().feedback.doubts(use_case.name)
    doubted = list(dict.fromkeys(group for doubt in doubts for group in doubt.groups if group in use_case.groups))
    with st.expander(t("Choices for this training"), icon=":material/tune:", expanded=False):
        contradicted, denied = history_in_doubt(use_case)
        st.markdown(t("**What should not matter**"))
        if doubted:
            names = ", ".join(group_label(use_case, group) for group in doubted)
            st.caption(
                plural(
                    "{n} reviewed case says so of: {names}",
                    "{n} reviewed cases say so of: {names}",
                    len(doubts),
                    names=verbatim(names),
                )
            )
        leave_out = st.multiselect(
            t("Leave out of the model"), list(use_case.groups), format_func=lambda g: group_label(use_case, g), key=own(use_case, "leave_out"),
            help=t("No tree may use these reasons: they have no share in any prediction."),
        )  # fmt: skip
        apart = st.multiselect(
            t("May not act together with others"),
            list(use_case.groups),
            format_func=lambda g: group_label(use_case, g),
            key=own(use_case, "apart"),
        )
        counterexamples = st.toggle(
            t("Counter-examples of the reviewed cases"), key=own(use_case, "counterexamples"), disabled=not doubts,
            help=t("Copies of each such case with the doubted signals drawn anew and the same outcome."),
        )  # fmt: skip
        st.markdown(t("**How a value may act**"))
        numbers = [f for f in use_case.features if not getattr(use_case.described(f), "categories", ())]
        rises = st.multiselect(
            t("The risk only rises with"), numbers, format_func=lambda f: label(use_case, f), key=own(use_case, "rises")
        )
        falls = st.multiselect(
            t("The risk only falls with"), numbers, format_func=lambda f: label(use_case, f), key=own(use_case, "falls")
        )
        st.markdown(t("**Hyper-parameters**"))
        search = st.toggle(
            t("Search anew instead of keeping them"),
            key=own(use_case, "search"),
            help=t("A small, seeded search: takes about ten times as long."),
        )
    return Choices(search, contradicted, denied, tuple(leave_out), tuple(rises), tuple(falls), tuple(apart), counterexamples)


def choice_lines(use_case: UseCase, chosen: dict) -> list[str]:
    """What was chosen for a training, in a line each, from a manifest."""

    def names(key: str, tell: Callable[[UseCase, str], str]) -> str:
        return ", ".join(tell(use_case, one) for one in chosen[key])

    told = {
        "search": lambda: t("hyper-parameters searched anew"),
        "leave_out": lambda: t("left out of the model: {names}", names=names("leave_out", group_label)),
        "apart": lambda: t("not acting together with others: {names}", names=names("apart", group_label)),
        "rises": lambda: t("the risk only rises with: {names}", names=names("rises", label)),
        "falls": lambda: t("the risk only falls with: {names}", names=names("falls", label)),
        "counterexamples": lambda: t("with counter-examples of the doubted cases"),
    }
    return [tell() for key, tell in told.items() if chosen.get(key)]
