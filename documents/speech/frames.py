"""What follows a verb of saying: a clause, a quotation, a hearer, a thing, an occasion, or nothing.

Whether that makes the verb report is `documents.speech.clauses`' to say, by the verb.
"""

from __future__ import annotations

from documents.speech.cues import Lexicon, Verb
from documents.speech.tokens import Token, word_set

MAX_HEARER = 15
"""How many words may stand between "told" and what was told."""

MAX_SUBJECT_OF_CLAUSE = 14
"""How far behind its verb of saying a clause without "that" shows its own finite verb."""

_BY = frozenset(["by", "von", "par", "por", "da"])
_BREAKS = frozenset([",", ";", ":", "—", "–", "who", "that", "which", "when", "as", "to"])
_SUBJUNCTIVE = word_set("sei seien habe hätten hätte werde würden würde könne könnten müsse müssten solle wolle")


def frame_of(sentence: list[Token], verb_at: int, verb: Verb, lex: Lexicon) -> tuple[str, int]:
    """Return what follows the verb at `verb_at`, and the token where what is said would begin.

    Returns:
        "clause" (with "that", a question word or a quotation), "bare" (a clause without), "object", "person"
        (a hearer), "to", "preposition" (one that makes the verb report), "adjunct" (when and where), "by",
        "comma", "end" or "other"; with the index.
    """
    end = len(sentence)
    after = verb_at + 1
    while after < end and sentence[after].low in lex.adverbs:
        after += 1
    if after >= end:
        return "end", end
    token = sentence[after]
    if token.quoted or token.text == ":" or token.low in lex.that:
        return "clause", after + (token.text == ":")
    if token.text in (",", "—", "–", "-"):
        quoted = after + 1 < end and sentence[after + 1].quoted
        return ("clause" if quoted or _german_clause(sentence, after + 1, lex) else "comma"), after + 1
    if token.kind != "w":
        return "other", after
    return _before_word(sentence, after, verb, lex)


def _before_word(sentence: list[Token], after: int, verb: Verb, lex: Lexicon) -> tuple[str, int]:
    low = sentence[after].low
    if low == "to" and "person" not in verb.frames:
        return "to", after
    if low in lex.prepositions.get(verb.lemma, ()):
        return "preposition", after
    if low in _BY and verb.form == "d":
        return "by", after
    occasion = low in lex.introduces or low == "to"
    if "person" in verb.frames or occasion:
        start = _behind_hearer(sentence, after, lex)
        if start:
            return "clause", start
        return ("adjunct" if occasion else "person"), after
    return ("bare" if _is_clause(sentence, after, lex) else "object"), after


def _german_clause(sentence: list[Token], start: int, lex: Lexicon) -> bool:
    """Whether reported speech begins behind the comma: "..., dass ...", "..., der Hafen sei zu"."""
    if not lex.german or start >= len(sentence):
        return False
    return sentence[start].low in lex.that or any(t.low in _SUBJUNCTIVE for t in sentence[start : start + 20])


def _is_clause(sentence: list[Token], start: int, lex: Lexicon) -> bool:
    """Whether a clause begins here: a subject pronoun, or a finite auxiliary before the next mark."""
    low = sentence[start].low
    if low in ("it", "you"):
        return _finite_after(sentence, start + 1, 2, lex)
    return low in lex.pronouns or low == "there" or _finite_after(sentence, start + 1, MAX_SUBJECT_OF_CLAUSE, lex)


def _finite_after(sentence: list[Token], start: int, within: int, lex: Lexicon) -> bool:
    for token in sentence[start : start + within]:
        if token.text in _BREAKS or token.low in _BREAKS:
            return False
        if token.low in lex.auxiliaries and token.low not in ("be", "been", "being"):
            return True
    return False


def _behind_hearer(sentence: list[Token], after: int, lex: Lexicon) -> int:
    """Return where the words told begin, behind the one who is told and the occasion; 0 if they do not."""
    for at in range(after, min(len(sentence), after + MAX_HEARER)):
        token = sentence[at]
        if token.quoted or token.text == ":":
            return at + (token.text == ":")
        if token.low in lex.that and token.low != "who":
            return at
        if token.text in (";", "—"):
            return 0
    return 0
