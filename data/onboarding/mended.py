"""What a person mends of a profile before it is written: which outcome is bad, how bad a class is, what of a value is allowed, names and limits."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from data.onboarding.columns import Column, numbers
from data.onboarding.target import OnboardingError, TargetFound
from data.sentence import Sentence
from data.tables.mapped import as_text


def exchanged(target: TargetFound) -> TargetFound:
    """A target with two outcomes whose good one is the bad one. Twice is once too many: the same as before."""
    words = target.words or {"0": 0, "1": 1}
    swapped = {word: 1 - code for word, code in words.items()}
    plain = swapped == {"0": 0, "1": 1}
    return replace(
        target,
        outcomes={0: target.outcomes[1], 1: target.outcomes[0]},
        words={} if plain else dict(sorted(swapped.items(), key=lambda one: one[1])),
        share_bad=1 - target.share_bad,
        notes=(),
        look=(),
    )


def called(target: TargetFound, label: str, outcomes: Mapping[int, str] | None = None) -> TargetFound:
    """The target under another name, its outcomes under others; an empty name changes nothing.

    Raises:
        OnboardingError: two outcomes of one name.
    """
    words = {code: str((outcomes or {}).get(code) or "").strip() or word for code, word in target.outcomes.items()}
    if len(set(words.values())) < len(words):
        twice = next(word for word in words.values() if list(words.values()).count(word) > 1)
        raise OnboardingError("Two outcomes are called {twice}: give each a name of its own.", twice=repr(twice))
    return replace(target, label=label.strip() or target.label, outcomes=words)


def weighed(target: TargetFound, severity: Mapping[int, int], column: pd.Series) -> TargetFound:
    """A target with several classes, each with how bad it is: 0 needs no look, 5 is worst.

    Raises:
        OnboardingError: nothing bad, or nothing good, or a severity beyond 0 to 5.
    """
    given = {code: int(severity.get(code, target.severity[code])) for code in target.severity}
    if not all(0 <= level <= 5 for level in given.values()):
        raise OnboardingError("How bad a class is goes from 0 (needs no look) to 5 (worst).")
    if not any(given.values()) or all(given.values()):
        raise OnboardingError("At least one class has to be bad (1 to 5) and at least one has to need no look (0).")
    told = pd.Series(as_text(column), dtype=object).dropna()
    codes = told.map(target.words) if target.words else pd.to_numeric(told)
    bad = codes.map(given) > 0
    return replace(target, severity=given, share_bad=float(bad.mean()), notes=(), look=())


def allowing(target: TargetFound, low: float | None, high: float | None, unit: str, column: pd.Series) -> TargetFound:
    """A value's target with the range that is allowed, either end open.

    Raises:
        OnboardingError: both ends open, the lower one not below the upper one, or a range that everything or nothing keeps to.
    """
    if low is None and high is None:
        raise OnboardingError("Write at least one limit: without one no value is bad, and nothing can be warned of.")
    if low is not None and high is not None and low >= high:
        raise OnboardingError(
            "The lower limit {low} is not below the upper limit {high}.", low=f"{low:.12g}", high=f"{high:.12g}"
        )
    values = numbers(column).dropna().to_numpy(float)
    bad = (values < (-np.inf if low is None else low)) | (values > (np.inf if high is None else high))
    span = Sentence("they go from {low} to {high}", low=f"{values.min():.12g}", high=f"{values.max():.12g}")
    if bad.all():
        raise OnboardingError("Every value of the table would be bad: {span}. Write a limit between them.", span=span)
    if not bad.any():
        raise OnboardingError("No value of the table would be bad: {span}. Write a limit between them.", span=span)
    return replace(target, allowed=(low, high), unit=unit.strip(), share_bad=float(bad.mean()), notes=(), look=())


def described(column: Column, label: str, unit: str, low: float | None, high: float | None) -> Column:
    """A signal under another name, in another unit (its values stay), with other limits. What is empty changes nothing but the unit.

    Raises:
        OnboardingError: the lower limit is not below the upper one.
    """
    limits = column.limits
    if limits is not None:
        limits = (
            limits[0] if low is None or low != low else float(low),
            limits[1] if high is None or high != high else float(high),
        )
        if limits[0] >= limits[1]:
            raise OnboardingError(
                "{header}: the lower limit {limits} is not below the upper limit {limits2}.",
                header=repr(column.header),
                limits=f"{limits[0]:g}",
                limits2=f"{limits[1]:g}",
            )
    return replace(column, label=label.strip() or column.label, unit=unit.strip(), limits=limits)
