"""When a training is asked for by itself: after so many new corrections, or so long after the last release. Nobody's release goes live by it."""

import logging
from datetime import datetime, timedelta

from data import clock
from data.records import Job
from data.store import Conflict, Store
from data.usecase.use_case import UseCase

log = logging.getLogger("pullcord.schedule")
KIND = "train"
BY = "schedule"


def why_due(use_case: UseCase, store: Store, now: datetime | None = None) -> str | None:
    """Why a training is due now, or ``None``. What is counted are corrections that no release has learned from yet."""
    rule, releases = use_case.retraining, store.releases.all(use_case.name)
    if not releases or (rule.corrections is None and rule.days is None):
        return None
    last, now = releases[0], now or clock.now()
    last_try = next((job.requested for job in store.jobs.recent(use_case.name) if job.kind == KIND), None)
    if rule.corrections is not None:
        known = {number for release in releases for number in release.corrections}
        since = (
            None if (last_try or last.created) > now else last_try or last.created
        )  # written by a clock that was ahead: it tells nothing
        new = [
            one
            for one in store.feedback.corrections(use_case.name)
            if one.id not in known and (since is None or one.decided > since)
        ]
        if len(new) >= rule.corrections:
            return f"{len(new)} new corrections"
    rested = (
        last_try is None or last_try > now or now - last_try >= timedelta(days=min(rule.days or 1, 1))
    )  # a training that fails is not asked for again at once
    if rule.days is not None and rested and (last.created > now or now - last.created >= timedelta(days=rule.days)):
        return f"{rule.days:g} days since release {last.number}"
    return None


def ask_if_due(use_case: UseCase, store: Store) -> Job | None:
    """Queue a training if one is due and none is under way. By a clock that cannot be trusted nothing is due."""
    if not store.clock.state().trusted:
        return None
    reason = why_due(use_case, store)
    if reason is None:
        return None
    try:
        job = store.jobs.submit(KIND, use_case.name, {}, BY)
    except Conflict:
        return None
    log.info("training asked for: %s", reason)
    return job
