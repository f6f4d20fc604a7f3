"""Where what is sure begins and ends: each constant of certainty and novelty at its edge and just beyond."""

import json

import numpy as np
import pytest

from data.usecase.file import load
from explainers.certainty.certainty import Calibration, grid, log_odds, nearest_coverage
from explainers.certainty.coverage import ClassSets, Errors, Scale, Sure, kept
from explainers.certainty.novelty import Novelty, learned, limit_of
from explainers.certainty.p_values import ByOutcome, Scores, drawn

COVERAGES, STEPS, EDGE, WIDE = (0.8, 0.9, 0.95, 0.99), 801, 9.0, 0.5
FEW, KEPT = 20, 2001
FEWEST, FARTHEST = 200, 1.5


def test_a_use_case_that_asks_for_nothing_is_promised_95_of_100():
    assert type(load("milling")).model_fields["coverage"].default == 0.95 and load("milling").coverage == 0.95
    assert [nearest_coverage(one) for one in (0.849, 0.851, 0.924, 0.926, 0.969, 0.971)] == [0.8, 0.9, 0.9, 0.95, 0.95, 0.99]


def calibration(low, high, rows=(100, 100), misses=None, scores=None):
    return Calibration(np.full(STEPS, low), np.full(STEPS, high), misses or {}, rows, scores)


NEVER = ByOutcome((Scores.of(np.zeros(100)), Scores.of(np.zeros(100))))
"""Every reading is predicted worse than what came to either outcome: nothing is left."""


@pytest.mark.parametrize(
    "low, high, rows, common",
    [
        (0.25, 0.25 + WIDE - 0.01, (100, 100), (0, 1)),
        (0.25, 0.25 + WIDE, (100, 100), ()),
        (0.25, 0.25 + WIDE, (FEW, 100), ()),
        (0.25, 0.25 + WIDE, (FEW - 1, 100), (0, 1)),
        (0.25, 0.25 + WIDE, (100, FEW - 1), (0, 1)),
        (0.0, 0.02, (100, 100), (0,)),
        (0.98, 1.0, (100, 100), (1,)),
    ],
)
def test_a_wide_interval_says_nothing_and_few_rows_leave_all_open(low, high, rows, common):
    found = calibration(low, high, rows, scores=NEVER).of(0.5, 0.9)
    assert found.outcomes == () and found.common == common and found.knows is (len(common) == 1)
    assert found.likely == pytest.approx(high / (1 - low + high)) and found.rows == (100.0, 100.0)


def test_the_grid_of_risks_is_looked_up_at_its_nearest_step():
    told = Calibration(np.arange(STEPS), np.arange(STEPS) + 0.5, {}, (1, 1))
    assert grid()[[0, 400, -1]] == pytest.approx([1 / (1 + np.exp(EDGE)), 0.5, 1 / (1 + np.exp(-EDGE))]) and len(grid()) == STEPS
    assert told.interval(grid())[0].tolist() == list(range(STEPS))
    step = 2 * EDGE / (STEPS - 1)
    near = 1 / (1 + np.exp(-np.array([0.49, 0.51]) * step))
    assert (told.interval(near)[0] - 400).tolist() == [0, 1] and (told.interval(near)[1] - 400).tolist() == [0.5, 1.5]
    assert log_odds(np.array([0.0, 1.0, 0.5])).tolist() == [-EDGE, EDGE, 0.0]


def test_one_risk_is_held_against_its_part_with_half_of_what_is_alike():
    alike, few = Scores.of(np.zeros(39)), Scores.of(np.zeros(3))
    told = calibration(0.9, 0.91, scores=ByOutcome((alike, alike), "line", {3: (few, few)}))
    assert [told.of(0.0, coverage).outcomes for coverage in (0.49, 0.51)] == [(), (0,)]
    assert told.of(0.0, 0.4, 0.7).outcomes == (0,) and told.of(0.0, 0.4, 0.7, 3.0).outcomes == (0, 1)
    assert told.of(0.0, 0.4, 0.7, 3.0).rows == (3.0, 3.0) and told.of(0.0, 0.4, 0.7, 4.0).rows == (39.0, 39.0)


def test_a_set_of_before_holds_its_largest_misses_and_what_may_have_come_of_such_a_risk():
    old = calibration(0.02, 0.05, misses={0.9: (0.3, 0.7)})
    for risk, outcomes in ((0.3, (0, 1)), (0.31, (0, 1)), (0.29, (0,))):
        assert old.of(risk, 0.9).outcomes == outcomes, risk
    assert calibration(0.95, 0.99, misses={0.9: (0.3, 0.7)}).of(0.31, 0.9).outcomes == (1,)
    found = calibration(0.95, 0.99, misses={0.9: (0.3, 0.7)}).of(0.31, 0.9)
    assert not found.exact and found.margin == found.rows == found.common == ()


def test_an_outcome_is_held_above_the_level_and_not_at_it():
    one = Scores.of(np.arange(19) / 19)  # p of a miss of 1 is u / 20
    assert one.few and (one.p(np.array([0.5]), np.array([0.5])) == 1).all()
    enough = Scores.of(np.arange(39) / 39)
    p = enough.p(np.array([2.0, 2.0, -1.0, 2 / 39]), np.array([0.0, 1.0, 1.0, 0.5]))
    assert p == pytest.approx([0, 1 / 40, 1.0, (36 + 0.5 * 2) / 40])
    told = ByOutcome((enough, enough))
    held = calibration(0, 1, scores=told).outcomes(np.array([1.0]), 0.5, np.array([0.5]))
    assert held.tolist() == [[False, True]]


@pytest.mark.parametrize("rows, few", [(FEW - 1, True), (FEW, False)])
def test_of_so_few_nothing_is_ruled_out(rows, few):
    one = Scores.of(np.zeros(rows))
    assert one.few is few and (one.margin(0.9) == (1.0, 1.0)) is few and Scores.of(np.zeros(0)).rows == 0
    assert Scores.of(np.zeros(2 * rows), np.tile([1.0, 0.0], rows)).rows == rows


@pytest.mark.parametrize("rows", [KEPT, KEPT + 1, 10 * KEPT])
def test_so_many_scores_are_kept_and_say_the_same_as_all(rows):
    every = (np.arange(rows) + 0.5) / rows
    told = Scores.of(every[::-1])
    assert len(told.misses) == KEPT == len(told.reached) and told.rows == rows and told.reached[-1] == 1
    assert (
        (told.misses == np.round(every, 9)).all()
        if rows == KEPT
        else np.allclose(told.misses, (np.arange(KEPT) + 0.5) / KEPT, atol=1e-3)
    )
    assert told.p(np.array([0.25]), np.array([0.5])) == pytest.approx(0.75, abs=1e-3)
    weighed = Scores.of(every, np.where(every < 0.5, 3.0, 1.0))
    assert weighed.p(np.array([0.5]), np.array([0.5])) == pytest.approx(0.25, abs=1e-3)


def test_numbers_are_drawn_from_ids_as_splitmix64_says():
    """The first outputs of the published generator (Steele, Lea & Flood 2014) from the seed 0."""
    published = np.array([0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F], np.uint64)
    assert drawn(np.arange(3)).tolist() == ((published >> np.uint64(11)).astype(float) / 2**53).tolist()


def test_only_of_several_outcomes_the_rare_ones_are_taken_together():
    many, few = Scores.of(np.linspace(0, 1, 50)), Scores.of(np.linspace(0, 1, FEW - 1))
    assert ByOutcome((many, many, few)).together == (2,) and ByOutcome((few, many)).together == ()
    parted = ByOutcome((many, many), "line", {3: (few, few)})
    assert parted.scores(None) is parted.all and parted.scores(float("nan")) is parted.all and parted.scores(4.0) is parted.all
    assert parted.scores(3.0) == (few, few) and ByOutcome((many, many)).scores(3.0) == (many, many)
    found = parted.p(np.full((2, 2), 0.5), np.full(2, 0.5), np.array([3, 4]))
    assert found[0].tolist() == [1, 1] and found[1] == pytest.approx(many.p(np.array([0.5]), np.array([0.5]))[0])
    assert (parted.p(np.full((2, 2), 0.5), np.full(2, 0.5)) < 1).all()


@pytest.mark.parametrize("coverage", COVERAGES)
def test_an_interval_takes_the_errors_that_the_promise_asks_for(coverage):
    """With n errors the ranks of both ends are (n + 1) (1 - coverage) / 2 from either side; with one fewer there are none."""
    least = round(2 / (1 - coverage)) - 1
    for times in (1, 2, 3):
        n = times * (least + 1) - 1
        low, high = Errors(np.arange(n, dtype=float)).interval(np.array([100.0]), coverage)
        assert (low[0], high[0]) == (100 + times - 1, 100 + n - times)
    low, high = Errors(np.arange(least - 1, dtype=float)).interval(np.array([100.0]), coverage)
    assert (low[0], high[0]) == (-np.inf, np.inf)


def test_an_interval_is_scaled_by_the_value_and_cut_at_what_can_be():
    scale = Scale(np.array([0.0, 10.0]), np.array([1.0, 3.0]))
    assert scale.of(np.array([-5, 0, 5, 10, 50])).tolist() == [1, 1, 2, 3, 3]
    told = Errors(np.array([-1.0, 1.0]), scale, (None, 10.0))
    low, high = told.within(np.array([5.0, 10.0]), -1.0, 1.0)
    assert low.tolist() == [3, 7] and high.tolist() == [7, 10]
    assert Errors(np.array([0.0]), scale, (4.0, None)).within(np.array([5.0]), -1.0, 1.0)[0].tolist() == [4]


@pytest.mark.parametrize(
    "open_, allowed, expected",
    [
        (True, (None, 0.0), [0.5, 0.125, 0.875, 0.375]),
        (True, (0.0, None), [0.5, 0.875, 0.125, 0.625]),
        (True, (-1.0, 1.0), [0.5, 0.875, 0.875, 0.5]),
        (False, (None, 0.0), [0.5, 0.0, 1.0, 1 / 3]),
        (False, (0.0, None), [0.5, 1.0, 0.0, 2 / 3]),
    ],
)
def test_how_likely_the_truth_lies_beyond_a_limit_is_never_quite_nothing(open_, allowed, expected):
    """Errors -1, 0, 1 about values 0, -2, 2 and -0.5, by hand: between two errors in a straight line, beyond all of them half a step."""
    told = Errors(np.array([-1.0, 0.0, 1.0]), open=open_).beyond(np.array([0.0, -2.0, 2.0, -0.5]), allowed)
    assert told == pytest.approx(expected)
    assert Errors(np.zeros(0), open=open_).beyond(np.zeros(2), allowed).tolist() == [0.5, 0.5]


def test_errors_are_kept_as_this_version_and_as_those_before_read_them():
    told = Errors(np.array([-1.0, 2.0]), Scale(np.array([0.0, 10.0]), np.array([1.0, 3.0])), (0.0, None), 7).as_json()
    assert told["errors"] == [-2.0, 4.0] and told["scaled"] == [-1.0, 2.0], "about a value in the middle"
    again = kept(json.loads(json.dumps(told)))
    assert (again.rows, again.limits, again.open) == (7, (0.0, None), True)
    assert kept({name: one for name, one in told.items() if name != "open"}).open is False
    old = kept({"errors": [-1.0, 1.0]})
    assert old.open is False and old.interval(np.array([5.0]), 0.1)[0][0] == 4 and kept(None) is None and kept({}) is None


def test_sets_of_classes_of_before_hold_the_most_probable_one_always():
    old = ClassSets({0.9: (0.5, 0.5, 0.5), 0.7: (0.1,)})
    found = old.of(np.array([[0.5, 0.3, 0.2], [0.4, 0.3, 0.3], [0.2, 0.1, 0.7]]), 0.9)
    assert found.tolist() == [[True, False, False], [True, False, False], [False, False, True]]
    wide = ClassSets({0.9: (0.8, 0.7, 0.5)}).of(np.array([[0.5, 0.31, 0.19], [0.19, 0.31, 0.5]]), 0.9)
    assert wide.tolist() == [[True, True, False], [False, True, True]] and Sure(0.9).exact
    again = kept(json.loads(json.dumps(old.as_json())))
    assert again.misses == {0.9: (0.5, 0.5, 0.5)} and again.scores is None


def test_what_is_told_is_not_ruled_out_by_other_classes_rows():
    many, few = Scores.of(np.zeros(100)), Scores.of(np.zeros(3))
    found = ClassSets({}, ByOutcome((many, many, few))).of(np.array([[0.1, 0.2, 0.7], [0.7, 0.2, 0.1]]), 0.9)
    assert found.tolist() == [[False, False, True], [False, False, False]]


def known(limit=2.0):
    one = np.ones(2, np.float32)
    return Novelty(("a", "b"), np.zeros((1, 2), np.float32), 0 * one, one, limit, -one, one)


def test_at_the_limit_it_is_known_and_beyond_it_new():
    assert known().of(np.array([[2.0, 0], [0, 2.5], [0, 0], [np.nan, 1.0]])).tolist() == [1.0, 1.25, 0.0, 0.5]


@pytest.mark.parametrize(
    "row, outside",
    [([1.0, -1.0], []), ([1.01, 0], ["a"]), ([0, -1.01], ["b"]), ([1.5, -3.0], ["b", "a"]), ([np.nan, 2.0], ["b"])],
)
def test_a_value_at_the_end_of_the_data_is_not_outside(row, outside):
    assert [one.feature for one in known().outside(np.array(row))] == outside


@pytest.mark.parametrize("n, limit", [(FEWEST - 1, FARTHEST * 7), (FEWEST, FARTHEST * 7)])
def test_with_few_readings_the_limit_is_so_much_beyond_the_farthest(n, limit):
    one = np.full(n, 7.0)
    assert limit_of(one, 1e-4) == pytest.approx(limit)
    assert limit_of(np.zeros(n), 1e-4) == pytest.approx(FARTHEST * 1e-3 if n < FEWEST else 1e-3)
    assert limit_of(np.zeros(0), 1e-4) == pytest.approx(FARTHEST * 1e-3)


def test_from_so_many_on_the_limit_is_reckoned_and_from_twenty_beyond_counted():
    distance = np.arange(1, FEWEST + 1) / FEWEST
    assert limit_of(distance[:-1], 0.01) == FARTHEST * distance[-2] and limit_of(distance, 0.01) < FARTHEST
    assert limit_of(distance, 0.1) == pytest.approx(distance[179]), "twenty go beyond"
    assert limit_of(distance, 0.0999) != distance[179] and limit_of(distance, 0.2) == pytest.approx(distance[159])
    assert limit_of(np.zeros(FEWEST), 0.5) == 1e-3


@pytest.mark.parametrize(
    "tail", [lambda rng, n: rng.exponential(size=n), lambda rng, n: rng.pareto(0.8, n), lambda rng, n: rng.random(n)]
)
@pytest.mark.parametrize("share", [0.01, 1e-3, 1e-5])
def test_beyond_what_can_be_counted_the_tail_is_that_of_a_pareto_distribution(share, tail):
    """By hand after Hosking & Wallis 1987: shape and size by the first two weighted moments of the farthest twentieth, the shape believed by part."""
    distance = np.sort(tail(np.random.default_rng(4), 1000))
    first = int(np.ceil(0.95 * 1000)) - 1
    beyond = distance[first + 1 :] - distance[first]
    places = (np.arange(len(beyond)) + 0.5) / len(beyond)
    mean, lower = beyond.mean(), (beyond * (1 - places)).mean()
    shape = np.clip(2 - mean / (mean - 2 * lower), -0.5, 0.5) / (1 + 100 / len(beyond))
    far = distance[first] + mean * (1 - shape) * ((0.05 / share) ** shape - 1) / shape
    assert limit_of(distance, share) == pytest.approx(min(far, FARTHEST * distance[-1]), rel=1e-6)


def test_what_is_learned_from_are_two_thousand_rows_at_most_and_constant_columns_have_a_scale():
    rng = np.random.default_rng(1)
    x = np.c_[rng.normal(size=6000), np.full(6000, 40.0), np.zeros(6000)].astype(np.float32)
    told = learned(("a", "b", "c"), x, x[:500], seed=3)
    assert 1000 < len(told.reference) <= 2000 and told.scale[1:] == pytest.approx([2.0, 1e-3])
    assert told.scale[0] == pytest.approx(x[:, 0].std(), rel=1e-4) and told.centre[0] == pytest.approx(
        np.median(x[:, 0]), abs=1e-4
    )
    assert told.low.tolist() == x.min(axis=0).tolist() and told.high.tolist() == x.max(axis=0).tolist()
    small = learned(("a",), x[:1000, :1], x[:0, :1], seed=3)
    assert len(small.reference) == 1000, "all of few"


def test_scores_are_kept_to_the_ninth_place():
    told = Scores.of(np.arange(3) / 3, np.array([1.0, 1.0, 2.0])).as_json()
    assert (
        told["reached"] == [0.25, 0.5, 1.0]
        and told["rows"] == pytest.approx(2.667)
        and told["misses"] == [0.0, 0.333333333, 0.666666667]
    )
    assert Scores.of(np.arange(7.0)).as_json()["reached"][0] == 0.142857143
