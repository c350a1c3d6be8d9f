"""Whether a subject and its verb go together, and what the subject of a whole sentence is.

Small tests on a sentence's tokens; which verbs report is `documents.speech.cues`.
"""

from __future__ import annotations

from collections.abc import Sequence

from documents.speech.cues import Lexicon, Verb
from documents.speech.phrases import Subject
from documents.speech.tokens import Token, word_set

_UNREAL = word_set(
    "will would can could may might should must shall wo ca not n't 't ’t never ’ll 'll cannot nicht ne pas no non não "
    "würde könnte kann soll sollte wird"
)
_NOT_PLURAL = word_set("he she it")
_NOT_SINGULAR = word_set("i we they you")


def unreal(between: Sequence[Token]) -> bool:
    """Return whether a modal or a negation stands between subject and verb: nothing was said."""
    return any(t.low in _UNREAL for t in between)


def agrees(sentence: Sequence[Token], subject: Subject, verb: Verb, lex: Lexicon) -> bool:
    """Return whether subject and verb can go together: no third person behind "they", no bare form behind "he"."""
    if not lex.english or subject.kind != "pronoun":
        return True
    low = sentence[subject.first].low
    return not (verb.form == "s" and low in _NOT_SINGULAR) and not (verb.form == "b" and low in _NOT_PLURAL)


def fronted(sentence: Sequence[Token], subject: Subject, verb: int, lex: Lexicon) -> bool:
    """Return whether a lone word before the verb may be anything, its subject behind ("Später sagte Anna ...")."""
    following = sentence[verb + 1] if verb + 1 < len(sentence) else None
    alone = subject.last - subject.first == 1 and subject.kind != "pronoun"
    return alone and following is not None and (following.capital or following.low in lex.determiners)


def first_phrase(sentence: Sequence[Token], lex: Lexicon) -> Subject | None:
    """Return the sentence's first word or name as its subject, where it clearly is one."""
    first = sentence[0]
    if first.low in lex.pronouns:
        return Subject(0, 1, "pronoun")
    if first.low in lex.introduces | lex.breaks | lex.determiners | lex.adverbs:
        return None
    end = 0
    while end < len(sentence) and (sentence[end].capital or (end and sentence[end].text == ".")):
        end += 1
    if not end or end == len(sentence) or sentence[end].kind != "w" or sentence[end].low in ("of", "and", "in", "for"):
        return None
    return Subject(0, end, "name")
