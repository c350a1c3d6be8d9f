"""Whether words that are an outlet's name and everyday words too are the name, where they stand in a text.

Judges only what the sentence shows: an article in capitals inside it, quotation marks, "the daily ..." before it.
Where it shows nothing the words stay open. Whose name it is, is `documents.outlets.registry`.
"""

from __future__ import annotations

import re

from documents.cues import NOT_A_NAME, PRESS_NOUNS, SAYING
from documents.outlets.names import ANY_ARTICLE, bare

_BEFORE = re.compile(r"([\w'’.-]+)[ \u00a0]+$")
_TWO_BEFORE = re.compile(r"([\w'’.-]+)[ \u00a0]+(?:[\w'’.-]+[ \u00a0]+)?$")
_NEXT = re.compile(r"[ \u00a0]+([\w'’-]+)")
_OPENING, _CLOSING = "“„«‚‘\"'»*_", "”“»«’‘\"'*_"
_GERMAN_ARTICLES = frozenset({"der", "die", "das", "den", "dem", "des"})
_INSIDE = frozenset({",", ";", "(", "/"})
"""Marks behind which no sentence begins, so that a capital is the word's own."""
_NEAR = 60
"""Characters before a name that are looked at."""
_PLAIN_VERBS = frozenset({"has", "is", "was", "does", "runs", "leads"})


def is_name(text: str, start: int, end: int) -> bool | None:
    """Return True where `text[start:end]` is the outlet's name, False where it is everyday words, else None."""
    words = text[start:end]
    article, _, rest = words.partition(" ")
    has_article = bool(rest) and bare(article).lower() in ANY_ARTICLE
    near = text[max(0, start - _NEAR) : start]
    before = _BEFORE.search(near)
    inside = before is not None and not before[1].endswith(".")
    inside = inside and before is not None and (before[1][0].islower() or before[1].lower() in NOT_A_NAME)
    if _is_marked(text, start, end) or _is_called(near, text, end):
        return True
    if has_article and article[0].isupper():
        return True if inside else None
    if has_article and article in _GERMAN_ARTICLES:
        return False  # German writes every noun with a capital: "wie die Presse berichtet"
    if rest or before is not None or near.rstrip()[-1:] in _INSIDE:
        return None
    following = _NEXT.match(text, end)
    word = following[1] if following is not None else ""
    is_verb = word in SAYING or word in _PLAIN_VERBS or word in PRESS_NOUNS
    return False if len(word) > 3 and word.islower() and word.endswith("s") and not is_verb else None


def _is_marked(text: str, start: int, end: int) -> bool:
    """Return whether marks enclose exactly these words: „Die Presse“, *Time*."""
    opens, closes = text[start - 1 : start], text[end : end + 1]
    return bool(opens) and bool(closes) and opens in _OPENING and closes in _CLOSING


def _is_called(near: str, text: str, end: int) -> bool:
    """Return whether a word for a publisher stands before or right behind: "the weekly Time", "Time magazine"."""
    before = _TWO_BEFORE.search(near)
    words = before.group().split() if before is not None else []
    if any(word.lower() in PRESS_NOUNS for word in words):
        return True
    behind = _NEXT.match(text, end)
    return behind is not None and behind[1].lower() in ("magazine", "newspaper")
