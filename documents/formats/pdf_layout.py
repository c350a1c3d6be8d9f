"""A PDF page's words in reading order: columns told by the white between them, lines by where words stand.

Works on places alone: a page's drawing order says little. A column is read to its end before the next; a
headline over several columns comes before them. Tables and lists with numbers in front stay rows.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

_HEIGHT_TO_SIZE = 0.86
"""A letter's box is higher than its font's size."""
_GUTTER = 0.8
"""White between columns, in sizes of the text's letters."""
_MIN_WIDTH = 7.0
"""Narrowest column, in sizes of the text's letters."""
_MIN_LINES = 3
_MIN_WORDS_A_LINE = 2.0
_MAX_ROWS = 250
_MAX_WORDS = 10_000
_MAX_FAILURES = 60
"""Rows, words and vain attempts on a page after which columns are not looked for any more."""
_MAX_DEPTH = 12
_INITIAL = 1.7
"""A single letter this much larger than the text is the large initial of a paragraph."""


@dataclass(slots=True)
class Word:
    """Letters that stand together, and their box in points; the page's y grows upwards."""

    text: str
    left: float
    bottom: float
    right: float
    top: float

    @property
    def size(self) -> float:
        """About the size of its font, in points."""
        return (self.top - self.bottom) * _HEIGHT_TO_SIZE

    @property
    def middle(self) -> float:
        """The height of its middle on the page."""
        return (self.top + self.bottom) / 2

    def takes(self, left: float, bottom: float, right: float, top: float) -> bool:
        """Return whether a letter in this box goes on with the word."""
        height = min(self.top - self.bottom, top - bottom)
        apart = max(left - self.right, self.left - right)
        return apart < 0.5 * height and min(self.top, top) - max(self.bottom, bottom) > 0.5 * height

    def add(self, text: str, left: float, bottom: float, right: float, top: float) -> None:
        """Take up the next letter."""
        self.text += text
        self.left, self.right = min(self.left, left), max(self.right, right)
        self.bottom, self.top = min(self.bottom, bottom), max(self.top, top)


@dataclass(frozen=True, slots=True)
class Page:
    """A page's words as drawn, and the heights at which the page itself ends."""

    words: list[Word]
    bottom: float
    top: float


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a column: its text and its box; its words' usual size, and its first word's width."""

    text: str
    left: float
    right: float
    middle: float
    size: float
    first: float


@dataclass(frozen=True, slots=True)
class Column:
    """Lines below one another, and how far they reach to either side, headlines aside."""

    lines: tuple[Line, ...]
    left: float
    right: float


def page_columns(words: list[Word], known: list[float]) -> list[Column]:
    """Return a page's columns in reading order.

    Args:
        words: The page's.
        known: Where columns parted on the pages before; takes up where they part here. A few lines that would
            not show by themselves that they stand in columns part there too.
    """
    if not words:
        return []
    size = max(1.0, median(word.size for word in words))
    columns = []
    for region in _regions(words, size, known):
        lines = lines_of(region)
        usual = median(line.size for line in lines)
        text = [line for line in lines if line.size < 1.15 * usual] or lines  # a headline may be wider than its text
        columns.append(Column(tuple(lines), min(line.left for line in lines), max(line.right for line in text)))
    return columns


def lines_of(words: list[Word]) -> list[Line]:
    """Return the lines of words in one column, from the top."""
    usual = median(word.top - word.bottom for word in words)
    initials = {id(word) for word in words if _is_initial(word, usual)}

    def height(word: Word) -> float:
        return word.top - usual / 2 if id(word) in initials else word.middle

    groups: list[list[Word]] = []
    for word in sorted(words, key=height, reverse=True):
        if groups:
            first = groups[-1][0]
            reach = 0.45 * min(first.top - first.bottom, word.top - word.bottom)
            if height(first) - height(word) < reach:
                groups[-1].append(word)
                continue
        groups.append([word])
    return [_line(group, initials) for group in groups]


def _is_initial(word: Word, usual: float) -> bool:
    return len(word.text) == 1 and word.text.isalpha() and word.top - word.bottom > _INITIAL * usual


def _line(words: list[Word], initials: set[int]) -> Line:
    letters = [unicodedata.bidirectional(character) for word in words for character in word.text]
    from_right = sum(kind in ("R", "AL") for kind in letters) > len(letters) / 2
    words = sorted(words, key=lambda word: -word.right if from_right else word.left)
    text = "".join(word.text + ("" if id(word) in initials else " ") for word in words).strip()
    body = [word for word in words if id(word) not in initials] or words
    return Line(
        text,
        min(word.left for word in words),
        max(word.right for word in words),
        median(word.middle for word in body),
        median(word.size for word in body),
        words[0].right - words[0].left,
    )


def _regions(words: list[Word], size: float, known: list[float], depth: int = 0) -> list[list[Word]]:
    """Return the words of each column, in reading order."""
    rows = _rows(words)
    is_bounded = depth < _MAX_DEPTH and len(rows) <= _MAX_ROWS and len(words) <= _MAX_WORDS
    found = _columns_among(rows, size, known) if is_bounded else None
    if found is None:
        return [words] if words else []
    first, last, gutters = found
    known += [place for place in gutters if not _is_known(place, known, size)]
    inside = [word for row in rows[first:last] for word in row]
    above = [word for row in rows[:first] for word in row]
    below = [word for row in rows[last:] for word in row]
    regions = _regions(above, size, known, depth + 1)
    edges = [float("-inf"), *gutters, float("inf")]
    for left, right in pairwise(edges):
        column = [word for word in inside if left <= (word.left + word.right) / 2 < right]
        regions += _regions(column, size, known, depth + 1)
    return regions + _regions(below, size, known, depth + 1)


def _rows(words: list[Word]) -> list[list[Word]]:
    """Return groups of words between which white runs across all of them, from the top."""
    rows: list[list[Word]] = []
    lowest = 0.0
    for word in sorted(words, key=lambda word: word.top, reverse=True):
        inset = 0.25 * (word.top - word.bottom)
        if rows and word.top - inset > lowest:
            rows[-1].append(word)
            lowest = min(lowest, word.bottom + inset)
        else:
            rows.append([word])
            lowest = word.bottom + inset
    return rows


def _columns_among(rows: list[list[Word]], size: float, known: list[float]) -> tuple[int, int, list[float]] | None:
    """Return the run of rows with columns that holds most words, and the middles of the white between them."""
    best: tuple[int, int, list[float]] | None = None
    best_count = failures = 0
    for first in range(len(rows)):
        if sum(map(len, rows[first:])) <= best_count or failures > _MAX_FAILURES:
            break
        for last, covered in _stretches(rows, first, _GUTTER * size):
            count = sum(map(len, rows[first:last]))
            if count > best_count:
                inside = [word for row in rows[first:last] for word in row]
                if gutters := _gutters(inside, covered, size, known):
                    best, best_count = (first, last, gutters), count
                else:
                    failures += 1
    return best


def _stretches(rows: list[list[Word]], first: int, gap: float) -> Iterator[tuple[int, list[tuple[float, float]]]]:
    """Yield how far rows from `first` on leave the same number of columns, and what these cover."""
    covered: list[tuple[float, float]] = []
    for last in range(first, len(rows)):
        wider = _merged([*covered, *((word.left, word.right) for word in rows[last])], gap)
        if len(covered) > 1 and len(wider) != len(covered):
            yield last, covered
        covered = wider
        if len(covered) < 2 and last > first:
            return
    if len(covered) > 1:
        yield len(rows), covered


def _merged(spans: list[tuple[float, float]], gap: float) -> list[tuple[float, float]]:
    """Return the spans that words cover, those nearer than `gap` as one."""
    merged: list[tuple[float, float]] = []
    for left, right in sorted(spans):
        if merged and left - merged[-1][1] < gap:
            merged[-1] = (merged[-1][0], max(merged[-1][1], right))
        else:
            merged.append((left, right))
    return merged


def _gutters(words: list[Word], covered: list[tuple[float, float]], size: float, known: list[float]) -> list[float]:
    """Return where columns of running text part, or nothing when one of them is none."""
    places = [(before[1] + after[0]) / 2 for before, after in pairwise(covered)]
    if all(_is_known(place, known, size) for place in places):
        return places
    if any(right - left < _MIN_WIDTH * size for left, right in covered):
        return []
    for left, right in covered:
        column = [word for word in words if left <= word.left and word.right <= right]
        lines = lines_of(column)
        if len(lines) < _MIN_LINES or len(column) < _MIN_WORDS_A_LINE * len(lines):
            return []
    return places


def _is_known(place: float, known: list[float], size: float) -> bool:
    return any(abs(place - other) < size for other in known)
