"""Saying that advice has been seen, and putting it aside for a while: beside a prediction, and for the board's own buttons."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import streamlit as st

from data.people import Action, NotAllowed, may
from data.records import LONGEST_SHELF, Prediction, ShelfReason, Shelving, State
from data.shifts import shift_at
from data.store import StoreError
from data.usecase.use_case import UseCase
from models.state import verbs
from models.state.telling import Called
from pages.parts.board.board_reading import read_board
from pages.parts.remembered.visit import visit
from pages.parts.shell import session
from pages.parts.shell.acting import as_person
from pages.parts.shell.frame import trouble
from pages.parts.shell.identity import names, who
from pages.parts.shell.technical import for_reader
from pages.parts.words.called import past_text, was
from pages.parts.words.language import clock, t
from pages.parts.words.retold import retold
from pages.parts.words.theme import state_word
from pages.parts.words.verbatim import verbatim

_BIG = """<style>[class*='st-key-big_'] button {min-height: 64px; font-weight: 600}
[class*='st-key-shelve_for'] button {min-height: 60px}
.st-key-seen_and_shelve > [data-testid='stElementContainer']:has(button) {flex: 1 1 9.5em}
.st-key-seen_and_shelve button {width: 100%}</style>"""


def seen_and_shelve(use_case: UseCase, prediction: Prediction) -> None:
    """Beside a prediction: the two buttons while the advice on its asset lasts or the model does not know what it is doing, or who has seen
    that and until when it is shelved.

    Nothing is drawn where there is no advice now, or for those who may not.
    """
    attention, since = session.store().attention, _lasting_since(use_case, prediction.asset)
    if not may(who(), Action.ACKNOWLEDGE):
        return
    if since is None or prediction.time < since:
        _past(use_case, prediction)
        return
    st.html(_BIG)
    state = State(prediction.state)
    shelved = next((one for one in attention.shelved(use_case.name) if one.asset == prediction.asset), None)
    seen = next((one for one in attention.acknowledged(use_case.name) if one.asset == prediction.asset), None)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="seen_and_shelve"):
        if seen is None:
            _seen_button(use_case, prediction.asset, state)
        else:
            at = clock(seen.at, use_case.timezone, seconds=False)
            st.markdown(t("Seen by {name}, {at}", name=verbatim(names().get(seen.person, seen.person)), at=at), width="content")
        if shelved is None:
            if st.button(t("Shelve"), key="big_shelve", icon=":material/inventory_2:"):
                ask_to_shelve(use_case, prediction.asset)
        else:
            st.markdown(verbatim(shelved_text(use_case, shelved)), width="content")
            if st.button(t("Bring back"), key="big_unshelve", icon=":material/undo:"):
                _bring_back(shelved)


def _past(use_case: UseCase, prediction: Prediction) -> None:
    """Of advice that came and went: that it has been seen is all there is left to say."""
    seen = read_board(use_case)
    past = None if seen.off else seen.attended.past.get(prediction.asset)
    if past is None or not past.start <= prediction.time <= (past.end or prediction.time):
        return
    st.html(_BIG)
    told = seen.told(use_case, prediction.asset, session.plant_now(use_case))
    if told.called is Called.RETURNED:
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key="seen_and_shelve"):
            said = {"was": was(told.was), "past": past_text(use_case, told, session.plant_now(use_case))}
            st.markdown(t("{was}, {past}. Nobody has said that they saw it.", **said), width="content")
            _seen_button(use_case, prediction.asset)


def _seen_button(use_case: UseCase, asset: str, state: State | None = None) -> None:
    """``state``: what was on the screen; nothing worse is seen with it."""
    st.button(t("Mark seen"), key="big_seen", icon=":material/visibility:", on_click=_saw, args=(use_case, asset, state))
    told, visit().not_seen = visit().not_seen, ""
    if told:
        trouble(t("Nothing was recorded."), told)


def _lasting_since(use_case: UseCase, asset: str) -> datetime | None:
    """Since when what is shown of an asset now can be seen and shelved; ``None``: there is nothing to be."""
    seen = read_board(use_case)
    shown, lasting = seen.of(asset), {name: start for name, start, lasts in seen.started if lasts}
    return (shown and shown.unknown_since) or lasting.get(asset)


def _saw(use_case: UseCase, asset: str, state: State | None) -> None:
    """What was on the screen is seen, and nothing worse: a page that stood open may be minutes old."""
    visit().not_seen = acknowledge(use_case, asset, state)


def acknowledge(use_case: UseCase, asset: str, seen: State | None = None) -> str:
    """Note that the person looking has seen the advice on an asset, in the state that was on their screen. Gives what kept it from being done, or
    nothing."""
    try:
        verbs.acknowledge(who(), session.store(), use_case.name, asset, seen)
    except NotAllowed as error:
        return t("Say who you are at the top right.") if who() is None else for_reader(retold(error))
    except StoreError as error:
        return for_reader(retold(error))
    return ""


def ask_to_shelve(use_case: UseCase, asset: str) -> None:
    """The dialog: for how long and why. Two taps, the second one on the reason."""
    seen = [one.id for one in session.store().attention.shelved(use_case.name) if one.asset == asset]

    def ask() -> None:
        st.html(_BIG)
        st.markdown(t("It leaves the list and comes back by itself: when the time is over, or at once when it gets worse."))
        now = session.now()
        wanted = st.segmented_control(
            t("For how long"), list(_TIMES), default=900, required=True, format_func=lambda one: _until(use_case, one, now)[1], key="shelve_for"
        )  # fmt: skip
        st.markdown(t("Why? Tapping a reason shelves it."))
        with st.container(gap="xsmall"):
            for reason in ShelfReason:
                if st.button(shelf_reason(reason), key=f"big_shelf_{reason}", width="stretch"):
                    _shelve(use_case, asset, _until(use_case, wanted or 0, now)[0], reason, seen)
                    st.rerun()

    st.dialog(verbatim(t("Shelve the advice on {asset}", asset=asset)))(ask)()


def shelf(shown: Sequence[UseCase]) -> None:
    """The dialog with all that is on the shelf, each to be brought back."""

    def tell() -> None:
        st.html(_BIG)
        held = [(use_case, one) for use_case in shown for one in session.store().attention.shelved(use_case.name)]
        if not held:
            st.markdown(t("Nothing is shelved."))
        for use_case, one in held:
            with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"shelf_{one.id}"):
                with st.container(gap="xxsmall"):
                    st.markdown(f"**{verbatim(one.asset)}** · {t('unknown') if one.unknown else state_word(State(one.state))}")
                    st.markdown(verbatim(shelved_text(use_case, one)))
                if may(who(), Action.SHELVE) and st.button(
                    t("Bring back"), key=f"big_back_{one.id}", icon=":material/undo:", width="content"
                ):
                    _bring_back(one)

    st.dialog(t("On the shelf"), width="medium")(tell)()


def shelved_text(use_case: UseCase, one: Shelving) -> str:
    """Until when, by whom and why something is shelved."""
    return t(
        "Shelved until {until} by {name}: {reason}",
        until=clock(one.until, use_case.timezone, seconds=False),
        name=names().get(one.person, one.person),
        reason=shelf_reason(one.reason),
    )


def shelf_reason(reason: ShelfReason) -> str:
    """A reason in words."""
    return {
        ShelfReason.KNOWN: t("Known, and being worked on"),
        ShelfReason.MAINTENANCE: t("Maintenance or planned stop"),
        ShelfReason.CHANGEOVER: t("Changeover or cleaning"),
        ShelfReason.SENSOR: t("A sensor reads wrong"),
        ShelfReason.OTHER: t("Other"),
    }[ShelfReason(reason)]


_TIMES = (900, 3600, 0)  # seconds; 0: to the end of the shift


def _until(use_case: UseCase, seconds: int, now: datetime) -> tuple[datetime, str]:
    """Until when it is shelved, and how that is said."""
    if seconds:
        return now + timedelta(seconds=seconds), t("15 min") if seconds == 900 else t("1 h")
    end = min(shift_at(use_case, now).end, now + LONGEST_SHELF)
    return end, t("End of shift, {at}", at=clock(end, use_case.timezone, seconds=False))


def _shelve(use_case: UseCase, asset: str, until: datetime, reason: ShelfReason, seen: list[int]) -> None:
    as_person(
        lambda person: verbs.shelve(person, session.store(), use_case.name, asset, until, reason, seen), t("Nothing was changed.")
    )


def _bring_back(one: Shelving) -> None:
    as_person(lambda person: verbs.unshelve(person, session.store(), one.id), t("Nothing was changed."))
    st.rerun()
