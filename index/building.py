"""Filling the collection: ingest, remove, rebuild, each under the writer lock, each safe to kill.

Whatever was reported as stored is committed; running the same command again finishes what was
interrupted. After each, a new generation is published where one is due: always by a rebuild, else
when `index.generations.should_publish` says so. Reading files is `documents.reading`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from documents.articles import Passage
from documents.errors import GenerationError, RequestError, StoreError
from documents.outlets.registry import OutletRegistry
from documents.sources import ReadOptions
from documents.splitting import SPLITTER, embedded_text, split_article
from index.embedding import Encoder, EncoderIdentity, LazyEncoder, identity_if_known
from index.generations import publish, should_publish
from index.ingesting import BATCH_PASSAGES, Ingest, attribute_again
from index.locking import writer_lock
from index.remembering import without_memory
from index.reports import IngestReport, Progress, RebuildReport
from index.store import Store
from index.vectorising import Wanted, make_vectors

__all__ = ["IngestReport", "Progress", "RebuildReport", "ingest", "rebuild", "remove"]


def ingest(
    home: Path,
    paths: Sequence[Path],
    *,
    options: ReadOptions,
    encoder: Encoder,
    store_url: str | None = None,
    index_url: str | None = None,
    prune: bool = False,
    progress: Progress | None = None,
) -> IngestReport:
    """Bring the collection in `home` to what the files under `paths` say, and return what was done.

    An unchanged file is not parsed, an unchanged article not embedded: with nothing new, `encoder`
    is never asked for a vector. One bad file does not stop the others.

    Args:
        home: The collection's folder; made where there is none.
        paths: Files and folders.
        options: How files are read.
        encoder: Must be the one that made the collection's vectors.
        store_url: SQLAlchemy URL of the truth, instead of a file in `home`.
        index_url: URL of a Chroma server, instead of a folder in `home`.
        prune: Also remove articles whose files under the given folders are gone, or that are gone
            from their file, and that stand nowhere else.
        progress: Told each file after the commit that holds it, and more.

    Raises:
        EncoderMismatch: the collection was made with another encoder or splitter.
        EncoderError: the encoder cannot be loaded or run.
        StoreError: or one of its kinds, such as StoreBusy.
    """
    started = time.monotonic()
    tell, encoder = progress or _silent, without_memory(encoder)
    with writer_lock(home, "ingest"), _opened(home, store_url, create=True) as store:
        store.check_maker(_what_is_known_of(encoder), SPLITTER)
        work = Ingest(store, encoder, options, tell, prune=prune)
        work.run(paths)
        notices = (*work.tally.notices, *_publish_if_due(home, store, index_url, tell))
        return IngestReport(
            added=work.tally.added,
            updated=work.tally.updated,
            unchanged=work.tally.unchanged,
            removed=work.tally.removed,
            passages=store.counts().passages,
            outlets=len(store.outlet_names()),
            failures=tuple(work.tally.failures),
            duplicates=tuple(store.duplicates(work.paths)),
            notices=notices,
            seconds=time.monotonic() - started,
        )


def remove(
    home: Path,
    article_ids: Sequence[str],
    *,
    store_url: str | None = None,
    index_url: str | None = None,
    progress: Progress | None = None,
) -> int:
    """Return how many articles were removed, with their passages and vectors; all of them or none.

    The files they were read from stay: as long as they are there, ingesting them again brings the
    articles back.

    Args:
        home: The collection's folder.
        article_ids: Ids, or unique beginnings of 6 or more digits.
        store_url: As for `ingest`.
        index_url: As for `ingest`.
        progress: Told how far a new generation is, when one is due.

    Raises:
        RequestError: there is no such article.
        StoreError: or one of its kinds.
    """
    with writer_lock(home, "remove"), _opened(home, store_url) as store:
        if not store.exists and article_ids:
            raise RequestError(f"expected the id of a stored article, got {article_ids[0]!r}; nothing is stored yet")
        count = store.remove(article_ids)
        if store.exists:
            _publish_if_due(home, store, index_url, progress or _silent)
        return count


def rebuild(
    home: Path,
    *,
    encoder: Encoder,
    store_url: str | None = None,
    index_url: str | None = None,
    progress: Progress | None = None,
) -> RebuildReport:
    """Make passages, vectors and index what the current splitter and `encoder` give; return what was done.

    Splits anew only when another splitter made the passages, embeds anew only what the encoder has
    not embedded, and always publishes a generation. Until everything is embedded the collection stays
    as it was and answers; a rebuild that was killed goes on where it was.

    Raises:
        EncoderError: the encoder cannot be loaded or run.
        GenerationError: the index cannot be built; passages and vectors are stored all the same.
        StoreError: or one of its kinds.
    """
    started = time.monotonic()
    tell, encoder = progress or _silent, without_memory(encoder)
    with writer_lock(home, "rebuild"), _opened(home, store_url) as store:
        if not store.exists:
            raise StoreError(f"expected a collection to rebuild in {home}, got none; ingest articles first")
        identity = encoder.identity
        split = store.splitter() not in (None, SPLITTER)
        encoder_changed = store.encoder_identity() not in (None, identity)
        embedded = 0
        if split or encoder_changed:
            embedded = _renew(store, encoder, tell, split=split, everything=encoder_changed)
        attribute_again(store, encoder, tell)
        store.mark_copies()
        generation = publish(home, store, index_url=index_url, progress=_steps(tell))
        counts = store.counts()
        return RebuildReport(
            articles=counts.articles,
            passages=counts.passages,
            embedded=embedded,
            split=split,
            encoder_changed=encoder_changed,
            generation=generation.manifest.id,
            seconds=time.monotonic() - started,
        )


def _renew(store: Store, encoder: Encoder, tell: Progress, *, split: bool, everything: bool) -> int:
    """Set new vectors aside in small commits, then swap them and new passages in; return how many were made."""
    names = store.publishers()
    registry = OutletRegistry.load(names)
    store.begin_staging(encoder.identity)
    total, done, embedded, wanted = store.counts().articles, 0, 0, Wanted()

    def set_aside() -> int:
        store.stage(make_vectors(encoder, wanted), wanted.embedded)
        return len(wanted.texts)

    for page in store.iter_articles(batch=50):
        for article in page:
            passages = split_article(article, registry) if split else store.passages_of(article.id)
            hashes = [passage.text_hash for passage in passages]
            there = store.staged_texts(hashes) | (set() if everything else set(store.embedded_hashes(hashes)))
            for passage in passages:
                if passage.text_hash not in there:
                    wanted.add(passage.text_hash, embedded_text(article, passage))
            done += 1
            if len(wanted.texts) >= BATCH_PASSAGES:
                embedded += set_aside()
                wanted = Wanted()
                tell("embed", done, total, "")
    embedded += set_aside()
    tell("embed", done, total, "")

    def new_passages() -> Iterator[tuple[str, Sequence[Passage]]]:
        for page in store.iter_articles():
            for article in page:
                passages = split_article(article, registry)
                if passages != store.passages_of(article.id):
                    yield article.id, passages

    store.swap(new_passages() if split else (), encoder.identity, SPLITTER)
    if split:
        store.set_known_outlets(names)
    return embedded


def _what_is_known_of(encoder: Encoder) -> EncoderIdentity | str:
    """Return its identity when that takes no loading, else its name."""
    known = identity_if_known(encoder)
    return encoder.name if known is None and isinstance(encoder, LazyEncoder) else encoder.identity


@contextmanager
def _opened(home: Path, store_url: str | None, *, create: bool = False) -> Iterator[Store]:
    store = Store.open(home, store_url, create=create)
    try:
        yield store
    finally:
        store.close()


def _publish_if_due(home: Path, store: Store, index_url: str | None, tell: Progress) -> tuple[str, ...]:
    """Publish when it is due; return what to tell when that failed: what is stored is answered from all the same."""
    try:
        if should_publish(home, store, index_url):
            publish(home, store, index_url=index_url, progress=_steps(tell))
    except GenerationError as error:
        return (f"Everything is stored, but no new index could be published: {error}.",)
    return ()


def _steps(tell: Progress) -> Callable[[str, int, int], None]:
    return lambda step, done, total: tell(step, done, total, "")


def _silent(stage: str, done: int, total: int, detail: str) -> None:
    """Tell nobody."""
