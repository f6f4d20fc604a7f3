"""What a screen says when the program itself is at fault: in the reader's language, what is safe, and what to do. What it was stands in the log."""

from pages.parts.shell import session
from pages.parts.shell.frame import trouble
from pages.parts.words.language import dated, t


def told(error: Exception) -> bool:
    """Say it where the error stopped the drawing. Streamlit has logged it; its own message would be English, and of no use on the floor."""
    del error
    hint = t(
        "Nothing that was recorded is lost. Load the page anew. If it comes back, tell your administrator this time: {time}.",
        time=_now(),
    )
    trouble(t("This screen met an error of its own."), hint)
    return True


def _now() -> str:
    try:
        zone = session.use_case().timezone
    except Exception:  # a second fault must not hide the first
        zone = "UTC"
    return dated(session.now(), zone)
