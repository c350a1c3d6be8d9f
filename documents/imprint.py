"""The publisher that an article's own text states: copyright lines, disclaimers, "first published by".

Reads only the first and last paragraphs, where imprints stand, and answers only when exactly one name fits.
A publisher that is merely mentioned, quoted or thanked never counts.
"""

from __future__ import annotations

import re

from documents.cues import NOT_A_NAME, is_institute, is_office, is_outlet_like
from documents.outlets.registry import OutletRegistry

HEAD_PARAGRAPHS = 2
TAIL_PARAGRAPHS = 4

_NAME = r"(?P<name>[^\W\d_][^\n.,;:()!?©|]{1,80}?)"
_END = r"(?=\s*(?:$|[.,;:()!?|]|\d{4}|\ball rights\b|\bon\b|\bin \d|\band is\b|\bunder\b|\bas part\b))"

_STATEMENTS = [
    # © 2024 NAME. / Copyright NAME 2024 / (c) 2024 by NAME
    re.compile(
        rf"(?:©|\(c\)|\bcopyright\b)\s*(?:©\s*)?(?:\d{{4}}(?:\s*[-–]\s*\d{{4}})?)?,?\s*(?:by\s+)?{_NAME}{_END}", re.I
    ),
    # This article was first published by/in/on NAME
    re.compile(
        r"\bthis (?:article|text|commentary|analysis|piece|story|essay|report|interview|post|column)\b[^.\n]{0,40}?"
        rf"\b(?:published|appeared|ran)\b\s+(?:by|in|on|at)\s+(?:the\s+)?{_NAME}{_END}",
        re.I,
    ),
    re.compile(
        r"\b(?:dieser (?:artikel|text|beitrag|kommentar)|este (?:artículo|texto|artigo)|cet article|questo articolo)\b"
        r"[^.\n]{0,50}?\b(?:erschien|erschienen|veröffentlicht|publicado|publicó|publié|paru|pubblicato)\b[^.\n]{0,20}?"
        rf"\b(?:in|im|bei|von|en|por|dans|par|su|da|no|na)\s+(?:der|die|das|dem|el|la|le|il|o|a)?\s*{_NAME}{_END}",
        re.I,
    ),
    # The support (that) NAME receives for its operations, or specifically for its publications, ...
    re.compile(rf"\bsupport\s+(?:that\s+)?(?:the\s+)?{_NAME}\s+receives\s+for\s+its\b", re.I),
]

_DISCLAIMER = re.compile(
    r"\b(?:views|opinions|positions?)\b[^.\n]{0,160}\b(?:do(?:es)? not|don't|not necessarily|and not|rather than)\b"
    r"[^.\n]{0,60}?\b(?:of|by|reflect|represent)\s+"
    rf"(?:those of\s+|the (?:views|position|opinion|policy)[a-z ]* of\s+)?(?:the\s+)?{_NAME}"
    r"(?=(?:['’]s?)?\s*(?:$|[.,;:()!?]|editorial|or its|as a whole|nor|and its))",
    re.I,
)


def find_publisher(text: str, registry: OutletRegistry) -> str | None:
    """Return the one outlet that `text` states as its own publisher, canonical where known; else None."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    edge = lines[:HEAD_PARAGRAPHS] + lines[max(HEAD_PARAGRAPHS, len(lines) - TAIL_PARAGRAPHS) :]
    found: set[str] = set()
    for line in edge:
        for statement in _STATEMENTS:
            for match in statement.finditer(line):
                if name := _publisher(match.group("name"), registry, strict=False):
                    found.add(name)
        for match in _DISCLAIMER.finditer(line):
            if name := _publisher(match.group("name"), registry, strict=True):
                found.add(name)
    return found.pop() if len(found) == 1 else None


def _publisher(written: str, registry: OutletRegistry, *, strict: bool) -> str | None:
    """Return the publisher's name, or None where the words are not a name that can publish.

    Args:
        written: The words at the place of the name.
        registry: The known outlets.
        strict: Take an unlisted name only if its words are a publisher's or an institute's; a
            disclaimer may also name the author's employer.
    """
    if known := registry.resolve(written.strip()):
        return known
    name = re.sub(r"^(?:by|the|der|die|das|el|la|le|il)\s+", "", written.strip(), flags=re.I)
    name = re.sub(r"['’]s?$", "", name)
    if known := registry.resolve(name):
        return known
    words = name.split()
    if not words or len(words) > 8 or not words[0][0].isupper() or words[0].lower() in NOT_A_NAME:
        return None
    named = [w for w in words if w[0].isupper()]
    lower = [w for w in words if not w[0].isupper()]
    if len(lower) > len(named) or is_office(name):
        return None
    fits = is_outlet_like(name) or is_institute(name)
    return name if fits or (not strict and len(named) == len(words)) else None
