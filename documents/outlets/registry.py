"""Who publishes: real outlets by name, alias and domain, and where a text mentions them.

`outlets.toml` beside this module holds the facts: names, aliases, domains, countries, languages,
and which names are everyday words or other papers' as well. A registry adds the names of a collection's own
outlets to them. Whether a mention says where a quote came from is `documents.attribution`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from documents.outlets.learning import Outlet, learnt, shared_key
from documents.outlets.lookalikes import readings, unicode_host
from documents.outlets.names import ANY_ARTICLE, articles_of, key, split_article
from documents.outlets.namesakes import Context, Namesake, Place, choose, place_beside
from documents.outlets.places import place_of
from documents.outlets.reading import is_name
from documents.outlets.spellings import Occurrence
from documents.outlets.tables import FIELD, ROW, Tables, facts

__all__ = ["Context", "Mention", "Outlet", "OutletRegistry"]

_ADDRESS = re.compile(r"(?:https?://|www\.)\S+")
_HOST = re.compile(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_DOMAIN_FOLLOWS = re.compile(r"\.[a-z]")
_UNSAFE_URL = re.compile(r"[\s\\\x00-\x1f\x7f]")
_HEADER = re.compile(
    r"(?P<name>[^(|]+?)(?:\s*\((?P<brackets>[^()]+)\)|\s+[-–—|/·]\s*(?P<line>.+)|,\s+(?P<comma>[^,]+))"
)
_LONGEST_HEADER = 160
_NOTHING_KNOWN = Context()


@dataclass(frozen=True, slots=True)
class Mention:
    """A place in a text that holds an outlet's name.

    Attributes:
        start: First character, counted from 0.
        end: One past the last character; a possessive "'s" is outside.
        outlet: The canonical name.
        ambiguous: Whether the words are also an everyday word or phrase in some language, and the sentence does not
            show that they are the name.
    """

    start: int
    end: int
    outlet: str
    ambiguous: bool


class OutletRegistry:
    """Every known outlet; never changes once loaded."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._bearers_of: dict[str, list[Namesake]] = {}  # by key, as texts ask

    @classmethod
    def load(cls, extra: Iterable[str] = ()) -> OutletRegistry:
        """Return the registry of `outlets.toml` and of the names in `extra` it lacks, which it takes as written."""
        known = cls(facts())
        added = sorted({name for name in map(_tidy, extra) if name and known.resolve(name) is None})
        if not added:
            return known
        tables = facts().copy()
        registry = cls(tables)
        for name in added:
            if registry.resolve(name) is None:  # "Harbour Post" and "The Harbour Post" are one outlet
                _, rest = split_article(name, ANY_ARTICLE)
                plain_word = rest.isalpha() and rest[1:].islower()  # what else one such word means nobody can know
                outlet = Outlet(name, (), (), None, None)
                tables.rows.append(outlet)
                tables.canonical.append(name)
                for wanted, known_as in learnt([(outlet, plain_word)], tables.names):
                    tables.add(wanted, known_as)
        return registry

    def names(self) -> list[str]:
        """Return the canonical names in alphabetical order, without regard to case and diacritics."""
        return sorted(self._tables.canonical, key=lambda name: (key(name), name))

    def outlet(self, name: str) -> Outlet | None:
        """Return what is known of the outlet that `name` resolves to, or None."""
        canonical = self.resolve(name)
        return None if canonical is None else self._tables.outlet(self._tables.names[key(canonical)] // 2)

    def canonical(self, name: str, context: Context | None = None) -> str:
        """Return the canonical name, or `name` as written but for its white space when it is not known."""
        return self.resolve(name, context) or _tidy(name)

    def resolve(self, name: str, context: Context | None = None) -> str | None:
        """Return the canonical name for a name, alias, domain, URL or header line, or None when it is not known.

        Case, surrounding white space, a leading article and diacritics make no difference; letters of
        another script, full-width letters and invisible characters do. An everyday word takes the
        articles of its own language alone: "El Sol" is not the Portuguese "Sol". A header line is a name and its
        place: "El País (Uruguay)", "Le Soir - Belgium", "The Korea Times | Seoul | 3 June".

        Args:
            name: The words.
            context: What is known of the text they stand in, which decides between papers of one name.
        """
        known = self._by_name(name)
        bearers = self._bearers(name)
        if bearers:
            at = context.text.find(name) if context is not None else -1
            place = None
            if context is not None and at >= 0:
                labels = [one.label for one in bearers if one.label]
                place = place_beside(context.text, at, at + len(name), labels)
            return choose(bearers, known, place, context or _NOTHING_KNOWN)
        if known is not None:
            return known
        if "://" in name:
            return self.by_url(name.strip())
        host = name.strip().lower()
        owner = self._by_host(host) if "." in host else None
        return owner or self._by_header(_tidy(name))

    def context(self, *, url: str | None = None, outlet: str | None = None, language: str | None = None) -> Context:
        """Return what an article's address, carrier and language say of the names in it; for `resolve` and `mentions`.

        Args:
            url: Where the article was published; its owner counts as the carrier where `outlet` is None.
            outlet: The carrier's canonical name.
            language: ISO 639-1 code of the article's language.
        """
        carrier = outlet or (self.by_url(url) if url else None)
        known = self.outlet(carrier) if carrier is not None else None
        return Context(country=known.country if known is not None else None, language=language, outlet=carrier)

    def lookalike_of(self, name: str) -> str | None:
        """Return the outlet that a name, domain or URL only looks like, or None.

        Looks alike: letters of another script, full-width and styled letters, characters that nobody sees, digits
        for letters, and domains that show such letters ("xn--..."). The outlet's own names and domains never do.
        """
        shown, host = _tidy(name), None
        if "://" in shown:
            try:
                host = urlsplit(shown).hostname
            except ValueError:
                return None
        elif "." in shown and " " not in shown:
            host = shown.lower()
        if host is not None:
            written = unicode_host(host)
            if self._by_host(host) is not None and written == host:
                return None
            suspects = [*readings(written), *([written] if written != host else [])]
            return next((owner for one in suspects if (owner := self._by_host(one.lower()))), None)
        own = self._by_name(shown)
        if own is not None and key(own) in facts().names:
            return None
        return next((real for one in readings(shown) if (real := self._by_name(one)) not in (None, own)), None)

    def _by_name(self, name: str) -> str | None:
        tables = self._tables
        wanted = key(name)
        known = tables.names.get(wanted)
        if known is None:
            article, rest = split_article(wanted, ANY_ARTICLE)
            known = tables.names.get(rest) if article else None
            if known is not None and known % 2 and article not in articles_of(tables.outlet(known // 2).language):
                return None
        return None if known is None else tables.canonical[known // 2]

    def _bearers(self, name: str) -> list[Namesake]:
        """Return all who bear a shared name, with the same article if any."""
        wanted = key(name)
        held = self._bearers_of.get(wanted)
        if held is not None:
            return held
        rows = self._tables.shared.get(shared_key(name))
        if rows is None:
            return []
        article, _ = split_article(wanted, ANY_ARTICLE)
        bearers: dict[str, Namesake] = {}
        for row in rows.split(ROW):
            written, place, label, full = row.split(FIELD)
            own, _ = split_article(key(written), ANY_ARTICLE)
            if not article or not own or article == own:
                one = Namesake(self._tables.outlet(int(place)), label, full == "1")
                if one.full or one.outlet.name not in bearers:
                    bearers[one.outlet.name] = one
        self._bearers_of[wanted] = list(bearers.values())
        return self._bearers_of[wanted]

    def _by_header(self, line: str) -> str | None:
        header = _HEADER.fullmatch(line) if len(line) <= _LONGEST_HEADER else None
        if header is None or header.lastgroup is None:
            return None
        name, said = header["name"], re.split(r"\s*[|/·]\s*|\s[-–—]\s|,\s", header[header.lastgroup])[0].strip()
        known, bearers = self._by_name(name), self._bearers(name)
        code = place_of(said)
        if bearers:
            labels = {one.label.lower() for one in bearers}
            if code is None and said.lower() not in labels:
                return None
            return choose(bearers, known, Place(said, code), _NOTHING_KNOWN)
        if known is None:
            return None
        if code is None:
            return known if header["brackets"] and self._by_name(said) == known else None  # its abbreviation
        country = self._tables.outlet(self._tables.names[key(known)] // 2).country
        return known if country == code else None

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
                return self._tables.canonical[owner]
            rest = rest.partition(".")[2]
        return None

    def mentions(self, text: str, context: Context | None = None) -> list[Mention]:
        """Return where `text` names an outlet, from left to right and without overlap, the longest name first.

        Whole words only, written as a name is: with an initial capital, in capitals throughout, or as
        the outlet writes itself ("dpa"). Addresses do not count, a host in running text ("CNN.com") does.
        Of papers of one name the place beside it decides, then `context`; where that names none of them, the
        mention is the name with that place ("El País (Honduras)").
        """
        addresses = [m.span() for m in _ADDRESS.finditer(text)] if "://" in text or "www." in text else []
        mentions: list[Mention] = []
        for found in self._tables.spellings.find(text):
            before = bisect_right(addresses, (found.start, len(text))) - 1
            if before >= 0 and found.start < addresses[before][1]:
                continue
            if text[found.start - 1 : found.start] == "@" or text[found.end : found.end + 1] == "@":
                continue
            for mention in self._mentioned(text, found, context or _NOTHING_KNOWN):
                if not mentions or mention.start >= mentions[-1].end:
                    mentions.append(mention)
        return mentions

    def _mentioned(self, text: str, found: Occurrence, context: Context) -> Iterator[Mention]:
        """Yield the mention that the found words are, if they are one."""
        if _DOMAIN_FOLLOWS.match(text, found.end):
            host = _HOST.match(text, found.start)
            owner = self._by_host(host.group().lower()) if host else None
            if host is not None and owner is not None:
                yield Mention(found.start, host.end(), owner, False)
            return
        bearers = self._bearers(text[found.start : found.end])
        place = None
        if bearers:
            place = place_beside(text, found.start, found.end, [one.label for one in bearers if one.label])
        words = text[found.start : found.end]
        name = is_name(text, found.start, found.end) if found.ambiguous else True
        if name is None and place is not None and " " in words:  # "the German Capital" may be Berlin
            name = None if place.is_part else True
            if words[0].islower() and place.is_part:
                return
        outlet = _meant(found, bearers, place, context) if name is not False else None
        if outlet is not None:
            yield Mention(found.start, found.end, outlet, not name)


def _meant(found: Occurrence, bearers: list[Namesake], place: Place | None, context: Context) -> str | None:
    """Return whose name the found words are, or None where they are nobody's in particular."""
    if not bearers:
        return found.outlet or None
    if not found.outlet and found.ambiguous and place is None and context.outlet is None:
        return None  # "Today", "Extra": a paper's name only where its place stands beside it
    outlet = choose(bearers, found.outlet or None, place, context)
    if outlet is None and place is not None and found.outlet and not (found.ambiguous and " " not in found.outlet):
        return f"{found.outlet} ({place.written})"
    return outlet


def _tidy(name: str) -> str:
    return " ".join(name.split())
