"""Whether quoted words stand in one cited passage, and if not, what became of them.

Verbatim, altered, glued from two places, said by somebody else, or nowhere. Only words inside quotation
marks come here; everything else in a sentence is compared by `rag.comparing`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from index.store import StoredPassage
from rag.answers import Verdict
from rag.lexicon import lexicon_of
from rag.quoting import elided_pieces, find_words, fold, longest_prefix, words_in
from rag.support import language_of_passage

MIN_ALIKE = 0.6
"""Share of a quote's words that a passage must have in order for the quote to count as altered, not as made up."""

SHORT = 3
"""Quotes of fewer words may be titles or single terms: an article's headline may hold them too."""

_MAX_SEAMS = 3
_WORD = re.compile(r"[^\W_]+(?:['’.,-][^\W_]+)*")
_SENTENCE_END = re.compile(r"[.!?](?:\s|$)")


@dataclass(frozen=True, slots=True)
class QuoteCheck:
    """What became of one quote.

    Attributes:
        verdict: `Verdict.VERBATIM` when it stands in a cited passage.
        detail: What is wrong, in plain words; empty when nothing is.
        stored: The passage that has it, or that has it nearly.
        start: Where it starts in that passage's text.
        end: Where it ends there.
    """

    verdict: Verdict
    detail: str = ""
    stored: StoredPassage | None = None
    start: int = 0
    end: int = 0


def outlet_of(stored: StoredPassage) -> str:
    """Return what tells one voice from another: the originating outlet, or the article where that is unknown."""
    return stored.passage.attribution.outlet or f"article {stored.passage.article_id}"


def check_quote(quote: str, cited: Sequence[StoredPassage], others: Sequence[StoredPassage] = ()) -> QuoteCheck:
    """Return what became of `quote`, which must stand in one of `cited`; `others` is where else it may come from."""
    for stored in cited:
        if found := _standing(quote, stored):
            return found
    if words_in(quote) < SHORT and any(stored.title and find_words(quote, stored.title) for stored in cited):
        return QuoteCheck(Verdict.VERBATIM)
    voices = {outlet_of(stored) for stored in cited}
    for stored in others:
        found = _standing(quote, stored)
        if found is not None and found.verdict is Verdict.VERBATIM:
            if outlet_of(stored) in voices:
                return QuoteCheck(
                    Verdict.UNSUPPORTED, "these words stand in another passage than the one cited", stored
                )
            return QuoteCheck(Verdict.MISATTRIBUTED, f"these words are {_named(stored)}'s", stored)
    return _glued(quote, cited, others) or _alike(quote, cited)


def _standing(quote: str, stored: StoredPassage) -> QuoteCheck | None:
    """Return the check of a quote whose words the passage has; an elision that hides a denial makes it altered."""
    text = stored.passage.text
    found = find_words(quote, text)
    if found is None:
        return None
    for (_, end), (start, _) in zip(found.pieces, found.pieces[1:], strict=False):
        hidden = _hidden(text[end:start], stored)
        if hidden:
            return QuoteCheck(Verdict.ALTERED, f"the words left out hold {hidden!r}", stored, found.start, found.end)
    return QuoteCheck(Verdict.VERBATIM, "", stored, found.start, found.end)


def _hidden(gap: str, stored: StoredPassage) -> str | None:
    """Return the word in a gap inside one sentence that turns its meaning, or None."""
    known = lexicon_of(language_of_passage(stored))
    words = [w.group().lower() for w in _WORD.finditer(gap)]
    if _SENTENCE_END.search(gap):
        return None
    if known is None:
        return words[0] if words else None
    turning = known.negators | known.denying | known.modals | known.prospects
    return next((w for w in words if w in turning or w.endswith(("n't", "n’t"))), None)


def _glued(quote: str, cited: Sequence[StoredPassage], others: Sequence[StoredPassage]) -> QuoteCheck | None:
    """Return the check of a quote whose parts all stand somewhere, but not as one; None when some part does not."""
    everywhere = [*cited, *others]
    pieces = elided_pieces(quote)
    if len(pieces) > 1 and all(any(find_words(piece, s.passage.text) for s in everywhere) for piece in pieces):
        voices = list(dict.fromkeys(_named(_first(piece, everywhere)) for piece in pieces))
        detail = "its parts are from " + " and ".join(voices) if len(voices) > 1 else "its parts do not stand together"
        return QuoteCheck(Verdict.STITCHED, detail, _first(pieces[0], everywhere))
    rest = fold(quote).text
    seams: list[tuple[StoredPassage, str]] = []
    while rest and len(seams) <= _MAX_SEAMS:
        length, stored = max(((longest_prefix(rest, s.passage.text), s) for s in everywhere), key=lambda pair: pair[0])
        piece = rest[:length]
        if words_in(piece) < SHORT:
            return None
        seams.append((stored, piece))
        rest = rest[length:].lstrip(" ,.;:-…'")
    if rest or len(seams) < 2:
        return None
    return _seam(seams)


def _seam(seams: Sequence[tuple[StoredPassage, str]]) -> QuoteCheck:
    """Return the check of two or more found pieces: words dropped in one place, or pieces of different places."""
    first = seams[0][0]
    if all(stored is first for stored, _ in seams):
        spans = [find_words(piece, first.passage.text) for _, piece in seams]
        text = first.passage.text
        gaps = [text[a.end : b.start] for a, b in pairwise(spans) if a and b and a.end <= b.start]
        if len(gaps) == len(seams) - 1 and not any(_SENTENCE_END.search(gap) for gap in gaps):
            dropped = " ".join(gap.strip() for gap in gaps)
            return QuoteCheck(Verdict.ALTERED, f"it leaves out {dropped!r} without saying so", first)
        return QuoteCheck(Verdict.STITCHED, "it joins words that stand apart in the article", first)
    voices = list(dict.fromkeys(_named(stored) for stored, _ in seams))
    detail = "its parts are from " + " and ".join(voices) if len(voices) > 1 else "it joins two passages"
    return QuoteCheck(Verdict.STITCHED, detail, first)


def _first(piece: str, everywhere: Sequence[StoredPassage]) -> StoredPassage:
    return next(s for s in everywhere if find_words(piece, s.passage.text))


def _alike(quote: str, cited: Sequence[StoredPassage]) -> QuoteCheck:
    """Return the check of a quote that stands nowhere: altered when a cited passage has most of its words in order."""
    mine = [w.group().lower() for w in _WORD.finditer(quote)]
    best, detail, nearest = 0.0, "", None
    for stored in cited:
        theirs = [w.group().lower() for w in _WORD.finditer(stored.passage.text)]
        matcher = SequenceMatcher(None, mine, theirs, autojunk=False)
        alike = sum(block.size for block in matcher.get_matching_blocks()) / max(1, len(mine))
        if alike > best:
            best, detail, nearest = alike, _difference(matcher, mine, theirs), stored
    if best >= MIN_ALIKE:
        return QuoteCheck(Verdict.ALTERED, detail, nearest)
    return QuoteCheck(Verdict.UNSUPPORTED, "no cited article has these words")


def _difference(matcher: SequenceMatcher[str], mine: Sequence[str], theirs: Sequence[str]) -> str:
    codes = matcher.get_opcodes()
    inner = [c for k, c in enumerate(codes) if c[0] != "equal" and not (c[0] == "insert" and k in (0, len(codes) - 1))]
    if not inner:
        return "the article has these words with other punctuation"
    _, a, b, c, d = inner[0]
    here, there = " ".join(mine[a:b]), " ".join(theirs[c : min(d, c + 8)])
    return f"it has {here!r} where the article has {there!r}"


def _named(stored: StoredPassage) -> str:
    return stored.passage.attribution.outlet or "an article of unknown outlet"
