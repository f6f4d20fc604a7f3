"""The draft of a handover as a document: what happened in a shift, in short sentences, in anybody's words; and as it is kept and printed."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from data.records import Handover, ShelfReason, State, VerdictKind
from data.shifts import Shift
from data.usecase.use_case import UseCase
from models.documents.document import Document, Items, Section, Text
from models.documents.shift import Facts
from models.documents.words import Words, quantity
from models.state.telling import Called

MOST = 8
"""Lines of one kind that are told one by one; the rest is counted."""


def document(use_case: UseCase, shift: Shift, found: Facts, names: dict[str, str], words: Words) -> Document:
    """The drafted summary: what there is to tell, then of what there is nothing. ``names``: people's, by id."""
    say, foot = words.say, words.say("Drafted from the record as of {at}.", at=_at(found.upto, words))
    words = _within(use_case, shift, words)
    drawn = (
        (say("Open advice"), _open(use_case, found, words)),
        (say("Came and went, seen by nobody"), _unseen(found, words)),
        (say("What was done about advice"), _attended(found, names, words)),
        (say("Flags"), _flags(found, words)),
        (say("Answers to flags"), _answers(found, words)),
        (
            say("New releases"),
            [say("Release {n} went live: {at}.", n=r["number"], at=_at(r["at"], words)) for r in found.releases],
        ),
        (say("Silent machines"), _silent(found, sum(map(len, use_case.areas.values())), words)),
        (say("Refused readings"), _refused(use_case, found, words)),
        (say("AI switched off"), _off(found, words)),
    )
    sections = [Section(title, (Items(tuple(_cut(lines, words))),)) for title, lines in drawn if lines]
    if over := sum(one["end"] is not None for one in found.advice):
        told = say("Advice that came and went in this shift: {n}.", n=words.number(over, 0))
        sections.insert(1 if found.open else 0, Section(say("Earlier advice"), (Text(told),)))
    if quiet := [title for title, lines in drawn if not lines]:
        sections.append(Section(say("Nothing to report"), (Text(" · ".join(quiet)),)))  # titles keep their capitals: no sentence
    title = say("Handover: {title}", title=use_case.title)
    return Document(words.language, title, say("Shift of {span}", span=words.span(shift.start, shift.end)), tuple(sections), foot)


def _within(use_case: UseCase, shift: Shift, words: Words) -> Words:
    """A moment within the shift is told by the clock alone: its day stands over the document. Not where a clock shows the same hour twice."""
    zone = ZoneInfo(use_case.timezone)
    if (
        shift.end - shift.start > timedelta(days=1)
        or len({one.astimezone(zone).utcoffset() for one in (shift.start, shift.end)}) > 1
    ):
        return words
    return replace(words, when=lambda moment: words.clock(moment) if shift.start <= moment <= shift.end else words.when(moment))


def plain(told: Document) -> dict:
    """The document as JSON, as it is kept once somebody has signed."""
    sections = [{"title": one.title, "lines": _lines(one), "listed": isinstance(one.blocks[0], Items)} for one in told.sections]
    return {"language": told.language, "title": told.title, "lead": told.lead, "foot": told.foot, "sections": sections}


def restored(kept: dict) -> Document:
    """What :func:`plain` has kept."""
    sections = (
        Section(one["title"], (Items(tuple(one["lines"])) if one["listed"] else Text(one["lines"][0]),))
        for one in kept["sections"]
    )
    return Document(kept["language"], kept["title"], kept["lead"], tuple(sections), kept["foot"])


def with_signatures(told: Document, handover: Handover, names: dict[str, str], words: Words) -> Document:
    """The document with what people added: the remarks, and who signed when."""
    say, more = words.say, []
    if handover.remarks:
        more.append(Section(say("Remarks of the outgoing shift"), (Text(handover.remarks),)))
    signed = []
    if handover.outgoing and handover.signed:
        name = names.get(handover.outgoing, handover.outgoing)
        signed.append(say("Handed over by {name}, {at}.", name=name, at=words.when(handover.signed)))
    if handover.incoming and handover.accepted:
        name = names.get(handover.incoming, handover.incoming)
        signed.append(say("Taken over by {name}, {at}.", name=name, at=words.when(handover.accepted)))
    if handover.reply:
        more.append(Section(say("Remarks of the incoming shift"), (Text(handover.reply),)))
    if signed:
        more.append(Section(say("Signed"), (Items(tuple(signed)),)))
    return Document(told.language, told.title, told.lead, (*told.sections, *more), told.foot)


def _open(use_case: UseCase, found: Facts, words: Words) -> list[str]:
    """What needed a look at the end: what the model did not know without any number."""
    say, lines = words.say, []
    called = {str(Called.LIKELY): say("likely"), str(Called.POSSIBLE): say("possible")}
    for one in found.open:
        said = {"asset": one["asset"], "since": _at(one["since"], words) if one["since"] else ""}
        if one["called"] == Called.UNKNOWN:
            line = say("{asset}: unknown to the model, since {since}.", **said)
        elif one["called"] == Called.OUTSIDE:
            line = say("{asset}: outside its range, by rule.", **said)
        elif one["risk"] is None:
            line = say("{asset}: {state}, since {since}.", state=called[one["called"]], **said)
        else:
            risk = words.percent(one["risk"], 0)
            said |= {"state": called[one["called"]], "risk": risk}
            what = _meant(use_case, one.get("predicted"), words)
            line = (
                say("{asset}: {state}, {what}, highest risk {risk}, since {since}.", what=what, **said)
                if what
                else say("{asset}: {state}, highest risk {risk}, since {since}.", **said)
            )
        lines.append(f"{line} {say('It is on the shelf.')}" if one["aside"] else line)
    return lines


def _meant(use_case: UseCase, predicted: float | None, words: Words) -> str:
    """The fault, or the value, that was advised; nothing where no fault is likelier than none."""
    if predicted is None or (use_case.task == "multiclass" and not use_case.failed([predicted])[0]):
        return ""
    if use_case.task == "multiclass":
        return use_case.target.outcomes[int(predicted)]
    return f"{use_case.target.label} {quantity(words, predicted, use_case.value.decimals, use_case.target.unit)}"


def _unseen(found: Facts, words: Words) -> list[str]:
    say = words.say
    was = {str(State.LIKELY): say("was likely"), str(State.POSSIBLE): say("was possible")}
    return [
        say(
            "{asset}: {was} from {start} to {end}, highest risk {risk}.",
            asset=one["asset"], was=was[one["state"]], start=_at(one["start"], words), end=_at(one["end"], words), risk=words.percent(one["score"], 0),
        )
        for one in found.unseen
    ]  # fmt: skip


def _attended(found: Facts, names: dict[str, str], words: Words) -> list[str]:
    say = words.say
    reasons = {
        str(ShelfReason.KNOWN): say("Known, and being worked on"),
        str(ShelfReason.MAINTENANCE): say("Maintenance or planned stop"),
        str(ShelfReason.CHANGEOVER): say("Changeover or cleaning"),
        str(ShelfReason.SENSOR): say("A sensor reads wrong"),
        str(ShelfReason.OTHER): say("Other"),
    }
    lines = []
    for one in found.attended:
        who = {"asset": one["asset"], "name": names.get(one["by"], one["by"])}
        if "until" in one:
            why = reasons.get(one["reason"], one["reason"])
            lines.append(
                say("{asset}: put aside by {name} until {until} ({reason}).", **who, until=_at(one["until"], words), reason=why)
            )
        else:
            lines.append(say("{asset}: seen by {name}, {at}.", **who, at=_at(one["at"], words)))
    return lines


def _flags(found: Facts, words: Words) -> list[str]:
    say = words.say
    return [
        say(
            "{asset}: flagged wrong {wrong}, unclear {unclear}; answered {answered}.",
            asset=one["asset"],
            **{name: words.number(one[name], 0) for name in ("wrong", "unclear", "answered")},
        )
        for one in found.flags
    ]


def _answers(found: Facts, words: Words) -> list[str]:
    say = words.say
    verdicts = {
        VerdictKind.MODEL_WRONG: say("The model was wrong"),
        VerdictKind.MODEL_RIGHT: say("The model was right"),
        VerdictKind.REASON_WRONG: say("Right, for a wrong reason"),
        VerdictKind.BAD_DATA: say("Bad data"),
        VerdictKind.CANNOT_TELL: say("Cannot tell yet"),
    }
    return [
        say("{asset}: {answer}", asset=one["asset"], answer=one["answer"] or verdicts[VerdictKind(one["kind"])])
        for one in found.answers
    ]


def _silent(found: Facts, machines: int, words: Words) -> list[str]:
    say, known = words.say, [one["since"] for one in found.silent if one["since"]]
    if known and len(found.silent) >= machines > 1:  # it is not the machines then
        return [say("No machine has sent a reading since {since}.", since=_at(max(known), words))]
    return [
        say("{asset}: no reading since {since}.", asset=one["asset"], since=_at(one["since"], words))
        if one["since"]
        else say("{asset}: has never sent a reading.", asset=one["asset"])
        for one in found.silent
    ]


def _refused(use_case: UseCase, found: Facts, words: Words) -> list[str]:
    say = words.say
    return [
        words.plural(
            "{asset}, {signal}: {n} reading in quarantine.",
            "{asset}, {signal}: {n} readings in quarantine.",
            one["rows"],
            asset=one["asset"] or say("machine not known"),
            signal=use_case.signals[one["signal"]].label
            if one["signal"] in use_case.signals
            else one["signal"] or say("whole row"),
        )
        for one in found.refused
    ]


def _off(found: Facts, words: Words) -> list[str]:
    say = words.say
    return [
        say(
            "From {start} to {end}. {reason}", start=_at(one["from"], words), end=_at(one["until"], words), reason=one["reason"]
        ).strip()
        if one["until"]
        else say("Since {start}, and still off. {reason}", start=_at(one["from"], words), reason=one["reason"]).strip()
        for one in found.ai_off
    ]


def _cut(lines: list[str], words: Words) -> list[str]:
    if len(lines) <= MOST + 1:
        return lines
    return [*lines[:MOST], words.say("and {n} more.", n=words.number(len(lines) - MOST, 0))]


def _at(moment: str, words: Words) -> str:
    return words.when(datetime.fromisoformat(moment))


def _lines(section: Section) -> list[str]:
    block = section.blocks[0]
    if isinstance(block, Items):
        return list(block.items)
    assert isinstance(block, Text)
    return [block.text]
