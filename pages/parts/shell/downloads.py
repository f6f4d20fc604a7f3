"""What can be taken away, and brought back: cases, Label Studio tasks, releases. Nothing is computed before somebody asks for it."""

import io
import json

import streamlit as st

from data.people import Action, NotAllowed, may
from data.records import ReleaseRecord
from data.store import StoreError
from data.tables.spreadsheet import csv_text
from data.usecase.use_case import UseCase
from models.exchange.label_studio import import_tasks, labeling_config, tasks, told_tasks
from models.exchange.release_folder import zipped
from models.exchange.tables import ExchangeError, cases_table
from pages.parts.shell import session
from pages.parts.shell.frame import trouble
from pages.parts.shell.identity import who
from pages.parts.words.language import plural, t
from pages.parts.words.retold import retold


def case_downloads(use_case: UseCase) -> None:
    """For those who may review: cases out, verdicts in."""
    if not may(who(), Action.REVIEW):
        return
    store, name = session.store(), use_case.name
    with st.popover(t("Export"), icon=":material/ios_share:"):
        st.caption(t("Every case with its reading, what was said and what was found."))
        st.download_button(
            t("Cases (CSV)"),
            lambda: csv_text(cases_table(use_case, store)),
            f"{name}-cases.csv",
            "text/csv",
            width="stretch",
            on_click="ignore",
        )
        st.download_button(
            t("Cases (Parquet)"), lambda: _parquet(use_case), f"{name}-cases.parquet", "application/octet-stream", width="stretch", on_click="ignore"
        )  # fmt: skip
        st.download_button(
            t("Label Studio tasks (JSON)"),
            lambda: json.dumps(tasks(use_case, store), ensure_ascii=False, indent=1),
            f"{name}-tasks.json",
            "application/json",
            width="stretch",
            on_click="ignore",
        )
        st.download_button(
            t("Label Studio interface (XML)"), labeling_config(use_case), f"{name}-interface.xml", "application/xml", width="stretch", on_click="ignore"
        )  # fmt: skip
        given = st.file_uploader(t("Verdicts from Label Studio (JSON)"), type="json", key="label_studio")
        if given is not None and st.button(
            t("Take them over"), key="take_over", icon=":material/move_to_inbox:", width="stretch"
        ):
            _take(use_case, given.getvalue())


def release_downloads(use_case: UseCase, record: ReleaseRecord) -> None:
    """A release for plain Python, without Pullcord."""
    st.download_button(
        t("Download for plain Python (ZIP)"), lambda: zipped(session.release(use_case, record.number)),
        f"{use_case.name}-release-{record.number}.zip", "application/zip", key=f"zip_{record.number}", icon=":material/folder_zip:",
        on_click="ignore", help=t("Model, inputs and a script that predicts with numpy and xgboost alone."),
    )  # fmt: skip


def _parquet(use_case: UseCase) -> bytes:
    packed = io.BytesIO()
    cases_table(use_case, session.store()).to_parquet(packed, index=False)
    return packed.getvalue()


def _take(use_case: UseCase, content: bytes) -> None:
    try:
        taken, problems = import_tasks(use_case, session.store(), told_tasks(content, t("This file")), who())
    except (ExchangeError, NotAllowed, StoreError, ValueError) as error:
        trouble(t("Nothing was taken over."), error)
        return
    st.success(plural("{n} verdict was recorded.", "{n} verdicts were recorded.", taken))
    if problems:
        st.warning(plural("{n} was not taken:", "{n} were not taken:", len(problems)))
        st.dataframe(
            [{t("Task"): one.task + 1, t("Case"): one.case, t("Field"): one.field, t("What to do"): retold(one.told)} for one in problems],
            hide_index=True, key="not_taken",
        )  # fmt: skip
