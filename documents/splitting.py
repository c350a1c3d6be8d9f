"""Cutting an article: into sentences, and into passages that partition its text.

A passage never crosses an attribution and, where it can, holds whole sentences and whole paragraphs.
Finding the sentence ends is the library sentencex's work; who originated which span is
`documents.attribution`'s.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import sentencex

from documents.articles import Article, Passage
from documents.attribution import ATTRIBUTION, attribute
from documents.outlets.registry import OutletRegistry
from documents.quotes import QUOTE_MARKS, unquoted

MAX_CHARACTERS = 800
"""Longest passage aimed at: about 190 tokens, so that headline and neighbour fit the encoder's 256."""

HARD_LIMIT = 1200
"""A single sentence longer than this is cut at a space."""

CONTEXT_CHARACTERS = 200
"""How much of the sentence before a passage goes into its embedded text."""

SPLITTER = f"sentences-1/{ATTRIBUTION}/{MAX_CHARACTERS}"
"""Identity of everything that decides a passage's offsets and attribution; kept beside the encoder's."""

_PARAGRAPH = re.compile(r"[^\n]+")
_MASK = str.maketrans(dict.fromkeys(QUOTE_MARKS, " "))
_AFTER_YEAR = re.compile(r"(?<=\b(?:1[5-9]|20)\d\d\.)\s+(?=[A-ZÀ-Ž])")
"""A year ends a sentence that sentencex takes for an ordinal's: "... in 2022. Then ..." """

_LEADING = re.compile(r"^(?:\[?(?:\.\.\.|…)\]?|[-–—•*·>]|\s)+")


def paragraph_spans(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """Return the spans of the non-empty lines of `text[start:end]`, line ends excluded."""
    stop = len(text) if end is None else end
    return [(m.start(), m.end()) for m in _PARAGRAPH.finditer(text, start, stop) if m.group().strip()]


def _boundaries(paragraph: str, language: str | None) -> list[int]:
    """Return where the sentences of one paragraph start, as offsets into it; the first is 0.

    Quotation marks are masked, because sentencex never splits inside them and a press review's quoted
    paragraph would be a single sentence.
    """
    masked = paragraph.translate(_MASK)
    starts = [0]
    for boundary in sentencex.get_sentence_boundaries(language or "en", masked):
        at = int(boundary["start_index"])
        while at > 0 and paragraph[at - 1] in QUOTE_MARKS and (at == 1 or paragraph[at - 2].isspace()):
            at -= 1  # an opening mark belongs to the sentence that it opens
        if at <= starts[-1]:
            continue
        follows = paragraph[at:].lstrip()
        before = paragraph[:at].rstrip()
        if follows[:1].islower() and before[-1:] in QUOTE_MARKS:
            continue  # “No?” she said.
        starts.append(at)
    return sorted({*starts, *(m.end() for m in _AFTER_YEAR.finditer(masked) if m.end() < len(paragraph))})


def _raw_sentences(text: str, language: str | None, start: int, end: int) -> list[tuple[int, int]]:
    """Return untrimmed sentence spans that partition each paragraph of `text[start:end]`."""
    spans: list[tuple[int, int]] = []
    for left, right in paragraph_spans(text, start, end):
        starts = _boundaries(text[left:right], language)
        ends = [*starts[1:], right - left]
        spans.extend((left + a, left + b) for a, b in zip(starts, ends, strict=True))
    return spans


def sentence_spans(text: str, language: str | None, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """Return the sentences of `text[start:end]` as trimmed spans, in order.

    White space, leading elisions ("..."), list marks and quotation marks whose partner lies elsewhere
    are left outside, so `text[a:b]` can be quoted as it is.
    """
    stop = len(text) if end is None else end
    spans: list[tuple[int, int]] = []
    for left, right in _raw_sentences(text, language, start, stop):
        a, b = _trim(text, left, right)
        if a < b and any(c.isalnum() for c in text[a:b]):
            spans.append((a, b))
    return spans


def _trim(text: str, a: int, b: int) -> tuple[int, int]:
    previous = (-1, -1)
    while (a, b) != previous:
        previous = (a, b)
        if match := _LEADING.match(text[a:b]):
            a += match.end()
        b = a + len(text[a:b].rstrip())
        a, b = unquoted(text, a, b)
    return a, b


def _hard_cut(text: str, start: int, end: int) -> Iterable[int]:
    """Yield the starts of the pieces of one overlong sentence, cut at spaces."""
    yield start
    while end - start > HARD_LIMIT:
        space = text.rfind(" ", start + MAX_CHARACTERS // 2, start + MAX_CHARACTERS)
        start = space + 1 if space > 0 else start + MAX_CHARACTERS
        yield start


def _cuts(text: str, language: str | None, start: int, end: int) -> list[int]:
    """Return where passages start inside one attributed span, the first being `start`."""
    paragraphs = {left for left, _ in paragraph_spans(text, start, end)}
    starts = [cut for left, right in _raw_sentences(text, language, start, end) for cut in _hard_cut(text, left, right)]
    if len(starts) < 2:
        return [start]
    pieces = max(1, -(-(end - start) // MAX_CHARACTERS))
    target = (end - start) / pieces
    cuts = [start]
    for at, following in zip(starts[1:], [*starts[2:], end], strict=True):
        size = at - cuts[-1]
        full = following - cuts[-1] > MAX_CHARACTERS
        balanced = at in paragraphs and size >= target * 0.75 and end - at >= target * 0.4
        if size > 0 and (full or balanced):
            cuts.append(at)
    return cuts


def split_article(article: Article, registry: OutletRegistry) -> list[Passage]:
    """Return the passages of `article`, in order; joined, their texts are exactly `article.text`."""
    passages: list[Passage] = []
    for span in attribute(article, registry):
        cuts = _cuts(article.text, article.language, span.start, span.end)
        for a, b in zip(cuts, [*cuts[1:], span.end], strict=True):
            passages.append(Passage(article.id, a, b, article.text[a:b], span.attribution))
    return passages


def embedded_text(article: Article, passage: Passage) -> str:
    """Return what is embedded for `passage`: headline, outlet, date and the sentence before, then its own text."""
    stated = [article.title, passage.attribution.outlet, (article.published or "")[:10] or None]
    context = article.text[max(0, passage.start - CONTEXT_CHARACTERS) : passage.start].strip()
    before = context.rsplit("\n", 1)[-1]
    return "\n".join(part for part in (" | ".join(s for s in stated if s), before, passage.text.strip()) if part)
