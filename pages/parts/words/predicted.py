"""What is predicted beside the risk: a class by its name, a value with its unit; and what counts as bad, in words."""

import math

from data.records import Prediction
from data.usecase.use_case import UseCase
from explainers.certainty.coverage import Followed, Sure
from models.numbers.quantities import places_of
from pages.parts.words.language import either, number, percent, plural, quantity, t
from pages.parts.words.verbatim import verbatim

MORE_LIKELY = 0.5
"""The risk from which on a reading is rather bad than good."""
MOST_NAMED = 4
"""Classes that cannot be ruled out up to which they are named."""
MOST_BAD = 3
"""Bad classes up to which they are named one by one."""


def bad_word(use_case: UseCase) -> str:
    """What the risk is a risk of: ``failure``, ``fault``, ``NOx above 80 mg/m³``."""
    label = use_case.target.label
    if use_case.task == "multiclass":
        return _bad_class(use_case)
    if use_case.task != "regression":
        return label
    low, high = use_case.value.allowed
    if low is None:
        return t("{label} above {limit}", label=label, limit=target_value(use_case, high))
    if high is None:
        return t("{label} below {limit}", label=label, limit=target_value(use_case, low))
    return t(
        "{label} outside {low}–{high}", label=label, low=quantity(low, _places(use_case, low)), high=target_value(use_case, high)
    )


def _bad_class(use_case: UseCase) -> str:
    """What classes that need a look have in common, by their own names: the one or the few that there are, or that it is not the one which is fine.
    The target's label is the name of a column there (``Defect type``), and says of nothing that it is bad."""
    target = use_case.classes
    if target.bad:
        return target.bad
    bad = [name for code, name in target.outcomes.items() if use_case.severity_of(code)]
    good = [name for code, name in target.outcomes.items() if not use_case.severity_of(code)]
    if len(bad) == 1:
        return bad[0]
    if len(good) == 1:
        return t("something other than {outcome}", outcome=good[0])
    return either(bad) if 1 < len(bad) <= MOST_BAD else t("a bad {label}", label=target.label)


def target_value(use_case: UseCase, value: float | None, places: int | None = None) -> str:
    """A regression's value with its unit: ``71.2 mg/m³``. A round limit is told without decimals; ``places``: with so many in any case."""
    unit = use_case.target.unit
    text = quantity(value, _places(use_case, value) if places is None else places)
    return f"{text}\u00a0{unit}" if unit else text


def predicted_text(use_case: UseCase, seen: Prediction) -> str:
    """The predicted class, or the value with its name: ``overheated``, ``NOx 71.2 mg/m³``; nothing for a binary task."""
    if seen.predicted is None or use_case.task == "binary":
        return ""
    if use_case.task == "multiclass":
        return use_case.target.outcomes.get(int(seen.predicted), str(int(seen.predicted)))
    return f"{use_case.target.label} {target_value(use_case, seen.predicted)}"


def told_as(use_case: UseCase, seen: Prediction, advised: bool) -> str:
    """What stands beside the state of a machine: the predicted class or value. Of advice no class that is fine, though it may be the likeliest single one."""
    if advised and use_case.task == "multiclass" and seen.predicted is not None and not use_case.failed([seen.predicted])[0]:
        return ""
    return predicted_text(use_case, seen)


def sure_sentences(use_case: UseCase, seen: Prediction, sure: Sure) -> str:
    """The predicted class or value, and what cannot be ruled out at the promised confidence."""
    said, confidence = predicted_text(use_case, seen), percent(sure.coverage)
    if use_case.task == "regression":
        assert sure.low is not None and sure.high is not None and seen.predicted is not None
        low, high = quantity(sure.low, use_case.value.decimals), target_value(use_case, sure.high)
        said, low, high = map(verbatim, (said, low, high))
        if not math.isfinite(sure.low) or not math.isfinite(sure.high):
            return t("**{said}** · too few readings were seen to promise an interval.", said=said)
        text = t("**{said}** · {low} to {high} at {confidence} confidence.", said=said, low=low, high=high, confidence=confidence)
        if sure.followed is None:
            return text
        lowest, highest = use_case.value.limits or (None, None)
        told = min(max(seen.predicted, -math.inf if lowest is None else lowest), math.inf if highest is None else highest)
        off = "" if sure.low <= told <= sure.high else off_sentence(use_case, (sure.low + sure.high) / 2 - told)
        return f"{text} {off} {followed_sentence(use_case, sure.followed)}"
    text = _sets_text(use_case, seen, sure, confidence)
    if not sure.few:
        return text
    names = verbatim(", ".join(use_case.target.outcomes[code] for code in sure.few))
    return f"{text} {t('Too few readings of {classes} were seen to rule that out for certain.', classes=names)}"


def _sets_text(use_case: UseCase, seen: Prediction, sure: Sure, confidence: str) -> str:
    """Which classes cannot be ruled out, said so that it goes on from the headline: where the two do not go together, that is what is said."""
    assert seen.predicted is not None
    own, codes = predicted_text(use_case, seen), sure.classes
    names = [use_case.target.outcomes[code] for code in codes]
    said = {"said": verbatim(own), "words": verbatim(", ".join(names)), "confidence": confidence}
    if not names:
        return t("Unusual for every class ({confidence} confidence); most like **{said}**.", **said)
    if all(bool(bad) != (seen.score >= MORE_LIKELY) for bad in use_case.failed(list(codes))):
        return t(
            "I don't know: by itself only **{words}** is plausible ({confidence} confidence), and that does not go with a risk of {risk}.",
            risk=percent(seen.score), **said,
        )  # fmt: skip
    if len(names) == 1 and codes[0] == int(seen.predicted):
        return t("Only one is plausible: **{said}** ({confidence} confidence).", **said)
    if len(names) == 1:
        return t(
            "Which one is not certain: most like **{said}**, yet only **{words}** is plausible ({confidence} confidence).", **said
        )
    if len(names) > MOST_NAMED:
        return t(
            "Which one is not certain: {n} of {all} are plausible ({confidence} confidence).",
            n=number(len(names), 0), all=number(len(use_case.target.outcomes), 0), confidence=confidence,
        )  # fmt: skip
    return t("Which one is not certain: each of these is plausible ({confidence} confidence): {words}.", **said)


def followed_sentence(use_case: UseCase, found: Followed) -> str:
    """What the truth that came in has done to an interval: how often it held, and how wide it has become."""
    width, was = (verbatim(target_value(use_case, one, use_case.value.decimals)) for one in (found.width, found.as_released))
    return plural(
        "The interval follows what is found: {held} of the last {n} value lay within. It is {width} wide; as released it would be {was}.",
        "The interval follows what is found: {held} of the last {n} values lay within. It is {width} wide; as released it would be {was}.",
        found.newest,
        held=percent(found.held),
        width=width,
        was=was,
    )


def off_sentence(use_case: UseCase, off: float) -> str:
    """By how much what is found lies beside what is predicted, where the interval has moved away from the prediction."""
    amount = verbatim(target_value(use_case, abs(off), use_case.value.decimals))
    if off > 0:
        return t("Lately what is found lies about {amount} above the prediction.", amount=amount)
    return t("Lately what is found lies about {amount} below the prediction.", amount=amount)


def _places(use_case: UseCase, value: float | None) -> int:
    if value is not None and math.isfinite(value) and value == int(value) and abs(value) >= 10:
        return min(places_of(value), 0)
    return use_case.value.decimals
