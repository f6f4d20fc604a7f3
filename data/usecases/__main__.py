"""Use cases from the command line.

python -m data.usecases new FILE --target COLUMN     make one of any table: CSV, TSV, Excel, Parquet
python -m data.usecases list                         which there are
python -m data.usecases check [NAME]                 is the file right? with line and key where it is not
python -m data.usecases show NAME                    what it says
python -m data.usecases rename OLD NEW               another name; everything that was recorded goes with it
python -m data.usecases stop NAME                    do not replay its file any more (a line of the page New line)
python -m data.usecases remove NAME                  take it away; what was recorded stays
"""

import argparse
import json
import os
import shlex
import sys
from pathlib import Path

from data.clock import now
from data.commands import command
from data.durable import alone
from data.kept_lines import stop_line
from data.onboarding.create import HISTORY, Created, create
from data.onboarding.in_short import as_lines, in_short
from data.settings import load_settings, prepared_home
from data.store import Store, open_store
from data.store.rename import rename
from data.tables.manner import Manner
from data.tables.times import Way
from data.usecase.file import UseCaseError, load, names_of, path_of, text_of
from data.usecase.use_case import BUILT_IN


@command
def main(arguments: list[str] | None = None) -> int:
    """Run one command. Exit code 1 with a message when it cannot be, 2 for wrong words."""
    given = _parser().parse_args(arguments)
    return given.run(given, prepared_home(load_settings(**({"home": given.home} if given.home else {}))))


def _new(given: argparse.Namespace, home: Path) -> int:
    def tell(fraction: float, message: str) -> None:
        print(f"{fraction:4.0%}  {message}", file=sys.stderr)

    made = create(
        given.file, given.target, home, name=given.name, task=given.task, asset=given.asset, time=given.time,
        leave_out=tuple(given.leave_out), group=given.group, tell=tell, way=Way(given.time_format, given.day_first, None, given.timezone),
        manner=Manner(given.sheet, given.header_row, given.decimal), words_apart=given.words_apart,
    )  # fmt: skip
    print(json.dumps(_plain(made), ensure_ascii=False) if given.json else _told(made, given.file, home, given.home))
    return 0


def _plain(made: Created) -> dict:
    found = made.profile
    return {
        "name": made.name, "file": str(made.folder / "usecase.yaml"), "rows": found.rows, "task": found.target.task,
        "target": found.target.header, "outcomes": found.target.outcomes, "allowed": found.target.allowed, "time": found.order.time,
        "asset": found.order.asset, "group": _grouped(made), "cadence_s": found.order.cadence_s, "block_s": found.order.block_s,
        "signals": [{"name": c.name, "header": c.header, "unit": c.unit, "kind": c.kind, "missing": round(c.missing, 4)} for c in found.signals],
        "left_out": [{"header": c.header, "why": why} for c, why in found.left_out], "causes": [c.header for c in found.causes],
        "reading": found.reading.model_dump(mode="json"), "timezone": found.timezone, "frozen": found.frozen, "warnings": list(found.warnings), "notes": [*made.notes, *found.notes],
    }  # fmt: skip


def _grouped(made: Created) -> dict | None:
    of = made.profile.group
    return None if of is None else {"column": of.header, "kind": of.kind, "groups": of.count}


def _held_out(made: Created) -> str:
    """What is independent in the table, and so held out whole."""
    of, order = made.profile.group, made.profile.order
    if of is not None:
        return f"Held out whole: {of.count:,} groups ({of.kind}) by {of.header!r}."
    each = f" of each {order.asset!r}" if order.asset else ""
    rows = round(order.block_s / order.cadence_s)
    if rows <= 1:
        return f"Held out: single rows{each}, which do not resemble their neighbours."
    return f"Held out whole: stretches of {f'{order.block_s:g} s' if order.time else f'{rows:,} rows'}{each}."


def _told(made: Created, files: list[Path], home: Path, asked: Path | None) -> str:
    """What was made, and the commands that come next, as they can be pasted. ``asked``: the home that somebody named."""
    found = made.profile
    lines = [
        f"{made.name}: {found.rows:,} rows",
        "",
        *as_lines(in_short(load(made.name, home), found.target.share_bad, found.frozen)),
        "",
    ]
    lines += [
        f"  {c.name:28} {c.unit or ('one of ' + ', '.join(c.categories[:5]) if c.categories else ''):24} {c.header}"
        for c in found.signals
    ]
    lines += ["", _held_out(made)]
    for head, said in (
        ("Left out", [f"{c.header}: {why}" for c, why in found.left_out]),
        ("Look at this", found.warnings),
        ("Decided", (*made.notes, *found.notes)),
    ):
        lines += ["", f"{head}:", *(f"  - {one}" for one in said)] if said else []
    replayed = files[0] if len(files) == 1 else made.folder / HISTORY  # of several that holds all of them
    own = f" --home {shlex.quote(str(asked))}" if asked else ""
    lines += [
        "", f"Written to {made.folder / 'usecase.yaml'}: read it once, above all the target. Then:",
        f"  python -m models.training --use-case {made.name}{own}",
        f"  python worker.py --use-case {made.name} --replay {shlex.quote(str(replayed))} --speed {max(1, round(found.order.cadence_s))}{own}",
    ]  # fmt: skip
    return "\n".join(lines)


def _list(given: argparse.Namespace, home: Path) -> int:
    store, found = open_store(home / "pullcord.db"), []
    for name in names_of(home):
        own = (home / "usecases" / name).is_dir()
        try:
            use_case = load(name, home)
            found.append(
                {"name": name, "title": use_case.title, "task": use_case.task, "signals": len(use_case.signals), "own": own}
                | _records(store, name)
            )
        except UseCaseError as error:
            found.append({"name": name, "own": own, "error": str(error)})
    if given.json:
        print(json.dumps(found, ensure_ascii=False))
        return 0
    for one in found:
        kind = "own" if one["own"] else "built in"
        told = (
            one.get("error")
            or f"{one['title']} · {one['task']}, {one['signals']} signals · {one['releases']} releases, {one['readings']:,} readings"
        )
        print(f"{one['name']:28} {kind:9} {told}")
    return 0


def _records(store: Store, name: str) -> dict:
    """What was recorded of a use case."""
    return {"releases": len(store.releases.all(name)), "readings": store.readings.counts(name)["readings"]}


def _check(given: argparse.Namespace, home: Path) -> int:
    wrong, told = 0, []
    for name in [given.name] if given.name else names_of(home):
        try:
            use_case = load(name, home)
            told.append({"name": name, "ok": True, "file": str(path_of(name, home)), "features": len(use_case.features)})
        except UseCaseError as error:
            wrong += 1
            told.append({"name": name, "ok": False, "error": str(error)})
    if given.json:
        print(json.dumps(told, ensure_ascii=False))
    for one in () if given.json else told:
        print(
            one.get("error") or f"{one['name']}: right ({one['features']} features)",
            file=sys.stderr if "error" in one else sys.stdout,
        )
    return 1 if wrong else 0


def _show(given: argparse.Namespace, home: Path) -> int:
    use_case = load(given.name, home)
    print(json.dumps(use_case.model_dump(mode="json"), ensure_ascii=False) if given.json else text_of(path_of(given.name, home)))
    return 0


def _remove(given: argparse.Namespace, home: Path) -> int:
    path = path_of(given.name, home)
    if path.is_relative_to(BUILT_IN):
        raise UseCaseError(
            "{name} is built in and stays. Leave it out of the settings' use_cases, so that it does not run.", name=given.name
        )
    store = open_store(home / "pullcord.db")
    records = _records(store, given.name)
    if any(records.values()) and not given.keep_records:
        raise UseCaseError(
            "{name} has {releases} releases and {readings} readings on record. With --keep-records it is taken off the board and "
            "put aside; nothing that was recorded is lost, and moving its folder back brings it back.",
            name=given.name,
            releases=records["releases"],
            readings=format(records["readings"], ","),
        )
    aside = home / "usecases" / ".removed" / f"{given.name}-{now():%Y%m%dT%H%M%S}"
    aside.parent.mkdir(parents=True, exist_ok=True)
    with alone(home / "usecases"):
        while aside.exists():
            aside = aside.with_name(f"{aside.name}_")
        os.rename(path.parent, aside)
    print(
        json.dumps({"name": given.name, "put_aside": str(aside)} | records)
        if given.json
        else f"{given.name} is put aside in {aside}. To bring it back, move that folder to {path.parent}."
    )
    return 0


def _stop(given: argparse.Namespace, home: Path) -> int:
    stopped = stop_line(home, given.name)
    print(
        json.dumps({"name": given.name, "stopped": stopped})
        if given.json
        else f"{given.name} is replayed no more. What was recorded stays, and the page New line can start it again."
        if stopped
        else f"No file is being replayed for {given.name} by itself: there is nothing to stop."
    )
    return 0


def _rename(given: argparse.Namespace, home: Path) -> int:
    done = rename(home, open_store(home / "pullcord.db"), given.name, given.new, given.person)
    if given.json:
        print(json.dumps({"old": given.name, "new": given.new, "records": done}))
        return 0
    counts = ", ".join(f"{n:,} of {kind}" for kind, n in sorted(done.items()) if kind in ("readings", "release", "flag", "cases"))
    print(
        f"{given.name} is called {given.new} from now on{f' ({counts})' if counts else ''}. Where the settings' use_cases or a service name "
        f"{given.name}, write {given.new}; screens that are open have to be started again."
    )
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m data.usecases", description="Make, list, check, show, rename and remove use cases."
    )
    every = argparse.ArgumentParser(add_help=False)
    every.add_argument("--home", type=Path, help="folder of everything that is kept (default: the settings')")
    every.add_argument("--json", action="store_true", help="print JSON")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    new = commands.add_parser("new", parents=[every], help="make a use case of a table (CSV, TSV, Excel, Parquet)")
    new.add_argument("file", type=Path, nargs="+", help="the table; several of the same columns are put one after the other")
    new.add_argument("--target", required=True, metavar="COLUMN", help="what is to be predicted")
    new.add_argument("--task", choices=("binary", "multiclass", "regression"), help="instead of what is inferred")
    new.add_argument("--asset", metavar="COLUMN", help="which machine or unit a row is of")
    new.add_argument("--time", metavar="COLUMN", help="when a row was read")
    new.add_argument("--time-format", metavar="FORMAT", help="how times are written, e.g. '%%d.%%m.%%Y %%H:%%M' (strptime)")
    new.add_argument(
        "--day-first",
        action=argparse.BooleanOptionalAction,
        help="03/04/2026 is the 3rd of April (--no-day-first: the 4th of March)",
    )
    new.add_argument(
        "--timezone", default="UTC", metavar="ZONE", help="of times that name none, e.g. Europe/Berlin (default: UTC)"
    )
    new.add_argument("--decimal", choices=(".", ","), help="the decimal sign where a column does not tell it")
    new.add_argument("--sheet", help="of an Excel file (default: the one with the largest table)")
    new.add_argument(
        "--header-row", type=int, metavar="N", help="the line or row with the names of the columns, from 1 on (default: found)"
    )
    new.add_argument(
        "--words-apart", action="store_true", help="outcomes that differ in capitals or spaces alone are different ones"
    )
    new.add_argument("--group", metavar="COLUMN", help="which run, batch or experiment a row is of: those are held out whole")
    new.add_argument("--leave-out", metavar="COLUMN", action="append", default=[], help="never learn from it (again and again)")
    new.add_argument("--name", help="what to call it (default: after the file)")
    new.set_defaults(run=_new)
    for name, run, said in (
        ("list", _list, "which there are"),
        ("check", _check, "is the file right?"),
        ("show", _show, "what it says"),
        ("rename", _rename, "another name; everything that was recorded goes with it (stop its worker first)"),
        ("stop", _stop, "do not replay its file any more (a line that was started on the page New line)"),
        ("remove", _remove, "put it aside"),
    ):
        command = commands.add_parser(name, parents=[every], help=said)
        if name != "list":
            command.add_argument("name", nargs="?" if name == "check" else None, help="its name")
        if name == "rename":
            command.add_argument("new", help="what to call it from now on")
            command.add_argument("--as", dest="person", default="command line", help="who does it, for the audit trail")
        if name == "remove":
            command.add_argument("--keep-records", action="store_true", help="although readings and releases of it are on record")
        command.set_defaults(run=run)
    return parser


if __name__ == "__main__":
    sys.exit(main())
