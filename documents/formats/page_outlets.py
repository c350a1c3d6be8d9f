"""Whose page it is, decided between the names that it states and the address that it gives as its own.

Knows which names are no outlet's: of platforms that show others' articles, and of agencies where the
page is another's. Gathering the names is `documents.formats.pagedata`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from documents.articles import OutletBasis
from documents.fields import web_url
from documents.outlets.agencies import AGENCIES
from documents.outlets.names import key

if TYPE_CHECKING:
    from documents.outlets.registry import Context, OutletRegistry

_PLATFORMS = frozenset(
    {"facebook", "instagram", "threads", "whatsapp", "twitter", "x", "x.com", "x (formerly twitter)", "linkedin"}
    | {"youtube", "vimeo", "dailymotion", "tiktok", "snapchat", "pinterest", "reddit", "telegram", "tumblr", "vk"}
    | {"mastodon", "bluesky", "bluesky social", "discord", "medium", "substack", "wordpress", "wordpress.com"}
    | {"blogger", "blogspot", "ghost", "wix", "squarespace", "issuu", "scribd", "calameo", "pressreader", "readly"}
    | {"google", "google news", "google docs", "google drive", "apple news", "msn", "microsoft start", "bing"}
    | {"yahoo", "yahoo!", "yahoo news", "yahoo! news", "yahoo finance", "yahoo sports", "aol", "flipboard", "feedly"}
    | {"smartnews", "newsbreak", "news break", "upday", "pocket", "getpocket", "inoreader", "dailyhunt", "line news"}
    | {"internet archive", "wayback machine", "archive.ph", "archive.today", "github", "gitlab", "notion", "drupal"}
)
"""Where others' articles are shown, and systems whose name a page bears by default; as `key` writes them."""
_SEPARATOR = re.compile(r"\s+[|–—«»·:*/-]+\s+|\s*[|｜：]\s*")
_FRAME_LABELS = frozenset({"www", "amp", "m", "mobile", "mobil", "edition", "news", "beta", "web"})
_WORD = re.compile(r"\w{2,}")
_OTHER_SCRIPT = re.compile(r"[^\W\d_\u0000-\u036f\u1e00-\u1eff]")
"""A letter that is not Latin."""
_COMMON_WORDS = frozenset(
    {"the", "der", "die", "das", "news", "times", "daily", "post", "online", "press", "journal", "media", "magazine"}
    | {"radio", "herald", "tribune", "mail", "star", "sun", "world", "today", "web", "digital", "network", "group"}
    | {"publishing", "company", "zeitung", "tageszeitung", "nachrichten", "blatt", "courier", "gazette", "express"}
    | {"morning", "evening", "weekly", "sunday", "national", "international", "com", "net", "org", "www", "app", "live"}
    | {"sport", "sports", "blog", "blogs", "desk"}
)
"""Words of many outlets' names, which tell none."""


def outlet_of_page(
    stated: str | None, others: Iterable[str], url: str | None, language: str | None, registry: OutletRegistry
) -> tuple[str | None, OutletBasis]:
    """Return the outlet of a page and how it is known, or None and `OutletBasis.UNKNOWN`.

    A known name counts; one that nobody knows counts unless the address belongs to a known outlet.

    Args:
        stated: Whose page it says it is, or None.
        others: Further names that it states; only a known outlet's that is no everyday word says anything.
        url: The page's own address, or None.
        language: ISO 639-1 code of the article's language, or None.
        registry: Knows outlets by name and by domain.
    """
    owner = registry.by_url(url) if url else None
    context = registry.context(url=url, language=language)
    further = [known for name in others if (known := _surely(name, registry, context)) and known not in AGENCIES]
    if stated and key(stated) not in _PLATFORMS:
        known = registry.by_url(stated) if web_url(stated) else registry.resolve(stated, context)
        if known and owner and owner != known:
            is_credit = known in AGENCIES  # it supplied the text, and publishes nothing on another's page
            is_edition = key(owner).startswith(f"{key(known)} ")  # "Politico", at the address of Politico Europe
            return (owner, OutletBasis.DOMAIN) if is_credit or is_edition else (known, OutletBasis.PAGE)
        if known:
            return known, OutletBasis.PAGE
        parts = (_surely(part, registry, context) for part in _SEPARATOR.split(stated))
        known = next((one for one in parts if one and owner in (None, one)), None)
        if known:
            return known, OutletBasis.PAGE
        if owner and (owner in further or _is_akin(stated, url or "", owner, registry)):
            return owner, OutletBasis.DOMAIN
        if web_url(stated):
            return (urlsplit(stated).hostname or "").removeprefix("www.") or None, OutletBasis.PAGE
        return registry.canonical(stated, context) or None, OutletBasis.PAGE
    if owner:
        return owner, OutletBasis.DOMAIN
    return (further[0], OutletBasis.PAGE) if further else (None, OutletBasis.UNKNOWN)


def _surely(name: str, registry: OutletRegistry, context: Context) -> str | None:
    """Return the outlet that all of a name names when the name means nothing else."""
    if key(name) in _PLATFORMS:
        return None
    mentions = registry.mentions(name, context)
    whole = len(mentions) == 1 and (mentions[0].start, mentions[0].end) == (0, len(name))
    return mentions[0].outlet if whole and not mentions[0].ambiguous else None


def _is_akin(stated: str, url: str, owner: str, registry: OutletRegistry) -> bool:
    """Whether a name that nobody knows may be one of the owner of the page's address.

    So it may where the address is the outlet's own, not that of somebody whose pages it houses, and the name shares
    a telling word with the outlet's, or is in a script in which the outlet's names need not be known.
    """
    known = registry.outlet(owner)
    labels = (urlsplit(url).hostname or "").split(".")
    while len(labels) > 2 and labels[0] in _FRAME_LABELS:
        labels.pop(0)
    if known is None or ".".join(labels) not in known.domains:
        return False
    if _OTHER_SCRIPT.search(stated):
        return True
    words = {word for name in (known.name, *known.aliases) for word in _WORD.findall(key(name))} - _COMMON_WORDS
    said = _WORD.findall(key(stated))
    own = set(said) - _COMMON_WORDS
    initials = "".join(word[0] for word in said)
    host = labels[0].replace("-", "")
    return bool(words & own) or host == initials or any(word in host or word.startswith(host) for word in own)
