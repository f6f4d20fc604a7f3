"""Agree, wrong, unclear: big enough for gloves and at most two taps; then the receipt.

A tap is recorded before anything is drawn (a callback), so that one drawing of this part of the page brings the receipt from the store. Each control
carries the number of its reading: a tap on one that stands there from the reading before finds nothing to be taken for.
"""

from pathlib import Path

import streamlit as st

from data.people import Action, may
from data.records import FlagKind, FlagReason, Person, Prediction
from data.usecase.use_case import UseCase
from models.review import verbs
from models.state.telling import of_reading
from pages.parts.prediction.flag_receipt import flag_receipt
from pages.parts.reasons.explained import Explained
from pages.parts.remembered.visit import visit
from pages.parts.shell.acting import noted, refusal
from pages.parts.shell.identity import who
from pages.parts.shell.session import now, store
from pages.parts.words.guidance import change_sentence
from pages.parts.words.language import language, t
from pages.parts.words.shares import lead_text, points_text, rest_text
from pages.parts.words.verbatim import verbatim
from pages.parts.words.wording import flag_reason, reason_sentence, reasons_for

_THUMB = Path(__file__).parent / "thumb.css"


def flag_buttons(use_case: UseCase, told: Explained) -> None:
    """The three controls, or the reasons to choose from; or, to whom has said what they think of this reading, the receipt of it."""
    st.html(_THUMB)
    refusal()
    seen, person = told.prediction, who()
    if person is None:
        st.info(t("To agree or to flag, say who you are at the top right."), icon=":material/person_add:")
    elif not may(person, Action.FLAG):
        st.info(t("Your role reads predictions; operators and engineers flag them."), icon=":material/visibility:")
        return
    else:
        own = [flag for flag in store().feedback.flags_on(use_case.name, seen.id) if flag.person == person.id]
        if own:
            flag_receipt(use_case, told, own[-1])
            return
        wanted = st.query_params.get("flag")
        if wanted and visit().record.asked != (seen.id, wanted):
            visit().record.asked = (seen.id, wanted)
            _ask(seen, FlagKind.WRONG)
    kind = _choosing(seen)
    if kind is None or person is None:
        with st.container(key="thumb"):
            _three(use_case, told, off=person is None)
    else:
        _choose(use_case, told, kind)


def _choosing(seen: Prediction) -> FlagKind | None:
    """For which kind of flag a reason is being chosen."""
    reading, kind = visit().record.choosing or (None, None)
    return kind if reading == seen.id else None


def _ask(seen: Prediction, kind: FlagKind) -> None:
    visit().record.choosing = (seen.id, kind)


def _back() -> None:
    visit().record.choosing = None


def _three(use_case: UseCase, told: Explained, off: bool) -> None:
    seen = told.prediction
    st.subheader(t("Is this right?"), anchor=False)
    controls = (
        (FlagKind.AGREE, t("Agree"), ":material/check:", "a"),
        (FlagKind.WRONG, t("Wrong"), ":material/flag:", "w"),
        (FlagKind.UNCLEAR, t("Unclear"), ":material/question_mark:", "u"),
    )
    for kind, word, icon, key in controls:
        tap, given = (_say, (use_case, told, kind, None)) if kind is FlagKind.AGREE else (_ask, (seen, kind))
        name = f"big_{kind}_{seen.id}"
        st.button(word, key=name, icon=icon, width="stretch", disabled=off, shortcut=key, on_click=tap, args=given)


def _choose(use_case: UseCase, told: Explained, kind: FlagKind) -> None:
    """The second tap: why. Tapping a reason records the flag; what it is about stays in sight beside it."""
    seen = told.prediction
    asset = seen.asset
    asked = t("{asset}: what is wrong?", asset=asset) if kind is FlagKind.WRONG else t("{asset}: what is unclear?", asset=asset)
    with st.container(key="thumb_why", gap="small"):
        with st.container(key="thumb_asked", horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.subheader(verbatim(asked), anchor=False, width="content")
            st.button(t("Back"), key=f"not_{seen.id}", icon=":material/arrow_back:", on_click=_back, shortcut="Escape")
        for place, reason in enumerate(reasons_for(kind, of_reading(use_case, seen).called), start=1):
            name, given = f"big_{reason}_{seen.id}", (use_case, told, kind, reason)
            st.button(flag_reason(reason), key=name, width="stretch", shortcut=str(place), on_click=_say, args=given)


def snapshot(use_case: UseCase, told: Explained) -> dict:
    """Exactly what is on the screen, as plain JSON: it stays with the flag whatever becomes of the release."""
    seen = told.prediction
    return {
        "score": seen.score,
        "state": str(seen.state),
        "called": str(of_reading(use_case, seen).called),
        "release": seen.release,
        "language": language(),
        "shown": now().isoformat(timespec="seconds"),
        "expert": bool(st.session_state.get("expert")),
        "lead": lead_text(use_case, told.reasons, seen),
        "reasons": [
            {
                "group": reason.group,
                "signals": [shown.signal for shown in (reason.main, *reason.together[:1])],
                "text": reason_sentence(use_case, reason),
                "points": points_text(use_case, told.reasons, reason),
                "share": reason.share if told.reasons.unit else None,
            }
            for reason in told.reasons.strongest
        ],
        "rest": rest_text(use_case, told.reasons) if told.reasons.unit and told.reasons.rest else "",
        "new": seen.is_new,
        "changes": [change_sentence(use_case, one) for one in told.changes.best] if told.changes else [],
        "values": {name: value for name, value in told.values.items() if value == value},
        "feedback": {"should_not_matter": [], "missing": ""},
    }


def _say(use_case: UseCase, told: Explained, kind: FlagKind, reason: FlagReason | None) -> None:
    """Record it: the role is checked here, whatever the screen shows."""
    noted(lambda person: record(use_case, told, person, kind, reason))
    _back()


def record(use_case: UseCase, told: Explained, person: Person | None, kind: FlagKind, reason: FlagReason | None) -> None:
    """What ``person`` says of a prediction, with what is on the screen. Raises NotAllowed, StoreError."""
    verbs.raise_flag(person, store(), use_case, told.prediction, kind, reason, snapshot(use_case, told))
