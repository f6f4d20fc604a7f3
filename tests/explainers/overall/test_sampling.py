"""What is told of the error of a sample, against errors that are known."""

import numpy as np
import pandas as pd
import pytest

from explainers.overall.sampling import cluster_bootstrap, relative_error, standard_error, stretches


def test_resampling_clusters_of_ten_copies_is_wider_by_the_root_of_ten():
    rng = np.random.default_rng(11)
    values, codes = np.repeat(rng.normal(1, 1, size=(200, 3)), 10, axis=0), np.repeat(rng.permutation(200), 10)
    shuffled = rng.permutation(2000)
    values, codes = values[shuffled], codes[shuffled]
    low, high = cluster_bootstrap(values, codes, resamples=2000)
    naive_low, naive_high = cluster_bootstrap(values, np.arange(2000), resamples=2000)
    assert (high - low) / (naive_high - naive_low) == pytest.approx(np.full(3, np.sqrt(10)), rel=0.1)
    assert (low < values.mean(axis=0)).all() and (values.mean(axis=0) < high).all()
    error, naive = standard_error(values, codes), standard_error(values, np.arange(2000))
    assert naive == pytest.approx(values.std(axis=0, ddof=1) / np.sqrt(2000))
    assert (high - low) / 2 / 1.96 == pytest.approx(error, rel=0.1)
    assert relative_error(-values, codes) == pytest.approx(standard_error(np.abs(values), codes) / np.abs(values).mean(axis=0))


def test_the_interval_holds_the_truth_as_often_as_it_says():
    rng = np.random.default_rng(5)
    hits = 0
    for seed in range(200):
        sizes = rng.integers(1, 12, size=60)
        codes = np.repeat(np.arange(60), sizes)
        low, high = cluster_bootstrap(rng.normal(size=60)[codes, None] + 0.1 * rng.normal(size=(len(codes), 1)), codes, 200, seed)
        hits += low[0] <= 0 <= high[0]
    assert 0.88 <= hits / 200 <= 0.99


def test_clusters_are_drawn_in_steps_and_by_seed(monkeypatch):
    values, codes = np.random.default_rng(0).normal(size=(300, 2)), np.arange(300) // 3
    whole = cluster_bootstrap(values, codes, seed=1)
    monkeypatch.setattr("explainers.overall.sampling.WEIGHTS", 1000)
    assert np.array_equal(whole, cluster_bootstrap(values, codes, seed=1))
    assert not np.array_equal(whole, cluster_bootstrap(values, codes, seed=2))
    with pytest.raises(ValueError, match="300 rows"):
        cluster_bootstrap(values, codes[:10])


def test_readings_of_one_machine_in_the_same_minutes_are_one_stretch_whatever_the_time_is_kept_in():
    time = pd.to_datetime(["2026-03-02 12:00:01", "2026-03-02 12:09:59", "2026-03-02 12:10:00", "2026-03-02 12:00:01"], utc=True)
    asset = pd.Series(["M-01", "M-01", "M-01", "M-02"])
    for unit in ("us", "ns", "s"):
        codes = stretches(asset, pd.Series(time.as_unit(unit)))
        assert codes[0] == codes[1] and len(set(codes.tolist())) == 3
