"""What each person's corrections changed in a release: the same training once more without them, on the same held-out rows.

Leave-one-person-out: a model that one person has bent, on purpose or by mistake, is seen by what it would be without them.
"""

from collections import Counter

import numpy as np

from models.judging.comparison import compared
from models.training.progress import Progress, Stopped
from models.training.train import Trained, train

MOST_PEOPLE = 3
"""Those with the most corrections: each takes a training."""


def effect_of_people(
    trained: Trained, x: np.ndarray, failed: np.ndarray, weight: np.ndarray, unit: np.ndarray | None = None,
    progress: Progress = lambda *_: True,
) -> list[dict]:  # fmt: skip
    """For each person whose corrections were learned from, most first: how many, and what the release says otherwise than one without them.

    Args:
        x, failed, weight: (n, features), (n,), (n,) held-out rows, whether each is bad, and for how many it stands; unit: (n,) which of them are not
            independent of each other.

    Returns:
        [{"person", "corrections", "warned", "not_warned", "figures"}]: rows that are warned of with them only, and without them only; ``figures`` as of
        ``comparison.compared``, the release against the one without them.

    Raises:
        Stopped: when ``progress`` says so.
    """
    told, use_case = trained.training_set, trained.use_case
    if trained.brought or told.without is None:
        return []
    stands_behind = told.manifest["stands_behind"]
    people = Counter(stands_behind[str(one)]["decided_by"] for one in told.corrections)
    enter, risk, found = use_case.advice.possible.enter, trained.predictor.risk(x), []
    for person, count in people.most_common(MOST_PEOPLE):
        if not progress(0.82, "Training once more without one person's corrections"):
            raise Stopped
        before = train(use_case, told.without(person), lambda *_: True).predictor.risk(x)
        found.append(
            {
                "person": person,
                "corrections": count,
                "warned": int(((risk >= enter) & (before < enter)).sum()),
                "not_warned": int(((risk < enter) & (before >= enter)).sum()),
                "figures": compared(use_case, risk, before, failed, unit, weight=weight),
            }
        )
    return found
