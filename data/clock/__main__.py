"""The clock from the command line.

python -m data.clock show                     what time it is, what this computer's clock says, and whether it is believed
python -m data.clock trust --as erik          somebody has looked: the clock of this computer is right
"""

import argparse
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from data.clock.judging import ClockState
from data.commands import command
from data.people import Action, require
from data.settings import load_settings, prepared_home
from data.store import open_store


@command
def main(arguments: list[str] | None = None) -> int:
    """Exit codes: 0 the clock is believed, 1 it is not, or something is wrong that the message names."""
    given = _parser().parse_args(arguments)
    settings = load_settings(**({"home": given.home} if given.home else {}))
    store = open_store(prepared_home(settings) / "pullcord.db")
    try:
        found = store.clock.state()
        if given.what == "trust":
            found = store.clock.trust(require(store.people.get(given.person), Action.SET_CLOCK).id, given.reason)
    finally:
        store.close()
    print(json.dumps(_plain(found)) if given.json else _told(found))
    return 0 if found.trusted else 1


def _told(found: ClockState) -> str:
    if found.trusted:
        return f"The clock of this computer is believed: it is {_time(found.now_us)} UTC."
    hours = abs(found.off_us) / 3.6e9
    how_far = f"{hours / 24:.0f} days" if hours >= 48 else f"{hours:.1f} hours"
    return (
        f"The clock of this computer says {_time(found.wall_us)} UTC. That is {how_far} {found.standing} of what has passed since it was last right: "
        f"by that it is {_time(found.now_us)} UTC, and Pullcord goes by that. Nothing is deleted.\n"
        "Set the clock right, and all goes on by itself. If it is right as it is (this computer was off, or its clock was wrong before): "
        "python -m data.clock trust --as NAME"
    )


def _plain(found: ClockState) -> dict:
    return {
        "trusted": found.trusted, "standing": str(found.standing), "now": _time(found.now_us), "computer": _time(found.wall_us),
        "reckoned": _time(found.reckoned_us), "off_s": round(found.off_us / 1e6),
    }  # fmt: skip


def _time(us: int) -> str:
    return datetime.fromtimestamp(us / 1e6, UTC).strftime("%Y-%m-%d %H:%M:%S")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m data.clock", description="What time it is, and whether this computer's clock is believed."
    )
    doing = parser.add_subparsers(dest="what", required=True)
    for name, said in (("show", "what time it is"), ("trust", "say that the clock of this computer is right")):
        one = doing.add_parser(name, help=said)
        one.add_argument("--home", type=Path, help="folder of everything that is kept (default: the settings')")
        one.add_argument("--json", action="store_true", help="as one JSON object")
        if name == "trust":
            one.add_argument("--as", dest="person", required=True, help="who says so, for the audit trail")
            one.add_argument("--reason", default="", help="why, for the audit trail")
    return parser


if __name__ == "__main__":
    sys.exit(main())
