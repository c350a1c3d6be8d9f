"""Lines that exports of news databases have in common: dates, lengths, copyright, and names of outlets."""

from __future__ import annotations

import re

from documents.cleaning import clean_line

_MONTHS = (
    "january february march april may june july august september october november december "
    "jan feb mar apr jun jul aug sep sept oct nov dec "
    "januar jänner februar märz mai juni juli oktober dezember "
    "janvier février mars avril juin juillet août septembre octobre novembre décembre "
    "enero febrero marzo abril mayo junio julio agosto septiembre setiembre octubre noviembre diciembre "
    "gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre "
    "janeiro fevereiro março maio junho julho setembro outubro novembro dezembro "
    "januari februari maart mei augustus"
)
_MONTH = "(?:" + "|".join(sorted(set(_MONTHS.split()), key=len, reverse=True)) + r")\.?"
_DAY = r"\d{1,2}(?:\.|st|nd|rd|th|er|º)?"
_AROUND = r"(?:[^\W\d_]+(?:-feira)?\.?,? +)?"
"""A weekday, before or behind."""
DATE_LINE = re.compile(
    rf"\s*{_AROUND}(?:{_MONTH} {_DAY},? (?:19|20)\d\d|{_DAY} (?:de )?{_MONTH},?(?: de)? (?:19|20)\d\d"
    rf"|\d{{1,2}}[./]\d{{1,2}}[./](?:19|20)\d\d)"
    r"(?:,? +[^\W\d_]+(?:-feira)?)?(?:,? +\d{1,2}[:.]\d\d(?: ?[AP]M)?(?: ?(?:Uhr|[A-Z]{2,5}|[+-]\d{4}))?)?\s*",
    re.IGNORECASE,
)
"""A whole line that is a date of publication, with weekday and time or without."""

LENGTH_WORDS = re.compile(
    r"\b\d[\d.,]{0,8} ?(?:words?|wörter|worte?|mots?|palabras?|parole|palavras?|woorden|ord|slov|слов)\b", re.I
)
"""A length such as "512 words"."""

_RIGHTS = re.compile(
    r"\s*(?:copyright\b|\(c\)\s|©|all rights reserved|alle rechte vorbehalten|tous droits réservés"
    r"|todos los derechos reservados|tutti i diritti riservati|todos os direitos reservados|alle rechten voorbehouden)",
    re.IGNORECASE,
)
_LONGEST_RIGHTS = 250

BY = re.compile(r"\A\s*(?:By|Par|Por|Von(?! (?:de[mnr]|und)\b)):? +(?=\S)", re.IGNORECASE)
"""What stands before a writer's name; where names themselves begin so ("Di Marco"), it stays."""

_PLACES = frozenset({"london", "london, england", "england", "uk", "united kingdom", "inkl. regionalausgaben"})
"""What the databases write behind the best known of several outlets of one name."""
_ADDED = re.compile(r"\s*(?:\(([^()]{1,40})\)|--? (?:English|German|French|Spanish|Italian|Portuguese|Dutch))\Z")
_LONGEST_OUTLET = 120


def is_rights_line(line: str) -> bool:
    """Return whether a line says whose the rights are."""
    return len(line) <= _LONGEST_RIGHTS and bool(_RIGHTS.match(line))


def outlet_named(stated: str | None) -> str | None:
    """Return an outlet's name without what a database added to it, or None for what can be no name."""
    name = clean_line(stated or "")
    if not name or len(name) > _LONGEST_OUTLET or not any(character.isalpha() for character in name):
        return None
    added = _ADDED.search(name)
    if added and (added.group(1) is None or added.group(1).lower() in _PLACES):
        name = name[: added.start()]
    return name or None


def byline(stated: str | None) -> str | None:
    """Return who wrote an article, without the "By" in front, or None when nobody is stated."""
    return clean_line(BY.sub("", stated or "", count=1)) or None
