"""What a data scientist chooses for a training: each choice does what it says, and what cannot be done is told."""

import numpy as np
import pytest

from data.readings.features import feature_matrix, signal_matrix
from data.usecase.file import load
from explainers.shapley.contributions import TreeContributions, probability
from models.corrections.counterexamples import behind
from models.dataset.choices import ChoiceError, Choices
from models.training.train import train
from models.training.training_set import training_set

MILLING = load("milling")


def trained(choices):
    return train(MILLING, training_set(MILLING, None, history_rows=12_000, choices=choices), lambda *_: True)


def risk(model, x):
    return probability(TreeContributions(model.booster, MILLING.features).margins(x))


def test_a_group_that_is_left_out_has_no_contribution_anywhere():
    model = trained(Choices(leave_out=("strain",)))
    x = model.training_set.x[:500]
    _, shares, _ = TreeContributions(model.booster, MILLING.features).of(x)
    at = MILLING.features.index("strain")
    assert (shares[:, at] == 0).all() and (shares[:, MILLING.features.index("power")] != 0).any()


def test_a_risk_that_may_only_rise_never_falls():
    at = MILLING.features.index("strain")
    x = np.repeat(trained_rows()[:50], 30, axis=0)
    x[:, at] = np.tile(np.linspace(0, 20_000, 30), 50)
    free, bound = (risk(trained(Choices(rises=rises)), x).reshape(50, 30) for rises in ((), ("strain",)))
    assert (np.diff(bound, axis=1) >= -1e-7).all() and (np.diff(free, axis=1) < -1e-4).any()


def trained_rows():
    return training_set(MILLING, None, history_rows=12_000).x


def test_groups_that_stand_apart_never_act_together():
    told = Choices(apart=("wear",)).constraints(MILLING)["interaction_constraints"]
    assert told == f"[[{MILLING.features.index('tool_wear')}], {[i for i, f in enumerate(MILLING.features) if f != 'tool_wear']}]"
    model = trained(Choices(apart=("wear",)))
    nodes = model.booster.trees_to_dataframe()
    wear = f"f{MILLING.features.index('tool_wear')}"
    for _, tree in nodes[nodes["Feature"] != "Leaf"].groupby("Tree"):
        used = set(tree["Feature"])
        assert used == {wear} or wear not in used


def test_a_search_is_the_same_each_time_and_no_worse_on_what_it_is_judged_by():
    kept, searched, again = trained(Choices()), trained(Choices(search=True)), trained(Choices(search=True))
    assert searched.params == again.params and (risk(searched, kept.training_set.x) == risk(again, kept.training_set.x)).all()
    assert searched.loss <= kept.loss * 1.02


@pytest.mark.parametrize(
    "params, said",
    [
        ({"leave_out": ["torqe"]}, "leave_out names 'torqe'"),
        ({"rises": ["strain"], "falls": ["strain"]}, "both rise and fall with strain"),
        ({"leave_out": list(MILLING.groups)}, "nothing to learn from"),
        ({"contradicted": "burn"}, "choose keep, leave_out or relabel"),
        ({"depth": 3}, "no choice 'depth'"),
    ],
)
def test_what_cannot_be_done_is_told(params, said):
    with pytest.raises(ChoiceError, match=said):
        Choices.of(MILLING, params)


def test_choices_survive_being_a_job_s_parameters():
    choices = Choices(search=True, contradicted="relabel", leave_out=("wear",), rises=("strain",), counterexamples=True)
    assert Choices.of(MILLING, choices.plain()) == choices and Choices().plain() == {}


def test_the_signals_behind_a_group_are_its_own_and_those_its_derived_features_are_made_of():
    assert behind(MILLING, ("strain",)) == ("tool_wear", "torque")
    assert set(behind(MILLING, ("power", "product"))) == {"torque", "rotational_speed", "product_type"}


def test_derived_features_of_counterexamples_follow_from_their_signals(staffed, record, scored_batch):
    from data.records import About
    from tests.models.corrections.test_corrections import correct

    record(scored_batch(0, 24, score=0.9))
    correct(staffed, 7, about=About(should_not_matter=("strain",)))
    told = training_set(MILLING, staffed, history_rows=3000, choices=Choices(counterexamples=True))
    copies = (told.table["origin"] == "counterexample").to_numpy()
    table = told.table[copies]
    assert copies.sum() == 40 and not told.held_out[copies].any() and set(told.y[copies]) == {0.0}
    assert table["torque"].nunique() > 10 and table["rotational_speed"].nunique() == 1
    assert np.array_equal(told.x[copies], feature_matrix(MILLING, signal_matrix(MILLING, table)))
