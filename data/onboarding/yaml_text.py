"""A profile as a commented ``usecase.yaml``: what was inferred, why, and what a person should look at."""

import json
import textwrap

from data.onboarding.columns import Column
from data.onboarding.profile import Profile

GROUPED = 40
"""Signals above which those with the same first word are told as one reason."""


def usecase_yaml(found: Profile, name: str, title: str, source: str) -> str:
    """The whole file. ``source`` says which tables it was made of."""
    parts = [
        _comment(
            f"Made from {source} ({found.rows:,} rows) by python -m data.usecases new. Everything here was inferred: read it once, above all the target."
        ),
        f"name: {name}\ntitle: {_q(title)}\ntask: {found.target.task}\n{_target(found)}",
        _order(found),
        _signals(found),
        _comment(
            "Features that are computed: arithmetic of signals, and windows over earlier readings of the same asset, for example\n"
            "  load: {label: Load, unit: kW, expression: torque * speed / 9550}\n"
            "  torque_rise: {label: Rise of torque, unit: Nm/min, expression: \"slope(torque, '10min')\"}\n"
            "Put each into a group below."
        )
        + "derived: {}",
        _groups(found),
        _advice(found),
        _replay(found),
    ]
    return "\n\n".join(parts) + "\n"


def _q(text: object) -> str:
    """A scalar that YAML reads as this text, whatever is in it (JSON strings are YAML)."""
    return json.dumps(str(text), ensure_ascii=False)


def _comment(text: str) -> str:
    lines = [part for line in text.splitlines() for part in (textwrap.wrap(line, 136, subsequent_indent="  ") or [""])]
    return "".join(f"# {line}".rstrip() + "\n" for line in lines)


def _plain(text: str) -> str:
    """Anything as one line of a comment."""
    return " ".join(text.split())


def _target(found: Profile) -> str:
    target = found.target
    lines = [
        "".join(_comment(_plain(note)) for note in target.notes) + "target:",
        f"  label: {_q(target.label)}",
    ]
    if target.task == "regression":
        assert target.allowed is not None
        low, high = ("null" if end is None else f"{end:.12g}" for end in target.allowed)
        lines += [
            f"  unit: {_q(target.unit)}",
            f"  decimals: {target.decimals}",
            f"  allowed: [{low}, {high}]  # beyond it is bad",
        ]
    else:
        lines.append("  outcomes: {" + ", ".join(f"{code}: {_q(word)}" for code, word in target.outcomes.items()) + "}")
    if target.severity:
        lines.append(
            "  severity: {"
            + ", ".join(f"{code}: {level}" for code, level in target.severity.items())
            + "}  # 0 needs no look, 5 is worst"
        )
    if found.causes:
        lines.append("  causes: {" + ", ".join(f"{_q(c.name.upper())}: {_q(c.label)}" for c in found.causes) + "}")
    return "\n".join(lines)


def _order(found: Profile) -> str:
    order = found.order
    assets = order.assets or ("A-1",)
    return (
        "".join(_comment(_plain(note)) for note in (*order.look, *order.notes))
        + f"cadence_s: {order.cadence_s:g}\ntimezone: {found.timezone}\nblock_s: {order.block_s:g}  # how long a stretch is held out as a whole\n"
        + "areas:\n  Line: ["
        + ", ".join(map(_q, assets))
        + "]"
        + _group(found)
    )


def _group(found: Profile) -> str:
    if found.group is None:
        return ""
    return f"\ngroup: {{column: {_q(found.group.header)}, kind: {found.group.kind}}}  # held out whole: {found.group.count:,} in this table"


def _signals(found: Profile) -> str:
    head = "".join(_comment(_plain(warning)) for warning in found.warnings)
    head += _comment(
        "limits: outside them a value is physically impossible (here: a whole range beyond what was seen). normal: learn takes the middle 90 %."
    )
    head += _comment("What an operator may set gets actionable: [low, high] and step; then Pullcord says what would help.")
    lines = [_signal(column, found.suspected.get(column.header, "")) for column in found.signals]
    left = [f"# left out: {_plain(column.header)} {_plain(why)}" for column, why in found.left_out]
    return head + "\n".join(["signals:", *lines, *(f"  {line}" for line in left)])


def _signal(column: Column, suspected: str) -> str:
    parts = [f"label: {_q(column.label)}"]
    if column.kind == "category":
        parts.append("categories: [" + ", ".join(map(_q, column.categories)) + "]")
    else:
        if column.unit:
            parts.append(f"unit: {_q(column.unit)}")
        assert column.limits is not None
        parts += [f"limits: [{column.limits[0]:.12g}, {column.limits[1]:.12g}]", "normal: learn", f"decimals: {column.decimals}"]
    if column.missing:
        parts.append("missing: accept")
    said = [f"{column.missing:.1%} missing"] if column.missing else []
    said += [f"suspected: {_plain(suspected)}"] if suspected else []
    return f"  {column.name}: {{{', '.join(parts)}}}" + (f"  # {'; '.join(said)}" if said else "")


def _groups(found: Profile) -> str:
    groups: dict[str, list[Column]] = {}
    for column in found.signals:
        key = column.name.split("_")[0] if len(found.signals) > GROUPED else column.name
        groups.setdefault(key, []).append(column)
    lines = []
    for key, members in groups.items():
        label = members[0].label if len(members) == 1 else members[0].label.split(" ")[0]
        names = ", ".join(column.name for column in members)
        shown = ", ".join(column.name for column in members[:2])
        lines.append(
            f"  {members[0].name if len(members) == 1 else key + '_group'}: {{label: {_q(label)}, features: [{names}], show: [{shown}]}}"
        )
    return _comment(
        "What an operator knows as one thing: its features are told as one reason. Every feature stands in exactly one group."
    ) + "\n".join(["groups:", *lines])


def _advice(found: Profile) -> str:
    share = max(found.target.share_bad, 1e-3)
    miss = float(f"{min(max((1 - share) / share, 1), 1000):.2g}")
    delay = 1 if found.order.time is None else 2
    return (
        _comment("The risk from which on something is said, and below which it is over; each after so many readings in a row.")
        + f"advice:\n  possible: {{enter: 0.5, leave: 0.4}}\n  likely: {{enter: 0.7, leave: 0.6}}\n  on_delay: {delay}\n  off_delay: {delay}\n"
        + _comment("What it costs to be wrong; a guess from how rare the bad is. consequence: 1 to 5.")
        + f"costs: {{miss: {miss:g}, false_alarm: 1, currency: EUR}}\nconsequence: 2\nsafety_relevant: false\n"
        + ("coverage: 0.9  # what an interval or a set of classes promises\n" if found.target.task != "binary" else "")
        + "truth: {delay_s: 0}  # how long after a reading its outcome is known"
    )


def _replay(found: Profile) -> str:
    target, order = found.target, found.order
    lines = [
        _comment("How the columns of a file map to this: for the history beside this file, and for replays of others.")
        + "replay:",
        f"  asset: {_q(order.assets[0] if order.assets else 'A-1')}",
        "  area: Line",
    ]
    if order.time:
        lines.append(f"  time_column: {_q(order.time)}")
    if order.moments and order.moments.clock:
        lines.append(f"  clock_column: {_q(order.moments.clock)}")
    if order.asset:
        lines.append(f"  asset_column: {_q(order.asset)}")
    lines += ["  columns:", *(f"    {_q(column.header)}: {column.name}" for column in found.signals)]
    lines.append(f"  outcome: {_q(target.header)}")
    if target.words:
        lines.append("  outcomes: {" + ", ".join(f"{_q(word)}: {code}" for word, code in target.words.items()) + "}")
    if found.causes:
        lines.append("  causes: {" + ", ".join(f"{_q(c.header)}: {_q(c.name.upper())}" for c in found.causes) + "}")
    lines += _reading(found)
    return "\n".join(lines)


def _reading(found: Profile) -> list[str]:
    reading = found.reading
    told = {
        "time_format": None if reading.time_format is None else _q(reading.time_format),
        "day_first": None if reading.day_first is None else str(reading.day_first).lower(),
        "epoch": reading.epoch,
        "decimal_comma": "[" + ", ".join(map(_q, reading.decimal_comma)) + "]" if reading.decimal_comma else None,
        "missing": "{"
        + ", ".join(f"{_q(h)}: [{', '.join(f'{one!r}' for one in gone)}]" for h, gone in reading.missing.items())
        + "}"
        if reading.missing
        else None,
        "sheet": None if reading.sheet is None else _q(reading.sheet),
        "header_row": reading.header_row,
    }
    lines = [f"    {key}: {value}" for key, value in told.items() if value is not None]
    note = "  # how every file is read; times that name no zone are of timezone, numbers have a decimal point unless decimal_comma names their column"
    return [f"  reading:{note}", *lines] if lines else [f"  reading: {{}}{note}"]
