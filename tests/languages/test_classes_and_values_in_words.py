"""Several classes, values and windows as an operator reads them: the headline, which value a reason is told by, its sentence and its number."""

from datetime import UTC, datetime

import numpy as np
import pytest

from data.records import Prediction, State
from data.shifts import Shift
from data.usecase.file import load
from data.usecase.parts import Signal
from data.usecase.target import ClassTarget
from explainers.certainty.coverage import Sure
from explainers.local.naming import apart, read_out
from explainers.local.reasons import Shown
from explainers.shapley.contract import Explanation
from explainers.shapley.contrast import NOBODY, ahead
from explainers.shapley.group_shares import EXACT
from models.documents.document import markdown
from models.documents.handover import document
from models.documents.shift import Facts
from models.documents.words import ENGLISH
from models.kinds.predictor import task_of
from models.numbers.bands import rounded
from models.release.told import as_explained, as_recorded, by_code, reasons_told
from models.state.telling import of_reading
from pages.parts.words.bands import edges
from pages.parts.words.called import said_of_reading
from pages.parts.words.predicted import bad_word
from pages.parts.words.scale import told as scale_of
from pages.parts.words.shares import lead_text, points_text, rest_text
from pages.parts.words.wording import band_text, reason_line, reason_sentence

FAULTS, SENSOR = load("tennessee_eastman"), load("tep_soft_sensor")
NORMAL, STICKS = 0, 14


def reading(use_case, predicted, score, state=State.NORMAL, inside=None):
    values = dict.fromkeys([*use_case.recorded, *use_case.derived], 1.0)
    return Prediction(
        use_case.name, 1, use_case.assets[0], datetime(2026, 3, 2, tzinfo=UTC), 1, values, 1, score, state, 0.0, inside or {}, None,
        float(predicted),
    )  # fmt: skip


def headline(use_case, seen, *plausible):
    said = said_of_reading(use_case, of_reading(use_case, seen), seen, Sure(0.9, classes=plausible) if plausible else None)
    return said.replace("\u202f", " ").replace("\u00a0", " ")


def faults_told(seen, shares, of, against, band=lambda _: None):
    groups = dict.fromkeys(FAULTS.groups, 0.0) | shares
    names = FAULTS.target.outcomes
    exact = Explanation(
        EXACT, "margin", tuple(groups), 0.0, np.array(list(groups.values())), sum(groups.values()), of=names[of], against=names[against]
    )  # fmt: skip
    return reasons_told(FAULTS, seen, exact, band)


def plain(text):
    return text.replace("\u202f", " ").replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("predicted", "score", "state", "plausible", "said"),
    [
        (STICKS, 0.97, State.LIKELY, (STICKS,), "likely: reactor cooling water valve sticks, risk of fault 97 %"),
        (STICKS, 0.86, State.POSSIBLE, (STICKS, 0, 3), "possible fault, risk 86 %; most likely reactor cooling water valve sticks, 2 others are plausible"),
        (STICKS, 0.68, State.NORMAL, (STICKS, 0, 3, 9), "no advice, risk of fault 68 %; most likely reactor cooling water valve sticks, 3 others are plausible"),
        (STICKS, 0.31, State.NORMAL, (), "no advice, risk of fault 31 %; most likely reactor cooling water valve sticks"),
        (NORMAL, 0.06, State.NORMAL, (0, 15), "no advice: normal operation, risk of fault 6 %"),
        (NORMAL, 0.59, State.NORMAL, (0, 3, 9), "no advice, risk of fault 59 %; which one is not clear"),
        (NORMAL, 0.80, State.POSSIBLE, (0, 3, 9), "possible fault, risk 80 %; which one is not clear"),
    ],
)  # fmt: skip
def test_a_headline_names_the_class_and_what_else_it_may_be(predicted, score, state, plausible, said):
    assert headline(FAULTS, reading(FAULTS, predicted, score, state), *plausible) == said


def test_a_headline_of_a_value_says_it_beside_what_is_allowed():
    quiet, high = reading(SENSOR, 0.83, 0.01), reading(SENSOR, 1.03, 0.98, State.LIKELY)
    assert headline(SENSOR, quiet) == "no advice: E in the product 0.83 mol% predicted, at most 0.95 mol% allowed, risk 1 %"
    assert headline(SENSOR, high) == "likely E in the product above 0.95 mol%, risk 98 %; predicted: 1.03 mol%"


def test_a_column_s_name_is_not_called_bad():
    outcomes = {0: "Defect type 0", 1: "Defect type 1", 2: "Defect type 2"}
    kinds = FAULTS.model_copy(update={"target": ClassTarget(label="Defect type", outcomes=outcomes, severity={0: 0, 1: 1, 2: 1})})
    assert bad_word(kinds) == "something other than Defect type 0" and bad_word(FAULTS) == "fault"
    assert (
        headline(kinds, reading(FAULTS, 2, 0.95, State.LIKELY), 2)
        == "likely: Defect type 2, risk of something other than Defect type 0 95 %"
    )
    none_fine = kinds.model_copy(
        update={"target": ClassTarget(label="Defect type", outcomes=outcomes, severity={0: 1, 1: 1, 2: 1})}
    )
    assert bad_word(none_fine) == "Defect type 0, Defect type 1 or Defect type 2"


def test_a_fault_is_told_against_what_is_fine_and_what_is_fine_against_a_fault():
    scores = np.array([[1.0, 5.0, 4.0], [3.0, 2.0, 1.0], [1.0, 4.0, 5.0]])
    assert [pair.tolist() for pair in ahead(scores, good=(0,))] == [[1, 0, 2], [0, 1, 0]]
    assert [pair.tolist() for pair in ahead(scores)] == [[1, 0, 2], [2, 1, 1]]  # nothing is said to be fine: the runner-up
    assert [pair.tolist() for pair in ahead(scores[:1], good=(0, 1, 2))] == [[1], [2]]
    assert ahead(np.array([[2.0]]), good=(0,))[1].tolist() == [NOBODY]
    assert ahead(scores, seen=[1, 2], good=(0,))[1].tolist() == [2, 2, 1]  # what is fine was never seen
    assert task_of(FAULTS).good == (0,) and task_of(SENSOR).good == ()


def test_reasons_of_a_class_are_sentences_with_both_classes_named():
    seen = reading(FAULTS, STICKS, 0.97, State.LIKELY)
    found = faults_told(seen, {"reactor_cooling_valve": 6.0, "stripper_temperature": -0.5, "d_feed": -1.0}, STICKS, NORMAL)
    first = found.strongest[0]
    assert plain(lead_text(FAULTS, found, seen)) == (
        "80 % of the weight speaks for “reactor cooling water valve sticks” rather than “normal operation”, 20 % against it."
    )
    assert reason_sentence(FAULTS, first).endswith("It points to “reactor cooling water valve sticks”.")
    assert plain(points_text(FAULTS, found, first)) == "+80 % of the weight"
    assert reason_sentence(FAULTS, found.others[-1]).endswith("It speaks against “reactor cooling water valve sticks”.")
    assert plain(rest_text(FAULTS, found)).startswith("2 smaller ones together: −20 %")


def test_where_a_fault_is_likelier_than_none_the_reasons_say_what_made_it_bad():
    """Of 22 classes normal operation may be the likeliest single one, and a fault all the same."""
    seen = reading(FAULTS, NORMAL, 0.80, State.POSSIBLE, {"stripper_temperature": -2.0})
    found = faults_told(seen, {"stripper_temperature": -6.0, "d_feed": 1.0}, NORMAL, 3)
    assert (found.of, found.against) == (3, NORMAL) and found.first.group == "stripper_temperature" and found.first.raises
    assert reason_sentence(FAULTS, found.first).endswith("It points to “step of the D feed temperature”.")
    calm = faults_told(reading(FAULTS, NORMAL, 0.06), {"stripper_temperature": -6.0, "d_feed": 8.0}, NORMAL, 3)
    assert (calm.of, calm.against) == (NORMAL, 3) and calm.strongest[0].group == "d_feed"


def test_what_drives_is_what_is_read():
    def read(inside, group="stripper_temperature", share=1.0):
        return read_out(FAULTS, group, share, inside)

    assert read({}) == FAULTS.groups["stripper_temperature"].show
    assert read({"stripper_temperature_std": 3.0, "stripper_temperature": 0.2}) == ("stripper_temperature_std",)
    assert read({"stripper_temperature": 3.0, "stripper_temperature_std": 0.2}) == ("stripper_temperature",)
    assert read({"stripper_temperature": 3.0, "stripper_steam_flow_mean": 2.0}) == (
        "stripper_temperature",
        "stripper_steam_flow_mean",
    )
    assert read({"stripper_temperature": 3.0, "stripper_steam_flow_mean": -4.0}, share=-1.0) == ("stripper_steam_flow_mean",)
    # a ratio is read where nobody chose it, and what a person chose stands for what is computed of it
    assert read_out(SENSOR, "feeds", 1.0, {"e_to_d": 1.0}) == ("e_to_d",)
    milling = load("milling")
    assert read_out(milling, "strain", 1.0, {"strain": 1.0}) == ("torque", "tool_wear")
    assert apart(FAULTS, ("a_feed_mean", "a_feed", "ac_feed")) == ("a_feed_mean", "ac_feed")


def test_a_window_is_read_against_its_own_band():
    inside = {"stripper_temperature_std": 3.0, "stripper_temperature": 0.1}
    seen = reading(FAULTS, 10, 0.97, State.LIKELY, inside)
    seen.values.update({"stripper_temperature": 65.7, "stripper_temperature_std": 0.91})
    bands = {"stripper_temperature": (65.3, 66.4), "stripper_temperature_std": (0.11, 0.32)}
    first = faults_told(seen, {"stripper_temperature": 2.0}, 10, NORMAL, bands.get).first
    assert (first.main.signal, first.main.side, first.main.band) == ("stripper_temperature_std", "above", (0.11, 0.32))
    said = plain(reason_sentence(FAULTS, first))
    assert said.startswith("Stripper temperature, spread of an hour is 0.91 °C; normally 0.11–0.32 °C on this machine.")
    assert plain(reason_line(FAULTS, first)) == "Stripper temperature, spread of an hour 0.91 °C, normally 0.11–0.32"


def test_of_a_binary_line_no_share_but_the_recorded_one_says_what_is_read():
    milling = load("milling")
    values = {name: 1.0 for name in [*milling.recorded, *milling.derived]} | {"product_type": "L"}
    exact = Explanation(EXACT, "probability", tuple(milling.groups), 0.04, np.full(len(milling.groups), 0.15), 0.79)
    said = set()
    for feature in milling.features:
        seen = Prediction(
            "milling", 1, "M-01", datetime(2026, 3, 2, tzinfo=UTC), 1, values, 1, 0.79, State.LIKELY, 0.0, {feature: 9.0}, None, None
        )  # fmt: skip
        told = reasons_told(milling, seen, exact, lambda _: None)
        said.add(tuple(reason_sentence(milling, line) for line in told.strongest))
    assert len(said) == 1


def test_three_reasons_are_told_of_a_class_or_a_value_unless_a_further_one_is_nearly_as_strong():
    seen = reading(FAULTS, STICKS, 0.97, State.LIKELY)
    names = list(FAULTS.groups)
    shares = dict(zip(names, (9.0, 8.0, 7.0, 5.0, 4.0, 3.0), strict=False))
    found = faults_told(seen, shares, STICKS, NORMAL)
    assert [line.group for line in found.strongest] == names[:4] and [line.group for line in found.others] == names[4:6]
    groups = dict.fromkeys(SENSOR.groups, 0.0) | dict(zip(SENSOR.groups, (0.052, 0.042, 0.035, 0.023, 0.016), strict=False))
    exact = Explanation(EXACT, "target", tuple(groups), 0.84, np.array(list(groups.values())), 1.008, usual_spread=0.06)
    told = reasons_told(SENSOR, reading(SENSOR, 1.008, 0.98, State.LIKELY), exact, lambda _: None)
    assert [line.number for line in told.strongest] == [52, 42, 35] and plain(rest_text(SENSOR, told)).endswith("+0.039 mol%")


@pytest.mark.parametrize(
    ("decimals", "pair", "kept", "read"),
    [
        (0, (40.71, 41.34), [40.7, 41.3], ("40.7", "41.3")),  # was 41–41, so that every value lay outside
        (0, (4426.2, 4671.4), [4426.0, 4671.0], ("4,426", "4,671")),
        (1, (94.46, 94.71), [94.5, 94.7], ("94.5", "94.7")),
        (1, (9.0, 11.0), [9.0, 11.0], ("9", "11")),
        (2, (0.1, 0.1), [0.1, 0.1], ("0.10", "0.10")),
        (0, (0.000_1, 0.000_2), [0.0001, 0.0002], ("0.0001", "0.0002")),
        (1, (2.13e-7, 4.9e-7), [2e-7, 5e-7], ("2e−7", "5e−7")),
        (0, (2.13e8, 4.9e8), [2.13e8, 4.9e8], ("2.130e+8", "4.900e+8")),
    ],
)
def test_a_learned_band_is_kept_and_read_as_finely_as_it_is_wide(decimals, pair, kept, read):
    assert rounded(decimals, *pair) == kept
    assert edges(Signal(label="x", decimals=decimals), tuple(kept)) == read


def test_a_value_has_the_decimals_of_its_band():
    inside = {"reactor_cooling_valve_mean": 2.0}
    seen = reading(FAULTS, 4, 0.97, State.LIKELY, inside)
    seen.values["reactor_cooling_valve_mean"] = 41.4
    first = faults_told(seen, {"reactor_cooling_valve": 2.0}, 4, NORMAL, lambda _: (40.7, 41.3)).first
    said = plain(reason_sentence(FAULTS, first))
    assert said.startswith("Reactor cooling water valve, mean of an hour is 41.4 %; normally 40.7–41.3 % on this machine.")


@pytest.mark.parametrize(
    ("use_case", "predicted", "said"),
    [
        (FAULTS, 14.0, "TE: likely, reactor cooling water valve sticks, highest risk 97 %, since"),
        (FAULTS, 0.0, "TE: likely, highest risk 97 %, since"),  # a fault, which one is not clear
        (SENSOR, 1.034, "TE: likely, E in the product 1.03 mol%, highest risk 97 %, since"),
        (FAULTS, None, "TE: likely, highest risk 97 %, since"),  # of before this was kept
    ],
)
def test_a_handover_names_the_class_or_the_value_of_open_advice(use_case, predicted, said):
    at = datetime(2026, 3, 2, tzinfo=UTC)
    stands = {"asset": "TE", "called": "likely", "risk": 0.97, "since": at.isoformat(), "aside": False, "predicted": predicted}
    text = markdown(document(use_case, Shift(at, at), Facts(at.isoformat(), open=(stands,)), {}, ENGLISH)).replace("\\", "")
    assert said in plain(text)


def test_a_band_below_nothing_is_not_read_as_a_row_of_dashes():
    assert plain(band_text(FAULTS, Shown("a_feed", 0.1, "kscmh", (-0.14, 0.17), "within"))) == "−0.14 to 0.17"
    assert plain(band_text(FAULTS, Shown("a_feed", 0.2, "kscmh", (0.14, 0.17), "above"))) == "0.14–0.17"


def test_in_another_language_the_same_classes_are_told():
    """A release names classes as its file does; who reads has them in words of their own."""
    german = load("tennessee_eastman", None, "de")
    names, groups = FAULTS.target.outcomes, dict.fromkeys(FAULTS.groups, 0.0) | {"stripper_temperature": -6.0}
    own = Explanation(EXACT, "margin", tuple(groups), 0.0, np.array(list(groups.values())), -6.0, of=names[0], against=names[3])
    kept = as_explained(as_recorded(by_code(FAULTS, own), 1))
    assert (kept.of, kept.against) == ("0", "3") and german.target.outcomes[3] != names[3]
    found = reasons_told(german, reading(german, NORMAL, 0.80, State.POSSIBLE), kept, lambda _: None)
    assert (found.of, found.against) == (3, NORMAL)
    assert german.target.outcomes[3] in scale_of(german, kept).title
