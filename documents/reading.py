"""Files to articles: the front door of reading.

`find_files` says what lies under the given paths, `fingerprint` whether a file changed since it was
last read, `read_file` what is in it. Bad input never raises here: it becomes a `Failure` with its
reason, and everything else is read. Nothing is stored, embedded or fetched; attribution inside the
text is `documents.attribution`, passages are `documents.splitting`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from documents.articles import digest
from documents.assembly import RawArticle, assemble
from documents.decoding import decode
from documents.discovery import find_files
from documents.errors import ReadingError
from documents.fields import check_columns, read_mapping
from documents.jsonfiles import Entry, read_json, read_json_lines
from documents.plaintext import read_markdown, read_plain
from documents.sources import Failure, FileContent, ReadArticle, ReadOptions, SourceFile, open_regular, refusal
from documents.tables import Table, text_lines

if TYPE_CHECKING:
    from documents.outlets import OutletRegistry

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

READER_VERSION = "reading-1"
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
        source.path.suffix.lower(),
        content,
        options.outlet,
        json.dumps(sorted(options.mapping.items())) if options.mapping else None,
        f"{options.max_bytes} {options.max_characters}",
        json.dumps(sorted(source.manifest_row.items())) if source.manifest_row is not None else None,
    )


@lru_cache(maxsize=1)
def _registry_state() -> str:
    """The list of outlets decides their canonical names, so another list means reading again."""
    return hashlib.sha256((Path(__file__).parent / "outlets.toml").read_bytes()).hexdigest()


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
            for entry in _entries(source, handle, options):
                found_any = True
                yield _finished(entry, source, options, registry, taken)
        if not found_any:
            raise ReadingError("expected at least one article, got none", code="empty")
    except ReadingError as error:
        yield Failure.of(source.path, error)
    except OSError as error:
        yield Failure.of(source.path, refusal(source.path, error))


def _entries(
    source: SourceFile, handle: BinaryIO, options: ReadOptions
) -> Iterable[tuple[str, int | None, RawArticle, bool] | ReadingError]:
    """Yield (place, line, article, alone in its file), or what is wrong with the next one."""
    kind = source.kind
    if kind == "table":
        yield from _from_table(source, handle, options)
    elif kind == "lines":
        yield from _from_objects(read_json_lines(text_lines(handle, options.max_bytes)), options)
    else:
        data = _whole(handle, options)
        if kind == "json":
            yield from _from_objects(read_json(decode(data)), options)
        else:
            yield "", None, _single(kind, data), True


def _whole(handle: BinaryIO, options: ReadOptions) -> bytes:
    data = handle.read(options.max_bytes + 1)
    if len(data) > options.max_bytes:
        raise ReadingError(
            f"expected a file of at most {options.max_bytes:,} bytes, got a larger one; split it, "
            "or save many articles as .jsonl",
            code="too-large",
        )
    if not data.strip():
        raise ReadingError("expected an article with text, got an empty file", code="empty")
    return data


def _single(kind: str, data: bytes) -> RawArticle:
    from documents.pages import declared_encoding, is_page, read_page

    text = decode(data, declared_encoding(data) if kind == "page" else None)
    if kind == "page" or is_page(text):
        return read_page(text)
    return read_markdown(text) if kind == "markdown" else read_plain(text)


def _from_objects(
    entries: Iterable[Entry | ReadingError], options: ReadOptions
) -> Iterator[tuple[str, int | None, RawArticle, bool] | ReadingError]:
    for entry in entries:
        if isinstance(entry, ReadingError):
            yield entry
            continue
        try:
            yield entry.place, entry.line, RawArticle.of_record(entry.values, options.mapping), entry.alone
        except ReadingError as error:
            place = f"{entry.place}: " if entry.line is None and entry.place else ""
            yield ReadingError(f"{place}{error}", code=error.code, line=entry.line)


def _from_table(
    source: SourceFile, handle: BinaryIO, options: ReadOptions
) -> Iterator[tuple[str, int | None, RawArticle, bool] | ReadingError]:
    table = Table(
        text_lines(handle, options.max_bytes), tabs=source.path.suffix.lower() == ".tsv", limit=options.max_bytes
    )
    check_columns(table.columns, options.mapping)
    for row in table:
        if isinstance(row, ReadingError):
            yield row
            continue
        try:
            yield f"row {row.number}", row.line, RawArticle.of_record(row.cells, options.mapping), False
        except ReadingError as error:
            yield ReadingError(str(error), code=error.code, line=row.line)


def _finished(
    entry: tuple[str, int | None, RawArticle, bool] | ReadingError,
    source: SourceFile,
    options: ReadOptions,
    registry: OutletRegistry,
    taken: dict[str, int],
) -> ReadArticle | Failure:
    """Return the article with its key, which is unlike every other in the file, or why there is none."""
    if isinstance(entry, ReadingError):
        return Failure.of(source.path, entry)
    place, line, raw, alone = entry
    try:
        article = assemble(raw, source, options, registry, alone=alone)
    except ReadingError as error:
        where = f"{place}: " if line is None and place else ""
        return Failure.of(source.path, ReadingError(f"{where}{error}", code=error.code, line=line))
    if alone:
        return ReadArticle("", article)
    key = raw.key or place
    taken[key] = taken.get(key, 0) + 1
    return ReadArticle(key if taken[key] == 1 else f"{key} #{taken[key]}", article)
