"""Second looks at held-out rows: what two people say that a row of the history was, and which rows are in question.

No training and no repair ever changes a held-out row: a challenger would be judged by its own opinion. But the flaw that a repair mends is in them
too, and would speak against it. So people look at such rows one by one. What two of them say counts in judging from then on; what the history
says is kept, and both are told.
"""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.readings.moments import microseconds
from data.records import HeldAnswer
from data.store import Store
from data.usecase.use_case import UseCase
from models.corrections.corrections import is_new, young_of

NEEDED = 2
"""People who must say the same of a row before it counts."""


@dataclass(frozen=True, slots=True, eq=False)
class Settled:
    """What counts by now: (asset, microseconds) -> (outcome, cause)."""

    answers: dict[tuple[str, int], tuple[float, str | None]]

    def over(self, table: pd.DataFrame, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(n,) outcomes with the settled answers in place of the history's, and (n,) bool: of which rows there is one.

        Args:
            table: asset and time of each row, and its origin where there are several: only history is looked up.
        """
        keys, known = self._known(table)
        if known.any():
            y = y.copy()
            y[known] = [self.answers[keys[at]][0] for at in np.flatnonzero(known)]
        return y, known

    def caused(self, table: pd.DataFrame) -> pd.DataFrame:
        """``table`` with the causes that were said; a row that turned out well has none."""
        keys, known = self._known(table)
        if not known.any():
            return table
        cause = table["cause"].to_numpy(dtype=object, copy=True)
        cause[known] = [self.answers[keys[at]][1] for at in np.flatnonzero(known)]
        return table.assign(cause=pd.Series(cause, index=table.index, dtype=object))

    def _known(self, table: pd.DataFrame) -> tuple[list[tuple[str, int]], np.ndarray]:
        """The key of each row, and (n,) bool: of which there is an answer."""
        if not self.answers:
            return [], np.zeros(len(table), bool)
        keys = _keys(table)
        history = (table["origin"] == "history").to_numpy() if "origin" in table else np.ones(len(table), bool)
        return keys, np.fromiter((key in self.answers for key in keys), bool, len(keys)) & history

    @property
    def digest(self) -> str:
        """sha256 of all of them."""
        told = sorted([asset, at, *answer] for (asset, at), answer in self.answers.items())
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()


NOTHING = Settled({})


def settled(use_case: UseCase, said: Sequence[HeldAnswer]) -> Settled:
    """What so many people say of a row that it counts: more of them than say anything else of it. Of a value that several people read differently the
    middle counts, once they agree whether it is bad."""
    by_row = defaultdict(list)
    for one in said:
        by_row[(one.asset, _us(one))].append(one)
    found = {}
    for key, answers in by_row.items():
        kinds = [bool(use_case.failed([a.outcome])[0]) if use_case.task == "regression" else a.outcome for a in answers]
        (first, n), *others = Counter(kinds).most_common()
        if n < NEEDED or (others and others[0][1] == n):
            continue
        same = [answer for answer, kind in zip(answers, kinds, strict=True) if kind == first]
        causes = Counter(answer.cause for answer in same if answer.cause)
        found[key] = (float(np.median([answer.outcome for answer in same])), causes.most_common(1)[0][0] if causes else None)
    return Settled(found)


def settled_of(use_case: UseCase, store: Store | None) -> Settled:
    """What counts by what is in the store: what new accounts say does not yet."""
    return _counted(use_case, store, store.held_answers.all(use_case.name)) if store is not None else NOTHING


def _counted(use_case: UseCase, store: Store, said: Sequence[HeldAnswer]) -> Settled:
    if not said:
        return NOTHING
    people, young = {person.id: person for person in store.people.all()}, young_of(use_case)
    return settled(use_case, [one for one in said if one.at is None or not is_new(people, one.person, one.at, young)])


def open_for(person: str, use_case: UseCase, store: Store, rows: pd.DataFrame) -> pd.DataFrame:
    """Of the held-out ``rows`` (asset, time) those that are not settled and of which ``person`` has not spoken."""
    said = store.held_answers.all(use_case.name)
    closed = set(_counted(use_case, store, said).answers) | {(one.asset, _us(one)) for one in said if one.person == person}
    return rows[[key not in closed for key in _keys(rows)]]


def _keys(table: pd.DataFrame) -> list[tuple[str, int]]:
    return list(zip(table["asset"], microseconds(table["time"]).tolist(), strict=True))


def _us(one: HeldAnswer) -> int:
    return int(microseconds(pd.Series([pd.Timestamp(one.time)]))[0])
