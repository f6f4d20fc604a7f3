"""Truth beyond our own line: the random systems are what they say they are, the scorers count as the definitions do, and the frozen sets are the frozen
ones."""

import math

import numpy as np
import pytest

from benchmarks.explanation_truth import _tennessee
from benchmarks.truth import tep_truth
from benchmarks.truth.information_oracle import posterior
from benchmarks.truth.random_systems import FEWEST_JUDGE, FEWEST_LEARN, JUDGE, KINDS, LEARN, LEARN_HARD, Mode, broken_by, system
from benchmarks.truth.systems_truth import Scores, _figures, score
from benchmarks.truth.tep_truth import SETS, Sets, SetsError, hits
from data.usecase.file import load

SYSTEMS = {seed: system(seed, hard=bool(seed % 2)) for seed in (0, 1, 2, 3, 5)}
FAULTS = tuple(load("tennessee_eastman").signals)


def naive(mode: Mode, values: list[float], levels: list[int]) -> bool:
    """The rule of a mode on one row, told once more."""
    z = [s * (values[q] - c) / d for q, s, c, d in zip(mode.quantities, mode.sign, mode.centre, mode.scale, strict=True)]
    if mode.kind == "threshold":
        return z[0] > mode.limit
    if mode.kind == "band":
        return z[0] > mode.limit or z[0] < -mode.limit
    if mode.kind in ("and2", "and3"):
        return all(one > mode.limit for one in z)
    if mode.kind == "product":
        return math.exp(0.4 * z[0]) * math.exp(0.4 * z[1]) > mode.limit
    if mode.kind == "difference":
        return z[0] > z[1] + mode.limit
    return z[0] > mode.limit + mode.allows[levels[mode.category]]


@pytest.mark.parametrize("seed", SYSTEMS)
def test_the_rules_that_a_system_says_are_broken_are_broken(seed):
    drawn = SYSTEMS[seed]
    rows = np.unique(np.r_[np.flatnonzero(drawn.broken.any(axis=1)), np.arange(0, len(drawn.true), 37)])
    for at, mode in enumerate(drawn.modes):
        told = [naive(mode, drawn.true[row].tolist(), drawn.levels[row].tolist()) for row in rows]
        near = np.isclose([float(one) for one in told], drawn.broken[rows, at])
        assert near.mean() > 0.999, f"mode {at} ({mode.kind})"  # a row on the limit itself may fall on either side by rounding


def test_every_kind_of_rule_is_held_against_its_words():
    rng = np.random.default_rng(0)
    true, levels = rng.normal(size=(400, 3)), rng.integers(0, 3, (400, 1))
    for kind in KINDS:
        count = {"and2": 2, "product": 2, "difference": 2, "and3": 3}.get(kind, 1)
        category, allows = (0, (-0.5, 0.2, 1.0)) if kind == "category" else (None, ())
        mode = Mode(
            kind, tuple(range(count)), (1.0, -1.0, 1.0)[:count], (0.1,) * count, (0.9,) * count, 0.8, 1.0, category, allows
        )
        told = [naive(mode, row.tolist(), level.tolist()) for row, level in zip(true, levels, strict=True)]
        assert broken_by(mode, true, levels).tolist() == told
        assert 0 < sum(told) < 400, kind


def test_the_same_seed_is_the_same_system_and_another_is_another():
    again = system(3, hard=True)
    assert again.table.equals(SYSTEMS[3].table) and (again.took == SYSTEMS[3].took).all() and again.modes == SYSTEMS[3].modes
    assert not system(4, hard=True).table.equals(again.table)


@pytest.mark.parametrize("seed", SYSTEMS)
def test_a_system_keeps_to_the_specification(seed):
    drawn = SYSTEMS[seed]
    learn = LEARN_HARD if drawn.hard else LEARN
    assert drawn.learn == learn and len(drawn.table) == learn + JUDGE
    assert 4 <= drawn.true.shape[1] <= 20 and 5 <= len(drawn.of_column) <= 30 and 2 <= len(drawn.modes) <= 4
    assert drawn.took[:learn].sum(axis=0).min() >= FEWEST_LEARN and drawn.took[learn:].sum(axis=0).min() >= FEWEST_JUDGE
    assert not (drawn.took & ~drawn.broken).any() and (drawn.failed >= drawn.took.any(axis=1)).all()
    assert drawn.table[drawn.target].tolist() == drawn.failed.astype(int).tolist()
    assert 1 <= sum(of is None for of in drawn.of_column.values()) <= 3
    assert {of for of in drawn.of_column.values() if of is not None} == set(range(drawn.true.shape[1] + drawn.levels.shape[1]))
    for name, of in drawn.of_column.items():  # what is written down is the true value with gain, offset, noise and gaps
        if of is None or of >= drawn.true.shape[1]:
            continue
        gain, offset, error = drawn.noise[name]
        left = (drawn.table[name].to_numpy(float) - offset) / gain - drawn.true[:, of]
        assert np.nanmax(np.abs(left)) <= max(6 * error, 1e-9) and abs(np.nanmean(left)) <= 0.1 * error + 1e-9
        assert error <= (0.4 if drawn.hard else 0.15) * drawn.true[:, of].std() + 1e-12


def test_who_sees_everything_names_the_rule_and_a_row_sums_to_one():
    drawn = SYSTEMS[2]
    rows = np.flatnonzero(drawn.took.any(axis=1))[:20]
    given = posterior(drawn, rows)
    assert np.allclose(given.sum(axis=1), 1)
    assert np.mean([drawn.took[row, at.argmax()] for row, at in zip(rows, given, strict=True)]) >= 0.9


def test_the_scorer_counts_by_the_definitions():
    a, ab, c = frozenset({0}), frozenset({0, 1}), frozenset({2})
    everything = frozenset({0, 1, 2})
    # right at once; second place; part of two, then the rest; nothing right; two rules broken, the second is named
    orders = [[0, 5], [5, 0, 0], [1, 0, 7], [7, 8, 9], [2]]
    causes = [[a], [a], [ab], [a], [ab, c]]
    blocks = [frozenset({0, 5})] * 5
    told = score(orders, causes, blocks, everything)
    assert told["hit1"] == 3 / 5 and told["hit3"] == 4 / 5 and told["exact"] == 3 / 5
    assert told["recall3"] == pytest.approx((1 + 1 + 1 + 0 + 1) / 5)
    assert told["block"] == 2 / 5 and told["false"] == 2 / 5
    assert score([[0, 0, 1]], [[ab]], [ab], everything)["exact"] == 1  # a class told twice is one class
    assert score([[]], [[a]], [a], everything)["hit1"] == 0 and score([[]], [[a]], [a], everything)["false"] == 0
    assert math.isnan(score([], [], [], everything)["hit1"])


def test_each_system_counts_once_and_the_worst_is_named():
    keys = (
        "hit3",
        "recall3",
        "exact",
        "block",
        "false",
        "hit1_summed",
        "hit1_all",
        "hit1_missed",
        "z",
        "global",
        "oracle",
        "chance",
        "detected",
    )
    keys += ("missed", "false_alarms", "false_alarm_reason", "unrestrained", "share_error", "refused", "left_out", "redrawn")
    part = [
        Scores(seed, False, dict.fromkeys(keys, 0.5) | {"hit1": hit}) for seed, hit in ((0, 1.0), (2, 0.5), (4, float("nan")))
    ]
    found = {one.id: one for one in _figures("family", part, "≥ 0.96", 0)}
    assert found["family_hit1"].value == 0.75 and found["family_hit1"].holds is False
    assert found["family_hit1_worst"].value == 0.5 and "seed 2" in found["family_hit1_worst"].note


def test_the_sets_are_the_frozen_ones_and_a_change_is_refused(tmp_path):
    sets = Sets.read(FAULTS)
    assert len(set(sets.class_of.values())) == 42 and len(sets.visible) == 18
    assert sets.class_of["a_feed"] == sets.class_of["a_feed_valve"] != sets.class_of["ac_feed"]
    assert sets.cause(14, "S1") == {
        sets.class_of[one] for one in ("reactor_temperature", "reactor_cooling_outlet", "reactor_cooling_valve")
    }
    assert sets.cause(13, "ABIGX") is None and sets.cause(7, "ABIGX") == {
        sets.class_of["ac_feed"],
        sets.class_of["ac_feed_valve"],
    }
    changed = tmp_path / "sets.json"
    changed.write_bytes(SETS.read_bytes().replace(b"XMEAS23", b"XMEAS24", 1))
    with pytest.raises(SetsError, match="not the sets that were frozen"):
        Sets.read(FAULTS, changed)


def test_a_hit_is_one_of_the_first_different_classes():
    order = [[3, 3, 1], [4, 3], [5, 5, 6, 7, 3], []]
    assert hits(order, {3}, 1) == 0.25 and hits(order, {3}, 2) == 0.5 and hits(order, {3, 7}, 3) == 0.75


def test_every_reason_of_the_diagnosis_is_of_one_class():
    use_case, sets = load("tennessee_eastman"), Sets.read(FAULTS)
    of = [{sets.class_of[tep_truth._signal(use_case, one)] for one in group.features} for group in use_case.groups.values()]
    assert all(len(one) == 1 for one in of) and len(of) == 42
    assert {one for group in use_case.groups.values() for one in group.features} == set(use_case.features)


def test_what_quick_cannot_carry_is_null_with_its_reason():
    assert all(one.value is None and "quick" in one.note for one in _tennessee(quick=True))
