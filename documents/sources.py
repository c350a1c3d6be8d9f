"""The nouns of reading: a file to read, how to read it, and what came of it; and the one way a file is opened.

Plain values, `kind_of` and `open_regular`. Finding files is `documents.discovery`, reading them `documents.reading`.
"""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath

from documents.articles import Article
from documents.errors import ReadingError

KINDS: Mapping[str, str] = {
    ".txt": "text",
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "page",
    ".htm": "page",
    ".jsonl": "lines",
    ".ndjson": "lines",
    ".json": "json",
    ".csv": "table",
    ".tsv": "table",
    ".xml": "xml",
    ".rss": "xml",
    ".atom": "xml",
    ".rdf": "xml",
    ".eml": "mail",
    ".warc": "warc",
    ".warc.gz": "warc",
    ".zip": "zip",
    ".docx": "word",
    ".pdf": "pdf",
    ".rtf": "rtf",
}
"""What is in a file, by the ending of its name in lower case."""


def ending_of(name: str) -> str:
    """Return the ending of a file's name in lower case, as the keys of `KINDS` are; "" when it has none.

    Only where two endings together mean something are they one: "a.warc.gz" gives ".warc.gz".
    """
    low = name.lower()
    return ".warc.gz" if low.endswith(".warc.gz") else PurePath(low).suffix


def kind_of(name: str) -> str | None:
    """Return what is in a file of this name, a value of `KINDS`, or None when files of its kind are not read."""
    return KINDS.get(ending_of(name))


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How files are read; the same options on the same bytes give the same articles.

    Attributes:
        outlet: The outlet of every article read, over whatever the files say.
        mapping: Our field's name -> the column's or key's name in tables and JSON.
        max_bytes: Largest file that holds one article, and largest single row or line of the others.
        max_characters: Longest text of one article.
    """

    outlet: str | None = None
    mapping: Mapping[str, str] | None = None
    max_bytes: int = 20_000_000
    max_characters: int = 5_000_000


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One regular file found under a given path.

    Attributes:
        path: Absolute, with every symbolic link resolved.
        root: The given path it was found under, resolved likewise; the file itself when that was given.
        manifest_row: What a manifest beside it says of it, by our field names, or None.
    """

    path: Path
    root: Path
    manifest_row: Mapping[str, str] | None = None

    @property
    def kind(self) -> str:
        """What is in it, by its name: a value of `KINDS`."""
        return KINDS[ending_of(self.path.name)]


@dataclass(frozen=True, slots=True)
class Failure:
    """Something that was to be read and was not, and why.

    Attributes:
        path: The file or folder at fault.
        line: The line of the file, counted from 1, or None.
        reason: One line: a short code, a colon, what was expected, what came, what to do.
    """

    path: str
    line: int | None
    reason: str

    @classmethod
    def of(cls, path: Path | str, error: ReadingError) -> Failure:
        """Return `error` as the failure of the file at `path`."""
        return cls(str(path), error.line, f"{error.code}: {error}")


@dataclass(frozen=True, slots=True)
class ReadArticle:
    """An article and its key inside its file: "" for a file of one article, else an id, URL or "line 7"."""

    item: str
    article: Article


@dataclass(frozen=True, slots=True)
class FileContent:
    """All that was read from one file, and all that could not be."""

    articles: tuple[ReadArticle, ...]
    failures: tuple[Failure, ...]


def open_regular(path: Path) -> io.BufferedReader:
    """Return the file at `path`, open for reading bytes; never a link, folder, device or pipe, and never waiting.

    Raises:
        ReadingError: with code ``missing``, ``unreadable`` or ``not-a-file``.
    """
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        descriptor = os.open(path, flags)
    except OSError as error:
        raise refusal(path, error) from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise ReadingError(f"expected a regular file, got {kind_of_entry(path)} {path.name!r}", code="not-a-file")
    return os.fdopen(descriptor, "rb")


def refusal(path: Path, error: OSError) -> ReadingError:
    """Return what the operating system said about `path` as a `ReadingError`."""
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return ReadingError(
            f"expected an existing file or folder, got {str(path)!r}; check its spelling", code="missing"
        )
    if isinstance(error, PermissionError):
        return ReadingError(
            f"expected permission to read {path.name!r}, got none; change its mode or owner", code="unreadable"
        )
    return ReadingError(f"expected {path.name!r} to be readable, got {error.strerror or error!r}", code="unreadable")


def kind_of_entry(path: Path) -> str:
    """Return in words what stands at `path`: "a folder", "a symbolic link", "a named pipe", ..."""
    try:
        mode = path.lstat().st_mode
    except OSError:
        return "nothing readable"
    names = (
        (stat.S_ISLNK, "a symbolic link"),
        (stat.S_ISDIR, "a folder"),
        (stat.S_ISFIFO, "a named pipe"),
        (stat.S_ISSOCK, "a socket"),
        (stat.S_ISBLK, "a device"),
        (stat.S_ISCHR, "a device"),
    )
    return next((name for test, name in names if test(mode)), "a regular file")
