"""Exports from Nexis: the articles of Nexis Uni and of the older LexisNexis, English, German, French and others.

An article there is: [counter], title or outlet, outlet or date, ..., fields ("LENGTH: 512 words"), body,
fields, [copyright], [end line]. The lines between are told by what they say, since each delivery has another
order. Detection and splitting only; what a date or a name means is `documents.assembly`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

from documents.assembly import RawArticle
from documents.cleaning import clean, clean_line
from documents.errors import ReadingError
from documents.fields import web_url
from documents.formats.export_lines import DATE_LINE, LENGTH_WORDS, byline, is_rights_line, outlet_named

_COUNTER = re.compile(
    r"\s*(?:\d{1,6} (?:of|von|de|di|van) \d{1,6} (?:documents?|dokument(?:e|en)?|documentos?|documenten|documenti)"
    r"|(?:document|dokument|documento) \d{1,6} (?:of|von|de|di|van) \d{1,6})\s*",
    re.IGNORECASE,
)
_END = re.compile(
    r"\s*(?:End of Document|Ende des Dokuments|Fin du document|Fin del documento|Fine del documento"
    r"|Einde van document)\s*",
    re.IGNORECASE,
)
_LABELS = {
    "title": "headline title überschrift titel titre titular titolo kop",
    "author": "byline autor autoren auteur auteurs autore",
    "length": "length länge longueur longitud extensión lunghezza lengte",
    "section": "section rubrik rubrique sección sezione sectie",
    "dateline": "dateline",
    "highlight": "highlight encart",
    "other-head": "series column correction distribution cycle ressort",
    "url": "url",
    "body": "body",
    "language": "language sprache langue idioma lingua taal",
    "loaded": "load-date update date-chargement fecha-de-carga data-caricamento laaddatum",
    "graphic": "graphic grafik graphique gráfico notes",
    "type": "publication-type document-type journal-code publikationstyp zeitungs-code type-publication code-revue",
    "terms": "subject organization company ticker industry geographic person state country city name",
}
_KIND = {word: kind for kind, words in _LABELS.items() for word in words.split()}
_LABEL = re.compile(r"\s*([^\W\d_][\w-]{1,19}(?: [A-Z]{4,10})?) ?: *(.*)")
_BODY_LINE = re.compile(r"\s*(?:Body|Volltext|Corps|Cuerpo|Corpo)\s*")
_FOOT_LINE = re.compile(r"\s*(?:Classification|Klassifizierung|Klassifikation|Clasificación|Classificazione)\s*")
_EXTRA_LINE = re.compile(r"\s*(?:Graphic|Notes|Grafik|Anmerkungen|Graphique)\s*")
_EDITION = re.compile(r"(?:\b(?:edition|édition|edición|edizione|editie|final)|ausgabe)\b", re.IGNORECASE)
_HEAD_KINDS = frozenset({"title", "author", "length", "section", "dateline", "highlight", "other-head", "url"})
_STATES = frozenset({"author", "length", "section", "language", "loaded", "title"})
_LONGEST_HEAD_LINE = 300
_LONGEST_EXTRA = 20
"""Lines of captions, notes and terms above the closing fields."""


@dataclass(slots=True)
class _Parts:
    """What one article's lines were told to be: line numbers and the values of its fields."""

    fields: dict[str, str] = field(default_factory=dict)
    first_field: int = 0
    body_start: int = 0
    body_end: int = 0


def is_nexis(lines: list[str]) -> bool:
    """Return whether these lines are an export: a length in words, and a counter, an end line or a loading date."""
    if not any(map(_is_length, lines)):
        return False
    kinds = {kind for line in lines if (kind := _kind(line)) in _STATES}
    marks = sum(1 for line in lines if _COUNTER.fullmatch(line) or _END.fullmatch(line))
    return (marks > 0 and len(kinds) >= 2) or ("loaded" in kinds and len(kinds) >= 3)


def split_nexis(lines: list[str]) -> list[RawArticle | ReadingError]:
    """Return the articles in these lines, and an error in the place of each broken one."""
    found: list[RawArticle | ReadingError] = []
    chunks = _chunks(lines)
    for number, (start, end) in enumerate(chunks):
        chunk = lines[start:end]
        marked = any(_COUNTER.fullmatch(line) or _END.fullmatch(line) for line in (*chunk[:1], *chunk[-1:]))
        if not marked and number in (0, len(chunks) - 1) and not any(_kind(line) in _STATES for line in chunk):
            continue  # a cover page, or what stands behind the last article
        try:
            found.append(_article(chunk))
        except ReadingError as error:
            found.append(ReadingError(str(error), code=error.code, line=start + 1))
        if sum(_is_length(line) for line in chunk) > 1:
            wanted = "expected a mark between two articles, got none below this line; save the export anew"
            found.append(ReadingError(wanted, code="export", line=start + 1))
    return found


def _chunks(lines: list[str]) -> list[tuple[int, int]]:
    """Return where each article's lines begin and end; chunks of white space only are left out."""
    cuts = [0]
    for number, line in enumerate(lines):
        if _COUNTER.fullmatch(line):
            cuts.append(number)
        elif _END.fullmatch(line):
            cuts.append(number + 1)
    cuts.append(len(lines))
    return [(start, end) for start, end in pairwise(cuts) if any(line.strip() for line in lines[start:end])]


def _kind(line: str) -> str | None:
    """Return which field a line states, or None."""
    label = _LABEL.fullmatch(line) if ":" in line[:40] else None
    return _KIND.get(label.group(1).lower()) if label else None


def _article(lines: list[str]) -> RawArticle:
    lines = [line for line in lines if not (_COUNTER.fullmatch(line) or _END.fullmatch(line))]
    parts = _parts(lines)
    text = clean("\n".join(lines[parts.body_start : parts.body_end]))
    if not text:
        raise ReadingError("expected an article's text between its fields, got none", code="no-text")
    outlet, date, title = _heading(lines[: parts.first_field])
    language = parts.fields.get("language", "").split(";")[0]
    return RawArticle(
        text=text,
        title=parts.fields.get("title") or title,
        outlet=outlet_named(outlet),
        url=web_url(parts.fields.get("url", "").strip()),
        published=date,
        author=byline(parts.fields.get("author")),
        language=clean_line(language) or None,
    )


def _parts(lines: list[str]) -> _Parts:
    """Tell header fields, body and closing fields apart.

    Raises:
        ReadingError: with code ``export``: there is no field to tell them by.
    """
    first = next((n for n, line in enumerate(lines) if _kind(line) in _HEAD_KINDS), None)
    if first is None:
        raise ReadingError(
            "expected an article with fields such as LENGTH: above its text, got none of them; save the export anew",
            code="export",
        )
    parts = _Parts(first_field=first)
    number = first
    while number < len(lines):
        kind = _kind(lines[number])
        if _BODY_LINE.fullmatch(lines[number]) or kind == "body":
            parts.body_start = number + 1
            if kind == "body":
                lines[number] = lines[number].partition(":")[2]
                parts.body_start = number
            break
        if kind not in _HEAD_KINDS:
            if lines[number].strip() and not (is_rights_line(lines[number]) or DATE_LINE.fullmatch(lines[number])):
                parts.body_start = number
                break
            number += 1
            continue
        end = _value_end(lines, number)
        stated = clean_line(" ".join(lines[number:end])).partition(":")[2].strip()
        if stated:
            parts.fields.setdefault(str(kind), stated)
        number = end
    else:
        parts.body_start = len(lines)
    parts.body_end = _body_end(lines, parts.body_start, parts.fields)
    return parts


def _value_end(lines: list[str], number: int) -> int:
    """Return one past the field's last line: where lines are broken at a width, its value goes on to a blank one."""
    end = number + 1
    blanks = next((n for n in range(end, min(end + 12, len(lines))) if not lines[n].strip()), None)
    if blanks is None or not any(not line.strip() for line in lines[:number]):
        return end
    inside = lines[end:blanks]
    if any(_kind(line) or _BODY_LINE.fullmatch(line) or _COUNTER.fullmatch(line) for line in inside):
        return end
    longest = max(map(len, [lines[number], *inside]))
    return blanks if longest <= 100 and len(inside) <= 8 else end


def _body_end(lines: list[str], start: int, fields: dict[str, str]) -> int:
    """Return one past the text's last line, and take up the language that is stated below it."""
    foot = next((n for n in range(start, len(lines)) if _is_foot(lines, n)), len(lines))
    for line in lines[foot:]:
        if _kind(line) == "language":
            fields.setdefault("language", line.partition(":")[2])
    if foot < len(lines):
        for number in range(foot - 1, max(start, foot - _LONGEST_EXTRA) - 1, -1):
            if _is_extra(lines[number]):
                foot = number
            if _kind(lines[number]) == "url":
                fields.setdefault("url", lines[number].partition(":")[2])
    while foot > start and (not lines[foot - 1].strip() or is_rights_line(lines[foot - 1])):
        foot -= 1
    return foot


def _is_foot(lines: list[str], number: int) -> bool:
    """Return whether the closing fields begin here; a word such as "UPDATE:" in the text does not begin them."""
    line = lines[number]
    kind = _kind(line)
    if kind == "loaded":
        return bool(DATE_LINE.fullmatch(line.partition(":")[2].strip()))
    if _FOOT_LINE.fullmatch(line):
        return any(_kind(below) in ("language", "type") for below in lines[number + 1 : number + 8])
    return kind in ("language", "type") and _is_capital(line)


def _is_extra(line: str) -> bool:
    """Return whether captions, notes or indexing terms begin here, above the fields that surely close an article."""
    return bool(_EXTRA_LINE.fullmatch(line)) or (_kind(line) in ("graphic", "terms", "url") and _is_capital(line))


def _is_capital(line: str) -> bool:
    return line.lstrip().partition(":")[0].isupper()


def _is_length(line: str) -> bool:
    return _kind(line) == "length" and bool(LENGTH_WORDS.search(line))


def _heading(lines: list[str]) -> tuple[str | None, str | None, str | None]:
    """Return outlet, date and title from the lines above the first field.

    Either outlet, date, [edition], title; or title, outlet, date.
    """
    shown = [line.strip() for line in lines if line.strip() and not is_rights_line(line)]
    at = next((n for n in range(len(shown) - 1, -1, -1) if DATE_LINE.fullmatch(shown[n])), None)
    if at is None:
        return None, None, None
    date = clean_line(shown[at])
    outlet = clean_line(shown[at - 1]) if at else None
    below = shown[at + 1 :]
    if (len(below) > 1 or at > 1) and below and _EDITION.search(below[0]) and len(below[0].split()) <= 6:
        below = below[1:]
    title = clean_line(" ".join(below)) or (clean_line(shown[at - 2]) if at > 1 else "")
    return outlet, date, title if 0 < len(title) <= _LONGEST_HEAD_LINE else None
