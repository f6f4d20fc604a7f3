"""Uploading a table for a new line: by its content, each person's own, swept, with room for so much; and names that are none are told in a sentence."""

import re
import time

import pytest
import streamlit
from hypothesis import example, given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from data.onboarding import uploads
from data.onboarding.create import name_for
from data.onboarding.target import OnboardingError
from data.onboarding.uploads import fingerprint, keep, sweep
from data.people import DEMO_PEOPLE
from data.store import open_store
from data.usecase.file import UseCaseError, load, path_of
from data.usecases.__main__ import main
from tests.screens import visit_of

ODD = [
    "..",
    ".",
    "",
    " ",
    "a\0b",
    "x" * 300,
    "../../etc/passwd",
    "a/b",
    "a\\b",
    "con",
    "NUL",
    "lpt1",
    "\u202egnp",
    "a\nb: c",
    "=1",
    "Kiln 2",
    "日本",
    "-x",
    "_x",
    "abc\n",
]


def put(home, content: bytes, name="export.csv", person="erik"):
    return keep(home, person, name, content, fingerprint(content))


def test_the_same_name_and_size_with_other_content_is_another_file_and_each_person_has_their_own(tmp_path):
    first, second, other = put(tmp_path, b"a,b\n1,2\n"), put(tmp_path, b"a,b\n3,4\n"), put(tmp_path, b"a,b\n1,2\n", person="dana")
    assert len({one.file for one in (first, second, other)}) == 3 and first.name == second.name == "export.csv"
    assert [one.file.read_bytes()[4:5] for one in (first, second, other)] == [b"1", b"3", b"1"]
    assert put(tmp_path, b"a,b\n1,2\n").file == first.file, "the same content is kept once"


@settings(max_examples=60)
@given(st.one_of(st.sampled_from(ODD), st.text(max_size=300)))
def test_any_name_of_an_upload_lies_within_the_folder_of_uploads(tmp_path_factory, name):
    home = tmp_path_factory.mktemp("home")
    kept = put(home, b"x,y\n1,2\n", name=name)
    assert kept.file.resolve().is_relative_to(home / "uploads") and re.fullmatch(r"[0-9a-f]{40}\.\w+", kept.file.name)


def test_uploads_are_swept_after_a_day_and_the_oldest_of_a_person_make_room(tmp_path, monkeypatch):
    first = put(tmp_path, b"x" * 60)
    sweep(tmp_path, now=time.time() + uploads.KEPT_S - 60)
    assert first.file.is_file()
    sweep(tmp_path, now=time.time() + uploads.KEPT_S + 60)
    assert not first.file.exists()
    monkeypatch.setattr(uploads, "MOST_OF_ONE", 100)
    first, second = put(tmp_path, b"x" * 60), put(tmp_path, b"y" * 60)
    assert not first.file.exists() and second.file.is_file()
    with pytest.raises(OnboardingError, match=r"big.csv has 0 MB; an upload may have 0 MB. Put it into the folder tables"):
        put(tmp_path, b"z" * 101, name="big.csv")
    monkeypatch.setattr(uploads, "MOST_OF_ALL", 70)
    with pytest.raises(OnboardingError, match=r"no room for export.csv .* removed after a day; or put the file into"):
        put(tmp_path, b"z" * 60, person="dana")
    assert second.file.is_file(), "nobody else's goes for it"


@settings(max_examples=150)
@given(st.one_of(st.sampled_from(ODD), st.text(max_size=60)))
@example("a" * 41)
def test_a_name_made_of_anything_is_one_and_one_that_is_none_is_told_with_one_that_is(tmp_path_factory, text):
    home = tmp_path_factory.getbasetemp()
    assert re.fullmatch(r"[a-z][a-z0-9_]{0,45}", name_for(text, home))
    try:
        assert name_for(text, home, given=True) == text
    except OnboardingError as error:
        proposed = re.search(r"for example (\w+)\.$|already", str(error))
        assert proposed and (proposed[1] is None or name_for(proposed[1], home, given=True) == proposed[1])
        assert str(error).isprintable() and len(str(error)) < 300


@pytest.mark.parametrize("name", [one for one in ODD if one and "\0" not in one])
def test_the_command_line_tells_it_in_a_sentence_and_leaves_nothing_behind(tmp_path, capsys, name):
    table = tmp_path / "t.csv"
    table.write_text("x,y\n" + "".join(f"{at % 7},{'no' if at % 3 else 'yes'}\n" for at in range(300)))
    code = main(["new", str(table), "--target", "y", "--home", str(tmp_path / "home"), f"--name={name}"])
    said = capsys.readouterr().err
    assert code == 1 and "is no name for a use case" in said and "Traceback" not in said
    assert main(["new", str(tmp_path / ("n" * 300)), "--target", "y", "--home", str(tmp_path / "home")]) == 1
    assert "cannot be read" in capsys.readouterr().err
    assert not list((tmp_path / "home" / "usecases").glob("*/*")) if (tmp_path / "home" / "usecases").exists() else True


@pytest.mark.parametrize("name", ODD)
def test_a_name_in_an_address_is_no_way_out_of_the_folder_of_use_cases(tmp_path, name):
    (tmp_path / "usecases" / "own").mkdir(parents=True)
    (tmp_path / "usecase.yaml").write_text("name: elsewhere")
    for asked in (name, f"../{name}"):
        with pytest.raises(UseCaseError, match="There is no use case"):
            path_of(asked, tmp_path)
        with pytest.raises(UseCaseError, match="There is no use case"):
            load(asked, tmp_path)


@pytest.fixture
def page(tmp_path, monkeypatch):
    monkeypatch.setenv("PULLCORD_HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    store = open_store(tmp_path / "home" / "pullcord.db")
    for person in DEMO_PEOPLE:
        store.people.save(person, "test")
    store.close()
    streamlit.cache_resource.clear()

    def script():
        from pages.new_line import render

        render()

    app = AppTest.from_function(script, default_timeout=120)
    visit_of(app).who = "erik"
    yield app
    streamlit.cache_resource.clear()


def texts(app):
    return " ".join(str(one.value) for kind in ("error", "markdown", "subheader", "caption") for one in app.get(kind))


def test_an_upload_of_any_name_is_previewed_and_a_wrong_name_for_the_line_is_told(page):
    page.run()
    rows = "x,y,z\n" + "".join(f"{at % 7},{'no' if at % 3 else 'yes'},{at}\n" for at in range(300))
    page.get("file_uploader")[0].set_value([("..\u202e.csv", rows.encode(), "text/csv")]).run()
    assert not page.exception and "300 rows, 3 columns" in texts(page)
    page.get("file_uploader")[0].set_value([("..\u202e.csv", rows.replace(",z", ",w").encode(), "text/csv")]).run()
    assert not page.exception and "w" in page.dataframe[0].value.columns, "the same name and size, another table"
    page.selectbox(key="new_target").set_value("y").run()
    page.text_input(key="new_name").set_value("../x").run()
    page.button(key="new_make").click().run()
    assert not page.exception and "is no name for a use case" in texts(page)
