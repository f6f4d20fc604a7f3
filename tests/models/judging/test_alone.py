"""One signal that tells the outcome nearly by itself is named on the card, of every task: it may be known only afterwards."""

import numpy as np
import pandas as pd
import pytest

from models.documents.card_judged import judged_section
from models.documents.words import ENGLISH
from models.judging.alone import alone
from models.judging.judging import judged
from models.release.portrait import Portrait
from models.training.train import train
from models.training.training_set import training_set
from tests.models.training.test_independent import made


@pytest.mark.parametrize("task", ["binary", "multiclass", "regression"])
def test_one_signal_that_tells_nearly_everything_is_named_on_the_card_of_every_task(tmp_path, task):
    """A score that is worked out of the result, a code of the finding, a second measurement of the value: known as late as that."""
    rng = np.random.default_rng(5)
    x, n = rng.normal(size=(3000, 2)), 3000
    if task == "regression":
        outcome = 10 + 2 * x[:, 0] + rng.normal(size=n)
        late = outcome + 0.25 * rng.normal(size=n)
    else:
        outcome = (x[:, 0] + rng.normal(size=n) > 1).astype(int) + (task == "multiclass") * (x[:, 1] + rng.normal(size=n) > 1)
        late = outcome + (0.3 if task == "binary" else 0.22) * rng.normal(size=n)
    word = outcome if task == "regression" else np.array(["fine", "crack", "pore"])[outcome]
    frame = pd.DataFrame({"x": x[:, 0], "z": x[:, 1], "late": late, "result": word})
    use_case = made(frame, "result", tmp_path / "home")
    assert use_case.task == task and "late" in use_case.features
    told = training_set(use_case, None)
    rows, fit = np.flatnonzero(told.held_out), np.flatnonzero(~told.held_out)
    found = alone(use_case, told, fit, rows)
    assert found["feature"] == "late" and found["value"] >= 0.97
    on = {"units": 10, "kind": "row", "why_not": None, "lacking": {}}
    card = judged_section(use_case, {"judged_on": on, "alone": found}, ENGLISH)
    assert any(one.strong and "Late alone tells it nearly without fail" in one.text for one in card.blocks)
    use_case = made(frame.drop(columns="late"), "result", tmp_path / "honest")
    told = training_set(use_case, None)
    rows, fit = np.flatnonzero(told.held_out), np.flatnonzero(~told.held_out)
    assert alone(use_case, told, fit, rows) is None
    assert not any("alone" in one.text for one in judged_section(use_case, {"judged_on": on, "alone": None}, ENGLISH).blocks)


def test_a_signal_that_tells_bad_from_fine_among_several_classes_is_named_too_and_a_judged_release_keeps_it(tmp_path):
    rng = np.random.default_rng(6)
    kind = rng.choice(["fine", "crack", "pore"], 2000, p=[0.6, 0.2, 0.2])
    frame = pd.DataFrame(
        {"x": (kind == "crack") + rng.normal(size=2000), "cost": (kind != "fine") + 0.22 * rng.normal(size=2000), "result": kind}
    )
    use_case = made(frame, "result", tmp_path / "home")
    told = training_set(use_case, None)
    figures = judged(Portrait(train(use_case, told, lambda *_: True)), None)
    assert figures["alone"]["feature"] == "cost" and figures["alone"]["only_bad"]
    said = " ".join(block.text for block in judged_section(use_case, figures, ENGLISH).blocks)
    assert "Cost alone tells bad from fine nearly without fail: make sure that it is known in time." in said
