"""What a web page's own metadata says of its article: title, outlet, address, date, author, language.

Reads what the page states for machines: linked data (JSON-LD), meta elements, the canonical link, time
elements. Guesses nothing from the running text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from documents.dates import iso_date
from documents.fields import field_text, outlet_text, web_url
from documents.formats.linked_data import LinkedData, same_letters, unescaped
from documents.formats.page_titles import Titles, title_of
from documents.languages import stated_language

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_SAVED_FROM = re.compile(r"<!--\s*saved from url=\(\d+\)(\S+)\s*-->")
_BY = re.compile(r"^(?:(?i:by|par|por)\s+|(?i:text|autor(?:in)?|author)\s*:\s*)(?=[A-ZÀ-ÖØ-Ý])")
_TITLE_TAIL = re.compile(r".*(?:\s[|–—·«-]\s|[|｜：]|--)\s*(\S.*)", re.DOTALL)

_OUTLET_METAS = ("og:site_name", "citation_journal_title", "dc.publisher", "dcterms.publisher", "publisher")
_APPLICATION_METAS = ("application-name", "apple-mobile-web-app-title")
_TITLE_METAS = ("twitter:title", "citation_title", "parsely-title", "sailthru.title", "dc.title", "dcterms.title")
_DATE_METAS = (
    *("article:published_time", "og:article:published_time", "article:published", "datepublished"),
    *("parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime", "cxenseparse:publishtime"),
    *("citation_publication_date", "citation_date", "dc.date.issued", "dcterms.issued", "dcterms.created", "dc.date"),
    *("dcterms.date", "publication_date", "publish-date", "publish_date", "publishdate", "published_at", "pubdate"),
    *("article.published", "rnews:datepublished", "iptc:published", "last-publish-date", "originalpublicationdate"),
    *("displaydate", "datecreated", "og:published_time", "date"),
)
_AUTHOR_METAS = (
    *("author", "article:author", "citation_author", "parsely-author", "sailthru.author", "dc.creator"),
    *("dcterms.creator", "cxenseparse:author", "byl", "twitter:creator:name"),
)
_LANGUAGE_METAS = ("og:locale", "inlanguage", "content-language", "dc.language")


@dataclass(frozen=True, slots=True)
class PageData:
    """What the page states.

    Attributes:
        outlet: Whose page it says it is, in the likeliest of the places where pages say it.
        names: What stands in the other such places, which may be a company, a system or a section.
        description: What it says that the article is about.
        body: The article's text where its linked data holds that, else "".
    """

    title: str | None = None
    outlet: str | None = None
    names: tuple[str, ...] = ()
    url: str | None = None
    published: str | None = None
    author: str | None = None
    language: str | None = None
    description: str | None = None
    body: str = ""


def page_data(tree: HtmlElement, html: str) -> PageData:
    """Return what the page says of its article.

    Args:
        tree: The parsed page; it is left as it was.
        html: The page as written, for what stands in its comments.
    """
    metas = _metas(tree)
    linked = LinkedData(tree)
    url = _address(tree, metas, html)
    headings = [text for element in tree.iter("h1") if (text := _text(element))]
    bar = _first(map(_text, tree.iter("title")))
    article = linked.article(url, frozenset(map(same_letters, (*headings, metas.get("og:title") or ""))) - {""})
    url = url or _first(map(web_url, (article.get("url"), article.get("mainEntityOfPage")))) or _saved_from(html)
    names = _names(metas, linked, article)
    tail = _TITLE_TAIL.match(bar) if bar else None
    language = _first(
        stated_language(field_text(value))
        for value in (article.get("inLanguage"), tree.get("lang"), *(metas.get(name) for name in _LANGUAGE_METAS))
    )
    headline, body = field_text(article.get("headline")), article.get("articleBody")
    titles = Titles(
        headline=unescaped(headline) if headline else None,
        shared=unescaped(metas.get("og:title") or "") or None,
        headings=headings,
        others=[unescaped(title) for title in (*map(metas.get, _TITLE_METAS), bar) if title],
    )
    return PageData(
        title=field_text(title_of(titles, names, (urlsplit(url).hostname or "") if url else "")),
        outlet=names[0] if names else None,
        names=(*names[1:], *linked.site_names()[:3], *([tail.group(1)] if tail else [])),
        url=url,
        published=_published(tree, metas, article, linked, language),
        author=_author(tree, metas, article, linked, names),
        language=language,
        description=_first(
            map(field_text, (metas.get("og:description"), article.get("description"), metas.get("description")))
        ),
        body=unescaped(body) if isinstance(body, str) else "",
    )


def _address(tree: HtmlElement, metas: dict[str, str], html: str) -> str | None:
    """Return the page's address as it states it itself; a page made for phones names the one that it stands for."""
    canonical = _attributes(tree, "//link[translate(@rel, 'CANOIL', 'canoil')='canonical']/@href")
    return _first(web_url(value) for value in (*canonical, metas.get("og:url"), metas.get("parsely-link")))


def _saved_from(html: str) -> str | None:
    found = _SAVED_FROM.search(html[:4096])
    return web_url(found.group(1)) if found else None


def _names(metas: dict[str, str], linked: LinkedData, article: dict[str, Any]) -> list[str]:
    """Return the names under which the page says whose it is, likelier ones first."""
    stated = (
        outlet_text(metas.get("og:site_name")),
        linked.name(article.get("publisher")),
        *(outlet_text(metas.get(name)) for name in (*_OUTLET_METAS[1:], *_APPLICATION_METAS)),
    )
    return list(dict.fromkeys(unescaped(name) for name in stated if name))


def _metas(tree: HtmlElement) -> dict[str, str]:
    """Return the content of the meta elements by their lower-case name, the first of each."""
    found: dict[str, str] = {}
    for element in tree.iter("meta"):
        content = (element.get("content") or "").strip()
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            if content and (name := element.get(attribute)):
                found.setdefault(name.strip().lower(), content)
    return found


def _published(
    tree: HtmlElement, metas: dict[str, str], article: dict[str, Any], linked: LinkedData, language: str | None
) -> str | None:
    marked = "//*[@itemprop='datePublished' or @pubdate]"
    stated = _first(
        iso_date(value, language)
        for value in (
            article.get("datePublished"),
            *(metas.get(name) for name in _DATE_METAS),
            _parsely(metas).get("pub_date"),
            *_attributes(tree, f"{marked}/@datetime | {marked}/@content"),
            article.get("dateCreated"),
            linked.page().get("datePublished"),
        )
    )
    if stated:
        return stated
    times = _attributes(tree, "//article//time/@datetime") or _attributes(tree, "//time/@datetime")
    dates = [date for value in times[:100] if (date := iso_date(value, language))]
    return dates[0] if len({date[:10] for date in dates}) == 1 else None  # several: whose they are is not said


def _author(
    tree: HtmlElement, metas: dict[str, str], article: dict[str, Any], linked: LinkedData, outlets: list[str]
) -> str | None:
    """Return who wrote it: people rather than the outlet itself, which some pages name first."""
    marked = tree.xpath("//*[@rel='author'] | //*[@itemprop='author']")
    stated = (
        linked.name(article.get("author")),
        *(field_text(metas.get(name)) for name in _AUTHOR_METAS),
        field_text(_parsely(metas).get("author")),
        *(_text(element) for element in marked[:5]),
    )
    own = set(map(same_letters, outlets))
    names = [_BY.sub("", unescaped(name), count=1) for name in stated if name and _is_name(name)]
    return _first((*(name for name in names if same_letters(name) not in own), *names))


def _is_name(text: str) -> bool:
    return web_url(text) is None and any(character.isalpha() for character in text)


def _parsely(metas: dict[str, str]) -> dict[str, Any]:
    """Return what a page states for Parse.ly as one JSON object."""
    try:
        found = json.loads(metas.get("parsely-page") or "{}")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _text(element: HtmlElement) -> str | None:
    return field_text(element.text_content())


def _attributes(tree: HtmlElement, path: str) -> list[str]:
    return [str(value) for value in tree.xpath(path)]


def _first(values: Iterable[str | None]) -> str | None:
    return next((value for value in values if value), None)
