"""What would change a prediction, how sure it is and what is new about it, in whole sentences. Advice, never a command."""

import math

from data.usecase.use_case import UseCase
from explainers.certainty.certainty import WIDE, Certainty
from explainers.certainty.novelty import Outside
from explainers.local.counterfactual import Change, Counterfactual
from models.release.memory import PastCase
from pages.parts.words.language import number, percent, quantity, t
from pages.parts.words.predicted import bad_word
from pages.parts.words.wording import inline, label, outcome_text, value_text


def change_sentence(use_case: UseCase, found: Counterfactual) -> str:
    """One way to bring the risk down: ``With torque at 52.0 Nm or less the risk would be below 5 %.``"""
    risk = below(found.risk)
    if len(found.changes) == 2:
        return _two(use_case, found.changes, risk)
    change = found.changes[0]
    action = _action(use_case, change)
    if action:
        return t("With {action} the risk would be {risk}.", action=action, risk=risk)
    name = inline(label(use_case, change.signal))
    said = {"name": name, "value": value_text(use_case, change.signal, change.value), "risk": risk}
    if change.open_low and change.high < change.before:
        return t("With {name} at {value} or less the risk would be {risk}.", **said)
    if change.open_high and change.low > change.before:
        return t("With {name} at {value} or more the risk would be {risk}.", **said)
    if change.low < change.high:
        low = _number(use_case, change.signal, change.low)
        high = value_text(use_case, change.signal, change.high)
        return t("With {name} between {low} and {high} the risk would be {risk}.", name=name, low=low, high=high, risk=risk)
    return t("With {name} at {value} the risk would be {risk}.", **said)


def below(risk: float) -> str:
    """The next whole per cent above a risk: ``below 5 %``. Of a risk that it is not under, nothing is promised."""
    return t("below {risk}", risk=percent(min(math.floor(100 * risk + 1e-9) + 1, 100) / 100))


def certainty_sentence(use_case: UseCase, sure: Certainty) -> str:
    """How often such a risk came true, where the model has seen enough of them to say so."""
    low, high, target = percent(sure.low), percent(sure.high), bad_word(use_case)
    if sure.high - sure.low >= WIDE:
        return t("Too few readings like this were seen to say how often it is right.")
    if low == high or low.startswith(">"):
        return t("Of readings with such a risk, {share} ended in {target}.", share=low, target=target)
    if sure.low < 0.005:
        return t("Of readings with such a risk, at most {high} ended in {target}.", high=high.lstrip("<"), target=target)
    low = low.rsplit("\u202f", 1)[0]
    return t("Of readings with such a risk, {low}–{high} ended in {target}.", low=low, high=high, target=target)


def outcomes_sentence(use_case: UseCase, sure: Certainty) -> str:
    """Which outcomes cannot be ruled out; more than one, or none, is "I don't know". So is one where another one is so much more common that such a
    reading may be of it all the same."""
    confidence = percent(sure.coverage)
    if len(sure.outcomes) == 1 and sure.common and sure.high - sure.low < WIDE:
        return t(
            "I don't know: it looks unlike {other}, yet such risks end in that too often to rule it out ({confidence} confidence).",
            confidence=confidence,
            other=outcome_text(use_case, sure.common[0]),
        )
    if sure.knows and not sure.outcomes:
        return t(
            "Only one outcome is plausible, though such a risk is unusual even for it: {outcome} ({confidence} confidence).",
            confidence=confidence,
            outcome=outcome_text(use_case, sure.common[0]),
        )
    if sure.knows:
        return t(
            "Only one outcome is plausible: {outcome} ({confidence} confidence).",
            confidence=confidence,
            outcome=outcome_text(use_case, sure.outcomes[0]),
        )
    if sure.outcomes or sure.common:
        return t("I don't know: either outcome is plausible ({confidence} confidence).", confidence=confidence)
    return t("I don't know: neither outcome is plausible ({confidence} confidence).", confidence=confidence)


def promise_sentences(use_case: UseCase, sure: Certainty) -> list[str]:
    """How exactly the promise is known, for each outcome: few readings of it leave a margin."""
    if not sure.exact:
        return [t("This release was made before each outcome was kept as promised: it leaves more open than it promises.")]
    said = []
    for outcome, ((low, high), rows) in enumerate(zip(sure.margin, sure.rows, strict=True)):
        told = {"outcome": outcome_text(use_case, outcome), "n": number(rows, 0)}
        if low == high:
            said.append(t("Too few readings that ended in {outcome} were seen ({n}): it is never ruled out.", **told))
        else:
            ends = {"low": percent(low, 1), "high": percent(high, 1)}
            said.append(
                t(
                    "Of readings that end in {outcome}, {low} to {high} are left open as that: learned from {n} of them.",
                    **told,
                    **ends,
                )
            )
    return said


def outside_sentence(use_case: UseCase, found: Outside) -> str:
    """One value that lies beyond all training data."""
    name, value = label(use_case, found.feature), value_text(use_case, found.feature, found.value)
    edge = found.low if found.value < found.low else found.high
    return t(
        "{name} is {value}; the training data ends at {edge}.",
        name=name,
        value=value,
        edge=value_text(use_case, found.feature, edge),
    )


def past_outcome(use_case: UseCase, case: PastCase) -> str:
    """What was found then: ``failure (overstrain failure)``."""
    return outcome_text(use_case, case.outcome, case.cause)


def found_by(case: PastCase) -> str:
    """Who found it."""
    return {"inspection": t("found by inspection"), "review": t("decided in review")}.get(
        case.found_by, t("from the training history")
    )


def _two(use_case: UseCase, changes: tuple[Change, ...], risk: str) -> str:
    (action, other), (first, second) = _actions_first(use_case, changes)
    name, value = inline(label(use_case, second.signal)), value_text(use_case, second.signal, second.value)
    if action and other:
        return t("With {action} and {other} the risk would be {risk}.", action=action, other=other, risk=risk)
    if action:
        return t(
            "With {action} and {name} at {value} the risk would be {risk}.", action=action, name=name, value=value, risk=risk
        )
    return t(
        "With {first} at {at} and {name} at {value} the risk would be {risk}.",
        first=inline(label(use_case, first.signal)),
        at=value_text(use_case, first.signal, first.value),
        name=name,
        value=value,
        risk=risk,
    )


def _actions_first(use_case: UseCase, changes: tuple[Change, ...]) -> tuple[list[str], list[Change]]:
    ordered = sorted(changes, key=lambda change: not _action(use_case, change))
    return [_action(use_case, change) for change in ordered], ordered


def _action(use_case: UseCase, change: Change) -> str:
    """The plant's own words for a change to the only permitted value."""
    signal = use_case.signals[change.signal]
    return signal.action if signal.actionable and signal.actionable[0] == signal.actionable[1] else ""


def _number(use_case: UseCase, signal: str, value: float) -> str:
    return quantity(value, use_case.signals[signal].decimals)
