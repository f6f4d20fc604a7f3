"""Files that people hang into a case: what each is by its content, its name as text, and a small picture of it where it is one.

A picture is decoded once, when it comes in, in a bounded process (:mod:`data.pictures`), and only as that small copy is it ever shown. Everything else
is kept as it came, to be downloaded, and never opened here.
"""

import re
import tempfile
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from data.bounded import Ended, Limits, run_bounded

MOST_NAME = 120
"""Letters of a file's name that are kept, its ending among them."""
OTHER = "application/octet-stream"
SHOWN = ("image/png", "image/jpeg", "image/gif", "image/webp")
_BEGINS = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)
_LIMITS = Limits(wall_s=20, cpu_s=10, memory=700_000_000, written=20_000_000)
_NOT_IN_A_NAME = re.compile(r'[\x00-\x1f\x7f-\x9f<>:"/\\|?*\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffd]+')
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?$")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file as it is kept. ``thumbnail``: a PNG or JPEG at most 840 px wide; ``None`` for what is no picture that can be shown."""

    name: str
    type: str
    content: bytes
    thumbnail: bytes | None = None


def attachment(name: str, content: bytes) -> Attachment:
    """The file as it is to be kept. Takes up to some seconds for a picture."""
    found = type_of(content)
    return Attachment(file_name(name), found, content, thumbnail_of(content) if found.startswith("image/") else None)


def type_of(content: bytes) -> str:
    """The media type of a picture that can be made small, by how its content begins; of everything else one that no browser opens."""
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for begins, kind in _BEGINS if content.startswith(begins)), OTHER)


def thumbnail_of(content: bytes) -> bytes | None:
    """A small copy of a picture, made in a process of its own; ``None`` where there can be none (broken, too large, too slow)."""
    with tempfile.TemporaryDirectory() as work:
        file, small = Path(work) / "given", Path(work) / "small"
        file.write_bytes(content)
        try:
            told = run_bounded("data.pictures", str(file), str(small), limits=_LIMITS)
        except Ended:
            return None
        return small.read_bytes() if "refused" not in told and small.is_file() else None


def file_name(name: str) -> str:
    """A name that a file may have anywhere: without folders, signs that control or turn text around, or more than 120 letters."""
    plain = _NOT_IN_A_NAME.sub("_", unicodedata.normalize("NFC", name.encode("utf-8", "replace").decode("utf-8"))).strip(" .")
    stem, dot, ending = plain.rpartition(".")
    if dot and len(ending) <= 10:
        plain = f"{stem[: MOST_NAME - len(ending) - 1].rstrip(' .')}.{ending}" if stem.strip(" ._") else f"file.{ending}"
    plain = plain[:MOST_NAME].strip(" .")
    if not plain.strip("_ ."):
        return "file"
    return f"_{plain}" if _RESERVED.match(plain) else plain
