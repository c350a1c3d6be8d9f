"""Who speaks in one sentence of a press review: papers named, papers meant ("the daily", "it adds"), and persons.

Reads the words around names and quotations; whom "the daily" means, and whose words a sentence without any
voice is, depends on the sentences before it and is `documents.reviews.voicing`' to decide.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from documents.reviews.chunks import Chunk
from documents.reviews.clauses import COPULA, DETERMINERS, THAT, is_subject, says_ahead, says_behind, words_back
from documents.reviews.frames import ACCORDING, BY, CAME_FROM, CITING, ITS_VIEW, LOCATED, PASSIVES, SAYS_TO, TOLD
from documents.reviews.nouns import COLUMN, PIECE, PRESS, READING
from documents.reviews.verbs import MEDIA, STANCE, words

VoiceKind = Literal["outlet", "unsure", "person", "paper", "writer", "pronoun", "active"]


_GENERIC = words(
    "takes took makes made gives gave keeps kept runs ran costs strikes struck goes went fait fit met va fa mette "
    "da dio hace hizo faz dá geht gibt kommt macht nimmt zeigt appears figured leaves left serves served found "
    "see seems"
)
_SKIPPED = frozenset(["the", "der", "dem", "den", "des", "die", "la", "le", "il", "el", "l'", "dieser"])
_CONTINUES = words("would also even then has wants does further")


class Voice(NamedTuple):
    """One that speaks in a sentence, at chunk `at`; in the roles "told" and "within" it is where somebody else does."""

    at: int
    kind: VoiceKind
    name: str | None
    role: Literal["says", "holds", "told", "within", "subject"]
    behind: bool = False
    """whether its words stand before it (`"...", writes X`)"""


def voices_of(chunks: list[Chunk], *, pro_drop: bool) -> list[Voice]:
    """Return who speaks in a sentence, in the order of the words.

    Args:
        chunks: The sentence.
        pro_drop: Whether its language leaves out subjects ("Añade que ...").
    """
    found = [v for k in range(len(chunks)) if (v := _voice(chunks, k)) is not None]
    if not any(v.role != "subject" and v.kind != "person" for v in found):
        implied = _implied(chunks, found, pro_drop=pro_drop)
        if implied is not None:
            found = sorted([*found, implied], key=lambda v: v.at)
    return found


def _voice(chunks: list[Chunk], k: int) -> Voice | None:
    chunk = chunks[k]
    if chunk.kind == "pronoun":
        says = _pronoun_says(chunks, k)
        return Voice(k, "pronoun", chunk.text, "says", _q_before(chunks, k)) if says else None
    if chunk.kind not in ("outlet", "unsure", "person", "paper", "writer"):
        return None
    kind: VoiceKind = chunk.kind
    before = words_back(chunks, k)
    if _cited(chunks, k):
        return None
    if says_behind(chunks, k):
        if chunk.kind in ("outlet", "paper") and SAYS_TO.search(before):
            return Voice(k, kind, chunk.name, "told")
        return Voice(k, kind, chunk.name, "says", _content_before(chunks, k))
    if ACCORDING.search(before) or ACCORDING.search(_without_noun(before)):
        return Voice(k, kind, chunk.name, "holds")
    if chunk.kind in ("outlet", "paper", "unsure") and (told := _placed(chunks, k, before)):
        return told._replace(kind=kind)
    if says_ahead(chunks, k):
        return Voice(k, kind, chunk.name, "says", _q_before(chunks, k))
    if chunk.kind == "paper" and k and chunks[k - 1].low in ("no", "kein"):
        return None
    return Voice(k, kind, chunk.name, "subject") if is_subject(chunks, k) else None


def _placed(chunks: list[Chunk], k: int, before: str) -> Voice | None:
    """Return the voice of a paper that somebody writes in, speaks to, or that something came from; else None."""
    chunk = chunks[k]
    last = before.rpartition(" ")[2]
    person = any(c.kind in ("person", "writer", "unsure") for c in chunks)
    if CAME_FROM.search(before) or (last in BY | {"the"} and PASSIVES.search(before)):
        return Voice(k, "outlet", chunk.name, "holds")
    if (
        chunk.name != ""
        and TOLD.search(before)
        and (person or any(c.kind == "q" for c in chunks))
        and chunk.low not in ("page", "title")
    ):
        return Voice(k, "outlet", chunk.name, "told")
    words = before.split()
    plain = _without_noun(before).split() if chunk.kind == "outlet" else words
    near = [w for w in plain[-2:] if w not in _SKIPPED]
    if chunk.kind == "paper" and (near and near[-1] in ("no", "a")):
        return None
    if near and near[-1] in LOCATED:
        piece = any(w in PIECE or w in COLUMN or w.startswith("writ") for w in words[-5:])
        piece = piece or any(c.low in READING for c in chunks[k + 1 : k + 6])
        if near[-1] in ("at", "for") and not any(w in COLUMN or w.startswith("writ") for w in words[-5:]):
            return None
        of = near[-1] in ("of", "de", "du", "di", "del", "della", "do", "da", "von")
        beside_person = any(c.kind in ("person", "writer", "unsure") for c in chunks[max(0, k - 6) : k])
        if (beside_person if of else person or len(words) <= 3) or piece:
            return Voice(k, "outlet", chunk.name, "says" if piece and says_ahead(chunks, k) else "within")
    beside = chunks[k + 1] if k + 1 < len(chunks) else None
    if beside is not None and beside.text in ("'s", "’s") and any(c.kind == "person" for c in chunks[k + 2 : k + 7]):
        return Voice(k, "outlet", chunk.name, "within")
    if beside is not None and (beside.low in COLUMN or (beside.kind == "w" and beside.low in ("editor", "writer"))):
        return Voice(k, "outlet", chunk.name, "within")
    enclosed = k and chunks[k - 1].text == "(" and beside is not None and beside.text == ")"
    if enclosed and any(c.kind in ("person", "q") for c in chunks[max(0, k - 3) : k]):
        return Voice(k, "outlet", chunk.name, "within")
    return None


def _without_noun(before: str) -> str:
    """Return the words before a name without "the liberal daily" or "la agencia" at their end."""
    words = before.split()
    at = next((i for i in range(len(words) - 1, max(-1, len(words) - 4), -1) if words[i] in PRESS), None)
    if at is None:
        return before
    while at and words[at - 1] not in DETERMINERS | LOCATED and at > len(words) - 5:
        at -= 1
    return " ".join(words[: max(0, at - 1)] if at and words[at - 1] in DETERMINERS else words[:at])


def _cited(chunks: list[Chunk], k: int) -> bool:
    """Whether the name is one that another cites, or that is denied ("quoting SNA", "unlike Le Monde")."""
    for i in range(k - 1, max(-1, k - 9), -1):
        if chunks[i].text in (",", ";", ":", ".") or chunks[i].kind == "q":
            return False
        if chunks[i].low in CITING:
            return True
    return False


def _q_before(chunks: list[Chunk], k: int) -> bool:
    return any(c.kind == "q" for c in chunks[:k])


def _content_before(chunks: list[Chunk], k: int) -> bool:
    return any(c.kind == "q" or c.text == "," for c in chunks[:k])


def _pronoun_says(chunks: list[Chunk], k: int) -> bool:
    """Whether a pronoun speaks: "it adds", "she then writes", "heißt es", "schreibt sie"."""
    if any(c.low in THAT for c in chunks[max(0, k - 4) : k]) and not (k and chunks[k - 1].text == ","):
        return False  # within what is reported
    if k == 0 and len(chunks) > 2 and chunks[1].low in _CONTINUES and chunks[2].low not in COPULA:
        return True
    for i, chunk in enumerate(chunks[k + 1 : k + 4], k + 1):
        if chunk.kind != "w" or chunk.low in COPULA or chunk.low in THAT:
            break
        on = i + 1 < len(chunks) and chunks[i + 1].low in ("on", "further")
        if chunk.low in STANCE | MEDIA and (chunk.low not in _GENERIC or on):
            return True
    before = chunks[k - 1].low if k else ""
    return before in STANCE and before not in _GENERIC and chunks[k].low in ("es", "sie", "er", "he", "she", "it")


def _implied(chunks: list[Chunk], found: list[Voice], *, pro_drop: bool) -> Voice | None:
    """Return the voice of a sentence that goes on with whoever spoke: "Y añade:", "And further:", "In its view"."""
    hyphenated = next((i for i, c in enumerate(chunks) if c.kind == "w" and _INVERTED.fullmatch(c.low)), None)
    if hyphenated is not None:
        return Voice(
            hyphenated, "pronoun", chunks[hyphenated].low.rpartition("-")[2], "says", _q_before(chunks, hyphenated)
        )
    words = " ".join(c.low for c in chunks if c.kind != "q")
    if ITS_VIEW.search(words):
        return Voice(0, "active", None, "says")
    if found:
        return None
    head = [c for c in chunks[:4] if c.kind == "w"]
    first = 1 + bool(head and head[0].low in _JOINS)
    if pro_drop and any(c.low in STANCE and c.low not in _GENERIC for c in head[:first]):
        return Voice(0, "active", None, "says")
    colon = next((i for i, c in enumerate(chunks) if c.text == ":"), None)
    quoted = colon is not None and colon + 1 < len(chunks) and chunks[colon + 1].kind == "q"
    if quoted and colon is not None and colon <= 7 and not any(_own_subject(c) for c in chunks[:colon]):
        return Voice(0, "active", None, "says")
    return None


def _own_subject(chunk: Chunk) -> bool:
    return chunk.kind in ("other", "person") or chunk.low in _SUBJECTS


_SUBJECTS = words("a an the ein eine der die das un une le la les una el los il lo um uma o we i our wir nous noi nós")
_JOINS = words("y e et and und pero ma mas también anche também además inoltre ainda")
_INVERTED = re.compile(r"\w+(?:-t)?-(?:elle|il|ils|elles)")
