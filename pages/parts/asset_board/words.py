"""What the board's own script says, in the session's language. Places in braces are filled in the browser."""

from pages.parts.language import t


def sentences(wall: bool) -> dict[str, str]:
    """By name; on a wall only what is said there."""
    said = {
        "new": t("new"),
        "seen": t("seen"),
        "shelved": t("shelved"),
        "sound_on": t("Sound on"),
        "sound_off": t("Sound off"),
        "wall": t("Wall"),
        "leave": t("Leave the wall"),
        "cell": t("{asset}: {text}", asset="{asset}", text="{text}"),
        "likely": t("likely"),
        "possible": t("possible"),
        "silent": t("no data"),
        "normal": t("normal"),
    }
    said["unknown"] = t("unknown")
    if not wall:
        said |= {
            "saw": t("Seen"),
            "shelve": t("Shelve"),
            "saw_label": t("Seen: the advice on {asset}", asset="{asset}"),
            "shelve_label": t("Shelve the advice on {asset}", asset="{asset}"),
        }
    return said
