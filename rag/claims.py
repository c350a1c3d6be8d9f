"""What a sentence claims, word by word: its names, figures, negations, conditions and content.

Reads one text in one language into words with their parts in it. Comparing two readings is
`rag.comparing`. A language without a lexicon is read too, but nothing in it is known for a little word,
so only its verbatim words can be relied on.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from documents.cues import PERSON_CUES
from rag.claim_words import Kind, Word
from rag.figures import Figure, read_figures
from rag.lexicon import Lexicon, lexicon_of, stem
from rag.names import merge_names, with_roles

_TOKEN = re.compile(r"(?:[^\W\d_]\.){2,}|[^\W_]+(?:\.[^\W_]+)+|[^\W_]+(?:['’][^\W_]+)*(?:(?<=s)['’](?=\s))?|['’]s\b")
_STOP = re.compile(r"[.!?…;:()\[\]\n–—“”„«»\"]|\s-\s")
_MINOR = re.compile(r"[,.!?…;:()\[\]\n–—“”„«»\"]|\s-\s")
_OPENS = re.compile(r"(?:^|[.!?…:;]|\n)[\s“”„«»\"'‘’‚‹›()\[\]*•-]*$")
_CONTRACTED = re.compile(r"^(.+?)(n['’]t)$")
_CLITIC = re.compile(r"['’](?:s|re|ve|ll|d|m)$|(?<=s)['’]$", re.IGNORECASE)
_ELIDED = re.compile(r"^(?:[ldscjmt]|qu|jusqu|lorsqu|puisqu)['’](?=\w)", re.IGNORECASE)
_ELIDED_NOT = re.compile(r"^(n)['’](?=\w)", re.IGNORECASE)
_BASES = {"ca": "can", "wo": "will", "sha": "shall"}


@dataclass(frozen=True, slots=True)
class Reading:
    """A text read word by word; `language` is None when no lexicon knows it."""

    text: str
    language: str | None
    words: tuple[Word, ...]

    @property
    def lexicon(self) -> Lexicon | None:
        """The lexicon it was read with."""
        return lexicon_of(self.language)

    def between(self, start: int, end: int) -> Reading:
        """Return the reading of the words that lie in `text[start:end]`."""
        return replace(self, words=tuple(w for w in self.words if start <= w.start and w.end <= end))

    def without(self, spans: Sequence[tuple[int, int]]) -> Reading:
        """Return the reading less the words that touch any of `spans`."""
        kept = (w for w in self.words if not any(a < w.end and w.start < b for a, b in spans))
        return replace(self, words=tuple(kept))


@lru_cache(maxsize=2048)
def read_claims(text: str, language: str | None, sentences: tuple[tuple[int, int], ...] = ()) -> Reading:
    """Return `text` read in `language` (ISO 639-1); `sentences` are its sentence spans, for `Word.sentence`."""
    known = lexicon_of(language)
    tokens = _tokens(text, known)
    words: list[Word] = []
    clause = scope = segment = 0
    last = 0
    for start, end, form, figure in tokens:
        between = text[last:start]
        contrast = known is not None and form.lower() in known.contrast
        segment += bool(_MINOR.search(between))
        clause += bool(_MINOR.search(between)) or contrast
        scope += bool(_STOP.search(between)) or contrast
        last = end
        initial = bool(_OPENS.search(text[:start][-40:])) if start > 40 else bool(_OPENS.search(text[:start]))
        kind, noun = _kind(form, figure, initial, known, text[end : end + 3])
        key = form.lower() if kind is Kind.NAME else stem(form, language)
        sentence = next((i for i, (a, b) in enumerate(sentences) if a <= start < b), len(sentences))
        place = (clause, scope, segment, sentence)
        words.append(Word(start, end, form.lower(), key, kind, *place, initial, noun, figure=figure))
    merged = merge_names(words, text, known)
    return Reading(text, known.language if known else None, tuple(with_roles(merged, text, known)))


def _tokens(text: str, known: Lexicon | None) -> list[tuple[int, int, str, Figure | None]]:
    """Return (start, end, form, figure) of every word, contractions taken apart."""
    found: list[tuple[int, int, str, Figure | None]] = []
    numbers = read_figures(text, known)
    found.extend((f.start, f.end, text[f.start : f.end], f) for f in numbers)
    language = known.language if known else None
    for match in _TOKEN.finditer(text):
        if any(f.start < match.end() and match.start() < f.end for f in numbers):
            continue
        found.extend(_taken_apart(match.group(), match.start(), language))
    return sorted(found, key=lambda token: (token[0], token[1]))


def _taken_apart(form: str, start: int, language: str | None) -> list[tuple[int, int, str, Figure | None]]:
    end = start + len(form)
    if language == "en" and (match := _CONTRACTED.match(form)):
        base = _BASES.get(match[1].lower(), match[1])
        cut = start + len(match[1])
        return [(start, cut, base, None), (cut, end, "n't", None)]
    if language == "fr" and (match := _ELIDED_NOT.match(form)):
        return [(start, start + 1, "n", None), (start + match.end(), end, form[match.end() :], None)]
    if language == "fr" and (match := _ELIDED.match(form)):
        return [(start + match.end(), end, form[match.end() :], None)]
    if re.fullmatch(r"(?:[^\W\d_]\.){2,}", form):
        return [(start, end, form.replace(".", ""), None)]  # U.S. is US
    bare = _CLITIC.sub("", form)
    return [(start, start + len(bare), bare, None)] if bare else []


def _kind(form: str, figure: Figure | None, initial: bool, known: Lexicon | None, after: str) -> tuple[Kind, bool]:
    """Return what a word does, and whether its capital may be a mere noun's."""
    if figure is not None:
        return Kind.FIGURE, False
    lower = form.lower()
    capital = form[0].isupper()
    shout = len(form) > 1 and form.isupper()
    if known is None:
        return (Kind.NAME if capital and not initial else Kind.CONTENT), False
    if lower in known.months and (capital or lower not in known.modals) and not (initial and lower in known.modals):
        return Kind.NAME, False
    if capital and shout and lower != "a" and not (initial and len(form) == 1):
        return Kind.NAME, False
    if any(c.isdigit() for c in form) or "." in form:
        return Kind.NAME, False
    little = _little(lower, known, after)
    if little is Kind.SAYING and capital and not initial:
        return Kind.NAME, known.language == "de"  # "the United States"
    if little is not None:
        return little, False
    if not capital or (initial and lower in known.common) or lower in PERSON_CUES:
        return Kind.CONTENT, False
    return Kind.NAME, known.language == "de"


def _little(lower: str, known: Lexicon, after: str) -> Kind | None:
    if lower in known.negators:
        return Kind.FUNCTION if lower == "no" and re.match(r"\.? ?\d", after) else Kind.NEGATOR
    if lower in known.modals:
        return Kind.MODAL
    if lower in known.function or lower in known.prepositions or lower in known.anaphors:
        return Kind.FUNCTION
    return Kind.SAYING if lower in known.saying else None
