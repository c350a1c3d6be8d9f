"""A sentence of a press review as chunks: names with who they are, "the paper", pronouns, other words, quotations.

Puts together what `documents.reviews.text` and `documents.reviews.names` found; decides nothing.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from documents.reviews.names import Cast, Ref
from documents.reviews.nouns import CAPITALISED, COLUMN, MEANT, PIECE, PRESS
from documents.reviews.text import Token
from documents.reviews.verbs import STANCE, words

ChunkKind = Literal["outlet", "unsure", "person", "other", "paper", "writer", "pronoun", "w", "p", "q"]

PRONOUNS = {
    "en": words("it he she they"),
    "de": words("es sie er"),
    "fr": words("il elle ils elles"),
    "es": words("él ella"),
    "it": words("lei lui egli essa"),
    "pt": words("ele ela"),
}
"""Pronouns that may be the subject of a verb of saying, by language."""

MAX_MODIFIERS = 4
"""How many words may stand between "the" and "paper": "the same old Copenhagen paper"."""

_DEFINITE = words(
    "the this that same le la l' cet ce cette el este esta ese esa il lo questo questa quel o a das die der dem "
    "den des dieses dieser diese jenes dasselbe dieselbe même mismo stesso mesmo esse essa del al do da du au na "
    "no ao à nel sul dal both sullo sulla sull' nello nella nell' dello dallo allo"
)


_SAME = words("same même mismo misma stesso stessa mesmo mesma selben gleichen")
_LINKS = words("de di da do del du della von aus of in en em à al y e et und que qui che")
_INDEFINITE = words("a an one another some ein eine einem einer un une una um uma num numa otro autre")
"""Before "paper" they mean one that is not named."""


class Chunk(NamedTuple):
    """A part of a sentence; `name` is whose name it is, or what stands between "the" and "paper"."""

    start: int
    end: int
    kind: ChunkKind
    text: str
    low: str
    name: str | None = None


def chunks_of(sentence: list[Token], cast: Cast, language: str | None = None) -> list[Chunk]:
    """Return the chunks of a sentence, in order."""
    pronouns = PRONOUNS.get(language or "en", PRONOUNS["en"])
    refs = {ref.first: ref for ref in cast.refs(sentence)}
    found: list[Chunk] = []
    i = 0
    while i < len(sentence):
        token = sentence[i]
        apposed = i > 1 and sentence[i - 1].text == "," and token.low in _INDEFINITE  # "X, a daily, ..."
        meant = None if apposed else _paper(sentence, i, refs, english=language in (None, "en"))
        if meant is not None:
            last, kind, hint = meant
            noun = sentence[last]
            if token.low in _INDEFINITE and (token.low != "a" or language in (None, "en")):
                kind, hint = "unsure", ""
            found.append(Chunk(token.start, token.end, "w", token.text, token.low))
            found.append(Chunk(sentence[i + 1].start, noun.end, kind, noun.text, noun.low, hint))
            i = last + 1
            continue
        ref = refs.get(i)
        if ref is not None and not all(t.low in CAPITALISED for t in sentence[ref.first : ref.last]):
            whole = " ".join(t.text for t in sentence[ref.first : ref.last])
            found.append(Chunk(token.start, sentence[ref.last - 1].end, ref.kind, whole, whole.lower(), ref.name))
            i = ref.last
            continue
        said = token.kind == "w" and token.low in pronouns and not (i and token.capital)
        found.append(Chunk(token.start, token.end, "pronoun" if said else token.kind, token.text, token.low))
        i += 1
    return found


def _paper(sentence: list[Token], i: int, refs: dict[int, Ref], *, english: bool) -> tuple[int, ChunkKind, str] | None:
    """Return where "the ... paper" that begins at `i` ends, what it is, and the name inside it."""
    if sentence[i].low not in _DEFINITE | _INDEFINITE or sentence[i].kind != "w":
        return None
    for j in range(i + 1, min(len(sentence), i + 2 + MAX_MODIFIERS)):
        token = sentence[j]
        if token.kind != "w" or (token.low in _DEFINITE and j > i):
            return None
        kind: ChunkKind | None = "paper" if token.low in MEANT else None
        kind = "writer" if token.low in COLUMN else kind
        if kind is not None and token.capital and token.low not in CAPITALISED:
            return None  # "La Tribuna"
        if kind is not None and any(r.first < j < r.last and r.kind == "outlet" for r in refs.values()):
            return None  # "die Niederauer Zeitung"
        if kind is not None:
            following = sentence[j + 1] if j + 1 < len(sentence) else None
            same = any(t.low in _SAME for t in sentence[i:j])
            named = (
                not same
                and following is not None
                and (
                    following.capital
                    or (following.low in _DEFINITE and j + 2 < len(sentence) and sentence[j + 2].capital)
                )
            )
            indefinite = sentence[i].low in _INDEFINITE and (english or sentence[i].low != "a")
            if indefinite and (token.low in PIECE or kind == "writer"):
                return None
            second = sentence[j + 2] if j + 2 < len(sentence) else None
            if following is not None and second is not None and not english and following.low not in STANCE:
                third = sentence[j + 3] if j + 3 < len(sentence) else second
                capital = second.capital or (second.low in _DEFINITE and third.capital)
                named = named or (not same and (following.kind == "w" and following.low not in _LINKS and capital))
            if named or (following is not None and following.text in ("'s", "’s")):
                return None
            if following is not None and following.kind == "w" and following.low in PRESS | PIECE | COLUMN:
                continue
            hint = " ".join(t.text for t in sentence[i + 1 : j] if t.capital)
            return j, kind, hint
        if token.low in ("of", "de", "von", "and", "in", "that", "que", "di", "da", "do"):
            return None
    return None
