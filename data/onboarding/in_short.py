"""A use case in a few lines: asset, time and target, as whoever makes or trains it is told each time. What else belongs there (groups, what is held out, figures) is
added by whoever knows it."""

from data.tables.times import Way, order_of_days
from data.usecase.use_case import UseCase


def in_short(use_case: UseCase, share_bad: float | None = None, frozen: int = 0) -> dict[str, str]:
    """By their heads: what a row is of, when it was read, what is predicted and what of it is bad.

    Args:
        share_bad: of the rows that are not ``frozen``, where it is known.
    """
    replay = use_case.replay
    assets = use_case.assets
    named = f"{', '.join(assets[:4])}{f' … {assets[-1]}' if len(assets) > 4 else ''}"
    column = replay.asset_column if replay else None
    asset = (
        f"{column!r}, {len(assets):,} of them: {named}"
        if column
        else f"all rows are of one: {named}"
        if len(assets) == 1
        else named
    )
    if use_case.task == "regression":
        value = use_case.value
        low, high = value.allowed
        bad = " or ".join(
            f"{word} {edge:.12g}{f' {value.unit}' if value.unit else ''}"
            for word, edge in (("below", low), ("above", high))
            if edge is not None
        )
    else:
        bad = ", ".join(repr(word) for code, word in use_case.classes.outcomes.items() if use_case.severity_of(code))
    rows = "rows that are not frozen" if frozen else "rows"
    share = "" if share_bad is None else f" ({share_bad:.1%} of the {rows})"
    header = replay.outcome if replay and replay.outcome else use_case.target.label
    return {"Asset": asset, "Time": _time(use_case), "Target": f"{header!r}, {use_case.task}; bad is {bad}{share}"}


def as_lines(told: dict[str, str]) -> list[str]:
    """A line each, their heads under each other."""
    return [f"  {head + ':':9} {said}" for head, said in told.items()]


def _time(use_case: UseCase) -> str:
    replay = use_case.replay
    if replay is None:
        return f"of the line itself, {use_case.timezone}"
    if not replay.time_column:
        return f"no column has it: rows in their order, {use_case.cadence_s:g} s apart"
    reading = replay.reading
    column = f"{replay.time_column!r}" + (f" and {replay.clock_column!r}" if replay.clock_column else "")
    if reading is None:
        return f"{column}, as each file has it; without a zone UTC"
    way = Way(reading.time_format, reading.day_first, reading.epoch)
    return f"{column}, {order_of_days(way)}; without a zone {use_case.timezone}; usually {use_case.cadence_s:g} s apart"
