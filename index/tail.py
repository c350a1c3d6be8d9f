"""What no generation holds: searched exactly, in memory, growing as the truth grows.

After a healthy generation that is the little that came since; without one it is everything. Vectors
and words are followed apart, because a generation may have lost only one of them. What was removed
from the truth stays here; the caller joins what is found with the truth.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index.lexical import LexicalIndex
from index.store import Store, StoredPassage

Block = tuple[Sequence[str], NDArray[np.float32]]
"""Text hashes and their unit vectors, [hashes, dimension]."""

_BLOCKS = 32
"""More blocks than this are joined into one, so that many small additions stay quick to search."""


class Tail:
    """Vectors of passages with `seq` above `vectors_after`, and the words of those above `words_after`.

    Searching is safe from any thread; `follow` is called by one at a time.
    """

    def __init__(self, vectors_after: int, words_after: int) -> None:
        self.words_after = words_after
        self.words: LexicalIndex | None = None
        self._vectors_after = vectors_after
        self._forget()

    def _forget(self) -> None:
        self._vectors_seen = self._vectors_after
        self._words_seen = self.words_after
        self._blocks: tuple[Block, ...] = ()
        self._newest: StoredPassage | None = None
        self.words = None

    def follow(self, store: Store) -> None:
        """Take in what came to the truth since the last call.

        A truth in which the newest passage is no longer as it was may have been replaced by a backup, so
        it is read anew.
        """
        if self._newest and store.passages_by_id([self._newest.passage.id]) != [self._newest]:
            self._forget()
        newest = store.max_seq()
        if newest > self._vectors_seen:
            fresh = [block for block in store.iter_vectors(after=self._vectors_seen, upto=newest) if len(block[0])]
            self._blocks = _joined((*self._blocks, *fresh))
            self._vectors_seen = newest
        if newest > self._words_seen:
            words = self.words or LexicalIndex.in_memory()
            for page in store.iter_passages(after=self._words_seen):
                words.add(page)
                self._words_seen, self._newest = page[-1].seq, page[-1]
            words.commit()
            self.words = words

    def with_all_vectors(self, store: Store) -> Tail:
        """Return a tail with every vector of the truth and the same words."""
        everything = Tail(0, self.words_after)
        everything.words, everything._words_seen, everything._newest = self.words, self._words_seen, self._newest
        everything.follow(store)
        return everything

    def read_anew(self, store: Store) -> None:
        """Forget everything and take it in again."""
        self._forget()
        self.follow(store)

    def texts(self) -> int:
        """Return how many vectors are searched exactly; a text stored again counts again."""
        return sum(len(hashes) for hashes, _ in self._blocks)

    def hashes(self) -> set[str]:
        """Return the hashes of the texts that are searched exactly."""
        return {text_hash for hashes, _ in self._blocks for text_hash in hashes}

    def nearest(self, vector: NDArray[np.float32], limit: int) -> list[tuple[str, float]]:
        """Return up to `limit` (text hash, cosine) for a unit `vector` [dimension], nearest first."""
        return nearest_in(self._blocks, vector, limit)


def nearest_in(blocks: Sequence[Block], vector: NDArray[np.float32], limit: int) -> list[tuple[str, float]]:
    """Return up to `limit` (text hash, cosine) of `blocks` for a unit `vector` [dimension], nearest first."""
    best: list[tuple[float, str]] = []
    for hashes, matrix in blocks:
        cosines = matrix @ vector
        top = np.argpartition(-cosines, limit - 1)[:limit] if limit < len(cosines) else np.arange(len(cosines))
        best.extend((float(cosines[at]), hashes[at]) for at in top)
    return [(text_hash, cosine) for cosine, text_hash in heapq.nlargest(limit, best)]


def _joined(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    if len(blocks) <= _BLOCKS:
        return blocks
    hashes = [text_hash for part, _ in blocks for text_hash in part]
    return ((hashes, np.concatenate([matrix for _, matrix in blocks])),)
