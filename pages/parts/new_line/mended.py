"""What was inferred of the target, to be mended on the page: good and bad exchanged, names, how bad a class is, what of a value is allowed."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from data.onboarding.mended import allowing, called, exchanged, weighed
from data.onboarding.profile import Profile
from data.onboarding.target import OnboardingError, TargetFound
from models.numbers.quantities import box_format
from pages.parts.remembered.visit import visit
from pages.parts.shell.frame import trouble
from pages.parts.words.language import t


def mended(frame: pd.DataFrame, found: Profile) -> Profile:
    """The profile with the target as the person left it; what cannot be is told, and then what was inferred stands."""
    column, target = frame[found.target.header], found.target
    column = column if found.left is None else column[found.left]
    how = {"binary": _two, "multiclass": _several, "regression": _value}[target.task]
    try:
        changed = how(target, column)
    except OnboardingError as error:
        trouble(t("This is not taken over."), error)
        return found
    notes = tuple(note for note in found.notes if note not in target.notes or note in changed.notes)
    warnings = tuple(one for one in found.warnings if one not in target.look or one in changed.look)
    return replace(found, target=changed, notes=notes, warnings=warnings)


def _two(target: TargetFound, _column: pd.Series) -> TargetFound:
    turned = target.header in visit().new_exchanged
    if turned:
        target = exchanged(target)
    left, good, bad, swap = st.columns([2, 2, 2, 2], vertical_alignment="bottom")
    turn = int(turned)  # other words stand in the boxes once the two are exchanged
    label = left.text_input(t("What is predicted"), target.label, key=f"new_label_{target.header}", max_chars=80)
    fine = good.text_input(t("Good is called"), target.outcomes[0], key=f"new_good_{turn}_{target.header}", max_chars=80)
    poor = bad.text_input(t("Bad is called"), target.outcomes[1], key=f"new_bad_{turn}_{target.header}", max_chars=80)
    swap.button(
        t("Exchange good and bad"), key="new_exchange", icon=":material/swap_horiz:", width="stretch", on_click=_exchange, args=(target.header,)
    )  # fmt: skip
    return called(target, label, {0: fine, 1: poor})


def _exchange(header: str) -> None:
    visit().new_exchanged ^= {header}


def _several(target: TargetFound, column: pd.Series) -> TargetFound:
    label = st.text_input(t("What is predicted"), target.label, key=f"new_label_{target.header}", max_chars=80, width=400)
    codes = list(target.outcomes)
    table = pd.DataFrame({"word": list(target.outcomes.values()), "severity": [target.severity[code] for code in codes]})
    st.caption(t("How bad each class is: 0 needs no look, 5 is worst."))
    left = st.data_editor(
        table, key=f"new_classes_{target.header}", hide_index=True, width=500, num_rows="fixed",
        column_config={
            "word": st.column_config.TextColumn(t("Class"), max_chars=80),
            "severity": st.column_config.NumberColumn(t("How bad"), min_value=0, max_value=5, step=1, required=True),
        },
    )  # fmt: skip
    named = called(target, label, dict(zip(codes, left["word"], strict=True)))
    return weighed(named, dict(zip(codes, left["severity"], strict=True)), column)


def _value(target: TargetFound, column: pd.Series) -> TargetFound:
    name, unit, low, high = st.columns([2, 1, 1, 1], vertical_alignment="bottom")
    label = name.text_input(t("What is predicted"), target.label, key=f"new_label_{target.header}", max_chars=80)
    told = unit.text_input(t("Unit"), target.unit, key=f"new_unit_{target.header}", max_chars=20)
    assert target.allowed is not None
    lowest, highest = target.allowed
    empty, shape = t("no limit"), box_format(target.decimals + 1, lowest, highest)
    least = low.number_input(t("Bad below"), value=lowest, key=f"new_low_{target.header}", placeholder=empty, format=shape)
    most = high.number_input(t("Bad above"), value=highest, key=f"new_high_{target.header}", placeholder=empty, format=shape)
    if (least, most) == (lowest, highest):
        return replace(called(target, label), unit=told.strip())
    return allowing(called(target, label), least, most, told, column)
