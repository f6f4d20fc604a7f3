"""Roles and what they may do, in words."""

from data.people import Action, NotAllowed, Role, roles_of
from pages.parts.words.language import listed, t


def role_name(role: str) -> str:
    """A role in words."""
    return {
        Role.OPERATOR: t("operator"),
        Role.ENGINEER: t("engineer"),
        Role.DATA_SCIENTIST: t("data scientist"),
        Role.MANAGER: t("manager"),
        Role.ADMIN: t("administrator"),
    }[Role(role)]


def action_name(action: Action) -> str:
    """What may be done, as it ends a sentence that says who may not."""
    return {
        Action.FLAG: t("flag predictions"),
        Action.HAND_OVER: t("hand shifts over"),
        Action.REVIEW: t("review cases"),
        Action.TRAIN: t("train models"),
        Action.RELEASE: t("release models"),
        Action.SWITCH_AI: t("switch the AI off or on"),
        Action.ADD_USE_CASE: t("add lines"),
        Action.SET_CLOCK: t("say that the clock is right"),
        Action.SEE_REVIEW: t("see the review"),
        Action.SEE_MODEL: t("see the model"),
        Action.SEE_RELEASES: t("see releases"),
        Action.SEE_OVERVIEW: t("see the overview"),
    }.get(action) or str(action).replace("_", " ")


def refusal(error: NotAllowed) -> str:
    """Why somebody may not do something, and which roles may."""
    if error.action is None:
        return str(error)
    roles = listed([role_name(role) for role in roles_of(error.action)])
    if error.person is None:
        return t("Nobody has said who they are. Roles that may {what}: {roles}.", what=action_name(error.action), roles=roles)
    return t(
        "{name} ({role}) may not {what}. Roles that may: {roles}.",
        name=error.person.name,
        role=role_name(error.person.role),
        what=action_name(error.action),
        roles=roles,
    )
