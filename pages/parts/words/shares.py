"""The numbers of a told explanation in words: each line's, what the others add up to, and from what to what all of them lead."""

import math

from data.records import Prediction
from data.usecase.use_case import UseCase
from explainers.local.reasons import Reason, Told
from models.documents.words import MINUS
from pages.parts.words.language import number, percent, plural, t
from pages.parts.words.predicted import target_value
from pages.parts.words.wording import outcome_text, reason_sentence


def all_lines(use_case: UseCase, told: Told, seen: Prediction) -> list[str]:
    """A record as a list of lines that add up: from what to what, what is told first, the rest. For where nothing can be drawn or opened."""
    lead = lead_text(use_case, told, seen)
    rest = [rest_text(use_case, told)] if told.unit and told.rest else []
    return [*([lead] if lead else []), *(_line(use_case, told, reason) for reason in told.strongest), *rest]


def other_lines(use_case: UseCase, told: Told) -> list[str]:
    """What the rest is made of; with what is too little to be told by itself the numbers add up to it."""
    lines = [_line(use_case, told, reason) for reason in told.others]
    if told.unit and told.small:
        lines.append(t("What is too little to be told by itself ({share})", share=amount(use_case, told, told.small)))
    return lines


def rest_text(use_case: UseCase, told: Told) -> str:
    """What stands above the other reasons."""
    if not told.unit:
        return t("The rest")
    if len(told.others) > 1 or (told.others and not told.small):
        share = amount(use_case, told, told.rest)
        return plural("One smaller reason: {share}", "{n} smaller ones together: {share}", len(told.others), share=share)
    return t("The rest together: {share}", share=amount(use_case, told, told.rest))


def points_text(use_case: UseCase, told: Told, reason: Reason) -> str:
    """A reason's number: in percentage points of risk, in the target's unit, or of all that speaks for or against a class; or nothing."""
    return "" if reason.number is None else amount(use_case, told, reason.number)


def lead_text(use_case: UseCase, told: Told, seen: Prediction) -> str:
    """From what to what the numbers lead: with the first one they add up to the second. Nothing where no number is told."""
    if told.unit == "points":
        return t("From a usual risk of {base} to {risk} here:", base=percent(told.base / 100), risk=percent(seen.score))
    if told.unit == "target":
        base, value = (target_value(use_case, told.step * count, _places(told)) for count in (told.base, told.total))
        return t("From a usual value of {base} to {value} here:", base=base, value=value)
    if told.unit == "part" and told.of is not None:
        part = (100 + told.total) / 200
        said = {"share": percent(part), "outcome": outcome_text(use_case, told.of), "rest": percent(1 - part)}
        if told.against is None:
            return t("{share} of the weight speaks for “{outcome}”, {rest} against it.", **said)
        other = outcome_text(use_case, told.against)
        return t("{share} of the weight speaks for “{outcome}” rather than “{other}”, {rest} against it.", other=other, **said)
    return ""


def amount(use_case: UseCase, told: Told, count: int) -> str:
    """So many in the last place that is read, with their sign: ``+4 points``, ``−0.03 mol%``."""
    if told.unit == "target":
        return _sign(count) + target_value(use_case, abs(told.step * count), _places(told))
    if told.unit == "part":
        return t("{share} of the weight", share=_sign(count) + percent(abs(count) / 100))
    said = _sign(count) + number(abs(count), 0)
    return plural("{points} point", "{points} points", abs(count), points=said)


def _line(use_case: UseCase, told: Told, reason: Reason) -> str:
    share = points_text(use_case, told, reason)
    return f"{reason_sentence(use_case, reason)} ({share})" if share else reason_sentence(use_case, reason)


def _places(told: Told) -> int:
    return -round(math.log10(told.step))


def _sign(count: int) -> str:
    return "+" if count > 0 else MINUS if count < 0 else "±"
