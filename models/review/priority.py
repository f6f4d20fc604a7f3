"""Which case a reviewer should look at first: consequence times how much there is to learn from it, with its parts to be seen."""

from dataclasses import dataclass

from data.records import FlagKind, FlagReason
from data.usecase.use_case import UseCase


@dataclass(frozen=True, slots=True)
class Priority:
    """``consequence`` (1 to 5) x (``uncertainty`` + ``contradiction`` + ``novelty``), each of these 0 to 1."""

    consequence: int
    uncertainty: float
    contradiction: float
    novelty: float

    @property
    def value(self) -> float:
        """The product: the queue puts the older first among equals."""
        return self.consequence * (self.uncertainty + self.contradiction + self.novelty)


def priority(
    use_case: UseCase, score: float, kind: FlagKind | None, reason: FlagReason | None, novelty: float | None = None
) -> Priority:
    """The priority of what was said of a prediction (``kind`` ``None``: nobody said anything, it was drawn at random).

    Uncertainty is highest at a risk of one half. Contradiction is how sure the model was of what the person says is wrong: a
    sure false alarm or a sure miss teaches more than a hesitant one. Unclear explanations and bad data contradict by half.
    What the model did not know told no risk: it counts as one half. Novelty counts from half of the limit on, from which a reading is not in the training data (``novelty`` is over that limit).
    """
    if kind is None:
        return drawn_priority(use_case, score)
    if reason is FlagReason.FALSE_ALARM:
        contradiction = score
    elif reason is FlagReason.MISSED_PROBLEM:
        contradiction = 1 - score
    else:
        contradiction = 0.5 if kind is FlagKind.WRONG else 0.25
    if novelty is not None and novelty > 1:  # its risk was a guess, and nobody was told it
        score, contradiction = 0.5, 0.5
    new = min(max(2 * (novelty or 0.0) - 1, 0.0), 1.0)
    return Priority(use_case.consequence, 1 - abs(2 * score - 1), contradiction, new)


def drawn_priority(use_case: UseCase, score: float) -> Priority:
    """The priority of a prediction that nobody flagged: nobody contradicts it, and it must not stand before those that somebody waits for."""
    return Priority(use_case.consequence, (1 - abs(2 * score - 1)) / 2, 0.0, 0.0)
