"""Classes of somebody's table by their names: the headline, the sentence that goes on from it, what stands beside advice, and the tables of a card."""

import pytest

from data.records import State
from data.usecase.target import ClassTarget
from explainers.certainty.coverage import Sure
from models.documents.card_trust import promises
from models.documents.card_values import own_section
from models.documents.document import Table, Text
from models.documents.words import ENGLISH
from models.state.telling import of_reading
from pages.parts.words.called import said_of_reading
from pages.parts.words.predicted import sure_sentences, told_as
from pages.parts.words.verbatim import PART
from tests.languages.test_classes_and_values_in_words import FAULTS, NORMAL, SENSOR, STICKS, plain, reading


def of_kinds(*severity, label="Befund"):
    """A line whose target is the column ``Befund`` of somebody's table."""
    outcomes = dict(enumerate(("in Ordnung", "Riss", "Pore", "Grat", "Lunker", "Kratzer")[: len(severity)]))
    return FAULTS.model_copy(update={"target": ClassTarget(label=label, outcomes=outcomes, severity=dict(enumerate(severity)))})


def second(use_case, seen, *plausible):
    return plain(sure_sentences(use_case, seen, Sure(0.9, classes=plausible))).replace(PART, "")


@pytest.mark.parametrize(
    ("severity", "predicted", "score", "state", "plausible", "said", "then"),
    [
        ((0, 1, 1), 1, 0.97, State.LIKELY, (1,), "likely: Riss, risk of something other than in Ordnung 97 %", "Only one is plausible: **Riss**"),
        ((0, 1, 1), 1, 0.97, State.LIKELY, (1, 2), "likely: Riss or Pore, risk of something other than in Ordnung 97 %", "Which one is not certain: each"),
        ((0, 1, 1), 1, 0.86, State.POSSIBLE, (0, 1), "possible something other than in Ordnung, risk 86 %; most likely Riss, 1 other is plausible", "Which one is not certain: each"),
        ((0, 1, 1), 1, 0.97, State.LIKELY, (), "likely: Riss, risk of something other than in Ordnung 97 %", "Unusual for every class"),
        ((0, 1, 1), 1, 0.97, State.LIKELY, (0,), "likely something other than in Ordnung, risk 97 %; most likely Riss, 1 other is plausible", "I don't know: by itself only **in Ordnung** is plausible"),
        ((0, 1, 1), 1, 0.97, State.LIKELY, (2,), "likely: Riss or Pore, risk of something other than in Ordnung 97 %", "Which one is not certain: most like **Riss**, yet only **Pore**"),
        ((0, 1), 1, 0.97, State.LIKELY, (1,), "likely Riss, risk 97 %", "Only one is plausible: **Riss**"),
        ((0, 1), 0, 0.70, State.POSSIBLE, (0, 1), "possible Riss, risk 70 %", "Which one is not certain: each"),
        ((0, 0, 1, 1), 2, 0.97, State.LIKELY, (2,), "likely: Pore, risk of Pore or Grat 97 %", "Only one is plausible: **Pore**"),
        ((0, 0, 1, 1, 1, 1), 2, 0.30, State.NORMAL, (0, 1, 2, 3, 4), "no advice, risk of a bad Befund 30 %; most likely Pore, 4 others are plausible", "Which one is not certain: 5 of 6 are plausible"),
    ],
)  # fmt: skip
def test_of_somebodys_table_the_class_is_named_and_the_second_sentence_goes_on_from_the_first(
    severity, predicted, score, state, plausible, said, then
):
    use_case, seen = of_kinds(*severity), reading(FAULTS, predicted, score, state)
    found = said_of_reading(use_case, of_reading(use_case, seen), seen, Sure(0.9, classes=plausible))
    assert plain(found) == said and not found.startswith(("likely Befund", "possible Befund"))
    assert second(use_case, seen, *plausible).startswith(then)


def test_beside_advice_no_class_stands_that_is_fine():
    seen = reading(FAULTS, NORMAL, 0.80, State.POSSIBLE)
    assert told_as(FAULTS, seen, True) == "" and told_as(FAULTS, seen, False) == "normal operation"
    assert told_as(FAULTS, reading(FAULTS, STICKS, 0.80, State.POSSIBLE), True) == "reactor cooling water valve sticks"


@pytest.mark.parametrize("use_case", [FAULTS, SENSOR], ids=["classes", "value"])
def test_tables_of_promises_on_a_card_are_named_by_their_questions(use_case):
    kept = {
        "promised": 0.9,
        "held": 0.91,
        "range": [0.88, 0.92],
        "held_1": 0.9,
        "single": 0.5,
        "empty": 0.0,
        "width": 1.0,
        "widths": [1.0, 2.0],
    }
    risky = {"promised": 0.9, "rows": [900, 100], "failures": 40, "held_0": 0.9, "range_1": None, "margin_1": None} | kept
    one = {name: 0.8 for name in ("value", "low", "high")}
    held = {"by_class": {}} | dict.fromkeys(("accuracy", "mae", "rmse", "bias", "r2"), one)
    own = own_section(use_case, {"held_out": held, "sure": [kept]}, ENGLISH)
    blocks = [*own.blocks, *promises(use_case, [risky], ENGLISH)]
    tables = [at for at, block in enumerate(blocks) if isinstance(block, Table) and block.head[0] == "Promised confidence"]
    heads = [set(blocks[at].head) for at in tables]
    assert len(tables) == 2 and not {name for name in heads[0] & heads[1] if "Kept" in name or "left open" in name}
    questions = [" ".join(block.text for block in blocks[:at] if isinstance(block, Text)) for at in tables]
    assert "Which class is it?" in questions[0] or "Which value is it?" in questions[0]
    assert "Is it bad or fine?" in questions[1]
