"""How many small faults would no test notice?

    python -m tests.mutants [MODULE …] [--sample N] [--seed S] [--json]

Puts one fault at a time into each module that people's trust hangs on, runs the tests that belong to it, and names the faults that none of them
notices. A tool of our own: mutmut and cosmic-ray start a whole interpreter for each fault (4 s here, for the packages alone) and know neither Streamlit's pages nor our table of tests.
Ends with 1 where more than 15 % of them survive in all.
"""

import argparse
import json
import random
import sys
from collections.abc import Sequence

from tests.mutants.mutations import Mutant, changed, mutants
from tests.mutants.reviewed import key, reviewed
from tests.mutants.running import HOUSE, KILLED, SURVIVED, TIMEOUT, Copy, copied
from tests.mutants.subjects import SUBJECTS

MOST_SURVIVE = 0.15


def main(words: list[str] | None = None) -> int:
    """Do it. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description="How many small faults would no test notice?")
    parser.add_argument(
        "modules", nargs="*", metavar="MODULE", help="a file, or the beginning of its path; all of the table where none is named"
    )
    parser.add_argument("--sample", type=int, metavar="N", help="so many faults a module, drawn at random")
    parser.add_argument("--seed", type=int, default=1, help="of that draw")
    parser.add_argument("--json", action="store_true", help="one JSON object at the end, and nothing else")
    given = parser.parse_args(words)
    chosen = [one for one in SUBJECTS if not given.modules or one.startswith(tuple(given.modules))]
    if not chosen:
        print(f"No module of tests/mutants/subjects.py begins with {' or '.join(given.modules)}.", file=sys.stderr)
        return 2
    told = []
    with copied() as house:
        for module in chosen:
            told.append(of_module(house, module, given.sample, given.seed, say=not given.json))
    asked, survived = (sum(one[name] for one in told) for name in ("asked", SURVIVED))
    share = survived / asked if asked else 0.0
    if given.json:
        print(json.dumps({"modules": told, "asked": asked, "survived": survived, "share": round(share, 4)}, ensure_ascii=False))
    else:
        print(f"In all {survived} of {asked} survive: {share:.0%} (at most {MOST_SURVIVE:.0%}).")
    return int(share > MOST_SURVIVE)


def of_module(house: Copy, module: str, sample: int | None, seed: int, say: bool = True) -> dict:
    """What becomes of the faults of one module."""
    source, tests = (HOUSE / module).read_text(encoding="utf-8"), SUBJECTS[module]
    known, every = reviewed(), mutants(module, source)
    asked = [one for one in every if key(one) not in known]
    drawn = asked if sample is None or sample >= len(asked) else random.Random(seed).sample(asked, sample)
    usual_s = house.without_fault(module, tests)
    if say:
        print(
            f"{module}: {len(drawn)} of {len(every)} faults ({len(every) - len(asked)} reviewed), {usual_s:.1f} s each …",
            flush=True,
        )
    ends = {
        one: house.with_fault(module, changed(source, one.number), tests, usual_s)
        for one in sorted(drawn, key=lambda one: one.number)
    }
    counts = {end: sum(found == end for found in ends.values()) for end in (KILLED, SURVIVED, TIMEOUT)}
    left = [one for one, end in ends.items() if end == SURVIVED]
    if say:
        _say(counts, left)
    faults = [{"line": one.line, "text": one.text, "change": one.change} for one in left]
    return {
        "module": module,
        "asked": len(drawn),
        "faults": len(every),
        "reviewed": len(every) - len(asked),
        **counts,
        "left": faults,
    }


def _say(counts: dict[str, int], left: Sequence[Mutant]) -> None:
    print("  " + ", ".join(f"{n} {end}" for end, n in counts.items()))
    for one in left:
        print(f"  {one.module}:{one.line}: {one.change}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
