"""Asking a person what was really true: one of two, one of several classes, or a value."""

import streamlit as st

from data.usecase.use_case import UseCase
from models.numbers.quantities import box_format
from pages.parts.words.language import t
from pages.parts.words.verbatim import verbatim
from pages.parts.words.wording import cause_text

SIDE_BY_SIDE = 4
"""Classes up to which they stand beside each other; more are a list to choose from."""


def truth_input(
    use_case: UseCase, question: str, key: str, start: float | None = None, cause: str | None = None
) -> tuple[float, str | None]:
    """The true outcome and, where the use case knows causes and it is bad, its cause.

    Args:
        start: what is filled in: a class or a value.
        cause: and the cause with it.
    """
    left, right = st.columns(2)
    if use_case.task == "regression":
        unit = f", {use_case.target.unit}" if use_case.target.unit else ""
        step = 10.0**-use_case.value.decimals
        value = left.number_input(
            verbatim(f"{question} ({use_case.target.label}{unit})"), value=round(float(start or 0.0), use_case.value.decimals), step=step,
            format=box_format(use_case.value.decimals, start, *use_case.value.allowed), key=f"outcome_{key}",
        )  # fmt: skip
        return float(value), None
    codes, words = list(use_case.target.outcomes), use_case.target.outcomes.__getitem__
    index = codes.index(int(start)) if start is not None and int(start) in codes else 0
    if len(codes) <= SIDE_BY_SIDE:
        outcome = left.radio(
            question, codes, index=index, format_func=lambda code: verbatim(words(code)), horizontal=True, key=f"outcome_{key}"
        )
    else:
        outcome = left.selectbox(question, codes, index=index, format_func=words, key=f"outcome_{key}")
    if not use_case.target.causes or not use_case.failed([outcome])[0]:
        return float(outcome), None
    causes = list(use_case.target.causes)
    chosen = right.selectbox(
        t("Cause, if known"), causes, index=causes.index(cause) if cause in causes else None, format_func=lambda c: cause_text(use_case, c),
        key=f"cause_{key}", help=t("With the cause a few corrections say where the history is wrong."),
    )  # fmt: skip
    return float(outcome), chosen
