"""Words, numbers and times in the viewer's language and the plant's time zone.

English sentences are the message ids; a language is one file, ``pages/locale/<language>/LC_MESSAGES/pullcord.po``.
Whole sentences with named places (``t("Stale since {clock}", clock=…)``), never fragments glued together, and never
called while a module is imported: the language belongs to the session.
"""

import unicodedata
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

import streamlit as st
from babel.dates import format_date, format_datetime, format_skeleton, format_time
from babel.lists import format_list
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent
from streamlit import runtime

from models.words import Words

LOCALE = Path(__file__).parent.parent / "locale"
_FORMATS = {"en": "en_GB"}  # plants read a 24-hour clock


def languages() -> tuple[str, ...]:
    """The languages there are: English, and each folder of ``pages/locale`` that holds a catalogue."""
    return ("en", *sorted(path.parent.parent.name for path in LOCALE.glob("*/LC_MESSAGES/pullcord.po")))


def language() -> str:
    """The session's language: the chosen one, else the browser's when there is a catalogue for it, else English."""
    if not runtime.exists():
        return "en"
    wanted = st.session_state.get("language") or (st.context.locale or "en").split("-")[0]
    return wanted if wanted in languages() else "en"


def t(message: str, /, **values: object) -> str:
    """``message`` (English) in the session's language, its ``{places}`` filled."""
    catalogue = _catalogue(language())
    found = catalogue.get(message) if catalogue else None
    return str((found.string if found else "") or message).format(**values)


def plural(one: str, many: str, n: int, /, **values: object) -> str:
    """The form of a sentence that belongs to the count ``n``, which fills the place ``{n}``."""
    catalogue = _catalogue(language())
    found = catalogue.get(one) if catalogue else None
    if found and found.pluralizable and any(found.string):
        import gettext

        form = found.string[gettext.c2py(catalogue.plural_expr)(n)]
    else:
        form = one if n == 1 else many
    return form.format(n=number(n, 0), **values)


def number(value: float, decimals: int = 1) -> str:
    """``value`` with exactly ``decimals`` decimals in the language's notation. No number at all: a dash."""
    if value is None or value != value:
        return "–"
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return format_decimal(value, format=pattern, locale=_locale(), decimal_quantization=True)


def percent(share: float, decimals: int = 0) -> str:
    """``share`` (0 to 1) as per cent: ``0.82`` -> ``82 %``. What is not quite 0 or 1 is never shown as that: ``<1 %``."""
    if share is None or share != share:
        return "–"
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "") + " %"
    sign = ""
    if not decimals and (0 < share < 0.005 or 0.995 <= share < 1):
        share, sign = (0.01, "<") if share < 0.5 else (0.99, ">")
    text = sign + format_percent(share, format=pattern, locale=_locale())
    return text.replace(" ", "\u202f").replace("\xa0", "\u202f")


def isolated(text: str) -> str:
    """A name inside a sentence that keeps its own direction: one that is read from the right would turn the words beside it around."""
    from_the_right = any(unicodedata.bidirectional(sign) in ("R", "AL") for sign in text)
    return f"\u2068{text}\u2069" if from_the_right else text


def listed(parts: list[str]) -> str:
    """``a, b and c``, as the language writes it."""
    return format_list(parts, locale=_locale()) if parts else ""


def clock(moment: datetime, zone: str, seconds: bool = True) -> str:
    """The time of day in the plant's ``zone`` (``use_case.timezone``): ``14:31:07``."""
    return format_time(_local(moment, zone), "HH:mm:ss" if seconds else "HH:mm", locale=_locale())


def when(moment: datetime, zone: str) -> str:
    """A moment as people say it: ``14:02`` today, ``Tue 14:02`` within the week, else ``12 Oct 14:02`` (and the year)."""
    local, today = _local(moment, zone), _local(datetime.now(UTC), zone)
    time = format_time(local, "HH:mm", locale=_locale())
    if local.date() == today.date():
        return time
    if timedelta(0) <= today.date() - local.date() < timedelta(days=7):
        return f"{format_datetime(local, 'EEE', locale=_locale())} {time}"
    return f"{format_date(local, 'd MMM' if local.year == today.year else 'd MMM yyyy', locale=_locale())} {time}"


def dated(moment: datetime, zone: str) -> str:
    """A moment in a document, which is read on another day: ``24 Nov 2026, 08:15 CET``."""
    local = _local(moment, zone)
    date = format_date(local, "medium", locale=_locale())
    return f"{date}, {format_time(local, 'HH:mm', locale=_locale())} {format_datetime(local, 'z', locale=_locale())}"


def day(moment: datetime, zone: str, year: bool = False) -> str:
    """A calendar day in the plant's ``zone``, as the language writes it short: ``28 Nov``."""
    return format_skeleton("yMMMd" if year else "MMMd", _local(moment, zone), locale=_locale())


def words(zone: str = "UTC") -> Words:
    """The session's language for what the floor below tells by itself (the model card, the bars of the gate)."""
    return Words(language(), t, number, percent, lambda moment: dated(moment, zone), listed)


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
def _catalogue(name: str) -> Catalog | None:
    path = LOCALE / name / "LC_MESSAGES" / "pullcord.po"
    if not path.is_file():
        return None
    with path.open("rb") as file:
        return read_po(file, locale=name)
