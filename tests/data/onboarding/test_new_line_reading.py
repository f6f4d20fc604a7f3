"""On the page New line a person says how a table is read where it could be read in two ways; the use case that is made keeps it."""

import openpyxl
import pytest

from data.usecase.file import load
from pages.parts.new_line.reading import as_boxes
from tests.screens import new_line_page, step


@pytest.fixture
def page(tmp_path, monkeypatch):
    home = tmp_path / "home"
    (home / "tables").mkdir(parents=True)
    return home, new_line_page(home, monkeypatch), step


def test_order_of_days_decimal_sign_and_zone_are_said_on_the_page_and_kept(page):
    home, app, step = page
    lines = [f"03/04/2026 {n // 60:02}:{n % 60:02};{1 + n % 9},{100 + n};{int(n % 7 == 0)}" for n in range(120)]
    (home / "tables" / "press.csv").write_text("time;speed;fault\n" + "\n".join(lines))
    app = step(app)
    app.selectbox(key="new_pick").select(app.selectbox(key="new_pick").options[0])
    app = step(app)
    assert any("is a guess" in one.value and "hoose “Decimal sign” under “How it is read”" in one.value for one in app.warning)
    app.selectbox(key="new_target").select("fault")
    app = step(app)
    assert any("does not tell whether the day or the month" in one.value for one in app.warning)
    app.selectbox(key="new_read_decimal_press.csv").select(".")
    app.selectbox(key="new_read_days_press.csv").select(False)
    app.selectbox(key="new_read_zone_press.csv").select("Europe/Berlin")
    app = step(app)
    assert not any("guess (a" in one.value or "day or the month" in one.value for one in app.warning)
    app.button(key="new_make").click()
    step(app)
    made = load("press", home)
    assert made.replay.reading.day_first is False and not made.replay.reading.decimal_comma and made.timezone == "Europe/Berlin"
    assert made.signals["speed"].limits[1] > 9000


def test_of_several_sheets_one_is_chosen(page):
    home, app, step = page
    book = openpyxl.Workbook()
    for n, name in enumerate(("first", "second")):
        sheet = book.active if n == 0 else book.create_sheet(name)
        sheet.title = name
        sheet.append([f"temp {name}", "fault"])
        for row in range(80 - n):
            sheet.append([row * 1.5 + n, int(row % 9 == 0)])
    book.save(home / "tables" / "two.xlsx")
    app = step(app)
    app.selectbox(key="new_pick").select(app.selectbox(key="new_pick").options[0])
    app = step(app)
    assert "temp first" in app.dataframe[0].value.columns
    app.selectbox(key="new_read_sheet_two.xlsx").select("second")
    app = step(app)
    assert "temp second" in app.dataframe[0].value.columns


def test_what_to_write_on_the_command_line_is_told_as_a_box():
    said = as_boxes(
        [
            "A guess. Write --no-day-first (month before day), or --time-format, if that is wrong.",
            "Write --sheet if that is wrong.",
        ]
    )
    assert (
        said[0].startswith("A guess. Choose “Dates” under “How it is read”")
        and said[1] == "Choose “Sheet” under “How it is read” if that is wrong."
    )
