"""Between rows and values: the statements' common pieces and the conversions both ways.

Used by the reading and the writing half of the truth; nothing here opens a connection.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Connection, Row, Select, Table, delete, func, insert, select

from documents.articles import Article, Attribution, OutletBasis, Passage
from index.embedding import EncoderIdentity
from index.filters import Filter
from index.store_records import StoredPassage
from index.tables import ARTICLES, CLUSTERS, COPIES, META, ORIGINS, PASSAGES

ENCODER, SPLITTER, KNOWN_OUTLETS, STAGED_FOR = "encoder", "splitter", "known_outlets", "staged_for"
COPIES_BY = "copies_by"
"""Keys of the table `meta`."""

CHUNK = 500
"""How many values one IN list holds; databases refuse tens of thousands."""

JOINED = PASSAGES.join(ARTICLES, PASSAGES.c.article_id == ARTICLES.c.id)
"""Passages with their articles."""


def chunks(values: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield `values` in slices that fit one IN list."""
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]


def meta(connection: Connection, key: str) -> str | None:
    """Return the value kept under `key`, or None."""
    value: str | None = connection.execute(select(META.c.value).where(META.c.key == key)).scalar()
    return value


def set_meta(connection: Connection, key: str, value: str | None) -> None:
    """Keep `value` under `key`; None removes it."""
    connection.execute(delete(META).where(META.c.key == key))
    if value is not None:
        connection.execute(insert(META).values(key=key, value=value))


def identity_json(identity: EncoderIdentity) -> str:
    """Return an encoder's identity as the text that `identity_of` reads."""
    return json.dumps(asdict(identity), sort_keys=True)


def identity_of(text: str | None) -> EncoderIdentity | None:
    """Return the encoder's identity that `identity_json` wrote, or None."""
    return EncoderIdentity(**json.loads(text)) if text else None


def vector_bytes(vector: NDArray[np.float32]) -> bytes:
    """Return a vector as stored: float32, little-endian."""
    return np.ascontiguousarray(vector, dtype="<f4").tobytes()


def ids_of_contents(connection: Connection, content_hashes: Sequence[str]) -> dict[str, str]:
    """Return content hash -> article id, for the contents that are stored."""
    found: dict[str, str] = {}
    for chunk in chunks(list(dict.fromkeys(content_hashes))):
        query = select(ARTICLES.c.content_hash, ARTICLES.c.id).where(ARTICLES.c.content_hash.in_(chunk))
        found.update((row.content_hash, row.id) for row in connection.execute(query))
    return found


def matching(only: Filter) -> list[ColumnElement[bool]]:
    """Return the conditions on `JOINED` that `only` sets."""
    conditions: list[ColumnElement[bool]] = []
    if only.outlets:
        conditions.append(PASSAGES.c.outlet.in_(only.outlets))
    day = func.substr(ARTICLES.c.published, 1, 10)  # a date and time counts by its day
    if only.since:
        conditions.append(day >= only.since)
    if only.until:
        conditions.append(day <= only.until)
    return conditions


def passage_query() -> Select[Any]:
    """Return the select whose rows `stored_passage` takes; the database cuts the text out of its article."""
    passage, article = PASSAGES.c, ARTICLES.c
    return select(
        passage.seq,
        passage.article_id,
        passage.start,
        passage.end,
        passage.outlet,
        passage.outlet_basis,
        passage.via,
        passage.speaker,
        func.substr(article.text, passage.start + 1, passage.end - passage.start).label("text"),
        article.title,
        article.url,
        article.published,
        article.language,
        article.author,
        article.outlet.label("carrier"),
        article.cluster,
        CLUSTERS.c.agency,
    ).select_from(JOINED.outerjoin(CLUSTERS, CLUSTERS.c.id == article.cluster))


def stored_passage(row: Row[Any]) -> StoredPassage:
    """Return the passage of a row of `passage_query`.

    Raises:
        ValueError: its offsets do not fit its article.
    """
    attribution = Attribution(row.outlet, OutletBasis(row.outlet_basis), row.via, row.speaker)
    return StoredPassage(
        seq=row.seq,
        passage=Passage(row.article_id, row.start, row.end, row.text, attribution),
        title=row.title,
        url=row.url,
        published=row.published,
        language=row.language,
        author=row.author,
        carrier=row.carrier,
        cluster=row.cluster,
        agency=row.agency,
    )


def passage_values(passage: Passage, article_id: str) -> dict[str, Any]:
    """Return the row of `passage` as part of the article `article_id`."""
    placed = Passage(article_id, passage.start, passage.end, passage.text, passage.attribution)
    attribution = placed.attribution
    return {
        "id": placed.id,
        "article_id": article_id,
        "start": placed.start,
        "end": placed.end,
        "text_hash": placed.text_hash,
        "outlet": attribution.outlet,
        "outlet_basis": attribution.basis.value,
        "via": attribution.via,
        "speaker": attribution.speaker,
    }


def articles_of(connection: Connection, rows: Sequence[Row[Any]]) -> list[Article]:
    """Return the articles of whole rows of `ARTICLES`, each with the paths it was read from."""
    paths: dict[str, set[str]] = defaultdict(set)
    for chunk in chunks([row.id for row in rows]):
        query = select(ORIGINS.c.article_id, ORIGINS.c.path).where(ORIGINS.c.article_id.in_(chunk))
        for article_id, path in connection.execute(query):
            paths[article_id].add(path)
    agencies = agencies_of(connection, {row.id: row.cluster for row in rows})
    return [
        Article(
            text=row.text,
            title=row.title,
            outlet=row.outlet,
            outlet_basis=OutletBasis(row.outlet_basis),
            author=row.author,
            url=row.url,
            published=row.published,
            language=row.language,
            cluster=row.cluster,
            agency=agencies.get(row.id),
            id=row.id,
            paths=tuple(sorted(paths[row.id])),
        )
        for row in rows
    ]


def agencies_of(connection: Connection, clusters: Mapping[str, str | None]) -> dict[str, str]:
    """Return article id -> agency, for those that credit one or whose copy does; given id -> cluster's name or None."""
    found: dict[str, str] = {}
    names = sorted({name for name in clusters.values() if name})
    by_cluster: dict[str, str] = {}
    for chunk in chunks(names):
        query = select(CLUSTERS).where(CLUSTERS.c.id.in_(chunk), CLUSTERS.c.agency.is_not(None))
        by_cluster.update((row.id, row.agency) for row in connection.execute(query))
    for chunk in chunks(sorted(clusters)):
        query = select(COPIES.c.article_id, COPIES.c.agency).where(COPIES.c.article_id.in_(chunk))
        for article_id, agency in connection.execute(query.where(COPIES.c.agency.is_not(None))):
            found[article_id] = agency
    return found | {i: by_cluster[name] for i, name in clusters.items() if name in by_cluster}


def article_values(article: Article) -> dict[str, Any]:
    """Return every field of `article` but its id, as the row of `ARTICLES` holds them; it is in no cluster yet."""
    return {
        "content_hash": article.content_hash,
        "text": article.text,
        "title": article.title,
        "outlet": article.outlet,
        "outlet_basis": article.outlet_basis.value,
        "author": article.author,
        "url": article.url,
        "published": article.published,
        "language": article.language,
        "cluster": None,
    }


def count_by_outlet(table: Table) -> Select[Any]:
    """Return a select of (outlet, rows of `table`), leaving out rows without an outlet."""
    return select(table.c.outlet, func.count()).where(table.c.outlet.is_not(None)).group_by(table.c.outlet)
