"""Challenger beside champion: train, compare figures and reasons, release, roll back, and where each release comes from."""

import streamlit as st

from data.people import Action, NotAllowed, may
from data.records import ReleaseRecord
from data.store import StoreError
from data.usecase import UseCase
from models.registry import previous, promote, roll_back
from models.release import ReleaseError
from pages.parts import session
from pages.parts.frame import empty, page_header, trouble
from pages.parts.identity import who
from pages.parts.language import t, when
from pages.parts.release_view import release_view, summary
from pages.parts.training_progress import training


def render() -> None:
    use_case = session.use_case()
    page_header(t("Releases"), use_case)
    records = session.store().releases.all(use_case.name)
    left, right = st.columns([3, 2], gap="medium")
    with right:
        training(use_case)
    if not records:
        with left:
            empty(t("There is no release yet."), t("The first one is being trained, or train one on the right."))
        return
    with left:
        record = _list(use_case, records)
        st.fragment(_champion, run_every=1.0)(use_case)
    if record is None:
        return
    st.divider()
    _head(use_case, record)
    release_view(use_case, record)


def _list(use_case: UseCase, records: list[ReleaseRecord]) -> ReleaseRecord | None:
    """Every release, newest first; the one chosen, in the address or newest is shown below."""
    champion = session.store().releases.champion(use_case.name)
    rows = [
        summary(use_case, record) | {t("Role"): "★ " + t("champion") if champion and record.number == champion.number else ""}
        for record in records
    ]
    chosen = st.dataframe(
        rows, hide_index=True, on_select="rerun", selection_mode="single-row", key="releases", row_height=44, height="content"
    )
    asked = st.query_params.get("release", "")
    if chosen.selection.rows:
        asked = str(records[chosen.selection.rows[0]].number)
        st.query_params["release"] = asked
    known = {str(record.number): record for record in records}
    if asked and asked not in known:
        trouble(t("There is no release {n} of {title}.", n=asked[:20], title=use_case.title), t("Choose one from the list."))
        return None
    return known[asked] if asked else records[0]


def _champion(use_case: UseCase) -> None:
    """Which release is the champion, and whether the worker follows it. Drawn anew every second."""
    champion = session.store().releases.champion(use_case.name)
    if champion is None:
        return
    people = {person.id: person.name for person in session.store().people.all()}
    since, by = when(champion.since, use_case.timezone), people.get(champion.by, champion.by)
    beats = [beat for beat in session.store().workers.all() if beat.use_case == use_case.name]
    following = next((beat.release for beat in beats), None)
    follows = (
        t("the worker follows it") if following == champion.number else t("the worker still uses release {n}", n=following or "–")
    )
    st.markdown(
        t("Champion: **release {n}** since {since}, by {by}; {follows}.", n=champion.number, since=since, by=by, follows=follows)
    )


def _head(use_case: UseCase, record: ReleaseRecord) -> None:
    champion = session.store().releases.champion(use_case.name)
    is_champion = champion is not None and champion.number == record.number
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        role = t("champion") if is_champion else t("challenger")
        st.header(t("Release {n} · {role}", n=record.number, role=role), anchor=False, width="content")
        if not may(who(), Action.RELEASE):
            st.caption(t("Data scientists release and roll back."), width="content")
            return
        back = previous(session.store(), use_case)
        if not is_champion and st.button(t("Release it …"), key="release_it", type="primary", icon=":material/rocket_launch:"):
            _confirm(use_case, record.number, False)
        if (
            is_champion
            and back is not None
            and st.button(t("Roll back to release {n} …", n=back), key="roll_back", icon=":material/undo:")
        ):
            _confirm(use_case, back, True)


def _confirm(use_case: UseCase, number: int, back: bool) -> None:
    """The reason, and a second tap: the live line follows within two seconds."""
    title = t("Roll back to release {n}", n=number) if back else t("Release {n} becomes the champion", n=number)

    def ask() -> None:
        st.markdown(t("The worker takes it up within two seconds; no reading is lost. It can be undone the same way."))
        reason = st.text_input(t("Reason, for the audit trail"), key="why_release", max_chars=500)
        if st.button(t("Roll back") if back else t("Release"), key="confirm", type="primary", width="stretch"):
            if not reason.strip():
                st.warning(t("Write a reason: it stays in the audit trail."))
                return
            try:
                if back:
                    roll_back(session.store(), use_case, who(), reason.strip())
                else:
                    promote(session.store(), use_case, number, who(), reason.strip())
            except (NotAllowed, StoreError, ReleaseError) as error:
                trouble(t("Nothing was released."), str(error))
                return
            st.rerun()

    st.dialog(title)(ask)()
