"""Releases in the home: registering one, loading the champion, releasing and rolling back."""

import logging
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from data.people import Action, require
from data.records import Answer, Champion, Person, ReleaseRecord
from data.store import Store
from data.usecase import UseCase
from explainers.certainty import COVERAGES
from explainers.contributions import TreeContributions, probability
from explainers.overall import by_group
from models.bundle import certainty, profile, write_release
from models.calibrating import held_coverage
from models.comparison import compared, reasons_compared
from models.evaluation import evaluate, latency_ms
from models.release import Release, ReleaseError
from models.training import Progress, Stopped, Trained

log = logging.getLogger("pullcord.registry")


def register(
    home: Path, store: Store, use_case: UseCase, trained: Trained, by: str, progress: Progress = lambda *_: True
) -> ReleaseRecord:
    """Judge a trained model, beside the champion if there is one, and make it a release. It is not the champion by that.

    Raises:
        training.Stopped: when ``progress`` says so; nothing was registered.
    """
    if not progress(0.65, "Judging it on the held-out readings"):
        raise Stopped
    now = store.releases.champion(use_case.name)
    old = _usable(home, store, use_case, now.number) if now else None
    figures = _figures(use_case, trained, old)
    if not progress(0.85, "Writing the release"):
        raise Stopped
    number = store.releases.next_number(use_case.name)
    created = datetime.now(UTC)
    parent = now.number if now else None
    folder, digest = write_release(home, trained, number, figures, created, by, parent)
    record = ReleaseRecord(use_case.name, number, folder, digest, created, by, parent, figures, trained.training_set.corrections)
    return store.releases.add(record, _answers(use_case, trained, number))


def champion(home: Path, store: Store, use_case: UseCase) -> Release:
    """The champion, loaded. When it is broken, the newest earlier champion that is whole, with ``trouble`` saying so.

    Raises:
        ReleaseError: none that can be used.
    """
    now = store.releases.champion(use_case.name)
    if now is None:
        raise ReleaseError(
            f"{use_case.title} has no release yet. Train one: python -m models.training --use-case {use_case.name}"
        )
    trouble = []
    for number in dict.fromkeys(one.number for one in store.releases.champions(use_case.name)):
        try:
            found = Release.load(home, store.releases.get(use_case.name, number), use_case)
        except ReleaseError as error:
            log.error("%s", error)
            trouble.append(str(error))
            continue
        if trouble:
            found.trouble = f"{trouble[0]} Release {number} stands in for it."
        return found
    raise ReleaseError(trouble[0])


def promote(home: Path, store: Store, use_case: UseCase, number: int, person: Person | None, reason: str) -> Champion:
    """Make a release the champion.

    Raises:
        NotAllowed: not with that role.
        ReleaseError: what lies on the disk is damaged: it must not go live.
    """
    require(person, Action.RELEASE)
    Release.load(home, store.releases.get(use_case.name, number), use_case)
    return store.releases.set_champion(use_case.name, number, require(person, Action.RELEASE).id, reason, "release")


def roll_back(home: Path, store: Store, use_case: UseCase, person: Person | None, reason: str) -> Champion:
    """Go back to the champion before this one.

    Raises:
        NotAllowed: not with that role.
        ReleaseError: there was none before, or it is damaged.
    """
    who = require(person, Action.RELEASE)
    before = previous(store, use_case)
    if before is None:
        raise ReleaseError(f"{use_case.title} has had only one release: there is none to go back to.")
    Release.load(home, store.releases.get(use_case.name, before), use_case)
    return store.releases.set_champion(use_case.name, before, who.id, reason, "roll_back")


def previous(store: Store, use_case: UseCase) -> int | None:
    """The release to which a roll-back would go: the newest champion that is not the present one's number."""
    numbers = [one.number for one in store.releases.champions(use_case.name)]
    return next((number for number in numbers if number != numbers[0]), None)


def _usable(home: Path, store: Store, use_case: UseCase, number: int) -> Release | None:
    try:
        return Release.load(home, store.releases.get(use_case.name, number), use_case)
    except ReleaseError as error:
        log.error("not compared with the champion: %s", error)
        return None


def _figures(use_case: UseCase, trained: Trained, old: Release | None) -> dict:
    """Everything that is measured on a model, as plain JSON."""
    rows = np.flatnonzero(trained.training_set.held_out)
    x, y, table = trained.training_set.x[rows], trained.training_set.y[rows], trained.training_set.table.iloc[rows]
    trees = TreeContributions(trained.booster, use_case.features)
    risk = probability(trees.of(x)[0])
    own = profile(trained)["groups"]
    figures = {
        "held_out": evaluate(use_case, risk, y, table),
        "importance": {group: told["mean"] for group, told in own.items()},
        "latency_ms": latency_ms(trees.of, x[0]),
        "size_kb": len(trained.booster.save_raw("ubj")) / 1024,
        "trees": trained.rounds,
        "loss": trained.loss,
        "certainty": [held_coverage(certainty(trained), risk, y, coverage) for coverage in COVERAGES],
    }
    if old is not None:
        before = {group: told["mean"] for group, told in old.profile["groups"].items()}
        figures["against"] = {
            "release": old.number,
            "figures": compared(use_case, risk, old.risk(x), y),
            "reasons": reasons_compared(figures["importance"], before),
            "corrected": _corrected(use_case, trained, trees, old),
        }
    return figures


def _corrected(use_case: UseCase, trained: Trained, trees: TreeContributions, old: Release) -> list[dict]:
    """The corrected cases, before and after."""
    at = _correction_rows(trained)
    if not len(at):
        return []
    x = trained.training_set.x[at]
    after, before = probability(trees.of(x)[0]), old.risk(x)
    threshold = use_case.advice.possible.enter
    rows = trained.training_set.table.iloc[at]
    return [
        {
            "reading": int(reading),
            "asset": asset,
            "outcome": float(y),
            "before": float(b),
            "after": float(a),
            "right": bool((a >= threshold) == (y > 0)),
        }
        for reading, asset, y, b, a in zip(rows["reading"], rows["asset"], trained.training_set.y[at], before, after, strict=True)
    ]


def _answers(use_case: UseCase, trained: Trained, number: int) -> list[Answer]:
    """What the release says of each corrected reading, with its strongest groups of reasons."""
    at = _correction_rows(trained)
    if not len(at):
        return []
    margins, contributions, _ = TreeContributions(trained.booster, use_case.features).of(trained.training_set.x[at])
    shares, groups = by_group(use_case, contributions[:, :-1])
    strongest = np.argsort(-np.abs(shares), axis=1)[:, :3]
    readings = trained.training_set.table["reading"].to_numpy()[at]
    return [
        Answer(use_case.name, number, int(reading), float(score), tuple(groups[g] for g in top))
        for reading, score, top in zip(readings, probability(margins), strongest, strict=True)
    ]


def _correction_rows(trained: Trained) -> np.ndarray:
    return np.flatnonzero((trained.training_set.table["origin"] == "correction").to_numpy())
