"""Whether an article can be a press review at all: a quick look that spares ordinary news the full reading.

Says "perhaps" too often and "no" only where `documents.reviews.voicing` would; decides nothing else.
"""

from __future__ import annotations

import re

from documents.outlets.registry import OutletRegistry
from documents.quotes import QUOTE_MARKS
from documents.reviews.lines import MAX_HEADER_CHARACTERS, is_press_name
from documents.reviews.nouns import COLUMN, MEANT, PRINTED, REVIEW_WORDS

MAX_HEADLINE = 140
"""A longer first line is no headline."""

ENOUGH = 4
"""Words of the press, names like papers' and listed outlets, together, below which nobody reviews the press."""

_WORD = re.compile(r"[^\W\d_][\w-]*")
_HEADER = re.compile(r"\S [|(–—-] ?\S|[/(]|^[^\s,]+(?: [^\s,]+)*, \S+:?$")
_LABEL = re.compile(r"\s*(?:[-–—*•]\s+)?\S[^:\n]{0,60}:\s")
_NOUNS = MEANT | COLUMN | PRINTED


def calls_itself_review(title: str | None, text: str) -> bool:
    """Return whether the headline says that an article is about what papers say."""
    first = text.lstrip().split("\n", 1)[0]
    return bool(REVIEW_WORDS.search(f"{title or ''} {first if len(first) <= MAX_HEADLINE else ''}"))


def may_be_review(title: str | None, text: str, registry: OutletRegistry) -> bool:
    """Return whether an article needs to be read as a press review to know whether it is one."""
    if calls_itself_review(title, text):
        return True
    words = set(_WORD.findall(text))
    found = len({w.lower() for w in words} & _NOUNS) + sum(w[0].isupper() and is_press_name(w) for w in words)
    if found >= ENOUGH:
        return True
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    if sum(len(line) <= MAX_HEADER_CHARACTERS and bool(_HEADER.search(line)) for line in lines) >= 2:
        return True
    if sum(line[0] in QUOTE_MARKS for line in lines) >= 2 or sum(bool(_LABEL.match(line)) for line in lines) >= 3:
        return True
    return bool(found + len({m.outlet for m in registry.mentions(text)}) >= ENOUGH)
