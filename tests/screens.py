"""What tests of screens share: a small recorded plant, a page run without a browser, and what it then says."""

import re

from streamlit.testing.v1 import AppTest

from data.people import DEMO_PEOPLE
from data.records import Flag, FlagKind, FlagReason, State, Verdict, VerdictKind
from data.store import open_store
from pages.parts.remembered.kept import forget_all
from pages.parts.remembered.visit import KEY, Visit
from pages.parts.words.verbatim import PART
from tests import deliveries

SAID = {"should_not_matter": ["strain"], "missing": "coolant level"}
"""What a flag may say of the reasons."""


def point_at(home, monkeypatch):
    """Let the screens of this process show a home, without a worker and with nothing left of another one. Gives the home."""
    monkeypatch.setenv("PULLCORD_HOME", str(home))
    monkeypatch.setenv("PULLCORD_EMBEDDED_WORKER", "false")
    forget_all()
    return home


def recorded_plant(home, monkeypatch, use_case, release=1):
    """A generator of one store with readings 1 to 8 of M-01 to M-04 (odd ones with advice) and the demo people.

    The settings point to ``home``; whether release 1 lies on the disk there is up to the caller.
    """
    home.mkdir(exist_ok=True)
    store = open_store(point_at(home, monkeypatch) / "pullcord.db")
    store.readings.prepare(use_case)
    for person in DEMO_PEOPLE:
        store.people.save(person, "test")
    states = [State.LIKELY, State.NORMAL] * 4
    rows = deliveries.scored_batch(use_case, 0, 8, score=[0.9, 0.02] * 4, state=states, release=release)
    deliveries.record(store, use_case, rows)
    yield store
    store.close()
    forget_all()


def visit_of(app):
    """What the session of ``app`` holds, also before it was run."""
    if KEY not in app.session_state:
        app.session_state[KEY] = Visit()
    return app.session_state[KEY]


def show(page, who=None, **params):
    """Run the function ``page`` as ``who`` with these parameters in the address."""
    app = AppTest.from_function(page, default_timeout=120)
    for name, value in (params | ({"who": who} if who else {})).items():
        app.query_params[name] = str(value)
    app.run()
    assert not app.exception, app.exception
    return app


def new_line_page(home, monkeypatch):
    """The page *New line* of ``home`` as Erik has it before him, not yet run."""
    monkeypatch.setenv("PULLCORD_HOME", str(home))
    open_store(home / "pullcord.db").close()
    forget_all()

    def page():
        from pages.new_line import render

        render()

    app = AppTest.from_function(page, default_timeout=120)
    visit_of(app).who = "erik"
    return app


def step(app):
    """Run it once more, without an error."""
    app.run()
    assert not app.exception, app.exception
    return app


def texts(app):
    """All that it says."""
    kinds = ("markdown", "header", "subheader", "caption", "error", "info", "success", "warning")
    said = " ".join(str(element.value) for kind in kinds for element in app.get(kind)).replace("\u202f", " ")
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", said.replace(PART, ""))  # as it is read, not as it is marked


def button(app, key):
    """The button of that key, or ``None``."""
    return next((one for one in app.button if one.key == key), None)


def flag(store, reading=1, person="olga", reason=FlagReason.FALSE_ALARM, priority=3.0, kind=FlagKind.WRONG, snapshot=None):
    """Raise a flag on a recorded reading, as the screen would."""
    seen = store.readings.prediction("milling", reading)
    snapshot = snapshot or {
        "score": seen.score,
        "release": 1,
        "reasons": [{"group": "strain", "text": "As shown.", "points": ""}],
    }
    return store.feedback.raise_flag(Flag("milling", seen.asset, reading, 1, person, kind, reason, snapshot), priority)


def decided(store, case, kind=VerdictKind.MODEL_WRONG, outcome=0.0, answer="The sensor reads too high.", by="erik"):
    """A verdict on a case, and the correction it made if it made one."""
    store.feedback.claim(case, by)
    return store.feedback.decide(Verdict(case, by, kind, answer, outcome))
