"""Several use cases on one board, and a table that becomes one in the guided page."""

import pytest

from data.people import Action, may
from data.usecase.file import load, names_of
from pages.parts.board.asset_board.merged import merged
from tests.plants import plant
from tests.screens import new_line_page, step


def view(needing, kind="possible", quiet="Nothing needs a look"):
    rows = [{"key": f"A-{i}", "kind": kind, "area": "Line"} for i in range(needing)]
    return {
        "rows": rows, "needing": needing, "abnormal": needing, "left": 0, "flood": "", "bells": [], "fresh": [], "quiet": quiet, "areas": [{"key": "Line", "name": "Line", "tiles": [{"key": "A-1"}]}],
        "columns": 4, "widest": 4, "threshold": 50, "spoken": "", "status": [{"key": "fresh", "kind": "live", "text": "live"}],
        "notices": [{"key": "changed", "text": "changed"}, {"key": "flag7", "text": "answered"}],
    }  # fmt: skip


def test_one_use_case_is_as_it_was():
    alone = view(2)
    assert merged([("a", "A", alone)]) is alone


def test_the_worst_of_all_comes_first_and_nothing_is_mixed_up():
    found = merged([("a", "Kiln", view(6)), ("b", "Mill", view(5, "likely"))])
    assert [row["kind"] for row in found["rows"]] == ["likely"] * 5 + ["possible"] * 3 and found["needing"] == 11
    for keys in ([row["key"] for row in found["rows"]], [tile["key"] for area in found["areas"] for tile in area["tiles"]]):
        assert len(set(keys)) == len(keys)
    assert "3 more" in found["more"]
    assert [area["name"] for area in found["areas"]] == ["Kiln", "Mill"] and found["status"][0]["text"].startswith("Kiln")
    told = [notice["text"] for notice in found["notices"]]
    assert sum("answered" in text for text in told) == 1 and sum("changed" in text for text in told) == 2


def test_own_use_cases_are_known_beside_the_built_in_ones(tmp_path):
    name = plant(tmp_path, "regression")
    assert {"milling", "tennessee_eastman", "tep_soft_sensor", name} <= set(names_of(tmp_path))
    assert load(name, tmp_path).folder == tmp_path / "usecases" / name


@pytest.mark.parametrize(
    ("person", "allowed"), [("erik", True), ("dana", True), ("adam", True), ("olga", False), ("maria", False)]
)
def test_who_may_add_a_use_case(person, allowed):
    from data.people import DEMO_PEOPLE

    assert may(next(one for one in DEMO_PEOPLE if one.id == person), Action.ADD_USE_CASE) is allowed


def test_the_guided_page_makes_a_use_case_of_a_table(tmp_path, monkeypatch):
    from tests.plants import readings

    home = tmp_path / "home"
    (home / "tables").mkdir(parents=True)
    readings("multiclass", 800).to_csv(home / "tables" / "kiln.csv", index=False)
    app = step(new_line_page(home, monkeypatch))
    app.selectbox(key="new_pick").select(app.selectbox(key="new_pick").options[0])
    app = step(app)
    app.selectbox(key="new_target").select("result")
    app = step(app)
    assert any("overheated" in one.value for one in app.markdown)
    app.button(key="new_make").click()
    app = step(app)
    use_case = load("kiln", home)
    assert use_case.task == "multiclass" and use_case.replay.time_column == "when" and use_case.replay.asset_column == "kiln"
    assert app.button(key="new_start").label == "Train it and watch it live"
