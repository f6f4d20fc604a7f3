"""Faults that somebody has looked at and found to be none: nothing that anybody sees depends on them. Each has its reason in ``reviewed.toml``."""

import tomllib
from pathlib import Path

from tests.mutants.mutations import Mutant

FILE = Path(__file__).with_name("reviewed.toml")


def reviewed() -> dict[tuple[str, str, str], str]:
    """(module, line as it stands, what was changed) -> why it is no fault. Where the line moves to makes no difference."""
    told = tomllib.loads(FILE.read_text(encoding="utf-8")).get("equal", [])
    return {(one["module"], one["line"], one["change"]): one["why"] for one in told}


def key(mutant: Mutant) -> tuple[str, str, str]:
    """By what it is found there."""
    return mutant.module, mutant.text, mutant.change
