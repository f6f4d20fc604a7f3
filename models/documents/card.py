"""The model card (Mitchell et al. 2019, arXiv 1810.03993): what a model is for, what it learned from, how good it is, where not.

One card, told in the words that it is given: English for the file in a release's folder, the reader's language on the screens.
Made of the manifest and the figures that a record keeps; what an older release never measured is left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from data.usecase.use_case import UseCase
from models.documents.card_figures import against, gate_lines, goodness, parts, weak
from models.documents.card_judged import judged_section, unseen
from models.documents.card_trust import confidence, explanations, importance
from models.documents.card_unknown import unknown_section
from models.documents.card_values import own_section
from models.documents.document import Document, Items, Section, Table, Text
from models.documents.intended_use import intended_use
from models.documents.words import ENGLISH, Words, figure_names, origin_names
from models.judging.gate import failing


@dataclass(frozen=True, slots=True)
class Turn:
    """One time that a release went live. ``action`` is the audit trail's: release, override_release or roll_back.

    ``until`` is when another one took over; ``None`` while it is the champion.
    """

    since: datetime
    until: datetime | None
    by: str
    action: str
    reason: str


def card(
    use_case: UseCase,
    manifest: dict,
    figures: dict,
    words: Words = ENGLISH,
    *,
    quality: dict | None = None,
    profile: dict | None = None,
    turns: Sequence[Turn] | None = None,
    as_of: datetime | None = None,
) -> Document:
    """The card of a release. ``turns`` are the times it went live, oldest first; ``None`` where that cannot be known yet."""
    say = words.say
    held, parent = figures.get("held_out", {}), manifest.get("parent")
    unjudged = bool(figures.get("judged_on", {}).get("why_not"))
    sections = (
        _purpose(use_case, manifest, words),
        _status(turns, words),
        gate_lines(use_case, figures, words),
        _learned(use_case, manifest, words),
        judged_section(use_case, figures, words),
        None if unjudged else goodness(use_case, held, words),
        own_section(use_case, figures, words),
        None if unjudged else parts(use_case, held, words),
        against(use_case, figures.get("against"), manifest["number"], words),
        None if unjudged else confidence(use_case, figures, words),
        None if unjudged else unknown_section(use_case, figures.get("unknown"), words),
        importance(use_case, figures.get("importance", {}), (profile or {}).get("groups", {}), words, unjudged),
        explanations(quality or {}, words, unjudged),
        None if unjudged else weak(use_case, held, words),
        _oversight(words),
        _made_of(manifest, figures, words),
    )
    made = datetime.fromisoformat(manifest["created"]) if manifest.get("created") else None
    facts = [
        *_glance(use_case, figures, turns, words),
        (say("Made"), words.when(made) if made else say("not recorded")),
        (say("Made by"), manifest.get("created_by") or say("not recorded")),
        (say("Comes after"), say("release {n}", n=parent) if parent else say("the first one")),
        (say("Predicts"), use_case.target.label),
    ]
    return Document(
        words.language,
        say("Model card: {title}, release {n}", title=use_case.title, n=manifest["number"]),
        say("What this model is for, what it learned from, how good it is, and where it is not."),
        tuple(section for section in sections if section is not None),
        say("As of {at}. The figures are those that were measured when the release was made.", at=words.when(as_of))
        if as_of
        else "",
        Table((), tuple(facts)),
    )


def _glance(use_case: UseCase, figures: dict, turns: Sequence[Turn] | None, words: Words) -> list[tuple[str, str]]:
    """What a hurried reader asks first."""
    say, told = words.say, []
    if turns is not None:
        live = bool(turns) and turns[-1].until is None
        told.append((say("On the line"), say("yes, the champion") if live else say("not now") if turns else say("never")))
    failed = len(failing(use_case, figures))
    told.append((say("Gate"), say("lines not met: {n}", n=words.number(failed, 0)) if failed else say("every line met")))
    if figures.get("judged_on"):
        told.append((say("Judged on"), unseen(words, figures["judged_on"])))
    for key in ("recall", "precision"):
        found = figures.get("held_out", {}).get(key)
        if found and found.get("value") is not None:
            share, low, high = (words.percent(found.get(end), 1) for end in ("value", "low", "high"))
            told.append((figure_names(words)[key], say("{share} (95 %: {low} to {high})", share=share, low=low, high=high)))
    return told


def _purpose(use_case: UseCase, manifest: dict, words: Words) -> Section:
    say, advice = words.say, manifest.get("advice", {})
    areas = {use_case.area_label(area): len(assets) for area, assets in use_case.areas.items()}
    blocks: list = [
        Text(intended_use(words)),
        Text(
            say(
                "It gives the risk of “{target}” for one reading of one asset, as advice to the people at the line. A person decides.",
                target=use_case.target.label,
            )
        ),
        Text(
            words.plural(
                "It is made for {title}: {n} machine in {areas}.",
                "It is made for {title}: {n} machines in {areas}.",
                sum(areas.values()),
                title=use_case.title,
                areas=words.listed(list(areas)),
            )
        ),
    ]
    if advice.get("possible") and advice.get("likely"):
        blocks.append(
            Text(
                say(
                    "From a risk of {possible} it says “possible”, from {likely} “likely”.",
                    possible=words.percent(advice["possible"]["enter"], 0),
                    likely=words.percent(advice["likely"]["enter"], 0),
                )
            )
        )
    not_for = (
        say("Not for stopping or starting a machine by itself."),
        say(
            "Not for other machines or products than it learned from. What is far from them is told as not in the training data."
        ),
        say("Not a proof of a cause: its reasons say what goes together, not what brings it about."),
        say("Not for judging people: it knows readings of machines only."),
    )
    return Section(say("What it is for, and what not"), (*blocks, Items(not_for)))


def _status(turns: Sequence[Turn] | None, words: Words) -> Section | None:
    if turns is None:
        return None
    say = words.say
    title = say("Was it released?")
    if not turns:
        return Section(title, (Text(say("No. It has never advised anybody on the line."), True),))
    acts = {
        "release": say("released"),
        "override_release": say("released against its gate"),
        "roll_back": say("rolled back to"),
    }
    now = turns[-1]
    lead = (
        say("Yes. It has been the champion since {since}.", since=words.when(now.since))
        if now.until is None
        else say("It was, and another release took over at {until}.", until=words.when(now.until))
    )
    rows = tuple(
        (
            words.when(turn.since),
            words.when(turn.until) if turn.until else say("now"),
            acts.get(turn.action, turn.action),
            turn.by,
            turn.reason or "–",
        )
        for turn in turns
    )
    return Section(title, (Text(lead, True), Table((say("From"), say("Until"), say("How"), say("By"), say("Reason")), rows)))


def _weights(learned: dict, words: Words) -> str:
    """From the lightest to the heaviest correction that was learned from; what they count as at most where there is none."""
    behind = learned.get("stands_behind", {})
    weights = [behind[str(one)]["weight"] for one in learned.get("corrections", ()) if str(one) in behind]
    low, high = (min(weights), max(weights)) if weights else (learned.get("correction_weight"),) * 2
    told = [words.number(one, 0 if one is None or float(one).is_integer() else 1) for one in (low, high)]
    return told[0] if told[0] == told[1] else words.say("{low} to {high}", low=told[0], high=told[1])


def _learned(use_case: UseCase, manifest: dict, words: Words) -> Section | None:
    say, number = words.say, words.number
    learned = manifest.get("training_set")
    if not learned:
        return None
    origins = origin_names(words)
    rows = [
        (say("Readings"), number(learned.get("rows"), 0)),
        *(
            (say("of these {origin}", origin=origins.get(origin, origin)), number(count, 0))
            for origin, count in learned.get("by_origin", {}).items()
        ),
        (say("With “{target}”", target=use_case.target.label), number(learned.get("failures"), 0)),
        (say("Held out and never learned from"), number(learned.get("held_out"), 0)),
        (say("Rows that one correction counts as"), _weights(learned, words)),
        (say("Verdicts “bad data”, whose readings are left out"), number(len(learned.get("excluded", ())), 0)),
    ]
    blocks: list = [Table((say("What"), say("Count")), tuple(rows), (1,))]
    if learned.get("corrections"):
        ids = ", ".join(map(str, learned["corrections"]))
        blocks.append(Text(say("Corrections that it learned from, by number: {ids}.", ids=ids)))
    names = [use_case.described(name).label for name in manifest.get("features", ()) if name in use_case.features]
    blocks.append(Text(say("It sees: {inputs}.", inputs=words.listed(names))))
    return Section(say("What it learned from"), tuple(blocks))


def _oversight(words: Words) -> Section:
    say = words.say
    return Section(
        say("Who watches over it"),
        (
            Items(
                (
                    say(
                        "Everyone at the line reads the reasons of each prediction and may flag it as wrong or unclear, in two taps."
                    ),
                    say("Each flag is answered by a person; a correction is learned from in the next release."),
                    say("Engineers and data scientists may switch the AI off; the plant's own rules are shown then."),
                    say("Only a person releases it or rolls it back. Against a failing gate that takes a written reason."),
                    say("Each of these acts stands in the audit trail with who, when and why."),
                )
            ),
        ),
    )


def _made_of(manifest: dict, figures: dict, words: Words) -> Section:
    say, number = words.say, words.number
    params, hashes = manifest.get("params", {}), manifest.get("training_set", {}).get("sha256", {})
    brought = manifest.get("model")
    own = [
        (say("Kind"), say("boosted decision trees (XGBoost)")),
        (say("Trees"), number(manifest.get("trees"), 0)),
        (say("Depth of a tree"), number(params.get("max_depth"), 0)),
    ]
    rows = [
        *([(say("Kind"), f"{brought['described']} ({brought['file']})")] if brought else own),
        (say("Seed"), str(manifest.get("seed", "–"))),
        (say("Predicting and explaining one reading"), say("{n} ms", n=number(figures.get("latency_ms"), 1))),
        (say("Size"), say("{n} kB", n=number(figures.get("size_kb"), 0))),
        (
            say("Versions"),
            ", ".join(f"{name} {version}" for name, version in sorted(manifest.get("versions", {}).items())) or "–",
        ),
        *((say("Training set, sha256 of {part}", part=part), digest) for part, digest in sorted(hashes.items())),
    ]
    if params.get("single_precision"):
        said = say("up to {n}: it gets every digit", n=number(params["single_precision"], 4))
        rows.append((say("How far its answers differ in single precision"), said))
    if manifest.get("digest"):
        rows.append((say("This release, sha256"), manifest["digest"]))
    reason = Text(
        say("It was trained elsewhere and may have learned from the readings that it is judged on: its figures may be too good.")
        if params.get("from")
        else say("Few and shallow trees: every prediction is explained as it is made.")
    )
    return Section(say("What it is made of"), (reason, Table((), tuple(rows))))
