"""What goes on about a machine that needs a look: it has been flagged, somebody looks into it, it was answered. By role, never by name."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from data.records import AssetState, Case, CaseOrigin, CaseState, Spell, State
from data.usecase.use_case import UseCase
from pages.parts.remembered.kept import kept
from pages.parts.shell import session
from pages.parts.shell.line_now import line_now
from pages.parts.words.language import clock, language, t
from pages.parts.words.roles import role_name
from pages.parts.words.wording import verdict_word

FLAGGED, IN_REVIEW, ANSWERED = "flagged", "in_review", "answered"


def going_on(use_case: UseCase, states: Sequence[AssetState], past: Mapping[str, Spell]) -> dict[str, tuple[str, str]]:
    """By asset: a few words, and how it is marked in short. Only what is about the time since it has needed a look.

    Args:
        states: the newest of each asset.
        past: what came and went unseen.
    """
    since = {asset: spell.start for asset, spell in past.items()}
    for state in states:
        asset = state.prediction.asset
        if state.unknown or state.prediction.state != State.NORMAL:
            since[asset] = min(since.get(asset, state.since), state.since)
    if not since:
        return {}
    found: dict[str, tuple[str, str]] = {}
    for case, read in line_now(use_case).cases:
        drawn = case.origin is CaseOrigin.SAMPLE and not case.flags  # nobody has said anything of it
        if case.asset in since and case.asset not in found and read >= since[case.asset] and not drawn:
            found[case.asset] = _of(
                session.settings().store_path,
                language(),
                case.id,
                case.state,
                case.claimed_by,
                case.flags,
                use_case=use_case,
                case=case,
            )
    return found


@kept(256)
def _of(
    path: Path, language: str, number: int, state: CaseState, by: str | None, flags: int, *, use_case: UseCase, case: Case
) -> tuple[str, str]:
    feedback = session.store().feedback
    if case.state is CaseState.CLAIMED:
        return t("Being looked at ({role})", role=_role(by)), IN_REVIEW
    if case.state in (CaseState.SECOND, CaseState.DISPUTED):
        return t("In review: waits for a second opinion"), IN_REVIEW
    if case.state is CaseState.WAITING:
        return t("In review: waits for an inspection"), IN_REVIEW
    if case.state is CaseState.DECIDED and (verdict := feedback.findings([case.id]).get(case.id)):
        said = {"role": _role(verdict.person), "verdict": verdict_word(verdict.kind)}
        return t("Answered ({role}): {verdict}", **said), ANSWERED
    newest = next((flag for flag in reversed(feedback.case_flags(case.id)) if flag.withdrawn is None), None)
    at = newest.raised if newest and newest.raised else case.opened
    role = _role(newest.person if newest else None)
    return t("Flagged {at} ({role})", at=clock(at, use_case.timezone, seconds=False), role=role), FLAGGED


def _role(person: str | None) -> str:
    """Somebody's role; of one whom the record does not know any more, nothing more than that."""
    known = session.store().people.get(person) if person else None
    return role_name(known.role) if known else t("somebody")
