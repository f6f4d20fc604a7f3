"""The tables as they came to be up to the thirteenth step: readings, feedback, releases, work, review, shadow, attention, handovers."""

from sqlite_utils import Database

from data.store.sqlite.migrations.steps import MIGRATIONS, run


@MIGRATIONS()
def m001_readings(db: Database) -> None:
    run(
        db,
        """CREATE TABLE asset (id INTEGER PRIMARY KEY, use_case TEXT NOT NULL, name TEXT NOT NULL, UNIQUE (use_case,
           name)) STRICT""",
        """CREATE TABLE feature_list (id INTEGER PRIMARY KEY, features TEXT NOT NULL UNIQUE) STRICT""",
        """CREATE TABLE latest (asset INTEGER PRIMARY KEY REFERENCES asset (id), use_case TEXT NOT NULL,
           reading INTEGER NOT NULL, time_us INTEGER NOT NULL, sequence INTEGER NOT NULL, state INTEGER NOT NULL,
           since_us INTEGER NOT NULL, recorded_us INTEGER NOT NULL) STRICT""",
        """CREATE TABLE trend (asset INTEGER NOT NULL, minute INTEGER NOT NULL, risk REAL NOT NULL, rows INTEGER NOT NULL,
           PRIMARY KEY (asset, minute)) STRICT, WITHOUT ROWID""",
        """CREATE TABLE episode (id INTEGER PRIMARY KEY, use_case TEXT NOT NULL,
           asset INTEGER NOT NULL REFERENCES asset (id), start_us INTEGER NOT NULL, end_us INTEGER, state INTEGER NOT NULL,
           reading INTEGER NOT NULL, score REAL NOT NULL) STRICT""",
        "CREATE INDEX episode_by_start ON episode (use_case, start_us)",
        "CREATE INDEX episode_open ON episode (use_case, asset) WHERE end_us IS NULL",
        """CREATE TABLE source (name TEXT PRIMARY KEY, start_us INTEGER NOT NULL, last INTEGER NOT NULL,
           finished INTEGER NOT NULL) STRICT""",
        """CREATE TABLE quarantine (id INTEGER PRIMARY KEY, use_case TEXT NOT NULL, source TEXT NOT NULL,
           position INTEGER NOT NULL, at_us INTEGER NOT NULL, asset TEXT, signal TEXT, code TEXT NOT NULL,
           reason TEXT NOT NULL, raw TEXT NOT NULL) STRICT""",
        "CREATE INDEX quarantine_by_use_case ON quarantine (use_case, id)",
        """CREATE TABLE truth (asset INTEGER NOT NULL REFERENCES asset (id), start_us INTEGER NOT NULL,
           end_us INTEGER NOT NULL, use_case TEXT NOT NULL, outcome REAL NOT NULL, cause TEXT, arrived_us INTEGER NOT NULL,
           by TEXT NOT NULL, highest REAL, PRIMARY KEY (asset, start_us)) STRICT, WITHOUT ROWID""",
        "CREATE INDEX truth_by_arrival ON truth (use_case, arrived_us)",
        """CREATE TABLE tally (use_case TEXT NOT NULL, what TEXT NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (use_case,
           what)) STRICT, WITHOUT ROWID""",
    )


@MIGRATIONS()
def m002_feedback(db: Database) -> None:
    run(
        db,
        """CREATE TABLE cases (id INTEGER PRIMARY KEY, use_case TEXT NOT NULL, asset TEXT NOT NULL,
           reading INTEGER NOT NULL, release INTEGER NOT NULL, state TEXT NOT NULL, priority REAL NOT NULL,
           opened_us INTEGER NOT NULL, flags INTEGER NOT NULL, kind TEXT NOT NULL, reason TEXT, score REAL NOT NULL,
           claimed_by TEXT, claimed_until_us INTEGER, UNIQUE (use_case, reading)) STRICT""",
        "CREATE INDEX cases_by_priority ON cases (state, priority DESC, opened_us)",
        """CREATE TABLE flag (id INTEGER PRIMARY KEY, use_case TEXT NOT NULL, asset TEXT NOT NULL,
           reading INTEGER NOT NULL, release INTEGER NOT NULL, person TEXT NOT NULL, kind TEXT NOT NULL, reason TEXT,
           snapshot TEXT NOT NULL, comment TEXT NOT NULL, raised_us INTEGER NOT NULL, withdrawn_us INTEGER,
           case_id INTEGER REFERENCES cases (id)) STRICT""",
        "CREATE INDEX flag_by_reading ON flag (use_case, reading)",
        "CREATE INDEX flag_by_person ON flag (person, id)",
        "CREATE INDEX flag_by_case ON flag (case_id)",
        "CREATE INDEX flag_by_time ON flag (use_case, raised_us)",
        """CREATE TABLE verdict (id INTEGER PRIMARY KEY, case_id INTEGER NOT NULL REFERENCES cases (id),
           person TEXT NOT NULL, kind TEXT NOT NULL, answer TEXT NOT NULL, outcome REAL, cause TEXT,
           decided_us INTEGER NOT NULL) STRICT""",
        "CREATE INDEX verdict_by_case ON verdict (case_id, id)",
        """CREATE TABLE correction (id INTEGER PRIMARY KEY, use_case TEXT NOT NULL,
           case_id INTEGER NOT NULL REFERENCES cases (id), reading INTEGER NOT NULL, outcome REAL NOT NULL, cause TEXT,
           person TEXT NOT NULL, decided_us INTEGER NOT NULL, verdict INTEGER NOT NULL REFERENCES verdict (id),
           in_force INTEGER NOT NULL) STRICT""",
        "CREATE INDEX correction_by_case ON correction (case_id)",
        "CREATE INDEX correction_in_force ON correction (use_case, id) WHERE in_force = 1",
    )


@MIGRATIONS()
def m003_releases(db: Database) -> None:
    run(
        db,
        """CREATE TABLE release (use_case TEXT NOT NULL, number INTEGER NOT NULL, folder TEXT NOT NULL,
           digest TEXT NOT NULL, created_us INTEGER NOT NULL, created_by TEXT NOT NULL, parent INTEGER,
           figures TEXT NOT NULL, note TEXT NOT NULL, PRIMARY KEY (use_case, number)) STRICT""",
        """CREATE TABLE release_correction (use_case TEXT NOT NULL, number INTEGER NOT NULL,
           correction INTEGER NOT NULL REFERENCES correction (id), PRIMARY KEY (correction, use_case, number),
           FOREIGN KEY (use_case, number) REFERENCES release (use_case, number)) STRICT, WITHOUT ROWID""",
        """CREATE TABLE champion (id INTEGER PRIMARY KEY, use_case TEXT NOT NULL, number INTEGER NOT NULL,
           since_us INTEGER NOT NULL, by TEXT NOT NULL, FOREIGN KEY (use_case, number) REFERENCES release (use_case,
           number)) STRICT""",
        "CREATE INDEX champion_newest ON champion (use_case, id)",
        """CREATE TABLE answer (use_case TEXT NOT NULL, number INTEGER NOT NULL, reading INTEGER NOT NULL,
           score REAL NOT NULL, reasons TEXT NOT NULL, PRIMARY KEY (use_case, number, reading)) STRICT, WITHOUT ROWID""",
    )


@MIGRATIONS()
def m004_work(db: Database) -> None:
    run(
        db,
        """CREATE TABLE job (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, use_case TEXT NOT NULL, params TEXT NOT NULL,
           state TEXT NOT NULL, requested_by TEXT NOT NULL, requested_us INTEGER NOT NULL, progress REAL NOT NULL,
           message TEXT NOT NULL, result TEXT NOT NULL, owner TEXT, lease_until_us INTEGER, attempts INTEGER NOT NULL,
           finished_us INTEGER) STRICT""",
        "CREATE UNIQUE INDEX job_one_at_a_time ON job (kind, use_case) WHERE state IN ('queued', 'running')",
        """CREATE TABLE job_log (id INTEGER PRIMARY KEY, job INTEGER NOT NULL REFERENCES job (id), at_us INTEGER NOT NULL,
           progress REAL NOT NULL, message TEXT NOT NULL) STRICT""",
        "CREATE INDEX job_log_by_job ON job_log (job, id)",
        """CREATE TABLE person (id TEXT PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL, area TEXT,
           active INTEGER NOT NULL) STRICT""",
        """CREATE TABLE worker (name TEXT PRIMARY KEY, use_case TEXT NOT NULL, source TEXT NOT NULL, pid INTEGER NOT NULL,
           started_us INTEGER NOT NULL, beat_us INTEGER NOT NULL, release INTEGER, rows INTEGER NOT NULL,
           trouble TEXT NOT NULL) STRICT""",
        """CREATE TABLE audit (id INTEGER PRIMARY KEY, at_us INTEGER NOT NULL, person TEXT NOT NULL, action TEXT NOT NULL,
           subject TEXT NOT NULL, use_case TEXT NOT NULL, details TEXT NOT NULL) STRICT""",
        "CREATE INDEX audit_by_subject ON audit (subject, id)",
        "CREATE INDEX audit_by_use_case ON audit (use_case, id)",
    )


@MIGRATIONS()
def m005_spans_and_early_truth(db: Database) -> None:
    run(
        db,
        # which ids a release has predicted: found without an index over every reading
        """CREATE TABLE release_span (use_case TEXT NOT NULL, release INTEGER NOT NULL, first INTEGER NOT NULL,
           last INTEGER NOT NULL, PRIMARY KEY (use_case, release)) STRICT, WITHOUT ROWID""",
        "CREATE INDEX truth_by_end ON truth (asset, end_us)",
        "CREATE INDEX cases_by_use_case ON cases (use_case, state, priority DESC, opened_us)",
    )


@MIGRATIONS()
def m006_standing_flags(db: Database) -> None:
    run(db, "CREATE INDEX flag_standing ON flag (use_case) WHERE kind <> 'agree' AND withdrawn_us IS NULL")


@MIGRATIONS()
def m007_ai_switch(db: Database) -> None:
    run(
        db,
        """CREATE TABLE ai_switch (id INTEGER PRIMARY KEY, use_case TEXT NOT NULL, is_on INTEGER NOT NULL,
           since_us INTEGER NOT NULL, by TEXT NOT NULL, reason TEXT NOT NULL) STRICT""",
        "CREATE INDEX ai_switch_newest ON ai_switch (use_case, id)",
    )


@MIGRATIONS()
def m008_review(db: Database) -> None:
    run(
        db,
        "ALTER TABLE cases ADD COLUMN origin TEXT NOT NULL DEFAULT 'flag'",
        "ALTER TABLE cases ADD COLUMN due_us INTEGER",
        "ALTER TABLE cases ADD COLUMN assigned_to TEXT",
        "ALTER TABLE cases ADD COLUMN reviewers INTEGER NOT NULL DEFAULT 1",
        # priority less when it was opened: whatever the hour, the order is that of priority plus age
        "ALTER TABLE cases ADD COLUMN rank REAL GENERATED ALWAYS AS (priority - opened_us / 2.88e10) VIRTUAL",
        "DROP INDEX cases_by_priority",
        "DROP INDEX cases_by_use_case",
        "CREATE INDEX cases_by_rank ON cases (state, rank DESC)",
        "CREATE INDEX cases_by_use_case ON cases (use_case, state, rank DESC)",
        "ALTER TABLE verdict ADD COLUMN about TEXT NOT NULL DEFAULT '{}'",
        "ALTER TABLE verdict ADD COLUMN round INTEGER NOT NULL DEFAULT 1",
        "ALTER TABLE verdict ADD COLUMN settled INTEGER NOT NULL DEFAULT 1",
        "ALTER TABLE correction ADD COLUMN confirmed_by TEXT",
        "ALTER TABLE person ADD COLUMN since_us INTEGER NOT NULL DEFAULT 0",
        """CREATE TABLE case_message (id INTEGER PRIMARY KEY, case_id INTEGER NOT NULL REFERENCES cases (id), person TEXT NOT NULL,
           at_us INTEGER NOT NULL, text TEXT NOT NULL, file TEXT, type TEXT, size INTEGER NOT NULL, content BLOB) STRICT""",
        "CREATE INDEX case_message_by_case ON case_message (case_id, id)",
        """CREATE TABLE approval (use_case TEXT NOT NULL, number INTEGER NOT NULL, person TEXT NOT NULL, at_us INTEGER NOT NULL,
           PRIMARY KEY (use_case, number, person)) STRICT, WITHOUT ROWID""",
        """CREATE TABLE person_seen (person TEXT NOT NULL, what TEXT NOT NULL, at_us INTEGER NOT NULL,
           PRIMARY KEY (person, what)) STRICT, WITHOUT ROWID""",
    )


@MIGRATIONS()
def m009_shadow(db: Database) -> None:
    run(
        db,
        """CREATE TABLE shadow (id INTEGER PRIMARY KEY, use_case TEXT NOT NULL, number INTEGER, since_us INTEGER NOT NULL,
           by TEXT NOT NULL, reason TEXT NOT NULL) STRICT""",
        "CREATE INDEX shadow_newest ON shadow (use_case, id)",
        """CREATE TABLE shadow_score (use_case TEXT NOT NULL, release INTEGER NOT NULL, reading INTEGER NOT NULL, score REAL NOT NULL,
           PRIMARY KEY (use_case, release, reading)) STRICT, WITHOUT ROWID""",
        """CREATE TABLE shadow_count (use_case TEXT NOT NULL, release INTEGER NOT NULL, rows INTEGER NOT NULL, both INTEGER NOT NULL,
           only_champion INTEGER NOT NULL, only_shadow INTEGER NOT NULL, difference REAL NOT NULL, first_us INTEGER NOT NULL,
           last_us INTEGER NOT NULL, PRIMARY KEY (use_case, release)) STRICT, WITHOUT ROWID""",
    )


@MIGRATIONS()
def m010_bad_outcomes(db: Database) -> None:
    # until now every use case was binary: what was not 0 was bad
    run(db, "ALTER TABLE truth ADD COLUMN bad INTEGER NOT NULL DEFAULT 0", "UPDATE truth SET bad = outcome <> 0")


@MIGRATIONS()
def m011_attention(db: Database) -> None:
    run(
        db,
        """CREATE TABLE acknowledgement (episode INTEGER NOT NULL, state INTEGER NOT NULL, use_case TEXT NOT NULL,
           asset INTEGER NOT NULL REFERENCES asset (id), person TEXT NOT NULL, at_us INTEGER NOT NULL,
           PRIMARY KEY (episode, state)) STRICT, WITHOUT ROWID""",
        """CREATE TABLE shelving (id INTEGER PRIMARY KEY, use_case TEXT NOT NULL, asset INTEGER NOT NULL REFERENCES asset (id),
           state INTEGER NOT NULL, person TEXT NOT NULL, at_us INTEGER NOT NULL, until_us INTEGER NOT NULL, reason TEXT NOT NULL,
           ended_us INTEGER, ended_by TEXT) STRICT""",
        "CREATE INDEX shelving_now ON shelving (use_case) WHERE ended_us IS NULL",
        """CREATE TABLE person_look (person TEXT NOT NULL, what TEXT NOT NULL, begun_us INTEGER NOT NULL, last_us INTEGER NOT NULL,
           before_us INTEGER, PRIMARY KEY (person, what)) STRICT, WITHOUT ROWID""",
    )


@MIGRATIONS()
def m012_handovers_and_periods(db: Database) -> None:
    run(
        db,
        """CREATE TABLE handover (use_case TEXT NOT NULL, start_us INTEGER NOT NULL, end_us INTEGER NOT NULL, remarks TEXT NOT NULL,
           facts TEXT NOT NULL DEFAULT '{}', told TEXT NOT NULL DEFAULT '{}', language TEXT NOT NULL DEFAULT '', outgoing TEXT,
           signed_us INTEGER, incoming TEXT, accepted_us INTEGER, reply TEXT NOT NULL DEFAULT '',
           PRIMARY KEY (use_case, start_us)) STRICT, WITHOUT ROWID""",
        "CREATE INDEX verdict_by_time ON verdict (decided_us)",
        "CREATE INDEX quarantine_by_time ON quarantine (use_case, at_us)",
    )


@MIGRATIONS()
def m013_unknown(db: Database) -> None:
    # spells in which the model does not know what an asset is doing are seen and shelved like advice, and counted as none
    run(
        db,
        "ALTER TABLE episode ADD COLUMN unknown INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE shelving ADD COLUMN unknown INTEGER NOT NULL DEFAULT 0",
    )
