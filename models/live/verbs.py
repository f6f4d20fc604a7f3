"""What people do with lines: bring one from a table, start it. Each verb checks the role itself."""

from pathlib import Path

import pandas as pd

from data.onboarding.create import write
from data.onboarding.profile import Profile
from data.onboarding.uploads import Given, keep
from data.people import Action, verb
from data.records import Person
from data.settings import Settings
from models.live.keeping import KeptLine, start_line


@verb(Action.ADD_USE_CASE)
def keep_table(person: Person, home: Path, name: str, content: bytes | memoryview, digest: str) -> Given:
    """Keep a table that somebody brings, among their own. Raises NotAllowed, OnboardingError."""
    return keep(home, person.id, name, content, digest)


@verb(Action.ADD_USE_CASE)
def add_line(person: Person, table: pd.DataFrame, profile: Profile, name: str, told: str, home: Path) -> Path:
    """Write a use case from a table. ``told``: what the table was called. Raises NotAllowed, OnboardingError, OSError."""
    return write(table, profile, name, told, home)


@verb(Action.ADD_USE_CASE)
def watch_line(person: Person, settings: Settings, line: KeptLine) -> None:
    """Have its table replayed live, from every start on. Raises NotAllowed, PullcordError."""
    start_line(settings, line)
