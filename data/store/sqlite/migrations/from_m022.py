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
def m023_runs_of_truth(db: Database) -> None:
    # which run, batch or product an outcome is of: what is of one says one thing, however many rows it has
    run(db, "ALTER TABLE truth ADD COLUMN run TEXT")
