"""The steps from the fourteenth on. A new one is added at the end, and never changed after that: stores of plants have taken it."""

from sqlite_utils import Database

from data.store.sqlite.migrations.steps import MIGRATIONS, run


@MIGRATIONS()
def m014_versions_of_drafts(db: Database) -> None:
    # two people may have one draft open: what is written rests on a version; what one has begun to write waits apart from it
    run(
        db,
        "ALTER TABLE handover ADD COLUMN version INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE handover ADD COLUMN edited_by TEXT",
        "ALTER TABLE handover ADD COLUMN edited_us INTEGER",
        "ALTER TABLE cases ADD COLUMN version INTEGER NOT NULL DEFAULT 0",
        "UPDATE handover SET version = 1, edited_by = outgoing, edited_us = signed_us",
        # why each champion became it: until now the audit trail alone had that
        "ALTER TABLE champion ADD COLUMN action TEXT NOT NULL DEFAULT 'release'",
        "ALTER TABLE champion ADD COLUMN reason TEXT NOT NULL DEFAULT ''",
        """UPDATE champion SET (action, reason) = (SELECT a.action, coalesce(json_extract(a.details, '$.reason'), '') FROM audit a
             WHERE a.subject = 'release:' || champion.use_case || '/' || champion.number AND a.at_us >= champion.since_us
               AND a.action IN ('release', 'override_release', 'roll_back') ORDER BY a.id LIMIT 1)
           WHERE EXISTS (SELECT 1 FROM audit a WHERE a.subject = 'release:' || champion.use_case || '/' || champion.number
               AND a.at_us >= champion.since_us AND a.action IN ('release', 'override_release', 'roll_back'))""",
        """CREATE TABLE draft (person TEXT NOT NULL, use_case TEXT NOT NULL, what TEXT NOT NULL, text TEXT NOT NULL,
           base INTEGER NOT NULL, at_us INTEGER NOT NULL, UNIQUE (person, use_case, what)) STRICT""",
        "CREATE INDEX draft_by_person ON draft (person, at_us)",
    )


@MIGRATIONS()
def m015_clock(db: Database) -> None:
    run(
        db,
        """CREATE TABLE clock (id INTEGER PRIMARY KEY CHECK (id = 1), at_us INTEGER NOT NULL, boot TEXT NOT NULL, running_us INTEGER NOT NULL,
           exact INTEGER NOT NULL, standing TEXT NOT NULL) STRICT""",
        # of a home from before: it was at least as late as the newest thing that was written down
        """INSERT INTO clock SELECT 1, late, '', 0, 0, 'right' FROM (SELECT max(at) late FROM (SELECT max(at_us) at FROM audit
           UNION ALL SELECT max(beat_us) FROM worker UNION ALL SELECT max(recorded_us) FROM latest)) WHERE late IS NOT NULL""",
        # readings stamped by a clock that was ahead: they stay, and give up their place in the order (the sequence that they had is here)
        """CREATE TABLE misdated (use_case TEXT NOT NULL, reading INTEGER NOT NULL, sequence INTEGER NOT NULL, noted_us INTEGER NOT NULL,
           PRIMARY KEY (use_case, reading)) STRICT, WITHOUT ROWID""",
    )


@MIGRATIONS()
def m016_replayed_content(db: Database) -> None:
    # a file that is replayed is known again by its use case and by what it holds, no longer by its name alone
    run(
        db,
        "ALTER TABLE source ADD COLUMN use_case TEXT",
        "ALTER TABLE source ADD COLUMN rows INTEGER",
        "ALTER TABLE source ADD COLUMN digest TEXT",
        "ALTER TABLE source ADD COLUMN place TEXT",
        "CREATE INDEX source_of_use_case ON source (use_case) WHERE use_case IS NOT NULL",
    )


@MIGRATIONS()
def m017_thumbnails(db: Database) -> None:
    # a picture is shown as a small copy made in a bounded process; looked: whether it was tried, so that it is tried once
    run(
        db,
        "ALTER TABLE case_message ADD COLUMN thumbnail BLOB",
        "ALTER TABLE case_message ADD COLUMN looked INTEGER NOT NULL DEFAULT 0",
        "CREATE INDEX case_message_by_person ON case_message (person, at_us) WHERE file IS NOT NULL",
    )


@MIGRATIONS()
def m018_told_states(db: Database) -> None:
    run(
        db,
        # since when an asset has not been normal, whatever it was called meanwhile
        "ALTER TABLE latest ADD COLUMN abnormal_us INTEGER",
        "UPDATE latest SET abnormal_us = (SELECT min(start_us) FROM episode e WHERE e.asset = latest.asset AND e.end_us IS NULL)",
        # the state in which somebody knew of a spell of advice, since they shelved or judged it; what nobody has seen is looked for by its end
        "ALTER TABLE episode ADD COLUMN aside INTEGER NOT NULL DEFAULT 0",
        "CREATE INDEX episode_by_end ON episode (use_case, end_us) WHERE end_us IS NOT NULL AND NOT unknown",
        # whether the model knew the case's reading: its risk is a guess otherwise
        "ALTER TABLE cases ADD COLUMN novelty REAL",
    )
    tables = {row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()}
    for (use_case,) in db.execute("SELECT DISTINCT use_case FROM cases").fetchall():
        table = f"readings_{use_case}"
        if table in tables and "novelty" in {row[1] for row in db.execute(f'PRAGMA table_info("{table}")').fetchall()}:
            told = f'SELECT novelty FROM "{table}" r WHERE r.id = cases.reading'
            db.execute(f"UPDATE cases SET novelty = ({told}) WHERE use_case = ?", (use_case,))


@MIGRATIONS()
def m019_preparing(db: Database) -> None:
    # how far a worker is with a line's first model
    run(db, "ALTER TABLE worker ADD COLUMN preparing TEXT NOT NULL DEFAULT ''")


@MIGRATIONS()
def m020_reasons(db: Database) -> None:
    # what each group adds to a prediction, counted once: by the worker where advice begins and at its worst, of others when they are opened
    run(
        db,
        """CREATE TABLE reasons (use_case TEXT NOT NULL, reading INTEGER NOT NULL, at_us INTEGER NOT NULL, release INTEGER NOT NULL,
           method TEXT NOT NULL, scale TEXT NOT NULL, base REAL NOT NULL, value REAL NOT NULL, shares TEXT NOT NULL, errors TEXT,
           of_class TEXT, against TEXT, note TEXT NOT NULL DEFAULT '', background INTEGER NOT NULL, spread REAL NOT NULL,
           PRIMARY KEY (use_case, reading)) STRICT, WITHOUT ROWID""",
    )
