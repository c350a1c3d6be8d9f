"""Papers of one name: which of them is meant, by the place named beside it, the carrier, its country or its language.

Where nothing tells, nobody is chosen: the caller keeps the name as written. Who has which name is
`documents.outlets.registry`; whether a name is a name at all in its sentence is `documents.outlets.reading`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from documents.cues import SAYING
from documents.outlets.learning import Outlet
from documents.outlets.names import bare
from documents.outlets.places import place_of

_WINDOW = 90
"""Characters on either side of a name in which a place may belong to it."""
_CLAUSE = re.compile(r"[.!?:;,\n“”„\"«»()|]")
_TOKEN = re.compile(r"[^\W_][\w.'’-]*")
_BEHIND = re.compile(
    r"(?:['’]s)?[”\"»*_]*(?:\s*\(\s*(?P<brackets>[^()\n]{2,40})\)|\s+[-–—|/·]\s*(?P<line>[^-–—|/·\n:(]{2,40})"
    r"|,?\s+(?:of|in|from|de|du|da|do|di|aus|von|dans|em|en|d[e’']\s?la)\s+(?P<of>[^\W\d_][\w'’-]*(?:\s+[^\W\d_][\w'’-]*){0,2})"
    r"|,\s*(?P<comma>[^\W\d_][\w’' ]{1,30}?)\s*(?=[,:)\n]|$))"
)
_OPENS = re.compile(r"(?P<place>[^\n:|]{2,30})(?:\s[-–—]|:)\s*(?:the |el |la |le |die |der |il |o |a )?$", re.I)
_EDGES = re.compile(r"^the |['’]s?$", re.IGNORECASE)
_MOST_BETWEEN = 5
"""Words that may stand between a place and the name it belongs to: "Uruguay's leading conservative daily"."""


@dataclass(frozen=True, slots=True)
class Context:
    """What is known of the text in which an outlet is named.

    Attributes:
        country: ISO 3166-1 alpha-2 code of where it is published.
        language: ISO 639-1 code of what it is written in.
        outlet: Canonical name of its carrier, whose own short name it may use: "the Times".
        text: Words around the name, where `OutletRegistry.resolve` is asked; `mentions` reads its own text.
    """

    country: str | None = None
    language: str | None = None
    outlet: str | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Namesake:
    """An outlet that bears a name with others.

    Attributes:
        outlet: The outlet.
        label: The place in its canonical name, "Uruguay" in "El País (Uruguay)", or "".
        full: Whether the name is its whole name, not the short form that it goes by at home.
    """

    outlet: Outlet
    label: str
    full: bool


@dataclass(frozen=True, slots=True)
class Place:
    """A place named beside a name.

    Attributes:
        written: As written.
        code: ISO 3166-1 code of its country, if that is known.
        is_part: Whether it may belong to the words themselves: "la República de Colombia" is no paper.
    """

    written: str
    code: str | None
    is_part: bool = False


def choose(bearers: Sequence[Namesake], default: str | None, place: Place | None, context: Context) -> str | None:
    """Return the canonical name of the outlet that is meant.

    Args:
        bearers: All who bear the name, the one it usually means among them.
        default: Whom the name means where nothing is said; None where it means nobody in particular.
        place: The place beside the name.
        context: What is known of the text.

    Returns:
        The outlet, `default` where nothing tells, or None where what is said fits nobody.
    """
    if place is not None:
        return _at(bearers, place)
    if context.outlet is not None and any(one.outlet.name == context.outlet for one in bearers):
        return context.outlet
    if context.country is not None:
        there = [one for one in bearers if one.full and one.outlet.country == context.country]
        if any(one.outlet.name == default for one in there):
            return default
        if len(there) == 1:
            return there[0].outlet.name
    home = next((one.outlet.language for one in bearers if one.outlet.name == default), None)
    if context.language is not None and context.language != home:
        alike = [one for one in bearers if one.outlet.language == context.language and one.full]
        if len(alike) == 1 and context.country in (None, alike[0].outlet.country):
            return alike[0].outlet.name
    return default


def _at(bearers: Sequence[Namesake], place: Place) -> str | None:
    """Return the one bearer at a place: by its own city, then by its country."""
    wanted = bare(place.written).lower()
    for one in bearers:
        own = bare(one.label or one.outlet.name).lower()
        if wanted and re.search(rf"\b{re.escape(wanted)}\b", own) and (one.label or not one.full):
            return one.outlet.name
    if place.code is None:
        return None
    there = [one for one in bearers if one.outlet.country == place.code]
    whole = [one for one in there if one.full]
    unplaced = [one for one in whole if not one.label or place_of(one.label) == place.code]
    for some in (whole, unplaced, [] if whole else there):
        if len(some) == 1:
            return some[0].outlet.name
    return None


def place_beside(text: str, start: int, end: int, labels: Iterable[str] = ()) -> Place | None:
    """Return the place that belongs to the name `text[start:end]`, or None.

    Counts what stands right behind it ("(Uruguay)", "- Belgium", "of London") or before it in the same clause with
    nothing but the paper's description between ("Uruguay's leading daily").

    Args:
        text: The text.
        start: Where the name begins.
        end: Where it ends.
        labels: Places that count although they are no country's and no large city's.
    """
    known = {bare(label).lower() for label in labels}
    behind = _BEHIND.match(text[end : end + _WINDOW])
    if behind is not None:
        kind = behind.lastgroup
        for written in _beginnings(behind[kind]) if kind else ():
            found = _place(written, known)
            if found is not None:
                return replace(found, is_part=kind == "of")
    return _before(text[max(0, start - _WINDOW) : start], known)


def _before(before: str, known: set[str]) -> Place | None:
    opens = _OPENS.search(before)
    if opens is not None and (found := _place(opens["place"], known)):
        return found  # "Uruguay: El País writes"
    clause = before[max((m.end() for m in _CLAUSE.finditer(before)), default=0) :]
    words = _TOKEN.findall(clause)
    for back in range(1, min(len(words), _MOST_BETWEEN + 1) + 1):
        word = words[-back]
        if bare(word).lower() in SAYING:
            return None
        for span in (3, 2, 1):
            written = " ".join(words[len(words) - back - span + 1 : len(words) - back + 1])
            is_code = len(written) == 2 and written not in ("US", "UK")  # "GE Capital"
            found = _place(written, known) if back + span - 1 <= len(words) and not is_code else None
            if found is not None:
                return found
        if word[0].isupper() and back > 1:
            return None  # another name, of something else
    return None


def _place(written: str, known: set[str]) -> Place | None:
    name = _EDGES.sub("", written.strip())
    code = place_of(written)
    if code is None and bare(name).lower() not in known:
        return None
    return Place(name, code)


def _beginnings(words: str) -> Iterator[str]:
    """Yield `words` and what it begins with, the longest first: "London says" also gives "London"."""
    parts = words.split()
    for length in range(min(len(parts), 3), 0, -1):
        yield " ".join(parts[:length])
