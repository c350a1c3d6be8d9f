"""Publishing generations: built beside the old one from the truth, tried in a child process, swapped by one rename.

A generation is a folder with the vectors in ChromaDB, a lexical index and a manifest. Building it
embeds nothing. A kill at any moment leaves the old generation current and at most a stray draft,
which the next build removes. The caller holds `index.locking.writer_lock`. Reading is `index.opening`.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from documents.errors import GenerationError
from index.lexical import LexicalIndex
from index.manifest import (
    MANIFEST,
    Manifest,
    file_hash,
    folders,
    generations_folder,
    read_manifest,
    read_pointer,
    sync,
    write_manifest,
    write_pointer,
)
from index.opening import VECTORS_PART, WORDS_PART, same_server
from index.store import Store
from index.vectors import Vectors, build_folder, build_on_server, drop_from_server

Progress = Callable[[str, int, int], None]
"""Told the step ("words", "vectors", "probe" or "swap"), how much of it is done and how much there is."""

SAMPLE_FILE = "probe.npz"
"""Some text hashes and vectors, by which the child process tries the index."""

_DRAFT = ".building-"
_SAMPLE = 256
_LEAST_NEW = 1_000
_PROBE_SECONDS = 60.0
_PROBE_SECONDS_PER_TEXT = 0.002


@dataclass(frozen=True, slots=True)
class Generation:
    """A published index: its folder and what it says of itself."""

    folder: Path
    manifest: Manifest


def current_generation(home: Path) -> Generation | None:
    """Return the generation that the pointer names, or None when none was ever published.

    Raises:
        GenerationError: the pointer or the manifest is damaged.
    """
    generation_id = read_pointer(home)
    if generation_id is None:
        return None
    folder = generations_folder(home) / generation_id
    return Generation(folder, read_manifest(folder))


def should_publish(home: Path, store: Store, index_url: str | None = None) -> bool:
    """Return whether a new generation is due: none is usable, or more than max(1000, 10 %) came or went since."""
    counts = store.counts()
    try:
        generation = current_generation(home)
    except GenerationError:
        return True
    if generation is None:
        return counts.passages > 0
    manifest = generation.manifest
    other_encoder = manifest.encoder is not None and manifest.encoder != store.encoder_identity()
    if other_encoder or manifest.revision > store.revision() or not _right_place(manifest, index_url):
        return True
    added = max(0, store.max_seq() - manifest.upto_seq)
    removed = max(0, manifest.passages + added - counts.passages)
    return added + removed > max(_LEAST_NEW, manifest.passages // 10)


def _right_place(manifest: Manifest, index_url: str | None) -> bool:
    if manifest.server is None or index_url is None:
        return manifest.server is None and index_url is None
    return same_server(manifest.server, index_url)


def publish(home: Path, store: Store, *, index_url: str | None = None, progress: Progress | None = None) -> Generation:
    """Build a generation of everything in `store`, try it, make it current, and return it.

    Args:
        home: Where the generations live.
        store: The truth.
        index_url: A Chroma server to keep the vectors on; None keeps them in the folder.
        progress: Told how far it is.

    Raises:
        GenerationError: it could not be built or did not pass; the old generation stays.
    """
    tell = progress or (lambda step, done, total: None)
    root = generations_folder(home)
    try:
        root.mkdir(parents=True, exist_ok=True)
        _remove_drafts(root, index_url)
        generation_id = secrets.token_hex(8)
        draft = root / f"{_DRAFT}{generation_id}"
        draft.mkdir()
        try:
            manifest = _build(draft, generation_id, store, index_url, tell)
            tell("probe", 0, 1)
            _probe(draft, manifest, index_url)
            tell("swap", 0, 1)
            old = _swap(home, draft, generation_id)
        except BaseException:
            _remove_draft(draft, index_url)
            raise
        _remove_old(home, {generation_id, old}, index_url)
    except OSError as error:
        raise GenerationError(
            f"expected to write an index under {root}, got {error.strerror or error}; make room or check permissions"
        ) from error
    return Generation(root / generation_id, manifest)


def _build(draft: Path, generation_id: str, store: Store, index_url: str | None, tell: Progress) -> Manifest:
    """Write both parts and the manifest into `draft`, and wait until all of it is on the disk."""
    collection = server_collection(generation_id) if index_url else None
    manifest = Manifest(
        id=generation_id,
        upto_seq=store.max_seq(),
        revision=store.revision(),
        passages=0,
        texts=0,
        languages=(),
        encoder=store.encoder_identity(),
        splitter=store.splitter(),
        server=index_url,
        collection=collection,
    )
    words = _build_words(draft / WORDS_PART, store, manifest.upto_seq, tell)
    sample = _Sample(store.counts().texts)
    vectors = _vectors(store, manifest.upto_seq, sample, tell)
    if index_url and collection:
        texts = build_on_server(index_url, collection, vectors)
    else:
        (draft / VECTORS_PART).mkdir()
        texts = build_folder(draft / VECTORS_PART, vectors)
    sample.save(draft / SAMPLE_FILE)
    readable = draft.stat().st_mode & 0o666
    for path in draft.rglob("*"):
        if path.is_file():
            path.chmod(readable)  # whoever may read the folder may search it, whatever a library made its files
    files = {path.relative_to(draft).as_posix(): file_hash(path) for path in sorted(draft.rglob("*")) if path.is_file()}
    manifest = replace(
        manifest,
        passages=words.count(),
        texts=texts,
        languages=tuple(sorted(words.languages, key=str)),
        files=files,
    )
    write_manifest(draft, manifest)
    for path in sorted(draft.rglob("*"), reverse=True):
        sync(path)
    sync(draft)
    return manifest


def _build_words(folder: Path, store: Store, upto: int, tell: Progress) -> LexicalIndex:
    folder.mkdir()
    words = LexicalIndex.create(folder)
    total, done = store.counts().passages, 0
    for page in store.iter_passages():
        held = [stored for stored in page if stored.seq <= upto]
        words.add(held)
        done += len(held)
        tell("words", done, total)
        if len(held) < len(page):
            break
    words.finish()
    for lock in folder.glob(".*.lock"):
        lock.unlink()
    return words


def _vectors(store: Store, upto: int, sample: _Sample, tell: Progress) -> Iterator[Vectors]:
    done = 0
    for hashes, matrix in store.iter_vectors(upto=upto):
        sample.see(hashes, matrix)
        yield hashes, matrix
        done += len(hashes)
        tell("vectors", done, sample.total)


class _Sample:
    """Evenly spread texts with their vectors, at most `_SAMPLE` of about `total`."""

    def __init__(self, total: int) -> None:
        self.total = total
        self._step = max(1, -(-total // _SAMPLE))
        self._seen = 0
        self._hashes: list[str] = []
        self._rows: list[np.ndarray] = []

    def see(self, hashes: list[str], matrix: np.ndarray) -> None:
        for at in range(-self._seen % self._step, len(hashes), self._step):
            self._hashes.append(hashes[at])
            self._rows.append(matrix[at])
        self._seen += len(hashes)

    def save(self, path: Path) -> None:
        matrix = np.stack(self._rows) if self._rows else np.zeros((0, 0), dtype=np.float32)
        np.savez(path, hashes=np.array(self._hashes, dtype="U64"), vectors=matrix)


def _probe(draft: Path, manifest: Manifest, index_url: str | None) -> None:
    """Open and search the draft in a child process, which may die of it in our place."""
    command = [sys.executable, "-P", "-m", "index.probe", str(draft), *([index_url] if index_url else [])]
    own = str(Path(__file__).resolve().parents[1])
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [own, os.environ.get("PYTHONPATH")]))}
    limit = _PROBE_SECONDS + _PROBE_SECONDS_PER_TEXT * manifest.texts
    try:
        child = subprocess.run(  # noqa: S603 - our own interpreter and module
            command, env=environment, capture_output=True, text=True, timeout=limit, check=False
        )
    except subprocess.TimeoutExpired:
        raise GenerationError(
            f"expected the new index to open within {limit:.0f} s, got no answer; the old one stays"
        ) from None
    if child.returncode < 0:
        raise GenerationError(
            f"expected the new index to open, got signal {-child.returncode} where it was tried; the old one stays"
        )
    if child.returncode:
        reason = (child.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise GenerationError(f"expected the new index to find its own passages, got: {reason}; the old one stays")
    found = json.loads(child.stdout)
    if (found["texts"], found["passages"]) != (manifest.texts, manifest.passages):
        raise GenerationError(f"expected {manifest.texts} texts and {manifest.passages} passages, got {found!r}")


def _swap(home: Path, draft: Path, generation_id: str) -> str | None:
    """Give the draft its name, point at it, and return the id of the generation that was current."""
    root = generations_folder(home)
    try:
        old = read_pointer(home)
    except GenerationError:
        old = None
        if (root / "CURRENT").is_dir():
            shutil.rmtree(root / "CURRENT")
    draft.rename(root / generation_id)
    sync(root)
    write_pointer(home, generation_id)
    return old


def server_collection(generation_id: str) -> str:
    """Return the name of a generation's collection on a Chroma server."""
    return f"byline-{generation_id}"


def _remove_old(home: Path, kept: set[str | None], index_url: str | None) -> None:
    """Remove every generation but the kept ones, first taking away its name, so that half of one is never met."""
    root = generations_folder(home)
    for generation_id in folders(home):
        if generation_id not in kept:
            draft = root / f"{_DRAFT}{generation_id}"
            (root / generation_id).rename(draft)
            _remove_draft(draft, index_url)


def _remove_drafts(root: Path, index_url: str | None) -> None:
    for draft in root.glob(f"{_DRAFT}*"):
        _remove_draft(draft, index_url)


def _remove_draft(draft: Path, index_url: str | None) -> None:
    if index_url and not (draft / VECTORS_PART).exists():
        with suppress(GenerationError):  # a collection left on a server that is away costs room, nothing else
            drop_from_server(index_url, server_collection(draft.name.removeprefix(_DRAFT)))
    (draft / MANIFEST).unlink(missing_ok=True)
    shutil.rmtree(draft, ignore_errors=True)
