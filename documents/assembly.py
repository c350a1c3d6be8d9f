"""From what a reader found to an article: which of several statements counts, above all of the outlet.

Readers fill a `RawArticle`; nothing here opens files. An outlet that nobody stated stays unknown:
neither a file's name nor its folder says who published it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict
from urllib.parse import urlsplit

from documents.articles import Article, OutletBasis
from documents.cleaning import clean
from documents.dates import iso_date
from documents.errors import ReadingError
from documents.fields import field_text, listed, outlet_text, pick, web_url
from documents.formats.markup import without_markup
from documents.formats.page_outlets import outlet_of_page
from documents.languages import detect_language, stated_language
from documents.sources import ReadOptions, SourceFile

if TYPE_CHECKING:
    from documents.outlets.registry import OutletRegistry

_DOMAIN = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+")
_SEPARATOR = re.compile(r"\s+[|–—«»·:-]+\s+|\s*[»|]\s*|(?<=\w):\s+")
_ABOUT_FEED = re.compile(r"(?:[\s|:-]|\b)*\b(?:RSS|Atom)(?:[ -]?feeds?)?\b[\s|:.-]*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class RawArticle:
    """What one reader found of one article; only `text` is cleaned so far.

    Attributes:
        text: The cleaned text, final.
        outlet: As front matter, a column or a key states it.
        page_outlet: As a web page's own metadata states it.
        page_names: What stands in other places where pages state it; only a known outlet's name says anything.
        page_language: As a web page's frame states it: often the template's, so the text's own letters go first.
        published: A date in any written form.
        key: What names it inside its file: its URL or id.
        feed_title: What the feed that it came in calls itself, "Saltmarsh Courier - World".
        senders: Names, codes and domains of who sent or supplied it; only a known outlet's says anything.
    """

    text: str
    title: str | None = None
    outlet: str | None = None
    page_outlet: str | None = None
    page_names: tuple[str, ...] = ()
    url: str | None = None
    published: str | None = None
    author: str | None = None
    language: str | None = None
    page_language: str | None = None
    key: str | None = None
    feed_title: str | None = None
    senders: tuple[str, ...] = ()

    @classmethod
    def of_record(cls, record: Mapping[str, object], mapping: Mapping[str, str] | None = None) -> RawArticle:
        """Return the article that a row or object holds.

        Raises:
            ReadingError: with code ``no-text``: it holds none.
        """
        values = pick(record, mapping)
        text = values.get("text")
        if isinstance(text, list) and all(isinstance(part, str) for part in text):
            text = "\n".join(text)
        if not isinstance(text, str):
            wanted = repr(mapping["text"]) if mapping and "text" in mapping else "text, body, content or article"
            got = f"keys {listed(map(str, record))}" if text is None else f"{type(text).__name__} as text"
            raise ReadingError(f"expected text under {wanted}, got {got}; name it with --map", code="no-text")
        return cls(text=clean(without_markup(text)), **stated(values))


class Stated(TypedDict):
    """The fields beside the text that a record states."""

    title: str | None
    outlet: str | None
    url: str | None
    published: str | None
    author: str | None
    language: str | None
    key: str | None


def stated(values: Mapping[str, object]) -> Stated:
    """Return the fields beside the text, as keyword arguments of `RawArticle`, from what `pick` found."""
    published = values.get("published")
    return {
        "title": field_text(values.get("title")),
        "outlet": outlet_text(values.get("outlet")),
        "url": web_url(values.get("url")),
        "published": iso_date(published) if isinstance(published, int | float) else field_text(published),
        "author": field_text(values.get("author")),
        "language": field_text(values.get("language")),
        "key": web_url(values.get("url")) or field_text(values.get("id")),
    }


def assemble(
    raw: RawArticle, source: SourceFile, options: ReadOptions, registry: OutletRegistry, *, alone: bool
) -> Article:
    """Return the article, with every field decided.

    Args:
        raw: What the reader found.
        source: Where it was read; its manifest row counts over `raw`.
        options: An outlet given here counts over everything.
        registry: Knows outlets by name and by domain.
        alone: Whether the file holds this article only. Of a file of many, the manifest's row gives
            the outlet, fills in what an article leaves open, and says no title or URL.

    Raises:
        ReadingError: with code ``no-text`` or ``too-large``.
    """
    if not raw.text:
        raise ReadingError("expected an article with text, got only white space", code="no-text")
    if len(raw.text) > options.max_characters:
        raise ReadingError(
            f"expected at most {options.max_characters:,} characters, got {len(raw.text):,}; split the text",
            code="too-large",
        )
    row = source.manifest_row or {}
    url = (web_url(row.get("url")) if alone else None) or raw.url
    own_language, row_language = stated_language(raw.language), stated_language(row.get("language"))
    language = (
        _first(row_language, own_language, alone) or detect_language(raw.text) or stated_language(raw.page_language)
    )
    outlet, basis = _outlet(raw, row, url, language, options, registry)
    return Article(
        text=raw.text,
        title=(field_text(row.get("title")) if alone else None) or raw.title,
        outlet=outlet,
        outlet_basis=basis,
        author=_first(field_text(row.get("author")), raw.author, alone),
        url=url,
        published=_first(iso_date(row.get("published"), language), iso_date(raw.published, language), alone),
        language=language,
        paths=(str(source.path),),
    )


def _first(from_row: str | None, own: str | None, alone: bool) -> str | None:
    return (from_row or own) if alone else (own or from_row)


def _outlet(
    raw: RawArticle,
    row: Mapping[str, str],
    url: str | None,
    language: str | None,
    options: ReadOptions,
    registry: OutletRegistry,
) -> tuple[str | None, OutletBasis]:
    """Decide the outlet: option, manifest, file, page, domain, sender, feed, the text's own statement, or unknown."""
    for stated_name in (options.outlet, row.get("outlet"), raw.outlet):
        name = _named(outlet_text(stated_name), registry, url, language)
        if name:
            return name, OutletBasis.GIVEN
    name, basis = outlet_of_page(raw.page_outlet, raw.page_names, url, language, registry)
    if name:
        return name, basis
    for sender in raw.senders:
        if name := registry.resolve(sender):
            return name, OutletBasis.DOMAIN if _DOMAIN.fullmatch(sender) else OutletBasis.GIVEN
    if name := _feed_name(field_text(raw.feed_title), url, registry):
        return name, OutletBasis.GIVEN
    from documents.attribution import stated_publisher

    if name := _named(stated_publisher(raw.text, registry), registry):
        return name, OutletBasis.TEXT
    return None, OutletBasis.UNKNOWN


def _named(
    name: str | None, registry: OutletRegistry, article_url: str | None = None, language: str | None = None
) -> str | None:
    """Return an outlet's canonical name; for a name given as a web address, who owns that, or its host.

    Of papers of one name it is the one whose address the article has, or that its language tells.
    """
    if not name:
        return None
    if url := web_url(name):
        return registry.by_url(url) or (urlsplit(url).hostname or "").removeprefix("www.") or None
    return registry.canonical(name, registry.context(url=article_url, language=language)) or None


def _feed_name(title: str | None, url: str | None, registry: OutletRegistry) -> str | None:
    """Return the outlet that a feed's title names: a known one, or the part that its domain repeats, or all of it.

    "Sport - Saltmarsh Courier" names one section and one outlet, so that a part counts as a known outlet
    only when it is no everyday word.
    """
    title = _ABOUT_FEED.sub("", title).strip() if title else None
    if not title:
        return None
    if known := registry.resolve(title):
        return known
    parts = [part for part in _SEPARATOR.split(title) if part.strip()]
    for part in parts:
        mentions = registry.mentions(part)
        if mentions and (mentions[0].start, mentions[0].end) == (0, len(part)) and not mentions[0].ambiguous:
            return mentions[0].outlet
    host = re.sub(r"[^a-z0-9]", "", (urlsplit(url).hostname or "")) if url else ""
    for part in parts:
        squashed = re.sub(r"[^a-z0-9]", "", part.casefold())
        if len(squashed) > 3 and squashed in host:
            return registry.canonical(part)
    return _named(title, registry)
