"""Zip archives: every file in one that is read at all, as if it stood in a folder, and never written anywhere.

Names inside, whatever they are, only label what was found. What an archive unpacks to is bounded by
what it says before a byte is unpacked; the unpacking itself then keeps to that. An archive in an
archive is read, one in that is not.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import BinaryIO

from documents.errors import ReadingError
from documents.formats.items import Item, ReadInner, inside
from documents.manifest import NAMES, manifest_rows
from documents.sources import KINDS, ReadOptions, kind_of

MAX_ENTRIES = 20_000
"""Files in one archive."""
MAX_RATIO = 100
"""Bytes of one file for each byte it is packed into; news comes to twenty at most."""
MAX_RATIO_OF_ALL = 50
_FREE = 1_000_000
"""Bytes that a file may unpack to before the ratio counts."""
_FREE_OF_ALL = 50_000_000
_LONGEST_DIRECTORY = 16_000_000
_PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENDS = struct.Struct("<4s4H2LH")
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError)
_FAULTS = (*_BROKEN, struct.error, ValueError, NotImplementedError, RuntimeError)
_STREAMED = frozenset({"lines", "table", "warc"})
_NO_ARTICLE = re.compile(
    r"(?:^|/)(?:\.(?!\.?/)|__MACOSX/|readme[^/]*$|(?:licen[cs]e|copying|notice|changelog|contributing|authors)(?:\.[^/]*)?$)",
    re.IGNORECASE,
)


def read_zip(handle: BinaryIO, options: ReadOptions, read: ReadInner) -> Iterator[Item | ReadingError]:
    """Yield the articles of every file in an archive; one that cannot be read stops none of the others.

    Args:
        handle: The archive, seekable.
        options: `max_bytes` is the largest file that is read whole.
        read: Reads one file, in the archive's place.

    Raises:
        ReadingError: with code ``damaged``, ``bomb``, ``too-many`` or ``no-articles``.
    """
    size = handle.seek(0, io.SEEK_END)
    _check_directory(handle, size)
    try:
        archive = zipfile.ZipFile(handle)
    except _FAULTS as error:
        raise _damaged(error) from None
    with archive:
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
        _check_sizes(entries, size)
        wanted = [entry for entry in entries if kind_of(entry.filename) and not _NO_ARTICLE.search(entry.filename)]
        rows, manifests = _manifest(archive, wanted)
        wanted = [entry for entry in wanted if entry.filename not in manifests]
        if not wanted:
            raise ReadingError(
                f"expected an archive with files that can be read ({', '.join(KINDS)}), got {len(entries):,} others",
                code="no-articles",
            )
        for entry in wanted:
            found = _entry(archive, entry, options, read)
            yield from inside(entry.filename, found, rows.get(entry.filename))


def _entry(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, options: ReadOptions, read: ReadInner
) -> Iterator[Item | ReadingError]:
    """Yield what is in one file of an archive.

    Raises:
        ReadingError: with code ``encrypted``, ``bomb``, ``too-large``, ``damaged`` or ``unsupported``.
    """
    if entry.flag_bits & 0x1:
        raise ReadingError("expected a file without password, got an encrypted one; unpack it", code="encrypted")
    if entry.compress_type not in _PACKINGS:
        raise ReadingError("expected a stored or deflated file, got another packing; pack it anew", code="unsupported")
    is_packed_twice = kind_of(entry.filename) == "zip"  # which makes nothing smaller, but for attacks
    if entry.file_size > (2 * entry.compress_size if is_packed_twice else max(_FREE, MAX_RATIO * entry.compress_size)):
        raise _bomb(entry.file_size, entry.compress_size)
    is_streamed = kind_of(entry.filename) in _STREAMED
    if entry.file_size > options.max_bytes and not is_streamed:
        raise ReadingError(
            f"expected a file of at most {options.max_bytes:,} bytes, got {entry.file_size:,}; split it",
            code="too-large",
        )
    try:
        packed = archive.open(entry)
    except _FAULTS as error:
        raise _damaged(error) from None
    try:
        with packed:
            # Rewinding means unpacking again, so only what may be too large for memory stays packed.
            handle = io.BufferedReader(packed) if is_streamed else io.BytesIO(packed.read())  # type: ignore[type-var]
            yield from read(entry.filename, handle)
    except _BROKEN as error:
        raise _damaged(error) from None


def _manifest(
    archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]
) -> tuple[dict[str, Mapping[str, str]], frozenset[str]]:
    """Return what manifests in the archive say of its files, by their names, and the manifests' own names."""
    rows: dict[str, Mapping[str, str]] = {}
    manifests = set()
    for entry in entries:
        folder, _, name = entry.filename.rpartition("/")
        if name not in NAMES or entry.flag_bits & 0x1 or entry.file_size > _LONGEST_DIRECTORY:
            continue
        try:
            found = manifest_rows(archive.read(entry), name)
        except _FAULTS:
            continue  # its reader says why
        if found is None:
            continue
        manifests.add(entry.filename)
        for named, row in found.items():
            rows.setdefault(str(PurePosixPath(folder) / named), row)
    return rows, frozenset(manifests)


def _check_directory(handle: BinaryIO, size: int) -> None:
    """Return when the archive's list of files is short enough to be read at all.

    Raises:
        ReadingError: with code ``damaged`` or ``too-many``.
    """
    handle.seek(max(0, size - 65_536 - _ENDS.size))
    end = handle.read()
    at = end.rfind(b"PK\x05\x06")
    handle.seek(0)
    if at < 0 or len(end) - at < _ENDS.size:
        raise ReadingError("expected a zip archive, got a file without a zip's end; fetch it again", code="damaged")
    _, _, _, _, count, length, _, _ = _ENDS.unpack_from(end, at)
    if count == 0xFFFF or length == 0xFFFFFFFF:
        wide = end.rfind(b"PK\x06\x06", 0, at)
        if wide >= 0 and len(end) - wide >= 56:
            count, length = struct.unpack_from("<2Q", end, wide + 32)
    if count > MAX_ENTRIES or length > _LONGEST_DIRECTORY:
        raise ReadingError(
            f"expected an archive of at most {MAX_ENTRIES:,} files, got {count:,}; pack fewer", code="too-many"
        )


def _check_sizes(entries: list[zipfile.ZipInfo], size: int) -> None:
    """Return when the files are as many and as large as such an archive can really hold.

    Raises:
        ReadingError: with code ``bomb`` or ``too-many``.
    """
    if len(entries) > MAX_ENTRIES:
        raise ReadingError(
            f"expected an archive of at most {MAX_ENTRIES:,} files, got {len(entries):,}", code="too-many"
        )
    unpacked = sum(entry.file_size for entry in entries)
    if sum(entry.compress_size for entry in entries) > size or unpacked > max(_FREE_OF_ALL, MAX_RATIO_OF_ALL * size):
        raise _bomb(unpacked, size)


def _bomb(unpacked: int, packed: int) -> ReadingError:
    return ReadingError(
        f"expected news, got {unpacked:,} bytes packed into {packed:,}, as only attacks do; unpack it", code="bomb"
    )


def _damaged(error: Exception) -> ReadingError:
    got = " ".join(str(error).split())[:120] or type(error).__name__
    return ReadingError(f"expected a whole zip archive, got one with a fault ({got}); fetch it again", code="damaged")
