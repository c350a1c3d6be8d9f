"""What a file's own properties may add to its article: a title, where the text bears it out.

Programs fill properties by themselves: the "author" is whoever owned the computer, the date is when the
file was saved, the title is often the template's or another file's name. So author and date are never
taken from them, and a title only when the article opens with those very words.
"""

from __future__ import annotations

from documents.cleaning import clean_line
from documents.fields import LONGEST_FIELD

_OPENING = 600
"""Characters of the text in which a stated title must stand."""
_MIN_LETTERS = 10


def confirmed_title(stated: str | None, text: str) -> str | None:
    """Return the title that a file's properties state when `text` opens with its words, else None."""
    title = clean_line(stated or "")
    words = _words(title)
    if len(title) > LONGEST_FIELD or sum(map(len, words)) < _MIN_LETTERS:
        return None
    return title if f" {' '.join(words)} " in f" {' '.join(_words(text[:_OPENING]))} " else None


def _words(text: str) -> list[str]:
    return "".join(character if character.isalnum() else " " for character in text.casefold()).split()
