"""What changed since a machine was last fine: which signals moved, from what to what, since when, against their normal range."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape
from pathlib import Path

import numpy as np
import pandas as pd
import streamlit as st

from data.readings.features import feature_matrix, signal_matrix
from data.records import Prediction, State
from data.usecase.use_case import UseCase
from models.release.since_fine import Change, Changes, since_fine
from pages.figures.band_bar import moved_bar
from pages.parts.reasons.top_reason import release_of
from pages.parts.remembered.kept import kept
from pages.parts.shell import session
from pages.parts.words.bands import edges, normal_band, places
from pages.parts.words.language import clock, day_of, t, when
from pages.parts.words.spans import LONG, lately, ranges
from pages.parts.words.theme import palette
from pages.parts.words.verbatim import verbatim
from pages.parts.words.wording import label, value_text

EVERY_S = 5
"""Of a machine that is watched live the comparison is made anew this often."""
_CARDS = (
    '<div style="display:grid;grid-template-columns:repeat(auto-fit,minmax(min(15rem,100%),1fr));gap:0.4rem 2rem">{cards}</div>'
)
_CARD = """<div style="max-width:32rem;min-width:0;padding:0.35rem 0;border-top:1px solid {line};font-variant-numeric:tabular-nums">
<div style="display:flex;justify-content:space-between;align-items:baseline;gap:0.8rem">
<span dir="auto" title="{label}" style="font-weight:600;min-width:0;unicode-bidi:plaintext;{long}">{label}</span>
<span style="color:{muted};font-size:0.95rem;white-space:nowrap">{since}</span></div>
<div style="font-size:1.15rem;overflow-wrap:anywhere"><bdi>{before}</bdi> → <b><bdi>{now}</bdi></b></div>
{bar}</div>"""

_BROKEN = "overflow-wrap:anywhere"
_CUT = f"display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:2;overflow:hidden;{_BROKEN}"


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """What moved of which features, the times of the rows that it was found in, and the normal band of each feature."""

    changes: Changes
    times: list[datetime]
    bands: tuple


def compared(use_case: UseCase, seen: Prediction, live: bool = False) -> Compared | None:
    """A reading against the last time in which its machine was fine, or ``None`` where it is fine or was not before.

    Args:
        live: the newest of a machine that is watched; found once in some seconds for all who look.
    """
    step = int(seen.time.timestamp()) // EVERY_S if live else seen.id
    return _compared(
        session.settings().store_path, use_case.name, seen.asset, live, step, seen.release, use_case=use_case, seen=seen
    )


def what_changed(use_case: UseCase, found: Compared, most: int = 5, compact: bool = False) -> None:
    """Draw what moved, the farthest first, and with which time it is compared. ``compact``: a name has two lines, since it stands below too."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.subheader(t("What changed since it was fine"), anchor=False, width="content")
        st.caption(verbatim(_against(use_case, found)), width="content")
    if found.changes.moved:
        st.html(
            _CARDS.format(
                cards="".join(_card(use_case, found, one, _CUT if compact else _BROKEN) for one in found.changes.moved[:most])
            )
        )


def _against(use_case: UseCase, found: Compared) -> str:
    """With which time it is compared, and what the signs mean."""
    start, end = (found.times[row] for row in (found.changes.first, found.changes.last))
    said = {"start": when(start, use_case.timezone), "end": _moment(use_case, end, start)}
    if not found.changes.moved:
        return t("No signal stands out against {start}–{end}, when nothing was advised.", **said)
    return t("Ring: {start}–{end}. Dot: this reading.", **said)


def _card(use_case: UseCase, found: Compared, one: Change, long: str) -> str:
    name, colours = use_case.features[one.feature], palette()
    categories, band, bar = use_case.described(name).categories, found.bands[one.feature], ""
    finer = 0 if categories else places(use_case.described(name), band) - use_case.described(name).decimals
    before, now = (value_text(use_case, name, categories[int(v)] if categories else v, finer) for v in (one.before, one.now))
    if band and not categories:
        title = t("{label} from {before} to {now}", label=label(use_case, name), before=before, now=now)
        bar = moved_bar(colours, one.before, one.now, band, *edges(use_case.described(name), band), title)
    return _CARD.format(
        line=colours.grid,
        muted=colours.muted,
        long=long,
        label=escape(label(use_case, name)),
        before=escape(_short(before, now)),
        now=escape(now),
        since=escape(t("since {clock}", clock=_moment(use_case, found.times[one.since], found.times[-1]))),
        bar=bar,
    )


def _moment(use_case: UseCase, moment: datetime, beside: datetime) -> str:
    """The time of day, with its day where that is another one than that of the moment ``beside`` it."""
    zone = use_case.timezone
    same = day_of(moment, zone) == day_of(beside, zone)
    return clock(moment, zone, seconds=False) if same else when(moment, zone)


def _short(before: str, now: str) -> str:
    """The first of two values, without the unit that both have."""
    number_, _, unit = before.partition("\u00a0")
    return number_ if unit and now.endswith(f"\u00a0{unit}") else before


@kept(200)
def _compared(
    path: Path, name: str, asset: str, live: bool, step: int, release: int, *, use_case: UseCase, seen: Prediction
) -> Compared | None:
    for length in (lately(use_case), ranges(use_case)[LONG].length):
        found = _within(use_case, seen, length)
        if found is not None:
            return found
    return None


def _within(use_case: UseCase, seen: Prediction, length: timedelta) -> Compared | None:
    frame = session.store().readings.history(use_case.name, seen.asset, seen.time - length, seen.time, limit=40_000)
    rows = np.flatnonzero(frame["id"].to_numpy() == seen.id)
    if not len(rows):
        return None
    fine = _fine(use_case, frame)
    fine[rows[0]] &= not seen.is_new
    release = release_of(use_case, seen.release)
    matrix = feature_matrix(use_case, signal_matrix(use_case, frame))
    coded = np.array([bool(use_case.described(feature).categories) for feature in use_case.features])
    bands = tuple(
        None if c else normal_band(use_case, release, seen.asset, f) for f, c in zip(use_case.features, coded, strict=True)
    )
    changes = since_fine(matrix, fine, int(rows[0]), bands, coded)
    return changes and Compared(changes, frame["time"].dt.to_pydatetime().tolist(), bands)


def _fine(use_case: UseCase, frame: pd.DataFrame) -> np.ndarray:
    """(n,) bool: nothing was advised, the risk was not about to be, and the model knew what it saw."""
    calm = (frame["state"] == str(State.NORMAL)) & (frame["score"] < use_case.advice.possible.leave)
    return (calm & ~(frame["novelty"] > 1)).to_numpy().copy()
