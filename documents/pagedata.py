"""What a web page's own metadata says of its article: title, outlet, address, date, author, language.

Reads what the page states for machines: linked data (JSON-LD), meta elements, the canonical link, time
elements. Guesses nothing from the running text.
"""

from __future__ import annotations

import html as html_entities
import json
import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from documents.dates import iso_date
from documents.fields import field_text, web_url
from documents.languages import stated_language

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_MAX_NODES = 5_000
"""Objects of linked data looked at."""
_TITLE_END = re.compile(r"\s+(?:[|–—«·-]|::)\s+(?=[^|–—«·]*$)")
_SAVED_FROM = re.compile(r"<!--\s*saved from url=\(\d+\)(\S+)\s*-->")

_OUTLET_METAS = ("og:site_name", "citation_journal_title", "dc.publisher", "dcterms.publisher", "publisher")
_APPLICATION_METAS = ("application-name", "apple-mobile-web-app-title")
_DATE_METAS = (
    *("article:published_time", "og:article:published_time", "datepublished", "parsely-pub-date", "sailthru.date"),
    *("citation_publication_date", "citation_date", "dc.date.issued", "dcterms.issued", "dcterms.created", "dc.date"),
    *("publication_date", "publish-date", "pubdate", "date"),
)
_AUTHOR_METAS = ("author", "article:author", "citation_author", "parsely-author", "sailthru.author", "dc.creator")
_LANGUAGE_METAS = ("og:locale", "inlanguage", "content-language", "dc.language")


@dataclass(frozen=True, slots=True)
class PageData:
    """What the page states; `body` is the article's text where its linked data holds that, else ""."""

    title: str | None = None
    outlet: str | None = None
    url: str | None = None
    published: str | None = None
    author: str | None = None
    language: str | None = None
    body: str = ""


def page_data(tree: HtmlElement, html: str) -> PageData:
    """Return what the page says of its article.

    Args:
        tree: The parsed page; it is left as it was.
        html: The page as written, for what stands in its comments.
    """
    metas = _metas(tree)
    linked = _LinkedData(tree)
    saved_from = _SAVED_FROM.search(html[:4096])
    canonical = _first(
        web_url(value) for value in (*_attributes(tree, "//link[@rel='canonical']/@href"), metas.get("og:url"))
    )
    article = linked.article(canonical)
    outlet = _first(
        (
            *(field_text(metas.get(name)) for name in _OUTLET_METAS[:1]),
            linked.name(article.get("publisher")),
            *(field_text(metas.get(name)) for name in (*_OUTLET_METAS[1:], *_APPLICATION_METAS)),
        )
    )
    language = _first(
        stated_language(field_text(value))
        for value in (article.get("inLanguage"), tree.get("lang"), *(metas.get(name) for name in _LANGUAGE_METAS))
    )
    body = article.get("articleBody")
    return PageData(
        title=_title(tree, metas, article, outlet),
        outlet=outlet,
        url=canonical
        or _first(map(web_url, (article.get("url"), article.get("mainEntityOfPage"))))
        or web_url(saved_from.group(1) if saved_from else None),
        published=_published(tree, metas, article, language),
        author=_author(tree, metas, article, linked),
        language=language,
        body=html_entities.unescape(body) if isinstance(body, str) else "",
    )


def _metas(tree: HtmlElement) -> dict[str, str]:
    """Return the content of the meta elements by their lower-case name, the first of each."""
    found: dict[str, str] = {}
    for element in tree.iter("meta"):
        content = (element.get("content") or "").strip()
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            if content and (name := element.get(attribute)):
                found.setdefault(name.strip().lower(), content)
    return found


class _LinkedData:
    """The objects of a page's JSON-LD."""

    def __init__(self, tree: HtmlElement) -> None:
        self._objects: list[dict[str, Any]] = []
        for script in tree.iter("script"):
            if (script.get("type") or "").strip().lower() == "application/ld+json":
                try:
                    self._objects.extend(_objects(json.loads(script.text or "")))
                except (ValueError, RecursionError):
                    continue
        self._by_id = {
            str(found["@id"]): found
            for found in self._objects
            if "@id" in found and ("name" in found or "url" in found)
        }

    def article(self, url: str | None) -> dict[str, Any]:
        """Return the object of the page's article, preferring the one at `url`; empty when there is none."""
        articles = [found for found in self._objects if _is_article(found)]
        at_url = (
            found
            for found in articles
            if url and url in map(web_url, (found.get("url"), found.get("@id"), found.get("mainEntityOfPage")))
        )
        return next(at_url, articles[0] if articles else {})

    def name(self, value: object) -> str | None:
        """Return the name, or names, of a person or organisation; references are looked up."""
        members = value if isinstance(value, list) else [value]
        names = []
        for member in members[:100]:
            if isinstance(member, dict) and "name" not in member:
                member = self._by_id.get(str(member.get("@id")), {})
            name = field_text(member.get("name") if isinstance(member, dict) else member)
            if name and web_url(name) is None:
                names.append(html_entities.unescape(name))
        return field_text(names)


def _objects(value: object) -> Iterator[dict[str, Any]]:
    waiting = deque([value])
    for _ in range(_MAX_NODES):
        if not waiting:
            return
        member = waiting.popleft()
        if isinstance(member, dict):
            yield member
            waiting.extend(inner for inner in member.values() if isinstance(inner, dict | list))
        elif isinstance(member, list):
            waiting.extend(member)


def _is_article(found: dict[str, Any]) -> bool:
    kinds = found.get("@type")
    names = kinds if isinstance(kinds, list) else [kinds]
    return any(isinstance(name, str) and name.endswith(("Article", "Posting")) for name in names)


def _title(tree: HtmlElement, metas: dict[str, str], article: dict[str, Any], outlet: str | None) -> str | None:
    headings = [_text(element) for element in tree.iter("h1")]
    headline = field_text(article.get("headline"))
    title = _first(
        (
            html_entities.unescape(headline) if headline else None,
            field_text(metas.get("og:title")),
            headings[0] if len(headings) == 1 else None,
            _first(map(_text, tree.iter("title"))),
        )
    )
    if title and (end := _TITLE_END.search(title)):
        head, tail = title[: end.start()], title[end.end() :]
        if (outlet and tail.casefold() == outlet.casefold()) or head in headings:
            return head
    return title


def _published(tree: HtmlElement, metas: dict[str, str], article: dict[str, Any], language: str | None) -> str | None:
    marked = "//*[@itemprop='datePublished' or @pubdate]"
    stated = _first(
        iso_date(value, language)
        for value in (
            article.get("datePublished"),
            *(metas.get(name) for name in _DATE_METAS),
            *_attributes(tree, f"{marked}/@datetime | {marked}/@content"),
        )
    )
    if stated:
        return stated
    times = _attributes(tree, "//article//time/@datetime") or _attributes(tree, "//time/@datetime")
    dates = [date for value in times[:100] if (date := iso_date(value, language))]
    return dates[0] if len({date[:10] for date in dates}) == 1 else None  # several: whose they are is not said


def _author(tree: HtmlElement, metas: dict[str, str], article: dict[str, Any], linked: _LinkedData) -> str | None:
    stated = (field_text(metas.get(name)) for name in _AUTHOR_METAS)
    marked = tree.xpath("//*[@rel='author'] | //*[@itemprop='author']")
    return _first(
        (
            linked.name(article.get("author")),
            *(name for name in stated if name and web_url(name) is None),
            *(_text(element) for element in marked[:5]),
        )
    )


def _text(element: HtmlElement) -> str | None:
    return field_text(element.text_content())


def _attributes(tree: HtmlElement, path: str) -> list[str]:
    return [str(value) for value in tree.xpath(path)]


def _first(values: Iterable[str | None]) -> str | None:
    return next((value for value in values if value), None)
