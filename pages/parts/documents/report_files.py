"""A report as files to take along: one HTML page that prints on one sheet, and a PDF of one page, made of the same data.

Jinja escapes what is put into the page; into the PDF everything goes as data (``sys.inputs``), so that no text is ever read as markup. The PDF
is set by Typst (its wheel holds the whole typesetter) in the faces of ``pages/fonts``, on every machine alike.
"""

import json
from functools import lru_cache
from pathlib import Path

import typst
from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from models.documents.report import Report
from pages.figures.palette import LIGHT
from pages.parts.documents.report_pictures import svg
from pages.parts.words.language import number

_HERE = Path(__file__).parent
_FONTS = _HERE.parents[1] / "fonts"


def report_page(report: Report) -> str:
    """The HTML page: nothing outside it, no script."""
    pictures = [(one.title, Markup(svg(one, number))) for one in report.pictures]  # noqa: S704 - the drawing escapes what it writes
    return _template().render(report=report, pictures=pictures, light=LIGHT)


def pdf_source(report: Report) -> str:
    """What the PDF is made of, as JSON in the reader's words: making it needs no session any more."""
    return json.dumps(
        {
            "language": report.language,
            "title": report.title,
            "lead": report.lead,
            "tiles": [{"name": one.name, "value": one.value, "note": one.note} for one in report.tiles],
            "reckoned": report.reckoned,
            "pictures": [{"title": one.title, "svg": svg(one, number), "alt": one.alt} for one in report.pictures],
            "releases_title": report.releases_title,
            "head": report.releases.head,
            "rows": report.releases.rows,
            "numbers": report.releases.numbers,
            "no_release": report.no_release,
            "foot": report.foot,
        },
        ensure_ascii=False,
    )


def report_pdf(source: str) -> bytes:
    """The PDF of :func:`pdf_source`: one A4 page, tagged, its faces within it."""
    return typst.compile(
        (_HERE / "report_page.typ").read_bytes(), sys_inputs={"report": source}, font_paths=_fonts(), ignore_system_fonts=True
    )


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[_FONTS])


@lru_cache(maxsize=1)
def _template() -> Template:
    text = (_HERE / "report_page.html").read_text(encoding="utf-8")
    return Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined).from_string(text)
