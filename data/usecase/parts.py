"""The sections of a ``usecase.yaml``: signals, derived features, groups, advice, gate, review, replay; the target is in :mod:`data.usecase.target`. See :mod:`data.usecase.use_case`."""

import math
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

Range = Annotated[tuple[float, float], Field(description="two numbers, the smaller first, e.g. [30, 50]")]


def _clock(value: object) -> object:
    """``14:00`` without quotes is the number 840 to YAML 1.1 (base 60): meant is the time of day."""
    return f"{value // 60:02}:{value % 60:02}" if isinstance(value, int) and 0 <= value < 24 * 60 else value


Clock = Annotated[
    str, BeforeValidator(_clock), Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", description="a time of day, e.g. 06:00")
]

RESERVED = ("id", "asset", "time", "sequence", "release", "score", "state", "novelty", "outcome", "cause", "predicted", "against")
"""What the record calls its own columns: no signal may bear such a name."""


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def as_fine(told: object, ends: tuple[str, ...]) -> object:
    """A section with the decimals that its own ranges need, where it names none and one decimal would tell nothing apart in them, or far too much."""
    if not isinstance(told, dict) or "decimals" in told:
        return told
    for key in ends:
        pair = told.get(key)
        known = [one for one in pair if isinstance(one, int | float)] if isinstance(pair, list | tuple) else []
        span = max(known) - min(known) if len(known) == 2 else abs(known[0]) if known else 0
        if span and math.isfinite(span) and (span < 0.5 or max(map(abs, known)) >= 1e6):
            return told | {"decimals": min(max(math.ceil(2 - math.log10(span)), -FINEST), FINEST)}
        if span:
            return told
    return told


FINEST = 15
Decimals = Annotated[int, Field(ge=-FINEST, le=FINEST)]


class Signal(Strict):
    """A measured tag. A category has ``categories`` (its code is its place in them), a number has a ``unit``.

    ``actionable`` is the range within which an operator may set it, in steps of ``step``; ``action`` says a change to a range of
    one value in the plant's words (``a new tool``). ``missing``: what becomes of a reading without it; ``accept`` leaves the gap to the
    model, which takes it as it is.
    """

    label: str
    unit: str = ""
    limits: Range | None = None
    normal: Range | Literal["learn"] | None = "learn"
    decimals: Decimals = 1
    categories: tuple[str, ...] = ()
    meaning: dict[str, str] = {}
    missing: Literal["quarantine", "accept"] = "quarantine"
    actionable: Range | None = None
    step: float | None = Field(default=None, gt=0)
    action: str = ""

    @model_validator(mode="before")
    @classmethod
    def _resolution(cls, told: object) -> object:
        return as_fine(told, ("actionable", "normal", "limits"))

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        for name in ("limits", "normal", "actionable"):
            pair = getattr(self, name)
            if isinstance(pair, tuple) and pair[0] > pair[1]:
                raise ValueError(f"{name} has its larger end first: write [{pair[1]}, {pair[0]}]")
        if self.actionable and self.categories:
            raise ValueError("actionable is a range of numbers; a category cannot have one: leave it out")
        return self


class Derived(Strict):
    """A feature computed from signals by an arithmetic expression, or over earlier readings (:mod:`data.readings.features`, :mod:`data.readings.windows`)."""

    label: str
    unit: str = ""
    expression: str
    normal: Range | Literal["learn"] | None = "learn"
    decimals: Decimals = 1

    @property
    def categories(self) -> tuple[str, ...]:
        """None: it is a number."""
        return ()

    @property
    def missing(self) -> str:
        """``accept``: a window may have seen nothing yet."""
        return "accept"


class Group(Strict):
    """Features told as one reason. ``show``: what is read out; ``points_to``: the cause suggested when it raises the risk."""

    label: str
    features: tuple[str, ...] = Field(min_length=1)
    show: tuple[str, ...] = Field(min_length=1)
    points_to: str | None = None


class Threshold(Strict):
    """A level with hysteresis: reached at ``enter``, left again only below ``leave`` (YAML reads ``on`` as *true*)."""

    enter: float = Field(gt=0, lt=1)
    leave: float = Field(gt=0, lt=1)

    @model_validator(mode="after")
    def _hysteresis(self) -> Self:
        if self.leave > self.enter:
            raise ValueError(
                f"leave ({self.leave}) is above enter ({self.enter}); make it the smaller one, or the state chatters"
            )
        return self


class Advice(Strict):
    possible: Threshold
    likely: Threshold
    on_delay: int = Field(default=3, ge=1, le=3600)
    off_delay: int = Field(default=1, ge=1, le=3600)


class Costs(Strict):
    """What it costs to be wrong, for one product, in ``currency`` (its code or sign, or another unit: ``EUR``, ``kr``, ``min``)."""

    miss: float = Field(ge=0)
    false_alarm: float = Field(ge=0)
    currency: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=12)] = "EUR"


class Gate(Strict):
    """What a challenger must meet before it goes live. Losses and rises are against the champion, on the same held-out readings.

    ``mae_rise`` of a regression: how much larger its mean absolute error may be, as a share of the champion's. The same bars hold against the best
    release that was champion before. ``recall_floor`` and ``precision_floor``: what every release has to reach, whatever the champion does (0: nothing).
    ``latency_ms`` of the processor is always allowed, and ``latency_rise`` more than the champion takes."""

    recall_loss: float = Field(default=0.05, ge=0)
    precision_loss: float = Field(default=0.05, ge=0)
    cost_rise: float = Field(default=0.2, ge=0)
    mae_rise: float = Field(default=0.1, ge=0)
    advice_rise: float = Field(default=0.5, ge=0)
    reasons_kept: float = Field(default=0.9, ge=0, le=1)
    main_reason_changed: float = Field(default=0.2, ge=0, le=1)
    reason_quality_loss: float = Field(default=0.1, ge=0)
    corrected_right: float = Field(default=0.9, ge=0, le=1)
    segment_loss: float = Field(default=0.1, ge=0)
    segment_failures: int = Field(default=30, ge=1)
    confidence_slack: float = Field(default=0.02, ge=0)
    recall_floor: float = Field(default=0, ge=0, le=1)
    precision_floor: float = Field(default=0, ge=0, le=1)
    latency_ms: float = Field(default=20, gt=0)
    latency_rise: float = Field(default=0.5, ge=0)
    size_kb: float = Field(default=20_000, gt=0)


class Review(Strict):
    """How flagged cases are worked through. ``due_h``: hours until one should be answered. ``sample_share``: of all cases, how many are
    drawn at random among predictions that nobody flagged. ``reviewers``: independent verdicts a case takes (2 where the use case is
    safety-relevant). Corrections from an account younger than ``new_account_days``, or more than ``burst`` of one person in an hour,
    wait for a second person; all those of one person never weigh more than ``person_share`` of the other rows. ``second_person``: whether a
    correction waits too that denies what an inspection found, or that somebody decided of their own flag (without it: where the use case's
    consequence is 2 or more)."""

    due_h: float = Field(default=24, gt=0)
    sample_share: float = Field(default=0.1, ge=0, le=0.5)
    reviewers: int = Field(default=1, ge=1, le=2)
    new_account_days: float = Field(default=14, ge=0)
    burst: int = Field(default=30, ge=1)
    person_share: float = Field(default=0.02, gt=0, le=1)
    second_person: bool | None = None


class Retraining(Strict):
    """When a training is asked for by itself: after so many new corrections, or so many days after the last one (``None``: never)."""

    corrections: int | None = Field(default=None, ge=1)
    days: float | None = Field(default=None, gt=0)


class Independent(Strict):
    """What is independent in the history: ``column`` of its table says which run, batch, machine, file … a row is of. Those are held out whole,
    and intervals count them, not rows. ``kind`` is the word for it."""

    column: str
    kind: Literal["run", "batch", "experiment", "engine", "file", "product", "sample"] = "run"


class TruthPolicy(Strict):
    delay_s: float = Field(default=0, ge=0)


class Reading(Strict):
    """How the files of a use case are written, as its first table has shown or somebody has said. Every later file is read in the same way.

    ``time_format`` (strptime), or ``day_first`` of dates that do not begin with the year, or ``epoch``, the unit of numbers since 1970. Times that name no
    zone are of the use case's ``timezone``. ``decimal_comma``: columns whose numbers have one; all others have a point. ``missing``: numbers that stand for
    nothing, by column. ``sheet`` and ``header_row`` of an Excel file, or the line of the names in a text.
    """

    time_format: str | None = None
    day_first: bool | None = None
    epoch: Literal["s", "ms", "us", "ns"] | None = None
    decimal_comma: tuple[str, ...] = ()
    missing: dict[str, tuple[float, ...]] = {}
    sheet: str | None = None
    header_row: int | None = Field(default=None, ge=1)


class Replay(Strict):
    """How the columns of a file map to signals, and which hold the time, the asset, the outcome and its causes.

    ``asset`` and ``area`` are what its rows belong to when no ``asset_column`` says so; without ``time_column`` each row gets a time at the
    use case's cadence. ``clock_column`` holds the time of day where the time column is a date alone. ``outcomes`` maps the outcome's own words to the codes of ``target.outcomes`` (``OK: 0``). Its rows are taken
    without the delays of the advice: each may stand for a whole product. ``reading``: how the files are written; without it each file is looked at anew, and
    times that name no zone are UTC.
    """

    asset: str
    area: str
    columns: dict[str, str]
    time_column: str | None = None
    clock_column: str | None = None
    asset_column: str | None = None
    outcome: str | None = None
    outcomes: dict[str, int] = {}
    causes: dict[str, str] = {}
    reading: Reading | None = None
