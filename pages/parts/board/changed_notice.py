"""Saying aloud that the plant is no longer what the model learned from."""

from pathlib import Path

import streamlit as st

from data.store import StoreError
from data.usecase.use_case import UseCase
from models.numbers.quantities import change
from models.release.release import ReleaseError
from models.watching.change import Share, Standing, standing
from pages.parts.remembered.kept import worked_out
from pages.parts.shell import session
from pages.parts.shell.line_now import line_now
from pages.parts.words.language import number, percent, plural, t
from pages.parts.words.wording import outcome_text


def how_it_stands(use_case: UseCase) -> Standing | None:
    """Whether the champion keeps its promise lately; looked up once in two minutes, whoever and however many look."""
    champion = line_now(use_case).champion
    return _standing(session.settings().store_path, use_case.name, champion.number, use_case) if champion else None


def changed_text(use_case: UseCase, found: Standing | None) -> str:
    """``The plant has changed: …``, or nothing while it has not."""
    if found is None or not found.changed:
        return ""
    said = t("The plant has changed: {what}", what=_told(use_case, found.fallen[0]))
    if found.bias is None or not round(found.bias, use_case.value.decimals):  # what rounds to nothing is not told
        return said
    more = t(
        "The truth is {bias} {unit} from what is predicted, on average.",
        bias=change(number, found.bias, use_case.value.decimals),
        unit=use_case.target.unit,
    )
    return f"{said} {more}"


def watched_text(use_case: UseCase, found: Standing | None) -> str:
    """How large a change would have to be to be told by now, or nothing where nothing can be told yet or it is told already."""
    if found is None or found.changed or not found.shares:
        return ""
    one = min(found.shares, key=lambda share: share.rows if share.what == "recall" else 1 << 40)
    return plural(
        "No change so far: {what} A fall by {n} point would be noticed.",
        "No change so far: {what} A fall by {n} points would be noticed.",
        round(100 * one.detectable),
        what=_told(use_case, one),
    )


def _told(use_case: UseCase, one: Share) -> str:
    """What a share came to lately and what it should be, in a sentence."""
    n, now, was = number(one.rows, 0), percent(one.now), percent(one.was)
    if one.what == "held":
        return t(
            "of the newest {n} confirmed readings {now} are within what was promised; it should be {was}.", n=n, now=now, was=was
        )
    if one.outcome is None and one.what == "recall":
        return t(
            "of the newest {n} confirmed failures {now} were warned of; on readings that it never saw it was {was}.",
            n=n,
            now=now,
            was=was,
        )
    if one.outcome is None:
        return t(
            "of the newest {n} confirmed outcomes with a warning {now} were bad; on readings that it never saw it was {was}.",
            n=n,
            now=now,
            was=was,
        )
    name = outcome_text(use_case, one.outcome)
    if one.what == "recall":
        return t(
            "of the newest {n} that were {name} {now} were told as such; on readings that it never saw it was {was}.",
            n=n,
            name=name,
            now=now,
            was=was,
        )
    return t(
        "of the newest {n} that were told as {name} {now} were; on readings that it never saw it was {was}.",
        n=n,
        name=name,
        now=now,
        was=was,
    )


@worked_out
@st.cache_resource(show_spinner=False, max_entries=20, ttl=120)
def _standing(path: Path, name: str, number: int, _use_case: UseCase) -> Standing | None:
    try:
        return standing(_use_case, session.store(), session.release(_use_case, number))
    except (StoreError, ReleaseError):
        return None
