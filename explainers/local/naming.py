"""Which signal each reason is told by: one that drives it; so that none is named twice, and never once as raising and once as lowering."""

import ast
from collections.abc import Mapping, Sequence
from functools import lru_cache

from data.readings.windows import is_window
from data.usecase.use_case import UseCase

DRIVES = 1 / 2
"""Of a group's strongest feature, from which part of it on another one drives too."""
SMALL_PART = 1 / 3
"""A group whose signals another one shows too, and that adds less than this to it, is told with it."""


def read_out(use_case: UseCase, group: str, share: float, inside: Mapping[str, float]) -> tuple[str, ...]:
    """What of a group is read, the strongest first: what a person chose of it (``show``) as far as it drives, and what drives but nobody chose, as the
    spread of an hour does. A value that a reason does not come from explains nothing.

    Args:
        share: of the group; only what pulls its way drives it.
        inside: feature -> its own share, of the same prediction; without it what was chosen is read.
    """
    chosen, side = use_case.groups[group].show, 1 if share >= 0 else -1
    weight = {name: side * inside.get(name, 0.0) for name in use_case.groups[group].features}
    top = max(weight.values())
    if not top > 0:
        return chosen
    strong = {name: one for name, one in weight.items() if one >= DRIVES * top}
    found = {}
    for shown in chosen:
        of = [one for name, one in strong.items() if parts(use_case, shown) & parts(use_case, name)]
        if of:
            found[shown] = max(of)
    heard = {part for shown in chosen for part in parts(use_case, shown)}
    found |= {name: one for name, one in strong.items() if not parts(use_case, name) & heard}
    return tuple(sorted(found, key=lambda name: -found[name]))


def apart(use_case: UseCase, names: Sequence[str]) -> tuple[str, ...]:
    """Without what is of the same signals as one before it: a value and its mean are one thing to say."""
    found: list[str] = []
    for name in names:
        if not any(measured(use_case, name) & measured(use_case, other) for other in found):
            found.append(name)
    return tuple(found)


def parts(use_case: UseCase, name: str) -> frozenset[str]:
    """What a feature is made of at this moment: itself, and the signals and windows that its expression names. A window is one thing: it is not
    the present value."""
    expression = getattr(use_case.described(name), "expression", "")
    return frozenset((name,)) if not expression or is_window(expression) else frozenset((name, *_named(expression)))


def measured(use_case: UseCase, name: str) -> frozenset[str]:
    """The signals that a feature comes from, through any window."""
    expression = getattr(use_case.described(name), "expression", "")
    if not expression:
        return frozenset((name,))
    known = (one for one in _named(expression) if one in use_case.signals or one in use_case.derived)
    return frozenset().union(*(measured(use_case, one) for one in known))


@lru_cache(maxsize=2000)
def _named(expression: str) -> tuple[str, ...]:
    return tuple({node.id for node in ast.walk(ast.parse(expression, mode="eval")) if isinstance(node, ast.Name)})


def joined(groups: dict[str, float], show: Mapping[str, Sequence[str]], half: float) -> dict[str, float]:
    """Groups (group -> share) with two told as one where one shows nothing that the other does not show, and they pull apart or it adds little:
    what a signal does is one sum. The stronger one's name is kept. Shares below ``half`` are not told and stay as they are."""
    found = dict(groups)
    while pair := _overlapping(found, show, half):
        kept, gone = sorted(pair, key=lambda name: -abs(found[name]))
        found[kept] += found.pop(gone)
    return found


def _overlapping(groups: dict[str, float], show: Mapping[str, Sequence[str]], half: float) -> tuple[str, str] | None:
    for part, own in groups.items():
        for whole, other in groups.items():
            if part == whole or not set(show[part]) <= set(show[whole]) or min(abs(own), abs(other)) < half:
                continue
            if own * other < 0 or 0 < abs(own) < SMALL_PART * abs(other):
                return part, whole
    return None


def distinct_mains(
    order: Sequence[str], groups: Mapping[str, float], show: Mapping[str, Sequence[str]]
) -> tuple[dict[str, str], dict[str, float]]:
    """A signal of its own for each group of ``order``, the first ones choosing first: group -> signal, and the shares.

    A group whose signals are all taken, and whose takers have no other, is told with one of those: of the same sign if there is one.
    """
    found, mains = dict(groups), {}
    taken: dict[str, str] = {}
    for name in order:
        if not _placed(name, show, taken, set()):
            takers = sorted({taken[signal] for signal in show[name]}, key=lambda other: found[other] * found[name] < 0)
            found[takers[0]] += found.pop(name)
    for signal, name in taken.items():
        mains[name] = signal
    return {name: mains[name] for name in order if name in mains}, found


def _placed(name: str, show: Mapping[str, Sequence[str]], taken: dict[str, str], tried: set[str]) -> bool:
    """Give ``name`` a free signal, or one whose taker finds another (an augmenting path)."""
    for signal in show[name]:
        if signal not in taken:
            taken[signal] = name
            return True
    for signal in show[name]:
        if signal not in tried:
            tried.add(signal)
            if _placed(taken[signal], show, taken, tried):
                taken[signal] = name
                return True
    return False
