"""Training from the command line.

python -m models.training --use-case milling        train on what there is now, and register a release
"""

import argparse
import json
import sys
from pathlib import Path

from data.commands import command
from data.onboarding.in_short import as_lines, in_short
from data.settings import load_settings, prepared_home
from data.store import open_store
from data.usecase.file import load
from models.documents.card_judged import judged_section
from models.documents.document import Text
from models.documents.words import ENGLISH, figure_names, figure_text
from models.lifecycle.registry import register
from models.training.gold import gold_set
from models.training.train import train
from models.training.training_set import training_set


@command
def main(arguments: list[str] | None = None) -> int:
    """Train and register from the command line. Exit code 1 with a message when that cannot be."""
    parser = argparse.ArgumentParser(
        prog="python -m models.training", description="Train a model on what there is now and register it."
    )
    parser.add_argument("--use-case", default="milling")
    parser.add_argument("--home", type=Path, help="folder of everything that is kept (default: the settings')")
    parser.add_argument("--json", action="store_true", help="print the release as one JSON object")
    given = parser.parse_args(arguments)

    def tell(fraction: float, message: str) -> bool:
        print(f"{fraction:4.0%}  {message}", file=sys.stderr)
        return True

    settings = load_settings(**({"home": given.home} if given.home else {}))
    store, use_case = open_store(prepared_home(settings) / "pullcord.db"), load(given.use_case, settings.home)
    store.readings.prepare(use_case)
    gold_set(settings.home, use_case)  # one that was changed is told before anything is trained, not after it
    record = register(settings.home, store, use_case, train(use_case, training_set(use_case, store), tell), "command line", tell)
    if store.releases.champion(use_case.name) is None:
        store.releases.set_champion(use_case.name, record.number, "command line", "First release")
    figures = record.figures
    said = {"use_case": record.use_case, "release": record.number, "digest": record.digest, "figures": figures["held_out"]}
    said |= {name: figures[name] for name in ("judged_on", "newest", "floor")}
    if given.json:
        print(json.dumps(said))
        return 0
    print("\n".join(as_lines(in_short(use_case))))
    print(f"Release {record.number} of {record.use_case} is registered: {settings.home / record.folder}")
    judged = judged_section(use_case, figures, ENGLISH)
    for block in judged.blocks if judged else ():
        if isinstance(block, Text):
            print(f"  {block.text}")
    for name, word in figure_names(ENGLISH).items():
        if (one := figures["held_out"][name])["value"] is not None:
            low, high = (figure_text(ENGLISH, name, one[end], use_case.costs.currency) for end in ("low", "high"))
            print(f"  {word}: {figure_text(ENGLISH, name, one['value'], use_case.costs.currency)} ({low} to {high})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
