"""What is in a file of each kind: the articles in it, one after another, and why one cannot be read.

Takes an open file or bytes in memory, so that what stands in an archive or hangs on a mail is read by
the same code; opens and finds nothing itself. Which of several statements counts is
`documents.assembly`, what makes a file's articles the collection's is `documents.reading`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import BinaryIO

from documents.assembly import RawArticle
from documents.decoding import decode
from documents.errors import ReadingError
from documents.fields import check_columns
from documents.formats.isolation import TAME_PAGE, is_bounded, parse_bounded
from documents.formats.items import Item, ReadInner
from documents.formats.jsonfiles import Entry, read_json, read_json_lines
from documents.formats.ninjs import is_ninjs, read_ninjs
from documents.formats.plaintext import read_markdown, read_plain
from documents.formats.tables import Table, text_lines
from documents.sources import KINDS, ReadOptions, ending_of, kind_of

_DEEPEST = 1
"""How deep an archive or a mail may stand in others and still be opened."""

Found = Iterator[Item | ReadingError]


def items_in(name: str, handle: BinaryIO, options: ReadOptions, depth: int = 0) -> Found:
    """Yield the articles in a file, or what is wrong with the next one.

    Args:
        name: The file's name, whose ending says what is in it; nothing of that name is opened.
        handle: The file, open for reading bytes, and seekable.
        options: How it is read.
        depth: In how many other files it stands.

    Raises:
        ReadingError: nothing more of the file can be read.
    """
    kind = kind_of(name)
    if kind is None:
        raise ReadingError(f"expected a file that can be read ({', '.join(KINDS)}), got {name!r}", code="unsupported")
    if kind in _STREAMED:
        yield from _STREAMED[kind](name, handle, options, depth)
    else:
        data = _whole(handle, options)
        read = parse_bounded if _wants_bounds(kind, data) else items_in_bytes
        yield from read(kind, data, options, depth)


def items_in_bytes(kind: str, data: bytes, options: ReadOptions, depth: int) -> Found:
    """Yield the articles in a file of a kind that is read whole, as `items_in` does, in this process.

    Raises:
        ReadingError: nothing more of the file can be read.
    """
    yield from _WHOLE[kind](data, options, depth)


def _wants_bounds(kind: str, data: bytes) -> bool:
    """Return whether a file's parser can be kept busy, or made to take all memory, by what is in it."""
    if is_bounded():
        return False
    if kind in ("text", "markdown"):  # which a page may call itself
        return len(data) > TAME_PAGE and b"<html" in data[:4096].replace(b"\0", b"").lower()
    return kind in _BOUNDED or (kind == "page" and len(data) > TAME_PAGE)


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


# -- files of one article, or of a database's export ---------------------------------------------


def _text(data: bytes, options: ReadOptions, depth: int) -> Found:
    from documents.formats.pages import is_page

    text = decode(data)
    if is_page(text):
        yield from _page_of(text)
    else:
        yield from _export(text) or [_alone(read_plain(text))]


def _markdown(data: bytes, options: ReadOptions, depth: int) -> Found:
    from documents.formats.pages import is_page

    text = decode(data)
    if is_page(text):
        yield from _page_of(text)
    else:
        yield _alone(read_markdown(text))


def _page(data: bytes, options: ReadOptions, depth: int) -> Found:
    from documents.formats.pages import declared_encoding

    yield from _page_of(decode(data, declared_encoding(data)))


def _html(data: bytes, options: ReadOptions, depth: int) -> Found:
    from documents.formats.pages import read_page

    yield _alone(read_page(decode(data)))


def _page_of(text: str) -> Found:
    from documents.formats.export_lines import LENGTH_WORDS
    from documents.formats.news_exports import export_page_text
    from documents.formats.pages import read_page

    if LENGTH_WORDS.search(text.replace("&nbsp;", " ")):  # an export has one, and few other pages have
        exported = _export(export_page_text(text))
        if exported:
            yield from exported
            return
    yield _alone(read_page(text))


def _word(data: bytes, options: ReadOptions, depth: int) -> Found:
    from documents.formats.word_files import read_word

    yield from _numbered(read_word(data))


def _pdf(data: bytes, options: ReadOptions, depth: int) -> Found:
    from documents.formats.pdf_files import read_pdf

    yield from _numbered(read_pdf(data))


def _rtf(data: bytes, options: ReadOptions, depth: int) -> Found:
    from documents.formats.rtf_files import read_rtf

    yield from _numbered(read_rtf(data))


def _export(text: str) -> list[Item | ReadingError]:
    """Return the articles of a news database's export, or none when the text is none."""
    from documents.formats.news_exports import looks_like_export, split_exports

    return list(_numbered(split_exports(text))) if looks_like_export(text) else []


def _numbered(found: Iterable[RawArticle | ReadingError]) -> Found:
    """Yield what a reader of one article or many returned, each with its place."""
    articles = list(found)
    if len(articles) == 1 and isinstance(articles[0], RawArticle):
        yield _alone(articles[0])
        return
    for number, article in enumerate(articles, 1):
        if isinstance(article, ReadingError):
            place = f"item {number}: " if article.line is None else ""
            yield ReadingError(f"{place}{article}", code=article.code, line=article.line)
        else:
            yield Item(f"item {number}", None, article)


def _alone(raw: RawArticle) -> Item:
    return Item("", None, raw, alone=True)


# -- files of many articles ----------------------------------------------------------------------


def _json(data: bytes, options: ReadOptions, depth: int) -> Found:
    yield from _from_objects(read_json(decode(data)), options)


def _lines(name: str, handle: BinaryIO, options: ReadOptions, depth: int) -> Found:
    yield from _from_objects(read_json_lines(text_lines(handle, options.max_bytes)), options)


def _from_objects(entries: Iterable[Entry | ReadingError], options: ReadOptions) -> Found:
    for entry in entries:
        if isinstance(entry, ReadingError):
            yield entry
            continue
        try:
            yield Item(entry.place, entry.line, _record(entry.values, options), entry.alone)
        except ReadingError as error:
            place = f"{entry.place}: " if entry.line is None and entry.place else ""
            yield ReadingError(f"{place}{error}", code=error.code, line=entry.line)


def _record(values: Mapping[str, object], options: ReadOptions) -> RawArticle:
    if options.mapping is None and is_ninjs(values):
        return read_ninjs(values)
    return RawArticle.of_record(values, options.mapping)


def _table(name: str, handle: BinaryIO, options: ReadOptions, depth: int) -> Found:
    table = Table(text_lines(handle, options.max_bytes), tabs=ending_of(name) == ".tsv", limit=options.max_bytes)
    check_columns(table.columns, options.mapping)
    for row in table:
        if isinstance(row, ReadingError):
            yield row
            continue
        try:
            yield Item(f"row {row.number}", row.line, RawArticle.of_record(row.cells, options.mapping))
        except ReadingError as error:
            yield ReadingError(str(error), code=error.code, line=row.line)


def _xml(data: bytes, options: ReadOptions, depth: int) -> Found:
    from documents.formats.feeds import ROOTS, read_feed
    from documents.formats.newsml import NEWSML_ROOTS, NITF_ROOT, read_newsml, read_nitf
    from documents.formats.xml_files import root_name, xml_text

    text = xml_text(data)
    root = root_name(text)
    if root in ROOTS:
        yield from read_feed(text)
    elif root in NEWSML_ROOTS:
        yield from read_newsml(text)
    elif root == NITF_ROOT:
        yield from read_nitf(text)
    elif root == "html":
        yield from _page_of(text)
    else:
        got = f"<{root[:60]}>" if root else "no element"
        raise ReadingError(f"expected a feed, NewsML-G2 or NITF, got {got}; convert it", code="unsupported")


def _warc(name: str, handle: BinaryIO, options: ReadOptions, depth: int) -> Found:
    from documents.formats.warc_files import read_warc

    yield from read_warc(handle, options)


# -- files that hold files -----------------------------------------------------------------------


def _mail(data: bytes, options: ReadOptions, depth: int) -> Found:
    from documents.formats.mail_files import read_mail

    _check_depth(depth)
    yield from read_mail(data, _inner(options, depth))


def _zip(name: str, handle: BinaryIO, options: ReadOptions, depth: int) -> Found:
    from documents.formats.zip_files import read_zip

    _check_depth(depth)
    yield from read_zip(handle, options, _inner(options, depth))


def _inner(options: ReadOptions, depth: int) -> ReadInner:
    def read(name: str, handle: BinaryIO) -> Found:
        return items_in(name, handle, options, depth + 1)

    return read


def _check_depth(depth: int) -> None:
    if depth > _DEEPEST:
        raise ReadingError("expected a file that is not packed twice over, got one deeper; unpack it", code="too-deep")


_BOUNDED = frozenset({"xml", "mail", "word", "pdf", "rtf"})
"""Kinds whose parsers are always run under limits."""
_STREAMED: Mapping[str, Callable[[str, BinaryIO, ReadOptions, int], Found]] = {
    "lines": _lines,
    "table": _table,
    "warc": _warc,
    "zip": _zip,
}
_WHOLE: Mapping[str, Callable[[bytes, ReadOptions, int], Found]] = {
    "text": _text,
    "markdown": _markdown,
    "page": _page,
    "html": _html,
    "json": _json,
    "xml": _xml,
    "mail": _mail,
    "word": _word,
    "pdf": _pdf,
    "rtf": _rtf,
}
