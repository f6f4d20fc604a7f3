"""Everything that people may do is a verb that checks the role itself; screens and the demo change nothing past them."""

import ast
import importlib
from contextlib import suppress
from inspect import signature

import pytest

from data.people import VERBS, Action, NotAllowed, Role, roles_of
from data.records import Person
from data.settings import PROJECT

HOMES = (
    "models.review.verbs", "models.review.reviewing", "models.state.verbs", "models.jobs.verbs", "models.documents.verbs", "models.live.verbs",
    "models.lifecycle.registry", "models.exchange.bringing", "models.exchange.label_studio",
)  # fmt: skip
for name in HOMES:
    importlib.import_module(name)
OWN = {
    "keep": "a draft is one's own", "drop": "a draft is one's own", "look": "when one looked last", "mark_seen": "what one has read",
    "look_at": "a picture made small, once", "save": "the people of a first start", "keep_reasons": "what was computed", "prepare": "the tables of a use case, at the start", "put": "the demo's own stage", "start_source": "a reader's place",
}  # fmt: skip
"""Verbs of the store that a screen may call by itself: what they write is seen by nobody else, or no person's doing."""


def asked(verb, person):
    """The verb with nothing but who asks: what the role may is decided before anything else is looked at."""
    return verb(
        *[person if name == "person" else None for name, one in signature(verb).parameters.items() if one.default is one.empty]
    )


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("verb", VERBS, ids=lambda one: f"{one.__module__}.{one.__name__}")
def test_a_verb_is_for_the_roles_of_its_action(verb, role):
    somebody = Person("x", "X", role)
    if role in roles_of(verb.action):
        with suppress(AttributeError, TypeError, KeyError, ValueError):  # with nothing to do it upon
            asked(verb, somebody)
    else:
        with pytest.raises(NotAllowed):
            asked(verb, somebody)


@pytest.mark.parametrize("verb", VERBS, ids=lambda one: f"{one.__module__}.{one.__name__}")
def test_nobody_and_who_has_left_may_nothing(verb):
    for person in (None, Person("x", "X", Role.ADMIN, active=False)):
        with pytest.raises(NotAllowed):
            asked(verb, person)


def test_every_action_that_changes_something_has_a_verb():
    assert {one.action for one in VERBS} == {one for one in Action if not one.startswith("see_")}


def writing() -> set[str]:
    """The verbs of the store: methods of its parts that open a writing transaction."""
    found = set()
    for file in (PROJECT / "data/store/sqlite").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                calls = {
                    one.func.attr for one in ast.walk(node) if isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute)
                }
                if calls & {"write", "_write"}:
                    found.add(node.name)
    return found


def test_screens_and_the_demo_call_no_writing_verb_of_the_store():
    verbs = writing()
    assert {"claim", "decide", "set_champion", "acknowledge", "raise_flag"} <= verbs
    parts = {
        "feedback",
        "releases",
        "jobs",
        "attention",
        "people",
        "handovers",
        "findings",
        "held_answers",
        "shadows",
        "clock",
        "readings",
        "drafts",
    }
    past = []
    for file in [*(PROJECT / "pages").rglob("*.py"), PROJECT / "app.py", PROJECT / "models/demo/story.py"]:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in verbs):
                continue
            holder = getattr(node.func.value, "attr", getattr(node.func.value, "id", ""))
            if holder in parts and node.func.attr not in OWN:
                past.append(f"{file.relative_to(PROJECT)}:{node.lineno} {holder}.{node.func.attr}")
    assert past == []
