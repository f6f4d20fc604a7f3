"""What would change a prediction: the smallest permitted changes, as an operator would be told them."""

from html import escape

import streamlit as st

from data.usecase.use_case import UseCase
from explainers.local.counterfactual import Counterfactuals
from pages.parts.shell.technical import hint
from pages.parts.words.guidance import below, change_sentence
from pages.parts.words.language import percent, plural, t
from pages.parts.words.theme import palette

_ROW = """<div style="display:flex;flex-wrap:wrap;gap:0.3rem 0.8rem;align-items:center;padding:0.5rem 0;border-top:1px solid {line}">
<span style="font-weight:700;color:{muted}">{place}</span>
<span style="flex:1 1 13rem;font-size:1.12rem;line-height:1.35">{sentence}</span>{bar}</div>"""
_BAR = """<span style="flex:0 1 8rem;min-width:7rem;display:block"><span role="img" aria-label="{alt}" style="display:block;height:0.6rem;background:{ground};border-radius:0.3rem;position:relative">
<span style="position:absolute;left:0;top:0;bottom:0;width:{before}%;background:{grid};border-radius:0.3rem"></span>
<span style="position:absolute;left:0;top:0;bottom:0;width:{after}%;background:{accent};border-radius:0.3rem"></span></span>
<span style="display:block;color:{muted};white-space:nowrap;padding-top:0.15rem" aria-hidden="true">{said}</span></span>"""


def what_changes(use_case: UseCase, found: Counterfactuals) -> None:
    """Draw the changes with the risk they lead to, or say that none helps."""
    colours = palette()
    if not found.tried:
        nothing_to_set()
        return
    if not found.best:
        _none(found)
        return
    rows = []
    for place, one in enumerate(found.best, start=1):
        alt = t("Risk from {before} to {after}", before=percent(found.before), after=below(one.risk))
        bar = _BAR.format(
            alt=escape(alt),
            said=escape(t("risk {before} → {after}", before=percent(found.before), after=percent(one.risk))),
            muted=colours.muted,
            ground=colours.ground,
            grid=colours.grid,
            accent=colours.accent,
            before=round(100 * found.before, 1),
            after=max(round(100 * one.risk, 1), 2),
        )
        sentence = escape(change_sentence(use_case, one))
        rows.append(_ROW.format(line=colours.grid, muted=colours.muted, place=place, sentence=sentence, bar=bar))
    st.html("".join(rows))
    st.caption(
        plural(
            "Only what may be set here, within permitted limits; {n} setting was tried. You decide.",
            "Only what may be set here, within permitted limits; {n} settings were tried. You decide.",
            found.tried,
        )
    )


def nothing_to_set() -> None:
    """That there is nothing to be set; to whoever can say so, where it would be said."""
    st.caption(t("No value of this machine is named as one that you may set."))
    if told := hint(t("Signals that operators may set get actionable: [low, high] and step in usecase.yaml.")):
        st.caption(told)


def _none(found: Counterfactuals) -> None:
    """Nothing that may be set helps, or what would help is no advice to give."""
    aim = percent(found.aim)
    if found.lowest <= found.aim:
        st.markdown(t("No change within the permitted limits brings the risk safely below {aim}.", aim=aim))
        st.caption(
            plural(
                "{n} setting was tried; it leads lower, but leaves no margin, or nothing like it is in the training data.",
                "{n} settings were tried; those that lead lower leave no margin, or nothing like them is in the training data.",
                found.tried,
            )
        )
        return
    st.markdown(t("No change within the permitted limits brings the risk below {aim}.", aim=aim))
    st.caption(
        plural(
            "{n} setting was tried; it leaves a risk of {lowest}.",
            "{n} settings were tried; the best of them leaves a risk of {lowest}.",
            found.tried,
            lowest=percent(found.lowest),
        )
    )
