"""What a data scientist chooses for the next training: history that is contradicted, reasons that should not matter, constraints, a search."""

import streamlit as st

from data.store import StoreError
from data.usecase import UseCase
from models.choices import Choices
from models.contradiction import Conflict
from models.training_set import TrainingSetError, contradictions
from pages.parts import session
from pages.parts.frame import trouble
from pages.parts.language import number, plural, t
from pages.parts.wording import group_label, label, outcome_text


def training_choices(use_case: UseCase) -> Choices:
    """Draw the choices, folded, and give what is chosen."""
    doubts = session.store().feedback.doubts(use_case.name)
    doubted = list(dict.fromkeys(group for doubt in doubts for group in doubt.groups if group in use_case.groups))
    with st.expander(t("Choices for this training"), icon=":material/tune:", expanded=False):
        contradicted = _contradicted(use_case)
        st.markdown(t("**What should not matter**"))
        if doubted:
            names = ", ".join(group_label(use_case, group) for group in doubted)
            st.caption(
                plural("{n} reviewed case says so of: {names}", "{n} reviewed cases say so of: {names}", len(doubts), names=names)
            )
        leave_out = st.multiselect(
            t("Leave out of the model"), list(use_case.groups), format_func=lambda g: group_label(use_case, g), key="leave_out",
            help=t("No tree may use these reasons: they have no share in any prediction."),
        )  # fmt: skip
        apart = st.multiselect(
            t("May not act together with others"),
            list(use_case.groups),
            format_func=lambda g: group_label(use_case, g),
            key="apart",
        )
        counterexamples = st.toggle(
            t("Counter-examples of the reviewed cases"), key="counterexamples", disabled=not doubts,
            help=t("Copies of each such case with the doubted signals drawn anew and the same outcome."),
        )  # fmt: skip
        st.markdown(t("**How a value may act**"))
        numbers = [f for f in use_case.features if not getattr(use_case.described(f), "categories", ())]
        rises = st.multiselect(t("The risk only rises with"), numbers, format_func=lambda f: label(use_case, f), key="rises")
        falls = st.multiselect(t("The risk only falls with"), numbers, format_func=lambda f: label(use_case, f), key="falls")
        st.markdown(t("**Hyper-parameters**"))
        search = st.toggle(
            t("Search anew instead of keeping them"),
            key="search",
            help=t("A small, seeded search: takes about ten times as long."),
        )
    return Choices(search, contradicted, tuple(leave_out), tuple(rises), tuple(falls), tuple(apart), counterexamples)


def _contradicted(use_case: UseCase) -> str:
    """Look for history that the corrections contradict, tell it, and ask what to do with it."""
    st.markdown(t("**History that corrections contradict**"))
    if st.button(t("Look for it"), key="contradictions", icon=":material/search_insights:"):
        try:
            with st.spinner(t("Comparing the corrections with the history …")):
                st.session_state["conflicts"] = contradictions(use_case, session.store())
        except (TrainingSetError, StoreError) as error:
            trouble(t("That was not done."), error)
    found: list[Conflict] | None = st.session_state.get("conflicts")
    if found is not None and not found:
        st.caption(t("The history says nothing else than the corrections, or there are too few of them."))
    for one in found or []:
        st.markdown("- " + conflict_text(use_case, one.plain()))
    words = {"keep": t("Keep it"), "leave_out": t("Leave it out"), "relabel": t("Put it right")}
    return st.segmented_control(
        t("What becomes of it"), list(words), format_func=words.get, default="keep", required=True, key="contradicted", label_visibility="collapsed"
    )  # fmt: skip


def conflict_text(use_case: UseCase, told: dict) -> str:
    """A contradiction in a sentence or two, from its plain form."""
    what = outcome_text(use_case, told["outcome"], told["cause"])
    where = []
    for name, (low, high) in told["ranges"].items():
        described = use_case.described(name)
        decimals = getattr(described, "decimals", 1)
        where.append(
            f"{label(use_case, name)} {number(low, decimals)}–{number(high, decimals)} {getattr(described, 'unit', '')}".strip()
        )
    where += [f"{label(use_case, name)} {', '.join(values)}" for name, values in told["categories"].items()]
    corrected = plural("{n} correction says", "{n} corrections say", len(told["corrections"]))
    denied = plural("{n} reading of the history says", "{n} readings of the history say", told["readings"])
    assets = told["assets"]
    only = " " + t("All of them are of {asset}: look at its sensors first.", asset=assets[0]) if len(assets) == 1 else ""
    return (
        t("{corrected} **{what}** at {where}; **{denied} otherwise**, {n} the same.", corrected=corrected, what=what,
          where="; ".join(where), denied=denied, n=number(told["agreeing"], 0))
        + only
    )  # fmt: skip


def choice_lines(use_case: UseCase, chosen: dict) -> list[str]:
    """What was chosen for a training, in a line each, from a manifest."""

    def names(key: str, tell) -> str:
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
