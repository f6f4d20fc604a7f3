"""Cases whose main reason changed from the champion to the challenger: how many, from what to what, and each of them side by side."""

import pandas as pd
import streamlit as st

from data.records import ReleaseRecord
from data.usecase.use_case import UseCase
from models.release.reason_changes import changed_readings
from models.release.release import ReleaseError
from pages.parts.reasons.explained import said_by
from pages.parts.shell import session
from pages.parts.shell.frame import empty, go, trouble
from pages.parts.words.language import percent, plural, t, when
from pages.parts.words.shares import all_lines
from pages.parts.words.verbatim import verbatim
from pages.parts.words.wording import group_label


def main_reason_view(use_case: UseCase, record: ReleaseRecord, against: dict) -> None:
    """The share on held-out readings, and on demand the recorded readings that both tell differently."""
    told = against.get("main_reason")
    if told is None:
        return
    if not told["advised"]:
        st.caption(t("Neither of both warns of any held-out reading."))
    else:
        st.markdown(
            plural(
                "For **{share}** of the {n} held-out reading with a warning the main reason is another one.",
                "For **{share}** of the {n} held-out readings with a warning the main reason is another one.",
                told["advised"],
                share=percent(told["share"], 1),
            )
        )
        for move in told["moves"][:4]:
            names = {key: group_label(use_case, move[key]) for key in ("from", "to")}
            st.caption(
                plural(
                    "{before} → {after}: {n}",
                    "{before} → {after}: {n}",
                    move["n"],
                    before=verbatim(names["from"]),
                    after=verbatim(names["to"]),
                )
            )
    if st.toggle(t("Show recorded readings that both tell differently"), key=f"changes_{record.number}"):
        _recorded(use_case, record.number, against["release"])


def _recorded(use_case: UseCase, new: int, old: int) -> None:
    try:
        with st.spinner(t("Asking both releases about recorded readings …")):
            found = _changed(str(session.settings().store_path), use_case.name, new, old, use_case)
    except ReleaseError as error:
        trouble(t("This cannot be compared."), error)
        return
    if found.empty:
        empty(t("No recorded reading that was looked at is told differently."))
        return
    rows = [
        {
            t("Asset"): one["asset"],
            t("When"): when(one["time"].to_pydatetime(), use_case.timezone),
            t("Release {n}", n=old): f"{percent(one['before'])} · {group_label(use_case, one['reason_before'])}",
            t("Release {n}", n=new): f"{percent(one['after'])} · {group_label(use_case, one['reason_after'])}",
        }
        for one in found.to_dict("records")
    ]
    chosen = st.dataframe(
        rows, hide_index=True, on_select="rerun", selection_mode="single-row", selection_default={"selection": {"rows": [0]}},
        key=f"changed_{new}_{old}", row_height=40, height=min(300, 44 + 40 * len(rows)),
    ).selection.rows  # fmt: skip
    if chosen and chosen[0] < len(found):
        _side_by_side(use_case, int(found["id"].iloc[chosen[0]]), new, old)


def _side_by_side(use_case: UseCase, reading: int, new: int, old: int) -> None:
    """Both releases on one reading, in words."""
    seen = session.store().readings.prediction(use_case.name, reading)
    for number_, column in zip((old, new), st.columns(2), strict=True):
        said, told = said_by(use_case, seen, session.release(use_case, number_))
        with column.container(border=True, height="stretch"):
            st.markdown(t("**Release {n}** · risk {risk}", n=number_, risk=percent(said.score)))
            for line in all_lines(use_case, told, said):
                st.markdown(verbatim(line))
    if st.button(t("Open the prediction"), key=f"changed_open_{new}", icon=":material/help:"):
        go("prediction", use_case=use_case.name, reading=reading)


@st.cache_data(show_spinner=False, max_entries=8, ttl=300)
def _changed(path: str, name: str, new: int, old: int, _use_case: UseCase) -> pd.DataFrame:
    return changed_readings(_use_case, session.store(), session.release(_use_case, new), session.release(_use_case, old))
