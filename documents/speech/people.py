"""Who has been named so far in an article: the full name behind a surname, the one person behind a pronoun.

A surname stands for the one longer name that ends in it and came before; a pronoun only for the one person
named before it in its paragraph. Anything less certain stays as written or stays nobody.
"""

from __future__ import annotations

from typing import NamedTuple

from documents.cues import CALENDAR
from documents.speech.cues import Lexicon
from documents.speech.roles import HE, NOT_PERSONS, ROLES, SHE, is_role
from documents.speech.runs import (
    ARTICLES,
    LINKS,
    PLACES,
    ends_with_run,
    is_body,
    opens_sentence,
    run_end,
    untitled,
    written,
)
from documents.speech.tokens import Token, word_set

MAX_NAME_WORDS = 5

_PRONOUNS = {
    **dict.fromkeys(("he", "er", "il", "él", "lui", "ele"), "m"),
    **dict.fromkeys(("she", "elle", "ella", "lei", "ela"), "f"),
}
_UNNAMED = word_set("he she him his her hers er ihn ihm il elle él ella lui lei ele ela")
_ARTICLES = frozenset(["the", "a", "an"])
_SUFFIXES = frozenset(["jr.", "sr.", "ii", "iii", "iv"])


class _Mention(NamedTuple):
    start: int
    name: str
    """Empty for a person who is not named here ("he", "the Vermont senator")."""
    gender: str
    person: bool
    """a title, a role or a comma and a role stands beside it, or it is known as a person already"""
    placed: bool
    """it stands where places stand ("in NAME")"""


class NameBook:
    """The names that an article has given so far."""

    def __init__(self, lex: Lexicon) -> None:
        self.noun_capitals = lex.german
        self._small = lex.determiners | lex.introduces | lex.adverbs | lex.breaks | lex.pronouns | lex.auxiliaries
        self._full: dict[str, dict[str, tuple[int, str]]] = {}
        self._spoke: set[str] = set()
        self._here: list[_Mention] = []

    def enter(self, tokens: list[Token]) -> None:
        """Take in the names of the next paragraph."""
        self._here = []
        noted = 0
        for at, token in enumerate(tokens):
            if at < noted or token.kind != "w":
                continue
            if token.low in _UNNAMED or (token.low in _ARTICLES and self._describes(tokens, at)):
                self._here.append(_Mention(token.start, "", "", True, False))
            if token.capital and not (token.low in self._small and opens_sentence(tokens, at)):
                noted = run_end(tokens, at)
                self._note(tokens, at, noted)

    @staticmethod
    def _describes(tokens: list[Token], at: int) -> bool:
        """Whether an unnamed person is meant: "the Vermont senator", not "the senator Ada Brook"."""
        for index in range(at + 1, min(at + 5, len(tokens))):
            token = tokens[index]
            if token.kind != "w" or token.low in LINKS:
                return False
            person = token.low in ROLES or token.low in ("man", "woman", "republican", "democrat")
            following = tokens[index + 1] if index + 1 < len(tokens) else None
            if person and (following is None or not (following.capital or is_role(following.low))):
                return True
        return False

    def _note(self, tokens: list[Token], at: int, end: int) -> None:
        run = tokens[at:end]
        name = untitled(run)
        if not name or any(t.low in CALENDAR for t in name) or len(name) > MAX_NAME_WORDS:
            return
        opens = opens_sentence(tokens, at) or (tokens[at - 1].capital and opens_sentence(tokens, at - 1))
        surname = self._surname(name)
        if len(name) == len(run) == 1 and opens and surname not in self._full:
            return  # any first word of a sentence
        titled = len(name) < len(run) or (at > 0 and is_role(tokens[at - 1].low))
        if len(name) == 1 and name[0].text.isupper() and len(name[0].text) > 1:
            return  # "CNN", "NATO"
        if self.noun_capitals and len(name) == 1 and not titled and surname not in self._full:
            return
        text = written(name)
        body = is_body(text)
        personal = not NOT_PERSONS.intersection(t.low for t in name)
        acts = opens and len(name) >= 2 and end < len(tokens) and tokens[end].kind == "w" and personal
        known = text in self._spoke or surname in self._full
        person = (titled or acts or known or _apposed(tokens, end)) and not body
        if len(name) >= 2 and not body:
            self._full.setdefault(surname, {}).setdefault(name[0].low, (name[0].start, text))
        placed = at > 0 and tokens[at - 1].low in PLACES and not titled
        if body or not (person or personal):
            return
        titles = {t.low for t in run}
        gender = "f" if titles & SHE else "m" if titles & HE else ""
        self._here.append(_Mention(name[0].start, self.fuller(name) or text, gender, person, placed))

    @staticmethod
    def _surname(name: list[Token]) -> str:
        words = [t for t in name if t.kind == "w" and t.low not in _SUFFIXES]
        return words[-1].low if words else ""

    def fuller(self, name: list[Token]) -> str | None:
        """Return the one full name that a surname stands for, None if there is none before it or more than one."""
        words = [t for t in name if t.kind == "w" and t.low not in _SUFFIXES]
        if len(words) != 1:
            return None
        known = [text for start, text in self._full.get(words[0].low, {}).values() if start < name[0].start]
        return known[0] if len(known) == 1 else None

    def full(self, name: list[Token], titles: list[Token] | None = None) -> str:
        """Return the name in its fullest form; a surname that is not known keeps its title ("Mayor Lind")."""
        fuller = self.fuller(name)
        if fuller is None and titles and len(name) == 1:
            return written([*titles, *name])
        return fuller or written(name)

    def spoke(self, name: str) -> None:
        """Take in that somebody of this name speaks: a person, then."""
        self._spoke.add(name)

    def antecedent(self, sentence: list[Token], who: int) -> str | None:
        """Return the name right before the relative pronoun `sentence[who]`, or None."""
        end = who - (who > 0 and sentence[who - 1].text == ",")
        start = end
        while start > 0 and ends_with_run(sentence[:end], start - 1):
            start -= 1
        name = untitled(sentence[start:end])
        if not name or name[0].low in self._small or is_body(written(name)):
            return None
        if len(name) == 1 and self.fuller(name) is None:
            return None
        return None if start and sentence[start - 1].low in LINKS | PLACES else self.full(name)

    def one_person(self, pronoun: Token) -> str | None:
        """Return the one person named before `pronoun` in its paragraph, or None."""
        gender = _PRONOUNS.get(pronoun.low.rsplit("-", 1)[-1])
        if gender is None:
            return None
        before = [m for m in self._here if m.start < pronoun.start and (m.person or not m.placed)]
        if not before or not before[0].name:
            return None  # somebody who is not named comes first, and may be meant
        people = {m.name for m in before if m.name and m.gender in ("", gender)}
        proven = {m.name for m in before if m.person or m.name in self._spoke}
        return next(iter(people)) if len(people) == 1 and people <= proven else None


def _apposed(tokens: list[Token], end: int) -> bool:
    """Whether a comma and a role follow a name: "Ada Brook, a pollster"."""
    if end + 2 >= len(tokens) or tokens[end].text != ",":
        return False
    following = tokens[end + 1].low
    return following in ("who", "qui", "quien") or following in ARTICLES or is_role(following)
