"""The words of a paragraph with each quotation as one token, in sentences: what press reviews are read on.

A quotation is one token however many sentences it holds, so that the words around it are seen as one clause.
Knows no verbs and no names; those are `documents.reviews.voices`' and `documents.reviews.names`'.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from documents.quotes import QUOTE_MARKS, quotations

MAX_SENTENCE_TOKENS = 300
"""A run of words without a full stop is cut here: a table is no sentence, and time stays linear."""

MAX_NAME_CHARACTERS = 45
"""Longest quotation that may be a name in quotation marks: "writes in «La Riviera del Mattino»"."""

_TOKEN = re.compile(
    r"(?:[dlnsmtjcDLNSMTJC]|[Qq]u|[Dd]ell|[Nn]ell|[Aa]ll|[Ss]ull|[Dd]all|[Uu]n)['’](?=[^\W\d_])"
    r"|(?:Mr|Mrs|Ms|Dr|St|Prof|Gen|Sen|Gov|Sgt|Capt|Lt|Hr|Fr|Mme|Sr|Sra|Dott|No|vs|Co|Jr|bzw|ca|z\. ?B|d\. ?h|"
    r"u\. ?a)\.(?=\s)"
    r"|\d+(?:[.:,]\d+)*"
    r"|[^\W_](?:\.[^\W\d_])+\.?"
    r"|[^\W_]+s['’](?=\s[A-ZÀ-Ž])"
    r"|@?[^\W_]+(?:[-.&]+[^\W_]+|['’](?!s\b)[^\W_]+)*"
    r"|['’]s\b|\.\.\.|[^\w\s]|_"
)
_NAME_INSIDE = re.compile(
    r"(?:(?:[A-ZÀ-Ž0-9@][\w.&'’-]*|de|del|della|delle|dei|di|da|do|das|dos|du|des|la|le|les|el|l['’]\w+|of|"
    r"the|and|et|y|e|"
    r"am|in|der|die|für|van|von|&)\s*)+"
)
_BEFORE_NAME = frozenset(
    [
        "su",
        "sul",
        "sulla",
        "in",
        "im",
        "dans",
        "en",
        "no",
        "na",
        "nel",
        "nella",
        "the",
        "a",
        "of",
        "from",
        "le",
        "la",
        "el",
        "il",
        "revista",
        "rivista",
        "revue",
        "magazine",
        "magazin",
        "zeitschrift",
        "zeitung",
        "daily",
        "weekly",
        "paper",
        "newspaper",
        "portal",
        "blog",
        "site",
        "diario",
        "quotidien",
        "quotidiano",
        "giornale",
        "journal",
        "jornal",
        "der",
        "die",
        "das",
        "dem",
        "den",
        "sull'",
        "nell'",
        "dell'",
        "per",
        "secondo",
        "selon",
        "según",
        "segundo",
        "laut",
        "für",
        "di",
        "de",
        "do",
        "da",
    ]
)
_SINGLE = re.compile(r"(?<![\w‘’'])‚[^‚‘’]{3,}[‘’]")
_SPEECH_ENDS = (".", "!", "?", "…")


class Token(NamedTuple):
    """A word, a mark or a whole quotation: `text[start:end]` of the article.

    `kind` is "w" a word, "p" a mark, "q" a quotation.
    """

    start: int
    end: int
    text: str
    low: str
    kind: Literal["w", "p", "q"]

    @property
    def capital(self) -> bool:
        """Whether it is a word with a capital or a handle ("@name")."""
        return self.kind == "w" and (self.text[0].isupper() or (self.text[0] == "@" and len(self.text) > 1))


def paragraph_tokens(text: str, start: int, end: int) -> list[Token]:
    """Return the tokens of `text[start:end]`."""
    tokens: list[Token] = []
    at = start
    for quote in quotations(text, start, end):
        if _holds_name(text, quote.start, quote.end, start):
            continue
        _words(text, at, quote.start, tokens)
        tokens.append(Token(quote.start, quote.end, '"', '"', "q"))
        at = quote.end
    _words(text, at, end, tokens)
    return tokens


def _words(text: str, start: int, end: int, tokens: list[Token]) -> None:
    for match in _TOKEN.finditer(text, start, end):
        word = match.group()
        if word in QUOTE_MARKS:
            continue
        is_word = (word[0].isalnum() or (word[0] == "@" and len(word) > 1)) and word not in ("'s", "’s")
        low = word.lower().replace("’", "'")
        tokens.append(Token(match.start(), match.end(), word, low, "w" if is_word else "p"))


def _holds_name(text: str, start: int, end: int, first: int) -> bool:
    """Whether a quotation is a name in marks: a few capitalised words behind a preposition or a press noun."""
    inside = text[start + 1 : end - 1].strip()
    if len(inside) > MAX_NAME_CHARACTERS or not _NAME_INSIDE.fullmatch(inside):
        return False
    before = text[max(first, start - 24) : start].split()
    return bool(before) and before[-1].lower().replace("’", "'").rpartition("'")[2] in _BEFORE_NAME | {""}


def sentences(text: str, tokens: list[Token]) -> list[list[Token]]:
    """Return `tokens` grouped into sentences; a quotation that ends like one ends it where a capital follows."""
    found: list[list[Token]] = []
    current: list[Token] = []
    for i, token in enumerate(tokens):
        current.append(token)
        following = tokens[i + 1] if i + 1 < len(tokens) else None
        if following is None or len(current) >= MAX_SENTENCE_TOKENS or _ends(text, token, following):
            found.append(current)
            current = []
    return found


def _ends(text: str, token: Token, following: Token) -> bool:
    opens = following.kind == "q" or following.text[0].isupper() or following.text[0].isdigit()
    if token.kind == "q":
        if following.kind == "q":
            return True
        inside = text[token.start : token.end].rstrip("".join(QUOTE_MARKS) + " \u00a0'’‘")
        return opens and following.kind == "w" and inside.endswith(_SPEECH_ENDS)
    if token.text in ("!", "?", "…", "..."):
        return opens
    return token.text == "." and (opens or following.kind == "p") and following.text not in (",", ";", ")", ":", ".")


def quoted_words(text: str, token: Token) -> int:
    """Return how many words a quotation holds."""
    return len(text[token.start : token.end].split())
