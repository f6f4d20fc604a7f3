"""What is predicted: one of two outcomes, one of several, or a value; which of them is bad, told so that a person can check it."""

import re
from dataclasses import dataclass, field
from difflib import get_close_matches

import numpy as np
import pandas as pd

from data.mapped import as_text
from data.onboarding.columns import Column, label_and_unit, numbers

MOST_CLASSES = 50
FEW_NUMBERS = 12
"""Whole numbers with at most so many different values may be codes of classes."""
_BAD = re.compile(
    r"(^|[^a-z])(1|true|yes|y|fail\w*|nok|ng|not ok|defect\w*|bad|faulty|fault|error|alarm|broken|anomal\w*|reject\w*|scrap|positive|malignant)([^a-z]|$)",
    re.IGNORECASE,
)
_FINE = re.compile(
    r"^(0|0\.0|false|no|n|ok|i\.?o\.?|none|no failure|normal\w*|good|pass\w*|healthy|fine|negative|benign|accept\w*)$",
    re.IGNORECASE,
)
_LOW_IS_BAD = re.compile(
    r"yield|efficien|quality|purity|strength|output|throughput|\brul\b|remaining|score|rating", re.IGNORECASE
)


class OnboardingError(ValueError):
    """A table of which no use case can be made as asked; the message says why and what to write instead."""


@dataclass(frozen=True, slots=True)
class TargetFound:
    """``outcomes``: the word of each code; ``words``: the table's own words -> codes (empty where it holds the codes). ``allowed`` of a
    regression. ``notes``: what was decided and has to be checked."""

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
    meant = f" Did you mean {near[0]!r}?" if near else ""
    raise OnboardingError(
        f"{what} {asked!r} is no column of the table.{meant} It has: {', '.join(map(repr, list(frame.columns)[:60]))}."
    )


def target_of(frame: pd.DataFrame, column: Column, task: str | None = None) -> TargetFound:
    """The task and the meaning of a target column. Rows without a value in it do not count.

    Raises:
        OnboardingError: nothing in it, always the same, or too many classes.
    """
    values = frame[column.header]
    there = values.dropna()
    if not len(there):
        raise OnboardingError(
            f"The target {column.header!r} has no value in any of the {len(values):,} rows: choose another column."
        )
    distinct = there.nunique()
    if distinct == 1:
        raise OnboardingError(
            f"The target {column.header!r} is always {str(there.iloc[0])[:60]!r}: there is nothing to tell apart."
        )
    number = column.kind == "number" or pd.api.types.is_numeric_dtype(values.dtype)
    task = task or _task(there, number, distinct)
    lost = len(values) - len(there)
    notes = [f"{lost:,} of {len(values):,} rows have no {column.header!r}: nothing is learned from them."] if lost else []
    if task == "regression":
        return _value(column, numbers(there).dropna(), notes)
    words = pd.Series(as_text(there))
    counts = words.value_counts()
    if len(counts) > MOST_CLASSES:
        kinds = "different values" if number else "different texts"
        way = (
            " If it is a measured value, write --task regression."
            if number
            else " Choose a column with fewer, or group them first."
        )
        raise OnboardingError(
            f"The target {column.header!r} has {len(counts):,} {kinds}; of classes there may be {MOST_CLASSES} at most.{way}"
        )
    if task == "binary" and len(counts) != 2:
        raise OnboardingError(
            f"The target {column.header!r} has {len(counts)} different values: write --task multiclass, or choose another one."
        )
    return (_two if task == "binary" else _several)(column, counts, notes)


def _task(there: pd.Series, number: bool, distinct: int) -> str:
    if distinct == 2:
        return "binary"
    if not number:
        return "multiclass"
    value = numbers(there).dropna()
    codes = distinct <= FEW_NUMBERS and bool((value % 1 == 0).all()) and value.min() >= 0 and value.max() <= 2 * FEW_NUMBERS
    return "multiclass" if codes else "regression"


def _two(column: Column, counts: pd.Series, notes: list[str]) -> TargetFound:
    rare, common = counts.index[-1], counts.index[0]
    told = [word for word in counts.index if _BAD.search(word) and not _FINE.match(word)]
    fine = [word for word in counts.index if _FINE.match(word)]
    if len(fine) == 1:
        good = fine[0]
        bad, why = next(word for word in counts.index if word != good), f"{good!r} is the usual word for nothing wrong"
    elif len(told) == 1:
        bad, why = told[0], "by its name"
        good = next(word for word in counts.index if word != bad)
    else:
        bad, good, why = rare, common, "it is the rarer one"
    notes.append(f"{bad!r} is taken for bad ({why}); exchange the two in the file if that is wrong.")
    label = column.label.lower() if column.label[1:].islower() else column.label
    plain = {bad, good} <= {"0", "1"} and bad == "1"
    outcomes = (
        {0: f"no {label}", 1: label}
        if plain or {bad.lower(), good.lower()} <= {"0", "1", "true", "false", "yes", "no", "y", "n"}
        else {0: good, 1: bad}
    )
    words = {} if plain else {good: 0, bad: 1}
    share = float(counts[bad] / counts.sum())
    return TargetFound(column.header, label, "", "binary", outcomes, words, {}, None, 1, share, tuple(notes))


def _several(column: Column, counts: pd.Series, notes: list[str]) -> TargetFound:
    fine = [word for word in counts.index if _FINE.match(word)]
    good = fine[0] if fine else counts.index[0]
    notes.append(
        f"{good!r} is taken for normal ({'by its name' if fine else 'it is the most frequent'}): its severity is 0, that of every other class 1. "
        "Write how bad each really is."
    )
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
    severity = {code: int(code > 0) for code in outcomes}
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
        float(1 - counts[good] / counts.sum()),
        tuple(notes),
    )


def _value(column: Column, values: pd.Series, notes: list[str]) -> TargetFound:
    if len(values) < 2 or values.nunique() < 2:
        raise OnboardingError(
            f"The target {column.header!r} holds no different numbers: write --task multiclass, or choose another column."
        )
    low_is_bad = bool(_LOW_IS_BAD.search(column.label))
    edge = float(values.quantile(0.05 if low_is_bad else 0.95))
    scale = 10.0 ** (np.floor(np.log10(abs(edge))) - 1) if edge else 1.0
    edge = float(f"{round(edge / scale) * scale:.6g}")
    allowed = (edge, None) if low_is_bad else (None, edge)
    side = "below" if low_is_bad else "above"
    notes.append(
        f"{side.capitalize()} {edge:g} {column.unit} is taken for bad: a guess from the data (5 % of the rows). Write the plant's own limit.".replace(
            "  ", " "
        )
    )
    bad = (values < edge) if low_is_bad else (values > edge)
    return TargetFound(
        column.header,
        column.label,
        column.unit,
        "regression",
        {},
        {},
        {},
        allowed,
        column.decimals,
        float(bad.mean()),
        tuple(notes),
    )
