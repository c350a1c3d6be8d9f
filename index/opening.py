"""Opening a published generation for reading: what is checked first, and which one is taken.

Every file is compared with the manifest's hash while it is copied into a private folder, so a native
library meets only files that are as they were built, and the published ones never change. A
generation has two parts, vectors and words; each is of use without the other. Building is
`index.generations`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, TypeVar

from documents.errors import GenerationError, GenerationUnreachable
from index.lexical import LexicalIndex
from index.manifest import (
    Manifest,
    check_file,
    copy_verified,
    file_hash,
    folders,
    generations_folder,
    pointer_bytes,
    read_manifest,
    read_pointer,
)
from index.scratch import Scratch, sweep
from index.vectors import DATABASE, VectorIndex, open_folder, open_on_server

if TYPE_CHECKING:  # the process that only tries an index needs no database library
    from index.store import Store

VECTORS_PART = "vectors"
WORDS_PART = "words"

_LINK_ABOVE = 64_000_000
"""Bytes of vectors from which they are linked instead of copied; they are read into memory at once."""

_SizedPart = TypeVar("_SizedPart", VectorIndex, LexicalIndex)


@dataclass(frozen=True, slots=True)
class OpenedGeneration:
    """A generation opened for reading; close it when done.

    Attributes:
        manifest: What it says of itself.
        vectors: Its vectors, or None when they are damaged or away.
        words: Its lexical index, or None when it is damaged.
        troubles: Why a part is None, a clause each.
        unreachable: Whether the vectors are missing only because their server does not answer.
    """

    manifest: Manifest
    vectors: VectorIndex | None
    words: LexicalIndex | None
    troubles: tuple[str, ...]
    unreachable: bool
    scratch: Scratch

    def close(self) -> None:
        """Release the indexes and remove the private copies."""
        try:
            if self.vectors is not None:
                self.vectors.close()
        finally:
            self.scratch.close()


@dataclass(frozen=True, slots=True)
class Opening:
    """What opening found.

    Attributes:
        generation: The generation to search, or None.
        troubles: What is wrong with the current generation, a clause each; empty when all is well.
        pointer: The pointer's bytes as they were when looked at; another value means: look again.
        missing: Whether there is no trace of any generation.
    """

    generation: OpenedGeneration | None
    troubles: tuple[str, ...]
    pointer: bytes | None
    missing: bool

    @property
    def unreachable(self) -> bool:
        """Whether the one trouble is a server that does not answer."""
        return self.generation is not None and self.generation.unreachable and len(self.troubles) == 1


def open_best(home: Path, store: Store, index_url: str | None = None) -> Opening:
    """Return the current generation of `home`, or what is usable in its place; never raises for damage."""
    sweep()
    pointer = pointer_bytes(home)
    if pointer is None:
        # Folders without a pointer belong to a truth that was replaced, or to a first build that was killed.
        return Opening(None, (), None, missing=True)
    troubles: list[str] = []
    current: str | None = None
    try:
        current = read_pointer(home)
    except GenerationError as error:
        troubles.append(str(error))
    for generation_id in [*([current] if current else []), *_by_age(home, current)]:
        try:
            opened = open_generation(home, generation_id, store, index_url)
        except GenerationError as error:
            if generation_id == current:
                troubles.append(str(error))
            continue
        if opened.vectors is None and opened.words is None:
            troubles.extend(opened.troubles if generation_id == current else ())
            opened.close()
            continue
        troubles.extend(opened.troubles)
        return Opening(opened, tuple(troubles), pointer, missing=False)
    return Opening(None, tuple(troubles), pointer, missing=False)


def open_generation(home: Path, generation_id: str, store: Store, index_url: str | None = None) -> OpenedGeneration:
    """Return the generation with this id, if it was built from this truth.

    Raises:
        GenerationError: its manifest cannot be read, or it belongs to another truth or encoder.
    """
    folder = generations_folder(home) / generation_id
    if not folder.is_dir():
        raise GenerationError(f"expected the index folder {generation_id}, got no such folder")
    manifest = read_manifest(folder)
    if manifest.id != generation_id:
        raise GenerationError(f"expected the index {generation_id}, got the files of {manifest.id}")
    identity = store.encoder_identity()
    if manifest.encoder is not None and manifest.encoder != identity:
        found = identity.name if identity else None
        raise GenerationError(f"expected an index made with {found!r}, got one made with {manifest.encoder.name!r}")
    if manifest.revision > store.revision():
        raise GenerationError("expected an index of this collection, got one built from a later state of it")
    return open_parts(folder, manifest, index_url)


def open_parts(folder: Path, manifest: Manifest, index_url: str | None) -> OpenedGeneration:
    """Return both parts of the generation in `folder`, each None with its trouble where it cannot be opened.

    Raises:
        GenerationError: there is no room for private copies.
    """
    scratch = Scratch()
    troubles: list[str] = []
    vectors: VectorIndex | None = None
    words: LexicalIndex | None = None
    unreachable = False
    try:
        vectors = _open_vectors(folder, manifest, index_url, scratch.path)
    except GenerationError as error:
        unreachable = isinstance(error, GenerationUnreachable)
        troubles.append(str(error))
    try:
        words = _open_words(folder, manifest, scratch.path)
    except GenerationError as error:
        troubles.append(str(error))
    return OpenedGeneration(manifest, vectors, words, tuple(troubles), unreachable, scratch)


def _open_vectors(folder: Path, manifest: Manifest, index_url: str | None, scratch: Path) -> VectorIndex:
    if manifest.server is None:
        _materialise(folder, scratch, manifest, VECTORS_PART)
        return _counted(open_folder(scratch / VECTORS_PART), manifest.texts, "vectors")
    if index_url is None or not same_server(index_url, manifest.server):
        # A server that the settings do not name is never contacted.
        raise GenerationError(
            f"expected --index {manifest.server}, where this index has its vectors, got {index_url!r}"
        )
    opened = open_on_server(index_url, manifest.collection or "")
    return _counted(opened, manifest.texts, "vectors")


def _open_words(folder: Path, manifest: Manifest, scratch: Path) -> LexicalIndex:
    _materialise(folder, scratch, manifest, WORDS_PART)
    opened = LexicalIndex.open(scratch / WORDS_PART, manifest.languages)
    return _counted(opened, manifest.passages, "passages")


def _counted(part: _SizedPart, expected: int, what: str) -> _SizedPart:
    found = part.count()
    if found != expected:
        if isinstance(part, VectorIndex):
            part.close()
        raise GenerationError(f"expected {expected} {what} in the index, got {found}")
    return part


def same_server(one: str, other: str) -> bool:
    """Return whether two URLs name the same Chroma server."""
    return one.strip().rstrip("/").lower() == other.strip().rstrip("/").lower()


def check_files(folder: Path, manifest: Manifest) -> list[str]:
    """Return what is wrong with the generation's files, a clause each; reads every byte."""
    wrong: list[str] = []
    for name, expected in sorted(manifest.files.items()):
        try:
            check_file(name, file_hash(folder / name), expected)
        except GenerationError as error:
            wrong.append(str(error))
        except OSError as error:
            wrong.append(f"expected the file {name}, got {error.strerror or error}")
    return wrong


def _materialise(source: Path, scratch: Path, manifest: Manifest, part: str) -> None:
    """Put the files of one part into `scratch`, each checked against the manifest."""
    files = {name: expected for name, expected in manifest.files.items() if PurePosixPath(name).parts[0] == part}
    if not files:
        raise GenerationError(f"expected files of the part {part}, got none")
    linked = part == VECTORS_PART and sum(size for size, _ in files.values()) > _LINK_ABOVE
    for name, expected in files.items():
        target = scratch / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if linked and target.name != DATABASE:
            try:
                check_file(name, file_hash(source / name), expected)
            except OSError as error:
                raise GenerationError(f"expected the file {name}, got {error.strerror or error}") from None
            target.symlink_to((source / name).absolute())
        else:
            copy_verified(source / name, target, expected)


def _by_age(home: Path, current: str | None) -> list[str]:
    """Return the other generations' ids, the one that holds most first."""
    held: list[tuple[int, int, str]] = []
    for generation_id in folders(home):
        if generation_id == current:
            continue
        try:
            manifest = read_manifest(generations_folder(home) / generation_id)
        except GenerationError:
            continue
        held.append((manifest.revision, manifest.upto_seq, generation_id))
    return [generation_id for *_, generation_id in sorted(held, reverse=True)]
