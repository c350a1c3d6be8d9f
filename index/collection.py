"""One opened collection for asking: hybrid search that always answers from the truth as it is now.

Candidates come from the published generation and, exactly, from what it does not hold; every hit is
joined with the truth, so what was removed never appears. A search first looks whether the truth or
the pointer moved. A generation that is damaged or missing costs speed, never answers; `notices`
says so and `repair` rebuilds it. Writing articles is `index.building`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from documents.errors import EncoderMismatch, GenerationError, RequestError, StoreBusy, StoreReadOnly
from index.embedding import DEFAULT_ENCODER, Encoder, EncoderIdentity, LazyEncoder
from index.filters import EVERYTHING, Filter
from index.generations import publish
from index.locking import writer_lock
from index.manifest import pointer_bytes
from index.opening import open_best
from index.searching import Hit, Ranking, Request, search_view
from index.store import Store
from index.view import View

__all__ = ["Collection", "Hit", "Ranking"]

_RETRY_SECONDS = 30.0
"""How long an index server that did not answer is left alone."""

_ATTEMPTS = 3
"""How often a search is made anew because the truth changed under it."""


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
        self._guard = threading.Lock()
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
        with self._guard:
            if self._lazy is None or self._lazy.name != name:
                self._lazy = LazyEncoder(name)
            return self._lazy

    def search(
        self,
        query: str,
        *,
        only: Filter = EVERYTHING,
        limit: int = 20,
        per_text: int | None = None,
        ranking: Ranking = Ranking.FUSED,
    ) -> list[Hit]:
        """Return up to `limit` hits for `query`, best first; fewer only when fewer passages match `only`.

        Args:
            query: What is searched; no character in it has a special meaning.
            only: Passages of these originating outlets and dates only.
            limit: How many hits. A text that several articles carry gives one hit for each.
            per_text: At most so many hits with the same text, so that copies do not fill the list.
            ranking: By which scores; by words alone, only passages that have one of them are hits.

        Raises:
            RequestError: `limit` or `per_text` is below 1.
            EncoderError: the encoder cannot be loaded; `EncoderMismatch` when it did not make this collection.
            StoreError: the truth cannot be read.
        """
        if limit < 1 or (per_text is not None and per_text < 1):
            raise RequestError(f"expected limit and per_text of 1 or more, got {limit!r} and {per_text!r}")
        hits: list[Hit] = []
        for _ in range(_ATTEMPTS):
            revision = self.store.revision()
            if not self.store.counts().passages:
                return []
            encoder = self._checked_encoder()
            request = Request(query, encoder.encode([query])[0], only, limit, per_text, ranking)
            with self._searching() as view:
                hits = search_view(view, self.store, request)
            if self.store.revision() == revision:
                break  # else passages may have been replaced while they were looked for
        return hits

    def notices(self) -> list[str]:
        """Return what the reader should know about the index, a sentence each; empty when all is well."""
        with self._searching() as view:
            missing, troubles, unreachable, exact = view.missing, view.troubles, view.unreachable, view.exact
        how = "every passage is searched exactly" if exact else "what is left of it is searched"
        said: list[str] = []
        if missing and self.store.counts().passages:
            said.append(f"There is no search index yet: {how} until one is built.")
        elif unreachable:
            said.append(f"The index server is away ({troubles[0]}): {how} meanwhile.")
        elif troubles:
            said.append(f"The search index is damaged ({'; '.join(troubles)}): {how} until it is rebuilt.")
        if self._repair_failed and said:
            said.append(f"The search index could not be rebuilt: {self._repair_failed}.")
        return said

    def repair(self) -> None:
        """Build a new generation when the current one is damaged or missing, unless another process is writing.

        Takes as long as building does; answers go on meanwhile. A failure raises nothing: `notices` tells it.
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

    def close(self) -> None:
        """Release the index, once no search runs in it, and the truth."""
        with self._guard:
            view, self._view = self._view, None
        if view is not None:
            view.retire()
        self.store.close()

    def __enter__(self) -> Collection:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _needs_repair(self) -> bool:
        with self._searching() as view:
            if view.missing:
                return self.store.counts().passages > 0
            return bool(view.troubles) and not view.unreachable

    def _checked_encoder(self) -> Encoder:
        """Return the encoder, once per identity of the collection's compared with the one that made it."""
        encoder, stored = self.encoder, self.store.encoder_identity()
        if stored is not None and self._checked != stored:
            if encoder.identity != stored:
                name = encoder.identity.name
                what = "other weights under that name" if name == stored.name else repr(name)
                raise EncoderMismatch(
                    f"expected the encoder {stored.name!r}, which made this collection, got {what}; "
                    f"use that one, or run: byline rebuild --encoder {name}"
                )
            self._checked = stored
        return encoder

    @contextmanager
    def _searching(self) -> Iterator[View]:
        """Lend the view of the truth as it is now; it stays open for the body even when a newer one takes over."""
        while True:
            self._refresh()
            with self._guard:
                view = self._view
                if view is not None:
                    view.enter()
                    break
        try:
            yield view
        finally:
            view.leave()

    def _refresh(self) -> None:
        """Open the view when there is none or its time is over, and let it take in what came to the truth."""
        view = self._view
        if view is None or self._outdated(view):
            # With a view at hand, one thread opens the next while the others go on in the old one.
            if self._switching.acquire(blocking=view is None):
                try:
                    if self._view is view:
                        self._replace(view)
                finally:
                    self._switching.release()
            view = self._view
        if view is not None:
            view.follow()

    def _replace(self, old: View | None) -> None:
        opening = open_best(self.home, self.store, self._index_url)
        view = View(opening, self.store)
        view.follow()
        self._retry_at = time.monotonic() + _RETRY_SECONDS
        with self._guard:
            self._view = view
        if old is not None:
            old.retire()

    def _outdated(self, view: View) -> bool:
        if view.pointer != pointer_bytes(self.home) or view.encoder != self.store.encoder_identity():
            return True
        if view.revision > self.store.revision():
            return True  # the truth was replaced by an older one
        return view.unreachable and time.monotonic() > self._retry_at
