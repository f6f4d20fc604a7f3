"""Makes a small copy of a picture, as the child of :mod:`data.attachments`: ``python -m data.pictures FILE SMALL``.

What the header says is looked at first; nothing is decoded that would be too large. Prints one JSON object: ``{}``, or ``{"refused": why}``.
"""

import json
import sys
import warnings
from pathlib import Path

from PIL import Image, ImageOps

MOST_PIXELS = 64_000_000
"""What a telephone's camera takes; more is not decoded."""
WIDE, HIGH = 840, 1680
KINDS = ("PNG", "JPEG", "GIF", "WEBP")


def small_copy(file: Path, small: Path) -> None:
    """Write the first frame of ``file``, upright and small, to ``small``.

    Raises:
        ValueError, OSError, SyntaxError: it is no picture, too large, or broken.
    """
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    with Image.open(file, formats=KINDS) as opened:
        if opened.width * opened.height > MOST_PIXELS or 0 in opened.size:
            raise ValueError(f"{opened.width} × {opened.height} pixels")
        opened.draft("RGB", (WIDE, WIDE))  # a JPEG is read small at once
        clear = opened.mode in ("RGBA", "LA", "PA") or "transparency" in opened.info
        drawn = opened.convert("RGBA" if clear else "RGB")
    drawn = ImageOps.exif_transpose(drawn)
    drawn.thumbnail((WIDE, HIGH))
    drawn.info.clear()  # where it was taken, and by whom, stays in the file
    drawn.save(small, "PNG" if clear else "JPEG", **({} if clear else {"quality": 82}))


def main() -> int:
    """Exit code 0 also when it is refused: what it cannot survive is told by any other one."""
    file, small = map(Path, sys.argv[1:])
    try:
        small_copy(file, small)
    except MemoryError:
        raise
    except Exception as why:  # a decoder fails in many ways
        print(json.dumps({"refused": f"{type(why).__name__}: {why}"[:500]}))
    else:
        print(json.dumps({}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
