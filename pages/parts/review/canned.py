"""Answers that a reviewer may tap instead of writing one. Each says only what the verdict itself does: nothing of what a data scientist may
choose later, of a correction that may be held back, or of what somebody else would have to do."""

from data.records import Case, VerdictKind
from data.usecase.use_case import UseCase
from pages.parts.review.verdict_details import Found
from pages.parts.words.language import t


def canned(use_case: UseCase, case: Case, kind: VerdictKind, found: Found, confirmed: bool) -> list[str]:
    """What may be answered to who flagged. ``confirmed``: an inspection has found what the prediction said."""
    if not case.flags:  # drawn at random: nobody waits for an answer, it stays on record
        return [t("Looked at, drawn at random.")]
    if kind is VerdictKind.MODEL_WRONG:
        return [t("You were right, thank you: the case is corrected."), t("The prediction was wrong, and is on record as wrong.")]
    if kind is VerdictKind.MODEL_RIGHT:
        right = [t("We checked: the prediction was right.")]
        return [*right, t("An inspection has found what the prediction said.")] if confirmed else right
    if kind is VerdictKind.REASON_WRONG:
        return [t("The prediction was right, its reason was not. That is on record.")]
    if kind is VerdictKind.BAD_DATA:
        return [t("The data was bad, and is on record as bad.")]
    if found.about.asks == "lab_value":
        return [t("We cannot tell yet: the case waits for a laboratory value.")]
    return [t("We cannot tell yet: the case waits for an inspection.")]
