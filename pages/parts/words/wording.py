"""Reasons, states and flags in words: whole sentences of at most 25 words, with the plant's names and units.

"Together with", never "because": the model says what goes together, not what causes what.
"""

from dataclasses import replace

from data.records import Case, Flag, FlagKind, FlagReason, VerdictKind
from data.usecase.use_case import UseCase
from explainers.local.reasons import Reason, Shown
from models.state.telling import Called
from pages.locale.pseudo import CODE as PSEUDO
from pages.parts.words.bands import edges, places
from pages.parts.words.language import language, quantity, t
from pages.parts.words.predicted import bad_word, target_value
from pages.parts.words.verbatim import verbatim


def value_text(use_case: UseCase, signal: str, value: float | str, more: int = 0) -> str:
    """A value with its unit and the signal's decimals (and ``more``): ``66.0 Nm``; a category with its meaning: ``L (low quality)``."""
    described = use_case.described(signal)
    if isinstance(value, str):
        meaning = getattr(described, "meaning", {}).get(value)
        return f"{value} ({meaning})" if meaning else value
    unit = getattr(described, "unit", "")
    text = quantity(value, getattr(described, "decimals", 1) + more)
    return f"{text}\u00a0{unit}" if unit else text  # a value never parts from its unit at the end of a line


def shown_text(use_case: UseCase, shown: Shown) -> str:
    """The value of a reason. One that is outside its band but would round to its edge gets the decimals that tell them apart."""
    described = use_case.described(shown.signal)
    usual = getattr(described, "decimals", 1)
    finer = places(described, shown.band) - usual
    if shown.band is None or isinstance(shown.value, str) or shown.side not in ("below", "above"):
        return value_text(use_case, shown.signal, shown.value, finer)
    value, edge = shown.value, shown.band[0] if shown.side == "below" else shown.band[1]
    tried = range(finer, finer + 3)
    more = next((more for more in tried if round(value, usual + more) != round(edge, usual + more)), finer + 2)
    return value_text(use_case, shown.signal, shown.value, more)


def band_text(use_case: UseCase, shown: Shown) -> str:
    """A normal band: ``30–50``, with as many decimals as say anything; ``−1.4 to 1.7`` where a dash would stand beside a minus."""
    assert shown.band is not None
    low, high = edges(use_case.described(shown.signal), shown.band)
    return t("{low} to {high}", low=low, high=high) if shown.band[0] < 0 else f"{low}–{high}"


def label(use_case: UseCase, signal: str) -> str:
    """The plain name of a signal or derived feature, as it stands at the start of a sentence."""
    return use_case.described(signal).label


def group_label(use_case: UseCase, group: str) -> str:
    """The name of a group of features, which is told as one reason."""
    return use_case.groups[group].label if group in use_case.groups else group


MOST_WORDS = 25


def reason_sentence(use_case: UseCase, reason: Reason) -> str:
    """A reason in a sentence or two: the deviation from normal, and what it points to. What goes together with it is left out where that is too long."""
    said = f"{_deviation(use_case, reason.main)} {_meaning(use_case, reason)}".strip()
    if reason.together and len(said.split()) > MOST_WORDS:
        return reason_sentence(use_case, replace(reason, together=()))
    return said


def reason_line(use_case: UseCase, reason: Reason) -> str:
    """A reason in one short line, for the board: ``Torque 66.0 Nm, normally 30–50; with tool wear 205 min``."""
    main = reason.main
    said = {"label": label(use_case, main.signal), "value": shown_text(use_case, main)}
    if reason.together and reason.adds:
        other = reason.together[0]
        beside = {"other": inline(label(use_case, other.signal)), "at": value_text(use_case, other.signal, other.value)}
        if main.band:
            return t("{label} {value}, normally {band}; with {other} {at}", band=band_text(use_case, main), **said, **beside)
        return t("{label} {value}; with {other} {at}", **said, **beside)
    if main.band:
        return t("{label} {value}, normally {band}", band=band_text(use_case, main), **said)
    return t("{label} {value}", **said)


def outside_text(use_case: UseCase, shown: Shown) -> str:
    """A value outside the range of its rule, short: ``Power 9.4 kW, by rule 3.5–9.0``."""
    said = {"label": label(use_case, shown.signal), "value": shown_text(use_case, shown), "band": band_text(use_case, shown)}
    return t("{label} {value}, by rule {band}", **said)


def cause_text(use_case: UseCase, cause: str | None) -> str:
    """A failure mode in words."""
    return use_case.target.causes.get(cause, cause) if cause else t("cause not known")


def outcome_text(use_case: UseCase, outcome: float, cause: str | None = None) -> str:
    """What was found: ``failure (overstrain failure)`` or ``no failure``."""
    if use_case.task == "regression":
        return target_value(use_case, outcome)
    word = use_case.target.outcomes.get(int(outcome), str(outcome))
    return t("{outcome} ({cause})", outcome=word, cause=cause_text(use_case, cause)) if cause else word


def flag_kind(kind: FlagKind) -> str:
    """What was said of a prediction."""
    return {FlagKind.AGREE: t("agreed"), FlagKind.WRONG: t("wrong"), FlagKind.UNCLEAR: t("unclear")}[FlagKind(kind)]


def flag_reason(reason: FlagReason | None) -> str:
    """Why it was flagged, in the operator's words."""
    if reason is None:
        return ""
    return {
        FlagReason.FALSE_ALARM: t("False alarm: the machine is fine"),
        FlagReason.MISSED_PROBLEM: t("Missed problem: something is wrong here"),
        FlagReason.WRONG_CAUSE: t("Real problem, but wrong cause or part"),
        FlagReason.WRONG_TIME: t("Wrong time or severity"),
        FlagReason.NOT_UNDERSTOOD: t("I don't understand the explanation"),
        FlagReason.NO_USE: t("Correct, but no use to me"),
        FlagReason.BAD_DATA: t("Bad data: sensor, changeover, cleaning, planned stop"),
        FlagReason.OTHER: t("Something else"),
    }[FlagReason(reason)]


def case_said(case: Case) -> str:
    """What was said of a case's reading, or that nobody said anything."""
    if case.kind is None:
        return t("drawn at random: nobody flagged it")
    return f"{flag_kind(case.kind)}: {flag_reason(case.reason)}"


def own_words(use_case: UseCase, flag: Flag) -> str:
    """What a person added to a flag: the comment, and what it says of the reasons themselves, a line each."""
    feedback = flag.snapshot.get("feedback", {})
    lines = [verbatim(flag.comment)] if flag.comment else []
    for group in feedback.get("should_not_matter", []):
        lines.append(t("{reason} should not matter here.", reason=verbatim(group_label(use_case, group))))
    if feedback.get("missing"):
        lines.append(t("Missing among the reasons: {what}", what=verbatim(feedback["missing"])))
    return "  \n".join(lines)


def reasons_for(kind: FlagKind, called: Called | None = None) -> tuple[FlagReason, ...]:
    """The flag reasons to choose from for a kind of flag; of what is told of a reading (``called``) only those that can be true of it: advice has
    missed nothing, and where none was given nothing was a false alarm."""
    pointless = None if called is None else {
        Called.LIKELY: FlagReason.MISSED_PROBLEM, Called.POSSIBLE: FlagReason.MISSED_PROBLEM, Called.RETURNED: FlagReason.MISSED_PROBLEM,
        Called.NORMAL: FlagReason.FALSE_ALARM,
    }.get(called)  # fmt: skip
    own = {
        FlagKind.WRONG: (FlagReason.FALSE_ALARM, FlagReason.MISSED_PROBLEM, FlagReason.WRONG_CAUSE, FlagReason.WRONG_TIME),
        FlagKind.UNCLEAR: (FlagReason.NOT_UNDERSTOOD, FlagReason.NO_USE),
    }
    return tuple(reason for reason in (*own[FlagKind(kind)], FlagReason.BAD_DATA, FlagReason.OTHER) if reason is not pointless)


def verdict_word(kind: VerdictKind) -> str:
    """What a reviewer found."""
    return {
        VerdictKind.MODEL_WRONG: t("The model was wrong"),
        VerdictKind.MODEL_RIGHT: t("The model was right"),
        VerdictKind.REASON_WRONG: t("Right, for a wrong reason"),
        VerdictKind.BAD_DATA: t("Bad data"),
        VerdictKind.CANNOT_TELL: t("Cannot tell yet"),
    }[VerdictKind(kind)]


def _deviation(use_case: UseCase, main: Shown) -> str:
    said = {"label": label(use_case, main.signal), "value": shown_text(use_case, main)}
    if main.band is None or main.side == "unknown":
        return t("{label} is {value}.", **said)
    unit = getattr(use_case.described(main.signal), "unit", "")
    band = band_text(use_case, main) + (f"\u00a0{unit}" if unit else "")
    if main.side == "within":
        return t("{label} is {value}, within its normal {band}.", band=band, **said)
    return t("{label} is {value}; normally {band} on this machine.", band=band, **said)


def _meaning(use_case: UseCase, reason: Reason) -> str:
    """What the reason does, in the direction of its own number: to the risk, to the value, or for and against a class."""
    other = reason.together[0] if reason.together and reason.adds else None
    beside = (
        {"other": inline(label(use_case, other.signal)), "at": value_text(use_case, other.signal, other.value)} if other else {}
    )
    if reason.points_to and other:
        return t("Together with {other} at {at} it points to {cause}.", cause=cause_text(use_case, reason.points_to), **beside)
    if reason.points_to:
        return t("It points to {cause}.", cause=cause_text(use_case, reason.points_to))
    if reason.of is not None:
        said = outcome_text(use_case, reason.of)
        return (
            t("It points to “{outcome}”.", outcome=said) if reason.raises else t("It speaks against “{outcome}”.", outcome=said)
        )
    if use_case.task == "regression":
        return _of_a_value(use_case, reason, beside)
    target = bad_word(use_case)
    if not reason.raises:
        return t("It lowers the risk of {target}.", target=target)
    if other:
        return t("Together with {other} at {at} it adds to the risk of {target}.", target=target, **beside)
    return t("It adds to the risk of {target}.", target=target)


def _of_a_value(use_case: UseCase, reason: Reason, beside: dict[str, str]) -> str:
    """Of a value the reasons are of the value itself: the limit may lie above or below it."""
    name = inline(use_case.target.label)
    if reason.raises:
        if beside:
            return t("Together with {other} at {at} it raises {name}.", name=name, **beside)
        return t("It raises {name}.", name=name)
    if beside:
        return t("Together with {other} at {at} it lowers {name}.", name=name, **beside)
    return t("It lowers {name}.", name=name)


_LOWERED = ("en", "nl", "sv", PSEUDO)


def inline(name: str) -> str:
    """A name inside a sentence: English, Dutch and Swedish write it small, unless it is an abbreviation."""
    return name[0].lower() + name[1:] if language() in _LOWERED and name[1:2].islower() else name
