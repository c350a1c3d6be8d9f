"""Text as articles keep it: composed, with plain line ends, and without characters that nobody can see.

`clean` runs once on what a reader took from a file, before any offset into the text exists; after
that the text never changes. It never rewrites what can be read: no compatibility folding, no quote
or dash is replaced, no word is touched. Decoding bytes is `documents.decoding`.
"""

from __future__ import annotations

import re
import unicodedata

_ZWNJ, _ZWJ = "\u200c", "\u200d"

_LINE_ENDS = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_SPACES = re.compile("[\t\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_INVISIBLE = re.compile(
    "["
    "\x00-\x08\x0e-\x1f\x7f-\x9f"  # controls; line ends and tabs are gone by then
    "\xad\u034f\u061c\u180e"  # soft hyphen, grapheme joiner, Arabic letter mark, Mongolian separator
    "\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"  # zero width, direction marks, word joiner, invisible operators
    "\u3164\uffa0"  # Hangul fillers: letters without a shape
    "\ufdd0-\ufdef\ufeff\ufff0-\ufffc\ufffe\uffff"  # non-characters, byte order mark, annotation marks
    "\ud800-\udfff"  # lone halves of surrogate pairs
    "\U000e0000-\U000e0fff"  # tags and supplementary variation selectors, which can hide whole messages
    "]"
)
_REPEATED_SELECTOR = re.compile("(?<=[\ufe00-\ufe0f])[\ufe00-\ufe0f]+|(?<!\\S)[\ufe00-\ufe0f]+")
_JOINERS = re.compile(f"[{_ZWNJ}{_ZWJ}]+")
_TRAILING = re.compile(" +$", re.MULTILINE)
_BLANK_LINES = re.compile("\n{4,}")

_JOINING_SCRIPTS = (
    (0x0600, 0x08FF),  # Arabic, Syriac, N'Ko and their extensions
    (0x0900, 0x0DFF),  # the scripts of India and Sri Lanka
    (0x0F00, 0x109F),  # Tibetan, Myanmar
    (0x1780, 0x18AF),  # Khmer, Mongolian
    (0x1A20, 0x1AAF),  # Tai Tham
    (0x1B00, 0x1C4F),  # Balinese to Lepcha
    (0xA800, 0xABFF),  # Syloti Nagri to Meetei Mayek
    (0xFB50, 0xFDFF),  # Arabic presentation forms
    (0xFE70, 0xFEFC),
    (0x10A00, 0x11FFF),  # Brahmi and what came of it
    (0x1E900, 0x1E95F),  # Adlam
)
_VIRAMA = 9
"""Canonical combining class of the signs that join two consonants into one."""


def clean(text: str) -> str:
    """Return `text` in NFC, with line feeds as line ends and only characters that carry meaning.

    Removed: control, bidirectional, zero-width and tag characters, soft hyphens, lone surrogates,
    byte order marks. Tabs and the many spaces of Unicode become a plain space. Joiners stay where a
    script or an emoji needs them. Spaces at line ends and white space around the whole are dropped;
    more than two blank lines become two. Cleaning a cleaned text changes nothing.
    """
    text = _LINE_ENDS.sub("\n", text)
    text = _SPACES.sub(" ", text)
    text = unicodedata.normalize("NFC", _INVISIBLE.sub("", text))
    while True:  # what a dropped joiner held apart may compose, and so decide the next joiner
        kept = _REPEATED_SELECTOR.sub("", _keep_needed_joiners(text))
        kept = unicodedata.normalize("NFC", kept)
        if kept == text:
            break
        text = kept
    text = _TRAILING.sub("", text)
    return _BLANK_LINES.sub("\n\n\n", text).strip()


def clean_line(text: str) -> str:
    """Return `text` cleaned and on one line, single spaces between words: for titles, names and other fields."""
    return " ".join(clean(text).split())


def _keep_needed_joiners(text: str) -> str:
    """Drop every zero-width (non-)joiner that changes nothing a reader could see."""
    if _ZWNJ not in text and _ZWJ not in text:
        return text
    return _JOINERS.sub(lambda run: run.group()[0] if _is_needed(text, run.start(), run.end()) else "", text)


def _is_needed(text: str, start: int, end: int) -> bool:
    before, after = text[max(0, start - 1) : start], text[end : end + 1]
    if not before:
        return False
    if _joins(before):
        # Between letters it shapes them; after a virama also at a word's end.
        return unicodedata.combining(before) == _VIRAMA or (bool(after) and _joins(after))
    is_emoji = unicodedata.category(before) in ("So", "Sk") or before == "\ufe0f"
    return text[start] == _ZWJ and is_emoji and bool(after) and unicodedata.category(after) == "So"


def _joins(character: str) -> bool:
    code = ord(character)
    in_script = any(first <= code <= last for first, last in _JOINING_SCRIPTS)
    return in_script and unicodedata.category(character)[0] in "LM"
