"""What a use case predicts: one of several classes, or a value. Its task says which of the two; the file has no key of its own for it."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from data.usecase.parts import Decimals, Strict, as_fine
from data.usecase.rules import Misfit

Task = Literal["binary", "multiclass", "regression"]
Open = Annotated[tuple[float | None, float | None], Field(description="two numbers, null for an open end, e.g. [null, 80]")]


class _Target(Strict):
    label: str


class ClassTarget(_Target):
    """One of several classes.

    ``outcomes``: the word for each class (binary: 0 and 1; multiclass: 0, 1, 2 …). ``severity`` of each class, 0 to 5: what is 0 needs
    no look (without it: class 0). ``bad``: what classes that need a look are called together (``fault``); without it their own names tell it.
    ``causes``: of what is bad, the words for why.
    """

    outcomes: dict[int, str] = Field(default_factory=dict)
    causes: dict[str, str] = Field(default_factory=dict)
    severity: dict[int, Annotated[int, Field(ge=0, le=5)]] = Field(default_factory=dict)
    bad: str = ""

    @property
    def unit(self) -> str:
        """None: a class is no quantity."""
        return ""

    @model_validator(mode="after")
    def _known(self) -> Self:
        for code in self.severity:
            if code not in self.outcomes:
                raise ValueError(f"severity names {code}, which is none of outcomes: {', '.join(map(str, self.outcomes))}")
        return self


class ValueTarget(_Target):
    """A value in its ``unit``. ``allowed``: the range in which it may lie; beyond it is bad. ``limits``: between which it can lie at all, so that no
    interval reaches beyond."""

    unit: str = ""
    decimals: Decimals = 1
    allowed: Open
    limits: Open | None = None

    @property
    def outcomes(self) -> dict[int, str]:
        """None: any finite number may be its outcome."""
        return {}

    @property
    def causes(self) -> dict[str, str]:
        """None: only what is bad of classes has names for why."""
        return {}

    @model_validator(mode="before")
    @classmethod
    def _resolution(cls, told: object) -> object:
        return as_fine(told, ("allowed", "limits"))

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        low, high = self.allowed
        if low is not None and high is not None and low > high:
            raise ValueError(f"allowed has its larger end first: write [{high}, {low}]")
        if self.allowed == (None, None):
            raise ValueError("allowed is open at both ends, so that nothing is ever bad: write one limit, e.g. [null, 80]")
        low, high = self.limits or (None, None)
        if low is not None and high is not None and low > high:
            raise ValueError(f"limits has its larger end first: write [{high}, {low}]")
        return self


Target = ClassTarget | ValueTarget


def target_for(task: Task | None, told: object) -> Target:
    """The target of a ``task``, checked; where the task itself is wrong (``None``) the kind that ``told`` looks like.

    Raises:
        Misfit: a key of the other kind, or a value without the range in which it may lie.
        ValidationError: whatever else is wrong in it.
    """
    keys = told if isinstance(told, dict) else {}
    if task == "regression":
        for key in keys:
            if key in ClassTarget.model_fields and key not in ValueTarget.model_fields:
                raise Misfit(f"{key} is for classes; a regression has a value, which is bad beyond allowed: leave it out", key)
        if isinstance(told, dict) and told.get("allowed") is None:
            raise Misfit("a regression needs target.allowed, the range beyond which its value is bad: e.g. [null, 80]")
        return ValueTarget.model_validate(told)
    if task is None and "allowed" in keys:
        return ValueTarget.model_validate(told)
    for key in keys if task else ():
        if key in ValueTarget.model_fields and key not in ClassTarget.model_fields:
            instead = "classes have a severity" if key == "allowed" else "classes have outcomes: leave it out"
            raise Misfit(f"{key} is for a regression; {instead}", key)
    return ClassTarget.model_validate(told)
