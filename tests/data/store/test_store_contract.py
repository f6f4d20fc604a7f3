"""Readings in every kind of store: recorded once, found again, and what the screens ask of them."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.records import Flag, FlagKind, State
from data.store import Conflict, NotFound
from tests.conftest import STORES
from tests.deliveries import ZERO, ZERO_US, at, record, refused, scored_batch, truths

WHOLE = at(-10_000), at(10_000)


def sequences(store, use_case, asset):
    return store.readings.history(use_case.name, asset, *WHOLE)["sequence"].tolist()


def test_a_reading_comes_back_as_it_was_recorded(store, use_case, scored_batch, record):
    record(scored_batch(0, 8, score=np.arange(8) / 10, state=State.POSSIBLE, release=7))
    seen = store.readings.board("milling")
    assert [s.prediction.asset for s in seen] == ["M-01", "M-02", "M-03", "M-04"]
    last = store.readings.prediction("milling", seen[3].prediction.id)
    assert last == seen[3].prediction
    assert (last.asset, last.time, last.sequence, last.release, last.state) == ("M-04", at(1), 1, 7, State.POSSIBLE)
    assert last.values["torque"] == 0.7 and last.values["product_type"] == "M" and last.score == 0.7
    assert list(last.contributions) == list(use_case.features)
    assert last.contributions["torque"] == pytest.approx(7.04) and last.base == pytest.approx(7.09)


def test_a_delivery_that_comes_twice_is_recorded_once(store, scored_batch, record):
    assert record(scored_batch(0, 8), refused(8), last=8).readings == 8
    again = record(scored_batch(0, 8), refused(8), last=8)
    assert (again.readings, again.quarantined) == (0, 0)
    longer = record(scored_batch(4, 16), refused(8), last=15)
    assert longer.readings == 7  # up to 8 all is dealt with; of 9 to 15 none is missing
    assert store.readings.counts("milling")["quarantined"] == 1 and store.readings.position("line:1").last == 15


@pytest.mark.parametrize("kind", STORES)
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(steps=st.lists(st.tuples(st.integers(0, 30), st.integers(1, 40), st.booleans()), min_size=1, max_size=12))
def test_whatever_is_delivered_again_nothing_is_lost_or_doubled(tmp_path_factory, use_case, kind, steps):
    folder = tmp_path_factory.mktemp("store")
    store, done = STORES[kind](folder), -1
    store.readings.prepare(use_case)
    for back, count, restarts in steps:
        first = max(0, done + 1 - back)  # a source goes on after the last position, or somewhere before it
        done = max(done, first + count - 1)
        record(store, use_case, scored_batch(use_case, first, first + count))
        if restarts:
            store.close()
            store = STORES[kind](folder)
    assert store.readings.position("line:1").last == done
    assert store.readings.counts("milling")["readings"] == done + 1
    for number in range(4):
        assert sequences(store, use_case, use_case.assets[number]) == [p // 4 for p in range(done + 1) if p % 4 == number]
    store.close()


def test_rows_of_a_second_worker_are_refused_whole(store, use_case, scored_batch, record):
    record(scored_batch(0, 8))
    with pytest.raises(Conflict, match="recorded already"):
        record(scored_batch(4, 12, source="other"), refused(12), truths(("M-01", 0, 1, 1.0, "HDF")))
    assert store.readings.position("other") is None
    assert store.readings.counts("milling") == {"readings": 8, "quarantined": 0, "truths": 0, "flags": 0, "cases_open": 0}


@pytest.mark.parametrize("what", ["score", "contributions", "values"])
@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_number_that_is_none_is_refused_not_recorded_as_missing(store, scored_batch, record, what, bad):
    made = scored_batch(0, 8)
    (made.batch.values if what == "values" else getattr(made, what)).flat[3] = bad
    with pytest.raises(ValueError, match="not a finite number"):
        record(made)
    assert store.readings.counts("milling")["readings"] == 0 and store.readings.position("line:1") is None


def test_a_reading_from_the_past_is_kept_but_is_not_the_newest(store, use_case, scored_batch, record):
    record(scored_batch(40, 48, score=0.9, state=State.LIKELY))
    record(scored_batch(0, 8, source="late"))
    assert [s.prediction.time for s in store.readings.board("milling")] == [at(11)] * 4
    assert store.readings.last_seen("milling")["M-01"][1] == 11
    assert (
        store.readings.newest_us("milling")
        == store.readings.newest_us("milling", ["M-01"])
        == store.readings.last_seen("milling")["M-01"][0]
    )
    assert store.readings.newest_us("milling", ["nobody"]) is None
    assert sequences(store, use_case, "M-01") == [0, 1, 10, 11]
    assert store.readings.recent_advice("milling", at(0))["end"].isna().all()  # what was long ago does not end advice


def test_old_and_new_readings_in_one_delivery(store, scored_batch, record):
    record(scored_batch(20, 24, assets=1, state=State.LIKELY))
    made = scored_batch(18, 28, assets=1, source="mixed")
    rows = np.array([6, 8, 7, 0])  # sequences 24, 26, 25, 18
    for name in ("positions", "asset", "time_us", "sequence", "values"):
        object.__setattr__(made.batch, name, getattr(made.batch, name)[rows])
    for name in ("score", "contributions", "state"):
        object.__setattr__(made, name, getattr(made, name)[rows])
    object.__setattr__(made.batch, "positions", np.arange(4))
    record(made)
    (newest,) = store.readings.board("milling")
    assert newest.prediction.sequence == 26 and newest.state_since == at(24)


def test_since_when_a_state_lasts_is_known_across_deliveries(store, scored_batch, record):
    likely, normal = State.LIKELY, State.NORMAL
    record(scored_batch(0, 4, assets=1, state=[normal, normal, likely, likely]))
    assert store.readings.board("milling")[0].state_since == at(2)
    record(scored_batch(4, 8, assets=1, state=likely))
    assert store.readings.board("milling")[0].state_since == at(2)
    record(scored_batch(8, 10, assets=1, state=[State.POSSIBLE, State.POSSIBLE]))
    assert store.readings.board("milling")[0].state_since == at(8)
    record(scored_batch(10, 13, assets=1, state=[normal, State.POSSIBLE, State.POSSIBLE]))
    assert store.readings.board("milling")[0].state_since == at(11)


def test_spells_of_advice_are_told_with_their_worst_moment(store, scored_batch, record):
    normal, possible, likely = State.NORMAL, State.POSSIBLE, State.LIKELY
    record(scored_batch(0, 4, assets=1, score=[0.1, 0.6, 0.7, 0.6], state=[normal, possible, possible, possible]))
    record(scored_batch(4, 8, assets=1, score=[0.9, 0.8, 0.1, 0.1], state=[likely, likely, normal, normal]))
    record(scored_batch(8, 12, assets=1, score=[0.5, 0.1, 0.1, 0.6], state=[possible, normal, normal, possible]))
    advice = store.readings.recent_advice("milling", at(0))
    assert advice["start"].tolist() == [at(11), at(8), at(1)]
    assert advice["end"].isna().tolist() == [True, False, False]
    assert advice["end"].tolist()[1:] == [at(9), at(6)]
    assert advice["state"].tolist() == ["possible", "possible", "likely"] and advice["score"].tolist() == [0.6, 0.5, 0.9]
    assert store.readings.prediction("milling", int(advice["reading"].iloc[2])).time == at(4)
    assert store.readings.recent_advice("milling", at(9.5))["start"].tolist() == [at(11)]
    assert store.readings.recent_advice("milling", at(100))["start"].tolist() == [at(11)]  # it still lasts
    assert len(store.readings.recent_advice("milling", at(0), limit=2)) == 2


def test_the_trend_holds_the_highest_risk_of_each_minute(store, scored_batch, record):
    score = np.zeros(240)
    score[[30, 170]] = 0.8, 0.4  # of M-03: seconds 7 and 42; the second delivery begins at second 40
    record(scored_batch(0, 160, score=score[:160]))
    record(scored_batch(160, 400, score=np.r_[score[160:], np.full(160, 0.3)]))
    trend = store.readings.trend("milling", at(0))
    third = trend[trend["asset"] == "M-03"]
    assert third["minute"].tolist() == [at(0), at(60)]
    assert third["risk"].tolist() == [0.8, 0.3] and third["rows"].tolist() == [60, 40]
    assert store.readings.trend("milling", at(60))["minute"].unique().tolist() == [at(60)]


def test_history_is_the_newest_of_an_interval_in_time_order(store, use_case, scored_batch, record):
    record(scored_batch(0, 80, state=State.POSSIBLE))
    seen = store.readings.history("milling", "M-02", at(5), at(15))
    assert list(seen.columns) == [
        "id",
        "time",
        "sequence",
        *use_case.signals,
        "release",
        "score",
        "state",
        "predicted",
        "novelty",
    ]
    assert seen["time"].tolist() == [at(s) for s in range(5, 16)] and seen["state"].unique().tolist() == ["possible"]
    assert set(seen["product_type"]) == {"L", "M", "H"} and seen["torque"].iloc[0] == 2.1
    assert store.readings.history("milling", "M-02", at(5), at(15), limit=3)["sequence"].tolist() == [13, 14, 15]
    empty = store.readings.history("milling", "M-24", *WHOLE)
    assert len(empty) == 0 and list(empty.columns) == list(seen.columns) and (empty.dtypes == seen.dtypes).all()


def test_the_readings_beside_one_are_its_assets(store, scored_batch, record):
    record(scored_batch(0, 12))
    ids = store.readings.history("milling", "M-02", *WHOLE)["id"].tolist()
    assert store.readings.beside("milling", ids[1]) == (ids[0], ids[2])
    assert store.readings.beside("milling", ids[0]) == (None, ids[1]) and store.readings.beside("milling", ids[2]) == (
        ids[1],
        None,
    )


@pytest.mark.parametrize("reading", [0, -1, 999, 10**30])
def test_a_reading_that_does_not_exist_is_said_to_be_missing(store, scored_batch, record, reading):
    record(scored_batch(0, 4))
    with pytest.raises(NotFound):
        store.readings.prediction("milling", reading)


def test_contributions_are_of_the_release_that_is_asked_for(store, use_case, scored_batch, record):
    record(scored_batch(0, 8, release=1))
    record(scored_batch(8, 16, release=2))
    record(scored_batch(16, 20, release=1))
    table, shares, score = store.readings.contributions("milling", 1, 6)
    assert (table["torque"] * 10).round().tolist() == [19, 18, 17, 16, 7, 6]  # the newest first
    assert shares.shape == (6, len(use_case.features) + 1) and shares[4, 0] == 7 and len(score) == 6
    table, shares, score = store.readings.contributions("milling", 3, 6)
    assert len(table) == len(score) == 0 and shares.shape == (0, len(use_case.features) + 1)


def test_the_first_reading_of_each_asset_in_each_span(store, use_case, scored_batch, record):
    record(scored_batch(0, 80))  # four assets, one reading of each a second, for twenty seconds
    spans = [(ZERO_US + first * 1_000_000, ZERO_US + stop * 1_000_000) for first, stop in ((0, 5), (5, 6), (18, 40), (40, 60))]
    found = store.readings.first_of_each("milling", spans)
    assert sorted(found["asset"].unique()) == ["M-01", "M-02", "M-03", "M-04"] and len(found) == 12
    for asset, own in found.groupby("asset"):
        assert [(one - ZERO).total_seconds() for one in own["time"]] == [0, 5, 18]
        whole = store.readings.history("milling", asset, ZERO, at(60)).set_index("id")
        assert np.allclose(own["torque"], whole.loc[own["id"], "torque"])
    assert store.readings.first_of_each("milling", [(0, 1)]).empty


def test_a_draw_is_of_the_release_over_all_that_it_predicted_and_a_larger_one_holds_the_smaller(
    store, use_case, scored_batch, record
):
    for first in range(0, 800, 40):
        record(scored_batch(first, first + 40, release=1 if first < 600 else 2))
    few, shares, score, total = store.readings.contributions_drawn("milling", 1, 50)
    more, *_ = store.readings.contributions_drawn("milling", 1, 200)
    assert len(few) == len(shares) == len(score) == 50 and total == 600 and len(more) == 200
    assert set(few["id"]) <= set(more["id"]) and few["id"].is_unique
    assert few["id"].max() <= 600 and few["id"].std() > 100  # over all of them, not the newest
    assert (shares[:, 0] == few["id"] - 1).all()  # each with its own shares
    assert set(store.readings.contributions_drawn("milling", 1, 50)[0]["id"]) == set(few["id"])
    assert set(store.readings.contributions_drawn("milling", 1, 50, seed=1)[0]["id"]) != set(few["id"])
    everything, *_ = store.readings.contributions_drawn("milling", 2, 10_000)
    assert sorted(everything["id"]) == list(range(601, 801))
    nothing, shares, _, total = store.readings.contributions_drawn("milling", 9, 10)
    assert len(nothing) == total == 0 and shares.shape == (0, len(use_case.features) + 1)


def test_how_new_a_reading_is_is_kept_and_may_be_unknown(store, scored_batch, record):
    from dataclasses import replace

    record(replace(scored_batch(0, 4), novelty=np.array([0.2, 1.0, 1.5, 7.0], np.float32)))
    record(scored_batch(4, 5))
    kept = [store.readings.prediction("milling", reading) for reading in range(1, 6)]
    assert [one.novelty for one in kept] == [pytest.approx(0.2), 1.0, 1.5, 7.0, None]
    assert [one.is_new for one in kept] == [False, False, True, True, False]
    assert {one.prediction.asset for one in store.readings.board("milling") if one.prediction.is_new} == {"M-03", "M-04"}


def test_truth_may_come_before_or_after_its_readings(store, scored_batch, record):
    failed = (
        ("M-01", 0, 4, 1.0, "HDF"),
        ("M-01", 5, 9, 0.0, None),
        ("M-02", 0, 9, 1.0, "TWF"),
    )  # two products, one in two intervals
    told = truths(*failed, ("M-03", 0, 9, 0.0, None), ("M-04", 0, 9, 0.0, None))
    score = np.full(40, 0.1)
    score[[4, 24, 27]] = 0.9  # M-01 at second 1 (caught) and 6 (the same product), M-04 at second 6 (a false alarm)
    record(scored_batch(0, 8, score=score[:8]), truth=told)
    record(scored_batch(8, 40, score=score[8:]))
    found = store.readings.performance("milling", at(0), at(2000), 0.5).drop(columns="time")
    assert found.sum().to_dict() == {"confirmed": 4, "caught": 1, "missed": 1, "false_alarms": 1, "right": 2}
    assert store.readings.performance("milling", at(2000), at(4000), 0.5).empty
    assert record(truth=told).truths == 0 and store.readings.counts("milling")["truths"] == 5
    overlapping = store.readings.truth_at("milling", "M-01", at(4), at(5))
    assert [(t.outcome, t.cause, t.start) for t in overlapping] == [(1.0, "HDF", at(0)), (0.0, None, at(5))]
    assert store.readings.truth_at("milling", "M-01", at(10), at(20)) == []


def test_labelled_readings_are_one_an_interval_and_weigh_what_they_stand_for(store, scored_batch, record):
    record(scored_batch(0, 80))
    quiet = [("M-02", s, s + 4, 0.0, None) for s in range(0, 20, 5)]
    record(truth=truths(("M-01", 0, 9, 1.0, "HDF"), ("M-03", 0, 9, 1.0, "PWF"), *quiet, arrived=100))
    record(truth=truths(("M-04", 0, 9, 0.0, None), ("M-04", 50, 60, 1.0, "OSF"), arrived=200))
    every = store.readings.labelled("milling", 100)
    assert len(every) == 7 and every["cause"].dropna().tolist() == ["HDF", "PWF"]  # nothing was recorded of M-04 at 50 s
    assert every["weight"].tolist() == [1.0] * 7
    few = store.readings.labelled("milling", 6)
    bad = few["outcome"] > 0
    assert len(few) == 5 and bad.sum() == 2  # of three failures and five others three each, and one without a reading
    assert few["weight"][~bad].iloc[0] / few["weight"][bad].iloc[0] == pytest.approx(5 / 3)
    newest = store.readings.newest_labelled("milling", 6)
    assert newest["outcome"].sum() == 2 and "M-04" in newest["asset"].tolist()
    ids = every.set_index("asset")["id"]
    assert store.readings.found_of("milling", [ids["M-01"], ids["M-04"], 10**6]) == {ids["M-01"]: 1.0, ids["M-04"]: 0.0}


def test_quarantine_keeps_the_row_and_says_why(store, record, use_case):
    record(rejects=refused(3, 4), last=10)
    newest, older = store.readings.quarantined("milling")
    assert (newest.position, older.position, newest.source) == (4, 3, "line:1")
    assert newest.reason == "torque is '4', not a number" and newest.signal == "torque" and newest.raw == '{"torque": "x"}'
    assert len(store.readings.quarantined("milling", limit=1)) == 1 and store.readings.position("line:1").last == 10


def test_the_version_grows_with_what_is_recorded_only(store, scored_batch, record):
    before = store.readings.version("milling")
    record(scored_batch(0, 4))
    between = store.readings.version("milling")
    record(scored_batch(0, 4))
    assert before < between == store.readings.version("milling")
    record(truth=truths(("M-01", 0, 9, 1.0, "HDF")))
    assert store.readings.version("milling") > between


def test_a_source_goes_on_where_it_was_until_it_has_finished(store, scored_batch, record):
    assert store.readings.start_source("line:1", 5).last == -1
    record(scored_batch(0, 8))
    again = store.readings.start_source("line:1", 99)
    assert (again.start_us, again.last, again.finished) == (5, 7, False)
    store.readings.finish_source("line:1")
    assert store.readings.position("line:1").finished
    anew = store.readings.start_source("line:1", 99)
    assert (anew.start_us, anew.last, anew.finished) == (99, -1, False)


def test_retention_keeps_what_was_flagged_and_the_newest_of_each_asset(store, use_case, scored_batch, record):
    record(scored_batch(0, 8000))
    record(rejects=refused(8000))
    flagged = int(store.readings.history("milling", "M-02", at(100), at(100))["id"].iloc[0])
    snapshot = {"score": 0.1}
    raised = store.feedback.raise_flag(Flag("milling", "M-02", flagged, 1, "olga", FlagKind.UNCLEAR, None, snapshot), 1.0)
    store.feedback.withdraw_flag(raised.id, "olga")
    assert store.readings.prune("milling", at(1900)) == 4 * 1900 - 1
    assert sequences(store, use_case, "M-02") == [100, *range(1900, 2000)]
    assert store.readings.counts("milling")["readings"] == 401
    assert store.readings.trend("milling", at(0))["minute"].min() == at(1860)
    assert store.readings.prune("milling", at(100_000)) == 400 - 4
    assert len(store.readings.board("milling")) == 4 and store.readings.prune("milling", at(100_000)) == 0


def test_old_advice_goes_with_its_reading(store, scored_batch, record):
    likely, normal = State.LIKELY, State.NORMAL
    record(scored_batch(0, 8, assets=1, score=[0.9, 0.1] * 4, state=[likely, normal] * 4))
    store.readings.prune("milling", at(3))
    assert store.readings.recent_advice("milling", at(-100))["start"].tolist() == [at(6), at(4)]


def test_no_id_is_given_twice_whatever_was_deleted(store, scored_batch, record):
    record(scored_batch(0, 40))
    record(scored_batch(0, 4, source="late", shift_s=-500))
    highest = int(store.readings.history("milling", "M-04", at(-500), at(-500))["id"].iloc[0])
    store.readings.prune("milling", at(100_000))
    record(scored_batch(40, 44))
    assert min(s.prediction.id for s in store.readings.board("milling")) > highest


def test_a_second_store_sees_what_the_first_has_written(opened, use_case):
    writer, reader = opened(), opened()
    record(writer, use_case, scored_batch(use_case, 0, 4))
    assert len(reader.readings.board("milling")) == 4 and reader.check() == "ok"
