"""Whether one word of a sentence and one word of an article say the same.

Names are compared as names ("Korea" and "Korean" agree, "Austria" and "Australia" do not), figures by
value and unit, everything else by stem and synonym. Nothing here looks at the words beside them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from rag.claim_words import Kind, Word
from rag.claims import Reading
from rag.lexicon import Lexicon, same_place, stem, synonymous

_GERMAN_ENDINGS = frozenset(["s", "n", "en", "e", "es", "er", "ern"])
_COMMON_ENDINGS = {
    "en": ("tion", "tions", "ment", "ments", "ness", "ists", "ities", "ials", "ers", "ors", "ings"),
    "de": ("ung", "ungen", "heit", "heiten", "keit", "keiten", "schaft", "schaften", "tion", "tionen", "tät", "ismus"),
    "es": ("ción", "ciones", "dad", "dades", "miento", "mientos", "istas", "ores"),
    "fr": ("tion", "tions", "ment", "ments", "ité", "ités", "istes", "eurs", "aires"),
}
_SHARED_STEM = 5


def same_word(claim: Word, source: Word, known: Lexicon | None) -> bool:
    """Return whether `claim` (a word of a sentence) may rest on `source` (a word of an article)."""
    if claim.figure is not None or source.figure is not None:
        return claim.figure is not None and source.figure is not None and claim.figure.agrees(source.figure)
    if claim.lower == source.lower:
        return True
    language = known.language if known else None
    if claim.kind is Kind.NAME and source.kind is Kind.NAME:
        if same_name(claim.key, source.key):
            return True
        if language == "de" and _inflected(claim.lower, source.lower):
            return True
        return claim.noun and source.noun and stem(claim.lower, language) == stem(source.lower, language)
    if known is None:
        return False
    mixed = claim.kind is Kind.NAME or source.kind is Kind.NAME
    left, right = stem(claim.lower, language), stem(source.lower, language)
    if mixed:
        lenient = any(w.initial or w.noun for w in (claim, source) if w.kind is Kind.NAME)
        return left == right or (lenient and synonymous(left, right, known)) or same_name(claim.key, source.lower)
    return synonymous(left, right, known)


@lru_cache(maxsize=65536)
def same_name(a: str, b: str) -> bool:
    """Return whether two lower-case names are one: equal, or a country and its people; nothing else is close enough."""
    if a == b or _plain(a) == _plain(b):
        return True
    *front_a, last_a = a.split()
    *front_b, last_b = b.split()
    if front_a != front_b:
        return False
    return same_place(last_a, last_b)


def _inflected(a: str, b: str) -> bool:
    short, long = sorted((a, b), key=len)
    return len(short) >= 4 and long.startswith(short) and long[len(short) :] in _GERMAN_ENDINGS


def _plain(name: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", name) if not unicodedata.combining(c))


def may_be_common(word: Word, reading: Reading, common: frozenset[str], source: Sequence[Word]) -> bool:
    """Return whether a capitalised word that the article lacks may be no name at all.

    Only a word that opens a sentence, or a German noun, is given that chance: when the evidence writes it
    small somewhere, when its ending is one that names do not have, or when it is a compound with a word
    of the article.
    """
    if not (word.initial or word.noun):
        return False
    if word.initial and word.lower in common:
        return True
    if word.lower.endswith(_COMMON_ENDINGS.get(reading.language or "", ())):
        return True
    if not word.noun:
        return False
    stems = {w.lower[:_SHARED_STEM] for w in source if w.noun and len(w.lower) > _SHARED_STEM}
    return len(word.lower) > _SHARED_STEM and word.lower[:_SHARED_STEM] in stems


def stands_for_initials(words: Sequence[Word], at: int, source: Sequence[Word]) -> bool:
    """Return whether the name at `at` is initials of names in `source`, or one of names that `source` abbreviates."""
    short = words[at].lower
    if 2 <= len(short) <= 6 and any(short in _initials(run) for run in _runs(source)):
        return True
    for run in _runs(words):
        if words[at] in run and len(run) >= 2:
            return any(w.lower == _initials(run) for w in source if w.kind is Kind.NAME and 2 <= len(w.lower) <= 6)
    return False


def _initials(run: Sequence[Word]) -> str:
    return "".join(part[0] for word in run for part in word.key.split())


def _runs(words: Sequence[Word]) -> list[list[Word]]:
    """Return the runs of names, with the little words inside them left out ("Bank of Norrland")."""
    runs: list[list[Word]] = []
    run: list[Word] = []
    for word in words:
        if word.kind is Kind.NAME and (not run or word.clause == run[-1].clause):
            run.append(word)
        elif word.kind is Kind.FUNCTION and run:
            continue
        else:
            runs.append(run)
            run = [word] if word.kind is Kind.NAME else []
    runs.append(run)
    return [r for r in runs if r]
