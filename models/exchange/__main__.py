"""The exchange from the command line.

python -m models.exchange cases --out cases.csv                      every case with its reading and verdict (.csv or .parquet)
python -m models.exchange training-set --out set.parquet             what a training would learn from now, and its manifest
python -m models.exchange label-studio --out tasks.json              cases as Label Studio tasks, and the labelling interface beside them
python -m models.exchange label-studio-import tasks.json --as erik   verdicts back from Label Studio
python -m models.exchange release 3 --out folder                     a release for plain Python (a folder, or a .zip)
"""

import argparse
import json
import sys
from pathlib import Path

from data.people import NotAllowed
from data.settings import SettingsError, load_settings, prepared_home
from data.store import Store, StoreError, open_store
from data.usecase import UseCase
from data.usecase_file import UseCaseError, load
from models.exchange.label_studio import import_tasks, labeling_config, read_tasks, tasks
from models.exchange.release_folder import export_release
from models.exchange.tables import ExchangeError, cases_table, named_inputs, training_table, write_manifest, write_table
from models.release import Release, ReleaseError
from models.training_set import TrainingSetError, training_set


def main(arguments: list[str] | None = None) -> int:
    """Exit code 1 with a message when it cannot be done, or when something of an import was not taken."""
    given = _parser().parse_args(arguments)
    try:
        settings = load_settings(**({"home": given.home} if given.home else {}))
        store = open_store(prepared_home(settings) / "pullcord.db")
        use_case = load(given.use_case or settings.use_cases[0], settings.home)
        store.readings.prepare(use_case)
        return _DO[given.what](given, settings.home, store, use_case)
    except (
        SettingsError, UseCaseError, StoreError, ExchangeError, ReleaseError, TrainingSetError, NotAllowed
    ) as error:  # fmt: skip
        print(error, file=sys.stderr)
        return 1


def _cases(given, home: Path, store: Store, use_case: UseCase) -> int:
    table = cases_table(use_case, store)
    print(f"{len(table)} cases: {write_table(table, given.out)}")
    return 0


def _training_set(given, home: Path, store: Store, use_case: UseCase) -> int:
    told = training_set(use_case, store)
    write_table(named_inputs(use_case, training_table(told)), given.out)
    print(f"{len(told.y)} rows: {given.out}, {write_manifest(told, given.out)}")
    return 0


def _label_studio(given, home: Path, store: Store, use_case: UseCase) -> int:
    found = tasks(use_case, store)
    given.out.write_text(json.dumps(found, indent=1, ensure_ascii=False), encoding="utf-8")
    interface = given.out.with_suffix(".xml")
    interface.write_text(labeling_config(use_case), encoding="utf-8")
    print(f"{len(found)} tasks: {given.out}; the labelling interface: {interface}")
    return 0


def _label_studio_import(given, home: Path, store: Store, use_case: UseCase) -> int:
    taken, problems = import_tasks(use_case, store, read_tasks(given.file), store.people.get(given.person))
    print(f"{taken} verdicts recorded")
    for one in problems:
        print(f"{given.file}, task {one.task + 1}, case {one.case}, {one.field}: {one.told}", file=sys.stderr)
    return 1 if problems else 0


def _release(given, home: Path, store: Store, use_case: UseCase) -> int:
    release = Release.load(home, store.releases.get(use_case.name, given.number), use_case)
    print(export_release(release, given.out))
    return 0


_DO = {
    "cases": _cases, "training-set": _training_set, "label-studio": _label_studio, "label-studio-import": _label_studio_import,
    "release": _release,
}  # fmt: skip


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m models.exchange", description=__doc__.split("\n")[0])
    commands = parser.add_subparsers(dest="what", required=True)
    for name in _DO:
        one = commands.add_parser(name)
        one.add_argument("--use-case", help="which use case (default: the first of the settings)")
        one.add_argument("--home", type=Path, help="folder of everything that is kept (default: the settings')")
        if name == "label-studio-import":
            one.add_argument("file", type=Path)
            one.add_argument("--as", dest="person", required=True, help="whose verdicts they are")
        else:
            one.add_argument("--out", type=Path, required=True)
        if name == "release":
            one.add_argument("number", type=int)
    return parser


if __name__ == "__main__":
    sys.exit(main())
