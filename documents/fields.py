"""From a record as somebody wrote it (a row, an object, front matter) to our fields, and from values to clean strings.

Knows the usual names of each field and a mapping that overrides them. Decides nothing about which
of several stated outlets counts; that is `documents.assembly`.
"""

from __future__ import annotations

import json
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from documents.cleaning import clean_line
from documents.decoding import decode
from documents.errors import ReadingError, RequestError
from documents.sources import open_regular

SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "text": ("text", "body", "content", "article", "articletext", "articlebody", "fulltext", "maintext"),
    "title": ("title", "headline"),
    "outlet": ("outlet", "source", "publisher", "sitename"),
    "url": ("url", "link", "canonicalurl"),
    "published": (
        *("published", "date", "publishedat", "pubdate", "publisheddate", "publishdate"),
        *("publicationdate", "datepublished", "datepublish", "publishedon"),
    ),
    "author": ("author", "authors", "byline"),
    "language": ("language", "lang"),
    "id": ("id",),
}
"""Our field -> the names it goes by, likelier ones first, as `normal` writes them."""

LONGEST_FIELD = 1_000
"""Characters; a longer title, name or date is none."""

_LONGEST_URL = 2_048
_MISSING = frozenset({"", "-", "~", "none", "null", "nan", "nat", "n/a", "<na>", "undefined", "unknown"})
_NAME_KEYS = ("name", "title", "@id", "href")
_MAPPING_BYTES = 1_000_000
_HIDDEN_ONES = (
    "\xad\u034f\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063\u2064\ufeff"
)
_HIDDEN = re.compile(rf"(?<=\w)[{_HIDDEN_ONES}]+(?=\w)")


@lru_cache(maxsize=4096)
def normal(name: str) -> str:
    """Return a column's or key's name without case, spaces and punctuation: "Published At" gives "publishedat"."""
    return re.sub(r"[\W_]+", "", name.casefold())


def pick(record: Mapping[str, object], mapping: Mapping[str, str] | None = None) -> dict[str, object]:
    """Return our fields that `record` states, with their values as they stand there.

    A mapped field is read from its own column or key only; a dotted name such as "source.name" goes
    into nested objects. The others go by their usual names, the first that has a value.
    """
    by_name: dict[str, object] = {}
    for key, value in record.items():
        by_name.setdefault(normal(str(key)), value)
    found: dict[str, object] = {}
    for name, synonyms in SYNONYMS.items():
        if mapping and name in mapping:
            found[name] = _at(record, by_name, mapping[name])
        else:
            found[name] = next(
                (by_name[word] for word in synonyms if by_name.get(word) not in (None, "", [], {})), None
            )
    return {name: value for name, value in found.items() if value is not None}


def _at(record: Mapping[str, object], by_name: Mapping[str, object], column: str) -> object:
    if column in record:
        return record[column]
    if normal(column) in by_name:
        return by_name[normal(column)]
    value: object = record
    for step in column.split("."):
        if not isinstance(value, Mapping) or step not in value:
            return None
        value = value[step]
    return value


def check_columns(columns: Iterable[str], mapping: Mapping[str, str] | None) -> None:
    """Return when a table with these columns can be read.

    Raises:
        ReadingError: with code ``no-column``: a mapped column or the text's column is not there.
    """
    names = [column for column in columns if column.strip()]
    known = {normal(column) for column in names}
    for field, column in (mapping or {}).items():
        if column not in names and normal(column) not in known:
            raise ReadingError(
                f"expected the column {column!r} for {field}, got the columns {listed(names)}; correct the mapping",
                code="no-column",
                line=1,
            )
    if not (mapping and "text" in mapping) and not known.intersection(SYNONYMS["text"]):
        raise ReadingError(
            "expected a column text, body, content or article, "
            f"got the columns {listed(names)}; name the text's column with --map",
            code="no-column",
            line=1,
        )


def listed(names: Iterable[str]) -> str:
    """Return names for a message: quoted, with commas, at most twelve and none long."""
    names = list(names)
    shown = ", ".join(repr(clean_line(name)[:40]) for name in names[:12])
    return (shown or "none") + (f" and {len(names) - 12} more" if len(names) > 12 else "")


def field_text(value: object, depth: int = 2) -> str | None:
    """Return a stated value as one clean line, or None when it states nothing.

    A list gives its members with commas, an object its name. "null", "n/a" and the like state nothing.
    """
    if isinstance(value, str):
        line = clean_line(value) if len(value) <= 4 * LONGEST_FIELD else ""
        return line if len(line) <= LONGEST_FIELD and line.lower() not in _MISSING else None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return field_text(str(value))
    if isinstance(value, list | tuple) and depth:
        parts = [part for member in value[:100] if (part := field_text(member, depth - 1))]
        return field_text(", ".join(parts))
    if isinstance(value, Mapping) and depth:
        return next((part for key in _NAME_KEYS if (part := field_text(value.get(key), depth - 1))), None)
    return None


def outlet_text(value: object) -> str | None:
    """Return a stated outlet's name as `field_text` does, but with the characters inside its words that nobody sees.

    Without them a look-alike of Handelsblatt would be Handelsblatt, which whoever wrote it may not be.
    """
    line = field_text(value)
    if isinstance(value, Mapping):
        value = value.get("name")
    if line is None or not isinstance(value, str) or not _HIDDEN.search(value):
        return line
    return unicodedata.normalize("NFC", " ".join(value.split())).strip(_HIDDEN_ONES)


def web_url(value: object) -> str | None:
    """Return `value` as a web address, or None: http or https, a host, no user name and nothing a browser misreads."""
    url = field_text(value)
    if url is None or len(url) > _LONGEST_URL or re.search(r"[\s\\<>\"^`{|}]", url):
        return None
    try:
        parts = urlsplit(url)
        host = parts.hostname
        _ = parts.port  # its mere look-up refuses a port that is none
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https") or not host or "@" in parts.netloc:
        return None
    return url


def read_mapping(path: Path) -> Mapping[str, str]:
    """Return the mapping in a TOML or JSON file: our field's name -> their column's or key's name.

    Raises:
        RequestError: the file cannot be read, or names a field that we do not have.
    """
    try:
        with open_regular(path.resolve()) as handle:
            text = decode(handle.read(_MAPPING_BYTES)).removeprefix("\ufeff")
    except (ReadingError, OSError) as error:
        raise RequestError(f"expected a mapping file, got {str(path)!r}: {error}") from None
    try:
        found = json.loads(text) if path.suffix.lower() == ".json" else tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise RequestError(
            f'expected a mapping such as text = "body" in TOML or JSON, got {path.name!r} that is neither: {error}'
        ) from None
    if not isinstance(found, dict) or not found:
        raise RequestError(f'expected a mapping such as text = "body", got nothing of that kind in {path.name!r}')
    for field, column in found.items():
        if field not in SYNONYMS:
            raise RequestError(
                f"expected one of the fields {listed(SYNONYMS)}, got {field!r} in {path.name!r}; remove it"
            )
        if not isinstance(column, str) or not column.strip():
            raise RequestError(
                f"expected a column's name for {field!r}, got {column!r} in {path.name!r}; write it in quotes"
            )
    return dict(found)
