"""Which corrections a training takes, and with what weight: feedback must not poison a model quietly.

A correction is held back until a second person, whose account is not new either, confirms it: when who decided it has a new account, when one person
decided (or alone flagged) many within an hour, when another correction says the opposite of the same thing, and (``review.second_person``) when an inspection
by somebody else found something else at that moment or nobody but who flagged it has decided it. And all corrections of one person together, with what
they typed in of inspections (:mod:`models.corrections.entered`, by the same rules), never weigh more than a share of everything else. Whatever is held or cut is told in
the training set's manifest and on the screen.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from data.records import Correction, Person, Prediction
from data.store import Store
from data.usecase.use_case import UseCase

CORRECTION_WEIGHT = 25.0
"""As how many rows a correction counts. A reviewed case is rare and sure; with 1 it would drown in 60,000 rows, and from about 50
on single cases begin to bend their neighbourhood (measured on the milling line)."""
SAME_MOMENT = timedelta(minutes=5)
"""Readings of one asset this near are one and the same moment of the plant."""
_HOUR = timedelta(hours=1)


class Said(Protocol):
    """What somebody decided, and who stands behind it: a correction, what was typed in of an inspection, a stretch of bad data."""

    @property
    def id(self) -> int: ...
    @property
    def person(self) -> str: ...
    @property
    def decided(self) -> datetime: ...
    @property
    def raised_by(self) -> tuple[str, ...]: ...
    @property
    def confirmed_by(self) -> str | None: ...


class Claims(Said, Protocol):
    """Somebody's word for what a reading was: a correction, what was typed in of an inspection."""

    @property
    def outcome(self) -> float: ...


class There(Protocol):
    """Of which asset and moment something was said."""

    @property
    def asset(self) -> str: ...
    @property
    def time(self) -> datetime: ...


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
    apart = apart_of(use_case, store)
    found = {one.id: _found(store, one, reading, apart) for one, reading in zip(corrections, seen, strict=True)}
    besides = [*store.findings.all(use_case.name), *store.feedback.excluded(use_case.name)]
    held = held_back(use_case, corrections, seen, found, people, apart, besides)
    told = [Admission(one, reading, 0.0, held.get(one.id), found[one.id]) for one, reading in zip(corrections, seen, strict=True)]
    return weighed(use_case, told, rows)


def weighed(
    use_case: UseCase, admitted: Sequence[Admission], rows: float, entered: Mapping[str, float] | None = None
) -> list[Admission]:
    """The same beside so many rows: what is not held back weighs as much as its person's share allows. ``entered``: as :func:`shares`."""
    share = shares(use_case, admitted, rows, entered)
    return [one if one.held else replace(one, weight=CORRECTION_WEIGHT * share[one.correction.person]) for one in admitted]


def shares(
    use_case: UseCase, admitted: Sequence[Admission], rows: float, entered: Mapping[str, float] | None = None
) -> dict[str, float]:
    """How much of its full weight counts of what each person says, beside so many ``rows``. ``entered``: what each of them typed in of inspections
    weighs by itself."""
    asked: dict[str, float] = defaultdict(float, entered or {})
    for one in admitted:
        if one.held is None:
            asked[one.correction.person] += CORRECTION_WEIGHT
    most = use_case.review.person_share * rows
    return {person: min(1.0, most / weight) if weight else 1.0 for person, weight in asked.items()}


Apart = Callable[[float, float], bool]
"""Whether two outcomes say different things."""


def apart_of(use_case: UseCase, store: Store) -> Apart:
    """Classes differ where they are not the same. Two values do where one of them is bad and the other is not, or where they lie farther apart than the
    champion's values usually lie from the truth."""
    if use_case.task != "regression":
        return lambda one, other: one != other
    now = store.releases.champion(use_case.name)
    usual = store.releases.get(use_case.name, now.number).figures.get("held_out", {}).get("mae", {}).get("value") if now else None

    def apart(one: float, other: float) -> bool:
        bad, other_bad = use_case.failed([one, other])
        return bool(bad != other_bad) or abs(one - other) > (usual or 0.0)

    return apart


def _found(store: Store, one: Correction, seen: Prediction, apart: Apart) -> float | None:
    """What was confirmed of that moment by others than who decided: what says otherwise before what says the same."""
    told = store.readings.truth_at(seen.use_case, seen.asset, seen.time, seen.time)
    outcomes = [truth.outcome for truth in told if truth.by != one.person]
    return next((outcome for outcome in outcomes if apart(outcome, one.outcome)), outcomes[0] if outcomes else None)


def young_of(use_case: UseCase) -> timedelta:
    """Up to which age an account is a new one."""
    return timedelta(days=use_case.review.new_account_days)


def is_new(people: dict[str, Person], who: str, at: datetime, young: timedelta) -> bool:
    """Whether an account is unknown or was younger than ``young`` at a moment: then what it says needs somebody else."""
    person = people.get(who)
    return person is None or bool(person.since and at - person.since < young)


def confirmed(one: Said, people: dict[str, Person], young: timedelta) -> bool:
    """By an account that was old enough when the case was decided."""
    return bool(one.confirmed_by) and not is_new(people, one.confirmed_by, one.decided, young)


def held_back(
    use_case: UseCase, said: Sequence[Claims], there: Sequence[There], found: Mapping[int, float | None], people: dict[str, Person],
    apart: Apart, besides: Sequence[Said] = (),
) -> dict[int, str]:  # fmt: skip
    """Why each of what people said that is held back is. ``there``: of what moment each is; ``found``: what others confirmed for it; ``besides``: what they
    said in other ways."""
    held = unproven(use_case, said, people, besides)
    young = young_of(use_case)
    for a, b in _opposites(said, there, apart):
        if confirmed(a, people, young) == confirmed(b, people, young):  # both of them cannot be so, whoever stands behind them
            held.setdefault(a.id, "contradiction")
            held.setdefault(b.id, "contradiction")
        else:
            held.setdefault(b.id if confirmed(a, people, young) else a.id, "contradiction")
    if use_case.second_person:
        _against_inspection(said, found, held, people, young, apart)
    return held


def unproven(use_case: UseCase, said: Sequence[Said], people: dict[str, Person], besides: Sequence[Said] = ()) -> dict[int, str]:
    """What is held back by who said it and how much they said, whatever it is: new accounts, and many within an hour. What the same people said
    ``besides`` (corrections, what was typed in of inspections, bad data) counts with it: a burst is one in whatever ways it comes."""
    found: dict[int, str] = {}
    young = young_of(use_case)
    own = {id(one) for one in said}
    by_decider, by_flagger = defaultdict(list), defaultdict(list)
    for one in (*said, *besides):
        if confirmed(one, people, young):
            continue
        if id(one) in own and is_new(people, one.person, one.decided, young):
            found[one.id] = "new_account"
        by_decider[one.person].append(one)
        if len(one.raised_by) == 1:
            by_flagger[one.raised_by[0]].append(one)
    for of_one in (*by_decider.values(), *by_flagger.values()):
        for one in _bursts(of_one, use_case.review.burst):
            if id(one) in own:
                found.setdefault(one.id, "burst")
    return found


def _against_inspection(
    corrections: Sequence[Claims], found: Mapping[int, float | None], held: dict[int, str], people: dict[str, Person],
    young: timedelta, apart: Apart,
) -> None:  # fmt: skip
    """Hold back what denies a confirmed outcome, and what only one person stands behind."""
    for one in corrections:
        if confirmed(one, people, young) or one.id in held:
            continue
        if (known := found[one.id]) is not None and apart(known, one.outcome):
            held[one.id] = "inspection"
            continue
        if one.raised_by and set(one.raised_by) == {one.person}:
            held[one.id] = "alone"


def _bursts(corrections: list[Said], most: int) -> list[Said]:
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


def _opposites(corrections: Sequence[Claims], seen: Sequence[There], apart: Apart) -> list[tuple[Claims, Claims]]:
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
                if apart(other.outcome, one.outcome):
                    found.append((one, other))
    return found
