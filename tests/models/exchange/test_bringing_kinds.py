"""scikit-learn pipelines (skops) and ONNX files become challengers of every task and go live with everything around them."""

import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression, Ridge

from data.sources.replay import ReplaySource, ReplayTable
from explainers.shapley.contract import CannotExplain
from models.exchange.bringing import bring_file
from models.exchange.release_folder import export_release
from models.judging.gate import gate
from models.kinds.skops_file import untrusted
from models.lifecycle.registry import champion
from models.live.step import LiveLoop
from models.release.asking import what_if, what_would_change
from models.release.memory import memory
from models.release.release import Release, ReleaseError
from models.training.training_set import training_set
from tests.brought_models import DANA, MODELS, TASKS, filled, kilns, saved, table, texts
from tests.plants import readings


@pytest.fixture(scope="module")
def homes(tmp_path_factory, judged_on_few):
    """A small plant of each task, with its use case and store."""
    with kilns(tmp_path_factory.mktemp) as found:
        yield found


@pytest.fixture(scope="module")
def brought(homes, tmp_path_factory):
    """Brings a model of a kind, once for all tests: the model, its file, and the record of its release."""
    known = {}

    def of(*kind):
        if kind not in known:
            folder, store, use_case = homes[kind[1]]
            frame, y = table(use_case, coded=kind[0] not in ("logistic", "ridge"))
            model, file = MODELS[kind]().fit(frame, y), tmp_path_factory.mktemp("-".join(kind)) / "m.skops"
            known[kind] = model, file, bring_file(folder, store, use_case, file, DANA, trusted=saved(model, file))
        return known[kind]

    return of


@pytest.mark.parametrize("kind", MODELS, ids=lambda kind: "-".join(kind))
def test_a_scikit_learn_model_becomes_a_release_that_says_what_it_said(homes, brought, kind):
    folder, _, use_case = homes[kind[1]]
    model, file, record = brought(*kind)
    frame, _ = table(use_case, coded=kind[0] not in ("logistic", "ridge"))
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
    assert (folder / record.folder / "model.skops").read_bytes() == file.read_bytes()


@pytest.mark.parametrize("task", TASKS)
def test_one_goes_live_with_everything_around_it(homes, brought, tmp_path, task):
    folder, store, use_case = homes[task]
    _, file, first = brought("ridge" if task == "regression" else "logistic", task)
    store.releases.set_champion(use_case.name, first.number, "dana", "tried")
    second = bring_file(folder, store, use_case, file, DANA, trusted=untrusted(file.read_bytes(), ""))
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


def test_a_reading_that_the_champion_cannot_predict_waits_for_the_next_one_and_is_recorded_once(homes, brought, monkeypatch):
    folder, store, use_case = homes["regression"]
    _, file, first = brought("ridge", "regression")
    second = bring_file(folder, store, use_case, file, DANA, trusted=untrusted(file.read_bytes(), ""))
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


def test_a_slow_model_gets_no_more_than_it_explains_in_a_second_and_few_cases(homes, brought):
    folder, store, use_case = homes["binary"]
    *_, record = brought("logistic", "binary")
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
