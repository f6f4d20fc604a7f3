"""In whose language something is told: the translator and the number formats that are handed down, and the words of figures and bars.

The floor of the screens passes its own, a release's folder keeps English. Sentences are gathered for the catalogue by the name
``say`` (see ``pages.locale.catalogue``): whole ones, never glued together.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from models.judging.gate import Line
from models.numbers.quantities import MINUS, change, places_for, written


@dataclass(frozen=True, slots=True)
class Words:
    """``say`` fills the places of an English sentence in the reader's language; the others write numbers, shares, moments, times of day, times from
    one to another and lists. ``plural(one, many, n)`` is the form of a sentence that belongs to a count, which fills the place ``{n}``.

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
    plural: Callable[..., str]


def _number(value: float | None, decimals: int = 1) -> str:
    if value is None or value != value:
        return "–"
    return f"{0.0 if round(value, decimals) == 0 else value:,.{decimals}f}".replace("-", MINUS)  # nothing has no sign


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


def _plural(one: str, many: str, n: float, /, **values: object) -> str:
    return (one if n == 1 else many).format(n=_number(n, 0), **values)


ENGLISH = Words(
    "en", lambda message, /, **values: message.format(**values), _number, _percent, _when, _clock, _span, ", ".join, _plural
)
"""What the files of a release are written in, wherever it is made."""


def figure_names(words: Words) -> dict[str, str]:
    """Each figure of ``models.judging.evaluation`` by its name."""
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
    """A verdict of ``models.judging.comparison``, with its sign: other signs than the states', nothing here is an alarm."""
    say = words.say
    told = {
        "better": ("✓", say("better")),
        "same": ("=", say("same")),
        "worse": ("✗", say("worse")),
        "unknown": ("?", say("cannot tell")),
    }
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
        "second_fit": (say("LIME: fit of its line"), say("How much of what the model does there it accounts for; 1 is best")),
        "agreement_features": (say("Methods: same features"), say("Of the three strongest; 1 is best")),
        "agreement_ranks": (say("Methods: same ranks"), say("Of the three strongest; 1 is best")),
        "agreement_signs": (say("Methods: same signs"), say("Of the three strongest; 1 is best")),
    }


SHARES = ("precision", "recall")
"""Figures that are told in per cent, and their changes in points."""


def figure_text(words: Words, key: str, value: float | None, currency: str) -> str:
    """A figure of ``models.judging.evaluation`` in the one format that it has everywhere: ``98.7 %``, ``0.912``, ``1,204 EUR``."""
    if value is None or value != value:
        return "–"
    if key == "cost_per_1000":
        return f"{words.number(value, 0)} {currency}"
    return words.percent(value, 1) if key in SHARES else words.number(value, _decimals(key))


def change_text(words: Words, key: str, low: float | None, high: float | None, currency: str) -> str:
    """The interval of a figure's change, with signs: ``−2.1 to +1.3 points``."""
    if low is None or high is None or low != low or high != high:
        return "–"
    if key in SHARES:
        ends = {"low": signed(words, 100 * low, 1), "high": signed(words, 100 * high, 1)}
        return words.say("{low} to {high} points", **ends)
    decimals = 0 if key == "cost_per_1000" else _decimals(key)
    ends = {"low": signed(words, low, decimals), "high": signed(words, high, decimals)}
    told = words.say("{low} to {high}", **ends)
    return f"{told} {currency}" if key == "cost_per_1000" else told


def quantity(words: Words, value: float | None, decimals: int, unit: str = "") -> str:
    """A measured value with its unit, as it is written everywhere (:mod:`models.numbers.quantities`)."""
    return f"{written(words.number, value, decimals)}\u00a0{unit}".rstrip("\u00a0")


def signed(words: Words, value: float, decimals: int) -> str:
    """A change with its sign; what rounds to nothing has both."""
    if round(value, decimals) == 0:
        return f"±{words.number(0.0, decimals)}"
    return ("+" if value > 0 else MINUS) + words.number(abs(value), decimals)


def _decimals(key: str) -> int:
    """A squared error is small: 0.003 tells no two apart."""
    return 5 if key == "brier" else 3


CHANGES = ("recall", "precision", "segment", "gold_recall", "gold_precision", "gold_first_recall", "gold_first_precision", "live_recall",
           "live_precision", "anchor_recall", "anchor_precision", "person", "mae", "reason_quality")  # fmt: skip
"""Lines of the gate that are about a change from the champion: told with a sign."""


def question(words: Words, line: Line) -> str:
    """What a line of the gate is about: the name of a figure, which is true whether the line passes or fails."""
    say = words.say
    return {
        "recall": say("Failures found, change from the champion on held-out readings"),
        "precision": say("Right when it warns, change from the champion on held-out readings"),
        "cost": say("Cost against the champion on held-out readings"),
        "advice": say("Warnings but for failures newly found, against the champion on held-out readings"),
        "compared": say("Held against the champion that is live"),
        "mae": say("Mean error, change from the champion on held-out readings"),
        "reasons": say("Order of the reasons kept (nDCG)"),
        "gold_recall": say("Failures found, change from the champion on the gold set"),
        "gold_precision": say("Right when it warns, change from the champion on the gold set"),
        "gold_first_recall": say("Failures found, change from the champion on the gold set as it was first frozen"),
        "gold_first_precision": say("Right when it warns, change from the champion on the gold set as it was first frozen"),
        "live_recall": say("Failures found, change from the champion on confirmed outcomes of the line"),
        "live_precision": say("Right when it warns, change from the champion on confirmed outcomes of the line"),
        "anchor_recall": say("Failures found, change from release {part}, the best champion before", part=line.part),
        "anchor_precision": say("Right when it warns, change from release {part}, the best champion before", part=line.part),
        "anchor_cost": say("Cost against release {part}, the best champion before", part=line.part),
        "anchor_mae": say("Mean error, change from release {part}, the best champion before", part=line.part),
        "recall_floor": say("Failures found on held-out readings"),
        "precision_floor": say("Right when it warns, on held-out readings"),
        "person": say("Failures found, what the corrections that {part} decided changed", part=line.part),
        "main_reason": say("Held-out readings that both warn of and give another main reason for"),
        "reason_quality": say("Faithfulness of the reasons, change from the champion"),
        "corrected": say("Corrected cases that it gets right"),
        "segment": say("Failures found in {part}, change from the champion on held-out readings", part=line.part),
        "confidence": say("How often its confidence is kept, on held-out readings"),
        "confidence_failures": say("Failures that its confidence leaves open, on held-out readings"),
        "confidence_values": say("Values within their interval, on held-out readings"),
        "judged": say("Independent groups to judge it on"),
        "floor": say("Better than the best simple rule on what was held out"),
        "newest": say("Better than the best simple rule on the newest stretch"),
        "latency": say("Time to predict and explain one reading"),
        "size": say("Size of the model"),
    }[line.name]


def bar(words: Words, line: Line) -> str:
    """What a line must reach, and which end of the interval has to."""
    say, value = words.say, _value(words, line, line.bar)
    if not line.asked:
        return say("shown beside the others")
    if line.name == "compared":
        return say("yes")
    if line.by_end:
        return (
            say("at least {value} at the lower end", value=value)
            if line.at_least
            else say("at most {value} at the upper end", value=value)
        )
    return say("at least {value}", value=value) if line.at_least else say("at most {value}", value=value)


def measured(words: Words, line: Line) -> str:
    """What was found for a line: the figure, and its 95 % interval where it has one."""
    if line.name == "compared":
        return words.say("no")
    if line.value is None:
        return words.say("not measured") if line.measured is None else words.say("cannot tell: too few say anything of it")
    if line.high is None or line.low is None or line.measured is None:
        return _value(words, line, line.value)
    low, high = (_bare(words, line, end) for end in (line.low, line.high))
    return words.say("{value} (95 %: {low} to {high})", value=_value(words, line, line.measured), low=low, high=high)


_AS_IT_IS = ("mae", "anchor_mae", "reason_quality", "floor", "newest")
"""Lines whose change is told in its own unit and not in percentage points."""


def _bare(words: Words, line: Line, value: float) -> str:
    """A change with its sign and without its unit; of an error in a value's own unit with digits that say something, however small or large that is."""
    if line.name in ("mae", "anchor_mae"):
        sizes = [
            abs(one)
            for one in (line.value, line.measured, line.low, line.high, line.bar)
            if one is not None and math.isfinite(one)
        ]
        return change(words.number, value, places_for(max(sizes, default=0.0)))
    return signed(words, value, 3) if line.name in _AS_IT_IS else signed(words, 100 * value, 1)


def _value(words: Words, line: Line, value: float) -> str:
    say, number = words.say, words.number
    if line.name in ("mae", "anchor_mae"):
        return f"{_bare(words, line, value)}\u00a0{line.unit}".rstrip()
    if line.name in ("reason_quality", "floor", "newest"):
        return _bare(words, line, value)
    if line.name in CHANGES:
        return say("{points} points", points=_bare(words, line, value))
    if line.name in ("cost", "anchor_cost", "advice"):
        return say("{n} times", n="∞" if value == float("inf") else number(value, 2))
    if line.name in (
        "corrected",
        "confidence",
        "confidence_failures",
        "confidence_values",
        "main_reason",
        "recall_floor",
        "precision_floor",
    ):
        return words.percent(value, 1)
    if line.name == "latency":
        return say("{n} ms", n=number(value, 1))
    return say("{n} kB", n=number(value, 0)) if line.name == "size" else number(value, 3)
