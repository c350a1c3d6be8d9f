"""Finding names in running text: whole words, the longest first, written as a name is written.

An index knows spellings and where they stand in a text. It does not know what an outlet is: whose
names these are is `documents.outlets.registry`, how they compare is `documents.outlets.names`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock

from documents.outlets.names import WORD, bare, gap

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
    """Spellings, and where they stand in a text.

    What was compiled is taken apart word by word: the spellings that begin with a word when a text has that word.
    """

    _spellings: dict[str, tuple[Spelling, ...]] = field(default_factory=dict)  # by key, and every beginning of a key
    _openings: set[str] = field(default_factory=set)
    _unspaced: dict[str, Spelling] = field(default_factory=dict)  # as written, in scripts that write no spaces
    _pattern: re.Pattern[str] | None = None
    _packed: dict[str, str] = field(default_factory=dict)  # first word of a key -> spellings not taken apart yet
    _packed_unspaced: list[str] = field(default_factory=list)
    _canonical: Sequence[str] = ()
    _lock: Lock = field(default_factory=Lock)

    @classmethod
    def packed(
        cls, spaced: Mapping[str, str], openings: str, unspaced: Iterable[str], canonical: Sequence[str]
    ) -> SpellingIndex:
        """Return the index of compiled spellings.

        Args:
            spaced: First word -> rows "name|place|flags"; flags are 1 for an article, 2 for an everyday word, 4 for
                one in capitals.
            openings: First words as texts write them, with "|" between.
            unspaced: Rows of names in scripts without spaces.
            canonical: Canonical names by place; the place -1 stands for nobody's, "".
        """
        index = cls(_packed=dict(spaced), _packed_unspaced=list(unspaced), _canonical=canonical)
        index._openings.update(openings.split("|"))
        return index

    @staticmethod
    def openings_of(name: str, *, article: bool) -> tuple[str | None, list[str]]:
        """Return the first word of a name's key ("" where it has no word) and how texts write it; None: no spaces."""
        if _UNSPACED.search(name):
            return None, []
        spelling = _spelling(name, "", article=article, ambiguous=False, ambiguous_in_capitals=False)
        return ("", []) if spelling is None else (spelling.words[0].lower(), list(spelling.openings()))

    def copy(self) -> SpellingIndex:
        """Return an index that can grow without changing this one."""
        with self._lock:
            return SpellingIndex(
                dict(self._spellings),
                set(self._openings),
                dict(self._unspaced),
                None,
                dict(self._packed),
                list(self._packed_unspaced),
                self._canonical,
            )

    def add(self, name: str, outlet: str, *, article: bool, ambiguous: bool, ambiguous_in_capitals: bool) -> None:
        """Find `name` in texts from now on, as a name of `outlet`; `article`: its first word is one."""
        spelling = _spelling(
            name, outlet, article=article, ambiguous=ambiguous, ambiguous_in_capitals=ambiguous_in_capitals
        )
        if spelling is None:
            return
        if _UNSPACED.search(name):
            self._unspaced[name] = spelling
            self._pattern = None
            return
        self._hold(name, spelling, self._spellings)
        self._openings.update(spelling.openings())

    @staticmethod
    def _hold(name: str, spelling: Spelling, spellings: dict[str, tuple[Spelling, ...]]) -> None:
        begun, end = "", 0
        for position, (found, word) in enumerate(zip(WORD.finditer(_plain(name)), spelling.words, strict=True)):
            if position:
                begun += gap(name[end : found.start()])
            begun += word.lower()
            end = found.end()
            spellings.setdefault(begun, _NOTHING)
        fullest = sorted((*spellings[begun], spelling), key=lambda s: len(s.head + s.tail), reverse=True)
        spellings[begun] = tuple(fullest)

    def _take_apart(self, first: str) -> None:
        """Take the spellings apart that begin with a word; another thread waits until they are there."""
        with self._lock:
            rows = self._packed.get(first)
            if rows is None:
                return
            for name, spelling in self._unpacked(rows.split("\n")):
                self._hold(name, spelling, self._spellings)
            del self._packed[first]

    def _unpacked(self, rows: Iterable[str]) -> Iterator[tuple[str, Spelling]]:
        for row in rows:
            name, place, flags = row.split("|")
            bits = int(flags)
            spelling = _spelling(
                name,
                self._canonical[int(place)] if place != "-1" else "",
                article=bool(bits & 1),
                ambiguous=bool(bits & 2),
                ambiguous_in_capitals=bool(bits & 4),
            )
            if spelling is not None:
                yield name, spelling

    def _unspaced_pattern(self) -> re.Pattern[str] | None:
        with self._lock:
            if self._packed_unspaced:
                self._unspaced = {**dict(self._unpacked(self._packed_unspaced)), **self._unspaced}
                self._packed_unspaced = []
            if self._pattern is None and self._unspaced:
                names = sorted(self._unspaced, key=len, reverse=True)
                self._pattern = re.compile("|".join(map(re.escape, names)))
            return self._pattern

    def find(self, text: str) -> list[Occurrence]:
        """Return every place where `text` holds a name, from left to right; those of spaceless scripts may overlap."""
        found = list(self._spaced(_plain(text)))
        pattern = self._unspaced_pattern() if _UNSPACED.search(text) else None
        if pattern is not None:
            for match in pattern.finditer(text):
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
                self._prepare(word)
                found = self._longest(text, match)
                if found is not None:
                    yield found
                    # A name that is nobody's in particular hides none that begins inside it: "The Herald Sun".
                    resume = found.end if found.outlet else match.end()

    def _prepare(self, word: str) -> None:
        if self._packed:
            first = word.lower()
            for wanted in (first, first[:-1]) if first[-1] == "s" else (first,):
                if wanted in self._packed:
                    self._take_apart(wanted)

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


def _spelling(
    name: str, outlet: str, *, article: bool, ambiguous: bool, ambiguous_in_capitals: bool
) -> Spelling | None:
    """Return how a text writes a name, or None where the name has no word."""
    found = list(WORD.finditer(_plain(name)))
    if not found:
        return None
    words = tuple(bare(word.group()) for word in found)
    head, tail = name[: found[0].start()], name[found[-1].end() :]
    return Spelling(words, head, tail, outlet, article, ambiguous, ambiguous_in_capitals)


def _plain(text: str) -> str:
    """Return `text` with the underscores of Markdown as marks, not as parts of words; offsets stay."""
    return text.replace("_", "*")


def _capitals(words: list[str]) -> bool:
    """Return whether every cased letter of `words` is a capital and there is one."""
    return "".join(words).isupper()
