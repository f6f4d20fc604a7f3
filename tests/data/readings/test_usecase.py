"""usecase.yaml: what is wrong is told with file, line, key and what to write instead."""

import shutil

import numpy as np
import pytest

from data.readings.features import ExpressionError, compile_expression, feature_matrix
from data.usecase.file import UseCaseError, load
from data.usecase.use_case import BUILT_IN


@pytest.fixture
def changed(tmp_path):
    """A copy of a use case with a text in it replaced."""

    def change(old: str, new: str, name: str = "milling"):
        folder = tmp_path / "usecases" / name
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(BUILT_IN / name / "usecase.yaml", folder)
        file = folder / "usecase.yaml"
        assert old in file.read_text()
        file.write_text(file.read_text().replace(old, new, 1))
        return load(name, tmp_path)

    return change


def test_the_built_in_use_case_is_sound():
    use_case = load("milling")
    assert len([a for area in use_case.areas.values() for a in area]) >= 24
    assert {use_case.group_of(feature) for feature in use_case.features} <= set(use_case.groups)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("limits: [0, 120]", "limits: [120, 0]", ["line 30", "signals.torque", "[0.0, 120.0]"]),
        ("task: binary", "tusk: binary", ["tusk", "not a key that is known"]),
        ("task: binary", "task: ternary", ["task", "'binary'"]),
        ("leave: 0.40", "leave: 0.80", ["advice.possible", "chatter"]),
        ("process_temperature - air_temperature", "process_temp - air_temperature", ["'process_temp'", "known: "]),
        ("process_temperature - air_temperature", "__import__('os')", ["not allowed"]),
        ("points_to: HDF", "points_to: XYZ", ["groups.heat.points_to", "HDF"]),
        ("  strain: [0, 11000]", "  strain: [11000, 0]", ["fallback.strain", "[0.0, 11000.0]"]),
        ("  strain: [0, 11000]", "  sprain: [0, 11000]", ["fallback", "'sprain'"]),
        ("features: [strain]", "features: [strain, power]", ["'power'", "exactly one"]),
        ("[M-01, M-02", "[M-01, M-07", ["M-07", "more than one area"]),
        ("name: milling", "name: drilling", ["'drilling'", "folder"]),
        ("areas:", "areas: [", ["not YAML"]),
        (
            "  label: failure",
            "  label: failure\n  unit: bar",
            ["line 7", "target.unit: unit is for a regression; classes have outcomes"],
        ),
        (
            "  label: failure",
            "  label: failure\n  allowed: [0, 1]",
            ["line 7", "target.allowed", "for a regression; classes have a severity"],
        ),
        ("  label: failure", "  lebel: failure", ["target.label: is missing", "line 6: target.lebel: is not a key"]),
        ("1: failure}", "1: [failure]}", ["line 7", "target.outcomes.1", "string"]),
        ("task: binary", "task: regression", ["line 7: target.outcomes: outcomes is for classes; a regression has a value"]),
    ],
)
def test_a_wrong_file_is_told(changed, old, new, said):
    with pytest.raises(UseCaseError) as told:
        changed(old, new)
    for part in ("usecase.yaml", *said):
        assert part in str(told.value)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("  unit: mol%\n", "  unit: mol%\n  causes: {A: a}\n", ["line 9: target.causes: causes is for classes"]),
        ("  allowed: [null, 0.95]", "  limits: [0, 1]", ["line 6: target: a regression needs target.allowed"]),
        (
            "  allowed: [null, 0.95]",
            "  allowed: [1, 0.95]",
            ["line 6: target: allowed has its larger end first: write [0.95, 1.0]"],
        ),
        ("  allowed: [null, 0.95]", "  allowed: [null, null]", ["target: allowed is open at both ends"]),
        ("  decimals: 2", "  decimals: two", ["line 9: target.decimals", "integer"]),
        ("task: regression", "task: regresion", ["line 5: task"]),
        ("task: regression", "task: binary", ["target.unit: unit is for a regression; classes have outcomes: leave it out"]),
    ],
)
def test_a_value_is_no_class(changed, old, new, said):
    with pytest.raises(UseCaseError) as told:
        changed(old, new, "tep_soft_sensor")
    assert all(part in str(told.value) for part in said) and str(told.value).count("usecase.yaml") == 1


def test_a_target_is_of_its_task():
    classes, value = load("milling"), load("tep_soft_sensor")
    assert classes.classes is classes.target and (classes.target.unit, classes.classes.severity) == ("", {})
    assert value.value is value.target and (value.target.outcomes, value.target.causes) == ({}, {})
    for wrong in (lambda: classes.value, lambda: value.classes):
        with pytest.raises(TypeError, match="predicts a"):
            wrong()
    assert type(value).model_validate(value.model_dump()).value == value.value
    assert set(value.model_dump()["target"]) == {"label", "unit", "decimals", "allowed", "limits"}


def test_an_unknown_use_case_is_told_with_those_that_there_are():
    with pytest.raises(UseCaseError, match="milling"):
        load("drilling")


def test_derived_features_are_what_their_expressions_say():
    use_case = load("milling")
    x = feature_matrix(use_case, np.array([[0, 300.0, 308.6, 1500, 40, 10.0]]))
    derived = dict(zip(use_case.features, x[0], strict=True))
    assert derived["temperature_difference"] == pytest.approx(8.6, abs=1e-5)
    assert derived["power"] == pytest.approx(40 * 1500 * 2 * np.pi / 60 / 1000)
    assert derived["strain"] == 400


def test_what_cannot_be_computed_is_missing_not_infinite(changed):
    use_case = changed("expression: tool_wear * torque", "expression: tool_wear / torque")
    x = feature_matrix(use_case, np.array([[0, 300.0, 308.6, 1500, 0.0, 10.0], [0, 300.0, 308.6, 1500, 5.0, 10.0]]))
    assert np.isnan(x[0, -1])
    assert x[1, -1] == 2


@pytest.mark.parametrize(
    "text",
    ["torque.real", "torque if 1 else 2", "lambda: 1", "torque[0]", "open('x')", "min(torque)", "'a'", "True", "torque and 1"],
)
def test_only_arithmetic_is_allowed(text):
    with pytest.raises(ExpressionError):
        compile_expression(text, ("torque",))
