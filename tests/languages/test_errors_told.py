"""What a lower floor says is told whole in each language: every error of the tree, and what travels through the store."""

import sqlite3
from string import Formatter

import pytest

from data.errors import PullcordError, drawn
from data.people import Action, NotAllowed, Role, require
from data.records import Heartbeat, JobState, Person, Preparing, ReleaseRecord
from data.sentence import Sentence, from_kept, kept
from data.store import Conflict, StoreError, open_store
from data.store.sqlite.feedback.cases import taken
from data.usecase.file import load
from models.jobs.first_release import FirstReleaseError
from models.jobs.retraining import _told as told_of_a_job
from models.release.checked import ReleaseError, checked
from pages.locale.below import put_together, said_by, sentences
from pages.locale.catalogue import languages
from pages.parts.words.language import spoken
from pages.parts.words.retold import retold
from tests.deliveries import at

OTHERS = languages()
LANGUAGES = ("en", *OTHERS)
SAID = said_by()
PASSES_ON = {"FirstReleaseError", "StoreError"}
"""Also say over again what others said."""
SAME = {("training", "nl")}
"""Words of both languages."""
TRANSLATED = [one.name for one in drawn() if one.translated and one.parent]


def places_of(template):
    return [name for _, name, _, _ in Formatter().parse(template) if name] if "{" in template else []


def told(said, language):
    with spoken(language):
        return retold(said)


def test_no_template_is_put_together():
    assert put_together() == [], "write one constant with named places, and what fills them beside it"


def test_every_error_that_a_screen_can_show_says_something_of_its_own():
    assert [name for name in TRANSLATED if name not in SAID and name not in PASSES_ON] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", [*(name for name in TRANSLATED if name in SAID), "Sentence", "progress"])
def test_each_template_is_told_in_each_language_with_all_its_places(name, language):
    for template in SAID[name]:
        filled = {place: f"‹{at}›" for at, place in enumerate(places_of(template))}
        said = told(PullcordError(template, **filled), language)
        assert [one for one in filled.values() if one not in said] == [], template
        words = any(sign.isalpha() for sign in template.format(**dict.fromkeys(filled, "")))
        same = language == "en" or not words or (template, language) in SAME
        assert (said == template.format(**filled)) is same, f"{template}: still in English"


def test_the_sentences_of_the_lower_floors_are_known():
    known = {sentence for _, sentence in sentences()}
    assert known >= {
        "There is no case {number}.",
        "Writing the release",
        "Release {number} of {use_case}",
        "Training on {fit} rows",
    }


@pytest.fixture
def case_of_erik():
    """Of case 3, as the store knows it."""
    db = sqlite3.connect(":memory:")
    db.execute("CREATE TABLE cases (id, state, claimed_by, claimed_until_us)")
    db.execute("INSERT INTO cases VALUES (3, 'claimed', 'erik', 1800000000000000)")
    return taken(db, 3)


def test_a_case_that_somebody_else_has_is_told_in_the_readers_language(case_of_erik):
    assert isinstance(case_of_erik, Conflict) and str(case_of_erik) == "Case 3 is with erik until 08:00 UTC."
    assert told(case_of_erik, "de") == "Fall 3 liegt bis 08:00 UTC bei erik."
    for language in OTHERS:
        said = told(case_of_erik, language)
        assert "Case" not in said and "until" not in said and all(part in said for part in ("3", "erik", "08:00"))


@pytest.mark.parametrize("language", OTHERS)
def test_a_state_inside_a_sentence_is_told_too(language):
    db = sqlite3.connect(":memory:")
    db.execute("CREATE TABLE cases (id, state, claimed_by, claimed_until_us)")
    db.execute("INSERT INTO cases VALUES (3, 'second', NULL, NULL)")
    assert str(taken(db, 3)) == "Case 3 is waiting for a second verdict: claim it first."
    assert "verdict" not in told(taken(db, 3), language)


@pytest.mark.parametrize("language", OTHERS)
def test_a_store_that_is_damaged_is_told_whole(tmp_path, language):
    (tmp_path / "pullcord.db").write_bytes(b"this is no store at all, whatever it is called" * 200)
    with pytest.raises(StoreError) as error:
        open_store(tmp_path / "pullcord.db")
    said = told(error.value, language)
    assert str(tmp_path / "pullcord.db") in said and "python -m data.backup list" in said
    assert not any(word in said for word in ("is damaged", "aside", "Without one", "nothing in it"))


@pytest.fixture
def damaged(tmp_path):
    """What release 2 of the milling line is refused with whose manifest was changed."""
    (tmp_path / "release.json").write_text("{}")
    record = ReleaseRecord("milling", 2, "releases/milling/2", "another digest", at(0), "dana", 1, {})
    with pytest.raises(ReleaseError) as error:
        checked(tmp_path, record, load("milling"))
    return error.value


def english_in(said):
    return [
        word
        for word in ("Release 2", "is damaged", "Roll back", "train a new", "stands in", "goes on", "not followed")
        if word in said
    ]


def test_a_damaged_release_is_told_with_its_name_and_the_ways_on(damaged):
    assert str(damaged).startswith("Release 2 of milling is damaged: ") and "Roll back to another release" in str(damaged)
    assert told(damaged, "de").startswith("Version 2 von milling ist beschädigt: ")
    for language in OTHERS:
        for said in (
            damaged,
            Sentence("{error} Release {number} stands in for it.", error=damaged, number=1),
            Sentence("{error} Release {number}, in memory, goes on.", error=damaged, number=1),
            Sentence("The shadow is not followed: {error}", error=damaged),
        ):
            assert english_in(told(said, language)) == [] and "release.json" in told(said, language)


@pytest.mark.parametrize("language", OTHERS)
def test_what_a_job_says_comes_out_of_the_store_in_the_readers_language(store, damaged, language):
    job = store.jobs.submit("train", "milling", {}, "dana")
    store.jobs.take("worker", 30)
    store.jobs.progress(job.id, "worker", 0.1, Sentence("Training on {fit} rows", fit="1,234"), 30)
    doing = store.jobs.get(job.id).message
    assert doing == "Training on 1,234 rows" and "Training on" not in told(doing, language) and "1,234" in told(doing, language)
    with pytest.raises(Conflict) as twice:
        store.jobs.submit("train", "milling", {}, "erik")
    assert "under way" not in told(twice.value, language) and "dana" in told(twice.value, language)
    store.jobs.finish(job.id, "worker", JobState.FAILED, told_of_a_job(damaged), {})
    failed = store.jobs.get(job.id).message
    assert failed == str(damaged) and english_in(told(failed, language)) == []
    assert [english_in(told(message, language)) for _, _, message in store.jobs.log(job.id)] == [[]]
    full = told_of_a_job(OSError(28, "No space left on device"))
    assert "The disk is full" in full and "disk" not in told(full, language) and "the home" not in told(full, language)


@pytest.mark.parametrize("language", OTHERS)
def test_what_keeps_a_worker_comes_out_of_the_store_in_the_readers_language(store, damaged, language):
    failed = FirstReleaseError(damaged)
    preparing = Preparing("read", 0.1, at(0), at(1), failed.sentence)
    store.workers.beat(Heartbeat("w1", "milling", "line", 7, at(0), at(1), None, 0, damaged.sentence, preparing))
    (beat,) = store.workers.all()
    assert beat.trouble == str(damaged) == beat.preparing.failed
    assert english_in(told(beat.trouble, language)) == [] == english_in(told(beat.preparing.failed, language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_an_older_version_wrote_is_told_as_it_stands(store, language):
    for text in ("Release 2 of milling is damaged: nobody knows {why}", "Writing the release", "two\nlines", ""):
        assert from_kept(text) == text == kept(text)
    job = store.jobs.submit("train", "milling", {}, "dana")
    store.jobs.take("worker", 30)
    store.jobs.finish(job.id, "worker", JobState.FAILED, "Something with {braces} of its own", {})
    assert told(store.jobs.get(job.id).message, language) == "Something with {braces} of its own"


@pytest.mark.parametrize("language", OTHERS)
def test_what_a_role_may_not_do_is_told_with_the_roles_that_may(language):
    for person in (None, Person("olga", "Olga Berg", Role.OPERATOR)):
        with pytest.raises(NotAllowed) as error:
            require(person, Action.TRAIN)
        said = told(error.value, language)
        assert "may" not in said and "train models" not in said
