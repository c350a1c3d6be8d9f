"""The tables that a registry looks names up in, read from the compiled facts beside this module.

`outlets.json` is made from `outlets.toml` by `documents.outlets.compiling`; it keeps an outlet and the spellings that
begin with one word as one string each, which are taken apart when somebody asks for them. Nothing is written here.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from documents.outlets.learning import Name, Outlet
from documents.outlets.spellings import SpellingIndex

COMPILED: Final = Path(__file__).with_name("outlets.json")

FIELD, ITEM, ROW = "|", "¦", "\n"
"""What stands between fields, between the items of a field, and between rows in a compiled string."""


@dataclass(slots=True)
class Tables:
    """What a registry knows.

    Attributes:
        rows: The outlets, packed until somebody asks for one.
        canonical: Their canonical names, in the same order.
        names: Key of a name or alias -> twice the outlet's place in `rows`, and 1 more for an everyday word.
        domains: Host -> the outlet's place.
        shared: Shared key -> those who bear the name, one packed row each.
        spellings: Where the names stand in a text.
    """

    rows: list[str | Outlet]
    canonical: list[str]
    names: dict[str, int]
    domains: dict[str, int]
    shared: dict[str, str]
    spellings: SpellingIndex

    def copy(self) -> Tables:
        """Return tables that can grow without changing these."""
        return Tables(
            list(self.rows),
            list(self.canonical),
            dict(self.names),
            self.domains,
            self.shared,
            self.spellings.copy(),
        )

    def outlet(self, place: int) -> Outlet:
        """Return the outlet at a place of `rows`."""
        row = self.rows[place]
        if isinstance(row, str):
            row = self.rows[place] = unpack(row)
        return row

    def add(self, wanted: str, name: Name) -> None:
        """Let a collection's own name be resolved and found, unless its key is taken."""
        if wanted not in self.names:
            self.names[wanted] = 2 * (len(self.rows) - 1) + name.ambiguous
        if name.is_findable:
            self.spellings.add(
                name.written,
                name.outlet.name,
                article=name.article,
                ambiguous=name.ambiguous,
                ambiguous_in_capitals=name.ambiguous_in_capitals,
            )


def pack(outlet: Outlet) -> str:
    """Return an outlet as one string."""
    fields = (outlet.name, ITEM.join(outlet.aliases), ITEM.join(outlet.domains), outlet.country, outlet.language)
    return FIELD.join(field or "" for field in fields)


def unpack(row: str) -> Outlet:
    """Return the outlet that `pack` made a string of."""
    name, aliases, domains, country, language = row.split(FIELD)
    return Outlet(
        name=name,
        aliases=tuple(aliases.split(ITEM)) if aliases else (),
        domains=tuple(domains.split(ITEM)) if domains else (),
        country=country or None,
        language=language or None,
    )


@cache
def facts() -> Tables:
    """Return the tables of the facts alone; they are read once in a process and never changed after."""
    data: dict[str, Any] = json.loads(COMPILED.read_bytes())
    rows: list[str | Outlet] = data["outlets"]
    canonical = [row.partition(FIELD)[0] for row in data["outlets"]]
    spellings = SpellingIndex.packed(data["spellings"], data["openings"], data["unspaced"], canonical)
    return Tables(rows, canonical, data["names"], data["domains"], data["shared"], spellings)
