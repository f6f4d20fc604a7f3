"""From contributions to reasons: what an operator would name, strongest first, free of any language.

Features that mean one thing to an operator are added up (the use case's groups). Sentences are made on the screens' floor.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from data.records import State
from data.usecase import UseCase

MOST = 3
FAINT = 0.05
"""A reason with less than this share of the strongest one is not told: it would be noise in words."""
POINTS = 1 / 3
"""From which share of the strongest one on a reason may point to a cause: what adds little suggests nothing."""
Side = Literal["below", "within", "above", "unknown"]
Band = tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Shown:
    """A signal or derived feature as a reason shows it: its value with unit, and where that lies to its normal band."""

    signal: str
    value: float | str
    unit: str
    band: Band
    side: Side


@dataclass(frozen=True, slots=True)
class Reason:
    """One group's part in a prediction.

    ``share`` is on the scale of the contributions (log-odds, or probability); ``raises`` whether it raises the risk;
    ``points_to`` the cause that it suggests when it does and is no small part. ``main`` (of what is outside its band the first)
    is read out with its band, ``together`` beside it.
    """

    group: str
    share: float
    raises: bool
    main: Shown
    together: tuple[Shown, ...]
    points_to: str | None


@dataclass(frozen=True, slots=True)
class Reasons:
    """The strongest reasons, and what all the others add up to."""

    strongest: tuple[Reason, ...]
    rest: float
    others: tuple[Reason, ...] = ()


def reasons(
    use_case: UseCase,
    contributions: Mapping[str, float],
    values: Mapping[str, float | str],
    band: Callable[[str], Band],
    state: State,
    most: int = MOST,
) -> Reasons:
    """Fold contributions into groups and order them for a reader.

    Args:
        contributions: feature -> share, on any one scale.
        values: every signal and derived feature -> its value (a category as its text).
        band: the normal band of a signal or derived feature on this asset, or ``None``.
        state: with advice on the screen only what raises the risk is told first; without, the strongest of either sign.
        most: how many to tell.
    """
    told = [_reason(use_case, name, contributions, values, band) for name in use_case.groups]
    if state is State.NORMAL:
        told.sort(key=lambda reason: -abs(reason.share))
    else:
        told.sort(key=lambda reason: -reason.share)
        told = [r for r in told if r.raises] + sorted((r for r in told if not r.raises), key=lambda r: r.share)
    told = [_pointing(reason, told[0].share) for reason in told]
    faint = FAINT * abs(told[0].share)
    worth = [r for r in told[:most] if (state is State.NORMAL or r.raises) and abs(r.share) >= faint] or told[:1]
    others = tuple(reason for reason in told if reason not in worth)
    return Reasons(tuple(_unlike(worth)), sum(reason.share for reason in others), others)


def _reason(use_case: UseCase, name: str, contributions: Mapping, values: Mapping, band: Callable[[str], Band]) -> Reason:
    group = use_case.groups[name]
    share = float(sum(contributions[feature] for feature in group.features))
    shown = [_shown(use_case, signal, values[signal], band(signal)) for signal in group.show]
    shown.sort(key=lambda one: one.side in ("within", "unknown"))  # what left its normal band is read out first
    return Reason(name, share, share > 0, shown[0], tuple(shown[1:]), group.points_to if share > 0 else None)


def _unlike(worth: list[Reason]) -> list[Reason]:
    """What one reason has begun with, a weaker one does not begin with again, if it has anything else to show."""
    led, found = set(), []
    for reason in worth:
        fresh = next((shown for shown in reason.together if shown.signal not in led), None)
        if reason.main.signal in led and fresh is not None:
            rest = tuple(shown for shown in (reason.main, *reason.together) if shown is not fresh)
            reason = replace(reason, main=fresh, together=rest)
        led.add(reason.main.signal)
        found.append(reason)
    return found


def _pointing(reason: Reason, strongest: float) -> Reason:
    return reason if reason.share >= POINTS * abs(strongest) else replace(reason, points_to=None)


def _shown(use_case: UseCase, signal: str, value: float | str, band: Band) -> Shown:
    unit = getattr(use_case.described(signal), "unit", "")
    if band is None or isinstance(value, str) or value != value:
        return Shown(signal, value, unit, band, "unknown")
    side: Side = "below" if value < band[0] else "above" if value > band[1] else "within"
    return Shown(signal, value, unit, band, side)
