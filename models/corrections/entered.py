"""What people type in of inspections: which of it is truth, and what waits for a second person, by the rules of corrections.

What a source delivers (an inspection machine, the file of a laboratory, the history) is none of it and stays as it is. What waits is in no training, in
no held-out truth and in no figure.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from data.records import Finding
from data.store import Store
from data.store.contract import Rule
from data.usecase.use_case import UseCase
from models.corrections.corrections import Apart, apart_of, held_back


def rule_of(use_case: UseCase, store: Store) -> Rule:
    """Which of what was typed in is held back, by who may be believed now."""
    people = {person.id: person for person in store.people.all()}
    apart = apart_of(use_case, store)
    besides = [*store.feedback.corrections(use_case.name), *store.feedback.excluded(use_case.name)]

    def held(findings: Sequence[Finding]) -> Mapping[int, str]:
        return held_back(use_case, findings, findings, {one.id: _denied(one, apart) for one in findings}, people, apart, besides)

    return held


def entered(use_case: UseCase, store: Store) -> list[Finding]:
    """All that was typed in, oldest first, weighed anew: what a source says of the same moment may have come in since."""
    return store.findings.weigh(use_case.name, rule_of(use_case, store)) if store.findings.all(use_case.name) else []


def _denied(one: Finding, apart: Apart) -> float | None:
    """What a source confirmed for that moment: what says otherwise before what says the same."""
    return next((outcome for outcome in one.denies if apart(outcome, one.outcome)), one.denies[0] if one.denies else None)


def who_entered(findings: Sequence[Finding], truth: pd.DataFrame) -> np.ndarray:
    """(n,) object: who typed in each outcome of ``truth`` (asset, time), ``None`` where a source told it."""
    taken = {(one.asset, pd.Timestamp(one.time)): one.person for one in reversed(findings) if one.held is None}
    who = np.full(len(truth), None, object)
    if taken:
        times = pd.to_datetime(truth["time"], utc=True)
        who[:] = [taken.get(key) for key in zip(truth["asset"], times, strict=True)]
    return who


def weight_of(who: np.ndarray, weight: np.ndarray) -> dict[str, float]:
    """What all that each person typed in weighs by itself. ``who``: (n,) of :func:`who_entered`; ``weight``: (n,)."""
    told: Counter[str] = Counter()
    for person, one in zip(who.tolist(), weight.tolist(), strict=True):
        if person is not None:
            told[person] += one
    return dict(told)
