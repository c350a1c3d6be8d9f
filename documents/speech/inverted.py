"""The subject behind a verb of saying: "said Ada Brook, a commentator of Y", "according to the ministry".

What stands before a verb is `documents.speech.sources`'.
"""

from __future__ import annotations

from documents.speech.cues import Lexicon
from documents.speech.phrases import HARD, MAX_NOUN_PHRASE, MAX_SUBJECT, RELATIVE, Subject, checked
from documents.speech.roles import is_role
from documents.speech.tokens import Token, word_set

_APPOSED = word_set("who whose former qui que che")


def subject_after(sentence: list[Token], verb: int, lex: Lexicon, *, whole: bool = True) -> Subject | None:
    """Return the noun phrase that begins right behind `sentence[verb]` ("said Ada Brook, a pollster").

    Args:
        sentence: The tokens.
        verb: Where the verb stands.
        lex: The language's words.
        whole: Whether the phrase must be all that follows: "said the chamber will vote" names no speaker.
    """
    end = verb + 1
    if end < len(sentence) and sentence[end].low in lex.pronouns:
        return None if lex.english else Subject(end, end + 1, "pronoun")
    while end < len(sentence) and end - verb <= MAX_NOUN_PHRASE and not _ends_phrase(sentence, end, lex):
        end += 1
    start = verb + 1
    if start >= end or end - verb > MAX_NOUN_PHRASE:
        return None
    if whole and end < len(sentence) and sentence[end].kind == "w" and sentence[end].low not in RELATIVE:
        return None  # "said the chamber will vote": what is said, not who says it
    return checked(sentence, start, end, _with_apposition(sentence, end, lex), lex)


def _ends_phrase(sentence: list[Token], at: int, lex: Lexicon) -> bool:
    token = sentence[at]
    if token.quoted or token.text in (",", "(", "[") or token.text in HARD:
        return True
    if token.text == "." and at + 1 == len(sentence):
        return True
    if token.low in ("and", "und", "et", "y", "&") or token.capital:
        return False
    return token.low in lex.breaks or token.low in lex.pronouns or token.low in lex.auxiliaries


def _with_apposition(sentence: list[Token], end: int, lex: Lexicon) -> int:
    """Return the end of the phrase with the apposition behind it (", a commentator of Y")."""
    if end + 1 >= len(sentence) or sentence[end].text != "," or sentence[end + 1].quoted:
        return end
    first = sentence[end + 1].low
    if first not in lex.determiners and first not in _APPOSED and not is_role(first):
        return end
    at = end + 1
    while at < len(sentence) and at - end < MAX_SUBJECT:
        token = sentence[at]
        if token.quoted or token.text in (";", "—", "–", ":") or (token.text == "." and at + 1 == len(sentence)):
            break
        if token.text == "," and at + 1 < len(sentence) and _goes_elsewhere(sentence[at + 1]):
            break
        at += 1
    return at


def _goes_elsewhere(token: Token) -> bool:
    """Whether what follows a comma is no longer the apposition: a quotation, "adding that", "and"."""
    return token.quoted or token.low.endswith("ing") or token.low in ("and", "but")
