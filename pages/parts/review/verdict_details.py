"""What belongs to each kind of verdict: the corrected truth, the reasons that should not matter, the bad stretch, what is asked for."""

from dataclasses import dataclass

import streamlit as st

from data.records import About, Case, Flag, VerdictKind
from data.store import NotFound
from data.usecase.use_case import UseCase
from pages.parts.review.bad_stretch import bad_stretch
from pages.parts.review.found import found_at
from pages.parts.review.truth_input import truth_input
from pages.parts.shell import session
from pages.parts.words.language import t
from pages.parts.words.verbatim import verbatim
from pages.parts.words.wording import group_label, outcome_text

NOTHING = About()


@dataclass(frozen=True, slots=True)
class Found:
    """What a verdict says beside its kind and answer."""

    outcome: float | None = None
    cause: str | None = None
    about: About = NOTHING


def details(use_case: UseCase, case: Case, flags: list[Flag], kind: VerdictKind) -> Found:
    """The fields of a kind of verdict, with what was flagged filled in."""
    if kind is VerdictKind.MODEL_WRONG:
        outcome, cause = _truth(use_case, case)
        return Found(outcome, cause, _reasons(use_case, case, flags, needed=False))
    if kind is VerdictKind.REASON_WRONG:
        return Found(about=_reasons(use_case, case, flags, needed=True))
    if kind is VerdictKind.BAD_DATA:
        return Found(about=bad_stretch(use_case, case))
    if kind is VerdictKind.CANNOT_TELL:
        words = {"inspection": t("an inspection of the machine"), "lab_value": t("a laboratory value")}
        asks = st.radio(
            t("What has to come in first?"), list(words), format_func=words.get, horizontal=True, key=f"asks_{case.id}"
        )
        st.caption(t("The case waits, and comes back as soon as the outcome of that moment is known."))
        return Found(about=About(asks=asks))
    return Found()


def _truth(use_case: UseCase, case: Case) -> tuple[float, str | None]:
    """The corrected truth. Filled in is what an inspection found, where one has; otherwise the other one of two, or what was predicted."""
    try:
        seen = session.store().readings.prediction(use_case.name, case.reading)
    except NotFound:
        seen = None
    known = next(reversed(found_at(use_case, seen)), None) if seen else None
    if known:
        start = known.outcome
    elif use_case.task == "binary":
        start = 0 if case.score >= use_case.advice.possible.enter else 1
    else:
        start = seen.predicted if seen else None
    outcome, cause = truth_input(use_case, t("What was really true?"), str(case.id), start, known.cause if known else None)
    if known and outcome != known.outcome:
        found = outcome_text(use_case, known.outcome, known.cause)
        st.warning(t("The inspection found otherwise: {found}. Your verdict is what a training takes.", found=verbatim(found)))
    return outcome, cause


def _reasons(use_case: UseCase, case: Case, flags: list[Flag], needed: bool) -> About:
    said = [flag.snapshot.get("feedback", {}) for flag in flags if not flag.withdrawn]
    doubted = [group for one in said for group in one.get("should_not_matter", []) if group in use_case.groups]
    groups = st.multiselect(
        t("Reasons that should not matter here") if needed else t("Reasons that should not matter here (optional)"),
        list(use_case.groups), default=list(dict.fromkeys(doubted)), format_func=lambda g: group_label(use_case, g), key=f"doubt_{case.id}",
    )  # fmt: skip
    if not needed:
        return About(should_not_matter=tuple(groups))
    missing = st.text_input(
        t("A reason that is missing"), value=next((one["missing"] for one in said if one.get("missing")), ""), max_chars=300,
        key=f"missing_{case.id}",
    )  # fmt: skip
    return About(should_not_matter=tuple(groups), missing=missing.strip())
