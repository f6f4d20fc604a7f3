"""History that corrections contradict, or that the rest of it denies: looked for, told, and what is to become of it; and second looks at held-out rows."""

import numpy as np
import streamlit as st

from data.people import Action, may
from data.records import HeldAnswer
from data.store import StoreError
from data.usecase.use_case import UseCase
from models.corrections.adjudication import open_for
from models.corrections.mending import Denied
from models.corrections.repair_preview import Preview, previewed
from models.corrections.sensor_doubt import SensorDoubt, sensors_doubted
from models.dataset.choices import Contradicted
from models.numbers.quantities import change
from models.release.release import ReleaseError
from models.review import verbs
from models.training.training_set import TrainingSetError, contradictions
from pages.parts.remembered.visit import visit
from pages.parts.shell import session
from pages.parts.shell.acting import as_person
from pages.parts.shell.frame import trouble
from pages.parts.shell.identity import who
from pages.parts.words.language import number, percent, plural, quantity, t, when
from pages.parts.words.verbatim import verbatim
from pages.parts.words.wording import label, outcome_text, value_text

AT_ONCE = 10
"""Held-out rows that one person is asked about in one go."""


def history_in_doubt(use_case: UseCase) -> tuple[Contradicted, Contradicted]:
    """Draw it, and give what was chosen: for contradicted history, and for denied labels."""
    st.markdown(t("**History that corrections contradict**"))
    if st.button(t("Look for it"), key="contradictions", icon=":material/search_insights:"):
        try:
            with st.spinner(t("Comparing the corrections with the history …")):
                found = contradictions(use_case, session.store())
                release = session.champion_release(use_case)
                week = previewed(use_case, session.store(), release.number, found) if release else None
                sensors = sensors_doubted(use_case, session.store(), release) if release else []
                visit().record.conflicts = (_state(use_case), found, week, sensors)
        except (TrainingSetError, StoreError, ReleaseError) as error:
            trouble(t("That was not done."), error)
    rests_on, found, week, sensors = visit().record.conflicts or (None, None, None, ())
    if found is not None and rests_on != _state(use_case):
        found = None  # of another line, or corrections came in: what was found is no longer what a training would find
        st.caption(t("Corrections have changed since you looked: look again."))
    if found is not None and not found.conflicts:
        st.caption(t("The history says nothing else than the corrections, or there are too few of them."))
    if found is not None:
        for one in found.conflicts:
            st.markdown("- " + conflict_text(use_case, one.plain()) + " " + _where(use_case, found, one.rows))
    contradicted = _choice(use_case, "contradicted", t("What becomes of it"))
    for one in sensors if found is not None else ():
        st.markdown("- " + sensor_text(use_case, one))
    st.markdown(t("**Labels that the rest of the history denies**"))
    if found is not None and not found.parts:
        st.caption(t("No machine, shift, product or stretch of time stands out."))
    if found is not None:
        for one in found.parts:
            st.markdown("- " + part_text(use_case, one.plain()) + " " + _where(use_case, found, one.rows))
    if found is not None and week is not None:
        st.markdown(preview_text(week))
    denied = _choice(use_case, "label_errors", t("What becomes of them"))
    if found is not None:
        second_looks(use_case, found)
    return contradicted, denied


def own(use_case: UseCase, name: str) -> str:
    """The key of a choice: of this line and of who is looking. Who comes to the screen next trains by their own choices."""
    person = who()
    return f"{name}_{use_case.name}_{person.id if person else ''}"


def conflict_text(use_case: UseCase, told: dict) -> str:
    """A contradiction in a sentence or two, from its plain form."""
    what = verbatim(outcome_text(use_case, told["outcome"], told["cause"]))
    where = []
    for name, (low, high) in told["ranges"].items():
        described = use_case.described(name)
        decimals = getattr(described, "decimals", 1)
        where.append(
            f"{label(use_case, name)} {quantity(low, decimals)}–{quantity(high, decimals)} {getattr(described, 'unit', '')}".strip()
        )
    where += [f"{label(use_case, name)} {', '.join(values)}" for name, values in told["categories"].items()]
    corrected = plural("{n} correction says", "{n} corrections say", len(told["corrections"]))
    denied = plural("{n} reading of the history says", "{n} readings of the history say", told["readings"])
    said = [
        t("{corrected} **{what}** at {where}; **{denied} otherwise**, {n} the same.", corrected=corrected, what=what,
          where=verbatim("; ".join(where)), denied=denied, n=number(told["agreeing"], 0))
    ]  # fmt: skip
    tied = told.get("tied", {})
    if len(told["assets"]) == 1:
        said.append(t("All of them are of {asset}: look at its sensors first.", asset=verbatim(told["assets"][0])))
    if "asset" in tied:
        said.append(t("Readings of other machines stay as they are."))
    if "shift" in tied:
        said.append(t("All of them are of the shift from {time}: readings of other shifts stay as they are.", time=tied["shift"]))
    if told.get("held_out"):
        said.append(_held_out(told["held_out"]))
    return " ".join(said)


def part_text(use_case: UseCase, told: dict) -> str:
    """A part of the history whose labels the rest denies, in a sentence, from its plain form."""
    kind, value = told["kind"], verbatim(told["value"])
    word, _, moment = told["value"].partition(" ")
    if kind == "time":
        where = t("until {time} UTC", time=moment) if word == "until" else t("from {time} UTC on", time=moment)
    elif kind == "shift":
        where = t("in the shift from {time}", time=value)
    else:
        where = value if kind == "asset" else f"{verbatim(label(use_case, kind))} {value}"
    said = t(
        "**{where}**: the rest of the history says the opposite of {n} ({share} of them; elsewhere {usual}).", where=where,
        n=plural("{n} reading", "{n} readings", told["readings"]), share=percent(told["share"], 1), usual=percent(told["elsewhere"], 1),
    )  # fmt: skip
    if pair := told.get("exchanged"):
        said += " " + t(
            "{signal} {one} and {other} seem to be written down for each other there: with them exchanged {right} of {n} readings fit. No label is wrong, so none is put "
            "right: mend the table, or leave them out.",
            signal=verbatim(label(use_case, pair["signal"])), one=verbatim(pair["one"]), other=verbatim(pair["other"]),
            right=number(pair["right"], 0), n=number(pair["rows"], 0),
        )  # fmt: skip
    return f"{said} {_held_out(told['held_out'])}" if told.get("held_out") else said


def _where(use_case: UseCase, found: Denied, rows: np.ndarray) -> str:
    """By machine and time: what a proposal would change in the history."""
    table = found.history.iloc[rows]
    most = table["asset"].value_counts()
    told = ", ".join(f"{asset} ({number(count, 0)})" for asset, count in most.head(3).items())
    first, last = (when(moment.to_pydatetime(), use_case.timezone) for moment in (table["time"].min(), table["time"].max()))
    return verbatim(
        plural(
            "On {n} machine, {assets}; from {first} to {last}.", "On {n} machines, most on {assets}; from {first} to {last}.", len(most),
            assets=told, first=first, last=last,
        )
    )  # fmt: skip


def preview_text(week: Preview) -> str:
    """What putting all of it right would change on the screens of the last week."""
    said = plural(
        "Put right, of {n} reading of the last week about {more} more would be warned of, and {fewer} fewer.",
        "Put right, of {n} readings of the last week about {more} more would be warned of, and {fewer} fewer.",
        week.readings, more=number(week.more, 0), fewer=number(week.fewer, 0),
    )  # fmt: skip
    return said + (" " + t("Most of them on {assets}.", assets=verbatim(", ".join(week.assets))) if week.assets else "")


def sensor_text(use_case: UseCase, one: SensorDoubt) -> str:
    """What speaks for a sensor, in a sentence or two."""
    described = use_case.described(one.signal)
    shift = f"{change(number, one.shift, described.decimals)}\u00a0{described.unit}".rstrip()
    return verbatim(
        t(
            "Bad data: {signal} of {asset} is off by {shift} against its siblings. With that taken away {n} of {cases} reviewed cases of it would be told rightly: "
            "decide them as bad data, no label is wrong.",
            signal=label(use_case, one.signal), asset=one.asset, shift=shift, n=one.explained, cases=one.cases,
        )
    )  # fmt: skip


def _held_out(n: int) -> str:
    return plural(
        "{n} more is held out and stays as it is: two people can say what it was.",
        "{n} more are held out and stay as they are: two people can say what they were.",
        n,
    )


def _choice(use_case: UseCase, name: str, title: str) -> Contradicted:
    words: dict[Contradicted, str] = {"keep": t("Keep it"), "leave_out": t("Leave it out"), "relabel": t("Put it right")}
    return st.segmented_control(
        title, list(words), format_func=words.__getitem__, default="keep", required=True, key=own(use_case, name), label_visibility="collapsed",
    )  # fmt: skip


def _state(use_case: UseCase) -> tuple[str, tuple[tuple[int, str | None], ...]]:
    """What a search for contradictions rests on: the line, its corrections in force and who has confirmed them."""
    return use_case.name, tuple((one.id, one.confirmed_by) for one in session.store().feedback.corrections(use_case.name))


def second_looks(use_case: UseCase, found: Denied) -> None:
    """Ask who is looking what held-out rows were. Nobody is told what somebody else has said of them."""
    person = who()
    if person is None or not may(person, Action.REVIEW):
        return
    rows = open_for(person.id, use_case, session.store(), found.in_question)
    if rows.empty or use_case.task == "regression":
        return
    st.markdown(plural("**{n} held-out reading to look at**", "**{n} held-out readings to look at**", len(rows)))
    st.caption(
        t(
            "Every release is judged on them. What the history says stays on record; what two people say counts from then on. Leave out what you do not know."
        )
    )
    outcomes = use_case.target.outcomes
    with st.form(f"second_looks_{use_case.name}_{person.id}", border=False):
        said = {}
        for at, row in rows.head(AT_ONCE).iterrows():
            values = ", ".join(f"{label(use_case, name)} {value_text(use_case, name, row[name])}" for name in use_case.signals)
            told = t(
                "{asset}, {time}: {values}. The history says {outcome}.", asset=row["asset"], time=when(row["time"], use_case.timezone),
                values=values, outcome=outcome_text(use_case, row["outcome"], row["cause"] if isinstance(row["cause"], str) else None),
            )  # fmt: skip
            st.markdown(verbatim(told))
            said[at] = st.segmented_control(
                t("It was"), list(outcomes), format_func=outcomes.__getitem__, key=f"look_{use_case.name}_{person.id}_{at}"
            )
        if st.form_submit_button(t("Say so"), icon=":material/visibility:"):
            answers = [
                HeldAnswer(use_case.name, row["asset"], row["time"].to_pydatetime(), float(row["outcome"]), float(said[at]), None, person.id)
                for at, row in rows.head(AT_ONCE).iterrows()
                if said[at] is not None
            ]  # fmt: skip
            as_person(lambda by: verbs.look_again(by, session.store(), answers))
            st.rerun()
