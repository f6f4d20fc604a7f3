"""Truth that came in by itself speaks for the line as it is: risks and figures are those of all products, however few of them are kept."""

import numpy as np
import pandas as pd
import pytest

from data.usecase.file import load
from models.judging.comparison import compared
from models.judging.evaluation import evaluate
from models.training.calibrating import calibrated, class_sets, errors_of, held_coverage
from models.training.train import watched_rows
from models.training.training_set import training_set
from tests.deliveries import truths

MILLING = load("milling")
PRODUCTS = 2400


@pytest.fixture
def plant(staffed, scored_batch, record):
    """So many products of four machines, a second each. One in twenty failed; in the second half of the time one in ten."""
    record(scored_batch(0, PRODUCTS))
    second, bad = np.arange(PRODUCTS) // 4, _failed(np.arange(PRODUCTS))
    told = [
        (f"M-0{n % 4 + 1}", int(second[n]), int(second[n]), float(bad[n]), "HDF" if bad[n] else None) for n in range(PRODUCTS)
    ]
    record(truth=truths(*told))
    return staffed


def _failed(number):
    draw = np.random.default_rng(1).random(PRODUCTS)[number]
    return draw < np.where(number < PRODUCTS // 2, 0.05, 0.10)


def test_the_kept_products_stand_for_all_of_them_by_their_weight(plant):
    rate = _failed(np.arange(PRODUCTS)).mean()
    for limit in (200, 600):
        kept = plant.readings.labelled("milling", limit)
        bad = kept["outcome"] > 0
        assert len(kept) == limit and bad.mean() > 2 * rate  # rare outcomes are kept
        assert np.average(bad, weights=kept["weight"]) == pytest.approx(rate, abs=1e-9)
        assert kept["weight"].mean() == pytest.approx(1)
        again = plant.readings.labelled("milling", limit)
        assert again["id"].tolist() == kept["id"].tolist()


def test_machines_and_times_are_drawn_alike_and_the_newest_are_not_preferred(plant):
    kept = plant.readings.labelled("milling", 600)
    for bad in (kept["outcome"] > 0, kept["outcome"] == 0):
        ids, every = (
            kept["id"][bad].to_numpy() - 1,
            np.flatnonzero(_failed(np.arange(PRODUCTS)) == bool(kept["outcome"][bad].iloc[0])),
        )
        for of in (lambda n: n % 4, lambda n: n * 6 // PRODUCTS):  # by machine, by time
            counts, expected = np.bincount(of(ids)), np.bincount(of(every)) * len(ids) / len(every)
            assert ((counts - expected) ** 2 / expected).sum() < 20  # chi-square; 0.999 of 5 degrees: 20.5


def test_a_training_set_tells_the_rate_of_the_line_and_not_that_of_what_is_kept(plant, monkeypatch):
    monkeypatch.setattr("models.training.training_set.MOST_TRUTHS", 200)
    told = training_set(MILLING, plant, history_rows=2000)
    live = (told.table["origin"] == "truth").to_numpy()
    rate = _failed(np.arange(PRODUCTS)).mean()
    assert told.failed[live].mean() > 0.3 and np.average(told.failed[live], weights=told.weight[live]) == pytest.approx(
        rate, abs=1e-6
    )
    assert told.weight[live].sum() == pytest.approx(live.sum(), rel=1e-5)
    watched = watched_rows(told)
    assert live[watched].any()  # whatever they weigh they may be watched


def test_figures_and_calibration_of_a_sample_by_outcome_are_those_of_all():
    rng = np.random.default_rng(3)
    risk = rng.beta(0.5, 3, 16_000)
    y = rng.random(len(risk)) < risk**1.3
    table = _table(len(risk))
    whole = evaluate(MILLING, risk, y, table)
    rows = np.sort(np.r_[np.flatnonzero(y), rng.choice(np.flatnonzero(~y), y.sum(), replace=False)])
    weight = np.where(y[rows], 1.0, (~y).sum() / y.sum())
    told = evaluate(MILLING, risk[rows], y[rows], table.iloc[rows], weight=weight)
    blind = evaluate(MILLING, risk[rows], y[rows], table.iloc[rows])
    for figure in ("precision", "brier", "average_precision", "cost_per_1000"):
        assert told[figure]["value"] == pytest.approx(whole[figure]["value"], rel=0.15)
        assert blind[figure]["value"] != pytest.approx(whole[figure]["value"], rel=0.15)
    assert told["share"] == pytest.approx(y.mean())
    assert compared(MILLING, risk[rows], risk[rows] * 0, y[rows], weight=weight)["brier"]["old"] == pytest.approx(y.mean())

    few = np.sort(rng.choice(rows, 1200, replace=False))
    weight = np.where(y[few], 1.0, (~y).sum() / y.sum())
    fitted = calibrated(risk[few], y[few].astype(float), weight)
    low, high = fitted.interval(np.array([0.1, 0.3, 0.5]))
    for said, below, above in zip((0.1, 0.3, 0.5), low, high, strict=True):
        near = np.abs(risk - said) < 0.03
        assert below - 0.07 <= y[near].mean() <= above + 0.07
    same = calibrated(risk[few], y[few].astype(float))  # by MAPIE
    almost = calibrated(risk[few], y[few].astype(float), np.ones(len(few)) * np.where(np.arange(len(few)) == 0, 1 + 1e-9, 1))
    for ours, theirs in zip(almost.interval(risk[:500]), same.interval(risk[:500]), strict=True):
        assert np.abs(ours - theirs).mean() < 0.015 and np.abs(ours - theirs).max() < 0.2  # within a step of the grid
    kept = held_coverage(fitted, risk, y.astype(float), 0.9)
    assert kept["held_0"] > 0.88 and kept["held_1"] > 0.86


def test_weights_of_one_change_nothing_and_others_act_as_copies():
    rng = np.random.default_rng(4)
    y, said = rng.normal(size=400), rng.normal(size=400)
    assert np.array_equal(errors_of(said, y, np.ones(400)).sorted, errors_of(said, y).sorted)
    copies = np.where(np.arange(400) < 100, 3, 1)
    many = errors_of(np.repeat(said, copies), np.repeat(y, copies))
    for value in (-1.0, 0.0, 1.0):
        ends = [told.interval(np.array([value]), 0.9) for told in (errors_of(said, y, copies), many)]
        assert np.allclose(*ends, atol=0.25)  # of an error of 1: the pieces by which its size is learned differ by some rows
    chance = rng.dirichlet(np.ones(3), 400)
    code = rng.integers(0, 3, 400)
    thrice = class_sets(np.repeat(chance, copies, axis=0), np.repeat(code, copies))
    by_weight = class_sets(chance, code, copies.astype(float))
    for coverage, misses in by_weight.misses.items():
        assert np.allclose(misses, thrice.misses[coverage], atol=0.02)


def _table(n: int):
    return pd.DataFrame({"asset": ["M-01"] * n, "cause": [None] * n, "product_type": ["L"] * n})
