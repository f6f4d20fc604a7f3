"""Which of a model's own classes is which outcome: by the table's own words first, for a model that was fitted on that column knows no others, then by
the names of the outcomes, then by their numbers. Texts, truth values, odd numbers: the same word is the same class however it is typed."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from data.usecase.use_case import UseCase
from explainers.shapley.contract import Task
from explainers.shapley.pipelines import seen_classes

Class = str | bool | float | np.bool_ | np.integer | np.floating
Classes = Sequence[Class] | np.ndarray
"""A class as a model knows it, and all of them in the order of the model."""


def places(use_case: UseCase, task: Task, known: Classes) -> list[int]:
    """For each class that a model knows, its number among the outcomes of the use case.

    Raises:
        ValueError: a class that is no outcome, or two that are the same one.
        CannotExplain: a model of several outputs at once.
    """
    found = seen_classes(known, worded(use_case, task, known))
    if len(set(found)) < len(found):
        raise ValueError(f"the model knows {len(found)} classes ({_listed(known)}), some of which are the same outcome here")
    return found


def worded(use_case: UseCase, task: Task, known: Classes) -> Task:
    """The task with its classes as the model itself writes them, by the first of these under which all of them are known: the table's words, the
    outcomes' names, the outcomes' numbers. As it is where none fits."""
    if task.kind == "regression" or any(np.ndim(one) for one in known):
        return task
    outcomes = use_case.target.outcomes
    table = use_case.replay.outcomes if use_case.replay else {}
    for words in (table, {word: code for code, word in outcomes.items()}, {str(code): code for code in outcomes}):
        placed = {_plain(word): code for word, code in words.items()}
        codes = [placed.get(_plain(one)) for one in known]
        if codes and None not in codes and len(set(codes)) == len(codes):
            own = dict(zip(codes, (_as_compared(one) for one in known), strict=True))
            return replace(task, classes=tuple(own.get(code, f"\0{code}") for code in outcomes))
    return task


def _as_compared(one: Class) -> str:
    """A class as :func:`explainers.shapley.pipelines.seen_classes` writes it."""
    whole = not isinstance(one, str | bool | np.bool_) and float(one).is_integer()
    return str(int(one)) if whole else str(one)


def _plain(one: Class) -> str:
    """A class as a text: a whole number without a point, nothing around it, small letters."""
    if isinstance(one, str):
        return one.strip().casefold()
    if isinstance(one, bool | np.bool_):
        return str(bool(one)).casefold()
    return f"{float(one):g}" if not float(one).is_integer() else str(int(one))


def _listed(known: Classes) -> str:
    return ", ".join(str(one) for one in list(known)[:8])
