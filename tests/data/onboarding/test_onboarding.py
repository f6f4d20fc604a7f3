"""A use case of anybody's table: what is inferred, what is refused, and nothing half-created."""

import json
import shlex

import numpy as np
import pandas as pd
import pytest

from data.onboarding.columns import label_and_unit
from data.onboarding.create import create
from data.onboarding.profile import profile
from data.onboarding.target import OnboardingError
from data.sources.replay import ReplayTable
from data.tables.read import TableError
from data.usecase.file import load
from data.usecases.__main__ import main
from worker import _parser as worker_words

RNG = np.random.default_rng(3)


def machines(rows=2000):
    """Like a published table of a milling machine: ids, units in headers, flags of kinds of failure beside the target."""
    torque, wear = RNG.normal(40, 10, rows), RNG.integers(0, 250, rows)
    osf, pwf = torque * wear > 9500, torque > 62
    return pd.DataFrame(
        {
            "UDI": np.arange(1, rows + 1), "Product ID": [f"L{47181 + i}" for i in range(rows)], "Type": RNG.choice(["L", "M", "H"], rows),
            "Torque [Nm]": torque.round(1), "Tool wear [min] ": wear, "Machine failure": (osf | pwf).astype(int), "OSF": osf.astype(int),
            "PWF": pwf.astype(int), "Site": "Ulm", "Torque copy": torque.round(1),
        }
    )  # fmt: skip


def turbine(rows=3000):
    """Like an hourly log: times, a value that drifts slowly, a column that is nearly the target."""
    at = np.arange(rows)
    load_, air = 60 + 20 * np.sin(at / 40), 15 + 10 * np.sin(at / 300)
    nox = 50 + 0.4 * load_ - 0.8 * air + RNG.normal(0, 1, rows)
    when = pd.Timestamp("2020-01-01", tz="UTC") + pd.to_timedelta(at, unit="h")
    return pd.DataFrame(
        {"when": when.astype(str), "load (MW)": load_, "air temp in °C": air, "NOx [mg/m³]": nox, "NOx again": nox * 1.0001}
    )


@pytest.fixture
def csv(tmp_path):
    def write(frame, name="line 3.csv", **given):
        frame.to_csv(tmp_path / name, index=False, **given)
        return tmp_path / name

    return write


def test_a_table_of_machines_becomes_a_valid_use_case(csv, tmp_path):
    made = create([csv(machines())], "machine failure", tmp_path)
    use_case = load(made.name, tmp_path)
    assert made.name == "line_3" and use_case.task == "binary"
    assert list(use_case.signals) == ["type", "torque", "tool_wear"] and use_case.signals["torque"].unit == "Nm"
    assert use_case.signals["tool_wear"].limits[0] == 0 and use_case.signals["type"].categories == ("H", "L", "M")
    assert set(use_case.target.causes) == {"OSF", "PWF"}
    why = {column.header: said for column, said in made.profile.left_out}
    assert "counts the rows" in why["UDI"] and "nearly every row" in why["Product ID"] and "always" in why["Site"]
    assert "same values" in why["Torque copy"] and "kind of failure" in why["OSF"]


def test_a_log_becomes_a_regression_with_time_pace_and_blocks(csv, tmp_path):
    made = create([csv(turbine())], "NOx", tmp_path, name="nox")
    use_case = load("nox", tmp_path)
    assert use_case.task == "regression" and use_case.target.unit == "mg/m³" and use_case.cadence_s == 3600
    assert use_case.replay.time_column == "when" and use_case.block_s >= 3600 * 10
    assert list(use_case.signals) == ["load", "air_temp"] and use_case.signals["air_temp"].unit == "°C"
    assert any("NOx again" in warning and "left out" in warning for warning in made.profile.warnings)
    assert any("Neighbouring rows" in note for note in made.profile.notes)
    low, high = use_case.target.allowed
    assert low is None and high == pytest.approx(turbine()["NOx [mg/m³]"].quantile(0.95), rel=0.05)


def test_several_classes_get_severities_and_words(csv, tmp_path):
    table = machines().assign(
        state=lambda t: np.where(t["OSF"] == 1, "overstrained", np.where(t["PWF"] == 1, "overpowered", "OK"))
    )
    create([csv(table.drop(columns=["Machine failure", "OSF", "PWF"]))], "state", tmp_path, name="states")
    use_case = load("states", tmp_path)
    assert use_case.task == "multiclass" and use_case.target.outcomes == {0: "OK", 1: "overpowered", 2: "overstrained"}
    assert use_case.target.severity == {0: 0, 1: 1, 2: 1} and use_case.replay.outcomes["overstrained"] == 2


@pytest.mark.parametrize(
    ("header", "label", "unit"),
    [
        ("Torque [Nm]", "Torque", "Nm"), ("Torque (Nm)", "Torque", "Nm"), ("torque_Nm", "Torque", "Nm"), ("Temp in °C", "Temp", "°C"),
        ("speed, rpm", "Speed", "rpm"), ("  flow rate  ", "Flow rate", ""), ("XMEAS(1)", "XMEAS(1)", ""), ("bearing_temp", "Bearing temp", ""),
    ],
)  # fmt: skip
def test_units_are_read_from_headers(header, label, unit):
    assert label_and_unit(header) == (label, unit)


def test_a_target_without_a_name_is_told_like_any_that_is_not_there():
    with pytest.raises(OnboardingError, match="--target '' is no column of the table"):
        profile(pd.DataFrame({"torque": np.arange(300.0), "bad": np.arange(300) % 2}), "")


def test_assets_times_and_their_oddities_are_found():
    base = pd.Timestamp("2024-01-01")
    table = pd.DataFrame(
        {
            "machine": np.repeat(["A", "B"], 300), "timestamp": [base + pd.Timedelta(minutes=int(i)) for i in (*range(300), *range(300))],
            "x": RNG.normal(size=600), "speed": np.repeat([5.0, 7.0], 300), "bad": RNG.integers(0, 2, 600),
        }
    )  # fmt: skip
    table.loc[10, "timestamp"], table.loc[20, "timestamp"] = base, table.loc[19, "timestamp"]
    found = profile(table, "bad")
    assert found.order.asset == "machine" and found.order.assets == ("A", "B") and found.order.cadence_s == 60
    assert any("backwards" in note for note in found.notes) and any("same time" in note for note in found.notes)
    assert any("by heart" in warning and "speed" in warning for warning in found.warnings)


def test_a_target_that_only_some_rows_have(csv, tmp_path):
    table = machines()
    table["quality"] = np.where(np.arange(len(table)) % 3 == 0, table["Torque [Nm]"] * 2 + RNG.normal(0, 3, len(table)), np.nan)
    made = create([csv(table)], "quality", tmp_path, name="some")
    assert any("1,333 of 2,000 rows have no 'quality'" in note for note in made.profile.notes)
    from models.dataset.history import history_of

    assert len(history_of(load("some", tmp_path))) == 667


def test_names_of_any_kind_are_data_never_code(csv, tmp_path):
    table = machines(400).rename(
        columns={"Torque [Nm]": '<img src=x onerror="alert(1)">: #1', "Tool wear [min] ": "class", "Type": "größe, 'a': {b}\n"}
    )
    made = create([csv(table)], "Machine failure", tmp_path, name="odd")
    use_case = load("odd", tmp_path)
    assert len(use_case.signals) == 3 and "signal_class" in use_case.signals
    assert any("<img" in header for header in use_case.replay.columns) and made.profile.rows == 400


@pytest.mark.parametrize(
    ("change", "target", "said"),
    [
        (lambda t: t.assign(y=np.nan), "y", "no value in any"),
        (lambda t: t.assign(y=3.0), "y", "nothing to tell apart"),
        (lambda t: t.assign(y=[f"class {i}" for i in range(len(t))]), "y", "2,000 different texts"),
        (lambda t: t, "Machine failur", "Did you mean 'Machine failure'"),
        (lambda t: t[["Site", "Machine failure"]], "Machine failure", "No column is left"),
        (lambda t: t.head(20), "Machine failure", "Too few rows have a value of .*20"),
    ],
)
def test_what_cannot_be_is_told_and_nothing_stays_behind(csv, tmp_path, change, target, said):
    with pytest.raises(OnboardingError, match=said):
        create([csv(change(machines()))], target, tmp_path / "home")
    assert not list((tmp_path / "home").rglob("*.yaml"))


def test_a_write_that_fails_leaves_nothing(csv, tmp_path, monkeypatch):
    def fails(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(pd.DataFrame, "to_parquet", fails)
    with pytest.raises(KeyboardInterrupt):
        create([csv(machines())], "Machine failure", tmp_path / "home")
    assert not list((tmp_path / "home" / "usecases").iterdir())


def test_files_of_one_kind_are_put_together_others_refused(csv, tmp_path):
    one, two = csv(machines(300), "one.csv"), csv(machines(300), "two.csv")
    assert create([one, two], "Machine failure", tmp_path).profile.rows == 600
    with pytest.raises(TableError, match="other columns"):
        create([one, csv(machines(300).drop(columns="Type"), "three.csv")], "Machine failure", tmp_path)


@pytest.mark.parametrize("files", [("one shift.csv",), ("late shift.csv", "early shift.csv", "night.csv")])
@pytest.mark.parametrize("named", [True, False])
def test_the_commands_that_come_next_can_be_pasted(csv, tmp_path, monkeypatch, capsys, files, named):
    """Of several files the replay is of all of them, wherever they lie and however they are called, in the home that was named."""
    home = tmp_path / "a home"
    monkeypatch.setenv("PULLCORD_HOME", str(tmp_path / "elsewhere" if named else home))
    given = [str(csv(machines(300), name)) for name in files]
    assert main(["new", *given, "--target", "Machine failure", "--name", "press", *(["--home", str(home)] if named else [])]) == 0
    lines = [line.strip() for line in capsys.readouterr().out.splitlines() if line.startswith("  python")]
    training, replay = (shlex.split(line) for line in lines)
    asked = worker_words().parse_args(replay[2:])
    assert training[:3] == ["python", "-m", "models.training"] and replay[:2] == ["python", "worker.py"]
    homes = [words[words.index("--home") + 1] if "--home" in words else None for words in (training, replay)]
    assert homes == [str(home) if named else None] * 2 and asked.home == (home if named else None)
    use_case = load(asked.use_case, asked.home or home)
    table = ReplayTable(use_case, asked.replay)
    assert table.rows == 300 * len(files) and asked.speed >= 1


def test_the_command_line_makes_lists_checks_shows_and_removes(csv, tmp_path, capsys, monkeypatch):
    home = tmp_path / "home"
    words = ["--home", str(home), "--json"]
    assert main(["new", str(csv(machines())), "--target", "Machine failure", "--name", "mine", *words]) == 0
    made = json.loads(capsys.readouterr().out)
    assert made["task"] == "binary" and made["causes"] == ["OSF", "PWF"]
    assert main(["new", str(csv(machines())), "--target", "Machine failure", "--name", "mine", *words]) == 1
    assert "already" in capsys.readouterr().err
    assert main(["list", *words]) == 0
    listed = {one["name"]: one for one in json.loads(capsys.readouterr().out)}
    assert listed["mine"]["own"] and not listed["milling"]["own"]
    assert main(["check", *words]) == 0 and main(["show", "mine", *words]) == 0
    capsys.readouterr()
    file = home / "usecases" / "mine" / "usecase.yaml"
    file.write_text(file.read_text().replace("enter: 0.5, leave: 0.4", "enter: 0.5, leave: 0.9"))
    assert main(["check", "mine", "--home", str(home)]) == 1
    said = capsys.readouterr().err
    assert "line " in said and "advice.possible" in said and "leave (0.9) is above enter" in said
    assert main(["remove", "mine", *words]) == 0 and not file.exists()
    assert main(["remove", "milling", *words]) == 1 and "built in" in capsys.readouterr().err


def test_removing_never_orphans_records(csv, tmp_path, capsys):
    from data.store import open_store
    from models.lifecycle.registry import register
    from models.training.train import train
    from models.training.training_set import training_set

    home = tmp_path / "home"
    made = create([csv(machines())], "Machine failure", home, name="kept")
    store, use_case = open_store(home / "pullcord.db"), load(made.name, home)
    store.readings.prepare(use_case)
    register(home, store, use_case, train(use_case, training_set(use_case, store), lambda *_: True), "test")
    assert main(["remove", "kept", "--home", str(home)]) == 1 and "--keep-records" in capsys.readouterr().err
    assert main(["remove", "kept", "--keep-records", "--home", str(home)]) == 0
    assert len(store.releases.all("kept")) == 1 and list((home / "usecases" / ".removed").glob("kept-*/usecase.yaml"))


def countries():
    """Like a table of many units over the same years: a name, its code as text and as number, a clock, what is measured."""
    names = [f"Unit {a}{b}" for a in "ABCDEFGH" for b in "abcdefgh"]
    at = np.arange(len(names) * 12)
    return pd.DataFrame(
        {
            "name": np.repeat(names, 12), "region": np.repeat(np.arange(64) % 4, 12).astype(str), "year": 1952 + 5 * (at % 12),
            "output": 50 + at % 12 + RNG.normal(0, 1, len(at)), "load": RNG.normal(40, 5, len(at)), "code": np.repeat([n[-2:] for n in names], 12),
            "number": np.repeat(np.arange(64) * 4 + 7, 12),
        }
    )  # fmt: skip


def test_a_text_of_equal_courses_is_the_asset_and_its_other_names_are_left_out():
    found = profile(countries(), "output")
    assert found.order.asset == "name" and len(found.order.assets) == 64 and found.order.time is None
    assert [one.header for one in found.signals] == ["region", "year", "load"]
    why = {column.header: said for column, said in found.left_out}
    assert "another name of 'name'" in why["number"] and "different texts" in why["code"]
    assert any("each of its 64 texts has 12 rows, in the order of 'year'" in note for note in found.notes)


def test_equal_counts_alone_make_no_asset():
    plain = countries().drop(columns="year")
    assert profile(plain, "output").order.asset is None
    shuffled = countries().assign(year=RNG.permutation(countries()["year"].to_numpy()))
    assert profile(shuffled, "output").order.asset is None
