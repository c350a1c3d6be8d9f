"""Exports from Factiva: the articles, with the two-letter field codes in front or without them.

Every article ends with its accession number ("Document LBA0000020230603ej63000ab"). Detection and splitting
only; what a date or a name means is `documents.assembly`.
"""

from __future__ import annotations

import re

from documents.assembly import RawArticle
from documents.cleaning import clean, clean_line
from documents.errors import ReadingError
from documents.fields import LONGEST_FIELD
from documents.formats.export_lines import BY, DATE_LINE, LENGTH_WORDS, byline, is_rights_line, outlet_named
from documents.languages import stated_language

_NUMBER = re.compile(
    r"\s*(?:AN[\s|]+)?(?:Document|Dokument|Documento|Документ) ([A-Z][A-Z0-9]{2,11}(?:19|20)\d{6}[a-z0-9]{4,14})[\s|]*"
)
_WORDS_LINE = re.compile(rf"\s*(?:WC[\s|]+)?{LENGTH_WORDS.pattern}[\s|]*", re.IGNORECASE)
_PAGE_LINE = re.compile(r"\s*(?:Page|Seite|Página|Pagina) \d+ (?:of|sur|von|de|di) \d+.*|.*©.{0,12}Factiva.*", re.I)
_TIME = re.compile(r"\d{1,2}[:.]\d\d(?: ?[AP]M)?(?: [A-Z]{2,5})?", re.IGNORECASE)
_SOURCE_CODE = re.compile(r"[A-Z][A-Z0-9]{1,11}")
_NAME = re.compile(r"[^\W\d_a-z][\w.'’-]*(?:,? (?:and |und |et |y |de |van |von )?[^\W\d_a-z][\w.'’-]*){1,5}")

_HEAD_CODES = frozenset(
    {"SE", "HD", "BY", "CR", "WC", "PD", "ET", "SN", "SC", "ED", "PG", "VOL", "LA", "CY", "CLM", "CX", "LP", "TD"}
)
_FOOT_CODES = frozenset({"ART", "CO", "IN", "NS", "RE", "IPC", "IPD", "PUB", "AN", "RF"})
_CODED = re.compile(r"\s*([A-Z]{2,3})(?:\s*[|\t]\s*|\s+|\Z)(.*?)[\s|]*")
_SET_OFF = re.compile(r"\s*[A-Z]{2,3}(?:\s{2}|\s*[|\t]|\s*\Z| [\w&.-]{2,12} ?: )")
"""A code that stands apart from its value, or before an indexing term such as "usa : United States"."""


def is_factiva(lines: list[str]) -> bool:
    """Return whether these lines are an export: an accession number, below a length and a date, each a whole line."""
    has_length = has_date = False
    for line in lines:
        has_length = has_length or bool(_WORDS_LINE.fullmatch(line))
        has_date = has_date or bool(_date_of(line))
        if has_length and has_date and _NUMBER.fullmatch(line):
            return True
    return False


def split_factiva(lines: list[str]) -> list[RawArticle | ReadingError]:
    """Return the articles in these lines, and an error in the place of each broken one."""
    found: list[RawArticle | ReadingError] = []
    start = 0
    for number, line in enumerate(lines):
        accession = _NUMBER.fullmatch(line)
        if not accession:
            continue
        chunk = [part for part in lines[start:number] if not _PAGE_LINE.fullmatch(part)]
        try:
            found.append(_article(chunk, accession.group(1)))
        except ReadingError as error:
            found.append(ReadingError(f"{accession.group(1)}: {error}", code=error.code, line=start + 1))
        start = number + 1
    return found


def _date_of(line: str) -> str | None:
    value = re.sub(r"^\s*PD[\s|]+|[\s|]+$", "", line)
    return clean_line(value) if DATE_LINE.fullmatch(value) else None


def _article(lines: list[str], key: str) -> RawArticle:
    """Return the article that these lines are.

    Raises:
        ReadingError: with code ``export`` or ``no-text``.
    """
    raw = _coded(lines, key) if _is_coded(lines) else _uncoded(lines, key)
    if not raw.text:
        raise ReadingError("expected an article's text below its header, got none", code="no-text")
    return raw


def _is_coded(lines: list[str]) -> bool:
    codes = {found.group(1) for line in lines if (found := _CODED.fullmatch(line))}
    return "HD" in codes and bool(codes & {"WC", "PD"}) and bool(codes & {"LP", "TD"})


def _coded(lines: list[str], key: str) -> RawArticle:
    values: dict[str, list[str]] = {}
    current, waiting = "", set(_HEAD_CODES)
    for line in lines:
        found = _CODED.fullmatch(line)
        code = found.group(1) if found else ""
        if found and code in waiting and _is_code(code, line, current):
            current = code
            values[code] = [found.group(2)]
            waiting.discard(code)
            if code in ("LP", "TD"):
                waiting = {"TD", *_FOOT_CODES} - values.keys()
            elif code in _FOOT_CODES and ("LP" in values or "TD" in values):
                waiting = set(_FOOT_CODES) - values.keys()
        elif current:
            values[current].append(line.strip(" |") if current not in ("LP", "TD") else line.rstrip(" |"))
    body = [clean("\n".join(values.get(code, []))) for code in ("LP", "TD")]
    stated = {code: clean_line(" ".join(parts)) for code, parts in values.items()}
    return RawArticle(
        text=clean("\n\n".join(part for part in body if part)),
        title=stated.get("HD") or None,
        outlet=outlet_named(stated.get("SN")),
        published=clean_line(f"{stated.get('PD', '')} {stated.get('ET', '')}") or None,
        author=byline(stated.get("BY")),
        language=stated.get("LA") or None,
        key=key,
    )


def _is_code(code: str, line: str, current: str) -> bool:
    """Return whether a line's first word is a field's code, not a word of the text in capitals."""
    if current in ("", "SE") and code not in ("HD", "SE"):
        return False
    return current not in ("LP", "TD") or bool(_SET_OFF.match(line))


def _uncoded(lines: list[str], key: str) -> RawArticle:
    at = next((n for n, line in enumerate(lines) if _WORDS_LINE.fullmatch(line) and _dated_below(lines, n)), None)
    if at is None:
        raise ReadingError(
            "expected an article with its length and date below the headline, got none; save the export anew",
            code="export",
        )
    title, author = _title_and_author([line.strip() for line in lines[:at]])
    number = next(n for n in range(at + 1, len(lines)) if _date_of(lines[n]))
    date = _date_of(lines[number]) or ""
    number = _next_shown(lines, number)
    if number < len(lines) and _TIME.fullmatch(lines[number].strip()):
        date = f"{date} {lines[number].strip()}"
        number = _next_shown(lines, number)
    outlet = lines[number] if number < len(lines) else None
    language, body = _rest_of_header(lines, _next_shown(lines, number))
    return RawArticle(
        text=clean("\n".join(lines[body:])),
        title=title,
        outlet=outlet_named(outlet),
        published=date,
        author=author,
        language=language,
        key=key,
    )


def _dated_below(lines: list[str], number: int) -> bool:
    following = _next_shown(lines, number)
    return following < len(lines) and _date_of(lines[following]) is not None


def _next_shown(lines: list[str], number: int) -> int:
    return next((n for n in range(number + 1, len(lines)) if lines[n].strip()), len(lines))


def _rest_of_header(lines: list[str], number: int) -> tuple[str | None, int]:
    """Return the language, and where the text begins: after source code, edition, page, language and copyright."""
    language = None
    for _ in range(6):
        if number >= len(lines):
            break
        line = lines[number].strip()
        if is_rights_line(line):
            number = _next_shown(lines, number)
            while number < len(lines) and is_rights_line(lines[number]):
                number = _next_shown(lines, number)
            break
        if language is None and len(line) < 30 and len(line) > 3 and stated_language(line):
            language = line
        elif language is not None or not _is_short_mark(line):
            break
        number = _next_shown(lines, number)
    return language, number


def _is_short_mark(line: str) -> bool:
    """Return whether a header's line is a source code, an edition or a page."""
    return bool(_SOURCE_CODE.fullmatch(line)) or (len(line) <= 40 and not line.endswith((".", "!", "?", "”", '"')))


def _title_and_author(lines: list[str]) -> tuple[str | None, str | None]:
    """Return headline and byline from the lines above the length: [section], headline, [byline]."""
    while lines and not lines[-1]:
        lines = lines[:-1]
    blank = max((n for n, line in enumerate(lines) if not line), default=-1)
    block = lines[blank + 1 :]
    if len(block) < 2:
        block = [line for line in lines if line][-3:]
    author = None
    if len(block) > 1 and (BY.match(block[-1]) or (len(block[-1]) < len(block[-2]) and _is_byline(block[-1]))):
        author = byline(block.pop())
    title = clean_line(block[-1]) if block else ""
    return title if 0 < len(title) <= LONGEST_FIELD else None, author


def _is_byline(line: str) -> bool:
    """Return whether a line below a longer one holds names, or hardly anything."""
    return bool(_NAME.fullmatch(line)) or len(line.split()) <= 3
