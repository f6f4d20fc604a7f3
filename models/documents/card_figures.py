"""The figures of a model card: how good, for which part, against whom, and where it is weak. Each part a section, or
``None`` where a release of before never measured it."""

from scipy.stats import binomtest

from data.usecase.use_case import UseCase
from models.documents.document import Items, Section, Table, Text
from models.documents.words import Words, bar, change_text, figure_names, figure_text, measured, question, verdict_word
from models.judging.gate import gate

FEWEST = {"segment": 10, "cause": 5}
"""Failures below which a share says too little to be called a weakness."""
WEAK = {"segment": 0.8, "cause": 0.5}


def gate_lines(use_case: UseCase, figures: dict, words: Words) -> Section:
    """What it had to meet before it may go live: each line with its number and its bar, the failing ones first."""
    say = words.say
    lines = sorted(gate(use_case, figures), key=lambda line: line.passes)
    failed = sum(not line.passes for line in lines)
    yes, no = say("yes"), say("no")
    lead = (
        say("It fails {n} of {all} lines.", n=words.number(failed, 0), all=words.number(len(lines), 0))
        if failed
        else say("It meets every line.")
    )
    rows = tuple(
        (
            f"✓\u00a0{yes}" if line.passes else f"✗\u00a0{no}",
            question(words, line),
            measured(words, line),
            bar(words, line),
        )
        for line in lines
    )
    table = Table((say("Met"), say("Figure"), say("Measured"), say("Asked for")), rows, (2, 3))
    alone = Text(say("There was no champion to compare it with when it was made: only what it must meet by itself is asked."))
    return Section(say("Does it meet its gate?"), (Text(lead, True), table, *(() if figures.get("against") else (alone,))))


def goodness(use_case: UseCase, held: dict, words: Words) -> Section | None:
    """Each figure on the held-out readings, with its interval."""
    say = words.say
    rows = tuple(
        (name, figure_text(words, key, held[key].get("value"), use_case.costs.currency), _span(use_case, key, held[key], words))
        for key, name in figure_names(words).items()
        if key in held
    )
    if not rows:
        return None
    said = words.plural(
        "On {rows} readings with {n} failure, from which no release has learned.",
        "On {rows} readings with {n} failures, from which no release has learned.",
        held.get("failures") or 0,
        rows=words.number(held.get("rows"), 0),
    )
    table = Table((say("Figure"), say("Value"), say("95 % interval")), rows, (1, 2))
    return Section(say("How good is it?"), (Text(said), table))


def parts(use_case: UseCase, held: dict, words: Words) -> Section | None:
    """What is found of each cause, and in each area and category."""
    say = words.say
    by_cause: dict[str, dict] = held.get("by_cause", {})
    causes = tuple(
        (use_case.target.causes.get(cause, cause), words.number(found["failures"], 0), *_found(found, words))
        for cause, found in by_cause.items()
    )
    pieces = tuple(
        (
            _piece(use_case, one, words),
            words.number(one["failures"], 0),
            *_found(one, words),
            words.percent(one.get("precision"), 1),
        )
        for one in held.get("segments", ())
    )
    if not causes and not pieces:
        return None
    head = (say("Failures"), say("Found"), say("95 % interval"))
    tables = [Table((say("Cause"), *head), causes, (1, 2, 3))] if causes else []
    if pieces:
        tables.append(Table((say("Part"), *head, say("Right when it warns")), pieces, (1, 2, 3, 4)))
    note = Text(say("Intervals after Wilson: few failures tell little."))
    return Section(say("By cause, area and product"), (*tables, note))


def against(use_case: UseCase, found: dict | None, number: int, words: Words) -> Section | None:
    """Better, same or worse than the champion of when it was made, on the same readings."""
    if not found:
        return None
    say = words.say
    names, old, currency = figure_names(words), found.get("release"), use_case.costs.currency
    rows = tuple(
        (
            names[key],
            figure_text(words, key, one["old"], currency),
            figure_text(words, key, one["new"], currency),
            change_text(words, key, one.get("low"), one.get("high"), currency),
            verdict_word(words, one["verdict"]),
        )
        for key, one in found.get("figures", {}).items()
        if key in names and (one["old"] is not None or one["new"] is not None)
    )
    head = (say("Figure"), say("Release {n}", n=old), say("Release {n}", n=number), say("Difference (95 %)"), say("Verdict"))
    blocks: list = [Table(head, rows, (1, 2, 3))] if rows else []
    if rows:
        blocks.append(Text(say("“Same” means that the 95 % interval of the difference holds zero.")))
    if found.get("held_out_otherwise"):
        blocks.append(
            Text(
                say(
                    "Release {n} was made by an older version, which held out other readings: it may have learned from some of these, and looks better.",
                    n=old,
                ),
                True,
            )
        )
    told = []
    if found.get("reasons"):
        order = words.number(found["reasons"]["ndcg"], 3)
        told.append(say("Order of the reasons kept (nDCG): {ndcg} of 1.", ndcg=order))
    if found.get("advised") is not None and found.get("advised_before") is not None:
        shares = {"now": words.percent(found["advised"], 1), "before": words.percent(found["advised_before"], 1)}
        told.append(say("It warns on {now} of the readings, the one before it on {before}.", **shares))
    if cases := found.get("corrected"):
        right = words.number(sum(case["right"] for case in cases), 0)
        told.append(say("Corrected cases that it gets right: {right} of {n}.", n=words.number(len(cases), 0), right=right))
    return Section(
        say("Against release {n}, the champion when it was made", n=old), (*blocks, *((Items(tuple(told)),) if told else ()))
    )


def weak(use_case: UseCase, held: dict, words: Words) -> Section:
    """Where it finds too little to be relied on."""
    say = words.say
    told = [
        say(
            "{part}: it finds {share} of {n} failures.",
            part=_piece(use_case, one, words),
            share=words.percent(one["recall"], 0),
            n=words.number(one["failures"], 0),
        )
        for one in held.get("segments", ())
        if one["recall"] is not None and one["failures"] >= FEWEST["segment"] and one["recall"] < WEAK["segment"]
    ]
    told += [
        say(
            "{part}: it finds {share} of {n} failures. What the signals do not show cannot be foreseen.",
            part=use_case.target.causes.get(cause, cause),
            share=words.percent(found["recall"] or 0, 0),
            n=words.number(found["failures"], 0),
        )
        for cause, found in held.get("by_cause", {}).items()
        if found["failures"] >= FEWEST["cause"] and (found["recall"] or 0) < WEAK["cause"]
    ]
    told += [
        say("{part}: it finds {share} of {n}.", part=use_case.target.outcomes.get(int(code), code), share=words.percent(found["recall"], 0), n=words.number(found["rows"], 0))
        for code, found in held.get("by_class", {}).items()
        if found["rows"] >= FEWEST["segment"] and found["recall"] is not None and found["recall"] < WEAK["cause"]
    ]  # fmt: skip
    enough = [one["failures"] >= FEWEST["segment"] for one in held.get("segments", ())]
    enough += [one["failures"] >= FEWEST["cause"] for one in held.get("by_cause", {}).values()]
    enough += [one["rows"] >= FEWEST["segment"] for one in held.get("by_class", {}).values()]
    if not told and not any(enough):
        told = [say("That cannot be told: too few failures were held out.")]
    if not told:
        limits = {name: words.number(FEWEST[name], 0) for name in FEWEST}
        told = [
            say(
                "No part with {segment} failures or more is found in less than 80 %, no cause with {cause} or more in less than half.",
                **limits,
            )
        ]
    return Section(say("Where is it weak?"), (Items(tuple(told)),))


def _span(use_case: UseCase, key: str, found: dict, words: Words) -> str:
    low, high = (figure_text(words, key, found.get(end), use_case.costs.currency) for end in ("low", "high"))
    return words.say("{low} to {high}", low=low, high=high)


def _found(found: dict, words: Words) -> tuple[str, str]:
    share, n = found["recall"], found["failures"]
    if share is None or not n:
        return "–", "–"
    ends = binomtest(round(share * n), n).proportion_ci(method="wilson")
    return words.percent(share, 1), words.say("{low} to {high}", low=words.percent(ends.low, 1), high=words.percent(ends.high, 1))


def _piece(use_case: UseCase, one: dict, words: Words) -> str:
    kind = one.get("kind")
    if kind not in use_case.signals:
        return use_case.area_label(one["value"])
    signal = use_case.signals[kind]
    meaning = signal.meaning.get(one["value"])
    return f"{signal.label} {one['value']} ({meaning})" if meaning else f"{signal.label} {one['value']}"
