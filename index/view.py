"""One state of the index that can be searched: a generation, or none, and the exact tail after it.

Gives candidates only: text hashes by vector, passage ids by words. What is still stored, and in what
order it is shown, is `index.searching`'s business. Several searches may run in one view; it is
closed when the last of them ends.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from documents.errors import GenerationError, GenerationUnreachable
from index.filters import Filter
from index.lexical import LexicalIndex, Match, WordQuery
from index.opening import Opening
from index.store import Store, StoredPassage
from index.tail import Block, Tail, nearest_in

FILTERED_TEXTS = 50_000
"""Up to this many texts a filter's matches are searched exactly; above, the index is asked for more."""

_CACHED_TEXTS = 100_000


class View:
    """A generation and the tail after it, as `index.opening.open_best` found it for `store`.

    Attributes:
        pointer: The pointer's bytes when it was opened.
        encoder: The collection's encoder when it was opened.
        revision: The truth's revision that it has taken in.
        missing: Whether there is no trace of a generation.
        troubles: What is wrong with the generation, a clause each.
        unreachable: Whether its vectors are missing only because their server does not answer.
    """

    def __init__(self, opening: Opening, store: Store) -> None:
        self.pointer = opening.pointer
        self.encoder = store.encoder_identity()
        self.revision = -1
        self.missing = opening.missing
        self.troubles = opening.troubles
        self.unreachable = opening.unreachable
        self._store = store
        self._generation = opening.generation
        upto = opening.generation.manifest.upto_seq if opening.generation else 0
        self._held = opening.generation.manifest.texts if opening.generation else 0
        self._vectors = opening.generation.vectors if opening.generation else None
        self._words = opening.generation.words if opening.generation else None
        self._tail = Tail(upto if self._vectors else 0, upto if self._words else 0)
        self._filtered: OrderedDict[Filter, tuple[int, Block]] = OrderedDict()
        self._changing = threading.RLock()
        self._guard = threading.Lock()
        self._users = 0
        self._retired = False

    @property
    def exact(self) -> bool:
        """Whether every vector is searched exactly, for want of a generation's."""
        return self._vectors is None

    def exact_texts(self) -> int:
        """Return how many vectors are searched exactly."""
        return self._tail.texts()

    def texts(self) -> int:
        """Return how many vectors are searched, those of removed passages included."""
        return self._tail.texts() + (self._held if self._vectors is not None else 0)

    def follow(self) -> None:
        """Take in what came to the truth since the last call."""
        with self._changing:
            revision = self._store.revision()
            if revision != self.revision:
                self._tail.follow(self._store)
                if self._store.counts().texts > self.texts():
                    self._tail.read_anew(self._store)  # a backup took the truth's place
                self.revision = revision

    def near(self, vector: NDArray[np.float32], limit: int) -> list[str]:
        """Return up to `limit` text hashes for a unit `vector` [dimension], nearest first."""
        vectors = self._vectors
        asked = min(limit, self._held)
        found: list[tuple[str, float]] = []
        if vectors is not None and asked:
            try:
                found = vectors.nearest(vector[np.newaxis, :], asked)[0]
            except GenerationError as error:
                self._lose_vectors(error)
        found = sorted([*found, *self._tail.nearest(vector, limit)], key=lambda pair: -pair[1])
        return list(dict.fromkeys(text_hash for text_hash, _ in found))[:limit]

    def near_among(self, vector: NDArray[np.float32], limit: int, only: Filter) -> list[str] | None:
        """Return up to `limit` hashes of texts that match `only`, nearest first; None when they are too many."""
        block = self._block(only)
        return None if block is None else [text_hash for text_hash, _ in nearest_in((block,), vector, limit)]

    def finds(self, hashes: Sequence[str], vectors: NDArray[np.float32]) -> list[bool]:
        """Return for each of `hashes` whether it is found by its own row of `vectors` [hashes, dimension]."""
        recent = self._tail.hashes()
        held = [False] * len(hashes)
        if self._vectors is not None and self._held and not recent.issuperset(hashes):
            try:
                held = self._vectors.finds(hashes, vectors)
            except GenerationError as error:
                self._lose_vectors(error)
                recent = self._tail.hashes()
        return [found or text_hash in recent for found, text_hash in zip(held, hashes, strict=True)]

    def has_words(self, passages: Sequence[StoredPassage]) -> list[bool]:
        """Return for each of `passages` whether the lexical index that should hold it does.

        Raises:
            GenerationError: the index cannot be read.
        """
        held, recent = (index.ids() if index else set() for index in (self._words, self._tail.words))
        after = self._tail.words_after
        return [stored.passage.id in (recent if stored.seq > after else held) for stored in passages]

    def word_query(self, query: str) -> WordIndexes:
        """Return `query` weighted over the generation's words and the tail's."""
        return WordIndexes(query, self._words, self._tail)

    def _lose_vectors(self, error: GenerationError) -> None:
        """Search every vector exactly from now on."""
        with self._changing:
            if self._vectors is None:
                return
            self.unreachable = not self.troubles and isinstance(error, GenerationUnreachable)
            self.troubles = (*self.troubles, str(error))
            self._tail = self._tail.with_all_vectors(self._store)
            self._vectors = None

    def _block(self, only: Filter) -> Block | None:
        """Return hashes and vectors of the texts that match `only`, kept for the next question with that filter."""
        revision = self.revision
        with self._guard:
            kept = self._filtered.get(only)
            if kept and kept[0] == revision:
                self._filtered.move_to_end(only)
                return kept[1]
        hashes = self._store.filtered_texts(only)
        if len(hashes) > FILTERED_TEXTS:
            return None
        block = self._store.vectors(hashes)
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
        """Count a search that ends; the last one closes a retired view."""
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
        if self._generation is not None:
            self._generation.close()


class WordIndexes:
    """A question's words over a generation's lexical index and the tail's, either of which may be missing."""

    def __init__(self, query: str, generation: LexicalIndex | None, tail: Tail) -> None:
        self._words_after = tail.words_after
        held = [(False, generation), (True, tail.words)]
        self._of_tail = [of_tail for of_tail, index in held if index is not None]
        self._query = WordQuery([index for _, index in held if index is not None], query)

    @property
    def full_score(self) -> float:
        """What a passage of average length scores that has each word once in its text."""
        return self._query.full_score

    def best(self, limit: int, only: Filter) -> tuple[list[Match], list[Match], bool]:
        """Return the generation's best passages, the tail's, and whether there may be more of either.

        Raises:
            GenerationError: the index cannot be read.
        """
        found: tuple[list[Match], list[Match]] = ([], [])
        for at, of_tail in enumerate(self._of_tail):
            found[of_tail].extend(self._query.best(at, limit, only=only))
        return *found, any(len(matches) == limit for matches in found)

    def scores(self, passages: Mapping[str, StoredPassage]) -> dict[str, float]:
        """Return id -> score of these passages (by id), for those that have any of the words.

        Raises:
            GenerationError: the index cannot be read.
        """
        found: dict[str, float] = {}
        for at, of_tail in enumerate(self._of_tail):
            ids = {key for key, stored in passages.items() if self.in_tail(stored) == of_tail}
            if ids:
                found.update((match.id, match.score) for match in self._query.best(at, len(ids), ids=ids))
        return found

    def in_tail(self, stored: StoredPassage) -> bool:
        """Return whether the words of `stored`, as it is now, are the tail's.

        A passage stored again under its old id, say with another outlet, is still in the generation, outdated.
        """
        return stored.seq > self._words_after
