"""The chooser of machines: every machine of every area, its state in words, and the box that looks one up."""

import pytest

from tests.screens import recorded_plant, show, texts


@pytest.fixture
def plant(tmp_path, monkeypatch, use_case):
    """A store with a few recorded readings; no release on the disk."""
    yield from recorded_plant(tmp_path / "home", monkeypatch, use_case)


def machines():
    from pages.machines import render

    render()


def labels(app):
    return [one.label for one in app.button if str(one.key).startswith("big_machine_")]


def test_every_machine_is_there_under_its_area(plant, use_case):
    standing = [asset for assets in use_case.areas.values() for asset in assets]
    app = show(machines, "olga")
    assert [one.split()[1] for one in labels(app)] == standing  # that of the published table has sent nothing
    assert "Area A" in texts(app) and "Bereich A" in texts(show(machines, "olga", lang="de"))


def test_one_is_looked_up_by_a_part_of_its_name_in_any_case(plant):
    app = show(machines, "olga")
    app.text_input(key="find_machine").set_value("m-1").run()
    assert [one.split()[1] for one in labels(app)] == [f"M-{n}" for n in range(10, 20)]
    app.text_input(key="find_machine").set_value("nothing like it").run()
    assert labels(app) == [] and "No machine is called like that" in texts(app)


def test_a_silent_machine_says_so_and_never_its_last_state_as_the_present(plant):
    said = {one.split(" · ")[1].strip("*") for one in labels(show(machines, "olga"))}  # the readings are days old
    assert said and all(one.startswith("no data") for one in said)
