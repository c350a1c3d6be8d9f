"""One state of the index that can be searched: a generation, or none, and the exact tail after it.

Gives candidates only: text hashes by vector, passage ids by words. What is still stored, and in what
order it is shown, is `index.collection`'s business. Several searches may run in one view; it is
closed when the last of them ends.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index.filters import Filter
from index.lexical import LexicalIndex, Match, WordQuery
from index.opening import Opening
from index.store import Store, StoredPassage
from index.tail import Block, Tail, nearest_in

FILTERED_TEXTS = 50_000
"""Up to this many texts a filter's matches are searched exactly; above, the index is asked for more."""

_CACHED_TEXTS = 100_000


class View:
    """A generation and the tail after it, as `index.opening.open_best` found it for `store`."""

    def __init__(self, opening: Opening, store: Store) -> None:
        self.opening = opening
        self.revision = -1
        self.encoder = store.encoder_identity()
        self.lost: str | None = None
        generation = opening.generation
        self._upto = generation.manifest.upto_seq if generation else 0
        self._vectors = generation.vectors if generation else None
        self._words = generation.words if generation else None
        self._tail = Tail(self._upto if self._vectors else 0, self._upto if self._words else 0)
        self._filtered: OrderedDict[Filter, tuple[int, Block]] = OrderedDict()
        self._guard = threading.Lock()
        self._users = 0
        self._retired = False

    def follow(self, store: Store) -> None:
        """Take in what came to the truth since; one thread at a time."""
        revision = store.revision()
        if revision != self.revision:
            self._tail.follow(store)
            self.revision = revision

    def lose_vectors(self, store: Store, reason: str) -> None:
        """Search every vector exactly from now on, because the generation's failed; one thread at a time."""
        if self.lost is None:
            self.lost = reason
            tail = Tail(0, self._tail.words_after)
            tail.follow(store)
            self._vectors, self._tail = None, tail

    @property
    def exact_texts(self) -> int:
        """How many vectors are searched exactly."""
        return self._tail.texts()

    def texts(self) -> int:
        """Return how many vectors there are to search, removed ones included."""
        generation = self.opening.generation
        return self._tail.texts() + (generation.manifest.texts if generation and self._vectors else 0)

    def near(self, vector: NDArray[np.float32], limit: int) -> list[str]:
        """Return up to `limit` text hashes for a unit `vector` [dimension], nearest first.

        Raises:
            GenerationError: the generation's vectors cannot be searched.
        """
        tail, vectors = self._tail, self._vectors
        found = tail.nearest(vector, limit)
        if vectors is not None and self.opening.generation and self.opening.generation.manifest.texts:
            found += vectors.nearest(vector[np.newaxis, :], min(limit, self.opening.generation.manifest.texts))[0]
            found.sort(key=lambda pair: -pair[1])
        return list(dict.fromkeys(text_hash for text_hash, _ in found))[:limit]

    def near_among(self, store: Store, vector: NDArray[np.float32], limit: int, only: Filter) -> list[str] | None:
        """Return up to `limit` hashes of texts that match `only`, nearest first; None when they are too many."""
        block = self._block(store, only)
        if block is None:
            return None
        return [text_hash for text_hash, _ in nearest_in((block,), vector, limit)]

    def word_query(self, query: str) -> WordIndexes:
        """Return `query` weighted over the generation's words and the tail's."""
        return WordIndexes(query, self._words, self._tail.words, self._tail.words_after)

    def _block(self, store: Store, only: Filter) -> Block | None:
        """Return hashes and vectors of the texts that match `only`, kept for the next question with that filter."""
        with self._guard:
            cached = self._filtered.get(only)
            if cached and cached[0] == self.revision:
                self._filtered.move_to_end(only)
                return cached[1]
        revision, hashes = self.revision, store.filtered_texts(only)
        if len(hashes) > FILTERED_TEXTS:
            return None
        block = store.vectors(hashes)
        with self._guard:
            self._filtered[only] = (revision, block)
            self._filtered.move_to_end(only)
            while sum(len(held) for _, (held, _) in self._filtered.values()) > _CACHED_TEXTS:
                self._filtered.popitem(last=False)
        return block

    def enter(self) -> None:
        """Count a search that begins in this view."""
        with self._guard:
            self._users += 1

    def leave(self) -> None:
        """Count a search that ends; closes a retired view with the last one."""
        with self._guard:
            self._users -= 1
            last = self._retired and self._users == 0
        if last:
            self._close()

    def retire(self) -> None:
        """Close the view as soon as no search runs in it."""
        with self._guard:
            idle = not self._retired and self._users == 0
            self._retired = True
        if idle:
            self._close()

    def _close(self) -> None:
        if self.opening.generation is not None:
            self.opening.generation.close()


class WordIndexes:
    """A question's words over a generation's lexical index and the tail's, either of which may be missing."""

    def __init__(
        self, query: str, generation: LexicalIndex | None, tail: LexicalIndex | None, words_after: int
    ) -> None:
        self._words_after = words_after
        indexes = [index for index in (generation, tail) if index is not None]
        self._of_tail = [index is tail for index in indexes]
        self._query = WordQuery(indexes, query)

    @property
    def full_score(self) -> float:
        """What a passage of average length scores that has each word once in its text."""
        return self._query.full_score

    def best(self, limit: int, only: Filter) -> tuple[dict[str, float], dict[str, float], bool]:
        """Return id -> score of the generation's best and of the tail's, and whether there may be more.

        Raises:
            GenerationError: the index cannot be read.
        """
        found: list[dict[str, float]] = [{}, {}]
        more = False
        for at, of_tail in enumerate(self._of_tail):
            matches = self._query.best(at, limit, only=only)
            found[of_tail] = _by_id(matches)
            more = more or len(matches) == limit
        return found[0], found[1], more

    def scores(self, passages: Sequence[StoredPassage]) -> dict[str, float]:
        """Return id -> score of these passages, for those that have any of the words.

        Raises:
            GenerationError: the index cannot be read.
        """
        found: dict[str, float] = {}
        for at, of_tail in enumerate(self._of_tail):
            ids = {stored.passage.id for stored in passages if self.is_current(stored, of_tail=of_tail)}
            if ids:
                found |= _by_id(self._query.best(at, len(ids), ids=ids))
        return found

    def is_current(self, stored: StoredPassage, *, of_tail: bool) -> bool:
        """Return whether the words of `stored` as it is now are the tail's, or the generation's.

        A passage stored again under its old id, say with another outlet, is still in the generation.
        """
        return (stored.seq > self._words_after) == of_tail


def _by_id(matches: Sequence[Match]) -> dict[str, float]:
    return {match.id: match.score for match in matches}


