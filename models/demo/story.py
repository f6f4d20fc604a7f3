"""The demo's story as a state machine: nine steps, what happens in each, and what it waits for. It asks the store and does nothing itself.

A step is a row of beats. A beat is met when the store says so, whoever did it: the tour, or a person by hand. What only time or a machine can bring
(advice, a trained challenger) is waited for, never pretended.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from data import clock
from data.records import CaseOrigin, CaseState, Flag, JobState, State
from data.store import Store
from models.demo import showing
from models.demo.showing import Stage
from models.jobs.schedule import KIND


@dataclass(frozen=True, slots=True)
class Beat:
    """One happening of a step. ``fact``: the field of :class:`Facts` that says it has come. ``act``: whether somebody has to do it; the tour does
    after ``after_s`` seconds of playing."""

    fact: str
    act: bool = False
    after_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Step:
    """``page``: where it is seen, ``person``: by whom, ``beats`` in their order, ``look_s``: how long the outcome is looked at before the next."""

    name: str
    page: str
    person: str
    beats: tuple[Beat, ...] = ()
    look_s: float = 0.0


STEPS = (
    Step("healthy", "board", "olga", (Beat("ready"),), look_s=6),
    Step("drift", "asset", "olga", (Beat("drifting", act=True), Beat("advised")), look_s=5),
    Step("advice", "prediction", "olga", look_s=17),
    Step("flag", "prediction", "olga", (Beat("flagged", act=True, after_s=8),), look_s=8),
    Step("review", "review", "erik", (Beat("claimed", act=True, after_s=9), Beat("decided", act=True, after_s=8)), look_s=6),
    Step("train", "releases", "dana", (Beat("asked", act=True, after_s=5), Beat("trained")), look_s=3),
    Step("gate", "releases", "dana", look_s=15),
    Step("release", "releases", "dana", (Beat("released", act=True, after_s=6), Beat("followed")), look_s=5),
    Step("fixed", "board", "olga", (Beat("normal"),)),
)
FRESH_S = 60.0
"""How old (in seconds of plant time) the line's showing may be for the story to begin in it; later the quiet stretch would end too soon."""
_LIVE_S = 4.0


@dataclass(frozen=True, slots=True)
class Facts:
    """What the store and the stage say has happened. Each field is empty (``None``, ``False``, 0) until it has."""

    ready: bool = False
    drifting: bool = False
    advised: int | None = None  # the reading
    flagged: Flag | None = None
    case: int | None = None
    claimed: bool = False
    decided: bool = False
    asked: bool = False
    progress: float = 0.0  # of the training
    failed: str = ""  # what the training said when it failed
    trained: int | None = None  # the release
    released: bool = False
    followed: bool = False
    normal: bool = False
    risk: float | None = None  # of the newest reading
    age_s: float = 0.0  # seconds of plant time since the showing began


def facts(store: Store, stage: Stage, run_in_place: int, now: datetime, speed: float = 1.0) -> Facts:
    """Look at everything that the story depends on: a handful of short questions to the store."""
    if run_in_place != stage.run:
        return Facts()
    newest = next((s for s in store.readings.board(showing.USE_CASE) if s.prediction.asset == showing.ASSET), None)
    ready = newest is not None and (now - newest.prediction.time).total_seconds() < _LIVE_S
    warned = newest is not None and not newest.unknown and State(newest.prediction.state) is not State.NORMAL
    flag = _flag(store)
    case = store.feedback.case(flag.case) if flag is not None and flag.case is not None else None
    job = next((job for job in store.jobs.recent(showing.USE_CASE) if job.kind == KIND), None)
    releases = store.releases.all(showing.USE_CASE)
    trained = releases[0].number if releases and releases[0].number > 1 else None
    champion = store.releases.champion(showing.USE_CASE)
    new = champion.number if champion is not None and champion.number > 1 else None
    beats = [beat for beat in store.workers.all() if beat.use_case == showing.USE_CASE and beat.pid]
    followed = new is not None and bool(beats) and max(beats, key=lambda beat: beat.beat).release == new
    return Facts(
        ready=ready,
        drifting=stage.drift_from is not None,
        advised=stage.reading or (newest.prediction.id if newest is not None and warned else None),
        flagged=flag,
        case=None if case is None else case.id,
        claimed=case is not None and case.state is not CaseState.OPEN,
        decided=case is not None and case.state in (CaseState.DECIDED, CaseState.WAITING),
        asked=trained is not None or (job is not None and job.state in (JobState.QUEUED, JobState.RUNNING)),
        progress=job.progress if job is not None else 0.0,
        failed=job.message if job is not None and job.state is JobState.FAILED and trained is None else "",
        trained=trained,
        released=new is not None,
        followed=followed,
        normal=followed and newest is not None and not (warned or newest.unknown) and newest.prediction.release == new,
        risk=None if newest is None or newest.unknown else newest.prediction.score,
        age_s=_age(store, now) * speed,
    )


def _flag(store: Store) -> Flag | None:
    """The first standing flag on the machine of the story, whoever raised it."""
    for case in store.feedback.queue(showing.USE_CASE, states=tuple(CaseState)):
        if case.asset == showing.ASSET and case.origin is CaseOrigin.FLAG and case.state is not CaseState.WITHDRAWN:
            standing = [flag for flag in store.feedback.case_flags(case.id) if flag.withdrawn is None]
            if standing:
                return standing[0]
    return None


def _age(store: Store, now: datetime) -> float:
    """Seconds since a worker took up the showing."""
    begun = [beat.started for beat in store.workers.all() if beat.use_case == showing.USE_CASE]
    return (now - min(begun)).total_seconds() if begun else 0.0


def step_of(stage: Stage) -> Step | None:
    """The step that the story is at; ``None`` before it begins."""
    return STEPS[stage.step - 1] if 0 < stage.step <= len(STEPS) else None


def met(step: Step, seen: Facts) -> int:
    """How many of the step's beats have come, in their order."""
    return next((at for at, beat in enumerate(step.beats) if not getattr(seen, beat.fact)), len(step.beats))


def missing(stage: Stage, seen: Facts) -> Beat | None:
    """The beat that the step waits for, if any."""
    step = step_of(stage)
    if step is None:
        return None
    come = met(step, seen)
    return step.beats[come] if come < len(step.beats) else None


def noticed(stage: Stage, seen: Facts, now: float) -> Stage:
    """The stage with what has come since: each beat begins a new count of seconds, and when a person has done the step by hand the tour goes on."""
    step = step_of(stage)
    if step is None:
        return stage
    come = met(step, seen)
    if come == stage.beat:
        return stage
    hand = stage.hand and any(beat.act for beat in step.beats[come:])
    return replace(stage, beat=come, since=now, spent=0.0, hand=hand, told="")


def due(stage: Stage, seen: Facts, now: float, tempo: float = 1.0) -> str | None:
    """What is to be done now: the fact that an act brings, ``next`` for the next step, or nothing yet.

    Args:
        tempo: how many times faster than told in ``STEPS`` the story goes.
    """
    step, beat = step_of(stage), missing(stage, seen)
    if step is None or not stage.playing:
        return None
    if beat is not None:
        return beat.fact if beat.act and not stage.hand and stage.elapsed(now) >= beat.after_s / tempo else None
    over = stage.step >= len(STEPS)
    return "next" if not over and stage.elapsed(now) >= step.look_s / tempo else None


def first_tap(stage: Stage, seen: Facts, now: float, tempo: float = 1.0) -> bool:
    """Whether the first of the two taps of a flag is to be seen by now: half of the time before the tour flags is over."""
    beat = missing(stage, seen)
    if beat is None or beat.fact != "flagged" or stage.hand:
        return False
    return stage.elapsed(now) >= beat.after_s / tempo / 2


def at_step(stage: Stage, number: int, now: float, playing: bool | None = None) -> Stage:
    """The stage at the beginning of a step."""
    number = min(max(number, 1), len(STEPS))
    playing = stage.playing if playing is None else playing
    return replace(stage, step=number, beat=0, since=now, spent=0.0, hand=False, told="", playing=playing)


def paused(stage: Stage, now: float, told: str = "") -> Stage:
    """The stage standing still; ``told``: what made it."""
    return replace(stage, playing=False, spent=stage.elapsed(now), told=told)


def resumed(stage: Stage, now: float, hand: bool = False) -> Stage:
    """The stage going on; by ``hand``: a person does what comes next."""
    return replace(stage, playing=True, since=now, spent=stage.elapsed(now), hand=hand, told="")


def stamp() -> float:
    """The clock of the story: seconds since 1970."""
    return clock.seconds()
