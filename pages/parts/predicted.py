"""What is predicted beside the risk: a class by its name, a value with its unit; and what counts as bad, in words."""

import math

from data.records import Prediction
from data.usecase import UseCase
from explainers.coverage import Followed, Sure
from pages.parts.language import number, percent, t
from pages.parts.verbatim import verbatim

MOST_NAMED = 4
"""Classes that cannot be ruled out up to which they are named."""


def bad_word(use_case: UseCase) -> str:
    """What the risk is a risk of: ``failure``, ``fault``, ``NOx above 80 mg/m³``."""
    label = use_case.target.label
    if use_case.task == "multiclass":
        return _bad_class(use_case)
    if use_case.task != "regression":
        return label
    low, high = use_case.target.allowed
    if low is None:
        return t("{label} above {limit}", label=label, limit=target_value(use_case, high))
    if high is None:
        return t("{label} below {limit}", label=label, limit=target_value(use_case, low))
    return t(
        "{label} outside {low}–{high}", label=label, low=number(low, _places(use_case, low)), high=target_value(use_case, high)
    )


def _bad_class(use_case: UseCase) -> str:
    """What classes that need a look have in common: the target's label (``fault``), unless that is what every class is called by (``type 0``, ``type 1``)."""
    label, outcomes = use_case.target.label, use_case.target.outcomes
    if not all(name.lower().startswith(label.lower()) for name in outcomes.values()):
        return label
    good = [name for code, name in outcomes.items() if not use_case.severity_of(code)]
    return t("anything but {outcome}", outcome=good[0]) if len(good) == 1 else t("a bad {label}", label=label)


def target_value(use_case: UseCase, value: float, places: int | None = None) -> str:
    """A regression's value with its unit: ``71.2 mg/m³``. A round limit is told without decimals; ``places``: with so many in any case."""
    unit = use_case.target.unit
    text = number(value, _places(use_case, value) if places is None else places)
    return f"{text}\u00a0{unit}" if unit else text


def predicted_text(use_case: UseCase, seen: Prediction) -> str:
    """The predicted class, or the value with its name: ``overheated``, ``NOx 71.2 mg/m³``; nothing for a binary task."""
    if seen.predicted is None or use_case.task == "binary":
        return ""
    if use_case.task == "multiclass":
        return use_case.target.outcomes.get(int(seen.predicted), str(int(seen.predicted)))
    return f"{use_case.target.label} {target_value(use_case, seen.predicted)}"


def sure_sentences(use_case: UseCase, seen: Prediction, sure: Sure) -> str:
    """The predicted class or value, and what cannot be ruled out at the promised confidence."""
    said, confidence = predicted_text(use_case, seen), percent(sure.coverage)
    if use_case.task == "regression":
        low, high = number(sure.low, use_case.target.decimals), target_value(use_case, sure.high)
        said, low, high = map(verbatim, (said, low, high))
        if not math.isfinite(sure.low) or not math.isfinite(sure.high):
            return t("**{said}** · too few readings were seen to promise an interval.", said=said)
        text = t("**{said}** · {low} to {high} at {confidence} confidence.", said=said, low=low, high=high, confidence=confidence)
        if sure.followed is None:
            return text
        lowest, highest = use_case.target.limits or (None, None)
        told = min(max(seen.predicted, -math.inf if lowest is None else lowest), math.inf if highest is None else highest)
        off = "" if sure.low <= told <= sure.high else off_sentence(use_case, (sure.low + sure.high) / 2 - told)
        return f"{text} {off} {followed_sentence(use_case, sure.followed)}"
    text = _sets_text(use_case, sure, said, confidence)
    if not sure.few:
        return text
    names = verbatim(", ".join(use_case.target.outcomes[code] for code in sure.few))
    return f"{text} {t('Too few readings of {classes} were seen to rule that out for certain.', classes=names)}"


def _sets_text(use_case: UseCase, sure: Sure, said: str, confidence: str) -> str:
    """Which classes cannot be ruled out."""
    words = [use_case.target.outcomes[code] for code in sure.classes]
    if not words:
        return t(
            "Unusual for every class ({confidence} confidence); most like **{said}**.", confidence=confidence, said=verbatim(said)
        )
    if len(words) == 1:
        return t("Only one is plausible: **{said}** ({confidence} confidence).", confidence=confidence, said=verbatim(words[0]))
    if len(words) > MOST_NAMED:
        return t(
            "I don't know: {n} of {all} are plausible ({confidence} confidence).",
            confidence=confidence,
            n=len(words),
            all=len(use_case.target.outcomes),
        )
    return t(
        "I don't know: several are plausible ({confidence} confidence): {words}.",
        confidence=confidence,
        words=verbatim(", ".join(words)),
    )


def followed_sentence(use_case: UseCase, found: Followed) -> str:
    """What the truth that came in has done to an interval: how often it held, and how wide it has become."""
    width, was = (verbatim(target_value(use_case, one, use_case.target.decimals)) for one in (found.width, found.as_released))
    return t(
        "The interval follows what is found: {held} of the last {n} values lay within. It is {width} wide; as released it would be {was}.",
        held=percent(found.held),
        n=number(found.newest, 0),
        width=width,
        was=was,
    )


def off_sentence(use_case: UseCase, off: float) -> str:
    """By how much what is found lies beside what is predicted, where the interval has moved away from the prediction."""
    amount = verbatim(target_value(use_case, abs(off), use_case.target.decimals))
    if off > 0:
        return t("Lately what is found lies about {amount} above the prediction.", amount=amount)
    return t("Lately what is found lies about {amount} below the prediction.", amount=amount)


def _places(use_case: UseCase, value: float) -> int:
    return 0 if value == int(value) and abs(value) >= 10 else use_case.target.decimals
