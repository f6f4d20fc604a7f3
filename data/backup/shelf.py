"""The backups in a folder: which there are, which are whole, which are kept, and how old the newest one is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from data.backup import BackupError
from data.backup.archive import NAME, Manifest, Tell, opened, read_through

AHEAD = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Kept:
    """One backup of a folder. ``manifest`` is ``None`` where it cannot be read; ``trouble`` then says why, or is empty."""

    file: Path
    number: int
    size: int
    manifest: Manifest | None
    trouble: str = ""

    @property
    def sound(self) -> bool:
        """Whether it can be read, and the home was whole when it was made."""
        return self.manifest is not None and not self.trouble and not self.manifest.lacks


def file_of(number: int, now: datetime) -> str:
    """The name of a backup: its number first, so that the order is right whatever the clock said."""
    return f"pullcord-{number:06}-{now:%Y%m%dT%H%M%SZ}.zip"


def next_number(folder: Path) -> int:
    """The number of the next backup in a folder."""
    return max((number for number, _ in _listed(folder)), default=0) + 1


def kept_in(folder: Path, whole: bool = False, tell: Tell = lambda *_: None) -> list[Kept]:
    """Every backup of a folder, newest (highest number) first. ``whole``: read each to its end and hold it against its hashes."""
    found = []
    for number, file in sorted(_listed(folder), reverse=True):
        size = file.stat().st_size
        try:
            with opened(file) as (packed, manifest):
                if whole:
                    read_through(file, packed, manifest, lambda share, told, file=file: tell(share, f"{file.name}: {told}"))
            found.append(Kept(file, number, size, manifest))
        except (BackupError, OSError) as error:
            found.append(Kept(file, number, size, None, str(error)))
    return found


def left_over(found: Sequence[Kept], keep: int, weekly: int, home: str, computer: str) -> list[Kept]:
    """Those that a retention of the newest ``keep`` and of the newest of each of ``weekly`` earlier weeks does not keep.

    Never left over: what another home has put there, what cannot be read (somebody has to look at it), and the newest one that is sound, so that a
    home which is damaged night after night cannot push out the last whole backup of it.
    """
    told = [(one, one.manifest) for one in found if one.manifest]
    mine = [(one, manifest) for one, manifest in told if manifest.home == home and manifest.computer == computer]
    mine.sort(key=lambda pair: pair[0].number, reverse=True)
    own = [one for one, _ in mine]
    held = {one.number for one in own[:keep]} | {one.number for one in [one for one in own if one.sound][:1]}
    weeks: list[tuple[int, int]] = []
    for one, manifest in mine[keep:]:
        week = manifest.when.isocalendar()[:2]
        if week not in weeks and len(weeks) < weekly:
            weeks.append(week)
            held.add(one.number)
    return [one for one in own if one.number not in held]


def newest(folder: Path, now: datetime) -> Kept | None:
    """The newest backup of a folder that can be read; only its manifest is looked at. One from the future was made by a clock that was wrong: it says
    nothing of how long ago the last one was."""
    for number, file in sorted(_listed(folder), reverse=True):
        try:
            with opened(file) as (_, manifest):
                if manifest.when <= now + AHEAD:
                    return Kept(file, number, file.stat().st_size, manifest)
        except (BackupError, OSError):
            continue
    return None


def _listed(folder: Path) -> list[tuple[int, Path]]:
    if not folder.is_dir():
        return []
    named = ((NAME.match(file.name), file) for file in folder.iterdir())
    return [(int(match[1]), file) for match, file in named if match]
