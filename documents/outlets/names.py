"""How outlet names compare and vary: keys, articles, declined and ASCII spellings.

Two names are the same when their keys are equal. A key ignores case, white space, hyphens, the
shape of apostrophes and the diacritics of Latin and Greek letters; it never joins letters of
different scripts, full-width or ligature forms, or names that differ by an invisible character.

What outlets there are is `documents.outlets.registry`; finding names in a text is `documents.outlets.spellings`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

# Marks and invisible characters belong to the word they touch: a word with one inside or beside it
# is another word, so a zero-width look-alike of a name is never taken for the name.
WORD = re.compile(
    r"[\w\u00ad\u0300-\u036f\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u064b-\u065f\u0900-\u0963\u0966-\u0dff"
    r"\u0e31-\u0e4e\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]+"
)
"""A word with the marks and invisible characters that touch it."""

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
_ARTICLES = {language: frozenset(words.split()) for language, words in _LANGUAGE_ARTICLES.items()}
_UNSTATED = frozenset({"the", "der", "die", "das", "le", "la", "les", "l", "el", "los", "las", "il", "gli", "het"})
ANY_ARTICLE = frozenset().union(*_ARTICLES.values())
"""The leading articles of every language, as keys."""

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
# What German declines: "Süddeutsche", "Neue", "Kleine", "Allgemeine", "Freie", "Junge", "Westdeutscher", "Neues".
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
    if between == " " or between.count("\n") > 1:
        return between
    return _GAP.sub(" ", between.translate(_APOSTROPHES))


def key(name: str) -> str:
    """Return what `name` is compared by."""
    tidy = " ".join(name.split())
    return tidy.lower().replace("-", " ") if tidy.isascii() and "`" not in tidy else gap(bare(tidy)).lower()


def articles_of(language: str | None) -> frozenset[str]:
    """Return the leading articles of a language, as keys; the plainest of all languages when it is unknown."""
    return _UNSTATED if language is None else _ARTICLES.get(language, frozenset())


def split_article(name: str, articles: frozenset[str]) -> tuple[str, str]:
    """Return the leading article of a name or key, if it is one of `articles`, and the rest; else "" and `name`."""
    match = WORD.match(name)
    if match is None or bare(match.group()).lower() not in articles:
        return "", name
    rest = name[match.end() :]
    if rest[:1] in ("'", "’"):
        return match.group(), rest[1:]
    return (match.group(), rest.lstrip()) if rest[:1].isspace() and rest.strip() else ("", name)


def variants(name: str, language: str | None) -> Iterator[str]:
    """Yield other spellings of `name` that follow a rule: declined German and ASCII ones."""
    seen = {name}
    declined = _decline(name) if language == "de" else name
    for spelling in (name, declined):
        for table in (None,) if spelling.isascii() else (None, _PLAIN, _GERMAN if language == "de" else _NORDIC):
            written = spelling.translate(table) if table else spelling
            if written not in seen:
                seen.add(written)
                yield written


def _decline(name: str) -> str:
    """Return a German name as it stands after "in" or "von": "der Süddeutschen Zeitung"; `name` if nothing changes."""
    words = name.split(" ")
    start = 1 if len(words) > 1 and words[0].lower() in _ARTICLES["de"] else 0
    changed = False
    for position in range(start, len(words)):
        pattern = _LAST_ADJECTIVE if position == len(words) - 1 else _ADJECTIVE
        match = pattern.fullmatch(words[position])
        if match is not None:
            words[position], changed = match[1] + "en", True
        elif not words[position].endswith("er"):  # "Frankfurter Allgemeine": a place in front stays as it is
            break
    return " ".join(["der", *words[1:]] if start and changed else words)
