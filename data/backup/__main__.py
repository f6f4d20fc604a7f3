"""Backups from the command line.

python -m data.backup make                     one archive of everything in the home, while it runs
python -m data.backup list                     which there are: when, how large, of which version, whole or not
python -m data.backup verify FILE              read one to its end and hold it against its hashes
python -m data.backup restore FILE --home DIR  into an empty home
"""

import argparse
import json
import shutil
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from data import clock
from data.backup import nightly
from data.backup.archive import Tell
from data.backup.make import Busy, Made, make
from data.backup.restore import ASIDE, restore, verify
from data.backup.shelf import Kept, kept_in, left_over
from data.commands import FAILED, command
from data.errors import PullcordError
from data.settings import Settings, load_settings

DAMAGED = 3
"""Exit code: the backup was made, but something was missing in the home itself."""


@command
def main(arguments: list[str] | None = None) -> int:
    """Exit codes: 0 done, 1 not done, with the reason; 2 wrong words; 3 made, but the home lacks something, which is told."""
    given = _parser().parse_args(arguments)
    settings = load_settings(**({"home": given.home} if given.home else {}))
    return given.run(given, settings)


def _make(given: argparse.Namespace, settings: Settings) -> int:
    to = (given.to or settings.backups).expanduser().resolve()
    if given.nightly:
        return _nightly(given, settings)
    return _made(given, make(settings.home, to, _tell(given)), given.keep, given.keep_weekly or 0)


def _nightly(given: argparse.Namespace, settings: Settings) -> int:
    """What a worker asks for: as the settings say, room left for the line, and written down how it went."""
    to = settings.backups
    try:
        made = make(settings.home, to, _tell(given), nightly.spare(to))
    except Busy:  # another worker of this home was quicker
        return 0
    except PullcordError as trouble:
        nightly.note(to, clock.now(), str(trouble))
        raise
    nightly.note(to, clock.now(), " ".join(made.manifest.lacks))
    return _made(given, made, settings.backup_keep, settings.backup_keep_weekly)


def _made(given: argparse.Namespace, made: Made, keep: int | None, weekly: int) -> int:
    gone = _prune(made.file.parent, made.manifest.home, made.manifest.computer, keep, weekly)
    size, whole = made.file.stat().st_size, made.manifest
    if given.json:
        print(
            json.dumps(
                {"file": str(made.file), "bytes": size, "seconds": round(made.seconds, 2), "removed": gone, "lacks": whole.lacks}
            )
        )
    else:
        print(
            f"{made.file}: {_size(size)}, {len(whole.files)} files, {sum(whole.counts.values()):,} rows, in {made.seconds:.1f} s"
        )
        print("\n".join(f"Removed, as --keep says: {name}" for name in gone), end="\n" if gone else "")
    for told in whole.lacks:
        print(f"The home itself lacks something: {told}", file=sys.stderr)
    return DAMAGED if whole.lacks else 0


def _prune(to: Path, home: str, computer: str, keep: int | None, weekly: int) -> list[str]:
    """Without ``--keep`` nothing is ever removed."""
    if keep is None:
        return []
    gone = left_over(kept_in(to), keep, weekly, home, computer)
    for one in gone:
        one.file.unlink(missing_ok=True)
    return [one.file.name for one in gone]


def _list(given: argparse.Namespace, settings: Settings) -> int:
    folder = (given.to or settings.backups).expanduser().resolve()
    found = kept_in(folder, whole=True, tell=_tell(given))
    if given.json:
        print(json.dumps([_plain(one) for one in found], ensure_ascii=False))
    elif not found:
        print(f"There is no backup in {folder}. Make one: python -m data.backup make")
    for one in () if given.json else found:
        if one.manifest:
            told = f"{one.manifest.when:%Y-%m-%d %H:%M} UTC · Pullcord {one.manifest.pullcord}, {one.manifest.schema[-1]}"
            whole = "whole" if one.sound else f"whole, of a home that lacked: {' '.join(one.manifest.lacks)}"
        else:
            told, whole = (
                datetime.fromtimestamp(one.file.stat().st_mtime, UTC).strftime("%Y-%m-%d %H:%M UTC"),
                f"NOT WHOLE: {one.trouble}",
            )
        print(f"{one.file}  {_size(one.size):>9}  {told} · {whole}")
    if not given.json and (before := nightly.last(folder)) and before.told:
        print(f"The last nightly backup, {before.at:%Y-%m-%d %H:%M} UTC: {before.told}", file=sys.stderr)
    return FAILED if any(one.manifest is None for one in found) else 0


def _plain(one: Kept) -> dict:
    told = {"file": str(one.file), "bytes": one.size, "whole": one.manifest is not None, "trouble": one.trouble}
    if one.manifest is None:
        return told
    manifest = asdict(one.manifest)
    return told | {name: manifest[name] for name in ("number", "made", "pullcord", "schema", "home", "computer", "lacks")}


def _verify(given: argparse.Namespace, settings: Settings) -> int:
    found = verify(given.file, _tell(given))
    told = f"{given.file} is whole: {len(found.files)} files, {sum(found.counts.values()):,} rows, made {found.made} by Pullcord {found.pullcord}"
    print(json.dumps({"file": str(given.file), "whole": True, "made": found.made, "lacks": found.lacks}) if given.json else told)
    return 0


def _restore(given: argparse.Namespace, settings: Settings) -> int:
    done = restore(given.file, settings.home, given.person, _tell(given))
    if given.json:
        print(
            json.dumps({"home": str(done.home), "made": done.manifest.made, "counts": done.manifest.counts, "other": done.other})
        )
        return 0
    print(
        f"{done.home} is restored as it was on {done.manifest.when:%Y-%m-%d %H:%M} UTC: {len(done.manifest.files)} files, "
        f"{sum(done.manifest.counts.values()):,} rows, counted and compared, in {done.seconds:.1f} s. Start it: PULLCORD_HOME={done.home} make run"
    )
    if done.other:
        print(f"This installation has these otherwise; as they were they lie in {done.home / ASIDE}: {', '.join(done.other)}")
    return 0


def _tell(given: argparse.Namespace) -> Tell:
    """How far it is, on one line that is written over, where somebody looks."""
    if given.json or not sys.stderr.isatty():
        return lambda *_: None
    wide = shutil.get_terminal_size().columns - 7

    def tell(share: float, told: str) -> None:
        print(f"\r{share:4.0%}  {told[:wide]:{wide}}", end="\r" if share < 1 else "\n", file=sys.stderr, flush=True)

    return tell


def _size(n: int) -> str:
    return f"{n / 1e6:,.1f} MB"


def _many(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of backups: write a whole number from 1 on")
    return int(text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m data.backup", description="Make, list, verify and restore backups.")
    every = argparse.ArgumentParser(add_help=False)
    every.add_argument("--home", type=Path, help="folder of everything that is kept (default: the settings')")
    every.add_argument("--json", action="store_true", help="print JSON")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, run, said in (
        ("make", _make, "one archive of everything in the home, while it runs"),
        ("list", _list, "which there are, and whether they are whole"),
        ("verify", _verify, "read one to its end and hold it against its hashes"),
        ("restore", _restore, "put one into an empty home"),
    ):
        one = commands.add_parser(name, parents=[every], help=said)
        if name in ("verify", "restore"):
            one.add_argument("file", type=Path, help="the archive")
        else:
            one.add_argument("--to", type=Path, metavar="DIR", help="folder of the backups (default: the setting backup_folder)")
        if name == "make":
            one.add_argument(
                "--keep", type=_many, metavar="N", help="then remove all but the newest N; without it none is removed"
            )
            one.add_argument("--keep-weekly", type=_many, metavar="N", help="with --keep: keep the newest of N earlier weeks too")
            one.add_argument("--nightly", action="store_true", help=argparse.SUPPRESS)
        if name == "restore":
            one.add_argument("--as", dest="person", default="command line", help="who does it, for the audit trail")
        one.set_defaults(run=run)
    return parser


if __name__ == "__main__":
    sys.exit(main())
