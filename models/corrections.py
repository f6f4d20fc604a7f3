"""Which corrections a training takes, and with what weight: feedback must not poison a model quietly.

A correction is held back until a second person confirms it when who decided it has a new account, when one person decided (or alone flagged)
many within an hour, when another correction says the opposite of the same thing, and (``review.second_person``) when an inspection found
something else at that moment or nobody but who flagged it has decided it. And all corrections of one person together never weigh
more than a share of everything else. Whatever is held or cut is told in the training set's manifest and on the screen.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from data.records import Correction, Person, Prediction
from data.store import Store
from data.usecase import UseCase

CORRECTION_WEIGHT = 25.0
"""As how many rows a correction counts. A reviewed case is rare and sure; with 1 it would drown in 60,000 rows, and from about 50
on single cases begin to bend their neighbourhood (measured on the milling line)."""
SAME_MOMENT = timedelta(minutes=5)
"""Readings of one asset this near are one and the same moment of the plant."""
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Admission:
    """What becomes of one correction. ``held``: why it is held back (``new_account``, ``burst``, ``contradiction``, ``inspection``, ``alone``), or
    ``None``. ``inspected``: the outcome that an inspection confirmed for that moment, where one has."""

    correction: Correction
    seen: Prediction
    weight: float
    held: str | None = None
    inspected: float | None = None


def admissions(use_case: UseCase, store: Store, rows: int) -> list[Admission]:
    """Every correction in force with its weight, or why it is held back, oldest first.

    Args:
        rows: how many rows there are beside the corrections; a person's share is taken of them.
    """
    corrections = store.feedback.corrections(use_case.name)
    seen = [store.readings.prediction(use_case.name, one.reading) for one in corrections]  # reviewed by people one by one: few
    people = {person.id: person for person in store.people.all()}
    found = store.readings.found_of(use_case.name, [one.reading for one in corrections]) if corrections else {}
    held = _held(use_case, corrections, seen, people)
    if use_case.second_person:
        _against_inspection(use_case, corrections, found, held)
    taken = Counter(one.person for one in corrections if one.id not in held)
    most = use_case.review.person_share * rows
    return [
        Admission(one, reading, 0.0, held[one.id], found.get(one.reading))
        if one.id in held
        else Admission(one, reading, min(CORRECTION_WEIGHT, most / taken[one.person]), None, found.get(one.reading))
        for one, reading in zip(corrections, seen, strict=True)
    ]


def _held(
    use_case: UseCase, corrections: Sequence[Correction], seen: Sequence[Prediction], people: dict[str, Person]
) -> dict[int, str]:
    """Why each correction that is held back is."""
    found: dict[int, str] = {}
    young = timedelta(days=use_case.review.new_account_days)
    by_decider, by_flagger = defaultdict(list), defaultdict(list)
    for one in corrections:
        if one.confirmed_by:
            continue
        person = people.get(one.person)
        if person is None or (person.since and one.decided - person.since < young):
            found[one.id] = "new_account"
        by_decider[one.person].append(one)
        if len(one.raised_by) == 1:
            by_flagger[one.raised_by[0]].append(one)
    for of_one in (*by_decider.values(), *by_flagger.values()):
        for one in _bursts(of_one, use_case.review.burst):
            found.setdefault(one.id, "burst")
    for a, b in _opposites(corrections, seen):
        if not (a.confirmed_by or b.confirmed_by):
            found.setdefault(a.id, "contradiction")
            found.setdefault(b.id, "contradiction")
        elif not (a.confirmed_by and b.confirmed_by):
            found.setdefault(b.id if a.confirmed_by else a.id, "contradiction")
    return found


def _against_inspection(
    use_case: UseCase, corrections: Sequence[Correction], found: dict[int, float], held: dict[int, str]
) -> None:
    """Hold back what denies a confirmed outcome, and what only one person stands behind. A value denies another one where one of them is bad and the other
    is not."""
    for one in corrections:
        if one.confirmed_by or one.id in held:
            continue
        if (known := found.get(one.reading)) is not None:
            pair = use_case.failed([known, one.outcome]) if use_case.task == "regression" else (known, one.outcome)
            if pair[0] != pair[1]:
                held[one.id] = "inspection"
                continue
        if one.raised_by and set(one.raised_by) == {one.person}:
            held[one.id] = "alone"


def _bursts(corrections: list[Correction], most: int) -> list[Correction]:
    """Those that lie in an hour with more than ``most`` of them."""
    ordered = sorted(corrections, key=lambda one: one.decided)
    times: list[datetime] = [one.decided for one in ordered]
    hit, first = set(), 0
    for last in range(len(ordered)):
        while times[last] - times[first] > _HOUR:
            first += 1
        if last - first + 1 > most:
            hit.update(range(first, last + 1))
    return [ordered[at] for at in sorted(hit)]


def _opposites(corrections: Sequence[Correction], seen: Sequence[Prediction]) -> list[tuple[Correction, Correction]]:
    """Pairs that say different things of one asset at one moment."""
    of_asset = defaultdict(list)
    for one, reading in zip(corrections, seen, strict=True):
        of_asset[reading.asset].append((reading.time, one))
    found = []
    for moments in of_asset.values():
        moments.sort(key=lambda pair: pair[0])
        for at, (time, one) in enumerate(moments):
            for later, other in moments[at + 1 :]:
                if later - time > SAME_MOMENT:
                    break
                if other.outcome != one.outcome:
                    found.append((one, other))
    return found
