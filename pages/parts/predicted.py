"""What is predicted beside the risk: a class by its name, a value with its unit; and what counts as bad, in words."""

from data.records import Prediction
from data.usecase import UseCase
from explainers.coverage import Sure
from pages.parts.language import number, percent, t

MOST_NAMED = 4
"""Classes that cannot be ruled out up to which they are named."""


def bad_word(use_case: UseCase) -> str:
    """What the risk is a risk of: ``failure``, ``fault``, ``NOx above 80 mg/m³``."""
    label = use_case.target.label
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


def target_value(use_case: UseCase, value: float) -> str:
    """A regression's value with its unit: ``71.2 mg/m³``. A round limit is told without decimals."""
    unit = use_case.target.unit
    text = number(value, _places(use_case, value))
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
        return t("**{said}** · {low} to {high} at {confidence} confidence.", said=said, low=low, high=high, confidence=confidence)
    words = [use_case.target.outcomes[code] for code in sure.classes]
    if len(words) == 1:
        return t("Only one is plausible: **{said}** ({confidence} confidence).", confidence=confidence, said=words[0])
    if len(words) > MOST_NAMED:
        return t(
            "I don't know: {n} of {all} are plausible ({confidence} confidence).",
            confidence=confidence,
            n=len(words),
            all=len(use_case.target.outcomes),
        )
    return t(
        "I don't know: several are plausible ({confidence} confidence): {words}.", confidence=confidence, words=", ".join(words)
    )


def _places(use_case: UseCase, value: float) -> int:
    return 0 if value == int(value) and abs(value) >= 10 else use_case.target.decimals
