"""The receipt of a flag: its number, undo, and room for a comment and for what is wrong with the reasons themselves.

It is drawn from the store, so it stands after a reload, and as long as the flag does.
"""

import streamlit as st

from data.records import CaseState, Flag, FlagKind
from data.usecase.use_case import UseCase
from models.review import verbs
from pages.parts.reasons.explained import Explained
from pages.parts.remembered.visit import visit
from pages.parts.shell.acting import noted
from pages.parts.shell.frame import go
from pages.parts.shell.session import store
from pages.parts.words.language import t
from pages.parts.words.verbatim import verbatim
from pages.parts.words.wording import flag_kind, flag_reason, group_label


def flag_receipt(use_case: UseCase, told: Explained, flag: Flag) -> None:
    """Draw it for the person whose flag it is."""
    if flag.kind is FlagKind.AGREE:
        st.success(t("Recorded: you agree."), icon=":material/check:")
    else:
        said = {"number": flag.id, "kind": flag_kind(flag.kind), "reason": flag_reason(flag.reason)}
        st.success(t("Flag {number} is recorded: {kind}. {reason}", **said), icon=":material/flag:")
    if _answered(flag):
        if st.button(t("It was answered: read it"), key="big_answer", icon=":material/mark_chat_read:", width="stretch"):
            go("my_flags")
        return
    st.button(t("Undo"), key=f"big_undo_{flag.id}", icon=":material/undo:", width="stretch", on_click=_undo, args=(flag,))
    if flag.kind is not FlagKind.AGREE:
        _more(use_case, told, flag)


def _more(use_case: UseCase, told: Explained, flag: Flag) -> None:
    """What may be added. The reasons are numbered as they stand beside it."""
    places = {reason.group: place for place, reason in enumerate(told.reasons.strongest, start=1)}
    feedback = flag.snapshot.get("feedback", {})
    keys = [f"{name}_{flag.id}" for name in ("comment", "doubted", "missing")]
    with st.form(f"more_{flag.id}", border=False):
        st.text_area(
            t("Comment (optional)"),
            value=flag.comment,
            key=keys[0],
            max_chars=2000,
            placeholder=t("What did you see or measure?"),
        )
        st.pills(
            t("A reason that should not matter (optional)"),
            list(places),
            default=[group for group in feedback.get("should_not_matter", []) if group in places],
            format_func=lambda group: verbatim(f"{places[group]} · {group_label(use_case, group)}"),
            selection_mode="multi",
            key=keys[1],
        )
        st.text_input(t("A reason that is missing (optional)"), value=feedback.get("missing", ""), key=keys[2], max_chars=300)
        st.form_submit_button(t("Add to the flag"), width="stretch", on_click=_add, args=(flag, *keys))
    added, visit().record.added = visit().record.added == flag.id, None
    if added:
        st.toast(t("Added to flag {number}.", number=flag.id), icon=":material/check:")


def _undo(flag: Flag) -> None:
    """Take it back, unless somebody has answered it since this was drawn: then the answer is what comes next."""
    if not _answered(flag):
        noted(lambda person: verbs.withdraw_flag(person, store(), flag.id))


def _answered(flag: Flag) -> bool:
    return flag.case is not None and store().feedback.case(flag.case).state in (CaseState.DECIDED, CaseState.WAITING)


def _add(flag: Flag, *keys: str) -> None:
    text, doubted, missing = (st.session_state[key] for key in keys)
    reasons = {"should_not_matter": list(doubted), "missing": missing.strip()}
    if noted(lambda person: verbs.comment(person, store(), flag, text.strip(), reasons)):
        visit().record.added = flag.id
