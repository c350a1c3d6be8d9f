"""HTML as a tree, safe to work on, and pieces of HTML as plain text.

Parses with lxml, without network, entities or deep nesting. Which part of a page is its article is
`documents.formats.pages`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from documents.errors import ReadingError

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_LONGEST_ATTRIBUTE = 2_000
"""Characters; longer ones are embedded images and the like, and slow every look at the tree down."""
_MOST_TAGS = 300_000
_INVALID = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_EMBEDDED = re.compile(r"data:[\w.+/-]+;base64,[A-Za-z0-9+/=\s]{1000,}")
_MARKUP = re.compile(r"</(?:p|div|h[1-6]|li|blockquote)\s*>|<br\s*/?>", re.IGNORECASE)
_BLOCKS = frozenset(
    {
        "article",
        "blockquote",
        "br",
        "center",
        "dd",
        "div",
        "dt",
        "figcaption",
        "figure",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
    }
    | {"li", "ol", "p", "pre", "section", "table", "td", "th", "tr", "ul"}
)
_UNSEEN = frozenset({"iframe", "noscript", "object", "script", "style", "svg", "template", "title"})
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE)


def parsed(html: str) -> HtmlElement | None:
    """Return the tree of a page or a piece of one, without comments and overlong attributes, or None.

    Raises:
        ReadingError: with code ``too-large``: the parser would have left out a part, in silence.
    """
    from lxml import etree
    from lxml.html import HTMLParser, document_fromstring

    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
    try:
        text = _EMBEDDED.sub("", _INVALID.sub("", html))
        tree = document_fromstring(text.encode("utf-8"), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError):
        tree = None
    if parser.error_log.filter_from_fatals():
        raise ReadingError(
            "expected a page that can be parsed whole, got elements nested too deep or one too long; "
            "save the article's text as .txt",
            code="too-large",
        )
    if tree is None:
        return None
    for element in tree.iter():
        for name, value in element.items():
            if len(value) > _LONGEST_ATTRIBUTE:
                del element.attrib[name]
    return tree


def without_markup(text: str) -> str:
    """Return a text that came as a piece of a web page without its tags, a line for each block; any other as it is."""
    return fragment_text(text) if _MARKUP.search(text) else text


def fragment_text(html: str) -> str:
    """Return what a reader sees of a piece of HTML, a line for each block: a feed's entry, a mail's body.

    Nothing visible is left out: telling an article from the page around it is `documents.formats.pages`.

    Raises:
        ReadingError: with code ``too-large``, as `parsed`.
    """
    if html.count("<") > _MOST_TAGS:
        raise ReadingError(f"expected markup of at most {_MOST_TAGS:,} tags, got more; split it", code="too-large")
    tree = parsed(f"<div>{html}</div>")
    if tree is None:
        return ""
    for element in [e for e in tree.iter() if e.tag in _UNSEEN or _HIDDEN.search(e.get("style") or "")]:
        if element.getparent() is not None:
            element.drop_tree()
    for element in tree.iter():
        end = "\n" if element.tag in _BLOCKS else ""
        element.text = end + (element.text or "").replace("\n", " ")
        element.tail = end + (element.tail or "").replace("\n", " ")
    lines = (" ".join(line.split()) for line in tree.text_content().split("\n"))
    return "\n".join(line for line in lines if line)
