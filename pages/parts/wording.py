"""Reasons, states and flags in words: whole sentences of at most 25 words, with the plant's names and units.

"Together with", never "because": the model says what goes together, not what causes what.
"""

import re

from data.records import Case, Flag, FlagKind, FlagReason, Prediction, State, VerdictKind
from data.usecase import UseCase
from explainers.reasons import Reason, Shown
from pages.locale.pseudo import CODE as PSEUDO
from pages.parts.language import language, number, t
from pages.parts.predicted import bad_word, target_value
from pages.parts.theme import state_word


def value_text(use_case: UseCase, signal: str, value: float | str, more: int = 0) -> str:
    """A value with its unit and the signal's decimals (and ``more``): ``66.0 Nm``; a category with its meaning: ``L (low quality)``."""
    described = use_case.described(signal)
    if isinstance(value, str):
        meaning = getattr(described, "meaning", {}).get(value)
        return f"{value} ({meaning})" if meaning else value
    unit = getattr(described, "unit", "")
    text = number(value, getattr(described, "decimals", 1) + more)
    return f"{text}\u00a0{unit}" if unit else text  # a value never parts from its unit at the end of a line


def shown_text(use_case: UseCase, shown: Shown) -> str:
    """The value of a reason. One that is outside its band but would round to its edge gets the decimals that tell them apart."""
    decimals = getattr(use_case.described(shown.signal), "decimals", 1)
    if shown.band is None or shown.side not in ("below", "above"):
        return value_text(use_case, shown.signal, shown.value)
    edge = shown.band[0] if shown.side == "below" else shown.band[1]
    more = next((more for more in range(3) if round(shown.value, decimals + more) != round(edge, decimals + more)), 2)
    return value_text(use_case, shown.signal, shown.value, more)


def band_text(use_case: UseCase, shown: Shown) -> str:
    """A normal band: ``30–50``, with the signal's decimals where they say anything."""
    decimals = getattr(use_case.described(shown.signal), "decimals", 1)
    if all(edge == int(edge) for edge in shown.band):
        decimals = 0
    return f"{number(shown.band[0], decimals)}–{number(shown.band[1], decimals)}"


def label(use_case: UseCase, signal: str) -> str:
    """The plain name of a signal or derived feature, as it stands at the start of a sentence."""
    return use_case.described(signal).label


def group_label(use_case: UseCase, group: str) -> str:
    """The name of a group of features, which is told as one reason."""
    return use_case.groups[group].label if group in use_case.groups else group


def reason_sentence(use_case: UseCase, reason: Reason) -> str:
    """A reason in a sentence or two: the deviation from normal, and what it points to."""
    return f"{_deviation(use_case, reason.main)} {_meaning(use_case, reason)}".strip()


def reason_line(use_case: UseCase, reason: Reason) -> str:
    """A reason in one short line, for the board: ``Torque 66.0 Nm, normally 30–50; with tool wear 205 min``."""
    main = reason.main
    said = {"label": label(use_case, main.signal), "value": shown_text(use_case, main)}
    if reason.together:
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


def outlasts(use_case: UseCase, seen: Prediction) -> bool:
    """Whether a state outlasts its risk by its delay, so that it does not chatter. Not where there is no score."""
    return State(seen.state) is not State.NORMAL and seen.score < use_case.advice.possible.leave


def headline(use_case: UseCase, state: State, risk: str, over: bool = False) -> str:
    """What is predicted, as advice: ``likely failure, risk 82 %``. ``over``: the state outlasts its risk, so that it does not chatter."""
    target = bad_word(use_case)
    if State(state) is State.NORMAL:
        return t("no advice, risk of {target} {risk}", target=target, risk=risk)
    if over:
        return t("{word} {target} a moment ago, risk now {risk}", word=state_word(state), target=target, risk=risk)
    return t("{word} {target}, risk {risk}", word=state_word(state), target=target, risk=risk)


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
        lines.append(t("{reason} should not matter here.", reason=group_label(use_case, group)))
    if feedback.get("missing"):
        lines.append(t("Missing among the reasons: {what}", what=verbatim(feedback["missing"])))
    return "  \n".join(lines)


def verbatim(text: str) -> str:
    """What a person wrote, as it was written: Streamlit would read marks in it as Markdown, and fetch pictures it names."""
    return re.sub(r"([\\`*_\[\]<>#$~|])", r"\\\1", text)


def reasons_for(kind: FlagKind) -> tuple[FlagReason, ...]:
    """The flag reasons to choose from for a kind of flag."""
    own = {
        FlagKind.WRONG: (FlagReason.FALSE_ALARM, FlagReason.MISSED_PROBLEM, FlagReason.WRONG_CAUSE, FlagReason.WRONG_TIME),
        FlagKind.UNCLEAR: (FlagReason.NOT_UNDERSTOOD, FlagReason.NO_USE),
    }
    return (*own[FlagKind(kind)], FlagReason.BAD_DATA, FlagReason.OTHER)


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
    target = bad_word(use_case)
    if not reason.raises:
        return t("It lowers the risk of {target}.", target=target)
    other = reason.together[0] if reason.together else None
    beside = (
        {"other": inline(label(use_case, other.signal)), "at": value_text(use_case, other.signal, other.value)} if other else {}
    )
    if reason.points_to and other:
        return t("Together with {other} at {at} it points to {cause}.", cause=cause_text(use_case, reason.points_to), **beside)
    if reason.points_to:
        return t("It points to {cause}.", cause=cause_text(use_case, reason.points_to))
    if other:
        return t("Together with {other} at {at} it adds to the risk of {target}.", target=target, **beside)
    return t("It adds to the risk of {target}.", target=target)


_LOWERED = ("en", "nl", "sv", PSEUDO)


def inline(name: str) -> str:
    """A name inside a sentence: English, Dutch and Swedish write it small, unless it is an abbreviation."""
    return name[0].lower() + name[1:] if language() in _LOWERED and name[1:2].islower() else name
