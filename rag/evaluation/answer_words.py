"""Whether an answer says what it must: exact match, shared words (F1), and an expected string inside it.

Compares strings; what an answer cites and whether it is supported are not its business. Each takes the best of
several expected answers.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

ARTICLES = frozenset({"a", "an", "the"})

UNSPACED = ("CJK", "IDEOGRAPHIC", "HIRAGANA", "KATAKANA", "BOPOMOFO", "THAI", "LAO", "KHMER", "MYANMAR", "TIBETAN")
"""How the Unicode names of characters begin whose scripts put no space between words."""


def exact_match(text: str, answers: Sequence[str]) -> float:
    """Return 1 when `text` has the same words in the same order as one of `answers`, else 0.

    Words are SQuAD's: lower case, punctuation taken out, "a", "an" and "the" left out, split at white space. On
    ASCII text that is all; beyond it, case and compatibility forms are Unicode's, all of Unicode's punctuation
    and symbols go, long dashes part words, and each character of a script without spaces between words is a word
    of its own. Articles stay where nothing else is there ("A" is an answer to "which grade?").

    Source: P. Rajpurkar et al., "SQuAD: 100,000+ questions for machine comprehension of text" (2016), script of
    version 1.1; single characters as P. Lewis et al., "MLQA" (2020), do for Chinese.
    """
    words = _words(text)
    return float(bool(words) and any(words == _words(answer) for answer in answers))


def token_f1(text: str, answers: Sequence[str]) -> float:
    """Return the greatest F1 of the words that `text` shares with one of `answers`; 0 where none is shared.

    F1 = 2PR / (P + R) = 2·shared / (words of text + words of answer), a word that comes twice in both shared
    twice. Words and source are those of `exact_match`.
    """
    words = Counter(_words(text))
    return max((_f1(words, Counter(_words(answer))) for answer in answers), default=0.0)


def contains_any(text: str, answers: Sequence[str]) -> bool:
    """Return whether any of `answers` stands in `text` as whole words.

    Case, white space and compatibility forms do not matter. A number is whole only when no digit
    group continues it: "13" is not in "13,000", and "000" is not either.

    Source: our own; the strict form of the "accuracy" of question answering benchmarks, which looks for the
    expected string anywhere in the answer.
    """
    plain = _comparable(text)
    return any(re.search(_whole(_comparable(answer)), plain) for answer in answers if answer.strip())


def _f1(words: Counter[str], expected: Counter[str]) -> float:
    shared = (words & expected).total()
    return 2 * shared / (words.total() + expected.total()) if shared else 0.0


def _words(text: str) -> list[str]:
    # a long dash joins clauses and never the parts of a word, as the hyphen that SQuAD takes out does
    spaced = re.sub("[\u2014\u2015]", " ", unicodedata.normalize("NFKC", text).casefold())
    plain = "".join(
        f" {character} " if _is_unspaced(character) else character
        for character in spaced
        if unicodedata.category(character)[0] not in "PS"
    )
    words = plain.split()
    return [word for word in words if word not in ARTICLES] or words


def _comparable(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _whole(answer: str) -> str:
    before = r"(?<!\w)" if _in_spaced_script(answer[0]) else ""
    after = r"(?!\w)" if _in_spaced_script(answer[-1]) else ""
    if answer[0].isdigit():
        before += r"(?<!\d[.,])"
    if answer[-1].isdigit():
        after += r"(?![.,]\d)"
    return before + re.escape(answer) + after


def _in_spaced_script(character: str) -> bool:
    return character.isalnum() and not _is_unspaced(character)


def _is_unspaced(character: str) -> bool:
    return not character.isascii() and unicodedata.name(character, "").startswith(UNSPACED)
