"""Saying aloud that the plant is no longer what the model learned from."""

from pathlib import Path

import streamlit as st

from data.store import StoreError
from data.usecase import UseCase
from models.change import Standing, standing
from models.release import ReleaseError
from pages.parts import session
from pages.parts.language import number, percent, t


def how_it_stands(use_case: UseCase) -> Standing | None:
    """Whether the champion keeps its promise lately; looked up at most twice a minute, whoever and however many look."""
    champion = session.store().releases.champion(use_case.name)
    return _standing(session.settings().store_path, use_case.name, champion.number, use_case) if champion else None


def changed_text(use_case: UseCase, found: Standing | None) -> str:
    """``The plant has changed: …``, or nothing while it has not."""
    if found is None or not found.changed:
        return ""
    said = t(
        "The plant has changed: of the newest {n} confirmed readings {held} are as promised; it should be {promised}.",
        n=number(found.rows, 0), held=percent(found.held), promised=percent(found.promised),
    )  # fmt: skip
    if found.bias is None:
        return said
    more = t(
        "The truth is {bias} {unit} from what is predicted, on average.",
        bias=_signed(use_case, found.bias),
        unit=use_case.target.unit,
    )
    return f"{said} {more}"


def _signed(use_case: UseCase, value: float) -> str:
    return ("+" if value > 0 else "−") + number(abs(value), use_case.target.decimals)


@st.cache_resource(show_spinner=False, max_entries=20, ttl=30)
def _standing(path: Path, name: str, number: int, _use_case: UseCase) -> Standing | None:
    try:
        return standing(_use_case, session.store(), session.release(_use_case, number))
    except (StoreError, ReleaseError):
        return None
