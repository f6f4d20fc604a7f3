"""The steps of making a use case: the file, what is predicted, which signals; what was inferred stands beside what was asked."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd
import streamlit as st

from data.onboarding.mended import described
from data.onboarding.profile import Profile
from data.onboarding.target import OnboardingError
from data.onboarding.uploads import KINDS, Given, fingerprint
from data.people import NotAllowed
from models.live.verbs import keep_table
from pages.parts.new_line.reading import as_boxes
from pages.parts.remembered.visit import visit
from pages.parts.shell.frame import trouble
from pages.parts.shell.identity import who
from pages.parts.words.language import percent, plural, t
from pages.parts.words.verbatim import verbatim


def asked_file(home: Path) -> Given | None:
    """The table: uploaded (kept in the home for a day), or one that lies there."""
    st.subheader(t("1 · The table"), anchor=False)
    left, right = st.columns([3, 2], gap="large")
    given = left.file_uploader(t("Upload a table"), type=list(KINDS), key="new_file")
    folder = home / "tables"
    there = sorted(file for kind in KINDS for file in folder.glob(f"*.{kind}")) if folder.is_dir() else []
    picked = None
    if there:
        picked = right.selectbox(
            verbatim(t("Or one that was put into {folder}", folder=str(folder))), there, index=None, format_func=lambda file: file.name,
            key="new_pick", placeholder=t("Choose a file"),
        )  # fmt: skip
    if given is None:
        return Given(picked, picked.name) if picked else None
    known = visit().new_digest
    if given.file_id not in known:  # a large one takes a second
        known.clear()
        known[given.file_id] = fingerprint(given.getbuffer())
    try:
        return keep_table(who(), home, given.name, given.getbuffer(), known[given.file_id])
    except (OnboardingError, NotAllowed) as error:
        trouble(t("This file cannot be kept."), error)
        st.stop()


def asked_columns(frame: pd.DataFrame) -> tuple[str, str | None, str | None, str | None] | None:
    """Target, task, asset and time; ``None`` before a target was chosen."""
    st.subheader(t("3 · What is to be predicted?"), anchor=False)
    headers = list(frame.columns)
    columns = st.columns(4)
    target = columns[0].selectbox(t("Target"), headers, index=None, key="new_target", placeholder=t("Choose a column"))
    words = {None: t("as it looks"), "binary": t("one of two"), "multiclass": t("one of several"), "regression": t("a value")}
    task = columns[1].selectbox(t("Kind"), list(words), format_func=words.__getitem__, key="new_task")
    rest = [header for header in headers if header != target]
    asset = columns[2].selectbox(t("Machine or unit"), rest, index=None, key="new_asset", placeholder=t("found by itself"))
    time = columns[3].selectbox(t("Time"), rest, index=None, key="new_time", placeholder=t("found by itself"))
    return (target, task, asset, time) if target else None


def signals_step(found: Profile) -> Profile:
    """What was inferred, to be looked at and mended; returns the profile as the person left it."""
    st.subheader(t("4 · What it learns from"), anchor=False)
    target = found.target
    if found.warnings:
        st.warning("\n".join(f"- {verbatim(warning)}" for warning in as_boxes(found.warnings)), icon=":material/warning:")
    told(as_boxes(found.notes))
    table = pd.DataFrame(
        {
            "use": True, "label": [one.label for one in found.signals], "unit": [one.unit for one in found.signals],
            "low": [one.limits[0] if one.limits else None for one in found.signals], "high": [one.limits[1] if one.limits else None for one in found.signals],
            "kind": [one.kind for one in found.signals], "missing": [percent(one.missing, 1) if one.missing else "" for one in found.signals],
            "header": [one.header for one in found.signals],
        }
    )  # fmt: skip
    names = {
        "use": t("Use"), "label": t("Name"), "unit": t("Unit"), "low": t("Lowest possible"), "high": t("Highest possible"), "kind": t("Kind"),
        "missing": t("Missing"), "header": t("Column in the file"),
    }  # fmt: skip
    st.caption(t("Names, units and limits can be changed in the table. A value beyond its limits is set aside as impossible."))
    left = st.data_editor(
        table, key=f"new_signals_{target.header}", hide_index=True, disabled=["kind", "missing", "header"], column_config=names
    )
    if found.left_out:
        with st.expander(plural("{n} column is left out", "{n} columns are left out", len(found.left_out))):
            st.markdown("\n".join(f"- **{verbatim(column.header)}** {verbatim(why)}" for column, why in found.left_out))
    rows = zip(found.signals, left.to_dict("records"), strict=True)
    try:
        kept = tuple(
            described(one, str(row["label"] or ""), str(row["unit"] or ""), row["low"], row["high"])
            for one, row in rows
            if row["use"]
        )
    except OnboardingError as error:
        trouble(t("These limits cannot be."), error)
        return replace(found, signals=())
    return replace(found, signals=kept)


def told(notes: Sequence[str]) -> None:
    """What was found or decided, a line each."""
    if notes:
        st.caption("  \n".join(verbatim(note) for note in notes))
