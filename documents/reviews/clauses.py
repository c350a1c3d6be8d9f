"""Whether a name in a clause speaks: verbs of saying behind it and before it, and what can be a subject.

One name in one sentence; whom it is and what else makes it speak is `documents.reviews.voices`'.
"""

from __future__ import annotations

import re

from documents.reviews.chunks import Chunk
from documents.reviews.frames import LOCATED
from documents.reviews.nouns import PIECE, PRESS
from documents.reviews.verbs import MEDIA, NEGATIONS, PARTICIPLES, STANCE, words

REACH = 5
"""How many words may stand between a subject and its verb, or between an inverted verb and its subject."""
COPULA = words("is was be been ist war wird sei est était es era fue è são foi are were")
THAT = words("that which who whose dass que qui che où where because als wenn")
_AUXILIARIES = words("a ha hat has had hatte avait había aveva tinha")
_CONTENT = words("that dass daß que qu' che whether ob")
_STOPS_BACK = words(
    "that to of about against with at from dass que che daß over into than as by von mit wie et and und"
)
_ENGLISH_OPENERS = words("as so also thus what")
DETERMINERS = words("the a an der die das dem den l' ein eine le la les un une el los il lo o a um uma")
_ENGLISH_FORMS = frozenset(
    v for v in STANCE if v.endswith(("s", "ed")) and not v.startswith(("s'",)) and v.isascii() and len(v) > 4
) | words("said saw put told wrote thought found")
_WHICH = re.compile(
    r", (?:according to which|secondo cui|secondo (?:il|la) quale|selon (?:qui|lequel|laquelle)|según (?:el|la) cual|"
    r"segundo (?:o|a) qual|laut (?:dem|der)|for (?:which|whom)|per (?:cui|il quale)|pour qui|para (?:quien|"
    r"el cual))\b"
)
_JOINED = frozenset(["and", "und", "et", "y", "e", ","])
_POSSESSIVES = frozenset(["its", "his", "their", "no"])
_BEFORE_NOUN = frozenset(["the", "a", "an", "to", "its"])
_ARTICLES = words("the der die das le la les el il lo l' o a het")
_PREPOSITIONS = words("to with about against for at than from by avec mit con com")


def words_back(chunks: list[Chunk], k: int) -> str:
    """Return up to six words right before chunk `k` in its clause, lower-case, joined by blanks."""
    words: list[str] = []
    i = k - 1
    while i >= 0 and len(words) < 7 and chunks[i].kind != "q" and chunks[i].text not in (",", ";", ":", ".", "–", "—"):
        words.append(chunks[i].low)
        i -= 1
    return " ".join(reversed(words))


def says_behind(chunks: list[Chunk], k: int) -> bool:
    """Whether a verb right before the name has it as its subject: "writes the liberal daily X", "so die X"."""
    for i in range(k - 1, max(-1, k - 1 - REACH), -1):
        chunk = chunks[i]
        if chunk.kind not in ("w", "other") or chunk.low in _STOPS_BACK:
            return False
        if chunk.low in LOCATED and all(c.low in DETERMINERS for c in chunks[i + 1 : k]):
            return False  # "writes in X"
        opens = i > 0 and (
            chunks[i - 1].kind == "q" or (chunks[i - 1].text == "," and i > 1 and chunks[i - 2].kind == "q")
        )
        if (
            chunk.low in STANCE
            or chunk.low in PARTICIPLES
            or chunk.low == "so"
            or (opens and chunk.low not in DETERMINERS)
        ):
            before = chunks[i - 1] if i else None
            if before is None or before.kind in ("p", "q") or before.low in _ENGLISH_OPENERS:
                return chunk.low != "so" or before is None or before.kind in ("p", "q")
            taken = any(c.kind in ("outlet", "person", "paper", "pronoun", "unsure") for c in chunks[max(0, i - 4) : i])
            return not taken and chunk.low not in _ENGLISH_FORMS and chunk.low != "so"
    return False


def says_ahead(chunks: list[Chunk], k: int) -> bool:
    """Whether the name is the subject of a verb of saying, or of a clause that a colon and a quotation end."""
    start, says = _after_apposition(chunks, k)
    says = says or _WHICH.match(" ".join(c.low for c in chunks[k + 1 : k + 6])) is not None
    if says or not is_subject(chunks, k):
        return says
    seen = 0
    for i in range(start, len(chunks)):
        chunk = chunks[i]
        if chunk.text == ":":
            return i + 1 >= len(chunks) or chunks[i + 1].kind == "q" or i == start
        if _ends_clause(chunk, seen):
            break
        if chunk.kind == "w":
            seen += 1
            said = _reports(chunks, i, seen)
            if said is not None:
                return said
    return _colon_quote(chunks, start)


def _ends_clause(chunk: Chunk, seen: int) -> bool:
    if chunk.kind == "q" or chunk.text in (";", ".", "–", "—"):
        return True
    if chunk.kind in ("outlet", "person", "pronoun", "paper"):
        return seen > REACH
    return chunk.low in THAT and seen > 0 and chunk.low not in _CONTENT


def _reports(chunks: list[Chunk], i: int, seen: int) -> bool | None:
    """Whether word `i`, the clause's `seen`-th, makes its subject say something; None where it decides nothing."""
    chunk, before = chunks[i], chunks[i - 1]
    behind = next((c for c in chunks[i + 1 : i + 3] if c.low not in DETERMINERS), chunk)
    if before.text == "," and behind.kind in ("outlet", "paper", "person", "unsure"):
        return None  # "..., says the Herald"
    near = seen <= REACH or before.low in _JOINED
    if near and chunk.low in MEDIA and _denied(chunks, i):
        return False
    noun = chunk.low == "that" and chunks[i - 2].low in DETERMINERS | _POSSESSIVES
    if chunk.low in _CONTENT and 1 < seen <= REACH + 1 and before.low not in PRESS and not noun:
        return True
    if near and chunk.low in STANCE and not (seen > 1 and before.low in _BEFORE_NOUN):
        return True
    if near and chunk.low in PARTICIPLES and before.low in _AUXILIARIES:
        return True
    return False if chunk.low in COPULA and seen == 1 and not _quoted_soon(chunks, i) else None


def _after_apposition(chunks: list[Chunk], k: int) -> tuple[int, bool]:
    """Return where the clause goes on behind brackets or an apposition, and whether one inside it says something."""
    i = k + 1
    if i < len(chunks) and chunks[i].text == "(":
        i = next((j + 1 for j in range(i, min(len(chunks), i + 9)) if chunks[j].text == ")"), i)
    if i < len(chunks) and chunks[i].text in (",", "–", "—"):
        mark = chunks[i].text
        end = next((j for j in range(i + 1, min(len(chunks), i + 22)) if chunks[j].text == mark), None)
        inner = chunks[i + 1 : end] if end is not None else chunks[i + 1 :]
        relative = bool(inner) and inner[0].low in ("which", "qui", "che", "que", "das", "die", "der", "quien")
        says = relative and any(c.low in STANCE for c in inner[1:5]) and (end is None or _quoted_soon(chunks, i))
        if end is not None and not any(c.kind == "q" for c in inner):
            return end + 1, says
        return i if not says else len(chunks), says
    return i, False


def _quoted_soon(chunks: list[Chunk], i: int) -> bool:
    return any(c.kind == "q" or c.text == ":" for c in chunks[i:])


def _colon_quote(chunks: list[Chunk], start: int) -> bool:
    """Whether a quotation behind a colon ends the clause from `start` on, with no other subject before it."""
    for i in range(start, len(chunks)):
        subject = chunks[i].kind == "pronoun" and chunks[i - 1].text in (",", "and", "but", ";")
        if chunks[i].kind in ("outlet", "paper", "unsure") or subject or chunks[i].text == ";":
            return False
        if chunks[i].text == ":" and (i + 1 == len(chunks) or chunks[i + 1].kind == "q"):
            return True
    return False


def _denied(chunks: list[Chunk], i: int) -> bool:
    near = chunks[max(0, i - 2) : i + 4]
    return any(c.low in NEGATIONS for c in near)


def is_subject(chunks: list[Chunk], k: int) -> bool:
    """Whether the name can be its clause's subject: no preposition before it, and "'s" only before a piece."""
    before = words_back(chunks, k).split()
    while before and before[-1] in _ARTICLES:
        before.pop()
    if k + 1 < len(chunks) and chunks[k + 1].text in ("'s", "’s"):
        return any(c.low in PIECE for c in chunks[k + 2 : k + 6])
    near = before[-1] if before else ""
    if near in LOCATED | _PREPOSITIONS:
        piece = any(w in PIECE for w in before[-4:])
        return piece or (near == "of" and chunks[k].kind == "outlet" and any(c.kind == "person" for c in chunks[:k]))
    return True
