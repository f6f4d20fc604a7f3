"""The tree of errors is the one that its file draws, and each error is what it was after any way that it takes."""

import ast
import copy
import importlib
import pickle

import pytest

from data.errors import PullcordError, drawn
from data.people import Action, NotAllowed
from data.sentence import MARK, Sentence, from_kept, kept, sentence_of
from data.settings import PROJECT
from data.store.contract.errors import Conflict, NotFound, Stale

FLOORS = ("data", "explainers", "models", "pages")
TREE = drawn()


def defined():
    """(name, file) of each class of the house that has an error of the house as a base."""
    names, found = {one.name for one in TREE}, set()
    for floor in FLOORS:
        for file in (PROJECT / floor).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if (
                    isinstance(node, ast.ClassDef)
                    and {getattr(base, "id", getattr(base, "attr", "")) for base in node.bases} & names
                ):
                    found.add((node.name, file.relative_to(PROJECT).as_posix()))
    return found


def module_of(file):
    return file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def test_the_drawing_is_the_tree():
    for _, file in sorted(defined() | {(one.name, one.file) for one in TREE}):
        importlib.import_module(module_of(file))
    real, open_ = set(), [PullcordError]
    while open_:
        kind = open_.pop()
        below = [one for one in kind.__subclasses__() if one.__module__.split(".")[0] in FLOORS]
        real |= {(one.__name__, kind.__name__, one.__module__) for one in below}
        open_ += below
    assert real == {(one.name, one.parent, module_of(one.file)) for one in TREE if one.parent}
    assert [one.name for one in TREE if not one.parent] == ["PullcordError"]
    assert defined() == {(one.name, one.file) for one in TREE if one.parent}, "an error is defined where the tree does not say"


def test_an_error_is_its_english_sentence_with_its_template_and_places_beside_it():
    error = NotFound("There is no case {number}.", number=7)
    assert (str(error), error.template, error.places) == ("There is no case 7.", "There is no case {number}.", {"number": 7})
    assert str(NotFound("Write {name: value}")) == "Write {name: value}", "without places braces are braces"
    assert str(PullcordError(error)) == str(error) and PullcordError(error).template == error.template
    outer = Conflict("{file}: {error}", file=PROJECT, error=error)
    assert str(outer) == f"{PROJECT}: There is no case 7." and outer.places["error"].places == {"number": 7}
    assert str(PullcordError(KeyError())) == "KeyError" and str(PullcordError()) == ""


@pytest.mark.parametrize("way", [copy.copy, copy.deepcopy, lambda error: pickle.loads(pickle.dumps(error))])
def test_an_error_stays_what_it_is_on_its_way_to_another_process(way):
    inner = NotFound("There is no case {number}.", number=7)
    for error in (
        inner,
        Conflict("{file}: {error}", file="a", error=inner),
        Stale("Flag {flag} is stale.", kept=(1, 2), given="mine", flag=3),
        NotAllowed("{name} may not.", action=Action.FLAG, name="Olga"),
        NotAllowed("Nobody has said who they are."),
    ):
        same = way(error)
        assert (
            type(same) is type(error)
            and str(same) == str(error)
            and (same.template, same.places) == (error.template, error.places)
        )
        assert vars(same) == vars(error)


def test_a_sentence_is_kept_as_text_and_read_back_with_its_places():
    inner = Sentence("There is no case {number}.", number=7)
    for said in (
        Sentence("{file}: {error} ({share})", file="a {b}", error=inner, share=0.5),
        inner,
        Sentence("Writing the release"),
    ):
        back = from_kept(kept(said))
        assert back == str(said) and sentence_of(back).template == said.template and sentence_of(back).places == said.places
    assert kept("plain text {7}") == "plain text {7}" == from_kept("plain text {7}")
    assert kept(Sentence("Writing the release")) == "Writing the release", "what has no places is readable in any tool"
    for broken in (MARK, MARK + "[1", MARK + "7", MARK + '["{x}", {}]', MARK + '["{x}", {"y": 1}]', MARK + "[[], 1]"):
        assert isinstance(from_kept(broken), str), "a text that only looks like one is told as it is"
        assert from_kept(kept(broken)) == broken
