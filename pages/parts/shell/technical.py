"""Who reads what names files, commands or statistics: whoever may mend it. Operators read what it means for them, and who can see more.

A text from a lower floor may name a path, a key of a ``usecase.yaml`` or a command to paste. :func:`for_reader` keeps that from people who can do nothing
with it; :func:`hint` adds it for those who can.
"""

import re

from streamlit import runtime

from data.people import Action, may
from pages.parts.shell.identity import who
from pages.parts.words.language import t

TECHNICAL = re.compile(
    r"""\b[\w-]+\.(?:ya?ml|py|json|csv|tsv|parquet|xlsx?|db|toml|log)\b  # a file
    | \bpython[ ]-?\w | (?<!\S)--\w[\w-]+ | PULLCORD_\w+                # a command, an option, a setting
    | (?<![\w/.])/[\w.~-]+/[\w.~-]+ | \b[A-Z]:\\                        # a path
    | \b(?:usecase|replay\.\w+|traceback|sqlite\w*|null|NaN|None|errno)\b(?![ ](?:of|left|yet|is|are|has|have|lies|stands))
    | \b(?:SHAP|LIME|Shapley|log-odds|quantile|p-value|nDCG|ROC|Brier|sha256|YAML|JSON)\b""",
    re.VERBOSE,
)
"""What nobody on the floor can do anything with."""


def technical() -> bool:
    """Whether who is looking mends lines. Without anybody's session (a log, a test of words) there is nobody to be spared."""
    return not runtime.exists() or may(who(), Action.ADD_USE_CASE)


def hint(said: str) -> str:
    """``said`` for those who can act on it, nothing for others."""
    return said if technical() else ""


def for_reader(said: str) -> str:
    """``said``, or that others can see it, where it is technical and who is looking is not."""
    return said if technical() or not TECHNICAL.search(said) else t("Whoever looks after Pullcord can see here what it is.")
