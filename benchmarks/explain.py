"""How long a person waits for an explanation: opening a prediction, the second opinion, a slider, the first picture of a model.

``python -m benchmarks.explain --json``. A real release, real readings of the line through the live loop, a real store. Each call is
timed from the store to the finished picture, without the browser; beside it the plain library call for the same result, in the same run.
"""

import tempfile
import time
from datetime import timedelta
from pathlib import Path

import numpy as np

from benchmarks.convention import Figure, figure, main, milliseconds, say, timed
from benchmarks.store import filled
from benchmarks.truth.milling_truth import released
from data.records import Prediction, State
from data.store import Store, open_store
from data.usecase.use_case import UseCase
from data.usecases.milling.source import LineSource
from explainers.local.agreement import agreement
from explainers.local.local_surrogate import SAMPLES, SEEDS
from explainers.overall.overall import by_group, importance
from explainers.overall.sampling import stretches
from models.live.step import LiveLoop
from models.release import asking
from models.release.memory import Memory, memory
from models.release.release import Release
from models.release.told import as_said_by, explained_by, reasons_told
from pages.figures.overall import beeswarm_figure, importance_figure, thinned_rows
from pages.figures.palette import LIGHT
from pages.figures.waterfall import waterfall
from pages.parts.words.guidance import change_sentence
from pages.parts.words.shares import all_lines

LIVE_S = 1200
CHUNK = 4800


def measure(quick: bool) -> list[Figure]:
    """Train, let the line run, open what it advises."""
    with tempfile.TemporaryDirectory(prefix="pullcord-") as folder:
        home = Path(folder)
        say("training a release …")
        use_case, store, release = released(home)
        _live(home, store, use_case)
        ids = _advised(store, use_case, release, 60 if quick else 300)
        say(f"{len(ids)} readings with advice to open")
        found = _opened(store, use_case, release, ids)
        found += _seconds(store, use_case, release, ids[: 12 if quick else 80])
        found += _what_ifs(store, use_case, release, ids, 100 if quick else 500)
        found += _against_shap(store, use_case, release, 3 if quick else 9)
        store.close()
        found += _first_picture(home, use_case, 150_000 if quick else 1_000_000)
    return found


def _live(home: Path, store: Store, use_case: UseCase) -> None:
    """Twenty minutes of the line, through the loop."""
    begin = time.time() - LIVE_S
    source = LineSource(use_case, store.readings.start_source("line:bench", int(begin * 1e6)), seed=5, clock=None)
    loop = LiveLoop(home, store, use_case, source)
    for _ in range(LIVE_S * len(source_assets(use_case)) // CHUNK):
        loop.step(CHUNK, int(time.time() * 1e6))


def source_assets(use_case: UseCase) -> list[str]:
    """The machines of the line, without a replay's."""
    return [asset for assets in use_case.areas.values() for asset in assets]


def _advised(store: Store, use_case: UseCase, release: Release, most: int) -> list[int]:
    table, _, score = store.readings.contributions(use_case.name, release.number, 10**6)
    ids = table["id"].to_numpy()[score >= use_case.advice.possible.enter]
    return np.random.default_rng(0).permutation(ids)[:most].tolist()


def _opened(store: Store, use_case: UseCase, release: Release, ids: list[int]) -> list[Figure]:
    """Everything that the page asks of a prediction but LIME; what stands for the whole release is built once before."""
    begun = time.perf_counter()
    release.interventional().explain(release.background[0])
    release.known, release.calibration, release.quality, release.thresholds  # noqa: B018 - read once from the release
    past = memory(use_case, release, store)
    built = time.perf_counter() - begun
    ours: list[float] = []
    plain: list[float] = []
    import shap

    explainer = shap.TreeExplainer(
        release.booster, release.background.astype(float), feature_perturbation="interventional", model_output="probability"
    )
    for reading in ids:
        with timed(ours):
            seen = _open(store, use_case, release, past, reading)
        row = release.row(seen.values)[None, :].astype(float)
        with timed(plain):
            explainer(row, check_additivity=False)
    note = (
        f"p50 {milliseconds(ours, 0.5):.3g} ms of {len(ids)}; {len(past.table)} past cases; what is built once took {built:.2g} s"
    )
    return [
        figure("open_p95_ms", milliseconds(ours, 0.95), "ms", "≤ 300", note),
        figure(
            "open_vs_shap", float(np.median(ours) / np.median(plain)), "ratio", None,
            f"to one plain call of shap.TreeExplainer with the same background ({milliseconds(plain, 0.5):.3g} ms)",
        ),
    ]  # fmt: skip


def _open(store: Store, use_case: UseCase, release: Release, past: Memory, reading: int) -> Prediction:
    seen = store.readings.prediction(use_case.name, reading)
    row, exact = release.row(seen.values), explained_by(release, seen)
    assert exact is not None
    all_lines(use_case, reasons_told(use_case, seen, exact, lambda name: release.band(seen.asset, name)), seen)
    names = [group.label for group in use_case.groups.values()]
    words = {"base": "usual", "total": "this", "axis": "risk, %"}
    waterfall(LIGHT, names, names, 100 * exact.contributions, 100 * exact.base, 100 * exact.value, words)
    asking.certainty(release, seen)
    for one in asking.what_would_change(release, seen.values).best:
        change_sentence(use_case, one)
    shares, _ = by_group(use_case, np.array([[seen.contributions[f] for f in use_case.features]]))
    past.alike(seen, shares[0], row)
    asking.trusted(release, seen.values, State(seen.state) is not State.NORMAL)
    store.readings.history(use_case.name, seen.asset, seen.time - timedelta(hours=1), seen.time)
    return seen


def _seconds(store: Store, use_case: UseCase, release: Release, ids: list[int]) -> list[Figure]:
    second, shap_ = release.local_surrogate(), release.interventional()
    ours: list[float] = []
    plain: list[float] = []
    lime = second._explainer
    for reading in ids:
        row = release.row(store.readings.prediction(use_case.name, reading).values)
        with timed(ours):
            agreement(shap_.explain(row).contributions, second.explain(row).contributions)
        with timed(plain):
            for _ in range(SEEDS):
                lime.explain_instance(
                    row.astype(float), lambda x: release.risk(x.astype(np.float32)), num_features=len(row), num_samples=SAMPLES
                )
    note = f"{SEEDS} seeds of {SAMPLES} samples and their agreement with SHAP; p50 {milliseconds(ours, 0.5):.3g} ms of {len(ids)}"
    ratio = float(np.median(np.array(ours) / np.array(plain)))
    return [
        figure("lime_p95_ms", milliseconds(ours, 0.95), "ms", "≤ 1000", note),
        figure("lime_vs_lime", ratio, "ratio", None, f"to {SEEDS} plain calls of lime's explain_instance"),
    ]


def _what_ifs(store: Store, use_case: UseCase, release: Release, ids: list[int], times: int) -> list[Figure]:
    """A slider moved: risk, reasons and sentences of the new setting."""
    rng, took = np.random.default_rng(1), []
    seen = [store.readings.prediction(use_case.name, reading) for reading in ids[:50]]
    for turn in range(times):
        one = seen[turn % len(seen)]
        settings = {"torque": float(rng.integers(10, 150)) / 2, "rotational_speed": float(rng.integers(118, 285)) * 10}
        with timed(took):
            found = asking.what_if(release, one.values, settings)
            then = as_said_by(use_case, release, one, {name: found.values[name] for name in use_case.recorded})
            all_lines(
                use_case, reasons_told(use_case, then, explained_by(release, then), lambda name: release.band("*", name)), then
            )
    return [figure("whatif_p95_ms", milliseconds(took, 0.95), "ms", "≤ 150", f"p50 {milliseconds(took, 0.5):.3g} ms of {times}")]


def _against_shap(store: Store, use_case: UseCase, release: Release, times: int) -> list[Figure]:
    """The worker's contributions of 1,000 readings against shap.TreeExplainer on the same rows, interleaved."""
    import shap

    table, _, _ = store.readings.contributions(use_case.name, release.number, 1000)
    x = np.stack([release.row(values) for values in table[list(use_case.signals)].to_dict("records")])
    explainer = shap.TreeExplainer(release.booster)
    ours, theirs = [], []
    for _ in range(times + 1):
        with timed(ours):
            release.score_and_contributions(x)
        with timed(theirs):
            explainer.shap_values(x)
    ratio = float(np.median(np.array(theirs[1:]) / np.array(ours[1:])))
    note = f"times as fast as shap.TreeExplainer (which hands XGBoost models to the same C++) on {len(x)} rows; {1e6 * np.median(ours) / len(x):.3g} µs a row, prediction included"
    return [figure("contrib_vs_shap", ratio, "ratio", None, note)]


def _first_picture(home: Path, use_case: UseCase, rows: int) -> list[Figure]:
    """The Model page's first picture from a store of that many rows: a random 2,000, importance with its interval, both figures."""
    store = open_store(home / "many.db")
    store.readings.prepare(use_case)
    filled(store, use_case, rows)
    took: list[float] = []
    errors = []
    for size in (2_000, 2_000, 2_000, 50_000):
        with timed(took):
            table, shares, _, total = store.readings.contributions_drawn(use_case.name, 1, size, seed=len(took))
            clusters = stretches(table["asset"], table["time"])
            groups, names = by_group(use_case, shares[:, :-1].astype(float))
            found = importance(groups, names, clusters)
            importance_figure(LIGHT, list(names), found.mean, found.low, found.high, "")
            at = thinned_rows(len(table))
            values = shares[at, : len(names)]
            words = {"axis": "", "low": "", "high": "", "value": ""}
            beeswarm_figure(LIGHT, list(names), values, values, words)
        errors.append(found.error)
    store.close()
    note = f"random 2,000 of {total:,} stored, to the finished figures; the refined 50,000 take {took[3]:.2g} s"
    return [figure("first_picture_s", float(np.max(took[:3])), "s", "≤ 2", note)]


if __name__ == "__main__":
    raise SystemExit(main("explain", measure))
