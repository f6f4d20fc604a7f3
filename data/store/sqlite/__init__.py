"""The embedded store: one SQLite file, through sqlite-utils. SQL lives in this folder and nowhere else."""

from pathlib import Path

from data.store.contract import StoreError
from data.store.sqlite.attention import SQLiteAttention
from data.store.sqlite.audit import SQLiteAudit
from data.store.sqlite.clock import SQLiteClock
from data.store.sqlite.connection import Connections
from data.store.sqlite.feedback.drafts import SQLiteDrafts
from data.store.sqlite.feedback.findings import SQLiteFindings
from data.store.sqlite.feedback.flags import SQLiteFeedback
from data.store.sqlite.feedback.held_answers import SQLiteHeldAnswers
from data.store.sqlite.files import damage_of
from data.store.sqlite.handovers import SQLiteHandovers
from data.store.sqlite.jobs import SQLiteJobs
from data.store.sqlite.migrations import migrate
from data.store.sqlite.naming import SQLiteNaming
from data.store.sqlite.people import SQLitePeople
from data.store.sqlite.plant.readings import SQLiteReadings
from data.store.sqlite.plant.shadows import SQLiteShadows
from data.store.sqlite.releases import SQLiteReleases
from data.store.sqlite.workers import SQLiteWorkers


class SQLiteStore:
    """A :class:`data.store.contract.Store` in the file ``path``."""

    def __init__(self, path: Path) -> None:
        path = Path(path)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(
                "The folder of {path} cannot be made ({strerror}): name another home, PULLCORD_HOME=/path.",
                path=path,
                strerror=error.strerror,
            ) from None
        self._c = Connections(path)
        migrate(self._c)
        self.clock = SQLiteClock(self._c)
        self.readings = SQLiteReadings(self._c)
        self.feedback = SQLiteFeedback(self._c, self.readings.layout)
        self.findings = SQLiteFindings(self._c, self.readings.layout)
        self.attention = SQLiteAttention(self._c)
        self.handovers = SQLiteHandovers(self._c)
        self.drafts = SQLiteDrafts(self._c)
        self.held_answers = SQLiteHeldAnswers(self._c, self.readings.layout)
        self.releases = SQLiteReleases(self._c)
        self.shadows = SQLiteShadows(self._c)
        self.jobs = SQLiteJobs(self._c)
        self.people = SQLitePeople(self._c)
        self.workers = SQLiteWorkers(self._c)
        self.audit = SQLiteAudit(self._c)
        self.naming = SQLiteNaming(self._c)

    def check(self) -> str:
        """SQLite's integrity check: ``ok`` or what is wrong, even where the damage keeps it from looking further."""
        try:
            return "; ".join(row[0] for row in self._c.rows("PRAGMA integrity_check"))
        except StoreError as error:
            return str(error)

    def examine(self) -> None:
        if damage := damage_of(self._c.path, still=False):
            raise StoreError(
                "The store {path} is damaged ({damage}). Stop Pullcord, move {parent} aside, and restore the newest backup: python "
                "-m data.backup list tells which there are.",
                path=self._c.path,
                damage=damage,
                parent=self._c.path.parent,
            )

    def changes(self) -> int:
        return self._c.changes()

    def close(self) -> None:
        """Close every connection."""
        self._c.close()
