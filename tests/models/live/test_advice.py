"""Hysteresis and on-delay: equal to a plain state machine over any scores, however they are cut into batches."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.records import State
from data.usecase.use_case import Advice, Threshold
from models.live.advice import StateTracker

ADVICE = Advice(possible=Threshold(enter=0.5, leave=0.4), likely=Threshold(enter=0.7, leave=0.6), on_delay=3)
SCORES = st.lists(st.tuples(st.integers(0, 2), st.sampled_from([0.1, 0.39, 0.4, 0.5, 0.55, 0.6, 0.65, 0.7, 0.9])), max_size=80)


def one_by_one(readings, advice):
    """The same rule, told as one would explain it to an operator."""
    above, below, inside, out = {}, {}, {}, []
    for asset, score in readings:
        for rank, level in enumerate((advice.possible, advice.likely), start=1):
            key = (asset, rank)
            above[key] = above.get(key, 0) + 1 if score >= level.enter else 0
            below[key] = below.get(key, 0) + 1 if score < level.leave else 0
            if above[key] >= advice.on_delay:
                inside[key] = True
            elif below[key] >= advice.off_delay:
                inside[key] = False
        out.append(2 if inside.get((asset, 2)) else 1 if inside.get((asset, 1)) else 0)
    return out


@given(SCORES, st.lists(st.integers(0, 80), max_size=5), st.integers(1, 4), st.integers(1, 4))
def test_states_equal_the_plain_state_machine_however_the_readings_are_batched(readings, cuts, on_delay, off_delay):
    advice = ADVICE.model_copy(update={"on_delay": on_delay, "off_delay": off_delay})
    tracker = StateTracker(advice, 3)
    asset = np.array([a for a, _ in readings], dtype=np.int64)
    score = np.array([s for _, s in readings])
    edges = [0, *sorted(min(cut, len(readings)) for cut in cuts), len(readings)]
    states = [tracker.follow(asset[i:j], score[i:j]) for i, j in itertools.pairwise(edges)]
    assert np.concatenate(states).tolist() == one_by_one(readings, advice)


@given(SCORES, st.lists(st.booleans(), min_size=80, max_size=80), st.lists(st.integers(0, 80), max_size=5), st.integers(1, 4))
def test_a_guess_gives_no_advice_and_takes_none_back(readings, new, cuts, off_delay):
    """The states are those of the known readings alone; what is not known keeps its asset's."""
    advice = ADVICE.model_copy(update={"off_delay": off_delay})
    tracker = StateTracker(advice, 3)
    asset = np.array([a for a, _ in readings], dtype=np.int64)
    score, novelty = np.array([s for _, s in readings]), np.where(new[: len(readings)], 2.0, 0.5)
    edges = [0, *sorted(min(cut, len(readings)) for cut in cuts), len(readings)]
    found = [tracker.follow(asset[i:j], score[i:j], novelty[i:j]) for i, j in itertools.pairwise(edges)]
    known = iter(one_by_one([one for one, strange in zip(readings, new, strict=False) if not strange], advice))
    shown, expected = {}, []
    for (a, _), strange in zip(readings, new, strict=False):
        shown[a] = shown.get(a, 0) if strange else next(known)
        expected.append(shown[a])
    assert np.concatenate(found).tolist() == expected


NOVELTIES = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from([0.2, 0.99, 1.0, 1.01, 3.0, np.nan]), st.sampled_from([0, 0, 1, 2])), max_size=60
)


@given(NOVELTIES, st.lists(st.integers(0, 60), max_size=4), st.integers(1, 4), st.sets(st.integers(0, 2)))
def test_what_is_unknown_is_told_at_once_and_known_again_after_as_many_readings_as_advice_takes(
    readings, cuts, off_delay, before
):
    """``before``: what the board called unknown when the worker began."""
    tracker = StateTracker(ADVICE.model_copy(update={"off_delay": off_delay}), 3, unknown=before)
    known, inside, out = {}, dict.fromkeys(before, True), []
    for asset, novelty, shown in readings:
        known[asset] = known.get(asset, 0) + 1 if novelty <= 1 else 0
        if novelty > 1:
            inside[asset] = True
        elif known[asset] >= off_delay:
            inside[asset] = False
        out.append(inside.get(asset, False) and (novelty > 1 or shown == 0))
    asset = np.array([a for a, _, _ in readings], dtype=np.int64)
    novelty = np.array([n for _, n, _ in readings], dtype=np.float32)
    shown = np.array([s for _, _, s in readings], dtype=np.int8)
    edges = [0, *sorted(min(cut, len(readings)) for cut in cuts), len(readings)]
    found = [tracker.follow_unknown(asset[i:j], novelty[i:j], shown[i:j]) for i, j in itertools.pairwise(edges)]
    assert np.concatenate(found).tolist() == out


def test_a_model_that_jumps_at_a_sharp_limit_gives_no_chatter():
    score = np.where(np.arange(600) // 4 % 2, 0.99, 0.01)  # a value that jitters around the limit: on and off every 4 s
    states = StateTracker(ADVICE.model_copy(update={"off_delay": 10}), 1).follow(np.zeros(600, int), score)
    assert (np.diff(states) != 0).sum() == 1


def test_noise_around_the_threshold_gives_no_chatter():
    score = 0.5 + 0.06 * np.sin(np.arange(300))  # crosses 0.5 again and again, never below 0.4
    states = StateTracker(ADVICE, 1).follow(np.zeros(300, int), score)
    assert (np.diff(states) != 0).sum() <= 1


def test_a_restart_goes_on_from_the_state_that_was_shown():
    tracker = StateTracker(ADVICE, 2, {1: State.LIKELY})
    assert tracker.follow(np.array([0, 1]), np.array([0.65, 0.65])).tolist() == [0, 2]


@pytest.mark.parametrize("delayed, states", [(True, [0, 0, 2, 2, 0]), (False, [2, 2, 2, 0, 0])])
def test_a_table_whose_rows_are_whole_products_is_advised_on_at_once(delayed, states):
    advice = ADVICE.model_copy(update={"off_delay": 2})
    tracker = StateTracker(advice, 1, delayed=delayed)
    assert tracker.follow(np.zeros(5, int), np.array([0.9, 0.9, 0.9, 0.1, 0.1])).tolist() == states
    assert tracker.follow_unknown(np.zeros(2, int), np.array([2.0, 0.5]), np.zeros(2, int)).tolist() == [True, delayed]


@pytest.mark.parametrize(
    "shown, score, state", [(2, 0.55, 1), (1, 0.45, 1), (1, 0.39, 0), (1, 0.4, 1), (2, 0.6, 2), (0, 0.65, 0)]
)
def test_a_restart_goes_on_from_each_state_at_its_edges(shown, score, state):
    tracker = StateTracker(ADVICE, 2, {0: State.NORMAL, 1: next(one for one in State if one.code == shown)})
    assert tracker.follow(np.array([1]), np.array([score])).tolist() == [state]


@pytest.mark.parametrize("score, state", [(0.49, 0), (0.5, 1), (0.69, 1), (0.7, 2)])
def test_a_level_is_reached_at_its_threshold(score, state):
    assert StateTracker(ADVICE, 1).follow(np.zeros(3, int), np.full(3, score)).tolist() == [0, 0, state]


def test_at_the_limit_of_novelty_a_reading_is_known():
    for novelty, state in ((1.0, 2), (float(np.nextafter(np.float32(1), np.float32(2))), 0)):
        tracker = StateTracker(ADVICE, 1, delayed=False)
        assert tracker.follow(np.array([0]), np.array([0.9]), np.array([novelty])).tolist() == [state]
        assert tracker.follow_unknown(np.array([0]), np.array([novelty]), np.array([0])).tolist() == [state == 0]


def test_nothing_delivered_changes_nothing():
    tracker, none = StateTracker(ADVICE, 1, {0: State.LIKELY}), np.zeros(0)
    assert tracker.follow(none.astype(int), none, none).tolist() == [] and tracker.follow(
        np.array([0]), np.array([0.65])
    ).tolist() == [2]


def test_a_guess_keeps_the_state_of_its_own_machine_whoever_stands_beside_it():
    """Machine 0 is reported on surely, machine 1 by guesses alone, after a restart too."""
    for held, code in ((State.NORMAL, 0), (State.POSSIBLE, 1), (State.LIKELY, 2)):
        tracker = StateTracker(ADVICE, 2, {1: held}, delayed=False)
        asset, score = np.array([0, 1, 0, 1]), np.array([0.9, 0.1, 0.55, 0.9])
        assert tracker.follow(asset, score, np.array([0.5, 2.0, 2.0, 2.0])).tolist() == [2, code, 2, code]
        assert tracker.follow(asset[::-1], score, np.array([2.0, 0.5, 2.0, 2.0])).tolist() == [code, 0, code, 0]
