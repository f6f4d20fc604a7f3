"""On which scale an explanation is told: percentage points, log-odds, a regression target's own unit, or how far one class is ahead."""

from dataclasses import dataclass

import numpy as np

from data.usecase.use_case import UseCase
from explainers.shapley.contract import Explanation
from explainers.shapley.group_shares import EXACT, SAMPLED
from models.numbers.quantities import places_for
from models.release.told import class_of
from pages.parts.words.language import number, percent, quantity, t
from pages.parts.words.predicted import bad_word
from pages.parts.words.verbatim import verbatim


@dataclass(frozen=True, slots=True)
class Told:
    """How the shares of an explanation are drawn and named: multiplied by ``factor``, with these words.

    ``gap_bar``: from which gap on (in the drawn unit) it is said aloud that the shares do not add up. ``own``: the unit is that of a value, of any size.
    """

    factor: float
    title: str
    base: str
    total: str
    axis: str
    unit: str
    gap_bar: float
    own: bool = False

    def amount(self, value: float, decimals: int = 1) -> str:
        """A share or prediction in the drawn unit: ``4.2 points``."""
        said = quantity(value, places_for(value)) if self.own else number(self.factor * value, decimals)
        return f"{said}\u00a0{self.unit}".rstrip("\u00a0")


def scale_word(use_case: UseCase) -> str:
    """What the shares of a recorded prediction are in: log-odds, a regression target's own unit, or the lead of a class."""
    if use_case.task == "regression":
        return f"{use_case.target.label}, {use_case.target.unit}".rstrip(", ")
    return t("lead of the predicted class, log-odds") if use_case.task == "multiclass" else t("log-odds")


def _class(use_case: UseCase, told: str | None) -> str:
    """A class of an explanation in the reader's words."""
    code = class_of(use_case, told)
    return t("all others") if told is None else told if code is None else use_case.target.outcomes[code]


def method_word(found: Explanation) -> str:
    """How the shares were counted, in words."""
    known = {EXACT: t("exact Shapley values of the groups"), SAMPLED: t("Shapley values of the groups from a sample of orders")}
    return known.get(found.method) or verbatim(found.method)


def sampled_text(use_case: UseCase, found: Explanation | None) -> str:
    """Under reasons that were counted from a sample: how far off each of them may be; nothing under exact ones."""
    if found is None or found.method != SAMPLED or found.error is None:
        return ""
    off = 2 * float(np.nanmax(found.error, initial=0.0))
    if found.of is not None:  # reasons of a class are read as parts of all that speaks for or against it
        whole = float(np.abs(found.contributions).sum()) or 1.0
        said = t("{share} of the weight", share=percent(off / whole, 1))
    else:
        said = told(use_case, found).amount(off, 2)
    return t("These numbers are worked out from a sample: each may be off by {off}.", off=verbatim(said))


def told(use_case: UseCase, found: Explanation, unit: str = "") -> Told:
    """The words of ``found``. ``unit`` is that of a regression's target."""
    target = bad_word(use_case)
    if found.of is not None:
        of, against = (_class(use_case, one) for one in (found.of, found.against))
        points = found.scale == "probability"
        said = {"of": of, "against": against}
        return Told(
            100.0 if points else 1.0,
            t(
                "**Why {of} and not {against}** · what puts one ahead of the other",
                of=verbatim(of),
                against=verbatim(against),
            ),
            t("usual lead"),
            t("this lead"),
            t("lead of {of} over {against}, percentage points", **said)
            if points
            else t("lead of {of} over {against}, log-odds", **said),
            t("points") if points else t("log-odds"),
            0.5 if points else 0.05,
        )
    if found.scale == "target":
        name, unit = use_case.target.label, unit or use_case.target.unit
        axis = f"{name}, {unit}" if unit else name
        return Told(
            1.0, t("**What this value is made of** · in its own unit"), t("usual value"), t("this value"), axis, unit,
            0.01 * float(np.abs(found.contributions).max(initial=0.0)) or 0.01, True,
        )  # fmt: skip
    if found.scale == "margin":
        title = t("**What this risk is made of** · exact contributions, log-odds")
        return Told(1.0, title, t("usual"), t("this one"), t("log-odds of {target}", target=target), t("log-odds"), 0.05)
    title = t("**What this risk is made of** · {method}, percentage points of risk", method=method_word(found))
    return Told(100.0, title, t("usual risk"), t("this risk"), t("risk of {target}, %", target=target), t("points"), 0.5)
