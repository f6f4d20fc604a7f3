"""What is read of hundreds of predictions of every built-in line: no sentence against its own number, and every number where it belongs."""

import itertools
from collections import Counter
from datetime import UTC, datetime

import numpy as np
import pytest
import streamlit as st
import xgboost
from streamlit.testing.v1 import AppTest

from data.readings.features import coded, feature_matrix, signal_matrix, with_windows
from data.records import Prediction, State
from data.store import open_store
from data.usecase.file import load
from data.usecases.milling.history import training_history
from data.usecases.tennessee_eastman import history as diagnosis
from data.usecases.tennessee_eastman.fetch import FetchError, fetch
from data.usecases.tep_soft_sensor import history as sensor
from explainers.shapley.contributions import TreeContributions
from explainers.shapley.group_shares import EXACT
from models.kinds.predictor import Predictor, task_of
from models.lifecycle.registry import champion
from models.release.told import places, state_of
from models.release.weighing import read_shares
from tests.screens import visit_of
from tests.told_lines import read

pytestmark = pytest.mark.slow
EACH = {"milling": 260, "tennessee_eastman": 120, "tep_soft_sensor": 120}


def drawn(use_case, table, predictor, release, n: int) -> list[Prediction]:
    """Half of them advised, a quarter in doubt, a quarter quiet, as the worker would have recorded them."""
    x, rng = feature_matrix(use_case, signal_matrix(use_case, table)), np.random.default_rng(3)
    risk, enter = predictor.risk(x), use_case.advice.possible.enter
    parts = (risk >= enter, n // 2), ((risk > 0.03) & (risk < 0.97), n // 4), (risk < enter, n - n // 2 - n // 4)
    rows = np.concatenate([rng.permutation(np.flatnonzero(of))[:k] for of, k in parts])
    rows = np.r_[rows, rng.permutation(np.setdiff1d(np.arange(len(x)), rows))[: n - len(rows)]]
    said = predictor.of(x[rows]) if hasattr(predictor, "of") else predictor.says(x[rows])
    recorded, found = table[list(use_case.recorded)].iloc[rows].to_dict("records"), []
    for at, values in enumerate(recorded):
        shares = dict(zip(use_case.features, said.contributions[at, :-1].astype(float).tolist(), strict=True))
        score, predicted = float(said.risk[at]), None if said.predicted is None else float(said.predicted[at])
        found.append(
            Prediction(
                use_case.name, at + 1, use_case.assets[at % len(use_case.assets)], datetime(2026, 3, 2, tzinfo=UTC), at, values, release,
                score, state_of(use_case, score), float(said.contributions[at, -1]), shares, None, predicted,
            )
        )  # fmt: skip
    return found


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    """A home with the published tables of the Tennessee Eastman process, from the pinned package."""
    home = tmp_path_factory.mktemp("tables")
    try:
        fetch(home)
    except FetchError as why:
        pytest.skip(str(why))
    return home


def quickly(use_case, table, rounds: int) -> Predictor:
    """A small model of a real line: what is tried is how it is told, not how good it is."""
    x, y = feature_matrix(use_case, signal_matrix(use_case, table)), table["outcome"].to_numpy(float)
    few = np.random.default_rng(0).permutation(len(x))[:1500]
    settings = {"max_depth": 3, "eta": 0.5, "max_bin": 32, "nthread": 1, "seed": 0}
    if use_case.task == "multiclass":
        settings |= {"objective": "multi:softprob", "num_class": len(use_case.target.outcomes)}
    booster = xgboost.train(settings, xgboost.DMatrix(x[few], y[few]), num_boost_round=rounds)
    return Predictor(use_case, TreeContributions(booster, use_case.features, task=task_of(use_case)))


def page(readings, band, exact):
    """Each reading as the prediction page tells it, and what the board and a flag's snapshot tell of it."""
    import pandas as pd
    import streamlit as st

    from models.release.told import described_values, reasons_told
    from pages.parts.prediction.flag_buttons import snapshot
    from pages.parts.reasons.explained import Explained, explained
    from pages.parts.reasons.reason_list import reason_list
    from pages.parts.reasons.top_reason import top_reason
    from pages.parts.shell import session
    from pages.parts.words.wording import reason_line

    kept = st.session_state.setdefault("kept", {})
    for seen in readings:
        use_case = session.use_case(seen.use_case)
        if band is None:
            told, top = explained(use_case, seen), top_reason(use_case, seen)
        else:
            found = reasons_told(use_case, seen, exact[seen.id], band)
            told = Explained(seen, described_values(use_case, seen), found, None)
            top = reason_line(use_case, found.first) if found.first else ""
        st.markdown(f"§{seen.id}")
        reason_list(use_case, told, pd.DataFrame())
        kept[seen.id] = (top, snapshot(use_case, told))


def parts_of(node):
    """What stands on the page, in its order: (kind, text)."""
    if node.type == "expander":
        yield "expander", node.label
    if hasattr(node, "children"):
        for child in node.children.values():
            yield from parts_of(child)
    elif node.type in ("markdown", "html"):
        yield node.type, str(getattr(node.proto, "body", ""))


def read_all(readings, band, exact=None, language=None):
    """What is read of each, its board line and its snapshot, by its number."""
    app = AppTest.from_function(page, default_timeout=120, args=(readings, band, exact))
    visit_of(app).language = language
    app.run()
    assert not app.exception, app.exception
    found, parts = {}, list(parts_of(app.main))
    starts = [at for at, (_, text) in enumerate(parts) if text.startswith("§")]
    for start, end in itertools.pairwise([*starts, len(parts)]):
        found[int(parts[start][1][1:])] = read(parts[start + 1 : end])
    return found, app.session_state["kept"]


def contradictions(use_case, readings, found, kept, places=1.0) -> Counter:
    """How many readings are told against themselves, by how. ``places``: what one in the last place is worth that is read."""
    lowers = ("lowers", "speaks against")
    wrong = Counter()
    for seen in readings:
        told, (top, frozen) = found[seen.id], kept[seen.id]
        shown, everyone = [line.number for line in told.shown], told.lines
        if any((line.number < 0) != any(word in line.sentence for word in lowers) for line in everyone):
            wrong["direction"] += 1
        subjects = [line.sentence.split(" is ")[0] for line in everyone]
        if len(set(subjects)) < len(subjects):
            wrong["a signal twice"] += 1
        for line in everyone:
            beside = line.sentence.split("Together with ")[1].split(" at ")[0].lower() if "Together with" in line.sentence else ""
            wrong["a signal twice"] += beside in [subject.lower() for subject in subjects]
        wrong["below half"] += any(abs(line.number) < 0.99 * places for line in everyone)
        hidden = max((abs(line.number) for line in everyone if not line.first), default=0)
        wrong["hidden"] += use_case.task == "binary" and (hidden >= 5 or abs(told.rest) >= 5)
        wrong["too many"] += use_case.task != "binary" and sum(abs(n) < max(map(abs, shown)) / 2 for n in shown[3:]) > 0
        wrong["the rest"] += abs(sum(line.number for line in everyone if not line.first) + told.small - told.rest) > 1e-6
        start, end = (0.0, told.lead[0] - told.lead[-1]) if use_case.task == "multiclass" else (told.lead[0], told.lead[-1])
        wrong["sum"] += abs(start + sum(shown) + told.rest - end) > 1e-6
        if use_case.task == "binary":
            wrong["the risk"] += round(100 * seen.score) != round(end) or shown != sorted(shown, key=lambda n: order(seen, n))
        text = [(line.sentence, line.number) for line in told.shown]
        wrong["snapshot"] += [one["text"] for one in frozen["reasons"]] != [sentence for sentence, _ in text]
        wrong["board"] += bool(top) != bool(text and adds(use_case, seen, text[0][1])) or bool(
            top and not top.startswith(subjects[0])
        )
    return +wrong


def adds(use_case, seen, number: float) -> bool:
    """Whether a number is to the bad side."""
    toward = 1.0 if seen.predicted is None else float(use_case.toward_bad(np.array([seen.predicted]))[0])
    turned = use_case.task == "multiclass" and seen.score >= 0.5 and toward < 0  # then the fault is told, and not what is fine
    return (toward if not turned else 1.0) * number > 0


def order(seen, number: float):
    return (seen.state is not State.NORMAL and number < 0), -abs(number)


@pytest.fixture
def milling(released_home, screens_of):
    screens_of(released_home)
    use_case, store = load("milling"), open_store(released_home / "pullcord.db")
    release = champion(released_home, store, use_case)
    store.close()
    return use_case, release


def test_no_prediction_of_the_milling_line_is_told_against_itself(milling):
    use_case, release = milling
    table = training_history(use_case, rows=12_000, seed=77, first_day=20_500)
    readings = drawn(use_case, table, release, 1, EACH["milling"])
    assert sum(seen.state is not State.NORMAL for seen in readings) >= 100
    found, kept = read_all(readings, None)
    assert contradictions(use_case, readings, found, kept) == {}
    for language in ("de", "ja"):  # other words, the same numbers in the same order
        other, _ = read_all(readings[:25], None, language=language)
        for seen in readings[:25]:
            assert [line.number for line in other[seen.id].shown] == [line.number for line in found[seen.id].shown]
            assert other[seen.id].rest == found[seen.id].rest and other[seen.id].lead == found[seen.id].lead


@pytest.mark.parametrize(
    ("name", "of", "rounds"), [("tennessee_eastman", diagnosis, 6), ("tep_soft_sensor", sensor, 30)], ids=["classes", "value"]
)
def test_no_prediction_of_the_tennessee_eastman_lines_is_told_against_itself(tables, monkeypatch, name, of, rounds):
    monkeypatch.setenv("PULLCORD_HOME", str(tables))
    st.cache_resource.clear()
    use_case = load(name, tables)
    table = with_windows(use_case, of.replay_table(use_case, tables).iloc[: 8 * 960])  # eight runs of the 22
    predictor = quickly(use_case, table, rounds)
    bands = table[list(use_case.recorded)].quantile([0.1, 0.9])
    readings = drawn(use_case, table, predictor, 1, EACH[name])

    def band(feature):
        return tuple(bands[feature].tolist()) if feature in bands else None

    x = feature_matrix(use_case, signal_matrix(use_case, table))
    weighs = read_shares(use_case, predictor.shares._booster, None, x[::100], 0)
    exact = {seen.id: weighs.explain(feature_matrix(use_case, coded(use_case, seen.values)[None, :])[0]) for seen in readings}
    assert all(one.gap < 1e-3 and one.method == EXACT for one in exact.values())
    step = 10.0 ** -places(use_case, exact[1].usual_spread) if use_case.task == "regression" else 1.0
    found, kept = read_all(readings, band, exact)
    assert len(found) == EACH[name] and contradictions(use_case, readings, found, kept, step) == {}
    st.cache_resource.clear()
