"""Web archives, WARC and gzipped WARC: each web page in them an article, read as it streams by.

Of the records only answers that hold a page count. warcio takes the archive apart; what is
unpacked is bounded here, since a few bytes of gzip can stand for gigabytes.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from contextlib import redirect_stderr
from dataclasses import replace
from typing import TYPE_CHECKING, Any, BinaryIO

from documents.decoding import decode
from documents.errors import ReadingError
from documents.fields import field_text, web_url
from documents.formats.isolation import read_page_bounded
from documents.formats.items import Item, label_of
from documents.formats.pages import declared_encoding
from documents.sources import ReadOptions

if TYPE_CHECKING:
    from documents.assembly import RawArticle

MAX_RATIO = 200
"""Bytes unpacked for each byte read; web pages come to ten."""
_FREE = 20_000_000
"""Bytes that may be unpacked before the ratio counts."""
_LONGEST_LINE = 65_536
_MOST_OF_HEADERS = 1_000_000
_BLOCK = 1 << 16
_PAGES = ("text/html", "application/xhtml+xml")
_RECORDS = ("response",)


def read_warc(handle: BinaryIO, options: ReadOptions) -> Iterator[Item | ReadingError]:
    """Yield the article on each page in a web archive, then why the rest cannot be read, if so.

    Args:
        handle: The archive; only what stands at its current place and after it is read.
        options: `max_bytes` is the longest page.

    Raises:
        ReadingError: with code ``no-articles`` or ``empty``.
    """
    pages = others = number = 0
    is_cut = False
    records = _Records(handle, options.max_bytes)
    for record in records:
        if isinstance(record, ReadingError):
            pages += 1
            if record.code != "truncated" or not is_cut:
                yield record
            break
        number += 1
        try:
            content = records.content(record) if _is_page(record) else None
            records.skip_rest(record)
            if content is None:
                others += 1
                continue
            pages += 1
            raw = _article(record, content)
        except ReadingError as error:
            pages += 1
            yield ReadingError(f"record {number} ({_name(record)}): {error}", code=error.code)
            is_cut = error.code == "truncated"
            if error.code == "bomb":
                break
            continue
        yield Item(f"record {number}", None, raw)
    if not pages:
        if not others:
            raise ReadingError("expected a web archive with records, got none", code="empty")
        raise ReadingError(f"expected web pages in the archive, got {others:,} other records", code="no-articles")


class _Records:
    """The records of an archive, unpacked within bounds."""

    def __init__(self, handle: BinaryIO, most: int) -> None:
        self._reader = _reader(handle)
        self._most = most
        self._seen = 0
        self._archive = _iterator(handle, self._reader)

    def __iter__(self) -> Iterator[Any]:
        """Yield each record, and last the reason why no more can be read, if there is one."""
        from warcio.exceptions import ArchiveLoadFailed
        from warcio.statusandheaders import StatusAndHeadersParserException

        while True:
            try:
                self._reader.allow(_MOST_OF_HEADERS)
                with redirect_stderr(io.StringIO()):  # warcio writes there what it thinks of an archive
                    record = next(self._archive, None)
            except ReadingError as error:
                yield error
                return
            except (ArchiveLoadFailed, StatusAndHeadersParserException) as error:
                got = label_of(str(error).strip().rpartition("\n")[2])[:120]
                is_cut = self._reader.ended and self._seen
                yield _cut() if is_cut else _broken(f"a record that begins otherwise ({got})")
                return
            except (EOFError, OSError, ValueError, AttributeError, TypeError, zlib.error):  # it checks no header
                yield _cut() if self._reader.ended else _broken("a record whose headers make no sense")
                return
            if record is not None and record.rec_headers.get_header("Content-Length") is None:
                yield _cut() if self._reader.ended else _broken("a record without its length")
                return
            if record is None:
                if self._reader.cut:
                    yield _cut()
                return
            self._seen += 1
            yield record

    def content(self, record: Any) -> bytes:
        """Return the page in a record as the server meant it.

        Raises:
            ReadingError: with code ``too-large``, ``truncated``, ``bomb`` or ``encoding``.
        """
        self._reader.allow(self._most + _MOST_OF_HEADERS)
        with redirect_stderr(io.StringIO()):
            data: bytes = record.raw_stream.read(self._most + 1)
        if len(data) > self._most:
            raise ReadingError(f"expected a page of at most {self._most:,} bytes, got a larger one", code="too-large")
        if _missing(record):
            raise _cut()
        if (_header(record, "transfer-encoding") or "").lower() == "chunked":
            data = _joined(data)
        return _unpacked(data, (_header(record, "content-encoding") or "").lower(), self._most)

    def skip_rest(self, record: Any) -> None:
        """Read past what is left of a record.

        Raises:
            ReadingError: with code ``truncated`` or ``bomb``.
        """
        with redirect_stderr(io.StringIO()):
            while True:
                self._reader.allow(_MOST_OF_HEADERS)
                if not record.raw_stream.read(_BLOCK):
                    break
        if _missing(record):
            raise _cut()


def _reader(handle: BinaryIO) -> Any:
    """Return warcio's unpacking reader with a bound on every line and on what is unpacked at a time and in all."""
    from warcio.bufferedreaders import DecompressingBufferedReader

    class Bounded(DecompressingBufferedReader):  # type: ignore[misc]  # it ships no types
        """Raises where an archive unpacks to more than any real one does."""

        left = 0
        packed = unpacked = 0
        ended = cut = False
        tail = b""

        def allow(self, size: int) -> None:
            """Let this many bytes more be unpacked."""
            self.left = size

        def readline(self, length: int | None = None) -> bytes:
            """Return a line, or its beginning where it is too long for one."""
            line: bytes = super().readline(min(length or _LONGEST_LINE, _LONGEST_LINE))
            self.left -= len(line)
            if self.left < 0:
                raise _bomb("headers without end")
            return line

        def read(self, length: int | None = None) -> bytes:
            """Return at most as many bytes as were allowed."""
            data: bytes = super().read(min(length if length is not None else self.left + 1, self.left + 1))
            self.left -= len(data)
            if self.left < 0:
                raise _bomb("a record without end")
            return data

        def _process_read(self, data: bytes) -> None:
            if not data:
                self.ended = True
                half_unpacked = self.decompressor is not None and not self.decompressor.eof
                self.cut = self.packed > 0 and (half_unpacked or not self.tail.endswith((b"\r\n\r\n", b"\n\n")))
            super()._process_read(data)
            self.packed += len(data or b"")
            if data:
                self.unpacked += self.buff_size
                self.tail = (self.tail + bytes(self.buff.getbuffer()[-4:]))[-4:]
            if self.unpacked > _FREE and self.unpacked > MAX_RATIO * self.packed:
                raise _bomb(f"{self.unpacked:,} bytes from {self.packed:,}")

    return Bounded(handle, block_size=16_384)


def _iterator(handle: BinaryIO, reader: Any) -> Iterator[Any]:
    from warcio.archiveiterator import WARCIterator

    archive = WARCIterator(handle, verify_http=False)
    archive.reader = reader
    return iter(archive)


def _is_page(record: Any) -> bool:
    if record.rec_type not in _RECORDS or record.http_headers is None:
        return False
    status = (record.http_headers.statusline or "200").split(" ", 1)[0]
    kind = (_header(record, "content-type") or "").partition(";")[0].strip().lower()
    return status == "200" and kind in _PAGES


def _article(record: Any, content: bytes) -> RawArticle:
    address = field_text(record.rec_headers.get_header("WARC-Target-URI"))
    declared = (_header(record, "content-type") or "").lower().partition("charset=")[2].strip(" \"';")
    raw = read_page_bounded(decode(content, declared.partition(";")[0] or declared_encoding(content)))
    # When nobody dates the page, the day it was fetched is the latest on which it can have appeared.
    fetched = field_text(record.rec_headers.get_header("WARC-Date")) or ""
    return replace(
        raw, url=web_url(address) or raw.url, published=raw.published or fetched[:10] or None, key=address or raw.url
    )


def _joined(data: bytes) -> bytes:
    """Return a body that was sent in chunks as one; where it was not, as it is."""
    from warcio.bufferedreaders import ChunkedDataReader

    with redirect_stderr(io.StringIO()):
        joined: bytes = ChunkedDataReader(io.BytesIO(data)).read(len(data) + 1)
    return joined


def _unpacked(data: bytes, encoding: str, most: int) -> bytes:
    """Return a page that a server sent packed, as it is where it was stored unpacked all the same."""
    if encoding not in ("gzip", "x-gzip", "deflate"):
        if encoding in ("", "identity", "none") or data.lstrip()[:1] == b"<":
            return data
        raise ReadingError(
            f"expected a page stored plain or in gzip, got {label_of(encoding)[:40]!r}; unpack the archive",
            code="encoding",
        )
    for window in (16 + zlib.MAX_WBITS, zlib.MAX_WBITS, -zlib.MAX_WBITS):
        unpacker = zlib.decompressobj(window)
        try:
            page = unpacker.decompress(data, most + 1)
        except zlib.error:
            continue
        if len(page) > most:
            raise _bomb(f"a packed page of more than {most:,} bytes")
        return page
    return data


def _missing(record: Any) -> bool:
    """Return whether the archive ended before the record did."""
    return bool(getattr(record.raw_stream, "limit", 0))


def _header(record: Any, name: str) -> str | None:
    value = record.http_headers.get_header(name)
    return value.strip() if isinstance(value, str) else None


def _name(record: Any) -> str:
    return label_of(record.rec_headers.get_header("WARC-Target-URI") or "without an address")


def _cut() -> ReadingError:
    return ReadingError(
        "expected a whole archive, got one that breaks off in a record; fetch it again", code="truncated"
    )


def _broken(got: str) -> ReadingError:
    return ReadingError(f"expected a web archive, got {got}; nothing after it was read", code="malformed-warc")


def _bomb(got: str) -> ReadingError:
    return ReadingError(f"expected an archive of web pages, got {got}; nothing after it was read", code="bomb")
