"""The truth: articles with their exact text, passages with attribution, one vector per passage text.

SQLAlchemy Core over SQLite by default (``home/truth.sqlite3``), or over the database of a URL. What
a writing method returned is committed. Indexes over it are `index.generations`; what to write is
decided in `index.building`; who may write, in `index.locking`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select

from documents.articles import Passage
from documents.errors import EncoderMismatch, RequestError, StoreDamaged
from index.embedding import EncoderIdentity
from index.store_checking import problems_of
from index.store_copies import all_are_marked, cluster_of, mark_missing, settle_identity
from index.store_opening import OpenedStore
from index.store_records import (
    ArticleWrite,
    Cluster,
    Counts,
    Duplicate,
    FileRead,
    Outcome,
    OutletCount,
    StoredPassage,
    WriteResult,
)
from index.store_rows import ENCODER, KNOWN_OUTLETS, SPLITTER, identity_json, identity_of, meta, set_meta
from index.store_staging import begin_staging, stage, staged_texts, swap
from index.store_writing import forget_files, remove_articles, replace_passages, write_batch
from index.tables import VECTORS

__all__ = [
    "ArticleWrite",
    "Cluster",
    "Counts",
    "Duplicate",
    "FileRead",
    "Outcome",
    "OutletCount",
    "Store",
    "StoredPassage",
    "WriteResult",
]

_MARKED_AT_ONCE = 200
"""How many articles one commit of `Store.mark_copies` looks at."""


class Store(OpenedStore):
    """The truth of one collection. Reading is safe from any thread; a writer holds `index.locking.writer_lock`.

    It follows its file: one that appears, or takes the place of the old one, is opened by itself.
    Before anything was stored, reading gives empty results.
    """

    def problems(self) -> list[str]:
        """Return one sentence for each thing that is wrong with the truth; reads all of it."""
        try:
            with self._reading() as connection:
                return problems_of(connection)
        except StoreDamaged as error:
            return [str(error)]

    def adopt(self, encoder: EncoderIdentity, splitter: str) -> None:
        """Record what makes this collection's vectors and passages, or check it against the record.

        Raises:
            EncoderMismatch: another encoder or splitter made what is stored.
        """
        self.check_maker(encoder, splitter)
        with self._reading() as connection:
            recorded = meta(connection, ENCODER), meta(connection, SPLITTER)
        if recorded != (identity_json(encoder), splitter):
            with self._writing() as connection:
                set_meta(connection, ENCODER, identity_json(encoder))
                set_meta(connection, SPLITTER, splitter)

    def check_maker(self, encoder: EncoderIdentity | str, splitter: str) -> None:
        """Do nothing when these made what is stored, or nothing is; of an encoder, its name may be all that is known.

        Raises:
            EncoderMismatch: another encoder or splitter made it.
        """
        with self._reading() as connection:
            if connection.execute(select(VECTORS.c.text_hash).limit(1)).first() is None:
                return
            made_by, split_by = identity_of(meta(connection, ENCODER)), meta(connection, SPLITTER)
        name = encoder if isinstance(encoder, str) else encoder.name
        if made_by is not None and encoder not in (made_by, made_by.name):
            what = "other weights under that name" if made_by.name == name else repr(name)
            raise EncoderMismatch(
                f"expected the encoder {made_by.name!r}, which made this collection, got {what}; "
                f"use that one, or run: byline rebuild --encoder {name}"
            )
        if split_by != splitter:
            raise EncoderMismatch(
                f"expected passages made by the splitter {splitter!r}, got a collection made by {split_by!r}; "
                "run: byline rebuild"
            )

    def write(
        self, batch: Sequence[ArticleWrite], files: Sequence[FileRead] = (), *, prune: bool = False
    ) -> WriteResult:
        """Return what became of each article of `batch`, once all of it is committed together.

        An article keeps the id of the earlier one at its place (path and item), whose passages and
        fields it replaces whole, unless that one still stands elsewhere. Content that is stored
        already only gets its new place.

        Args:
            batch: Articles; `adopt` comes before the first.
            files: Files that are read to the end with this batch.
            prune: Remove articles that are gone from `files` and stand nowhere else.

        Raises:
            StoreError: or one of its kinds; then nothing of the batch is stored.
            ValueError: passages or vectors that do not fit.
        """
        self._check_vectors(one.vectors for one in batch)
        with self._writing() as connection:
            return write_batch(connection, batch, files, prune=prune)

    def replace_passages(self, batch: Sequence[ArticleWrite]) -> None:
        """Give stored articles (by `article.id`) other passages, all together; nothing else of them changes."""
        self._check_vectors(one.vectors for one in batch)
        with self._writing() as connection:
            for one in batch:
                replace_passages(connection, one.article.id, one.passages, one.vectors, one.embedded)

    def set_known_outlets(self, names: Sequence[str]) -> None:
        """Record the publishers' names that the attribution of every stored article has seen."""
        with self._writing() as connection:
            set_meta(connection, KNOWN_OUTLETS, json.dumps(sorted(names)))

    def cluster(self, name: str) -> Cluster | None:
        """Return the group of near-copies that `Article.cluster` calls `name`, or None."""
        with self._reading() as connection:
            return cluster_of(connection, name)

    def mark_copies(self) -> None:
        """Find the near-copies of articles that were stored before near-copies were looked for, or by other means.

        Killed on the way, the next call goes on; with nothing to do it writes nothing.
        """
        with self._reading() as connection:
            if all_are_marked(connection):
                return
        with self._writing() as connection:
            settle_identity(connection)
        last: str | None = ""
        while last is not None:
            with self._writing() as connection:
                last = mark_missing(connection, last, _MARKED_AT_ONCE)

    def forget_files(self, paths: Sequence[str]) -> list[str]:
        """Return the ids of the articles removed because these files, their only places, are gone."""
        with self._writing() as connection:
            return forget_files(connection, paths)

    def remove(self, article_ids: Sequence[str]) -> int:
        """Return how many articles were removed, each with its passages and vectors; all or none.

        Raises:
            RequestError: no article has one of these ids (or unique beginnings of ids).
        """
        found = []
        for wanted in article_ids:
            article = self.article(wanted)
            if article is None:
                raise RequestError(f"expected the id of a stored article, got {wanted!r}; byline articles lists them")
            found.append(article.id)
        if not found:
            return 0
        ids = list(dict.fromkeys(found))
        with self._writing() as connection:
            remove_articles(connection, ids)
        return len(ids)

    def begin_staging(self, encoder: EncoderIdentity) -> None:
        """Get ready to set vectors of `encoder` aside; those it set aside before stay."""
        with self._writing() as connection:
            begin_staging(connection, encoder)

    def staged_texts(self, text_hashes: Sequence[str]) -> set[str]:
        """Return which of these texts have a vector set aside."""
        with self._reading() as connection:
            return staged_texts(connection, text_hashes)

    def stage(self, vectors: Mapping[str, NDArray[np.float32]], embedded: Mapping[str, str]) -> None:
        """Set vectors aside for `swap`; no reader sees them."""
        with self._writing() as connection:
            stage(connection, vectors, embedded)

    def swap(self, passages: Iterable[tuple[str, Sequence[Passage]]], encoder: EncoderIdentity, splitter: str) -> None:
        """Put staged vectors and new passages (by article id) in place of the old ones, all together."""
        with self._writing() as connection:
            swap(connection, passages, encoder, splitter)

    def _check_vectors(self, groups: Iterable[Mapping[str, NDArray[np.float32]]]) -> None:
        self._check_writable()
        identity = self.encoder_identity()
        for vectors in groups:
            for vector in vectors.values():
                if identity is None:
                    raise ValueError("expected Store.adopt before the first vector, got none")
                if vector.shape != (identity.dimension,) or not np.isfinite(vector).all():
                    raise ValueError(
                        f"expected {identity.dimension} finite numbers, got a vector of shape {vector.shape}"
                    )
