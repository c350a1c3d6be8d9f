"""From candidates to hits: joined with the truth, scored by vector and by words, fused, ranked.

Candidates are asked for until enough of them are still stored, or there are no more. `index.view`
gives them; `index.fusion` makes one score of two.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from index.filters import Filter
from index.fusion import fused_scores
from index.store import Store, StoredPassage
from index.tail import nearest_in
from index.view import View, WordIndexes

DEPTH = 100
"""Candidates taken from each side before they are scored together; more when more hits are wanted."""

_GROWTH = 4


class Ranking(StrEnum):
    """By which scores passages are ranked."""

    FUSED = "fused"
    """By words and vectors together; what answers are made from."""
    WORDS = "words"
    """By BM25 alone: only passages that have a word of the query."""
    VECTORS = "vectors"
    """By the cosine with the query's vector alone; exact up to `index.view.FILTERED_TEXTS` texts."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage with its scores.

    Attributes:
        passage: The passage as it is stored now.
        score: From 0 to 1; comparable within one search only.
        cosine: Of its vector with the question's, exact; None when the truth holds no vector for it.
        bm25: Of its words with the question's; 0 when none occurs.
        rank: 1 for the best.
    """

    passage: StoredPassage
    score: float
    cosine: float | None
    bm25: float | None
    rank: int


@dataclass(frozen=True, slots=True)
class Request:
    """What is searched: the words, their unit vector [dimension], which and how many hits are wanted, how ranked."""

    query: str
    vector: NDArray[np.float32]
    only: Filter
    limit: int
    per_text: int | None
    ranking: Ranking = Ranking.FUSED

    @property
    def depth(self) -> int:
        """How many candidates to ask for at first."""
        return max(DEPTH, 2 * self.limit)

    def satisfied_by(self, found: Iterable[StoredPassage]) -> bool:
        """Return whether `found` gives as many hits as are wanted."""
        if self.per_text is None:
            return len(list(found)) >= self.limit
        copies = Counter(stored.passage.text for stored in found)
        return sum(min(count, self.per_text) for count in copies.values()) >= self.limit


def search_view(view: View, store: Store, request: Request) -> list[Hit]:
    """Return the hits of `request`, best first; fewer than wanted only when fewer passages match its filter.

    Raises:
        StoreError: the truth cannot be read.
        GenerationError: the lexical index cannot be read.
    """
    words = view.word_query(request.query)
    candidates: dict[str, StoredPassage] = {}
    bm25: dict[str, float] = {}
    if request.ranking is not Ranking.VECTORS:
        candidates, bm25 = _worded(words, store, request)
    if request.ranking is not Ranking.WORDS:
        for stored in _near(view, store, request):
            candidates.setdefault(stored.passage.id, stored)
    bm25 |= words.scores({key: stored for key, stored in candidates.items() if key not in bm25})
    passages = list(candidates.values())
    cosines = _cosines(store, request.vector, passages)
    near = [cosines.get(stored.passage.text, 0.0) for stored in passages]
    match = [bm25.get(key, 0.0) for key in candidates]
    scores = _scores(request.ranking, near, match, words.full_score)
    ranked = sorted(range(len(passages)), key=lambda at: (-scores[at], -near[at], passages[at].seq))
    return [
        Hit(passages[at], float(scores[at]), cosines.get(passages[at].passage.text), match[at], rank)
        for rank, at in enumerate(_few_copies(ranked, passages, request.per_text)[: request.limit], start=1)
    ]


def _scores(ranking: Ranking, near: Sequence[float], match: Sequence[float], full_score: float) -> NDArray[np.float64]:
    """Return one score from 0 to 1 for each passage, of its cosine `near` and its BM25 score `match`."""
    if ranking is Ranking.FUSED:
        return fused_scores(near, match, full_score)
    if ranking is Ranking.VECTORS:
        return np.clip(np.asarray(near, dtype=np.float64), 0.0, 1.0)
    words = np.asarray(match, dtype=np.float64)
    return words / (words.max(initial=0.0) or 1.0)


def _worded(words: WordIndexes, store: Store, request: Request) -> tuple[dict[str, StoredPassage], dict[str, float]]:
    """Return the passages that have the words, by id, and their BM25 scores."""
    depth = request.depth
    while True:
        generation, tail, more = words.best(depth, request.only)
        by_index = ({match.id: match.score for match in generation}, {match.id: match.score for match in tail})
        live: dict[str, StoredPassage] = {}
        scores: dict[str, float] = {}
        for stored in store.passages_by_id([*by_index[1], *by_index[0]], request.only):
            key, scored = stored.passage.id, by_index[words.in_tail(stored)]
            if key in scored:
                live[key], scores[key] = stored, scored[key]
        if not more or request.satisfied_by(live.values()):
            return live, scores
        depth *= _GROWTH


def _near(view: View, store: Store, request: Request) -> list[StoredPassage]:
    """Return the passages whose vectors are nearest, all copies of each text."""
    vector, only = request.vector, request.only
    exact = not only.is_empty or request.ranking is Ranking.VECTORS
    if exact and view.near_among(vector, 1, only) is not None:
        return _grown(lambda depth: view.near_among(vector, depth, only) or [], store, request)
    found = _grown(lambda depth: view.near(vector, depth), store, request)
    if request.satisfied_by(found) or (only.is_empty and len(found) >= store.counts().passages):
        return found
    # The graph of a generation may not reach every vector that it holds; the truth does.
    blocks = list(store.iter_vectors())
    return _grown(lambda depth: [text_hash for text_hash, _ in nearest_in(blocks, vector, depth)], store, request)


def _grown(nearest: Callable[[int], Sequence[str]], store: Store, request: Request) -> list[StoredPassage]:
    depth = request.depth
    while True:
        hashes = nearest(depth)
        live = store.passages_with_text(hashes, request.only)
        if len(hashes) < depth or request.satisfied_by(live):
            return live
        depth *= _GROWTH


def _cosines(store: Store, vector: NDArray[np.float32], passages: Sequence[StoredPassage]) -> dict[str, float]:
    """Return text -> cosine of its vector with `vector`, from the truth's own vectors."""
    texts = {stored.passage.text: stored.passage for stored in passages}
    by_hash = {passage.text_hash: text for text, passage in texts.items()}
    hashes, matrix = store.vectors(list(by_hash))
    return (
        {by_hash[one]: cosine for one, cosine in zip(hashes, (matrix @ vector).tolist(), strict=True)} if hashes else {}
    )


def _few_copies(ranked: Sequence[int], passages: Sequence[StoredPassage], per_text: int | None) -> list[int]:
    if per_text is None:
        return list(ranked)
    taken: Counter[str] = Counter()
    kept: list[int] = []
    for at in ranked:
        text = passages[at].passage.text
        if taken[text] < per_text:
            taken[text] += 1
            kept.append(at)
    return kept
