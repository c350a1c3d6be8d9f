"""A model's reply as plain sentences with the keys they cite, read piece by piece as it arrives.

Cuts the plain text that `rag.scrubbing` lets through into sentences and gives each the markers that belong to it.
What comes out never depends on how the reply was cut into pieces. Whether a key exists or a sentence is true is
not known here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from documents.cleaning import clean_line
from documents.quotes import quotations
from documents.splitting import sentence_spans
from rag.lexicon import language_of
from rag.scrubbing import Marker, Scrubber

LOOKAHEAD = 60
"""Characters that must follow a full stop before it is decided whether a sentence ends there."""

MAX_SENTENCE = 2000
"""A stretch without a sentence's end is cut here; nothing so long passes the gate."""

MAX_QUOTED = 1500
"""Up to this length a sentence is not cut inside quotation marks."""

_UNDERSCORES = re.compile(r"(?<!\w)_+|_+(?!\w)")
_BULLET = re.compile(r"^\s*(?:[-–—•·+]|\d{1,2}[.)])\s+")
_EMPTY_BRACKETS = re.compile(r"\(\s*(?:sources?|see|quellen?|siehe|vgl\.?|fuentes?|ref)?\s*:?[\s,;]*\)", re.IGNORECASE)
_BEFORE_STOP = re.compile(r"\s+(?=[,.;:!?…)”»](?:\s|$|[”»’\")]))")
_SECOND_STOP = re.compile(r"(?<!\.)([.!?])\s*\.(?=\s|$)")
_END = re.compile(r"[.!?…。！？]+[\"”’»)\]]*(?=\s)")
_QUOTE_THEN_STOP = re.compile(r"[”\"»’]\s?[.!?…]$")
_STOPS = ",.;:!?…)”»"


@dataclass(frozen=True, slots=True)
class ReplySentence:
    """One sentence of a reply, markers taken out, and the keys they named."""

    text: str
    keys: tuple[str, ...] = ()


@dataclass
class _Line:
    """The text of a line so far, and the markers in it by where they stand."""

    text: str = ""
    marks: list[tuple[int, tuple[str, ...]]] = field(default_factory=list)


class ReplyReader:
    """Turns pieces of a reply into sentences with keys, in order.

    A marker belongs to the sentence it stands in or behind; at a line's beginning, to the sentence after it.
    """

    def __init__(self) -> None:
        self._scrubber = Scrubber()
        self._line = _Line()
        self._scanned = 0
        self._pending: ReplySentence | None = None

    def feed(self, piece: str) -> list[ReplySentence]:
        """Return the sentences that are complete now."""
        return self._take(self._scrubber.feed(piece))

    def close(self, *, complete: bool = True) -> list[ReplySentence]:
        """Return what was still held back; an unfinished last sentence is dropped when the reply is not `complete`."""
        found = self._take(self._scrubber.feed("", final=True))
        found += self._end_line()
        last = self._pending
        self._pending = None
        if last is not None and (complete or re.search(r"[.!?…][\"”’»)\]]*$", last.text)):
            found.append(last)
        return found

    def _take(self, items: list[str | Marker]) -> list[ReplySentence]:
        found: list[ReplySentence] = []
        for item in items:
            if isinstance(item, Marker):
                self._line.marks.append((len(self._line.text), item.keys))
            elif item == "\n":
                found += self._end_line()
            else:
                self._add(item)
                found += self._sentences(final=False)
        return found

    def _add(self, text: str) -> None:
        line = self._line
        if line.marks and line.marks[-1][0] == len(line.text) and text[0] in _STOPS:  # "... said [k1]." is "... said."
            line.text = line.text.rstrip()
            line.marks = [(min(at, len(line.text)), keys) for at, keys in line.marks]
        line.text += text

    def _end_line(self) -> list[ReplySentence]:
        found = self._sentences(final=True)
        if self._line.marks and self._pending is not None:  # markers on a line of their own
            keys = tuple(k for _, group in self._line.marks for k in group)
            self._pending = ReplySentence(self._pending.text, (*self._pending.keys, *keys))
        self._line = _Line()
        self._scanned = 0
        return found

    def _sentences(self, *, final: bool) -> list[ReplySentence]:
        """Return the sentences before the one that the line now ends with; when `final`, that one is kept pending."""
        found: list[ReplySentence] = []
        while (end := self._next_end(final)) is not None:
            found += self._push(self._cut(end))
        if final and self._line.text.strip():
            found += self._push(self._cut(len(self._line.text)))
        return found

    def _push(self, sentence: ReplySentence) -> list[ReplySentence]:
        if not sentence.text:
            return []
        before, self._pending = self._pending, sentence
        return [before] if before is not None else []

    def _next_end(self, final: bool) -> int | None:
        """Return where the line's first sentence ends; None when that is not certain, or it is the last."""
        text = self._line.text
        for match in _END.finditer(text, self._scanned):
            end = match.end()
            if len(text) - end < LOOKAHEAD and not final:
                return None
            self._scanned = end
            if text[end:].strip() and self._ends(text, end):
                return end
        if len(text) > MAX_SENTENCE + LOOKAHEAD:
            cut = text.rfind(" ", 1, MAX_SENTENCE)
            return cut if cut > 0 else MAX_SENTENCE
        return None

    def _ends(self, text: str, end: int) -> bool:
        if end <= MAX_QUOTED and any(not q.closed for q in quotations(text[:end])):
            return False
        if _QUOTE_THEN_STOP.search(text, max(0, end - 4), end) and not text[end:].lstrip()[:1].islower():
            return True
        window = text[: end + LOOKAHEAD]
        spans = sentence_spans(window, language_of(window) or "en")
        return not any(a < end - 1 and b > end + 1 for a, b in spans)

    def _cut(self, end: int) -> ReplySentence:
        """Return the line's first sentence, `text[:end]`, with its markers, and take it off the line."""
        text, marks = self._line.text, self._line.marks
        reach = end + len(text[end:]) - len(text[end:].lstrip())
        own = [keys for at, keys in marks if at <= reach] if reach < len(text) else [keys for _, keys in marks]
        self._line = _Line(text[reach:], [(at - reach, keys) for at, keys in marks if at > reach and reach < len(text)])
        self._scanned = 0
        keys = tuple(dict.fromkeys(key for group in own for key in group))
        return ReplySentence(_tidy(text[:end]), keys)


def _tidy(text: str) -> str:
    """Return a sentence on one line, without list mark, empty brackets and spaces before a stop."""
    line = clean_line(_BULLET.sub("", text))
    line = _UNDERSCORES.sub("", _EMPTY_BRACKETS.sub("", line))
    line = _SECOND_STOP.sub(r"\1", line)
    line = _BEFORE_STOP.sub("", re.sub(r"\s+", " ", line)).strip()
    return line if any(c.isalnum() for c in line) else ""
