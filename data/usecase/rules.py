"""What holds a ``usecase.yaml`` together: names that must exist, groups that must add up, a target that fits the task."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from data.readings.features import ExpressionError, check_expressions
from data.usecase.parts import RESERVED

if TYPE_CHECKING:
    from data.usecase.use_case import UseCase


class Misfit(ValueError):
    """Something that does not fit the rest. ``keys``: where it stands in the file, or in the section that is checked."""

    def __init__(self, message: str, *keys: str | int) -> None:
        super().__init__(message)
        self.keys = [str(key) for key in keys]


def check(use_case: UseCase) -> None:
    """Raise :class:`Misfit` for the first thing that does not fit, saying what to write instead."""
    _target(use_case)
    _features(use_case)
    _groups(use_case)
    _fallback(use_case)
    _places(use_case)
    _shifts(use_case)
    _replay(use_case)


def _target(use_case: UseCase) -> None:
    if use_case.task == "regression":
        return
    codes = sorted(use_case.classes.outcomes)
    if use_case.task == "binary" and codes != [0, 1]:
        raise Misfit(f"a binary task has the outcomes 0 and 1, here are {codes}", "target", "outcomes")
    if len(codes) < 2 or codes != list(range(len(codes))):
        raise Misfit(
            f"the outcomes of several classes are numbered 0, 1, 2 … without a gap, here are {codes}", "target", "outcomes"
        )
    bad = [code for code in codes if use_case.severity_of(code)]
    if not bad or len(bad) == len(codes):
        raise Misfit(
            "one class at least must have the severity 0 (needs no look) and one at least more than 0", "target", "severity"
        )


def _features(use_case: UseCase) -> None:
    try:
        check_expressions(use_case.signals, use_case.derived)
    except ExpressionError as error:
        raise Misfit(str(error), "derived", error.feature, "expression") from None
    for name in sorted({*use_case.signals, *use_case.derived} & set(RESERVED)):
        raise Misfit(
            f"{name!r} is what the record calls a column of its own; name the signal otherwise, e.g. {name}_value",
            "signals" if name in use_case.signals else "derived", name,
        )  # fmt: skip


def _groups(use_case: UseCase) -> None:
    known = {*use_case.signals, *use_case.derived}
    told = [feature for group in use_case.groups.values() for feature in group.features]
    for name, group in use_case.groups.items():
        for feature in (*group.features, *group.show):
            if feature not in known:
                raise Misfit(
                    f"groups.{name} names {feature!r}, which is neither a signal nor derived; known: {', '.join(sorted(known))}",
                    "groups", name,
                )  # fmt: skip
        if group.points_to and group.points_to not in use_case.target.causes:
            causes = ", ".join(use_case.target.causes) or "none yet"
            raise Misfit(
                f"groups.{name}.points_to is {group.points_to!r}; write one of target.causes: {causes}",
                "groups",
                name,
                "points_to",
            )
    for feature in (*use_case.signals, *use_case.derived):
        if told.count(feature) != 1:
            raise Misfit(
                f"feature {feature!r} is in {told.count(feature)} groups; put it in exactly one, so that reasons add up", "groups"
            )


def _fallback(use_case: UseCase) -> None:
    numbers = [f for f in (*use_case.signals, *use_case.derived) if not getattr(use_case.described(f), "categories", ())]
    for name, (low, high) in use_case.fallback.items():
        if name not in numbers:
            raise Misfit(
                f"fallback names {name!r}, which is no number of this use case; known: {', '.join(sorted(numbers))}",
                "fallback", name,
            )  # fmt: skip
        if low > high:
            raise Misfit(f"fallback.{name} has its larger end first: write [{high}, {low}]", "fallback", name)


def _places(use_case: UseCase) -> None:
    assets = [asset for area in use_case.areas.values() for asset in area]
    twice = sorted({asset for asset in assets if assets.count(asset) > 1})
    if twice:
        raise Misfit(f"areas: {', '.join(twice)} stands in more than one area", "areas")
    if not use_case.assets:
        raise Misfit("areas names no asset, and there is no replay that has one: write e.g. {Line 1: [M-01]}", "areas")


def _shifts(use_case: UseCase) -> None:
    if not use_case.shifts:
        raise Misfit("shifts names no time: write when each shift begins, e.g. ['06:00', '14:00', '22:00']", "shifts")
    if list(use_case.shifts) != sorted(set(use_case.shifts)):
        raise Misfit(f"shifts begin one after the other: write {sorted(set(use_case.shifts))}", "shifts")
    try:
        ZoneInfo(use_case.timezone)
    except (ZoneInfoNotFoundError, ValueError):
        raise Misfit(
            f"{use_case.timezone!r} is no time zone; write one of the IANA names, e.g. Europe/Berlin", "timezone"
        ) from None


def _replay(use_case: UseCase) -> None:
    if use_case.replay is None:
        return
    for header, signal in use_case.replay.columns.items():
        if signal not in use_case.signals:
            raise Misfit(
                f"replay.columns: {header!r} maps to {signal!r}, which is no signal; known: {', '.join(use_case.signals)}",
                "replay", "columns", header,
            )  # fmt: skip
    for word, code in use_case.replay.outcomes.items():
        if code not in use_case.target.outcomes:
            raise Misfit(
                f"replay.outcomes: {word!r} is {code}, which is none of target.outcomes: {', '.join(map(str, use_case.target.outcomes))}",
                "replay", "outcomes", word,
            )  # fmt: skip
