"""Who is learned from, who is watched while learning, and who is held out: whole runs, batches, machines or stretches of time, never single rows.

Of many stretches each is drawn by its name alone (:func:`models.dataset.history.drawn`), so that every release draws the same. That draw is mended where
it leaves a class out: each class is to be learned, watched and judged, where it has three independent stretches. Named groups and few stretches
are dealt out class by class. What cannot be done is said (:attr:`Split.lacking`): a figure leaves out by name what it does not judge.
"""

import zlib
from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.usecase.use_case import UseCase
from models.dataset.history import HELD_OUT_OF, WATCHED_OF, blocks, drawn, rows_stand_alone

FEW = 60
"""Groups below which one in three is held out instead of one in five: four runs would tell next to nothing."""
FEWEST_JUDGED = 4
"""Independent groups that have to be held out for a figure to be told at all."""


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """``held_out`` and ``watched``: names of units (:func:`models.dataset.history.blocks`). ``lacking``: class code -> what it is not: ``judged`` or
    ``watched`` (or ``learned``, of a class without any row). ``why_not``: why nothing can be judged, a key; empty where something can be.
    ``units``: how many there are."""

    held_out: frozenset[str]
    watched: frozenset[str]
    lacking: dict[int, tuple[str, ...]]
    why_not: str
    units: int


def split_of(use_case: UseCase, history: pd.DataFrame) -> Split:
    """The split of a history. It rests on the history as it is, before anything in it is mended, and on nothing else."""
    names = blocks(use_case, history.assign(origin="history"))
    codes, units = pd.factorize(names)
    labels = _labels(use_case, history["outcome"].to_numpy(float))
    known, at = np.unique(labels, return_inverse=True)
    there = np.zeros((len(units), len(known)), bool)  # which classes each unit holds
    there[codes, at] = True
    few, alone = len(units) < FEW, rows_stand_alone(use_case)
    if use_case.group is None and (alone or not few):
        part = np.where(drawn(pd.Series(units), WATCHED_OF, "watched") & (not alone), 1, 0)
        part[drawn(pd.Series(units), HELD_OUT_OF)] = 2
    else:
        part = _dealt(there, _by_name(units), 3 if few else HELD_OUT_OF)
    part = _mended(part, there, _by_name(units), (0, 2) if alone else (0, 2, 1))
    held = part == 2
    lacking: dict[int, tuple[str, ...]] = {}
    for place, code in enumerate(known):
        lacks = [
            what
            for what, which in (("watched", 1), ("judged", 2))
            if not there[part == which, place].any() and not (alone and which == 1)
        ]
        if use_case.task != "regression" and lacks:
            lacking[int(code)] = tuple(lacks)
    if use_case.task != "regression":
        lacking |= {code: ("learned", "watched", "judged") for code in use_case.target.outcomes if code not in set(known)}
    why = "" if alone and held.any() else _why_not(use_case, held, there, known)
    if why:
        part[held], held = 0, np.zeros(len(part), bool)
        lacking = {code: tuple(dict.fromkeys((*lacks, "judged"))) for code, lacks in lacking.items()}
    if not alone and not (part == 1).any() and (part == 0).sum() > 2:
        part[np.flatnonzero(part == 0)[np.argmin(_by_name(units)[part == 0])]] = 1
    return Split(frozenset(units[held]), frozenset(units[part == 1]), lacking, why, len(units))


def _labels(use_case: UseCase, outcome: np.ndarray) -> np.ndarray:
    """(n,) what has to be in every part: the class, or of a value its third."""
    if use_case.task != "regression":
        return outcome.astype(int)
    return np.digitize(outcome, np.quantile(outcome, [1 / 3, 2 / 3]))


def _by_name(units: pd.Index) -> np.ndarray:
    """(u,) a number for each unit that follows from its name and nothing else."""
    return np.array([zlib.crc32(f"{name}dealt".encode()) for name in units], np.int64)


def _dealt(there: np.ndarray, number: np.ndarray, one_in: int) -> np.ndarray:
    """(u,) 0 learned, 1 watched, 2 held out: like units (those with the same classes) one after the other, in turn."""
    kind = np.unique(there, axis=0, return_inverse=True)[1].ravel()
    part = np.zeros(len(there), int)
    for turn, at in enumerate(np.lexsort((number, kind))):
        part[at] = 2 if turn % one_in == 0 else 1 if turn % (2 * one_in) == 1 else 0
    return part


def _mended(part: np.ndarray, there: np.ndarray, number: np.ndarray, parts: tuple[int, ...]) -> np.ndarray:
    """The same with units moved, the fewest: each class with three units stands in every one of ``parts``, one with two is learned and judged, one with
    a single unit is learned."""
    part = part.copy()
    for at in np.argsort(there.sum(axis=0), kind="stable"):
        own = np.flatnonzero(there[:, at])
        own = own[np.argsort(number[own], kind="stable")]
        wanted = parts[: len(own)]
        for want in wanted:
            if (part[own] == want).any():
                continue
            spare = [unit for unit in own if (part[own] == part[unit]).sum() > 1 or part[unit] not in wanted]
            if spare:
                part[_least_missed(np.array(spare), part, there)] = want
    return part


def _least_missed(spare: np.ndarray, part: np.ndarray, there: np.ndarray) -> int:
    """Of units that may be moved the first that no other class needs where it is."""
    for unit in spare:
        others = np.flatnonzero(there[unit])
        if all((there[:, one] & (part == part[unit])).sum() > 1 for one in others):
            return int(unit)
    return int(spare[0])


def _why_not(use_case: UseCase, held: np.ndarray, there: np.ndarray, known: np.ndarray) -> str:
    """Why nothing can be judged: too few independent units, or of two outcomes only one among those that are held out."""
    if held.sum() < FEWEST_JUDGED or held.all():
        return "too_few_groups"
    if use_case.task == "regression":
        return ""
    bad = use_case.failed(known.astype(float))
    both = (there[held][:, bad].any(axis=1).sum(), there[held][:, ~bad].any(axis=1).sum())
    return "one_outcome" if min(both) < 2 else ""
