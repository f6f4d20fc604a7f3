"""The one reason that the board has room for."""

from datetime import UTC, datetime
from types import SimpleNamespace

from data.records import Prediction, State
from data.usecase.file import load
from pages.parts.reasons import top_reason

MILLING = load("milling")


def test_of_a_reading_that_is_new_nothing_single_is_named_where_its_release_has_not_kept_what_it_knew(monkeypatch):
    monkeypatch.setattr(top_reason, "release_of", lambda *_: SimpleNamespace(known=None))
    shares = dict.fromkeys(MILLING.features, 0.0)
    seen = Prediction(
        "milling", 1, "M-01", datetime(2026, 1, 1, tzinfo=UTC), 1, {}, 1, 0.1, State.NORMAL, 0.0, shares, novelty=2.0
    )
    assert top_reason.top_reason(MILLING, seen) == "No single value is new; together they are."
