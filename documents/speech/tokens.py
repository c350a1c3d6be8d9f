"""Words, marks and whole quotations of a paragraph, grouped into sentences: what speech is recognised on.

A quotation is one token, however many sentences it holds, so a clause of saying is seen beside it. Knows
no verbs and no names; that is `documents.speech.cues` and `documents.speech.sources`.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from documents.quotes import quotations


def word_set(text: str) -> frozenset[str]:
    """Return the words of a list written as text."""
    return frozenset(text.split())


MAX_SENTENCE_TOKENS = 400
"""A run of words without a full stop is cut here: a table or a list is no sentence, and time stays linear."""

_TOKEN = re.compile(
    r"[^\W_]{2,}(?![-&/.'’\w]|,\w)"  # most words, found at once
    r"|(?:[dljnscmtDLJNSCMT]|[Qq]u|[Ll]orsqu|[Dd]ell|[Nn]ell|[Aa]ll|[Ss]ull|[Uu]n)['’](?=[^\W\d_])"
    r"|[^\W_](?:\.[^\W\d_])+\.?"  # U.S., a.m.
    r"|(?:M[rs]|Mrs|Drs?|Sens?|Reps?|Govs?|Gen|Lt|Col|Sgt|Capt|St|Jr|Sr|Prof|Rev|Hon|No|Maj|Adm|Fr|Hr|Sra?|Dott|Mme"
    r"|Inc|Corp|Co|Jan|Feb|Aug|Sept|Oct|Nov|Dec|Conn|Calif|Fla|Mass|Ariz|Wis|Mich|Minn|Pa|Va)\.(?!\.)"
    r"|[^\W_]+(?:[-&/.,][^\W_]+|['’](?=[A-ZÀ-Ž])[^\W\d_]+)*"
    r"|['’](?:s|t|re|ve|ll|d|m)\b"
    r"|\.\.\.+|--+|[^\w\s]"
)
_DOUBLED = re.compile(r"''|``")
JOINER = "\u2060"
"""Stands where a character was, so that the text keeps its length; neither a space nor part of a word."""

_SPACED = re.compile(r"«[ \u00a0\u202f]|[ \u00a0\u202f]»")
_ABBREVIATIONS = word_set("vs pres cmdr bzw ca nr mm srta sig on dra ltd bros")
_ENDS = frozenset([".", "!", "?", "…", "...", "....", "。"])
_CLOSERS = frozenset([")", "]", "'", "’"])


class Token(NamedTuple):
    """A word, a mark or a whole quotation: `text[start:end]`."""

    start: int
    end: int
    text: str
    low: str
    kind: str
    """ "w" a word or number, "p" a mark, "q" a quotation, "u" a quotation whose closing mark never came."""

    capital: bool
    """Whether this is a word with an initial capital."""
    quoted: bool
    """Whether this is a quotation."""


def plain_marks(text: str) -> str:
    """Return `text`, at the same length, with the marks of ''so'' and « so » written as others write them."""
    if "«" in text:
        text = _SPACED.sub(lambda m: "«" + JOINER if m.group()[0] == "«" else JOINER + "»", text)
    if "''" not in text and "``" not in text:
        return text

    def straight(match: re.Match[str]) -> str:
        after = text[match.end() : match.end() + 1]
        opens = after.strip() and (after.isalnum() or after in "'$[(")
        return '"' + JOINER if opens else JOINER + '"'

    return _DOUBLED.sub(straight, text)


def tokens_of(text: str, start: int, end: int) -> list[Token]:
    """Return the tokens of `text[start:end]`, each quotation as one."""
    found: list[Token] = []
    at = start
    for mark in quotations(text, start, end):
        _split(text, at, mark.start, found)
        kind = "q" if mark.closed else "u"
        found.append(Token(mark.start, mark.end, text[mark.start : mark.end], "", kind, False, True))
        at = mark.end
    _split(text, at, end, found)
    return found


def _split(text: str, start: int, end: int, found: list[Token]) -> None:
    for match in _TOKEN.finditer(text, start, end):
        word = match.group()
        first = word[0]
        if first.isalnum():
            token = Token(match.start(), match.end(), word, word.lower(), "w", first.isupper(), False)
        else:
            token = Token(match.start(), match.end(), word, word, "p", False, False)
        found.append(token)


def sentences_of(tokens: list[Token], starts_clause: frozenset[str]) -> list[list[Token]]:
    """Return `tokens` grouped into sentences.

    Args:
        tokens: One paragraph's tokens.
        starts_clause: Verbs of saying, lower-case: a quoted question goes on with the clause that holds one.
    """
    groups: list[list[Token]] = []
    group: list[Token] = []
    for index, token in enumerate(tokens):
        if not group and groups and token.text in _CLOSERS:
            groups[-1].append(token)
            continue
        group.append(token)
        if len(group) >= MAX_SENTENCE_TOKENS or _ends_here(tokens, index, starts_clause):
            groups.append(group)
            group = []
    if group:
        groups.append(group)
    return groups


def _ends_here(tokens: list[Token], index: int, starts_clause: frozenset[str]) -> bool:
    token = tokens[index]
    following = tokens[index + 1] if index + 1 < len(tokens) else None
    if following is None:
        return False
    if token.quoted:
        inner = token.text.rstrip("\"”“»«‟ '’")
        if not inner or inner[-1] not in ".!?…" or following.text in _ENDS or following.text in ",;":
            return False
        if inner[-1] == "." and not inner.endswith("..") and not following.low[:1].islower():
            return following.capital or following.quoted
        return not following.text[:1].islower() and not _clause_follows(tokens, index + 1, starts_clause)
    if token.text not in _ENDS:
        return token.kind == "w" and token.text.endswith(".") and following.low in _STARTERS and following.capital
    if token.text == ".":
        if following.text in (")", "]"):
            after = tokens[index + 2] if index + 2 < len(tokens) else None
            return after is None or after.capital or after.quoted
        before = tokens[index - 1] if index else None
        if before is not None and before.end == token.start and _abbreviated(before):
            return following.low in _STARTERS and following.capital and before.low not in _ABBREVIATIONS
        return not (following.kind == "w" and following.start == token.end)
    return not following.text[:1].islower()


_STARTERS = word_set("the he she they it but in on a an this that we when while after there his her")


def _abbreviated(token: Token) -> bool:
    return token.low in _ABBREVIATIONS or (len(token.text) == 1 and token.text.isupper())


def _clause_follows(tokens: list[Token], at: int, verbs: frozenset[str]) -> bool:
    """Whether a short clause with a verb of saying begins here ("Trump asked.", "the mayor said.")."""
    for token in tokens[at : at + 5]:
        if token.low in verbs:
            return True
        if token.kind != "w":
            return False
    return False
