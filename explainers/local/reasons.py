"""From contributions to what is told of a prediction: one record of its reasons, free of any language.

Sign, order, cut-off and number of a told explanation are decided here and nowhere else, from one share of each group, so that no sentence can
say the opposite of its own number and no two screens can say different things. Sentences are made on the screens' floor.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from data.records import State
from data.usecase.use_case import UseCase
from explainers.local.naming import apart, distinct_mains, joined, read_out

MOST = 3
FAINT = 0.05
FAINT_PART = 0.1
"""A reason with less than this share of the strongest one is not told first: it would be noise in words. The second one of a value and of a class."""
POINTS = 1 / 3
"""From which share of the strongest one on a reason may point to a cause: what adds little suggests nothing."""
HALF = 0.5
"""Of the last place that is read: what is less is not told."""
LARGE = 5
"""From how many points of risk on a reason is told in any case, and never left to the rest."""
LARGE_PART = 0.5
"""The same for a value and for a class, whose numbers mean nothing by themselves: a part of the strongest reason."""
Side = Literal["below", "within", "above", "unknown"]
Unit = Literal["points", "part", "target"]
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
    """One line: a group's part in a prediction.

    ``share`` in the unit of the record; ``raises``: its sign, of what is told (the risk, the value, what speaks for a class); ``number`` the
    share as it is read, in the last place (``None``: no number is told). ``worse``: whether it is to the bad side. ``points_to`` the cause that
    it suggests when it is and is no small part. ``main`` (of what is outside its band the first) is read out with its band, ``together``
    beside it. ``of``: the class that it speaks for or against.
    """

    group: str
    share: float
    raises: bool
    main: Shown
    together: tuple[Shown, ...]
    points_to: str | None
    number: int | None = None
    worse: bool | None = None
    of: int | None = None

    @property
    def adds(self) -> bool:
        """Whether it is to the bad side: where that is not said apart, when it raises what is told."""
        return self.raises if self.worse is None else self.worse


@dataclass(frozen=True, slots=True)
class Shares:
    """What a record is made of: ``groups`` (group -> share) from ``base`` to ``value``, all in one unit; ``step`` is what one in the last place
    that is read is worth. ``unit`` is ``None`` where only sign and order are known.

    ``points``: percentage points of risk. ``target``: a regression's own unit. ``part``: per cent of all that speaks for or against a class; the
    shares are then given on any scale, and ``base`` and ``value`` count for nothing. ``of`` is told against ``against``.
    ``inside``: feature -> its own share, which says what of a group drives it and is read; never a sign, an order or a number.
    """

    groups: Mapping[str, float]
    unit: Unit | None = None
    base: float = 0.0
    value: float = 0.0
    step: float = 1.0
    toward_bad: float = 1.0
    of: int | None = None
    against: int | None = None
    inside: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Told:
    """A told explanation. In the numbers that are read, ``base`` + those of ``strongest`` + ``rest`` is ``total``; those of ``others`` +
    ``small`` (what is too little to be told) are ``rest``. Numbers are whole: so many in the last place that is read.

    ``missing``: how far the shares are from adding up to the prediction, in the unit; it is in ``small``.
    """

    strongest: tuple[Reason, ...]
    others: tuple[Reason, ...] = ()
    unit: Unit | None = None
    base: int = 0
    total: int = 0
    rest: int = 0
    small: int = 0
    step: float = 1.0
    missing: float = 0.0
    of: int | None = None
    against: int | None = None

    @property
    def first(self) -> Reason | None:
        """The one reason that a board has room for: the first line, if it says why something is bad."""
        return self.strongest[0] if self.strongest and self.strongest[0].adds else None

    @property
    def points_to(self) -> str | None:
        """The cause that it points to."""
        return next((reason.points_to for reason in self.strongest if reason.points_to), None)


def told(
    use_case: UseCase,
    shares: Shares,
    values: Mapping[str, float | str],
    band: Callable[[str], Band],
    state: State,
    most: int = MOST,
) -> Told:
    """The record of one prediction.

    Args:
        values: every signal and derived feature -> its value (a category as its text).
        band: the normal band of a signal or derived feature on this asset, or ``None``.
        state: with advice on the screen only what is to the bad side is told first; without, the strongest of either sign.
        most: how many to tell, unless more are large.
    """
    show = {name: _read(use_case, name, shares, values, band) for name in use_case.groups}
    half = HALF * shares.step if shares.unit else 0.0
    names = {name: tuple(one.signal for one in shown) for name, shown in show.items()}
    state = State(state)
    groups = joined(dict(shares.groups), names, half if shares.unit != "part" else 0.0)
    shares, base, value = _in_parts(shares, groups)
    groups = shares.groups

    def order(name: str) -> tuple:
        aside = state is not State.NORMAL and not _bad(shares, name)
        return aside, -abs(groups[name])

    worth = [name for name in sorted(groups, key=order) if groups[name] and abs(groups[name]) >= half]
    mains, groups = distinct_mains(worth, groups, names)
    shares = replace(shares, groups=groups)
    worth = [name for name in sorted(mains, key=order) if abs(groups[name]) >= half]
    lines, used = [], set(mains.values())
    strongest = max((abs(groups[name]) for name in worth), default=0.0)
    for name in worth:
        line = _line(use_case, shares, name, show[name], mains[name], used, strongest)
        used |= {one.signal for one in line.together[:1]} if line.adds else set()
        lines.append(line)
    if not shares.unit:
        first = _first(lines, state, most, lambda _: False)
        return Told(tuple(first), tuple(line for line in lines if line not in first), of=shares.of, against=shares.against)
    step = shares.step
    whole = round(value / step) - round(base / step)
    left = (value - base - sum(line.share for line in lines)) / step
    numbers = whole_numbers([line.share / step for line in lines], whole, left)
    lines = [replace(line, number=number) for line, number in zip(lines, numbers, strict=True)]
    large = LARGE if shares.unit == "points" else max(LARGE, LARGE_PART * strongest / step)
    faint = FAINT if shares.unit == "points" else FAINT_PART
    first = _first(lines, state, most, lambda line: max(abs(line.number or 0), abs(line.share) / step) >= large, faint)
    others = [line for line in lines if line not in first]
    rest = whole - sum(line.number or 0 for line in first)
    while shares.unit == "points" and others and abs(rest) >= large and any((line.number or 0) * rest > 0 for line in others):
        more = next(line for line in others if (line.number or 0) * rest > 0)
        first = [line for line in lines if line in first or line is more]
        others.remove(more)
        rest -= more.number or 0
    small = rest - sum(line.number or 0 for line in others)
    missing = 0.0 if shares.unit == "part" else value - base - sum(groups.values())
    return Told(
        tuple(first),
        tuple(others),
        shares.unit,
        round(base / step),
        round(value / step),
        rest,
        small,
        step,
        missing,
        shares.of,
        shares.against,
    )


def whole_numbers(shares: list[float], whole: int, left: float) -> list[int]:
    """Each share as one of the two whole numbers beside it, none of them nothing or of another sign, so that what they leave of ``whole`` is as
    near to ``left`` as can be (after the method of largest remainders)."""
    numbers = [int(abs(share) + 0.5) * (1 if share > 0 else -1) for share in shares]
    off = whole - sum(numbers) - left  # how much too large the remainder has become
    while abs(off) > 0.5:
        way = 1 if off > 0 else -1
        possible = [
            at
            for at, (share, number) in enumerate(zip(shares, numbers, strict=True))
            if (share - number) * way > 0 and number + way != 0
        ]
        if not possible:
            break
        at = max(possible, key=lambda at: (shares[at] - numbers[at]) * way)
        if abs(off) + (shares[at] - numbers[at]) * way <= 1:
            break  # the remainder would gain less than the number loses
        numbers[at] += way
        off -= way
    return numbers


def _first(lines: list[Reason], state: State, most: int, large: Callable[[Reason], bool], faint: float = FAINT) -> list[Reason]:
    """Those that are told at once: the strongest, and whatever is large."""
    faint *= max((abs(line.share) for line in lines), default=0.0)
    first = [line for line in lines[:most] if (state is State.NORMAL or line.adds) and abs(line.share) >= faint]
    return [line for line in lines if line in first or large(line)] or lines[:1]


def _bad(shares: Shares, name: str) -> bool:
    return shares.toward_bad * shares.groups[name] > 0


def _in_parts(shares: Shares, groups: dict[str, float]) -> tuple[Shares, float, float]:
    """The shares with their base and value; those of a class as parts of all that speaks for or against it."""
    if shares.unit != "part":
        return replace(shares, groups=groups), shares.base, shares.value
    every = sum(map(abs, groups.values()))
    if not every:
        return replace(shares, groups=groups, unit=None), 0.0, 0.0
    parts = {name: 100 * share / every for name, share in groups.items()}
    speaks_for = round(sum(part for part in parts.values() if part > 0))
    return replace(shares, groups=parts), 0.0, float(2 * speaks_for - 100)  # so that for and against are 100 as they are read


def _line(use_case: UseCase, shares: Shares, name: str, show: list[Shown], main: str, used: set[str], strongest: float) -> Reason:
    share, bad = shares.groups[name], _bad(shares, name)
    points_to = use_case.groups[name].points_to if bad and abs(share) >= POINTS * strongest else None
    beside = tuple(one for one in show if one.signal != main and one.signal not in used)
    shown = next(one for one in show if one.signal == main)
    return Reason(name, share, share > 0, shown, beside, points_to, None, bad, shares.of)


def _read(use_case: UseCase, group: str, shares: Shares, values: Mapping, band: Callable[[str], Band]) -> list[Shown]:
    """What of a group is read, what left its normal band first."""
    names = read_out(use_case, group, shares.groups.get(group, 0.0), shares.inside)
    shown = {name: _shown(use_case, name, values[name], band(name)) for name in names}
    order = sorted(shown, key=lambda name: shown[name].side in ("within", "unknown"))
    return [shown[name] for name in (apart(use_case, order) if shares.inside else order)]


def _shown(use_case: UseCase, signal: str, value: float | str, band: Band) -> Shown:
    unit = getattr(use_case.described(signal), "unit", "")
    if band is None or isinstance(value, str) or value != value:
        return Shown(signal, value, unit, band, "unknown")
    side: Side = "below" if value < band[0] else "above" if value > band[1] else "within"
    return Shown(signal, value, unit, band, side)
