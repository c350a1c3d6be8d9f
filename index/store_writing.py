"""Writing the truth inside a transaction that the caller began and commits.

Decides which article a reading belongs to, replaces what changed whole (all passages, all fields)
and keeps the one rule about vectors: every stored passage text has exactly one, and none is left
without a passage. Splitting and embedding happen before; locking and committing around it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Table, and_, delete, exists, func, insert, not_, select, update

from documents.articles import ID_LENGTH, Passage, digest
from index.store_copies import mark, regroup, settle_identity, unmark
from index.store_records import ArticleWrite, FileRead, Outcome, Status, WriteResult
from index.store_rows import article_values, chunks, ids_of_contents, passage_values, vector_bytes
from index.tables import ARTICLES, COUNTERS, FILES, ORIGINS, PASSAGES, VECTORS


def bump_revision(connection: Connection) -> None:
    """Let `revision` grow; part of every writing transaction."""
    connection.execute(update(COUNTERS).where(COUNTERS.c.name == "revision").values(value=COUNTERS.c.value + 1))


def write_batch(
    connection: Connection, batch: Sequence[ArticleWrite], files: Sequence[FileRead], *, prune: bool
) -> WriteResult:
    """Return what storing `batch` did to each article; then settle `files`.

    Content that is stored already goes first: it gets its new place before anything else of the
    batch can overwrite it.

    Raises:
        ValueError: passages that do not partition their text, or a text without a vector.
    """
    settle_identity(connection)
    touched: set[str] = set()
    known = ids_of_contents(connection, [one.article.content_hash for one in batch])
    outcomes: dict[int, Outcome] = {}
    for early in (True, False):
        for number, one in enumerate(batch):
            if number in outcomes or (early and one.article.content_hash not in known):
                continue
            if one.article.content_hash in known:
                article_id = known[one.article.content_hash]
                outcomes[number] = Outcome(one.path, one.item, article_id, "unchanged")
                _place(connection, one.path, one.item, article_id)
            else:
                outcomes[number] = outcome = _store(connection, one, touched)
                # What an update overwrote is not stored any more, but nobody behind it in the batch
                # counts on it: those that did came early and kept it from being overwritten.
                known[one.article.content_hash] = outcome.article_id
    removed = [gone for file in files for gone in _settle(connection, file, prune=prune)]
    regroup(connection, touched)
    return WriteResult(tuple(outcomes[number] for number in range(len(batch))), tuple(removed))


def forget_files(connection: Connection, paths: Sequence[str]) -> list[str]:
    """Return the ids of articles that went because these files, their only places, are gone."""
    orphans: list[str] = []
    for chunk in chunks(paths):
        ids = connection.execute(select(ORIGINS.c.article_id).where(ORIGINS.c.path.in_(chunk))).scalars().all()
        connection.execute(delete(ORIGINS).where(ORIGINS.c.path.in_(chunk)))
        connection.execute(delete(FILES).where(FILES.c.path.in_(chunk)))
        orphans += _without_place(connection, ids)
    remove_articles(connection, orphans)
    return orphans


def remove_articles(connection: Connection, ids: Sequence[str]) -> None:
    """Remove these articles with their passages, vectors of their own and places.

    Their files count as not read, so that reading them again brings the articles back.
    """
    touched: set[str] = set()
    for article_id in ids:
        touched |= unmark(connection, article_id)
        texts = drop_passages(connection, article_id)
        paths = select(ORIGINS.c.path).where(ORIGINS.c.article_id == article_id)
        connection.execute(delete(FILES).where(FILES.c.path.in_(paths)))
        connection.execute(delete(ORIGINS).where(ORIGINS.c.article_id == article_id))
        connection.execute(delete(ARTICLES).where(ARTICLES.c.id == article_id))
        drop_orphaned_vectors(connection, texts)
    regroup(connection, touched)


def replace_passages(
    connection: Connection,
    article_id: str,
    passages: Sequence[Passage],
    vectors: Mapping[str, NDArray[np.float32]],
    embedded: Mapping[str, str],
) -> None:
    """Give a stored article other passages; its old ones go, with vectors that nobody else uses.

    Raises:
        ValueError: a text without a vector.
    """
    old = drop_passages(connection, article_id)
    _add_passages(connection, article_id, passages, vectors, embedded)
    drop_orphaned_vectors(connection, old)


def drop_passages(connection: Connection, article_id: str) -> list[str]:
    """Remove an article's passages; return their text hashes."""
    texts = connection.execute(select(PASSAGES.c.text_hash).where(PASSAGES.c.article_id == article_id)).scalars().all()
    connection.execute(delete(PASSAGES).where(PASSAGES.c.article_id == article_id))
    return list(dict.fromkeys(texts))


def drop_orphaned_vectors(connection: Connection, text_hashes: Iterable[str] | None = None) -> None:
    """Remove those of these vectors (or of all) whose text no passage has."""
    orphaned = not_(exists().where(PASSAGES.c.text_hash == VECTORS.c.text_hash))
    if text_hashes is None:
        connection.execute(delete(VECTORS).where(orphaned))
        return
    for chunk in chunks(list(text_hashes)):
        connection.execute(delete(VECTORS).where(VECTORS.c.text_hash.in_(chunk), orphaned))


def _store(connection: Connection, one: ArticleWrite, touched: set[str]) -> Outcome:
    """Store one article; add to `touched` whose clusters are to be made anew."""
    if "".join(passage.text for passage in one.passages) != one.article.text:
        raise ValueError(f"expected passages that partition the text of {one.path!r}, got others")
    if "\0" in one.article.text:
        raise ValueError(f"expected cleaned text in {one.path!r}, got a NUL character")
    article_id = _replaceable(connection, one)
    values = article_values(one.article)
    if article_id is None:
        article_id = _free_id(connection, one)
        connection.execute(insert(ARTICLES).values(id=article_id, **values))
        status: Status = "added"
    else:
        touched |= unmark(connection, article_id)
        connection.execute(update(ARTICLES).where(ARTICLES.c.id == article_id).values(**values))
        # Places where the overwritten content once stood say nothing about the new one.
        connection.execute(delete(ORIGINS).where(ORIGINS.c.article_id == article_id))
        status = "updated"
    place = {"path": one.path, "item": one.item, "article_id": article_id, "present": 1}
    connection.execute(insert(ORIGINS).values(**place))
    old = drop_passages(connection, article_id) if status == "updated" else []
    _add_passages(connection, article_id, one.passages, one.vectors, one.embedded)
    drop_orphaned_vectors(connection, old)
    mark(connection, article_id, one.article)
    touched.add(article_id)
    return Outcome(one.path, one.item, article_id, status)


def _replaceable(connection: Connection, one: ArticleWrite) -> str | None:
    """Return the id of the earlier article at the same place, when no other place needs it as it was."""
    here = and_(ORIGINS.c.path == one.path, ORIGINS.c.item == one.item)
    earlier = connection.execute(
        select(ARTICLES.c.id, ARTICLES.c.content_hash)
        .select_from(ORIGINS.join(ARTICLES, ORIGINS.c.article_id == ARTICLES.c.id))
        .where(here, ORIGINS.c.present == 1)
        .order_by(ARTICLES.c.id)
    ).all()
    for row in earlier:
        elsewhere = select(func.count()).where(ORIGINS.c.article_id == row.id, ORIGINS.c.present == 1, not_(here))
        if row.content_hash not in one.siblings and not connection.execute(elsewhere).scalar():
            return str(row.id)
    return None


def _free_id(connection: Connection, one: ArticleWrite) -> str:
    """Return the wished id, or, where other content has it, one derived from the content alone."""
    wish, attempt = one.article.id, 0
    while connection.execute(select(ARTICLES.c.id).where(ARTICLES.c.id == wish)).first():
        attempt += 1
        wish = digest(one.article.content_hash, str(attempt))[:ID_LENGTH]
    return wish


def _place(connection: Connection, path: str, item: str, article_id: str) -> None:
    row = {"path": path, "item": item, "article_id": article_id}
    there = and_(*(ORIGINS.c[name] == value for name, value in row.items()))
    if connection.execute(update(ORIGINS).where(there).values(present=1)).rowcount == 0:
        connection.execute(insert(ORIGINS).values(present=1, **row))


def _settle(connection: Connection, file: FileRead, *, prune: bool) -> list[str]:
    """Record that `file` was read; return the ids of articles that went with their place in it.

    An article is superseded when its place now holds one that is new to the file; it has vanished
    when its place is gone, or went to an article that stood elsewhere in the file before.
    """
    connection.execute(delete(FILES).where(FILES.c.path == file.path))
    contents = ids_of_contents(connection, [content_hash for _, content_hash in file.items])
    now = {(item, contents[content_hash]) for item, content_hash in file.items if content_hash in contents}
    ids_now = {article_id for _, article_id in now}
    rows = connection.execute(select(ORIGINS).where(ORIGINS.c.path == file.path)).all()
    stale = [row for row in rows if (row.item, row.article_id) not in now]
    moved = {row.article_id for row in stale} & ids_now
    retaken = {item for item, article_id in now if article_id not in moved}
    complete = file.fingerprint is not None
    lost = []
    for row in stale:
        there = and_(*(ORIGINS.c[name] == value for name, value in row._mapping.items() if name != "present"))
        superseded = row.present == 1 and row.item in retaken
        if row.article_id in moved or superseded or (complete and prune):
            connection.execute(delete(ORIGINS).where(there))
            lost.append(row.article_id)
        elif complete:
            connection.execute(update(ORIGINS).where(there).values(present=0))
    if complete:
        connection.execute(insert(FILES).values(path=file.path, fingerprint=file.fingerprint, articles=len(file.items)))
    gone = _without_place(connection, lost)
    remove_articles(connection, gone)
    return gone


def _without_place(connection: Connection, ids: Sequence[str]) -> list[str]:
    placed: set[str] = set()
    for chunk in chunks(ids):
        placed.update(connection.execute(select(ORIGINS.c.article_id).where(ORIGINS.c.article_id.in_(chunk))).scalars())
    return [article_id for article_id in dict.fromkeys(ids) if article_id not in placed]


def _add_passages(
    connection: Connection,
    article_id: str,
    passages: Sequence[Passage],
    vectors: Mapping[str, NDArray[np.float32]],
    embedded: Mapping[str, str],
) -> None:
    """Add an article's passages, and vectors of texts that lack one; overwrite given ones that nobody uses."""
    texts = list(dict.fromkeys(passage.text_hash for passage in passages))
    stored = _among(connection, VECTORS, texts)
    given_anew = [text_hash for text_hash in texts if text_hash in stored and text_hash in vectors]
    unused = set(given_anew) - _among(connection, PASSAGES, given_anew)
    for text_hash in unused:
        connection.execute(delete(VECTORS).where(VECTORS.c.text_hash == text_hash))
    rows = []
    for text_hash in texts:
        if text_hash in stored and text_hash not in unused:
            continue
        if text_hash not in vectors:
            raise ValueError(f"expected a vector for every new passage text, got none for {text_hash!r}")
        vector = vector_bytes(vectors[text_hash])
        rows.append({"text_hash": text_hash, "embedded_hash": embedded.get(text_hash, ""), "vector": vector})
    if rows:
        connection.execute(insert(VECTORS), rows)
    if passages:
        connection.execute(insert(PASSAGES), [passage_values(passage, article_id) for passage in passages])


def _among(connection: Connection, table: Table, text_hashes: Sequence[str]) -> set[str]:
    """Return which of these text hashes occur in `table`."""
    found: set[str] = set()
    for chunk in chunks(text_hashes):
        query = select(table.c.text_hash).where(table.c.text_hash.in_(chunk)).distinct()
        found.update(connection.execute(query).scalars())
    return found
