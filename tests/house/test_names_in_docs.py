"""Every file and name that the documents mention is there, and the decisions among them are short, dated and plain."""

import functools
import re
from pathlib import Path

import pytest

from data.settings import PROJECT

DOCS = ["README.md", "benchmarks/README.md", *sorted(str(file.relative_to(PROJECT)) for file in (PROJECT / "docs").rglob("*.md"))]
DECISIONS = [name for name in DOCS if name.startswith("docs/decisions/")]
PATH = re.compile(r"(?<![\w/.])((?:pages|models|explainers|data|tests|benchmarks|static|docs)/[\w./-]*[\w/])")
"""A place in the house. What is written with capitals or in brackets (``data/usecases/NAME/``) stands for a person's own."""
OWN = re.compile(r"[A-Z<{*…]|data/usecases/your_|\.(?:csv|parquet|xlsx)$")

NAME = re.compile(r"`@?([A-Za-z_][\w.]*)(?:\([^`\n]*\))?`")
"""A name of the code: ``Name`` or ``module.name``, as it is read or as it is called."""
CODE = (".py", ".yaml", ".toml", ".js", ".css", ".txt", ".lock", "Makefile")
COMPOSED = ("benchmarks/README.md",)
"""Documents with names of figures that are put together while they are counted."""
ELSEWHERE = {"PULLCORD_ADDRESS", "sniff_csv", "d03_te.dat", "d06", "d18", "d18_te"}
"""A setting is written with its prefix; DuckDB and the files of Tennessee Eastman have names of their own."""
DECISION = re.compile(r"\*\*.+?\*\* \(\d{4}-\d\d-\d\d\)\. \S")
LONGEST = 30


@pytest.mark.parametrize("name", DOCS)
def test_each_place_that_is_named_exists(name):
    text = re.sub(r"https?://\S+", " ", (PROJECT / name).read_text(encoding="utf-8"))
    named = {one.rstrip("./") for one in PATH.findall(text) if not OWN.search(one)}
    assert [one for one in sorted(named) if not there(one)] == []


@pytest.mark.parametrize("name", [name for name in DOCS if name not in COMPOSED])
def test_each_name_of_the_code_exists(name):
    named = set(NAME.findall((PROJECT / name).read_text(encoding="utf-8"))) - ELSEWHERE
    assert [one for one in sorted(named) if not set(one.strip(".").split(".")) <= words_of_the_code()] == []


@pytest.mark.parametrize("name", DECISIONS)
def test_a_decision_is_one_dated_paragraph_of_short_sentences(name):
    _, *paragraphs = (PROJECT / name).read_text(encoding="utf-8").split("\n\n")
    paragraphs = [" ".join(one.split()) for one in paragraphs if not one.startswith("## ")]
    assert [one[:60] for one in paragraphs if not DECISION.match(one)] == []
    sentences = [sentence for one in paragraphs for sentence in re.split(r"(?<=[.?!])\s", one)]
    assert [one for one in sentences if len(one.split()) > LONGEST] == []


def test_the_house_leads_to_every_decision():
    house = (PROJECT / "docs/house.md").read_text(encoding="utf-8")
    assert [name for name in DECISIONS if f"({name.removeprefix('docs/')})" not in house] == []


@functools.cache
def words_of_the_code() -> set[str]:
    """What the code, its settings and the names of its files are made of, without this file, which names what is not there."""
    tops = [top for top in PROJECT.iterdir() if top.name not in (".venv", "var", ".git")]
    files = [file for top in tops for file in (top.rglob("*") if top.is_dir() else (top,)) if file.name.endswith(CODE)]
    files = [file for file in files if file.name != Path(__file__).name]
    texts = [f"{file.relative_to(PROJECT)} {file.read_text(encoding='utf-8', errors='ignore')}" for file in files]
    return {word for text in texts for word in re.findall(r"\w+", text)}


def there(place: str) -> bool:
    """A file, a folder, or a name in a file (``models/judging/gate.GATES``)."""
    if any((PROJECT / base / whole).exists() for base in (".", "docs") for whole in (place, f"{place}.py")):
        return True
    file, _, name = place.rpartition(".")
    code = PROJECT / f"{file}.py"
    return code.is_file() and bool(
        re.search(rf"^\s*(?:(?:def|class) {name}\b|{name}\b.*=)", code.read_text(encoding="utf-8"), re.M)
    )
