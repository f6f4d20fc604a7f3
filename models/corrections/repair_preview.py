"""What putting the history right would change on the screens of the last week, before anybody decides: two small models, one of either history."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from data.readings.features import feature_matrix, signal_matrix
from data.store import Store
from data.usecase.use_case import UseCase
from models.corrections.label_errors import quick_model
from models.corrections.mending import Denied

WEEK = timedelta(days=7)
READINGS = 5_000


@dataclass(frozen=True, slots=True)
class Preview:
    """Of so many ``readings`` of the last week ``more`` would be warned of, and ``fewer`` not any more. ``assets``: where most of either are."""

    readings: int
    more: int
    fewer: int
    assets: tuple[str, ...]


def previewed(use_case: UseCase, store: Store, release: int, doubted: Denied) -> Preview | None:
    """With all that is doubted put right. ``None`` without a proposal, or without readings that ``release`` predicted."""
    places = np.unique(
        np.concatenate([np.empty(0, int), *(one.rows for one in doubted.conflicts), *(one.turned for one in doubted.parts)])
    )
    table = store.readings.contributions_drawn(use_case.name, release, READINGS)[0]
    if not len(places) or table.empty:
        return None
    table = table[table["time"] > table["time"].max() - WEEK]
    x, bad = feature_matrix(use_case, signal_matrix(use_case, doubted.history)), use_case.failed(doubted.history["outcome"])
    right = bad.copy()
    right[places] = ~right[places]
    seen = feature_matrix(use_case, signal_matrix(use_case, table))
    enter, learned = use_case.advice.possible.enter, ~doubted.held_out
    before, after = (quick_model(x[learned], labels[learned])(seen) >= enter for labels in (bad, right))
    changed = Counter(table["asset"][before != after])
    return Preview(
        len(table), int((after & ~before).sum()), int((before & ~after).sum()), tuple(name for name, _ in changed.most_common(3))
    )
