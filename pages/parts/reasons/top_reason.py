"""The one reason that the board has room for: the first line of the reading's own page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.records import Prediction
from data.store import StoreError
from data.usecase.use_case import UseCase
from models.release.asking import outside
from pages.parts.reasons.telling import told_of
from pages.parts.shell import session
from pages.parts.words.guidance import outside_sentence
from pages.parts.words.language import t
from pages.parts.words.wording import reason_line

if TYPE_CHECKING:
    from models.release.release import Release


def top_reason(use_case: UseCase, prediction: Prediction) -> str:
    """The strongest reason in one line (of a reading that is new: what is new about it), or nothing where none speaks for something bad, or the
    contributions are not those of the use case as it is now."""
    if set(prediction.contributions) != set(use_case.features):
        return ""
    release = release_of(use_case, prediction.release)
    if prediction.is_new:
        beyond = outside(release, prediction.values) if release else ()
        return outside_sentence(use_case, beyond[0]) if beyond else t("No single value is new; together they are.")
    first = told_of(use_case, prediction, release).first
    return reason_line(use_case, first) if first else ""


def release_of(use_case: UseCase, number: int) -> Release | None:
    """The release that predicted, or ``None`` when it cannot be loaded: its bands are then those of the use case."""
    from models.release.release import ReleaseError

    try:
        return session.release(use_case, number)
    except (StoreError, ReleaseError):
        return None
