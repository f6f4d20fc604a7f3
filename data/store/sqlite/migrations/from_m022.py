"""The steps from the twenty-second on. A new one is added at the end, and never changed after that: stores of plants have taken it."""

from sqlite_utils import Database

from data.store.sqlite.migrations.steps import MIGRATIONS, run


@MIGRATIONS()
def m022_second_looks(db: Database) -> None:
    # what people say of held-out rows of the history: the history and the gold set's file stay as they are
    run(
        db,
        """CREATE TABLE held_answer (use_case TEXT NOT NULL, asset TEXT NOT NULL, time_us INTEGER NOT NULL, person TEXT NOT NULL,
           was REAL NOT NULL, outcome REAL NOT NULL, cause TEXT, at_us INTEGER NOT NULL,
           PRIMARY KEY (use_case, asset, time_us, person)) STRICT, WITHOUT ROWID""",
    )


@MIGRATIONS()
def m023_findings(db: Database) -> None:
    run(
        db,
        # what people type in of an inspection: it stands in `truth` only while nothing holds it back
        """CREATE TABLE finding (id INTEGER PRIMARY KEY, use_case TEXT NOT NULL, case_id INTEGER, asset INTEGER NOT NULL REFERENCES asset (id),
           time_us INTEGER NOT NULL, outcome REAL NOT NULL, cause TEXT, person TEXT NOT NULL, decided_us INTEGER NOT NULL, confirmed_by TEXT,
           held TEXT, UNIQUE (asset, time_us, person)) STRICT""",
        "CREATE INDEX finding_by_use_case ON finding (use_case, id)",
        # what was typed in before is known by the person who did: a source's outcomes name the source
        """INSERT INTO finding (use_case, asset, time_us, outcome, cause, person, decided_us)
           SELECT use_case, asset, start_us, outcome, cause, by, arrived_us FROM truth
           WHERE start_us = end_us AND by IN (SELECT id FROM person) ORDER BY arrived_us, asset, start_us""",
        # a second person who stands behind a long stretch of bad data: verdicts themselves never change
        """CREATE TABLE stretch_confirmed (verdict INTEGER PRIMARY KEY, use_case TEXT NOT NULL, person TEXT NOT NULL,
           at_us INTEGER NOT NULL) STRICT""",
    )


@MIGRATIONS()
def m024_runs_of_truth(db: Database) -> None:
    # which run, batch or product an outcome is of: what is of one says one thing, however many rows it has
    run(db, "ALTER TABLE truth ADD COLUMN run TEXT")
