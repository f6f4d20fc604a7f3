"""The taps of the people, done by the tour as them: the very verbs that the pages call, with the role checked, on the audit trail."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from data.people import Action, require
from data.records import FlagKind, FlagReason, Person, Verdict, VerdictKind
from data.store import NotFound
from models.dataset.choices import Choices
from models.demo import showing
from models.demo.story import Facts, stamp
from models.jobs.schedule import KIND
from models.lifecycle.registry import promote
from pages.parts.prediction.flag_buttons import record
from pages.parts.reasons.explained import answers, explained
from pages.parts.shell import session
from pages.parts.tour.words import answer_to_olga, reason_to_release

OUTCOME = 0.0
"""What Erik finds: no failure."""


def act(fact: str, seen: Facts) -> None:
    """Do what brings ``fact``.

    Raises:
        NotAllowed, StoreError, ReleaseError, GateError, ValueError: as the page would tell it.
    """
    ACTS[fact](seen)


def _drift(seen: Facts) -> None:
    showing.change(session.settings().home, lambda stage: stage if stage.drift_from else replace(stage, drift_from=stamp()))


def _flag(seen: Facts) -> None:
    use_case = session.use_case(showing.USE_CASE)
    prediction = session.store().readings.prediction(use_case.name, seen.advised or 0)
    told = explained(use_case, prediction)
    if told.release is not None:
        told = replace(told, changes=answers(use_case, prediction, told.release).changes)
    record(use_case, told, _person("olga", Action.FLAG), FlagKind.WRONG, FlagReason.FALSE_ALARM)


def _claim(seen: Facts) -> None:
    session.store().feedback.claim(seen.case or 0, _person("erik", Action.REVIEW).id)


def _decide(seen: Facts) -> None:
    erik = _person("erik", Action.REVIEW).id
    session.store().feedback.decide(Verdict(seen.case or 0, erik, VerdictKind.MODEL_WRONG, answer_to_olga(), OUTCOME))


def _train(seen: Facts) -> None:
    use_case = session.use_case(showing.USE_CASE)
    session.store().jobs.submit(KIND, use_case.name, Choices().plain(), _person("dana", Action.TRAIN).id)


def _release(seen: Facts) -> None:
    use_case, dana = session.use_case(showing.USE_CASE), _person("dana", Action.RELEASE)
    _seen()  # else the board would go on telling what came and went on the machine that is fine now
    promote(session.settings().home, session.store(), use_case, seen.trained or 0, dana, reason_to_release())


def _seen() -> None:
    """Olga has seen what stands on the machine of the story, or came and went on it."""
    with suppress(NotFound):
        session.store().attention.acknowledge(showing.USE_CASE, showing.ASSET, _person("olga", Action.ACKNOWLEDGE).id)


def _person(name: str, action: Action) -> Person:
    return require(session.store().people.get(name), action)


ACTS: dict[str, Callable[[Facts], None]] = {
    "drifting": _drift,
    "flagged": _flag,
    "claimed": _claim,
    "decided": _decide,
    "asked": _train,
    "released": _release,
}
