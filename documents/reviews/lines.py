"""What the lines of an article are: headings, outlet header lines, labelled lines, list items, quoted paragraphs.

Judges a line by its shape and its neighbours, never by what its sentences say; that is `documents.reviews.voices`'.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from documents.cues import PARTICLES, PERSON_CUES, is_country, is_outlet_like
from documents.outlets.registry import OutletRegistry
from documents.quotes import QUOTE_MARKS, quotations
from documents.reviews.nouns import OUTLET_SUFFIXES, OUTLET_WORDS_TOO, PRESS

Kind = Literal["plain", "heading", "country", "header", "credit", "quoted"]

MAX_HEADER_CHARACTERS = 110
MAX_NAME_WORDS = 8
MAX_TAIL = 40
"""Characters that may follow the brackets of a header line: a date, an author."""

_LINE = re.compile(r"[^\n]+")
_LIST_MARK = re.compile(r"\s*(?:(?:[-–—*•·▪►>‣◦]|\d{1,2}[.)])\s+|>+\s*)?")
_TIME = re.compile(
    r"(?:(?:\d{1,2}[.:h]\d{2}|\d{1,2}\s?(?:am|pm|a\.m\.|p\.m\.|Uhr|h))(?:\s?(?:am|pm|a\.m\.|p\.m\.|Uhr|h|GMT|"
    r"CET|horas))?\b"
    r"\s*(?:[-–—:|,.]\s*)?)"
)
_MARKUP = re.compile(r"^[\s*_#+=>|]+|[\s*_#+=|]+$")
_SOURCE_WORD = re.compile(r"^(?:aus|from|source|quelle|fuente|fonte|via|de|da|en)\s*:\s+|^aus\s+(?:der|dem)\s+", re.I)
_BRACKETS = re.compile(r"^(?P<name>[^()\[\]]{2,70}?)\s*[(\[](?P<rest>[^()\[\]]{2,60})[)\]]\s*(?P<tail>[|/,–—:.-].*)?$")
_PIPES = re.compile(r"\s*[|•·]\s*|\s+/\s+")
_DASHED = re.compile(r"^(?P<name>.{2,60}?)\s+[-–—]\s+(?P<rest>[^-–—]{2,50})$")
_COMMA = re.compile(r"^(?P<name>[^,]{2,60}),\s*(?P<rest>[^,]{2,40}(?:,[^,]{2,30})?)\s*:?$")
_LABEL = re.compile(
    r"(?P<name>@?[^\s:;–—“”„«»\"()|!?][^:;–—“”„«»\"()|!?\n]{0,60}?)"
    r"(?:\s*[(\[](?P<rest>[^()\[\]\n]{2,50})[)\]])?(?:\s*:\s+|\s+[–—-]\s+)(?=\S)"
)
_DATE = re.compile(
    r"\b\d{1,4}[./-]\d{1,2}|\b(?:19|20)\d\d\b|^\d{1,2}\.?\s+\w+|\w+\s+\d{1,2}$|"
    r"^(?:mon|tues|wednes|thurs|fri|satur|sun)day|^(?:montag|dienstag|mittwoch|donnerstag|freitag|samstag|"
    r"sonntag|lundi|"
    r"mardi|mercredi|jeudi|vendredi|samedi|dimanche|lunes|martes|miércoles|jueves|viernes|sábado|domingo)",
    re.IGNORECASE,
)
_ENDS_SENTENCE = ".!:;,…"


@dataclass(slots=True)
class Line:
    """A non-empty line `text[start:end]`; its words begin at `body`, behind list marks and time, or at `rest`.

    `rest` is behind a label; `name` is the outlet that a header, credit or label states; `place` what stands beside it.
    """

    start: int
    end: int
    body: int
    text: str
    kind: Kind = "plain"
    rest: int = 0
    name: str | None = None
    place: str | None = None
    item: bool = False
    unclosed: bool = False
    strong: bool = False


def lines_of(text: str, registry: OutletRegistry) -> list[Line]:
    """Return the lines of `text` with their kinds and the outlets that their shapes name."""
    lines = [_line(m.start(), m.end(), m.group()) for m in _LINE.finditer(text) if m.group().strip()]
    for line, following in zip(lines, [*lines[1:], None], strict=True):
        _classify(line, following, registry)
    _keep_plausible(lines)
    return lines


def _line(start: int, end: int, raw: str) -> Line:
    mark = _LIST_MARK.match(raw)
    skipped = mark.end() if mark else 0
    item = bool(raw[:skipped].strip())
    clock = _TIME.match(raw, skipped)
    if clock and clock.end() < len(raw) and clock.end() > skipped:
        skipped, item = clock.end(), True
    return Line(start, end, start + skipped, raw[skipped:].strip(), item=item)


def _classify(line: Line, following: Line | None, registry: OutletRegistry) -> None:
    bare = _bare(line)
    marks = quotations(line.text)
    if marks and marks[0].start == 0 and _covers(line.text, marks[0].end, closed=marks[0].closed):
        line.kind, line.unclosed = "quoted", not marks[0].closed
        return
    if is_country(bare.rstrip(":").strip()):
        line.kind = "country"
        return
    if len(bare) <= MAX_HEADER_CHARACTERS and not marks and (stated := _header(bare, registry)):
        line.name, line.place, line.strong = stated
        line.kind = "header"
        return
    if following is not None and _is_heading(bare) and not line.item and not marks:
        line.kind = "heading"
        return
    line.unclosed = bool(marks) and not marks[-1].closed
    label = _LABEL.match(line.text)
    if label and _name_shaped(label["name"], bool(label["rest"])) and any(c.isalpha() for c in label["name"]):
        line.name, line.place = label["name"].strip(), label["rest"]
        line.rest = line.body + label.end()
        line.strong = _listed(line.name, registry) or is_place(label["rest"])


def _covers(line: str, end: int, *, closed: bool) -> bool:
    """Whether a quotation that starts the line is the whole of it (a note in brackets may follow)."""
    rest = line[end:].strip(" .,;*_")
    return not closed or not rest or (rest[0] in "([" and rest[-1] in ")]" and len(rest) < 60)


def _is_heading(line: str) -> bool:
    """Whether a line is a heading: short, and no sentence ends in it (a question may)."""
    return bool(line) and len(line) <= 90 and len(line.split()) <= 14 and line[-1] not in _ENDS_SENTENCE


def _header(line: str, registry: OutletRegistry) -> tuple[str, str | None, bool] | None:
    """Return the outlet that a header line names, what stands beside it, and whether that leaves no doubt."""
    if line[-1:] in ".!?;,…":
        return None
    line = _SOURCE_WORD.sub("", line).lstrip("–—- ")
    fields = [f for f in _PIPES.split(line) if f]
    if len(fields) in (2, 3, 4):
        return _piped(fields, registry)
    for shape in (_BRACKETS, _DASHED, _COMMA):
        match = shape.match(line)
        tail = match.groupdict().get("tail") if match else None
        if match and _name_shaped(match["name"], True) and len(tail or "") <= MAX_TAIL and not is_place(match["name"]):
            name, place = match["name"].strip(), match["rest"].strip()
            if is_place(place) or is_date(place):
                return name, place, True
            inner = re.split(r"[,|/]\s*", place)[0].strip()
            if _listed(inner, registry) and not _listed(name, registry):
                return inner, name, True  # "Ada Brook (The Guardian)"
            if _listed(name, registry) and len(place.split()) <= 4:
                return name, place, False
    name = line.rstrip(":").strip()
    if _name_shaped(name, False) and _listed(name, registry) and len(name.split()) <= 6:
        return name, None, registry.resolve(name) is not None
    return None


def _piped(fields: list[str], registry: OutletRegistry) -> tuple[str, str | None, bool] | None:
    first = fields[0].strip()
    inner = _BRACKETS.match(first)
    if inner:
        first = inner["name"].strip()
    others = [f.strip() for f in fields[1:]]
    if not _name_shaped(first, True):
        return None
    named = next((o for o in others if registry.resolve(o)), None)
    if named is not None and registry.resolve(first) is None and not is_outlet_like(first):
        return named, first, True  # "Ada Brook | The Guardian"
    telling = any(is_place(o) or is_date(o) for o in others) or inner is not None
    return (first, others[0], telling) if telling or _listed(first, registry) else None


def _name_shaped(name: str, stated: bool) -> bool:
    """Whether words are a name's: capitals, and lower-case words only inside ("Le Vigneron libre" where `stated`)."""
    words = name.split()
    if not 1 <= len(words) <= MAX_NAME_WORDS or name[-1:] in ".,;" or any(c in QUOTE_MARKS for c in name):
        return False
    if not (words[0][0].isupper() or words[0][0].isdigit() or words[0][0] == "@"):
        return False
    lower = [w for w in words[1:] if w[0].islower() and w.lower() not in PARTICLES and "'" not in w and "’" not in w]
    if words[0].lower() in PERSON_CUES:
        return False
    return not lower or (len(lower) == 1 and len(words) <= 4 and (stated or len(words) <= 3))


def _listed(name: str, registry: OutletRegistry) -> bool:
    return registry.resolve(name) is not None or is_press_name(name)


def is_press_name(name: str) -> bool:
    """Return whether a name's words are a publisher's, in whole ("Courier") or as their end ("Morgenblatt")."""
    words = re.findall(r"[\w-]+", name.lower())
    return (
        is_outlet_like(name)
        or any(w in OUTLET_WORDS_TOO for w in words)
        or any(w.endswith(OUTLET_SUFFIXES) and len(w) > 6 for w in words if w not in PRESS)
    )


def is_place(words: str | None) -> bool:
    """Return whether words state a place: a country or its code, a city, or several of them."""
    if not words:
        return False
    parts = [p.strip() for p in re.split(r"[,/|]", words) if p.strip()]
    return bool(parts) and any(
        is_country(p) or p.lower() in _cities() or (len(p) in (2, 3) and p.isalpha() and p.isupper()) for p in parts
    )


def is_date(words: str) -> bool:
    """Return whether words are a date or begin or end like one."""
    return bool(_DATE.search(words.strip()))


@lru_cache(maxsize=1)
def _cities() -> frozenset[str]:
    from babel import Locale  # costs a moment, and only lines shaped like headers need it

    found: set[str] = set()
    for code in ("en", "de", "fr", "es", "it", "pt"):
        for zone, names in Locale(code).time_zones.items():
            city = names.get("city") if hasattr(names, "get") else None
            found.add((city or zone.rpartition("/")[2].replace("_", " ")).lower())
    return frozenset(found)


def _alike(lines: list[Line]) -> None:
    """Let headings be headers that have the shape of at least two headers beyond doubt ("Name - Anywhere")."""
    for shape in (_BRACKETS, _DASHED, _PIPES):
        sure = [line for line in lines if line.kind == "header" and line.strong and shape.search(_bare(line))]
        if len(sure) < 2:
            continue
        for line in lines:
            found = shape.search(_bare(line)) if line.kind == "heading" else None
            if found is None:
                continue
            name = found["name"] if shape is not _PIPES else _PIPES.split(_bare(line))[0]
            if _name_shaped(name.strip(), True):
                line.kind, line.name, line.strong = "header", name.strip(), True


def _bare(line: Line) -> str:
    return _MARKUP.sub("", line.text)


def _keep_plausible(lines: list[Line]) -> None:
    """Take back what stands alone: a weak header without a like one, a header that nothing follows."""
    _alike(lines)
    headers = [i for i, line in enumerate(lines) if line.kind == "header"]
    below = bool(headers) and all(i and lines[i - 1].kind == "quoted" for i in headers)
    strong = sum(lines[i].strong for i in headers)
    for i in headers:
        line = lines[i]
        before = lines[i - 1] if i else None
        after = lines[i + 1] if i + 1 < len(lines) else None
        dashed = line.body > line.start and line.item
        if before is not None and before.kind == "quoted" and (dashed or below):
            line.kind = "credit"
        elif after is None or after.kind in ("header", "credit") or (i == 0 and not line.strong):
            line.kind = "plain" if after is None else "heading"
            line.name = None
        elif not line.strong and not strong and len(headers) < 2:
            line.kind, line.name = "heading", None
