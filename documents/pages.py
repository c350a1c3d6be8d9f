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
from documents.pagedata import page_data

if TYPE_CHECKING:
    from lxml.html import HtmlElement

MAX_ELEMENTS = 100_000
"""A page with more is no article, and would take minutes to look through."""
_LONGEST_ATTRIBUTE = 2_000
"""Characters; longer ones are embedded images and the like, and slow the extraction down."""

_AROUND = (
    "//nav | //footer | //aside | //form | //dialog | //template | //noscript"
    " | //header[not(.//h1)]"
    " | //*[@role='navigation' or @role='contentinfo' or @role='banner' or @role='search' or @role='complementary']"
    " | //*[@hidden or @aria-hidden='true']"
)
_INVALID = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_DECLARED = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{2,40})|<\?xml[^>]{0,100}?encoding=["']([\w.:-]{2,40})""", re.I
)
_BEGINS_PAGE = re.compile(r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*(?:<!doctype\s+html|<html[\s>])", re.I | re.DOTALL)
_MARKUP = re.compile(r"</(?:p|div|h[1-6]|li|blockquote)\s*>|<br\s*/?>", re.IGNORECASE)
_BLOCKS = frozenset(
    "p div h1 h2 h3 h4 h5 h6 li ul ol blockquote section article table tr figure pre br hr dd dt".split()
)
_UNSEEN = frozenset({"script", "style", "template", "noscript", "iframe", "object", "svg"})


def read_page(html: str) -> RawArticle:
    """Return the article on a web page.

    Raises:
        ReadingError: with code ``no-text`` or ``too-large``.
    """
    tree = _tree(html)
    if tree is None:
        raise ReadingError("expected a web page with an article, got one without any element", code="no-text")
    if sum(1 for _ in tree.iter()) > MAX_ELEMENTS:
        raise ReadingError(
            f"expected a page of at most {MAX_ELEMENTS:,} elements, got more; save the article alone", code="too-large"
        )
    data = page_data(tree, html)
    text = clean(_main_text(tree) or _seen_text(data.body))
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


def without_markup(text: str) -> str:
    """Return a text that came as a piece of a web page without its tags; any other text as it is."""
    return _seen_text(text) if _MARKUP.search(text) else text


def _tree(html: str) -> HtmlElement | None:
    from lxml import etree
    from lxml.html import HTMLParser, document_fromstring

    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
    data = _INVALID.sub("", html).encode("utf-8")
    try:
        tree = document_fromstring(data, parser=parser)
    except (etree.LxmlError, ValueError, AssertionError):
        return None
    for element in tree.iter():
        for name, value in element.items():
            if len(value) > _LONGEST_ATTRIBUTE:
                del element.attrib[name]
    return tree


def _main_text(tree: HtmlElement) -> str:
    """Return the main text that trafilatura finds, or ""; the tree is used up."""
    import trafilatura

    for name in ("trafilatura", "htmldate", "courlan", "justext", "readability"):
        log = logging.getLogger(name)
        if not log.handlers:
            log.addHandler(logging.NullHandler())  # else Python prints their warnings to standard error
    try:
        for element in tree.xpath(_AROUND):
            if element.getparent() is not None:
                element.drop_tree()
        document = trafilatura.bare_extraction(tree, include_comments=False, with_metadata=False)
    except (ValueError, TypeError, AttributeError, LookupError, AssertionError, RecursionError):
        return ""  # hostile markup that its heuristics fall over
    return (document.text or "") if document is not None else ""


def _seen_text(markup: str) -> str:
    """Return the text of a piece of a web page, a line for each block."""
    if not markup or not _MARKUP.search(markup):
        return markup
    tree = _tree(f"<div>{markup}</div>")
    if tree is None:
        return ""
    parts: list[str] = []
    unseen_until: object = None
    for event, element in _events(tree):
        name = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            if unseen_until is None and name in _UNSEEN:
                unseen_until = element
            if name in _BLOCKS:
                parts.append("\n")
            if unseen_until is None and element.text:
                parts.append(" ".join(element.text.split("\n")))
            continue
        if unseen_until is element:
            unseen_until = None
        if name in _BLOCKS and name != "br":
            parts.append("\n")
        if unseen_until is None and element.tail:
            parts.append(" ".join(element.tail.split("\n")))
    lines = (" ".join(line.split()) for line in "".join(parts).split("\n"))
    return "\n".join(line for line in lines if line)


def _events(tree: HtmlElement) -> object:
    from lxml import etree

    return etree.iterwalk(tree, events=("start", "end"))
