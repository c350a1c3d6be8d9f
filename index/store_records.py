"""What goes into the truth and what comes out of it, as plain frozen values.

Import them from `index.store`. Nothing here touches a database.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from documents.articles import Article, Passage

Status = Literal["added", "updated", "unchanged"]


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage as stored, with what its article says of itself.

    Attributes:
        seq: Grows with every insert and is never reused; a re-stored passage gets a new one.
        passage: The passage; `passage.attribution.outlet` is the originating outlet.
        carrier: The article's own outlet, or None when unknown.
        cluster: Name of the group of near-copies that the article belongs to, or None.
        agency: The news agency that the copies of that group credit, or None.
    """

    seq: int
    passage: Passage
    title: str | None
    url: str | None
    published: str | None
    language: str | None
    author: str | None
    carrier: str | None
    cluster: str | None = None
    agency: str | None = None


@dataclass(frozen=True, slots=True)
class ArticleWrite:
    """One article to store, as it stood at one place.

    Attributes:
        article: Its id is a wish: the store keeps an earlier one or derives another where it must.
        item: "" for a one-article file, else the key inside the file.
        path: The file.
        passages: They partition `article.text`; may be empty when the store has this content already.
        vectors: text_hash -> unit vector, for texts not yet stored (and those to embed anew).
        embedded: text_hash -> hash of the text that was embedded for it; kept beside the vector.
        siblings: Content hashes of all articles of the same file in this reading; an article that is
            among them is never overwritten by another one of that file.
    """

    article: Article
    item: str
    path: str
    passages: Sequence[Passage]
    vectors: Mapping[str, NDArray[np.float32]]
    embedded: Mapping[str, str] = field(default_factory=dict)
    siblings: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class FileRead:
    """A file whose articles are all stored once the write it comes with is committed.

    Attributes:
        path: The file.
        fingerprint: Kept so that the unchanged file is not read again; None when part of it failed.
        items: (item, content hash) of every article in it now.
    """

    path: str
    fingerprint: str | None
    items: frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one `ArticleWrite`; `article_id` is the id under which its content is stored."""

    path: str
    item: str
    article_id: str
    status: Status


@dataclass(frozen=True, slots=True)
class WriteResult:
    """What a committed write did, in the order of its batch, and the ids of articles it removed."""

    outcomes: tuple[Outcome, ...] = ()
    removed: tuple[str, ...] = ()

    def count(self, status: Status) -> int:
        """Return how many writes ended as `status`."""
        return sum(outcome.status == status for outcome in self.outcomes)


@dataclass(frozen=True, slots=True)
class OutletCount:
    """How often an outlet occurs: articles it published, passages quoted from it by others."""

    outlet: str
    articles: int
    quoted_passages: int


@dataclass(frozen=True, slots=True)
class Counts:
    """How much is stored; `texts` counts distinct passage texts, each of which has one vector."""

    articles: int
    passages: int
    texts: int


@dataclass(frozen=True, slots=True)
class Cluster:
    """A group of near-copies.

    Attributes:
        id: Its name: "copy-" and the id of its first article.
        article_ids: Its articles by date, then id.
        agency: The news agency that most of the copies that credit one credit, or None.
    """

    id: str
    article_ids: tuple[str, ...]
    agency: str | None


@dataclass(frozen=True, slots=True)
class Duplicate:
    """One stored article that was read from several places."""

    article_id: str
    paths: tuple[str, ...]
