"""A language that nobody speaks, to find what would be cut off or was never translated: every sentence longer, in letters with accents.

Opened with ``?lang=qps`` (the private tag that other tools use too). Texts grow as translations do: short words by 100 %, sentences by 40 %.
"""

import re

CODE = "qps"
SHORT = 12
_ACCENTED = str.maketrans("AEIOUYaeiouyncsz", "ÄËÏÖÜŸáéíóúýñçšž")
_KEPT = re.compile(r"(\{\w+\}|<[^>]+>|`[^`]*`|:material/\w+:)")


def stretched(sentence: str) -> str:
    """``sentence`` as a longer one, in brackets; its ``{places}``, tags and code stay as they are."""
    if not re.search(r"[A-Za-z]", _KEPT.sub("", sentence)):
        return sentence
    parts = [part if at % 2 else part.translate(_ACCENTED) for at, part in enumerate(_KEPT.split(sentence))]
    grows = 1.0 if len(sentence) <= SHORT else 0.4
    more = max(1, round(len(sentence) * grows) - 2)
    filler = (" lorem ipsum dolor sit amet" * (1 + more // 26))[:more].rstrip()
    return f"[{''.join(parts)}{filler}]"
