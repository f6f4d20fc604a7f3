"""The told reasons of one reading, as every screen takes them: counted once and recorded, whoever and however many look."""

import contextlib
from collections.abc import Collection
from pathlib import Path

from data.records import Prediction
from data.store import StoreError
from data.usecase.use_case import UseCase
from explainers.local.reasons import Told
from explainers.shapley.contract import Explanation
from models.release.release import Release
from models.release.told import as_explained, as_recorded, explained_by, holds, reasons_told
from pages.parts.remembered.kept import kept
from pages.parts.shell import session
from pages.parts.words.bands import normal_band


def told_of(use_case: UseCase, seen: Prediction, release: Release | None) -> Told:
    """What is told of ``seen``: the reasons that were recorded of it, or as ``release``, which predicted it, counts them."""
    exact = explanation(use_case, seen, release)
    return reasons_told(use_case, seen, exact, lambda name: normal_band(use_case, release, seen.asset, name))


def told_now(use_case: UseCase, seen: Prediction, release: Release) -> Told:
    """The same of a reading that was not recorded so: what another release says of it, or what would be at other settings."""
    exact = explained_by(release, seen)
    return reasons_told(use_case, seen, exact, lambda name: normal_band(use_case, release, seen.asset, name))


def explanation(use_case: UseCase, seen: Prediction, release: Release | None) -> Explanation | None:
    """The recorded reasons of a reading by the groups that are read. What nobody has counted is, and is recorded then; ``None``: its release is gone or
    cannot explain it."""
    return _explanation(*_key(use_case, seen, release is not None), use_case=use_case, seen=seen, release=release)


def load_ahead(use_case: UseCase, seen: Collection[Prediction]) -> None:
    """Ask for the recorded reasons of many readings at once, before they are told one by one."""
    new = [one for one in seen if not _explanation.holds(*_key(use_case, one, True))]
    found = session.store().readings.reasons(use_case.name, [one.id for one in new]) if new else {}
    for one in new:
        if holds(use_case, one, found.get(one.id)):
            for usable in (True, False):
                _explanation.hold(as_explained(found[one.id]), *_key(use_case, one, usable))


def _key(use_case: UseCase, seen: Prediction, usable: bool) -> tuple[Path, str, int, int, tuple[str, ...], bool]:
    return session.settings().store_path, seen.use_case, seen.id, seen.release, tuple(use_case.groups), usable


@kept(2000)
def _explanation(
    path: Path, name: str, reading: int, number: int, groups: tuple[str, ...], usable: bool, *, use_case: UseCase, seen: Prediction,
    release: Release | None,
) -> Explanation | None:  # fmt: skip
    readings = session.store().readings
    found = readings.reasons(name, [reading]).get(reading)
    if found is not None and holds(use_case, seen, found):
        return as_explained(found)
    made = explained_by(release, seen)
    if made is None or found is not None:  # of other groups: the record stays as it was
        return made
    with contextlib.suppress(StoreError):  # a full disk keeps nobody from reading why
        made = as_explained(readings.keep_reasons(name, reading, as_recorded(made, number)))
    return made
