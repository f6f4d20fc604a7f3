"""The gate of a release: each line with a tick or a cross, its number and its bar."""

import streamlit as st

from data.records import ReleaseRecord
from data.usecase import UseCase
from models.gate import Line, gate
from pages.parts.language import number, percent, plural, t


def gate_view(use_case: UseCase, record: ReleaseRecord) -> None:
    """Draw every line, the failing ones first."""
    lines = sorted(gate(use_case, record.figures), key=lambda line: line.passes)
    failed = [line for line in lines if not line.passes]
    if failed:
        st.subheader(plural("Gate: {n} line fails", "Gate: {n} lines fail", len(failed)), anchor=False)
    else:
        st.subheader(t("Gate: every line is met"), anchor=False)
    rows = [
        {
            t("Met"): f"✓ {t('yes')}" if line.passes else f"✗ {t('no')}",
            t("Question"): question(line),
            t("Measured"): _measured(line),
            t("Bar"): bar(line),
        }
        for line in lines
    ]
    with st.expander(t("All {n} lines", n=number(len(rows), 0)), expanded=bool(failed)):
        st.dataframe(rows, hide_index=True, key=f"gate_{record.number}", row_height=40, height="content")
    if not record.figures.get("against"):
        st.caption(t("There was no champion to compare it with when it was made: only what it must meet by itself is asked."))


def line_text(use_case: UseCase, line: Line) -> str:
    """One line in a sentence's length: the question, what was measured and the bar."""
    return t("{question} {measured}, asked {bar}", question=question(line), measured=_measured(line), bar=bar(line))


def question(line: Line) -> str:
    """What a line asks."""
    return {
        "recall": t("Finds no fewer failures than the champion (worse end of the interval)"),
        "precision": t("Is no less often right when it warns (worse end of the interval)"),
        "cost": t("Costs no more than the champion"),
        "advice": t("Warns no more often than the champion"),
        "reasons": t("Goes by the same reasons (nDCG)"),
        "gold_recall": t("Finds no fewer failures in the gold set (worse end of the interval)"),
        "gold_precision": t("Is no less often right in the gold set (worse end of the interval)"),
        "main_reason": t("Names another main reason for few readings"),
        "reason_quality": t("Its reasons hold no less than the champion's (faithfulness)"),
        "corrected": t("Is right on the corrected cases"),
        "segment": t("Finds no fewer failures in {part}", part=line.part),
        "confidence": t("Keeps its promised confidence"),
        "latency": t("Predicts and explains one reading fast enough"),
        "size": t("Is small enough"),
    }[line.name]


def bar(line: Line) -> str:
    """What it must reach."""
    value = _value(line, line.bar)
    return t("at least {value}", value=value) if line.at_least else t("at most {value}", value=value)


def _measured(line: Line) -> str:
    return _value(line, line.value) if line.value is not None else t("not measured")


def _value(line: Line, value: float) -> str:
    if line.name in ("recall", "precision", "segment", "gold_recall", "gold_precision"):
        return t("{points} points", points=number(100 * value, 1))
    if line.name in ("cost", "advice"):
        return t("{n} times", n=number(value, 2))
    if line.name in ("corrected", "confidence", "main_reason"):
        return percent(value, 1)
    if line.name == "latency":
        return t("{n} ms", n=number(value, 1))
    return t("{n} kB", n=number(value, 0)) if line.name == "size" else number(value, 3)
