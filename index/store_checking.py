"""Looks through a whole truth for damage, for the doctor and before a restore. Reads everything, changes nothing."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from sqlalchemy import Connection, func, or_, select

from index.store_rows import ENCODER, articles_of, identity_of, meta
from index.tables import ARTICLES, CLUSTERS, PASSAGES, VECTORS

_LISTED = 20
"""How many cases of one kind are named; the rest of them say nothing new."""


def problems_of(connection: Connection) -> list[str]:
    """Return one sentence for each thing that is wrong; empty when the truth is sound."""
    found = list(database_problems(connection))
    if found:
        return found  # what a damaged database says about its content is worth nothing
    return [*_partition(connection), *_contents(connection), *_vectors(connection), *_clusters(connection)]


def database_problems(connection: Connection) -> Iterator[str]:
    """Yield one sentence for each thing that SQLite itself finds wrong."""
    if connection.dialect.name != "sqlite":
        return
    for (line,) in connection.exec_driver_sql(f"PRAGMA integrity_check({_LISTED})"):
        if line != "ok":
            yield f"The database is damaged: {line}."
    for row in connection.exec_driver_sql("PRAGMA foreign_key_check").fetchmany(_LISTED):
        yield f"A row of {row[0]} points at a missing row of {row[2]}."


def _partition(connection: Connection) -> Iterator[str]:
    before = func.lag(PASSAGES.c.end).over(partition_by=PASSAGES.c.article_id, order_by=PASSAGES.c.start)
    steps = select(PASSAGES.c.article_id, PASSAGES.c.start, func.coalesce(before, 0).label("expected")).subquery()
    gaps = select(steps.c.article_id).where(steps.c.start != steps.c.expected).distinct()
    last = func.max(PASSAGES.c.end)
    short = (
        select(ARTICLES.c.id)
        .select_from(ARTICLES.outerjoin(PASSAGES, PASSAGES.c.article_id == ARTICLES.c.id))
        .group_by(ARTICLES.c.id, ARTICLES.c.text)
        .having(or_(last.is_(None), last != func.length(ARTICLES.c.text)))
    )
    broken = {*connection.execute(gaps).scalars(), *connection.execute(short).scalars()}
    for article_id in sorted(broken)[:_LISTED]:
        yield f"The passages of article {article_id} do not cover its text exactly."


def _contents(connection: Connection) -> Iterator[str]:
    ids = connection.execute(select(ARTICLES.c.id).order_by(ARTICLES.c.id)).scalars().all()
    listed = 0
    for article_id in ids:
        rows = connection.execute(select(ARTICLES).where(ARTICLES.c.id == article_id)).all()
        try:
            sound = articles_of(connection, rows)[0].content_hash == rows[0].content_hash
        except ValueError:
            sound = False
        if not sound and listed < _LISTED:
            listed += 1
            yield f"Article {article_id} is not what was stored: its content does not match its hash."


def _clusters(connection: Connection) -> Iterator[str]:
    sizes = select(ARTICLES.c.cluster, func.count()).where(ARTICLES.c.cluster.is_not(None)).group_by(ARTICLES.c.cluster)
    members = {name: count for name, count in connection.execute(sizes)}
    known = set(connection.execute(select(CLUSTERS.c.id)).scalars())
    broken = {name for name in known | set(members) if name not in known or members.get(name, 0) < 2}
    for name in sorted(broken)[:_LISTED]:
        yield f"The near-copies of {name} are not those that were found together."


def _vectors(connection: Connection) -> Iterator[str]:
    identity = identity_of(meta(connection, ENCODER))
    dimension = identity.dimension if identity else 0
    listed = 0
    for text_hash, blob in connection.execute(select(VECTORS.c.text_hash, VECTORS.c.vector)):
        sound = len(blob) == 4 * dimension
        if sound:
            length = float(np.linalg.norm(np.frombuffer(blob, dtype="<f4")))
            sound = abs(length - 1) < 1e-3
        if not sound and listed < _LISTED:
            listed += 1
            yield f"The vector of text {text_hash[:16]} is not a unit vector of {dimension} numbers."
