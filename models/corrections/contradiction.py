"""History that reviewed cases contradict: where several corrections agree on something that the training data deny.

A handful of corrections cannot outvote hundreds of wrong rows of the history. But they say where those rows are: a shallow tree tells the
corrected readings from what the line showed meanwhile and nobody flagged, over the signals of the cause that the reviewer named only; where
the history in that region mostly says the opposite, its contradicting rows are proposed, to be left out or relabelled. A data scientist
chooses; nothing happens by itself. Measured in ``benchmarks/flags_to_fix``.
"""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.readings.features import feature_matrix, readings_table, signal_matrix
from data.store import Store
from data.usecase.use_case import UseCase
from explainers.overall.overall import by_group
from models.corrections.corrections import Admission
from models.corrections.place_of_evidence import within

FEWEST = 2
"""Corrections of one kind that have to agree before anything is proposed."""
MOST_SHARE = 0.05
"""Share of the history that one proposal may touch at most; a wider one says that the tree has not understood it."""
QUIET_ROWS = 20_000
_DEPTH = 4
_NEAR_S = 900  # readings of a flagged asset this near to a correction are not quiet ones


@dataclass(frozen=True, slots=True, eq=False)
class Conflict:
    """One contradiction: what the corrections say, where, and which rows of the history deny it."""

    outcome: float
    cause: str | None
    groups: tuple[str, ...]
    ranges: dict[str, tuple[float, float]]  # of the corrected readings, by feature
    categories: dict[str, tuple[str, ...]]
    assets: tuple[str, ...]
    corrections: tuple[int, ...]
    rows: np.ndarray  # places in the history that say the opposite, none of them held out
    agreeing: int  # rows of the history in the same region that say the same
    held_out: np.ndarray  # places of held-out rows that say the opposite: never changed, for people to look at
    tied: dict[str, str]  # what the corrections have in common: one machine, one shift; nothing beyond it is proposed

    def plain(self) -> dict:
        """As JSON, for the manifest of a training set."""
        ranges = {name: list(pair) for name, pair in self.ranges.items()}
        told = {"outcome": self.outcome, "cause": self.cause, "groups": list(self.groups), "ranges": ranges}
        kinds = {name: list(values) for name, values in self.categories.items()}
        return told | {"categories": kinds, "assets": list(self.assets), "corrections": list(self.corrections),
                       "readings": len(self.rows), "agreeing": self.agreeing, "held_out": len(self.held_out), "tied": dict(self.tied)}  # fmt: skip


def conflicts(
    use_case: UseCase, x: np.ndarray, y: np.ndarray, admitted: list[Admission], quiet: np.ndarray, quiet_score: np.ndarray,
    held_out: np.ndarray, table: pd.DataFrame,
) -> list[Conflict]:  # fmt: skip
    """Every contradiction between corrections and history.

    Args:
        x, y: (n, features), (n,) the history, y 1 where its outcome is bad.
        quiet, quiet_score: (m, features), (m,) readings that nobody flagged, and what was said of them.
        held_out: (n,) bool: rows on which releases are judged. They say nothing of where the history is wrong.
        table: asset and time of the history.
    """
    kinds = defaultdict(list)
    for one in admitted:
        if one.held is None:
            kinds[(one.correction.outcome, one.correction.cause, _groups(use_case, one))].append(one)
    found = []
    for (outcome, cause, groups), of_kind in kinds.items():
        if len(of_kind) >= FEWEST and groups:
            there, tied = within(use_case, [one.seen for one in of_kind], table)
            found += _conflict(
                use_case,
                x,
                y,
                outcome,
                cause,
                groups,
                of_kind,
                quiet[(quiet_score >= 0.5) != use_case.failed([outcome])[0]],
                held_out,
                there,
                tied,
            )
    return found


def quiet_readings(use_case: UseCase, store: Store, admitted: list[Admission]) -> tuple[np.ndarray, np.ndarray]:
    """What the releases concerned said while nobody flagged it and no truth denied it: model inputs (m, features) and scores (m,),
    a random draw."""
    parts, scores = [], []
    near = {(one.seen.asset, one.seen.time) for one in admitted}
    releases = sorted({one.seen.release for one in admitted})
    for release in releases:
        table, _, score, _ = store.readings.contributions_drawn(use_case.name, release, QUIET_ROWS // len(releases))
        flagged = np.zeros(len(table), bool)
        for asset, time in near:  # a step a correction: few
            apart = (table["time"] - time).dt.total_seconds().abs().to_numpy()
            flagged |= (table["asset"] == asset).to_numpy() & (apart < _NEAR_S)
        known = table["id"].map(store.readings.found_of(use_case.name, table["id"].tolist())).to_numpy(float)
        flagged |= ~np.isnan(known) & (use_case.failed(known) != (score >= 0.5))
        parts.append(feature_matrix(use_case, signal_matrix(use_case, table[~flagged])))
        scores.append(score[~flagged])
    if not parts:
        return np.empty((0, len(use_case.features)), np.float32), np.empty(0)
    return np.concatenate(parts), np.concatenate(scores)


def _groups(use_case: UseCase, one: Admission) -> tuple[str, ...]:
    """The groups of reasons that the correction is about: those of the cause that was found; for a false alarm the one that raised it."""
    if one.correction.cause:
        return tuple(name for name, group in use_case.groups.items() if group.points_to == one.correction.cause)
    shares, names = by_group(use_case, np.array([[one.seen.contributions.get(f, 0.0) for f in use_case.features]]))
    signed = shares[0] * (-1 if use_case.failed([one.correction.outcome])[0] else 1)
    return (names[int(np.argmax(signed))],)


def _conflict(
    use_case: UseCase, x: np.ndarray, y: np.ndarray, outcome: float, cause: str | None, groups: tuple[str, ...],
    of_kind: list[Admission], quiet: np.ndarray, held_out: np.ndarray,
    there: np.ndarray, tied: dict[str, str],
) -> list[Conflict]:  # fmt: skip
    from sklearn.tree import DecisionTreeClassifier

    corrected = feature_matrix(use_case, signal_matrix(use_case, readings_table(one.seen for one in of_kind)))
    place = {name: at for at, name in enumerate(use_case.features)}
    kinds = [place[name] for name, signal in use_case.signals.items() if signal.categories]
    numbers = [place[f] for group in groups for f in use_case.groups[group].features if place[f] not in kinds]
    if not numbers:
        return []
    used = numbers + kinds
    alike = _same_kinds(quiet, corrected, kinds)
    seen = np.concatenate([corrected, quiet[alike]])[:, used]
    told = np.r_[np.ones(len(corrected)), np.zeros(int(alike.sum()))]
    if not alike.any():
        return []
    tree = DecisionTreeClassifier(max_depth=_DEPTH, class_weight="balanced", random_state=0).fit(seen, told)
    inside = (np.asarray(tree.predict_proba(x[:, used]))[:, 1] > 0.5) & _same_kinds(x, corrected, kinds)
    rows, asked, agreeing = [], [], 0
    for kind in np.unique(corrected[:, kinds], axis=0) if kinds else [np.empty(0)]:
        box = inside & there & (x[:, kinds] == kind).all(axis=1)
        same = (y > 0) == use_case.failed([outcome])[0]
        learned = box & ~held_out
        if learned.any() and same[learned].mean() < 0.5:  # elsewhere the history says what the corrections say: nothing to mend
            rows.append(np.flatnonzero(learned & ~same))
            asked.append(np.flatnonzero(box & held_out & ~same))
            agreeing += int(same[learned].sum())
    hit, asked = (np.sort(np.concatenate(some)) if some else np.empty(0, int) for some in (rows, asked))
    if not len(hit) or len(hit) > MOST_SHARE * len(x):
        return []
    names = list(use_case.features)
    ranges = {names[at]: (float(corrected[:, at].min()), float(corrected[:, at].max())) for at in numbers}
    values = {
        names[at]: tuple(sorted({use_case.signals[names[at]].categories[int(v)] for v in corrected[:, at]})) for at in kinds
    }
    assets = tuple(sorted({one.seen.asset for one in of_kind}))
    return [
        Conflict(
            outcome,
            cause,
            groups,
            ranges,
            values,
            assets,
            tuple(one.correction.id for one in of_kind),
            hit,
            agreeing,
            asked,
            tied,
        )
    ]


def _same_kinds(x: np.ndarray, corrected: np.ndarray, kinds: list[int]) -> np.ndarray:
    """(n,) whether each row has a combination of categories that a corrected reading has."""
    found = np.zeros(len(x), bool)
    for kind in np.unique(corrected[:, kinds], axis=0):
        found |= (x[:, kinds] == kind).all(axis=1)
    return found
