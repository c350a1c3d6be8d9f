"""The doctor: is the truth sound, is the index whole, is every passage found, what may reach the network.

Reads everything and changes nothing; needs no encoder, since passages are looked for by the vectors
that are stored. Repairing is `index.building` (rebuild) and `index.collection`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from documents.errors import GenerationError, StoreError
from documents.splitting import SPLITTER
from index.embedding import DEFAULT_ENCODER, DOWNLOAD, EncoderIdentity, LazyEncoder
from index.generations import Generation, current_generation, should_publish
from index.opening import check_files, open_best
from index.store import Counts, Store
from index.view import View

FULL_AUDIT = 5_000
"""Up to this many texts, each is looked for; above, about this many, evenly spread."""

_REBUILD = "run: byline rebuild"
_RESTORE = "restore a backup with byline restore, or ingest the articles into another --home"


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and what to do about it."""

    what: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Reach:
    """A host that could be contacted, and why."""

    host: str
    why: str


@dataclass(frozen=True, slots=True)
class HealthReport:
    """What the doctor found.

    Attributes:
        home: The collection's folder.
        articles: How many are stored.
        passages: How many are stored.
        texts: How many distinct passage texts, each with one vector, are stored.
        encoder: Name of the encoder that made the vectors, or None before the first.
        generation: Id of the current generation, or None.
        exact: How many vectors are searched exactly, because no usable generation holds them.
        looked_for: How many texts were looked for by their own vectors: all, or an even sample.
        found: How many of those were found.
        with_words: How many of the stored passages can be found by their words.
        disk_bytes: Space that `home` takes.
        network: The only hosts that could be contacted; empty means nothing reaches the network.
        problems: What is wrong; empty when all is well.
    """

    home: str
    articles: int
    passages: int
    texts: int
    encoder: str | None
    generation: str | None
    exact: int
    looked_for: int
    found: int
    with_words: int
    disk_bytes: int
    network: tuple[Reach, ...]
    problems: tuple[Problem, ...]

    @property
    def healthy(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems

    @property
    def found_share(self) -> float:
        """Share of the texts looked for that were found; 1 when there were none."""
        return self.found / self.looked_for if self.looked_for else 1.0

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain JSON types."""
        return asdict(self) | {
            "found_share": self.found_share,
            "healthy": self.healthy,
            "network": [asdict(reach) for reach in self.network],
            "problems": [asdict(problem) for problem in self.problems],
        }

    def __str__(self) -> str:
        looked = "all" if self.looked_for == self.texts else f"a sample of {self.looked_for}"
        hosts = "; ".join(f"{reach.host} ({reach.why})" for reach in self.network)
        lines = [
            f"Collection: {self.home}, {self.disk_bytes / 1e6:.1f} MB",
            f"Stored: {self.articles} articles, {self.passages} passages, {self.texts} distinct texts",
            f"Encoder: {self.encoder or 'none yet'}",
            f"Index: {self.generation or 'none'}; {self.exact} texts searched exactly beside it",
            f"Found by their own vectors: {self.found} of {self.looked_for} ({looked})",
            f"Found by their words: {self.with_words} of {self.passages}",
            f"May reach the network: {hosts or 'nothing'}",
            *(f"Problem: {problem.what}; {problem.remedy}" for problem in self.problems),
        ]
        return "\n".join(lines if self.problems else [*lines, "All is well."])


@dataclass(frozen=True, slots=True)
class _Audit:
    """What looking for the stored passages gave."""

    exact: int
    looked_for: int
    found: int
    with_words: int
    troubles: tuple[str, ...] = ()
    unreachable: bool = False


def examine(
    home: Path,
    *,
    store_url: str | None = None,
    index_url: str | None = None,
    encoder: str | None = None,
    llm_url: str | None = None,
) -> HealthReport:
    """Return how the collection in `home` is; what is damaged is reported, not raised.

    Args:
        home: The collection's folder, which need not exist.
        store_url: Where the truth is, when it is not in `home`.
        index_url: The Chroma server that keeps the vectors, when they are not in `home`.
        encoder: Name of the encoder that the settings name; None leaves it out of the comparison.
        llm_url: Base URL of the language model that the settings name, if any.
    """
    network = tuple(_network(store_url, index_url, llm_url))
    counts, identity, audit = Counts(0, 0, 0), None, _Audit(0, 0, 0, 0)
    generation: Generation | None = None
    problems: list[Problem] = []
    wrong: list[Problem] = []
    try:
        store = Store.open(home, store_url)
        try:
            problems += [Problem(what.rstrip("."), _RESTORE) for what in store.problems()]
            counts, identity = store.counts(), store.encoder_identity()
            if counts.passages:
                problems += _settings_problems(store, encoder)
                generation, wrong = _generation(home, store, index_url)
                problems += wrong
                audit = _audit(home, store, index_url, counts)
        finally:
            store.close()
    except (StoreError, GenerationError) as error:
        problems.append(Problem(str(error), _RESTORE if isinstance(error, StoreError) else _REBUILD))
    remedy = "start that server, or leave --index out and run: byline rebuild" if audit.unreachable else _REBUILD
    if not wrong:  # else it is said already, file by file
        problems += [Problem(what, remedy) for what in audit.troubles]
    if audit.found < audit.looked_for:
        problems.append(Problem(f"{audit.looked_for - audit.found} texts are not found by their vectors", _REBUILD))
    if audit.with_words < counts.passages and audit.looked_for:
        problems.append(Problem(f"{counts.passages - audit.with_words} passages are not in the word index", _REBUILD))
    return HealthReport(
        home=str(home),
        articles=counts.articles,
        passages=counts.passages,
        texts=counts.texts,
        encoder=identity.name if identity else None,
        generation=generation.manifest.id if generation else None,
        exact=audit.exact,
        looked_for=audit.looked_for,
        found=audit.found,
        with_words=audit.with_words,
        disk_bytes=_disk_bytes(home),
        network=network,
        problems=tuple(problems),
    )


def _settings_problems(store: Store, encoder: str | None) -> Iterator[Problem]:
    made_by, split_by = store.encoder_identity(), store.splitter()
    if encoder is not None and made_by is not None and not _same_encoder(encoder, made_by):
        yield Problem(f"the settings name the encoder {encoder!r}, but {made_by.name!r} made this collection", _REBUILD)
    if split_by != SPLITTER:
        yield Problem(f"an older Byline split these articles ({split_by!r} instead of {SPLITTER!r})", _REBUILD)


def _same_encoder(name: str, made_by: EncoderIdentity) -> bool:
    lazy = LazyEncoder(name)
    if lazy.name == DEFAULT_ENCODER:
        return lazy.identity == made_by  # known without loading
    return made_by.name in (name, lazy.name)


def _generation(home: Path, store: Store, index_url: str | None) -> tuple[Generation | None, list[Problem]]:
    """Return the current generation, and what is wrong with its files."""
    try:
        generation = current_generation(home)
    except GenerationError as error:
        return None, [Problem(str(error), _REBUILD)]
    if generation is None:
        return None, [Problem("there is no search index, so every passage is searched exactly", _REBUILD)]
    wrong = [Problem(what, _REBUILD) for what in check_files(generation.folder, generation.manifest)]
    if not wrong and should_publish(home, store, index_url):
        wrong.append(Problem("the search index lags far behind the articles, or is not where --index says", _REBUILD))
    return generation, wrong


def _audit(home: Path, store: Store, index_url: str | None, counts: Counts) -> _Audit:
    """Look for the stored passages in what a question would search."""
    view = View(open_best(home, store, index_url), store)
    try:
        view.follow()
        step = max(1, -(-counts.texts // FULL_AUDIT))
        seen = looked_for = found = 0
        for hashes, matrix in store.iter_vectors():
            picked = list(range(-seen % step, len(hashes), step))
            seen += len(hashes)
            looked_for += len(picked)
            found += sum(view.finds([hashes[at] for at in picked], matrix[picked]))
        with_words = sum(sum(page) for page in map(view.has_words, store.iter_passages(batch=20_000)))
        return _Audit(view.exact_texts(), looked_for, found, with_words, view.troubles, view.unreachable)
    finally:
        view.retire()


def _network(store_url: str | None, index_url: str | None, llm_url: str | None) -> Iterator[Reach]:
    stated = [(llm_url, "the language model"), (index_url, "the index server"), (store_url, "the database")]
    for url, why in stated:
        parts = urlsplit(url) if url else None
        if parts and parts.hostname:
            yield Reach(f"{parts.hostname}:{parts.port}" if parts.port else parts.hostname, why)
    if os.environ.get(DOWNLOAD) == "1":
        yield Reach("huggingface.co", f"{DOWNLOAD}=1 allows fetching a named encoder")


def _disk_bytes(home: Path) -> int:
    total = 0
    for folder, _, names in os.walk(home):
        for name in names:
            path = Path(folder) / name
            if not path.is_symlink() and path.exists():
                total += path.stat().st_size
    return total
