"""Exports from news databases: many articles in one file, told from ordinary text and split by their own headers.

Knows Nexis (`documents.formats.nexis_exports`) and Factiva (`documents.formats.factiva_exports`), each in its
layouts. Works on text; a web page's comes from `export_page_text`. An article whose header or body is broken becomes
an error among the others. Copies of one article are all returned.
"""

from __future__ import annotations

import re

from documents.assembly import RawArticle
from documents.errors import ReadingError
from documents.formats.export_lines import LENGTH_WORDS
from documents.formats.factiva_exports import is_factiva, split_factiva
from documents.formats.markup import parsed
from documents.formats.nexis_exports import is_nexis, split_nexis

_ANCHORS = re.compile(r"(?i)\bdo[ck]ument|\bload-date|\bupdate:|\bdate-chargement")
_LINE_ENDS = frozenset({"br", "div", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "p", "table", "tr"})


def looks_like_export(text: str) -> bool:
    """Return whether a text is an export of Nexis or Factiva: whole lines that only these write, of several kinds."""
    if not _ANCHORS.search(text) or not LENGTH_WORDS.search(text):
        return False
    lines = _lines(text)
    return is_nexis(lines) or is_factiva(lines)


def split_exports(text: str) -> list[RawArticle | ReadingError]:
    """Return the articles in an export, and in its place an error for each that is broken.

    Raises:
        ReadingError: with code ``no-text``: it is no export, or has no article.
    """
    lines = _lines(text)
    found = split_nexis(lines) if is_nexis(lines) else split_factiva(lines) if is_factiva(lines) else []
    if not found:
        raise ReadingError("expected an export from Nexis or Factiva, got no article of one", code="no-text")
    return found


def export_page_text(html: str) -> str:
    """Return the text of an export that was saved as a web page, a line for each block and table row.

    Raises:
        ReadingError: with code ``too-large``: the page cannot be parsed whole.
    """
    tree = parsed(html)
    if tree is None:
        return ""
    for element in tree.iter():
        name = element.tag
        if name in ("head", "script", "style"):
            element.text = ""
            continue
        element.text = re.sub(r"\s+", " ", element.text or "")
        tail = re.sub(r"\s+", " ", element.tail or "")
        mark = "\n" if name in _LINE_ENDS else "\t" if name in ("td", "th") else ""
        element.text, element.tail = mark.strip("\t") + element.text, mark + tail
    body = tree.find("body")
    return "" if body is None else "\n".join(body.text_content().split("\n"))


def _lines(text: str) -> list[str]:
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ").replace("\ufeff", "")
    return [line.rstrip() for line in re.split("[\n\f\v\u2028\u2029]", text)]
