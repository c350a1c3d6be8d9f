"""Which labels at the heads of lines are papers' ("Le Soir: ..."), and which are topics, notes or speakers of a script.

Judges a label among the others of its article; `documents.reviews.lines` finds them.
"""

from __future__ import annotations

from documents.cues import is_country
from documents.quotes import QUOTE_MARKS
from documents.reviews.lines import Line, is_press_name
from documents.reviews.names import Cast
from documents.reviews.nouns import PRESS
from documents.reviews.verbs import words

NEAR = 40
"""Within how many characters behind a label a quotation begins that it introduces."""

_NOT_LABELS = words(
    "anmerkung hinweis note nota fazit achtung attention warning update hintergrund thema themenwechsel "
    "conclusion remarque aviso atención atenção attenzione redaktion fotos photo foto video mehr more also"
)


def keep_labels(lines: list[Line], cast: Cast) -> None:
    """Name in `cast` the outlets that labels state, and take the other labels' names off their lines."""
    names = [line.name for line in lines if line.kind == "plain" and line.name]
    countries = any(line.kind == "country" for line in lines)
    for before, line in zip([None, *lines], lines, strict=False):
        if line.kind != "plain" or not line.name:
            continue
        listed = countries and before is not None and (before.kind == "country" or before.name is not None)
        line.name = cast.state(line.name) if _fits(line, names.count(line.name), listed=listed) else None


def _fits(line: Line, count: int, *, listed: bool) -> bool:
    """Whether a label that stands `count` times is an outlet's; `listed`: it stands in a list by country."""
    name = line.name or ""
    if is_country(name) or name.split()[-1].lower() in PRESS | _NOT_LABELS:
        return False
    sure = line.strong or is_press_name(name)
    if count > 2 or (count > 1 and not sure):
        return False  # a script's way to name who speaks
    return sure or listed or any(c in QUOTE_MARKS for c in line.text[len(name) : len(name) + NEAR])
