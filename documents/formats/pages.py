"""Web pages: the article's own text, without the page around it, and what the page says of it.

Which part is the text is `documents.formats.page_text`, what the page's metadata says `documents.formats.pagedata`;
whom to believe is `documents.assembly`.
"""

from __future__ import annotations

import re

from documents.assembly import RawArticle
from documents.cleaning import clean
from documents.errors import ReadingError
from documents.formats.markup import parsed, without_markup
from documents.formats.page_text import main_text
from documents.formats.pagedata import page_data

MAX_ELEMENTS = 100_000
"""A page with more is no article, and would take minutes to look through."""
_DECLARED = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{2,40})|<\?xml[^>]{0,100}?encoding=["']([\w.:-]{2,40})""", re.I
)
_BEGINS_PAGE = re.compile(r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*(?:<!doctype\s+html|<html[\s>])", re.I | re.DOTALL)


def read_page(html: str) -> RawArticle:
    """Return the article on a web page.

    Raises:
        ReadingError: with code ``no-text`` or ``too-large``.
    """
    tree = parsed(html)
    if tree is None:
        raise ReadingError("expected a web page with an article, got one without any element", code="no-text")
    if sum(1 for _ in tree.iter()) > MAX_ELEMENTS:
        raise ReadingError(
            f"expected a page of at most {MAX_ELEMENTS:,} elements, got more; save the article alone", code="too-large"
        )
    data = page_data(tree, html)
    text = clean(main_text(tree, data.title, data.description) or without_markup(data.body))
    if not text:
        raise ReadingError("expected a web page with an article, got none in it; save its text as .txt", code="no-text")
    return RawArticle(
        text=text,
        title=data.title,
        page_outlet=data.outlet,
        page_names=data.names,
        url=data.url,
        published=data.published,
        author=data.author,
        page_language=data.language,
    )


def declared_encoding(data: bytes) -> str | None:
    """Return the encoding that a page names in its first bytes, or None."""
    found = _DECLARED.search(data[:4096])
    return (found.group(1) or found.group(2)).decode("ascii") if found else None


def is_page(text: str) -> bool:
    """Return whether a text is a whole web page, whatever its file is called."""
    return bool(_BEGINS_PAGE.match(text[:4096]))
