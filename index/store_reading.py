"""Reading the truth: articles, passages, vectors, counts. Nothing here writes.

Every method is safe from any thread and sees one committed state. Texts of passages are cut out of
their article by the database, so that they cannot drift from it.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Select, func, select, union

from documents.articles import Article, OutletBasis, Passage
from documents.errors import RequestError
from index.embedding import EncoderIdentity
from index.filters import EVERYTHING, Filter
from index.store_errors import damaged
from index.store_records import Counts, Duplicate, OutletCount, StoredPassage
from index.store_rows import (
    ENCODER,
    JOINED,
    KNOWN_OUTLETS,
    SPLITTER,
    articles_of,
    chunks,
    count_by_outlet,
    identity_of,
    ids_of_contents,
    matching,
    meta,
    passage_query,
    stored_passage,
)
from index.tables import ARTICLES, COUNTERS, FILES, ORIGINS, PASSAGES, VECTORS

_PREFIX = re.compile(r"[0-9a-f]{6,16}")


class StoreReading:
    """The reading half of `index.store.Store`."""

    @property
    def place(self) -> str:
        """Where the truth is, as messages name it; never with a password."""
        raise NotImplementedError

    def _reading(self) -> AbstractContextManager[Connection]:
        """Return a context with a connection that sees one committed state."""
        raise NotImplementedError

    def revision(self) -> int:
        """Return a number that grows with every committed change; 0 before anything was stored."""
        with self._reading() as connection:
            return int(connection.execute(select(COUNTERS.c.value).where(COUNTERS.c.name == "revision")).scalar() or 0)

    def encoder_identity(self) -> EncoderIdentity | None:
        """Return the encoder whose vectors are stored, or None before the first."""
        with self._reading() as connection:
            return identity_of(meta(connection, ENCODER))

    def splitter(self) -> str | None:
        """Return the identity of the attribution and splitting that made the passages, or None."""
        with self._reading() as connection:
            return meta(connection, SPLITTER)

    def known_outlets(self) -> list[str]:
        """Return the publishers' names that the attribution of every stored article has seen."""
        with self._reading() as connection:
            return list(json.loads(meta(connection, KNOWN_OUTLETS) or "[]"))

    def article(self, article_id: str) -> Article | None:
        """Return the article with this id, or with a unique beginning of 6 or more digits; else None.

        Raises:
            RequestError: several articles begin so.
        """
        prefix = article_id.strip().lower()
        if not _PREFIX.fullmatch(prefix):
            return None
        with self._reading() as connection:
            rows = connection.execute(
                select(ARTICLES).where(func.substr(ARTICLES.c.id, 1, len(prefix)) == prefix).limit(2)
            ).all()
            if len(rows) > 1:
                raise RequestError(
                    f"expected the id of one article, got {article_id!r}, which begins several; write more digits"
                )
            return articles_of(connection, rows)[0] if rows else None

    def articles(self, outlet: str | None = None) -> list[Article]:
        """Return all articles, or those `outlet` published, by date, title and id; undated ones last."""
        query = select(ARTICLES) if outlet is None else select(ARTICLES).where(ARTICLES.c.outlet == outlet)
        with self._reading() as connection:
            found = articles_of(connection, connection.execute(query).all())
        return sorted(found, key=lambda a: (a.published is None, a.published or "", a.title or "", a.id))

    def iter_articles(self, batch: int = 200) -> Iterator[list[Article]]:
        """Yield all articles by id, `batch` at a time."""
        last = ""
        while True:
            with self._reading() as connection:
                query = select(ARTICLES).where(ARTICLES.c.id > last).order_by(ARTICLES.c.id).limit(batch)
                found = articles_of(connection, connection.execute(query).all())
            if not found:
                return
            last = found[-1].id
            yield found

    def passages_of(self, article_id: str) -> list[Passage]:
        """Return the article's passages in order; they partition its text."""
        query = passage_query().where(PASSAGES.c.article_id == article_id).order_by(PASSAGES.c.start)
        return [stored.passage for stored in self._stored(query)]

    def outlets(self) -> list[OutletCount]:
        """Return every outlet that published an article or is quoted in one, by name."""
        published: dict[str, int] = defaultdict(int)
        quoted: dict[str, int] = defaultdict(int)
        with self._reading() as connection:
            for name, count in connection.execute(count_by_outlet(ARTICLES)):
                published[name] = count
            query = count_by_outlet(PASSAGES).where(PASSAGES.c.outlet_basis == OutletBasis.QUOTED.value)
            for name, count in connection.execute(query):
                quoted[name] = count
        return [OutletCount(name, published[name], quoted[name]) for name in sorted({*published, *quoted})]

    def outlet_names(self) -> list[str]:
        """Return the names of all outlets that originate or carry something, sorted."""
        columns = (ARTICLES.c.outlet, PASSAGES.c.outlet, PASSAGES.c.via)
        query = union(*(select(column.label("name")).where(column.is_not(None)) for column in columns))
        with self._reading() as connection:
            return sorted(connection.execute(query).scalars())

    def publishers(self) -> list[str]:
        """Return the names of all outlets that published a stored article, sorted."""
        with self._reading() as connection:
            query = select(ARTICLES.c.outlet).distinct().where(ARTICLES.c.outlet.is_not(None))
            return sorted(connection.execute(query).scalars())

    def counts(self) -> Counts:
        """Return how many articles, passages and distinct passage texts are stored."""
        with self._reading() as connection:
            sizes = (
                connection.execute(select(func.count()).select_from(t)).scalar() for t in (ARTICLES, PASSAGES, VECTORS)
            )
            articles, passages, texts = (int(size or 0) for size in sizes)
        return Counts(articles, passages, texts)

    def max_seq(self) -> int:
        """Return the greatest `seq` of a stored passage; 0 when there is none."""
        with self._reading() as connection:
            return int(connection.execute(select(func.max(PASSAGES.c.seq))).scalar() or 0)

    def passage_ids(self) -> list[str]:
        """Return the ids of all passages, by `seq`."""
        with self._reading() as connection:
            return list(connection.execute(select(PASSAGES.c.id).order_by(PASSAGES.c.seq)).scalars())

    def iter_passages(self, after: int = 0, batch: int = 1000) -> Iterator[list[StoredPassage]]:
        """Yield all passages with `seq` above `after`, ascending, `batch` at a time."""
        while page := self._stored(passage_query().where(PASSAGES.c.seq > after).order_by(PASSAGES.c.seq).limit(batch)):
            after = page[-1].seq
            yield page

    def passages_with_text(self, text_hashes: Sequence[str], only: Filter = EVERYTHING) -> list[StoredPassage]:
        """Return all passages with one of these texts that match `only`, by `seq`."""
        found = []
        for chunk in chunks(list(dict.fromkeys(text_hashes))):
            found += self._stored(passage_query().where(PASSAGES.c.text_hash.in_(chunk), *matching(only)))
        return sorted(found, key=lambda stored: stored.seq)

    def passages_by_id(self, ids: Sequence[str], only: Filter = EVERYTHING) -> list[StoredPassage]:
        """Return the passages with these ids that match `only`, in the order of `ids`."""
        found = {}
        for chunk in chunks(list(dict.fromkeys(ids))):
            for stored in self._stored(passage_query().where(PASSAGES.c.id.in_(chunk), *matching(only))):
                found[stored.passage.id] = stored
        return [found[passage_id] for passage_id in dict.fromkeys(ids) if passage_id in found]

    def filtered_texts(self, only: Filter) -> list[str]:
        """Return the distinct text hashes of all passages that match `only`, sorted."""
        query = select(PASSAGES.c.text_hash).distinct().select_from(JOINED).where(*matching(only))
        with self._reading() as connection:
            return sorted(connection.execute(query).scalars())

    def vectors(self, text_hashes: Sequence[str]) -> tuple[list[str], NDArray[np.float32]]:
        """Return those of `text_hashes` that have a vector, in their order, and a matrix [found, dimension]."""
        wanted = list(dict.fromkeys(text_hashes))
        blobs: dict[str, bytes] = {}
        with self._reading() as connection:
            for chunk in chunks(wanted):
                query = select(VECTORS.c.text_hash, VECTORS.c.vector).where(VECTORS.c.text_hash.in_(chunk))
                blobs.update((row.text_hash, row.vector) for row in connection.execute(query))
            identity = identity_of(meta(connection, ENCODER))
        found = [text_hash for text_hash in wanted if text_hash in blobs]
        dimension = identity.dimension if identity else 0
        joined = b"".join(blobs[text_hash] for text_hash in found)
        if len(joined) != 4 * dimension * len(found):
            raise damaged(self.place, f"a vector is not {dimension} numbers long")
        return found, np.frombuffer(joined, dtype="<f4").reshape(len(found), dimension).astype(np.float32)

    def iter_vectors(
        self, after: int = 0, upto: int | None = None, batch: int = 4000
    ) -> Iterator[tuple[list[str], NDArray[np.float32]]]:
        """Yield (text hashes, matrix) of the distinct texts of passages with after < seq <= upto, each text once."""
        seen: set[bytes] = set()
        while True:
            query = select(PASSAGES.c.seq, PASSAGES.c.text_hash).where(PASSAGES.c.seq > after)
            query = query if upto is None else query.where(PASSAGES.c.seq <= upto)
            with self._reading() as connection:
                rows = connection.execute(query.order_by(PASSAGES.c.seq).limit(batch)).all()
            if not rows:
                return
            after = rows[-1].seq
            fresh = [h for h in dict.fromkeys(row.text_hash for row in rows) if bytes.fromhex(h) not in seen]
            seen.update(bytes.fromhex(text_hash) for text_hash in fresh)
            if fresh:
                yield self.vectors(fresh)

    def embedded_hashes(self, text_hashes: Sequence[str]) -> dict[str, str]:
        """Return text hash -> hash of the text embedded for it, for those that have a vector."""
        found: dict[str, str] = {}
        with self._reading() as connection:
            for chunk in chunks(list(dict.fromkeys(text_hashes))):
                query = select(VECTORS.c.text_hash, VECTORS.c.embedded_hash).where(VECTORS.c.text_hash.in_(chunk))
                found.update((row.text_hash, row.embedded_hash) for row in connection.execute(query))
        return found

    def owners(self, text_hashes: Sequence[str]) -> dict[str, set[str]]:
        """Return text hash -> ids of the articles with such a passage."""
        found: dict[str, set[str]] = defaultdict(set)
        with self._reading() as connection:
            for chunk in chunks(text_hashes):
                query = select(PASSAGES.c.text_hash, PASSAGES.c.article_id).where(PASSAGES.c.text_hash.in_(chunk))
                for text_hash, article_id in connection.execute(query):
                    found[text_hash].add(article_id)
        return dict(found)

    def articles_at(self, path: str) -> dict[str, str]:
        """Return item -> article id, for the articles that stood in this file when it was last read."""
        query = select(ORIGINS.c.item, ORIGINS.c.article_id).where(ORIGINS.c.path == path, ORIGINS.c.present == 1)
        with self._reading() as connection:
            return {row.item: row.article_id for row in connection.execute(query)}

    def stored_contents(self, content_hashes: Sequence[str]) -> dict[str, str]:
        """Return content hash -> article id, for the contents that are stored."""
        with self._reading() as connection:
            return ids_of_contents(connection, content_hashes)

    def fingerprints(self, paths: Sequence[str]) -> dict[str, tuple[str, int]]:
        """Return path -> (fingerprint, number of articles), for files that were read completely."""
        found: dict[str, tuple[str, int]] = {}
        with self._reading() as connection:
            for chunk in chunks(paths):
                for row in connection.execute(select(FILES).where(FILES.c.path.in_(chunk))):
                    found[row.path] = (row.fingerprint, row.articles)
        return found

    def paths(self) -> list[str]:
        """Return every path that an article was read from, sorted."""
        with self._reading() as connection:
            return sorted(connection.execute(select(ORIGINS.c.path).distinct()).scalars())

    def duplicates(self, paths: Sequence[str]) -> list[Duplicate]:
        """Return the articles that stand in several places ("PATH" or "PATH: ITEM"), one of them in `paths`."""
        here = set(paths)
        several = select(ORIGINS.c.article_id).where(ORIGINS.c.present == 1).group_by(ORIGINS.c.article_id)
        several = several.having(func.count() > 1)
        query = select(ORIGINS).where(ORIGINS.c.present == 1, ORIGINS.c.article_id.in_(several))
        places: dict[str, list[tuple[str, str]]] = defaultdict(list)
        with self._reading() as connection:
            for row in connection.execute(query):
                places[row.article_id].append((row.path, row.item))
        return [
            Duplicate(article_id, tuple(f"{path}: {item}" if item else path for path, item in sorted(found)))
            for article_id, found in sorted(places.items())
            if any(path in here for path, _ in found)
        ]

    def _stored(self, query: Select[Any]) -> list[StoredPassage]:
        with self._reading() as connection:
            rows = connection.execute(query).all()
        try:
            return [stored_passage(row) for row in rows]
        except ValueError as error:
            raise damaged(self.place, str(error)) from error
