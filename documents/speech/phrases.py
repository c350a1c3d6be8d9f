"""What a noun phrase is made of: where it stops, what it drops, whether it can name who speaks.

Works on words and marks alone, without a grammar; whatever is not clearly one noun phrase is none.
"""

from __future__ import annotations

from typing import NamedTuple

from documents.speech.cues import Lexicon
from documents.speech.tokens import Token, word_set

MAX_NOUN_PHRASE = 28
"""Longest noun phrase in words, appositions left out."""

MAX_SUBJECT = 60
"""Longest subject in words, with what stands between its commas."""

HARD = frozenset([";", ":", "—", "–", "--", "-", "•", "·", "|", "/", "?", "!"])
"""Marks that no noun phrase crosses; a full stop inside a sentence is an abbreviation's."""

RELATIVE = word_set("who whom whose which that der die das qui que che quien")
"""Relative pronouns, some of them articles or conjunctions, too."""

_INSIDE = frozenset(["'", "’", "'s", "’s", ".", "&", "%", "$", "@", "#", "€", "£", "°"])
"""Marks that may stand inside a noun phrase."""

_COLLECTIVES = word_set(
    "people police everyone someone somebody anyone everybody nobody none staff press media men women children "
    "polling data research management labor"
)
_BEFORE_DATE = word_set("on in by since")
_LOOSE = word_set("and but so or yet ' ’")
_PLURAL = word_set("some many most several few both others another more two three four these those all each")


class Subject(NamedTuple):
    """The tokens `sentence[first:last]` that name who speaks."""

    first: int
    last: int
    kind: str
    """ "pronoun", "who", "name" (holds a capitalised word) or "noun"."""


def bracket_start(sentence: list[Token], at: int, low: int) -> int:
    """Return where the short bracket opens that closes at `at`, or `at`."""
    if sentence[at].text == ")":
        for opening in range(at - 1, max(low, at - 8), -1):
            if sentence[opening].text == "(":
                return opening
    return at


def stops(sentence: list[Token], at: int, lex: Lexicon) -> bool:
    """Return whether no noun phrase that ends behind `sentence[at]` can hold it."""
    token = sentence[at]
    if token.kind != "w":
        return token.text not in _INSIDE
    if token.capital and at and token.low != "i":
        return False
    if token.low in lex.breaks or token.low in lex.auxiliaries:
        return True
    return token.low in lex.pronouns or (token.low in lex.verbs and _finite(sentence, at, lex))


def _finite(sentence: list[Token], at: int, lex: Lexicon) -> bool:
    """Whether a form that may be a noun or an adjective is a verb here: "Trump plans", not "the plans"."""
    token = sentence[at]
    if token.capital:
        return False
    before = sentence[at - 1] if at else None
    if before is None:
        return False
    if before.low in lex.determiners or before.text in ("'s", "’s", "'", "’") or before.low in ("of", "in", "for"):
        return False
    return lex.verbs[token.low].form in "sd" and (before.capital or before.low.endswith("s"))


def stripped(sentence: list[Token], start: int, end: int, lex: Lexicon) -> int:
    """Return `start` moved past conjunctions, adverbs and a leading "On Monday" that belong to no name."""
    while start < end:
        token = sentence[start]
        following = sentence[start + 1].low if start + 1 < end else ""
        if token.low in _BEFORE_DATE and (following.endswith("day") or following[:1].isdigit()):
            start += 2
        elif token.low in _LOOSE or (token.low in lex.adverbs and token.low not in lex.determiners):
            start += 1
        else:
            break
    return start


def checked(sentence: list[Token], start: int, end: int, last: int, lex: Lexicon) -> Subject | None:
    """Return the phrase if it can be a subject: it begins and ends like one and holds a name or a noun."""
    if start >= end:
        return None
    words = [t for t in sentence[start:end] if t.kind == "w"]
    first, final = sentence[start], sentence[end - 1]
    if not words or first.low in lex.introduces or final.low in lex.introduces:
        return None
    if final.text in ("'s", "’s") or (final.low in lex.determiners and final.low not in _PLURAL):
        return None
    if any(t.capital for t in words[1:]) or (first.capital and first.low not in lex.determiners):
        return Subject(start, last, "name")
    if first.text[:1].isdigit() or first.low in lex.determiners or final.low.endswith("s") or final.low in _COLLECTIVES:
        return Subject(start, last, "noun")
    return None
