"""A model's reply as plain sentences with the keys they cite, read piece by piece as it arrives.

Takes out what is not plain text (HTML, Markdown, links, terminal escapes, invisible characters), finds the
citation markers in every form that models write them, and cuts sentences. What comes out never depends on
how the reply was cut into pieces. Whether a key exists or a sentence is true is not known here.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from documents.cleaning import clean_line
from documents.quotes import quotations
from documents.splitting import sentence_spans
from rag.lexicon import language_of

LOOKAHEAD = 60
"""Characters that must follow a full stop before it is decided whether a sentence ends there."""

MAX_SENTENCE = 2000
"""A stretch without a sentence's end is cut here; nothing so long passes the gate."""

MAX_QUOTED = 1500
"""Up to this length a sentence is not cut inside quotation marks."""

_KEY = r"[kK][0-9a-zA-Z]{3,16}"
_ENTRY = rf"(?:(?:key|source|passage|ref|quelle|fuente|src|see)s?[:#\s]*)?\^?(?:{_KEY}|\d+(?:\s*[-–—]\s*\d+)?)"
_GROUP = re.compile(rf"\s*{_ENTRY}(?:\s*(?:[,;&|/]|\band\b|\bund\b|\]\s*\[)?\s*{_ENTRY})*\s*", re.IGNORECASE)
_SPLIT = re.compile(rf"{_KEY}|\d+(?:\s*[-–—]\s*\d+)?")
_KEYS_ONLY = re.compile(rf"\(\s*{_KEY}(?:\s*[,;]\s*{_KEY})*\s*\)")

_HIDING = r"script|style|think|thinking|reasoning|template|noscript"
_TAG = re.compile(
    rf"<!--.*?-->|<({_HIDING})\b[^<>]*>.*?</\1\s*>|<[/!?a-zA-Z][^<>]{{0,2000}}>", re.DOTALL | re.IGNORECASE
)
_HIDING_OPEN = re.compile(rf"<(?:{_HIDING})\b[^<>]*>|<!--", re.IGNORECASE)
_TAG_LIMIT = 2002
_HIDDEN_LIMIT = 60_000
_ESCAPE = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]{0,400}(?:\x07|\x1b\\)|\x1b[PX^_][^\x1b]{0,400}\x1b\\"
    r"|\x1b[ -/]*[0-OQ-WYZ\\`-~]"
)
_ESCAPE_LIMIT = 420
_BRACKET = re.compile(r"(!?)(\[{1,3}|【)([^\[\]【】]{0,300})(\]{1,3}|】)(\((?:[^()\n]|\([^()\n]*\)){0,2000}\))?")
_BRACKET_LIMIT = 310
_LINK_LIMIT = 2310
_PLAIN = re.compile(r"[^<\[【!(\x1b\x9b\n]+")
_URL = re.compile(r"(?:[\w+.-]{0,30}://|\bwww\.|\b(?:mailto|javascript|data|vbscript):)\S*", re.IGNORECASE)
_MARKUP = str.maketrans(
    {"*": "", "`": "", "#": "", "~": "", "|": " ", "<": "", ">": "", "\x07": "", "\x1b": "", "\x9b": ""}
)
_UNDERSCORES = re.compile(r"(?<!\w)_+|_+(?!\w)")
_BULLET = re.compile(r"^\s*(?:[-–—•·+]|\d{1,2}[.)])\s+")
_EMPTY_BRACKETS = re.compile(r"\(\s*(?:sources?|see|quellen?|siehe|vgl\.?|fuentes?|ref)?\s*:?[\s,;]*\)", re.IGNORECASE)
_BEFORE_STOP = re.compile(r"\s+(?=[,.;:!?…)”»](?:\s|$|[”»’\")]))")
_END = re.compile(r"[.!?…。！？]+[\"”’»)\]]*(?=\s)")
_QUOTE_THEN_STOP = re.compile(r"[”\"»’]\s?[.!?…]$")
_STOPS = ",.;:!?…)”»"
_CUT_MARKER = re.compile(r"[\[【]\s*\w{0,17}$")
_KEPT = frozenset("\n\t\x07\x1b\x9b")


@dataclass(frozen=True, slots=True)
class Marker:
    """A citation marker: the keys it names, as written; anything that is no key is kept too."""

    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReplySentence:
    """One sentence of a reply, markers taken out, and the keys they named."""

    text: str
    keys: tuple[str, ...] = ()


class Scrubber:
    """Turns pieces of a reply into plain text and markers; holds back what a later piece may change."""

    def __init__(self) -> None:
        self._rest = ""

    def feed(self, piece: str, *, final: bool = False) -> list[str | Marker]:
        """Return what is certain now: text and markers in order; everything when `final`."""
        self._rest += "".join(c for c in piece if c in _KEPT or unicodedata.category(c)[0] != "C")
        found: list[str | Marker] = []
        at = 0
        while at < len(self._rest):
            step = self._step(at, final)
            if step is None:
                break
            at, item = step
            if item:
                found.append(item)
        self._rest = self._rest[at:]
        return found

    def _step(self, at: int, final: bool) -> tuple[int, str | Marker] | None:
        """Return where to go on and what was read at `at`, or None when more must come first."""
        text = self._rest
        character = text[at]
        if character == "\n":
            return at + 1, "\n"
        if character == "<":
            return self._tag(at, final)
        if character in "\x1b\x9b":
            return self._skip(_ESCAPE, at, _ESCAPE_LIMIT, final)
        if character in "[【" or (character == "!" and text[at + 1 : at + 2] == "["):
            return self._bracket(at, final)
        if character == "!":
            return None if at + 1 == len(text) and not final else (at + 1, "!")
        if character == "(":
            return self._parenthesis(at, final)
        return self._plain(at, final)

    def _plain(self, at: int, final: bool) -> tuple[int, str] | None:
        match = _PLAIN.match(self._rest, at)
        end = match.end() if match else at + 1
        if end == len(self._rest) and not final:  # a word may go on, and turn out to be a link
            end = max((at + i + 1 for i, c in enumerate(self._rest[at:end]) if c.isspace()), default=at)
            if end == at:
                return None
        return end, _URL.sub("", self._rest[at:end]).translate(_MARKUP)

    def _tag(self, at: int, final: bool) -> tuple[int, str] | None:
        text = self._rest
        if text[at + 1 : at + 2] and text[at + 1] not in "/!?" and not text[at + 1].isascii():
            return at + 1, ""
        hiding = _HIDING_OPEN.match(text, at)
        match = _TAG.match(text, at)
        limit = _HIDDEN_LIMIT if hiding else _TAG_LIMIT
        if hiding and (match is None or match.end() == hiding.end()):
            if final or len(text) - at > limit:
                return len(text) if final else hiding.end(), ""  # never closed: all of it is hidden
            return None
        if match is not None:
            return match.end(), ""
        if not final and len(text) - at <= limit and "<" not in text[at + 1 :]:
            return None
        if final and re.match(r"<[/!?a-zA-Z]", text[at:]) and "<" not in text[at + 1 :]:
            line = text.find("\n", at)
            return (len(text) if line < 0 else line), ""  # a tag that was cut off
        return at + 1, ""

    def _skip(self, pattern: re.Pattern[str], at: int, limit: int, final: bool) -> tuple[int, str] | None:
        match = pattern.match(self._rest, at)
        if match is not None:
            return match.end(), ""
        return None if not final and len(self._rest) - at <= limit else (at + 1, "")

    def _bracket(self, at: int, final: bool) -> tuple[int, str | Marker] | None:
        text = self._rest
        match = _BRACKET.match(text, at)
        if match is None:
            if final and _CUT_MARKER.fullmatch(text, at):
                return len(text), ""
            wait = not final and len(text) - at <= _BRACKET_LIMIT
            return None if wait else (at + 1, "" if text[at] == "!" else text[at])
        if not final and match[5] is None:
            after = text[match.end() :]
            open_link = after.startswith("(") and len(after) <= _LINK_LIMIT and "\n" not in after
            if not after or open_link or after[0] == "]":
                return None
        if match[1]:
            return match.end(), ""  # an image
        keys = _keys(match[3])
        if keys:
            return match.end(), Marker(keys)
        if match[5] is not None:
            return match.end(), _URL.sub("", match[3]).translate(_MARKUP)
        return match.end(), f"[{_URL.sub('', match[3]).translate(_MARKUP)}]"

    def _parenthesis(self, at: int, final: bool) -> tuple[int, str | Marker] | None:
        text = self._rest
        match = _KEYS_ONLY.match(text, at)
        if match is not None:
            return match.end(), Marker(_keys(match.group()[1:-1]))
        closing = text.find(")", at, at + 120)
        if closing < 0 and not final and len(text) - at <= 120 and re.match(r"\(\s*[kK\s]?[\w,;\s]*$", text[at:]):
            return None
        return at + 1, "("


def _keys(group: str) -> tuple[str, ...]:
    """Return the keys that the inside of a bracket names, or nothing when it is not a citation at all."""
    if not _GROUP.fullmatch(group):
        return ()
    return tuple(dict.fromkeys(m.group().lower() for m in _SPLIT.finditer(group)))


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
        """Return where the line's first sentence ends, or None when that is not certain yet or it is the line's last."""
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
    line = _BEFORE_STOP.sub("", re.sub(r"\s+", " ", line)).strip()
    return line if any(c.isalnum() for c in line) else ""
