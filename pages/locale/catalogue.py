"""Every sentence of Pullcord, and how far each language has got: ``python -m pages.locale.catalogue`` writes the template anew and brings every language up to date.

A language is one file, ``pages/locale/<code>/LC_MESSAGES/pullcord.po``; the screens take it up by themselves (see ``pages.parts.words.language``).
``python -m pages.locale.catalogue --add fr`` begins one. What is translated stays, what nobody says any more goes, what is new is empty
until somebody fills it in (Poedit, Weblate or an editor); until then it is shown in English.
"""

import argparse
import ast
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import IO

from babel import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from data.commands import command
from pages.locale.below import MARK, sentences

PAGES = Path(__file__).parents[1]
LOCALE = PAGES / "locale"
TEMPLATE = LOCALE / "pullcord.pot"
KEYWORDS = {"t": None, "plural": (1, 2)}
MODELS = PAGES.parent / "models"
"""What this floor tells by itself, in the words that it is handed: its translators are called ``say`` and ``plural``."""
SAID_BELOW = {"say": None, "plural": (1, 2)}
METHOD = [("**.py", "pages.locale.catalogue:called")]
"""How Babel finds the calls in a file."""


def called(
    file: IO[bytes], keywords: Collection[str], comment_tags: Collection[str], options: Mapping[str, object]
) -> Iterator[tuple[int, str, tuple[str | None, ...], list[str]]]:
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
    app = PAGES.parent / "app.py"
    seen = [
        *(("app.py", *rest[:1], rest[2], rest[3], None) for rest in _calls(app)),
        *extract_from_dir(PAGES, method_map=METHOD, keywords=KEYWORDS),
        *((f"models/{file}", *rest) for file, *rest in extract_from_dir(MODELS, method_map=METHOD, keywords=SAID_BELOW)),
        *((file, 0, said, [MARK], None) for file, said in sentences()),
    ]
    for file, _, message, comments, context in sorted(seen, key=lambda one: (one[0], one[1])):
        found.add(message, None, [(file, 0)], auto_comments=comments, context=context)
    return found


def template() -> bytes:
    """The template as it should stand in the file: the same for the same sentences, whatever the day."""
    return _written(gathered(), 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n')


def languages() -> tuple[str, ...]:
    """The languages that have a file, English aside."""
    return tuple(sorted(path.parent.parent.name for path in LOCALE.glob("*/LC_MESSAGES/pullcord.po")))


def file_of(language: str) -> Path:
    """Where a language's sentences stand."""
    return LOCALE / language / "LC_MESSAGES" / "pullcord.po"


def brought_up(language: str) -> bytes:
    """The file of a language as it should stand: every sentence of the template, translated where it was."""
    found = Catalog(locale=language, project="Pullcord", charset="utf-8", fuzzy=False)
    if file_of(language).is_file():
        with file_of(language).open("rb") as file:
            found = read_po(file, locale=language)
    was = {message.id: message.string for message in found if message.id}
    fresh = Catalog(locale=language, charset="utf-8", fuzzy=False)
    for message in gathered():
        if message.id:
            fresh.add(
                message.id,
                was.get(message.id, ("",) * fresh.num_plurals if message.pluralizable else ""),
                message.locations,
                message.flags,
                message.auto_comments,
            )
    head = (
        f'msgid ""\nmsgstr ""\n"Language: {language}\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
        f'"Plural-Forms: {fresh.plural_forms}\\n"\n\n'
    )
    return _written(fresh, head)


def untranslated(language: str) -> list[str]:
    """The sentences of a language that are still empty."""
    with file_of(language).open("rb") as file:
        return [_first(message.id) for message in read_po(file, locale=language) if message.id and not _whole(message.string)]


def _whole(string: str | Sequence[str] | None) -> bool:
    return all(string) if isinstance(string, tuple | list) else bool(string)


def _first(identity: str | Sequence[str]) -> str:
    return identity if isinstance(identity, str) else identity[0]


def _calls(file: Path) -> Iterator[tuple[int, str, str | tuple[str | None, ...], list[str]]]:
    with file.open("rb") as opened:
        for line, name, said, comments in called(opened, KEYWORDS, (), {}):
            message = said[0] if KEYWORDS[name] is None else said[:2]
            if message:
                yield line, name, message, comments


def _written(catalogue: Catalog, head: str) -> bytes:
    written = BytesIO()
    write_po(written, catalogue, omit_header=True, include_lineno=False, width=120)
    return head.encode() + written.getvalue().lstrip()


def _code(text: str) -> str:
    """A language that is known, by its code: its plurals and numbers are looked up by it."""
    try:
        Locale.parse(text)
    except (ValueError, TypeError, UnknownLocaleError):
        raise argparse.ArgumentTypeError(f"{text!r} is no code of a language: write one like fr, or pt_BR") from None
    return text


@command
def main(words: list[str] | None = None) -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(prog="python -m pages.locale.catalogue", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--add", metavar="CODE", type=_code, help="begin a language, e.g. fr")
    given = parser.parse_args(words)
    TEMPLATE.write_bytes(template())
    print(f"{TEMPLATE.name}: {len(gathered())} sentences", file=sys.stderr)
    added: list[str] = [given.add] if given.add else []
    for language in sorted({*languages(), *added}):
        written = brought_up(language)
        file_of(language).parent.mkdir(parents=True, exist_ok=True)
        file_of(language).write_bytes(written)
        print(f"{language}: {len(untranslated(language))} still to be translated", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
