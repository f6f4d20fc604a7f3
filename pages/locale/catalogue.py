"""The template of all sentences, gathered from the screens' code and from what the models' floor tells by itself: ``python -m pages.locale.catalogue`` writes it anew.

A language is a file ``pages/locale/<code>/LC_MESSAGES/pullcord.po`` made of the template (``msginit``, Poedit, Weblate); the screens
take it up by themselves (see ``pages.parts.language``).
"""

import ast
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

PAGES = Path(__file__).parents[1]
TEMPLATE = PAGES / "locale" / "pullcord.pot"
KEYWORDS = {"t": None, "plural": (1, 2)}
MODELS = PAGES.parent / "models"
"""What this floor tells by itself, in the words that it is handed: its translator is called ``say``."""
SAID_BELOW = {"say": None}


def sentences(file, keywords, comment_tags, options) -> Iterator[tuple[int, str, tuple[str | None, ...], list[str]]]:
    """Every call of a translator in a Python file, for Babel. Its own reader goes by tokens, and before Python 3.12 sees no call
    that stands inside an f-string: those sentences were in no catalogue."""
    for node in ast.walk(ast.parse(file.read())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute) and node.args:
            name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
            if name in keywords:
                said = (one.value if isinstance(one, ast.Constant) and isinstance(one.value, str) else None for one in node.args)
                yield node.lineno, name, tuple(said), []


def gathered() -> Catalog:
    """Every sentence with the files that say it, by file and line."""
    found = Catalog(project="Pullcord", charset="utf-8", fuzzy=False)
    seen = [
        *extract_from_dir(PAGES, method_map=[("**.py", sentences)], keywords=KEYWORDS),
        *(
            (f"models/{file}", *rest)
            for file, *rest in extract_from_dir(MODELS, method_map=[("**.py", sentences)], keywords=SAID_BELOW)
        ),
    ]
    for file, _, message, comments, context in sorted(seen, key=lambda one: (one[0], one[1])):
        found.add(message, None, [(file, None)], auto_comments=comments, context=context)
    return found


def template() -> bytes:
    """The template as it should stand in the file: the same for the same sentences, whatever the day."""
    written = BytesIO()
    write_po(written, gathered(), omit_header=True, include_lineno=False, width=120)
    return b'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n' + written.getvalue().lstrip()


if __name__ == "__main__":
    TEMPLATE.write_bytes(template())
    print(f"{TEMPLATE}: {len(gathered())} sentences", file=sys.stderr)
