"""When what people say waits for somebody else: each rule at its edge and just beyond."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from data.records import Person
from data.usecase.file import load
from data.usecase.target import ValueTarget
from models.corrections.corrections import (
    Admission,
    _found,
    apart_of,
    confirmed,
    held_back,
    is_new,
    shares,
    weighed,
    young_of,
)

MILLING = load("milling")
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SECOND, MINUTE, HOUR, DAYS = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=14)
PEOPLE = {name: Person(name, name, "engineer", since=NOON - timedelta(days=400)) for name in ("erik", "dana", "adam", "olga")}
BURST = MILLING.review.burst


def said(number, person="erik", after=timedelta(0), outcome=0.0, raised_by=("olga", "omar"), confirmed_by=None):
    told = {"person": person, "decided": NOON + after, "outcome": outcome, "raised_by": raised_by}
    return SimpleNamespace(id=number, confirmed_by=confirmed_by, **told)


def held(*told, after=(), assets=(), found=None, use_case=MILLING, people=PEOPLE):
    """Why each waits; ``after``: when each was read after the first; ``assets``: of which machine."""
    there = [
        SimpleNamespace(asset=assets[at] if assets else f"M-{at}", time=NOON + (after[at] if after else timedelta(0)))
        for at in range(len(told))
    ]
    known = {one.id: None for one in told} | (found or {})
    return held_back(use_case, told, there, known, people, lambda one, other: one != other)


@pytest.mark.parametrize(
    "age, new", [(DAYS, False), (DAYS - SECOND, True), (DAYS / 2 + SECOND, True), (DAYS + SECOND, False), (timedelta(0), True)]
)
def test_an_account_is_new_for_so_many_days(age, new):
    assert young_of(MILLING) == timedelta(days=MILLING.review.new_account_days) == DAYS
    people = {"eve": Person("eve", "Eve", "engineer", since=NOON - age)}
    assert is_new(people, "eve", NOON, young_of(MILLING)) is new
    assert held(said(1, "eve"), people=people) == ({1: "new_account"} if new else {})
    assert confirmed(said(1, confirmed_by="eve"), people, DAYS) is not new


def test_who_is_not_there_is_new_and_an_account_of_always_is_not():
    assert is_new({}, "eve", NOON, DAYS) and not is_new({"eve": Person("eve", "Eve", "engineer")}, "eve", NOON, DAYS)
    assert not confirmed(said(1), PEOPLE, DAYS)


@pytest.mark.parametrize("by", ["decider", "flagger"])
@pytest.mark.parametrize("n, within, waits", [(BURST, HOUR, 0), (BURST + 1, HOUR, BURST + 1), (BURST + 1, HOUR + SECOND, 0)])
def test_so_many_within_an_hour_are_a_burst(by, n, within, waits):
    people = {str(at): PEOPLE["erik"] for at in range(n)} | PEOPLE
    told = [
        said(
            at,
            "erik" if by == "decider" else str(at),
            within * at / (n - 1),
            raised_by=(str(at), "x") if by == "decider" else ("olga",),
        )
        for at in range(n)
    ]
    found = held(*told[::-1], people=people)
    assert len(found) == waits and set(found.values()) <= {"burst"}


def test_a_burst_holds_back_its_own_hour_and_no_other():
    told = [said(at, after=HOUR / 60 * at / BURST) for at in range(BURST + 1)] + [
        said(99, after=3 * HOUR),
        said(98, after=-3 * HOUR),
    ]
    assert set(held(*told)) == set(range(BURST + 1))


def test_what_is_confirmed_counts_to_no_burst():
    told = [said(at) for at in range(BURST)]
    assert held(*told, said(98, confirmed_by="dana")) == {}


@pytest.mark.parametrize("apart, waits", [(5 * MINUTE, True), (5 * MINUTE + SECOND, False), (timedelta(0), True)])
def test_the_opposite_of_the_same_moment_waits(apart, waits):
    a, b = said(1), said(2, "dana", outcome=1.0)
    for after in ((timedelta(0), apart), (apart, timedelta(0))):
        assert held(a, b, after=after, assets=("M-1", "M-1")) == (dict.fromkeys((1, 2), "contradiction") if waits else {})
    assert held(a, b, after=(timedelta(0), apart), assets=("M-1", "M-2")) == {}
    assert held(a, said(2, "dana"), after=(timedelta(0), apart), assets=("M-1", "M-1")) == {}


@pytest.mark.parametrize(
    "first, second, waits", [("dana", None, [2]), (None, "dana", [1]), ("dana", "dana", [1, 2]), (None, None, [1, 2])]
)
def test_of_two_opposites_the_one_that_somebody_confirmed_counts(first, second, waits):
    told = said(1, confirmed_by=first), said(2, outcome=1.0, confirmed_by=second)
    assert sorted(held(*told, assets=("M-1", "M-1"))) == waits


@pytest.mark.parametrize(
    "one, inspected, why",
    [
        (said(1), 1.0, "inspection"),
        (said(1), 0.0, None),
        (said(1), None, None),
        (said(1, confirmed_by="dana"), 1.0, None),
        (said(1, raised_by=("erik",)), None, "alone"),
        (said(1, raised_by=("erik",)), 1.0, "inspection"),
        (said(1, raised_by=("erik", "olga")), None, None),
        (said(1, raised_by=()), None, None),
        (said(1, raised_by=("erik",), confirmed_by="dana"), None, None),
    ],
)
def test_what_an_inspection_denies_and_what_one_person_stands_behind_waits_where_it_matters(one, inspected, why):
    assert MILLING.second_person and held(one, found={1: inspected}).get(1) == why
    easy = MILLING.model_copy(update={"consequence": 1})
    assert not easy.second_person and held(one, found={1: inspected}, use_case=easy) == {}


def test_what_waits_already_keeps_its_first_reason():
    assert held(said(1, "ghost", raised_by=("ghost",)), found={1: 1.0}) == {1: "new_account"}


@pytest.mark.parametrize("rows, share", [(25_000, 1.0), (12_500, 0.5), (1e9, 1.0), (0, 0.0)])
def test_a_person_s_share_is_of_everything_else(rows, share):
    """Twenty of 25 are 500: two in a hundred of 25,000."""
    told = [SimpleNamespace(held=None, correction=said(at)) for at in range(20)]
    assert MILLING.review.person_share == 0.02
    assert shares(MILLING, told, rows) == {"erik": pytest.approx(share)}
    waiting = SimpleNamespace(held="burst", correction=said(99))
    assert shares(MILLING, [*told, waiting], rows) == {"erik": pytest.approx(share)}
    more = shares(MILLING, told[:10], rows, {"erik": 10 * 25.0, "dana": 0.0})
    assert more == {"erik": pytest.approx(share), "dana": 1.0}


def test_two_values_differ_by_more_than_the_champion_is_usually_off():
    kiln = MILLING.model_copy(
        update={"task": "regression", "target": ValueTarget(label="NOx", unit="mg/m³", allowed=(None, 80.0))}
    )
    figures = {"held_out": {"mae": {"value": 2.0}}}

    def store(champion, figures=figures):
        one = SimpleNamespace(number=1) if champion else None
        return SimpleNamespace(releases=SimpleNamespace(champion=lambda _: one, get=lambda *_: SimpleNamespace(figures=figures)))

    apart = apart_of(kiln, store(True))
    assert [apart(50.0, other) for other in (52.0, 48.0, 52.01, 47.99)] == [False, False, True, True]
    assert [apart(80.0, other) for other in (80.5, 79.0)] == [True, False], "one of them is bad"
    for unknown in (store(False), store(True, {})):
        assert apart_of(kiln, unknown)(50.0, 50.0) is False and apart_of(kiln, unknown)(50.0, 50.01) is True
    assert apart_of(MILLING, None)(0.0, 1.0) and not apart_of(MILLING, None)(1.0, 1.0)


def test_each_correction_weighs_its_person_s_share_and_what_waits_nothing():
    told = [Admission(said(at), None, 0.0) for at in range(20)] + [Admission(said(99), None, 0.0, "burst")]
    assert [one.weight for one in weighed(MILLING, told, 12_500)] == [pytest.approx(12.5)] * 20 + [0.0]


@pytest.mark.parametrize(
    "told, found",
    [
        ([(0.0, "x"), (1.0, "y")], 1.0),
        ([(0.0, "x")], 0.0),
        ([(1.0, "erik")], None),
        ([(1.0, "erik"), (0.0, "x")], 0.0),
        ([], None),
    ],
)
def test_of_what_others_found_what_says_otherwise_comes_first(told, found):
    truths = [SimpleNamespace(outcome=outcome, by=by) for outcome, by in told]
    store = SimpleNamespace(readings=SimpleNamespace(truth_at=lambda *_: truths))
    seen = SimpleNamespace(use_case="milling", asset="M-1", time=NOON)
    assert _found(store, said(1), seen, lambda one, other: one != other) == found
