"""A skops or ONNX file that could run code, is damaged or does not fit is refused with the reason; nothing of a stranger runs."""

import json
import pickle
import zipfile

import numpy as np
import pytest
import skops.io
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from models.exchange.__main__ import main
from models.exchange.bringing import bring_file
from models.exchange.tables import ExchangeError
from models.release.release import Release, ReleaseError
from tests.brought_models import DANA, MODELS, filled, kilns, saved, table, texts


@pytest.fixture(scope="module")
def homes(tmp_path_factory, judged_on_few):
    """A small plant of each task, with its use case and store."""
    with kilns(tmp_path_factory.mktemp) as found:
        yield found


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
