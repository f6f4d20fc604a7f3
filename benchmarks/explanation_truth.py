"""Do the reasons name the real cause? On the milling line, which knows it: cause hit@k, faithfulness, and whether advice helps. Beyond our own line:
Tennessee Eastman against what each fault is documented to disturb (``tep_truth.py``), and random plants with known rules (``systems_truth.py``).

``python -m benchmarks.explanation_truth --json``, ``--seed N`` for the random systems N and following. *hit@k*: share of true positives of the three deterministic modes whose k strongest
groups of reasons hold a cause that is really there (a reading may break two rules at once). A counterfactual counts as true only
when the generator's own rules say that nothing fails any more, at the setting proposed and at both ends of the stated range.
"""

import tempfile
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from benchmarks.convention import Figure, figure, main, say
from benchmarks.truth import systems_truth, tep_truth
from benchmarks.truth.milling_truth import RULES, Truth, broken, released, truth
from data.records import Prediction, State
from data.settings import load_settings
from data.usecases.tennessee_eastman.process import tables_in
from explainers import quality
from explainers.local.agreement import agreement
from explainers.local.reasons import Told
from explainers.overall.overall import by_group
from explainers.shapley.group_shares import membership
from models.release import asking
from models.release.told import explained_by, reasons_told
from models.release.trust import Explained, measures
from models.release.weighing import columns_of


def measure(quick: bool, seed: int) -> list[Figure]:
    """All figures: of our own line, of Tennessee Eastman, of the random systems from ``seed`` on."""
    return [*_milling(quick), *_tennessee(quick), *systems_truth.measure(quick, seed)]


def _tennessee(quick: bool) -> list[Figure]:
    """With the tables that are there, or fetched for this once."""
    if quick:
        why = "not in --quick: a training of 22 classes takes minutes"
        return [figure(f"tep_hit{k}", None, "share", bar, why) for k, bar in tep_truth.BARS.items()]
    home = load_settings().home
    if tables_in(home):
        return tep_truth.measure(home, quick)
    with tempfile.TemporaryDirectory(prefix="pullcord-") as folder:
        return tep_truth.measure(Path(folder), quick)


def _milling(quick: bool) -> list[Figure]:
    """Train, generate, explain, count."""
    with tempfile.TemporaryDirectory(prefix="pullcord-") as folder:
        say("training a release …")
        use_case, store, release = released(Path(folder))
        seen = truth(use_case, release, 12_000 if quick else 80_000)
        rows = np.unique(np.concatenate([seen.found(mode) for mode in range(len(RULES))]))
        say(f"{len(rows)} true positives")
        few = np.sort(np.random.default_rng(0).permutation(rows)[: 40 if quick else 300])
        told = _operator(seen, rows) + _shares(seen, rows) + _second(seen, few) + _changes(seen, rows[: 150 if quick else None])
        told += _not_in_them(seen)
        store.close()
    return told


def _operator(seen: Truth, rows: np.ndarray) -> list[Figure]:
    """The reasons as the screen has them: folded into groups, ordered, pointing or not."""
    causes = [[reason.points_to for reason in _reasons(seen, row).strongest] for row in rows]
    hits = {k: np.array([_true(seen, row, told[:k]) for row, told in zip(rows, causes, strict=True)]) for k in (1, 3)}
    note = f"{len(rows)} true positives of a held-out seed"
    found = [figure("hit1_operator", float(hits[1].mean()), "share", "≥ 0.98", note)]
    for at, mode in enumerate(RULES):
        own = seen.modes[rows, at]
        found.append(figure(f"hit1_{mode}", float(hits[1][own].mean()), "share", None, f"{int(own.sum())} of them"))
    return [*found, figure("hit3_operator", float(hits[3].mean()), "share", None, note)]


def _not_in_them(seen: Truth) -> list[Figure]:
    """What the other figures leave out: failures of the three rules that got no advice, and advice without a failure."""
    advised, ruled = seen.score >= seen.use_case.advice.possible.enter, seen.failed & seen.modes.any(axis=1)
    missed = np.flatnonzero(ruled & ~advised)
    first = [next((one.points_to for one in _reasons(seen, row).strongest if one.adds), None) for row in missed]
    hit = float(np.mean([_true(seen, row, [cause]) for row, cause in zip(missed, first, strict=True)])) if len(missed) else None
    return [
        figure("missed", float((~advised)[ruled].mean()), "share", None, f"of {int(ruled.sum())} failures of the three rules: no advice"),
        figure("missed_any", float((~advised)[seen.failed].mean()), "share", None, f"of all {int(seen.failed.sum())} failures, those at random too"),
        figure("hit1_missed", hit, "share", None, f"{len(missed)} missed ones: what raises the risk most is a true cause" if len(missed) else "none was missed"),
        figure("false_alarms", float((~seen.failed)[advised].mean()), "share", None, f"of {int(advised.sum())} readings with advice: they did not fail"),
    ]  # fmt: skip


def _shares(seen: Truth, rows: np.ndarray) -> list[Figure]:
    """The same groups, strongest share first, without what the screen does: stored contributions, and exact Shapley values of the probability."""
    causes = np.array([group.points_to or "" for group in seen.use_case.groups.values()])
    exact, _ = by_group(seen.use_case, seen.contributions[rows, :-1])
    points = seen.release.interventional().shares(seen.x[rows])
    single = seen.contributions[rows, :-1].argmax(axis=1)
    group_of = [seen.use_case.groups[seen.use_case.group_of(f)].points_to for f in seen.use_case.features]
    alone = np.mean([_true(seen, row, [group_of[at]]) for row, at in zip(rows, single, strict=True)])
    return [
        figure(
            "hit1_contributions", _hit(seen, rows, exact, causes, 1), "share", None, "log-odds of the worker, largest by size"
        ),
        figure("hit1_single_feature", float(alone), "share", None, "log-odds without groups: the strongest model input"),
        figure(
            "hit1_shap", _hit(seen, rows, points, causes, 1), "share", None, "exact Shapley values of the groups, in probability"
        ),
        figure("hit3_shap", _hit(seen, rows, points, causes, 3), "share", None, "the same"),
    ]


def _second(seen: Truth, rows: np.ndarray) -> list[Figure]:
    """LIME on a part of them, against SHAP: hits, faithfulness, stability, agreement."""
    say(f"LIME on {len(rows)} …")
    second, shap = seen.release.local_surrogate(), seen.release.interventional()
    causes = np.array([group.points_to or "" for group in seen.use_case.groups.values()])
    asked = [second.runs(row) for row in seen.x[rows]]
    runs, fits = np.stack([shares for shares, _, _ in asked]), np.array([fit for _, _, fit in asked])
    lime, x, background = runs.mean(axis=1), seen.x[rows], seen.release.background
    points, of = shap.shares(x), columns_of_groups(seen)
    both = (("shap", points), ("lime", lime))
    gaps = {name: quality.prediction_gap(seen.release.risk, x, phi, background, of=of) for name, phi in both}
    faithful = {name: quality.faithfulness(seen.release.risk, x, phi, background, of=of) for name, phi in both}
    agreed = [agreement(a, b) for a, b in zip(points, lime, strict=True)]
    own = measures(Explained(seen.use_case, seen.release.risk, seen.release.coarse(), background), x)
    found = [
        figure("hit1_lime", _hit(seen, rows, lime, causes, 1), "share", None, f"LIME, mean of 3 seeds, on {len(rows)}"),
        figure("hit3_lime", _hit(seen, rows, lime, causes, 3), "share", None, "the same"),
        figure(
            "fit_lime", float(fits.mean()), "R²", None, "how much of what the model does around a reading its line accounts for"
        ),
    ]
    for name in ("shap", "lime"):
        found.append(figure(f"pgi_{name}", float(gaps[name][0].mean()), "risk", None, "change without the 3 strongest: more"))
        found.append(figure(f"pgu_{name}", float(gaps[name][1].mean()), "risk", None, "change without all others: less"))
        found.append(figure(f"faithfulness_{name}", float(np.nanmean(faithful[name])), "r", None, "1 is best"))
    found.append(figure("stability_lime", float(quality.seed_stability(runs).mean()), "Jaccard", None, "top 3 over seeds"))
    again = np.stack([points, shap.shares(x)], axis=1)
    note = "top 3, asked twice: nothing is drawn"
    found.append(figure("stability_shap", float(quality.seed_stability(again).mean()), "Jaccard", None, note))
    found.append(figure("local_variability_shap", float(own["local_variability"].mean()), "1 - cos", None, "next to it"))
    for name in ("features", "ranks", "signs"):
        mean = float(np.mean([getattr(one, name) for one in agreed]))
        found.append(figure(f"agreement_{name}", mean, "share", None, "SHAP and LIME, of the 3 strongest"))
    return found


def columns_of_groups(seen: Truth) -> np.ndarray:
    """(groups, features) bool: the model inputs of each group."""
    return membership(columns_of(seen.use_case), len(seen.use_case.features))


def _changes(seen: Truth, rows: np.ndarray) -> list[Figure]:
    """What would change it, judged by the generator's own rules."""
    say(f"counterfactuals of {len(rows)} …")
    names, flips, within, best, sizes, none = list(seen.use_case.signals), [], [], [], [], 0
    for row in rows:
        values = {
            n: (s.categories[int(v)] if s.categories else float(v))
            for (n, s), v in zip(seen.use_case.signals.items(), seen.signals[row], strict=True)
        }
        found = asking.what_would_change(seen.release, values).best
        none += not found
        for place, one in enumerate(found):
            asked = np.repeat(seen.signals[row][None, :], 3, axis=0)
            for change in one.changes:
                asked[:, names.index(change.signal)] = (change.low, change.value, change.high)
                low, high = seen.use_case.signals[change.signal].actionable
                within.append(low <= change.low <= change.high <= high)
            flips.append(not broken(asked).any())
            if place == 0:
                best.append(flips[-1])
            sizes.append(len(one.changes))
    return [
        figure(
            "cf_true_flip", float(np.mean(flips)), "share", "≥ 0.9", f"of {len(flips)} proposals, over their whole stated range"
        ),
        figure("cf_true_flip_first", float(np.mean(best)), "share", None, "of the first proposal of each"),
        figure("cf_within_limits", float(np.mean(within)), "share", "= 1", "every stated setting within the permitted range"),
        figure("cf_changes", float(np.mean(sizes)), "changes", "≤ 2", "sparsity: settings changed in a proposal, on average"),
        figure("cf_none", none / len(rows), "share", None, "for which no permitted change helps"),
    ]


def _reasons(seen: Truth, row: int) -> Told:
    """As the page tells them: the release's own shares in points and its bands of no asset in particular, advice on the screen."""
    values = dict(zip(seen.use_case.features, seen.x[row].astype(float).tolist(), strict=True))
    values |= {n: s.categories[int(values[n])] for n, s in seen.use_case.signals.items() if s.categories}
    shares = dict(zip(seen.use_case.features, seen.contributions[row, :-1].astype(float).tolist(), strict=True))
    score, base = float(seen.score[row]), float(seen.contributions[row, -1])
    one = Prediction("milling", row, "*", datetime.now(UTC), 0, values, seen.release.number, score, State.LIKELY, base, shares)
    return reasons_told(seen.use_case, one, explained_by(seen.release, one), lambda name: seen.release.band("*", name))


def _true(seen: Truth, row: int, causes: list[str | None]) -> bool:
    return any(seen.modes[row, RULES.index(cause)] for cause in causes if cause in RULES)


def _hit(seen: Truth, rows: np.ndarray, shares: np.ndarray, causes: np.ndarray, k: int) -> float:
    """Hits of the k groups with the largest share, whatever their sign."""
    top = causes[np.argsort(-np.abs(shares), axis=1, kind="stable")[:, :k]]
    return float(np.mean([_true(seen, row, told.tolist()) for row, told in zip(rows, top, strict=True)]))


if __name__ == "__main__":
    raise SystemExit(main("explanation_truth", measure, seeded=True))
