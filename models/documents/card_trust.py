"""What a model card tells of trust: whether its risk means what it says, what it goes by, and how good its explanations were found.

Each part is a section, or ``None`` where a release of before never measured it.
"""

from data.usecase.use_case import UseCase
from models.documents.document import Bar, Bars, Dots, Section, Table, Text
from models.documents.words import Words, measure_names


def confidence(use_case: UseCase, figures: dict, words: Words) -> Section | None:
    """Whether a said risk is what then happened, and whether the promised confidence was kept."""
    say, percent, number = words.say, words.percent, words.number
    bins, kept = figures.get("held_out", {}).get("calibration", ()), figures.get("certainty", ())
    blocks: list = []
    if bins:
        off = max(bins, key=lambda one: one["rows"] * abs(one["said"] - one["happened"]))
        alt = words.plural(
            "{n} dot of said risk against the share that failed; it is at {said} said, {happened} failed.",
            "{n} dots of said risk against the share that failed; the dot that weighs most beside the line is at {said} said, {happened} failed.",
            len(bins),
            said=percent(off["said"], 1),
            happened=percent(off["happened"], 1),
        )
        dots = tuple((one["said"], one["happened"], one["rows"]) for one in bins)
        ticks = (percent(0, 0), percent(0.5, 0), percent(1, 0))
        picture = Dots(dots, say("risk it said"), say("share that failed"), ticks, alt)
        rows = tuple((percent(one["said"], 1), percent(one["happened"], 1), number(one["rows"], 0)) for one in bins)
        blocks += [
            Text(say("On the dotted line, a risk of 70 % fails seven times of ten. Larger dots stand for more readings.")),
            Table((say("Risk it said"), say("Share that failed"), say("Readings")), rows, (1, 2), picture),
        ]
    if kept:
        blocks += promises(use_case, kept, words)
    return Section(say("Does its risk mean what it says?"), tuple(blocks)) if blocks else None


def promises(use_case: UseCase, kept: list[dict], words: Words) -> list[Text | Table]:
    """Whether what cannot be ruled out holds the truth as often as promised, for failures and for the others, and within what chance allows."""
    say, percent = words.say, words.percent
    share = percent(use_case.coverage, 0)
    told = [
        Text(
            say("Which outcomes cannot be ruled out is told with a promised confidence; on the line it is {share}.", share=share)
            if use_case.task == "binary"
            else say("Is it bad or fine? How often what was found is left open, at each promised confidence.")
        )
    ]
    if "rows" not in kept[0]:  # a release of before
        keys = ("held", "held_1", "single")
        rows = tuple((percent(one["promised"], 0), *(percent(one.get(key), 1) for key in keys)) for one in kept)
        return [
            *told,
            Table(
                (say("Promised confidence"), say("Left open"), say("Failures left open as that"), say("One outcome left")),
                rows,
                (1, 2, 3),
            ),
        ]

    def span(ends: list[float] | None) -> str:
        return say("{low} to {high}", low=percent(ends[0], 1), high=percent(ends[1], 1)) if ends else "–"

    rows = tuple(
        (
            percent(one["promised"], 0), percent(one["held_1"], 1), span(one["range_1"]), span(one["margin_1"]), percent(one["held_0"], 1),
            percent(one["single"], 1), percent(one["empty"], 1),
        )
        for one in kept
    )  # fmt: skip
    told.append(
        Text(
            say(
                "It is kept for failures and for the others each by themselves. Failures learned from: {n}, held out to judge it: {held}; few leave a margin.",
                n=words.number(kept[0]["rows"][1], 0),
                held=words.number(kept[0]["failures"], 0),
            )
        )
    )
    head = (
        say("Promised confidence"), say("Failures left open as that"), say("By chance (95 %)"), say("On the line (95 %)"),
        say("Others left open as that"),
        say("One outcome left"), say("None left"),
    )  # fmt: skip
    return [*told, Table(head, rows, tuple(range(1, 7)))]


def importance(use_case: UseCase, shares: dict, profile: dict, words: Words, learned: bool = False) -> Section | None:
    """What moves its risk, the strongest group of reasons first; with intervals where the release carries its profile. ``learned``: it is measured on
    readings that it learned from, as there are no others."""
    whole = sum(shares.values())
    if not whole:
        return None
    say, bars, rows = words.say, [], []
    for group in sorted(shares, key=lambda name: -shares[name]):
        known = use_case.groups.get(group)
        told = profile.get(group, {})
        inputs = words.listed([use_case.described(name).label for name in known.features]) if known else "–"
        low, high = (told[end] / whole if told else None for end in ("low", "high"))
        share = shares[group] / whole
        bars.append(Bar(known.label if known else group, share, words.percent(share, 0), low, high))
        span = say("{low} to {high}", low=words.percent(low, 1), high=words.percent(high, 1)) if told else "–"
        rows.append((bars[-1].name, inputs, words.percent(share, 1), span))
    alt = say("Bars, the longest first: {bars}.", bars=", ".join(f"{one.name} {one.told}" for one in bars))
    table = Table(
        (say("Reason"), say("Made of"), say("Share"), say("95 % interval")), tuple(rows), (2, 3), Bars(tuple(bars), alt)
    )
    said = (
        say(
            "How much each group of reasons moves the risk, as a share of all of them, on readings that it learned from: none is held out."
        )
        if learned
        else say("How much each group of reasons moves the risk, as a share of all of them, on held-out readings.")
    )
    return Section(say("What does it go by?"), (Text(said), table))


def explanations(quality: dict, words: Words, learned: bool = False) -> Section | None:
    """How good its explanations were found on readings that it did not learn from, or that it ``learned`` from, where there are no others."""
    say = words.say
    kinds = {"advised": say("With advice"), "quiet": say("Quiet")}
    there = [kind for kind in kinds if quality.get(kind)]
    rows = []
    for name, (title, meaning) in measure_names(words).items():
        values = [quality[kind].get(name, {}).get("p50") for kind in there]
        if any(value is not None for value in values):
            rows.append((title, *(words.number(value, 3) for value in values), meaning))
    if not rows:
        return None
    head = (say("Measure"), *(kinds[kind] for kind in there), say("Meaning"))
    said = Text(
        say(
            "The median of each measure, on readings with advice and on quiet ones, all of which it learned from: none is held out."
        )
        if learned
        else say("The median of each measure, on readings with advice and on quiet ones that it did not learn from.")
    )
    return Section(say("How good are its explanations?"), (said, Table(head, tuple(rows), tuple(range(1, len(there) + 1)))))
