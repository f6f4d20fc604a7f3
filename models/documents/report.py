"""The one-page report of a period as data: what is written and drawn on it, in anybody's words. HTML and PDF are made of the same."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from data.records import Dealt, FlagKind
from data.usecase.use_case import UseCase
from models.documents.document import Table
from models.documents.intended_use import intended_use
from models.documents.period import FIX_CLASSES_H, Told, fix_classes
from models.documents.words import Words

MOST_RELEASES = 5
LONGEST_NOTE = 90
"""What the page has room for: releases, and characters of a release's note."""


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure that is read from afar, with its name and a line that says what it is made of."""

    name: str
    value: str
    note: str


@dataclass(frozen=True, slots=True)
class Row:
    """Numbers of one kind, one for each tick. ``kind`` says how they look: plain, accent, bad, doubtful, dotted."""

    name: str
    values: tuple[float, ...]
    kind: str


@dataclass(frozen=True, slots=True)
class Picture:
    """``curve``: lines of sums from 0; else columns, one kind upon the other. ``marks``: (place among the ticks, name). ``alt``: in words."""

    title: str
    rows: tuple[Row, ...]
    ticks: tuple[str, ...]
    axis: str
    alt: str
    curve: bool = False
    marks: tuple[tuple[float, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """One page: title, what period, tiles in two rows, how they are reckoned, pictures in pairs, the releases."""

    language: str
    title: str
    lead: str
    tiles: tuple[Tile, ...]
    reckoned: tuple[str, ...]
    pictures: tuple[Picture, ...]
    releases_title: str
    releases: Table
    no_release: str
    foot: str


def report(
    use_case: UseCase,
    found: Told,
    words: Words,
    *,
    ticks: list[str],
    marks: list[tuple[float, str]],
    people: dict[str, str],
    span: Callable[[float], str],
    made: str,
) -> Report:
    """The report. ``ticks``: the names of the period's parts; ``marks``: releases on their axis; ``people``: names by id; ``span``: a
    number of seconds in words; ``made``: when the report was made, in words."""
    say = words.say
    period = found.period
    ends = {"start": words.when(period.start), "end": words.when(period.end)}
    return Report(
        words.language,
        say("{title}: what the predictions could have been worth", title=use_case.title),
        " ".join(
            [
                say("From {start} to {end}, by the plant's clock.", **ends),
                *([say("Before that there was nothing to go by.")] if found.cut else []),
                *([told] if (told := learned_text(found, words)) else []),
            ]
        ),
        (*_value_tiles(use_case, found, words), *_trust_tiles(found, words, span)),
        tuple(_reckoned(use_case, found, words)),
        tuple(_pictures(use_case, found, words, tuple(ticks), tuple(marks), span)),
        say("Who is in control, and what did each release change?"),
        _releases(found, people, words),
        say("No release went live in this period."),
        " ".join([say("Pullcord, {made}. No figure here says who flagged how much.", made=made), intended_use(words)]),
    )


def learned_text(found: Told, words: Words) -> str:
    """That figures of a period are of what the model learned from, where they are: the table of the line, replayed."""
    if not found.learned_from:
        return ""
    share = words.percent(found.learned_from, 0)
    return words.say(
        "{share} of the confirmed readings are of the history that the model was made of: figures of them say nothing of how good it is.",
        share=share,
    )


def _money(use_case: UseCase, value: float, words: Words, signed: bool = False) -> str:
    sign = ("+" if value > 0 else "−" if value < 0 else "") if signed else ""
    return f"{sign}{words.number(abs(value), 0)}\u00a0{use_case.costs.currency}"


def _value_tiles(use_case: UseCase, found: Told, words: Words) -> list[Tile]:
    say, number, worth = words.say, words.number, found.worth
    if not worth.confirmed:
        none = say("no outcome confirmed yet")
        return [
            Tile(name, "–", none)
            for name in (say("Could have saved, against no model"), say("Caught"), say("Missed"), say("False alarms"))
        ]
    real, advised = worth.caught + worth.missed, worth.caught + worth.false_alarms
    costs = {"with_it": _money(use_case, worth.with_it, words), "without": _money(use_case, worth.without, words)}
    return [
        Tile(say("Could have saved, against no model"), _money(use_case, worth.saved, words, True), say("{with_it} instead of {without}", **costs)),
        Tile(
            say("Caught"), say("{caught} of {real}", caught=number(worth.caught, 0), real=number(real, 0)),
            say("{share} of the confirmed outcomes that were bad", share=words.percent(worth.caught / real, 0)) if real else say("none happened"),
        ),
        Tile(say("Missed"), number(worth.missed, 0), _money(use_case, worth.missed * worth.miss, words)),
        Tile(
            say("False alarms"), say("{false} of {advised}", false=number(worth.false_alarms, 0), advised=number(advised, 0)),
            say("of the confirmed outcomes with advice; {cost}", cost=_money(use_case, worth.false_alarms * worth.false_alarm, words)),
        ),
    ]  # fmt: skip


def _trust_tiles(found: Told, words: Words, span: Callable[[float], str]) -> list[Tile]:
    say, number, said, pulled = words.say, words.number, found.said, found.pulled
    people, answers, fixes = sum(said.values()), found.answer_hours, found.fix_hours
    share = (
        say("{share} of what people said", share=words.percent(said[FlagKind.AGREE] / people, 0))
        if people
        else say("nobody said anything")
    )
    kinds = {"wrong": number(said[FlagKind.WRONG], 0), "unclear": number(said[FlagKind.UNCLEAR], 0)}
    within = say("half of them within {time}", time=span(3600 * float(np.median(answers)))) if len(answers) else say("none yet")
    return [
        Tile(say("Agreed"), number(said[FlagKind.AGREE], 0), share),
        Tile(say("Flagged"), number(len(pulled), 0), say("{wrong} wrong, {unclear} unclear", **kinds)),
        Tile(say("Answered"), number(len(answers), 0), within),
        Tile(
            say("Flag to fix, median"),
            span(3600 * float(np.median(fixes))) if len(fixes) else "–",
            say("fixed flags: {n}", n=number(len(fixes), 0)),
        ),
    ]


def _reckoned(use_case: UseCase, found: Told, words: Words) -> list[str]:
    say, worth = words.say, found.worth
    costs = {
        "miss": words.number(worth.miss, 0),
        "alarm": words.number(worth.false_alarm, 0),
        "currency": use_case.costs.currency,
    }
    told = [
        say(
            "Could have saved = caught × {miss} − false alarms × {alarm} {currency}, had every advice been read in time and followed, at no cost of its own.",
            **costs,
        ),
        counted_text(words),
    ]
    if found.pending:
        told.append(
            words.plural(
                "Not known yet: for {pending} of {n} spell of advice no outcome has arrived. It is in no figure here.",
                "Not known yet: for {pending} of {n} spells of advice no outcome has arrived. They are in no figure here.",
                found.advised,
                pending=words.number(found.pending, 0),
            )
        )
    return [*told, *done_sentences(found.dealt, words)]


def counted_text(words: Words) -> str:
    """What one outcome is, in every figure of a period and where a change of the plant is told."""
    return words.say(
        "An outcome is what was found of one product, or of one row of a table; each counts once, also where a change of the plant is told."
    )


def done_sentences(dealt: Dealt | None, words: Words) -> list[str]:
    """What people did about the spells of advice, as far as it is recorded, and what is recorded nowhere."""
    if dealt is None or not dealt.spells:
        return []
    say, counts = words.say, {name: words.number(getattr(dealt, name), 0) for name in Dealt.__slots__}
    said = words.plural(
        "Of {n} spell of advice: marked as seen {seen}, put aside {shelved}, agreed to {agreed}, flagged {flagged}, nothing recorded {silent}.",
        "Of {n} spells of advice: marked as seen {seen}, put aside {shelved}, agreed to {agreed}, flagged {flagged}, nothing recorded {silent}.",
        dealt.spells,
        **counts,
    )
    return [said, say("Whether an advice was followed is not recorded. So this is what could have been saved, not what was.")]


def _pictures(
    use_case: UseCase, found: Told, words: Words, ticks: tuple[str, ...], marks: tuple[tuple[float, str], ...], span: Callable[[float], str]
) -> list[Picture]:  # fmt: skip
    say, parts, worth = words.say, found.parts, found.worth
    saved, possible = np.cumsum(parts["saved"]), np.cumsum((parts["caught"] + parts["missed"]) * worth.miss)

    def row(name: str, values: Iterable[float], kind: str) -> Row:
        return Row(name, tuple(float(value) for value in values), kind)

    drawn = []
    if worth.confirmed:
        total = _money(use_case, worth.saved, words, True)
        lines = (
            row(say("if every outcome had been caught"), possible, "dotted"),
            row(say("could have been saved"), saved, "accent"),
        )
        told = say("What could have been saved, summed up over the period: {total} at its end.", total=total)
        drawn.append(
            Picture(say("What it could have saved, summed up"), lines, ticks, use_case.costs.currency, told, True, marks)
        )
        counts = {
            name: words.number(n, 0)
            for name, n in (("caught", worth.caught), ("missed", worth.missed), ("alarms", worth.false_alarms))
        }
        columns = (
            row(say("caught"), parts["caught"], "plain"),
            row(say("missed"), parts["missed"], "bad"),
            row(say("false alarm"), parts["false_alarms"], "doubtful"),
        )
        told = say("In all: caught {caught}, missed {missed}, false alarms {alarms}.", **counts)
        drawn.append(Picture(say("Outcomes"), columns, ticks, "", told))
    if len(found.flags):
        columns = (
            row(say("agreed"), parts["agree"], "plain"),
            row(say("wrong"), parts["wrong"], "bad"),
            row(say("unclear"), parts["unclear"], "doubtful"),
        )
        said = {name: words.number(n, 0) for name, n in found.said.items()}
        drawn.append(
            Picture(
                say("What people said"),
                columns,
                ticks,
                "",
                say("In all {agree} agreed, {wrong} wrong, {unclear} unclear.", **said),
            )
        )
    if len(hours := found.fix_hours):
        names = (*(say("up to {time}", time=span(3600 * end)) for end in FIX_CLASSES_H), say("longer"))
        median = span(3600 * float(np.median(hours)))
        alt = words.plural("{n} fix took {median}.", "Half of {n} fixes took {median} at the most.", len(hours), median=median)
        drawn.append(Picture(say("From flag to fix"), (row(say("Flags"), fix_classes(hours), "accent"),), names, "", alt))
    return drawn


def _releases(found: Told, people: dict[str, str], words: Words) -> Table:
    say = words.say
    rows = []
    for change in list(reversed(found.changes))[:MOST_RELEASES]:
        note = change.note if len(change.note) <= LONGEST_NOTE else f"{change.note[:LONGEST_NOTE]}…"
        rows.append(
            (
                str(change.number),
                words.when(change.since),
                people.get(change.by, change.by)[:40],
                words.number(change.learned, 0),
                _moved(change.against.get("recall"), words),
                _moved(change.against.get("precision"), words),
                say("rolled back to") if change.again else note or "–",
            )
        )
    head = (
        say("Release"), say("Live since"), say("Released by"), say("Corrections new in it"), say("Failures found"), say("Right when it warns"), say("Note"),
    )  # fmt: skip
    return Table(head, tuple(rows), (0, 3, 4, 5))


def _moved(compared: tuple[float, float, str] | None, words: Words) -> str:
    if compared is None or None in compared[:2]:
        return "–"
    return words.say("{before} → {after}", before=words.percent(compared[0], 1), after=words.percent(compared[1], 1))
