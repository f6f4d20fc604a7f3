"""The milling line with any number of machines, for trying screens at scale: ``python -m benchmarks.large_lines --home H --machines 1000``.

Writes a copy of the use case into the home, where it goes before the built-in one. A release that was trained on 24 machines predicts for all
of them: bands of a machine that was not in the training data are those of the line.
"""

import argparse
import sys
from pathlib import Path

import yaml

from data.commands import command
from data.usecase.use_case import BUILT_IN


def enlarge(home: Path, machines: int, areas: int) -> Path:
    """Give the home a milling line of so many machines in so many areas. Returns the file written."""
    told = yaml.safe_load((BUILT_IN / "milling" / "usecase.yaml").read_text(encoding="utf-8"))
    width = len(str(machines))
    names = [f"M-{number:0{max(width, 2)}}" for number in range(1, machines + 1)]
    size = -(-machines // areas)
    told["areas"] = {f"Hall {at + 1}": names[at * size : (at + 1) * size] for at in range(areas) if names[at * size :]}
    file = home / "usecases" / "milling" / "usecase.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(yaml.safe_dump(told, sort_keys=False, allow_unicode=True), encoding="utf-8")
    return file


@command
def main(arguments: list[str] | None = None) -> int:
    """Write the file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--home", type=Path, required=True, help="a home, as PULLCORD_HOME names it")
    parser.add_argument("--machines", type=_count, default=1000)
    parser.add_argument("--areas", type=_count, default=None, help="default: one for every 40 machines")
    given = parser.parse_args(arguments)
    print(enlarge(given.home, given.machines, given.areas or max(1, given.machines // 40)))
    return 0


def _count(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number: write a whole number from 1 on")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
