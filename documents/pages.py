"""Web pages: the article's own text, without the page around it, and what the page says of it.

The text comes from trafilatura on an lxml tree, which needs no network. What the page's metadata says
is `documents.pagedata`; whom to believe is `documents.assembly`.
"""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING

from documents.assembly import RawArticle
from documents.cleaning import clean
from documents.errors import ReadingError
from documents.markup import parsed, without_markup
from documents.pagedata import page_data

if TYPE_CHECKING:
    from lxml.html import HtmlElement

MAX_ELEMENTS = 100_000
"""A page with more is no article, and would take minutes to look through."""
_AROUND = (
    "//nav | //footer | //aside | //form | //dialog | //template | //noscript"
    " | //header[not(.//h1)]"
    " | //*[@role='navigation' or @role='contentinfo' or @role='banner' or @role='search' or @role='complementary']"
    " | //*[@hidden or @aria-hidden='true']"
)
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
    text = clean(_main_text(tree) or without_markup(data.body))
    if not text:
        raise ReadingError("expected a web page with an article, got none in it; save its text as .txt", code="no-text")
    return RawArticle(
        text=text,
        title=data.title,
        page_outlet=data.outlet,
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


def _main_text(tree: HtmlElement) -> str:
    """Return the main text that trafilatura finds, or ""; the tree is used up."""
    from trafilatura import bare_extraction
    from trafilatura.settings import Document

    for name in ("trafilatura", "htmldate", "courlan", "justext", "readability"):
        log = logging.getLogger(name)
        if not log.handlers:
            log.addHandler(logging.NullHandler())  # else Python prints their warnings to standard error
    try:
        for element in tree.xpath(_AROUND):
            if element.getparent() is not None:
                element.drop_tree()
        document = bare_extraction(tree, include_comments=False, with_metadata=False)
    except (ValueError, TypeError, AttributeError, LookupError, AssertionError, RecursionError):
        return ""  # hostile markup that its heuristics fall over
    return (document.text or "") if isinstance(document, Document) else ""
