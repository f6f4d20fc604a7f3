"""Models as others train them elsewhere (scikit-learn pipelines of every task), and a small plant of each task to bring them to."""

from contextlib import contextmanager

import numpy as np
import pandas as pd
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
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from data.people import DEMO_PEOPLE
from data.store import open_store
from data.usecase.file import load
from models.kinds.skops_file import untrusted
from models.training.training_set import training_set
from tests.plants import plant

DANA = next(one for one in DEMO_PEOPLE if one.id == "dana")
TASKS = ("binary", "multiclass", "regression")


@contextmanager
def kilns(folder_of):
    """By task: a small plant's folder (``folder_of(task)`` makes it), its store and its use case."""
    found = {}
    for task in TASKS:
        folder = folder_of(task)
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
