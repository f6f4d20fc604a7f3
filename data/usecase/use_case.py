"""A use case: one prediction task of a plant, read from its ``usecase.yaml`` and checked to the last key.

Everything that differs from plant to plant stands in that file; the code above reads it and knows no machine by name.
"""

from functools import cached_property
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt
from pydantic import Field, PrivateAttr, model_validator

from data.readings.moments import Zone
from data.usecase.parts import (  # fmt: skip
    Advice,
    Clock,
    Costs,
    Derived,
    Gate,
    Group,
    Independent,
    Range,
    Replay,
    Retraining,
    Review,
    Signal,
    Strict,
    Target,
    Threshold,
    TruthPolicy,
)
from data.usecase.rules import check

__all__ = ["BUILT_IN", "Advice", "Derived", "Replay", "Signal", "Threshold", "UseCase"]

BUILT_IN = Path(__file__).parents[1] / "usecases"


class UseCase(Strict):
    """One prediction task. ``signals`` and ``derived`` in their order are the columns of every batch and model.

    ``shifts``: when each shift of a day begins, in the plant's time zone; the last one ends with the next day's first.
    ``block_s``: training holds out whole stretches of an asset's time, this long: neighbouring readings are nearly the same. ``group``: instead of
    that the runs, batches or machines of the history, where its rows belong to such. ``new_days``: once in how many days an asset may be said to do what
    the model does not know although it does nothing new.
    """

    name: str = Field(pattern=r"^[a-z][a-z0-9_]{0,40}$")
    title: str
    task: Literal["binary", "multiclass", "regression"]
    target: Target
    cadence_s: float = Field(default=1, gt=0)
    timezone: str = "UTC"
    shifts: tuple[Clock, ...] = ("06:00", "14:00", "22:00")
    areas: dict[str, tuple[str, ...]]
    signals: dict[str, Signal] = Field(min_length=1)
    derived: dict[str, Derived] = Field(default_factory=dict)
    groups: dict[str, Group]
    advice: Advice
    costs: Costs
    consequence: int = Field(default=1, ge=1, le=5)
    safety_relevant: bool = False
    truth: TruthPolicy = TruthPolicy()
    coverage: float = Field(default=0.95, ge=0.5, lt=1)
    new_days: float = Field(default=30, gt=0)
    gate: Gate = Gate()
    review: Review = Review()
    retraining: Retraining = Retraining()
    block_s: float = Field(default=86_400, gt=0)
    group: Independent | None = None
    fallback: dict[str, Range] = Field(default_factory=dict)
    replay: Replay | None = None

    _folder: Path | None = PrivateAttr(default=None)
    _home: Path | None = PrivateAttr(default=None)
    _words: dict[str, str] = PrivateAttr(default_factory=dict)

    @property
    def folder(self) -> Path | None:
        """Where its ``usecase.yaml`` lies, with what belongs to it; ``None`` for one that was made in memory."""
        return self._folder

    @property
    def home(self) -> Path | None:
        """The home that it was loaded for: where tables lie that do not come with it."""
        return self._home

    def failed(self, outcome: npt.ArrayLike) -> np.ndarray:
        """(n,) bool: whether each outcome is bad: a class with a severity, or a value out of the allowed range."""
        outcome = np.asarray(outcome, float)
        if self.task != "regression":
            return np.isin(outcome, [code for code in self.target.outcomes if self.severity_of(code)])
        low, high = self.target.allowed
        with np.errstate(invalid="ignore"):
            return (outcome < (-np.inf if low is None else low)) | (outcome > (np.inf if high is None else high))

    def toward_bad(self, predicted: np.ndarray) -> np.ndarray:
        """(n,) 1 or -1: whether what adds to each prediction (class code or value) makes it worse. Of a range with two ends the nearer one
        counts; what speaks for a class that needs no look lowers the risk."""
        predicted = np.asarray(predicted, float)
        if self.task == "binary":
            return np.ones(len(predicted))
        if self.task == "multiclass":
            return np.where(self.failed(predicted), 1.0, -1.0)
        low, high = self.target.allowed
        if low is None or high is None:
            return np.full(len(predicted), -1.0 if high is None else 1.0)
        return np.where(predicted >= (low + high) / 2, 1.0, -1.0)

    def severity_of(self, code: int) -> int:
        """How bad a class is, 0 (nothing to do) to 5; without a stated severity class 0 is normal and every other counts 1."""
        return self.target.severity.get(code, int(not self.target.severity and code != 0))

    @property
    def called_new(self) -> float:
        """Of an asset's readings that are nothing new, the share that may be called so: one in ``new_days``."""
        return min(self.cadence_s / (86_400 * self.new_days), 0.05)

    @property
    def reviewers(self) -> int:
        """How many independent verdicts a case takes."""
        return 2 if self.safety_relevant else self.review.reviewers

    @property
    def second_person(self) -> bool:
        """Whether a correction against a confirmed outcome, or of one's own flag, waits for somebody else."""
        return self.consequence >= 2 if self.review.second_person is None else self.review.second_person

    @cached_property
    def features(self) -> tuple[str, ...]:
        """Model inputs in order: every signal, then windows over earlier readings, then the other derived features."""
        return (*self.recorded, *(name for name in self.derived if name not in self.recorded))

    @cached_property
    def recorded(self) -> dict[str, Signal | Derived]:
        """What is recorded of a reading: every signal, and every window over earlier readings as it was then (:mod:`data.readings.windows`)."""
        from data.readings.windows import is_window

        return dict(self.signals) | {name: d for name, d in self.derived.items() if is_window(d.expression)}

    @cached_property
    def assets(self) -> tuple[str, ...]:
        """Every asset that may send readings: those of the areas, then the replay's."""
        listed = [a for assets in self.areas.values() for a in assets] + ([self.replay.asset] if self.replay else [])
        return tuple(dict.fromkeys(listed))

    def area_of(self, asset: str) -> str:
        """The area in which ``asset`` stands.

        Raises:
            KeyError: when no area and no replay has that asset.
        """
        for area, assets in self.areas.items():
            if asset in assets:
                return area
        if self.replay and asset == self.replay.asset:
            return self.replay.area
        raise KeyError(asset)

    def area_label(self, area: str) -> str:
        """How ``area`` is called in the language that the use case was loaded in. Records go by its name, which stays."""
        return self._words.get(area, area)

    def described(self, feature: str) -> Signal | Derived:
        """The description (label, unit, normal band) of a signal or a derived feature."""
        return self.signals.get(feature) or self.derived[feature]

    def group_of(self, feature: str) -> str:
        """The name of the group that tells ``feature``."""
        return next(name for name, group in self.groups.items() if feature in group.features)

    @model_validator(mode="after")
    def _consistent(self):
        check(self)
        if self.replay is not None and not self.replay.time_column:
            self.__dict__["timezone"] = Zone(self.timezone, self.cadence_s)
        return self
