"""Overview and My flags as a person sees them: any period from the address, empty ones told as such, ten thousand flags by the page."""

from zoneinfo import ZoneInfo

import pytest

from data.records import Answer, ReleaseRecord, VerdictKind
from tests import deliveries
from tests.screens import button, decided, flag, recorded_plant, show, texts


@pytest.fixture
def plant(tmp_path, monkeypatch, use_case):
    yield from recorded_plant(tmp_path / "home", monkeypatch, use_case)


def overview():
    from pages.overview import render

    render()


def my_flags():
    from pages.my_flags import render

    render()


def html(app):
    return " ".join(
        str(element.proto.html.body if hasattr(element.proto, "html") else element.proto.body) for element in app.get("html")
    )


def drawn(app):
    return len(app.get("plotly_chart"))


def test_an_empty_period_says_what_is_missing_and_what_brings_it(plant):
    said = texts(show(overview, "maria"))
    assert "No outcome has been confirmed in this period yet." in said and "Nobody has agreed or flagged in this period." in said
    assert "Nothing has been released yet." in said


def test_days_in_the_address_are_told_in_the_plants_own_zone(plant, use_case):
    deliveries.record(plant, use_case, truth=deliveries.truths(("M-01", 0, 1, 1.0, "OSF"), ("M-02", 0, 1, 1.0, "OSF")), last=100)
    app = show(overview, "maria", **{"from": "2026-03-01", "to": "2026-03-02"})
    said = texts(app)
    assert "From 1 Mar 2026, 00:00 CET to 3 Mar 2026, 00:00 CET" in said
    assert "Could have saved = caught × 4,000 − false alarms × 150 EUR, had every advice been read in time and followed" in said
    assert "Of 2 spells of advice: marked as seen 0, put aside 0, agreed to 0, flagged 0, nothing recorded 2." in said
    assert "not what was" in said
    assert "Not known yet: for 1 of 2 spells of advice" in said  # M-03's
    tiles = html(app)
    assert "+4,000\u00a0EUR" in tiles and "4,000\u00a0EUR instead of 8,000\u00a0EUR" in tiles and "1 of 2" in tiles
    assert drawn(app) == 2
    assert "No outcome has been confirmed" in texts(show(overview, "maria", **{"from": "2026-03-03", "to": "2026-03-09"}))


@pytest.mark.parametrize(
    "address",
    [
        {"period": "99y"},
        {"from": "2026-03-09", "to": "2026-03-01"},
        {"from": "<b>", "to": "x"},
        {"from": "0001-01-01", "to": "9999-12-31"},
    ],
)
def test_an_address_of_no_period_shows_the_usual_one(plant, address):
    app = show(overview, "maria", **address)
    assert "What could it have been worth?" in [one.value for one in app.subheader] and app.session_state["period"] == "7d"


def test_a_home_of_an_hour_is_shown_as_that_hour_and_begins_with_its_first_release(plant, use_case):
    plant.releases.add(ReleaseRecord("milling", 1, "r1", "d", deliveries.ZERO, "first start", None, {}), [])
    since = plant.releases.set_champion("milling", 1, "first start", "first").since
    deliveries.record(
        plant, use_case, truth=deliveries.truths(("M-01", 0, 1, 1.0, "OSF")), last=100
    )  # of before there was a release
    app = show(overview, "maria")
    assert app.session_state["period"] == "1d"
    for asked in ({}, {"period": "30d"}, {"from": "2026-01-01", "to": "2099-01-01"}):
        said = texts(show(overview, "maria", **asked))
        assert f"From {since.astimezone(ZoneInfo(use_case.timezone)):%-d %b %Y, %H:%M}" in said, said
        assert "Before that there was nothing to go by." in said
        assert "No outcome has been confirmed in this period yet." in said and "saved" not in said.lower()


def test_flags_and_releases_of_the_period_are_drawn(plant):
    plant.releases.add(ReleaseRecord("milling", 1, "r1", "d", deliveries.ZERO, "dana", None, {}), [])
    plant.releases.set_champion("milling", 1, "dana", "first")
    raised = flag(plant)
    _, correction = decided(plant, raised.case)
    figures = {"against": {"figures": {"recall": {"old": 0.9, "new": 0.95, "verdict": "better"}}}}
    record = ReleaseRecord("milling", 2, "r2", "d", deliveries.ZERO, "dana", 1, figures, (correction.id,))
    plant.releases.add(record, [Answer("milling", 2, 1, 0.12)])
    plant.releases.set_champion("milling", 2, "dana", "learned")
    app = show(overview, "maria", period="1d")
    assert drawn(app) == 3 and "from 1 flag that reached a release" in html(app)
    table = app.dataframe[0].value
    assert table["Release"].tolist() == [2, 1] and table["Failures found"].tolist() == ["90.0\u202f% → 95.0\u202f%", "–"]
    assert table["Corrections new in it"].tolist() == ["1", "0"]
    assert "Olga" not in html(app) + texts(app).replace("Olga Berg · operator", "")  # who flagged is nobody's business here


def test_the_report_is_offered_in_both_forms(plant):
    labels = [one.proto.label for one in show(overview, "maria").get("download_button")]
    assert labels == ["Report (PDF)", "Report (HTML)"]


def test_many_flags_come_by_the_page_filtered_and_searched(plant, use_case):
    deliveries.record(plant, use_case, deliveries.scored_batch(use_case, 8, 108, score=0.9))
    flags = [flag(plant, reading=reading) for reading in range(1, 41)]
    decided(plant, flags[2].case, VerdictKind.MODEL_RIGHT, None, "It was worn.")
    app = show(my_flags, "olga")

    def shown():
        return [int(one.value.split("flag ")[1].split(" ")[0]) for one in app.subheader]

    ids = [one.id for one in flags]
    assert "40 flags, 1 answered, 0 led to a new release." in texts(app)
    assert shown() == [ids[2], *ids[:-16:-1]]  # what is new first, then the newest fifteen
    button(app, "older_flags").click().run()
    assert shown() == [ids[2], *ids[-16:-31:-1]]
    button(app, "older_flags").click().run()
    assert shown()[-1] == ids[0] and ids[2] not in shown()[1:] and button(app, "older_flags") is None
    button(app, "newest_flags").click().run()
    assert shown()[1] == ids[-1]
    app.text_input(key="flags_text").input("worn").run()
    assert shown() == [ids[2]]
    app.text_input(key="flags_text").input("nothing says this").run()
    assert shown() == [] and "No flag fits." in texts(app)


def test_long_words_are_folded_and_shown_as_text(plant):
    from pages.parts.own.flag_card import folded

    text = "Der Sensor <img src=x onerror=alert(1)> liest zu viel. " * 12
    said = folded(text)
    assert said.startswith('<details dir="auto"') and "<img" not in said and said.count("&lt;img") > 12
    raised = flag(plant)
    plant.feedback.comment(raised.id, "olga", text[:500])
    assert "<details" in html(show(my_flags, "olga"))


def test_a_name_that_is_read_from_the_right_keeps_its_place(plant):
    from pages.parts.words.language import isolated

    assert isolated("יעל כהן") == "\u2068יעל כהן\u2069" and isolated("Olga Berg") == "Olga Berg"
