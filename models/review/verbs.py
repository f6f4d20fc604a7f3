"""What people do with flags and cases. Each verb checks the role itself; screens, commands and the demo call these and nothing below."""

from collections.abc import Mapping
from dataclasses import replace

from data.attachments import Attachment
from data.people import Action, verb
from data.records import Case, Flag, FlagKind, FlagReason, HeldAnswer, Person, Prediction, Verdict
from data.store import Store
from data.usecase.use_case import UseCase
from models.corrections.entered import rule_of
from models.review.priority import priority
from models.review.reviewing import due


@verb(Action.FLAG)
def raise_flag(
    person: Person,
    store: Store,
    use_case: UseCase,
    prediction: Prediction,
    kind: FlagKind,
    reason: FlagReason | None,
    snapshot: Mapping,
) -> Flag:
    """Say something of a prediction, with what was on the screen (``snapshot``, plain JSON). Its case is due and as urgent as the use case says.

    Raises:
        NotAllowed: not with that role.
        StoreError: the reading is gone, or the store cannot be written.
    """
    first = priority(use_case, prediction.score, kind, reason, prediction.novelty).value
    raised = Flag(use_case.name, prediction.asset, prediction.id, prediction.release, person.id, kind, reason, dict(snapshot))
    return store.feedback.raise_flag(raised, first, due(use_case), use_case.reviewers)


@verb(Action.FLAG)
def withdraw_flag(person: Person, store: Store, flag: int) -> None:
    """Take one's own flag back. Raises NotAllowed, StoreError."""
    store.feedback.withdraw_flag(flag, person.id)


@verb(Action.FLAG)
def comment(person: Person, store: Store, flag: Flag, text: str, reasons: Mapping) -> None:
    """Add words and doubted reasons to one's own flag, as it was read. Raises NotAllowed, StoreError."""
    store.feedback.comment(flag.id, person.id, text, dict(reasons), flag)


@verb(Action.REVIEW)
def claim(person: Person, store: Store, case: int, seen: Case | None = None) -> None:
    """Take a case, as it was on the screen (``seen``). Raises NotAllowed, StoreError."""
    store.feedback.claim(case, person.id, seen=seen)


@verb(Action.REVIEW)
def give_back(person: Person, store: Store, case: int) -> None:
    """Give a claimed case back into the queue. Raises NotAllowed, StoreError."""
    store.feedback.unclaim(case, person.id)


@verb(Action.REVIEW)
def decide(person: Person, store: Store, verdict: Verdict, seen: Case | None = None) -> Verdict:
    """Give a verdict on a claimed case, as it was on the screen (``seen``). Returns the verdict as it was recorded.

    Raises:
        NotAllowed: not with that role.
        StoreError: it is not theirs, was changed meanwhile, or the use case has no such outcome.
        ValueError: the verdict lacks what its kind needs.
    """
    return store.feedback.decide(replace(verdict, person=person.id), seen)[0]


@verb(Action.REVIEW)
def ask_second(person: Person, store: Store, case: Case) -> None:
    """Ask for a second, independent verdict. Raises NotAllowed, StoreError."""
    store.feedback.ask_second(case.id, person.id, case)


@verb(Action.REVIEW)
def assign(person: Person, store: Store, case: Case, to: str | None) -> None:
    """Say for whom a case is; ``None`` for nobody in particular. Raises NotAllowed, StoreError."""
    store.feedback.assign(case.id, to, person.id, case)


@verb(Action.REVIEW)
def say(person: Person, store: Store, case: int, text: str, file: Attachment | None = None) -> None:
    """Add words or a file to a case's thread. Raises NotAllowed, StoreError, ValueError (nothing to add, too much of it)."""
    store.feedback.say(case, person.id, text, file) if file else store.feedback.say(case, person.id, text)


@verb(Action.REVIEW)
def confirm_correction(person: Person, store: Store, correction: int) -> None:
    """Stand behind somebody else's correction. Raises NotAllowed, StoreError."""
    store.feedback.confirm_correction(correction, person.id)


@verb(Action.REVIEW)
def confirm_finding(person: Person, store: Store, use_case: UseCase, finding: int) -> None:
    """Stand behind an inspection that somebody else typed in. Raises NotAllowed, StoreError."""
    store.findings.confirm(finding, person.id, rule_of(use_case, store))


@verb(Action.REVIEW)
def confirm_stretch(person: Person, store: Store, case: int) -> None:
    """Stand behind a long stretch of bad data. Raises NotAllowed, StoreError."""
    store.feedback.confirm_stretch(case, person.id)


@verb(Action.REVIEW)
def look_again(person: Person, store: Store, answers: list[HeldAnswer]) -> None:
    """Say what held-out readings were; each answer is one's own. Raises NotAllowed, StoreError."""
    store.held_answers.say([replace(one, person=person.id) for one in answers])
