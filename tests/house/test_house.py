"""The house: arrows point down only, each library lives in its room, pages do nothing on import, files stay readable."""

import ast
import re
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[2]
FLOORS = {"data": 1, "explainers": 2, "models": 3, "pages": 4}
ROOMS = {
    "streamlit": ("app.py", "server.py", "pages/"),
    "plotly": ("pages/figures/",),
    "sqlite_utils": ("data/store/",),
    "sqlite3": ("data/store/",),
    "xgboost": ("explainers/", "models/", "benchmarks/"),
    "shap": ("explainers/", "benchmarks/"),
    "lime": ("explainers/", "benchmarks/"),
}
FILES = [file for file in HOUSE.rglob("*.py") if not {".venv", "var", "tests"} & set(file.relative_to(HOUSE).parts)]


def imports(file: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{file} imports relatively; write the whole name"
            found.add(node.module or "")
    return found


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(HOUSE)))
def test_imports_point_down_and_libraries_stay_in_their_rooms(file):
    place = file.relative_to(HOUSE).as_posix()
    floor = FLOORS.get(place.split("/")[0], 5)
    for name in imports(file):
        top = name.split(".")[0]
        assert FLOORS.get(top, 0) <= floor, f"{place} imports {name}: an arrow that points up"
        assert top not in ("app", "worker", "start") or place == "app.py", f"{place} imports {name}"
        if top in ROOMS:
            assert place.startswith(ROOMS[top]), f"{place} imports {top}, which lives in {', '.join(ROOMS[top])}"
    if "/figures/" in place:
        assert "data.store" not in imports(file), f"{place}: a figure is drawn from records, it asks no store"


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(HOUSE)))
def test_a_file_has_one_subject_that_its_docstring_names_and_a_readable_length(file):
    text = file.read_text(encoding="utf-8")
    assert ast.get_docstring(ast.parse(text)), f"{file} says nowhere what it is for"
    assert len(text.splitlines()) <= 350, f"{file} has {len(text.splitlines())} lines: it holds two subjects"


CLOCKS = {
    ("time", "time"),
    ("time", "time_ns"),
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
}


def test_nobody_but_the_clock_asks_the_computer_what_time_it_is():
    """A clock can jump: what it says is judged in one place."""
    found = []
    for file in FILES:
        place = file.relative_to(HOUSE).as_posix()
        if place.startswith(("data/clock/", "benchmarks/")):
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Attribute)
                and (getattr(node.value, "id", getattr(node.value, "attr", "")), node.attr) in CLOCKS
            ):
                found.append(f"{place}:{node.lineno} asks for {node.attr}: data.clock knows")
    assert found == []


def test_every_package_of_the_house_is_one():
    folders = {file.parent for file in FILES if file.parent != HOUSE}
    assert [str(folder) for folder in folders if not (folder / "__init__.py").exists()] == []


@pytest.mark.parametrize("file", sorted((HOUSE / "pages").glob("*.py")), ids=lambda file: file.stem)
def test_a_page_only_defines_things(file):
    """Streamlit may run a file of pages/ directly, past the sign-in: it must then show and do nothing."""
    allowed = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef, ast.Assign, ast.AnnAssign)
    body = ast.parse(file.read_text(encoding="utf-8")).body
    for node in body[1:]:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue  # a docstring of a constant
        assert isinstance(node, allowed), f"{file.name}, line {node.lineno}: runs on import"
        if isinstance(node, ast.Assign | ast.AnnAssign):
            assert not [n for n in ast.walk(node) if isinstance(n, ast.Attribute) and getattr(n.value, "id", "") == "st"]


def test_what_make_check_runs_is_there_and_trains_nothing():
    from start import FAST

    for subject in FAST:
        file = next(HOUSE.glob(f"tests/**/test_{subject}.py"), None)
        assert file, f"start.py: FAST names {subject}, which is not there"
        assert not re.search(r"def \w+\([^)]*\b(released|opened|shown)_home\b", file.read_text(encoding="utf-8")), (
            f"{file.name} trains a model"
        )
