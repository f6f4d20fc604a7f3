"""The lane on top of the board: one row for each asset that needs a look, worst first; in a flood one for each area."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from itertools import groupby

from data.records import AssetState, State
from data.usecase import UseCase
from pages.parts.asset_board.marks import Marks
from pages.parts.asset_board.tiles import counts, said
from pages.parts.language import clock, duration, plural, t
from pages.parts.predicted import bad_word, predicted_text
from pages.parts.theme import NEW, shape

MOST_ROWS = 8  # in the lane; what goes beyond stays in the tiles
MOST_GROUPS = 4  # areas told in a flood: the map below them must stay in sight
RANK = {"likely": 0, "possible": 1, "new": 2}


def order(state: AssetState, marks: Marks) -> tuple:
    """Worst first; of equals what nobody has seen, then the higher risk, then what lasts longer."""
    seen = state.prediction
    risk = round(seen.score, 1) if seen.score == seen.score else 0
    return state.unknown, -State(seen.state).code, marks.is_seen(state), -risk, state.since, seen.asset


def rows(
    use_case: UseCase,
    abnormal: Sequence[AssetState],
    trends: Mapping,
    reasons: Mapping[str, str],
    at: datetime,
    marks: Marks,
    opened: Collection[str],
    one_area: bool = False,
) -> tuple[list[dict], int]:
    """The rows, and for how many assets there was no room.

    Args:
        abnormal: what needs a look and is not on the shelf, in its :func:`order`.
        opened: areas whose single assets are wanted too, in a flood.
        one_area: only one is looked at: there is nothing to gather then.
    """
    if not marks.flood or one_area:
        return [row(use_case, state, trends, reasons, at, marks) for state in abnormal[:MOST_ROWS]], max(
            len(abnormal) - MOST_ROWS, 0
        )
    by_area = sorted(abnormal, key=lambda state: use_case.area_of(state.prediction.asset))  # stable: worst first in each
    groups = [(area, list(here)) for area, here in groupby(by_area, key=lambda state: use_case.area_of(state.prediction.asset))]
    groups.sort(key=lambda group: (order(group[1][0], marks)[:2], -_as_bad(group[1]), order(group[1][0], marks)))
    found: list[dict] = []
    for area, here in groups[:MOST_GROUPS]:
        if len(here) == 1:  # there is nothing to gather
            found.append(row(use_case, here[0], trends, reasons, at, marks))
            continue
        found.append(_group(use_case, area, here, reasons, at, area in opened))
        if area in opened:
            found += [row(use_case, state, trends, reasons, at, marks) | {"member": True} for state in here[:MOST_ROWS]]
    return found, sum(len(here) for _, here in groups[MOST_GROUPS:])


def row(use_case: UseCase, state: AssetState, trends: Mapping, reasons: Mapping[str, str], at: datetime, marks: Marks) -> dict:
    """One asset: what, how sure, why, since when; where it leads; whether it has been seen and by whom."""
    seen = state.prediction
    told, by_rule = said(use_case, seen), seen.score != seen.score
    lasts = "" if by_rule else duration((at - state.since).total_seconds())
    why = reasons.get(seen.asset, "")
    kind, sign, about = (
        str(seen.state),
        shape(seen.state),
        t("by rule, no AI") if by_rule else predicted_text(use_case, seen) or bad_word(use_case),
    )
    if state.unknown:
        kind, sign, told, about = "new", NEW, t("unknown"), t("not in the training data")
    label = (
        t("Open {asset}: {state} {target}. {why}", asset=seen.asset, state=told, target=about, why=why)
        if by_rule
        else t(
            "Open {asset}: {state} {target}, for {lasts}. {why}", asset=seen.asset, state=told, target=about, lasts=lasts, why=why
        )
    )
    return {
        "key": seen.asset,
        "kind": kind,
        "shape": sign,
        "name": seen.asset,
        "area": use_case.area_of(seen.asset),
        "state": told,
        "target": about,
        "spark": trends.get(seen.asset),
        "why": why,
        "since": lasts,
        "open": t("Open"),
        "label": label,
        "go": {"page": "prediction", "use_case": use_case.name, "reading": state.told.id},
        "advice": {"use_case": use_case.name, "asset": seen.asset} if marks.runs(state) else None,
        "seen": seen_text(use_case, state, marks),
    }


def seen_text(use_case: UseCase, state: AssetState, marks: Marks) -> str:
    """Who has seen it and when, or nothing."""
    if not marks.is_seen(state):
        return ""
    known = marks.seen[state.prediction.asset]
    at = clock(known.at, use_case.timezone, seconds=False)
    return t("Seen by {name}, {at}", name=marks.names.get(known.person, known.person), at=at)


def _as_bad(here: Sequence[AssetState]) -> int:
    """How many are as bad as the first one."""
    return sum(one.prediction.state == here[0].prediction.state for one in here)


def _group(
    use_case: UseCase, area: str, here: Sequence[AssetState], reasons: Mapping[str, str], at: datetime, is_open: bool
) -> dict:
    """One area in a flood: how many, and the worst one."""
    worst = here[0].prediction
    kinds = ["new" if state.unknown else str(state.prediction.state) for state in here]
    (kind, sign, told), *more = counts(kinds)
    state = t("unknown") if here[0].unknown else said(use_case, worst)
    why = t("Worst: {asset}, {state}. {why}", asset=worst.asset, state=state, why=reasons.get(worst.asset, ""))
    return {
        "key": f"area:{area}",
        "kind": kind,
        "shape": sign,
        "name": area,
        "area": plural("{n} machine", "{n} machines", len(here)),
        "state": told,
        "target": ", ".join(word for _, _, word in more),
        "spark": None,
        "why": why.strip(),
        "since": duration((at - min(one.since for one in here)).total_seconds()),
        "open": t("Close") if is_open else t("Show all"),
        "label": t("{area}: {state}. {why}", area=area, state=told, why=why),
        "go": {"group": area, "use_case": use_case.name},
        "advice": None,
        "seen": "",
        "expanded": is_open,
        "holds": len(here),
    }
