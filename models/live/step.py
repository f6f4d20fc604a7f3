"""The live loop's one step: a delivery is checked, predicted, explained and recorded in one transaction.

``source -> checks -> quarantine or features -> prediction and contributions -> one record -> acknowledge``. A crash between
any two of them loses nothing and doubles nothing: the store keeps the source's position in the same transaction.
"""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from data.checks import Checks
from data.readings.batch import Batch, RawBatch, Rejects, Scored
from data.readings.features import feature_matrix
from data.readings.windows import Rows
from data.records import REPLAY
from data.sentence import Sentence
from data.sources.contract import Source
from data.store import Store, StoreError
from data.store.contract import Recorded
from data.usecase.use_case import UseCase
from explainers.shapley.contract import CannotExplain
from models.lifecycle.registry import champion
from models.live.advice import StateTracker
from models.live.beginnings import Beginnings, reasons_of
from models.live.lookback import looked_back
from models.release.release import Release, ReleaseError

LAST = datetime(9999, 1, 1, tzinfo=UTC)
LATE_US = 120_000_000
"""A reading of a live line that comes so long after it was made is history: its advice was never on a screen while it was true."""


class LiveLoop:
    """One use case, one source: takes deliveries through, and follows the champion.

    Raises (from the constructor):
        models.release.release.ReleaseError: when no release of the use case can be used at all.
    """

    def __init__(self, home: Path, store: Store, use_case: UseCase, source: Source, delayed: bool = True) -> None:
        self._home, self._store, self.use_case, self.source = home, store, use_case, source
        store.readings.prepare(use_case)
        self._checks = Checks(use_case, store.readings.last_seen(use_case.name))
        board = {use_case.assets.index(seen.prediction.asset): seen for seen in store.readings.board(use_case.name)}
        shown = {code: seen.prediction.state for code, seen in board.items()}
        strange = [code for code, seen in board.items() if seen.unknown_since is not None]
        self._states = StateTracker(use_case.advice, len(use_case.assets), shown, delayed, strange)
        self._beginnings = Beginnings(_lasting(store, use_case))
        self._lookback = looked_back(store, use_case)
        self.release: Release = champion(home, store, use_case)
        self._followed = self._wanted()
        self.shadow: Release | None = None
        self.shadow_trouble = ""
        self._shadowed: int | None = None
        self.follow_shadow()
        self.gap = 0.0
        self._pending: dict | None = None
        self._checked: tuple[RawBatch, Batch, Rejects] | None = None  # a model from elsewhere could not predict it yet

    @property
    def newest_us(self) -> int:
        """The time of the newest reading that went through, of any asset; 0 before the first."""
        return max((time_us for time_us, _ in self._checks.seen.values()), default=0)

    def follow_champion(self) -> bool:
        """Take up a new champion if there is one. The readings that are under way are never touched by it.

        When neither it nor any earlier one can be loaded, the one in memory goes on, with its ``trouble`` saying so.
        """
        wanted = self._wanted()
        if wanted == self._followed:
            return False
        self._followed = wanted
        try:
            self.release = champion(self._home, self._store, self.use_case)
        except ReleaseError as error:
            self.release.trouble = Sentence(
                "{error} Release {number}, in memory, goes on.", error=error, number=self.release.number
            )
            return False
        return True

    def follow_shadow(self) -> None:
        """Take up or drop the challenger that predicts silently. One that is broken never disturbs the champion."""
        wanted = self._store.shadows.now(self.use_case.name)
        number = wanted.number if wanted else None
        if number == self._shadowed:
            return
        self._shadowed, self.shadow, self.shadow_trouble = number, None, ""
        if number is None:
            return
        try:
            self.shadow = Release.load(self._home, self._store.releases.get(self.use_case.name, number), self.use_case)
        except (ReleaseError, StoreError) as error:
            self.shadow_trouble = Sentence("The shadow is not followed: {error}", error=error)

    def step(self, limit: int, now_us: int) -> Recorded | None:
        """Take the next delivery of at most ``limit`` readings through; ``None`` when there is none.

        A delivery that could not be recorded (a locked store, a full disk, a model from elsewhere that fails) is kept and tried again by the
        next call, with whatever release is the champion then. A slow model is given no more than it explains in about a second.
        """
        if self._pending is None:
            if self._checked is None:
                raw = self.source.poll(min(limit, self.release.at_once or limit))
                if not len(raw) and raw.truth is None:
                    return None
                self._checked = self._check(raw, now_us)
            shown = self._shown(self._checked[1], now_us)
            self._pending, self._checked = self._scored(*self._checked) | {"shown": shown}, None
        recorded = self._store.readings.record(**self._pending)
        last, self._pending = self._pending["last"], None
        if last >= 0:
            self.source.acknowledge(last)
        return recorded

    def _shown(self, batch: Batch, now_us: int) -> bool:
        """Whether somebody can have seen the advice on a delivery while it was true: not when a live line's readings come long after they were made. A
        replay's times are its own, and the screens go by them."""
        return self.source.name.startswith(REPLAY) or not len(batch) or int(batch.time_us.max()) >= now_us - LATE_US

    def prepare(self, raw: RawBatch, now_us: int) -> dict:
        """Check, predict and explain one delivery: what ``Store.readings.record`` takes."""
        return self._scored(*self._check(raw, now_us))

    def _check(self, raw: RawBatch, now_us: int) -> tuple[RawBatch, Batch, Rejects]:
        """What happens once to a delivery, whatever becomes of it: the checks and the windows remember what they have seen."""
        batch, rejects = self._checks.check(raw, now_us)
        return raw, self._looked_back(batch) if len(batch) else batch, rejects

    @property
    def _dtype(self) -> type:
        """As exactly as either of what predicts wants it."""
        return (
            np.float64 if any(one is not None and one.dtype is np.float64 for one in (self.release, self.shadow)) else np.float32
        )

    def _scored(self, raw: RawBatch, batch: Batch, rejects: Rejects) -> dict:
        scored = None
        if len(batch):
            x = feature_matrix(self.use_case, batch.values, self._dtype)
            said = self.release.says(x)
            self.gap = said.gap
            novelty = self.release.novelty(x)
            states = self._states.follow(batch.asset, said.risk, novelty)
            unknown = None if novelty is None else self._states.follow_unknown(batch.asset, novelty, states)
            guess = None if novelty is None or unknown is None else (novelty > 1) | unknown
            counted = self._beginnings.follow(batch.asset, states, said.risk, guess)
            scored = Scored(
                batch,
                self.release.number,
                said.risk,
                said.contributions,
                states,
                novelty,
                said.predicted,
                said.gap,
                *self._silently(x),
                unknown,
                reasons_of(self.release, x, counted),
            )
        return {
            "scored": scored,
            "rejects": rejects if len(rejects) else None,
            "truth": raw.truth,
            "use_case": self.use_case.name,
            "source": raw.source,
            "last": int(raw.positions[-1]) if len(raw) else -1,
        }

    def _looked_back(self, batch: Batch) -> Batch:
        """With the windows over earlier readings as columns after the signals."""
        if not self._lookback.windows:
            return batch
        seen = self._lookback.follow(Rows(batch.asset.astype(np.int64), batch.time_us, batch.values))
        return replace(batch, values=np.concatenate([batch.values, seen], axis=1))

    def _silently(self, x: np.ndarray) -> tuple[int | None, np.ndarray | None]:
        """What the shadow says, if one runs that is not the champion by now."""
        if self.shadow is None or self.shadow.number == self.release.number:
            return None, None
        try:
            return self.shadow.number, self.shadow.risk(x)
        except CannotExplain as why:  # a model from elsewhere takes no such reading: the champion goes on without it
            self.shadow, self.shadow_trouble = None, Sentence("The shadow is not followed: {error}", error=why)
            return None, None

    def _wanted(self) -> tuple[int, object] | None:
        now = self._store.releases.champion(self.use_case.name)
        return (now.number, now.since) if now else None


def _lasting(store: Store, use_case: UseCase) -> dict[int, float]:
    """The highest risk of the advice that lasts, by asset code."""
    advice = store.readings.recent_advice(
        use_case.name, LAST, limit=10 * len(use_case.assets)
    )  # none begins after that: what still lasts
    return {
        use_case.assets.index(asset): float(score)
        for asset, score in zip(advice["asset"], advice["score"], strict=True)
        if asset in use_case.assets
    }
