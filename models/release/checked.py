"""Whether the folder of a release is what was released, before anything in it is loaded: a damaged file can crash the process instead of failing."""

import hashlib
import json
from pathlib import Path

from data.errors import PullcordError
from data.records import ReleaseRecord
from data.sentence import Sentence
from data.usecase.use_case import UseCase

MANIFEST = "release.json"
FORMAT = 1
"""How a release lies in its folder; raised when an older version could not use it any more. Without a word it is 1."""


class ReleaseError(PullcordError):
    """A release that cannot be used; the message names what is damaged and the ways on."""


def named(record: ReleaseRecord) -> tuple[Sentence, Sentence]:
    """What a release is called where it cannot be used, and the ways on."""
    what = Sentence("Release {number} of {use_case}", number=record.number, use_case=record.use_case)
    ways = Sentence(
        "Roll back to another release, or train a new one: python -m models.training --use-case {use_case}",
        use_case=record.use_case,
    )
    return what, ways


def checked(folder: Path, record: ReleaseRecord, use_case: UseCase) -> dict:
    """The manifest of ``record``, when every file is as it was released and its features are the use case's.

    Raises:
        ReleaseError: a missing or changed file, or features that are not the use case's.
    """
    what, ways = named(record)
    try:
        text = (folder / MANIFEST).read_bytes()
    except OSError:
        raise ReleaseError(
            "{what} is missing: there is no {MANIFEST}. {ways}", what=what, MANIFEST=folder / MANIFEST, ways=ways
        ) from None
    if hashlib.sha256(text).hexdigest() != record.digest:
        raise ReleaseError(
            "{what} is damaged: {MANIFEST} is not what was released. {ways}", what=what, MANIFEST=folder / MANIFEST, ways=ways
        )
    manifest = json.loads(text)
    if manifest.get("format", 1) > FORMAT:
        raise ReleaseError(
            "{what} was written by a newer Pullcord. Update this installation, or roll back to an earlier release.", what=what
        )
    for name, digest in manifest["files"].items():
        if not (folder / name).is_file() or digest_of(folder / name) != digest:
            raise ReleaseError(
                "{what} is damaged: {name} is missing or was changed. {ways}", what=what, name=folder / name, ways=ways
            )
    if tuple(manifest["features"]) != use_case.features:
        raise ReleaseError(
            "{what} knows other features ({features}) than usecase.yaml ({features2}). {ways}",
            what=what,
            features=", ".join(manifest["features"]),
            features2=", ".join(use_case.features),
            ways=ways,
        )
    now, then = inputs_of(use_case), manifest.get("inputs")
    if then is not None and (changed := [name for name in now if now[name] != then.get(name)]):
        raise ReleaseError(
            "{what} learned from other values of {changed} than usecase.yaml computes now ({changed2}). Put that back, or train "
            "anew. {ways}",
            what=what,
            changed=", ".join(changed),
            changed2="; ".join(f"{name}: {then.get(name)}" for name in changed),
            ways=ways,
        )
    return manifest


def inputs_of(use_case: UseCase) -> dict:
    """What each model input is made of: categories in their order, or an expression. A change of it would feed a model other numbers."""
    signals = {name: list(signal.categories) for name, signal in use_case.signals.items()}
    return signals | {name: derived.expression for name, derived in use_case.derived.items()}


def digest_of(file: Path) -> str:
    """SHA-256 of a file's content."""
    return hashlib.sha256(file.read_bytes()).hexdigest()
