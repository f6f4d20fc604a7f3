"""A use case: one prediction task of a plant, read from its ``usecase.yaml`` and checked to the last key.

Everything that differs from plant to plant stands in that file; the code above reads it and knows no machine by name.
"""

from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

BUILT_IN = Path(__file__).parent / "usecases"
Range = Annotated[tuple[float, float], Field(description="two numbers, the smaller first, e.g. [30, 50]")]


RESERVED = ("id", "asset", "time", "sequence", "release", "score", "state", "novelty", "outcome", "cause")
"""What the record calls its own columns: no signal may bear such a name."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Signal(_Strict):
    """A measured tag. A category has ``categories`` (its code is its place in them), a number has a ``unit``.

    ``actionable`` is the range within which an operator may set it, in steps of ``step``; ``action`` says a change to a range of
    one value in the plant's words (``a new tool``).
    """

    label: str
    unit: str = ""
    limits: Range | None = None
    normal: Range | Literal["learn"] | None = "learn"
    decimals: int = Field(default=1, ge=0, le=6)
    categories: tuple[str, ...] = ()
    meaning: dict[str, str] = {}
    actionable: Range | None = None
    step: float | None = Field(default=None, gt=0)
    action: str = ""

    @model_validator(mode="after")
    def _ordered(self):
        for name in ("limits", "normal", "actionable"):
            pair = getattr(self, name)
            if isinstance(pair, tuple) and pair[0] > pair[1]:
                raise ValueError(f"{name} has its larger end first: write [{pair[1]}, {pair[0]}]")
        if self.actionable and self.categories:
            raise ValueError("actionable is a range of numbers; a category cannot have one: leave it out")
        return self


class Derived(_Strict):
    """A feature computed from signals by an arithmetic expression (see :mod:`data.features`)."""

    label: str
    unit: str = ""
    expression: str
    normal: Range | Literal["learn"] | None = "learn"
    decimals: int = Field(default=1, ge=0, le=6)


class Group(_Strict):
    """Features told as one reason. ``show``: what is read out; ``points_to``: the cause suggested when it raises the risk."""

    label: str
    features: tuple[str, ...] = Field(min_length=1)
    show: tuple[str, ...] = Field(min_length=1)
    points_to: str | None = None


class Target(_Strict):
    label: str
    outcomes: dict[int, str]
    causes: dict[str, str] = {}


class Threshold(_Strict):
    """A level with hysteresis: reached at ``enter``, left again only below ``leave`` (YAML reads ``on`` as *true*)."""

    enter: float = Field(gt=0, lt=1)
    leave: float = Field(gt=0, lt=1)

    @model_validator(mode="after")
    def _hysteresis(self):
        if self.leave > self.enter:
            raise ValueError(
                f"leave ({self.leave}) is above enter ({self.enter}); make it the smaller one, or the state chatters"
            )
        return self


class Advice(_Strict):
    possible: Threshold
    likely: Threshold
    on_delay: int = Field(default=3, ge=1, le=3600)
    off_delay: int = Field(default=1, ge=1, le=3600)


class Costs(_Strict):
    """What it costs to be wrong, for one product, in ``currency``."""

    miss: float = Field(ge=0)
    false_alarm: float = Field(ge=0)
    currency: str = "EUR"


class Gate(_Strict):
    """What a challenger must meet before it goes live. Losses and rises are against the champion, on the same held-out readings."""

    recall_loss: float = Field(default=0.05, ge=0)
    precision_loss: float = Field(default=0.05, ge=0)
    cost_rise: float = Field(default=0.2, ge=0)
    advice_rise: float = Field(default=0.5, ge=0)
    reasons_kept: float = Field(default=0.9, ge=0, le=1)
    main_reason_changed: float = Field(default=0.2, ge=0, le=1)
    reason_quality_loss: float = Field(default=0.1, ge=0)
    corrected_right: float = Field(default=0.9, ge=0, le=1)
    segment_loss: float = Field(default=0.1, ge=0)
    segment_failures: int = Field(default=30, ge=1)
    confidence_slack: float = Field(default=0.02, ge=0)
    latency_ms: float = Field(default=20, gt=0)
    size_kb: float = Field(default=20_000, gt=0)


class Review(_Strict):
    """How flagged cases are worked through. ``due_h``: hours until one should be answered. ``sample_share``: of all cases, how many are
    drawn at random among predictions that nobody flagged. ``reviewers``: independent verdicts a case takes (2 where the use case is
    safety-relevant). Corrections from an account younger than ``new_account_days``, or more than ``burst`` of one person in an hour,
    wait for a second person; all those of one person never weigh more than ``person_share`` of the other rows."""

    due_h: float = Field(default=24, gt=0)
    sample_share: float = Field(default=0.1, ge=0, le=0.5)
    reviewers: int = Field(default=1, ge=1, le=2)
    new_account_days: float = Field(default=14, ge=0)
    burst: int = Field(default=30, ge=1)
    person_share: float = Field(default=0.02, gt=0, le=1)


class Retraining(_Strict):
    """When a training is asked for by itself: after so many new corrections, or so many days after the last one (``None``: never)."""

    corrections: int | None = Field(default=None, ge=1)
    days: float | None = Field(default=None, gt=0)


class TruthPolicy(_Strict):
    delay_s: float = Field(default=0, ge=0)


class Replay(_Strict):
    """How the columns of a file map to signals (or to ``time``, ``asset``), and which hold the outcome and its causes.

    ``asset`` and ``area`` are what its rows belong to when no column says so. Its rows are taken without the delays of the
    advice: each may stand for a whole product.
    """

    asset: str
    area: str
    columns: dict[str, str]
    outcome: str | None = None
    causes: dict[str, str] = {}


class UseCase(_Strict):
    """One prediction task. ``signals`` and ``derived`` in their order are the columns of every batch and model."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]{0,40}$")
    title: str
    task: Literal["binary"]
    target: Target
    cadence_s: float = Field(default=1, gt=0)
    timezone: str = "UTC"
    areas: dict[str, tuple[str, ...]]
    signals: dict[str, Signal] = Field(min_length=1)
    derived: dict[str, Derived] = {}
    groups: dict[str, Group]
    advice: Advice
    costs: Costs
    consequence: int = Field(default=1, ge=1, le=5)
    safety_relevant: bool = False
    truth: TruthPolicy = TruthPolicy()
    coverage: float = Field(default=0.95, ge=0.5, lt=1)
    gate: Gate = Gate()
    review: Review = Review()
    retraining: Retraining = Retraining()
    fallback: dict[str, Range] = {}
    replay: Replay | None = None

    @property
    def reviewers(self) -> int:
        """How many independent verdicts a case takes."""
        return 2 if self.safety_relevant else self.review.reviewers

    @cached_property
    def features(self) -> tuple[str, ...]:
        """Model inputs in order: every signal, then every derived feature."""
        return (*self.signals, *self.derived)

    @cached_property
    def assets(self) -> tuple[str, ...]:
        """Every asset that may send readings: those of the areas, then the replay's."""
        return tuple(a for assets in self.areas.values() for a in assets) + ((self.replay.asset,) if self.replay else ())

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

    def described(self, feature: str) -> Signal | Derived:
        """The description (label, unit, normal band) of a signal or a derived feature."""
        return self.signals.get(feature) or self.derived[feature]

    def group_of(self, feature: str) -> str:
        """The name of the group that tells ``feature``."""
        return next(name for name, group in self.groups.items() if feature in group.features)

    @model_validator(mode="after")
    def _consistent(self):
        from data.features import check_expressions

        check_expressions(self.signals, self.derived)
        known = set(self.signals) | set(self.derived)
        for name in sorted(known & set(RESERVED)):
            raise ValueError(
                f"{name!r} is what the record calls a column of its own; name the signal otherwise, e.g. {name}_value"
            )
        told = [feature for group in self.groups.values() for feature in group.features]
        for name, group in self.groups.items():
            for feature in (*group.features, *group.show):
                if feature not in known:
                    raise ValueError(
                        f"groups.{name} names {feature!r}, which is neither a signal nor derived; known: {', '.join(sorted(known))}"
                    )
            if group.points_to and group.points_to not in self.target.causes:
                raise ValueError(
                    f"groups.{name}.points_to is {group.points_to!r}; write one of target.causes: {', '.join(self.target.causes)}"
                )
        for feature in known:
            if told.count(feature) != 1:
                raise ValueError(
                    f"feature {feature!r} is in {told.count(feature)} groups; put it in exactly one, so that reasons add up"
                )
        for name, (low, high) in self.fallback.items():
            if name not in known or getattr(self.described(name), "categories", ()):
                raise ValueError(
                    f"fallback names {name!r}, which is no number of this use case; known: {', '.join(sorted(known))}"
                )
            if low > high:
                raise ValueError(f"fallback.{name} has its larger end first: write [{high}, {low}]")
        assets = [a for area in self.areas.values() for a in area]
        twice = sorted({a for a in assets if assets.count(a) > 1})
        if twice:
            raise ValueError(f"areas: {', '.join(twice)} stands in more than one area")
        if self.replay:
            for header, signal in self.replay.columns.items():
                if signal not in self.signals:
                    raise ValueError(
                        f"replay.columns: {header!r} maps to {signal!r}, which is no signal; known: {', '.join(self.signals)}"
                    )
        return self
