"""A case: what was said and found, what the operator saw, frozen, beside what the champion says now, and the hour around it."""

import streamlit as st

from data.records import Case, CaseState, Flag, Verdict
from data.store import NotFound
from data.usecase.use_case import UseCase
from models.release import asking
from models.release.release import ReleaseError
from models.review.priority import priority
from models.state.telling import Called
from pages.parts.machine.asset_trend import hour_around
from pages.parts.machine.trend_chart import trend_chart
from pages.parts.reasons.top_reason import release_of
from pages.parts.review.found import found_at
from pages.parts.review.waiting_view import waiting_line
from pages.parts.shell import session
from pages.parts.shell.frame import go
from pages.parts.shell.identity import by_whom, who
from pages.parts.words.called import SIGNS
from pages.parts.words.language import number, percent, t, told_in, when
from pages.parts.words.retold import retold
from pages.parts.words.theme import palette
from pages.parts.words.verbatim import verbatim
from pages.parts.words.wording import (
    flag_kind,
    flag_reason,
    group_label,
    label,
    outcome_text,
    own_words,
    value_text,
    verdict_word,
)


def what_was_said(use_case: UseCase, case: Case, flags: list[Flag]) -> None:
    """Every flag on the reading, with who, when, their words and what they say of the reasons; then every verdict so far."""
    zone = use_case.timezone
    for flag in flags:
        assert flag.raised is not None
        person = session.store().people.get(flag.person)
        name, at = verbatim(person.name if person else flag.person), when(flag.raised, zone)
        said = t(
            "**{name}** · {kind}: {reason} · {at}", name=name, kind=flag_kind(flag.kind), reason=flag_reason(flag.reason), at=at
        )
        withdrawn = t("withdrawn")
        st.markdown(f"~~{said}~~ ({withdrawn})" if flag.withdrawn else said)
        if words := own_words(use_case, flag):
            st.caption(words)
    if not flags:
        st.markdown(t("Nobody flagged this prediction. It was drawn at random, to find what looks right and is not."))
    verdicts, me = session.store().feedback.verdicts(case.id), who()
    hidden = {v.id for v in verdicts if not v.settled} if case.state in (CaseState.SECOND, CaseState.CLAIMED) else set()
    settled = max((v.id for v in verdicts if v.settled), default=0)
    for verdict in verdicts:
        assert verdict.decided is not None
        if verdict.id in hidden and verdict.id > settled and not (me and me.id == verdict.person):
            continue  # the second reviewer is not told what the first one found
        person = session.store().people.get(verdict.person)
        st.markdown(
            t(
                "**{name}** decided {at}: {kind}. “{answer}”",
                name=verbatim(person.name if person else verdict.person),
                at=when(verdict.decided, zone),
                kind=verdict_word(verdict.kind),
                answer=verbatim(verdict.answer),
            )
        )
        if said := _about(use_case, verdict):
            st.caption(said)


def _about(use_case: UseCase, verdict: Verdict) -> str:
    """What a verdict says beyond its kind, in a line."""
    about, zone, told = verdict.about, use_case.timezone, []
    told += [
        t("{reason} should not matter here.", reason=verbatim(group_label(use_case, group))) for group in about.should_not_matter
    ]
    if about.missing:
        told.append(t("Missing among the reasons: {what}", what=verbatim(about.missing)))
    if about.start and about.end:
        what = label(use_case, about.signal) if about.signal else t("all signals")
        told.append(
            t(
                "Bad from {start} until {end}: {what}.",
                start=when(about.start, zone),
                end=when(about.end, zone),
                what=verbatim(what),
            )
        )
    if about.asks:
        told.append(t("Asked for: an inspection.") if about.asks == "inspection" else t("Asked for: a laboratory value."))
    if not verdict.settled:
        told.append(t("One of two independent verdicts."))
    return " ".join(told)


def seen_and_now(use_case: UseCase, case: Case, flags: list[Flag]) -> None:
    """Two columns: the frozen snapshot of the newest flag, and the champion's word on the same reading."""
    left, right = st.columns(2, gap="medium")
    snapshot = next((flag.snapshot for flag in reversed(flags)), {})
    with left.container(border=True, height="stretch"):
        if flags:
            st.markdown(t("**What the operator saw** · release {number}", number=snapshot.get("release", case.release)))
        else:
            st.markdown(t("**What was on the screen** · release {number}", number=case.release))
        if snapshot.get("new", case.unknown):
            st.subheader(f"{SIGNS[Called.UNKNOWN]} {t('unknown')}", anchor=False)
            st.markdown(t("It was shown as not in the training data."))
        else:
            st.subheader(t("risk {percent}", percent=percent(snapshot.get("score", case.score))), anchor=False)
        if snapshot.get("lead"):
            st.markdown(verbatim(snapshot["lead"]))
        for reason in snapshot.get("reasons", []):
            st.markdown(verbatim(f"{reason['text']} ({reason['points']})" if reason.get("points") else reason["text"]))
        if snapshot.get("rest"):
            st.markdown(verbatim(snapshot["rest"]))
        for change in snapshot.get("changes", []):
            st.markdown(f":gray[{verbatim(change)}]")
        if other := told_in(snapshot.get("language", "")):
            st.caption(other)
    with right.container(border=True, height="stretch"):
        _now(use_case, case)


def found_afterwards(use_case: UseCase, case: Case) -> None:
    """What was found in the end, or that nothing was yet: a verdict rests on it, so that it is read before one."""
    try:
        seen = session.store().readings.prediction(use_case.name, case.reading)
    except NotFound:
        return  # told below, where its values would stand
    truths = found_at(use_case, seen)
    for truth in truths:
        found = outcome_text(use_case, truth.outcome, truth.cause)
        st.markdown(
            t(
                "**Found afterwards:** {found} ({by}, {at})",
                found=verbatim(found),
                by=verbatim(by_whom(truth.by)),
                at=when(truth.arrived, use_case.timezone),
            )
        )
    waiting = [
        one
        for one in session.store().findings.all(use_case.name)
        if one.held and (one.asset, one.time) == (seen.asset, seen.time)
    ]
    for one in waiting:
        st.caption(verbatim(waiting_line(use_case, one)))
    if not truths and not waiting:
        st.caption(t("No inspection has come in for that moment yet."))


def why_first(use_case: UseCase, case: Case) -> None:
    """The parts of the case's priority."""
    try:
        seen = session.store().readings.prediction(use_case.name, case.reading)
    except NotFound:
        return
    parts = priority(use_case, case.score, case.kind, case.reason, seen.novelty)
    st.caption(
        t(
            "Priority {value}: consequence {consequence} × (uncertainty {uncertainty} + contradiction {contradiction} + novelty {novelty}) + age {age}",
            value=number(parts.value + case.age_points, 1),
            age=number(case.age_points, 1),
            consequence=number(parts.consequence, 0),
            uncertainty=number(parts.uncertainty, 1),
            contradiction=number(parts.contradiction, 1),
            novelty=number(parts.novelty, 1),
        )
    )


def moment(use_case: UseCase, case: Case, flags: list[Flag]) -> None:
    """The hour around the reading: its risk, and the signals of the reasons that were shown."""
    try:
        seen = session.store().readings.prediction(use_case.name, case.reading)
    except NotFound:
        return  # told below, where its values would stand
    snapshot = next((flag.snapshot for flag in reversed(flags)), {})
    reasons = [one for one in snapshot.get("reasons", []) if one["group"] in use_case.groups]
    read = (one.get("signals") or use_case.groups[one["group"]].show for one in reasons)  # older flags name the group alone
    told = list(dict.fromkeys(name for names in read for name in names if name in use_case.features))[:4]
    drawn = hour_around(use_case, seen, told, palette())
    if drawn is not None:
        trend_chart(drawn, f"moment_{case.id}")


def signals(use_case: UseCase, case: Case) -> None:
    """The reading itself against the normal bands."""
    try:
        seen = session.store().readings.prediction(use_case.name, case.reading)
    except NotFound as error:
        st.warning(verbatim(retold(error)))
        return
    release = release_of(use_case, seen.release)
    rows = []
    for name in use_case.signals:
        band = release.band(case.asset, name) if release else None
        rows.append(
            {
                t("Signal"): label(use_case, name),
                t("Value"): value_text(use_case, name, seen.values[name]),
                t("Normal"): f"{number(band[0], 0)}–{number(band[1], 0)}" if band else "",
                t("Outside"): "◆" if band and not band[0] <= float(seen.values[name]) <= band[1] else "",
            }
        )
    st.dataframe(rows, hide_index=True, key=f"signals_{case.id}")
    with st.container(horizontal=True):
        if st.button(t("Open the prediction"), key="case_prediction", icon=":material/help:"):
            go("prediction", use_case=use_case.name, reading=case.reading)
        if st.button(t("Open the machine"), key="case_asset", icon=":material/precision_manufacturing:"):
            go("asset", use_case=use_case.name, asset=case.asset)


def _now(use_case: UseCase, case: Case) -> None:
    """The champion asked again about the recorded reading."""
    try:
        champion = session.champion_release(use_case)
        seen = session.store().readings.prediction(use_case.name, case.reading)
    except (ReleaseError, NotFound) as error:
        st.markdown(t("**What the champion says now**"))
        st.warning(verbatim(retold(error)))
        return
    if champion is None:
        st.caption(t("There is no champion."))
        return
    from pages.parts.reasons.explained import said_by
    from pages.parts.words.shares import all_lines

    now, told = said_by(use_case, seen, champion)
    st.markdown(t("**What the champion says now** · release {number}", number=champion.number))
    if asking.unknown_to(champion, seen.values):
        st.subheader(f"{SIGNS[Called.UNKNOWN]} {t('unknown')}", anchor=False)
        st.markdown(t("This is not in its training data."))
        return
    st.subheader(t("risk {percent}", percent=percent(now.score)), anchor=False)
    for line in all_lines(use_case, told, now):
        st.markdown(verbatim(line))
