"""When the person looking last looked at a board: on whatever screen where somebody is signed in, in this browser's session otherwise."""

from datetime import timedelta

from data.records import Look
from data.usecase.use_case import UseCase
from pages.parts.remembered.visit import visit
from pages.parts.shell import session
from pages.parts.shell.identity import who

AWAY = timedelta(minutes=2)
"""A shorter break belongs to the same look: somebody has opened a prediction and comes back."""
_NOTE = timedelta(seconds=15)  # how often it is noted that somebody still looks


def look_at(use_case: UseCase) -> Look:
    """Note that somebody looks at the board of a use case, and give the look that this belongs to."""
    now, person = session.now(), who()
    looks, key = visit().record.looks, (use_case.name, person.id if person else "")
    last = looks.get(key)
    if last is not None and now - last[0] < _NOTE:
        return last[1]
    if person is not None:
        look = session.store().attention.look(person.id, f"board:{use_case.name}", AWAY.total_seconds())
    elif last is None:
        look = Look(now, None)
    elif now - last[0] > AWAY:
        look = Look(now, last[0])
    else:
        look = last[1]
    looks[key] = (now, look)
    return look
