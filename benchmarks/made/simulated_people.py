"""A plant with scripted people: an operator who sees what the screens show, a reviewer who knows the truth, and a colleague who confirms."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.made.seeded_flaws import LAMP, Seeded
from data.people import DEMO_PEOPLE
from data.readings.batch import Batch, Scored, TruthReports
from data.readings.features import feature_matrix, signal_matrix
from data.readings.moments import microseconds
from data.records import About, Flag, FlagKind, FlagReason, Person, Verdict, VerdictKind
from data.store import open_store
from explainers.overall.overall import by_group
from explainers.shapley.contributions import TreeContributions, probability
from models.training.train import Trained

MALLORY = Person("mallory", "Mallory", "engineer", since=datetime(2020, 1, 1, tzinfo=UTC))
"""Has been there for long, and flips."""
LIVE = 12_000
FORESEEABLE = ("HDF", "PWF", "OSF")


class Plant:
    """Live products as the champion predicted them, in a real store, with what was found of each afterwards."""

    def __init__(self, data: Seeded, champion: Trained, home: Path):
        self.use_case, self._data = data.use_case, data
        self.store = open_store(home / "pullcord.db")
        self.store.readings.prepare(data.use_case)
        for person in (*DEMO_PEOPLE, MALLORY):
            self.store.people.save(person, "benchmark")
        self._live = data.live.iloc[:LIVE].reset_index(drop=True)
        self._record(champion)
        self._wrong = self._seen_wrong()
        self._done = self._flipped = 0

    def flag_and_review(self, upto: int) -> bool:
        """Flag and decide until ``upto`` cases in all are decided. False when no more was wrong."""
        for reading, outcome, cause in self._wrong[self._done : upto]:
            self._one(reading, outcome, cause)
        self._done = min(upto, len(self._wrong))
        return self._done == upto

    def attack(self, people: int, upto: int) -> None:
        """Flip until ``upto`` cases in all: overstrain that the champion warned of and an inspection confirmed is called none. One person flags and
        decides; of three one flags, one decides and one confirms."""
        flagger, decider = ("mallory", "mallory") if people == 1 else ("olga", "erik")
        for reading in self._warned[self._flipped : upto]:
            self._decided(reading, 0.0, None, FlagReason.FALSE_ALARM, flagger, decider, confirmed=people > 1)
        self._flipped = max(self._flipped, min(upto, len(self._warned)))

    def close(self) -> None:
        """Close the store."""
        self.store.close()

    def _record(self, champion: Trained) -> None:
        use_case, table = self.use_case, self._live
        values = signal_matrix(use_case, table)
        x = feature_matrix(use_case, values)
        margins, shares, _ = TreeContributions(champion.booster, use_case.features).of(x)
        score = probability(margins)
        asset = pd.Index(use_case.assets).get_indexer(table["asset"]).astype(np.int32)
        time_us = microseconds(table["time"])
        advice, n = use_case.advice, len(table)
        state = np.where(score >= advice.likely.enter, 2, np.where(score >= advice.possible.enter, 1, 0)).astype(np.int8)
        batch = Batch(use_case.name, "benchmark", np.arange(n), asset, use_case.assets, time_us, np.arange(n), values)
        truth = TruthReports(
            table["asset"].to_numpy(object), time_us, time_us, table["outcome"].to_numpy(float),
            table["cause"].where(table["cause"].notna(), None).to_numpy(object), time_us + 1, "inspection",
        )  # fmt: skip
        scored = Scored(batch, 1, score, shares, state, None)
        self._warned_rows = np.flatnonzero((table["cause"] == "OSF").to_numpy() & (score >= advice.possible.enter))
        self.store.readings.record(scored, None, truth, use_case=use_case.name, source="benchmark", last=n - 1)

    def _seen_wrong(self) -> list[tuple[int, float, str | None]]:
        """What an operator finds wrong in the machines' histories on the screen: no advice and a failure found, or advice and none."""
        found = []
        labelled = self.store.readings.labelled(self.use_case.name, LIVE).set_index("id")
        start, end = self._live["time"].min().to_pydatetime(), self._live["time"].max().to_pydatetime()
        for asset in self._live["asset"].unique():
            shown = (
                self.store.readings.history(self.use_case.name, asset, start, end)
                .set_index("id")
                .join(labelled[["outcome", "cause"]])
            )
            advised, failed = shown["state"] != "normal", shown["outcome"] > 0
            missed = ~advised & failed & shown["cause"].isin(FORESEEABLE)
            wrong = shown[missed | (advised & ~failed)]
            found += [(row.time, int(row.Index), float(row.outcome), row.cause) for row in wrong.itertuples()]
        return [
            (reading, outcome, cause if isinstance(cause, str) else None) for _, reading, outcome, cause in sorted(found, key=str)
        ]

    @property
    def _warned(self) -> list[int]:
        """Readings of overstrain that was warned of, in the order of recording: a new store counts them from 1 on."""
        return (self._warned_rows + 1).tolist()

    def _one(self, reading: int, outcome: float, cause: str | None) -> None:
        """A flag of Olga, a verdict of Erik, and Dana confirms, as the product asks for from the thirtieth on."""
        reason = FlagReason.MISSED_PROBLEM if outcome else FlagReason.FALSE_ALARM
        self._decided(reading, outcome, cause, reason, "olga", "erik", confirmed=True)

    def _decided(
        self, reading: int, outcome: float, cause: str | None, reason: FlagReason, flagger: str, decider: str, confirmed: bool
    ) -> None:
        feedback, seen = self.store.feedback, self.store.readings.prediction(self.use_case.name, reading)
        shares, names = by_group(self.use_case, np.array([[seen.contributions[f] for f in self.use_case.features]]))
        told = [names[at] for at in np.argsort(-np.abs(shares[0]))[:3]]
        snapshot = {"score": seen.score, "reasons": [{"group": name} for name in told]}
        flag = feedback.raise_flag(
            Flag(self.use_case.name, seen.asset, reading, 1, flagger, FlagKind.WRONG, reason, snapshot), 1.0
        )
        feedback.claim(flag.case, decider)
        about = About(should_not_matter=(LAMP,)) if LAMP in told else About()
        _, correction = feedback.decide(
            Verdict(flag.case, decider, VerdictKind.MODEL_WRONG, "Right.", outcome, cause, about=about)
        )
        if confirmed:
            feedback.confirm_correction(correction.id, "dana")
