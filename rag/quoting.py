"""Quoted words: where a sentence quotes, and whether a text has those words, character for character.

Two texts are compared folded: white space, quotation marks, dashes and the ways of writing an elision
are made one, and every folded character knows where it came from, so that what is found is reported
as exact characters. Letters, digits and other punctuation are never folded. What a find means is
`rag.gate`'s to say.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from documents.quotes import quotations

MIN_PIECE_WORDS = 3
"""Fewest words on either side of an elision that the article does not have itself; less is a ransom note."""

_SINGLE_OPEN = re.compile(r"(?<!\w)['‘‚‹](?=[\w\[(¿¡…])")
_SINGLE_CLOSE = re.compile(r"(?<=\S)['’‘›](?!\w)")
_CLOSING = re.compile(r"[”»❞」』]")
_FOLDS = re.compile(
    r"(?P<gap>\s*[\[(]\s*(?:…|\.\s?\.\s?\.)\s*[\])]\s*|\s*(?:…|\.\s?\.\s?\.(?:\s?\.)?)\s*)"
    r"|(?P<dash>\s*[—―]\s*|\s+[–-]{1,2}\s+|(?<=[^\W\d_])–(?=[^\W\d_]))"
    r"|(?P<mark>[“”„‟«»❝❞\"‘’‚‛‹›`´′]{1,2}|'{1,2})"
    r"|(?P<hyphen>[‐‑–−])"
    r"|(?P<nothing>[\u00ad\u200b-\u200f\u2060\ufeff]+)"
    r"|(?P<space>\s+)"
)
_WRITTEN = {"gap": " … ", "dash": " - ", "mark": "'", "hyphen": "-", "nothing": "", "space": " "}
_EDGES = " '.,;:!?…-–—()"


@dataclass(frozen=True, slots=True)
class Folded:
    """A text in its folded form; character `i` of `text` came from `starts[i]:ends[i]` of the original."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Return the span of the original text behind `text[start:end]` (not empty)."""
        return self.starts[start], self.ends[end - 1]


@dataclass(frozen=True, slots=True)
class Found:
    """Words found in a text: the exact span of each piece, in order; more than one where words were left out."""

    pieces: tuple[tuple[int, int], ...]

    @property
    def start(self) -> int:
        """Where the first piece starts."""
        return self.pieces[0][0]

    @property
    def end(self) -> int:
        """Where the last piece ends."""
        return self.pieces[-1][1]


@lru_cache(maxsize=4096)
def fold(text: str) -> Folded:
    """Return `text` folded, with the way back to its characters."""
    written: list[str] = []
    starts: list[int] = []
    ends: list[int] = []

    def put(characters: str, start: int, end: int) -> None:
        for character in characters:
            if character == " " and (not written or written[-1] == " "):
                continue
            written.append(character)
            starts.append(start)
            ends.append(end)

    at = 0
    for match in _FOLDS.finditer(text):
        for i in range(at, match.start()):
            put(text[i], i, i + 1)
        put(_WRITTEN[str(match.lastgroup)], match.start(), match.end())
        at = match.end()
    for i in range(at, len(text)):
        put(text[i], i, i + 1)
    while written and written[-1] == " ":
        written.pop(), starts.pop(), ends.pop()
    return Folded("".join(written), tuple(starts), tuple(ends))


def quoted_spans(sentence: str) -> list[tuple[int, int]]:
    """Return the spans between quotation marks in `sentence`, marks excluded, outermost only, in any style.

    A quotation that is opened and not closed runs to the end, one that is closed and not opened starts at
    the beginning: what might be quoted is checked as quoted.
    """
    spans: list[tuple[int, int]] = []
    outer: list[tuple[int, int]] = []
    for mark in quotations(sentence):
        outer.append((mark.start, mark.end))
        spans.append((mark.start + 1, mark.end - 1 if mark.closed else mark.end))
    masked = list(sentence)
    for start, end in outer:
        masked[start:end] = " " * (end - start)
    rest = "".join(masked)
    loose = _CLOSING.search(rest)
    if loose:
        spans.append((0, loose.start()))
        rest = " " * loose.end() + rest[loose.end() :]
    at = 0
    while opening := _SINGLE_OPEN.search(rest, at):
        closing = _SINGLE_CLOSE.search(rest, opening.end())
        if closing is None:
            break
        spans.append((opening.end(), closing.start()))
        at = closing.end()
    return sorted((a, b) for a, b in spans if sentence[a:b].strip(_EDGES))


def words_in(text: str) -> int:
    """Return how many words `text` has; in scripts without spaces every two characters count as one."""
    spaced = len(re.findall(r"[^\W_]+(?:['’.,-][^\W_]+)*", text))
    unspaced = sum("CJK" in unicodedata.name(c, "") or "HIRAGANA" in unicodedata.name(c, "") for c in text)
    return max(spaced, unspaced // 2)


def find_words(quote: str, text: str) -> Found | None:
    """Return where `text` has the words of `quote`, or None.

    Punctuation at the quote's edges is not compared, and its first letter may differ in case. Where the
    quote leaves words out ("..."), each piece needs `MIN_PIECE_WORDS` words and the pieces their order,
    unless the text has the same elision.
    """
    hay = fold(text)
    needle = _trimmed(fold(quote).text)
    whole = _at(needle, hay, 0)
    if whole is not None:
        return Found((hay.original(*whole),))
    if "…" not in needle:
        return None
    pieces = [piece for piece in (_trimmed(p) for p in needle.split("…")) if piece]
    if any(words_in(piece) < MIN_PIECE_WORDS for piece in pieces):
        return None
    found: list[tuple[int, int]] = []
    after = 0
    for piece in pieces:
        span = _at(piece, hay, after)
        if span is None:
            return None
        found.append(hay.original(*span))
        after = span[1]
    return Found(tuple(found))


def elided_pieces(quote: str) -> list[str]:
    """Return the pieces of `quote` between its elisions, folded and trimmed; one piece when it has none."""
    return [piece for piece in (_trimmed(p) for p in fold(quote).text.split("…")) if piece]


def longest_prefix(quote: str, text: str) -> int:
    """Return how many characters of the folded `quote` the text has from its start on, to a word's end."""
    needle, hay = _trimmed(fold(quote).text), fold(text)
    best = 0
    for end in _word_ends(needle):
        if _at(_trimmed(needle[:end]), hay, 0) is None:
            break
        best = end
    return best


def _trimmed(folded: str) -> str:
    """Return folded text without the punctuation at its edges; a closing bracket or % that belongs to it stays."""
    left = len(folded) - len(folded.lstrip(_EDGES))
    right = len(folded.rstrip(_EDGES))
    return folded[left:right]


def _word_ends(text: str) -> Iterator[int]:
    for match in re.finditer(r"[^\W_]+", text):
        yield match.end()


def _at(needle: str, hay: Folded, after: int) -> tuple[int, int] | None:
    """Return the first place at or after `after` where `hay` has `needle` as whole words."""
    if not needle:
        return None
    swapped = needle[0].swapcase() + needle[1:]
    for form in dict.fromkeys((needle, swapped)):
        start = hay.text.find(form, after)
        while start >= 0:
            end = start + len(form)
            if not _inside_word(hay.text, start) and not _inside_word(hay.text, end):
                return start, end
            start = hay.text.find(form, start + 1)
    return None


def _inside_word(text: str, at: int) -> bool:
    """Return whether a cut at `at` would go through a word or a number ("13" of "13,000")."""
    if at <= 0 or at >= len(text):
        return False
    left, right = text[at - 1], text[at]
    if left.isalnum() and right.isalnum():
        return not ("\u3040" <= left <= "\u9fff" or "\u3040" <= right <= "\u9fff")
    numeric = right in ".," and at + 1 < len(text) and text[at + 1].isdigit() and left.isdigit()
    return numeric or (left in ".," and right.isdigit() and at >= 2 and text[at - 2].isdigit())
