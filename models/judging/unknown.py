"""How often "nothing like it is in the training data" is said wrongly, and what it overlooks: both errors, on readings that a release never saw."""

import numpy as np

from data.readings.features import feature_matrix, signal_matrix
from data.usecase.use_case import UseCase
from explainers.certainty.novelty import Novelty
from models.training.training_set import TrainingSet

SHIFTS = (2, 3, 4, 6)
"""By how many of its own standard deviations a signal is moved."""
MOVED_ROWS, MOST_MOVED = 200, 20
SEEN = 0.9


def unknown_figures(use_case: UseCase, known: Novelty, told: TrainingSet, rows: np.ndarray) -> dict:
    """As plain JSON: ``readings`` that were asked, ``asset_days`` that they make, ``false``: how many were called new, ``per_day`` of one asset and
    ``high``, the upper end of its 95 % interval (Poisson; Garwood 1936), against ``wanted``. ``seen``: for each of :data:`SHIFTS` which share of readings
    is called new when one signal is off by so much: for half of the signals more (``half``), and of the ``hardest`` one (``signal``).

    Args:
        rows: (k,) the held-out rows that are judged.
    """
    from scipy.stats import chi2

    days = len(rows) * use_case.cadence_s / 86_400
    false = int((known.of(told.x[rows]) > 1).sum()) if len(rows) else 0
    found = {"readings": len(rows), "asset_days": days, "false": false, "wanted": 1 / use_case.new_days}
    found |= {
        "per_day": false / days if days else None,
        "high": float(chi2.ppf(0.975, 2 * (false + 1)) / 2 / days) if days else None,
    }
    return found | {"seen": _seen(use_case, known, told, rows)}


def readings_until(share: float) -> float:
    """After how many readings what is seen in a ``share`` of them has been seen with a probability of 90 %; infinite: never."""
    return float("inf") if share <= 0 else 1.0 if share >= SEEN else float(np.ceil(np.log(1 - SEEN) / np.log(1 - share)))


def _seen(use_case: UseCase, known: Novelty, told: TrainingSet, rows: np.ndarray) -> list[dict]:
    """What is called new of readings in which one number is off, upwards in half of them."""
    rng = np.random.default_rng(0)
    names = [name for name, signal in use_case.signals.items() if not signal.categories][:MOST_MOVED]
    if not len(rows) or not names:
        return []
    drawn = np.sort(rng.choice(rows, min(len(rows), MOVED_ROWS), replace=False))
    values = signal_matrix(use_case, told.table.iloc[drawn])
    sign, place = rng.choice([-1.0, 1.0], len(drawn)), list(use_case.recorded)
    found = []
    for size in SHIFTS:
        shares = {}
        for name in names:
            moved, at = values.copy(), place.index(name)
            moved[:, at] += sign * size * float(known.scale[use_case.features.index(name)])
            shares[name] = float((known.of(feature_matrix(use_case, moved)) > 1).mean())
        hardest = min(shares, key=lambda name: shares[name])
        found.append({"sd": size, "half": float(np.median(list(shares.values()))), "hardest": shares[hardest], "signal": hardest})
    return found
