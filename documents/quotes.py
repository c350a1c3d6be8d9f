"""Quotation marks: which spans of a text stand inside them, in any style.

Knows the marks, not what is said or by whom; `documents.attribution` decides that.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

CLOSERS: dict[str, str] = {
    "“": "”“",
    "„": "“”‟",
    "«": "»",
    "»": "«",
    "‟": "”",
    "❝": "❞",
    "「": "」",
    "『": "』",
    "”": "”",
}
"""Which marks close each opening mark; "»" opens in German and Danish print, "”" in
Swedish and Finnish; "„" closes with either curly mark."""

STRAIGHT = '"'
QUOTE_MARKS = frozenset("“”„‟«»❝❞「」『』" + STRAIGHT)
_MARK = re.compile("[" + re.escape("".join(sorted(QUOTE_MARKS))) + "]")


@dataclass(frozen=True, slots=True)
class Quotation:
    """A quoted span, marks included: `text[start:end]`. `closed` is False when its closing mark never came."""

    start: int
    end: int
    closed: bool


def _opens(text: str, at: int, start: int) -> bool:
    """Whether the mark at `at` can open a quotation: it does not lean against the end of a word."""
    mark = text[at]
    before = text[at - 1] if at > start else " "
    after = text[at + 1] if at + 1 < len(text) else " "
    if mark in "❞」』":
        return False
    if mark == "”":  # opens in Swedish and Finnish print alone
        return not before.strip() and after.isalnum()
    if mark == "«" and not before.strip():
        return True  # French print sets a space behind it
    if mark in (STRAIGHT, "“", "»", "«"):
        return not before.isalnum() and before not in ".,!?…" and not after.isspace()
    return True


def quotations(text: str, start: int = 0, end: int | None = None) -> list[Quotation]:
    """Return the outermost quotations of `text[start:end]` in order; an unclosed one runs to `end`.

    Nested marks of another style stay inside. Single marks (apostrophes) are never taken for quotation marks.
    """
    stop = len(text) if end is None else end
    found: list[Quotation] = []
    opened: int | None = None
    closers = ""
    for match in _MARK.finditer(text, start, stop):
        at = match.start()
        if opened is None:
            if _opens(text, at, start):
                opened = at
                closers = STRAIGHT if text[at] == STRAIGHT else CLOSERS.get(text[at], "”")
        elif text[at] in closers:
            found.append(Quotation(opened, at + 1, True))
            opened = None
    if opened is not None:
        found.append(Quotation(opened, stop, False))
    return found


def unquoted(text: str, start: int, end: int) -> tuple[int, int]:
    """Return `start, end` narrowed past quotation marks that have no partner inside, or that enclose the whole span."""
    while end > start:
        inside = quotations(text, start, end)
        first, last = text[start], text[end - 1]
        whole = len(inside) == 1 and inside[0].closed and (inside[0].start, inside[0].end) == (start, end)
        if whole:
            start, end = start + 1, end - 1
        elif first in QUOTE_MARKS and not any(q.start == start and q.closed for q in inside):
            start += 1
        elif last in QUOTE_MARKS and not any(q.end == end and q.closed for q in inside):
            end -= 1
        else:
            break
        while start < end and text[start].isspace():
            start += 1
        while end > start and text[end - 1].isspace():
            end -= 1
    return start, end
