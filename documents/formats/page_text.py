"""The text of the article on a web page, without the page around it.

The choice of the part that is the article is trafilatura's, on an lxml tree and without network. Before it,
what surely is no part is dropped and what pages take apart is joined; after it, the lines that open
the article are put back. Works on the tree alone; what a page's metadata says is `documents.formats.pagedata`.
"""

from __future__ import annotations

import logging
import re
from collections import defaultdict
from typing import TYPE_CHECKING

from documents.formats.linked_data import same_letters

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_NEVER = "//script | //style | //template | //noscript | //svg | //nav | //dialog"
_AROUND = (
    "//footer | //aside | //form | //header[not(.//h1)]"
    " | //*[@role='navigation' or @role='contentinfo' or @role='banner' or @role='search' or @role='complementary']"
    " | //*[@hidden or @aria-hidden='true']"
)
_MOST_AROUND = 0.4
"""Share of a page's text beyond which an element is no part of its frame, whatever it calls itself."""
_OTHERS_WORDS = re.compile(
    r"comment|repl(?:y|ies)|related|teaser|card|promo|recommend|footer|sidebar|widget|list", re.I
)
_LEAST_CHUNK = 150
"""Characters in the paragraphs of one of the parts that a text was taken apart into."""
_LEAST_SHARE = 0.35
"""Of a page's text in paragraphs: less is a row of comments or of teasers."""
_OPENING = re.compile(
    r"standfirst|stand-first|strapline|sub-?head|sub-?title|sub-?deck|excerpt|abstract|chapo|chapeau|ingress|vorspann"
    r"|sottotitolo|sommario|occhiello|catenaccio|entradilla|bajada|resumen|manchet|perex"
    r"|(?<![a-z])(?:dek|deck|lead|lede|intro|summary|description|sapo)(?![a-z])",
    re.I,
)
"""What pages in several languages call the lines between heading and text."""
_NO_OPENING = re.compile(
    r"author|byline|caption|image|photo|figure|newsletter|date|time|share|social|tags|video|ad-|related", re.I
)
_OPENING_LENGTHS = range(30, 800)
_MOST_BETWEEN = 250
"""Elements between heading and text that are looked at."""
_BLOCKS = frozenset({"p", "div", "section", "article", "ul", "ol", "li", "h1", "h2", "h3", "figure", "table", "header"})
_OPENING_TAGS = frozenset({"p", "h2", "h3", "h4", "div", "span", "strong", "section", "li", "em", "summary"})


def main_text(tree: HtmlElement, title: str | None = None, description: str | None = None) -> str:
    """Return the text of the article on a page, a line for each paragraph, or ""; the tree is used up.

    Args:
        tree: The parsed page.
        title: What the article is called.
        description: What the page's metadata says that it is about: often the words of its opening lines.
    """
    _drop_around(tree)
    _join_chunks(tree)
    opening = _opening_lines(tree, same_letters(title or ""), same_letters(description or ""))
    text = _extracted(tree)
    letters = same_letters(text)
    missing = [line for line in opening if same_letters(line) not in letters]
    if not text or not missing:
        return text
    first, _, rest = text.partition("\n")
    is_title = bool(title) and same_letters(first) == same_letters(title or "")
    return "\n".join((first, *missing, rest) if is_title else (*missing, text))


def _drop_around(tree: HtmlElement) -> None:
    """Drop what is no part of the article: menus, forms, boxes, and what nobody sees."""
    for element in tree.xpath(_NEVER):
        if element.getparent() is not None:
            element.drop_tree()
    most = _MOST_AROUND * len(tree.text_content())
    for element in tree.xpath(_AROUND):
        if element.getparent() is not None and len(element.text_content()) <= most:
            element.drop_tree()


def _join_chunks(tree: HtmlElement) -> None:
    """Join the parts into which a page takes its text apart around advertisements; only one would be read."""
    groups: dict[tuple[str, str], list[HtmlElement]] = defaultdict(list)
    lengths: dict[HtmlElement, int] = defaultdict(int)
    total = 0
    for paragraph in tree.iter("p"):
        parent = paragraph.getparent()
        length = len(paragraph.text_content())
        total += length
        name = (parent.get("class") or "").split() if parent is not None else []
        if not name:
            continue
        if parent not in lengths:
            groups[(parent.tag, name[0])].append(parent)
        lengths[parent] += length
    for (_, name), members in groups.items():
        chunks = [member for member in members if lengths[member] >= _LEAST_CHUNK]
        share = sum(lengths[chunk] for chunk in chunks)
        if len(chunks) < 2 or share < _LEAST_SHARE * total or _OTHERS_WORDS.search(name):
            continue
        for chunk in chunks[1:]:
            if chunks[0] not in chunk.iterancestors() and chunk not in chunks[0].iterancestors():
                chunks[0].extend(list(chunk))
        return


def _opening_lines(tree: HtmlElement, title: str, description: str) -> list[str]:
    """Return the lines between heading and text: those that a page names so, or that its metadata repeats."""
    headings = [element for element in tree.iter("h1") if same_letters(element.text_content())]
    heading = next((one for one in headings if same_letters(one.text_content()) == title), None)
    if heading is None:
        heading = headings[0] if len(headings) == 1 else None
    if heading is None:
        return []
    following = heading.xpath(f"following::*[position() <= {_MOST_BETWEEN}]")
    for element in following:
        if element.tag not in _OPENING_TAGS or any(child.tag in _BLOCKS for child in element):
            continue
        line = " ".join(element.text_content().split())
        if len(line) not in _OPENING_LENGTHS:
            if element.tag == "p" and len(line) >= _OPENING_LENGTHS.stop:
                break
            continue
        if same_letters(line) == description or _is_named_opening(element, heading):
            return [line]
    return []


def _is_named_opening(element: HtmlElement, heading: HtmlElement) -> bool:
    names = []
    for one in (element, *list(element.iterancestors())[:2]):
        if one in heading.iterancestors():
            break
        names.append(" ".join(one.get(attribute) or "" for attribute in ("class", "id", "itemprop", "data-testid")))
    written = " ".join(names)
    return bool(_OPENING.search(written)) and not _NO_OPENING.search(written)


def _extracted(tree: HtmlElement) -> str:
    """Return what trafilatura finds, or ""."""
    from trafilatura import bare_extraction
    from trafilatura.settings import Document

    for name in ("trafilatura", "htmldate", "courlan", "justext", "readability"):
        log = logging.getLogger(name)
        if not log.handlers:
            log.addHandler(logging.NullHandler())  # else Python prints their warnings to standard error
    try:
        document = bare_extraction(tree, include_comments=False, with_metadata=False)
    except (ValueError, TypeError, AttributeError, LookupError, AssertionError, RecursionError):
        return ""  # hostile markup that its heuristics fall over
    return (document.text or "") if isinstance(document, Document) else ""
