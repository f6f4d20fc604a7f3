"""Sentences that the floors below say by themselves, in English: errors that a screen can show, and what a job is doing.

They are gathered from the code as it stands, each with named places, and told in the reader's language by :func:`pages.parts.words.retold.retold`, which knows a
sentence again by its form. So the lower floors need no translator, and what travelled as text (the error of a job, through the store, from
another process) can still be told in anybody's language. Errors about files that are written in English keys (``usecase.yaml``, settings)
are left out: whoever mends one works in that file.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

HOUSE = Path(__file__).parents[2]
FLOORS = ("data", "explainers", "models")
KINDS = {
    "CannotExplain",
    "ChoiceError",
    "Conflict",
    "ExchangeError",
    "GateError",
    "GoldError",
    "LineEnded",
    "NotFound",
    "OnboardingError",
    "ReleaseError",
    "SourceError",
    "Stale",
    "StoreError",
    "TableError",
    "TooMuch",
    "TrainingSetError",
}
"""The errors that a screen shows. ``NotAllowed`` is told by :func:`pages.parts.words.roles.refusal`."""
PROGRESS = "progress"
"""What a job says of its steps: ``progress(fraction, "Writing the release")``."""
MARK = "Said by a lower floor; in the reader's language it is known again by its form."
"""What stands beside such a sentence in the catalogue."""


def sentences() -> Iterator[tuple[str, str]]:
    """(file, sentence) of each, its places named after what fills them: ``There is no case {number}.``"""
    for floor in FLOORS:
        for file in sorted((HOUSE / floor).rglob("*.py")):
            place = file.relative_to(HOUSE).as_posix()
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                said = _said(node)
                if said and re.search(r"[A-Za-z]{2}", re.sub(r"\{\w+\}", "", said)):
                    yield place, said


def pattern(sentence: str) -> re.Pattern[str]:
    """What every text of this form matches, each place a group of its name."""
    parts = re.split(r"\{(\w+)\}", sentence)
    return re.compile("".join(re.escape(part) if at % 2 == 0 else f"(?P<{part}>.*?)" for at, part in enumerate(parts)), re.DOTALL)


def _said(node: ast.AST) -> str | None:
    if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and _name(node.exc.func) in KINDS and node.exc.args:
        return _template(node.exc.args[0])
    if isinstance(node, ast.Return) and isinstance(node.value, ast.Call) and _name(node.value.func) in KINDS and node.value.args:
        return _template(node.value.args[0])  # what a function finds is raised by who asked it
    if isinstance(node, ast.Call) and _name(node.func) == PROGRESS and len(node.args) == 2:
        return _template(node.args[1])
    return None


def _name(node: ast.AST) -> str:
    return getattr(node, "id", getattr(node, "attr", ""))


def _template(node: ast.AST) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if not isinstance(node, ast.JoinedStr):
        return None
    parts, taken = [], []
    for part in node.values:
        if isinstance(part, ast.Constant):
            if "{" in str(part.value) or "}" in str(part.value):
                return None
            parts.append(str(part.value))
            continue
        assert isinstance(part, ast.FormattedValue)
        name = _place(part.value)
        taken.append(name)
        parts.append(f"{{{name}{taken.count(name) if taken.count(name) > 1 else ''}}}")
    return "".join(parts)


def _place(node: ast.AST) -> str:
    """A name for what is filled in: the last word of the expression that has one."""
    words = [word for word in re.findall(r"[A-Za-z_]\w*", ast.unparse(node)) if not word.startswith("_") and len(word) > 1]
    return next(
        (word for word in reversed(words) if word not in {"map", "repr", "list", "join", "len", "str", "sorted", "for", "in"}),
        "x",
    )
