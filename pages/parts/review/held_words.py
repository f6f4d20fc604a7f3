"""Why something that a person said waits for a second one, in words."""

from pages.parts.words.language import t


def held_word(why: str) -> str:
    """Why a correction, or what was typed in of an inspection, is held back."""
    return {
        "new_account": t("the account of who decided is new"),
        "burst": t("one person decided or flagged many within an hour"),
        "contradiction": t("another correction says the opposite of the same moment"),
        "inspection": t("an inspection found something else"),
        "alone": t("nobody but who flagged it has decided it"),
    }[why]
