"""Feeds saved to disk, RSS and Atom: each entry an article, as long as the feed gives it, be it a teaser.

feedparser gets bytes in memory and nothing else, so that it never takes anything for an address to
fetch. Markup is taken off here, not sanitised: only text is kept. Following an entry's link to the
whole article is nobody's business here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from documents.assembly import RawArticle
from documents.cleaning import clean
from documents.dates import iso_date
from documents.errors import ReadingError
from documents.fields import field_text, outlet_text, web_url
from documents.formats.items import Item, label_of
from documents.formats.markup import fragment_text
from documents.formats.xml_files import check_size, clean_message

if TYPE_CHECKING:
    from feedparser import FeedParserDict

ROOTS = frozenset({"rss", "feed", "RDF", "rdf"})
"""Names of the root element of a feed, without its name space."""
MAX_TAGS = 100_000
"""Tags in a feed; feedparser looks at some 20,000 a second."""
_MAX_ENTITIES = 1_000_000
_BROKEN_OFF = ("no element found", "unclosed token", "unclosed CDATA section", "partial character")
_HTML = ("text/html", "application/xhtml+xml", "html", "xhtml")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|&(?:#\d+|\w+);")
_SEPARATED = re.compile(r"\s[|–—-]\s")


def read_feed(text: str) -> Iterator[Item | ReadingError]:
    """Yield the article of each entry, then what is wrong with the rest if the feed breaks off.

    Args:
        text: The feed, decoded, with no entities declared in it (`documents.formats.xml_files.root_name` sees to that).

    Raises:
        ReadingError: with code ``empty`` or ``too-large``.
    """
    check_size(text, MAX_TAGS)
    if text.count("&") > _MAX_ENTITIES:
        raise ReadingError("expected a feed, got a million entities in one; split the file", code="too-large")
    feed = _parsed(text)
    about, entries = feed["feed"], feed["entries"]
    fault = _fault(feed)
    if not entries:
        raise fault or ReadingError("expected a feed with entries, got one without; save it again", code="empty")
    sites = {host for entry in entries if (host := _host(_link(entry)))}
    own_site = _host(web_url(about.get("link"))) or (sites.pop() if len(sites) == 1 else None)
    for number, entry in enumerate(entries, 1):
        place = f"item {number}"
        try:
            raw = _article(entry, about, own_site)
        except ReadingError as error:
            yield ReadingError(f"{place}: {error}", code=error.code)
            continue
        if raw.text:
            yield Item(place, None, raw)
        elif not fault or number < len(entries):
            name = repr(label_of(raw.title or raw.key or "")[:80])
            yield ReadingError(f"{place}: expected an entry with text, got {name} with none", code="no-text")
    if fault:
        yield fault


def _parsed(text: str) -> FeedParserDict:
    import feedparser

    # A stream, not bytes: those it would first try as the name of a file to open.
    return feedparser.parse(
        BytesIO(text.encode("utf-8", "replace")),
        response_headers={"content-type": "application/xml; charset=utf-8"},
        sanitize_html=False,
        resolve_relative_uris=False,
    )


def _fault(feed: FeedParserDict) -> ReadingError | None:
    """Return that the feed breaks off, if it does; other faults of its XML lose nothing."""
    error = feed.get("bozo_exception")
    message = getattr(error, "getMessage", lambda: "")()
    if not message.startswith(_BROKEN_OFF):
        return None
    line = getattr(error, "getLineNumber", lambda: None)()
    return ReadingError(
        f"expected a whole feed, got one that breaks off ({clean_message(message)}); save it again",
        code="truncated",
        line=line,
    )


def _article(entry: Any, about: Any, own_site: str | None) -> RawArticle:
    url = _link(entry)
    site = _host(url)
    title = field_text(_plain(entry.get("title_detail")) or entry.get("title"))
    outlet = outlet_text(entry.get("publisher")) or _origin(entry.get("source"))
    if title and outlet and title.endswith(f" - {outlet}"):
        title = title.removesuffix(f" - {outlet}")
    is_own = site is None or own_site is None or _same_site(site, own_site)
    return RawArticle(
        text=_text(entry),
        title=title,
        outlet=outlet,
        feed_title=_plain(about.get("title_detail")) if is_own else None,
        url=url,
        published=_published(entry),
        author=_author(entry),
        page_language=field_text(_content_language(entry) or about.get("language")),
        key=field_text(entry.get("id")) or url,
    )


def _text(entry: Any) -> str:
    """Return the longest text that the entry gives: its content, else its summary."""
    bodies = [*entry.get("content", ()), entry.get("summary_detail")]
    texts = [clean(_plain(body) or "") for body in bodies if body]
    return max(texts, key=len, default="")


def _plain(detail: Any) -> str | None:
    """Return a value without markup, whether it was said to be markup or, as often, was not."""
    value = detail.get("value") if detail else None
    if not isinstance(value, str):
        return None
    if detail.get("type") in _HTML or _TAG.search(value):
        return fragment_text(value)
    return value


def _content_language(entry: Any) -> str | None:
    details = (*entry.get("content", ()), entry.get("title_detail") or {})
    return next((detail.get("language") for detail in details if detail.get("language")), None)


def _origin(source: Any) -> str | None:
    """Return the outlet of an entry that was taken over from another feed, by that one's title, else its address."""
    if not source:
        return None
    title, address = outlet_text(source.get("title")), web_url(source.get("href") or source.get("link"))
    if title and address and _SEPARATED.search(title):
        return address  # "Saltmarsh Courier - World": the address says it better
    return title or address


def _link(entry: Any) -> str | None:
    """Return the article's address; a counting service in between is not it."""
    return web_url(entry.get("feedburner_origlink")) or web_url(entry.get("link"))


def _author(entry: Any) -> str | None:
    names = [field_text(author.get("name")) for author in entry.get("authors", ()) if author]
    known = list(dict.fromkeys(name for name in names if name and "@" not in name))
    return field_text(known) or next((name for name in [field_text(entry.get("author"))] if name), None)


def _published(entry: Any) -> str | None:
    """Return when the entry was published, with its zone as stated; else when it was last changed."""
    for name in ("published", "updated"):
        if name not in entry.keys():  # noqa: SIM118  # its "in" takes one date for the other
            continue
        stated = field_text(entry[name])
        if iso_date(stated):
            return stated
        parts = entry.get(f"{name}_parsed")
        if parts:
            try:
                year, month, day, hour, minute, second = parts[:6]
                return datetime(year, month, day, hour, minute, second, tzinfo=UTC).isoformat()
            except ValueError:
                continue
    return None


def _host(url: str | None) -> str | None:
    return (urlsplit(url).hostname or "").removeprefix("www.") or None if url else None


def _same_site(one: str, other: str) -> bool:
    """Return whether two hosts are of one site: "feeds.saltmarsh.example" and "saltmarsh.example"."""
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}") or _parent(one) == _parent(other)


def _parent(host: str) -> str:
    """Return the host without its first label, or as it is where hardly more than a country would be left."""
    parent = host.partition(".")[2]
    return parent if parent.count(".") >= 1 and len(parent) > len("co.uk.x") else host
