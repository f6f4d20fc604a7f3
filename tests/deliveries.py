"""Deliveries as the live loop records them, made of a few numbers: what tests of stores and screens record."""

from datetime import UTC, datetime, timedelta

import numpy as np

from data.readings.batch import Batch, Rejects, Scored, TruthReports
from data.records import Reasons, State
from data.usecase.use_case import UseCase
from explainers.shapley.group_shares import EXACT

ZERO = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ZERO_US = int(ZERO.timestamp()) * 1_000_000


def at(second: float) -> datetime:
    """The moment ``second`` seconds after the plant time at which these deliveries begin."""
    return ZERO + timedelta(seconds=second)


def scored_batch(
    use_case: UseCase,
    first: int,
    stop: int,
    assets: int = 4,
    score=0.1,
    state=State.NORMAL,
    source="line:1",
    release=1,
    shift_s=0,
) -> Scored:
    """Rows ``first`` to ``stop`` (positions) of the first ``assets`` assets in turn, one reading of each a second.

    Every value follows from the position, so that a test can say what a row must hold: torque is its position / 10.
    ``score`` and ``state`` are one value for all or one for each row.
    """
    positions = np.arange(first, stop)
    n, width = len(positions), len(use_case.features) + 1
    values = np.full((n, len(use_case.signals)), 300.0)
    names = list(use_case.signals)
    values[:, names.index("product_type")] = positions % 3
    values[:, names.index("torque")] = positions / 10
    shares = (positions[:, None] + np.arange(width) / 100).astype(np.float32)
    batch = Batch(
        use_case.name,
        source,
        positions,
        (positions % assets).astype(np.int32),
        use_case.assets,
        ZERO_US + (positions // assets + shift_s) * 1_000_000,
        positions // assets,
        values,
    )
    states = np.broadcast_to(np.array([State(s).code for s in np.atleast_1d(state)], np.int8), n)
    risk = np.broadcast_to(np.asarray(score, float), n).copy()
    counted = {row: reasons(use_case, shares[row], float(risk[row]), release) for row in np.flatnonzero(states > 0).tolist()}
    return Scored(batch, release, risk, shares, states.copy(), reasons=counted)


def reasons(use_case: UseCase, shares: np.ndarray, risk: float, release: int = 1, base: float = 0.04) -> Reasons:
    """What a worker would have counted of a reading: each group's part of the risk by its own of (features + 1) ``shares``."""
    group = {
        name: sum(float(shares[use_case.features.index(one)]) for one in told.features) for name, told in use_case.groups.items()
    }
    whole = sum(group.values()) or 1.0
    told = {name: (risk - base) * share / whole for name, share in group.items()}
    return Reasons(release, EXACT, "probability", base, risk, told, rows=500)


def refused(*positions: int, asset: str | None = "M-01") -> Rejects:
    """One row for quarantine at each position."""
    n = len(positions)
    told = [f"torque is '{p}', not a number" for p in positions]
    return Rejects(np.array(positions), [asset] * n, ["torque"] * n, ["not_a_number"] * n, told, ['{"torque": "x"}'] * n)


def truths(*intervals: tuple[str, float, float, float, str | None], arrived: float = 1000) -> TruthReports:
    """Outcomes of (asset, first second, last second, outcome, cause)."""
    asset, start, end, outcome, cause = (list(column) for column in zip(*intervals, strict=True))
    return TruthReports(
        np.array(asset),
        ZERO_US + (np.array(start) * 1e6).astype(np.int64),
        ZERO_US + (np.array(end) * 1e6).astype(np.int64),
        np.array(outcome, float),
        np.array(cause, dtype=object),
        np.full(len(asset), ZERO_US + int(arrived * 1e6)),
        "inspection",
    )


def record(store, use_case: UseCase, scored: Scored | None = None, rejects=None, truth=None, last: int | None = None):
    """Record one delivery of the source of ``scored`` (else ``line:1``), up to its last position unless told otherwise."""
    known = [-1, *(scored.batch.positions.tolist() if scored else []), *(rejects.positions.tolist() if rejects else [])]
    source = scored.batch.source if scored else "line:1"
    last = max(known) if last is None else last
    return store.readings.record(scored, rejects, truth, use_case=use_case.name, source=source, last=last)


def explained(use_case: UseCase, release, values: np.ndarray, first: int = 0, second: float = 0.0) -> Scored:
    """Readings of these (n, signals) values as the loop records them, predicted and explained by a real release.

    One of each asset in turn, ``second`` seconds after the beginning; the state is what the risk by itself says.
    """
    from data.readings.features import feature_matrix
    from models.live.beginnings import reasons_of

    n, advice = len(values), use_case.advice
    x = feature_matrix(use_case, values)
    score, shares, _ = release.score_and_contributions(x)
    state = np.where(score >= advice.likely.enter, 2, np.where(score >= advice.possible.enter, 1, 0)).astype(np.int8)
    positions = np.arange(first, first + n)
    asset = (positions % len(use_case.assets)).astype(np.int32)
    at, sequence = np.full(n, ZERO_US + int(second * 1e6)), np.full(n, int(second))
    batch = Batch(use_case.name, "line:1", positions, asset, use_case.assets, at, sequence, values)
    counted = reasons_of(release, x, np.flatnonzero(state > 0).tolist())
    return Scored(batch, release.number, score, shares, state, release.novelty(x), reasons=counted)
