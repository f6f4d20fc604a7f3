"""Asking for a challenger, and watching it being trained: progress, log, cancel, and what came of it."""

from collections.abc import Callable

import streamlit as st

from data.people import Action, may
from data.records import Job, JobState, Person
from data.usecase.use_case import UseCase
from models.dataset.choices import ChoiceError
from models.jobs import verbs
from models.jobs.schedule import KIND
from pages.parts.releases.training_choices import training_choices
from pages.parts.shell import session
from pages.parts.shell.acting import as_person
from pages.parts.shell.frame import trouble
from pages.parts.shell.identity import who
from pages.parts.words.language import clock, percent, plural, t
from pages.parts.words.retold import retold
from pages.parts.words.verbatim import verbatim


def training(use_case: UseCase) -> None:
    """What there is to learn from, the button, and the newest training."""
    store = session.store()
    jobs = [job for job in store.jobs.recent(use_case.name) if job.kind == KIND]
    newest = jobs[0] if jobs else None
    running = newest is not None and newest.state in (JobState.QUEUED, JobState.RUNNING)
    with st.container(border=True):
        st.subheader(t("Train a challenger"), anchor=False)
        st.markdown(_to_learn(use_case))
        if may(who(), Action.TRAIN):
            choices = training_choices(use_case)
            if st.button(
                t("Train a challenger"),
                key="train",
                icon=":material/model_training:",
                type="secondary" if running else "primary",  # the text of a disabled primary one is white on light grey
                disabled=running,
            ):
                _ask(lambda person: verbs.ask_for_training(person, store, use_case, choices.plain()))
        else:
            st.caption(t("Data scientists train challengers."))
        if newest is not None:
            st.fragment(_watch, run_every=1.0 if running else None)(newest.id, running)


def _to_learn(use_case: UseCase) -> str:
    """What came in since the champion was made, in words."""
    store = session.store()
    champion = store.releases.champion(use_case.name)
    known = set(store.releases.get(use_case.name, champion.number).corrections) if champion else set()
    new = [c for c in store.feedback.corrections(use_case.name) if c.id not in known]
    truths = store.readings.counts(use_case.name)["truths"]
    corrections = plural("{n} new correction", "{n} new corrections", len(new))
    told = plural(
        "To learn from: **{corrections}** since the champion, and {n} outcome confirmed by inspection.",
        "To learn from: **{corrections}** since the champion, and {n} outcomes confirmed by inspection.",
        truths,
        corrections=corrections,
    )
    rule = use_case.retraining
    if rule.corrections:
        told += "  \n" + plural(
            "A training is asked for by itself after {n} correction.",
            "A training is asked for by itself after {n} corrections.",
            rule.corrections,
        )
    if rule.days:
        told += "  \n" + plural(
            "A training is asked for by itself {n} day after the last release.",
            "A training is asked for by itself {n} days after the last release.",
            round(rule.days),
        )
    return told


def _watch(number_: int, was_running: bool) -> None:
    store = session.store()
    job = store.jobs.get(number_)
    running = job.state in (JobState.QUEUED, JobState.RUNNING)
    if was_running and not running:
        st.rerun()  # the whole page: there is a release to show
    if running:
        st.progress(job.progress, text=verbatim(_doing(job)))
        if may(who(), Action.TRAIN) and st.button(t("Cancel"), key="cancel_job", icon=":material/close:"):
            _ask(lambda person: verbs.cancel_training(person, store, job.id))
    elif job.state is JobState.DONE:
        made = job.result.get("release")
        said = t("Job {id}: release {n} stands.", id=job.id, n=made) if made else retold(job.message)
        st.success(verbatim(said), icon=":material/check:")
        if made and st.button(t("Show release {n}", n=made), key="show_made", icon=":material/arrow_forward:"):
            st.query_params["release"] = str(made)
            st.rerun()
    elif job.state is JobState.FAILED:
        trouble(t("The training failed."), retold(job.message))
    else:
        st.caption(t("Job {id} was cancelled.", id=job.id))
    log = store.jobs.log(job.id)
    if log:
        zone = session.use_case(job.use_case).timezone
        with st.expander(t("Log of job {id}", id=job.id)):
            st.code("\n".join(f"{clock(at, zone)}  {share:4.0%}  {retold(message)}" for at, share, message in log), language=None)


def _doing(job: Job) -> str:
    if job.state is JobState.QUEUED:
        beats = session.store().workers.all()
        alive = any(beat.alive(session.now()) for beat in beats)
        return (
            t("Waiting for the worker to take it")
            if alive
            else t("Waiting: no worker is running. It starts as soon as one does.")
        )
    return t("{percent}  {message}", percent=percent(job.progress), message=retold(job.message))


def _ask(act: Callable[[Person | None], object]) -> None:
    """Do it as the person looking, whose role is checked here; then draw the whole page anew."""
    as_person(act, also=(ChoiceError,))
    st.rerun()
