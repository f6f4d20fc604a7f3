"""What every store refuses of what people say was true: something that the task does not have would count as a good outcome, or as none."""

from data.outcomes import classes, known_outcomes
from data.sentence import Sentence
from data.store.contract.errors import NotFound
from data.usecase.use_case import UseCase


def require_outcome(use_case: UseCase, case: int, outcome: float, cause: str | None = None) -> None:
    """What a person says of a case must be something that its task has.

    Raises:
        NotFound: a class or a cause that the use case does not name, no finite number, or a value where it can never lie.
    """
    name, label, causes = use_case.name, use_case.target.label, use_case.target.causes
    if not known_outcomes(use_case, [outcome])[0]:
        if use_case.task == "regression":
            raise NotFound(
                "Case {case}: {label} cannot be {outcome}. Write a finite number.", case=case, label=label, outcome=outcome
            )
        known = classes(use_case)
        raise NotFound(
            "Case {case}: {name} has no outcome {outcome}. Write one of {known}.",
            case=case,
            name=name,
            outcome=outcome,
            known=known,
        )
    low, high = (use_case.value.limits if use_case.task == "regression" else None) or (None, None)
    if low is not None and outcome < low:
        raise NotFound(
            "Case {case}: {label} cannot be {outcome}. Write a number from {low} on.",
            case=case,
            label=label,
            outcome=outcome,
            low=low,
        )
    if high is not None and outcome > high:
        raise NotFound(
            "Case {case}: {label} cannot be {outcome}. Write a number up to {high}.",
            case=case,
            label=label,
            outcome=outcome,
            high=high,
        )
    if cause is not None and cause not in causes:
        known = ", ".join(causes) or Sentence("none")
        raise NotFound(
            "Case {case}: {name} has no cause {cause}. Write one of these, or leave it out: {known}.",
            case=case,
            name=name,
            cause=repr(cause),
            known=known,
        )


def require_answer(use_case: UseCase, asset: str, outcome: float, cause: str | None = None) -> None:
    """The same of what a person says of a row of the history.

    Raises:
        NotFound: as :func:`require_outcome`.
    """
    name, label, causes = use_case.name, use_case.target.label, use_case.target.causes
    if not known_outcomes(use_case, [outcome])[0]:
        if use_case.task == "regression":
            raise NotFound(
                "{asset}: {label} cannot be {outcome}. Write a finite number.", asset=asset, label=label, outcome=outcome
            )
        known = classes(use_case)
        raise NotFound(
            "{asset}: {name} has no outcome {outcome}. Write one of {known}.",
            asset=asset,
            name=name,
            outcome=outcome,
            known=known,
        )
    if cause is not None and cause not in causes:
        known = ", ".join(causes) or Sentence("none")
        raise NotFound(
            "{asset}: {name} has no cause {cause}. Write one of these, or leave it out: {known}.",
            asset=asset,
            name=name,
            cause=repr(cause),
            known=known,
        )
