"""Files that people hang into a case: whatever they hold, the case opens, and nothing but a small copy of a picture is ever shown."""

import io
import struct
import time
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from data.attachments import MOST_NAME, OTHER, Attachment, attachment, file_name, thumbnail_of
from data.store import TooMuch
from data.store.sqlite.feedback import thread
from data.usecase.file import load
from tests.screens import flag, recorded_plant, show, texts


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(width: int, height: int, rows: bytes = b"\x00\x00\x00\x00") -> bytes:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def picture(kind: str, size=(1200, 900), mode="RGB", **given) -> bytes:
    held = io.BytesIO()
    Image.new(mode, size, "red" if mode == "RGB" else (255, 0, 0, 120)).save(held, kind, **given)
    return held.getvalue()


FRAME = b"\x2c\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02\x44\x01\x00"
MANY_FRAMES = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00" + FRAME * 10_000 + b";"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
NOT_SHOWN = {
    "broken.png": picture("PNG")[:900],
    "only_a_header.png": b"\x89PNG\r\n\x1a\n",
    "drawing.svg": SVG,
    "drawing.png": SVG,
    "phone.heic": b"\x00\x00\x00\x18ftypheic" + bytes(500),
    "huge.png": png(60_000, 60_000),
    "tall.png": png(1, 2_000_000_000),
    "nothing.png": b"",
    "scan.tif": picture("TIFF"),
    "page.jpg": b"<html><script>alert(1)</script></html>",
    "bomb.gif": b"GIF89a\xff\xff\xff\xff\x80\x00\x00\xff\xff\xff\x00\x00\x00" + FRAME + b";",
}
SHOWN = {
    "photo.jpg": picture("JPEG"),
    "clear.png": picture("PNG", mode="RGBA"),
    "named.exe": picture("PNG"),
    "many.gif": MANY_FRAMES,
    "polyglot.png": picture("PNG") + SVG,
    "moves.webp": picture("WEBP", save_all=True, append_images=[Image.new("RGB", (1200, 900))] * 3),
}


@pytest.mark.parametrize("name", NOT_SHOWN)
def test_what_is_no_picture_that_can_be_made_small_is_kept_as_it_came_and_not_shown(name):
    told = attachment(name, NOT_SHOWN[name])
    assert (told.thumbnail, told.content, told.name) == (None, NOT_SHOWN[name], name)
    assert told.type == OTHER or NOT_SHOWN[name][:3] in (b"\x89PN", b"GIF")


@pytest.mark.parametrize("name", SHOWN)
def test_of_a_picture_only_a_small_copy_is_shown_whatever_it_is_called(name):
    told = attachment(name, SHOWN[name])
    with Image.open(io.BytesIO(told.thumbnail)) as small:
        assert small.format in ("PNG", "JPEG") and small.width <= 840 and getattr(small, "n_frames", 1) == 1
    assert b"<script" not in told.thumbnail and told.content == SHOWN[name]


def test_where_a_picture_was_taken_is_not_in_its_small_copy():
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "the owner's kitchen"
    small = thumbnail_of(picture("JPEG", (900, 300), exif=exif))
    assert b"kitchen" not in small and Image.open(io.BytesIO(small)).size == (300, 900), "it stands upright"


@settings(max_examples=150)
@given(st.text(max_size=400))
def test_any_name_becomes_one_that_a_file_may_have_anywhere(name):
    kept = file_name(name)
    assert kept and len(kept) <= MOST_NAME and kept == file_name(kept) and kept.strip(". ") == kept
    assert not set(kept) & set('/\\:*?"<>|\0\n\r\u202e\u200f')


@pytest.mark.parametrize(
    "name, kept", [("..", "file"), ("a/../b.png", "a_.._b.png"), ("NUL.txt", "_NUL.txt"), ("日本.png", "日本.png")]
)
def test_names_of_folders_and_devices_are_no_names_of_files(name, kept):
    assert file_name(name) == kept
    assert file_name("x" * 300 + ".png").endswith("xx.png")


@pytest.fixture
def plant(tmp_path, monkeypatch):
    yield from recorded_plant(tmp_path / "home", monkeypatch, load("milling"))


def review():
    from pages.review import render

    render()


def test_a_case_of_an_older_home_opens_whatever_was_hung_into_it_and_is_looked_at_once(plant):
    raised = flag(plant)
    old = {
        name: (NOT_SHOWN | SHOWN)[name]
        for name in ("broken.png", "drawing.svg", "huge.png", "nothing.png", "phone.heic", "photo.jpg", "many.gif")
    }
    for name, content in old.items():
        told = plant.feedback.say(raised.case, "dana", "", Attachment(name, "image/png", content))
        with plant.feedback._c.write() as db:  # as the version before kept them
            db.execute("UPDATE case_message SET looked = 0, thumbnail = NULL WHERE id = ?", (told.id,))
    app = show(review, "erik", case=raised.case)
    assert len(app.get("download_button")) >= len(old) and len(app.get("image")) == 2
    assert all(message.looked for message in plant.feedback.thread(raised.case))
    begun = time.monotonic()
    app.run()
    assert len(app.get("image")) == 2 and time.monotonic() - begun < 3
    assert "Notes and files" in " ".join(one.label for one in app.expander) and texts(app)


def test_a_case_and_a_day_of_one_person_have_room_for_so_much(plant, monkeypatch):
    raised, other = flag(plant), flag(plant, reading=3)
    monkeypatch.setattr(thread, "MOST_FILES", 2)
    monkeypatch.setattr(thread, "MOST_OF_A_DAY", 25)
    ten = Attachment("ten.bin", OTHER, b"0123456789")
    plant.feedback.say(raised.case, "dana", "", ten)
    plant.feedback.say(raised.case, "dana", "", ten)
    with pytest.raises(TooMuch, match=r"ten.bin was not added: case \d+ has 2 files .* at most 2 files"):
        plant.feedback.say(raised.case, "erik", "", ten)
    with pytest.raises(TooMuch, match="you have added 0 MB within a day"):
        plant.feedback.say(other.case, "dana", "", ten)
    plant.feedback.say(other.case, "erik", "", ten)
    plant.feedback.say(raised.case, "dana", "Words have room.")
    with pytest.raises(TooMuch, match="at most 20000 letters"):
        plant.feedback.say(raised.case, "dana", "x" * 20_001)
    assert len(plant.feedback.thread(raised.case)) == 3
