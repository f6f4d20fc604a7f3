"""The template of all sentences, gathered from the screens' code and from what the models' floor tells by itself: ``python -m pages.locale.catalogue`` writes it anew.

A language is a file ``pages/locale/<code>/LC_MESSAGES/pullcord.po`` made of the template (``msginit``, Poedit, Weblate); the screens
take it up by themselves (see ``pages.parts.language``).
"""

import sys
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


def gathered() -> Catalog:
    """Every sentence with the files that say it, by file and line."""
    found = Catalog(project="Pullcord", charset="utf-8", fuzzy=False)
    seen = [
        *extract_from_dir(PAGES, method_map=[("**.py", "python")], keywords=KEYWORDS),
        *(
            (f"models/{file}", *rest)
            for file, *rest in extract_from_dir(MODELS, method_map=[("**.py", "python")], keywords=SAID_BELOW)
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
