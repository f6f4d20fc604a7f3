"""Every file and name that the documents mention is there."""

import re

import pytest

from data.settings import PROJECT

DOCS = ["README.md", "benchmarks/README.md", *sorted(str(file.relative_to(PROJECT)) for file in (PROJECT / "docs").glob("*.md"))]
PATH = re.compile(r"(?<![\w/.])((?:pages|models|explainers|data|tests|benchmarks|static|docs)/[\w./-]*[\w/])")
"""A place in the house. What is written with capitals or in brackets (``data/usecases/NAME/``) stands for a person's own."""
OWN = re.compile(r"[A-Z<{*…]|data/usecases/your_|\.(?:csv|parquet|xlsx)$")


@pytest.mark.parametrize("name", DOCS)
def test_each_place_that_is_named_exists(name):
    text = re.sub(r"https?://\S+", " ", (PROJECT / name).read_text(encoding="utf-8"))
    named = {one.rstrip("./") for one in PATH.findall(text) if not OWN.search(one)}
    assert [one for one in sorted(named) if not there(one)] == []


def there(place: str) -> bool:
    """A file, a folder, or a name in a file (``models/judging/gate.GATES``)."""
    if any((PROJECT / base / whole).exists() for base in (".", "docs") for whole in (place, f"{place}.py")):
        return True
    file, _, name = place.rpartition(".")
    code = PROJECT / f"{file}.py"
    return code.is_file() and bool(
        re.search(rf"^\s*(?:(?:def|class) {name}\b|{name}\b.*=)", code.read_text(encoding="utf-8"), re.M)
    )
