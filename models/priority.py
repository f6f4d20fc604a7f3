"""Which case a reviewer should look at first: consequence times how much there is to learn from it."""

from data.records import FlagKind, FlagReason
from data.usecase import UseCase


def priority(use_case: UseCase, score: float, kind: FlagKind, reason: FlagReason | None) -> float:
    """Consequence x (uncertainty + contradiction); the queue puts the older first among equals.

    Uncertainty is highest at a risk of one half. Contradiction is how sure the model was of what the person says is wrong: a
    sure false alarm or a sure miss teaches more than a hesitant one. Unclear explanations and bad data contradict by half.
    """
    uncertainty = 1 - abs(2 * score - 1)
    if reason is FlagReason.FALSE_ALARM:
        contradiction = score
    elif reason is FlagReason.MISSED_PROBLEM:
        contradiction = 1 - score
    else:
        contradiction = 0.5 if kind is FlagKind.WRONG else 0.25
    return use_case.consequence * (uncertainty + contradiction)
