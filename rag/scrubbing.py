"""What is not plain text taken out of a model's reply, piece by piece, and citation markers made out in it.

HTML, Markdown, links, terminal escapes, invisible characters and a model's thinking are dropped. Only what no
later piece can change is let out, so it never matters how a reply was cut. Sentences are `rag.replies`'.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

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
_CUT_MARKER = re.compile(r"[\[【]\s*\w{0,17}$")
_KEPT = frozenset("\n\t\x07\x1b\x9b")


@dataclass(frozen=True, slots=True)
class Marker:
    """A citation marker: the keys it names, as written; anything that is no key is kept too."""

    keys: tuple[str, ...]


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
