"""How a question set's file is opened: strict UTF-8, as numbered lines or whole; what stands in it is not known here.

A file is read once, from front to back. Every `QuestionSetError` that is raised while it is open gets
the file's name in front, so that readers only say where inside it something is wrong.
"""

from __future__ import annotations

import codecs
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from documents.errors import QuestionSetError

HEAD = 65_536
"""Bytes that the format is told from."""

MAX_LINE = 20_000_000
"""Bytes of the longest line that is read; a longer one is no question."""

MAX_WHOLE = 500_000_000
"""Bytes of the largest file that has to be read whole, as JSON documents and topics have."""

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class SetFile:
    """An open file: its head, which may be looked at first, and then its lines or its whole text, once."""

    def __init__(self, handle: BinaryIO) -> None:
        head = handle.read(HEAD)
        handle.seek(0)
        if head.startswith(_UTF16):
            raise QuestionSetError("line 1: expected UTF-8 text, got UTF-16; save the file as UTF-8")
        self._handle = handle
        self.complete = len(head) < HEAD
        self.head = _decoded(head, 1, final=self.complete)

    def lines(self) -> Iterator[tuple[int, str]]:
        """Yield each line with its number, counted from 1, and its end; only a line feed ends a line."""
        number = 0
        # JSON strings may hold U+2028 and other characters at which str.splitlines cuts
        while raw := self._handle.readline(MAX_LINE + 1):
            number += 1
            if len(raw) > MAX_LINE:
                raise QuestionSetError(
                    f"line {number}: expected a line of at most {MAX_LINE:,} bytes, got a longer one"
                )
            yield number, _decoded(raw, number)

    def text(self) -> str:
        """Return the whole text."""
        data = self._handle.read(MAX_WHOLE + 1)
        if len(data) > MAX_WHOLE:
            raise QuestionSetError(
                f"line 1: expected a file of at most {MAX_WHOLE:,} bytes, got a larger one; split it"
            )
        return _decoded(data, 1)


@contextmanager
def opened(path: Path) -> Iterator[SetFile]:
    """Yield the file at `path`, open.

    Raises:
        QuestionSetError: it cannot be read; or one raised while it is open, with `path` in front.
    """
    _check_regular(path)
    try:
        with path.open("rb") as handle:
            yield SetFile(handle)
    except OSError as error:
        raise _unreadable(path, error) from None
    except QuestionSetError as error:
        raise QuestionSetError(f"{path} {error}") from None


def _check_regular(path: Path) -> None:
    try:
        mode = path.stat().st_mode  # opening a pipe that nobody writes to would wait for ever
    except OSError as error:
        raise _unreadable(path, error) from None
    except ValueError:
        raise QuestionSetError(f"expected a question set, got the name {str(path)!r}; check the path") from None
    if not stat.S_ISREG(mode):
        what = "a folder" if stat.S_ISDIR(mode) else "a pipe or device"
        raise QuestionSetError(f"expected a question set at {path}, got {what}; name a file")


def _unreadable(path: Path, error: OSError) -> QuestionSetError:
    return QuestionSetError(f"expected a question set at {path}, got {error.strerror or error!r}; check the path")


def _decoded(data: bytes, line: int, *, final: bool = True) -> str:
    """Return the text of `data`, which begins with line `line`; a byte order mark at the file's start is dropped."""
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(data, final)
    except UnicodeDecodeError as error:
        at = line + data.count(b"\n", 0, error.start)
        got = f"byte 0x{data[error.start]:02x}"
        raise QuestionSetError(f"line {at}: expected UTF-8 text, got {got}; save the file as UTF-8") from None
    if "\x00" in text:
        at = line + text.count("\n", 0, text.index("\x00"))
        raise QuestionSetError(f"line {at}: expected text, got a zero character; save the file as UTF-8 text")
    return text.removeprefix("\ufeff") if line == 1 else text
