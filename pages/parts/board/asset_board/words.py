"""What the board's own script says, in the session's language. Places in braces are filled in the browser."""

from pages.parts.remembered.kept import kept
from pages.parts.words.language import language, t


def sentences(wall: bool) -> dict[str, str]:
    """By name; on a wall only what is said there. Made once for each language, and not to be changed."""
    return _sentences(language(), wall)


@kept(20)
def _sentences(language: str, wall: bool) -> dict[str, str]:
    said = {
        "new": t("new"),
        "seen": t("seen"),
        "shelved": t("shelved"),
        "flagged": t("flagged"),
        "in_review": t("in review"),
        "answered": t("answered"),
        "sound_on": t("Switch the sound on"),
        "sound_off": t("Switch the sound off"),
        "wall": t("Open the wall"),
        "leave": t("Leave the wall"),
        "cell": t("{asset}: {text}", asset="{asset}", text="{text}"),
        "likely": t("likely"),
        "possible": t("possible"),
        "silent": t("no data"),
        "normal": t("normal"),
        "was_likely": t("was likely"),
        "was_possible": t("was possible"),
    }
    said["unknown"] = t("unknown")
    if not wall:
        said |= {
            "saw": t("Mark seen"),
            "shelve": t("Shelve"),
            "saw_label": t("Mark the advice on {asset} as seen", asset="{asset}"),
            "shelve_label": t("Shelve the advice on {asset}", asset="{asset}"),
        }
    return said
