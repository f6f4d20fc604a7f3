"""What helps people who review all day: alike cases and one verdict for them, cases drawn at random, and how far reviewers agree."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np

from data import clock
from data.people import Action, verb
from data.records import Case, CaseOrigin, Finding, Person, Verdict
from data.sentence import sentence_of
from data.store import NotFound, Store, StoreError
from data.usecase.use_case import UseCase
from explainers.local.alike import alike
from models.corrections.entered import rule_of
from models.review.priority import drawn_priority

_DRAWN = 400  # readings looked through for one that nobody has flagged


@dataclass(frozen=True, slots=True)
class Agreement:
    """Krippendorff's alpha over cases with two independent verdicts: 1 is agreement, 0 what chance would give. ``None``: too few."""

    cases: int
    same: int
    alpha: float | None


def due(use_case: UseCase, now: datetime | None = None) -> datetime:
    """Until when a case that is opened now should be answered."""
    return (now or clock.now()) + timedelta(hours=use_case.review.due_h)


def clusters(use_case: UseCase, store: Store, cases: Sequence[Case]) -> dict[int, int]:
    """The cluster of each case of ``use_case``, by their reasons and by what was said of them: case id -> number, largest first."""
    rows, known = [], []
    for case in cases:  # a screen's worth of them
        try:
            seen = store.readings.prediction(use_case.name, case.reading)
        except NotFound:
            continue
        groups = [sum(seen.contributions.get(f, 0.0) for f in group.features) for group in use_case.groups.values()]
        rows.append(groups)
        known.append(case)
    if not rows:
        return {}
    said = [f"{case.kind}/{case.reason}/{case.state.value in ('second', 'disputed')}" for case in known]
    _, codes = np.unique(said, return_inverse=True)
    found = alike(np.array(rows), codes, of=np.array([case.asset for case in known]))
    return {case.id: int(of) for case, of in zip(known, found, strict=True)}


@verb(Action.REVIEW)
def decide_all(store: Store, person: Person | None, verdict: Verdict, cases: Sequence[Case]) -> dict[int, str]:
    """Give the same verdict on several cases, each claimed for it. Returns why it was not given, by case; the others have it.

    A bad stretch is not carried over: each of the others is bad at its own moment. Of a case of which something was said since it was read
    (``cases`` as they were on the screen) nothing is decided, and it is nobody's more than it was.

    Raises:
        NotAllowed: not with that role.
    """
    assert person is not None
    failed = {}
    verdict = replace(verdict, about=replace(verdict.about, start=None, end=None))
    for case in cases:
        mine = case.claimed_by == person.id
        try:
            store.feedback.claim(case.id, person.id, seen=case)
        except StoreError as error:
            failed[case.id] = sentence_of(error)
            continue
        try:
            store.feedback.decide(replace(verdict, case=case.id, person=person.id), seen=case)
        except (StoreError, ValueError) as error:
            failed[case.id] = sentence_of(error)
            if not mine:
                store.feedback.unclaim(case.id, person.id)
    return failed


@verb(Action.REVIEW)
def report_inspection(
    use_case: UseCase, store: Store, person: Person | None, case: Case, outcome: float, cause: str | None
) -> Finding:
    """Enter what an inspection or a laboratory has found of a case's moment: it becomes its truth, unless it has to wait for a second person
    (:mod:`models.corrections.entered`), and brings a waiting case back.

    Raises:
        NotAllowed: not with that role.
        NotFound: the reading is gone, or the use case has no such outcome or cause.
        Conflict: something was found since the case was read, as ``case`` has it.
    """
    assert person is not None
    return store.findings.enter(case, person.id, outcome, cause, rule_of(use_case, store))


def draw_sample(use_case: UseCase, store: Store, seed: int) -> Case | None:
    """Put one prediction that nobody flagged into review, when fewer than the use case's share of all cases are such.

    One in two is drawn among readings with advice (plausible alarms that nobody questioned), one among all others: flags miss what looks right.
    """
    share = use_case.review.sample_share
    opened = store.feedback.origins(use_case.name)
    wanted = math.floor(share / (1 - share) * opened[CaseOrigin.FLAG] + 1e-9) if share else 0
    champion = store.releases.champion(use_case.name)
    if opened[CaseOrigin.SAMPLE] >= wanted or champion is None:
        return None
    table, _, score, _ = store.readings.contributions_drawn(use_case.name, champion.number, _DRAWN, seed)
    advised = score >= use_case.advice.possible.enter
    order = np.argsort(advised if opened[CaseOrigin.SAMPLE] % 2 else ~advised, kind="stable")
    for at in order[:20]:
        risk = float(score[at])
        priority = drawn_priority(use_case, risk).value
        case = store.feedback.open_sample(use_case.name, int(table["id"].iloc[at]), priority, due(use_case), use_case.reviewers)
        if case is not None:
            return case
    return None


def agreement(store: Store, use_case: UseCase) -> Agreement:
    """How far two reviewers who did not know of each other found the same: Krippendorff's alpha, nominal, of kind and outcome.

    Two values a case and none missing (Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability", section B): the share of cases
    that differ, against the share of all pairs of values that do. ``None`` where everything said is one and the same.
    """
    pairs = store.feedback.double_reviewed(use_case.name)
    told = [[f"{one.kind}/{one.outcome}" for one in pair] for pair in pairs]
    same = sum(a == b for a, b in told)
    said = Counter(value for pair in told for value in pair)
    if len(pairs) < 2 or len(said) < 2:
        return Agreement(len(pairs), same, None)
    values = said.total()
    expected = 1 - sum(n * (n - 1) for n in said.values()) / (values * (values - 1))
    return Agreement(len(pairs), same, 1 - (1 - same / len(pairs)) / expected)
