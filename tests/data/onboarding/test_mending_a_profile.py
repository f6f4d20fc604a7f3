"""What a person mends of a new line before it is written: the file then says it, the model learns it, and what cannot be is refused."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import streamlit as st

from data.onboarding.create import write
from data.onboarding.mended import allowing, called, described, exchanged, weighed
from data.onboarding.profile import profile
from data.onboarding.target import OnboardingError
from data.usecase.file import load
from models.dataset.history import history_of
from tests.screens import show, texts

RNG = np.random.default_rng(5)
X = pd.DataFrame({"temp [K]": RNG.normal(300, 2, 400).round(2), "flow": RNG.normal(5, 1, 400).round(2)})
GOOD = pd.Series((X["temp [K]"] + RNG.normal(0, 2, 400) < 302).astype(int))


def made(frame, found, home):
    write(frame, found, "u", "u.csv", home)
    use_case = load("u", home)
    return use_case, history_of(use_case)


@pytest.mark.parametrize("column", [GOOD, GOOD.map({1: "fine parts", 0: "others"}), GOOD.astype(bool)])
def test_good_and_bad_exchanged_are_exchanged_in_what_is_learned(column, tmp_path):
    frame = X.assign(quality=column)
    found = profile(frame, "quality")
    _, before = made(frame, found, tmp_path / "a")
    use_case, after = made(frame, replace(found, target=exchanged(found.target)), tmp_path / "b")
    assert (before["outcome"] == 1 - after["outcome"]).all() and before["outcome"].nunique() == 2
    assert use_case.failed(after["outcome"]).mean() == pytest.approx(exchanged(found.target).share_bad)


@pytest.mark.parametrize("column", [GOOD, GOOD.map({1: "fine parts", 0: "others"})])
def test_exchanged_twice_is_as_it_was(column):
    target = profile(X.assign(quality=column), "quality").target
    again = exchanged(exchanged(target))
    assert (again.outcomes, again.words, again.share_bad) == (target.outcomes, target.words, pytest.approx(target.share_bad))


def test_names_that_were_written_are_those_of_the_screens_and_two_are_never_one():
    target = profile(X.assign(quality=GOOD), "quality").target
    told = called(exchanged(target), "Scrap", {0: "good part", 1: "scrap"})
    assert (told.label, told.outcomes) == ("Scrap", {0: "good part", 1: "scrap"})
    assert called(target, " ", {0: "", 1: " "}) == target
    with pytest.raises(OnboardingError, match="Two outcomes are called 'x'"):
        called(target, "", {0: "x", 1: "x"})


def test_how_bad_a_class_is_decides_what_counts_as_bad(tmp_path):
    frame = X.assign(kind=RNG.choice(["ok", "scratch", "crack"], 400, p=[0.7, 0.2, 0.1]))
    found = profile(frame, "kind")
    codes = {word: code for code, word in found.target.outcomes.items()}
    target = weighed(found.target, {codes["scratch"]: 0, codes["crack"]: 5}, frame["kind"])
    use_case, told = made(frame, replace(found, target=target), tmp_path)
    assert use_case.failed(told["outcome"]).sum() == (frame["kind"] == "crack").sum() == round(target.share_bad * 400)
    for wrong in ({codes["scratch"]: 6}, {codes["scratch"]: 0, codes["crack"]: 0}, dict.fromkeys(codes.values(), 2)):
        with pytest.raises(OnboardingError):
            weighed(found.target, wrong, frame["kind"])


@pytest.mark.parametrize("low, high", [(299.0, None), (None, 301.0), (299.0, 301.0)])
def test_limits_of_a_value_are_the_persons_own(low, high, tmp_path):
    found = profile(X, "temp [K]", task="regression")
    target = allowing(found.target, low, high, " K ", X["temp [K]"])
    use_case, told = made(X, replace(found, target=target), tmp_path)
    values = X["temp [K]"]
    bad = (values < (low or -np.inf)) | (values > (high or np.inf))
    assert use_case.failed(told["outcome"]).sum() == bad.sum() and target.share_bad == pytest.approx(bad.mean())
    assert use_case.target.unit == "K"


@pytest.mark.parametrize("low, high", [(None, None), (301.0, 299.0), (0.0, 1000.0), (None, 1.0)])
def test_limits_that_cannot_be_are_refused_in_words(low, high):
    found = profile(X, "temp [K]", task="regression")
    with pytest.raises(OnboardingError, match="limit"):
        allowing(found.target, low, high, "K", X["temp [K]"])


def test_a_signal_is_called_and_limited_as_written(tmp_path):
    frame = X.assign(quality=GOOD)
    found = profile(frame, "quality")
    temp, flow = found.signals
    changed = (described(temp, "Chamber", "°C", 200.0, None), described(flow, "", "l/min", None, float("nan")))
    use_case, _ = made(frame, replace(found, signals=changed), tmp_path)
    chamber = use_case.signals[temp.name]
    assert (chamber.label, chamber.unit, chamber.limits[0]) == ("Chamber", "°C", 200.0)
    assert chamber.limits[1] == pytest.approx(temp.limits[1]) and use_case.signals[flow.name].label == flow.label
    with pytest.raises(OnboardingError, match="not below"):
        described(temp, "", "", 5.0, 5.0)


def test_on_the_page_one_tap_exchanges_them(tmp_path, monkeypatch):
    st.cache_resource.clear()

    def page():
        import numpy as np
        import pandas as pd

        from data.onboarding.profile import profile
        from pages.parts.new_line.mended import mended
        from pages.parts.new_line.target import target_view

        rng = np.random.default_rng(5)
        frame = pd.DataFrame(
            {"temp": rng.normal(300, 2, 400).round(2), "quality": rng.choice(["fine parts", "others"], 400, p=[0.9, 0.1])}
        )
        target_view(frame, mended(frame, profile(frame, "quality")))

    app = show(page)
    share = float(texts(app).split("bad in ")[1].split(" %")[0])
    app.button(key="new_exchange").click().run()
    assert not app.exception
    assert float(texts(app).split("bad in ")[1].split(" %")[0]) == pytest.approx(100 - share)
    assert app.text_input(key="new_bad_1_quality").value == "fine parts"
    app.text_input(key="new_bad_1_quality").set_value("others").run()  # the name of the other one
    assert "Two outcomes are called" in texts(app)
