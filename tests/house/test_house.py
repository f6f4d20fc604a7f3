"""The house: arrows point down only, each library lives in its room, pages do nothing on import, files stay readable."""

import ast
import functools
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
ROOMED = ("data", "explainers", "models", "pages.parts")
"""Floors whose files stand in rooms."""
MOST = 20
LONGEST = {
    "pages/parts/releases/release_view.py": 340,
    "data/store/sqlite/plant/readings.py": 310,
}
"""Files that are still longer than 300 lines."""
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
    assert len(text.splitlines()) <= LONGEST.get(file.relative_to(HOUSE).as_posix(), 300), (
        f"{file} has {len(text.splitlines())} lines: it holds two subjects"
    )


def modules() -> dict[str, Path]:
    """Every module of the four floors by its name."""
    found = {}
    for file in FILES:
        parts = file.relative_to(HOUSE).with_suffix("").parts
        if parts[0] in FLOORS:
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = file
    return found


@functools.cache
def arrows() -> dict[str, set[str]]:
    """Which module imports which, lazily too; what only a type checker reads is no arrow."""
    known, found = modules(), {}
    for name, file in known.items():
        tree = ast.parse(file.read_text(encoding="utf-8"))
        typing = {
            id(inner)
            for node in ast.walk(tree)
            if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING"
            for inner in ast.walk(node)
        }
        found[name] = set()
        for node in ast.walk(tree):
            if id(node) in typing:
                continue
            if isinstance(node, ast.Import):
                found[name] |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                found[name] |= {
                    whole if (whole := f"{node.module}.{alias.name}") in known else node.module for alias in node.names
                }
        found[name] &= set(known)
    return found


def rooms_of(floor: str) -> dict[str, set[str]]:
    """The rooms that a floor's docstring names, each with those that it may import."""
    text = ast.get_docstring(ast.parse((HOUSE / floor.replace(".", "/") / "__init__.py").read_text(encoding="utf-8")))
    lines = re.findall(r"(?m)^(\w+) .* ←(.*)$", text)
    return {name: set(re.findall(r"\w+", others)) for name, others in lines}


@pytest.mark.parametrize("floor", ROOMED)
def test_a_room_imports_only_what_its_floor_says(floor):
    rooms, deep = rooms_of(floor), floor.count(".") + 1
    folder = HOUSE / floor.replace(".", "/")
    assert set(rooms) == {file.parent.name for file in folder.glob("*/__init__.py")}
    for name, others in arrows().items():
        parts = name.split(".")
        if not name.startswith(f"{floor}.") or parts[deep] not in rooms or parts[-1] == "__main__":
            continue
        used = {other.split(".")[deep] for other in others if other.startswith(f"{floor}.")} & set(rooms)
        assert used - {parts[deep]} <= rooms[parts[deep]], (
            f"{name} imports {used - {parts[deep]} - rooms[parts[deep]]}: see {floor}/__init__.py"
        )


@pytest.mark.parametrize("floor", ROOMED)
def test_the_rooms_of_a_floor_stand_one_above_the_other(floor):
    """No two lean on each other: the docstring has the lowest first."""
    below = set()
    for name, others in rooms_of(floor).items():
        assert others <= below, f"{floor}: {name} imports {others - below}, which is not below it"
        below.add(name)


def test_no_module_imports_itself_in_a_circle():
    open_, done, found = [], set(), arrows()

    def follow(name):
        if name in open_:
            raise AssertionError(" → ".join([*open_[open_.index(name) :], name]))
        if name not in done:
            open_.append(name)
            for other in sorted(found[name] - {name}):
                follow(other)
            done.add(open_.pop())

    for name in found:
        follow(name)


def test_no_room_holds_more_than_one_looks_through():
    folders = {file.parent for file in FILES}
    crowded = {str(folder.relative_to(HOUSE)): n for folder in folders if (n := len(list(folder.glob("*.py")))) > MOST}
    assert crowded == {}


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
