"""Held-out rows are looked at by people: what two of them say counts, what the history says is kept, and each release is judged on both."""

import numpy as np
import pandas as pd
import pytest

from data.records import HeldAnswer, Person
from data.store import Conflict
from data.usecase.file import load
from data.usecase.target import ValueTarget
from models.corrections.adjudication import open_for, settled, settled_of
from models.training.gold import gold_set
from tests.deliveries import at

MILLING = load("milling")


def answer(person, outcome, asset="M-01", second=0.0, cause=None):
    return HeldAnswer("milling", asset, at(second), 0.0, outcome, cause, person)


def table(*keys):
    return pd.DataFrame(
        {"asset": [a for a, _ in keys], "time": pd.to_datetime([at(s) for _, s in keys], utc=True), "cause": [None] * len(keys)}
    )


def test_what_one_person_says_changes_nothing_and_nobody_speaks_twice(staffed):
    store = staffed
    store.held_answers.say([answer("erik", 1.0)])
    assert settled_of(MILLING, store).answers == {}
    with pytest.raises(Conflict, match="said before"):
        store.held_answers.say([answer("erik", 0.0, "M-02"), answer("erik", 0.0)])
    assert len(store.held_answers.all("milling")) == 1, "all of them or none"
    store.held_answers.say([answer("dana", 1.0, cause="HDF")])
    assert list(settled_of(MILLING, store).answers.values()) == [(1.0, "HDF")]
    assert store.audit.trail(f"held_out:M-01/{int(at(0).timestamp() * 1e6)}")[-1].action == "say_of_held_out"


def test_two_who_differ_wait_for_a_third():
    said = [answer("erik", 1.0), answer("dana", 0.0)]
    assert settled(MILLING, said).answers == {}
    assert [outcome for outcome, _ in settled(MILLING, [*said, answer("adam", 0.0)]).answers.values()] == [0.0]
    four = [*said, answer("adam", 0.0), answer("mona", 1.0)]
    assert settled(MILLING, four).answers == {}, "two against two"


@pytest.mark.parametrize(
    "values, counts",
    [([50.0, 60.0], [55.0]), ([50.0, 90.0], []), ([50.0, 60.0, 90.0], [55.0]), ([81.0, 60.0, 90.0], [85.5]), ([50.0], [])],
)
def test_of_a_value_the_middle_counts_once_they_agree_whether_it_is_bad(values, counts):
    target = ValueTarget(label="NOx", unit="mg/m³", allowed=(None, 80.0))
    kiln = MILLING.model_copy(update={"task": "regression", "target": target})
    said = [answer(person, value) for person, value in zip(("erik", "dana", "adam"), values, strict=False)]
    assert [outcome for outcome, _ in settled(kiln, said).answers.values()] == counts


def test_the_answers_lie_over_the_history_and_over_nothing_else():
    found = settled(MILLING, [answer("erik", 1.0, cause="OSF"), answer("dana", 1.0)])
    rows = table(("M-01", 0), ("M-01", 1), ("M-02", 0))
    y, known = found.over(rows, np.zeros(3))
    assert y.tolist() == [1.0, 0.0, 0.0] and known.tolist() == [True, False, False]
    assert found.caused(rows)["cause"].tolist() == ["OSF", None, None]
    live = rows.assign(origin="truth")
    assert found.over(live, np.zeros(3))[0].sum() == 0, "an inspection of the line is no row of the history"


def test_what_a_new_account_says_of_a_held_out_row_does_not_count_yet(staffed):
    staffed.people.save(Person("sock", "Sock", "engineer"), "adam")  # a second old
    staffed.held_answers.say([answer("erik", 1.0)])
    staffed.held_answers.say([answer("sock", 1.0)])
    assert settled_of(MILLING, staffed).answers == {}
    staffed.held_answers.say([answer("dana", 1.0)])
    assert len(settled_of(MILLING, staffed).answers) == 1


def test_nobody_is_asked_again_of_what_they_said_or_what_is_settled(staffed):
    store = staffed
    rows = table(("M-01", 0), ("M-02", 0), ("M-03", 0))
    store.held_answers.say([answer("erik", 1.0), answer("erik", 1.0, "M-02")])
    store.held_answers.say([answer("dana", 1.0)])
    left = {who: open_for(who, MILLING, store, rows)["asset"].tolist() for who in ("erik", "dana", "adam")}
    assert left == {"erik": ["M-03"], "dana": ["M-02", "M-03"], "adam": ["M-02", "M-03"]}


def test_a_gold_set_looked_at_anew_is_another_version_and_keeps_the_first(tmp_path):
    first = gold_set(tmp_path, MILLING)
    row = first.table.iloc[int(np.flatnonzero(first.y == 0)[0])]
    said = [HeldAnswer("milling", row["asset"], row["time"].to_pydatetime(), 0.0, 1.0, "PWF", who) for who in ("erik", "dana")]
    anew = gold_set(tmp_path, MILLING, settled(MILLING, said))
    assert (first.version, anew.version) == (1, 2) and anew.digest != first.digest
    assert anew.y.sum() == first.y.sum() + 1 and np.array_equal(anew.first, first.y)
    changed = anew.table[anew.y != anew.first]
    assert changed["cause"].tolist() == ["PWF"] and changed["asset"].tolist() == [row["asset"]]
    assert gold_set(tmp_path, MILLING).digest == first.digest, "its file stays as it is"
