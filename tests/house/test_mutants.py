"""The tool that puts faults into modules: the faults are those that it says, nothing else is touched, and what was reviewed is still there."""

from pathlib import Path

import pytest

from data.settings import PROJECT
from tests.mutants.mutations import changed, mutants
from tests.mutants.reviewed import key, reviewed
from tests.mutants.subjects import SUBJECTS

SOURCE = '''
"""Half of 1 + 1."""
import logging
LOG = logging.getLogger("x")
MOST = 10
@dataclass(frozen=True)
class One:
    size: Annotated[int, 3] = 4
def f(x: int | None, most: int = MOST) -> list[int] | None:
    """At most 5 < 6."""
    if x is None or not x:
        raise ValueError(f"{1 + 1} of {most}")
    logging.info("%s", x + 1)
    assert x > 0
    return max(x, 0.5) <= most and zip(x, x, strict=True)
'''


def test_the_faults_of_a_text_are_these_and_no_others():
    assert [(one.line, one.change) for one in mutants("f.py", SOURCE)] == [
        (5, "10 → 5"), (5, "10 → 20"), (8, "4 → 2"), (8, "4 → 8"),
        (11, "x is None or not x → True"), (11, "x is None or not x → False"), (11, "x is None or not x → x is None and (not x)"),
        (11, "x is None or not x → x is not None or not x"), (11, "x is None or not x → x is None or x"),
        (15, "max(x, 0.5) <= most and zip(x, x, strict=True) → max(x, 0.5) <= most or zip(x, x, strict=True)"),
        (15, "max(x, 0.5) <= most and zip(x, x, strict=True) → max(x, 0.5) < most and zip(x, x, strict=True)"),
        (15, "max(x, 0.5) <= most → min(x, 0.5) <= most"), (15, "max(x, 0.5) → max(x, 0.25)"), (15, "max(x, 0.5) → max(x, 1.0)"),
    ]  # fmt: skip


def test_a_fault_is_in_the_text_and_everything_else_stays():
    for one in mutants("f.py", SOURCE):
        told = changed(SOURCE, one.number)
        assert told != changed(SOURCE, (one.number + 1) % 14) and "raise ValueError" in told and "Annotated[int, 3]" in told


@pytest.mark.parametrize("module", SUBJECTS)
def test_a_module_that_is_asked_is_there_and_so_are_its_tests(module):
    assert [
        name for name in (module, *SUBJECTS[module]) if not (PROJECT / name.removeprefix("--deselect=").split("::")[0]).is_file()
    ] == []


def test_what_was_reviewed_is_still_there_and_says_why():
    known = reviewed()
    there = {key(one) for module in {one for one, _, _ in known} for one in mutants(module, (Path(PROJECT) / module).read_text())}
    assert [one for one in known if one not in there] == []
    assert all(len(why) >= 10 for why in known.values()) and {module for module, _, _ in known} <= set(SUBJECTS)
