"""IPTC ninjs, news in JSON, versions 1 to 3: which objects are it, and what they say of an article.

Pictures, events and renditions that an item names are not looked at, and nothing is fetched.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from documents.assembly import RawArticle
from documents.cleaning import clean
from documents.errors import ReadingError
from documents.fields import field_text, outlet_text, web_url
from documents.formats.markup import fragment_text

_MARKS = frozenset(
    {"$standard", "standard", "bodies", "body_html", "body_richtext", "body_xhtml", "copyrightholder", "headlines"}
    | {"infosource", "infosources", "pubstatus", "representationtype", "versioncreated"}
)
"""Names that hardly any other JSON has beside `uri`."""
_OTHER_BODIES = frozenset({"text", "body", "content", "article"})
_MARKUP_NAMES = ("body_xhtml", "body_html", "body_richtext")
_MAIN = ("main", "body", "html", "xhtml", "text", "")
_WITHDRAWN = frozenset({"canceled", "cancelled", "withheld"})


def is_ninjs(values: Mapping[str, object]) -> bool:
    """Return whether an object is a news item in ninjs: its `uri` and a name that belongs to ninjs, no other body."""
    return (
        isinstance(values.get("uri"), str) and bool(_MARKS.intersection(values)) and not _OTHER_BODIES & values.keys()
    )


def read_ninjs(values: Mapping[str, object]) -> RawArticle:
    """Return the article that a ninjs object holds.

    The outlet is who holds the copyright, else who provides the item, else its only source: sources
    without more said may be those who merely contributed.

    Raises:
        ReadingError: with code ``no-text`` or ``withdrawn``.
    """
    status = str(values.get("pubstatus", "")).rpartition(":")[2].lower()
    if status in _WITHDRAWN:
        raise ReadingError(f"expected a usable news item, got one that is {status}", code="withdrawn")
    text = max(_bodies(values), key=len, default="")
    if not text:
        kind = field_text(values.get("type")) or "item"
        raise ReadingError(
            f"expected a news item with text in body_text, body_xhtml or bodies, got a {kind} without", code="no-text"
        )
    uri = values.get("uri")
    return RawArticle(
        text=text,
        title=_title(values),
        outlet=_outlet(values),
        url=web_url(values.get("url")) or web_url(uri),
        published=_first(values, "versioncreated", "contentcreated", "firstcreated"),
        author=_first(values, "byline", "by", "bylines"),
        language=field_text(values.get("language")),
        key=field_text(uri),
    )


def _bodies(values: Mapping[str, object]) -> Iterator[str]:
    """Yield the texts that the item gives, the main ones before those that only describe it."""
    for name, value in values.items():
        if name.startswith("body_") and isinstance(value, str):
            yield _text(value, is_markup=name in _MARKUP_NAMES)
    yield from _members(values.get("bodies"))
    if not any(name.startswith("body_") or name == "bodies" for name in values):
        for name, value in values.items():
            if name.startswith("description_") and isinstance(value, str):
                yield _text(value, is_markup="html" in name)
        yield from _members(values.get("descriptions"))


def _members(value: object) -> Iterator[str]:
    for member in value if isinstance(value, list) else []:
        if isinstance(member, dict) and isinstance(member.get("value"), str):
            kind = f"{member.get('contenttype', '')} {member.get('role', '')}".lower()
            yield _text(member["value"], is_markup="html" in kind)


def _text(value: str, *, is_markup: bool) -> str:
    return clean(fragment_text(value) if is_markup or "</p>" in value else value)


def _title(values: Mapping[str, object]) -> str | None:
    for name in ("headline", "headline_main", "title"):
        if title := field_text(values.get(name)):
            return title
    headlines = values.get("headlines")
    members = [member for member in headlines if isinstance(member, dict)] if isinstance(headlines, list) else []
    members.sort(key=lambda member: _MAIN.index(role) if (role := str(member.get("role", ""))) in _MAIN else len(_MAIN))
    return next((title for member in members if (title := field_text(member.get("value")))), None)


def _outlet(values: Mapping[str, object]) -> str | None:
    stated = (outlet_text(values.get(name)) for name in ("copyrightholder", "provider", "source"))
    if name := next((name for name in stated if name), None):
        return name
    sources = values.get("infosources") or values.get("infosource")
    return outlet_text(sources[0]) if isinstance(sources, list) and len(sources) == 1 else None


def _first(values: Mapping[str, object], *names: str) -> str | None:
    return next((text for name in names if (text := field_text(values.get(name)))), None)
