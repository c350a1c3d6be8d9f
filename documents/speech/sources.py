"""The subject before a verb of saying: the noun phrase right before it, or before what its commas enclose.

Works on words and marks alone; whatever it cannot read as one noun phrase is nobody's, because a wrong
speaker costs a reader more than a missing one. Subjects behind their verb are `documents.speech.inverted`'s.
"""

from __future__ import annotations

from typing import NamedTuple

from documents.speech.cues import Lexicon
from documents.speech.phrases import (
    HARD,
    MAX_NOUN_PHRASE,
    MAX_SUBJECT,
    RELATIVE,
    Subject,
    bracket_start,
    checked,
    stops,
    stripped,
)
from documents.speech.tokens import Token, word_set

_DASHES = frozenset(["-", "--", "–", "—"])
_NOT_LY = word_set("family ally reply supply italy assembly july july's bully only rally daily weekly emily")


class Left(NamedTuple):
    """What stands before a verb: its subject or None, where its auxiliaries begin, and what those say."""

    subject: Subject | None
    begin: int
    passive: bool
    infinitive: bool


def subject_before(sentence: list[Token], verb: int, low: int, lex: Lexicon) -> Left:
    """Return the subject that ends right before `sentence[verb]`, none of its words before `low`."""
    at = verb - 1
    passive = False
    while at >= low and (_adverbial(sentence[at], lex) or _date(sentence, at)):
        passive = sentence[at].low in lex.passive or (passive and sentence[at].low not in ("been", "being"))
        at -= 1
    if at < low or sentence[at].low == "to":
        return Left(None, at + 1, passive, at >= low)
    token = sentence[at]
    if token.low in lex.pronouns:
        kind = "who" if token.low in RELATIVE else "pronoun"
        return Left(Subject(at, at + 1, kind), at + 1, passive, False)
    if token.text in (",", *_DASHES, ")") and at > low:
        return Left(_behind_comma(sentence, at, low, lex), at + 1, passive, False)
    if token.kind != "w" and token.text not in ("'s", "’s", "'", "’", "%", "]"):
        return Left(None, at + 1, passive, False)
    return Left(_phrase_before(sentence, low, at + 1, lex), at + 1, passive, False)


def _date(sentence: list[Token], at: int) -> bool:
    """Whether this is the "on" of "on Monday", already skipped as an adverb."""
    return sentence[at].low == "on" and at + 1 < len(sentence) and sentence[at + 1].low.endswith("day")


def _adverbial(token: Token, lex: Lexicon) -> bool:
    low = token.low
    if token.capital and low not in lex.determiners and not low.endswith("day"):
        return False  # "Will Rogers", "May Lind"
    if low in lex.auxiliaries or low in lex.adverbs or low in ("’t", "'t", "’ve", "'ve", "’ll", "'ll", "’d", "'d"):
        return True
    return lex.english and len(low) > 4 and low.endswith("ly") and low not in _NOT_LY and not token.capital


def _behind_comma(sentence: list[Token], comma: int, low: int, lex: Lexicon) -> Subject | None:
    """Return the subject of "Name, a former adviser, wrote": the phrase before what the marks enclose."""
    mark = sentence[comma].text
    if mark != ",":
        opens = "(" if mark == ")" else mark
        opening = next((i for i in range(comma - 1, low - 1, -1) if sentence[i].text == opens), None)
        last = comma + 1 if mark == ")" else comma
        return None if opening is None else _phrase_before(sentence, low, opening, lex, last=last)
    start = comma
    while start > low and comma - start < MAX_SUBJECT and not _closes_clause(sentence[start - 1]):
        start -= 1
    piece = start
    for at in range(start, comma):  # the first comma behind a whole noun phrase ends the name
        if sentence[at].text != ",":
            continue
        if at > piece and not _opens_aside(sentence[piece], lex):
            found = _phrase_before(sentence, piece, at, lex, last=comma)
            return found if found is not None and _encloses(sentence, at + 1, comma, lex) else None
        piece = at + 1
    return None


def _closes_clause(token: Token) -> bool:
    return token.quoted or token.text in HARD


def _opens_aside(token: Token, lex: Lexicon) -> bool:
    low = token.low
    return (
        low in lex.introduces
        or low in lex.adverbs
        or low in ("and", "but", "so", "or", "who", "which")
        or (lex.english and low.endswith("ing"))
    )


def _encloses(sentence: list[Token], start: int, end: int, lex: Lexicon) -> bool:
    """Whether `sentence[start:end]` reads like an apposition, a relative clause, an age or an adverbial."""
    if start >= end:
        return False
    first = sentence[start]
    low = first.low
    if low in lex.pronouns and low not in RELATIVE:
        return False
    if low in lex.verbs or low in lex.auxiliaries:
        return lex.english and low.endswith(("ing", "ed"))
    return low not in ("and", "but", "because", "that")


def _phrase_before(sentence: list[Token], low: int, end: int, lex: Lexicon, last: int | None = None) -> Subject | None:
    """Return the noun phrase that ends at `end`, or None where the words before are not clearly one."""
    start = end
    while start > low and end - start <= MAX_NOUN_PHRASE:
        aside = bracket_start(sentence, start - 1, low)
        if aside < start - 1:
            start = aside  # "Ada Brook (D-Vt.)"
        elif stops(sentence, start - 1, lex):
            break
        else:
            start -= 1
    if end - start > MAX_NOUN_PHRASE:
        return None
    stop = sentence[start - 1] if start > low else None
    if stop is not None and stop.kind == "w" and start < end:
        if stop.low in lex.auxiliaries or stop.low in lex.verbs:
            start = _before_relative(sentence, low, start, lex)
            if start < 0:
                return None
        elif stop.low in RELATIVE and stop.low != "that" and start - 1 > low:
            return None
    if stop is not None and stop.low in ("and", "und", "et", "y", "e") and start - low > 1:
        start = _joined(sentence, low, start, end, lex)
    start = stripped(sentence, start, end, lex)
    return checked(sentence, start, end, end if last is None else last, lex)


def _before_relative(sentence: list[Token], low: int, start: int, lex: Lexicon) -> int:
    """Return where the phrase starts that a relative clause belongs to ("the man who was shot said"), or -1."""
    for at in range(start - 1, max(low, start - 12), -1):
        if sentence[at].quoted or sentence[at].text in HARD or sentence[at].text == ",":
            return -1
        if sentence[at].low in ("who", "which"):
            begin = at
            while begin > low and not stops(sentence, begin - 1, lex):
                begin -= 1
            return begin if begin < at else -1
    return -1


def _joined(sentence: list[Token], low: int, start: int, end: int, lex: Lexicon) -> int:
    """Return the start of "A and B" where both sides are names, else `start`."""
    conjunction = start - 1
    begin = conjunction
    while begin > low and not stops(sentence, begin - 1, lex):
        begin -= 1
    before = sentence[begin - 1] if begin > low else None
    whole = before is None or before.quoted or before.text in (",", ";")
    pair = begin < conjunction and sentence[conjunction - 1].capital == sentence[end - 1].capital
    return begin if whole and pair else start
