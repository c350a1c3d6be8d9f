"""One opened collection for asking: hybrid search that always answers from the truth as it is now.

Candidates come from the published generation and, exactly, from what it does not hold; every hit is
joined with the truth, so what was removed never appears. A search first looks whether the truth or
the pointer moved. A generation that is damaged or missing costs speed, never answers; `notices`
says so and `repair` rebuilds it. Writing articles is `index.building`.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from documents.errors import GenerationError, RequestError, StoreBusy, StoreReadOnly
from index.embedding import DEFAULT_ENCODER, Encoder, EncoderIdentity, LazyEncoder
from index.filters import EVERYTHING, Filter
from index.fusion import fused_scores
from index.generations import publish
from index.locking import writer_lock
from index.opening import open_best
from index.store import Store, StoredPassage
from index.tail import nearest_in
from index.view import View, WordIndexes

_DEPTH = 100
"""Candidates taken from each side before they are scored together; more when more hits are wanted."""

_RETRY_SECONDS = 30.0
"""How long a server that did not answer is left alone."""


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


class Collection:
    """A collection opened for reading; safe to search from any thread. Close it when done."""

    def __init__(self, home: Path, store: Store, index_url: str | None, encoder: Encoder | None) -> None:
        self.home = home
        self.store = store
        self._index_url = index_url
        self._given = encoder
        self._lazy: LazyEncoder | None = None
        self._checked: EncoderIdentity | None = None
        self._view: View | None = None
        self._guard = threading.RLock()
        self._switching = threading.Lock()
        self._retry_at = 0.0
        self._repair_failed: str | None = None

    @classmethod
    def open(
        cls,
        home: Path,
        *,
        store_url: str | None = None,
        index_url: str | None = None,
        encoder: Encoder | None = None,
    ) -> Collection:
        """Return the collection of `home`, which may still be empty; loads no model and no index yet.

        Args:
            home: The collection's folder.
            store_url: Where the truth is, when it is not in `home`.
            index_url: The Chroma server that keeps the vectors, when they are not in `home`.
            encoder: What turns questions into vectors; by default the one that made the collection.

        Raises:
            StoreError: or one of its kinds, when the truth cannot be opened.
        """
        return cls(home, Store.open(home, store_url), index_url, encoder)

    @property
    def encoder(self) -> Encoder:
        """What turns questions into vectors."""
        if self._given is not None:
            return self._given
        identity = self.store.encoder_identity()
        name = identity.name if identity else DEFAULT_ENCODER
        if self._lazy is None or self._lazy.name != name:
            self._lazy = LazyEncoder(name)
        return self._lazy

    def search(
        self, query: str, *, only: Filter = EVERYTHING, limit: int = 20, per_text: int | None = None
    ) -> list[Hit]:
        """Return up to `limit` hits for `query`, best first; fewer only when fewer passages match `only`.

        Args:
            query: What is searched; no character in it has a special meaning.
            only: Passages of these originating outlets and dates only.
            limit: How many hits. A text that several articles carry gives one hit for each.
            per_text: At most so many hits with the same text, so that copies do not fill the list.

        Raises:
            RequestError: `limit` or `per_text` is below 1.
            EncoderMismatch: the encoder did not make this collection.
            StoreError: the truth cannot be read.
        """
        if limit < 1 or (per_text is not None and per_text < 1):
            raise RequestError(f"expected limit and per_text of 1 or more, got {limit!r} and {per_text!r}")
        hits: list[Hit] = []
        for _ in range(3):
            with self._searching() as view:
                revision = view.revision
                if not self.store.counts().passages:
                    return []
                hits = self._search(view, query, only, limit, per_text)
            if self.store.revision() == revision:
                break  # else passages were replaced while we looked for them
        return hits

    def notices(self) -> list[str]:
        """Return what the reader should know about the index, a sentence each; empty when all is well."""
        with self._searching() as view:
            opening, lost = view.opening, view.lost
        said: list[str] = []
        troubles = [*opening.troubles, *([lost] if lost else [])]
        how = "every passage is searched exactly" if view.exact_texts else "what is left of it is searched"
        if opening.missing and self.store.counts().passages:
            said.append(f"There is no search index yet: {how} until one is built.")
        elif opening.unreachable and not lost:
            said.append(f"The index server is away ({opening.troubles[0]}): {how} meanwhile.")
        elif troubles:
            said.append(f"The search index is damaged ({'; '.join(troubles)}): {how} until it is rebuilt.")
        if self._repair_failed and said:
            said.append(f"Rebuilding the search index failed: {self._repair_failed}.")
        return said

    def repair(self) -> None:
        """Build a new generation when the current one is damaged or missing, unless another process is writing.

        Takes as long as building does; answers go on meanwhile. Raises nothing for a failure of the
        index: `notices` tells it.
        """
        if not self._needs_repair():
            return
        try:
            with writer_lock(self.home, "repairing the search index"):
                if self._needs_repair():  # another process may have done it just now
                    publish(self.home, self.store, index_url=self._index_url)
            self._repair_failed = None
        except StoreBusy:
            return
        except (GenerationError, StoreReadOnly) as error:
            self._repair_failed = str(error)
        self._refresh()

    def close(self) -> None:
        """Release the index and the truth; running searches end first."""
        with self._guard:
            view, self._view = self._view, None
        if view is not None:
            view.retire()
        self.store.close()

    def __enter__(self) -> Collection:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _needs_repair(self) -> bool:
        with self._searching() as view:
            opening = view.opening
            if opening.missing:
                return self.store.counts().passages > 0
            return bool(view.lost and not opening.unreachable) or bool(opening.troubles and not opening.unreachable)
