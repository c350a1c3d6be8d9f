"""What names an outlet goes by: its own, its aliases, and those that follow from them by a rule.

Works on rows of facts; where they come from and how they are kept is `documents.outlets.tables`.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from documents.outlets.names import ANY_ARTICLE, articles_of, key, split_article, variants

_LONGEST = 120
"""Characters of a name beyond which it is somebody's mistake, not to be looked for in texts."""
_PLACED = re.compile(r"(?P<name>.+?) \((?P<label>[^()]+)\)")
_NO_PLACE = frozenset({"magazine", "newspaper", "radio", "zeitschrift", "weekblad", "ieee", "cybersecurity"})


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
class Name:
    """A name of an outlet and what is known of it.

    Attributes:
        written: As the outlet writes it.
        outlet: Whose it is.
        ambiguous: Whether it is an everyday word or phrase too.
        ambiguous_in_capitals: The same of the name in capitals.
        article: Whether it begins with an article.
        in_text: Whether to look for it in texts.
    """

    written: str
    outlet: Outlet
    ambiguous: bool
    ambiguous_in_capitals: bool
    article: bool
    in_text: bool = True

    @property
    def is_findable(self) -> bool:
        """Whether a text that holds these words may mean the outlet: long enough to mean something, and no essay."""
        letters = sum(map(str.isalpha, self.written))
        telling = letters > 1 or (letters == 1 and sum(map(str.isalnum, self.written)) > 2)
        return self.in_text and telling and len(self.written) <= _LONGEST


def learnt(rows: Iterable[tuple[Outlet, bool | Sequence[str]]], known: Container[str]) -> Iterator[tuple[str, Name]]:
    """Yield each name with its key: the outlets' own first, then the derived ones that only one outlet claims.

    Args:
        rows: Outlets, beside each whether its names are everyday words: all, none, or those listed.
        known: Keys that are taken already; no derived name takes one over.
    """
    claims: dict[str, list[Name]] = {}
    taken: set[str] = set()
    for outlet, everyday in rows:
        flagged = set() if isinstance(everyday, bool) else {key(name) for name in everyday}
        articles = articles_of(outlet.language)
        for written in (outlet.name, *outlet.aliases):
            wanted = key(written)
            article, rest = split_article(written, articles)
            ambiguous = everyday is True or wanted in flagged or _is_initials(written)
            in_capitals = ambiguous or (bool(article) and key(rest) in flagged)
            name = Name(written, outlet, ambiguous, in_capitals, bool(article))
            taken.add(wanted)
            yield wanted, name
            derived = [replace(name, written=other) for other in variants(written, outlet.language)]
            if article and not ambiguous:
                # "Irish Times" is a name; "Quint", without its article, may be a person's.
                short = replace(name, written=rest, article=False, in_text=" " in rest)
                derived += [short, *(replace(short, written=other) for other in variants(rest, outlet.language))]
            for claim in derived:
                claims.setdefault(key(claim.written), []).append(claim)
    for wanted, claimants in claims.items():
        free = wanted not in taken and wanted not in known
        if free and len({claim.outlet.name for claim in claimants}) == 1:
            yield wanted, claimants[0]


def _is_initials(name: str) -> bool:
    """Return whether a name is as short as "AP" and "DW", which stand for many things."""
    return "." not in name and sum(map(str.isalpha, name)) < 3 and sum(map(str.isalnum, name)) < 4


@dataclass(frozen=True, slots=True)
class Shared:
    """A name that an outlet bears with others.

    Attributes:
        written: The name.
        outlet: Who bears it.
        label: The place that tells it apart, or "".
        full: Whether it is the outlet's whole name.
    """

    written: str
    outlet: Outlet
    label: str
    full: bool


def shared_names(outlet: Outlet, short: Iterable[str]) -> Iterator[Shared]:
    """Yield the names that only context gives to `outlet`: "El País" of "El País (Uruguay)", and those in `short`."""
    seen: set[str] = set()
    for written in (outlet.name, *outlet.aliases):
        placed = _PLACED.fullmatch(written)
        if placed is None or placed["label"].lower() in _NO_PLACE or key(placed["name"]) in seen:
            continue
        seen.add(key(placed["name"]))
        yield Shared(placed["name"], outlet, placed["label"], full=True)
    for name in short:
        if key(name) not in seen:
            yield Shared(name, outlet, "", full=False)


def shared_key(name: str) -> str:
    """Return what a shared name is looked up by: its key without an article, so that "Guardian" asks too."""
    wanted = key(name)
    article, rest = split_article(wanted, ANY_ARTICLE)
    return rest if article else wanted
