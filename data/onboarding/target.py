"""What is predicted: one of two outcomes, one of several, or a value; which of them is bad, told so that a person can check it."""

import re
from dataclasses import dataclass, field, replace
from difflib import get_close_matches

import numpy as np
import pandas as pd

from data.errors import PullcordError
from data.onboarding.columns import Column, label_and_unit, numbers
from data.onboarding.words import is_flag, says_good, sense
from data.tables.mapped import as_text, folded

MOST_CLASSES = 50
NEAR = (0.03, 0.07)
"""Share of the rows that may lie beyond a guessed limit once it is rounded: 5 % is meant."""
FEW_NUMBERS = 12
"""Whole numbers with at most so many different values may be codes of classes."""
_LOW_IS_BAD = re.compile(
    r"(?<![^\W_])(yield|efficien|quality|purity|strength|output|throughput|rul(?![^\W_])|remaining|score|rating|availab|uptime|oee(?![^\W_])|ausbeute|"
    r"reinheit|wirkungsgrad|lebensdauer|restlebens|festigkeit|verfügbar|qualit|gutanteil|utbyte|renhet|verkningsgrad|opbrengst|zuiverheid|rendement)",
    re.IGNORECASE,
)


class OnboardingError(PullcordError, ValueError):
    """A table of which no use case can be made as asked; the message says why and what to write instead."""


@dataclass(frozen=True, slots=True)
class TargetFound:
    """``outcomes``: the word of each code; ``words``: the table's own words -> codes (empty where it holds the codes). ``allowed`` of a
    regression. ``notes``: what was found and decided; ``look``: those of them that are guesses of good and bad, or of words that are the same."""

    header: str
    label: str
    unit: str
    task: str
    outcomes: dict[int, str] = field(default_factory=dict)
    words: dict[str, int] = field(default_factory=dict)
    severity: dict[int, int] = field(default_factory=dict)
    allowed: tuple[float | None, float | None] | None = None
    decimals: int = 1
    share_bad: float = 0.0
    notes: tuple[str, ...] = ()
    look: tuple[str, ...] = ()


def header_of(frame: pd.DataFrame, asked: str, what: str = "--target") -> str:
    """The column that is meant, by its header or by its name without unit.

    Raises:
        OnboardingError: there is none.
    """
    given = asked.strip()
    if given in frame.columns:
        return given
    for alike in (
        lambda h: h.lower() == given.lower(),
        lambda h: label_and_unit(h)[0].lower() == label_and_unit(given)[0].lower(),
    ):
        hits = [header for header in frame.columns if alike(header)]
        if len(hits) == 1:
            return hits[0]
    near = get_close_matches(given, list(frame.columns), n=1, cutoff=0.5)
    columns = ", ".join(map(repr, list(frame.columns)[:60]))
    if near:
        raise OnboardingError(
            "{what} {asked} is no column of the table. Did you mean {near}? It has: {columns}.",
            what=what,
            asked=repr(asked),
            near=repr(near[0]),
            columns=columns,
        )
    raise OnboardingError(
        "{what} {asked} is no column of the table. It has: {columns}.", what=what, asked=repr(asked), columns=columns
    )


def target_of(frame: pd.DataFrame, column: Column, task: str | None = None, apart: bool = False) -> TargetFound:
    """The task and the meaning of a target column. Rows without a value in it do not count.

    Args:
        apart: words that differ in capitals, spaces, dots or dashes alone are not the same.

    Raises:
        OnboardingError: nothing in it, always the same, or too many classes.
    """
    values = frame[column.header]
    there = values.dropna()
    if not len(there):
        raise OnboardingError(
            "The target {header} has no value in any of the {values} rows: choose another column.",
            header=repr(column.header),
            values=f"{len(values):,}",
        )
    number = column.kind == "number" or pd.api.types.is_numeric_dtype(values.dtype)
    words, spelled, look = (there, {}, []) if number else _merged(column, there, apart)
    distinct = pd.Series(words).nunique()
    if distinct == 1:
        raise OnboardingError(
            "The target {header} is always {iloc}: there is nothing to tell apart.",
            header=repr(column.header),
            iloc=repr(str(there.iloc[0])[:60]),
        )
    task = task or _task(there, number, distinct)
    lost = len(values) - len(there)
    notes = [f"{lost:,} of {len(values):,} rows have no {column.header!r}: nothing is learned from them."] if lost else []
    if task == "regression":
        return _value(column, numbers(there).dropna(), notes)
    counts = pd.Series(as_text(there) if number else words).value_counts()
    if len(counts) > MOST_CLASSES:
        header, many = repr(column.header), f"{len(counts):,}"
        if number:
            raise OnboardingError(
                "The target {header} has {counts} different values; of classes there may be {most} at most. If it is a measured value, "
                "write --task regression.",
                header=header,
                counts=many,
                most=MOST_CLASSES,
            )
        raise OnboardingError(
            "The target {header} has {counts} different texts; of classes there may be {most} at most. Choose a column with fewer, or "
            "group them first.",
            header=header,
            counts=many,
            most=MOST_CLASSES,
        )
    if task == "binary" and len(counts) != 2:
        raise OnboardingError(
            "The target {header} has {counts} different values: write --task multiclass, or choose another one.",
            header=repr(column.header),
            counts=len(counts),
        )
    found = (_two if task == "binary" else _several)(column, counts, notes)
    return replace(found, words=_spelled(found.words, spelled), look=(*look, *found.look), notes=(*look, *found.notes))


def without(target: TargetFound, column: Column, values: pd.Series, out: np.ndarray) -> TargetFound:
    """The target with its share, and a guessed limit, told of the rows that are learned from alone.

    Args:
        values: (n,) the target's column; out: (n,) bool, rows that are left out.
    """
    there = values[~out].dropna()
    if target.task == "regression":
        if numbers(there).dropna().nunique() < 2:
            return target
        again = _value(column, numbers(there).dropna(), [])
        kept = tuple(note for note in target.notes if note not in target.look)
        return replace(target, allowed=again.allowed, share_bad=again.share_bad, notes=(*kept, *again.look), look=again.look)
    told = pd.Series(as_text(there), dtype=object)
    codes = (told.map(target.words) if target.words else pd.to_numeric(told)).dropna()
    bad = [1] if target.task == "binary" else [code for code, level in target.severity.items() if level > 0]
    return replace(target, share_bad=float(codes.isin(bad).mean())) if len(codes) else target


def _merged(column: Column, there: pd.Series, apart: bool) -> tuple[np.ndarray, dict[str, list[str]], list[str]]:
    """((n,) words, each in the writing that most rows have; that writing -> all of them; what has to be looked at)."""
    words = pd.Series(as_text(there), dtype=object)
    counts = words.value_counts()
    alike: dict[str, list[str]] = {}
    for word in counts.index:  # the most frequent first
        alike.setdefault(word if apart else folded(word) or word, []).append(word)
    spelled = {same[0]: same for same in alike.values() if len(same) > 1}
    look = [
        f"{', '.join(map(repr, same[:6]))} in {column.header!r} are taken for one word. Write --words-apart if they are not."
        for same in spelled.values()
    ]
    one = {word: same[0] for same in alike.values() for word in same}
    return words.map(one).to_numpy(object), spelled, look


def _spelled(words: dict[str, int], spelled: dict[str, list[str]]) -> dict[str, int]:
    """Codes by every writing of a word."""
    return {each: code for word, code in words.items() for each in spelled.get(word, [word])}


def _task(there: pd.Series, number: bool, distinct: int) -> str:
    if distinct == 2:
        return "binary"
    if not number:
        return "multiclass"
    value = numbers(there).dropna()
    codes = distinct <= FEW_NUMBERS and bool((value % 1 == 0).all()) and value.min() >= 0 and value.max() <= 2 * FEW_NUMBERS
    return "multiclass" if codes else "regression"


def _two(column: Column, counts: pd.Series, notes: list[str]) -> TargetFound:
    bad, good, why = _bad_of_two(column, list(counts.index))
    look = f"{bad!r} is taken for bad and {good!r} for good ({why}): exchange the two if that is wrong."
    label = column.label.lower() if column.label[1:].islower() else column.label
    plain = {bad, good} <= {"0", "1"} and bad == "1"
    if is_flag(bad) and is_flag(good):  # the column says what it is, and the word only whether
        outcomes = {0: f"no {label}", 1: label} if sense(bad) < 0 else {0: label, 1: f"not {label}"}
        label = outcomes[1]
    else:
        outcomes, label = {0: good, 1: bad}, bad
    words = {} if plain else {good: 0, bad: 1}
    share = float(counts[bad] / counts.sum())
    return TargetFound(column.header, label, "", "binary", outcomes, words, {}, None, 1, share, (*notes, look), (look,))


def _bad_of_two(column: Column, words: list[str]) -> tuple[str, str, str]:
    """(the bad word, the good one, why), of two in the order of how often they are."""
    senses = [sense(word) for word in words]
    if all(map(is_flag, words)) and sorted(senses) == [-1, 1] and says_good(column.label):
        bad = words[senses.index(1)]
        return bad, words[senses.index(-1)], f"{column.header!r} is the name of what is right"
    if senses.count(-1) == 1 and senses.count(1) <= 1:
        bad = words[senses.index(-1)]
        return bad, words[1 - words.index(bad)], "by its name"
    if senses.count(1) == 1:
        good = words[senses.index(1)]
        return words[1 - words.index(good)], good, f"{good!r} is a word for what is right"
    return words[-1], words[0], "it is the rarer one, a guess"


def _several(column: Column, counts: pd.Series, notes: list[str]) -> TargetFound:
    senses = {
        word: sense(word) if word == "0" or not word.lstrip("-").isdigit() else 0 for word in counts.index
    }  # of numbers 0 alone says more
    fine = [word for word in counts.index if senses[word] > 0]
    good = fine[0] if fine else next((word for word in counts.index if senses[word] == 0), counts.index[0])
    look = [
        f"{good!r} is taken for normal ({'by its name' if fine else 'it is the most frequent, a guess'}): its severity is 0"
        + (f", and that of {', '.join(map(repr, fine[1:6]))} too" if len(fine) > 1 else "")
        + ", that of every other class 1. Write how bad each really is."
    ]
    rest = [word for word in counts.index if word != good]
    numeric = all(word.lstrip("-").isdigit() for word in counts.index)
    ordered = [good, *(sorted(rest, key=int) if numeric else sorted(rest))]
    label = column.label
    outcomes = {code: f"{label} {word}" if numeric else word for code, word in enumerate(ordered)}
    words = (
        {}
        if numeric and [int(word) for word in ordered] == list(range(len(ordered)))
        else {word: code for code, word in enumerate(ordered)}
    )
    few = [word for word in counts.index if counts[word] < 20]
    if few:
        notes.append(f"Fewer than 20 rows each: {', '.join(map(repr, few[:8]))}. Little can be learned or promised of them.")
    severity = {code: int(word not in fine and code > 0) for code, word in enumerate(ordered)}
    if not any(severity.values()):
        severity = {code: int(code > 0) for code in outcomes}
    calm = [word for code, word in enumerate(ordered) if not severity[code]]
    return TargetFound(
        column.header,
        label,
        "",
        "multiclass",
        outcomes,
        words,
        severity,
        None,
        1,
        float(1 - counts[calm].sum() / counts.sum()),
        (*notes, *look),
        tuple(look),
    )


def _value(column: Column, values: pd.Series, notes: list[str]) -> TargetFound:
    if len(values) < 2 or values.nunique() < 2:
        raise OnboardingError(
            "The target {header} holds no different numbers: write --task multiclass, or choose another column.",
            header=repr(column.header),
        )
    low_is_bad = bool(_LOW_IS_BAD.search(column.label))
    edge, share = _edge(values, low_is_bad)
    side = "below" if low_is_bad else "above"
    unit = f" {column.unit}" if column.unit else ""
    look = f"{side.capitalize()} {edge:.12g}{unit} is taken for bad: a guess from the data ({100 * share:.2g} % of the rows). Write the plant's own limit."
    allowed = (edge, None) if low_is_bad else (None, edge)
    return TargetFound(
        column.header, column.label, column.unit, "regression", {}, {}, {}, allowed, column.decimals, share, (*notes, look), (look,)
    )  # fmt: skip


def _edge(values: pd.Series, low_is_bad: bool) -> tuple[float, float]:
    """(a limit beyond which about 5 % of the values lie, that share): rounded by how far the values spread, never past the data."""
    values = values[np.isfinite(values)]
    exact = float(values.quantile(0.05 if low_is_bad else 0.95))
    spread = float(values.quantile(0.95) - values.quantile(0.05)) or float(values.max() - values.min())

    def beyond(edge: float) -> float:
        return float(((values < edge) if low_is_bad else (values > edge)).mean())

    for digits in range(1, 7):
        step = 10.0 ** (np.floor(np.log10(spread)) - digits + 1) if spread > 0 else 1.0
        edge = float(f"{round(exact / step) * step:.12g}")
        if NEAR[0] <= beyond(edge) <= NEAR[1]:
            return edge, beyond(edge)
    inner = values[values > values.min()].min() if low_is_bad else values[values < values.max()].max()
    edge = exact if 0 < beyond(exact) < 1 else float(inner)
    return edge, beyond(edge)
