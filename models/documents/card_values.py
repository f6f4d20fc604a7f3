"""What a card says only of a regression or of several classes: how far off the values are, which classes are found, and the promise kept."""

from collections.abc import Callable

from data.usecase.use_case import UseCase
from models.documents.document import Section, Table, Text
from models.documents.words import Words, quantity


def own_section(use_case: UseCase, figures: dict, words: Words) -> Section | None:
    """``None`` for a binary task, for a release of before this was measured, and where nothing could be judged."""
    held = figures.get("held_out", {})
    if use_case.task == "binary" or "sure" not in figures or figures.get("judged_on", {}).get("why_not"):
        return None
    say = words.say
    if use_case.task == "regression":
        return Section(
            say("How far off are its values?"),
            (_errors(use_case, held, words), _asked(use_case, words), _promises(use_case, figures["sure"], words)),
        )
    lead = say(
        "The right one of {n} is told in {share} of the readings ({low} to {high}).",
        n=words.number(len(use_case.target.outcomes), 0), share=words.percent(held["accuracy"]["value"], 1),
        low=words.percent(held["accuracy"]["low"], 1), high=words.percent(held["accuracy"]["high"], 1),
    )  # fmt: skip
    by_class: dict[str, dict] = held["by_class"]
    rows = tuple(
        (
            use_case.target.outcomes.get(int(code), code), words.number(one["rows"], 0), words.percent(one["recall"], 0),
            words.percent(one["precision"], 0),
        )
        for code, one in by_class.items()
    )  # fmt: skip
    table = Table((say("Class"), say("Readings"), say("Found"), say("Right when told")), rows, (1, 2, 3))
    blocks = [Text(lead, True), table, _asked(use_case, words), _promises(use_case, figures["sure"], words)]
    if few := figures["sure"][0].get("together"):
        names = words.listed([use_case.target.outcomes[code] for code in few])
        blocks.append(
            Text(
                say(
                    "Too few readings of {classes} for a promise of their own: these are ruled out by what holds for all classes together.",
                    classes=names,
                )
            )
        )
    return Section(say("Which classes does it tell?"), tuple(blocks))


def _asked(use_case: UseCase, words: Words) -> Text:
    """The question that the promises below it answer: another one than whether a reading is bad or fine, which the card asks elsewhere."""
    told = {"share": words.percent(use_case.coverage, 0)}
    if use_case.task == "regression":
        return Text(
            words.say(
                "Which value is it? How often the true one lay within the told interval; on the line {share} is promised.", **told
            )
        )
    return Text(
        words.say(
            "Which class is it? How often the right one was among those left open; on the line {share} is promised.", **told
        )
    )


def _errors(use_case: UseCase, held: dict, words: Words) -> Table:
    say, unit, places = words.say, use_case.target.unit, use_case.value.decimals + 1

    def told(name: str, decimals: int = places, of: str = unit) -> tuple[str, str]:
        one = held[name]
        return (
            quantity(words, one["value"], decimals, of),
            f"{quantity(words, one['low'], decimals)} – {quantity(words, one['high'], decimals)}",
        )

    rows = (
        (say("Mean absolute error"), *told("mae")),
        (say("Root mean square error"), *told("rmse")),
        (say("Bias: prediction less truth"), *told("bias")),
        (say("Share of the variance explained (R²)"), *told("r2", 3, "")),
    )
    return Table((say("Figure"), say("Value"), say("95 % interval")), rows, (1, 2))


def _promises(use_case: UseCase, kept: list[dict], words: Words) -> Table:
    say = words.say
    regression = use_case.task == "regression"

    def width(value: float | None) -> str:
        return "–" if value is None else quantity(words, value, use_case.value.decimals, use_case.target.unit)

    percent, new = words.percent, "range" in kept[0]

    def span(ends: list[float] | None, told: Callable[[float], str] = lambda share: percent(share, 1)) -> str:
        return say("{low} to {high}", low=told(ends[0]), high=told(ends[1])) if ends else "–"

    kept_by = say("Value within it") if regression else say("Right class left open")
    head = [say("Promised confidence"), kept_by, *([say("By chance (95 %)")] if new else [])]
    rows = [[percent(one["promised"], 0), percent(one["held"], 1), *([span(one["range"])] if new else [])] for one in kept]
    if regression:
        head += [say("Mean width"), *([say("Width of 90 in 100")] if new else [])]
        more = [[width(one["width"]), *([span(one["widths"], width)] if new else [])] for one in kept]
    else:
        head += [*([say("… where it was a bad one")] if new else []), say("One class left"), *([say("None left")] if new else [])]
        more = [
            [percent(one["held_1"], 1), percent(one["single"], 0), percent(one["empty"], 0)]
            if new
            else [percent(one["single"], 0)]
            for one in kept
        ]
    return Table(tuple(head), tuple((*a, *b) for a, b in zip(rows, more, strict=True)), tuple(range(len(head))))
