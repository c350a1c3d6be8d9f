"""When an article was published, as ISO 8601, from whatever form the date was stated in.

ISO 8601, RFC 2822 and seconds since 1970 are read here; words go to dateparser, strictly: day, month
and year must all be there, and nothing is taken relative to today. What can be read in two ways, or
cannot be a date of publication, is no date at all.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache

from documents.cleaning import clean_line

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

FIRST_YEAR = 1600
LAST_YEAR = 2199
_LONGEST = 80
"""Characters; what is longer is no date, and would take long to find that out."""

_YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:[T ,]+(\S.*))?", re.IGNORECASE)
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})(?:[T ,]+(\S.*))?", re.IGNORECASE)
_RFC_2822 = re.compile(
    r"(?:[a-z]{3}, *)?\d{1,2} [a-z]{3} \d{4} \d{1,2}:\d{2}(?::\d{2})? (?:[+-]\d{4}|[a-z]{1,3})", re.IGNORECASE
)
_NUMERIC_INSIDE = re.compile(r"\d{1,2} ?[-/] ?\d{1,2} ?[-/] ?\d{2,4}")
_CLOCK = re.compile(
    r"(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)? ?([ap]m)? ?(z|utc|gmt|[+-]\d{2}:?\d{2})?", re.IGNORECASE
)
_DATEPARSER_NAMES: Mapping[str, str] = {"no": "nb"}
_SETTINGS: Mapping[str, object] = {
    "STRICT_PARSING": True,
    "REQUIRE_PARTS": ["day", "month", "year"],
    "PARSERS": ["absolute-time"],
    "RETURN_TIME_AS_PERIOD": True,
}


def iso_date(value: object, language: str | None = None) -> str | None:
    """Return `value` as an ISO 8601 date, or date and time with the time zone that was stated, or None.

    Args:
        value: What was stated: text, or seconds or milliseconds since 1970 as a number.
        language: ISO 639-1 code of the language that month names are in, when known.
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return _since_1970(float(value))
    if not isinstance(value, str):
        return None
    text = clean_line(value)
    if not text or len(text) > _LONGEST:
        return None
    if text.isascii() and text.isdigit():
        return _digits(text)
    return _iso(text) or _rfc_2822(text) or _numeric(text) or _words(text, language)


def _formatted(moment: datetime, has_time: bool = True) -> str | None:
    if not FIRST_YEAR <= moment.year <= LAST_YEAR or (has_time and moment.replace(tzinfo=UTC) == _EPOCH):
        return None  # out of reason, or the zero that programs write for a missing time
    if not has_time or (moment.tzinfo is None and (moment.hour, moment.minute, moment.second) == (0, 0, 0)):
        return moment.date().isoformat()  # midnight without a zone is how programs write a mere date
    return moment.replace(microsecond=0).isoformat()


def _since_1970(seconds: float) -> str | None:
    if seconds >= 1e11:
        seconds /= 1000
    if not 1e8 <= seconds < 1e11:  # smaller numbers are years, row numbers or "no date"
        return None
    try:
        return _formatted(datetime.fromtimestamp(seconds, UTC))
    except (OverflowError, ValueError, OSError):
        return None


def _digits(text: str) -> str | None:
    if len(text) == 8:
        return _built(text[:4], text[4:6], text[6:], None)
    return _since_1970(float(text)) if len(text) in (9, 10, 13) else None


def _iso(text: str) -> str | None:
    try:
        return _formatted(datetime.fromisoformat(text))
    except ValueError:
        return None


def _rfc_2822(text: str) -> str | None:
    if not _RFC_2822.fullmatch(text):
        return None
    try:
        return _formatted(parsedate_to_datetime(text))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _numeric(text: str) -> str | None:
    if found := _YEAR_FIRST.fullmatch(text):
        year, _, month, day, clock = found.groups()
        return _built(year, month, day, clock)
    if found := _YEAR_LAST.fullmatch(text):
        first, mark, second, year, clock = found.groups()
        # With dots the day comes first everywhere; with other marks only a number above 12 tells.
        if mark == "." or int(first) > 12 or first.lstrip("0") == second.lstrip("0"):
            return _built(year, second, first, clock)
        if int(second) > 12:
            return _built(year, first, second, clock)
    return None


def _built(year: str, month: str, day: str, clock: str | None) -> str | None:
    date = f"{int(year):04}-{int(month):02}-{int(day):02}"
    found = _CLOCK.match(clock) if clock else None
    if found is None:
        return _iso(date)
    hour, minute, second, half, zone = found.groups()
    hours = int(hour) % 12 + (12 if half.lower() == "pm" else 0) if half else int(hour)
    offset = "" if zone is None else zone if zone[0] in "+-" else "+00:00"
    return _iso(f"{date}T{hours:02}:{minute}:{second or '00'}{offset}") or _iso(date)


def _words(text: str, language: str | None) -> str | None:
    digits = "".join(str(int(character)) if character.isdecimal() else " " for character in text)
    years = [word for word in digits.split() if len(word) == 4]
    has_day = any(len(word) <= 2 and 1 <= int(word) <= 31 for word in digits.split())
    has_month_name = any(character.isalpha() for character in text)
    if not (years and has_day and has_month_name) or _NUMERIC_INSIDE.search(text):
        return None  # known at once, where dateparser would try two hundred languages
    moment = _parsed(text, language)
    return moment if moment is not None and moment[:4] in years else None


@lru_cache(maxsize=4096)
def _parsed(text: str, language: str | None) -> str | None:
    from dateparser.date import DateDataParser

    for languages in ([_DATEPARSER_NAMES.get(language, language)], None) if language else (None,):
        try:
            found = DateDataParser(languages=languages, settings=dict(_SETTINGS)).get_date_data(text)
        except (ValueError, OverflowError, TypeError, AttributeError, IndexError, KeyError, RecursionError):
            continue  # a language that it does not know, or a hostile string that its parsers fall over
        if found.date_obj is not None:
            return _formatted(found.date_obj, has_time=found.period == "time")
    return None
