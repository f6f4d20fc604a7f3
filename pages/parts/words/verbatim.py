"""A stranger's text, drawn to the letter wherever Streamlit reads Markdown: in texts, captions, labels of buttons, help, messages.

Whatever people or tables brought may hold marks: names of machines and signals, units, causes, comments, file names, titles. What Streamlit 1.67 makes of
them was read in its front end (``StreamlitMarkdown``) and is held in a browser by ``tests/e2e/test_faults.py``:

* before anything else ``:material/`` becomes ``:material_``;
* CommonMark, GFM (tables, ``~``, footnotes, bare addresses), formulas in ``$``, directives (``:red[…]``, ``:small[…]``, ``::leaf``), HTML as text;
* afterwards, in what is left as text, escaped or not: ``:material_…:``, ``:streamlit:``, emoji short codes, ``http://…``, ``www.…``, addresses of mail,
  and arrows and signs between blanks (``->``, ``--``, ``>=``, ``~=``).

So marks are escaped, and what would be found again in the text is parted by an element without content, which nobody sees, searches or copies.
"""

import re

PART = ":color[]"
"""An empty ``<span>``: what stands before it and what stands after it are two texts."""
SHOWN_FOR_UNSEEN = "\ufffd"
"""What stands for a sign that would be invisible, control something or turn the text around."""

_UNSEEN = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]")
_ISOLATED = re.compile("(?s)\u2068(.*)\u2069")
_LINES = re.compile(r"\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")
_MARKS = re.compile(
    r"""(?P<mark>[\\`*_\[\]<>\#$~|&{}])          # marks wherever they stand
    | (?P<time>(?<=[0-9]):(?=[0-9]{2}(?![\w+-])))  # the hour and its minutes
    | (?P<colon>:(?=[A-Za-z/:@_+-]|[0-9]+[\w+-]*:)|:$)  # a directive, a short code, an address
    | (?P<dot>(?i:(?<=www))\.)                   # an address without http
    | (?P<at>@)                                  # an address of mail
    """,
    re.VERBOSE,
)
_TWO_SIGNS = re.compile(r"(?<=[-<>~=])(?=[-<>~=])")
_BEGINS = re.compile(r"(?P<sign>[-+=]|:(?!color\[\]))|(?P<list>[0-9]{1,9})[.)](?=[ \t]|$)")


def verbatim(text: object) -> str:
    """``text`` as Markdown that shows it to the letter, each of its lines on a line of its own; nothing in it is fetched, linked or marked."""
    told = str(text)
    if isolated := _ISOLATED.fullmatch(told):  # pages.parts.words.language.isolated: a name that is read from the right
        return f"\u2068{verbatim(isolated[1])}\u2069"
    lines = [_line(line.strip(" \t")) for line in _LINES.split(_UNSEEN.sub(SHOWN_FOR_UNSEEN, told))]
    while lines and not lines[0]:
        del lines[0]
    while lines and not lines[-1]:
        del lines[-1]
    return "  \n".join(line or "\u00a0" for line in lines)  # a blank line would begin another paragraph


def _line(line: str) -> str:
    parted = [_marked(part) for part in _TWO_SIGNS.split(line)]
    told = PART.join(parted)
    if begins := _BEGINS.match(told):
        if begins["sign"]:
            return "\\" + told
        return f"{begins['list']}\\{told[begins.end() - 1 :]}"
    return told


def _marked(text: str) -> str:
    def escaped(found: re.Match) -> str:
        if found["mark"]:
            return "\\" + found["mark"]
        if found["time"]:
            return ":"
        if found["colon"]:
            return "\\:" + PART
        return f"{PART}{found[0]}"

    return _MARKS.sub(escaped, text)
