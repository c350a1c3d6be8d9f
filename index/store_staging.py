"""The unfinished rebuild inside the truth: vectors set aside in small steps, then one swap.

Until the swap commits, readers see the old passages and vectors, whole; after it, the new ones. A
rebuild that was killed goes on with what it had set aside.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, delete, exists, func, insert, not_, select, update

from documents.articles import Passage
from index.embedding import EncoderIdentity
from index.store_rows import (
    ENCODER,
    SPLITTER,
    STAGED_FOR,
    chunks,
    identity_json,
    meta,
    passage_values,
    set_meta,
    vector_bytes,
)
from index.store_writing import drop_orphaned_vectors, drop_passages
from index.tables import PASSAGES, STAGED, VECTORS


def begin_staging(connection: Connection, encoder: EncoderIdentity) -> None:
    """Keep what is set aside if it was made by `encoder`; else start afresh."""
    wanted = identity_json(encoder)
    if meta(connection, STAGED_FOR) != wanted:
        connection.execute(delete(STAGED))
        set_meta(connection, STAGED_FOR, wanted)


def staged_texts(connection: Connection, text_hashes: Sequence[str]) -> set[str]:
    """Return which of these texts have a vector set aside."""
    found: set[str] = set()
    for chunk in chunks(text_hashes):
        found.update(connection.execute(select(STAGED.c.text_hash).where(STAGED.c.text_hash.in_(chunk))).scalars())
    return found


def stage(connection: Connection, vectors: Mapping[str, NDArray[np.float32]], embedded: Mapping[str, str]) -> None:
    """Set vectors aside."""
    rows = [
        {"text_hash": text_hash, "embedded_hash": embedded.get(text_hash, ""), "vector": vector_bytes(vector)}
        for text_hash, vector in vectors.items()
    ]
    if rows:
        connection.execute(insert(STAGED), rows)


def swap(
    connection: Connection,
    passages: Iterable[tuple[str, Sequence[Passage]]],
    encoder: EncoderIdentity,
    splitter: str,
) -> None:
    """Put the staged vectors and these articles' new passages in place of the old ones.

    Args:
        connection: In a transaction that the caller commits.
        passages: Article id and new passages, for every article that is to be split anew.
        encoder: Made every vector that is stored afterwards.
        splitter: Made every passage that is stored afterwards.

    Raises:
        ValueError: a vector of another encoder would be left, or a passage would have none.
    """
    other_encoder = meta(connection, ENCODER) != identity_json(encoder)
    same_text = STAGED.c.text_hash == VECTORS.c.text_hash
    for name in ("embedded_hash", "vector"):
        fresh = select(STAGED.c[name]).where(same_text).scalar_subquery()
        connection.execute(update(VECTORS).where(exists().where(same_text)).values({name: fresh}))
    columns = ["text_hash", "embedded_hash", "vector"]
    absent = select(STAGED).where(not_(exists().where(same_text)))
    connection.execute(insert(VECTORS).from_select(columns, absent))
    for article_id, new in passages:
        drop_passages(connection, article_id)
        connection.execute(insert(PASSAGES), [passage_values(passage, article_id) for passage in new])
    drop_orphaned_vectors(connection)
    if other_encoder:
        left = select(func.count()).select_from(VECTORS).where(not_(exists().where(same_text)))
        if connection.execute(left).scalar():
            raise ValueError("expected every vector to be made anew before the swap, got some of the old encoder")
    set_meta(connection, ENCODER, identity_json(encoder))
    set_meta(connection, SPLITTER, splitter)
    set_meta(connection, STAGED_FOR, None)
    connection.execute(delete(STAGED))
