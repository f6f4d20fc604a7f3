"""A line that has nothing live to show yet: what happens just now, how far it is, and what will stand here; or what keeps it from beginning."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import streamlit as st

from data.records import STEPS, Champion, Heartbeat
from data.usecase.use_case import UseCase
from models.jobs.first_release import BY, HowFar, how_far
from pages.parts.shell import session
from pages.parts.shell.beats import newest_beat, patience
from pages.parts.shell.line_now import line_now
from pages.parts.shell.technical import for_reader, hint
from pages.parts.words.language import clock, duration, t
from pages.parts.words.retold import retold
from pages.parts.words.verbatim import verbatim

FILLS = 0.25
"""How much of a first start's time the hour before it takes, as a share: it is read and predicted like any other."""
DONE, NOW, NEXT = "done", "now", "next"
_ROUND_S = 5
LINE = "line:"
"""What the name of a source begins with that is read from an hour before its first start on."""


@dataclass(frozen=True, slots=True)
class Beginning:
    """In words. ``share`` of the time that has gone by (0 to 1), ``None`` where nothing is under way; ``left``: how long still; ``steps``: (name, done,
    now or next); ``calm``: whether it goes on by itself; ``hint``: what somebody has to do otherwise."""

    title: str
    lead: str
    share: float | None = None
    left: str = ""
    steps: tuple[tuple[str, str], ...] = ()
    hint: str = ""
    calm: bool = True


def beginning(use_case: UseCase, started: bool = False) -> Beginning | None:
    """How the line of ``use_case`` begins; ``None`` once it has: there is something to look at, live or from before. ``started``: a worker of its own has
    just been started for it."""
    known, line = session.settings(), line_now(use_case)
    champion, newest = line.champion, line.newest_us
    if champion is not None and newest is not None and champion.by != BY:
        return None
    last = None if newest is None else datetime.fromtimestamp(newest / 1e6, UTC)
    beats = [beat for beat in line.workers if beat.use_case == use_case.name]
    comes = started or (known.embedded_worker and use_case.name in known.use_cases)
    return told(use_case, champion, last, beats, session.now(), comes, known.backlog_s / known.speed, known.stale_s)


def told(
    use_case: UseCase,
    champion: Champion | None,
    last: datetime | None,
    beats: Sequence[Heartbeat],
    at: datetime,
    comes: bool,
    backlog_s: float,
    stale_s: float = 5.0,
) -> Beginning | None:
    """The same of what is known: ``last`` is the time of the newest reading, ``comes`` whether a worker is started by itself."""
    beat = newest_beat(use_case.name, beats)
    alive = beat is not None and beat.alive(at)
    title = use_case.title
    if last is not None:
        if champion is None or beat is None or not alive or beat.replays:
            return None
        if last >= champion.since or (at - last).total_seconds() <= patience(use_case, stale_s):
            return None
        return _filling(title, champion, last, at, backlog_s)
    if beat is None or (not alive and beat.preparing is None):
        return _nobody(title, use_case.name, comes)
    if beat.preparing is not None and beat.preparing.failed:
        return _cannot(
            title,
            beat.preparing.failed,
            t("Whoever looks after Pullcord mends it. It is tried again by itself every half minute."),
        )
    if not alive:
        return replace(_nobody(title, use_case.name, comes), title=t("Getting {title} ready was interrupted at {time}", title=title, time=clock(beat.beat, use_case.timezone)))  # fmt: skip
    if beat.preparing is not None:
        far = how_far(beat.preparing, at)
        return _getting_ready(title, far, STEPS.index(beat.preparing.step), beat.source.startswith(LINE))
    if beat.trouble:
        return _cannot(title, beat.trouble, t("Whoever looks after Pullcord mends it."))
    if champion is None:
        return _getting_ready(title, HowFar(0.0, None), 0, beat.source.startswith(LINE))
    lead = t("What arrives stands here at once, with its risk and what points to it.")
    return Beginning(t("{title} is ready and waits for its first reading", title=title), lead)


def _getting_ready(title: str, far: HowFar, at: int, fills: bool) -> Beginning:
    """The first model is being made. ``at``: the step's place; ``fills``: whether the hour before the start follows."""
    rest = FILLS if fills else 0.0
    left = None
    if far.left_s is not None:
        left = far.left_s + (far.left_s / max(1 - far.share, 1e-6)) * rest / (1 - rest)
    return Beginning(
        t("{title} is being made ready", title=title),
        t("Pullcord learns from what this line did before. That happens once, then the machines appear."),
        far.share * (1 - rest),
        _left(left),
        _steps(at, fills),
    )


def _filling(title: str, champion: Champion, last: datetime, at: datetime, backlog_s: float) -> Beginning:
    """The hour before the start is being read: nothing of it is live."""
    begun = champion.since - timedelta(seconds=backlog_s)
    share = min(max((last - begun) / max(at - begun, timedelta(seconds=1)), 0.0), 1.0)
    took = (at - champion.since).total_seconds()
    return Beginning(
        t("{title} is nearly ready", title=title),
        t("The time before the start is read first, so that each machine has its past. Live in a moment."),
        1 - FILLS + FILLS * share,
        _left(took / share * (1 - share) if share > 0.02 else None),
        _steps(len(STEPS), True),
    )


def _nobody(title: str, name: str, comes: bool) -> Beginning:
    if comes:
        return Beginning(
            t("{title} is being started", title=title),
            t("The program that reads the line is started. That takes a few seconds."),
            0.0,
        )
    lead = t("The program that reads this line is not running, so nothing is predicted.")
    calls = t("Whoever looks after Pullcord starts it.")
    command = hint(t("The command: {command}", command=f"python worker.py --use-case {name}"))
    return Beginning(t("{title} has not been started", title=title), lead, hint=f"{calls} {command}".strip(), calm=False)


def _cannot(title: str, why: str, next_step: str) -> Beginning:
    return Beginning(t("{title} cannot begin yet", title=title), for_reader(retold(why)), hint=next_step, calm=False)


def _steps(at: int, fills: bool) -> tuple[tuple[str, str], ...]:
    names = [t("Read what was before"), t("Learn from it"), t("Check it on readings kept aside"), t("Write it down")]
    if fills:
        names.append(t("Read the last hour"))
    return tuple((name, DONE if place < at else NOW if place == at else NEXT) for place, name in enumerate(names))


def _left(seconds: float | None) -> str:
    """How long still, as rough as it is known."""
    if seconds is None:
        return t("How long it takes is being measured")
    if seconds <= 2 * _ROUND_S:
        return t("A few seconds still")
    rounded = _ROUND_S * round(seconds / _ROUND_S) if seconds < 120 else 60 * round(seconds / 60)
    return t("About {time} still", time=duration(rounded))


def beginning_strip(use_case: UseCase) -> None:
    """On a page other than the board: the same in a few lines, until the line has begun; then the page is drawn anew."""
    if beginning(use_case) is not None:
        _strip(use_case)


@st.fragment(run_every=1.0)
def _strip(use_case: UseCase) -> None:
    found = beginning(use_case)
    if found is None:
        st.rerun()
    how_it_begins(found)


def how_it_begins(found: Beginning) -> None:
    """Draw it in a few lines."""
    with st.container(border=True, gap="xsmall", key="beginning"):
        st.markdown(f"**{verbatim(found.title)}**")
        st.markdown(verbatim(" ".join(part for part in (found.lead, found.hint) if part)))
        if found.share is not None:
            st.progress(found.share, text=found.left or None)
