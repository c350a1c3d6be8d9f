"""How outlet names compare and vary: keys, articles, inflected and transliterated spellings.

Two names are the same when their keys are equal. A key ignores case, white space, hyphens, the
shape of apostrophes and the diacritics of Latin and Greek letters; it never joins letters of
different scripts, full-width or ligature forms, or names that differ by an invisible character.

What outlets there are, and where a text mentions them, is `documents.outlets`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

# Marks and invisible characters belong to the word they touch: a word with one inside or beside it
# is another word, so a zero-width look-alike of a name is never taken for the name.
WORD = re.compile(
    r"[\w\u00ad\u0300-\u036f\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u064b-\u065f\u0900-\u0963\u0966-\u0dff"
    r"\u0e31-\u0e4e\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]+"
)
UNSPACED = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3]")
"""A character of a script that writes words, or their particles, without spaces between them."""

_LANGUAGE_ARTICLES = {
    "ca": "el la els les l",
    "de": "der die das den dem des",
    "el": "ο η το τα οι i o to ta",
    "en": "the",
    "es": "el la los las",
    "fr": "le la les l",
    "hu": "a az",
    "it": "il lo la i gli le l",
    "nl": "de het",
    "pt": "o a os as",
}
ARTICLES = {language: frozenset(words.split()) for language, words in _LANGUAGE_ARTICLES.items()}
"""Leading articles, as keys, by ISO 639-1 code."""
ANY_ARTICLE = frozenset().union(*ARTICLES.values())

_UNSTATED = frozenset("the der die das le la les l el los las il gli de het".split())
_APOSTROPHES = str.maketrans("’‘ʼ`´", "'''''")
_GAP = re.compile(r"\s+|[-‐‑]")
_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})
_NORDIC = str.maketrans(
    {"å": "aa", "æ": "ae", "ø": "oe", "ö": "oe", "ä": "ae", "Å": "Aa", "Æ": "Ae", "Ø": "Oe", "Ö": "Oe", "Ä": "Ae"}
)
_PLAIN = str.maketrans(
    {"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "ı": "i"}
    | {"æ": "ae", "Æ": "Ae", "ß": "ss", "ə": "e", "Ə": "E"}
)
# "Süddeutsche", "Neue", "Kleine", "Freie", "Junge"; "Westdeutscher"; "Neues": what German declines.
_ADJECTIVE = re.compile(r"(\w*(?:sch|eu|lein|mein|rei|ung))(?:e|er|es)")
_LAST_ADJECTIVE = re.compile(r"(\w+(?:sch|gemein))e")


def bare(text: str) -> str:
    """Return `text` without the diacritics of its Latin and Greek letters, in NFC; other scripts keep theirs."""
    if text.isascii():
        return text
    kept: list[str] = []
    foldable = False
    for character in unicodedata.normalize("NFD", text):
        if unicodedata.combining(character) > 1:  # 1 is an overlay such as a stroke: another letter
            if foldable:
                continue
        else:
            foldable = character < "\u0250" or "\u0370" <= character < "\u0400"
        kept.append(character)
    return unicodedata.normalize("NFC", "".join(kept))


def gap(between: str) -> str:
    """Return the key of what stands between two words: a blank for white space or one hyphen.

    A paragraph break is kept, so that no name reaches across one.
    """
    if between == " ":
        return between
    if between.count("\n") > 1:
        return between
    return _GAP.sub(" ", between.translate(_APOSTROPHES))


def key(name: str) -> str:
    """Return what `name` is compared by."""
    return gap(" ".join(bare(name).split())).lower()


def split_article(name: str, articles: frozenset[str]) -> tuple[str, str]:
    """Return the leading article of a name or key, if it is one of `articles`, and the rest."""
    match = WORD.match(name)
    if match is None or key(match.group()) not in articles:
        return "", name
    rest = name[match.end() :]
    if rest[:1] in ("'", "’"):
        return match.group(), rest[1:]
    return (match.group(), rest.lstrip()) if rest[:1].isspace() and rest.strip() else ("", name)


@dataclass(frozen=True, slots=True)
class Spelling:
    """One way in which a text may write an outlet's name.

    Attributes:
        words: Its words without diacritics, in the case that the name is written in.
        outlet: The canonical name.
        article: Whether the first word is a leading article, which a text may write in lower case.
        ambiguous: Whether it is also an everyday word or phrase.
        ambiguous_in_capitals: The same of the spelling in capitals, where the case says nothing.
    """

    words: tuple[str, ...]
    outlet: str
    article: bool
    ambiguous: bool
    ambiguous_in_capitals: bool

    def fits(self, words: list[str]) -> bool:
        """Return whether `words` of a text, equal but for case, are written as a name is.

        Accepted: the name's own case, an initial capital where the name has none, or capitals throughout.
        """
        start = 0
        if self.article:
            own = self.words[0]
            if words[0] not in (own.lower(), own.capitalize(), own.upper()):
                return False
            start = 1
        if capitals(words[start:]):
            return True
        if self.ambiguous and "".join(words).islower():
            return False
        return all(
            word == own or (word[1:] == own[1:] and word[0] == own[0].upper())
            for word, own in zip(words[start:], self.words[start:], strict=True)
        )


def capitals(words: list[str]) -> bool:
    """Return whether every cased letter of `words` is a capital and there is one."""
    return "".join(words).isupper()


def variants(name: str, language: str | None) -> Iterator[str]:
    """Yield other spellings of `name` that follow a rule: declined German and ASCII ones."""
    seen = {name}
    declined = _decline(name) if language == "de" else name
    for spelling in (name, declined):
        for table in (None, _PLAIN, _GERMAN if language == "de" else _NORDIC):
            if table is None or not spelling.isascii():
                written = spelling.translate(table) if table else spelling
                if written not in seen:
                    seen.add(written)
                    yield written


def _decline(name: str) -> str:
    """Return a German name as it stands after "der" or "dem": "Süddeutschen Zeitung"; `name` if nothing changes."""
    words = name.split(" ")
    start = 1 if len(words) > 1 and key(words[0]) in ARTICLES["de"] else 0
    for position in range(start, len(words)):
        last = position == len(words) - 1
        match = (_LAST_ADJECTIVE if last else _ADJECTIVE).fullmatch(words[position])
        if match is not None:
            words[position] = match[1] + "en"
        elif not words[position].endswith("er"):  # "Frankfurter", "Neue Zürcher": a place in front changes nothing
            break
    if start and words[start:] != name.split(" ")[start:]:
        words[0] = "der"
    return " ".join(words)


def articles_of(language: str | None) -> frozenset[str]:
    """Return the leading articles of a language, as keys; the plainest of all languages when it is unknown."""
    return _UNSTATED if language is None else ARTICLES.get(language, frozenset())
