"""Which passage texts need a vector, and making those vectors. Nothing here stores anything.

One vector per distinct passage text. The embedded text carries headline, outlet, date and neighbours
of the first article that stored the passage; where another article has the same passage, its context
does not count. Only when the sole owner of a text changes around it is the vector made anew.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from documents.articles import Article, Passage, digest
from documents.splitting import embedded_text
from index.embedding import Encoder
from index.store import Store

ENCODE_AT_ONCE = 256
"""Passages handed to the encoder in one call; what is told of progress is told between calls."""


@dataclass(slots=True)
class Wanted:
    """Texts to embed: text hash -> what to embed, and the hash of that."""

    texts: dict[str, str] = field(default_factory=dict)
    embedded: dict[str, str] = field(default_factory=dict)

    def add(self, text_hash: str, text: str) -> None:
        """Want a vector of `text` for the passages with `text_hash`; the first to want it decides."""
        if text_hash not in self.texts:
            self.texts[text_hash] = text
            self.embedded[text_hash] = digest(text)


@dataclass(frozen=True, slots=True)
class Split:
    """An article with its passages, and the id of the stored article it will replace, if any."""

    article: Article
    passages: Sequence[Passage]
    replaces: str | None = None


def wanted_vectors(store: Store, batch: Sequence[Split]) -> Wanted:
    """Return the texts of `batch` that must be embedded before it can be stored."""
    stored = store.embedded_hashes([passage.text_hash for one in batch for passage in one.passages])
    wanted = Wanted()
    stale: dict[str, list[tuple[str, str]]] = {}
    for one in batch:
        for passage in one.passages:
            text_hash = passage.text_hash
            if text_hash not in stored:
                wanted.add(text_hash, embedded_text(one.article, passage))
            elif one.replaces is not None:
                text = embedded_text(one.article, passage)
                if digest(text) != stored[text_hash]:
                    stale.setdefault(text_hash, []).append((one.replaces, text))
    owners = store.owners(list(stale))
    for text_hash, claims in stale.items():
        for article_id, text in claims:
            if owners.get(text_hash) == {article_id}:
                wanted.add(text_hash, text)
    return wanted


def make_vectors(
    encoder: Encoder, wanted: Wanted, tell: Callable[[int, int], None] = lambda done, total: None
) -> dict[str, NDArray[np.float32]]:
    """Return text hash -> unit vector for everything in `wanted`; tells how many of how many are done.

    Raises:
        EncoderError: the model cannot be loaded or run.
    """
    hashes = list(wanted.texts)
    vectors: dict[str, NDArray[np.float32]] = {}
    for start in range(0, len(hashes), ENCODE_AT_ONCE):
        chunk = hashes[start : start + ENCODE_AT_ONCE]
        rows = encoder.encode([wanted.texts[text_hash] for text_hash in chunk])
        vectors.update(zip(chunk, rows, strict=True))
        tell(len(vectors), len(hashes))
    return vectors
