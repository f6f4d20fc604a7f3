"""Model and Releases: addresses, roles, what may be released and what may not, and a champion that is broken."""

import shutil
from dataclasses import replace
from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from data.records import GONE_S, Heartbeat, JobState
from data.sentence import Sentence
from data.store import Conflict
from models.release.release import Release, ReleaseError
from pages.parts.shell.session import now
from tests.screens import button, show, texts, visit_of


@pytest.fixture
def plant(shown_home):
    """A home with release 1 as champion, a whole challenger 2 and a damaged challenger 3; nothing has been predicted."""
    home, store = shown_home
    first = store.releases.get("milling", 1)
    for number in (2, 3):
        shutil.copytree(home / first.folder, home / f"releases/milling/{number}")
        store.releases.add(
            replace(first, number=number, folder=f"releases/milling/{number}", parent=1, created_by="dana (job:1)")
        )
    damage(home, 3)
    return store, home


def damage(home, number):
    (home / f"releases/milling/{number}/model.ubj").write_bytes(b"not a model")


def releases():
    from pages.releases import render

    render()


def model():
    from pages.model import render

    render()


def act(who, number, seen, back=False, reason="Tried", override=False):
    """What the dialog does on its second tap."""

    def page(number, seen, back, reason, override):
        import streamlit

        from data.people import NotAllowed
        from models.judging.gate import GateError
        from models.release.release import ReleaseError
        from pages.parts.releases.release_actions import change_champion
        from pages.parts.shell import session

        try:
            change_champion(session.use_case(), number, seen, back, reason, override)
        except (NotAllowed, ReleaseError, GateError) as error:
            streamlit.error(str(error))

    app = AppTest.from_function(page, default_timeout=120, args=(number, seen, back, reason, override))
    app.query_params["who"] = who
    app.run()
    assert not app.exception, app.exception
    return texts(app)


@pytest.mark.parametrize("page", [releases, model])
@pytest.mark.parametrize("asked", ["99", "²", "9" * 30, "x", "-1"])
def test_an_address_of_no_release_is_told(plant, page, asked):
    assert f"There is no release {asked[:20]}" in texts(show(page, "dana", release=asked))


def test_a_release_that_has_predicted_nothing_tells_its_own_profile(plant):
    said = texts(show(model, "dana", release=2))
    assert "release's own profile" in said and "4,000 held-out readings" in said


def test_a_damaged_release_that_has_predicted_nothing_is_told(plant):
    assert "Release 3 of milling is damaged" in texts(show(model, "dana", release=3))


def test_a_damaged_release_and_a_training_that_failed_by_it_are_told_whole_in_german(plant, use_case):
    store, home = plant
    with pytest.raises(ReleaseError) as error:
        Release.load(home, store.releases.get("milling", 3), use_case)
    job = store.jobs.submit("train", "milling", {}, "dana")
    store.jobs.take("worker", 30)
    store.jobs.progress(job.id, "worker", 0.1, Sentence("Training on {fit} rows", fit="1,234"), 30)
    store.jobs.finish(job.id, "worker", JobState.FAILED, error.value.sentence, {})
    app = AppTest.from_function(releases, default_timeout=120)
    app.query_params["who"], app.query_params["release"], visit_of(app).language = "dana", "3", "de"
    app.run()
    assert not app.exception, app.exception
    said = texts(app)
    assert said.count("Version 3 von milling ist beschädigt: ") >= 2 and "Das Training ist fehlgeschlagen." in said
    assert "Gehen Sie zu einer anderen Version zurück" in said and "Roll back" not in said and "Release 3" not in said
    assert any("Training mit 1,234 Zeilen" in str(one.value) for one in app.code)


@pytest.mark.parametrize("who", ["erik", "maria"])
def test_who_may_not_release_or_train_gets_no_button_and_the_reason(plant, who):
    app = show(releases, who, release=2)
    assert [button(app, key) for key in ("train", "release_it", "roll_back")] == [None] * 3
    said = texts(app)
    assert "release and roll back" in said and "train challengers" in said


def table(app, column):
    """The table on the page that has this column."""
    (found,) = [one.value for one in app.dataframe if column in one.value.columns]
    return found


def test_releases_are_told_side_by_side_on_the_same_readings_where_there_are_any(plant):
    store, _ = plant
    first = store.releases.get("milling", 1)
    gold, held = (f"{first.figures[on]['precision']['value']:.1%}" for on in ("gold", "held_out"))
    app = show(releases, "dana", release=1)
    assert "which is the same for every release" in texts(app)
    assert {told.replace("\u202f", "") for told in table(app, "Goes most by")["Right when it warns (precision)"]} == {gold}
    without = {name: told for name, told in first.figures.items() if name != "gold"}
    store.releases.add(replace(first, number=4, parent=1, figures=without))
    app = show(releases, "dana", release=1)
    assert "they are others for each release" in texts(app)
    assert {told.replace("\u202f", "") for told in table(app, "Goes most by")["Right when it warns (precision)"]} == {held}


def test_who_made_a_release_is_told_by_name_and_not_by_the_number_of_an_account(plant):
    assert "by Dana Kim (job:1)" in texts(show(releases, "dana", release=2))


def test_a_part_that_is_not_compared_with_the_champion_is_a_dash(plant):
    store, _ = plant
    first = store.releases.get("milling", 1)
    against = {"segments": [{"kind": "area", "value": "Area A", "low": -0.01, "high": 0.02}, {"kind": "area", "value": "Area B"}]}
    figures = first.figures | {"against": first.figures.get("against", {}) | against}
    alone = _parts(first)
    assert "Product L" in set(alone["Part"]) and len(alone.columns) == 3
    compared = _parts(replace(first, figures=figures)).set_index("Part")["Against the champion (95 %)"]
    assert compared["Area A"] == "−1.0 to +2.0 points" and set(compared.drop("Area A")) == {"–"}


def _parts(record):
    """The table of parts of a release, drawn by itself."""

    def page(record):
        from pages.parts.releases.release_view import parts_view
        from pages.parts.shell import session

        parts_view(session.use_case(), record)

    app = AppTest.from_function(page, default_timeout=120, args=(record,))
    app.run()
    assert not app.exception, app.exception
    return table(app, "Part")


def test_a_release_stands_in_the_audit_trail_with_its_reason(plant):
    store, _ = plant
    assert button(show(releases, "dana", release=2), "release_it") is not None
    act("dana", 2, seen=1, reason="Three false alarms learned", override=True)
    assert store.releases.champion("milling").number == 2
    assert store.audit.trail("release:milling/2")[-1].details["reason"].startswith("Three false alarms learned")


def test_what_was_held_against_another_champion_or_none_needs_a_word_for_that(plant):
    """Its figures say nothing of what it would take the place of."""
    store, _ = plant
    assert "does not pass its gate: compared not measured" in act("dana", 2, seen=1)
    assert store.releases.champion("milling").number == 1
    said = texts(show(releases, "dana", release=2))
    assert "Gate: 1 line fails" in said
    assert "Gate: every line is met" in texts(show(releases, "dana", release=1))
    act("dana", 2, seen=1, override=True)
    assert store.audit.trail("release:milling/2")[-1].action == "override_release"
    act("dana", 1, seen=2, back=True)  # the way back is always open
    assert store.releases.champion("milling").number == 1


@pytest.mark.parametrize("back", [False, True])
@pytest.mark.parametrize("who", ["olga", "erik", "maria", "mallory"])
def test_the_act_itself_is_refused_to_who_may_not(plant, who, back):
    store, _ = plant
    store.releases.set_champion("milling", 2, "dana", "test")
    said = act(who, 1, seen=2, back=back)
    assert "may not release" in said or "Nobody has said who they are" in said
    assert store.releases.champion("milling").number == 2


def test_a_damaged_release_is_not_released(plant):
    store, _ = plant
    assert "Release 3 of milling is damaged" in act("dana", 3, seen=1, override=True)
    assert store.releases.champion("milling").number == 1


def test_the_way_back_is_offered_whatever_release_is_looked_at_and_with_a_broken_champion(plant):
    store, home = plant
    store.releases.set_champion("milling", 2, "dana", "test")
    damage(home, 2)
    app = show(releases, "dana", release=3)
    assert "Release 2 of milling is damaged" in texts(app) and button(app, "roll_back") is not None
    act("dana", 1, seen=2, back=True)
    assert store.releases.champion("milling").number == 1
    assert store.audit.trail("release:milling/1")[-1].action == "roll_back"


@pytest.mark.parametrize(("number", "back"), [(1, True), (2, False)])
def test_what_was_asked_for_beside_another_champion_is_not_done(plant, number, back):
    store, _ = plant
    store.releases.set_champion("milling", 2, "dana", "test")
    store.releases.set_champion("milling", 3, "adam", "meanwhile")
    assert "meanwhile" in act("dana", number, seen=2 if back else 1, back=back)
    assert store.releases.champion("milling").number == 3


def test_who_rolled_back_and_why_stands_on_the_page(plant):
    store, _ = plant
    store.releases.set_champion("milling", 2, "dana", "It learned from a flag.", seen=1)
    store.releases.set_champion("milling", 1, "adam", "Too many *false* alarms.", "roll_back")
    said = texts(show(releases, "maria")).replace("\\", "")
    assert "Adam Novak rolled back from release 2 to **release 1**. Reason: Too many *false* alarms." in said
    assert "Dana Kim released **release 2**. Reason: It learned from a flag." in said
    with pytest.raises(Conflict, match="changed the champion meanwhile: it is release 1 now"):
        store.releases.set_champion("milling", 2, "dana", "", seen=2)


def test_a_worker_that_died_is_not_said_to_follow(plant):
    store, _ = plant
    long_ago = now() - timedelta(seconds=10 * GONE_S)
    store.workers.beat(Heartbeat("w", "milling", "line", 7, long_ago, long_ago, 1, 5))
    assert "worker follows it" not in texts(show(releases, "dana"))
