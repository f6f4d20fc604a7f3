"""Level 3: one prediction. What, how sure, why, what would change it, what it was before; and the cord: agree, wrong, unclear."""

from dataclasses import replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from data.records import FlagKind, Prediction
from data.store import NotFound
from data.usecase.use_case import UseCase
from explainers.certainty.coverage import Sure
from models.state.telling import Called, of_reading
from pages.parts.board.ai_switch import ai_off, off_notice
from pages.parts.board.seen_and_shelve import seen_and_shelve
from pages.parts.machine.what_changed import compared, what_changed
from pages.parts.prediction.expert import expert
from pages.parts.prediction.flag_buttons import flag_buttons
from pages.parts.prediction.quality_view import badge
from pages.parts.prediction.seen_before import seen_before
from pages.parts.prediction.what_changes import what_changes
from pages.parts.reasons.explained import Answers, Explained, answers, explained, hour_before, in_points
from pages.parts.reasons.reason_list import outside_list, reason_list
from pages.parts.review.found import found_at
from pages.parts.shell import session
from pages.parts.shell.address import asked_number
from pages.parts.shell.frame import empty, go, page_header, trouble
from pages.parts.shell.identity import by_whom
from pages.parts.words.called import colour, said_of_reading, sign
from pages.parts.words.guidance import certainty_sentence, outcomes_sentence
from pages.parts.words.language import clock, percent, t, when
from pages.parts.words.predicted import sure_sentences
from pages.parts.words.scale import sampled_text
from pages.parts.words.spans import lately
from pages.parts.words.verbatim import verbatim
from pages.parts.words.wording import cause_text, flag_kind, flag_reason, outcome_text, own_words


def render() -> None:
    use_case = session.use_case()
    seen = _asked(use_case)
    if seen is None:
        return
    told = explained(use_case, seen)
    asked = answers(use_case, seen, told.release) if told.release else None
    if asked is not None:
        told = replace(told, changes=asked.changes)
    off_notice(use_case)
    _headline(use_case, seen, told.reasons.points_to, asked.sure if asked is not None else None)
    if asked is not None:
        _how_sure(use_case, seen, asked)
    left, right = st.columns([7, 2], gap="medium")
    with right:
        _said(use_case, told)
    with left.container(border=True, key="why_box"):
        _why(use_case, told, asked)
    if asked is not None:
        _beside(use_case, asked, seen.is_new, left)
    _since_fine(use_case, seen, left)
    if st.toggle(t("Expert view"), key="expert"):
        expert(use_case, told, asked)


def _asked(use_case: UseCase) -> Prediction | None:
    """The prediction that the address names, or a plain answer and nothing."""
    wanted = asked_number("reading")
    if wanted is None:
        page_header(t("Prediction"), use_case)
        empty(t("No prediction is chosen."), t("Open one from the board or from a machine."))
        return None
    try:
        return session.store().readings.prediction(use_case.name, wanted)
    except NotFound:
        page_header(t("Prediction"), use_case)
        trouble(
            t("There is no prediction {id} of {title}.", id=st.query_params["reading"][:40], title=use_case.title),
            t("It was never recorded, or is older than what is kept. Go back to the board, or open its machine."),
        )
        return None


def _headline(use_case: UseCase, seen: Prediction, points_to: str | None, sure: Sure | None) -> None:
    with page_header(seen.asset, use_case, use_case.area_label(use_case.area_of(seen.asset))):
        if st.button(t("Machine"), key="to_asset", icon=":material/precision_manufacturing:"):
            go("asset", use_case=use_case.name, asset=seen.asset)
    told = of_reading(use_case, seen)
    said = f":{colour(told)}[{sign(told)}] {verbatim(said_of_reading(use_case, told, seen, sure))}"
    if ai_off(use_case):  # what the model said is no advice then, and does not look like any
        said = f":gray[{sign(told)} {t('Recorded while the AI advises nothing')}]"
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.header(said, anchor=False, width="content")
        if points_to and told.called in (Called.LIKELY, Called.POSSIBLE):
            st.markdown(t("points to **{cause}**", cause=verbatim(cause_text(use_case, points_to))), width="content")
        _moment(use_case, seen)


def _moment(use_case: UseCase, seen: Prediction) -> None:
    """When it was, and the way to the reading before and after."""
    before, after = session.store().readings.beside(use_case.name, seen.id)
    at, day = clock(seen.time, use_case.timezone), when(seen.time, use_case.timezone)
    moment = at if at.startswith(day) else f"{day.rsplit(' ', 1)[0]} {at}"
    with st.container(horizontal=True, vertical_alignment="center", width="content", gap="small", wrap=False):
        if st.button(
            " ",
            key="previous",
            icon=":material/chevron_left:",
            disabled=before is None,
            help=t("The reading before"),
            shortcut="p",
        ):
            go("prediction", use_case=use_case.name, reading=before)
        st.markdown(t("{at} · release {number}", at=moment, number=seen.release), width="content")
        if st.button(
            " ",
            key="next",
            icon=":material/chevron_right:",
            disabled=after is None,
            help=t("The reading after"),
            shortcut="n",
        ):
            go("prediction", use_case=use_case.name, reading=after)


def _how_sure(use_case: UseCase, seen: Prediction, asked: Answers) -> None:
    """What stands behind the number; of a reading that is new, what is new about it instead."""
    if seen.is_new:
        st.markdown(t("The model has an answer all the same. That is a guess: it has learned from nothing like this."))
    elif asked.sure is not None:
        st.markdown(sure_sentences(use_case, seen, asked.sure))
    elif asked.certainty is not None:
        st.markdown(verbatim(f"{certainty_sentence(use_case, asked.certainty)} {outcomes_sentence(use_case, asked.certainty)}"))


def _why(use_case: UseCase, told: Explained, asked: Answers | None) -> None:
    seen = told.prediction
    hour = hour_before(str(session.settings().store_path), use_case.name, seen.asset, seen.id, seen, lately(use_case))
    if not seen.is_new:
        st.subheader(t("Why"), anchor=False)
        reason_list(use_case, told, hour)
        if told.release is not None and (off := sampled_text(use_case, in_points(use_case, seen, told.release))):
            st.caption(off)
        if asked is not None and asked.quality:
            badge(asked.unsure)
        return
    st.subheader(t("What is new about it"), anchor=False)
    outside_list(use_case, asked.outside[:3] if asked else ())
    with st.expander(t("What the model goes by all the same")):
        st.markdown(t("It would say {risk}: a guess.", risk=percent(seen.score)))
        reason_list(use_case, told, hour)


def _beside(use_case: UseCase, asked: Answers, new: bool, left: DeltaGenerator) -> None:
    """Under the reasons: what would change it, and what it resembles."""
    parts = left.columns(2, gap="medium") if asked.changes is not None else [None, left.container()]
    if asked.changes is not None:
        with parts[0].container(border=True, height="stretch"):
            st.subheader(t("What would change it"), anchor=False)
            what_changes(use_case, asked.changes)
    with parts[1].container(border=True, height="stretch"):
        st.subheader(t("Seen before"), anchor=False)
        seen_before(use_case, asked.alike, new, asked.earlier)


def _since_fine(use_case: UseCase, seen: Prediction, left: DeltaGenerator) -> None:
    """Which signals are no longer as they were when the machine needed no look."""
    found = compared(use_case, seen) if of_reading(use_case, seen).called is not Called.NORMAL else None
    if found is not None:
        with left.container(border=True):
            what_changed(use_case, found)


@st.fragment
def _said(use_case: UseCase, told: Explained) -> None:
    """What people say of it. A part that is drawn by itself: whoever has tapped waits for the receipt alone, the reasons stand there already."""
    flag_buttons(use_case, told)
    seen_and_shelve(use_case, told.prediction)
    _known(use_case, told.prediction)


def _known(use_case: UseCase, seen: Prediction) -> None:
    """What has been found since, and what people have said of this reading."""
    truths = found_at(use_case, seen)
    with st.container(border=True):
        st.markdown(t("**What was found**"))
        for truth in truths:
            st.markdown(verbatim(outcome_text(use_case, truth.outcome, truth.cause)))
            st.caption(t("{by}, {when}", by=verbatim(by_whom(truth.by)), when=when(truth.arrived, use_case.timezone)))
        if not truths:
            st.caption(t("Not known yet: the product is inspected after it is made."))
    flags = session.store().feedback.flags_on(use_case.name, seen.id)
    if flags:
        with st.container(border=True):
            st.markdown(t("**Said of this reading**"))
            for flag in flags:
                person = session.store().people.get(flag.person)
                said = (
                    flag_kind(flag.kind) if flag.kind is FlagKind.AGREE else f"{flag_kind(flag.kind)}: {flag_reason(flag.reason)}"
                )
                st.markdown(t("{person}: {said}", person=verbatim(person.name if person else flag.person), said=said))
                if words := own_words(use_case, flag):
                    st.caption(words)
