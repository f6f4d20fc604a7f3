"""The surrogate tree against rules that were planted."""

import numpy as np
import pytest

from explainers.overall.surrogate_tree import follows, surrogate_tree
from tests.known_functions import NAMES, planted


def test_surrogate_tree_finds_the_planted_rule():
    x = np.random.default_rng(0).normal(size=(6000, 4))
    found = surrogate_tree(x, planted(x), NAMES, threshold=0.5, decimals={"a": 1, "b": 1})
    first = found.rules[0]
    assert [(name, sign) for name, sign, _ in sorted(first.conditions)] == [("a", ">"), ("b", "<=")]
    assert [at for *_, at in sorted(first.conditions)] == pytest.approx([1, 0], abs=0.05)
    assert first.value == pytest.approx(0.9) and first.share == pytest.approx((planted(x) > 0.5).mean(), abs=0.003)
    assert found.r2 > 0.95 and found.agreement > 0.99 and found.recall > 0.95 and found.held_out == 1800
    assert [rule.value for rule in found.rules] == sorted((rule.value for rule in found.rules), reverse=True)


def test_rules_cover_every_row_once_and_merge_a_feature_into_an_interval(x):
    band = np.where((x[:, 0] > -0.5) & (x[:, 0] <= 0.5), 1.0, 0.0) + 0.1 * x[:, 1]
    found = surrogate_tree(x, band, NAMES, depth=4, leaves=8, decimals=dict.fromkeys(NAMES, 2))
    masks = np.stack([follows(rule, x, NAMES) for rule in found.rules])
    assert (masks.sum(axis=0) == 1).all() and len(found.rules) <= 8
    for rule, mask in zip(found.rules, masks, strict=True):
        assert mask.sum() == rule.rows and band[mask].mean() == pytest.approx(rule.value)
        assert len({(name, sign) for name, sign, _ in rule.conditions}) == len(rule.conditions)
    assert [sign for name, sign, _ in found.rules[0].conditions if name == "a"] == [">", "<="]
    assert sum(rule.share for rule in found.rules) == pytest.approx(1)


def test_a_threshold_is_rounded_only_as_far_as_no_row_changes_side():
    wide = np.repeat([[0.0], [2.28]], 50, axis=0)
    narrow = np.repeat([[1.11], [1.17]], 50, axis=0)
    output = np.repeat([0.0, 1.0], 50)
    assert surrogate_tree(wide, output, ["a"], decimals={"a": 0}).rules[0].conditions == (("a", ">", 1.0),)
    assert surrogate_tree(narrow, output, ["a"], decimals={"a": 0}).rules[0].conditions == (("a", ">", 1.14),)
    recorded = np.repeat([[40.1], [40.2]], 50, axis=0)
    assert surrogate_tree(recorded, output, ["a"], decimals={"a": 1}).rules[0].conditions == (("a", ">", 40.1),)
    assert str(surrogate_tree(wide - 1.2, output, ["a"], decimals={"a": 0}).rules[0].conditions[0][2]) == "0.0"
    assert surrogate_tree(wide, output, ["a"]).rules[0].conditions[0][2] == pytest.approx(1.14, abs=1e-6)


def test_rules_say_where_missing_values_go(x):
    holes = x.copy()
    holes[::5, 0] = np.nan
    output = np.where(np.isnan(holes[:, 0]) | (holes[:, 0] > 1), 0.8, 0.1)
    found = surrogate_tree(holes, output, NAMES, threshold=0.5)
    masks = np.stack([follows(rule, holes, NAMES) for rule in found.rules])
    assert (masks.sum(axis=0) == 1).all() and found.agreement == 1
    assert found.rules[0].missing == ("a",) and found.rules[-1].missing == ()


def test_a_rule_can_be_about_a_missing_value_alone(x):
    holes = x.copy()
    holes[::5, 0] = np.nan
    output = np.where(np.isnan(holes[:, 0]), 0.8, 0.1)
    found = surrogate_tree(holes, output, NAMES, threshold=0.5, decimals={"a": 1})
    assert [(rule.conditions, rule.missing, rule.rows) for rule in found.rules] == [
        ((("a", ">", np.inf),), ("a",), 300),
        ((("a", "<=", np.inf),), (), 1200),
    ]
    assert follows(found.rules[0], holes, NAMES).tolist() == np.isnan(holes[:, 0]).tolist()
    assert follows(found.rules[1], holes, NAMES).tolist() == (~np.isnan(holes[:, 0])).tolist()


def test_a_tree_does_not_pretend_to_know_noise_and_copies_are_held_out_together(x):
    noise = np.random.default_rng(2).normal(size=100)
    copies, runs = np.repeat(x[:100], 10, axis=0), np.repeat(np.arange(100), 10)
    fair = surrogate_tree(copies, np.repeat(noise, 10), NAMES, depth=4, clusters=runs)
    fooled = surrogate_tree(copies, np.repeat(noise, 10), NAMES, depth=4)
    assert fair.r2 < 0.1 < fooled.r2
    assert surrogate_tree(copies, np.repeat(noise, 10), NAMES, depth=4, clusters=runs) == fair
