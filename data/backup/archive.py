"""The archive: a ZIP whose first member, ``manifest.json``, names every other one with its size and SHA-256; its comment seals the manifest.

It is made by one writer under another name and renamed when all of it is on the disk, and it is believed only as far as its hashes hold: names
that would lie outside the home, links and members that the manifest does not name are refused before anything is unpacked.
"""

import hashlib
import json
import os
import re
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from io import BufferedWriter
from pathlib import Path, PurePosixPath

from data.backup import BackupError
from data.durable import sync_folder

FORMAT = 1
NAME = re.compile(r"^pullcord-(\d{6})-(\d{8}T\d{6}Z)\.zip$")
MANIFEST = "manifest.json"
HOME, INSTALLATION = "home/", "installation/"
"""What lies under the home, and what of the installation beside it (settings, built-in use cases) is kept to compare with."""
STORE = HOME + "pullcord.db"
_SEAL = b"pullcord backup, manifest sha256:"
_CHUNK = 1 << 20
_MOST_MANIFEST = 64 << 20
_PACKED = (".parquet", ".npz", ".png", ".jpg", ".jpeg", ".zip", ".xlsx", ".skops", ".pdf", ".gz")
Tell = Callable[[float, str], object]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an archive holds. ``files``: name -> (bytes, SHA-256); ``counts``: rows by table; ``lacks``: what was missing or damaged in the home
    itself when it was made, a sentence each; ``number`` grows with every backup of a folder, whatever the clock says."""

    number: int
    made: str
    pullcord: str
    schema: tuple[str, ...]
    home: str
    computer: str
    counts: dict[str, int]
    files: dict[str, tuple[int, str]]
    lacks: tuple[str, ...] = ()
    format: int = FORMAT

    @property
    def when(self) -> datetime:
        """When it was made, in UTC."""
        return datetime.fromisoformat(self.made).astimezone(UTC)

    @property
    def bytes(self) -> int:
        """How much room everything in it takes when it is unpacked."""
        return sum(size for size, _ in self.files.values())


@dataclass(slots=True)
class Changed(Exception):
    """A file is not any more what it was when it was looked at: begin again."""

    name: str = field(default="")


def write(file: Path, manifest: Manifest, sources: dict[str, Path], tell: Tell) -> None:
    """Write everything into the new file ``file`` and see to it that it is on the disk.

    Raises:
        Changed: a source is not any more what the manifest says.
    """
    text = json.dumps(asdict(manifest), ensure_ascii=False, sort_keys=True).encode()
    done, whole = 0, max(manifest.bytes, 1)
    with zipfile.ZipFile(file, "x", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
        packed.writestr(_entry(MANIFEST, manifest), text)
        for name, source in sources.items():
            size, wanted = manifest.files[name]
            found, entry = hashlib.sha256(), _entry(name, manifest)
            entry.file_size = size
            with source.open("rb") as opened, packed.open(entry, "w", force_zip64=size > 1 << 31) as place:
                while chunk := opened.read(_CHUNK):
                    found.update(chunk)
                    place.write(chunk)
                    done += len(chunk)
                    tell(min(done / whole, 1.0), f"Writing {name.removeprefix(HOME)}")
            if found.hexdigest() != wanted:
                raise Changed(name)
        packed.comment = _SEAL + hashlib.sha256(text).hexdigest().encode()
    with file.open("rb") as opened:
        os.fsync(opened.fileno())
    sync_folder(file.parent)


def _entry(name: str, manifest: Manifest) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, max(manifest.when.timetuple()[:6], (1980, 1, 1, 0, 0, 0)))
    entry.external_attr = (stat.S_IFREG | 0o600) << 16
    entry.compress_type = zipfile.ZIP_STORED if name.lower().endswith(_PACKED) else zipfile.ZIP_DEFLATED
    return entry


@contextmanager
def opened(file: Path) -> Iterator[tuple[zipfile.ZipFile, Manifest]]:
    """An archive, its names looked at, and its manifest; no content is read yet.

    Raises:
        BackupError: it is no backup, is cut off or damaged, of a newer kind, or has members that do not belong there.
    """
    if not file.is_file():
        raise BackupError(
            "There is no backup {file}{what}. Which there are: python -m data.backup list",
            file=file,
            what=": it is a folder" if file.is_dir() else "",
        )
    try:
        with zipfile.ZipFile(file) as packed:
            yield packed, _manifest(file, packed)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, ValueError, RuntimeError, zlib.error) as error:
        raise BackupError(
            "{file} is no whole backup ({error}): take another one. Which there are: python -m data.backup list",
            file=file,
            error=error,
        ) from None


def _manifest(file: Path, packed: zipfile.ZipFile) -> Manifest:
    names = [entry.filename for entry in packed.infolist()]
    if not names or names[0] != MANIFEST or not packed.comment.startswith(_SEAL):
        raise BackupError(
            "{file} is no backup of Pullcord: it does not begin with {MANIFEST}, or is not sealed.", file=file, MANIFEST=MANIFEST
        )
    if packed.getinfo(MANIFEST).file_size > _MOST_MANIFEST:
        raise BackupError(
            "{file}: its {MANIFEST} is larger than any that Pullcord writes; nothing of it was read.",
            file=file,
            MANIFEST=MANIFEST,
        )
    text = packed.read(MANIFEST)
    if packed.comment != _SEAL + hashlib.sha256(text).hexdigest().encode():
        raise BackupError(
            "{file} is damaged: its {MANIFEST} is not what was sealed. Take another one.", file=file, MANIFEST=MANIFEST
        )
    told = json.loads(text)
    if told.get("format") != FORMAT:
        raise BackupError(
            "{file} was made by Pullcord {pullcord}, whose backups this version ({FORMAT}) cannot read ({format}). Update this "
            "installation.",
            file=file,
            pullcord=told.get("pullcord"),
            FORMAT=FORMAT,
            format=told.get("format"),
        )
    files = {name: (int(size), str(digest)) for name, (size, digest) in told.pop("files").items()}
    lists = {name: tuple(told.pop(name)) for name in ("schema", "lacks")}
    found = Manifest(files=files, **lists, **told)
    _fitting(file, packed, found)
    return found


def _fitting(file: Path, packed: zipfile.ZipFile, manifest: Manifest) -> None:
    entries = packed.infolist()[1:]
    names = [entry.filename for entry in entries]
    if sorted(names) != sorted(manifest.files):
        odd = sorted({*names} ^ {*manifest.files}) or ["one of them twice"]
        raise BackupError(
            "{file} is damaged: its members are not those that it names ({odd}).", file=file, odd=", ".join(odd[:3])
        )
    folded: set[str] = set()
    for entry in entries:
        if not _safe(entry) or entry.filename.lower() in folded:
            raise BackupError(
                "{file} is refused: its member {filename} would not lie in the home. Nothing was unpacked.",
                file=file,
                filename=repr(entry.filename),
            )
        folded.add(entry.filename.lower())
        if entry.file_size != manifest.files[entry.filename][0]:
            raise BackupError(
                "{file} is damaged: {filename} is not as long as it was. Take another one.", file=file, filename=entry.filename
            )
    if STORE not in manifest.files:
        raise BackupError("{file} is refused: there is no store in it.", file=file)


def _safe(entry: zipfile.ZipInfo) -> bool:
    """Whether it is an ordinary file with a name inside the home (or of the installation), on every system."""
    name, kind = entry.filename, stat.S_IFMT(entry.external_attr >> 16)
    parts = name.split("/")
    plain = not any(part in ("", ".", "..") or "\\" in part or ":" in part or "\0" in part for part in parts)
    inside = name.startswith((HOME, INSTALLATION)) and len(parts) > 1 and not PurePosixPath(name).is_absolute()
    return plain and inside and kind in (0, stat.S_IFREG) and not entry.flag_bits & 1


def read_through(file: Path, packed: zipfile.ZipFile, manifest: Manifest, tell: Tell, into: Path | None = None) -> None:
    """Read every member and hold it against its hash; with ``into`` also write it there (a folder that nobody else uses).

    Raises:
        BackupError: a member is not what it was, with its name.
    """
    done, whole = 0, max(manifest.bytes, 1)
    for name, (size, wanted) in manifest.files.items():
        found, left = hashlib.sha256(), size
        place = _place(into, name) if into else None
        try:
            with packed.open(name) as member:
                while left >= 0 and (chunk := member.read(min(_CHUNK, left + 1))):
                    left -= len(chunk)
                    found.update(chunk)
                    if place:
                        place.write(chunk)
                    done += len(chunk)
                    tell(min(done / whole, 1.0), f"Reading {name.removeprefix(HOME)}")
            if place:
                place.flush()
                os.fsync(place.fileno())
        except (zipfile.BadZipFile, EOFError, NotImplementedError, ValueError, RuntimeError, zlib.error):
            left = -1
        finally:
            if place:
                place.close()
        if left or found.hexdigest() != wanted:
            raise BackupError(
                "{file} is damaged: {name} is not what was put into it. Take another one: python -m data.backup list",
                file=file,
                name=name,
            )


def _place(into: Path, name: str) -> BufferedWriter:
    place = into / name
    place.parent.mkdir(parents=True, exist_ok=True)
    return place.open("xb")
