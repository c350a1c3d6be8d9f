"""Whether two ways of naming a speaker can mean one person: "Dr Anna Kovač", "A. Kovač", "Kovač".

Compares names alone, so two people of one surname are told apart only by what is written. Nicknames, names with
the family's first and other alphabets are not known here: when in doubt, it is somebody else.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from documents.cues import PERSON_CUES


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_MALE = _words("mr herr monsieur señor signor sir lord mister")
_FEMALE = _words("mrs ms miss frau madame mme mlle señora señorita signora lady dame fräulein")
_TITLES = (
    PERSON_CUES
    | _MALE
    | _FEMALE
    | _words(  # no title here is a first name as well: "Don" and "Prince" are some people's own
        "rev reverend hon honourable honorable justice queen princess pope imam rabbi father sister brother sgt "
        "sergeant lt lieutenant capt col gen maj cpt cmdr commander inspector superintendent constable sen rep gov "
        "pres phd md mba llm msc bsc obe mbe cbe qc mep dipl mag doktor dott dottore dottoressa dra sra sig ministerin "
        "präsident präsidentin kanzler kanzlerin bürgermeister bürgermeisterin sprecher sprecherin direktor "
        "direktorin docteur maître vice deputy former acting foreign prime interior defence finance executive "
        "skipper"
    )
)
_PARTICLES = _words("von van de der den del della di da dos das du la le el al bin ibn ten ter zu zum af av")
_GENERATIONS = {"jr": "jr", "junior": "jr", "sr": "sr", "senior": "sr", "ii": "ii", "iii": "iii", "iv": "iv"}
_TOKEN = re.compile(r"[^\W\d_]+(?:['’ʼ-][^\W\d_]+)*")
_LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "æ": "ae", "œ": "oe", "ə": "e", "ß": "ss"}
)
_SPELT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})
_FIRST_SCRIPT_WITHOUT_INITIALS = "\u2e80"


@dataclass(frozen=True, slots=True)
class _Name:
    """A name taken apart; each word as the set of its plain spellings, the surname last."""

    words: tuple[frozenset[str], ...]
    generation: str
    sexes: frozenset[str]


def same_person(one: str, other: str) -> bool:
    """Return whether two names can be one person's.

    Case, titles, honorifics, diacritics, an inverted "Kovač, Anna", middle names and missing or abbreviated first
    names make no difference. First names that differ do, and so do "Mr" and "Ms", "Jr" and "Sr".
    """
    a, b = _taken_apart(one), _taken_apart(other)
    if not a.words or not b.words:
        return " ".join(one.split()).casefold() == " ".join(other.split()).casefold() != ""
    if a.generation and b.generation and a.generation != b.generation:
        return False
    if a.sexes and b.sexes and not a.sexes & b.sexes:
        return False
    short, long = sorted((a.words, b.words), key=len)
    if not short[-1] & long[-1]:
        return False
    return _compatible(short[:-1], long[:-1])


def _compatible(mine: tuple[frozenset[str], ...], theirs: tuple[frozenset[str], ...]) -> bool:
    """Return whether the first of the first names agree and the others of `mine` stand in `theirs`, in order."""
    if not mine:
        return True
    if not _is_given(mine[0], theirs[0]):
        return False
    rest = iter(theirs[1:])
    return all(any(_is_given(name, candidate) for candidate in rest) for name in mine[1:])


def _is_given(one: frozenset[str], other: frozenset[str]) -> bool:
    """Return whether two first names are the same, or one is the other's initial."""
    if one & other:
        return True
    return any(
        len(min(a, b, key=len)) == 1 and a[0] == b[0] < _FIRST_SCRIPT_WITHOUT_INITIALS for a in one for b in other
    )


@lru_cache(maxsize=4096)
def _taken_apart(name: str) -> _Name:
    written = unicodedata.normalize("NFC", " ".join(name.split()))
    front, comma, back = written.partition(",")
    inverted = comma and len(_name_words(front)) == 1
    words = _name_words(f"{back} {front}" if inverted else front)
    plain = [token.lower() for token in _TOKEN.findall(written)]
    sexes = frozenset(
        sex for sex, titles in (("male", _MALE), ("female", _FEMALE)) if any(word in titles for word in plain[:-1])
    )
    generation = next((_GENERATIONS[word] for word in plain[1:] if word in _GENERATIONS), "")
    split: list[str] = []
    for word in words[:-1]:
        initials = 1 < len(word) <= 3 and word.isupper() and not words[-1].isupper()  # "JK Orlow"
        split += list(word) if initials else [word]
    return _Name(tuple(_spellings(word) for word in [*split, *words[-1:]]), generation, sexes)


def _name_words(text: str) -> list[str]:
    """Return the words of a name proper: no title, particle or generation, no role in small letters."""
    tokens = [token for token in _TOKEN.findall(text) if token.lower() not in _GENERATIONS]
    has_capitals = any(token != token.lower() for token in tokens)
    last = len(tokens) - 1
    return [
        token
        for position, token in enumerate(tokens)
        if token.lower() not in _PARTICLES
        and (position == last or token.lower() not in _TITLES)
        and not (has_capitals and token == token.lower())
    ]


def _spellings(word: str) -> frozenset[str]:
    lower = word.casefold().replace("’", "'").replace("ʼ", "'")
    composed = word.lower().translate(_SPELT)
    return frozenset(_bare(form) for form in (lower, composed))


def _bare(word: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", word.translate(_LETTERS)) if not unicodedata.combining(c))
