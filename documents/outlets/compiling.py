"""From `outlets.toml`, which people edit, to `outlets.json`, which loads fast: `python -m documents.outlets.compiling`.

Run it after every change of the facts; a test compares the two. Nothing here runs when Byline does.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from documents.outlets.learning import Name, Outlet, learnt, shared_key, shared_names
from documents.outlets.names import ANY_ARTICLE, key, split_article
from documents.outlets.spellings import SpellingIndex
from documents.outlets.tables import COMPILED, FIELD, ITEM, ROW, pack

FACTS: Final = Path(__file__).with_name("outlets.toml")

_NOBODY = -1
"""The place of a name that means no outlet in particular."""


def main() -> None:
    """Write `outlets.json`."""
    COMPILED.write_text(compiled(FACTS.read_bytes()), encoding="utf-8", newline="\n")


def compiled(facts: bytes) -> str:
    """Return the compiled form of `outlets.toml`'s bytes, as the text of a JSON file with one value a line.

    Raises:
        ValueError: a name holds a character that separates names in the compiled form.
    """
    rows = list(_rows(tomllib.loads(facts.decode("utf-8"))))
    places = {outlet.name: place for place, (outlet, _, _) in enumerate(rows)}
    names: dict[str, int] = {}
    spelt = _Spelt()
    for wanted, name in learnt([(outlet, everyday) for outlet, everyday, _ in rows], ()):
        names.setdefault(wanted, 2 * places[name.outlet.name] + name.ambiguous)
        if name.is_findable:
            spelt.add(name, places[name.outlet.name])
    shared = _shared(rows, places, names, spelt)
    for outlet, _, _ in rows:
        if any(mark in part for part in (outlet.name, *outlet.aliases) for mark in (FIELD, ITEM, ROW)):
            raise ValueError(f"expected a name without {FIELD!r} and {ITEM!r}, got {outlet.name!r}; write it otherwise")
    data = {
        "sha256": hashlib.sha256(facts).hexdigest(),
        "outlets": [pack(outlet) for outlet, _, _ in rows],
        "names": names,
        "domains": {domain: places[outlet.name] for outlet, _, _ in rows for domain in outlet.domains},
        "shared": shared,
        "openings": FIELD.join(sorted(spelt.openings)),
        "spellings": spelt.spaced,
        "unspaced": spelt.unspaced,
    }
    return json.dumps(data, ensure_ascii=False, indent=0, separators=(",", ":")) + "\n"


def _rows(countries: Mapping[str, Any]) -> Iterator[tuple[Outlet, bool | list[str], list[str]]]:
    """Yield each outlet, its everyday names and the short names that it shares."""
    for code, country in countries.items():
        for row in country["outlets"]:
            outlet = Outlet(
                name=row["name"],
                aliases=tuple(row.get("aliases", ())),
                domains=tuple(row.get("domains", ())),
                country=None if code == "none" else code,
                language=row.get("language", country["language"]),
            )
            yield outlet, row.get("ambiguous", False), row.get("shared", [])


class _Spelt:
    """Spellings in packed form."""

    def __init__(self) -> None:
        self.spaced: dict[str, str] = {}
        self.unspaced: list[str] = []
        self.openings: set[str] = set()

    def add(self, name: Name, place: int) -> None:
        row = FIELD.join((name.written, str(place), _flags(name)))
        first, openings = SpellingIndex.openings_of(name.written, article=name.article)
        if first is None:
            self.unspaced.append(row)
        elif first:
            self.spaced[first] = f"{self.spaced[first]}{ROW}{row}" if first in self.spaced else row
            self.openings.update(openings)


def _flags(name: Name) -> str:
    return str(name.article + 2 * name.ambiguous + 4 * name.ambiguous_in_capitals)


def _shared(
    rows: list[tuple[Outlet, bool | list[str], list[str]]],
    places: Mapping[str, int],
    names: Mapping[str, int],
    spelt: _Spelt,
) -> dict[str, str]:
    """Return who bears each shared name: the name, the outlet's place, its label, and 1 for a whole name."""
    bearers: dict[str, dict[tuple[str, int], str]] = {}
    unowned: dict[str, Name] = {}
    for outlet, _, short in rows:
        for one in shared_names(outlet, short):
            wanted = key(one.written)
            group = bearers.setdefault(shared_key(one.written), {})
            owner = names.get(wanted)
            if owner is not None:
                group.setdefault((wanted, owner // 2), FIELD.join((one.written, str(owner // 2), "", "1")))
            row = FIELD.join((one.written, str(places[outlet.name]), one.label, str(int(one.full))))
            group.setdefault((wanted, places[outlet.name]), row)
            if owner is None:
                article, _ = split_article(one.written, ANY_ARTICLE)
                word = " " not in one.written
                unowned.setdefault(wanted, Name(one.written, outlet, word, True, bool(article)))
    for name in unowned.values():
        if name.is_findable:
            spelt.add(name, _NOBODY)
    return {wanted: ROW.join(group.values()) for wanted, group in bearers.items()}


if __name__ == "__main__":
    main()
