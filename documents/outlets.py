"""Who publishes: real outlets by name, alias and domain, and where a text mentions them.

`outlets.toml` beside this module holds the facts: names, aliases, domains, countries, languages,
and which names are everyday words as well. A registry adds the names of a collection's own outlets
to them. How spellings compare is `documents.outlet_names`; whether a mention says where a quote
came from is `documents.attribution`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from documents.outlet_names import (
    ANY_ARTICLE,
    UNSPACED,
    WORD,
    Spelling,
    articles_of,
    bare,
    capitals,
    gap,
    key,
    split_article,
    variants,
)

FACTS: Final = Path(__file__).with_name("outlets.toml")

_ADDRESS = re.compile(r"(?:https?://|www\.)\S+")
_HOST = re.compile(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_DOMAIN_FOLLOWS = re.compile(r"\.[a-z]")
_UNSAFE_URL = re.compile(r"[\s\\\x00-\x1f\x7f]")
_PREFIX: Final[tuple[Spelling, ...]] = ()


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
    """What a registry looks names up in; all keys are those of `documents.outlet_names.key`."""

    outlets: dict[str, Outlet]
    names: dict[str, str]  # key of a name or alias -> canonical name
    everyday: set[str]  # those keys that are everyday words too
    spellings: dict[str, tuple[Spelling, ...]]  # key, or the beginning of one up to a word's end
    unspaced: dict[str, Spelling]  # names in scripts that write no spaces
    domains: dict[str, str]

    def copy(self) -> _Tables:
        return _Tables(
            dict(self.outlets),
            dict(self.names),
            set(self.everyday),
            dict(self.spellings),
            dict(self.unspaced),
            dict(self.domains),
        )


class OutletRegistry:
    """Every known outlet; a plain value that is safe to share between threads."""

    def __init__(self, tables: _Tables) -> None:
        self._tables = tables
        names = sorted(tables.unspaced, key=len, reverse=True)
        self._unspaced = re.compile("|".join(map(re.escape, names))) if names else None

    @classmethod
    def load(cls, extra: Iterable[str] = ()) -> OutletRegistry:
        """Return the registry of `outlets.toml`, with the names in `extra` that it does not know taken as written."""
        registry = _known()
        added = sorted({name for name in map(_tidy, extra) if name and registry.resolve(name) is None})
        if not added:
            return registry
        tables = registry._tables.copy()
        registry = cls(tables)
        for name in added:
            if registry.resolve(name) is None:  # "Harbour Post" and "The Harbour Post" are one outlet
                _, rest = split_article(name, ANY_ARTICLE)
                everyday = (
                    rest.isalpha() and rest[1:] == rest[1:].lower()
                )  # one plain word: nobody knows what else it means
                _learn(tables, [(Outlet(name, (), (), None, None), everyday)])
        return cls(tables)

    def names(self) -> list[str]:
        """Return the canonical names, in alphabetical order without regard to case."""
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
        return self._by_host(wanted) if "." in wanted and " " not in name.strip() else None

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
        found = list(self._spaced(text))
        if self._unspaced is not None and UNSPACED.search(text):
            found += [
                Mention(match.start(), match.end(), spelling.outlet, spelling.ambiguous)
                for match in self._unspaced.finditer(text)
                for spelling in [self._tables.unspaced[match.group()]]
            ]
            found.sort(key=lambda mention: (mention.start, -mention.end))
        if "://" in text or "www." in text:
            spans = [match.span() for match in _ADDRESS.finditer(text)]
            found = [m for m in found if not any(start <= m.start < end for start, end in spans)]
        kept: list[Mention] = []
        for mention in found:
            if not kept or mention.start >= kept[-1].end:
                kept.append(mention)
        return kept

    def _spaced(self, text: str) -> Iterator[Mention]:
        spellings = self._tables.spellings
        words = list(WORD.finditer(text))
        following = 0
        for position, word in enumerate(words):
            if position < following:
                continue
            first = word.group()
            start = (first if first.isascii() else bare(first)).lower()
            if start not in spellings and not (start.endswith("s") and start[:-1] in spellings):
                continue
            found = self._longest(text, words, position, start)
            if found is not None:
                mention, following = found
                yield mention

    def _longest(self, text: str, words: list[re.Match[str]], position: int, start: str) -> tuple[Mention, int] | None:
        """Return the longest mention that begins with a word, and the position of the word after it."""
        spellings = self._tables.spellings
        written: list[str] = []
        begun, last = "", start
        best: tuple[Mention, int] | None = None
        for end in range(position, len(words)):
            word = words[end]
            if end > position:
                between = gap(text[words[end - 1].end() : word.start()])
                begun, last = begun + between, bare(word.group()).lower()
            written.append(bare(word.group()))
            spelling = next((s for s in spellings.get(begun + last, _PREFIX) if s.fits(written)), None)
            if spelling is None:
                spelling = self._genitive(begun + last, written)
            if spelling is not None:
                mention = self._mention(text, words[position].start(), word.end(), spelling, capitals(written))
                best = (mention, end + 1) if mention is not None else best
            begun += last
            if begun not in spellings:
                break
        return best

    def _genitive(self, wanted: str, written: list[str]) -> Spelling | None:
        """Return the spelling that stands in a German or Scandinavian genitive: "Handelsblatts"."""
        if not written[-1].endswith("s") or len(written[-1]) < 4:
            return None
        base = [*written[:-1], written[-1][:-1]]
        candidates = self._tables.spellings.get(wanted[:-1], _PREFIX)
        return next((s for s in candidates if not s.ambiguous and s.fits(base)), None)

    def _mention(self, text: str, start: int, end: int, spelling: Spelling, in_capitals: bool) -> Mention | None:
        if text[start - 1 : start] == "@" or text[end : end + 1] == "@":
            return None
        if _DOMAIN_FOLLOWS.match(text, end):
            host = _HOST.match(text, start)
            owner = self._by_host(host.group().lower()) if host else None
            return None if host is None or owner is None else Mention(start, host.end(), owner, False)
        ambiguous = spelling.ambiguous_in_capitals if in_capitals else spelling.ambiguous
        return Mention(start, end, spelling.outlet, ambiguous)


def _tidy(name: str) -> str:
    return " ".join(name.split())


@cache
def _known() -> OutletRegistry:
    """Return the registry of the facts alone; they are read once in a process."""
    with FACTS.open("rb") as file:
        countries: Mapping[str, Any] = tomllib.load(file)
    tables = _Tables({}, {}, set(), {}, {}, {})
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
    _learn(tables, rows)
    return OutletRegistry(tables)


@dataclass(frozen=True, slots=True)
class _Written:
    """A name as written, what it belongs to, and what is known of it."""

    name: str
    outlet: Outlet
    ambiguous: bool
    ambiguous_in_capitals: bool
    in_text: bool = True


def _learn(tables: _Tables, rows: Iterable[tuple[Outlet, bool | Sequence[str]]]) -> None:
    """Add outlets to `tables`: their own spellings first, then the derived ones that nobody else claims.

    Beside each outlet stands whether its names are everyday words: all, none, or those listed.
    """
    claims: dict[str, list[_Written]] = {}
    for outlet, everyday in rows:
        flagged = set() if isinstance(everyday, bool) else {key(name) for name in everyday}
        tables.outlets[outlet.name] = outlet
        tables.domains.update(dict.fromkeys(outlet.domains, outlet.name))
        articles = articles_of(outlet.language)
        for name in (outlet.name, *outlet.aliases):
            article, rest = split_article(name, articles)
            ambiguous = everyday is True or key(name) in flagged or sum(map(str.isalpha, name)) < 3
            written = _Written(name, outlet, ambiguous, ambiguous or key(rest) in flagged)
            _spell(tables, written)
            derived = [replace(written, name=other) for other in variants(name, outlet.language)]
            if article and not ambiguous:
                # "Irish Times" is a name; "Quint", without its article, may be a person's.
                short = replace(written, name=rest, in_text=" " in rest)
                derived += [short, *(replace(short, name=other) for other in variants(rest, outlet.language))]
            for claim in derived:
                claims.setdefault(key(claim.name), []).append(claim)
    for wanted, claimants in claims.items():
        if wanted not in tables.names and len({claim.outlet.name for claim in claimants}) == 1:
            _spell(tables, claimants[0])


def _spell(tables: _Tables, written: _Written) -> None:
    """Let `tables` resolve a written name and, unless it is too short to mean anything, find it in texts."""
    name, outlet = written.name, written.outlet.name
    wanted = key(name)
    tables.names.setdefault(wanted, outlet)
    if written.ambiguous:
        tables.everyday.add(wanted)
    letters = sum(map(str.isalpha, name))
    if not written.in_text or letters < 2 and (letters == 0 or sum(map(str.isalnum, name)) < 3):
        return
    words = list(WORD.finditer(name))
    article, _ = split_article(name, articles_of(written.outlet.language))
    bare_words = tuple(bare(word.group()) for word in words)
    spelling = Spelling(bare_words, outlet, bool(article), written.ambiguous, written.ambiguous_in_capitals)
    if UNSPACED.search(name):
        tables.unspaced[name] = spelling
        return
    begun = ""
    for position, word in enumerate(words):
        between = gap(name[words[position - 1].end() : word.start()]) if position else ""
        begun += between + bare_words[position].lower()
        tables.spellings.setdefault(begun, _PREFIX)
    tables.spellings[begun] += (spelling,)
