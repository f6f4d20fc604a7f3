"""A stranger's text is shown to the letter: whatever it holds, nothing of it is a mark, an address, an icon or HTML."""

import re

from hypothesis import example, given, settings
from hypothesis import strategies as st

from pages.figures.template import plainly
from pages.parts.words.verbatim import PART, SHOWN_FOR_UNSEEN, verbatim
from tests.hostile import MARKS

FOUND_AGAIN = re.compile(
    r"(?i)https?://[-.\w]|www\.|[-.\w+]@[-\w]|:material_\w+:|:streamlit:|:[\w+-]+:|(^|\s)(<->|->|<-|--|>=|<=|~=)(\s|$)", re.ASCII
)
"""What Streamlit's front end looks for in the text that is left when all marks are understood."""
anything = st.lists(
    st.one_of(st.sampled_from(MARKS), st.text(max_size=4), st.sampled_from([" ", "\n", "    ", "\t"])), max_size=6
).map("".join)


def read(said: str) -> list[str]:
    """The texts that are left when escapes are understood: one for each that stands between two parts."""
    return [re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", part) for part in said.split(PART)]


@settings(max_examples=600)
@given(anything)
def test_whatever_somebody_wrote_is_shown_to_the_letter(text):
    shown = "".join(read(verbatim(text)))
    unseen = re.sub(
        r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]",
        SHOWN_FOR_UNSEEN,
        text,
    )
    assert re.sub(r"\s+", "", shown) == re.sub(r"\s+", "", unseen)


@settings(max_examples=600)
@example(":0")
@given(anything)
def test_nothing_of_it_is_a_mark_or_found_again_as_an_address_a_code_or_an_arrow(text):
    said = verbatim(text)
    for part in read(said):
        times = re.sub(r"(?<=\d):(?=\d\d(?![\w+-]))", "", part)
        assert not FOUND_AGAIN.search(times), part
    bare = re.sub(r"\\[!-/:-@\[-`{-~]", "x", said.replace(PART, ""))
    assert not re.search(r"[`*_\[\]<>#$~|&{}]", bare), bare
    assert not re.search(r"(?m)^[ \t]|^[-+=:]|^\d{1,9}[.)]([ \t]|$)", bare), bare
    assert ":material/" not in said and not re.search(r"(?<!\\):" + re.escape(PART), said)


def test_each_line_stays_a_line_and_a_blank_one_begins_no_paragraph():
    assert verbatim("a\nb") == "a  \nb"
    assert verbatim("\n a\r\n\n  - b\u2028c \n") == "a  \n\u00a0  \n\\- b  \nc"
    assert verbatim("") == verbatim(" \n ") == ""


def test_what_is_an_everyday_text_stays_as_it_is():
    for text in ("M-14", "Torque 66.0 Nm, normally 30–50; with tool wear 205 min", "Error: at 12:30:45, 3 kW", "Straße 3.5 %"):
        assert verbatim(text) == text
    assert verbatim("a_b [Nm] <1 %") == r"a\_b \[Nm\] \<1 %"


def test_text_that_turns_words_around_is_shown_and_does_not():
    assert verbatim("photo\u202egnp.exe") == f"photo{SHOWN_FOR_UNSEEN}gnp.exe"
    assert verbatim("\u2068שלום\u2069") == "\u2068שלום\u2069"  # what isolated() puts around a name stays


@settings(max_examples=300)
@given(anything)
def test_a_figure_shows_it_to_the_letter_too(text):
    said = plainly(text)
    assert "<" not in said and ">" not in said and "%{" not in said
    assert re.sub("&#123;", "{", said).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") == text or "&#123;" in text
