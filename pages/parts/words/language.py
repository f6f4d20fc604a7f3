"""Words, numbers and times in the viewer's language and the plant's time zone.

English sentences are the message ids; a language is one file, ``pages/locale/<language>/LC_MESSAGES/pullcord.po``.
Whole sentences with named places (``t("Stale since {clock}", clock=…)``), never fragments glued together, and never
called while a module is imported: the language belongs to the session.
"""

import gettext
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from datetime import date as date_
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

import streamlit as st
from babel import Locale
from babel.dates import format_date, format_datetime, format_skeleton, format_time
from babel.lists import format_list
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent, get_decimal_symbol, get_group_symbol
from streamlit import runtime

from data.clock import now
from data.readings.moments import row_of
from models.documents.words import MINUS, Words
from models.numbers.quantities import written
from pages.locale.pseudo import CODE as PSEUDO
from pages.locale.pseudo import stretched
from pages.parts.remembered.visit import visit

LOCALE = Path(__file__).parents[2] / "locale"
ASKED = "lang"
"""Where the choice stands in the address: ``?lang=de``."""
_FORMATS = {"en": "en_GB", PSEUDO: "en_GB"}  # plants read a 24-hour clock


def languages() -> tuple[str, ...]:
    """The languages there are: English, and each folder of ``pages/locale`` that holds a catalogue."""
    return ("en", *sorted(path.parent.parent.name for path in LOCALE.glob("*/LC_MESSAGES/pullcord.po")))


def language() -> str:
    """The session's language: the chosen one, else the address's, else the browser's, where there is a catalogue for it, else English."""
    if (told := _spoken.get()) is not None:
        return told
    if not runtime.exists():
        return "en"
    return best_of([visit().language, st.query_params.get(ASKED), st.context.locale or "en"])


def best_of(wanted: Iterable[str | None]) -> str:
    """The first of these that there is a catalogue for (``de-AT`` is told in ``de``), else English."""
    short = (one if one == PSEUDO else one.split("-")[0].lower() for one in wanted if one)
    return next((one for one in short if one == PSEUDO or one in _known(LOCALE)), "en")


_spoken: ContextVar[str | None] = ContextVar("spoken", default=None)


@contextmanager
def spoken(code: str) -> Iterator[None]:
    """What is told in the block is told in the language ``code``: where there is no session."""
    before = _spoken.set(code)
    try:
        yield
    finally:
        _spoken.reset(before)


def own_name(code: str) -> str:
    """A language as those call it who speak it: ``Deutsch``, ``日本語``."""
    return (Locale.parse(code).get_display_name(code) or code).capitalize() if code != PSEUDO else "Pseudo"


def told_in(code: str) -> str:
    """That what stands here was kept in the words of another language; empty where it is the reader's own or nobody knows which."""
    if not code or code in (language(), PSEUDO):
        return ""
    name = Locale.parse(code).get_display_name(_locale()) or code
    return t("Kept as it was shown then, in this language: {language}.", language=name)


def t(message: str, /, **values: object) -> str:
    """``message`` (English) in the session's language, its ``{places}`` filled."""
    return worded(message).format(**values)


def worded(message: str) -> str:
    """``message`` in the session's language, its places still open."""
    code = language()
    return stretched(message) if code == PSEUDO else _sentences(code).get(message) or message


def plural(one: str, many: str, n: int, /, **values: object) -> str:
    """The form of a sentence that belongs to the count ``n``, which fills the place ``{n}``."""
    code = language()
    forms = _sentences(code).get((one, many))
    form = forms[_plural_rule(code)(n)] if forms and all(forms) else one if n == 1 else many
    return (stretched(form) if code == PSEUDO else form).format(n=number(n, 0), **values)


def number(value: float | None, decimals: int = 1) -> str:
    """``value`` with exactly ``decimals`` decimals in the language's notation. No number at all: a dash."""
    if value is None or value != value:
        return "–"
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    value = 0.0 if round(value, decimals) == 0 else value  # nothing has no sign
    return format_decimal(value, format=pattern, locale=_locale(), decimal_quantization=True).replace("-", MINUS)


def quantity(value: float | None, decimals: int = 1) -> str:
    """A measured value at the resolution of its signal, as :func:`number` has its digits: ``66.0``, ``3.12e+8`` (:mod:`models.numbers.quantities`)."""
    return written(number, value, decimals)


def percent(share: float | None, decimals: int = 0) -> str:
    """``share`` (0 to 1) as per cent: ``0.82`` -> ``82 %``. What is not quite 0 or 1 is never shown as that: ``<1 %``."""
    if share is None or share != share:
        return "–"
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "") + " %"
    sign = ""
    if not decimals and (0 < share < 0.005 or 0.995 <= share < 1):
        share, sign = (0.01, "<") if share < 0.5 else (0.99, ">")
    text = sign + format_percent(share, format=pattern, locale=_locale())
    return text.replace(" ", "\u202f").replace("\xa0", "\u202f").replace("-", MINUS)


def isolated(text: str) -> str:
    """A name inside a sentence that keeps its own direction: one that is read from the right would turn the words beside it around."""
    from_the_right = any(unicodedata.bidirectional(sign) in ("R", "AL") for sign in text)
    return f"\u2068{text}\u2069" if from_the_right else text


def separators() -> str:
    """What stands before decimals and between thousands, for a figure's axes: ``",."``."""
    return get_decimal_symbol(_locale()) + get_group_symbol(_locale()).replace("\u202f", "\xa0")


def listed(parts: list[str]) -> str:
    """``a, b and c``, as the language writes it."""
    return format_list(parts, locale=_locale()) if parts else ""


def either(parts: list[str]) -> str:
    """``a, b or c``, as the language writes it."""
    return format_list(parts, style="or", locale=_locale()) if parts else ""


def clock(moment: datetime, zone: str, seconds: bool = True) -> str:
    """The time of day in the plant's ``zone`` (``use_case.timezone``): ``14:31:07``; of a table without times the row."""
    if row := row_of(moment, zone):
        return _row(row)
    return format_time(_local(moment, zone), "HH:mm:ss" if seconds else "HH:mm", locale=_locale())


def when(moment: datetime, zone: str) -> str:
    """A moment as people say it: ``14:02`` today, ``Tue 14:02`` within the week, else ``12 Oct 14:02`` (and the year)."""
    if row := row_of(moment, zone):
        return _row(row)
    local, today = _local(moment, zone), _local(now(), zone)
    time = format_time(local, "HH:mm", locale=_locale())
    if local.date() == today.date():
        return time
    if timedelta(0) <= today.date() - local.date() < timedelta(days=7):
        return f"{format_datetime(local, 'EEE', locale=_locale())} {time}"
    return f"{day(local.date(), today.year)} {time}"


def day(date: date_, year: int | None = None) -> str:
    """A date as it is written here, with its year unless that is ``year``: ``12 Oct``, ``12. Okt. 2020``, ``10月12日``."""
    said = format_skeleton("MMMd" if date.year == year else "yMMMd", datetime(date.year, date.month, date.day), locale=_locale())
    return said.replace(
        ". ", ".\u00a0", 1
    )  # a day is not parted from its month, nor "9. Jan." taken for the ninth point of a list


def dated(moment: datetime, zone: str) -> str:
    """A moment in a document, which is read on another day: ``24 Nov 2026, 08:15 CET``; ``UTC+1`` where the language has no short name."""
    if row := row_of(moment, zone):
        return _row(row)
    date, time, named = _in_document(moment, zone)
    return f"{date}, {time} {named}"


def dated_span(start: datetime, end: datetime, zone: str) -> str:
    """From when until when, in a document: ``24 Nov 2026, 06:00–14:00 CET``, with both days where they differ."""
    if (first := row_of(start, zone)) and (final := row_of(end, zone)):
        return t("rows {first} to {last}", first=number(first, 0), last=number(final, 0))
    (day, begun, named), (last, ended, after) = _in_document(start, zone), _in_document(end, zone)
    return (
        f"{day}, {begun}–{ended} {after}"
        if (day, named) == (last, after)
        else f"{day}, {begun} {named} – {last}, {ended} {after}"
    )


def _row(row: int) -> str:
    return t("row {n}", n=number(row, 0))


def _in_document(moment: datetime, zone: str) -> tuple[str, str, str]:
    """Date, time and the zone's name."""
    local = _local(moment, zone)
    date, named = format_date(local, "medium", locale=_locale()), format_datetime(local, "z", locale=_locale())
    if named[0] in "+-":  # Babel has no name
        ahead = local.utcoffset()
        assert ahead is not None
        hours, minutes = divmod(abs(int(ahead.total_seconds())) // 60, 60)
        named = f"UTC{named[0].replace('-', MINUS)}{hours}" + (f":{minutes:02}" if minutes else "")
    return date, format_time(local, "HH:mm", locale=_locale()), named


def day_of(moment: datetime, zone: str) -> str:
    """The calendar day of a moment in the plant's ``zone``, without its year: ``28 Nov``."""
    if row := row_of(moment, zone):
        return _row(row)
    local = _local(moment, zone)
    return day(local.date(), local.year)


def words(zone: str = "UTC") -> Words:
    """The session's language for what the floor below tells by itself (the model card, the bars of the gate)."""
    return Words(
        language(),
        t,
        number,
        percent,
        lambda moment: dated(moment, zone),
        lambda moment: clock(moment, zone, seconds=False),
        lambda start, end: dated_span(start, end, zone),
        listed,
        plural,
    )


def duration(seconds: float) -> str:
    """How long, in its largest sensible unit: ``42 s``, ``3 min``, ``2 h``, ``5 days``."""
    seconds = max(seconds, 0)
    if seconds < 120:
        return t("{n} s", n=number(int(seconds), 0))
    if seconds < 120 * 60:
        return t("{n} min", n=number(int(seconds // 60), 0))
    if seconds < 48 * 3600:
        return t("{n} h", n=number(int(seconds // 3600), 0))
    return plural("{n} day", "{n} days", int(seconds // 86_400))


def _local(moment: datetime, zone: str) -> datetime:
    return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(ZoneInfo(zone))


def _locale() -> str:
    return _FORMATS.get(language(), language())


@lru_cache(maxsize=16)
def _catalogue(name: str) -> tuple[Mapping, str]:
    """Of a language: its sentences by the English ones, and its rule of plurals."""
    path = LOCALE / name / "LC_MESSAGES" / "pullcord.po"
    if name not in languages() or not path.is_file():
        return {}, "n != 1"
    with path.open("rb") as file:
        found = read_po(file, locale=name)
    said = {one.id: one.string for one in found if one.id}
    said |= {key[0]: forms[0] for key, forms in said.items() if isinstance(key, tuple)}
    return said, found.plural_expr


def _sentences(name: str) -> Mapping:
    return _catalogue(name)[0]


@lru_cache(maxsize=16)
def _plural_rule(name: str) -> Callable[[int], int]:
    return gettext.c2py(_catalogue(name)[1])


@lru_cache(maxsize=4)
def _known(folder: Path) -> frozenset[str]:
    return frozenset(languages())
