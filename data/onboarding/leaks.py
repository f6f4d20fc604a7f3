"""What gives the target away: columns that are known only afterwards would make a model that is perfect on paper and useless on the line."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.onboarding.columns import Column, numbers
from data.onboarding.target import TargetFound
from data.tables.mapped import as_text

ROWS = 40_000
MOST_GRADES, EACH_GRADE = 12, 5
_GRADE = (
    "the values of the target do not overlap between its two values: is it made of the target? Make sure that it is known in time",
    "the values of the target do not overlap between its values: it is a grade made of the target",
)
CERTAIN, SUSPECTED = 0.995, 0.97


@dataclass(frozen=True, slots=True)
class Leak:
    """``left_out``: it alone gives the target away, or is a cause of it. ``mode``: a column that says which kind of failure it was."""

    column: Column
    left_out: bool
    mode: bool
    why: str


def leaks(
    frame: pd.DataFrame, columns: tuple[Column, ...], target: TargetFound, groups: np.ndarray | None = None, seed: int = 0
) -> tuple[Leak, ...]:
    """Every column that tells the target better than a measurement could, from a sample of rows. Where rows belong to ``groups``, (n,) codes,
    it has to tell that of groups that were not looked at: what only names its group tells nothing of another."""
    known = np.flatnonzero(frame[target.header].notna().to_numpy())
    if len(known) > ROWS:
        known = np.sort(np.random.default_rng(seed).choice(known, ROWS, replace=False))
    thin = frame.iloc[known]
    y, bad = _outcome(thin, target)
    halves = _halves(len(known), None if groups is None else groups[known], seed)
    found = []
    for column in columns:
        if column.header == target.header or column.kind not in ("number", "category"):
            continue
        if bad is not None and (mode := _mode(column, thin, bad)):
            found.append(mode)
            continue
        score = _alone(column, thin, y, target.task, halves)
        if target.task == "multiclass" and bad is not None and score < CERTAIN and bad.any() and not bad.all():
            of_bad = _alone(column, thin, bad.astype(float), "binary", halves)
            if (
                of_bad >= CERTAIN and thin[column.header].nunique() <= MOST_GRADES
            ):  # a flag; a measurement may set all that is bad apart
                why = f"alone it tells bad from not bad nearly without fail ({of_bad:.3f} of 1): is it known only afterwards?"
                found.append(Leak(column, True, False, why))
                continue
            score = max(score, min(of_bad, SUSPECTED))
        if target.task == "regression" and score < CERTAIN and (grade := _grade(column, thin, y)):
            found.append(Leak(column, grade > 2, False, _GRADE[grade > 2]))
            continue
        if score >= CERTAIN:
            found.append(
                Leak(
                    column,
                    True,
                    False,
                    f"alone it tells the target nearly without fail ({score:.3f} of 1): is it known only afterwards?",
                )
            )
        elif score >= SUSPECTED:
            found.append(
                Leak(
                    column,
                    False,
                    False,
                    f"alone it tells the target very well ({score:.3f} of 1): make sure that it is known in time",
                )
            )
    return tuple(found)


def _outcome(thin: pd.DataFrame, target: TargetFound) -> tuple[np.ndarray, np.ndarray | None]:
    """(n,) codes or values, and of classes which rows are bad."""
    if target.task == "regression":
        return numbers(thin[target.header]).to_numpy(), None
    text = pd.Series(as_text(thin[target.header]))
    codes = text.map(target.words) if target.words else pd.to_numeric(text)
    codes = codes.to_numpy(float)
    return codes, codes == 1 if target.task == "binary" else np.array([target.severity.get(int(code), 0) > 0 for code in codes])


def _mode(column: Column, thin: pd.DataFrame, bad: np.ndarray) -> Leak | None:
    """A flag that is raised (nearly) only where the target is bad: one of its causes."""
    if column.kind == "number":
        value = numbers(thin[column.header]).to_numpy()
        raised = value == 1
        if not np.isin(value[~np.isnan(value)], (0, 1)).all():
            return None
    else:
        words = {word.lower() for word in column.categories}
        if len(words) != 2 or not words <= {"0", "1", "true", "false", "yes", "no"}:
            return None
        raised = pd.Series(as_text(thin[column.header]), dtype=object).str.lower().isin(["1", "true", "yes"]).to_numpy()
    n = int(raised.sum())
    share = bad.mean()
    if n == 0 or share > 0.5 or raised.mean() > 2 * share:
        return None
    within = bad[raised].mean()
    # a flag of a failure goes with it; of few rows only when nothing else explains it
    if (within >= 0.95 and n >= 3) or (n >= 3 and within > 5 * share and raised.mean() < share and _is_code(column.header)):
        return Leak(
            column,
            True,
            True,
            f"it is 1 only where the target is bad ({within:.0%} of {n} rows): a kind of failure, not a measurement",
        )
    if _is_code(column.header) and raised.mean() < share:
        return Leak(column, True, True, f"it is a flag beside other kinds of failure ({n} rows)")
    return None


def _is_code(header: str) -> bool:
    return header.isupper() and len(header) <= 4


def _halves(n: int, groups: np.ndarray | None, seed: int) -> list[np.ndarray]:
    """(n,) bool each: which rows a tree learns from while it is tried on the others. Of groups whole ones, and both ways round: of few groups
    one half may be told by chance."""
    rng = np.random.default_rng(seed)
    if groups is None:
        return [rng.random(n) < 0.5]
    codes = pd.factorize(groups)[0]
    half = rng.permutation(np.arange(codes.max() + 1) % 2 == 0)[codes]
    return [half, ~half]


def _grade(column: Column, thin: pd.DataFrame, y: np.ndarray) -> int:
    """Into how many values a column cuts a regression's target without any overlap; 0 where it does not."""
    codes, names = pd.factorize(as_text(thin[column.header]))
    if not 2 <= len(names) <= MOST_GRADES:
        return 0
    spans = pd.DataFrame({"code": codes, "y": y})[codes >= 0].groupby("code")["y"].agg(["min", "max", "size"]).sort_values("min")
    if spans["size"].min() < EACH_GRADE or len(spans) < 2:
        return 0
    return len(spans) if bool((spans["min"].to_numpy()[1:] >= spans["max"].to_numpy()[:-1]).all()) else 0


def _alone(column: Column, thin: pd.DataFrame, y: np.ndarray, task: str, halves: list[np.ndarray]) -> float:
    """How well it alone tells the rows of the other half."""
    if column.kind == "category":
        x = pd.factorize(as_text(thin[column.header]))[0].astype(float)
    else:
        x = numbers(thin[column.header]).to_numpy()
    return told_by(x, y, task, halves)


def told_by(x: np.ndarray, y: np.ndarray, task: str, halves: list[np.ndarray]) -> float:
    """How well a small tree on one signal alone tells held-out rows: area under the curve (the worst told class), or R². The worst of the ``halves``.

    Args:
        x: (n,) values or codes, NaN for gaps; y: (n,) codes of outcomes, or values; halves: (n,) bool each, which rows it learns from.
    """
    x = np.nan_to_num(x, nan=np.nanmin(x) - 1 if np.isfinite(x).any() else 0.0, posinf=1e300, neginf=-1e300)
    x = np.clip(x, -1e30, 1e30).astype(np.float32)[:, None]
    return min(_told(x, y, task, train) for train in halves)


def _told(x: np.ndarray, y: np.ndarray, task: str, train: np.ndarray) -> float:
    from sklearn.metrics import r2_score, roc_auc_score
    from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

    if train.sum() < 20 or (~train).sum() < 20:
        return 0.0
    if task == "regression":
        told = (
            DecisionTreeRegressor(max_leaf_nodes=64, min_samples_leaf=5, random_state=0)
            .fit(x[train], y[train])
            .predict(x[~train])
        )
        with np.errstate(all="ignore"):  # what only rises or falls with it is the value once more, in whatever unit
            order = np.corrcoef(pd.Series(x[~train, 0]).rank(), pd.Series(y[~train]).rank())[0, 1]
        return max(0.0, float(r2_score(y[~train], told)), float(np.nan_to_num(order) ** 2))
    tree = DecisionTreeClassifier(max_leaf_nodes=16, min_samples_leaf=3, random_state=0).fit(x[train], y[train])
    chance = np.asarray(tree.predict_proba(x[~train]))
    scores = []
    for at, code in enumerate(tree.classes_):
        truth = y[~train] == code
        if truth.sum() >= 5 and (~truth).sum() >= 5:
            scores.append(roc_auc_score(truth, chance[:, at]))
    return float(min(scores)) if scores else 0.0
