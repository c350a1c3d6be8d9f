"""What a reader yields for one article: where it stood in its file, and what was found of it.

Plain values, and how those of a file inside another get names of their own. Who counts when several
say something is `documents.assembly`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import BinaryIO, Protocol

from documents.assembly import RawArticle
from documents.cleaning import clean_line
from documents.errors import ReadingError
from documents.fields import web_url

_LONGEST_LABEL = 300


@dataclass(frozen=True, slots=True)
class Item:
    """One article as a reader found it.

    Attributes:
        place: Where it stands, "line 7", "item 7" or a name inside an archive; "" when the file is this article.
        line: Its line in the file, counted from 1, or None.
        raw: What was found of it.
        alone: Whether the file holds this article only.
    """

    place: str
    line: int | None
    raw: RawArticle
    alone: bool = False


class ReadInner(Protocol):
    """How a reader of files that hold files has one of those read."""

    def __call__(self, name: str, handle: BinaryIO) -> Iterator[Item | ReadingError]:
        """Yield the articles in a file of this name, or what is wrong with them."""


def inside(
    name: str, found: Iterable[Item | ReadingError], row: Mapping[str, str] | None = None
) -> Iterator[Item | ReadingError]:
    """Yield what was found in a file that itself stood in a file, with that one's name in every key and reason.

    The name is a label and nothing else: no file of that name is ever opened or written.

    Args:
        name: The inner file's name; more than one article may come of it.
        found: What its reader yields.
        row: What a manifest says of the inner file.
    """
    label = label_of(name)
    try:
        for one in found:
            if isinstance(one, ReadingError):
                yield _named(label, one)
                continue
            inner = "" if one.alone else one.raw.key or one.place
            key = f"{label}: {inner}" if inner else label
            yield Item(key, None, replace(_as_said(one.raw, row or {}, alone=one.alone), key=key))
    except ReadingError as error:
        yield _named(label, error)


def label_of(name: str) -> str:
    """Return a name from inside a file as one short visible line."""
    return clean_line(name)[:_LONGEST_LABEL] or "without a name"


def _named(label: str, error: ReadingError) -> ReadingError:
    line = f" line {error.line}" if error.line is not None else ""
    return ReadingError(f"{label}{line}: {error}", code=error.code)


def _as_said(raw: RawArticle, row: Mapping[str, str], *, alone: bool) -> RawArticle:
    """Return the article with what a manifest's row about its file says, as of a row about a file in a folder."""
    raw = replace(raw, outlet=row.get("outlet") or raw.outlet)
    if not alone:
        return replace(
            raw,
            published=raw.published or row.get("published"),
            author=raw.author or row.get("author"),
            language=raw.language or row.get("language"),
        )
    return replace(
        raw,
        title=row.get("title") or raw.title,
        url=web_url(row.get("url")) or raw.url,
        published=row.get("published") or raw.published,
        author=row.get("author") or raw.author,
        language=row.get("language") or raw.language,
    )
