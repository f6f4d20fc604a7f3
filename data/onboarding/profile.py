"""Everything that is inferred of a table, in one place: what becomes a signal, what is left out and why, what a person has to check."""

from dataclasses import dataclass

import pandas as pd

from data.onboarding.columns import Column, describe
from data.onboarding.leaks import Leak, leaks
from data.onboarding.order import Order, names_again, order_of
from data.onboarding.target import OnboardingError, TargetFound, header_of, target_of

FEWEST_ROWS = 50


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """``signals``: what a model may learn from. ``left_out``: (column, why). ``causes``: flags of kinds of failure. ``warnings``: what would
    make the model wrong if it were overlooked; ``notes``: what was decided."""

    rows: int
    target: TargetFound
    order: Order
    signals: tuple[Column, ...]
    left_out: tuple[tuple[Column, str], ...]
    causes: tuple[Column, ...]
    suspected: dict[str, str]
    warnings: tuple[str, ...]
    notes: tuple[str, ...]


def profile(
    frame: pd.DataFrame, target: str, task: str | None = None, asset: str | None = None, time: str | None = None, leave_out: tuple[str, ...] = ()
) -> Profile:  # fmt: skip
    """Infer all of it.

    Args:
        target, asset, time: headers that somebody named; ``task`` where it should not be inferred; ``leave_out``: headers never to learn from.

    Raises:
        OnboardingError: a column that is not there, a target that cannot be predicted, or nothing to learn from.
    """
    named = {"--target": target, "--asset": asset, "--time": time} | {f"--leave-out ({one})": one for one in leave_out}
    found_headers = {what: header_of(frame, given, what.split(" ")[0]) for what, given in named.items() if given}
    target, asset, time = (found_headers.get(what) for what in ("--target", "--asset", "--time"))
    if target in (asset, time):
        raise OnboardingError(
            f"{target!r} cannot be the target and the {'asset' if target == asset else 'time'} at once: name two columns."
        )
    columns = describe(frame)
    by_header = {column.header: column for column in columns}
    found = target_of(frame, by_header[target], task)
    known = int(frame[target].notna().sum())
    if known < FEWEST_ROWS:
        raise OnboardingError(
            f"Only {known} rows have a value of {target!r}: a model needs {FEWEST_ROWS} at least, better a few thousand."
        )
    others = tuple(column for column in columns if column.header != target)
    order = order_of(frame, others, time, asset)
    again = names_again(frame, others, order.asset)
    refused = {found_headers[what] for what in found_headers if what.startswith("--leave-out")}
    usable = tuple(
        column
        for column in columns
        if column.kind in ("number", "category") and column.header not in (target, order.asset, order.time, *refused, *again)
    )
    told = leaks(frame, usable, found)
    gone = {leak.column.header: leak for leak in told if leak.left_out}
    signals = tuple(column for column in usable if column.header not in gone)
    left_out = [
        (column, column.why)
        for column in columns
        if column.kind not in ("number", "category", "time") and column.header not in (target, order.asset)
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
            "No column is left to learn from: " + "; ".join(f"{column.header!r} {why}" for column, why in left_out[:10]) + "."
        )
    causes = tuple(leak.column for leak in gone.values() if leak.mode) if found.task == "binary" else ()
    suspected = {leak.column.header: leak.why for leak in told if not leak.left_out}
    return Profile(
        len(frame), found, order, signals, tuple(left_out), causes, suspected, tuple(_warnings(frame, found, order, signals, told)),
        (*found.notes, *order.notes),
    )  # fmt: skip


def _warnings(
    frame: pd.DataFrame, target: TargetFound, order: Order, signals: tuple[Column, ...], told: tuple[Leak, ...]
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
    if order.asset:
        per_asset = [c.header for c in signals if c.kind == "number" and _constant_in(frame, c.header, order.asset)]
        if per_asset:
            said.append(
                f"The same within each {order.asset!r}: {', '.join(map(repr, per_asset[:10]))}. A model may learn the asset by heart."
            )
    return said


def _constant_in(frame: pd.DataFrame, header: str, asset: str) -> bool:
    return bool((frame.groupby(asset, sort=False)[header].nunique() <= 1).all())
