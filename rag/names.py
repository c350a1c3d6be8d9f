"""Names among the words of a reading: which belong together, and what part each plays in its sentence.

"North" and "Korea" are one name; a name after a preposition is a circumstance. Whether two names are the same
is `rag.matching`.
"""

from __future__ import annotations

import re
from dataclasses import replace

from rag.claim_words import Kind, Role, Word
from rag.figures import ORDINAL
from rag.lexicon import Lexicon

_LINKS = frozenset(["del", "du", "de", "do", "della"])
_SKIPPED = frozenset(
    [
        "the",
        "a",
        "an",
        "der",
        "die",
        "das",
        "den",
        "dem",
        "des",
        "el",
        "la",
        "los",
        "las",
        "le",
        "les",
        "un",
        "une",
        "un",
        "una",
        "its",
        "his",
        "her",
        "their",
    ]
)
_AMBIGUOUS_QUALIFIERS = frozenset(["new", "old", "great", "greater", "neu", "alt", "groß", "nueva", "nuevo", "gran"])


def merge_names(words: list[Word], text: str, known: Lexicon | None) -> list[Word]:
    """Return the words with "North" + "Korea" and "Corea" + "del" + "Norte" made one name each."""
    if known is None:
        return words
    merged: list[Word] = []
    i = 0
    while i < len(words):
        here = words[i]
        following = words[i + 1] if i + 1 < len(words) else None
        third = words[i + 2] if i + 2 < len(words) else None
        if following and _qualifies(here, following, text, known):
            name = f"{here.lower} {following.key}"
            merged.append(replace(following, start=here.start, lower=name, key=name, initial=False))
            i += 2
        elif (
            following and third and here.kind is Kind.NAME and following.lower in _LINKS and third.kind is Kind.NAME
            and third.lower in known.qualifiers
        ):  # fmt: skip
            name = f"{third.lower} {here.key}"
            merged.append(replace(here, end=third.end, lower=name, key=name))
            i += 3
        else:
            merged.append(here)
            i += 1
    return merged


def _qualifies(here: Word, following: Word, text: str, known: Lexicon) -> bool:
    if here.lower not in known.qualifiers or not text[here.start].isupper() or following.kind is not Kind.NAME:
        return False
    if here.initial and here.lower in _AMBIGUOUS_QUALIFIERS:
        return False
    return text[here.end : following.start] in (" ", "-", "\u00a0")


def with_roles(words: list[Word], text: str, known: Lexicon | None) -> list[Word]:
    """Return the words, every name with the part it plays."""
    if known is None:
        return words
    found: list[Word] = []
    words = [_day(words, i, known) for i in range(len(words))]
    passive: set[int] = set()
    for i, word in enumerate(words):
        if word.lower in known.passive:
            passive.add(word.scope)
        role = Role.BARE
        if word.kind is Kind.NAME:
            if re.match(r"['’]s?\b|['’](?=\s)", text[word.end :]):
                role = Role.OWNER
            else:
                before = _governor(words, i, text)
                if before is not None and before.lower in known.agents and word.scope in passive:
                    role = Role.AGENT
                elif before is not None and before.lower in known.prepositions:
                    role = Role.CIRCUMSTANCE
        found.append(replace(word, role=role, determined=_determined(words, i), is_date=_is_date(word, known)))
    return found


def _governor(words: list[Word], at: int, text: str) -> Word | None:
    """Return the word before the run of names, titles and articles that ends at `at`."""
    i = at - 1
    while i >= 0 and words[i].clause == words[at].clause:
        if words[i].lower not in _SKIPPED and not (text[words[i].start].isupper() and words[i].counts):
            return words[i]
        i -= 1
    return None


def _day(words: list[Word], at: int, known: Lexicon) -> Word:
    """Return the word, an ordinal beside a month made a plain number: "the first of March" is 1 March."""
    word = words[at]
    beside = [words[k].lower for k in (at - 2, at - 1, at + 1, at + 2) if 0 <= k < len(words)]
    if word.figure is None or word.figure.unit != ORDINAL or not known.months.intersection(beside):
        return word
    return replace(word, figure=replace(word.figure, unit=None))


def _is_date(word: Word, known: Lexicon) -> bool:
    return word.kind is Kind.NAME and word.lower in known.months


def _determined(words: list[Word], at: int) -> bool:
    before = words[at - 1] if at else None
    if before is None or before.clause != words[at].clause:
        return False
    return before.kind in (Kind.FIGURE, Kind.CONTENT, Kind.NEGATOR) or before.lower in _SKIPPED
