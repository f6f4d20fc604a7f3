"""A model that calls things by each other's names is recognised, whatever its classes are called; one that is right is taken."""

import numpy as np
import pandas as pd
import pytest
import skops.io
import xgboost
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.metrics import roc_auc_score

from data.onboarding.create import create
from data.people import DEMO_PEOPLE
from data.store import open_store
from data.usecase.file import load
from models.exchange.bringing import bring_file
from models.exchange.tables import ExchangeError
from models.kinds.brought import opened
from models.kinds.errors import ModelFileError
from models.kinds.labels import places
from models.kinds.predictor import Predictor, task_of
from models.kinds.skops_file import untrusted

DANA = next(one for one in DEMO_PEOPLE if one.id == "dana")
RNG = np.random.default_rng(0)
X = pd.DataFrame({"a": RNG.normal(size=900).round(3), "b": RNG.normal(size=900).round(3)})
Z = (X["a"] + X["b"] + RNG.normal(0, 0.3, 900)).to_numpy()
BAD = Z > 1


def line(target, home, **given):
    home.mkdir(exist_ok=True)
    X.assign(t=target).to_csv(home / "u.csv", index=False)
    create([home / "u.csv"], "t", home, name="u", **given)
    return load("u", home)


def exchanged(home, good, bad):
    """The person exchanges good and bad, as the comment in the file tells."""
    file = home / "usecases" / "u" / "usecase.yaml"
    text = file.read_text().replace('{0: "no T", 1: "T"}', f'{{0: "{good}", 1: "{bad}"}}')
    file.write_text(text.replace('  outcome: "t"', '  outcome: "t"\n  outcomes: {"1": 0, "0": 1}'))
    return load("u", home)


@pytest.mark.parametrize(
    "words",
    [("fine", "nok"), ("zz", "reject"), (False, True), (-1, 1), (10, 20), (1.0, 2.0), ("0", "1"), ("No", "Yes")],
    ids=str,
)  # fmt: skip
def test_classes_of_any_kind_are_found_by_name(words, tmp_path):
    good, bad = words
    target = np.where(BAD, bad, good)
    use_case = line(target, tmp_path, task="binary")
    told = use_case.failed(np.array([0.0, 1.0]))[1]
    model = LogisticRegression().fit(X.set_axis(list(use_case.features), axis=1), target)
    file = tmp_path / "m.skops"
    skops.io.dump(model, file)
    content = file.read_bytes()
    found = opened("skops", content, use_case, X.to_numpy()[:50], untrusted(content, ""), "m.skops", 4)
    risk = Predictor(use_case, found.shares).risk(X.to_numpy())
    truth = BAD if _code(use_case, bad) == 1 else ~BAD
    assert told and roc_auc_score(truth, risk) > 0.95


def _code(use_case, word):
    return (
        places(use_case, task_of(use_case), [word])[0]
        if not isinstance(word, str)
        else places(use_case, task_of(use_case), [str(word)])[0]
    )


def test_the_tables_own_words_come_before_the_numbers_of_the_outcomes(tmp_path):
    line((~BAD).astype(int), tmp_path)
    use_case = exchanged(tmp_path, "good", "bad")
    assert places(use_case, task_of(use_case), [0, 1]) == [1, 0]
    assert places(use_case, task_of(use_case), ["good", "bad"]) == [0, 1]
    with pytest.raises(ValueError, match="not among"):
        places(use_case, task_of(use_case), ["good", "other"])


@pytest.mark.parametrize(
    ("target", "learned", "refused"),
    [
        (np.where(BAD, "fail", "pass"), ~BAD, "upside down"), (np.where(BAD, "fail", "pass"), BAD, ""),
        (np.where(Z > 1, "high", np.where(Z < -1, "low", "ok")), np.where(Z > 1, 1, np.where(Z < -1, 0, 2)), "another order"),
        (np.where(Z > 1, "high", np.where(Z < -1, "low", "ok")), np.where(Z > 1, 1, np.where(Z < -1, 2, 0)), ""),
        (Z.round(3), -Z, "runs against"), (Z.round(3), Z, ""),
    ],
    ids=["reversed", "right", "permuted", "in order", "negated", "value"],
)  # fmt: skip
def test_a_file_without_names_is_held_against_the_history(target, learned, refused, tmp_path, monkeypatch):
    use_case = line(target, tmp_path)
    kind = xgboost.XGBRegressor if use_case.task == "regression" else xgboost.XGBClassifier
    kind(n_estimators=12, max_depth=3, n_jobs=1).fit(X, np.asarray(learned, float)).save_model(tmp_path / "m.json")
    store = open_store(tmp_path / "pullcord.db")
    store.readings.prepare(use_case)
    monkeypatch.setattr("models.exchange.bringing.register", lambda *_, **__: "taken")
    if refused:
        with pytest.raises(ExchangeError, match=refused):
            bring_file(tmp_path, store, use_case, tmp_path / "m.json", DANA)
    else:
        assert bring_file(tmp_path, store, use_case, tmp_path / "m.json", DANA) == "taken"


def test_what_is_no_model_of_the_task_is_named(tmp_path):
    from sklearn.ensemble import IsolationForest

    use_case = line(BAD.astype(int), tmp_path)
    named = X.set_axis(list(use_case.features), axis=1)
    for model, said in (
        (LinearRegression().fit(named, BAD), "predicts a value"),
        (IsolationForest(n_estimators=3).fit(named), "unusual"),
    ):
        skops.io.dump(model, tmp_path / "m.skops")
        content = (tmp_path / "m.skops").read_bytes()
        with pytest.raises(ModelFileError, match=f"{said}.*train a classifier"):
            opened("skops", content, use_case, named.to_numpy()[:20], untrusted(content, ""), "m.skops", 4)
