"""The model card: every figure is the record's, in whatever language and form; what people wrote stays text; old releases have one."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from streamlit.testing.v1 import AppTest

from data.store import open_store
from models.documents.card import Turn, card
from models.documents.document import Bars, Document, Dots, Items, Table, Text, markdown
from models.documents.words import ENGLISH, bar, measured, question
from models.judging.gate import gate
from models.release.release import Release
from pages.parts.documents.card_page import card_page
from pages.parts.words import language
from tests.pages.releases.test_pages_releases import plant as plant  # a home with three releases
from tests.screens import show, texts, visit_of

NASTY = "<script>alert(1)</script> | **bold** & [x](http://evil.example)\n# head"
AT = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
TURNS = [
    Turn(AT, AT + timedelta(hours=5), "Dana", "release", "Three false alarms learned"),
    Turn(AT + timedelta(days=1), None, "Adam", "override_release", NASTY),
]
AGAINST = {
    "release": 1,
    "figures": {
        "recall": {"new": 0.885, "old": 0.935, "difference": -0.05, "low": -0.09, "high": -0.01, "verdict": "worse"},
        "precision": {"new": 0.991, "old": 0.974, "difference": 0.017, "low": 0.001, "high": 0.02, "verdict": "better"},
        "cost_per_1000": {"new": 8123, "old": 8444, "difference": -321, "low": -700, "high": 60, "verdict": "same"},
    },
    "reasons": {"ndcg": 0.957, "groups": []},
    "corrected": [{"right": True}] * 9 + [{"right": False}],
    "advised": 0.031,
    "advised_before": 0.042,
    "segments": [{"value": "Area A", "failures": 75, "new": 0.91, "old": 0.93}],
}


@pytest.fixture(scope="session")
def kept(released_home):
    """What a really trained release keeps: manifest, figures, quality, profile."""
    store = open_store(released_home / "pullcord.db")
    record = store.releases.get("milling", 1)
    store.close()
    manifest, quality, profile = (
        json.loads((released_home / record.folder / f"{name}.json").read_text()) for name in ("release", "quality", "profile")
    )
    return manifest, record.figures, quality, profile


@pytest.fixture
def full(use_case, kept):
    """A card with everything in it, made with the given words."""
    manifest, figures, quality, profile = kept
    learned = manifest["training_set"] | {
        "corrections": [3, 14],
        "excluded": [7],
        "by_origin": {"history": 60000, "truth": 4120, "correction": 2},
    }
    manifest = manifest | {"created_by": NASTY, "parent": 1, "number": 2, "digest": "d" * 64, "training_set": learned}
    figures = figures | {"against": AGAINST}

    def made(words=ENGLISH, **more):
        given = {"quality": quality, "profile": profile, "turns": TURNS, "as_of": AT + timedelta(days=3)} | more
        return card(use_case, manifest, figures, words, **given)

    made.manifest, made.figures = manifest, figures
    return made


def strings(document: Document) -> list[str]:
    """Every text of a document, pictures and headings too, in its order."""
    found = [document.title, document.lead, *(cell for row in document.facts.rows for cell in row)]
    for section in document.sections:
        found.append(section.title)
        for block in section.blocks:
            if isinstance(block, Text):
                found.append(block.text)
            elif isinstance(block, Items):
                found += block.items
            else:
                found += [*block.head, *(cell for row in block.rows for cell in row)]
                found += pictured(block)
    return [*found, document.foot]


def pictured(table: Table) -> list[str]:
    picture = table.picture
    if isinstance(picture, Bars):
        return [picture.alt, *(text for one in picture.bars for text in (one.name, one.told))]
    return [picture.alt, picture.x, picture.y, *picture.ticks] if isinstance(picture, Dots) else []


def rows(document: Document, title: str) -> list[tuple[str, ...]]:
    section = next(one for one in document.sections if one.title == title)
    return [row for block in section.blocks if isinstance(block, Table) for row in block.rows]


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


class Read(HTMLParser):
    """The words of a page, its elements and their attributes."""

    def __init__(self, page: str):
        super().__init__()
        self.said, self.tags, self.attributes, self._skip = [], [], [], False
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        self._skip = tag == "style"

    def handle_endtag(self, tag):
        self._skip = False

    def handle_data(self, data):
        if not self._skip and data.strip():
            self.said.append(plain(data))


def test_every_figure_is_the_records(full, use_case):
    told, held = full(), full.figures["held_out"]
    found = {row[0]: row[1:] for row in rows(told, "How good is it?")}
    names = {
        "Right when it warns (precision)": "precision",
        "Failures found (recall)": "recall",
        "Average precision": "average_precision",
    }
    for name, key in names.items():
        value, low, high = (
            f"{held[key][end]:.3f}" if key == "average_precision" else f"{100 * held[key][end]:.1f} %"
            for end in ("value", "low", "high")
        )
        assert found[name] == (value, f"{low} to {high}")
    assert found["Cost for 1,000 readings"][0] == f"{held['cost_per_1000']['value']:,.0f} EUR"
    parts = {row[0]: row[1:] for row in rows(told, "By cause, area and product")}
    for cause, one in held["by_cause"].items():
        assert parts[use_case.target.causes[cause]][:2] == (str(one["failures"]), f"{100 * one['recall']:.1f} %")
    area = next(one for one in held["segments"] if one["value"] == "Area A")
    assert parts["Area A"][1] == f"{100 * area['recall']:.1f} %" and parts["Area A"][3] == f"{100 * area['precision']:.1f} %"
    said = rows(told, "Does its risk mean what it says?")
    for one in held["calibration"]:
        assert (f"{100 * one['said']:.1f} %", f"{100 * one['happened']:.1f} %", f"{one['rows']:,}") in said
    for one in full.figures["certainty"]:
        spans = [f"{100 * one[k][0]:.1f} % to {100 * one[k][1]:.1f} %" for k in ("range_1", "margin_1")]
        held = [f"{100 * one[k]:.1f} %" for k in ("held_1", "held_0", "single", "empty")]
        assert (f"{100 * one['promised']:.0f} %", held[0], *spans, *held[1:]) in said
    unknown = full.figures["unknown"]
    for one in unknown["seen"]:
        found = next(row for row in rows(told, "What does it not know?") if row[0] == f"{one['sd']}")
        assert found[1] == f"{100 * one['half']:.0f} %" and found[3] == use_case.signals[one["signal"]].label
    shares = full.figures["importance"]
    by = {row[0]: row[2] for row in rows(told, "What does it go by?")}
    assert by == {use_case.groups[g].label: f"{100 * v / sum(shares.values()):.1f} %" for g, v in shares.items()}
    assert next(iter(by)) == use_case.groups[max(shares, key=shares.get)].label
    made = dict(rows(told, "What it is made of"))
    assert made["Trees"] == str(full.manifest["trees"]) and made["Seed"] == str(full.manifest["seed"])
    assert made["Training set, sha256 of x"] == full.manifest["training_set"]["sha256"]["x"]
    assert made["This release, sha256"] == "d" * 64


def test_an_interval_of_a_part_is_wilsons(full, use_case, kept):
    """45 of 50, by hand: (p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n) with z = 1.96."""
    figures = kept[1] | {"held_out": {"by_cause": {"HDF": {"failures": 50, "recall": 0.9}}, "segments": []}}
    told = card(use_case, kept[0], figures)
    assert rows(told, "By cause, area and product")[0] == ("heat dissipation failure", "50", "90.0 %", "78.6 % to 95.7 %")


def test_the_gate_stands_in_it_line_by_line_with_number_and_bar(full, use_case):
    found = rows(full(), "Does it meet its gate?")
    lines = gate(use_case, full.figures)
    assert sorted(found) == sorted(
        (
            "✓\u00a0yes" if one.passes else "✗\u00a0no",
            question(ENGLISH, one),
            measured(ENGLISH, one),
            bar(ENGLISH, one),
        )
        for one in lines
    )
    assert found[0] == (
        "✗\u00a0no",
        "Failures found, change from the champion on held-out readings",
        "−5.0 points (95 %: −9.0 to −1.0)",
        "at least −5.0 points at the lower end",
    )


def test_it_tells_better_and_worse_against_the_release_before(full):
    found = {row[0]: row[1:] for row in rows(full(), "Against release 1, the champion when it was made")}
    assert found["Failures found (recall)"] == ("93.5 %", "88.5 %", "−9.0 to −1.0 points", "✗\u00a0worse")
    assert found["Right when it warns (precision)"][-1] == "✓\u00a0better"
    assert found["Cost for 1,000 readings"] == ("8,444 EUR", "8,123 EUR", "−700 to +60 EUR", "=\u00a0same")
    assert "Corrected cases that it gets right: 9 of 10." in strings(full())


def test_it_tells_when_it_went_live_by_whom_and_why(full):
    found = rows(full(), "Was it released?")
    assert found[0] == ("2026-11-20 08:00 UTC", "2026-11-20 13:00 UTC", "released", "Dana", "Three false alarms learned")
    assert found[1] == ("2026-11-21 08:00 UTC", "now", "released against its gate", "Adam", NASTY)
    assert "No. It has never advised anybody on the line." in strings(full(turns=[]))
    over = strings(full(turns=TURNS[:1]))
    assert "It was, and another release took over at 2026-11-20 13:00 UTC." in over and "not now" in over


def test_the_page_says_what_the_markdown_says(full):
    told = full()
    page, text = Read(card_page(told)), markdown(told)
    bare = plain(re.sub(r"\\(.)", r"\1", text))
    drawn = {one for section in told.sections for block in section.blocks if isinstance(block, Table) for one in pictured(block)}
    for one in strings(told):
        assert plain(one) in bare or one in drawn, f"not in the Markdown: {one}"
        assert plain(one) in page.said or ("svg", "aria-label", one) in page.attributes, f"not on the page: {one}"
    assert set(page.said) <= {plain(one) for one in strings(told)}, "the page says something of its own"


def hidden(message, /, **values):
    """A translator into a language without Latin letters: what it did not see is told by its letters."""
    return re.sub(r"[A-Za-z]+(?![^{]*\})", "ж", message).format(**values)


def test_no_english_sentence_escapes_the_translator(full, use_case):
    words = replace(
        ENGLISH,
        say=hidden,
        plural=lambda _, many, n, **values: hidden(many, n=n, **values),
        when=lambda moment: "00:00",
        listed="、".join,
    )
    plants = {use_case.title, use_case.target.label, use_case.costs.currency, *use_case.target.causes.values(), *use_case.areas}
    plants |= {one.label for one in (*use_case.signals.values(), *use_case.derived.values(), *use_case.groups.values())}
    plants |= {text for signal in use_case.signals.values() for text in signal.meaning.values()}
    plants |= {
        one.unit for one in (*use_case.signals.values(), *use_case.derived.values()) if one.unit
    }  # of the limit of the simple rule
    manifest = full.manifest
    plants |= {
        NASTY,
        "Dana",
        "Adam",
        "Three false alarms learned",
        manifest["digest"],
        *manifest["training_set"]["sha256"].values(),
    }
    plants |= {f"{name} {version}" for name, version in manifest["versions"].items()}
    plants |= {"H", "L", "M", "x", "y", "weight"}  # categories, and the columns that are hashed
    known = re.compile("|".join(re.escape(one) for one in sorted(plants, key=len, reverse=True)))
    escaped = [one for one in strings(full(words)) if re.search("[A-Za-z]", known.sub("", one))]
    assert escaped == []


def test_the_page_is_well_formed_and_takes_nothing_from_outside(full):
    page = card_page(full(replace(ENGLISH, language="de")))
    root = ElementTree.fromstring(page)
    assert root.tag == "html" and root.attrib["lang"] == "de"
    read = Read(page)
    assert not {"script", "link", "img", "iframe", "object", "embed", "a", "form", "base"} & set(read.tags)
    assert [
        name for _, name, _ in read.attributes if name.startswith("on") or name in ("src", "href", "style", "xlink:href")
    ] == []
    style = root.findtext("head/style")
    assert "url(" not in style and "@import" not in style and "@page" in style and "prefers-color-scheme: dark" in style
    assert "http:" not in page.replace("http://evil.example", "") and "https:" not in page


def test_the_pictures_are_drawn_from_the_figures_and_have_words(full):
    root = ElementTree.fromstring(card_page(full()))
    drawn = {one.attrib["class"]: one for one in root.iter("svg")}
    assert set(drawn) == {"bars", "dots"} and all(one.attrib["role"] == "img" for one in drawn.values())
    assert "Heat dissipation" in drawn["bars"].attrib["aria-label"]
    shares = sorted(full.figures["importance"].values(), reverse=True)
    widths = [float(one.attrib["width"]) for one in drawn["bars"].iter("rect")]
    assert widths == pytest.approx([widths[0] * share / shares[0] for share in shares], abs=0.2)
    bins = full.figures["held_out"]["calibration"]
    spots = sorted((float(one.attrib["cx"]), float(one.attrib["cy"])) for one in drawn["dots"].iter("circle"))
    expected = sorted((66 + 300 * one["said"], 334 - 300 * one["happened"]) for one in bins)
    for spot, here in zip(spots, expected, strict=True):
        assert spot == pytest.approx(here, abs=0.1)


def test_what_a_person_wrote_stays_text(full):
    page, text = card_page(full()), markdown(full())
    assert "<script" not in page and "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert plain(NASTY) in Read(page).said
    assert "<script" not in re.sub(r"\\<", "", text) and r"\*\*bold\*\*" in text and r"\[x\]" in text
    assert "\n# head" not in text, "a line of its own would be a heading"
    row = next(line for line in text.splitlines() if "Adam" in line)
    assert len(re.findall(r"(?<!\\)\|", row)) == 6, "a bar in a reason must not open a column"


@pytest.mark.parametrize("missing", ["importance", "certainty", "latency_ms", "size_kb", "held_out"])
def test_a_release_without_a_figure_has_a_card_all_the_same(use_case, kept, missing):
    figures = {name: value for name, value in kept[1].items() if name != missing}
    told = card(use_case, kept[0], figures)
    ElementTree.fromstring(card_page(told))
    assert "What it is made of" in markdown(told)


def test_a_release_of_long_ago_has_a_card(use_case):
    told = card(use_case, {"number": 1}, {})
    ElementTree.fromstring(card_page(told))
    assert "not recorded" in strings(told) and "How good is it?" not in strings(told)


def test_the_folder_keeps_the_english_card(released_home, use_case, kept):
    store = open_store(released_home / "pullcord.db")
    release = Release.load(released_home, store.releases.get("milling", 1), use_case)
    store.close()
    manifest, figures, quality, profile = kept
    assert release.card == markdown(card(use_case, manifest, figures, quality=quality, profile=profile))


def releases():
    from pages.releases import render

    render()


def test_the_screen_shows_it_in_the_readers_language_with_two_ways_to_take_it_along(plant, tmp_path, monkeypatch):
    folder = tmp_path / "locale" / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "pullcord.po").write_text(
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
        'msgid "Where is it weak?"\nmsgstr "Wo ist es schwach?"\n\n'
        'msgid "Was it released?"\nmsgstr "Wurde es freigegeben?"\n',
        encoding="utf-8",
    )
    monkeypatch.setattr(language, "LOCALE", tmp_path / "locale")
    language._catalogue.cache_clear()
    store, _ = plant
    store.releases.set_champion("milling", 2, "dana", "Three <b>false</b> alarms")
    app = AppTest.from_function(releases, default_timeout=120)
    visit_of(app).language = "de"
    app.query_params["who"], app.query_params["release"] = "dana", "2"
    app.run()
    assert not app.exception, app.exception
    language._catalogue.cache_clear()
    said = texts(app)
    assert "Wo ist es schwach?" in said and "Wurde es freigegeben?" in said and "Where is it weak?" not in said
    held = store.releases.get("milling", 2).figures["held_out"]
    assert f"{held['precision']['value']:.3f}".replace(".", ",") in said, "the decimals are not the reader's"
    assert r"Three <b>false</b> alarms" in said and "Dana" in said
    labels = [one.label for one in app.get("download_button") if "Python" not in one.label]
    assert labels == ["Download to print (HTML)", "Download as text (Markdown)"]


def test_it_is_told_which_turns_a_release_had(plant):
    store, _ = plant
    store.releases.set_champion("milling", 2, "dana", "first")
    store.releases.set_champion("milling", 1, "dana", "back", "roll_back")
    store.releases.set_champion("milling", 2, "adam", "again", "override_release")
    app = show(releases, "dana", release=2)
    said = texts(app)
    assert "Yes. It has been the champion since" in said
    rows = [line for line in said.splitlines() if line.startswith("|") and ("first" in line or "again" in line)]
    assert [("released against its gate" in one, "now" in one) for one in rows] == [(False, False), (True, True)]
    said = texts(show(releases, "dana", release=1))
    assert "another release took over at" in said and "rolled back to" in said and "back" in said
