"""What a step of the layout is made with."""

from sqlite_utils import Database, Migrations

MIGRATIONS = Migrations("pullcord")


def run(db: Database, *statements: str) -> None:
    """Carry out these statements."""
    for statement in statements:
        db.execute(statement)
