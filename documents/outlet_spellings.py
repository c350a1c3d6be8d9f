"""Finding names in running text: whole words, the longest first, written as a name is written.

An index knows spellings and where they stand in a text. It does not know what an outlet is: whose
names these are is `documents.outlets`, how they compare is `documents.outlet_names`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from documents.outlet_names import WORD, bare, gap

_UNSPACED = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3]")
"""A character of a script that writes words, or their particles, without spaces between them."""
_NOTHING: tuple[Spelling, ...] = ()


@dataclass(frozen=True, slots=True)
class Spelling:
    """One way in which a text may write an outlet's name.

    Attributes:
        words: Its words without diacritics, in the case that the name is written in.
        head: What precedes the first word and belongs to the name: the plus sign of "+972".
        tail: What follows the last word and belongs to the name: the mark of "Which?".
        outlet: The canonical name.
        article: Whether the first word is a leading article, which a text may write in lower case.
        ambiguous: Whether it is also an everyday word or phrase.
        ambiguous_in_capitals: The same of the spelling in capitals, where the case says nothing.
    """

    words: tuple[str, ...]
    head: str
    tail: str
    outlet: str
    article: bool
    ambiguous: bool
    ambiguous_in_capitals: bool

    def openings(self) -> Iterator[str]:
        """Yield the first word in each case in which a name may begin."""
        first = self.words[0]
        yield from (first, first[0].upper() + first[1:], first.upper())
        if self.article:
            yield first.lower()

    def fits(self, words: list[str]) -> bool:
        """Return whether `words` of a text, equal but for case, are written as a name is.

        Accepted: the name's own case, an initial capital where the name has none, or capitals throughout.
        """
        start = 1 if self.article else 0
        if self.article and words[0] not in self.openings():
            return False
        if _capitals(words[start:]):
            return True
        if self.ambiguous and "".join(words).islower():
            return False
        return all(
            word == own or (word[1:] == own[1:] and word[0] == own[0].upper())
            for word, own in zip(words[start:], self.words[start:], strict=True)
        )


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A span of a text that is a name: `text[start:end]`, whose name, and whether it is an everyday word too."""

    start: int
    end: int
    outlet: str
    ambiguous: bool


@dataclass(slots=True)
class SpellingIndex:
    """Spellings, and where they stand in a text."""

    _spellings: dict[str, tuple[Spelling, ...]] = field(default_factory=dict)  # by key, and every beginning of a key
    _openings: set[str] = field(default_factory=set)
    _unspaced: dict[str, Spelling] = field(default_factory=dict)  # as written, in scripts that write no spaces
    _pattern: re.Pattern[str] | None = None

    def copy(self) -> SpellingIndex:
        """Return an index that can grow without changing this one."""
        return SpellingIndex(dict(self._spellings), set(self._openings), dict(self._unspaced))

    def add(self, name: str, outlet: str, *, article: bool, ambiguous: bool, ambiguous_in_capitals: bool) -> None:
        """Find `name` in texts from now on, as a name of `outlet`; `article`: its first word is one."""
        found = list(WORD.finditer(_plain(name)))
        words = tuple(bare(word.group()) for word in found)
        if not words:
            return
        head, tail = name[: found[0].start()], name[found[-1].end() :]
        spelling = Spelling(words, head, tail, outlet, article, ambiguous, ambiguous_in_capitals)
        if _UNSPACED.search(name):
            self._unspaced[name] = spelling
            self._pattern = None
            return
        begun = ""
        for position, word in enumerate(words):
            if position:
                begun += gap(name[found[position - 1].end() : found[position].start()])
            begun += word.lower()
            self._spellings.setdefault(begun, _NOTHING)
        fullest = sorted((*self._spellings[begun], spelling), key=lambda s: len(s.head + s.tail), reverse=True)
        self._spellings[begun] = tuple(fullest)
        self._openings.update(spelling.openings())

    def find(self, text: str) -> list[Occurrence]:
        """Return every place where `text` holds a name, from left to right; those of spaceless scripts may overlap."""
        found = list(self._spaced(_plain(text)))
        if self._unspaced and _UNSPACED.search(text):
            if self._pattern is None:
                names = sorted(self._unspaced, key=len, reverse=True)
                self._pattern = re.compile("|".join(map(re.escape, names)))
            for match in self._pattern.finditer(text):
                spelling = self._unspaced[match.group()]
                found.append(Occurrence(match.start(), match.end(), spelling.outlet, spelling.ambiguous))
            found.sort(key=lambda occurrence: (occurrence.start, -occurrence.end))
        return found

    def _spaced(self, text: str) -> Iterator[Occurrence]:
        openings = self._openings
        resume = 0
        for match in WORD.finditer(text):
            word = match.group()
            if not word.isascii():
                word = bare(word)
            if word not in openings and not (word[-1] == "s" and word[:-1] in openings):
                continue
            if match.start() >= resume:
                found = self._longest(text, match)
                if found is not None:
                    yield found
                    resume = found.end

    def _longest(self, text: str, first: re.Match[str]) -> Occurrence | None:
        """Return the longest name that begins with the word `first`, if there is one."""
        best: Occurrence | None = None
        written: list[str] = []
        begun = ""
        match: re.Match[str] | None = first
        while match is not None:
            word, end = match.group(), match.end()
            written.append(word if word.isascii() else bare(word))
            begun += written[-1].lower()
            candidates = self._spellings.get(begun)
            spelling = self._genitive(begun, written) if begun[-1] == "s" else None
            for candidate in candidates or _NOTHING:
                edges = text.endswith(candidate.head, 0, first.start()) and text.startswith(candidate.tail, end)
                if edges and candidate.fits(written):
                    spelling = candidate
                    break
            if spelling is not None:
                ambiguous = spelling.ambiguous_in_capitals if _capitals(written) else spelling.ambiguous
                start = first.start() - len(spelling.head)
                best = Occurrence(start, end + len(spelling.tail), spelling.outlet, ambiguous)
            if candidates is None:
                break
            match = WORD.search(text, end)
            if match is not None:
                begun += gap(text[end : match.start()])
        return best

    def _genitive(self, wanted: str, written: list[str]) -> Spelling | None:
        """Return the spelling that stands in a German or Scandinavian genitive: "Handelsblatts"."""
        base = [*written[:-1], written[-1][:-1]]
        spellings = self._spellings.get(wanted[:-1], _NOTHING) if len(base[-1]) > 2 else _NOTHING
        return next((s for s in spellings if not (s.ambiguous or s.head or s.tail) and s.fits(base)), None)


def _plain(text: str) -> str:
    """Return `text` with the underscores of Markdown as marks, not as parts of words; offsets stay."""
    return text.replace("_", "*")


def _capitals(words: list[str]) -> bool:
    """Return whether every cased letter of `words` is a capital and there is one."""
    return "".join(words).isupper()
