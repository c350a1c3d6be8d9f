"""One passage as evidence: its language and sentences, and the stretch of it that best carries a claim.

Compares with `rag.comparing` and remembers what it read. Outlets and quotation marks are `rag.gate`'s.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from documents.articles import OutletBasis
from documents.splitting import sentence_spans
from index.store import StoredPassage
from rag.answers import Verdict
from rag.claim_words import Kind
from rag.claims import Reading, read_claims
from rag.comparing import Comparison, compare
from rag.lexicon import language_of, lexicon_of

MAX_WINDOW = 3
"""Most neighbouring sentences of a passage that together may carry one sentence."""

_SMALL = re.compile(r"(?<!\w)[a-zà-öø-ÿß]\w*")


@dataclass(frozen=True, slots=True)
class Support:
    """Characters of an article that carry a sentence.

    Attributes:
        stored: The passage they lie in.
        start: First character, as an offset into the article's text.
        end: One past the last.
        verdict: `Verdict.VERBATIM` or `Verdict.SUPPORTED`.
    """

    stored: StoredPassage
    start: int
    end: int
    verdict: Verdict

    @property
    def quote(self) -> str:
        """The characters themselves."""
        offset = self.stored.passage.start
        return self.stored.passage.text[self.start - offset : self.end - offset]


@dataclass(frozen=True, slots=True)
class Fit:
    """How well a passage carries a claim: its best stretch and what that stretch lacks."""

    stored: StoredPassage
    start: int
    end: int
    comparison: Comparison

    @property
    def support(self) -> Support:
        """The stretch as support; only to be used when the comparison holds."""
        offset = self.stored.passage.start
        verdict = Verdict.VERBATIM if self.comparison.verbatim else Verdict.SUPPORTED
        return Support(self.stored, offset + self.start, offset + self.end, verdict)


def language_of_passage(stored: StoredPassage) -> str | None:
    """Return the passage's language (ISO 639-1): the article's, else what its words tell."""
    stated = (stored.language or "").lower().replace("_", "-").split("-")[0]
    return stated or language_of(stored.passage.text)


@lru_cache(maxsize=4096)
def sentences_of(text: str, language: str | None) -> tuple[tuple[int, int], ...]:
    """Return the sentence spans of a passage's text; the whole text when it has none."""
    return tuple(sentence_spans(text, language)) or ((0, len(text)),)


def stretch(stored: StoredPassage, start: int, end: int) -> tuple[int, int]:
    """Return the whole sentences of the passage that `start:end` touches, as offsets into its text."""
    spans = sentences_of(stored.passage.text, language_of_passage(stored))
    touched = [(a, b) for a, b in spans if a < end and start < b]
    return (min(start, touched[0][0]), max(end, touched[-1][1])) if touched else (start, end)


def context_of(stored: StoredPassage, language: str | None) -> Reading:
    """Return what the passage's own labels say: speaker, author, date, and its title if it is the outlet's own.

    The title of a press review is the carrier's word, not the quoted outlet's. The outlet's name is none of
    its words: "Brandland Herald" does not put Brandland into what it reports.
    """
    attribution = stored.passage.attribution
    title = stored.title if attribution.basis is not OutletBasis.QUOTED else None
    labels = [attribution.speaker, stored.author, title, *_dates(stored.published)]
    return read_claims("\n".join(label for label in labels if label), language)


@lru_cache(maxsize=1024)
def _dates(published: str | None) -> tuple[str, ...]:
    """Return an ISO date as it may be written in a sentence: "2024-05-01", "1 May 2024", "1 mayo 2024"."""
    if not published or len(published) < 10 or not published[5:7].isdigit():
        return (published,) if published else ()
    year, month, day = published[:4], int(published[5:7]), published[8:10].lstrip("0")
    names = (
        "January February March April May June July August September October November December",
        "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    )
    written = [f"{day} {table.split()[month - 1]} {year}" for table in names if 1 <= month <= 12]
    return (published[:10], *written)


def best_fit(
    stored: StoredPassage,
    text: str,
    masked: Sequence[tuple[int, int]],
    *,
    common: frozenset[str] = frozenset(),
    attributed: bool = False,
) -> Fit | None:
    """Return the stretch of the passage that carries `text` best, or None when its language has no lexicon.

    Args:
        stored: The passage.
        text: The sentence.
        masked: Spans of `text` that claim nothing: who says it.
        common: Words that the evidence writes small somewhere.
        attributed: Whether the sentence says whose words these are.
    """
    language = language_of_passage(stored)
    if lexicon_of(language) is None:
        return None
    spans = sentences_of(stored.passage.text, language)
    source, labels = _read(stored, language, spans)
    claim = read_claims(text, language).without(masked)
    sizes = min(len(spans), max(MAX_WINDOW, len(sentences_of(text, language)) + 1))
    fits: list[Fit] = []
    for size in range(1, sizes + 1):
        for first in range(len(spans) - size + 1):
            last = first + size - 1
            comparison = compare(claim, source, first, last, context=labels, common=common, attributed=attributed)
            fit = Fit(stored, spans[first][0], spans[last][1], comparison)
            if comparison.holds and comparison.verbatim:
                return fit
            fits.append(fit)
        holding = [f for f in fits if f.comparison.holds]
        if holding:
            return max(holding, key=_rank)
    return max(fits, key=_rank)


def fit_within(stored: StoredPassage, text: str, start: int, end: int) -> Fit | None:
    """Return how `text` fares against just the sentences that `start:end` of the passage touches, or None as above."""
    language = language_of_passage(stored)
    if lexicon_of(language) is None:
        return None
    spans = sentences_of(stored.passage.text, language)
    touched = [i for i, (a, b) in enumerate(spans) if a < end and start < b]
    if not touched:
        return None
    first, last = touched[0], touched[-1]
    source, labels = _read(stored, language, spans)
    comparison = compare(read_claims(text, language), source, first, last, context=labels, attributed=True)
    return Fit(stored, spans[first][0], spans[last][1], comparison)


def sentence_before(stored: StoredPassage, start: int) -> tuple[int, int] | None:
    """Return the sentence of the passage that ends before `start`, or None."""
    spans = sentences_of(stored.passage.text, language_of_passage(stored))
    return next(((a, b) for a, b in reversed(spans) if b <= start), None)


def _rank(fit: Fit) -> tuple[bool, bool, float, int, int]:
    found = fit.comparison
    return (found.holds, not found.missing, found.share, -len(found.altered), -found.words)


@lru_cache(maxsize=1024)
def _read(stored: StoredPassage, language: str | None, spans: tuple[tuple[int, int], ...]) -> tuple[Reading, Reading]:
    """Return a passage read, and its labels read."""
    return read_claims(stored.passage.text, language, spans), context_of(stored, language)


@lru_cache(maxsize=4096)
def small_words(text: str) -> frozenset[str]:
    """Return the words that `text` writes small somewhere: their capital elsewhere is no name's."""
    return frozenset(_SMALL.findall(text))


@lru_cache(maxsize=4096)
def content_keys(text: str, language: str | None) -> frozenset[str]:
    """Return what the words of `text` are compared by, little words left out."""
    return frozenset(w.key for w in read_claims(text, language).words if w.kind is not Kind.FUNCTION)
