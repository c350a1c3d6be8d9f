"""Who publishes: real outlets by name, alias and domain, and where a text mentions them.

`outlets.toml` beside this module holds the facts: names, aliases, domains, countries, languages,
and which names are everyday words as well. A registry adds the names of a collection's own outlets
to them. Whether a mention says where a quote came from is `documents.attribution`.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from documents.outlet_names import ANY_ARTICLE, articles_of, key, split_article, variants
from documents.outlet_spellings import SpellingIndex

FACTS: Final = Path(__file__).with_name("outlets.toml")

_ADDRESS = re.compile(r"(?:https?://|www\.)\S+")
_HOST = re.compile(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_DOMAIN_FOLLOWS = re.compile(r"\.[a-z]")
_LONGEST = 120
"""Characters of a name beyond which it is somebody's mistake, not to be looked for in texts."""
_UNSAFE_URL = re.compile(r"[\s\\\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Outlet:
    """A publisher of articles.

    Attributes:
        name: The canonical name.
        aliases: Other names, abbreviations and spellings.
        domains: Lower-case host names without scheme; subdomains belong to it too.
        country: ISO 3166-1 alpha-2 code, or None.
        language: ISO 639-1 code of its main language, or None.
    """

    name: str
    aliases: tuple[str, ...]
    domains: tuple[str, ...]
    country: str | None
    language: str | None


@dataclass(frozen=True, slots=True)
class Mention:
    """A place in a text that holds an outlet's name.

    Attributes:
        start: First character, counted from 0.
        end: One past the last character; a possessive "'s" is outside.
        outlet: The canonical name.
        ambiguous: Whether the words are also an everyday word or phrase in some language.
    """

    start: int
    end: int
    outlet: str
    ambiguous: bool


@dataclass(frozen=True, slots=True)
class _Tables:
    """What a registry looks names up in; keys are those of `documents.outlet_names.key`."""

    outlets: dict[str, Outlet]
    names: dict[str, str]  # key of a name or alias -> canonical name
    everyday: set[str]  # those keys that are everyday words too
    domains: dict[str, str]
    spellings: SpellingIndex

    def copy(self) -> _Tables:
        return _Tables(
            dict(self.outlets), dict(self.names), set(self.everyday), dict(self.domains), self.spellings.copy()
        )


class OutletRegistry:
    """Every known outlet; never changes once loaded."""

    def __init__(self, tables: _Tables) -> None:
        self._tables = tables

    @classmethod
    def load(cls, extra: Iterable[str] = ()) -> OutletRegistry:
        """Return the registry of `outlets.toml` and of the names in `extra` it lacks, which it takes as written."""
        known = cls(_facts())
        added = sorted({name for name in map(_tidy, extra) if name and known.resolve(name) is None})
        if not added:
            return known
        registry = cls(_facts().copy())
        for name in added:
            if registry.resolve(name) is None:  # "Harbour Post" and "The Harbour Post" are one outlet
                _, rest = split_article(name, ANY_ARTICLE)
                plain_word = rest.isalpha() and rest[1:].islower()  # what else one such word means nobody can know
                _learn(registry._tables, [(Outlet(name, (), (), None, None), plain_word)])
        return registry

    def names(self) -> list[str]:
        """Return the canonical names in alphabetical order, without regard to case and diacritics."""
        return sorted(self._tables.outlets, key=lambda name: (key(name), name))

    def outlet(self, name: str) -> Outlet | None:
        """Return what is known of the outlet that `name` resolves to, or None."""
        canonical = self.resolve(name)
        return None if canonical is None else self._tables.outlets[canonical]

    def canonical(self, name: str) -> str:
        """Return the canonical name, or `name` as written but for its white space when it is not known."""
        return self.resolve(name) or _tidy(name)

    def resolve(self, name: str) -> str | None:
        """Return the canonical name for a name, alias, domain or URL, or None when it is not known.

        Case, surrounding white space, a leading article and diacritics make no difference; letters of
        another script, full-width letters and invisible characters do. An everyday word takes the
        articles of its own language alone: "El Sol" is not the Portuguese "Sol".
        """
        wanted = key(name)
        known = self._tables.names.get(wanted)
        if known is not None:
            return known
        article, rest = split_article(wanted, ANY_ARTICLE)
        known = self._tables.names.get(rest) if article else None
        if known is not None:
            own = articles_of(self._tables.outlets[known].language)
            return known if article in own or rest not in self._tables.everyday else None
        if "://" in name:
            return self.by_url(name.strip())
        host = name.strip().lower()
        return self._by_host(host) if "." in host else None

    def by_url(self, url: str) -> str | None:
        """Return the outlet that owns the URL's host or its nearest parent domain, or None.

        Only http and https count. A URL with user information, a backslash, white space or a control
        character is read differently by different programs, so it belongs to nobody.
        """
        if _UNSAFE_URL.search(url):
            return None
        try:
            parts = urlsplit(url)
            host = parts.hostname
        except ValueError:
            return None
        if parts.scheme not in ("http", "https") or host is None or "@" in parts.netloc:
            return None
        return self._by_host(host)

    def _by_host(self, host: str) -> str | None:
        rest = host.removesuffix(".")
        while rest:
            owner = self._tables.domains.get(rest)
            if owner is not None:
                return owner
            rest = rest.partition(".")[2]
        return None

    def mentions(self, text: str) -> list[Mention]:
        """Return where `text` names an outlet, from left to right and without overlap, the longest name first.

        Whole words only, written as a name is: with an initial capital, in capitals throughout, or as
        the outlet writes itself ("dpa"). Addresses do not count, a host in running text ("CNN.com") does.
        """
        addresses = [m.span() for m in _ADDRESS.finditer(text)] if "://" in text or "www." in text else []
        mentions: list[Mention] = []
        for found in self._tables.spellings.find(text):
            if mentions and found.start < mentions[-1].end:
                continue
            before = bisect_right(addresses, (found.start, len(text))) - 1
            if before >= 0 and found.start < addresses[before][1]:
                continue
            if text[found.start - 1 : found.start] == "@" or text[found.end : found.end + 1] == "@":
                continue
            if not _DOMAIN_FOLLOWS.match(text, found.end):
                mentions.append(Mention(found.start, found.end, found.outlet, found.ambiguous))
                continue
            host = _HOST.match(text, found.start)
            owner = self._by_host(host.group().lower()) if host else None
            if host is not None and owner is not None:
                mentions.append(Mention(found.start, host.end(), owner, False))
        return mentions


def _tidy(name: str) -> str:
    return " ".join(name.split())


@cache
def _facts() -> _Tables:
    """Return the tables of the facts alone; they are read once in a process and never changed after."""
    with FACTS.open("rb") as file:
        countries: Mapping[str, Any] = tomllib.load(file)
    rows = [
        (
            Outlet(
                name=row["name"],
                aliases=tuple(row.get("aliases", ())),
                domains=tuple(row.get("domains", ())),
                country=None if code == "none" else code,
                language=row.get("language", country["language"]),
            ),
            row.get("ambiguous", False),
        )
        for code, country in countries.items()
        for row in country["outlets"]
    ]
    tables = _Tables({}, {}, set(), {}, SpellingIndex())
    _learn(tables, rows)
    return tables


@dataclass(frozen=True, slots=True)
class _Name:
    """A name of an outlet and what is known of it."""

    written: str
    outlet: Outlet
    ambiguous: bool
    ambiguous_in_capitals: bool
    article: bool
    in_text: bool = True


def _learn(tables: _Tables, rows: Iterable[tuple[Outlet, bool | Sequence[str]]]) -> None:
    """Add outlets to `tables`: their own names first, then the derived ones that only one outlet claims.

    Beside each outlet stands whether its names are everyday words: all, none, or those listed.
    """
    claims: dict[str, list[_Name]] = {}
    for outlet, everyday in rows:
        flagged = set() if isinstance(everyday, bool) else {key(name) for name in everyday}
        tables.outlets[outlet.name] = outlet
        tables.domains.update(dict.fromkeys(outlet.domains, outlet.name))
        articles = articles_of(outlet.language)
        for written in (outlet.name, *outlet.aliases):
            wanted = key(written)
            article, rest = split_article(written, articles)
            initials = "." not in written and sum(map(str.isalpha, written)) < 3  # "AP" and "DW" stand for many things
            ambiguous = everyday is True or wanted in flagged or initials
            in_capitals = ambiguous or (bool(article) and key(rest) in flagged)
            name = _Name(written, outlet, ambiguous, in_capitals, bool(article))
            _spell(tables, name, wanted)
            derived = [replace(name, written=other) for other in variants(written, outlet.language)]
            if article and not ambiguous:
                # "Irish Times" is a name; "Quint", without its article, may be a person's.
                short = replace(name, written=rest, article=False, in_text=" " in rest)
                derived += [short, *(replace(short, written=other) for other in variants(rest, outlet.language))]
            for claim in derived:
                claims.setdefault(key(claim.written), []).append(claim)
    for wanted, claimants in claims.items():
        if wanted not in tables.names and len({claim.outlet.name for claim in claimants}) == 1:
            _spell(tables, claimants[0], wanted)


def _spell(tables: _Tables, name: _Name, wanted: str) -> None:
    """Let `tables` resolve a name and, unless it is too short to mean anything, find it in texts."""
    tables.names.setdefault(wanted, name.outlet.name)
    if name.ambiguous:
        tables.everyday.add(wanted)
    letters = sum(map(str.isalpha, name.written))
    telling = letters > 1 or (letters == 1 and sum(map(str.isalnum, name.written)) > 2)
    if name.in_text and telling and len(name.written) <= _LONGEST:
        tables.spellings.add(
            name.written,
            name.outlet.name,
            article=name.article,
            ambiguous=name.ambiguous,
            ambiguous_in_capitals=name.ambiguous_in_capitals,
        )
