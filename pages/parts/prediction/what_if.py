"""What if it were set otherwise: a slider for each value that may be changed, and what the release then says, at once."""

import streamlit as st

from data.records import Prediction
from data.usecase.use_case import Signal, UseCase
from models.numbers.quantities import box_format
from models.release.asking import WhatIf, what_if
from models.release.release import Release
from models.release.told import as_said_by
from models.state.telling import Called
from pages.figures.band_bar import risk_bar
from pages.parts.prediction.what_changes import nothing_to_set
from pages.parts.reasons.telling import told_now
from pages.parts.words.called import SIGNS
from pages.parts.words.guidance import below
from pages.parts.words.language import percent, t
from pages.parts.words.shares import all_lines
from pages.parts.words.theme import palette
from pages.parts.words.verbatim import verbatim
from pages.parts.words.wording import label, value_text


@st.fragment
def what_if_view(use_case: UseCase, seen: Prediction, release: Release) -> None:
    """Sliders over the permitted ranges, beside them the risk and its reasons. Nothing of it is recorded."""
    st.markdown(t("**What if** · within permitted limits; nothing is recorded or sent to the machine"))
    known = {
        name: value for name, value in seen.values.items() if value == value
    }  # one that was not measured yet cannot be moved
    free = {name: signal for name, signal in use_case.signals.items() if signal.actionable and name in known}
    if not free:
        nothing_to_set()
        return
    left, right = st.columns([2, 3], gap="large")
    with left:
        settings = {name: _asked(use_case, seen, name, signal) for name, signal in free.items()}
        changed = {name: value for name, value in settings.items() if value != seen.values[name]}
        if st.button(t("Put it back as it was"), key="what_if_reset", icon=":material/undo:", disabled=not changed):
            for name in free:
                st.session_state.pop(_key(seen, name), None)
            st.rerun(scope="fragment")
    with right:
        _answer(use_case, seen, release, what_if(release, seen.values, changed))


def _asked(use_case: UseCase, seen: Prediction, name: str, signal: Signal) -> float:
    """The setting of one signal; where there is only one to choose, whether it is chosen."""
    assert signal.actionable is not None
    low, high = signal.actionable
    now, key = float(seen.values[name]), _key(seen, name)
    if low == high:
        said = signal.action or f"{label(use_case, name)} {value_text(use_case, name, low)}"
        return low if st.toggle(verbatim(said[0].upper() + said[1:]), key=key) else now
    unit = f", {signal.unit}" if signal.unit else ""
    return st.slider(
        verbatim(f"{label(use_case, name)}{unit}"),
        min_value=min(low, now),
        max_value=max(high, now),
        value=now,
        step=float(signal.step or (high - low) / 100),
        format=box_format(signal.decimals, low, high),
        key=key,
        help=verbatim(
            t(
                "Permitted: {low} to {high}. It was {now}.",
                low=value_text(use_case, name, low),
                high=value_text(use_case, name, high),
                now=value_text(use_case, name, now),
            )
        ),
    )


def _answer(use_case: UseCase, seen: Prediction, release: Release, found: WhatIf) -> None:
    if found.new:
        st.subheader(f"{SIGNS[Called.UNKNOWN]} " + t("I don't know: that is not in the training data"), anchor=False)
    else:
        after, before = percent(found.risk), percent(seen.score)
        said = (
            t("Risk {after}, as it was", after=after)
            if after == before
            else t("Risk {after} instead of {before}", after=after, before=before)
        )
        st.subheader(said, anchor=False)
    st.html(risk_bar(palette(), found.risk, seen.score, use_case.advice.possible.enter, below(found.risk)))
    then = as_said_by(use_case, release, seen, {name: found.values[name] for name in use_case.recorded})
    for line in all_lines(use_case, told_now(use_case, then, release), then):
        st.markdown(verbatim(line))


def _key(seen: Prediction, name: str) -> str:
    return f"what_if_{seen.id}_{name}"
