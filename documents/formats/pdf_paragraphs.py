"""Lines of PDF columns to paragraphs: running lines dropped, line ends joined, hyphens mended.

A hyphen at a line's end is taken out unless the text speaks for it. Order of columns and lines is
`documents.formats.pdf_layout`.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise

from documents.formats.pdf_layout import Column, Line, Page, Word, lines_of

_MARGIN = 0.085
"""Share of a page's height, above and below, in which running lines stand."""
_SAME_HEIGHT = 6.0
"""Points that a running line may move from page to page."""
_PAGE_NUMBER = re.compile(
    r"(?:[-–—] ?)?(?:(?:page|seite|p\.|s\.|página|pagina) ?)?\d{1,4}(?: ?(?:of|von|de|sur|di|/) ?\d{1,4})?(?: ?[-–—])?"
    r"|https?://\S+ \d{1,4} ?/ ?\d{1,4}",
    re.IGNORECASE,
)
_ENDS_SENTENCE = re.compile(r"[.!?…:]['\"”’»«“)\]]*\Z")
_BULLET = re.compile(r"[•▪◦‣●■–—-] \S")
_BROKEN = re.compile(r"(?<![\w’'-])((?:[\w’']+-)*)([^\W\d_]+)-\Z")
_BEGINS = re.compile(r"([^\W\d_]+)(.*)\Z", re.DOTALL)
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_AND = frozenset({"and", "or", "to", "und", "oder", "bzw", "sowie", "bis", "et", "ou", "y"})
"""Words that follow a hyphen which stands for the rest of a compound: "two- and three-year"."""
_NUMBERS = frozenset(
    {"two", "three", "four", "five", "six", "seven", "eight", "nine", "twenty", "thirty", "forty", "fifty"}
)
_AFTER_NUMBERS = frozenset({"teen", "ty", "th", "fold", "some", "een", "eth"})
"""What English joins to a number; anything else ("three-year") keeps its hyphen."""
_COMPOUND = re.compile(
    r"(?:well|self|far|long|short|high|low|hard|half|right|left)-"
    r"(?:known|term|range|speed|level|wing|defen[cs]e|interest|hour|profile|(?!en|light)\w{3,}(?:ed|ing))",
    re.IGNORECASE,
)
"""English compounds that are never written as one word."""
_WIDE_GAP = 1.35
"""From one line to the next, in usual ones: more is a new paragraph."""
_INDENT = 0.7
_SLACK = 1.5
"""What room there must be beside that for a word before a line counts as ended early, in sizes of its letters."""


@dataclass(slots=True)
class Paragraph:
    """One paragraph; `text` is final once hyphens are mended, `size` is its letters' in points."""

    page: int
    size: float
    lines: list[str] = field(default_factory=list)
    text: str = ""


def without_running_lines(pages: list[Page]) -> list[list[Word]]:
    """Return each page's words without page numbers, and without lines that stand in one place on several pages."""
    edges = [_margin_lines(page) for page in pages]
    heights: dict[str, list[tuple[int, float]]] = {}
    for number, lines in enumerate(edges):
        for line in lines:
            heights.setdefault(_same(line.text), []).append((number, line.middle))
    kept = []
    for number, (page, lines) in enumerate(zip(pages, edges, strict=True)):
        gone = [line for line in lines if _is_running(line, number, heights[_same(line.text)], len(pages))]
        low, high = _text_area(page)
        kept.append([w for w in page.words if low <= w.middle <= high or not any(_is_in(w, line) for line in gone)])
    return kept


def _margin_lines(page: Page) -> list[Line]:
    """Return the lines in the margins above and below the text."""
    low, high = _text_area(page)
    above = [word for word in page.words if word.middle > high]
    below = [word for word in page.words if word.middle < low]
    return [line for words in (above, below) if words for line in lines_of(words)]


def _text_area(page: Page) -> tuple[float, float]:
    """Return the heights between which no running line stands."""
    margin = _MARGIN * (page.top - page.bottom)
    return page.bottom + margin, page.top - margin


def _same(text: str) -> str:
    return re.sub(r"\d+", "#", text).casefold()


def _is_running(line: Line, number: int, heights: list[tuple[int, float]], pages: int) -> bool:
    if _PAGE_NUMBER.fullmatch(line.text):
        return True
    others = {page for page, height in heights if page != number and abs(height - line.middle) <= _SAME_HEIGHT}
    return len(others) + 1 >= max(2, pages / 3)


def _is_in(word: Word, line: Line) -> bool:
    return abs(word.middle - line.middle) < 0.45 * (word.top - word.bottom)


def paragraphs_of(pages: list[list[Column]]) -> list[Paragraph]:
    """Return the paragraphs of all pages, in reading order, across the ends of columns and pages."""
    leading = _usual_leading(pages)
    found: list[Paragraph] = []
    previous: tuple[Column, Line] | None = None
    for number, columns in enumerate(pages):
        for column in columns:
            for position, line in enumerate(column.lines):
                if not line.text:
                    continue
                if previous is None or _begins(line, column, previous, position > 0, leading):
                    found.append(Paragraph(number, line.size))
                found[-1].lines.append(line.text)
                previous = column, line
    words = _whole_words(found)
    for paragraph in found:
        paragraph.text = _joined(paragraph.lines, words)
    return found


def _usual_leading(pages: list[list[Column]]) -> float:
    """Return how far lines of the text are from one another, in sizes of their letters."""
    steps = [
        (above.middle - below.middle) / above.size
        for columns in pages
        for column in columns
        for above, below in pairwise(column.lines)
        if abs(above.size - below.size) < 0.1 * above.size
    ]
    plausible = sorted(step for step in steps if 0.8 < step < 3)
    return plausible[len(plausible) // 4] if plausible else 1.3  # in a list, most steps are between paragraphs


def _begins(line: Line, column: Column, previous: tuple[Column, Line], same_column: bool, leading: float) -> bool:
    """Return whether a line begins a paragraph."""
    before_column, before = previous
    if max(line.size, before.size) > 1.15 * min(line.size, before.size) or _BULLET.match(line.text):
        return True
    ended = bool(_ENDS_SENTENCE.search(before.text))
    stopped = not before.text.endswith("-") and _would_have_fitted(line, before, before_column)
    if not same_column:
        return (ended or stopped) and not line.text[0].islower()
    if before.middle - line.middle > _WIDE_GAP * leading * line.size:
        return True
    if line.left - column.left > _INDENT * line.size and before.left - column.left < 0.4 * line.size:
        return True
    return stopped


def _would_have_fitted(line: Line, before: Line, column: Column) -> bool:
    """Return whether a line's first word had room on the line before: its writer, not the width, ended that one."""
    return before.right + line.first + _SLACK * line.size < column.right


def _whole_words(paragraphs: list[Paragraph]) -> Counter[str]:
    """Count the words of the text that no line's end breaks."""
    counts: Counter[str] = Counter()
    for paragraph in paragraphs:
        broken = False
        for line in paragraph.lines:
            words = [word.casefold() for word in _WORD.findall(line)]
            counts.update(words[1 if broken else 0 : -1 if line.endswith("-") else None])
            broken = line.endswith("-")
    return counts


def _joined(lines: list[str], words: Counter[str]) -> str:
    parts = [lines[0]]
    for line in lines[1:]:
        last = parts[-1]
        if not last.endswith("-") or last.endswith((" -", "--")):
            parts.append(f" {line}")
        else:
            kept = _link(last[-80:], line, words)
            parts[-1] = last[:-1]
            parts.append(kept + line)
    return "".join(parts)


def _link(last: str, line: str, words: Counter[str]) -> str:
    """Return what stands between two lines of which the first ends with a hyphen: "", "-" or "- "."""
    broken, begins = _BROKEN.search(last), _BEGINS.match(line)
    if begins and begins.group(1) in _AND and not (broken and words[(broken.group(2) + begins.group(1)).casefold()]):
        return "- "
    if broken is None or begins is None or _keeps_hyphen(broken.group(1), broken.group(2), begins.group(1), words):
        return "-"
    return ""


def _keeps_hyphen(before: str, first: str, second: str, words: Counter[str]) -> bool:
    """Return whether a compound's own hyphen stands between two parts, by what the rest of the text writes.

    Kept before a capital, behind a single letter, capitals or a number, in well-known compounds, where the text
    has the hyphenated form at least as often as the joined one, and where it has both parts as words of their
    own and the joined form nowhere.
    """
    if second[0].isupper() or len(first) == 1 or (first.isupper() and len(first) > 1 and not second.isupper()):
        return True
    joined, hyphenated = words[(first + second).casefold()], words[f"{before}{first}-{second}".casefold()]
    if joined or hyphenated:
        return hyphenated >= joined
    if _COMPOUND.fullmatch(f"{first}-{second}") or (first.casefold() in _NUMBERS and second not in _AFTER_NUMBERS):
        return True
    both = words[first.casefold()] and words[second.casefold()]
    return bool(both) and len(first) > 2 and len(second) > 3
