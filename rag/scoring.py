"""How well a sentence answers a question: seven features and two fitted linear models over them.

One model ranks the sentences of the found passages, the other gives the probability that the best of them
answers at all, which decides abstention. Both were fitted by `tests/fit_scoring.py` on questions of the
SQuADShifts new-Wikipedia set (each once with its paragraph in the collection and once without), never on a
set that is reported on. Composing the answer is `rag.extractive`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from documents.names import name_spans
from documents.splitting import sentence_spans
from index.collection import Hit
from index.embedding import Encoder
from index.words import index_words
from rag.questions import Kind, Question

FEATURES = ("cosine", "passage_cosine", "cover", "passage_cover", "names", "kind", "rank")
"""What each column of a feature row is; see `_features`."""

RANKING_WEIGHTS = (5.65, 3.01, 5.92, 0.72, 0.40, 1.02, 1.69)
"""Weights of `FEATURES` when sentences are ranked; fitted, see the module's text."""

CONFIDENCE_WEIGHTS = (4.24, 0.55, 3.16, 0.48, 0.78, -0.11, 2.47)
CONFIDENCE_BIAS = -8.09
"""Weights and bias of the logistic model for "the best sentence answers the question"; fitted."""

MIN_WORDS = 4
"""Shorter sentences are headings or fragments and answer nothing."""

_NUMBER = re.compile(
    r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?|hundreds?|thousands?|millions?|"
    r"billions?|half|third|quarter|none|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|hundert|"
    r"tausend|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|cien|mil)\b",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"\b(?:1[5-9]|20)\d\d\b|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b\.?\s*\d|\b\d{1,2}(?:st|nd|rd|th)?\.?"
    r"\s+(?:of\s+)?(?:jan|feb|m[aä]r|apr|ma[iy]|jun|jul|aug|sep|o[ck]t|nov|de[cz]|enero|abril|mayo|agosto)|\b(?:mon|tues|"
    r"wednes|thurs|fri|satur|sun)day\b|\b(?:yesterday|today|tomorrow|tonight|last|next|this)\s+(?:week|month|year|night)|"
    r"\b(?:spring|summer|autumn|winter|january|february|march|april|june|july|august|september|october|november|december|"
    r"januar|februar|märz|juni|juli|oktober|dezember|lunes|martes|miércoles|jueves|viernes|sábado|domingo|montag|dienstag|"
    r"mittwoch|donnerstag|freitag|samstag|sonntag)\b|\b\d{1,2}[:.]\d\d\b|\b\d{1,2}\s*(?:a\.m\.|p\.m\.|am|pm|uhr)",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"\b(?:in|at|near|from|to|off|outside|between|on|bei|nach|aus|en|cerca de)\s+(?:the\s+|der\s+)?[A-ZÀ-Ž]"
)
_REASON = re.compile(
    r"\b(?:because|since|due to|owing to|as a result|so that|in order to|reason|cause[ds]?|led to|therefore|after|"
    r"blame[ds]?|to\s+[a-z]+|weil|denn|wegen|porque|debido|puesto que)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One sentence of a found passage, with what speaks for it.

    Attributes:
        hit: The passage it stands in.
        start: Its first character in the article.
        end: One past its last character in the article.
        text: Exactly the article's characters from `start` to `end`.
        features: Row of floats [len(FEATURES)].
        score: The ranking model's value; higher answers better, no unit.
    """

    hit: Hit
    start: int
    end: int
    text: str
    features: NDArray[np.float64]
    score: float

    @property
    def confidence(self) -> float:
        """Probability, from 0 to 1, that this sentence answers the question."""
        z = float(self.features @ np.asarray(CONFIDENCE_WEIGHTS)) + CONFIDENCE_BIAS
        return 1 / (1 + math.exp(-z))


def rank_sentences(question: Question, hits: Sequence[Hit], encoder: Encoder) -> list[Candidate]:
    """Return the sentences of `hits` that can be quoted, best first."""
    found = [(hit, start, end) for hit in hits for start, end in _quotable(hit)]
    if not found:
        return []
    texts = [_slice(hit, start, end) for hit, start, end in found]
    vectors = encoder.encode([question.text, *texts])
    cosines = vectors[1:] @ vectors[0]
    rows = _features(question, found, texts, cosines)
    scores = rows @ np.asarray(RANKING_WEIGHTS)
    ranked = [
        Candidate(hit, start, end, text, row, float(score))
        for (hit, start, end), text, row, score in zip(found, texts, rows, scores, strict=True)
    ]
    return sorted(ranked, key=lambda c: (-c.score, c.hit.rank, c.start))


def _slice(hit: Hit, start: int, end: int) -> str:
    passage = hit.passage.passage
    return passage.text[start - passage.start : end - passage.start]


def _quotable(hit: Hit) -> Iterable[tuple[int, int]]:
    """Yield the spans, in article offsets, of the sentences that state something.

    Headings, lead-ins ("..., writes X:") and questions state nothing that can be quoted as an answer.
    """
    passage = hit.passage.passage
    for start, end in sentence_spans(passage.text, hit.passage.language):
        text = passage.text[start:end]
        line_end = passage.text[end : end + 1] in ("", "\n")
        heading = line_end and text[-1].isalnum() and len(text.split()) <= 14
        if len(text.split()) >= MIN_WORDS and text[-1] not in ":?" and not heading:
            yield start + passage.start, end + passage.start


def _features(
    question: Question,
    found: Sequence[tuple[Hit, int, int]],
    texts: Sequence[str],
    cosines: NDArray[np.float32],
) -> NDArray[np.float64]:
    """Return one row per sentence, columns as `FEATURES`.

    cosine, passage_cosine: similarity of question and sentence, question and passage, from -1 to 1.
    cover, passage_cover: share of the question's content words, weighted by rarity among the found passages,
    that the sentence has, or its passage with headline. names: share of the question's names that headline or
    passage has. kind: 1 when the sentence holds what the question's kind asks for. rank: 1 / the
    passage's rank.
    """
    contexts: dict[str, set[str]] = {}
    for hit, _, _ in found:
        stored = hit.passage
        if stored.passage.id not in contexts:
            whole = " ".join(
                filter(None, (stored.title, stored.passage.text, stored.published, stored.passage.attribution.speaker))
            )
            contexts[stored.passage.id] = _forms(whole, stored.language)
    weights = _rarity(question.topic, list(contexts.values()))
    name_words = [w for name in question.names for w in index_words(name, None)]
    rows = np.zeros((len(found), len(FEATURES)))
    for row, (hit, _, _), text, cosine in zip(rows, found, texts, cosines, strict=True):
        context = contexts[hit.passage.passage.id]
        own = _forms(text, hit.passage.language)
        row[:] = (
            float(cosine),
            hit.cosine or 0.0,
            _cover(question.topic, weights, own),
            _cover(question.topic, weights, context),
            sum(w in context for w in name_words) / len(name_words) if name_words else 1.0,
            1.0 if _fits_kind(question, text) else 0.0,
            1 / hit.rank,
        )
    return rows


def _forms(text: str, language: str | None) -> set[str]:
    return set(index_words(text, None)) | set(index_words(text, language or "en"))


def _rarity(topic: Sequence[tuple[str, ...]], contexts: Sequence[set[str]]) -> list[float]:
    """Return each topic word's weight: the BM25 inverse document frequency among the found passages, plus 0.3."""
    total = len(contexts)
    counts = [sum(any(f in c for f in forms) for c in contexts) for forms in topic]
    return [math.log(1 + (total - n + 0.5) / (n + 0.5)) + 0.3 for n in counts]


def _cover(topic: Sequence[tuple[str, ...]], weights: Sequence[float], have: set[str]) -> float:
    if not topic:
        return 1.0
    covered = sum(w for forms, w in zip(topic, weights, strict=True) if any(f in have for f in forms))
    return covered / sum(weights)


def _fits_kind(question: Question, sentence: str) -> bool:
    kind = question.kind
    if kind is Kind.NUMBER:
        return any(m.group() not in question.text for m in re.finditer(r"\d[\d.,]*", sentence)) or bool(
            _NUMBER.search(sentence)
        )
    if kind is Kind.DATE:
        return bool(_DATE.search(sentence))
    if kind is Kind.PLACE:
        return bool(_PLACE.search(sentence))
    if kind is Kind.REASON:
        return bool(_REASON.search(sentence))
    if kind is Kind.PERSON:
        asked = question.text.lower()
        return any(sentence[a:b].lower() not in asked for a, b in name_spans(sentence))
    return True
