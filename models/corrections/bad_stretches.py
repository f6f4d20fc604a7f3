"""Which stretches of bad data are left out of learning, and which wait for a second person first.

Bad data is a sensor that was unplugged, a changeover, a cleaning: it lasts minutes, a shift at the most. A verdict of it takes confirmed outcomes away, and
those are what everything else is held against. So a stretch takes them at once only while it is short and few; beyond that somebody looks at what would
be lost. Failures that were found in it are never learned from and never taken from what releases are judged on.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from data.clock import now
from data.records import Exclusion
from data.store import Store
from data.usecase.use_case import UseCase
from models.corrections.corrections import confirmed, unproven, young_of

LONGEST = timedelta(hours=8)
"""A shift: who says that a machine's data were bad for longer, or at another time than that of the case, is asked for a second person."""
MOST_SHARE = 0.05
"""Of a machine's confirmed outcomes, and of its bad ones, how many all its stretches together take before somebody else has looked."""
FEW, FEW_BAD = 50, 1
"""As many may always be taken: of a machine that has few a share of them would be none."""
_EVER = datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Stretch:
    """One stretch with the confirmed outcomes in it that no earlier one took, how many of them are bad, and why it waits: ``new_account``, ``burst``,
    ``alone``, ``long``, ``many``, or ``None``."""

    exclusion: Exclusion
    outcomes: int
    bad: int
    held: str | None

    def plain(self) -> dict:
        """As JSON, for the manifest of a training set."""
        one = self.exclusion
        told = {
            "case": one.case,
            "asset": one.asset,
            "start": one.start.isoformat(),
            "end": one.end.isoformat(),
            "signal": one.signal,
        }
        return told | {"decided_by": one.person, "confirmed_by": one.confirmed_by, "outcomes": self.outcomes, "bad": self.bad}


def stretches(use_case: UseCase, store: Store) -> list[Stretch]:
    """Every stretch that a verdict in force names, oldest case first."""
    found = store.feedback.excluded(use_case.name)
    if not found:
        return []
    people = {person.id: person for person in store.people.all()}
    besides = [*store.feedback.corrections(use_case.name), *store.findings.all(use_case.name)]
    held, young = unproven(use_case, found, people, besides), young_of(use_case)
    told, taken = [], defaultdict(list)
    spent: dict[str, tuple[int, int]] = {}
    for one in found:
        outcomes, bad = _counted(use_case, store, one.asset, _beyond((one.start, one.end), taken[one.asset]))
        used = spent.get(one.asset, (0, 0))
        why, seen_by_two = held.get(one.id), confirmed(one, people, young)
        if why is None and not seen_by_two:
            alone = use_case.second_person and bool(one.raised_by) and set(one.raised_by) == {one.person}
            why = "alone" if alone else _too_much(use_case, store, one.asset, _length(one), used[0] + outcomes, used[1] + bad)
        if why is None:
            taken[one.asset].append((one.start, one.end))
            if not seen_by_two:
                spent[one.asset] = (used[0] + outcomes, used[1] + bad)
        told.append(Stretch(one, outcomes, bad, why))
    return told


def waiting(use_case: UseCase, store: Store) -> list[int]:
    """The cases whose stretch takes nothing away yet."""
    return [one.exclusion.case for one in stretches(use_case, store) if one.held]


def proposed(use_case: UseCase, store: Store, asset: str, at: datetime, start: datetime, end: datetime) -> Stretch:
    """What a stretch would take beside those that are taken already, and whether it would wait, before a verdict names it."""
    others = [one for one in stretches(use_case, store) if one.exclusion.asset == asset and not one.held]
    alone = [one for one in others if not one.exclusion.confirmed_by]
    used = sum(one.outcomes for one in alone), sum(one.bad for one in alone)
    spans = [(one.exclusion.start, one.exclusion.end) for one in others]
    told = Exclusion(0, 0, asset, start, end, None, at, "", now())
    outcomes, bad = _counted(use_case, store, asset, _beyond((start, end), spans))
    return Stretch(told, outcomes, bad, _too_much(use_case, store, asset, _length(told), used[0] + outcomes, used[1] + bad))


def _too_much(use_case: UseCase, store: Store, asset: str, length: timedelta, outcomes: int, bad: int) -> str | None:
    """Why a stretch waits that makes so many outcomes of the asset go, or ``None``."""
    if length > LONGEST:
        return "long"
    if outcomes <= FEW and bad <= FEW_BAD:
        return None
    of_all, of_bad = store.readings.outcomes_between(use_case.name, asset, *_EVER)
    many = outcomes > max(FEW, MOST_SHARE * of_all) or bad > max(FEW_BAD, MOST_SHARE * of_bad)
    return "many" if many else None


def _length(one: Exclusion) -> timedelta:
    """From the first to the last moment of it and of the reading that it is about."""
    return max(one.end, one.at) - min(one.start, one.at)


Span = tuple[datetime, datetime]


def _beyond(span: Span, taken: Sequence[Span]) -> list[Span]:
    """The parts of ``span`` that lie in none of ``taken``."""
    left = [span]
    for start, end in taken:
        cut = []
        for first, last in left:
            if end < first or start > last:
                cut.append((first, last))
                continue
            cut += [part for part in ((first, start), (end, last)) if part[0] < part[1]]
        left = cut
    return left


def _counted(use_case: UseCase, store: Store, asset: str, spans: Sequence[Span]) -> tuple[int, int]:
    counts = [store.readings.outcomes_between(use_case.name, asset, *span) for span in spans]
    return sum(n for n, _ in counts), sum(bad for _, bad in counts)
