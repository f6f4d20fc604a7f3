"""Labels that the rest of the history denies: found where they lie, by confidence out of fold, and by reviewed cases where halves differ."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from data.records import Prediction, State
from data.usecase.file import load
from data.usecases.milling.history import training_history
from models.corrections.exchanged import Exchanged
from models.corrections.label_errors import Part, issues, parts_denied
from models.corrections.mending import Denied, mended
from models.corrections.place_of_evidence import within
from models.corrections.repair_preview import previewed
from models.dataset.choices import Choices

MILLING = load("milling")
N = 6000
WIDTH = len(MILLING.features)
KIND, KINDS = list(MILLING.features).index("product_type"), MILLING.signals["product_type"].categories


@pytest.fixture(scope="module")
def line():
    """A history of four days whose failures follow one rule of two values, and a few at random; every fifth row is held out."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(N, WIDTH)).astype(np.float32)
    table = pd.DataFrame(
        {
            "asset": np.array(MILLING.assets[:24], object)[rng.integers(0, 24, N)],
            "time": pd.Timestamp("2022-01-10", tz="UTC") + pd.to_timedelta(np.sort(rng.random(N)) * 4 * 86_400, unit="s"),
            "product_type": rng.choice(["L", "M", "H"], N),
            "origin": "history",
        }
    )
    bad = (x[:, 1] + x[:, 2] > 2.2) | (rng.random(N) < 0.004)
    return table, x, bad, np.arange(N) % 5 > 0


NOBODY = np.empty((0, WIDTH), np.float32), np.empty(0, bool)


def night(table):
    hour = table["time"].dt.tz_convert("Europe/Berlin").dt.hour
    return ((hour >= 22) | (hour < 6)).to_numpy()


def test_a_history_without_a_flaw_is_left_alone(line):
    table, x, bad, learned = line
    assert parts_denied(MILLING, table, x, bad, learned, *NOBODY) == []


def test_a_shift_that_writes_down_the_opposite_is_named_and_little_else_is_touched(line):
    table, x, bad, learned = line
    wrong = night(table) & (np.random.default_rng(1).random(N) < 0.1)
    (one,) = parts_denied(MILLING, table, x, bad ^ wrong, learned, *NOBODY)
    assert (one.kind, one.value) == ("shift", "22:00")
    assert wrong[one.rows].mean() > 0.9 and learned[one.rows].all() and len(one.rows) > 0.7 * (wrong & learned).sum()
    assert not learned[one.held_out].any() and wrong[one.held_out].mean() > 0.9


def test_where_half_of_the_history_is_wrong_reviewed_cases_say_which(line):
    table, x, bad, learned = line
    early = np.arange(N) < N // 2
    said = bad.copy()
    rule = x[:, 1] + x[:, 2]
    said[early & (rule > 2.2) & (x[:, 3] < 0)] = False
    rng = np.random.default_rng(2)
    seen = rng.normal(size=(3000, WIDTH)).astype(np.float32)
    seen = seen[(seen[:, 1] + seen[:, 2] > 2.5) & (seen[:, 3] < -0.2)][:8]
    assert len(seen) == 8
    (one,) = parts_denied(MILLING, table, x, said, learned, seen, np.ones(8, bool))
    assert one.kind == "time" and one.value.startswith("until 2022-01-1")
    assert (said != bad)[one.rows].mean() > 0.75 and early[one.rows].mean() > 0.95
    assert parts_denied(MILLING, table, x, said, learned, *NOBODY) == [], "nobody says which half is right"


def test_two_products_that_were_exchanged_are_named_and_no_label_is_put_right(line):
    table, x, _, learned = line
    x, rng = x.copy(), np.random.default_rng(4)
    x[:, KIND] = rng.integers(0, 3, N)
    rule, early = x[:, 1] + x[:, 2], np.arange(N) < N // 2
    bad = rule > np.array([1.4, 2.6, 2.0])[x[:, KIND].astype(int)]
    seen, told = (some[~early & (rule > 1.6) & (rule < 2.4) & (x[:, KIND] < 2)][:8] for some in (x, bad))
    flawed = x.copy()
    flawed[early, KIND] = np.array([1, 0, 2])[x[early, KIND].astype(int)]
    (one,) = parts_denied(MILLING, table, flawed, bad, learned, seen, told)
    assert one.kind == "time" and one.value.startswith("until")
    assert (one.exchanged.signal, one.exchanged.one, one.exchanged.other) == ("product_type", *KINDS[:2])
    assert one.exchanged.right >= 0.95 * one.exchanged.rows and not len(one.held_out)
    history = table.assign(outcome=bad.astype(float), cause=None)
    assert mended(MILLING, history, [], [one], Choices(label_errors="relabel")).equals(history)
    assert len(mended(MILLING, history, [], [one], Choices(label_errors="leave_out"))) == N - len(one.rows)


def test_an_issue_is_told_with_the_confidence_that_its_other_label_has():
    bad = np.array([True] * 10 + [False] * 30)
    risk = np.r_[np.full(9, 0.9), 0.01, np.full(29, 0.02), 0.95]
    assert np.flatnonzero(issues(risk, bad, np.ones(40, bool))).tolist() == [9, 39]


def test_a_repair_puts_right_what_is_learned_from_and_nothing_that_is_held_out(line):
    table, _, bad, _ = line
    history = table.assign(outcome=bad.astype(float), cause=None)
    rows, aside = np.array([3, 4]), np.array([5])
    part = Part("shift", "22:00", rows, aside, 0.1, 0.0)
    put_right = mended(MILLING, history, [], [part], Choices(label_errors="relabel"))
    changed = np.flatnonzero(put_right["outcome"].to_numpy() != history["outcome"].to_numpy())
    assert changed.tolist() == rows.tolist() and history["outcome"].equals(pd.Series(bad.astype(float), name="outcome"))
    out = mended(MILLING, history, [], [part], Choices(label_errors="leave_out"))
    assert len(out) == N - 2 and 5 in out.index
    assert mended(MILLING, history, [], [part], Choices()).equals(history)


def reading(asset, when):
    moment = pd.Timestamp(when, tz="UTC").to_pydatetime()
    return Prediction("milling", 1, asset, moment, 1, {}, 1, 0.1, State.NORMAL, 0.0, {})


def test_a_repair_stays_with_the_machine_or_the_shift_of_its_evidence(line):
    table = line[0]
    rows, tied = within(MILLING, [reading("M-03", "2026-03-02 08:00"), reading("M-03", "2026-03-03 20:00")], table)
    assert tied == {"asset": "M-03"} and np.array_equal(rows, (table["asset"] == "M-03").to_numpy())
    rows, tied = within(MILLING, [reading("M-03", "2026-03-02 08:00"), reading("M-04", "2026-03-02 09:00")], table)
    assert tied == {} and rows.all(), "spread over machines; within one day no shift stands out"
    many = [reading("M-03", f"2026-03-02 {8 + at // 6:02}:{10 * (at % 6):02}") for at in range(40)]
    assert within(MILLING, [*many, reading("M-07", "2026-03-02 09:00")], table)[1] == {"asset": "M-03"}, (
        "a stray case unties nothing"
    )
    nights = [reading(f"M-0{day}", f"2026-03-0{day} 23:30") for day in range(2, 7)]
    rows, tied = within(MILLING, nights, table)
    assert tied == {"shift": "22:00"} and np.array_equal(rows, night(table))


def test_what_a_repair_would_change_on_the_screens_of_the_last_week_is_told_before_it_is_made():
    clean = training_history(MILLING, rows=4000)
    power = (clean["cause"] == "PWF").to_numpy()
    flawed = clean.assign(outcome=clean["outcome"].where(~power, 0.0), origin="history")
    live = training_history(MILLING, rows=3000, seed=99, first_day=21_000)
    long_ago = live.assign(time=live["time"] - pd.Timedelta(days=30), asset="M-24")
    shown = pd.concat([live, long_ago], ignore_index=True)
    store = SimpleNamespace(readings=SimpleNamespace(contributions_drawn=lambda *_: (shown, None, None, len(shown))))
    part = Part("shift", "22:00", np.flatnonzero(power), np.array([], int), 0.1, 0.0)
    aside = np.zeros(len(flawed), bool)
    week = previewed(MILLING, store, 1, Denied(flawed, [], [part], aside))
    failures = (live["cause"] == "PWF").sum()
    assert week.readings == len(live) and 0.4 * failures < week.more < 1.6 * failures and week.fewer < 0.2 * failures
    assert previewed(MILLING, store, 1, Denied(flawed, [], [], aside)) is None
    pair = Exchanged("product_type", "L", "H", 40, 38)
    assert previewed(MILLING, store, 1, Denied(flawed, [], [replace(part, exchanged=pair)], aside)) is None, (
        "no label is turned there"
    )
