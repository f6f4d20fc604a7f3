"""Releases in the home: registering one, loading the champion, releasing and rolling back."""

import logging
from pathlib import Path

from data import clock
from data.people import Action, verb
from data.records import Champion, Person, ReleaseRecord, Shadow
from data.sentence import Sentence
from data.store import Store
from data.usecase.use_case import UseCase
from models.corrections.adjudication import settled_of
from models.judging.gate import GateError, failing
from models.judging.judging import answers, judged
from models.lifecycle.bundle import folder_of, write_release
from models.release.portrait import Portrait
from models.release.release import Release, ReleaseError
from models.training.gold import gold_set
from models.training.progress import Progress, Stopped
from models.training.train import Trained

log = logging.getLogger("pullcord.registry")


def register(
    home: Path, store: Store, use_case: UseCase, trained: Trained, by: str, progress: Progress = lambda *_: True
) -> ReleaseRecord:
    """Judge a trained model, beside the champion if there is one, and make it a release. It is not the champion by that.

    Raises:
        training_progress.Stopped: when ``progress`` says so; nothing was registered.
        GoldError: the gold set is not what was frozen.
    """
    portrait = Portrait(trained)
    for share, said, learned in (
        (0.65, Sentence("Judging it on the held-out readings"), "profile"),
        (0.72, Sentence("Judging its explanations"), "quality"),
        (0.80, Sentence("Judging it on the held-out readings"), "certainty"),
    ):
        if not progress(share, said):
            raise Stopped
        getattr(
            portrait, learned
        )  # worked out once and kept: here, so that a cancelled training ends soon and a waiting one shows that it moves
    now = store.releases.champion(use_case.name)
    old = _usable(home, store, use_case, now.number) if now else None
    seconds = settled_of(use_case, store)
    figures = judged(portrait, old, gold_set(home, use_case, seconds), seconds, _anchor(home, store, use_case, old), progress)
    if not progress(0.85, "Writing the release"):
        raise Stopped
    number = store.releases.reserve_number(use_case.name)
    while folder_of(home, use_case.name, number).exists():  # of a store that was put back to an earlier day: it stays as it is
        number = store.releases.reserve_number(use_case.name)
    created = clock.now()
    parent = now.number if now else None
    folder, digest = write_release(home, portrait, number, figures, created, by, parent)
    record = ReleaseRecord(use_case.name, number, folder, digest, created, by, parent, figures, trained.training_set.corrections)
    return store.releases.add(record, answers(use_case, trained, number))


def champion(home: Path, store: Store, use_case: UseCase) -> Release:
    """The champion, loaded. When it is broken, the newest earlier champion that is whole, with ``trouble`` saying so.

    Raises:
        ReleaseError: none that can be used.
    """
    now = store.releases.champion(use_case.name)
    if now is None:
        raise ReleaseError(
            "{title} has no release yet. Train one: python -m models.training --use-case {name}",
            title=use_case.title,
            name=use_case.name,
        )
    trouble: list[ReleaseError] = []
    for number in dict.fromkeys(one.number for one in store.releases.champions(use_case.name)):
        try:
            found = Release.load(home, store.releases.get(use_case.name, number), use_case)
        except ReleaseError as error:
            log.error("%s", error)
            trouble.append(error)
            continue
        if trouble:
            found.trouble = Sentence("{error} Release {number} stands in for it.", error=trouble[0], number=number)
        return found
    raise trouble[0]


@verb(Action.RELEASE)
def promote(
    home: Path,
    store: Store,
    use_case: UseCase,
    number: int,
    person: Person | None,
    reason: str,
    override: bool = False,
    seen: int | None = None,
) -> Champion:
    """Make a release the champion. With ``override`` also against its gate; the audit trail then names the lines that failed. ``seen``: the
    champion that was on the screen (0: there was none).

    Raises:
        NotAllowed: not with that role.
        GateError: it does not pass its gate or was held against another champion than the present one, and nobody said that it shall go live all the
            same; or the use case is safety-relevant and nobody else has approved it: that cannot be overridden.
        ReleaseError: what lies on the disk is damaged: it must not go live.
        Conflict: the champion is another one by now than was ``seen``.
    """
    assert person is not None
    record = store.releases.get(use_case.name, number)
    if use_case.safety_relevant and not set(store.releases.approvals(use_case.name, number)) - {person.id}:
        raise GateError(
            "{title} is safety-relevant: somebody other than {name} has to approve release {number} first.",
            title=use_case.title,
            name=person.name,
            number=number,
        )
    against = [line.told for line in failing(use_case, record.figures, beside(store, use_case, number))]
    if against and not override:
        raise GateError("Release {number} does not pass its gate: {against}.", number=number, against="; ".join(against))
    Release.load(home, record, use_case)
    if against:
        reason = f"{reason} (against the gate: {'; '.join(against)})"
    done = store.releases.set_champion(
        use_case.name, number, person.id, reason, "override_release" if against else "release", seen
    )
    running = store.shadows.now(use_case.name)
    if running and running.number == number:
        store.shadows.end(use_case.name, person.id, "it goes live", number)
    return done


def beside(store: Store, use_case: UseCase, number: int) -> int | None:
    """The champion whose place a release would take; ``None`` where there is none, or it is that one."""
    now = store.releases.champion(use_case.name)
    return now.number if now and now.number != number else None


@verb(Action.REVIEW)
def approve(home: Path, store: Store, use_case: UseCase, number: int, person: Person | None, reason: str) -> None:
    """Stand behind a release before it goes live: the second pair of eyes of a safety-relevant use case.

    Raises:
        NotAllowed: not with that role.
        ReleaseError: what lies on the disk is damaged.
    """
    assert person is not None
    Release.load(home, store.releases.get(use_case.name, number), use_case)
    store.releases.approve(use_case.name, number, person.id, reason)


@verb(Action.RELEASE)
def shadow(
    home: Path, store: Store, use_case: UseCase, number: int, person: Person | None, reason: str, seen: int | None = None
) -> Shadow:
    """Let a challenger predict the live stream silently: nobody is advised by it, and what it says differently is listed.

    Raises:
        NotAllowed: not with that role.
        ReleaseError: what lies on the disk is damaged.
        Conflict: it is the champion, or another shadow runs by now than was ``seen`` (0: none).
    """
    assert person is not None
    Release.load(home, store.releases.get(use_case.name, number), use_case)
    return store.shadows.start(use_case.name, number, person.id, reason, seen)


@verb(Action.RELEASE)
def end_shadow(store: Store, use_case: UseCase, person: Person | None, reason: str, seen: int | None = None) -> None:
    """End the shadow run; what it has said stays.

    Raises:
        NotAllowed: not with that role.
        Conflict: another one runs by now than was ``seen``.
    """
    assert person is not None
    store.shadows.end(use_case.name, person.id, reason, seen)


@verb(Action.RELEASE)
def roll_back(
    home: Path, store: Store, use_case: UseCase, person: Person | None, reason: str, seen: int | None = None
) -> Champion:
    """Go back to the champion before this one, which is the one that was ``seen``.

    Raises:
        NotAllowed: not with that role.
        Conflict: the champion is another one by now.
        ReleaseError: there was none before, or it is damaged.
    """
    assert person is not None
    before = previous(store, use_case)
    if before is None:
        raise ReleaseError("{title} has had only one release: there is none to go back to.", title=use_case.title)
    Release.load(home, store.releases.get(use_case.name, before), use_case)
    return store.releases.set_champion(use_case.name, before, person.id, reason, "roll_back", seen)


def previous(store: Store, use_case: UseCase) -> int | None:
    """The release to which a roll-back would go: the newest champion that is not the present one's number."""
    numbers = [one.number for one in store.releases.champions(use_case.name)]
    return next((number for number in numbers if number != numbers[0]), None)


def _anchor(home: Path, store: Store, use_case: UseCase, now: Release | None) -> Release | None:
    """Of all that were champion before the present one the release that cost least on its own held-out rows: a line of small losses is held against it."""
    past = {one.number for one in store.releases.champions(use_case.name)} - {now.number if now else None}
    known = [store.releases.get(use_case.name, number) for number in past]
    costs = {one.number: one.figures["held_out"]["cost_per_1000"]["value"] for one in known}
    for record in sorted(known, key=lambda one: (costs[one.number] is None, costs[one.number], one.number)):
        if (found := _usable(home, store, use_case, record.number)) is not None:
            return found
    return None


def _usable(home: Path, store: Store, use_case: UseCase, number: int) -> Release | None:
    try:
        return Release.load(home, store.releases.get(use_case.name, number), use_case)
    except ReleaseError as error:
        log.error("not compared with the champion: %s", error)
        return None
