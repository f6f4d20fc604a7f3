"""A count goes with its noun: of one there is one, in every sentence that a count is put into."""

import re
from datetime import timedelta
from types import SimpleNamespace

import pytest

from data.usecase.file import load
from models.documents.card_judged import unseen
from models.documents.words import ENGLISH
from pages.locale.catalogue import gathered
from pages.parts.words.language import plural, spoken, words
from pages.parts.words.shares import rest_text
from pages.parts.words.spans import length_text

COUNTED = re.compile(r"\{(?P<place>\w+)\} (?:[a-z-]+ ){0,3}?(?P<noun>[a-z]{2,}s)\b")
"""A place, at most three words, and what may be a noun in the plural."""
_NO_COUNT = """
about age alarm alpha appeared asset at base before between bias by called cause classes clock confidence corrected day
denied edge end error features figure file first given high id label last level limit lower lowest made median name
name2 near now number of2 off other outcome outgoing owner pace part path percent person process range reading reason
release risk said seed share shown signal since span state text time title told trouble unit value values what when
where who width word words
"""
NO_COUNT = set(re.findall(r"\w+", _NO_COUNT))
"""Places that hold no count."""
NO_NOUN = {"predicts", "belongs", "becomes", "runs", "is", "was", "has", "does", "this", "its", "points", "says", "knows", "needs", "gives", "names", "means", "less", "others", "us", "as", "reads", "lies",
           "ends", "stands", "lets", "holds", "always", "plus", "follows", "tries", "goes", "afterwards", "lives", "adds", "leaves"}  # fmt: skip
MANY = (
    # figures of a release, which is judged and explained on dozens of rows at least
    "On {rows} readings with {n} failures, from which no release has learned.",
    "In the table: on {rows} held-out readings with {n} failures, from which no release has learned.",
    "On the gold set of {rows} readings: precision {precision}, recall {recall}.",
    "It fails {n} of {all} lines.",
    "All {n} lines",
    "Called unknown of {n} held-out readings: {false}.",
    "Called unknown of {n} held-out readings: {false}. Of one machine that is {per_day} a day, at most {high} (95 %): so many readings are {days} days of one.",
    "On the newest stretch ({rows} readings since {since}), which it may have learned from elsewhere. {figure}: {value} ({low} to {high}).",
    "Would it have worked lately? Taught only by what came before, on the {rows} readings since {since}. {figure}: {value} ({low} to {high}).",
    "The shares ({method}) add up within {gap}. Usual: the mean over {n} real training readings.",
    "{n} rows are left out of learning and judging: they are frozen, and only say again what stood before them while time went on.",
    "No live reading has been predicted yet. This is the release's own profile, from {rows} readings that it learned from.",
    "No live reading has been predicted yet. This is the release's own profile, from {rows} held-out readings.",
    "They imitate the model, they are not the plant's laws. Fidelity {fidelity} of 1 (R²); same side of the advice in {agreement}; of the model's advice they find "
    "{found}. From {n} readings, checked on {m} others.",
    "Exact interaction values of {n} readings; H (Friedman) of {m}: the share of what both do that neither does alone.",
    "Joint part of the partial dependence of {n} readings; H (Friedman) of {m}: its share of what both do.",
    # told from a number on
    "{part}: it finds {share} of {n} failures.",
    "{part}: it finds {share} of {n} failures. What the signals do not show cannot be foreseen.",
    "No part with {segment} failures or more is found in less than 80 %, no cause with {cause} or more in less than half.",
    "of the newest {n} confirmed readings {now} are within what was promised; it should be {was}.",
    "of the newest {n} confirmed failures {now} were warned of; on readings that it never saw it was {was}.",
    "of the newest {n} confirmed outcomes with a warning {now} were bad; on readings that it never saw it was {was}.",
    "it reaches over more than {hours} hours",
    "{signal} {one} and {other} seem to be written down for each other there: with them exchanged {right} of {n} readings fit. No label is wrong, so none is put "
    "right: mend the table, or leave them out.",
    "Bad data: {signal} of {asset} is off by {shift} against its siblings. With that taken away {n} of {cases} reviewed cases of it would be told rightly: decide "
    "them as bad data, no label is wrong.",
    # a part of more
    "All {n} signals",
    "From a random {n} of {total} readings, {source}.",
    "A random {n} of {total} readings so far; reading more …",
    "The newest {n} of {all} flags are drawn.",
    "2 · What it holds: {rows} rows, {columns} columns",
    # numbers with decimals, which are no count
    "{n} times",
    "{n} days",
)
"""Looked at one by one: of these there is never one."""


def lacking() -> list[str]:
    """Sentences with a count before a noun in the plural that have no form for one."""
    found = []
    for message in gathered():
        if not message.id or message.auto_comments or isinstance(message.id, tuple):
            continue
        for hit in COUNTED.finditer(message.id):
            if hit["place"] not in NO_COUNT and hit["noun"] not in NO_NOUN and message.id not in MANY:
                found.append(f"{message.id}  [{hit[0]}]")
    return found


def test_every_count_before_a_noun_has_a_form_for_one():
    assert lacking() == []


def test_what_is_said_to_be_never_one_is_still_said():
    said = {
        form for message in gathered() if message.id for form in (message.id if isinstance(message.id, tuple) else (message.id,))
    }
    assert set(MANY) - said == set()


@pytest.mark.parametrize(("others", "small", "said"), [
    (("a",), 0, "One smaller reason: −4 points"), (("a", "b"), 0, "2 smaller ones together: −4 points"), (("a",), 1, "The rest together: −4 points"),
])  # fmt: skip
def test_the_rest_of_the_reasons_goes_by_how_many_they_are(others, small, said):
    told = SimpleNamespace(unit="points", others=others, small=small, rest=-4, step=1.0)
    assert rest_text(load("milling"), told).replace("\u202f", " ") == said


def test_below_the_screens_too_one_is_one():
    on = {"units": 1, "kind": "stretch", "why_not": None}
    assert unseen(ENGLISH, on) == "The figures are of 1 stretch of time that it never saw."
    assert unseen(ENGLISH, on | {"units": 12}) == "The figures are of 12 stretches of time that it never saw."
    with spoken("de"):
        assert unseen(words(), on) == "Die Zahlen gelten für 1 Zeitabschnitt, den es nie gesehen hat."
    assert [length_text(timedelta(days=one)) for one in (2, 2.5)] == ["2 days", "2.5 days"]
    assert plural("{n} machine", "{n} machines", 1) == "1 machine"
