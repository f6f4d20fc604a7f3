"""Words live in catalogues as whole sentences: every one is in the template, none explains by "because", operators read no jargon."""

import ast
import re
from pathlib import Path

import pytest

from pages.locale.catalogue import KEYWORDS, MODELS, PAGES, SAID_BELOW, TEMPLATE, gathered, template

MESSAGES = [message for message in gathered() if message.id]
OPERATOR = (
    "board.py", "asset.py", "prediction.py", "my_flags.py", "handover.py", "parts/own/flag_card.py", "parts/own/handover_view.py", "parts/board/asset_board/view.py", "parts/board/asset_board/beginning_view.py", "parts/shell/beginning.py", "parts/board/board_reading.py", "parts/prediction/flag_buttons.py",
    "parts/prediction/flag_receipt.py", "parts/shell/frame.py", "parts/shell/freshness.py", "parts/words/guidance.py", "parts/shell/identity.py", "parts/reasons/reason_list.py",
    "parts/prediction/seen_before.py", "parts/words/theme.py", "parts/reasons/top_reason.py", "parts/prediction/what_changes.py", "parts/words/wording.py",
)  # fmt: skip
"""What an operator reads. Experts' drawers and the pages of engineers may use their own terms."""
JARGON = re.compile(r"shap\b|\blime\b|feature|log-odds|anomal|contribution|probabilit|conformal|quantile|classif", re.IGNORECASE)
LONGEST = 25


def texts(message):
    return message.id if isinstance(message.id, tuple) else (message.id,)


def test_the_template_holds_every_sentence():
    assert TEMPLATE.read_bytes() == template(), "Run: python -m pages.locale.catalogue"
    assert len(MESSAGES) > 300


def test_nothing_is_explained_by_because():
    assert [text for message in MESSAGES for text in texts(message) if re.search(r"\bbecause\b", text, re.IGNORECASE)] == []


def test_operators_read_short_sentences_without_jargon():
    for message in MESSAGES:
        if not any(file in OPERATOR for file, _ in message.locations):
            continue
        for text in texts(message):
            assert not JARGON.search(text), text
            assert len(text.split()) <= LONGEST, text


def test_every_file_that_operators_read_is_there():
    assert [file for file in OPERATOR if not (PAGES / file).is_file()] == []


def test_no_fragment_is_glued_on():
    """A sentence is one message: none begins or ends in the middle of one."""
    glued = [text for message in MESSAGES for text in texts(message) if text != text.strip()]
    assert glued == []


@pytest.mark.parametrize("file", sorted(PAGES.rglob("*.py")), ids=lambda file: str(file.relative_to(PAGES)))
def test_what_is_said_stands_there_in_words(file: Path):
    """A sentence that is put together before it is looked up is in no catalogue; one inside an f-string is."""
    known = {text for message in MESSAGES for text in texts(message)}
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in KEYWORDS:
            assert isinstance(node.args[0], ast.Constant), f"{file}:{node.lineno}: {ast.unparse(node)}"
            assert node.args[0].value in known, f"{file}:{node.lineno}: not in the template"


def said_below():
    """Each call of the translator that the models' floor is handed, with its file."""
    for file in sorted(MODELS.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or getattr(node.func, "id", getattr(node.func, "attr", "")) not in SAID_BELOW:
                continue
            if getattr(getattr(node.func, "value", None), "attr", "") not in (
                "feedback",
                "held_answers",
            ):  # what a person says, in the store
                yield file, node


def test_what_the_models_floor_tells_by_itself_is_in_the_template_too():
    known, calls = {text for message in MESSAGES for text in texts(message)}, list(said_below())
    assert {file.name for file, _ in calls} >= {"card.py", "card_figures.py", "words.py"}
    for file, node in calls:
        assert isinstance(node.args[0], ast.Constant), f"{file}:{node.lineno}: {ast.unparse(node)}"
        assert node.args[0].value in known, f"{file}:{node.lineno}: not in the template"
