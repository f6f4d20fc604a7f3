"""Do the reasons name what a fault disturbs? On the Tennessee Eastman runs, against the sets of ``tep_sets.json``.

The sets were frozen before the product was measured with them (their hash is pinned): S1 what a disturbance touches most directly, by the simulator's
own source; ABIGX and Root-KGD are lists of other people. Judged is the order in which the page tells its reasons: each line by the signal that it
reads out first, mapped to its class (signals of one control loop are one). Rows count after the fault's start, before a trip, that are called
this fault; each fault counts once.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

import numpy as np

from benchmarks.convention import Figure, figure, say
from data.readings.features import feature_matrix, signal_matrix, with_windows
from data.records import Prediction
from data.usecase.file import load
from data.usecase.use_case import UseCase
from data.usecases.tennessee_eastman.fetch import FetchError, fetch
from data.usecases.tennessee_eastman.history import replay_table
from models.release.portrait import Portrait, bands
from models.release.release import EVERY_ASSET
from models.release.told import reasons_told, state_of
from models.release.weighing import read_shares
from models.training.train import Trained, train
from models.training.training_set import training_set

SETS, SHA256 = Path(__file__).with_name("tep_sets.json"), "cf8e6b9db24676cd6b10e14891de0c2373cc01bac58e989e36539c838ff5204c"
LISTS = ("S1", "ABIGX", "RootKGD_reproduction")
BARS = {1: "≥ 0.85", 3: "≥ 0.93"}
EACH, EACH_QUICK = 40, 12
"""Rows of a fault that are looked at: evenly spaced ones of those that are called so."""


class SetsError(ValueError):
    """The truth is not what was frozen."""


@dataclass(frozen=True)
class Sets:
    """The frozen truth, by the names that the use case has for XMEAS(1–41) and XMV(1–11)."""

    told: dict
    names: tuple[str, ...]

    @classmethod
    def read(cls, names: tuple[str, ...], file: Path = SETS) -> "Sets":
        """Raises SetsError where the file is another than the frozen one."""
        content = file.read_bytes()
        if (found := hashlib.sha256(content).hexdigest()) != SHA256:
            raise SetsError(f"{file} has the SHA-256 {found[:12]}…, not {SHA256[:12]}…: these are not the sets that were frozen.")
        return cls(json.loads(content), names)

    @cached_property
    def class_of(self) -> dict[str, int]:
        """Signal -> its equivalence class: 42 of them."""
        members = {one: at for at, loop in enumerate(self.told["classes"]) for one in loop}
        alone = len(self.told["classes"])
        found = {}
        for at, name in enumerate(self.names):
            code = f"XMEAS{at + 1}" if at < 41 else f"XMV{at - 40}"
            found[name] = members.get(code, alone + at)
        return found

    @property
    def visible(self) -> list[int]:
        """The faults that leave a trace in the tables."""
        return [int(one) for one in self.told["faults"] if int(one) not in self.told["invisible"]]

    def cause(self, fault: int, which: str) -> set[int] | None:
        """The classes of a list; ``None`` where it says nothing of this fault."""
        codes = self.told["faults"][str(fault)].get(which)
        if not codes:
            return None
        return {self.class_of[self.names[int(one[5:]) - 1 if one.startswith("XMEAS") else 40 + int(one[3:])]] for one in codes}


def hits(order: list[list[int]], cause: set[int], k: int) -> float:
    """Share of the rows, each an order of classes, of which one of the first ``k`` different classes is a cause."""
    return float(np.mean([bool(cause & set(list(dict.fromkeys(one))[:k])) for one in order]))


def measure(home: Path, quick: bool) -> list[Figure]:
    """Fetch, train as the product does, explain as the page does, count. Without a network ``null``, with the reason."""
    try:
        fetch(home, lambda share, said: say(f"{share:4.0%} {said}"))
    except FetchError as error:
        return [figure(f"tep_hit{k}", None, "share", BARS[k], str(error)) for k in BARS]
    use_case = load("tennessee_eastman", home)
    say("Tennessee Eastman: training …")
    trained = train(use_case, training_set(use_case, None), lambda *_: True)
    return judged(use_case, trained, EACH_QUICK if quick else EACH)


def judged(use_case: UseCase, trained: Trained, each: int) -> list[Figure]:
    """Every figure of a trained model."""
    sets = Sets.read(tuple(use_case.signals))
    table = with_windows(use_case, replay_table(use_case))
    x, fault = feature_matrix(use_case, signal_matrix(use_case, table)), table["outcome"].to_numpy(int)
    run = table["time"].diff().dt.total_seconds().ne(use_case.cadence_s).cumsum().to_numpy() - 1
    risk, said = trained.predictor.both(x)
    orders = _orders(use_case, trained, sets, x, risk, said, fault, each)
    advised = risk >= use_case.advice.possible.enter
    found, per, of = [], {}, f"{len(orders['page'])} faults, each counted once"
    for which in LISTS:
        known = [one for one in sets.visible if sets.cause(one, which) and one in orders["page"]]
        for name in ("page", "raw", "z", "global"):
            for k in (1, 3):
                each_one = {one: hits(orders[name][one], sets.cause(one, which), k) for one in known}
                per[which, name, k] = each_one
                id = f"tep_hit{k}" + ("" if name == "page" else f"_{name}") + ("" if which == "S1" else f"_{which.lower()}")
                bar = BARS[k] if (which, name) == ("S1", "page") else None
                note = {
                    "page": "order of the page", "raw": "recorded contributions summed by class", "z": "largest |z|", "global": "one ranking for all",
                }[name]  # fmt: skip
                found.append(figure(id, float(np.mean(list(each_one.values()))), "share", bar, f"{which}, {note}; {of if which == 'S1' else f'{len(known)} faults'}"))  # fmt: skip
    worst = sorted(per["S1", "page", 1].items(), key=lambda one: one[1])[:5]
    found.append(figure("tep_hit1_worst", worst[0][1], "share", None, ", ".join(f"fault {one}: {hit:.2f}" for one, hit in worst)))
    found.append(
        figure(
            "tep_chance",
            float(np.mean([len(sets.cause(one, "S1")) / 42 for one in sets.visible])),
            "share",
            None,
            "|classes of S1| / 42",
        )
    )
    found += _missed(sets, fault, run, said, advised)
    return found


def _missed(sets: Sets, fault: np.ndarray, run: np.ndarray, said: np.ndarray, advised: np.ndarray) -> list[Figure]:
    """What is not in the other figures: rows of a fault that are not told as it, and rows without one that are told as one."""
    called = {one: float((said[fault == one] == one).mean()) for one in sets.visible}
    wrong = {one: float((advised & (said != one) & (said != 0))[fault == one].mean()) for one in sets.visible}
    quiet = (fault == 0) & (run == 0)
    unseen = np.isin(fault, sets.told["invisible"])
    low = ", ".join(f"fault {one}: {called[one]:.2f}" for one in sorted(called, key=called.get)[:5])
    return [
        figure("tep_called", float(np.mean(list(called.values()))), "share", None, f"rows of a visible fault called so; {low}"),
        figure("tep_missed", 1 - float(np.mean([advised[fault == one].mean() for one in sets.visible])), "share", None, "rows of a visible fault without advice"),
        figure("tep_called_otherwise", float(np.mean(list(wrong.values()))), "share", None, "rows of a visible fault advised as another one: their reasons name that one's"),
        figure("tep_false_alarms", float(advised[quiet].mean()), "share", None, "rows of the run without a fault with advice"),
        figure("tep_invisible_advised", float(advised[unseen].mean()), "share", None, "rows of faults 3, 9, 15 with advice: right is none"),
    ]  # fmt: skip


def _orders(use_case, trained: Trained, sets: Sets, x, risk, said, fault, each: int) -> dict[str, dict[int, list[list[int]]]]:
    """For each way of ranking and each fault the classes of every row, first one first."""
    portrait = Portrait(trained)
    shares = read_shares(use_case, trained.booster, trained.predictor.risk, portrait.background, portrait.reasons["walks"])
    limits = bands(trained)[EVERY_ASSET]
    class_of = np.array([sets.class_of[_signal(use_case, name)] for name in use_case.features])
    own = trained.training_set
    normal = own.x[(own.y == 0) & ~own.held_out]
    middle, spread = np.nanmean(normal, axis=0), np.nanstd(normal, axis=0)
    every = trained.predictor.shares.of(own.x[own.shown])[1]
    ranking = _ranked(np.abs(every[:, :-1]).mean(axis=0)[None, :], class_of)[0]
    found = {name: {} for name in ("page", "raw", "z", "global")}
    for one in sets.visible:
        rows = np.flatnonzero((fault == one) & (said == one))
        if not len(rows):
            continue
        rows = rows[np.unique(np.linspace(0, len(rows) - 1, min(each, len(rows))).round().astype(int))]
        contributions = trained.predictor.of(x[rows]).contributions[:, :-1]
        found["raw"][one] = _ranked(contributions, class_of)
        found["z"][one] = _ranked(np.abs((x[rows] - middle) / np.where(spread > 0, spread, np.inf)), class_of, largest=True)
        found["global"][one] = [ranking] * len(rows)
        found["page"][one] = [_page(use_case, sets, shares, limits, x[row], risk[row], said[row]) for row in rows]
        say(f"Tennessee Eastman: fault {one}, {len(rows)} rows")
    return found


def _page(use_case: UseCase, sets: Sets, shares, limits: dict, x: np.ndarray, risk: float, said: float) -> list[int]:
    """The classes of the lines that the page tells, in its order: those that speak for what is predicted."""
    values = dict(zip(use_case.features, x.astype(float).tolist(), strict=True))
    state = state_of(use_case, float(risk))
    seen = Prediction(
        use_case.name, 1, use_case.assets[0], datetime.now(UTC), 0, values, 1, float(risk), state, 0.0, {}, None, float(said)
    )
    record = reasons_told(use_case, seen, shares.explain(x), lambda name: limits.get(name))
    lines = [line for line in (*record.strongest, *record.others) if line.raises]
    return [sets.class_of[_signal(use_case, line.main.signal)] for line in lines]


def _ranked(values: np.ndarray, class_of: np.ndarray, largest: bool = False) -> list[list[int]]:
    """The classes of each row by the sum (or the largest) of (n, features) values, highest first."""
    classes = np.unique(class_of)
    total = np.stack([(values[:, class_of == one].max(axis=1) if largest else values[:, class_of == one].sum(axis=1)) for one in classes], axis=1)  # fmt: skip
    return classes[np.argsort(-total, axis=1, kind="stable")].tolist()


def _signal(use_case: UseCase, name: str) -> str:
    """The signal that a feature is of: its mean and its spread go with it."""
    return name if name in use_case.signals else name.rsplit("_", 1)[0]
