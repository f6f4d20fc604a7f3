"""What one person's corrections changed is seen by the same training without them."""

import numpy as np

from data.usecase.file import load
from models.judging.people_effect import effect_of_people
from models.training.train import train
from models.training.training_set import training_set
from tests.models.corrections.test_corrections import correct

MILLING = load("milling")
FREE = MILLING.model_copy(update={"review": MILLING.review.model_copy(update={"person_share": 1.0})})


def test_who_changed_what_is_told_by_a_training_without_them(staffed, record, scored_batch):
    record(scored_batch(0, 480, score=0.9))  # colder than any history: the model calls it a heat failure
    for reading in range(301, 325):
        correct(staffed, reading, outcome=0.0)
    told = training_set(FREE, staffed, history_rows=1500)
    trained = train(FREE, told, lambda *_: True)
    at = np.flatnonzero((told.table["origin"] == "correction").to_numpy() | told.held_out)
    (erik,) = effect_of_people(trained, told.x[at], told.failed[at], np.ones(len(at)))
    plain = train(FREE, training_set(FREE, None, history_rows=1500), lambda *_: True).predictor.risk(told.x[at]) >= 0.5
    now = trained.predictor.risk(told.x[at]) >= 0.5
    assert (erik["person"], erik["corrections"]) == ("erik", 24)
    assert (erik["warned"], erik["not_warned"]) == ((now & ~plain).sum(), (~now & plain).sum()) and erik["not_warned"] > 0
    (coarse,) = effect_of_people(trained, told.x[at], told.failed[at], np.ones(len(at)), np.arange(len(at)) % 3)
    width, wider = (one["figures"]["brier"]["high"] - one["figures"]["brier"]["low"] for one in (erik, coarse))
    assert wider > 1.3 * width, "of three runs less is known than of as many rows"
    assert told.without("erik").corrections == () and told.without("dana").corrections == told.corrections
