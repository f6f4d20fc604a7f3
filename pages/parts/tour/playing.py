"""The tour's one turn: look at the store, note what has come, do what is due. One story a home, whoever's screen turns it."""

import threading
from dataclasses import replace

from data.people import NotAllowed
from data.sentence import kept, sentence_of
from data.store import StoreError
from models.demo import showing, story
from models.demo.showing import Stage
from models.demo.story import Facts
from models.judging.gate import GateError
from models.release.release import ReleaseError
from pages.parts.shell import session
from pages.parts.tour.acts import act

_one_at_a_time = threading.Lock()
REFUSED = (NotAllowed, StoreError, ReleaseError, GateError, ValueError)
"""What a verb answers when it is not done; the story then stands still and says so."""


def look() -> tuple[Stage, Facts]:
    """Where the story stands and what has happened."""
    home, speed = session.settings().home, session.settings().speed
    stage = showing.stage(home)
    return stage, story.facts(session.store(), stage, showing.run_in_place(home), session.now(), speed)


def turn() -> tuple[Stage, Facts]:
    """Note what has come and do what is due. While another session is at it, only look."""
    if not _one_at_a_time.acquire(blocking=False):
        return look()
    try:
        return _turn()
    finally:
        _one_at_a_time.release()


def _turn() -> tuple[Stage, Facts]:
    home, now, tempo = session.settings().home, story.stamp(), session.settings().speed
    stage, seen = look()
    stage = showing.change(home, lambda stage: story.noticed(stage, seen, now))
    if seen.failed and stage.playing and stage.elapsed(now) < 1:  # it has just failed: stand still; playing on asks for it again
        return showing.change(home, lambda stage: replace(story.paused(stage, now, kept(seen.failed)), spent=1.0)), seen
    what = story.due(stage, seen, now, tempo)
    if what == "next":
        return showing.change(home, lambda one: _further(one, seen, now) if one.step == stage.step else one), seen
    if what:
        return _done(what, seen)
    return stage, seen


def onwards() -> None:
    """The button *next*: what the step waits for a person to do is done, or the next step begins."""
    with _one_at_a_time:
        home, now = session.settings().home, story.stamp()
        stage, seen = look()
        beat = story.missing(stage, seen)
        if beat is None:
            showing.change(home, lambda one: _further(one, seen, now))
        elif beat.act:
            _done(beat.fact, seen)


def _further(stage: Stage, seen: Facts, now: float) -> Stage:
    """The next step. Before the prediction is opened it is settled which advice the story is about."""
    new = story.at_step(stage, stage.step + 1, now)
    return replace(new, reading=stage.reading or seen.advised)


def _done(fact: str, seen: Facts) -> tuple[Stage, Facts]:
    home = session.settings().home
    try:
        act(fact, seen)
    except REFUSED as error:
        told = kept(sentence_of(error))
        return showing.change(home, lambda stage: story.paused(stage, story.stamp(), told)), seen
    _, seen = look()
    return showing.change(home, lambda stage: story.noticed(stage, seen, story.stamp())), seen
