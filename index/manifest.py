"""What a generation says of itself, and which one is current: its manifest and the pointer, both small files.

The manifest holds a hash of every file, so damage is found before any native library meets it, and
a checksum of its own. The pointer is one line, replaced by one rename. Building and opening
generations are `index.generations` and `index.opening`.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from documents.errors import GenerationError
from index.embedding import EncoderIdentity

FORMAT = 1
"""Version of a generation's files; one of another version is rebuilt."""

FOLDER = "generations"
POINTER = "CURRENT"
MANIFEST = "manifest.json"

_ID = re.compile(r"[0-9a-f]{16}")
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation holds.

    Attributes:
        id: 16 hex digits, also its folder's name.
        upto_seq: Every passage whose `seq` is not above this is in it.
        revision: The truth's revision when it was built; a truth that is behind it is another one.
        passages: Documents in the lexical index.
        texts: Vectors, one per distinct passage text.
        languages: Of its passages (ISO 639-1); None among them when some state none.
        encoder: Whose vectors they are; None when there was nothing to embed.
        splitter: Identity of the splitting that made the passages.
        server: URL of the Chroma server that holds the vectors, or None when they lie in the folder.
        collection: Their collection's name on that server.
        files: Path inside the folder -> (size in bytes, BLAKE2b hash).
    """

    id: str
    upto_seq: int
    revision: int
    passages: int
    texts: int
    languages: tuple[str | None, ...]
    encoder: EncoderIdentity | None
    splitter: str | None
    server: str | None = None
    collection: str | None = None
    files: Mapping[str, tuple[int, str]] = field(default_factory=dict)


def generations_folder(home: Path) -> Path:
    """Return the folder that holds the generations of `home`."""
    return home / FOLDER


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write `manifest` into its generation's `folder`, with a checksum."""
    content = {"format": FORMAT, **asdict(manifest)}
    text = json.dumps({**content, "checksum": _checksum(content)}, indent=1, sort_keys=True)
    (folder / MANIFEST).write_text(text, encoding="utf-8")


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest of the generation in `folder`.

    Raises:
        GenerationError: it is missing, damaged or of another version.
    """
    try:
        content = json.loads((folder / MANIFEST).read_bytes())
        stated, version = content.pop("checksum"), content.pop("format")
        if stated != _checksum({"format": version, **content}):
            raise GenerationError(f"expected an unchanged {MANIFEST}, got one whose checksum differs")
        if version != FORMAT:
            raise GenerationError(f"expected an index of format {FORMAT}, got {version!r}")
        return _manifest(content)
    except FileNotFoundError:
        raise GenerationError(f"expected {MANIFEST}, got no such file") from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise GenerationError(f"expected a readable {MANIFEST}, got {type(error).__name__}") from None


def _manifest(content: dict[str, Any]) -> Manifest:
    encoder = content.pop("encoder")
    files = {str(path): (int(size), str(digest)) for path, (size, digest) in content.pop("files").items()}
    return Manifest(
        **{**content, "languages": tuple(content["languages"])},
        encoder=EncoderIdentity(**encoder) if encoder else None,
        files=files,
    )


def _checksum(content: Mapping[str, Any]) -> str:
    plain = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.blake2b(plain.encode("utf-8"), digest_size=16).hexdigest()


def file_hash(path: Path) -> tuple[int, str]:
    """Return a file's size in bytes and BLAKE2b hash (32 hex digits)."""
    digest, size = hashlib.blake2b(digest_size=16), 0
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
            size += len(block)
    return size, digest.hexdigest()


def copy_verified(source: Path, target: Path, expected: tuple[int, str]) -> None:
    """Copy a file, reading it once, and check that it is the one expected.

    Raises:
        GenerationError: it is missing, cannot be read, or differs.
    """
    digest, size = hashlib.blake2b(digest_size=16), 0
    try:
        with source.open("rb") as file, target.open("wb") as copy:
            while block := file.read(_BLOCK):
                digest.update(block)
                size += len(block)
                copy.write(block)
    except FileNotFoundError:
        raise GenerationError(f"expected the file {source.name}, got no such file") from None
    except OSError as error:
        raise GenerationError(f"expected to copy {source.name}, got {error.strerror or error}") from None
    check_file(source.name, (size, digest.hexdigest()), expected)


def check_file(name: str, found: tuple[int, str], expected: tuple[int, str]) -> None:
    """Raise a `GenerationError` unless size and hash of the file are the expected ones."""
    if found[0] != expected[0]:
        raise GenerationError(f"expected {name} with {expected[0]} bytes, got {found[0]}")
    if found[1] != expected[1]:
        raise GenerationError(f"expected {name} unchanged, got other content")


def read_pointer(home: Path) -> str | None:
    """Return the id of the current generation, or None when none was ever published.

    Raises:
        GenerationError: the pointer is damaged.
    """
    raw = pointer_bytes(home)
    if raw is None:
        return None
    text = raw[:64].decode("ascii", errors="replace").strip()
    if not _ID.fullmatch(text):
        raise GenerationError(f"expected {POINTER} to name a generation, got {text[:20]!r}")
    return text


def pointer_bytes(home: Path) -> bytes | None:
    """Return the pointer file's bytes, or None where there is none; cheap, for noticing a change."""
    try:
        return (generations_folder(home) / POINTER).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        return f"! {error.errno}".encode()  # a folder or an unreadable file in its place: damaged, like garbage


def write_pointer(home: Path, generation_id: str) -> None:
    """Make `generation_id` the current generation by one rename that survives a power cut."""
    root = generations_folder(home)
    draft = root / f".{POINTER}.new"
    draft.write_text(f"{generation_id}\n", encoding="ascii")
    sync(draft)
    draft.replace(root / POINTER)
    sync(root)


def sync(path: Path) -> None:
    """Wait until a file's content, or a folder's list of names, is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def folders(home: Path) -> list[str]:
    """Return the ids of all generation folders of `home`, whole or not, in no special order."""
    try:
        return [path.name for path in generations_folder(home).iterdir() if _ID.fullmatch(path.name)]
    except OSError:
        return []
