"""Rows of CSV and TSV files, streamed: each with its line, a bad one as a failure that stops nothing.

Knows quoting, delimiters and limits; what the columns mean is `documents.fields`.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import BinaryIO

from documents.decoding import Encoding, find_encoding, undecodable
from documents.errors import ReadingError
from documents.fields import SYNONYMS, normal

_DELIMITERS = (",", ";", "\t", "|")
_SEPARATOR_LINE = re.compile(r"\ufeff?sep=(.)[\r\n]*", re.IGNORECASE)
_KNOWN = frozenset(name for names in SYNONYMS.values() for name in names) | {"file"}
_NOT_TEXT = re.compile("[\x00\udc80-\udcff]")
"""Zero characters, and the marks of bytes that are not UTF-8."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the line it starts at, its number among the rows (both counted from 1), and its cells by column."""

    line: int
    number: int
    cells: dict[str, object]


def text_lines(handle: BinaryIO, limit: int) -> Iterator[str]:
    """Return the lines of `handle` with their ends, decoded; bytes that are not UTF-8 in a UTF-8 file stay marked.

    Raises:
        ReadingError: with code ``not-text`` or ``encoding``, at once; while the lines are read, with
            code ``encoding`` or, for a line over `limit` characters, ``too-large``.
    """
    return _lines(handle, find_encoding(handle), limit)


def _lines(handle: BinaryIO, encoding: Encoding, limit: int) -> Iterator[str]:
    stream = io.TextIOWrapper(handle, encoding=encoding.name, errors=encoding.errors, newline="\n")
    try:
        while line := stream.readline(limit + 1):
            if len(line) > limit:
                raise ReadingError(
                    f"expected lines of at most {limit:,} characters, got a longer one", code="too-large"
                )
            yield line
    except UnicodeDecodeError as error:
        raise undecodable(encoding.name, error) from None


class Table:
    """A table being read: `columns` from its first row, then its rows.

    Args:
        lines: The file's lines, with their ends.
        tabs: Whether cells are separated by tabs; otherwise the first row tells.
        limit: Longest row in characters.

    Raises:
        ReadingError: with code ``empty``, or what `lines` raises: there is no first row.
    """

    def __init__(self, lines: Iterable[str], *, tabs: bool, limit: int) -> None:
        lines = iter(lines)
        skipped = 0
        first = next(lines, "")
        delimiter = "\t" if tabs else ""
        if declared := _SEPARATOR_LINE.fullmatch(first):
            delimiter, first, skipped = declared.group(1), next(lines, ""), 1
        while first and not first.strip():
            first, skipped = next(lines, ""), skipped + 1
        first = first.removeprefix("\ufeff")
        if not first:
            raise ReadingError("expected a first row with the columns' names, got an empty file", code="empty")
        csv.field_size_limit(max(csv.field_size_limit(), limit))  # its own is 131,072: less than a long article
        self._skipped = skipped
        self._reader = csv.reader(chain([first], lines), delimiter=delimiter or _delimiter(first), strict=True)
        try:
            self.columns = [column.strip() for column in next(self._reader)]
        except csv.Error as error:
            raise ReadingError(
                f"expected columns' names, got {error}", code="malformed-row", line=skipped + 1
            ) from None

    def __iter__(self) -> Iterator[Row | ReadingError]:
        """Yield each row, or why it cannot be read; ends early only where no next row can be found."""
        number = 0
        while True:
            line = self._skipped + self._reader.line_num + 1
            try:
                cells = next(self._reader)
            except StopIteration:
                return
            except csv.Error as error:
                number += 1
                yield _malformed(str(error), line)
                if "field limit" in str(error):
                    return
                continue
            except ReadingError as error:  # from the lines below: nothing follows
                yield ReadingError(f"{error}; nothing after it was read", code=error.code, line=line)
                return
            if any(cell.strip() for cell in cells):
                number += 1
                yield self._row(cells, line, number)

    def _row(self, cells: list[str], line: int, number: int) -> Row | ReadingError:
        while len(cells) > len(self.columns) and not cells[-1].strip():
            cells.pop()
        if len(cells) > len(self.columns):
            return _malformed(f"{len(cells)} cells for {len(self.columns)} columns", line)
        if any(_NOT_TEXT.search(cell) for cell in cells):
            return ReadingError(
                "expected UTF-8 as in the rest of the file, got other bytes; save the file as UTF-8",
                code="encoding",
                line=line,
            )
        named: dict[str, object] = {}
        for column, cell in zip(self.columns, cells, strict=False):
            named.setdefault(column, cell)
        return Row(line, number, named)


def _malformed(got: str, line: int) -> ReadingError:
    if got == "unexpected end of data":
        got = "a quotation mark that is never closed, so that no row after it could be read"
    return ReadingError(f"expected a row of the table, got {got}; correct its quoting", code="malformed-row", line=line)


def _delimiter(first: str) -> str:
    """Return the delimiter that makes the most known columns of the first row, then the most columns."""

    def columns(delimiter: str) -> tuple[int, int]:
        try:
            cells = next(csv.reader([first], delimiter=delimiter), [])
        except csv.Error:
            return 0, 0
        return sum(normal(cell) in _KNOWN for cell in cells), len(cells)

    return max(_DELIMITERS, key=columns)
