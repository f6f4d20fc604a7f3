"""Training and judging: deterministic, group-aware, corrections count, figures are those of the reference."""

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, brier_score_loss, precision_score, recall_score, roc_auc_score

from data.usecase.file import load
from models.corrections.corrections import CORRECTION_WEIGHT
from models.judging.comparison import compared, parts_compared, reasons_compared
from models.judging.evaluation import evaluate
from models.training.progress import Stopped
from models.training.train import train
from models.training.training_set import training_set

MILLING = load("milling")


@pytest.fixture(scope="module")
def small():
    return training_set(MILLING, None, history_rows=12_000)


@pytest.fixture(scope="module")
def trained(small):
    return train(MILLING, small, lambda *_: True)


def risks(trained, rows):
    return trained.booster.inplace_predict(rows)


def test_the_same_rows_and_seed_give_the_same_model_bit_for_bit(small, trained):
    again = train(MILLING, training_set(MILLING, None, history_rows=12_000), lambda *_: True)
    assert again.training_set.manifest == small.manifest
    assert (risks(again, small.x) == risks(trained, small.x)).all()


def test_held_out_groups_are_whole_assets_and_days(small):
    groups = small.table["asset"] + small.table["time"].dt.strftime("%Y-%m-%d")
    assert small.held_out.any()
    for _, held in zip(*np.unique(groups, return_index=True), strict=True):
        assert len(set(small.held_out[(groups == groups.iloc[held]).to_numpy()])) == 1


def test_a_training_stops_when_it_is_told_to(small):
    with pytest.raises(Stopped):
        train(MILLING, small, lambda fraction, _: fraction < 0.1)


def test_progress_only_grows(small):
    seen = []
    train(MILLING, small, lambda fraction, _: seen.append(fraction) or True)
    assert seen == sorted(seen) and len(seen) > 3


def test_figures_are_those_of_scikit_learn(small, trained):
    rows = small.held_out
    risk, y = risks(trained, small.x[rows]), small.y[rows]
    found = evaluate(MILLING, risk, y, small.table[rows])
    advised = risk >= MILLING.advice.possible.enter
    reference = {
        "precision": precision_score(y, advised),
        "recall": recall_score(y, advised),
        "average_precision": average_precision_score(y, risk),
        "auc": roc_auc_score(y, risk),
        "brier": brier_score_loss(y, risk),
    }
    for name, value in reference.items():
        assert found[name]["value"] == pytest.approx(value, abs=1e-6), name
        assert found[name]["low"] <= value <= found[name]["high"]


def test_the_rules_of_the_line_are_learned(small, trained):
    found = evaluate(MILLING, risks(trained, small.x[small.held_out]), small.y[small.held_out], small.table[small.held_out])
    assert found["precision"]["value"] > 0.85 and found["recall"]["value"] > 0.8


def test_a_model_compared_with_itself_is_the_same_and_with_noise_it_is_better(small, trained):
    rows = small.held_out
    risk, y = risks(trained, small.x[rows]), small.y[rows]
    assert {row["verdict"] for row in compared(MILLING, risk, risk, y).values()} == {"same"}
    noise = np.random.default_rng(0).random(len(y))
    assert compared(MILLING, risk, noise, y)["auc"]["verdict"] == "better"
    assert compared(MILLING, noise, risk, y)["brier"]["verdict"] == "worse"


def test_every_part_of_the_plant_is_compared_with_an_interval_of_the_difference(small, trained):
    rows = small.held_out
    risk, y, table = risks(trained, small.x[rows]), small.y[rows], small.table[rows]
    same = {one["value"]: one for one in parts_compared(MILLING, risk, risk, y, table)}
    assert {"L", "M", "H"} < set(same) <= {*MILLING.areas, "L", "M", "H"} and all(
        one["low"] == one["high"] == 0 for one in same.values()
    )
    blind = np.where((table["product_type"] == "L").to_numpy(), 0.0, risk)  # finds nothing in product L any more
    found = {one["value"]: one for one in parts_compared(MILLING, blind, risk, y, table)}
    lost = found["L"]
    assert lost["new"] == 0 and lost["low"] <= -lost["old"] <= lost["high"] < 0 and found["M"]["low"] == found["M"]["high"] == 0
    assert lost["failures"] == int((y[(table["product_type"] == "L").to_numpy()] > 0).sum())


def test_reasons_are_compared_as_shares_and_ranks():
    found = reasons_compared({"a": 1.0, "b": 3.0}, {"a": 3.0, "b": 1.0})
    assert [(g["group"], g["new"], g["rank_old"]) for g in found["groups"]] == [("b", 0.75, 2), ("a", 0.25, 1)]
    assert found["ndcg"] < 1


def test_corrections_join_the_training_set_with_their_weight_and_are_named_in_the_manifest(staffed, record, scored_batch):
    from data.records import Flag, FlagKind, FlagReason, Verdict, VerdictKind

    record(scored_batch(0, 24))
    seen = staffed.readings.board("milling")[0].prediction
    flag = staffed.feedback.raise_flag(
        Flag("milling", seen.asset, seen.id, 1, "olga", FlagKind.WRONG, FlagReason.FALSE_ALARM, {"score": 0.9}), 1.0
    )
    staffed.feedback.claim(flag.case, "erik")
    _, correction = staffed.feedback.decide(Verdict(flag.case, "erik", VerdictKind.MODEL_WRONG, "ok", 0.0))
    found = training_set(MILLING, staffed, history_rows=2000)
    rows = (found.table["origin"] == "correction").to_numpy()
    assert found.table.loc[rows, "reading"].tolist() == [seen.id]
    assert found.weight[rows].tolist() == [CORRECTION_WEIGHT]
    assert not found.held_out[rows].any()
    assert found.corrections == (correction.id,) and found.manifest["corrections"] == [correction.id]
