"""The taps of the people, done by the tour as them: the very verbs that the pages call, with the role checked, on the audit trail."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from data.records import FlagKind, FlagReason, Person, Verdict, VerdictKind
from data.store import NotFound
from models.demo import showing
from models.demo.story import Facts, stamp
from models.jobs.verbs import ask_for_training
from models.lifecycle.registry import promote
from models.review.verbs import claim, decide
from models.state.verbs import acknowledge
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
    record(use_case, told, _person("olga"), FlagKind.WRONG, FlagReason.FALSE_ALARM)


def _claim(seen: Facts) -> None:
    claim(_person("erik"), session.store(), seen.case or 0)


def _decide(seen: Facts) -> None:
    verdict = Verdict(seen.case or 0, "erik", VerdictKind.MODEL_WRONG, answer_to_olga(), OUTCOME)
    decide(_person("erik"), session.store(), verdict)


def _train(seen: Facts) -> None:
    use_case = session.use_case(showing.USE_CASE)
    ask_for_training(_person("dana"), session.store(), use_case)


def _release(seen: Facts) -> None:
    use_case, dana = session.use_case(showing.USE_CASE), _person("dana")
    _seen()  # else the board would go on telling what came and went on the machine that is fine now
    promote(session.settings().home, session.store(), use_case, seen.trained or 0, dana, reason_to_release())


def _seen() -> None:
    """Olga has seen what stands on the machine of the story, or came and went on it."""
    with suppress(NotFound):
        acknowledge(_person("olga"), session.store(), showing.USE_CASE, showing.ASSET)


def _person(name: str) -> Person | None:
    return session.store().people.get(name)


ACTS: dict[str, Callable[[Facts], None]] = {
    "drifting": _drift,
    "flagged": _flag,
    "claimed": _claim,
    "decided": _decide,
    "asked": _train,
    "released": _release,
}
