"""What is independent is found, held out whole, and counted; what cannot be judged is said; and a figure that a simple rule reaches is no praise."""

import numpy as np
import pandas as pd
import pytest

from data.onboarding.create import create
from data.onboarding.profile import profile
from data.usecase.file import load
from data.usecases.__main__ import main
from models.dataset.history import history_of
from models.dataset.replayed import not_again
from models.dataset.split import split_of
from models.documents.card_judged import floor_text, judged_section, knows_no_better
from models.documents.words import ENGLISH
from models.judging.evaluation import evaluate, interval, resampled
from models.judging.evaluation_of_values import own_figures
from models.judging.floor import floor
from models.judging.judging import judged
from models.judging.newest import drifted, newest
from models.release.portrait import Portrait
from models.training.train import train
from models.training.training_set import training_set


def runs(count=24, each=40, seed=0, told=False):
    """Runs with an offset of their own in every signal; the target is set for a whole run, by chance or by ``x``."""
    rng = np.random.default_rng(seed)
    run = np.repeat(np.arange(count), each)
    offset = rng.normal(size=(count, 3))
    bad = offset[:, 0] > 0 if told else rng.permutation(np.arange(count) % 2 == 0)
    x = offset[run] * 3 + rng.normal(size=(len(run), 3))
    return pd.DataFrame(x, columns=["x", "y", "z"]).assign(state=np.where(bad[run], "worn", "fine")), run


def made(frame, target, home, **given):
    home.mkdir(exist_ok=True, parents=True)
    frame.to_csv(home / "u.csv", index=False)
    create([home / "u.csv"], target, home, name="u", **given)
    return load("u", home)


def lab(rng, hours=40, each=30):
    """A value from the laboratory once an hour, and signals of every two minutes."""
    hour = np.repeat(np.arange(hours), each)
    value = rng.normal(3, 1, hours).round(2)
    when = pd.Timestamp("2026-01-05") + pd.to_timedelta(np.arange(len(hour)) * 2, unit="min")
    flow = rng.normal(size=len(hour)) + value[hour]
    return pd.DataFrame({"time": when.astype(str), "flow": flow, "grade": rng.normal(size=hours)[hour], "silica": value[hour]})


def engines(rng):
    parts = []
    for unit in range(1, 9):
        life = int(rng.integers(40, 60))
        cycle = np.arange(1, life + 1)
        parts.append(pd.DataFrame({"engine": unit, "cycle": cycle, "t": cycle + rng.normal(0, 5, life), "rul": life - cycle}))
    return pd.concat(parts, ignore_index=True)


@pytest.mark.parametrize(
    ("column", "of", "kind"),
    [
        ("No", lambda run: run + 1, "run"), ("batch id", lambda run: [f"B{one:03}" for one in run], "batch"), ("lot", lambda run: run * 7 + 1000, "batch"),
        ("Versuch", lambda run: run + 1, "experiment"), ("label", lambda run: [f"r{one}" for one in run], "run"),
    ],
)  # fmt: skip
def test_a_column_that_numbers_or_names_runs_is_their_name_and_no_signal(column, of, kind):
    table, run = runs()
    found = profile(table.assign(**{column: of(run)}), "state")
    assert (found.group.header, found.group.kind, found.group.count) == (column, kind, 24)
    assert [one.header for one in found.signals] == ["x", "y", "z"]
    shuffled = table.assign(**{column: of(run)}).sample(frac=1, random_state=1)
    assert column == "label" or profile(shuffled, "state").group.header == column


def test_what_is_no_run_is_not_taken_for_one():
    rng = np.random.default_rng(0)
    x = pd.DataFrame(rng.normal(size=(960, 2)), columns=["a", "b"])
    hour = pd.date_range("2026-01-01", periods=960, freq="h")
    plain = x.assign(product=rng.choice(list("LMH"), 960), wear=np.arange(960) // 3 % 100, hour=hour.hour, time=hour.astype(str))
    assert profile(plain.assign(bad=(x.a + x.b > 1.5).astype(int)), "bad").group is None
    assert profile(x.assign(y=x.a + rng.normal(size=960)), "y").group is None


def test_counters_files_engines_laboratory_values_and_settled_classes_are_groups(tmp_path):
    rng = np.random.default_rng(1)
    table, run = runs()
    told = {
        "counter": (profile(table.assign(step=np.tile(np.arange(40), 24)), "state"), "run", 24),
        "settled": (profile(runs(told=True)[0].iloc[: 40 * 20], "state"), "run", None),
        "laboratory": (profile(lab(rng), "silica"), "sample", 40),
        "engines": (profile(engines(rng), "rul"), "engine", 8),
        "files": (profile(table, "state", files=np.array([f"run_{one}.csv" for one in run], object)), "file", 24),
        "named": (profile(table.assign(shift=run // 2), "state", group="shift"), "run", 12),
    }
    for name, (found, kind, count) in told.items():
        assert found.group is not None and found.group.kind == kind and count in (None, found.group.count), name
    assert any("grade" in one and "known only as late" in one for one in told["laboratory"][0].warnings)
    for at in range(6):
        table[run == at].to_csv(tmp_path / f"{at}.csv", index=False)
    words = [
        "new",
        *(str(tmp_path / f"{at}.csv") for at in range(6)),
        "--target",
        "state",
        "--home",
        str(tmp_path),
        "--name",
        "six",
    ]
    assert main(words) == 0
    use_case = load("six", tmp_path)
    assert use_case.group.kind == "file" and history_of(use_case)["group"].nunique() == 6


def test_a_table_that_is_sorted_by_class_has_each_class_in_every_part(tmp_path):
    rng = np.random.default_rng(2)
    kind = np.repeat(np.arange(7), 60)
    table = pd.DataFrame(rng.normal(size=(420, 3)) + 3 * kind[:, None], columns=list("abc")).assign(
        fault=[f"F{one}" if one else "Normal" for one in kind]
    )
    use_case = made(table, "fault", tmp_path)
    told = training_set(use_case, None)
    for part in (told.held_out, told.watched, ~told.held_out & ~told.watched):
        assert set(told.y[part]) == set(range(7))
    assert told.split.lacking == {} and use_case.block_s == use_case.cadence_s
    again = training_set(use_case, None)
    assert (again.held_out == told.held_out).all()
    rare = pd.concat([table, table.head(2).assign(fault="F9")], ignore_index=True)
    lacking = training_set(made(rare, "fault", tmp_path / "rare"), None).split.lacking
    assert list(lacking.values()) == [("watched",)] and list(lacking) == [7]


def test_a_group_stands_on_one_side_and_too_few_are_not_judged(tmp_path):
    table, run = runs()
    told = training_set(made(table.assign(run=run), "state", tmp_path), None)
    parts = pd.DataFrame({"unit": told.unit, "held": told.held_out, "watched": told.watched})
    assert (parts.groupby("unit").nunique() == 1).all().all() and parts.groupby("unit")["held"].first().sum() == 8
    few = made(table[run < 3].assign(run=run[run < 3]), "state", tmp_path / "few", group="run")
    told = training_set(few, None)
    assert told.split.why_not and not told.held_out.any() and told.watched.any() and not told.watched.all()
    portrait = Portrait(train(few, told, lambda *_: True))
    portrait.quality = {}  # how good its reasons are is asked elsewhere, and slow
    figures = judged(portrait, None)
    assert figures["held_out"]["auc"]["value"] is None and figures["floor"] is None and "auc" not in figures["newest"]
    assert "too few independent groups" in judged_section(few, figures, ENGLISH).blocks[0].text


def test_a_bootstrap_of_few_runs_is_as_wide_as_students_t_over_their_means():
    from scipy.stats import t

    rng, ratio = np.random.default_rng(0), []
    for seed in range(40):
        means = rng.normal(size=8)
        value = np.repeat(means, 50) + rng.normal(0, 0.1, 400)
        unit = np.repeat(np.arange(8), 50)
        weights = resampled(400, seed, unit)
        told = interval(float(value.mean()), weights @ value / np.maximum(weights.sum(axis=1), 1), 8)
        ratio.append((told["high"] - told["low"]) / (2 * t.ppf(0.975, 7) * means.std(ddof=1) / 8**0.5))
    assert 0.85 < np.mean(ratio) < 1.25
    assert interval(1.0, np.ones(300), 6, True)["low"] == pytest.approx(0.025 ** (1 / 6))


def test_only_units_with_a_failure_say_how_many_failures_are_found():
    """26 runs of 40 rows; four failures, all in two of them, and none is warned of. The true recall may be far above nothing."""
    use_case = load("milling")
    unit, y = np.repeat(np.arange(26), 40), np.zeros(1040)
    y[[3, 9, 50, 60]] = 1
    table = pd.DataFrame({"asset": "M-01", "cause": [None] * 1040, "product_type": "L"})
    none = evaluate(use_case, np.full(1040, 0.01), y, table, unit)
    assert none["recall"]["value"] == 0 and none["recall"]["high"] == pytest.approx(1 - 0.025**0.5)
    right = evaluate(use_case, y * 0.9, y, table, unit)
    assert right["recall"]["low"] == pytest.approx(0.025**0.5) and right["cost_per_1000"]["value"] == 0
    assert right["cost_per_1000"]["high"] == pytest.approx(1000 * use_case.costs.miss * (1 - 0.025 ** (1 / 26)))
    risk = np.random.default_rng(0).random(1040)
    few, many = (evaluate(use_case, risk, one, table, unit)["auc"] for one in (y, (np.arange(1040) % 40 < 2).astype(float)))
    assert few["high"] - few["low"] > 3 * (many["high"] - many["low"])


@pytest.mark.parametrize("experiments", [3, 4])
def test_few_experiments_are_groups_too_and_no_signal(experiments):
    """Of so few nothing can be judged, which is then said; as a signal they would be learned."""
    rng = np.random.default_rng(0)
    which = np.repeat([f"exp {at}" for at in range(experiments)], 300)
    frame = pd.DataFrame(
        {"experiment": which, "a": rng.normal(size=len(which)), "defect": rng.choice(["ok", "defect"], len(which))}
    )
    found = profile(frame, "defect")
    assert found.group is not None and found.group.header == "experiment"


def test_a_model_of_nothing_is_told_as_no_better_and_a_good_one_is_not(tmp_path):
    for told, worse in ((False, True), (True, False)):
        table, run = runs(count=40, told=told, seed=3)
        use_case = made(table.assign(run=run), "state", tmp_path / str(told))
        seen = training_set(use_case, None)
        trained = train(use_case, seen, lambda *_: True)
        rows, fit = np.flatnonzero(seen.held_out), np.flatnonzero(~seen.held_out)
        found = floor(use_case, seen, fit, rows, trained.predictor.risk(seen.x[rows]))
        if worse:
            assert knows_no_better({"floor": found})
        else:  # x by itself is the truth
            assert found["rule"] in ("split", "signal") and found["feature"] == "x" and found["model"] > 0.85
        by_rows = floor(use_case, seen, fit, rows, seen.failed[rows] + 0.0)
        assert by_rows["model"] == 1.0 and (by_rows["low"] >= 0 or not worse)


def test_one_signal_that_tells_it_by_itself_is_the_rule_to_beat_and_is_named_on_the_card(tmp_path):
    """What a repair cost is known afterwards. ``new`` asks once; whoever reads the card later is told too."""
    rng = np.random.default_rng(3)
    bad = rng.random(3000) < 0.2
    cost = np.where(bad, 40 + 30 * rng.standard_normal(3000), 0) + 12 * rng.standard_normal(3000)
    frame = pd.DataFrame(
        {"x": rng.normal(size=3000) + 0.4 * bad, "z": rng.normal(size=3000), "cost": cost, "result": np.where(bad, "bad", "fine")}
    )
    use_case = made(frame, "result", tmp_path / "home")
    told = training_set(use_case, None)
    rows = np.flatnonzero(told.held_out)
    found = floor(use_case, told, np.flatnonzero(~told.held_out), rows, told.failed[rows].astype(float))
    assert (found["rule"], found["feature"], found["sign"]) == ("signal", "cost", 1)
    by_pairs = np.mean(np.sign(cost[bad][:, None] - cost[~bad][None, :]) / 2 + 0.5)
    assert found["value"] == pytest.approx(by_pairs, abs=0.03)
    said = floor_text(use_case, found, ENGLISH)
    assert "the higher Cost, the likelier" in said and ("make sure that it is known in time" in said) == (found["value"] >= 0.97)


def test_what_was_known_last_time_is_a_rule_for_a_value_with_times(tmp_path):
    rng = np.random.default_rng(4)
    walk = np.cumsum(rng.normal(size=3000))
    when = pd.date_range("2026-01-01", periods=3000, freq="min").astype(str)
    table = pd.DataFrame({"time": when, "a": rng.normal(size=3000), "b": rng.normal(size=3000), "level": walk})
    use_case = made(table, "level", tmp_path, task="regression")
    seen = training_set(use_case, None)
    trained = train(use_case, seen, lambda *_: True)
    rows = np.flatnonzero(seen.held_out)
    found = floor(use_case, seen, np.flatnonzero(~seen.held_out), rows, trained.predictor.predicted(seen.x[rows]))
    assert found["rule"] == "last" and found["value"] > 0.9 and knows_no_better({"floor": found})


def test_a_plant_that_drifts_is_told_by_the_newest_stretch(tmp_path):
    rng, n = np.random.default_rng(5), 1200
    a, at = rng.normal(size=n), np.arange(n)
    turned = np.where(at < 0.8 * n, 1.0, -1.0)
    table = pd.DataFrame(
        {"time": pd.date_range("2026-01-01", periods=n, freq="min").astype(str), "a": a, "b": rng.normal(size=n)}
    )
    for name, y, told in (("drifts", a * turned, True), ("steady", a, False)):
        use_case = made(table.assign(y=y + rng.normal(0, 0.3, n)), "y", tmp_path / name, task="regression")
        trained = train(use_case, training_set(use_case, None), lambda *_: True)
        late = newest(trained)
        rows = np.flatnonzero(trained.training_set.held_out)
        held = own_figures(
            use_case,
            trained.predictor,
            trained.training_set.x[rows],
            trained.training_set.y[rows],
            trained.training_set.unit[rows],
        )
        assert drifted(use_case, held, late) is told, (name, held["r2"], late["r2"])
        assert (late["r2"]["value"] < 0) is told


def test_the_history_once_more_is_no_new_truth(tmp_path):
    table, run = runs()
    use_case = made(table.assign(run=run), "state", tmp_path)
    history = history_of(use_case)
    truth = history.drop(columns="group").assign(id=np.arange(len(history)))
    moved = truth.assign(x=truth["x"] + 0.01)
    kept, again = not_again(use_case, history, pd.concat([truth, moved], ignore_index=True))
    assert again == len(history) and len(kept) == len(history)


def test_the_split_of_a_history_does_not_depend_on_what_becomes_of_its_rows(tmp_path):
    table, run = runs()
    use_case = made(table.assign(run=run), "state", tmp_path)
    history = history_of(use_case)
    split = split_of(use_case, history)
    assert split.held_out == split_of(use_case, history.sample(frac=1, random_state=0)).held_out
