"""Agree, wrong, unclear: big enough for gloves, at most two taps, a durable receipt, undo, and room for more afterwards."""

from datetime import UTC, datetime

import streamlit as st

from data.people import Action, NotAllowed, require
from data.records import Flag, FlagKind, FlagReason
from data.store import StoreError
from data.usecase import UseCase
from models.priority import priority
from pages.parts.explained import Explained
from pages.parts.frame import trouble
from pages.parts.identity import who
from pages.parts.language import language, t
from pages.parts.reason_list import points_text
from pages.parts.session import store
from pages.parts.wording import flag_kind, flag_reason, label, reason_sentence, reasons_for

_BIG = "<style>[class*='st-key-big_'] button {min-height: 64px; font-size: 1.15rem; font-weight: 600} </style>"


def flag_buttons(use_case: UseCase, told: Explained) -> None:
    """The three controls, or the receipt of what was just said with its undo."""
    st.html(_BIG)
    receipt = st.session_state.get("receipt")
    if receipt and receipt[1] == (use_case.name, told.prediction.id):
        _receipt(use_case, receipt[0], told)
        return
    person = who()
    if person is None:
        st.info(t("To agree or to flag, say who you are at the top right."), icon=":material/person_add:")
    elif not _may_flag():
        st.info(t("Your role reads predictions; operators and engineers flag them."), icon=":material/visibility:")
        return
    wanted = st.query_params.get("flag")
    if wanted and person and st.session_state.get("asked") != (told.prediction.id, wanted):
        st.session_state["asked"] = (told.prediction.id, wanted)
        _choose(use_case, told, FlagKind.WRONG)
    off = person is None
    if st.button(t("Agree"), key="big_agree", icon=":material/check:", width="stretch", disabled=off):
        _say(use_case, told, FlagKind.AGREE, None)
        st.rerun()
    if st.button(t("Wrong"), key="big_wrong", icon=":material/flag:", width="stretch", disabled=off):
        _choose(use_case, told, FlagKind.WRONG)
    if st.button(t("Unclear"), key="big_unclear", icon=":material/question_mark:", width="stretch", disabled=off):
        _choose(use_case, told, FlagKind.UNCLEAR)


def snapshot(use_case: UseCase, told: Explained) -> dict:
    """Exactly what is on the screen, as plain JSON: it stays with the flag whatever becomes of the release."""
    seen = told.prediction
    return {
        "score": seen.score,
        "state": str(seen.state),
        "release": seen.release,
        "language": language(),
        "shown": datetime.now(UTC).isoformat(timespec="seconds"),
        "expert": bool(st.session_state.get("expert")),
        "reasons": [
            {"group": reason.group, "text": reason_sentence(use_case, reason), "points": points_text(told, reason)}
            for reason in told.reasons.strongest
        ],
        "values": {name: value for name, value in told.values.items() if value == value},
        "feedback": {"should_not_matter": [], "missing": ""},
    }


def _choose(use_case: UseCase, told: Explained, kind: FlagKind) -> None:
    """The second tap: why. Tapping a reason records the flag."""
    asset = told.prediction.asset
    title = t("{asset}: what is wrong?", asset=asset) if kind is FlagKind.WRONG else t("{asset}: what is unclear?", asset=asset)

    def choices() -> None:
        for reason in reasons_for(kind):
            if st.button(flag_reason(reason), key=f"big_{reason}", width="stretch"):
                _say(use_case, told, kind, reason)
                st.rerun()

    st.dialog(title)(choices)()


def _say(use_case: UseCase, told: Explained, kind: FlagKind, reason: FlagReason | None) -> None:
    """Record it: the role is checked here, whatever the screen shows."""
    seen = told.prediction
    try:
        person = require(who(), Action.FLAG)
        flag = Flag(use_case.name, seen.asset, seen.id, seen.release, person.id, kind, reason, snapshot(use_case, told))
        raised = store().feedback.raise_flag(flag, priority(use_case, seen.score, kind, reason))
    except (NotAllowed, StoreError) as error:
        trouble(t("Nothing was recorded."), str(error))
        st.stop()
    st.session_state["receipt"] = (raised.id, (use_case.name, seen.id))


def _receipt(use_case: UseCase, number: int, told: Explained) -> None:
    flag = store().feedback.flag(number)
    if flag.withdrawn:
        st.session_state.pop("receipt")
        st.rerun()
    if flag.kind is FlagKind.AGREE:
        st.success(t("Recorded: you agree."), icon=":material/check:")
    else:
        said = t(
            "Flag {number} is recorded: {kind}. {reason}",
            number=number,
            kind=flag_kind(flag.kind),
            reason=flag_reason(flag.reason),
        )
        st.success(said, icon=":material/flag:")
    if st.button(t("Undo"), key="big_undo", icon=":material/undo:", width="stretch"):
        _change(lambda person: store().feedback.withdraw_flag(number, person))
        st.session_state.pop("receipt", None)
        st.rerun()
    if flag.kind is FlagKind.AGREE:
        return
    with st.form("more", border=False):
        text = st.text_area(
            t("Comment (optional)"),
            value=flag.comment,
            key="comment",
            max_chars=2000,
            placeholder=t("What did you see or measure?"),
        )
        groups = {reason.group: label(use_case, reason.main.signal) for reason in told.reasons.strongest}
        doubted = st.pills(
            t("A reason that should not matter (optional)"),
            list(groups),
            format_func=groups.get,
            selection_mode="multi",
            key="doubted",
        )
        if st.form_submit_button(t("Add to the flag"), width="stretch"):
            doubts = [t("{reason} should not matter.", reason=groups[group]) for group in doubted]
            _change(lambda person: store().feedback.comment(number, person, " ".join([text.strip(), *doubts]).strip()))
            st.toast(t("Added to flag {number}.", number=number), icon=":material/check:")


def _change(act) -> None:
    try:
        act(require(who(), Action.FLAG).id)
    except (NotAllowed, StoreError) as error:
        trouble(t("Nothing was changed."), str(error))
        st.stop()


def _may_flag() -> bool:
    try:
        require(who(), Action.FLAG)
    except NotAllowed:
        return False
    return True
