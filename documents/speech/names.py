"""What a speaker is called: the name inside the words that name the source, with the role and the body they state.

Reads one noun phrase; which full name a surname stands for is `documents.speech.people`'s.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from documents.speech.people import NameBook
from documents.speech.roles import HONORIFICS, TITLES, is_role
from documents.speech.runs import ARTICLES, LINKS, OWNED, PLACES, ends_with_run, is_body, run_end, untitled, written
from documents.speech.tokens import Token, word_set

MAX_ROLE_WORDS = 16
"""A longer apposition is cut to this many words: it tells a story, not a role."""

MAX_DESCRIPTION_WORDS = 12

_JOINS = word_set("and & or und et y e")
_MANY = word_set("some many most several few both all other these those two three four five no each any")
_OCCASION = word_set("on during in at after before am en lors durante")


class Named(NamedTuple):
    """What a speaker is called; each None where the text does not say."""

    speaker: str | None = None
    role: str | None = None
    affiliation: str | None = None


def name_source(book: NameBook, sentence: list[Token], first: int, last: int, kind: str) -> Named:
    """Return what the speaker named by `sentence[first:last]` is called.

    Args:
        book: The names so far; it learns who speaks.
        sentence: Its sentence's tokens.
        first: The source's first token.
        last: One past its last token.
        kind: "pronoun", "who", "name" or "noun", as `documents.speech.sources` found it.
    """
    if kind == "pronoun":
        return Named(book.one_person(sentence[first]))
    if kind == "who":
        return Named(book.antecedent(sentence, first))
    tokens = sentence[first:last]
    end = next((i for i, t in enumerate(tokens) if i and (t.text in (",", "(", ";") or t.low == "who")), len(tokens))
    apposed = tokens[end + 1 :] if end < len(tokens) and tokens[end].text == "," else []
    named = _core(book, _timeless(tokens[:end]))
    if apposed and (named.speaker is None or is_role(tokens[end - 1].low)):
        named = _named_behind(book, tokens[:end], apposed) or named
    elif apposed:
        role, affiliation = _apposition(apposed)
        named = Named(named.speaker, role or named.role, affiliation or named.affiliation)
    if named.speaker is None:
        return Named()
    book.spoke(named.speaker)
    return named


def _timeless(core: list[Token]) -> list[Token]:
    """Return a name without the occasion behind it ("Ada Brook on Monday", "Ada Brook in an interview")."""
    for at in range(2, len(core)):
        if core[at].low in _OCCASION and ends_with_run(core[:at], at - 2):
            return core[:at]
    return core


def _named_behind(book: NameBook, core: list[Token], apposed: list[Token]) -> Named | None:
    """Return who "her senior adviser, Jake Lind," is: the name stands in the apposition."""
    end = next((i for i, t in enumerate(apposed) if t.text in (",", "(")), len(apposed))
    run = apposed[:end]
    if not run or not ends_with_run(run, 0) or not core or core[0].low in _MANY:
        return None
    name = untitled(run)
    if len(name) < 2 or is_body(written(name)):
        return None
    return Named(book.full(name), written(core), None)


def _core(book: NameBook, core: list[Token]) -> Named:
    start = next((i for i in range(len(core)) if ends_with_run(core, i)), len(core))
    run, before = core[start:], core[:start]
    name = untitled(run)
    if not name:
        return _described(core)
    if book.noun_capitals and len(run) == 1 and book.fuller(name) is None and not is_body(written(run)):
        return Named()  # "die Experten": a noun, no name
    link = next((t.low for t in reversed(before) if t.low not in ARTICLES), "")
    if link in LINKS:
        return _of_body(book, core, before, run)
    if any(t.low in _JOINS for t in core):
        return Named(written(core)) if core[0].capital and not any(t.low in ("he", "she") for t in core) else Named()
    titles = run[: len(run) - len(name)]
    if link in OWNED:
        return Named(book.full(name), _role(titles), written(before[:-1]))
    if all(t.low in ARTICLES for t in before):
        whole = bool(before) and (is_body(written(run)) or len(name) == len(run))
        return Named(written(run)) if whole else Named(book.full(name, titles), _role(titles), None)
    if not _says_role(before):
        return Named()  # "most voters in Lindal": no one's name
    return Named(book.full(name, titles), _role([*before, *titles]), _leading_body(before))


def _says_role(before: list[Token]) -> bool:
    """Whether the words before a name say what the person is."""
    last = before[-1]
    if any(t.low in LINKS for t in before) and not is_role(last.low):
        return False  # "a group of angry Lindalers"
    if last.low in _MANY or last.low in PLACES or before[0].low in _MANY or last.text in ("%", "-"):
        return False
    return any(is_role(t.low) for t in before) or (last.kind == "w" and not last.low.endswith("s"))


def _role(tokens: list[Token]) -> str | None:
    text = written(tokens)
    return None if text.lower() in HONORIFICS else text


def _of_body(book: NameBook, core: list[Token], before: list[Token], run: list[Token]) -> Named:
    """Return who "Ida Moen of the Halden Courier" or "a spokesman for Mr. Lind" is."""
    end = run_end(before, 0) if before[0].capital and before[0].low not in ARTICLES else 0
    name = untitled(before[:end])
    if name and len(before) - end <= 2 and not any(is_role(t.low) for t in name[1:]):
        return Named(book.full(name), _role(before[: end - len(name)]), written(run))
    return _described(core)


def _described(core: list[Token]) -> Named:
    """Return a description that stands for one person ("South Korea's defence minister") as it is written."""
    words = [t for t in core if t.kind == "w"]
    if not words or len(words) > MAX_DESCRIPTION_WORDS or words[0].low in _MANY:
        return Named()
    head = next((i for i, t in enumerate(words) if i and t.low in LINKS), len(words))
    names = [t for i, t in enumerate(words) if t.capital and (i or t.low not in ARTICLES) and t.low not in TITLES]
    return Named(written(core)) if names and is_role(words[head - 1].low) else Named()


def _leading_body(before: list[Token]) -> str | None:
    """Return the body in "Marquette pollster (Ada Brook)", or None."""
    start = 1 if before and before[0].low in ARTICLES else 0
    end = run_end(before, start) if start < len(before) and before[start].capital else start
    return (written(before[start:end]) or None) if end < len(before) and end - start > 1 else None


def _apposition(tokens: list[Token]) -> tuple[str | None, str | None]:
    """Return the role and the body of ", a commentator of Y,"."""
    stops = (i for i, t in enumerate(tokens) if t.text in (",", "(", ";") or t.low in ("who", "which", "that"))
    part = tokens[: min(next(stops, len(tokens)), MAX_ROLE_WORDS)]
    if not part or not any(t.kind == "w" for t in part) or part[0].low[:1].isdigit():
        return None, None
    if part[0].low not in ARTICLES and not any(is_role(t.low) for t in part[:5]):
        return None, None
    for index, token in enumerate(part[:-1]):
        if token.low in LINKS:
            start = index + 1 + (part[index + 1].low in ARTICLES and not part[index + 1].capital)
            if start < len(part) and part[start].capital:
                return written(part), re.sub(r"\s+\d.*$", "", written(part[start : _body_end(part, start)]))
    return written(part), None


def _body_end(tokens: list[Token], at: int) -> int:
    end = run_end(tokens, at)
    while end + 1 < len(tokens) and tokens[end].low in ("of", "for", "and", "&", "the"):
        if tokens[end + 1].capital:
            end = run_end(tokens, end + 1)
        elif tokens[end + 1].low == "the":
            end += 1
        else:
            break
    return end
