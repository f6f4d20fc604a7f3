"""The lane on top of the board: one row for each asset that needs a look, worst first; what there is no room for in a flood is told by area. Below
them what came and went unseen, as past."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby

from data.records import AssetState, State
from data.usecase.use_case import UseCase
from models.state.telling import Called, Told
from pages.parts.board.asset_board.marks import Marks
from pages.parts.board.asset_board.tiles import counts
from pages.parts.words.called import KINDS, past_text, short, sign
from pages.parts.words.language import clock, duration, plural, t
from pages.parts.words.predicted import bad_word, told_as

MOST_ROWS = 8  # in the lane; what goes beyond stays in the tiles
MOST_GROUPS = 4  # areas that what there is no room for is told by: the map below them must stay in sight
MOST_PAST = 3  # rows of what came and went; more are told in one
RANK = {"likely": 0, "possible": 1, "new": 2, "returned": 3}
PAST = "came and went"  # what is opened where more came and went than have rows
_EVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Shown:
    """All that the rows are made of. ``room``: for how many there is some; ``opened``: areas whose single assets are wanted too."""

    use_case: UseCase
    states: Mapping[str, AssetState]
    trends: Mapping
    reasons: Mapping[str, str]
    at: datetime
    marks: Marks
    opened: Collection[str] = ()
    room: int = MOST_ROWS


def order(told: Told, state: AssetState, marks: Marks) -> tuple:
    """Worst first; of equals what nobody has seen, then the higher risk, then what lasts longer. What came and went comes last, the newest first."""
    past = -told.until.timestamp() if told.called is Called.RETURNED and told.until else 0.0
    risk = round(told.risk, 1) if told.risk is not None and not past else 0
    return told.called.rank, past, marks.is_seen(state), -risk, told.since or _EVER, told.asset


def rows(shown: Shown, told: Sequence[Told], one_area: bool = False) -> tuple[list[dict], int]:
    """The rows, and for how many assets that need a look there was no room.

    Args:
        told: what needs a look and is not on the shelf, and what came and went unseen, in their :func:`order`.
        one_area: only one is looked at: there is nothing to gather then.
    """
    standing = [one for one in told if one.called.stands]
    past = [one for one in told if one.called is Called.RETURNED]
    found, left = _standing(shown, standing, one_area)
    space = shown.room - sum(not row.get("member") for row in found)
    return found + _past(shown, past, space), left


def _standing(shown: Shown, standing: Sequence[Told], one_area: bool) -> tuple[list[dict], int]:
    """Each in a row as long as there is room; only what does not fit is gathered, in a flood."""
    room = shown.room
    if len(standing) <= room or not shown.marks.flood or one_area:
        return [row(shown, one) for one in standing[:room]], max(len(standing) - room, 0)
    most = min(MOST_GROUPS, room // 2)
    singles = room - min(most, len({shown.use_case.area_of(one.asset) for one in standing[room - most :]}))
    groups, found = _by_area(shown.use_case, standing[singles:]), [row(shown, one) for one in standing[:singles]]
    for area, here in groups[: room - singles]:
        if len(here) == 1:  # there is nothing to gather
            found.append(row(shown, here[0]))
            continue
        found.append(_group(shown, area, here))
        if area in shown.opened:
            found += [row(shown, one) | {"member": True} for one in here[:MOST_ROWS]]
    return found, sum(len(here) for _, here in groups[room - singles :])


def _by_area(use_case: UseCase, rest: Sequence[Told]) -> list[tuple[str, list[Told]]]:
    """The area with the worst first, of equals the one with more that are as bad."""
    place = {one.asset: at for at, one in enumerate(rest)}
    by_area = sorted(rest, key=lambda one: use_case.area_of(one.asset))  # stable: worst first in each
    groups = [(area, list(here)) for area, here in groupby(by_area, key=lambda one: use_case.area_of(one.asset))]
    groups.sort(
        key=lambda group: (
            group[1][0].called.rank,
            -sum(one.called is group[1][0].called for one in group[1]),
            place[group[1][0].asset],
        )
    )
    return groups


def _past(shown: Shown, past: Sequence[Told], space: int) -> list[dict]:
    """What came and went: the newest in rows, what is more in one that opens."""
    if space <= 0 or not past:
        return []
    most = min(space, MOST_PAST)
    if len(past) <= most:
        return [row(shown, one) for one in past]
    found = [row(shown, one) for one in past[: most - 1]]
    return found + _past_group(shown, past[most - 1 :])


def row(shown: Shown, told: Told) -> dict:
    """One asset: what, how sure, why, since when; where it leads; whether it has been seen and by whom, and what goes on about it."""
    use_case, state, marks, at = shown.use_case, shown.states[told.asset], shown.marks, shown.at
    why, said = shown.reasons.get(told.asset, ""), short(use_case, told, at)
    past = told.called is Called.RETURNED
    lasts = duration((at - told.since).total_seconds()) if told.since else ""
    about = told_as(use_case, state.prediction, told.called in (Called.LIKELY, Called.POSSIBLE)) or bad_word(use_case)
    if told.called is Called.OUTSIDE:
        about = t("by rule, no AI")
    elif told.called is Called.UNKNOWN:
        about = t("not in the training data")
    elif past:
        assert told.until is not None
        about, lasts = past_text(use_case, told, at), t("{age} ago", age=duration((at - told.until).total_seconds()))
    given = {"asset": told.asset, "state": said, "target": about, "why": why}
    label = (
        t("Open {asset}: {state} {target}. {why}", **given)
        if past or not lasts
        else t("Open {asset}: {state} {target}, for {lasts}. {why}", **given, lasts=lasts)
    )
    return {
        "key": told.asset,
        "kind": KINDS[told.called],
        "shape": sign(told),
        "name": told.asset,
        "area": use_case.area_label(use_case.area_of(told.asset)),
        "state": said,
        "target": about,
        "spark": shown.trends.get(told.asset),
        "why": why,
        "note": _note(marks, told),
        "since": lasts,
        "open": t("Open"),
        "label": label,
        "go": {"page": "prediction", "use_case": use_case.name, "reading": told.reading},
        "advice": {"use_case": use_case.name, "asset": told.asset, "state": _on_the_screen(told)}
        if past or marks.runs(state)
        else None,
        "shelves": not past,
        "seen": "" if past else seen_text(use_case, state, marks),
    } | ({"holds": 0} if past else {})


def _on_the_screen(told: Told) -> str:
    """The state that whoever taps has read: nothing worse is seen with it."""
    shown = str(told.was if told.called is Called.RETURNED else told.called)
    return shown if shown in list(State) else str(State.NORMAL)


def _note(marks: Marks, told: Told) -> str:
    """What goes on about it, and that it came and went before."""
    going = marks.going.get(told.asset, ("", ""))[0]
    again = (
        plural("came and went {n} time before", "came and went {n} times before", told.times)
        if told.called.stands and told.times
        else ""
    )
    return " · ".join(part for part in (going, again) if part)


def seen_text(use_case: UseCase, state: AssetState, marks: Marks) -> str:
    """Who has seen it and when, or nothing."""
    if not marks.is_seen(state):
        return ""
    known = marks.seen[state.prediction.asset]
    at = clock(known.at, use_case.timezone, seconds=False)
    return t("Seen by {name}, {at}", name=marks.names.get(known.person, known.person), at=at)


def _ages(moments: Sequence[datetime | None], at: datetime) -> str:
    """From the newest to the oldest of a group: ``40 s – 12 min``."""
    known = sorted((at - moment).total_seconds() for moment in moments if moment is not None)
    ends = list(dict.fromkeys(duration(age) for age in (known[0], known[-1]))) if known else []
    return "\u2009–\u2009".join(ends)


def _group(shown: Shown, area: str, here: Sequence[Told]) -> dict:
    """One area in a flood: how many, for how long, and the worst one."""
    (kind, shape, told), *more = counts(here)
    worst, at, is_open = here[0], shown.at, area in shown.opened
    said = {"asset": worst.asset, "state": short(shown.use_case, worst, at), "why": shown.reasons.get(worst.asset, "")}
    lasts = duration((at - worst.since).total_seconds()) if worst.since else ""
    why = (
        t("Worst: {asset}, {state}, for {lasts}. {why}", **said, lasts=lasts)
        if lasts
        else t("Worst: {asset}, {state}. {why}", **said)
    )
    return _gathered(f"area:{area}", area, is_open) | {
        "kind": kind,
        "shape": shape,
        "name": shown.use_case.area_label(area),
        "area": plural("{n} machine", "{n} machines", len(here)),
        "state": told,
        "target": ", ".join(word for _, _, word in more),
        "why": why.strip(),
        "since": _ages([one.since for one in here], at),
        "label": t("{area}: {state}. {why}", area=shown.use_case.area_label(area), state=told, why=why),
        "go": {"group": area, "use_case": shown.use_case.name},
        "holds": len(here),
    }


def _worst_of_the_past(told: Told) -> tuple[int, float]:
    assert told.was is not None
    return told.was.rank, -(told.risk or 0)


def _past_group(shown: Shown, past: Sequence[Told]) -> list[dict]:
    """What came and went and has no row of its own."""
    use_case, at, is_open = shown.use_case, shown.at, PAST in shown.opened
    names = ", ".join(one.asset for one in past[:6]) + (" …" if len(past) > 6 else "")
    state, why = plural("{n} not seen yet", "{n} not seen yet", len(past)), t("No risk any more: {assets}", assets=names)
    worst = min(past, key=_worst_of_the_past)
    group = _gathered("past:", PAST, is_open) | {
        "kind": "returned",
        "shape": sign(worst),
        "name": t("Came and went"),
        "area": plural("{n} machine", "{n} machines", len(past)),
        "state": state,
        "target": "",
        "why": why,
        "since": t("{age} ago", age=_ages([one.until for one in past], at)),
        "label": t("{area}: {state}. {why}", area=t("Came and went"), state=state, why=why),
        "go": {"group": PAST, "use_case": use_case.name},
        "holds": 0,
    }
    return [group, *(row(shown, one) | {"member": True} for one in past[:MOST_ROWS] if is_open)]


def _gathered(key: str, name: str, is_open: bool) -> dict:
    """What every row of several has: nothing of it is seen or shelved at once."""
    opens = t("Close") if is_open else t("Show all")
    return {
        "key": key,
        "spark": None,
        "note": "",
        "open": opens,
        "advice": None,
        "shelves": False,
        "seen": "",
        "expanded": is_open,
    }
