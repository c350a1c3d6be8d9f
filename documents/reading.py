"""Files to articles: the front door of reading.

`find_files` says what lies under the given paths, `fingerprint` whether a file changed since it was
last read, `read_file` what is in it. Bad input never raises here: it becomes a `Failure` with its
reason, and everything else is read. Nothing is stored, embedded or fetched; attribution inside the
text is `documents.attribution`, passages are `documents.splitting`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from documents.articles import digest
from documents.assembly import assemble
from documents.discovery import find_files
from documents.errors import ReadingError
from documents.fields import read_mapping
from documents.formats.dispatch import items_in
from documents.formats.items import Item
from documents.sources import (
    Failure,
    FileContent,
    ReadArticle,
    ReadOptions,
    SourceFile,
    ending_of,
    open_regular,
    refusal,
)

if TYPE_CHECKING:
    from documents.outlets.registry import OutletRegistry

__all__ = [
    "READER_VERSION",
    "Failure",
    "FileContent",
    "ReadArticle",
    "ReadOptions",
    "SourceFile",
    "find_files",
    "fingerprint",
    "iter_file",
    "read_file",
    "read_mapping",
]

READER_VERSION = "reading-2"
"""Changes whenever the same file may now give other articles."""


def fingerprint(source: SourceFile, options: ReadOptions) -> str:
    """Return 64 hex digits that change when the file, its manifest's row, the options or the reader change.

    Reads the file in blocks and parses nothing. A file that cannot be read has a fingerprint too, unlike
    that of any content; `read_file` says what is wrong with it.
    """
    try:
        with open_regular(source.path) as handle:
            content = hashlib.file_digest(handle, "sha256").hexdigest()
    except ReadingError as error:
        content = f"unreadable: {error}"
    except OSError as error:
        content = f"unreadable: {error.strerror}"
    return digest(
        READER_VERSION,
        _registry_state(),
        ending_of(source.path.name),
        content,
        options.outlet,
        json.dumps(sorted(options.mapping.items())) if options.mapping else None,
        f"{options.max_bytes} {options.max_characters}",
        json.dumps(sorted(source.manifest_row.items())) if source.manifest_row is not None else None,
    )


@lru_cache(maxsize=1)
def _registry_state() -> str:
    """The lists of outlets and places decide the outlets' canonical names, so another list means reading again."""
    facts = Path(__file__).parent / "outlets"
    return digest(
        *(hashlib.sha256((facts / name).read_bytes()).hexdigest() for name in ("outlets.json", "places.toml"))
    )


def read_file(source: SourceFile, options: ReadOptions, registry: OutletRegistry) -> FileContent:
    """Return every article in the file, and a failure for everything in it that could not be read.

    Never raises for bad input, and prints nothing.
    """
    articles: list[ReadArticle] = []
    failures: list[Failure] = []
    for found in iter_file(source, options, registry):
        if isinstance(found, Failure):
            failures.append(found)
        else:
            articles.append(found)
    return FileContent(tuple(articles), tuple(failures))


def iter_file(source: SourceFile, options: ReadOptions, registry: OutletRegistry) -> Iterator[ReadArticle | Failure]:
    """Yield what `read_file` returns, one by one, without holding the whole of a table or JSON-lines file."""
    taken: dict[str, int] = {}
    found_any = False
    try:
        with open_regular(source.path) as handle:
            for entry in items_in(source.path.name, handle, options):
                found_any = True
                yield _finished(entry, source, options, registry, taken)
        if not found_any:
            raise ReadingError("expected at least one article, got none", code="empty")
    except ReadingError as error:
        yield Failure.of(source.path, error)
    except OSError as error:
        yield Failure.of(source.path, refusal(source.path, error))


def _finished(
    entry: Item | ReadingError,
    source: SourceFile,
    options: ReadOptions,
    registry: OutletRegistry,
    taken: dict[str, int],
) -> ReadArticle | Failure:
    """Return the article with its key, which is unlike every other in the file, or why there is none."""
    if isinstance(entry, ReadingError):
        return Failure.of(source.path, entry)
    try:
        article = assemble(entry.raw, source, options, registry, alone=entry.alone)
    except ReadingError as error:
        where = f"{entry.place}: " if entry.line is None and entry.place else ""
        return Failure.of(source.path, ReadingError(f"{where}{error}", code=error.code, line=entry.line))
    if entry.alone:
        return ReadArticle("", article)
    key = entry.raw.key or entry.place
    taken[key] = taken.get(key, 0) + 1
    return ReadArticle(key if taken[key] == 1 else f"{key} #{taken[key]}", article)
