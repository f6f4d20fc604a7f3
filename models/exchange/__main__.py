"""The exchange from the command line.

python -m models.exchange cases --out cases.csv                      every case with its reading and verdict (.csv or .parquet)
python -m models.exchange training-set --out set.parquet             what a training would learn from now, and its manifest
python -m models.exchange label-studio --out tasks.json              cases as Label Studio tasks, and the labelling interface beside them
python -m models.exchange label-studio-import tasks.json --as erik   verdicts back from Label Studio
python -m models.exchange release 3 --out folder                     a release for plain Python (a folder, or a .zip)
python -m models.exchange mlflow-publish 3 --server http://…         a copy of a release in an MLflow registry (requirements-mlflow.txt)
python -m models.exchange mlflow-bring models:/name@alias --as dana --server http://…   a model from there, as a challenger
python -m models.exchange bring model.json --as dana                 a model that was trained elsewhere, as a challenger: XGBoost (JSON, UBJ),
                                                                     scikit-learn (.skops), ONNX (.onnx)
"""

import argparse
import json
import sys
from pathlib import Path

from data.commands import command
from data.settings import load_settings, prepared_home
from data.store import Store, open_store
from data.usecase.file import load
from data.usecase.use_case import UseCase
from models.exchange.label_studio import import_tasks, labeling_config, read_tasks, tasks
from models.exchange.release_folder import export_release
from models.exchange.tables import cases_table, named_inputs, training_table, write_manifest, write_table
from models.release.release import Release
from models.training.training_set import training_set


@command
def main(arguments: list[str] | None = None) -> int:
    """Exit code 1 with a message when it cannot be done, or when something of an import was not taken."""
    given = _parser().parse_args(arguments)
    settings = load_settings(**({"home": given.home} if given.home else {}))
    store = open_store(prepared_home(settings) / "pullcord.db")
    use_case = load(given.use_case or settings.use_cases[0], settings.home)
    store.readings.prepare(use_case)
    return _DO[given.what](given, settings.home, store, use_case)


def _cases(given: argparse.Namespace, home: Path, store: Store, use_case: UseCase) -> int:
    table = cases_table(use_case, store)
    print(f"{len(table)} cases: {write_table(table, given.out)}")
    return 0


def _training_set(given: argparse.Namespace, home: Path, store: Store, use_case: UseCase) -> int:
    told = training_set(use_case, store)
    write_table(named_inputs(use_case, training_table(told)), given.out)
    print(f"{len(told.y)} rows: {given.out}, {write_manifest(told, given.out)}")
    return 0


def _label_studio(given: argparse.Namespace, home: Path, store: Store, use_case: UseCase) -> int:
    found = tasks(use_case, store)
    given.out.write_text(json.dumps(found, indent=1, ensure_ascii=False), encoding="utf-8")
    interface = given.out.with_suffix(".xml")
    interface.write_text(labeling_config(use_case), encoding="utf-8")
    print(f"{len(found)} tasks: {given.out}; the labelling interface: {interface}")
    return 0


def _label_studio_import(given: argparse.Namespace, home: Path, store: Store, use_case: UseCase) -> int:
    taken, problems = import_tasks(use_case, store, read_tasks(given.file), store.people.get(given.person))
    print(f"{taken} verdicts recorded")
    for one in problems:
        print(f"{given.file}, task {one.task + 1}, case {one.case}, {one.field}: {one.told}", file=sys.stderr)
    return 1 if problems else 0


def _publish(given: argparse.Namespace, home: Path, store: Store, use_case: UseCase) -> int:
    from models.exchange.mlflow_door import publish

    release = Release.load(home, store.releases.get(use_case.name, given.number), use_case)
    champion = store.releases.champion(use_case.name)
    print(publish(release, given.server, champion is not None and champion.number == given.number))
    return 0


def _bring(given: argparse.Namespace, home: Path, store: Store, use_case: UseCase) -> int:
    from models.exchange.mlflow_door import bring

    record = bring(home, store, use_case, given.address, given.server, given.person, trusted=tuple(given.trust))
    print(f"Release {record.number} stands, from {given.address}")
    return 0


def _bring_file(given: argparse.Namespace, home: Path, store: Store, use_case: UseCase) -> int:
    from models.exchange.bringing import bring_file

    record = bring_file(home, store, use_case, given.file, store.people.get(given.person), trusted=tuple(given.trust))
    print(f"Release {record.number} stands, from {given.file}: compare it on the page Releases")
    return 0


def _release(given: argparse.Namespace, home: Path, store: Store, use_case: UseCase) -> int:
    release = Release.load(home, store.releases.get(use_case.name, given.number), use_case)
    print(export_release(release, given.out))
    return 0


_DO = {
    "cases": _cases, "training-set": _training_set, "label-studio": _label_studio, "label-studio-import": _label_studio_import,
    "release": _release, "mlflow-publish": _publish, "mlflow-bring": _bring,
    "bring": _bring_file,
}  # fmt: skip


def _parser() -> argparse.ArgumentParser:
    assert __doc__ is not None
    parser = argparse.ArgumentParser(prog="python -m models.exchange", description=__doc__.split("\n")[0])
    commands = parser.add_subparsers(dest="what", required=True)
    for name in _DO:
        one = commands.add_parser(name)
        one.add_argument("--use-case", help="which use case (default: the first of the settings)")
        one.add_argument("--home", type=Path, help="folder of everything that is kept (default: the settings')")
        if name in ("release", "mlflow-publish"):
            one.add_argument("number", type=int)
        if name in ("label-studio-import", "bring"):
            one.add_argument("file", type=Path)
        if name in ("mlflow-bring", "bring"):
            one.add_argument(
                "--trust", action="append", default=[], metavar="TYPE",
                help="a type of a skops file that may be built (again and again); without it they are listed and nothing is opened",
            )  # fmt: skip
        if name == "mlflow-bring":
            one.add_argument("address", help="models:/name@alias or models:/name/version")
        if name in ("label-studio-import", "mlflow-bring", "bring"):
            one.add_argument("--as", dest="person", required=True, help="who does it")
        if name.startswith("mlflow"):
            one.add_argument("--server", required=True, help="the MLflow server's address, e.g. http://mlflow:5000")
        elif name not in ("label-studio-import", "bring"):
            one.add_argument("--out", type=Path, required=True)
    return parser


if __name__ == "__main__":
    sys.exit(main())
