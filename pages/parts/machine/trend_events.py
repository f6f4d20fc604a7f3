"""What happened to a machine, for the time axis of its trend: found failures, flags, counters that start again, releases, AI off, silence."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import pandas as pd

from data.readings.resets import resets
from data.records import CaseState
from data.usecase.use_case import UseCase
from pages.parts.board.ai_switch import times_off
from pages.parts.shell import session
from pages.parts.words.language import duration, t, when
from pages.parts.words.predicted import bad_word
from pages.parts.words.wording import label, outcome_text, value_text

FAILURE, FLAG, RESET, RELEASE, AI_OFF, AI_ON, SILENCE = "failure", "flag", "reset", "release", "ai_off", "ai_on", "silence"
SIGNS = {FAILURE: "✕", FLAG: "⚑", RESET: "▽", RELEASE: "R", AI_OFF: "▯", AI_ON: "▮", SILENCE: "?"}
THROUGH = (RESET, RELEASE, AI_OFF, AI_ON)
"""Kinds that may change how the signals are read: their line goes through all of them."""
MOST = 60
"""Events of one kind that are drawn, the newest."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened at a moment, or until another one; ``text`` says what and when."""

    kind: str
    at: datetime
    text: str
    until: datetime | None = None


def events(use_case: UseCase, asset: str, span: tuple[datetime, datetime], frame: pd.DataFrame, patience_s: float) -> list[Event]:
    """All that happened to ``asset`` within ``span``, in the order of time.

    Args:
        frame: its readings of that time (:meth:`Readings.history`).
        patience_s: seconds without a reading that are told as a silence.
    """
    found = (
        _failures(use_case, asset, span),
        _flags(use_case, asset, frame),
        _resets(use_case, frame),
        _releases(use_case, span),
        _switched(use_case, span),
        _silences(use_case, frame, patience_s),
    )
    return sorted((event for kind in found for event in kind[-MOST:]), key=lambda event: event.at)


def legend(use_case: UseCase, kinds: Collection[str]) -> list[dict[str, str]]:
    """The signs that are drawn, each with its word."""
    words = {
        FAILURE: t("confirmed {target}", target=bad_word(use_case)),
        FLAG: t("flag"),
        RESET: t("counter starts again"),
        RELEASE: t("new release"),
        AI_OFF: t("AI switched off"),
        AI_ON: t("AI switched on"),
        SILENCE: t("no data"),
    }
    return [{"sign": SIGNS[kind], "word": word} for kind, word in words.items() if kind in kinds]


def _failures(use_case: UseCase, asset: str, span: tuple[datetime, datetime]) -> list[Event]:
    found = []
    for truth in session.store().readings.truth_at(use_case.name, asset, *span):
        if use_case.failed([truth.outcome])[0]:
            said = use_case.target.causes.get(truth.cause or "", "") or outcome_text(use_case, truth.outcome)
            text = t("Confirmed: {found}, {clock}", found=said, clock=when(truth.start, use_case.timezone))
            found.append(Event(FAILURE, max(truth.start, span[0]), text, truth.end))
    return found


def _flags(use_case: UseCase, asset: str, frame: pd.DataFrame) -> list[Event]:
    moments, found = frame.set_index("id")["time"], []
    for case in session.store().feedback.queue(use_case.name, states=tuple(CaseState), limit=500):
        if case.kind is not None and case.asset == asset and case.reading in moments.index:
            moment = moments[case.reading].to_pydatetime()
            found.append(Event(FLAG, moment, t("Flagged: {clock}", clock=when(moment, use_case.timezone))))
    return found


def _resets(use_case: UseCase, frame: pd.DataFrame) -> list[Event]:
    found, times = [], frame["time"]
    for name, signal in use_case.signals.items():
        if signal.categories or name not in frame:
            continue
        values = frame[name].to_numpy(float)
        for row in resets(values).tolist():
            at = times.iloc[row].to_pydatetime()
            said = {"label": label(use_case, name), "value": value_text(use_case, name, values[row])}
            found.append(
                Event(RESET, at, t("{label} starts again at {value}, {clock}", clock=when(at, use_case.timezone), **said))
            )
    return found


def _releases(use_case: UseCase, span: tuple[datetime, datetime]) -> list[Event]:
    return [
        Event(
            RELEASE, one.since, t("Release {number} since {clock}", number=one.number, clock=when(one.since, use_case.timezone))
        )
        for one in reversed(session.store().releases.champions(use_case.name))
        if span[0] <= one.since <= span[1]
    ]


def _switched(use_case: UseCase, span: tuple[datetime, datetime]) -> list[Event]:
    """From when to when the AI was off, and that it is on again."""
    found = []
    for since, until in times_off(use_case, *span):
        text = t("AI off since {clock}", clock=when(since, use_case.timezone))
        found.append(Event(AI_OFF, max(since, span[0]), text, min(until or span[1], span[1])))
        if until is not None and until <= span[1]:
            found.append(Event(AI_ON, until, t("AI on again since {clock}", clock=when(until, use_case.timezone))))
    return found


def _silences(use_case: UseCase, frame: pd.DataFrame, patience_s: float) -> list[Event]:
    times = frame["time"].dt.tz_convert(UTC)
    waits = times.diff().dt.total_seconds().to_numpy()
    found = []
    for row in np.flatnonzero(waits > patience_s).tolist():
        start, end = times.iloc[row - 1].to_pydatetime(), times.iloc[row].to_pydatetime()
        text = t("No data for {lasts}, from {clock}", lasts=duration(waits[row]), clock=when(start, use_case.timezone))
        found.append(Event(SILENCE, start, text, end))
    return found
