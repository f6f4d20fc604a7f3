"""The one-page report: the same data as HTML and as PDF, one page whatever is in it, in every script, and nothing in it is ever read as markup."""

import io
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from pypdf import PdfReader

from models.documents.period import Change, Period, Told, Worth, edges_of
from models.documents.report import Report, Tile, report
from models.documents.words import ENGLISH
from pages.figures.palette import LIGHT
from pages.parts.documents.report_files import pdf_source, report_page, report_pdf
from pages.parts.documents.report_pictures import svg

END = datetime(2026, 11, 28, 12, tzinfo=UTC)
NASTY = "<script>alert(1)</script> #pagebreak() *bold* $x$ \\ & {{ 7*7 }}"


def told(days=30, releases=2, note="learned from the flags on M-14", confirmed=True):
    period = Period(END - timedelta(days=days), END)
    edges = edges_of("Europe/Berlin", period)
    n, rng = len(edges), np.random.default_rng(0)
    parts = pd.DataFrame({"start": edges, "caught": rng.integers(0, 9, n), "missed": rng.integers(0, 3, n), "false_alarms": rng.integers(0, 5, n)})  # fmt: skip
    parts["saved"] = parts["caught"] * 4000.0 - parts["false_alarms"] * 150.0
    for kind in ("agree", "wrong", "unclear"):
        parts[kind] = rng.integers(0, 4, n)
    raised = pd.to_datetime([END - timedelta(hours=3 * at) for at in range(1, 41)], utc=True)
    flags = pd.DataFrame({"kind": ["wrong"] * 30 + ["unclear"] * 5 + ["agree"] * 5, "raised": raised, "answered": raised + pd.Timedelta(hours=2), "fixed": raised + pd.Timedelta(hours=30)})  # fmt: skip
    against = {"recall": (0.91, 0.94, "better"), "precision": (0.96, 0.95, "same")}
    changes = tuple(Change(n + 2, END - timedelta(days=n), "dana", n == 1, 3, note, against) for n in range(releases))
    sums = [int(parts[name].sum()) for name in ("caught", "missed", "false_alarms")] if confirmed else [0, 0, 0]
    worth = Worth(500 if confirmed else 0, *sums, 400, 4000, 150)
    return Told(period, worth, parts, flags, 60, 4, changes)


def made(use_case, found, words=ENGLISH, people=None) -> Report:
    ticks = [f"{edge:%d %b}" for edge in found.parts["start"]]
    more = {"ticks": ticks, "marks": [(3.5, "release 2")], "people": people or {"dana": "Dana Kim"}}
    return report(use_case, found, words, span=lambda s: f"{s / 3600:.0f} h", made="28 Nov 2026", **more)


def read(pdf: bytes) -> tuple[int, str]:
    pages = PdfReader(io.BytesIO(pdf)).pages
    return len(pages), re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))


def flat(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html.split("</style>")[1]))


def test_html_and_pdf_say_the_same(use_case):
    whole = made(use_case, told())
    pages, text = read(report_pdf(pdf_source(whole)))
    html = flat(report_page(whole))
    assert pages == 1
    said = [
        whole.title,
        whole.lead,
        *whole.reckoned,
        whole.foot,
        *(one.value for one in whole.tiles),
        *(one.title for one in whole.pictures),
    ]
    for one in said:
        one = one.replace("\u00a0", " ")
        assert one in text.replace("\u00a0", " "), one
        assert one.replace("'", "&#39;") in html.replace("\u00a0", " "), one
    assert "Dana Kim" in text and "91.0 % → 94.0 %" in text and "rolled back to" in text
    worth = told().worth
    assert f"+{worth.saved:,.0f} EUR" in text and f"{worth.with_it:,.0f} EUR instead of {worth.without:,.0f} EUR" in text


@pytest.mark.parametrize("days", [1, 7, 30, 400])
def test_it_is_one_a4_page_whatever_is_in_it(use_case, days):
    found = told(days, releases=60, note="a long note of somebody who had much to say " * 20)
    pdf = report_pdf(pdf_source(made(use_case, found, people={"dana": "A name that is very long indeed " * 4})))
    (page,) = PdfReader(io.BytesIO(pdf)).pages
    assert [round(float(side)) for side in page.mediabox[2:]] == [595, 842]
    assert "No figure here says who flagged how much" in re.sub(r"\s+", " ", page.extract_text())  # its last line is on it


def test_longer_words_of_another_language_make_it_smaller_never_longer(use_case):
    longer = replace(ENGLISH, say=lambda message, /, **values: message.format(**values) + " " + message.format(**values))
    pages, text = read(report_pdf(pdf_source(made(use_case, told(30, releases=6, note="x" * 300), longer))))
    assert pages == 1 and text.count("No figure here says who flagged how much") == 2


def test_every_script_is_in_the_faces_that_come_with_it(use_case):
    """A sign that no face has would be drawn as an empty box, and comes back out of the PDF as nothing."""
    scripts = "åäö ÅÄÖ éëïĳ ß ÄÖÜ € × − → ≥ µ° 故障の予測は役に立ったか 見逃し 誤報 カタカナ 設備停止 (株) יעל כהן رنا"
    whole = replace(
        made(use_case, told()), title=scripts, tiles=(Tile("節約額", "+1.234,50 €", "モデルなしとの比較"),) * 8, language="ja"
    )
    picture = replace(
        whole.pictures[0], title="累計", axis="円", rows=tuple(replace(row, name="見逃し") for row in whole.pictures[0].rows)
    )
    pages, text = read(report_pdf(pdf_source(replace(whole, pictures=(picture, *whole.pictures[1:])))))
    assert pages == 1
    for sign in scripts.replace(" ", ""):
        assert sign in text or "\u0590" <= sign <= "\u06ff", sign  # what is read from the right comes back in shapes
    assert "\ufffd" not in text and "節約額" in text and "見逃し" in text


def test_what_people_wrote_is_text_in_both(use_case):
    whole = made(use_case, told(note=NASTY), people={"dana": NASTY})
    html = report_page(whole)
    assert "<script>alert" not in html and "&lt;script&gt;alert(1)&lt;/script&gt;" in html and "{{ 7*7 }}" in html
    pages, text = read(report_pdf(pdf_source(whole)))
    assert pages == 1 and "#pagebreak()" in text and "*bold*" in text and "$x$" in text
    drawn = svg(replace(whole.pictures[0], alt=f'"{NASTY}', marks=((1.0, NASTY),)), lambda value, _: f"{value:.0f}")
    assert "<script" not in drawn and 'aria-label="&quot;&lt;script' in drawn


def test_without_outcomes_and_releases_it_says_so(use_case):
    found = replace(told(releases=0, confirmed=False), flags=told().flags.head(0))
    whole = made(use_case, found)
    _, text = read(report_pdf(pdf_source(whole)))
    assert "no outcome confirmed yet" in text and "No release went live in this period." in text and whole.pictures == ()
    assert "nobody said anything" in text and "nan" not in text


def test_nobody_is_ranked_and_the_page_fetches_nothing(use_case):
    html = report_page(made(use_case, told()))
    assert "olga" not in html.lower() and LIGHT.ground in html
    assert not re.findall(r'(?:src|href)="', html) and "<script" not in html and "@import" not in html
