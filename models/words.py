"""In whose language something is told: the translator and the number formats that are handed down, and the words of figures and bars.

The floor of the screens passes its own, a release's folder keeps English. Sentences are gathered for the catalogue by the name
``say`` (see ``pages.locale.catalogue``): whole ones, never glued together.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from models.gate import Line

MINUS = "−"
"""The sign of a number below zero, which is as wide as a plus: not the hyphen."""


@dataclass(frozen=True, slots=True)
class Words:
    """``say`` fills the places of an English sentence in the reader's language; the others write numbers, shares, moments, times of day, times from
    one to another and lists.

    ``language`` is the code that a document says it is written in.
    """

    language: str
    say: Callable[..., str]
    number: Callable[[float | None, int], str]
    percent: Callable[[float | None, int], str]
    when: Callable[[datetime], str]
    clock: Callable[[datetime], str]
    span: Callable[[datetime, datetime], str]
    listed: Callable[[list[str]], str]


def _number(value: float | None, decimals: int = 1) -> str:
    return "–" if value is None or value != value else f"{value:,.{decimals}f}".replace("-", MINUS)


def _percent(share: float | None, decimals: int = 0) -> str:
    if share is None or share != share:
        return "–"
    if not decimals and (0 < share < 0.005 or 0.995 <= share < 1):
        return "<1 %" if share < 0.5 else ">99 %"
    return f"{_number(100 * share, decimals)} %"


def _when(moment: datetime) -> str:
    return f"{moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _clock(moment: datetime) -> str:
    return f"{moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC):%H:%M} UTC"


def _span(start: datetime, end: datetime) -> str:
    return f"{_when(start)} – {_when(end)}"


ENGLISH = Words("en", lambda message, /, **values: message.format(**values), _number, _percent, _when, _clock, _span, ", ".join)
"""What the files of a release are written in, wherever it is made."""


def figure_names(words: Words) -> dict[str, str]:
    """Each figure of ``models.evaluation`` by its name."""
    say = words.say
    return {
        "precision": say("Right when it warns (precision)"),
        "recall": say("Failures found (recall)"),
        "f1": say("Both together (F1)"),
        "average_precision": say("Average precision"),
        "auc": say("Area under the ROC curve"),
        "brier": say("Squared error of the risk (Brier)"),
        "cost_per_1000": say("Cost for 1,000 readings"),
    }


def verdict_word(words: Words, verdict: str) -> str:
    """A verdict of ``models.comparison``, with its sign: other signs than the states', nothing here is an alarm."""
    say = words.say
    told = {"better": ("✓", say("better")), "same": ("=", say("same")), "worse": ("✗", say("worse"))}
    return "\u00a0".join(told[verdict])


def origin_names(words: Words) -> dict[str, str]:
    """Where readings of a training set are from."""
    say = words.say
    return {
        "history": say("from the history of the line"),
        "truth": say("confirmed by inspection"),
        "correction": say("corrected by people"),
        "counterexample": say("counter-examples of doubted cases"),
    }


def measure_names(words: Words) -> dict[str, tuple[str, str]]:
    """Each measure of ``explainers.quality`` by its name, and what it says."""
    say = words.say
    return {
        "completeness": (say("Completeness gap"), say("How far the shares are from adding up; 0 is best")),
        "pgi": (
            say("Change without the named"),
            say("How the risk moves when the three strongest are another's; more is better"),
        ),
        "pgu": (say("Change without the rest"), say("How the risk moves when all others are another's; less is better")),
        "faithfulness": (say("Faithfulness"), say("Do the shares say what a change does? 1 is best")),
        "input_stability": (
            say("Relative input stability"),
            say("How much the shares change for a small change; less is better"),
        ),
        "local_variability": (say("Local variability"), say("How far the reasons next to it differ; 0 is best")),
        "sparsity": (say("Spread over features"), say("0: a single reason, 1: all alike")),
        "seed_stability": (say("LIME: stable over seeds"), say("Overlap of its three strongest; 1 is best")),
        "agreement_features": (say("Methods: same features"), say("Of the three strongest; 1 is best")),
        "agreement_ranks": (say("Methods: same ranks"), say("Of the three strongest; 1 is best")),
        "agreement_signs": (say("Methods: same signs"), say("Of the three strongest; 1 is best")),
    }


def question(words: Words, line: Line) -> str:
    """What a line of the gate asks."""
    say = words.say
    return {
        "recall": say("Finds no fewer failures than the champion (worse end of the interval)"),
        "precision": say("Is no less often right when it warns (worse end of the interval)"),
        "cost": say("Costs no more than the champion"),
        "advice": say("Warns no more often than the champion"),
        "mae": say("Is hardly farther off than the champion on average (worse end of the interval)"),
        "reasons": say("Goes by the same reasons (nDCG)"),
        "gold_recall": say("Finds no fewer failures in the gold set (worse end of the interval)"),
        "gold_precision": say("Is no less often right in the gold set (worse end of the interval)"),
        "main_reason": say("Names another main reason for few readings"),
        "reason_quality": say("Its reasons hold no less than the champion's (faithfulness)"),
        "corrected": say("Is right on the corrected cases"),
        "segment": say("Finds no fewer failures in {part}", part=line.part),
        "confidence": say("Keeps its promised confidence"),
        "latency": say("Predicts and explains one reading fast enough"),
        "size": say("Is small enough"),
    }[line.name]


def bar(words: Words, line: Line) -> str:
    """What a line must reach."""
    say, value = words.say, _value(words, line, line.bar)
    return say("at least {value}", value=value) if line.at_least else say("at most {value}", value=value)


def measured(words: Words, line: Line) -> str:
    """What was found for a line."""
    return words.say("not measured") if line.value is None else _value(words, line, line.value)


def _value(words: Words, line: Line, value: float) -> str:
    say, number = words.say, words.number
    if line.name in ("recall", "precision", "segment", "gold_recall", "gold_precision"):
        return say("{points} points", points=number(100 * value, 1))
    if line.name in ("cost", "advice"):
        return say("{n} times", n=number(value, 2))
    if line.name in ("corrected", "confidence", "main_reason"):
        return words.percent(value, 1)
    if line.name == "mae":
        return f"{number(value, 3)}\u00a0{line.unit}".rstrip()
    if line.name == "latency":
        return say("{n} ms", n=number(value, 1))
    return say("{n} kB", n=number(value, 0)) if line.name == "size" else number(value, 3)
