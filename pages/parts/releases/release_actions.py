"""Releasing and rolling back: who may, to what, why, and whether the worker has taken it up."""

import streamlit as st

from data.people import Action, NotAllowed, may
from data.store import StoreError
from data.usecase.use_case import UseCase
from models.judging.gate import GateError, failing
from models.lifecycle.registry import approve, beside, previous, promote, roll_back
from models.release.release import ReleaseError
from pages.parts.releases.gate_view import line_text
from pages.parts.shell import session
from pages.parts.shell.acting import with_reason
from pages.parts.shell.frame import trouble
from pages.parts.shell.identity import by_whom, names, who
from pages.parts.words.language import t, when
from pages.parts.words.retold import retold
from pages.parts.words.verbatim import verbatim


def followed(use_case: UseCase) -> None:
    """Which release is the champion, whether a living worker follows it, and what is wrong with it. Drawn anew every second."""
    champion = session.store().releases.champion(use_case.name)
    if champion is None:
        return
    since, by = when(champion.since, use_case.timezone), by_whom(champion.by)
    alive = [one for one in session.store().workers.all() if one.use_case == use_case.name and one.alive(session.now())]
    if not alive:
        follows = t("no worker is running: it is followed as soon as one does")
    elif alive[0].release == champion.number:
        follows = t("the worker follows it")
    else:
        follows = t("the worker still uses release {n}", n=alive[0].release or "–")
    st.markdown(
        t(
            "Champion: **release {n}** since {since}, by {by}; {follows}.",
            n=champion.number,
            since=since,
            by=verbatim(by),
            follows=follows,
        )
    )
    try:
        session.release(use_case, champion.number)
    except (ReleaseError, StoreError) as error:
        trouble(t("The champion cannot be used."), error)
        return
    if alive and alive[0].trouble:
        trouble(t("The worker reports trouble."), retold(alive[0].trouble))


def roll_back_button(use_case: UseCase) -> None:
    """The way back, for those who may, whatever release is being looked at."""
    champion, back = session.store().releases.champion(use_case.name), previous(session.store(), use_case)
    if champion is None or back is None or not may(who(), Action.RELEASE):
        return
    again = _forward(back, champion.number)
    said = t("Back to release {n} …", n=back) if again else t("Roll back to release {n} …", n=back)
    if st.button(said, key="roll_back", icon=":material/redo:" if again else ":material/undo:"):
        _confirm(use_case, back, champion.number, True)


def _forward(number: int, seen: int | None) -> bool:
    """Whether the way back leads to a newer release: the last step was a roll back."""
    return number > (seen or 0)


def release_button(use_case: UseCase, number: int) -> None:
    """The button that makes ``number`` the champion, where it is not."""
    champion = session.store().releases.champion(use_case.name)
    seen = champion.number if champion else None
    if number != seen and st.button(t("Release it …"), key="release_it", type="primary", icon=":material/rocket_launch:"):
        _confirm(use_case, number, seen, False)


def approval(use_case: UseCase, number: int) -> None:
    """Where a use case is safety-relevant: who has approved a release, and the button of those who may."""
    if not use_case.safety_relevant:
        return
    people = names()
    approved = session.store().releases.approvals(use_case.name, number)
    if approved:
        st.markdown(
            t("Approved by {names}.", names=verbatim(", ".join(people.get(one, one) for one in approved))), width="content"
        )
    else:
        st.markdown(t("Safety-relevant: a second person has to approve it before it goes live."), width="content")
    person = who()
    if person is None or person.id in approved or not may(person, Action.REVIEW):
        return
    if st.button(t("Approve it …"), key="approve", icon=":material/verified:"):
        _approve(use_case, number)


def _approve(use_case: UseCase, number: int) -> None:
    with_reason(
        t("Approve release {n}", n=number),
        t("You stand behind this release with your name. Look at its gate and its reasons first."),
        t("Approve"),
        "approve",
        lambda person, reason: approve(session.settings().home, session.store(), use_case, number, person, reason),
        (ReleaseError,),
    )


def change_champion(use_case: UseCase, number: int, seen: int | None, back: bool, reason: str, override: bool = False) -> None:
    """Release ``number``, or roll back to it, as the person looking. ``seen`` is the champion that they saw when they asked.

    Raises:
        NotAllowed: not with their role.
        GateError: it does not pass its gate, and ``override`` does not say that it shall go live all the same.
        ReleaseError: the release is damaged, or the champion is another one by now.
        StoreError: there is no such release, or the store cannot be written.
    """
    store, person = session.store(), who()
    now = store.releases.champion(use_case.name)
    if (now.number if now else None) != seen or (back and previous(store, use_case) != number):
        raise ReleaseError(
            "Somebody changed the champion meanwhile: it is release {now} now. Look again.", now=now.number if now else "–"
        )
    home = session.settings().home
    if back:
        roll_back(home, store, use_case, person, reason, seen or 0)
    else:
        promote(home, store, use_case, number, person, reason, override, seen or 0)


def _confirm(use_case: UseCase, number: int, seen: int | None, back: bool) -> None:
    """The reason, and a second tap: the live line follows within two seconds."""
    title, done = t("Release {n} becomes the champion", n=number), t("Release it now")
    if back and _forward(number, seen):
        title = t("Back to release {n}", n=number)
    elif back:
        title, done = t("Roll back to release {n}", n=number), t("Roll back")

    def ask() -> None:
        st.markdown(t("The worker takes it up within two seconds; no reading is lost. It can be undone the same way."))
        lines = (
            ()
            if back
            else failing(
                use_case, session.store().releases.get(use_case.name, number).figures, beside(session.store(), use_case, number)
            )
        )
        override = False
        if lines:
            st.warning(
                t("It does not pass its gate: {lines}.", lines=verbatim("; ".join(line_text(use_case, line) for line in lines)))
            )
            override = st.checkbox(t("Release it all the same; my reason stands in the audit trail"), key="override")
        reason = st.text_input(t("Reason, for the audit trail"), key="why_release", max_chars=500)
        if st.button(done, key="confirm", type="primary", width="stretch"):
            if not reason.strip():
                st.warning(t("Write a reason: it stays in the audit trail."))
                return
            try:
                change_champion(use_case, number, seen, back, reason.strip(), override)
            except (NotAllowed, StoreError, ReleaseError, GateError) as error:
                trouble(t("Nothing was changed."), error)
                return
            st.rerun()

    st.dialog(title)(ask)()
