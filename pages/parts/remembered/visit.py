"""What one browser session holds beside the keys of its widgets, which are Streamlit's own. It ends with the session: what has to outlive it stands in
the address, or in the store."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from data.records import Case, FlagKind, Handover, Look, VerdictKind
    from models.corrections.mending import Denied
    from models.corrections.repair_preview import Preview
    from models.corrections.sensor_doubt import SensorDoubt
    from models.documents.shift import Facts

KEY = "visit"
"""Where it stands in Streamlit's session state."""

Corrected = tuple[str, tuple[tuple[int, str | None], ...]]
"""A line, its corrections in force and who has confirmed each."""


@dataclass(slots=True)
class OfTheRecord:
    """What is held by numbers of the record (readings, flags, cases, shifts) or follows from it. Another showing of the demo gives the same numbers
    to other things: it is forgotten then.

    Of a prediction: ``asked``: (reading, what the address asked for) that the reasons were opened for once; ``choosing``: (reading, kind) of the
    flag whose reason is being chosen; ``added``: the flag that words were added to a moment ago.
    Of my flags: ``flags_fresh``: (person, when they came to the page, since when answers are new); ``flags_before``: the flag that the page of the
    list begins after.
    Of review: ``found``: the kind of finding that is chosen, by (person, case); ``read``: each case as it was on the screen, with what an inspection
    had found; ``ticked``: the cases that each person has ticked; ``just_decided``, ``not_decided``: what is told of a decision; ``nothing_to_add``:
    the case whose empty note was sent; ``files_added``: files of this session that are in a thread; ``files_sent``: how often files were
    added to a case, each time from a new field.
    Of training: ``conflicts``: what the search for contradictions rests on and has found.
    Of the handover: ``handover_facts``: (line and start of the shift, its facts, until when they hold); ``handovers_before``: the shift that the
    page of the list begins after; ``remarks_open``: what each open field of remarks rests on, ``remarks_seen``: those that were shown once, by the
    field's key.
    Of the board: ``looks``: by (line, person), when it was noted that they look, and the look.
    """

    asked: tuple[int, str] | None = None
    choosing: tuple[int, FlagKind] | None = None
    added: int | None = None
    flags_fresh: tuple[str, datetime, datetime] | None = None
    flags_before: int | None = None
    found: dict[tuple[str, int], VerdictKind] = field(default_factory=dict)
    read: dict[int, tuple[Case, tuple[float, ...]]] = field(default_factory=dict)
    ticked: dict[str, set[int]] = field(default_factory=dict)
    just_decided: str = ""
    not_decided: list[str] = field(default_factory=list)
    nothing_to_add: int | None = None
    files_added: set[str] = field(default_factory=set)
    files_sent: dict[int, int] = field(default_factory=dict)
    conflicts: tuple[Corrected, Denied, Preview | None, list[SensorDoubt]] | None = None
    handover_facts: tuple[tuple[str, datetime], Facts, datetime] | None = None
    handovers_before: datetime | None = None
    remarks_open: dict[str, Handover] = field(default_factory=dict)
    remarks_seen: set[str] = field(default_factory=set)
    looks: dict[tuple[str, str], tuple[datetime, Look]] = field(default_factory=dict)


@dataclass(slots=True)
class OnTour:
    """Where the session is in the demo's story. ``run``: the showing that it last saw; ``seen``: (showing, step, (beats that are met, the first tap, whether
    the line was seen to run)) that was drawn last; ``card``: (showing, step) whose title stood in place of the page; ``page``: the one that is drawn;
    ``begun``: the showing whose line was seen to run. ``left``: whoever looks goes their own way; ``whole``: the whole page was drawn just
    now, not the bar alone; ``redraw``: it is to be."""

    run: int | None = None
    seen: tuple[int, int, tuple[int, bool, bool]] | None = None
    card: tuple[int, int] | None = None
    page: str = ""
    begun: int | None = None
    left: bool = False
    whole: bool = False
    redraw: bool = False


@dataclass(slots=True)
class Visit:
    """All of it.

    ``language``, ``contrast``, ``who``, ``use_case``: what was chosen, or carried over from the address (``None``: nothing was). ``pages``: those
    that are open to who looks, by name. ``asset``: the machine that was looked at last; ``weighty``: (line, machine) and the signals that weighed
    most when its page was opened.
    ``refused``: (where it is told, what kept something from being done); ``unknown_address``: Streamlit was asked for a page that there is none of.
    ``board_asks``: what was pressed on the board and is done outside of its live part; ``board_opened``: the groups, by (line, name), whose rows are
    shown; ``not_seen``: why it could not be noted that advice was seen.
    ``new_line``: the line that was made; ``new_started``: its training was asked for; ``new_stopped``: the table whose reading was stopped, by its
    key; ``new_digest``: the digest of the file that was given, by its id; ``new_exchanged``: targets whose good and bad were exchanged.
    """

    language: str | None = None
    contrast: str | None = None
    who: str | None = None
    use_case: str | None = None
    pages: dict[str, st.Page] = field(default_factory=dict)
    asset: str | None = None
    weighty: tuple[tuple[str, str], list[str]] | None = None
    refused: tuple[str, Exception] | None = None
    unknown_address: bool = False
    board_asks: dict | None = None
    board_opened: set[tuple[str, str]] = field(default_factory=set)
    not_seen: str = ""
    new_line: str | None = None
    new_started: bool = False
    new_stopped: tuple[str, int, str] | None = None
    new_digest: dict[str, str] = field(default_factory=dict)
    new_exchanged: set[str] = field(default_factory=set)
    record: OfTheRecord = field(default_factory=OfTheRecord)
    tour: OnTour = field(default_factory=OnTour)


def visit() -> Visit:
    """What the session of whoever is looking holds."""
    found: Visit | None = st.session_state.get(KEY)
    if found is None:
        found = st.session_state[KEY] = Visit()
    return found
