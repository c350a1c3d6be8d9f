"""Runs of capitalised words in a token list: where a name ends, what of it is a title, how it is written.

Judges shape only; whose name it is stands in `documents.speech.people` and `documents.speech.names`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from documents.cues import is_country, is_institute, is_office, is_outlet_like
from documents.speech.roles import NAME_PARTICLES, ROLES, SURNAMES, TITLE_ENDS, TITLES
from documents.speech.tokens import JOINER, Token, word_set

ARTICLES = word_set("the a an der die das ein eine le la les un une el los las una il lo i gli o os as um uma l' l’")
"""Articles of six languages."""

LINKS = word_set("of for at with from to de du des von vom für bei di del della da do dos")
"""Words that tie a body to a person or a role."""

PLACES = word_set("in at from to near into across outside around through via im aus nach à en dans a em no na")
"""Words before a place's name."""

OWNED = frozenset(["'s", "’s", "'", "’"])
"""What ends an owner's name."""


def run_end(tokens: Sequence[Token], at: int) -> int:
    """Return the end of the run of capitalised words that begins at `at`."""
    end = at
    while end < len(tokens) and _belongs(tokens, at, end):
        end += 1
    return end


def _belongs(tokens: Sequence[Token], start: int, at: int) -> bool:
    """Whether the token at `at` goes on with the run that begins at `start`."""
    token = tokens[at]
    if token.capital:
        return at == start or tokens[at - 1].text not in OWNED
    if at == start:
        return False
    before = tokens[at - 1]
    if token.text == ".":
        return len(before.text) == 1 and token.start == before.end  # "Ada J. Brook"
    return token.low in NAME_PARTICLES and at + 1 < len(tokens) and tokens[at + 1].capital


def ends_with_run(tokens: Sequence[Token], at: int) -> bool:
    """Return whether `tokens` ends with a run that begins at `at`."""
    return tokens[at].capital and tokens[at].low not in ARTICLES and run_end(tokens, at) == len(tokens)


def opens_sentence(tokens: Sequence[Token], at: int) -> bool:
    """Return whether a sentence may begin at `at`, so that a capital there says nothing."""
    return at == 0 or tokens[at - 1].text in (".", "!", "?", ":", "…") or tokens[at - 1].quoted


def untitled(run: list[Token]) -> list[Token]:
    """Return a run without the titles before the name; a run of titles alone gives nothing."""
    if len(run) > 1 and run[-1].low in SURNAMES and run[-2].low not in TITLES:
        return run
    cut = max((i for i, t in enumerate(run) if t.low in TITLES or t.low.endswith(TITLE_ENDS)), default=-1) + 1
    if not cut and len(run) > 2 and run[0].low in ROLES:
        cut = 1  # "Goalkeeper Ada Brook" at the start of a sentence
    if cut and cut < len(run) and run[cut].low in ("of", "de"):
        return []
    return run[cut:]


def written(tokens: Sequence[Token]) -> str:
    """Return the tokens as they are written, white space made single."""
    parts: list[str] = []
    for index, token in enumerate(tokens):
        if index and token.start > tokens[index - 1].end:
            parts.append(" ")
        parts.append(token.text)
    return "".join(parts).replace(JOINER, "").strip(" ,;\"'")


@lru_cache(maxsize=4096)
def is_body(name: str) -> bool:
    """Return whether a name is a publisher's, an institution's or a country's rather than a person's."""
    return is_office(name) or is_outlet_like(name) or is_institute(name) or is_country(name)
