"""What goes out and comes back: tables, Label Studio tasks, and a release that plain Python uses without Pullcord."""

import json
import shutil
import subprocess
import sys
import zipfile

import numpy as np
import pandas as pd
import pytest

from data.people import DEMO_PEOPLE, NotAllowed
from data.records import VerdictKind
from data.store import open_store
from data.usecase.file import load
from data.usecases.milling.history import training_history
from models.exchange.__main__ import main
from models.exchange.label_studio import import_tasks, labeling_config, tasks
from models.exchange.release_folder import export_release, zipped
from models.exchange.tables import ExchangeError, cases_table, named_inputs, training_table, write_table
from models.release.release import Release
from models.training.training_set import training_set
from tests.data.store.test_store_review import pull, say

MILLING = load("milling")
ERIK, OLGA = (next(one for one in DEMO_PEOPLE if one.id == name) for name in ("erik", "olga"))


@pytest.fixture
def plant(staffed, record, scored_batch):
    record(scored_batch(0, 24, score=0.82))
    return staffed


def test_a_case_goes_out_with_its_reading_and_verdict_whatever_the_format(plant, tmp_path):
    first, second = pull(plant, 1, comment="No; coolant"), pull(plant, 3)
    say(plant, first.case, "erik")
    table = cases_table(MILLING, plant)
    assert table["case"].tolist() == [first.case, second.case] and table["verdict"].tolist() == ["model_wrong", ""]
    for ending in ("csv", "parquet"):
        file = write_table(table, tmp_path / f"cases.{ending}")
        again = pd.read_csv(file) if ending == "csv" else pd.read_parquet(file)
        assert again["torque"].tolist() == table["torque"].tolist() and again["comments"][0] == "No; coolant"
        assert again["outcome"][0] == 0.0 and again["product_type"].tolist() == table["product_type"].tolist()
    with pytest.raises(ExchangeError, match=r"ends in \.csv or \.parquet"):
        write_table(table, tmp_path / "cases.xls")
    with pytest.raises(ExchangeError, match="name another place"):
        write_table(table, tmp_path / "nowhere" / "cases.csv")


def test_a_training_set_goes_out_as_it_is_learned_from(plant):
    told = training_set(MILLING, plant, history_rows=2000)
    table = named_inputs(MILLING, training_table(told))
    assert np.array_equal(table[[f"x_{name}" for name in MILLING.features]].to_numpy(np.float32), told.x)
    assert np.array_equal(table["y"], told.y) and np.array_equal(table["held_out"], told.held_out)


def test_cases_go_to_label_studio_and_their_verdicts_come_back_once(plant):
    first, second, third = (pull(plant, reading) for reading in (1, 3, 5))
    say(plant, first.case, "erik")
    out = json.loads(json.dumps(tasks(MILLING, plant)))
    assert [task["data"]["case"] for task in out] == [first.case, second.case, third.case]
    assert out[0]["data"]["values"]["Torque"] == "0.0 Nm" and out[0]["predictions"][0]["model_version"] == "release 1"
    names = {one["from_name"] for one in out[0]["annotations"][0]["result"]}
    assert names == {"verdict", "outcome", "answer"} and all(f'name="{name}"' in labeling_config(MILLING) for name in names)
    out[1]["annotations"] = [annotation(verdict="model_wrong", outcome="failure", cause="HDF", answer="It ran hot.")]
    out[2]["annotations"] = [
        annotation(verdict="model_right", answer="Fine."),
        annotation(verdict="bad_data", answer="x", cancelled=True),
    ]
    assert import_tasks(MILLING, plant, out, ERIK) == (2, [])
    (verdict,) = plant.feedback.verdicts(second.case)
    assert (verdict.kind, verdict.outcome, verdict.cause, verdict.person) == (VerdictKind.MODEL_WRONG, 1.0, "HDF", "erik")
    assert import_tasks(MILLING, plant, out, ERIK) == (0, [])
    assert len(plant.feedback.verdicts(first.case)) == 1 and len(plant.feedback.corrections("milling")) == 2


def annotation(cancelled=False, **said):
    result = [
        {"from_name": name, "to_name": "reading", "type": "textarea" if name == "answer" else "choices",
         "value": {"text": [value]} if name == "answer" else {"choices": [value]}}
        for name, value in said.items()
    ]  # fmt: skip
    return {"result": result, "was_cancelled": cancelled, "completed_by": 7}


@pytest.mark.parametrize(
    "said, field, told",
    [
        ({"verdict": "nonsense", "answer": "x"}, "verdict", "choose one of model_wrong"),
        ({"verdict": "model_wrong", "answer": "x"}, "outcome", "choose one of no failure, failure"),
        ({"verdict": "model_wrong", "outcome": "failure", "cause": "XYZ", "answer": "x"}, "cause", "choose one of HDF"),
        ({"verdict": "model_right", "answer": " "}, "answer", "write one"),
        ({"verdict": "model_right"}, "answer", "write one"),
    ],
)
def test_what_cannot_be_taken_is_told_by_task_case_and_field_and_stops_nothing(plant, said, field, told):
    first, second = pull(plant, 1), pull(plant, 3)
    out = tasks(MILLING, plant)
    out[0]["annotations"], out[1]["annotations"] = [annotation(**said)], [annotation(verdict="model_right", answer="Fine.")]
    taken, (problem,) = import_tasks(MILLING, plant, out, ERIK)
    assert taken == 1 and (problem.task, problem.case, problem.field) == (0, str(first.case), field) and told in problem.told
    assert plant.feedback.verdicts(first.case) == [] and len(plant.feedback.verdicts(second.case)) == 1


def test_strange_files_and_people_are_refused(plant):
    first = pull(plant, 1)
    with pytest.raises(NotAllowed):
        import_tasks(MILLING, plant, [], OLGA)
    with pytest.raises(ExchangeError, match="list of tasks"):
        import_tasks(MILLING, plant, {"data": 1}, ERIK)
    plant.feedback.claim(first.case, "dana")
    strange = [
        {"data": {"case": 99}, "annotations": []},
        {"data": {}},
        {"data": {"case": first.case}, "annotations": [annotation(verdict="model_right", answer="x")]},
    ]
    taken, problems = import_tasks(MILLING, plant, strange, ERIK)
    assert (
        taken == 0
        and [one.field for one in problems] == ["data.case", "data.case", "annotations"]
        and "is with dana" in problems[2].told
    )


@pytest.fixture(scope="module")
def release(released_home):
    store = open_store(released_home / "pullcord.db")
    yield Release.load(released_home, store.releases.get("milling", 1), MILLING)
    store.close()


def test_a_release_predicts_the_same_in_plain_python(release, tmp_path):
    folder = export_release(release, tmp_path / "exported")
    rows = training_history(MILLING, rows=200, seed=5)[list(MILLING.signals)]
    rows.to_csv(tmp_path / "rows.csv", index=False)
    alone = [sys.executable, "-I", str(folder / "predict.py"), str(tmp_path / "rows.csv")]
    done = subprocess.run(alone, cwd="/", capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    told = [json.loads(line) for line in done.stdout.splitlines()]
    x = np.stack([release.row(row) for row in rows.to_dict("records")])
    assert np.array_equal([one["risk"] for one in told], release.risk(x))
    shares = np.array([list(one["contributions"].values()) for one in told])
    assert np.allclose(shares, release.score_and_contributions(x)[1], atol=1e-5)
    source = (folder / "predict.py").read_text()
    assert not any(f"import {name}" in source or f"from {name}" in source for name in ("data", "models", "explainers", "pandas"))
    with pytest.raises(ExchangeError, match="there already"):
        export_release(release, folder)


def test_a_row_that_cannot_be_predicted_is_named(release, tmp_path):
    folder = export_release(release, tmp_path / "exported")
    rows = training_history(MILLING, rows=3, seed=5)[list(MILLING.signals)].astype(object)
    rows.loc[1, "torque"] = "no signal"
    rows.to_csv(tmp_path / "rows.csv", index=False)
    done = subprocess.run(
        [sys.executable, "-I", str(folder / "predict.py"), str(tmp_path / "rows.csv")], capture_output=True, text=True
    )
    assert done.returncode == 1 and "row 2: torque is 'no signal'; write a number" in done.stderr


def test_the_archive_holds_the_folder_with_its_checksums(release, tmp_path):
    (tmp_path / "packed.zip").write_bytes(zipped(release))
    with zipfile.ZipFile(tmp_path / "packed.zip") as archive:
        archive.extractall(tmp_path)
    folder = tmp_path / "milling-release-1"
    done = subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0 and {"model.json: OK", "predict.py: OK"} <= set(done.stdout.splitlines())


def test_the_command_line_says_what_it_did_and_what_is_wrong(released_home, tmp_path, capsys):
    home = tmp_path / "home"
    shutil.copytree(released_home, home)
    assert (
        main(["cases", "--home", str(home), "--out", str(tmp_path / "cases.csv")]) == 0 and "0 cases" in capsys.readouterr().out
    )
    assert main(["label-studio", "--home", str(home), "--out", str(tmp_path / "tasks.json")]) == 0
    assert (tmp_path / "tasks.xml").read_text().startswith("<View>")
    assert main(["label-studio-import", str(tmp_path / "tasks.json"), "--as", "nobody", "--home", str(home)]) == 1
    assert "Nobody has said who they are" in capsys.readouterr().err
    assert (
        main(["release", "9", "--home", str(home), "--out", str(tmp_path / "r")]) == 1
        and "no release 9" in capsys.readouterr().err
    )
    assert main(["release", "1", "--home", str(home), "--out", str(tmp_path / "r.zip")]) == 0 and (tmp_path / "r.zip").is_file()
    (tmp_path / "broken.json").write_text("{")
    assert main(["label-studio-import", str(tmp_path / "broken.json"), "--as", "erik", "--home", str(home)]) == 1
    assert "is no JSON" in capsys.readouterr().err
