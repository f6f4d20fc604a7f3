"""What is told of a machine or a reading (:mod:`models.state.telling`) in sign, word and colour: one way of saying it for every screen."""

from datetime import datetime

from data.records import Prediction
from data.usecase.use_case import UseCase
from explainers.certainty.coverage import Sure
from models.state.telling import Called, Told
from pages.parts.words.language import clock, day_of, duration, either, percent, plural, t
from pages.parts.words.predicted import MORE_LIKELY, MOST_NAMED, bad_word, predicted_text, target_value

SIGNS = {
    Called.LIKELY: "▲",
    Called.POSSIBLE: "◆",
    Called.OUTSIDE: "◆",
    Called.UNKNOWN: "○",
    Called.SILENT: "?",
    Called.NORMAL: "■",
}
HOLLOW = {Called.LIKELY: "△", Called.POSSIBLE: "◇"}
"""What has returned keeps its shape and is empty: past."""
KINDS = {
    Called.LIKELY: "likely", Called.POSSIBLE: "possible", Called.OUTSIDE: "possible", Called.UNKNOWN: "new", Called.RETURNED: "returned",
    Called.SILENT: "silent", Called.NORMAL: "normal",
}  # fmt: skip
"""How the board draws each."""
_COLOURS = {Called.LIKELY: "red", Called.POSSIBLE: "orange", Called.OUTSIDE: "orange"}


def sign(told: Told) -> str:
    """Its shape: readable without colour."""
    if told.called is not Called.RETURNED:
        return SIGNS[told.called]
    assert told.was is not None
    return HOLLOW[told.was]


def colour(told: Told) -> str:
    """Its colour, as Markdown of Streamlit names it: grey for all that does not stand for the present or needs no look."""
    return _COLOURS.get(told.called, "gray")


def word(called: Called) -> str:
    """What it is called now, in a word."""
    return {
        Called.LIKELY: t("likely"), Called.POSSIBLE: t("possible"), Called.OUTSIDE: t("outside"), Called.UNKNOWN: t("unknown"),
        Called.RETURNED: t("came and went"), Called.SILENT: t("no data"), Called.NORMAL: t("normal"),
    }[called]  # fmt: skip


def was(called: Called | None) -> str:
    """What it was called, in words that nobody takes for the present: of what has returned, which was called something (``None`` is of all else)."""
    assert called is not None
    return {Called.LIKELY: t("was likely"), Called.POSSIBLE: t("was possible"), Called.UNKNOWN: t("was unknown")}[called]


def short(use_case: UseCase, told: Told, at: datetime) -> str:
    """State and number for a tile or a row: ``likely 82 %``, ``was likely``, ``no data, 42 s; was likely``."""
    if told.called is Called.SILENT:
        if told.until is None:
            return t("no data yet")
        if told.until > at:
            return t("stamped in the future")  # by a clock that is wrong
        age = duration((at - told.until).total_seconds()).replace(" ", "\xa0")
        if told.was in (None, Called.NORMAL):
            return t("no data, {age}", age=age)
        return t("no data, {age}; was {word}", age=age, word=word(told.was))
    if told.called is Called.RETURNED:
        return was(told.was)
    if told.risk is None or told.called is Called.UNKNOWN:
        return word(told.called)
    return t("{word} {percent}", word=word(told.called), percent=percent(told.risk))


def span_of(use_case: UseCase, told: Told, at: datetime) -> str:
    """From when to when something that has returned was so: ``12:04–12:09``; with its day where that is another one."""
    zone = use_case.timezone
    assert told.since is not None and told.until is not None
    ends = [clock(moment, zone, seconds=False) for moment in (told.since, told.until)]
    said = ends[0] if ends[0] == ends[1] else f"{ends[0]}–{ends[1]}"
    return said if day_of(told.since, zone) == day_of(at, zone) else f"{day_of(told.since, zone)} {said}"


def past_text(use_case: UseCase, told: Told, at: datetime) -> str:
    """Of what has returned: when that was and the worst it came to, ``12:04–12:09, highest 97 %``."""
    if told.risk is None:
        return span_of(use_case, told, at)
    said = {"span": span_of(use_case, told, at), "percent": percent(told.risk)}
    if told.times > 1:
        return plural("{n} time, {span}, highest {percent}", "{n} times, {span}, highest {percent}", told.times, **said)
    return t("{span}, highest {percent}", **said)


def said_of_machine(use_case: UseCase, told: Told, at: datetime) -> str:
    """Over a machine's trend: what it is called, with the number where one may be said."""
    target = bad_word(use_case)
    if told.called is Called.SILENT:
        if told.until and told.until > at:
            return t("its newest reading is stamped in the future")
        return t("no data for {age}", age=duration((at - told.until).total_seconds())) if told.until else t("no data yet")
    if told.called is Called.UNKNOWN:
        return t("unknown to the model: not in the training data")
    if told.called is Called.RETURNED:
        return t("{was}: {target}, {past}", was=was(told.was), target=target, past=past_text(use_case, told, at))
    if told.risk is None:
        return word(told.called)
    return t("{word}, risk of {target} {percent}", word=word(told.called), target=target, percent=percent(told.risk))


def said_of_reading(use_case: UseCase, told: Told, seen: Prediction, sure: Sure | None = None) -> str:
    """Over a prediction, as advice: ``likely failure, risk 82 %``; of several classes with the one that is meant, of a value with the value.

    Args:
        sure: what cannot be ruled out, where its release could be asked.
    """
    target = bad_word(use_case)
    if told.called is Called.UNKNOWN:
        return t("I don't know: this is not in the training data")
    risk = "" if told.risk is None else percent(told.risk)
    if seen.predicted is not None and use_case.task == "multiclass":
        return _of_a_class(use_case, told, seen, risk, sure)
    if seen.predicted is not None and use_case.task == "regression":
        return _of_a_value(use_case, told, seen, risk)
    if told.called is Called.NORMAL:
        return t("no advice, risk of {target} {risk}", target=target, risk=risk)
    return _advised(told, target, risk)


def _advised(told: Told, target: str, risk: str) -> str:
    if told.called is Called.RETURNED:
        return t("{was}: {target}. Risk by now {risk}", was=was(told.was), target=target, risk=risk)
    return t("{word} {target}, risk {risk}", word=word(told.called), target=target, risk=risk)


def _of_a_class(use_case: UseCase, told: Told, seen: Prediction, risk: str, sure: Sure | None) -> str:
    """Which class it is comes first, or which bad ones it may be; where what is fine or too many are as plausible, how bad it is comes first."""
    assert seen.predicted is not None
    target, outcome, bad = bad_word(use_case), predicted_text(use_case, seen), bool(use_case.failed([seen.predicted])[0])
    plausible = [int(seen.predicted), *(code for code in (sure.classes if sure else ()) if code != int(seen.predicted))]
    advised, calm = told.called in (Called.LIKELY, Called.POSSIBLE), told.called is Called.NORMAL
    if advised and outcome != target and len(plausible) <= MOST_NAMED and all(use_case.failed(plausible)):
        names = either([use_case.target.outcomes[code] for code in plausible])
        return t("{word}: {outcome}, risk of {target} {risk}", word=word(told.called), outcome=names, target=target, risk=risk)
    if calm and not bad and seen.score < MORE_LIKELY:
        return t("no advice: {outcome}, risk of {target} {risk}", outcome=outcome, target=target, risk=risk)
    said = t("no advice, risk of {target} {risk}", target=target, risk=risk) if calm else _advised(told, target, risk)
    if not bad:
        several = sum(use_case.failed(list(use_case.target.outcomes))) > 1
        return t("{said}; which one is not clear", said=said) if seen.score >= MORE_LIKELY and several else said
    if outcome == target:  # there is one bad class alone: it is named already
        return said
    if len(plausible) == 1:
        return t("{said}; most likely {outcome}", said=said, outcome=outcome)
    return plural(
        "{said}; most likely {outcome}, {n} other is plausible", "{said}; most likely {outcome}, {n} others are plausible",
        len(plausible) - 1, said=said, outcome=outcome,
    )  # fmt: skip


def _of_a_value(use_case: UseCase, told: Told, seen: Prediction, risk: str) -> str:
    """The value beside what is allowed, and how likely that is left."""
    assert seen.predicted is not None
    value, (low, high) = target_value(use_case, seen.predicted), use_case.value.allowed
    if told.called is not Called.NORMAL:
        return t("{said}; predicted: {value}", said=_advised(told, bad_word(use_case), risk), value=value)
    said = {"label": use_case.target.label, "value": value, "risk": risk}
    if low is None:
        return t(
            "no advice: {label} {value} predicted, at most {limit} allowed, risk {risk}",
            limit=target_value(use_case, high),
            **said,
        )
    if high is None:
        return t(
            "no advice: {label} {value} predicted, at least {limit} allowed, risk {risk}",
            limit=target_value(use_case, low),
            **said,
        )
    ends = {"low": target_value(use_case, low), "high": target_value(use_case, high)}
    return t("no advice: {label} {value} predicted, {low} to {high} allowed, risk {risk}", **ends, **said)


def risk_text(risk: float, unknown: bool) -> str:
    """The risk that a list tells of a reading: none of one that the model did not know."""
    return t("unknown") if unknown else percent(risk)
