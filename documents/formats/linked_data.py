"""The linked data (JSON-LD) of a web page: which of its objects is the article, and who is named in it.

Reads what is well-formed and mends what is nearly so. What a page says elsewhere is `documents.formats.pagedata`.
"""

from __future__ import annotations

import html as html_entities
import json
import re
from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from documents.fields import field_text, web_url

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_MAX_NODES = 5_000
"""Objects of linked data looked at."""
_LONGEST = 5_000_000
_WRAPPING = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)|(?:-->|(?://|/\*)?\s*\]\]>(?:\s*\*/)?|;)\s*$"
)
_TRAILING_COMMA = re.compile(r",(\s*[\]}])")
_PAIR = re.compile(r'"(headline|datePublished|dateCreated|articleBody)"\s*:\s*("(?:[^"\\\n]|\\.){1,20000}")')
_KIND = re.compile(r'"@type"\s*:\s*\[?\s*"[\w:/.]{0,60}(?:Article|Posting)"')
_KINDS = ("Article", "Posting", "Report")


class LinkedData:
    """The objects of a page's JSON-LD."""

    def __init__(self, tree: HtmlElement) -> None:
        self._objects: list[dict[str, Any]] = []
        for script in tree.iter("script"):
            if (script.get("type") or "").strip().lower().startswith("application/ld+json"):
                self._objects.extend(_objects(_values(script.text or "")))
        self._by_id = {
            str(found["@id"]): found
            for found in self._objects
            if "@id" in found and ("name" in found or "url" in found)
        }

    def article(self, url: str | None, titles: frozenset[str] = frozenset()) -> dict[str, Any]:
        """Return the object of the page's article: the one at `url`, one with a title of the page, or the first.

        Args:
            url: The page's own address.
            titles: What the page is called elsewhere, as `same_letters` writes it.
        """
        articles = [found for found in self._objects if _is_a(found, _KINDS)]
        for found in articles:
            if url and url in map(web_url, (found.get("url"), found.get("@id"), found.get("mainEntityOfPage"))):
                return found
        named = (found for found in articles if same_letters(field_text(found.get("headline")) or "") in titles)
        return next(named, articles[0] if articles else {})

    def page(self) -> dict[str, Any]:
        """Return the object of the page as such, empty when there is none."""
        return next((found for found in self._objects if _is_a(found, ("WebPage",))), {})

    def site_names(self) -> list[str]:
        """Return the names of the site that the page belongs to."""
        sites = (found for found in self._objects if _is_a(found, ("WebSite", "NewsMediaOrganization")))
        return [name for found in sites if (name := self.name(found))]

    def name(self, value: object) -> str | None:
        """Return the name, or names, of a person or organisation; references are looked up."""
        members = value if isinstance(value, list) else [value]
        names: list[str] = []
        for member in members[:100]:
            if isinstance(member, dict) and "name" not in member:
                member = self._by_id.get(str(member.get("@id")), {})
            name = field_text(member.get("name") if isinstance(member, dict) else member)
            if name and web_url(name) is None and name not in names:
                names.append(unescaped(name))
        return field_text(names)


def unescaped(text: str) -> str:
    """Return a text without entities, also where they were escaped twice."""
    return html_entities.unescape(html_entities.unescape(text)) if "&" in text else text


def same_letters(text: str) -> str:
    """Return the letters and digits of a text in one case: equal for titles that differ in marks and spaces only."""
    return re.sub(r"[\W_]+", "", unescaped(text).casefold())


def _values(text: str) -> list[object]:
    """Return the values in a script, or of broken ones the fields that can still be told."""
    text = _WRAPPING.sub("", _WRAPPING.sub("", text[:_LONGEST]))
    for candidate in (text, _TRAILING_COMMA.sub(r"\1", text)):
        found: list[object] = []
        decoder = json.JSONDecoder(strict=False)  # line ends inside strings are the commonest fault
        at = 0
        try:
            while match := re.compile(r"[\s,;]*(?=[\[{])").match(candidate, at):
                value, at = decoder.raw_decode(candidate, match.end())
                found.append(value)
        except (ValueError, RecursionError):
            continue
        if found:
            return found
    if not _KIND.search(text):
        return []
    pairs: dict[str, object] = {"@type": "Article"}
    for match in _PAIR.finditer(text):
        try:
            pairs.setdefault(match.group(1), json.loads(match.group(2), strict=False))
        except ValueError:
            continue
    return [pairs]


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


def _is_a(found: dict[str, Any], endings: tuple[str, ...]) -> bool:
    kinds = found.get("@type")
    names = kinds if isinstance(kinds, list) else [kinds]
    return any(isinstance(name, str) and name.endswith(endings) for name in names)
