"""The Tennessee Eastman use cases: what is in a file, when the fault starts, and that the tables come whole or not at all."""

import hashlib
import json
import subprocess
import zipfile
from pathlib import Path

import numpy as np
import pytest

from benchmarks.truth.tep_truth import Sets
from data.settings import load_settings
from data.usecase.file import load
from data.usecases.tennessee_eastman import fetch as module
from data.usecases.tennessee_eastman import history, process
from data.usecases.tennessee_eastman.fetch import FetchError, fetch, main
from data.usecases.tep_soft_sensor import history as sensor
from models.dataset.history import WATCHED_OF, blocks, drawn

FAULTS, SENSOR = load("tennessee_eastman"), load("tep_soft_sensor")
HOME = load_settings().home
fetched = pytest.mark.skipif(not process.tables_in(HOME), reason=f"{process.HOW} (looked in {HOME})")
E_COLUMN = list(FAULTS.signals).index(sensor.ANALYSER)


def made(home: Path, training_rows: int = 24, test_rows: int = 200) -> Path:
    """A home with tables of a few rows; a number says where it stood: run, row and column. ``d00`` lies on its side, as published."""
    folder = home / process.FOLDER
    folder.mkdir(parents=True)
    for run in process.RUNS:
        for test, rows in (("", training_rows), ("_te", test_rows)):
            numbers = run * 1e6 + np.arange(rows)[:, None] * 1e3 + np.arange(process.SIGNALS)
            np.savetxt(folder / f"d{run:02d}{test}.dat", numbers.T if (run, test) == (0, "") else numbers, fmt="%.0f")
    return home


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return made(tmp_path_factory.mktemp("tables"))


def a_wheel(folder: Path, names=process.FILES) -> Path:
    file = folder / "bibmon-1.2.0-py3-none-any.whl"
    with zipfile.ZipFile(file, "w") as packed:
        for name in names:
            packed.writestr(module.INSIDE + name, "1 2 3\n")
    return file


@pytest.fixture
def known_wheel(monkeypatch):
    """Gives a download of a small wheel whose hash is the pinned one."""

    def download(folder: Path, names=process.FILES) -> None:
        monkeypatch.setattr(module, "SHA256", hashlib.sha256(a_wheel(folder, names).read_bytes()).hexdigest())

    return download


def left_in(home: Path) -> list[str]:
    return [str(file.relative_to(home)) for file in home.rglob("*") if file.is_file() or file.name.startswith(".")]


def test_the_diagnosis_has_52_signals_and_22_outcomes_of_which_only_normal_operation_needs_no_look():
    assert len(FAULTS.signals) == process.SIGNALS and len(FAULTS.target.outcomes) == len(process.RUNS)
    assert [code for code in FAULTS.target.outcomes if FAULTS.severity_of(code) == 0] == [0]
    assert {FAULTS.severity_of(code) for code in (3, 9, 15)} == {1}
    assert FAULTS.cadence_s == SENSOR.cadence_s == process.STEP_S


def test_the_soft_sensor_sees_nothing_of_the_analysers_it_stands_in_for():
    assert list(SENSOR.signals) == [name for name in FAULTS.signals if "_in_" not in name]
    assert sensor.ANALYSER not in SENSOR.signals and sensor.ANALYSER in FAULTS.signals


@pytest.mark.parametrize("use_case", [FAULTS, SENSOR], ids=lambda one: one.name)
def test_every_valve_may_be_set_and_nothing_that_is_measured(use_case):
    assert {name for name, signal in use_case.signals.items() if signal.actionable} == {
        name for name in use_case.signals if name.endswith("_valve")
    }


def test_the_file_that_lies_on_its_side_is_turned(home):
    for run, test in ((0, False), (0, True), (7, False)):
        rows = process.run_of(home, run, test)
        assert rows.shape == (200 if test else 24, process.SIGNALS)
        assert rows[3, 5] == run * 1e6 + 3_005


def test_a_file_of_another_shape_is_told(tmp_path):
    home = made(tmp_path)
    (home / process.FOLDER / "d04.dat").write_text("1 2 3\n4 5 6\n")
    with pytest.raises(ValueError, match=r"d04\.dat has \(2, 3\) numbers.*remove it and fetch it again"):
        process.run_of(home, 4, False)


@pytest.mark.parametrize("make", [history.training_history, history.replay_table])
def test_tables_that_were_not_fetched_are_told_with_the_command(make, tmp_path):
    with pytest.raises(FileNotFoundError, match=r"python -m data\.usecases\.tennessee_eastman\.fetch"):
        make(FAULTS, home=tmp_path)


def test_a_training_run_has_its_fault_from_the_first_row_and_a_test_run_after_eight_hours(home):
    training = process.runs(FAULTS, home, tuple(FAULTS.signals), False)
    assert training["fault"].tolist() == np.repeat(np.arange(22), 24).tolist()
    replayed = history.replay_table(FAULTS, home)
    outcome = replayed["outcome"].to_numpy().reshape(22, 200)
    assert (outcome[:, : process.FAULT_ROW] == 0).all()
    assert (outcome[:, process.FAULT_ROW :] == np.arange(22)[:, None]).all()
    start = replayed["time"].to_numpy().reshape(22, 200)
    assert set(start[:, process.FAULT_ROW] - start[:, 0]) == {np.timedelta64(8, "h")}


def test_nothing_after_a_faults_start_in_a_test_run_is_learned_and_nothing_of_the_normal_test_run(home):
    table = history.training_history(FAULTS, home=home)
    of_tests = table[table["time"] >= process.TESTED_FROM]
    run, row = (of_tests["a_feed"] // 1e6).astype(int), (of_tests["a_feed"] % 1e6 // 1e3).astype(int)
    assert set(run) == set(range(1, 22))
    assert row.max() == process.FAULT_ROW - 1
    assert (of_tests["outcome"] == 0).all()


def test_runs_are_told_in_order_and_lie_farther_apart_than_any_window_or_block(home):
    for table in (history.training_history(FAULTS, home=home), history.replay_table(FAULTS, home)):
        assert table["time"].is_monotonic_increasing and table["time"].is_unique
        assert list(table.columns) == ["asset", "time", *FAULTS.signals, "outcome", "cause"]
        assert set(table["asset"]) == set(FAULTS.assets)
        steps = np.diff(table["time"].to_numpy()) / np.timedelta64(1, "s")
        assert (steps[steps != process.STEP_S] > max(FAULTS.block_s, 86_400)).all()


def test_the_soft_sensors_outcome_is_the_analysers_value_of_the_same_row(home):
    for make in (sensor.training_history, sensor.replay_table):
        table = make(SENSOR, home=home)
        assert list(table.columns) == ["asset", "time", *SENSOR.signals, "outcome", "cause"]
        assert (table["outcome"] - table["a_feed"] == E_COLUMN).all()


def test_the_tables_come_whole_and_a_second_run_downloads_nothing(tmp_path, known_wheel):
    place = fetch(tmp_path, download=known_wheel)
    assert sorted(file.name for file in place.iterdir()) == sorted(process.FILES)
    assert process.tables_in(tmp_path) and len(left_in(tmp_path)) == len(process.FILES)
    told = []
    assert fetch(tmp_path, lambda share, said: told.append((share, said)), lambda _: pytest.fail("downloaded again")) == place
    assert told == [(1.0, f"The tables are there: {place}")]


def test_half_a_folder_is_made_whole(tmp_path, known_wheel):
    place = fetch(tmp_path, download=known_wheel)
    (place / "d13.dat").unlink()
    fetch(tmp_path, download=known_wheel)
    assert process.tables_in(tmp_path)


def test_another_file_than_the_pinned_one_is_refused_and_leaves_nothing(tmp_path):
    with pytest.raises(FetchError, match="not the file that is known"):
        fetch(tmp_path, download=a_wheel)
    assert left_in(tmp_path) == []


def test_a_download_that_brings_nothing_is_refused(tmp_path):
    with pytest.raises(FetchError, match="not the file that is known"):
        fetch(tmp_path, download=lambda folder: None)
    assert left_in(tmp_path) == []


def test_a_full_disk_while_unpacking_leaves_nothing(tmp_path, known_wheel, monkeypatch):
    def full(self, data):
        if self.name == "d11.dat":
            raise OSError(28, "No space left on device")
        return written(self, data)

    written = Path.write_bytes
    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(FetchError, match="No space left on device"):
        fetch(tmp_path, download=known_wheel)
    assert left_in(tmp_path) == []


def test_without_a_network_it_is_said_how_to_bring_the_file(tmp_path, monkeypatch, capsys):
    refused = subprocess.CompletedProcess(
        [], 1, "", "WARNING: retrying\nERROR: No matching distribution found for bibmon==1.2.0\n"
    )
    monkeypatch.setattr(module.subprocess, "run", lambda *_, **__: refused)
    assert main(["--home", str(tmp_path)]) == 1
    said = capsys.readouterr().err
    assert "No matching distribution" in said and "Pullcord runs without it" in said and "--wheel FILE" in said
    assert left_in(tmp_path) == []


def test_only_the_one_pinned_package_is_asked_for_through_the_plants_own_index(tmp_path, monkeypatch):
    asked = []

    def run(words, **_):
        asked.append(words)
        return subprocess.CompletedProcess(words, 0, "", "")

    monkeypatch.setattr(module.subprocess, "run", run)
    with pytest.raises(FetchError):
        fetch(tmp_path)
    (words,) = asked
    assert "--no-deps" in words and "bibmon==1.2.0" in words and not any("://" in word for word in words)


def test_a_wheel_that_is_not_there_is_named(tmp_path, capsys):
    assert main(["--home", str(tmp_path), "--wheel", str(tmp_path / "away.whl")]) == 1
    assert f"there is no file {tmp_path / 'away.whl'}" in capsys.readouterr().err


def test_the_summary_can_be_read_by_a_program(tmp_path, known_wheel, capsys):
    fetch(tmp_path, download=known_wheel)
    assert main(["--home", str(tmp_path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"folder": str(tmp_path / process.FOLDER), "files": 44}


@fetched
@pytest.mark.parametrize(("use_case", "told"), [(FAULTS, history), (SENSOR, sensor)], ids=["diagnosis", "sensor"])
def test_no_published_row_goes_to_quarantine(use_case, told):
    for table in (told.training_history(use_case, home=HOME), told.replay_table(use_case, HOME)):
        for name, signal in use_case.signals.items():
            outside = int((~table[name].between(*signal.limits)).sum())
            assert not outside, f"{name}: {outside} rows outside {signal.limits}"


@fetched
def test_runs_end_where_the_plant_tripped_as_the_frozen_truth_says_and_no_other_is_cut():
    sets = Sets.read(tuple(FAULTS.signals)).told
    last = {False: sets["last_row_training"], True: sets["last_row_test"]}
    for test in (False, True):
        for run in process.RUNS:
            rows = process.run_of(HOME, run, test)
            assert len(process.until_trip(rows)) == last[test].get(str(run), len(rows) - 1) + 1, f"run {run}"


def test_a_run_that_trips_ends_with_its_last_row_of_a_running_plant(tmp_path):
    home, rng = made(tmp_path), np.random.default_rng(0)
    rows = rng.normal(50, 5, (200, process.SIGNALS)).round(3)
    rows[120:, :30] = rows[120, :30]  # valves and analysers go on
    np.savetxt(home / process.FOLDER / "d06_te.dat", rows, fmt="%.3f")
    table = history.replay_table(FAULTS, home)
    run = (table["time"] - process.TESTED_FROM).dt.days // process.APART_DAYS
    assert (run == 6).sum() == 120 and (run == 7).sum() == 200


@fetched
def test_the_published_runs_have_their_lengths_and_every_class_is_learned_watched_and_held_out():
    assert process.run_of(HOME, 0, False).shape == (500, 52) and process.run_of(HOME, 21, False).shape == (480, 52)
    assert len(history.replay_table(FAULTS, HOME)) == 22 * 960 - (960 - 278) - (960 - 389)
    table = history.training_history(FAULTS, home=HOME)
    names = blocks(FAULTS, table)
    held_out, watched = drawn(names, 5), drawn(names, WATCHED_OF, "watched")
    for rows in (held_out, watched & ~held_out, ~held_out & ~watched):
        assert set(table.loc[rows, "outcome"]) == set(range(22))


def test_a_row_without_a_time_of_its_own_is_told_by_its_file_and_number(home):
    use_case = load("tennessee_eastman", home)
    table = process.runs(use_case, home, tuple(use_case.signals), True)
    counts = table.groupby((table["time"] - process.TESTED_FROM).dt.days // process.APART_DAYS).cumcount()
    for at in (0, 159, 200, len(table) - 1):
        file, row = process.place(table["time"].iloc[at])
        assert row == counts.iloc[at] + 1
        assert np.allclose(process.run_of(home, int(file[1:3]), "_te" in file)[row - 1], table[list(use_case.signals)].iloc[at])
    learned = history.training_history(use_case, home=home)
    files = {process.place(time)[0] for time in learned["time"]}
    assert "d00.dat" in files and "d21_te.dat" in files and "d00_te.dat" not in files
