"""Makes a small home of everything that this version writes, and packs it for the versions to come.

python -m tests.home_of_today          writes tests/homes/<last migration>.tar.xz

Do it as the last thing before a version that changes the store, a release or the YAML: the next one must still read it
(tests/data/store/test_upgrade.py). Everything is made by the product itself: worker, training, onboarding, the verbs that the pages call. Only sizes are cut
(few rows of history, few trees), so that the archive stays small.
"""

import io
import json
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from data.attachments import attachment
from data.onboarding.create import create
from data.people import DEMO_PEOPLE
from data.records import About, Flag, FlagKind, FlagReason, ShelfReason, Verdict, VerdictKind
from data.settings import PROJECT
from data.shifts import shift_at, shift_before
from data.store import open_store
from data.store.rename import rename
from data.usecase.file import load
from models.documents.handover import document, plain
from models.documents.shift import facts
from models.documents.words import ENGLISH
from models.exchange.bringing import bring_file
from models.jobs import retraining
from models.lifecycle import registry
from models.release import memory, portrait, trust
from models.training import gold, training_set
from models.training import train as training
from tests.brought_models import MODELS, saved, table
from tests.homes import HOMES
from tests.plants import readings
from tests.told_home import told

PEOPLE = {one.id: one for one in DEMO_PEOPLE}
ERIK, DANA = PEOPLE["erik"], PEOPLE["dana"]
USE_CASES = ("milling", "kiln", "oven")


def make(home: Path) -> None:
    """Everything that people and machines leave behind, in an empty home."""
    _smaller()
    store = open_store(home / "pullcord.db")
    for person in DEMO_PEOPLE:
        store.people.save(person, "first start")
    milling = load("milling")
    store.readings.prepare(milling)
    _trained(home, store, milling)
    _worked(home, "--use-case", "milling", "--readings", "2400", "--flaw", "bad_rows:all:0.01", "--flaw", "sensor_drift:M-14:900")
    _reviewed(store)
    _jobs(home, store, milling)
    _released(home, store, milling)
    registry.shadow(home, store, milling, 2, DANA, "Watched for a day")
    _worked(home, "--use-case", "milling", "--readings", "480", "--flaw", "sensor_drift:M-14:3600", "--flaw", "new_product:M-07")
    _attended(store, milling)
    _own(home, store)
    store.close()


def _smaller() -> None:
    training.ROUNDS, training.PATIENCE = 12, 12
    gold.MOST_ROWS, memory.MOST_KEPT, portrait.PROFILE_ROWS, portrait.BACKGROUND_ROWS = 200, 40, 200, 40
    trust.ROWS, trust.SECOND_ROWS = 20, 5
    training.PARAMS["max_depth"] = 3
    whole = training_set.training_set
    few = lambda use_case, store, _rows=0, *more, **given: whole(use_case, store, 6000, *more, **given)  # noqa: E731
    training_set.training_set = retraining.training_set = few


def _trained(home: Path, store, use_case) -> None:
    made = training.train(use_case, training_set.training_set(use_case, store), lambda *_: True)
    number = registry.register(home, store, use_case, made, "first start").number
    store.releases.set_champion(use_case.name, number, "first start", "First release, trained on the history of the line")


def _worked(home: Path, *words: str) -> None:
    done = subprocess.run(
        [sys.executable, "worker.py", "--home", str(home), "--json", *words], cwd=PROJECT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    print(done.stdout, end="")


def _raised(store, reading: int, person: str, kind=FlagKind.WRONG, reason=FlagReason.FALSE_ALARM, reviewers: int = 1):
    seen = store.readings.prediction("milling", reading)
    snapshot = {
        "score": seen.score, "state": str(seen.state), "release": seen.release, "language": "en", "time": seen.time.isoformat(),
        "reasons": [{"group": "strain", "text": "Torque is 81 Nm; normally 30–50 Nm on this machine.", "points": "+44"}],
    }  # fmt: skip
    given = Flag("milling", seen.asset, reading, seen.release, person, kind, reason, snapshot, "It ran as ever. Prüfen! 🔧")
    return store.feedback.raise_flag(given, 3.0 + reading % 7, datetime.now(UTC) + timedelta(hours=8), reviewers)


def _decided(store, case: int, kind: VerdictKind, answer: str, by: str = "erik", **more) -> None:
    store.feedback.claim(case, by)
    store.feedback.decide(Verdict(case, by, kind, answer, **more))


def _reviewed(store) -> None:
    """A flag of each kind, a case in each state, a verdict of each kind."""
    feedback = store.feedback
    advised = store.readings.recent_advice("milling", datetime(1990, 1, 1, tzinfo=UTC))["reading"].tolist()
    first = int(advised[0]) if advised else 24
    ids = [first, *(one for one in range(100, 340, 17) if one != first)]
    cases = [
        _raised(store, one, "olga" if at % 2 else "omar", reviewers=2 if at in (6, 7, 8) else 1).case
        for at, one in enumerate(ids)
    ]
    _raised(store, 2, "olga", FlagKind.AGREE, None)
    flag = _raised(store, 3, "olga", FlagKind.UNCLEAR, FlagReason.NOT_UNDERSTOOD)
    feedback.comment(flag.id, "olga", "What is strain?", {"should_not_matter": ["strain"], "missing": "coolant level"})
    feedback.withdraw_flag(_raised(store, 4, "omar").id, "omar")
    wrong = VerdictKind.MODEL_WRONG
    _decided(store, cases[0], wrong, "The sensor reads too high.", outcome=0.0)
    _decided(store, cases[1], wrong, "The tool broke an hour later.", outcome=1.0, cause="OSF")
    _decided(store, cases[2], VerdictKind.MODEL_RIGHT, "It was right.")
    _decided(
        store,
        cases[3],
        VerdictKind.REASON_WRONG,
        "Not the strain.",
        about=About(should_not_matter=("strain",), missing="coolant"),
    )
    seen = store.readings.prediction("milling", ids[4]).time
    stretch = About(start=seen - timedelta(seconds=20), end=seen + timedelta(seconds=20), signal="torque")
    _decided(store, cases[4], VerdictKind.BAD_DATA, "The sensor was unplugged.", about=stretch)
    _decided(store, cases[5], VerdictKind.CANNOT_TELL, "The lab will know.", about=About(asks="lab_value"))
    for case, second in ((cases[6], wrong), (cases[7], VerdictKind.MODEL_RIGHT)):  # agreed, disputed
        _decided(store, case, wrong, "Too high.", outcome=0.0)
        _decided(store, case, second, "Seen too.", by="dana", outcome=0.0 if second is wrong else None)
    _decided(store, cases[8], wrong, "Too high.", outcome=0.0)  # waits for its second
    feedback.assign(cases[9], "erik", "dana")
    feedback.ask_second(cases[9], "dana")
    feedback.open_sample("milling", 900, 1.5)
    feedback.say(cases[0], "erik", "See the photograph.", attachment("sensor.png", bytes(range(256)) * 8))
    feedback.say(cases[0], "dana", "Thank you.")
    feedback.confirm_correction(next(one.id for one in feedback.corrections("milling") if one.case == cases[0]), "dana")
    store.people.mark_seen("olga", "flags")


def _jobs(home: Path, store, use_case) -> None:
    """One that is done (release 2, which learned from the corrections), one that failed, one cancelled, one that waits."""
    for params in ({}, {"leave_out": ["no such group"]}):
        store.jobs.submit("train", "milling", params, "dana")
        retraining.run(store, home, store.jobs.take("maker", 600.0), "maker")
    store.jobs.cancel(store.jobs.submit("train", "milling", {}, "dana").id, "dana")
    store.jobs.submit("train", "milling", {"contradicted": "leave_out"}, "dana")


def _released(home: Path, store, use_case) -> None:
    registry.approve(home, store, use_case, 2, ERIK, "Looked at the cases")
    registry.promote(home, store, use_case, 2, DANA, "It learned from the flags", override=True)
    registry.roll_back(home, store, use_case, DANA, "Seen too early")
    store.releases.set_switch("milling", False, "erik", "Sensors are being changed")
    store.releases.set_switch("milling", True, "erik", "Done")


def _attended(store, use_case) -> None:
    """Advice seen and shelved, looks, a handover signed by both, one signed by one, and a draft."""
    advised = [
        one.prediction.asset for one in store.readings.board("milling") if one.unknown or str(one.prediction.state) != "normal"
    ]
    print("advice on", advised)
    store.attention.acknowledge("milling", advised[0], "olga")
    until = datetime.now(UTC) + timedelta(hours=2)
    shelved = store.attention.shelve("milling", advised[0], "olga", until, ShelfReason.SENSOR)
    store.attention.unshelve(shelved.id, "olga")
    store.attention.shelve("milling", advised[-1], "omar", until, ShelfReason.MAINTENANCE)
    store.attention.look("olga", "board", 60.0)
    now = datetime.now(UTC)
    shift = shift_at(use_case, now)
    store.handovers.keep("milling", shift.start, shift.end, "olga", "M-14's sensor is still to be changed.\n* oil at M-03", 0)
    for signed_in in (False, True):
        shift = shift_before(use_case, shift)
        kept = store.handovers.keep("milling", shift.start, shift.end, "olga", "Quiet.", 0)
        found = facts(use_case, store, shift, now)
        text = plain(document(use_case, shift, found, {}, ENGLISH))
        signed = store.handovers.sign_out(replace(kept, facts=found.plain(), told=text, language="en"), "olga")
        if signed_in:
            store.handovers.sign_in(signed, "omar", "Taken over.")


def _own(home: Path, store) -> None:
    """Two use cases of tables: a renamed one of several classes, and one of values; and one that was put aside."""
    tables = home / "tables"
    tables.mkdir()
    for name, task in (("furnace", "multiclass"), ("oven", "regression"), ("old_oven", "binary")):
        file = tables / f"{name}.csv"
        readings(task, 900).to_csv(file, index=False)
        create([file], "result", home, name=name)
    rename(home, store, "furnace", "kiln", "dana")
    for name, file in (("kiln", "furnace"), ("oven", "oven")):
        use_case = load(name, home)
        store.readings.prepare(use_case)
        _trained(home, store, use_case)
        _worked(home, "--use-case", name, "--replay", str(tables / f"{file}.csv"))
    _brought(home, store, load("kiln", home))
    (home / "usecases" / ".removed").mkdir()
    (home / "usecases" / "old_oven").rename(home / "usecases" / ".removed" / "old_oven-20260101T000000")


def _brought(home: Path, store, use_case) -> None:
    """A model that was trained elsewhere, as a challenger."""
    file = home.parent / "model.skops"
    types = saved(MODELS["logistic", "multiclass"]().fit(*table(use_case)), file)
    print("brought:", bring_file(home, store, use_case, file, DANA, trusted=tuple(types)).number)


def pack(home: Path, said: dict, file: Path) -> None:
    """The home under ``home/`` and what it said in ``told.json``: the same content is the same file."""
    with tarfile.open(file, "w:xz", preset=9) as packed:
        for path in sorted(home.rglob("*")):
            if path.is_file():
                _add(packed, f"home/{path.relative_to(home).as_posix()}", path.read_bytes())
        _add(packed, "told.json", json.dumps(said, ensure_ascii=False, sort_keys=True).encode())


def _add(packed: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(content), 0o600
    packed.addfile(entry, io.BytesIO(content))


def main() -> int:
    """Make it, let it tell of itself, pack it."""
    from data.store.sqlite.migrations import MIGRATIONS

    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        home.mkdir()
        make(home)
        store = open_store(home / "pullcord.db")
        said = told(home, store, USE_CASES) | {"tables": tables_of(store)}
        with store._c.database() as db:
            last = [step.name for step in MIGRATIONS.applied(db)][-1]
            db.execute("VACUUM")
        store.close()
        file = HOMES / f"{last}.tar.xz"
        pack(home, said, file)
    print(f"{file}: {file.stat().st_size / 1e3:,.0f} kB")
    return 0


def tables_of(store) -> dict[str, int]:
    """How many rows each table has."""
    with store._c.database() as db:
        return {name: db[name].count for name in db.table_names() if not name.startswith(("sqlite_", "_sqlite"))}


if __name__ == "__main__":
    sys.exit(main())
