"""Sentences that the floors below say by themselves, in English: errors that a screen can show, and what a job is doing.

Each is the template of an error or of a :class:`data.sentence.Sentence`, and stands in the code as one constant; what fills its places goes beside it. So the
lower floors need no translator, and what travelled through the store or from another process is still told in anybody's language
(:func:`pages.parts.words.retold.retold`). Errors that no screen translates are marked in the tree of :mod:`data.errors`.
"""

import ast
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

from data.errors import drawn

HOUSE = Path(__file__).parents[2]
FLOORS = ("data", "explainers", "models", "pages")
ROOTS = ("data/errors.py", "data/sentence.py")
"""Where errors and sentences are made and not said."""
MARK = "Said by a lower floor."
"""What stands beside such a sentence in the catalogue."""
SAID = {one.name for one in drawn() if one.translated} | {"Sentence"}
PROGRESS = "progress"
"""What a job says of its steps: ``progress(fraction, "Writing the release")``."""
PASSED_ON = {"from_kept", "sentence_of", "renamed"}
"""What gives a sentence that was said before."""


def sentences() -> Iterator[tuple[str, str]]:
    """(file, sentence) of each, its places named: ``There is no case {number}.``"""
    for place, _, _, template in _said():
        if isinstance(template, ast.Constant) and _has_words(str(template.value)):
            yield place, str(template.value)


def said_by() -> dict[str, list[str]]:
    """The templates of each error, by its name; those of :class:`data.sentence.Sentence` and of a job's steps by theirs."""
    found: dict[str, list[str]] = {}
    for _, _, name, template in _said():
        if isinstance(template, ast.Constant):
            found.setdefault(name, []).append(str(template.value))
    return found


def put_together() -> list[str]:
    """Where a template is neither a constant nor what was said before: no catalogue can know it."""
    return [f"{place}:{line}: {ast.unparse(given)}" for place, line, _, given in _said() if not isinstance(given, ast.Constant)]


def _said() -> Iterator[tuple[str, int, str, ast.expr]]:
    """(file, line, who says it, template) of every error and sentence that is made; not of those that say over again what was said."""
    for floor in FLOORS:
        for file in sorted((HOUSE / floor).rglob("*.py")):
            place = file.relative_to(HOUSE).as_posix()
            if place in ROOTS:
                continue
            tree = ast.parse(file.read_text(encoding="utf-8"))
            made_here = {node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef) and _is_record(node)}
            caught = {node.name for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler) and node.name}
            for node in ast.walk(tree):
                template = _template(node, made_here)
                if template is not None and not _says_again(template, caught):
                    assert isinstance(node, ast.Call)
                    yield place, node.lineno, _name(node), template


def _template(node: ast.AST, made_here: set[str]) -> ast.expr | None:
    if not isinstance(node, ast.Call):
        return None
    name = _name(node)
    if name in SAID - made_here and node.args:
        return node.args[0]
    if name == PROGRESS and len(node.args) == 2 and isinstance(node.args[1], ast.Constant | ast.JoinedStr):
        return node.args[1]
    return None


def _name(node: ast.Call) -> str:
    return getattr(node.func, "id", getattr(node.func, "attr", ""))


def _is_record(node: ast.ClassDef) -> bool:
    """Whether a class of this file only shares its name with an error."""
    return node.name in SAID and bool(node.decorator_list)


def _says_again(template: ast.expr, caught: set[str]) -> bool:
    if isinstance(template, ast.IfExp):
        return _says_again(template.body, caught) and _says_again(template.orelse, caught)
    if isinstance(template, ast.Call):
        return _name(template) in PASSED_ON
    return (isinstance(template, ast.Name) and template.id in caught) or (
        isinstance(template, ast.Attribute) and template.attr == "sentence"
    )


def _has_words(template: str) -> bool:
    """Whether there is anything to translate between the places."""
    if "{" not in template:
        return bool(template)
    return any(sign.isalpha() for text, *_ in Formatter().parse(template) for sign in text)
