"""The handover page in two browsers at once: only what was typed is written, nobody's words are lost, and what is signed is what was read."""

from datetime import UTC, datetime

import pytest

from data.shifts import shift_at
from tests.screens import button, flag, recorded_plant, show, texts, visit_of


@pytest.fixture
def plant(tmp_path, monkeypatch, use_case):
    """A store with a few readings of M-01 to M-04, odd ones with advice."""
    yield from recorded_plant(tmp_path / "home", monkeypatch, use_case)


@pytest.fixture
def kept(plant, use_case):
    """Gives what is kept of the running shift."""
    start = shift_at(use_case, datetime.now(UTC)).start
    return lambda: plant.handovers.get("milling", start)


def handover():
    from pages.handover import render

    render()


def plain_texts(app):
    return texts(app).replace("\\", "")


def write(app, text):
    app.text_area[0].input(text).run()
    assert not app.exception
    return app


def test_whoever_merely_has_the_page_open_writes_nothing_and_sees_the_new_words(plant, kept):
    watching, omar = show(handover, "olga"), show(handover, "omar")
    write(omar, "M-14 runs warm.")
    for _ in range(3):
        watching.run()
    assert kept().remarks == "M-14 runs warm." and kept().edited_by == "omar"
    assert "M-14 runs warm." in texts(watching) and "Written by Omar Haddad" in plain_texts(watching)
    write(omar, "M-14 stands still.")
    assert "M-14 stands still." in texts(watching.run()) and kept().version == 2
    assert [one.action for one in plant.audit.newest("milling", 9)] == ["draft_handover"] * 2


def both_have_written(kept):
    olga, omar = show(handover, "olga"), show(handover, "omar")
    write(omar, "M-14 runs warm.")
    write(olga, "M-03 waits for a tool.")
    assert kept().remarks == "M-14 runs warm."
    assert "Omar Haddad has written here too" in texts(olga)
    assert "M-14 runs warm." in texts(olga) and "M-03 waits for a tool." in texts(olga)
    return olga, omar


@pytest.mark.parametrize(
    ("way", "remarks"),
    [
        ("big_both", "M-14 runs warm.\n\nM-03 waits for a tool."),
        ("big_mine", "M-03 waits for a tool."),
        ("big_theirs", "M-14 runs warm."),
    ],
)
def test_two_who_write_at_once_see_both_texts_and_say_what_becomes_of_them(kept, way, remarks):
    olga, _ = both_have_written(kept)
    assert button(olga, "big_sign_out").disabled and kept().signed is None
    button(olga, way).click().run()
    assert not olga.exception and kept().remarks == remarks and button(olga, "big_both") is None
    assert not button(olga, "big_sign_out").disabled
    button(olga, "big_sign_out").click().run()
    assert (kept().outgoing, kept().remarks) == ("olga", remarks)


def test_what_could_not_be_kept_waits_for_its_writer_alone_also_in_another_browser(kept):
    both_have_written(kept)
    assert "M-03 waits for a tool." in texts(show(handover, "olga"))
    assert "M-03 waits for a tool." not in texts(show(handover, "erik"))


def test_a_third_text_that_comes_in_while_one_chooses_is_shown_too(kept):
    olga, omar = both_have_written(kept)
    write(omar, "M-14 stands still.")
    button(olga, "big_mine").click().run()  # in place of a text that is no longer the one kept
    assert kept().remarks == "M-14 stands still." and "M-14 stands still." in texts(olga)
    button(olga, "big_both").click().run()
    assert kept().remarks == "M-14 stands still.\n\nM-03 waits for a tool."


def test_what_is_signed_is_what_was_on_the_screen(plant, kept):
    olga, omar = show(handover, "olga"), show(handover, "omar")
    write(omar, "M-14 runs warm.")
    button(olga, "big_sign_out").click().run()  # her screen shows no remarks yet
    assert kept().signed is None and "has written other remarks meanwhile" in texts(olga)
    assert "M-14 runs warm." in texts(olga)
    flag(plant, reading=1)
    button(olga, "big_sign_out").click().run()
    assert (kept().outgoing, kept().remarks) == ("olga", "M-14 runs warm.")
    assert "M-01: flagged" not in str(kept().told)  # the flag came after what she read


def test_words_that_are_still_in_the_field_are_signed_or_nothing_is(kept):
    olga, omar = show(handover, "olga"), show(handover, "omar")
    olga.text_area[0].input("M-03 waits for a tool.")
    button(olga, "big_sign_out").click().run()
    assert (kept().outgoing, kept().remarks) == ("olga", "M-03 waits for a tool.")
    write(omar, "M-14 runs warm.")  # he had his field open
    assert kept().remarks == "M-03 waits for a tool." and "M-14 runs warm." in texts(omar)
    assert "What you wrote is not part of this handover" in texts(show(handover, "omar"))


def test_who_takes_over_signs_what_they_have_read(plant, kept):
    write(show(handover, "olga"), "Fine.")
    olga = show(handover, "olga")
    button(olga, "big_sign_out").click().run()
    omar = show(handover, "omar")
    button(olga, "big_take_back").click().run()
    button(olga, "big_write").click().run()
    write(olga, "M-14 stands still.")
    button(olga, "big_sign_out").click().run()
    omar.text_area[0].input("Seen.")
    button(omar, "big_sign_in").click().run()
    assert kept().incoming is None and "signed this handover anew" in plain_texts(omar)
    assert omar.text_area[0].value == "Seen." and "M-14 stands still." in texts(omar)
    button(omar, "big_sign_in").click().run()
    assert (kept().incoming, kept().reply, kept().remarks) == ("omar", "Seen.", "M-14 stands still.")


def test_words_left_in_a_field_are_those_of_their_writer_when_somebody_else_takes_the_screen(plant, kept):
    app = show(handover, "olga")
    app.text_area[0].input("M-03 waits for a tool.")
    visit_of(app).who = "omar"
    app.run()
    assert kept().remarks == "M-03 waits for a tool." and kept().edited_by == "olga"
    assert all(area.value != "M-03 waits for a tool." for area in app.text_area)
