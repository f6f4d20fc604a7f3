"""Has it happened before? The past cases that a prediction resembles most, by its reasons and by its values.

Explanation by example (Aamodt & Plaza 1994 on case-based reasoning): the form that operators trust most, because somebody has been
there. Alike means near in both spaces at once: contributions added up by group (the same reasons), and features in units of their
spread (the same situation), with equal weight. There is always a nearest one: it is alike only as far as cases that have nothing to do with each other
are from their nearest (:func:`reach`).
"""

from dataclasses import dataclass

import numpy as np

USUAL = 0.99
"""Share of the past cases that have another one, of another run or stretch, within the distance up to which cases are called alike."""
FEWEST, MOST = 20, 1000
"""Past cases below which nothing is known of distances, and of which they are measured."""


@dataclass(frozen=True, slots=True, eq=False)
class Past:
    """Cases whose outcome is known: their reasons and their values, each divided by its spread. Made by :func:`remembered`."""

    reasons: np.ndarray  # (n, groups) float32
    values: np.ndarray  # (n, features) float32
    reason_scale: float
    centre: np.ndarray  # (features,)
    scale: np.ndarray  # (features,)

    def __len__(self) -> int:
        return len(self.reasons)


def remembered(reasons: np.ndarray, x: np.ndarray) -> Past:
    """Past cases from (n, groups) contributions and (n, features) model inputs. One scale serves all reasons: log-odds compare."""
    with np.errstate(all="ignore"):
        centre = np.nan_to_num(np.nanmean(x, axis=0)) if len(x) else np.zeros(x.shape[1])
        scale = np.nan_to_num(np.nanstd(x, axis=0)) if len(x) else np.ones(x.shape[1])
    scale = np.where(scale > 0, scale, 1.0)
    spread = float(np.std(reasons)) if reasons.size else 0.0
    spread = spread or 1.0
    return Past((reasons / spread).astype(np.float32), _scaled(x, centre, scale), spread, centre, scale)


def reach(past: Past, unit: np.ndarray) -> float:
    """How far a case may be to be called alike: as far as :data:`USUAL` of the past cases are from the nearest one of another ``unit``, (n,), for those of one
    run or stretch are near copies. Infinite of few cases."""
    of = np.unique(unit, return_inverse=True)[1] if len(past) else np.empty(0, int)
    if len(past) < FEWEST or of.max() == 0:
        return np.inf
    asked = np.unique(np.linspace(0, len(past) - 1, min(len(past), MOST)).round().astype(int))
    found = [np.where(of == of[at], np.inf, _distance(past, past.reasons[at], past.values[at])).min() for at in asked]
    return float(np.quantile(found, USUAL))


def nearest(
    past: Past, reasons: np.ndarray, row: np.ndarray, most: int, among: np.ndarray | None = None, within: float = np.inf
) -> np.ndarray:
    """Places of the ``most`` most similar cases, nearest first.

    Args:
        reasons: (groups,) contributions of the case asked about; ``row``: its (features,) inputs.
        among: (n,) bool, the cases that may be named, or ``None`` for all.
        within: how far they may be (:func:`reach`).
    """
    distance = _distance(past, np.asarray(reasons, np.float32) / past.reason_scale, _scaled(row, past.centre, past.scale))
    if among is not None:
        distance = np.where(among, distance, np.inf)
    found = np.argsort(distance, kind="stable")[:most]
    return found[np.isfinite(distance[found]) & (distance[found] <= within)]


def _distance(past: Past, reasons: np.ndarray, values: np.ndarray) -> np.ndarray:
    """(n,) of every case from one, both in units of their spread."""
    return ((past.reasons - reasons) ** 2).mean(axis=1) + ((past.values - values) ** 2).mean(axis=1)


def _scaled(x: np.ndarray, centre: np.ndarray, scale: np.ndarray) -> np.ndarray:
    return np.nan_to_num((np.asarray(x, float) - centre) / scale).astype(np.float32)
