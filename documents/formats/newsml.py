"""IPTC's XML for news, NewsML-G2 and NITF: each news item with text in it is an article.

A package only points at items that stand elsewhere, and remote content is an address: neither is
followed. Entities and size are `documents.formats.xml_files`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from documents.assembly import RawArticle
from documents.cleaning import clean
from documents.errors import ReadingError
from documents.fields import field_text, web_url
from documents.formats.items import Item
from documents.formats.markup import fragment_text
from documents.formats.xml_files import block_text, elements, local_name

if TYPE_CHECKING:
    from lxml.etree import _Element

NEWSML_ROOTS = frozenset({"newsItem", "newsMessage", "packageItem"})
NITF_ROOT = "nitf"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_WITHDRAWN = frozenset({"canceled", "withheld"})


def read_newsml(text: str) -> Iterator[Item | ReadingError]:
    """Yield the article of each news item in a NewsML-G2 document, and why one gives none.

    Raises:
        ReadingError: with code ``no-text`` (nothing but packages) or ``too-large``.
    """
    number, yielded = 0, False
    for found in elements(text, ("newsItem", "packageItem")):
        if isinstance(found, ReadingError):
            yielded = True
            yield found
        elif local_name(found) == "newsItem":
            number, yielded = number + 1, True
            try:
                yield Item(f"item {number}", None, _news_item(found))
            except ReadingError as error:
                yield ReadingError(f"item {number}: {error}", code=error.code, line=found.sourceline)
    if not yielded:
        raise ReadingError("expected a news item, got only packages that point at others", code="no-text")


def read_nitf(text: str) -> Iterator[Item | ReadingError]:
    """Yield the article of a NITF document.

    Raises:
        ReadingError: with code ``no-text``, ``malformed-xml`` or ``too-large``.
    """
    for found in elements(text, (NITF_ROOT,)):
        if isinstance(found, ReadingError):
            raise found
        yield Item("", None, _nitf(found), alone=True)


def _news_item(item: _Element) -> RawArticle:
    status = _code(_find(item, "itemMeta/pubStatus"))
    if status in _WITHDRAWN:
        raise ReadingError(f"expected a usable news item, got one that is {status}", code="withdrawn")
    bodies = [_body(part) for part in _all(item, "contentSet/*")]
    text = max(bodies, key=len, default="")
    if not text:
        guid = item.get("guid") or "without a guid"
        raise ReadingError(f"expected a news item with its text inside, got {guid[:120]!r} with none", code="no-text")
    provider, holder = _find(item, "itemMeta/provider"), _find(item, "rightsInfo/copyrightHolder")
    sources = _all(item, "contentMeta/infoSource")
    named = [provider, holder, *(sources if len(sources) == 1 else [])]
    embedded = _find(item, f"contentSet/inlineXML/{NITF_ROOT}")
    inner = _nitf(embedded) if embedded is not None else None
    language = _find(item, "contentMeta/language")
    headlines = _all(item, "contentMeta/headline")
    headlines.sort(key=lambda headline: (headline.get("role") or "").rpartition(":")[2] not in ("", "main", "title"))
    return RawArticle(
        text=text,
        title=_first(map(_line, headlines)) or (inner.title if inner else None),
        outlet=_first(map(_name, named)) or (inner.outlet if inner else None),
        url=web_url(item.get("guid")),
        published=_first(
            _line(_find(item, path))
            for path in ("contentMeta/contentCreated", "itemMeta/versionCreated", "itemMeta/firstCreated")
        ),
        author=_first([_line(_find(item, "contentMeta/by")), *map(_name, _all(item, "contentMeta/creator"))])
        or (inner.author if inner else None),
        language=field_text(language.get("tag")) if language is not None else None,
        page_language=field_text(item.get(_LANGUAGE)),
        key=field_text(item.get("guid")),
        senders=tuple(code for element in named if (code := _code(element))),
    )


def _body(part: _Element) -> str:
    """Return the text of one form of an item's content; what is only pointed at has none here."""
    kind = (part.get("contenttype") or "").lower()
    if local_name(part) == "inlineXML":
        content = next(iter(part.xpath(".//*[local-name()='body.content']")), None)
        if content is None:
            content = next(iter(part.xpath(".//*[local-name()='body']")), part)
        return clean(block_text(content))
    if local_name(part) == "inlineData" and not part.get("encoding"):
        value = "".join(part.itertext())
        return clean(fragment_text(value) if "html" in kind else value)
    return ""


def _nitf(root: _Element) -> RawArticle:
    content = _find(root, "body/body.content")
    text = clean(block_text(content)) if content is not None else ""
    if not text:
        raise ReadingError("expected a NITF document with text in body.content, got none", code="no-text")
    publication, holder = _find(root, "head/pubdata"), _find(root, "head/docdata/doc.copyright")
    issued, document = _find(root, "head/docdata/date.issue"), _find(root, "head/docdata/doc-id")
    return RawArticle(
        text=text,
        title=_first(_line(_find(root, path)) for path in ("body/body.head/hedline/hl1", "head/title")),
        outlet=_first((_attribute(publication, "name"), _attribute(holder, "holder"))),
        url=web_url(_attribute(publication, "ex-ref")),
        published=_first((_attribute(issued, "norm"), _attribute(publication, "date.publication"))),
        author=_line(_find(root, "body/body.head/byline")),
        language=field_text(root.get(_LANGUAGE)),
        key=_attribute(document, "id-string"),
    )


def _all(element: _Element, path: str) -> list[_Element]:
    """Return the elements at a path of local names, whatever their name spaces."""
    steps = "/".join("*" if step == "*" else f"*[local-name()='{step}']" for step in path.split("/"))
    found: list[_Element] = element.xpath(steps)
    return found


def _find(element: _Element, path: str) -> _Element | None:
    return next(iter(_all(element, path)), None)


def _line(element: _Element | None) -> str | None:
    return field_text(block_text(element)) if element is not None else None


def _name(element: _Element | None) -> str | None:
    """Return how a party is called in its own element; a code is no name."""
    if element is None:
        return None
    return _line(_find(element, "name")) or field_text(element.get("literal"))


def _code(element: _Element | None) -> str | None:
    """Return the code of a controlled value without its scheme: "nprov:AFP" gives "AFP"."""
    if element is None:
        return None
    return field_text((element.get("qcode") or "").rpartition(":")[2]) or web_url(element.get("uri"))


def _attribute(element: _Element | None, name: str) -> str | None:
    return field_text(element.get(name)) if element is not None else None


def _first(values: Iterable[str | None]) -> str | None:
    return next((value for value in values if value), None)
