"""Small fitted models of every kind and task, each with its explainer: what the contract suite of the explainers runs over."""

import functools

import numpy as np
import pandas as pd
import xgboost
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import (
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.svm import SVR

from explainers.local.local_surrogate import LocalSurrogate
from explainers.shapley.choice import explainer_for
from explainers.shapley.contract import BINARY, Task
from explainers.shapley.interventional import InterventionalShap
from explainers.shapley.pipelines import as_function, booster_function

FEATURES = ("load", "heat", "wear", "constant", "kind")
KINDS = ("a", "b", "c")
N = 500
TASKS = {
    "binary": BINARY,
    "multiclass": Task("multiclass", ("fine", "scratched", "bent")),
    "regression": Task("regression", unit="mm"),
}


def rows(task="binary", seed=0):
    """(N, 5) float32 model inputs and what is to be predicted of them."""
    rng = np.random.default_rng(seed)
    x = np.column_stack([rng.normal(0, 1, N), rng.normal(0, 1, N), rng.uniform(0, 1, N), np.full(N, 3.0), rng.integers(0, 3, N)])
    x = x.astype(np.float32)
    y = x[:, 0] + 0.5 * x[:, 1] + 0.8 * (x[:, 4] == 1) - x[:, 2] + 0.4 * x[:, 0] * x[:, 1]
    if task == "binary":
        y = (y > 0.5).astype(int)
    elif task == "multiclass":
        y = np.digitize(y, [-0.6, 0.6])
    return x, y


def boosted(x, y, task, **settings):
    """An XGBoost booster for a task."""
    objective = {
        "binary": {"objective": "binary:logistic"},
        "multiclass": {"objective": "multi:softprob", "num_class": 3},
        "regression": {"objective": "reg:squarederror"},
    }[task]
    settings = {**objective, "max_depth": 3, "eta": 0.3, "seed": 1, "nthread": 1, **settings}
    return xgboost.train(settings, xgboost.DMatrix(x, y), num_boost_round=15)


def frame(x):
    """The rows as people hold them: named columns, the kind as text."""
    made = pd.DataFrame({name: x[:, at].astype(float) for at, name in enumerate(FEATURES)})
    codes = x[:, FEATURES.index("kind")]
    made["kind"] = [KINDS[int(code)] if code == code else np.nan for code in codes]
    return made.astype({"kind": object})


def piped(model, x, y):
    """A fitted pipeline on such a frame: missing values filled in, texts one-hot, numbers scaled."""
    texts = make_pipeline(SimpleImputer(strategy="most_frequent"), OneHotEncoder(handle_unknown="ignore"))
    numbers = make_pipeline(SimpleImputer(), StandardScaler())
    columns = ColumnTransformer([("texts", texts, ["kind"]), ("numbers", numbers, [name for name in FEATURES if name != "kind"])])
    return make_pipeline(columns, model).fit(frame(x), y)


SKLEARN = {
    ("forest", "classes"): lambda: RandomForestClassifier(10, max_depth=4, random_state=1),
    ("forest", "regression"): lambda: RandomForestRegressor(10, max_depth=4, random_state=1),
    ("boosting", "classes"): lambda: GradientBoostingClassifier(n_estimators=10, random_state=1),
    ("boosting", "regression"): lambda: GradientBoostingRegressor(n_estimators=10, random_state=1),
    ("histogram", "classes"): lambda: HistGradientBoostingClassifier(max_iter=10, random_state=1, early_stopping=False),
    ("histogram", "regression"): lambda: HistGradientBoostingRegressor(max_iter=10, random_state=1, early_stopping=False),
    ("pipeline", "classes"): lambda: LogisticRegression(),
    ("pipeline", "regression"): lambda: Ridge(),
    ("kernel", "regression"): lambda: SVR(),
}
CASES = [
    *(("xgboost", task) for task in TASKS),
    *((kind, task) for kind in ("forest", "histogram", "pipeline") for task in TASKS),
    *(("boosting", task) for task in ("binary", "regression")),  # multiclass: shap does not take it, tested as a fallback
    ("kernel", "regression"),
    *(("LIME", task) for task in TASKS),
    ("interventional", "binary"),
]
"""Every explainer, model and task that the contract is held for."""
TAKES_NO_NAN = {"boosting"}
DRAWS = {"LIME"}


@functools.cache
def fitted(kind, task):
    """A scikit-learn model, fitted on named columns in the order of ``FEATURES``."""
    x, y = rows(task)
    model = SKLEARN[kind, "regression" if task == "regression" else "classes"]()
    return piped(model, x, y) if kind in ("pipeline", "kernel") else model.fit(pd.DataFrame(x, columns=list(FEATURES)), y)


def explained(kind, task, features=FEATURES):
    """An explainer and its model as a function of float rows, for columns in any order.

    XGBoost knows columns by place and is trained again; scikit-learn's models know them by name and stay the same.
    """
    x, y = rows(task)
    x = x[:, [FEATURES.index(name) for name in features]]
    categories = {features.index("kind"): KINDS}
    if kind == "interventional":
        booster = boosted(x, y, task)
        return InterventionalShap(booster, features, x[:60]), booster_function(booster, TASKS[task])
    if kind in ("LIME", "xgboost"):
        booster = boosted(x, y, task)
        predict = booster_function(booster, TASKS[task])
        if kind == "LIME":
            return LocalSurrogate(predict, features, x[:200], categories, TASKS[task]), predict
        return explainer_for(booster, features, x[:60], TASKS[task], categories), predict
    model = fitted(kind, task)
    explainer = explainer_for(model, features, x[:60], TASKS[task], categories)
    return explainer, as_function(model, features, categories, TASKS[task])


def held(explainer, row, tolerance=1e-4):
    """The explanation of a row, which must be finite and add up."""
    told = explainer.explain(row)
    assert np.isfinite(told.contributions).all() and np.isfinite(told.base) and told.gap < tolerance
    return told
