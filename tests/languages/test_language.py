"""Words, numbers and times as a person on the floor reads them."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from data.readings.moments import ROWS_FROM, Zone
from models.documents.period import Period
from pages.parts.overview.period_choice import part_names
from pages.parts.words import language
from pages.parts.words.language import clock, dated, duration, number, percent, plural, t, when


@pytest.fixture
def german(tmp_path, monkeypatch):
    """A catalogue of one file: adding a language takes nothing else."""
    folder = tmp_path / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "pullcord.po").write_text(
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
        'msgid "Stale since {since}"\nmsgstr "Veraltet seit {since}"\n\n'
        'msgid "{n} machine"\nmsgid_plural "{n} machines"\nmsgstr[0] "{n} Maschine"\nmsgstr[1] "{n} Maschinen"\n',
        encoding="utf-8",
    )
    monkeypatch.setattr(language, "LOCALE", tmp_path)
    monkeypatch.setattr(language, "language", lambda: "de")
    language._catalogue.cache_clear()
    yield
    language._catalogue.cache_clear()


def test_a_sentence_is_english_without_a_catalogue_and_its_places_are_filled():
    assert t("Stale since {since}", since="14:02") == "Stale since 14:02"
    assert plural("{n} machine", "{n} machines", 1) == "1 machine" and plural("{n} machine", "{n} machines", 24) == "24 machines"


def test_a_catalogue_translates_whole_sentences_plurals_and_decimals(german):
    assert language.languages() == ("en", "de")
    assert t("Stale since {since}", since="14:02") == "Veraltet seit 14:02"
    assert plural("{n} machine", "{n} machines", 1) == "1 Maschine" and plural("{n} machine", "{n} machines", 2) == "2 Maschinen"
    assert number(1234.5, 1) == "1.234,5"
    assert t("not translated") == "not translated"


@pytest.mark.parametrize(
    ("value", "decimals", "said"),
    [(66.04, 1, "66.0"), (1539.4, 0, "1,539"), (float("nan"), 1, "–"), (-0.5, 1, "−0.5"), (None, 0, "–")],
)
def test_a_number_has_exactly_its_decimals(value, decimals, said):
    assert number(value, decimals) == said


@pytest.mark.parametrize(
    ("share", "said"),
    [(0.82, "82 %"), (0, "0 %"), (0.001, "<1 %"), (0.999, ">99 %"), (1, "100 %"), (float("nan"), "–")],
)
def test_a_risk_is_never_rounded_to_certainty(share, said):
    assert percent(share).replace("\u202f", " ") == said


@pytest.mark.parametrize(
    ("seconds", "said"), [(-3, "0 s"), (42, "42 s"), (190, "3 min"), (3 * 3600, "3 h"), (86_400 * 5, "5 days")]
)
def test_a_duration_is_told_in_one_unit(seconds, said):
    assert duration(seconds) == said


def test_times_are_those_of_the_plant_and_not_of_the_server():
    summer = datetime(2026, 7, 1, 12, 31, 7, tzinfo=UTC)
    assert clock(summer, "Europe/Berlin") == "14:31:07" and clock(summer, "Asia/Tokyo") == "21:31:07"
    assert clock(datetime(2026, 1, 1, 12, 31, tzinfo=UTC), "Europe/Berlin", seconds=False) == "13:31"


def test_a_moment_carries_its_day_only_when_it_is_not_today():
    now = datetime.now(UTC)
    assert len(when(now, "UTC")) == 5
    assert when(now - timedelta(days=2), "UTC").split()[0] in {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"}
    assert when(datetime(2020, 10, 12, 9, 5, tzinfo=UTC), "UTC") == "12 Oct 2020 09:05"


@pytest.mark.parametrize(
    ("code", "winter", "summer"),
    [
        ("en", "24 Nov 2026, 08:15 CET", "2 Jul 2026, 16:03 CEST"),
        ("de", "24.11.2026, 08:15 MEZ", "02.07.2026, 16:03 MESZ"),
        ("sv", "24 nov. 2026, 08:15 CET", "2 juli 2026, 16:03 CEST"),
        ("nl", "24 nov 2026, 08:15 CET", "2 jul 2026, 16:03 CEST"),
        ("ja", "2026/11/24, 08:15 UTC+1", "2026/07/02, 16:03 UTC+2"),
    ],
)
def test_a_moment_in_a_document_names_its_zone_in_every_language(monkeypatch, code, winter, summer):
    monkeypatch.setattr(language, "language", lambda: code)
    assert dated(datetime(2026, 11, 24, 7, 15, tzinfo=UTC), "Europe/Berlin") == winter
    assert dated(datetime(2026, 7, 2, 14, 3, tzinfo=UTC), "Europe/Berlin") == summer


@pytest.mark.parametrize(
    ("code", "zone", "named"),
    [
        ("ja", "Asia/Tokyo", "JST"), ("de", "Asia/Tokyo", "UTC+9"), ("de", "America/New_York", "UTC−4"), ("en", "Asia/Kolkata", "UTC+5:30"),
        ("ja", "UTC", "UTC"), ("sv", "America/St_Johns", "UTC−2:30"),
    ],
)  # fmt: skip
def test_a_zone_that_a_language_has_no_name_for_is_told_by_its_distance_to_utc(monkeypatch, code, zone, named):
    monkeypatch.setattr(language, "language", lambda: code)
    assert dated(datetime(2026, 7, 2, 14, 3, tzinfo=UTC), zone).split()[-1] == named


def test_of_a_table_without_times_no_part_of_a_period_is_called_by_a_day_before_its_first_row():
    line, week = SimpleNamespace(timezone=Zone("UTC", 60.0)), Period(ROWS_FROM - timedelta(days=5), ROWS_FROM + timedelta(days=2))
    edges = [week.start, ROWS_FROM, ROWS_FROM + timedelta(days=1)]
    assert part_names(line, week, edges) == ["", "row 1", "row 1,441"]
