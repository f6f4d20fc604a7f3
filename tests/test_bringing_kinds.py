"""scikit-learn pipelines (skops) and ONNX files become challengers of every task, or are refused with the reason; nothing of a stranger runs."""

import json
import pickle
import zipfile

import numpy as np
import pandas as pd
import pytest
import skops.io
import xgboost
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import (
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler

from data.people import DEMO_PEOPLE
from data.sources.replay import ReplaySource, ReplayTable
from data.store import open_store
from data.usecase_file import load
from explainers.contract import CannotExplain
from models.asking import what_if, what_would_change
from models.exchange.__main__ import main
from models.exchange.bringing import bring_file
from models.exchange.release_folder import export_release
from models.exchange.tables import ExchangeError
from models.gate import gate
from models.kinds.skops_file import untrusted
from models.live import LiveLoop
from models.memory import memory
from models.registry import champion
from models.release import Release, ReleaseError
from models.training_set import training_set
from tests.plants import plant, readings

DANA = next(one for one in DEMO_PEOPLE if one.id == "dana")
TASKS = ("binary", "multiclass", "regression")


@pytest.fixture(scope="module")
def homes(tmp_path_factory):
    """A small plant of each task, with its use case and store."""
    found = {}
    for task in TASKS:
        folder = tmp_path_factory.mktemp(task)
        use_case = load(plant(folder, task), folder)
        store = open_store(folder / "pullcord.db")
        store.readings.prepare(use_case)
        found[task] = folder, store, use_case
    yield found
    for _, store, _ in found.values():
        store.close()


def filled(last):
    return make_pipeline(SimpleImputer(), StandardScaler(), last)


def texts(last):
    """As most people build one: texts one-hot, numbers filled and scaled."""
    numbers = make_pipeline(SimpleImputer(), StandardScaler())
    one_hot = OneHotEncoder(handle_unknown="ignore")
    return make_pipeline(ColumnTransformer([("kinds", one_hot, ["fuel"])], remainder=numbers), last)


MODELS = {
    ("logistic", "binary"): lambda: texts(LogisticRegression(max_iter=500)),
    ("logistic", "multiclass"): lambda: texts(LogisticRegression(max_iter=500)),
    ("ridge", "regression"): lambda: texts(Ridge()),
    ("boosting", "binary"): lambda: HistGradientBoostingClassifier(max_iter=30),
    ("boosting", "multiclass"): lambda: HistGradientBoostingClassifier(max_iter=30),
    ("boosting", "regression"): lambda: HistGradientBoostingRegressor(max_iter=30),
    ("forest", "binary"): lambda: RandomForestClassifier(30, max_depth=8, n_jobs=2),
    ("forest", "multiclass"): lambda: RandomForestClassifier(30, max_depth=8),
    ("forest", "regression"): lambda: filled(RandomForestRegressor(20, max_depth=8)),
    ("xgboost", "binary"): lambda: xgboost.XGBClassifier(n_estimators=20, max_depth=3),
}


def table(use_case, coded=False):
    """What somebody trains on: the features under their names, categories as text (or codes), and the outcome."""
    told = training_set(use_case, None)
    frame = pd.DataFrame(told.x.astype(float), columns=list(use_case.features))
    if not coded:
        frame["fuel"] = np.array(["coal", "gas"], object)[frame["fuel"].astype(int)]
    return frame, told.y if use_case.task == "regression" else told.y.astype(int)


def saved(model, file):
    skops.io.dump(model, file)
    return untrusted(file.read_bytes(), file.name)


@pytest.mark.parametrize("kind", MODELS, ids=lambda kind: "-".join(kind))
def test_a_scikit_learn_model_becomes_a_release_that_says_what_it_said(homes, tmp_path, kind):
    folder, store, use_case = homes[kind[1]]
    frame, y = table(use_case, coded=kind[0] != "logistic" and kind[0] != "ridge")
    model = MODELS[kind]().fit(frame, y)
    record = bring_file(folder, store, use_case, tmp_path / "m.skops", DANA, trusted=saved(model, tmp_path / "m.skops"))
    release = Release.load(folder, record, use_case)
    x = training_set(use_case, None).x[:60]
    ours, rows = release.says(x), frame.iloc[:60]
    if use_case.task == "regression":
        assert np.allclose(ours.predicted, model.predict(rows), atol=1e-4)
        assert np.allclose(ours.contributions.sum(axis=1), ours.predicted, atol=1e-3)
    elif use_case.task == "binary":
        assert np.allclose(ours.risk, model.predict_proba(rows)[:, 1], atol=2e-4)
    else:
        assert np.array_equal(ours.predicted, model.predict(rows))
        assert np.allclose(ours.risk, model.predict_proba(rows)[:, 1:].sum(axis=1), atol=1e-3)
    assert ours.gap < 1e-3 and np.array_equal(release.says(x).contributions, ours.contributions)
    assert record.figures["held_out"]["rows"] > 100 and record.figures["size_kb"] > 1
    assert release.manifest["model"]["rows_per_s"] > 0 and release.manifest["model"]["trusted"] == list(
        untrusted(release.brought.content, "")
    )
    assert (folder / record.folder / "model.skops").read_bytes() == (tmp_path / "m.skops").read_bytes()


@pytest.mark.parametrize("task", TASKS)
def test_one_goes_live_with_everything_around_it(homes, tmp_path, task):
    folder, store, use_case = homes[task]
    kind = ("ridge" if task == "regression" else "logistic", task)
    frame, y = table(use_case)
    model = MODELS[kind]().fit(frame, y)
    first = bring_file(folder, store, use_case, tmp_path / "m.skops", DANA, trusted=saved(model, tmp_path / "m.skops"))
    store.releases.set_champion(use_case.name, first.number, "dana", "tried")
    second = bring_file(
        folder, store, use_case, tmp_path / "m.skops", DANA, trusted=untrusted((tmp_path / "m.skops").read_bytes(), "")
    )
    lines = {line.name: line for line in gate(use_case, second.figures)}
    assert lines["recall"].value is not None and lines["latency"].passes and lines["main_reason"].value in (0.0, None)
    if task == "regression":
        assert lines["mae"].value == 0.0 and lines["mae"].unit == "%"
    source = ReplaySource(
        use_case, ReplayTable(use_case, folder / "later.csv", readings(task, 400, seed=5, first="2024-03-01")),
        store.readings.start_source(f"replay:{first.number}", 0),
    )  # fmt: skip
    loop = LiveLoop(folder, store, use_case, source)
    while not source.exhausted():
        loop.step(100, int(2e15))
    assert store.readings.counts(use_case.name)["readings"] >= 390
    seen = store.readings.board(use_case.name)[0].prediction
    release = champion(folder, store, use_case)
    assert seen.release == first.number and sum(seen.contributions.values()) != 0
    told = release.interventional().explain(release.row(seen.values))
    assert told.gap < 1e-3 and np.isfinite(told.contributions).all() and "many predictions" in told.note
    assert np.isfinite(release.local_surrogate().explain(release.row(seen.values)).contributions).all()
    assert what_would_change(release, seen.values).tried > 100
    assert 0 <= what_if(release, seen.values, {"temperature": 800.0}).risk <= 1
    found = release.interactions(release.background)
    assert found.matrix.shape == (len(use_case.features),) * 2 and found.rows == 40
    exported = export_release(release, tmp_path / "out")
    assert "skops.io.load" in (exported / "README.md").read_text() and (exported / "model.skops").exists()
    assert ("trained elsewhere" in release.card and "LogisticRegression" in release.card) or "Ridge" in release.card
    if task == "binary":
        assert release.quality["quiet"]["completeness"]["p50"] < 1e-3


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("by_name", [False, True], ids=["matrix", "columns"])
def test_an_onnx_file_says_the_same(homes, tmp_path, task, by_name):
    from skl2onnx import to_onnx
    from skl2onnx.common.data_types import FloatTensorType, StringTensorType

    folder, store, use_case = homes[task]
    last = {
        "binary": LogisticRegression(max_iter=500),
        "multiclass": RandomForestClassifier(20, max_depth=6),
        "regression": Ridge(),
    }[task]
    frame, y = table(use_case, coded=not by_name)
    if by_name:
        model = texts(last).fit(frame, y)
        kinds = [(name, (StringTensorType if name == "fuel" else FloatTensorType)([None, 1])) for name in use_case.features]
        made = to_onnx(model, initial_types=kinds)
    else:
        model = filled(last).fit(frame.to_numpy(np.float32), y)
        options = {} if task == "regression" else {id(last): {"zipmap": False}}
        made = to_onnx(model, frame.to_numpy(np.float32)[:2], options=options)
    (tmp_path / "m.onnx").write_bytes(made.SerializeToString())
    record = bring_file(folder, store, use_case, tmp_path / "m.onnx", DANA)
    release = Release.load(folder, record, use_case)
    x = training_set(use_case, None).x[:60]
    ours = release.says(x)
    rows = frame.iloc[:60] if by_name else frame.to_numpy(np.float32)[:60]
    if task == "regression":
        assert np.allclose(ours.predicted, model.predict(rows), atol=1e-3)
    else:
        assert np.allclose(ours.risk, model.predict_proba(rows)[:, 1:].sum(axis=1), atol=2e-3)
    assert ours.gap < 1e-3 and record.figures["held_out"]["rows"] > 100


def test_types_are_listed_and_nothing_is_opened_until_they_are_named(homes, tmp_path, capsys):
    folder, store, use_case = homes["binary"]
    frame, y = table(use_case, coded=True)
    file, before = tmp_path / "m.skops", len(store.releases.all(use_case.name))
    saved(MODELS["xgboost", "binary"]().fit(frame, y), file)
    asked = ["bring", str(file), "--as", "dana", "--use-case", use_case.name, "--home", str(folder)]
    store.people.save(DANA, "test")
    assert main(asked) == 1
    said = capsys.readouterr().err
    assert (
        "xgboost.core.Booster" in said and "--trust xgboost.sklearn.XGBClassifier" in said and "Nothing of it was opened" in said
    )
    assert main([*asked, "--trust", "xgboost.core.Booster"]) == 1
    assert len(store.releases.all(use_case.name)) == before
    capsys.readouterr()
    assert main([*asked, "--trust", "xgboost.core.Booster", "--trust", "xgboost.sklearn.XGBClassifier"]) == 0
    assert len(store.releases.all(use_case.name)) == before + 1


def test_what_could_run_code_is_never_built(homes, tmp_path):
    folder, store, use_case = homes["regression"]
    frame, y = table(use_case, coded=True)
    file = tmp_path / "m.skops"
    skops.io.dump(make_pipeline(FunctionTransformer(np.nan_to_num), Ridge()).fit(frame.to_numpy(), y), file)
    # the same file with another function in its place, as an attacker would write it
    with zipfile.ZipFile(file) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    told = parts["schema.json"].decode()
    assert '"nan_to_num"' in told
    parts["schema.json"] = told.replace('"nan_to_num"', '"system"').replace('"numpy"', '"os"', 1).encode()
    schema = json.loads(parts["schema.json"])
    assert "os" in json.dumps(schema)
    with zipfile.ZipFile(file, "w") as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    found = {one for one in skops.io.get_untrusted_types(file=file)}
    with pytest.raises(ExchangeError, match="can do anything"):
        bring_file(folder, store, use_case, file, DANA, trusted=tuple(found))


def test_a_pickle_under_another_name_is_never_opened(homes, tmp_path):
    folder, store, use_case = homes["regression"]

    class Trap:
        def __reduce__(self):
            return (open, (str(tmp_path / "sprung"), "w"))

    for name in ("model.skops", "model.onnx"):
        (tmp_path / name).write_bytes(pickle.dumps(Trap()))
        with pytest.raises(ExchangeError, match=r"pickle|no ONNX model"):
            bring_file(folder, store, use_case, tmp_path / name, DANA)
    assert not (tmp_path / "sprung").exists()


def test_what_does_not_fit_is_told_and_leaves_nothing(homes, tmp_path):
    folder, store, use_case = homes["regression"]
    frame, y = table(use_case, coded=True)
    file, before = tmp_path / "m.skops", len(store.releases.all(use_case.name))
    cases = [
        (filled(Ridge()).fit(frame.drop(columns="load"), y), "has load more|lacks load"),
        (filled(Ridge()).fit(frame.to_numpy()[:, :3], y), "has 3 inputs"),
        (make_pipeline(StandardScaler(), Ridge()).fit(frame.fillna(0), y), "put an imputer in front"),
        (StandardScaler().fit(frame.fillna(0)), "predicts nothing"),
        (filled(Ridge()).fit(frame, np.column_stack([y, y])), "2 numbers for a row"),
    ]
    for model, said in cases:
        with pytest.raises(ExchangeError, match=said):
            bring_file(folder, store, use_case, file, DANA, trusted=saved(model, file))
    folder, store, use_case = homes["multiclass"]
    wrong = texts(LogisticRegression(max_iter=300)).fit(table(use_case)[0], np.resize(["a", "b", "c"], len(y)))
    with pytest.raises(ExchangeError, match="knows a class 'a'"):
        bring_file(folder, store, use_case, file, DANA, trusted=saved(wrong, file))
    assert len(homes["regression"][1].releases.all("kiln_regression")) == before


def test_damaged_files_are_refused_and_a_damaged_release_is_told(homes, tmp_path):
    folder, store, use_case = homes["regression"]
    frame, y = table(use_case, coded=True)
    whole = tmp_path / "whole.skops"
    trusted = saved(filled(Ridge()).fit(frame, y), whole)
    content = whole.read_bytes()
    for broken in (content[: len(content) // 2], content.replace(b"NUMPY", b"NUMPX"), b"", b"PK\x03\x04 nothing"):
        (tmp_path / "broken.skops").write_bytes(broken)
        with pytest.raises(ExchangeError, match=r"no skops file|is damaged"):
            bring_file(folder, store, use_case, tmp_path / "broken.skops", DANA, trusted=trusted)
        (tmp_path / "broken.onnx").write_bytes(broken)
        with pytest.raises(ExchangeError, match="no ONNX model"):
            bring_file(folder, store, use_case, tmp_path / "broken.onnx", DANA)
    record = bring_file(folder, store, use_case, whole, DANA, trusted=trusted)
    (folder / record.folder / "model.skops").write_bytes(content[:-1])
    with pytest.raises(ReleaseError, match="is damaged"):
        Release.load(folder, record, use_case)


def test_an_onnx_file_with_raw_scores_or_shuffled_classes_is_refused(homes, tmp_path):
    from onnx import TensorProto, helper

    folder, store, use_case = homes["multiclass"]
    width = len(use_case.features)

    def model(*nodes, output="p", classes=3):
        given = helper.make_tensor_value_info("x", TensorProto.FLOAT, [None, width])
        told = helper.make_tensor_value_info(output, TensorProto.FLOAT, [None, classes])
        weights = helper.make_tensor("w", TensorProto.FLOAT, [width, classes], np.full(width * classes, 0.01))
        zeros = helper.make_tensor("none", TensorProto.FLOAT, [1], [0.0])
        graph = helper.make_graph([*nodes], "g", [given], [told], [weights, zeros])
        made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
        made.ir_version = 9
        (tmp_path / "m.onnx").write_bytes(made.SerializeToString())
        return tmp_path / "m.onnx"

    known = [
        helper.make_node("IsNaN", ["x"], ["gap"]), helper.make_node("Where", ["gap", "none", "x"], ["full"]),
        helper.make_node("MatMul", ["full", "w"], ["raw"]),
    ]  # fmt: skip
    with pytest.raises(ExchangeError, match="no probabilities"):
        bring_file(folder, store, use_case, model(*known, output="raw"), DANA)
    with pytest.raises(ExchangeError, match="2 classes; 3 are wanted"):
        bring_file(folder, store, use_case, model(*known, helper.make_node("Softmax", ["raw"], ["p"]), classes=2), DANA)
    record = bring_file(folder, store, use_case, model(*known, helper.make_node("Softmax", ["raw"], ["p"])), DANA)
    assert record.figures["held_out"]["accuracy"]["value"] is not None


def test_a_reading_that_the_champion_cannot_predict_waits_for_the_next_one_and_is_recorded_once(homes, tmp_path, monkeypatch):
    folder, store, use_case = homes["regression"]
    frame, y = table(use_case)
    model = MODELS["ridge", "regression"]().fit(frame, y)
    trusted = saved(model, tmp_path / "m.skops")
    first, second = (bring_file(folder, store, use_case, tmp_path / "m.skops", DANA, trusted=trusted) for _ in range(2))
    store.releases.set_champion(use_case.name, first.number, "dana", "tried")
    before = store.readings.counts(use_case.name)
    given = ReplayTable(use_case, folder / "stuck.csv", readings("regression", 60, seed=8, first="2024-06-01"))
    source = ReplaySource(use_case, given, store.readings.start_source("replay:stuck", 0))
    loop = LiveLoop(folder, store, use_case, source)

    def refuses(x):
        raise CannotExplain("The model takes no such row: an unknown category.")

    monkeypatch.setattr(loop.release._predictor, "of", refuses)
    for _ in range(2):
        with pytest.raises(ReleaseError, match=r"cannot predict a reading: .* Roll back"):
            loop.step(100, int(2e15))
    store.releases.set_champion(use_case.name, second.number, "dana", "the other cannot")
    assert loop.follow_champion() and loop.step(100, int(2e15)).readings == 60
    after = store.readings.counts(use_case.name)
    assert after["readings"] - before["readings"] == 60 and after["quarantined"] == before["quarantined"]


def test_a_slow_model_gets_no_more_than_it_explains_in_a_second_and_few_cases(homes, tmp_path):
    folder, store, use_case = homes["binary"]
    frame, y = table(use_case)
    model = MODELS["logistic", "binary"]().fit(frame, y)
    record = bring_file(folder, store, use_case, tmp_path / "m.skops", DANA, trusted=saved(model, tmp_path / "m.skops"))
    release = Release.load(folder, record, use_case)
    object.__setattr__(release.brought, "rows_per_s", 30.0)
    cases = memory(use_case, release, store)
    assert release.at_once == 30 and 30 <= len(cases.table) <= 60 and cases.table["outcome"].nunique() == 2
    source = ReplaySource(use_case, ReplayTable(use_case, folder / "slow.csv", readings("binary", 100, seed=9, first="2024-07-01")),
                          store.readings.start_source("replay:slow", 0))  # fmt: skip
    store.releases.set_champion(use_case.name, record.number, "dana", "tried")
    loop = LiveLoop(folder, store, use_case, source)
    loop.release = release
    assert loop.step(100, int(2e15)).readings == 30
