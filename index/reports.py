"""What ingest and rebuild say of themselves: to a caller while they run, and when they end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from documents.sources import Failure
from index.store import Duplicate


class Progress(Protocol):
    """Told how far a long operation is."""

    def __call__(self, stage: str, done: int, total: int, detail: str) -> None:
        """Take one step.

        Args:
            stage: Of an ingest: "unchanged", "failed" or "stored" (`detail` is a file; it is called
                after the commit that holds all of it), "embed" (`done` and `total` count passages of
                the current batch), "attribute" (articles looked through again); of a rebuild "embed"
                (articles); of both, what `index.generations.publish` tells.
            done: How many of `total` are behind us; files unless said otherwise.
            total: How many there are.
            detail: What it is about, or "".
        """
        ...


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What an ingest did. Each article found counts once, as added, updated or unchanged.

    Attributes:
        added: Articles new to the collection.
        updated: Articles that replaced their earlier version.
        unchanged: Articles stored already, copies of one just added among them.
        removed: Articles that went, because their file or their place in it is gone or taken over.
        passages: How many passages the collection holds now.
        outlets: How many outlets originate or carry something in it now.
        failures: Every file, or article inside one, that could not be read.
        duplicates: Articles that stand in several places, one of them read now.
        notices: Plain sentences about what else the reader should know.
        seconds: How long it took.
    """

    added: int
    updated: int
    unchanged: int
    removed: int
    passages: int
    outlets: int
    failures: tuple[Failure, ...]
    duplicates: tuple[Duplicate, ...]
    notices: tuple[str, ...]
    seconds: float

    @property
    def nothing_read(self) -> bool:
        """Whether something was to be read and nothing could be."""
        return bool(self.failures) and not (self.added or self.updated or self.unchanged)

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain JSON types."""
        return {
            "articles": {
                "added": self.added,
                "updated": self.updated,
                "unchanged": self.unchanged,
                "removed": self.removed,
                "failed": len(self.failures),
            },
            "passages": self.passages,
            "outlets": self.outlets,
            "failures": [{"path": one.path, "line": one.line, "reason": one.reason} for one in self.failures],
            "duplicates": [{"article_id": one.article_id, "paths": list(one.paths)} for one in self.duplicates],
            "notices": list(self.notices),
            "seconds": round(self.seconds, 3),
        }


@dataclass(frozen=True, slots=True)
class RebuildReport:
    """What a rebuild did.

    Attributes:
        articles: How many articles the collection holds.
        passages: How many passages it holds.
        embedded: How many passage texts were embedded.
        split: Whether the articles were split anew, because another splitter had made the passages.
        encoder_changed: Whether every vector was made anew, because another encoder had made them.
        generation: Id of the published generation.
        seconds: How long it took.
    """

    articles: int
    passages: int
    embedded: int
    split: bool
    encoder_changed: bool
    generation: str
    seconds: float

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain JSON types."""
        return {
            "articles": self.articles,
            "passages": self.passages,
            "embedded": self.embedded,
            "split": self.split,
            "encoder_changed": self.encoder_changed,
            "generation": self.generation,
            "seconds": round(self.seconds, 3),
        }
