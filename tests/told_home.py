"""What a home says of itself through the store's verbs and its releases, as plain JSON: the same home has to say the same after every upgrade.

What depends on the hour at which it is asked (whether a shelving has run out by now) is left out.
"""

import dataclasses
import hashlib
from datetime import UTC, datetime, timedelta
from enum import Enum

import numpy as np

from data.readings.features import feature_matrix, signal_matrix
from data.records import CaseState
from data.usecase.file import load
from models.release.release import Release

_LONG_AGO, _FAR = datetime(1990, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
ROWS = 40
"""Recorded readings that each release is asked about."""
BY_THE_HOUR = {"ended", "ended_by", "claimed_until"}
"""Fields that follow from the hour as well."""


def told(home, store, use_cases) -> dict:
    """All of it: by use case, and what belongs to none."""
    found = {name: of_use_case(home, store, name) for name in use_cases}
    people = [one.id for one in store.people.all()]
    return {
        "use_cases": found,
        "people": plain(store.people.all()),
        "seen": {one: plain(store.people.seen(one, "flags")) for one in people},
        "fates": {one: plain(store.feedback.fates(one)) for one in people},
        "fate_counts": {one: plain(store.feedback.fate_counts(one)) for one in people},
        "audit": plain(store.audit.newest(limit=100_000)),
    }


def of_use_case(home, store, name: str) -> dict:
    """Readings, feedback, releases, jobs and the like of one use case."""
    use_case = load(name, home)
    store.readings.prepare(use_case)
    readings, feedback, releases = store.readings, store.feedback, store.releases
    ids = _drawn_ids(store, name)
    cases = feedback.queue(name, tuple(CaseState), 1000)
    threads = {str(case.id): feedback.thread(case.id) for case in cases}
    files = [message.id for thread in threads.values() for message in thread if message.file]
    return plain(
        {
            "counts": readings.counts(name),
            "board": [(one.prediction.id, one.state_since, one.recorded_at) for one in readings.board(name)],
            "newest_us": readings.newest_us(name),
            "predictions": [readings.prediction(name, one) for one in ids],
            "history": {asset: _hash_of(readings.history(name, asset, _LONG_AGO, _FAR)) for asset in use_case.assets},
            "advice": _rows(readings.recent_advice(name, _LONG_AGO)),
            "truth": {asset: readings.truth_at(name, asset, _LONG_AGO, _FAR)[:20] for asset in use_case.assets},
            "labelled": _hash_of(readings.labelled(name, 10_000).drop(columns="weight")),
            "performance": _rows(readings.performance(name, _LONG_AGO, _FAR, use_case.advice.possible.enter)),
            "quarantined": readings.quarantined(name),
            "refused": _rows(readings.refused(name, _LONG_AGO, _FAR)),
            "cases": cases,
            "flags": {str(case.id): feedback.case_flags(case.id) for case in cases},
            "verdicts": {str(case.id): feedback.verdicts(case.id) for case in cases},
            "threads": threads,
            "files": {str(one): hashlib.sha256(feedback.attachment(one)).hexdigest() for one in files},
            "corrections": feedback.corrections(name),
            "excluded": feedback.excluded(name),
            "doubts": feedback.doubts(name),
            "double_reviewed": feedback.double_reviewed(name),
            "origins": feedback.origins(name),
            "shelvings": store.attention.shelvings(name),
            "handovers": store.handovers.past(name),
            "releases": releases.all(name),
            "champions": releases.champions(name),
            "approvals": {str(one.number): releases.approvals(name, one.number) for one in releases.all(name)},
            "switches": releases.switches(name),
            "answers": [releases.answer(name, one.number, at) for one in releases.all(name) for at in ids],
            "shadow": store.shadows.now(name),
            "shadow_counts": {str(one.number): store.shadows.counts(name, one.number) for one in releases.all(name)},
            "shadow_cases": {str(one.number): _rows(store.shadows.cases(name, one.number)) for one in releases.all(name)},
            "jobs": store.jobs.recent(name),
            "job_logs": {str(one.id): store.jobs.log(one.id) for one in store.jobs.recent(name)},
            "says": {str(one.number): says(home, store, use_case, one) for one in releases.all(name)},
        }
    )


def says(home, store, use_case, record) -> dict:
    """What a release says of recorded readings, and what it is made of."""
    release = Release.load(home, record, use_case)
    drawn = _drawn_ids(store, use_case.name, ROWS)
    seen = [store.readings.prediction(use_case.name, one) for one in drawn]
    table = {name: [one.values.get(name, np.nan) for one in seen] for name in use_case.recorded}
    if not seen:
        return {"features": list(release.features)}
    import pandas as pd

    x = feature_matrix(use_case, signal_matrix(use_case, pd.DataFrame(table)))
    said = release.says(x)
    novelty = release.novelty(x)
    band = {name: release.band(use_case.assets[0], name) for name in release.features}
    return {
        "features": list(release.features), "risk": said.risk, "contributions": said.contributions,
        "novelty": novelty, "bands": band, "cases": len(release.cases), "background": release.background.shape, "card": len(release.card),
    }  # fmt: skip


def _drawn_ids(store, name: str, most: int = 12) -> list[int]:
    """Readings spread over all that are there, by id."""
    newest = [one.prediction.id for one in store.readings.board(name)]
    if not newest:
        return []
    last, found = max(newest), []
    for at in np.unique(np.linspace(1, last, most).astype(int)):
        try:
            found.append(store.readings.prediction(name, int(at)).id)
        except LookupError:
            continue
    return found


def _rows(frame) -> list[dict]:
    return frame.astype(object).where(frame.notna(), None).to_dict("records")


def _hash_of(frame) -> dict:
    """A table too large to keep: how long it is, and the sum of every column of numbers."""
    sums = {str(name): float(np.nansum(frame[name].to_numpy(float))) for name in frame.columns if frame[name].dtype.kind in "fi"}
    return {"rows": len(frame), "sums": sums}


def plain(value):
    """As JSON: records by their fields, moments as texts, enums as their words."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {one.name: plain(getattr(value, one.name)) for one in dataclasses.fields(value) if one.name not in BY_THE_HOUR}
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, Enum):
        return str(value)
    if isinstance(value, datetime):  # pandas' too
        return value.isoformat() if value == value else None
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, float):
        return None if value != value else value
    return value
