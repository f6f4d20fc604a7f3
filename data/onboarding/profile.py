"""Everything that is inferred of a table, in one place: what becomes a signal, what is left out and why, what a person has to check."""

from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from data.checks.frozen import frozen_rows
from data.onboarding.columns import Column, describe, numbers
from data.onboarding.grouping import GroupFound, constant_within, group_of
from data.onboarding.leaks import Leak, leaks
from data.onboarding.oddities import cleaned, standing_for_nothing
from data.onboarding.oddities import told as oddities
from data.onboarding.order import Order, names_again, order_of
from data.onboarding.target import OnboardingError, TargetFound, header_of, target_of, without
from data.tables.manner import FOUND, Manner
from data.tables.mapped import as_text
from data.tables.times import Way
from data.usecase.parts import Reading
from data.zones import checked

FEWEST_ROWS, FEW_GROUPS = 50, 10
_BY_HEART = (
    "A model may learn each by heart: its figures are of others that it never saw.",
    "Is it measured with the target, and known only as late? Then leave it out (--leave-out).",
)


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """``signals``: what a model may learn from. ``left_out``: (column, why). ``causes``: flags of kinds of failure. ``warnings``: what would
    make the model wrong if it were overlooked; ``notes``: what was decided; ``reading``: how this and every later file is read; ``timezone``: of its
    times. ``frozen``: how many rows are left out of learning and judging because they only repeat what stood before them, ``left``: (n,) bool, those
    that are not. What is told of the target counts these alone."""

    rows: int
    target: TargetFound
    order: Order
    signals: tuple[Column, ...]
    left_out: tuple[tuple[Column, str], ...]
    causes: tuple[Column, ...]
    suspected: dict[str, str]
    warnings: tuple[str, ...]
    notes: tuple[str, ...]
    reading: Reading = field(default_factory=Reading)
    timezone: str = "UTC"
    group: GroupFound | None = None
    frozen: int = 0
    left: np.ndarray | None = None


def profile(
    frame: pd.DataFrame, target: str, task: str | None = None, asset: str | None = None, time: str | None = None, leave_out: tuple[str, ...] = (),
    group: str | None = None, files: np.ndarray | None = None, *, way: Way = Way(), manner: Manner = FOUND, words_apart: bool = False,
) -> Profile:  # fmt: skip
    """Infer all of it.

    Args:
        target, asset, time, group: headers that somebody named; ``task`` where it should not be inferred; ``leave_out``: headers never to learn
            from; ``files``: (n,) which file each row is from, where there are several.
        way: what somebody said of how times are written; manner: how the table was read.
        words_apart: outcomes that differ in capitals or spaces alone are different ones.

    Raises:
        OnboardingError: a column that is not there, a target that cannot be predicted, or nothing to learn from.
        MappingError: the column that was named as the time holds none.
        ZoneError: no such time zone.
    """
    checked(way.zone)
    target = header_of(frame, target)
    named = {"--asset": asset, "--time": time, "--group": group} | {f"--leave-out ({one})": one for one in leave_out}
    found_headers = {what: header_of(frame, given, what.split(" ")[0]) for what, given in named.items() if given}
    asset, time, group = (found_headers.get(what) for what in ("--asset", "--time", "--group"))
    for what, header in (("asset", asset), ("time", time), ("group", group)):
        if header == target:
            raise OnboardingError(
                "{target} cannot be the target and the {what} at once: name two columns.", target=repr(target), what=what
            )
    whole, columns = frame, describe(frame)
    nothing = standing_for_nothing(frame, tuple(column for column in columns if column.header not in (asset, time)))
    if nothing:
        frame = cleaned(frame, nothing)
        columns = describe(frame)
    by_header = {column.header: column for column in columns}
    found = target_of(frame, by_header[target], task, words_apart)
    known = int(frame[target].notna().sum())
    if known < FEWEST_ROWS:
        raise OnboardingError(
            "Too few rows have a value of {target} ({known}): a model needs {FEWEST_ROWS} at least, better a few thousand.",
            target=repr(target),
            known=known,
            FEWEST_ROWS=FEWEST_ROWS,
        )
    others = tuple(column for column in columns if column.header != target)
    classes = None if found.task == "regression" else pd.factorize(as_text(frame[target]))[0]
    order = order_of(frame, others, time, asset, way, classes)
    clock = order.moments.clock if order.moments else None
    of = group_of(frame, others, target, found.task, order, order.time_us, files, group)
    held = of.note if of else order.held
    order = replace(order, notes=(*order.notes, held) if held else order.notes)
    again = names_again(frame, others, order.asset)
    if of and of.header in by_header and of.header != order.asset:
        again = {of.header: f"says which {of.kind} a row is of"} | names_again(frame, others, of.header) | again
    refused = {found_headers[what] for what in found_headers if what.startswith("--leave-out")}
    usable = tuple(
        column
        for column in columns
        if column.kind in ("number", "category") and column.header not in (target, order.asset, order.time, *refused, *again)
    )
    told = leaks(frame, usable, found, of.codes if of else None)
    gone = {leak.column.header: leak for leak in told if leak.left_out}
    signals = tuple(column for column in usable if column.header not in gone)
    left_out = [
        (column, column.why)
        for column in columns
        if column.kind not in ("number", "category", "time") and column.header not in (target, order.asset, clock)
    ]
    left_out += [
        (column, "is a time, not a measurement")
        for column in columns
        if column.kind == "time" and column.header not in (order.time, target)
    ]
    left_out += [(by_header[header], why) for header, why in again.items() if header not in refused]
    left_out += [(by_header[header], "was asked to be left out") for header in sorted(refused)]
    left_out += [(leak.column, leak.why) for leak in gone.values()]
    if not signals:
        raise OnboardingError(
            "No column is left to learn from: {columns}.",
            columns="; ".join(f"{column.header!r} {why}" for column, why in left_out[:10]),
        )
    causes = tuple(leak.column for leak in gone.values() if leak.mode) if found.task == "binary" else ()
    suspected = {leak.column.header: leak.why for leak in told if not leak.left_out}
    odd = oddities(whole, columns, nothing)
    frozen, standing = _frozen(frame, signals, order, of)
    if standing:
        found = without(found, by_header[target], frame[target], frozen)
    warnings = (*found.look, *order.look, *odd, *standing, *_warnings(frame, found, order, signals, told, of))
    read = order.moments.times.way if order.moments else Way()
    reading = Reading(
        time_format=read.format, day_first=read.day_first, epoch=read.epoch, decimal_comma=manner.comma or (), missing=nothing, sheet=manner.sheet,
        header_row=manner.header_row,
    )  # fmt: skip
    return Profile(
        len(frame), found, order, signals, tuple(left_out), causes, suspected, warnings, (*(note for note in found.notes if note not in found.look), *order.notes), reading, way.zone, of,
        int(frozen.sum()), ~frozen,
    )  # fmt: skip


def _frozen(
    frame: pd.DataFrame, signals: tuple[Column, ...], order: Order, of: GroupFound | None
) -> tuple[np.ndarray, list[str]]:
    """(n,) bool, which rows are frozen, and a sentence where there are any."""
    number = [column.header for column in signals if column.kind == "number"]
    if not number:
        return np.zeros(len(frame), bool), []
    asset = as_text(frame[order.asset]).astype(str) if order.asset else np.full(len(frame), "")
    run = of.codes.astype(str) if of is not None and of.kind != "sample" else np.full(len(frame), "")
    sequence = pd.factorize(pd.Series(asset, dtype="str") + "/" + pd.Series(run, dtype="str"))[0]
    frozen = frozen_rows(np.stack([numbers(frame[one]).to_numpy() for one in number], axis=1), order.time_us, sequence)
    if not frozen.any():
        return frozen, []
    return frozen, [
        f"{frozen.sum():,} rows are frozen (the first is row {np.argmax(frozen) + 1:,}): what else moves at each reading stands still there while time goes on, as after a "
        "shutdown or a lost connection. They are left out of learning and judging, and of the share that is bad."
    ]


def _warnings(
    frame: pd.DataFrame,
    target: TargetFound,
    order: Order,
    signals: tuple[Column, ...],
    told: tuple[Leak, ...],
    of: GroupFound | None,
) -> list[str]:
    modes = [leak.column.header for leak in told if leak.mode]
    said = (
        [f"{', '.join(map(repr, modes))} say which kind of failure it was: left out, as they are known only afterwards."]
        if modes
        else []
    )
    said += [f"{leak.column.header!r} is left out: {leak.why}." for leak in told if leak.left_out and not leak.mode]
    said += [f"{leak.column.header!r}: {leak.why}." for leak in told if not leak.left_out]
    if target.task != "regression" and target.share_bad < 0.05:
        said.append(
            f"Only {target.share_bad:.1%} of the rows are bad: figures go by recall and precision, not by the share that is right."
        )
    bad = [f"{column.header!r} ({column.bad:,})" for column in signals if column.bad]
    if bad:
        said.append(f"Values that are no numbers count as missing: {', '.join(bad)}.")
    if order.asset and (of is None or of.header != order.asset):
        per_asset = [c.header for c in signals if c.kind == "number" and _constant_in(frame, c.header, order.asset)]
        if per_asset:
            said.append(
                f"The same within each {order.asset!r}: {', '.join(map(repr, per_asset[:10]))}. A model may learn the asset by heart."
            )
    if of and (same := constant_within(frame, signals, of)):
        said.append(f"The same within each {of.kind}: {', '.join(map(repr, same[:10]))}. {_BY_HEART[of.kind == 'sample']}")
    if of and of.count < FEW_GROUPS:
        said.append(
            f"There are too few independent groups ({of.kind}: {of.count}): a model can be trained, but hardly be judged. Rows do not make up for that."
        )
    return said


def _constant_in(frame: pd.DataFrame, header: str, asset: str) -> bool:
    return bool((frame.groupby(asset, sort=False)[header].nunique() <= 1).all())
