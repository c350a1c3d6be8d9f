"""One ingest under way: files read, articles split, embedded and stored batch by batch.

The outlets that attribution may recognise are the shipped registry and the publishers of the
collection. A publisher may turn up after an article that quotes it; so once the files are in, every
article that mentions a publisher new to the collection is attributed again. What is stored at the
end thus depends on the set of articles, not on their order.

Locking, publishing and reports are `index.building`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from documents.errors import ReadingError
from documents.outlets.lookalikes import lookalike_notice
from documents.outlets.registry import OutletRegistry
from documents.reading import find_files, fingerprint, read_file
from documents.sources import Failure, FileContent, ReadArticle, ReadOptions, SourceFile
from documents.splitting import SPLITTER, split_article
from index.embedding import Encoder
from index.reports import Progress
from index.store import ArticleWrite, FileRead, Store
from index.vectorising import Split, make_vectors, wanted_vectors

BATCH_PASSAGES = 256
"""A batch is embedded and committed once it holds so many passages."""
_BATCH_ARTICLES = 500
"""... or so many articles, or the ends of so many files, where there is little to embed."""
_ARTICLES_AT_ONCE = 10
"""How many articles of one file are looked up together; a batch ends between two such looks."""

_MARKS = re.compile("[\u0300-\u036f]+")  # accents, once a letter is taken apart


@dataclass(slots=True)
class Tally:
    """What has happened so far."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    failures: list[Failure] = field(default_factory=list)
    notices: dict[str, None] = field(default_factory=dict)  # each once, in the order of reading


@dataclass(frozen=True, slots=True)
class _Pending:
    """One article that waits to be stored."""

    path: str
    read: ReadArticle
    siblings: frozenset[str]
    split: Split


@dataclass(slots=True)
class _Batch:
    """What will be embedded and committed together."""

    articles: list[_Pending] = field(default_factory=list)
    files: list[FileRead] = field(default_factory=list)
    contents: set[str] = field(default_factory=set)
    passages: int = 0

    def add(self, one: _Pending, content_hash: str) -> None:
        self.articles.append(one)
        self.contents.add(content_hash)
        self.passages += len(one.split.passages)

    @property
    def is_full(self) -> bool:
        return (
            self.passages >= BATCH_PASSAGES
            or len(self.articles) >= _BATCH_ARTICLES
            or len(self.files) >= _BATCH_ARTICLES
        )


class Ingest:
    """Reads files into a store that the caller opened under the writer lock."""

    def __init__(self, store: Store, encoder: Encoder, options: ReadOptions, tell: Progress, *, prune: bool) -> None:
        self.tally = Tally()
        self.paths: list[str] = []
        self._store, self._encoder, self._options, self._tell, self._prune = store, encoder, options, tell, prune
        self._names = set(store.publishers())
        self._registry = OutletRegistry.load(sorted(self._names))
        self._batch = _Batch()
        self._done = 0
        self._total = 0

    def run(self, paths: Sequence[Path]) -> None:
        """Bring the collection to what the files under `paths` say.

        Raises:
            StoreError: what was reported as stored stays stored.
            EncoderError: likewise.
        """
        self._store.mark_copies()
        sources, failures = find_files(paths)
        self.tally.failures += failures
        self.paths = [str(source.path) for source in sources]
        self._total = len(sources)
        known = self._store.fingerprints(self.paths)
        for source in sources:
            self._file(source, known.get(str(source.path)))
        self._flush()
        if self._prune:
            gone = _gone(paths, self.paths, self._store.paths(), failures)
            if gone:
                self.tally.removed += len(self._store.forget_files(gone))
        attribute_again(self._store, self._encoder, self._tell)

    def _file(self, source: SourceFile, known: tuple[str, int] | None) -> None:
        path = str(source.path)
        try:
            mark = fingerprint(source, self._options)
        except ReadingError as error:
            self._fail(path, FileContent((), (Failure.of(path, error),)))
            return
        if known is not None and known[0] == mark:
            self.tally.unchanged += known[1]
            self._done += 1
            self._tell("unchanged", self._done, self._total, path)
            return
        content = read_file(source, self._options, self._registry)
        for one in content.articles:
            if notice := lookalike_notice(one.article, self._registry):
                self.tally.notices[f"{path}: {notice}"] = None
        self._learn(one.article.outlet for one in content.articles)
        if content.failures:
            self._fail(path, content)
        articles = {(one.item, one.article.content_hash): one for one in reversed(content.articles)}
        self._queue(path, [(content_hash, one) for (_, content_hash), one in reversed(articles.items())])
        complete = mark if not content.failures else None
        self._batch.files.append(FileRead(path, complete, frozenset(articles)))
        if self._batch.is_full:
            self._flush()

    def _fail(self, path: str, content: FileContent) -> None:
        self.tally.failures += content.failures
        if not content.articles:
            self._done += 1
            self._tell("failed", self._done, self._total, path)

    def _learn(self, outlets: Iterable[str | None]) -> None:
        """Let attribution recognise publishers from here on; those read before get it at the end."""
        new = {outlet for outlet in outlets if outlet} - self._names
        if new:
            self._names |= new
            self._registry = OutletRegistry.load(sorted(self._names))

    def _queue(self, path: str, articles: Sequence[tuple[str, ReadArticle]]) -> None:
        siblings = frozenset(content_hash for content_hash, _ in articles)
        earlier = self._store.articles_at(path)
        for start in range(0, len(articles), _ARTICLES_AT_ONCE):
            if self._batch.is_full:
                self._flush()
            some = articles[start : start + _ARTICLES_AT_ONCE]
            stored = self._store.stored_contents([content_hash for content_hash, _ in some])
            for content_hash, one in some:
                is_new = content_hash not in stored and content_hash not in self._batch.contents
                passages = split_article(one.article, self._registry) if is_new else []
                split = Split(one.article, passages, earlier.get(one.item))
                self._batch.add(_Pending(path, one, siblings, split), content_hash)

    def _flush(self) -> None:
        """Embed and commit what was gathered."""
        batch = self._batch
        if batch.passages:
            self._store.adopt(self._encoder.identity, SPLITTER)
        wanted = wanted_vectors(self._store, [one.split for one in batch.articles])
        vectors = make_vectors(self._encoder, wanted, lambda done, total: self._tell("embed", done, total, ""))
        writes = [
            ArticleWrite(
                article=one.read.article,
                item=one.read.item,
                path=one.path,
                passages=one.split.passages,
                vectors={p.text_hash: vectors[p.text_hash] for p in one.split.passages if p.text_hash in vectors},
                embedded=wanted.embedded,
                siblings=one.siblings,
            )
            for one in batch.articles
        ]
        if writes or batch.files:
            result = self._store.write(writes, batch.files, prune=self._prune)
            self.tally.added += result.count("added")
            self.tally.updated += result.count("updated")
            self.tally.unchanged += result.count("unchanged")
            self.tally.removed += len(result.removed)
        self._batch = _Batch()
        for file in batch.files:
            if file.items or file.fingerprint:  # one that failed as a whole was told already
                self._done += 1
                self._tell("stored", self._done, self._total, file.path)


def attribute_again(store: Store, encoder: Encoder, tell: Progress) -> int:
    """Return how many stored articles got other passages because the collection's publishers changed.

    Killed on the way, the next ingest or rebuild does it again: the names are recorded last.
    """
    names = store.publishers()
    changed = set(names) ^ set(store.known_outlets())
    if not changed:
        return 0
    shipped = OutletRegistry.load()
    keys = [_key(name) for name in changed if shipped.resolve(name) != name]
    count = 0
    if keys:
        registry = OutletRegistry.load(names)
        batch: list[Split] = []
        total, done = store.counts().articles, 0
        for page in store.iter_articles():
            for article in page:
                done += 1
                folded = _fold(article.text)
                if not any(key in folded for key in keys):
                    continue
                passages = split_article(article, registry)
                if passages != store.passages_of(article.id):
                    count += 1
                    batch.append(Split(article, passages, article.id))
                if sum(len(one.passages) for one in batch) >= BATCH_PASSAGES:
                    _replace(store, encoder, batch)
                    batch = []
            tell("attribute", done, total, "")
        _replace(store, encoder, batch)
    store.set_known_outlets(names)
    return count


def _replace(store: Store, encoder: Encoder, batch: Sequence[Split]) -> None:
    if not batch:
        return
    store.adopt(encoder.identity, SPLITTER)
    wanted = wanted_vectors(store, batch)
    vectors = make_vectors(encoder, wanted)
    store.replace_passages([ArticleWrite(one.article, "", "", one.passages, vectors, wanted.embedded) for one in batch])


def _key(name: str) -> str:
    """Return the longest word of a name, folded: no text mentions the name without it."""
    return max(_fold(name).split(), key=len, default="")


def _fold(text: str) -> str:
    return _MARKS.sub("", unicodedata.normalize("NFKD", text.casefold()))


def _gone(paths: Sequence[Path], found: Sequence[str], stored: Sequence[str], failures: Sequence[Failure]) -> list[str]:
    """Return the stored files that lay in the given folders and are not there any more.

    A folder that is not there, or a part of one that could not be looked into, says nothing about
    what lies in it: nothing of it counts as gone.
    """
    roots = [path.resolve() for path in paths if path.is_dir()]
    unseen = [Path(failure.path) for failure in failures]
    here = set(found)
    return [
        path
        for path in stored
        if path not in here
        and any(Path(path).is_relative_to(root) for root in roots)
        and not any(Path(path).is_relative_to(place) for place in unseen)
    ]
