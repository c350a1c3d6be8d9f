"""What is found for a request: one search for each outlet it asks for, hits grouped by distinct text.

Ranking passages is `index.searching`; reading sentences out of what is found is `rag.scoring`.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from index.collection import Collection, Hit
from rag.requests import Request

SEARCH_DEPTH = 40
"""Hits asked of the collection for each search; an answer reads the best `Settings.passages` distinct texts."""

COPIES = 5
"""Articles that may stand beside one another with the same passage."""

Texts = list[list[Hit]]
"""Hits by distinct text, best first; each with its copies in other articles."""


def search(collection: Collection, request: Request, depth: int = SEARCH_DEPTH) -> list[Texts]:
    """Return the hits of each search that the request makes, at most `depth` of each."""
    return [
        by_text(collection.search(request.question.text, only=only, limit=depth, per_text=COPIES))
        for only in request.searches
    ]


def by_text(hits: Sequence[Hit]) -> Texts:
    """Return `hits` grouped by their text, in the order in which each text comes first."""
    texts: dict[str, list[Hit]] = {}
    for hit in hits:
        texts.setdefault(hit.passage.passage.text_hash, []).append(hit)
    return list(texts.values())


def interleaved(searched: Sequence[Texts]) -> Texts:
    """Return the hits of several searches as one ranking: the first of each, then the second of each, and so on."""
    return [copies for rank in zip_longest(*searched) for copies in rank if copies is not None]
