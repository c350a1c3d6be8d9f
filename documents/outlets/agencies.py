"""Which news agency an article credits: "(Reuters)", "LONDON (AP) –", "afp/ks", "Mit Material von dpa".

Credits stand in the byline, the first lines or the last ones; an agency that a sentence speaks of is
none. Agencies outside the list count where their name says what they are ("X Press Agency").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from documents.articles import Article

AGENCIES: dict[str, tuple[str, ...]] = {
    "Reuters": ("Thomson Reuters",),
    "Associated Press": ("AP", "The Associated Press"),
    "Agence France-Presse": ("AFP",),
    "Deutsche Presse-Agentur": ("dpa", "dpa-AFX", "German Press Agency"),
    "EFE": ("Agencia EFE",),
    "ANSA": (),
    "APA": ("Austria Presse Agentur",),
    "Keystone-SDA": ("sda", "ats", "Keystone-ATS", "SDA-ATS"),
    "PA Media": ("PA", "Press Association", "PA news agency"),
    "United Press International": ("UPI",),
    "Bloomberg": ("Bloomberg News",),
    "Xinhua": ("Xinhua News Agency",),
    "TASS": ("ITAR-TASS",),
    "Interfax": (),
    "RIA Novosti": (),
    "Ukrinform": (),
    "Yonhap": ("Yonhap News Agency",),
    "Kyodo News": ("Kyodo",),
    "Jiji Press": ("Jiji",),
    "Press Trust of India": ("PTI",),
    "ANI": ("Asian News International",),
    "IANS": ("Indo-Asian News Service",),
    "Australian Associated Press": ("AAP",),
    "The Canadian Press": ("Canadian Press",),
    "Anadolu Agency": ("Anadolu", "AA"),
    "Europa Press": (),
    "Adnkronos": (),
    "AGI": ("Agenzia Italia",),
    "LaPresse": (),
    "Lusa": ("Agência Lusa",),
    "Agência Brasil": (),
    "Belga": ("Agence Belga",),
    "ANP": (),
    "NTB": (),
    "Ritzau": (),
    "TT": (),
    "STT": (),
    "Polish Press Agency": ("PAP",),
    "ČTK": ("CTK",),
    "TASR": (),
    "MTI": (),
    "Agerpres": (),
    "HINA": ("Hina",),
    "Tanjug": (),
    "Baltic News Service": ("BNS",),
    "Evangelischer Pressedienst": ("epd",),
    "Katholische Nachrichten-Agentur": ("KNA",),
    "Sport-Informations-Dienst": ("SID",),
}
"""Agencies, named as the registry names them, and the other names and marks that copies credit them by."""

EDGE_LINES = 3
"""How many lines at the beginning and at the end may hold a credit."""
_LONGEST = 80
"""Characters of a line that is nothing but a credit, at most."""

_NAME = r"[A-ZÀ-Ž][\w’'-]*(?: (?:of |de |di |do |del )?[A-ZÀ-Ž][\w’'-]*){0,4}"
_UNLISTED = re.compile(
    rf"(?:the )?(?:{_NAME}[ -](?:Press Agency|News Agency|Press Association|News Service|Newswire|Wire Service|"
    rf"Presse-?[Aa]gentur|Nachrichten-?[Aa]gentur|Pressedienst)|"
    rf"(?:Agence|Agencia|Agência|Agenzia|Nachrichtenagentur|Presseagentur) {_NAME})"
)
_LEAD = re.compile(
    r"^(?:(?:mit|unter verwendung von) (?:agentur)?material(?:ien)?(?: (?:von|der|des))?|"
    r"(?:dieser|der) (?:text|artikel) (?:stammt )?von|"
    r"(?:quellen?|sources?|fuentes?|fontes?|fonti|text|texte|texto|testo|agentur|agence|agencia|agenzia|credit)\s*:|"
    r"(?:additional )?reporting (?:by|from)|with (?:material|reports?|information|files|reporting|inputs?) (?:from|by)|"
    r"avec(?: l['’])?|con (?:informaci[oó]n|informazioni|material) de|com (?:informações|agência)s? (?:da|de|do)?|"
    r"by|von|par|por|di|da|via|from|©|\(c\)|copyright(?: \d{4})?)\s+",
    re.IGNORECASE,
)
_TRIM = " \t()[]{}–—-―.,;:*_|©\"“”„'’"
_SPLIT = re.compile(r"\s*[/,;+&|]\s*|\s+(?:und|and|et|y|e|with|mit|avec)\s+")
_MONTH = (
    r"(?:jan|ene|gen|feb|fév|mar|mär|abr|apr|avr|may|mai|mag|jun|juin|giu|jul|juil|lug|ago|aug|aoû|"
    r"sep|set|oct|okt|ott|out|nov|dic|dez|dec|déc)"
)
_OPENING = re.compile(  # a dateline: places and a date, the agency in brackets, a dash
    rf"(?:(?:[A-ZÀ-Ž0-9][\w’'./-]*|de|of|di|du|del|la|{_MONTH}[a-zéû]*\.?|[–—-]),?\s+){{0,9}}"
    r"\(([^()]{2,60})\)\s*(?:[.,]?\s*[–—―:-]|$)"
)
_LINE_START = re.compile(r"\(([^()]{2,60})\)\s")
_CLOSING = re.compile(r"\(([^()]{2,80})\)[\s.]*$")
_SIGNED = re.compile(r"[.!?»”\"“]\s+([\w-]{2,12}(?:/[\w-]{2,12}){0,3})$")
_STAFF = re.compile(r"\s+(?:staff|newsroom|redaktion|desk)$", re.IGNORECASE)
_INITIALS = re.compile(r"[\w.-]{1,12}(?: [\w.-]{1,12})?")


def agency_of(article: Article) -> str | None:
    """Return the agency that `article` credits for its text, under its canonical name where listed; else None.

    The byline counts before the text, the end before the beginning. An article that a listed agency
    published itself is that agency's.
    """
    if article.outlet and (own := _known(article.outlet)):
        return own
    for credit in _credits(article):
        if agency := _named(credit):
            return agency
    return None


def _credits(article: Article) -> Iterator[str]:
    """Yield what stands where credits stand."""
    if article.author:
        yield article.author
    lines = [line.strip() for line in article.text.split("\n") if line.strip()]
    for line in reversed(lines[-EDGE_LINES:]):
        yield from _alone(line)
        for pattern in (_CLOSING, _SIGNED):
            if found := pattern.search(line):
                yield found[1]
    for line in lines[:EDGE_LINES]:
        yield from _alone(line)
        if found := _OPENING.match(line) or _LINE_START.match(line):
            yield found[1]


def _alone(line: str) -> Iterator[str]:
    if len(line) <= _LONGEST and not line.endswith(("?", "!")):
        yield line


def _named(credit: str) -> str | None:
    """Return the agency that a credit names, when it holds nothing but names and initials."""
    words, cut = credit.strip(_TRIM), True
    while cut:
        shorter = _LEAD.sub("", words, count=1).strip(_TRIM)
        words, cut = shorter, shorter != words
    parts = [part.strip(_TRIM) for part in _SPLIT.split(words) if part.strip(_TRIM)]
    found = None
    for part in parts:
        agency = _known(_STAFF.sub("", part)) or (part.removeprefix("the ") if _UNLISTED.fullmatch(part) else None)
        if agency is None and not _INITIALS.fullmatch(part) and part is not parts[0]:
            return None
        found = found or agency
    return found


@cache
def _marks() -> dict[str, str]:
    marks: dict[str, str] = {}
    for name, others in AGENCIES.items():
        for mark in (name, *others):
            marks |= {mark: name, mark.upper(): name}
            if len(mark) > 2 and mark.isupper():
                marks[mark.lower()] = name
    return marks


def _known(name: str) -> str | None:
    return _marks().get(name)
