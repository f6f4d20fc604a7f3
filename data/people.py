"""Who may do what. Roles, the pages each role sees and the actions it may take.

The screens hide what a role may not do, and every action checks again with :func:`require`: a hidden button is not
authorization.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from functools import wraps
from inspect import signature
from typing import Concatenate, ParamSpec, Protocol, TypeVar, cast, overload

from data.errors import PullcordError
from data.records import Person

P = ParamSpec("P")
R = TypeVar("R")


class Role(StrEnum):
    """What somebody is in the plant."""

    OPERATOR = "operator"
    ENGINEER = "engineer"
    DATA_SCIENTIST = "data_scientist"
    MANAGER = "manager"
    ADMIN = "admin"


class Action(StrEnum):
    """What may be done. Reading the board needs none of these."""

    FLAG = "flag"
    ACKNOWLEDGE = "acknowledge"
    SHELVE = "shelve"
    HAND_OVER = "hand_over"
    REVIEW = "review"
    TRAIN = "train"
    RELEASE = "release"
    SWITCH_AI = "switch_ai"
    ADD_USE_CASE = "add_use_case"
    SET_CLOCK = "set_clock"
    SEE_REVIEW = "see_review"
    SEE_MODEL = "see_model"
    SEE_RELEASES = "see_releases"
    SEE_OVERVIEW = "see_overview"


_MAY: dict[Role, frozenset[Action]] = {
    Role.OPERATOR: frozenset({Action.FLAG, Action.ACKNOWLEDGE, Action.SHELVE, Action.HAND_OVER}),
    Role.ENGINEER: frozenset(
        {
            Action.FLAG,
            Action.ACKNOWLEDGE,
            Action.SHELVE,
            Action.HAND_OVER,
            Action.REVIEW,
            Action.SWITCH_AI,
            Action.ADD_USE_CASE,
            Action.SET_CLOCK,
            Action.SEE_REVIEW,
            Action.SEE_MODEL,
            Action.SEE_RELEASES,
            Action.SEE_OVERVIEW,
        }
    ),
    Role.DATA_SCIENTIST: frozenset(Action) - {Action.HAND_OVER, Action.SET_CLOCK},
    Role.MANAGER: frozenset({Action.SEE_OVERVIEW, Action.SEE_MODEL, Action.SEE_RELEASES}),
    Role.ADMIN: frozenset(Action),
}


class NotAllowed(PullcordError, PermissionError):
    """Somebody tried what their role does not permit; the message says so in plain words. ``person`` and ``action`` say it in parts, for a
    screen in another language."""

    def __init__(self, template: str, /, *, person: Person | None = None, action: Action | None = None, **places: object) -> None:
        super().__init__(template, **places)
        self.person, self.action = person, action


def roles_of(action: Action) -> tuple[Role, ...]:
    """The roles that may do ``action``."""
    return tuple(role for role in Role if action in _MAY[role])


def may(person: Person | None, action: Action) -> bool:
    """Whether ``person`` (``None``: nobody has said who they are) may do ``action``."""
    return person is not None and person.active and action in _MAY.get(Role(person.role), frozenset())


def require(person: Person | None, action: Action) -> Person:
    """The person, if they may do ``action``.

    Raises:
        NotAllowed: with who, what, and which roles may.
    """
    if person is not None and may(person, action):
        return person
    roles = ", ".join(role.replace("_", " ") for role in roles_of(action))
    what = action.replace("_", " ")
    if person is None:
        raise NotAllowed("Nobody has said who they are. Roles that may {what}: {roles}.", action=action, what=what, roles=roles)
    raise NotAllowed(
        "{name} ({role}) may not {what}. Roles that may: {roles}.",
        person=person,
        action=action,
        name=person.name,
        role=person.role.replace("_", " "),
        what=what,
        roles=roles,
    )


VERBS: list[Callable] = []
"""Everything that people may do, as they are found: each has its ``action``."""


class MakesVerb(Protocol):
    """What :func:`verb` gives: of a function that takes a person first it makes one that nobody (``None``) may be handed to; others stay as they are."""

    @overload
    def __call__(self, done: Callable[Concatenate[Person, P], R], /) -> Callable[Concatenate[Person | None, P], R]: ...
    @overload
    def __call__(self, done: Callable[P, R], /) -> Callable[P, R]: ...


def verb(action: Action) -> MakesVerb:
    """What makes a function a verb: its argument ``person`` (who does it, ``None``: nobody has said who they are) is refused unless the role may ``action``.

    Everything that changes what others see is one, whatever asks for it: a screen, a command, the demo. So permissions are checked in one place.
    """

    def made(done: Callable[P, R]) -> Callable[P, R]:
        told = signature(done)
        assert "person" in told.parameters, f"{done.__name__} does not say who does it"

        @wraps(done)
        def asked(*given: P.args, **named: P.kwargs) -> R:
            bound = told.bind(*given, **named)
            bound.arguments["person"] = require(bound.arguments["person"], action)
            return done(*bound.args, **bound.kwargs)

        asked.action = action  # pyright: ignore[reportAttributeAccessIssue]  # a function bears what it is for
        VERBS.append(asked)
        return asked

    return cast(MakesVerb, made)


_FOUNDED = datetime(2026, 1, 1, tzinfo=UTC)

DEMO_PEOPLE: tuple[Person, ...] = (
    Person("olga", "Olga Berg", Role.OPERATOR, "Area A", since=_FOUNDED),
    Person("omar", "Omar Haddad", Role.OPERATOR, "Area C", since=_FOUNDED),
    Person("erik", "Erik Lund", Role.ENGINEER, since=_FOUNDED),
    Person("dana", "Dana Kim", Role.DATA_SCIENTIST, since=_FOUNDED),
    Person("maria", "Maria Rossi", Role.MANAGER, since=_FOUNDED),
    Person("adam", "Adam Novak", Role.ADMIN, since=_FOUNDED),
)
"""The identities that a first start puts into an empty store, to choose from until a real sign-in is configured."""
