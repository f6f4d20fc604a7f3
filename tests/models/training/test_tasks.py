"""Several classes and values all the way: trained, recorded live, reasons that add up, the promise kept, replayed by the plant's clock."""

import numpy as np
import pytest

from data.sources.replay import ReplaySource, ReplayTable
from data.store import open_store
from data.usecase.file import load
from models.lifecycle.registry import register
from models.live.step import LiveLoop
from models.release.lately import lately
from models.training.train import train
from models.training.training_set import training_set
from tests.plants import plant, readings
from tests.screens import visit_of


@pytest.fixture(scope="module", params=["multiclass", "regression"])
def run(request, tmp_path_factory):
    """A trained, released use case that has replayed a later table through the live loop."""
    home = tmp_path_factory.mktemp(request.param)
    use_case = load(plant(home, request.param), home)
    store = open_store(home / "pullcord.db")
    store.readings.prepare(use_case)
    told = training_set(use_case, store)
    record = register(home, store, use_case, train(use_case, told, lambda *_: True), "test")
    store.releases.set_champion(use_case.name, record.number, "test", "first")
    table = ReplayTable(use_case, home / "later.csv", readings(request.param, 1200, seed=5, first="2024-03-01"))
    source = ReplaySource(use_case, table, store.readings.start_source("replay:later", 0))
    loop = LiveLoop(home, store, use_case, source)
    while not source.exhausted():
        loop.step(100, int(2e15))
        if loop.source._next == 500:
            loop = LiveLoop(home, store, use_case, source)  # a restart in the middle
    yield home, use_case, store, record, table, loop
    store.close()


def recorded(store, use_case):
    from datetime import UTC, datetime

    span = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
    return {asset: store.readings.history(use_case.name, asset, *span) for asset in use_case.assets}


def test_every_row_is_recorded_at_its_own_time_with_risk_and_prediction(run):
    _, use_case, store, _, table, _ = run
    found = recorded(store, use_case)
    assert sum(map(len, found.values())) == table.rows
    for each in found.values():
        assert each["time"].iloc[0].year == 2024 and each["score"].between(0, 1).all() and each["predicted"].notna().all()


def test_what_was_recorded_live_is_what_training_would_compute(run):
    from data.readings.features import with_windows

    _, use_case, store, _, table, _ = run
    import pandas as pd

    rows = pd.DataFrame(table.columns).assign(
        asset=table.mapped.asset, time=pd.to_datetime(table.mapped.time_us, unit="us", utc=True)
    )
    offline = with_windows(use_case, rows)
    for asset, live in recorded(store, use_case).items():
        mine = offline[offline["asset"] == asset]
        assert np.array_equal(mine["temperature_mean"].to_numpy(), live["temperature_mean"].to_numpy())


def test_reasons_add_up_on_the_scale_of_the_task(run):
    _, use_case, store, _, _, loop = run
    seen = store.readings.board(use_case.name)[0].prediction
    total = seen.base + sum(seen.contributions.values())
    if use_case.task == "regression":
        assert total == pytest.approx(seen.predicted, abs=1e-3)
    else:
        x = loop.release.row(seen.values)
        margins = np.sort(loop.release._predictor.shares.margins(x[None, :])[0])
        assert total == pytest.approx(margins[-1] - margins[-2], abs=1e-3)
    assert loop.gap < 1e-3


def test_it_is_good_and_keeps_its_promise(run):
    _, use_case, store, record, _, _ = run
    held = record.figures["held_out"]
    confirmed = store.readings.confirmed(use_case.name, 5000)
    assert len(confirmed) > 500
    promised = next(one for one in record.figures["sure"] if one["promised"] == 0.9)
    assert promised["held"] >= promised["range"][0] and promised["range"][0] < 0.9  # blocks of two hours are few
    if use_case.task == "regression":
        assert held["r2"]["value"] > 0.9 and held["mae"]["low"] <= held["mae"]["value"] <= held["mae"]["high"]
        assert np.abs(confirmed["predicted"] - confirmed["outcome"]).mean() < 0.2
    else:
        assert held["accuracy"]["value"] > 0.95 and set(held["by_class"]) == {"0", "1", "2"}
        assert (confirmed["predicted"] == confirmed["outcome"]).mean() > 0.9


def test_an_interval_follows_what_had_come_in_before_its_reading(run):
    _, use_case, store, _, _, loop = run
    confirmed = store.readings.confirmed(use_case.name, 5000)
    at = confirmed["time"].iloc[len(confirmed) // 2].to_pydatetime()
    before = store.readings.confirmed(use_case.name, 5000, at)
    assert 0 < len(before) == (confirmed["arrived"] < at).sum() < len(confirmed) and (before["arrived"] < at).all()
    found = lately(use_case, store, loop.release, at, 0.9)
    if use_case.task == "multiclass":
        assert found is None
        return
    again = lately(use_case, open_store(store._c.path), loop.release, at, 0.9)  # as another process would
    assert found.rows == len(before) and (found.low, found.high, found.level) == (again.low, again.high, again.level)
    row = loop.release.row(store.readings.prediction(use_case.name, int(confirmed["id"].iloc[0])).values)
    sure, still = loop.release.how_sure(row, 0.9, lately=found), loop.release.how_sure(row, 0.9)
    assert sure.followed.rows == found.rows and sure.high - sure.low == pytest.approx(sure.followed.width)
    assert still.followed is None and still.high - still.low == pytest.approx(sure.followed.as_released)


def test_what_is_bad_follows_the_severity_or_the_allowed_range(run):
    _, use_case, store, _, _, _ = run
    confirmed = store.readings.confirmed(use_case.name, 5000)
    bad = confirmed["outcome"] > 2.0 if use_case.task == "regression" else confirmed["outcome"] > 0
    assert (confirmed["bad"] == bad).all() and bad.any() and not bad.all()
    assert confirmed["score"][bad].mean() > 0.5 > 0.2 > confirmed["score"][~bad].mean()


def test_a_gap_that_is_accepted_is_recorded_as_a_gap(run):
    _, use_case, store, _, table, _ = run
    missing = sum(each["draught"].isna().sum() for each in recorded(store, use_case).values())
    assert missing == np.isnan(table.columns["draught"]).sum() > 0


def test_its_card_and_its_page_tell_what_only_this_task_has(run):
    from models.documents.card_values import own_section
    from models.documents.words import ENGLISH

    home, use_case, _, record, _, _ = run
    found = own_section(use_case, record.figures, ENGLISH)
    card = (home / record.folder / "card.md").read_text(encoding="utf-8")
    assert found.title in card
    words = ("Mean absolute error", "Mean width") if use_case.task == "regression" else ("overheated", "One class left")
    assert all(word in card for word in words)


def test_the_screens_tell_the_class_or_the_value(run, monkeypatch):
    import streamlit as st
    from streamlit.testing.v1 import AppTest

    home, use_case, store, _, _, _ = run
    monkeypatch.setenv("PULLCORD_HOME", str(home))
    st.cache_resource.clear()
    reading = int(store.readings.confirmed(use_case.name, 5000).sort_values("score")["id"].iloc[-1])

    def page():
        import streamlit as st

        from pages.prediction import render
        from pages.releases import render as releases

        if st.query_params.get("page") == "releases":
            releases()
        else:
            render()

    app = AppTest.from_function(page, default_timeout=120)
    visit_of(app).who = "dana"
    app.query_params["use_case"], app.query_params["reading"] = use_case.name, str(reading)
    app.run()
    assert not app.exception, app.exception
    text = " ".join(one.value for one in (*app.markdown, *app.header))
    assert ("Free lime" in text and "%" in text) if use_case.task == "regression" else "overheated" in text or "clogged" in text
    app.query_params["page"] = "releases"
    app.run()
    assert not app.exception, app.exception
    st.cache_resource.clear()
