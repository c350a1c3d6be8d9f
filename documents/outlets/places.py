"""Which country a text's words name: its names, adjectives and cities in six languages, and codes such as "UY".

`places.toml` beside this module holds the words. It does not find places in general: `place_of` judges words that
stand where a place is expected, beside a paper's name.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from documents.outlets.names import bare

_PLACES = Path(__file__).with_name("places.toml")
_BASED = re.compile(r"-(?:based|ansassig\w*|bas[ée]e?)$")
_POSSESSIVE = re.compile(r"['’]s?$")
_SHORTEST_STEM = 4
"""Letters of a word below which only the whole word counts: "us", "rom"."""
_MOST_WORDS = 4


def place_of(words: str) -> str | None:
    """Return the ISO 3166-1 code of the country that `words` name or belong to, or None.

    Args:
        words: A country, city, adjective ("uruguayo", "Montevideo-based", "Uruguay's") or two-letter code.
    """
    written = " ".join(words.split()).strip(" .,;:")
    exact, stems = _words()
    if len(written) == 2 and written.isupper() and (written in exact.values() or written in stems.values()):
        return written
    folded = _BASED.sub("", _POSSESSIVE.sub("", bare(written).lower()))
    if not folded or folded.count(" ") >= _MOST_WORDS:
        return None
    if folded in exact:
        return exact[folded]
    folded = folded.removeprefix("the ")
    if folded in exact:
        return exact[folded]
    for length in range(len(folded), _SHORTEST_STEM - 1, -1):
        code = stems.get(folded[:length])
        if code is not None:
            return code if folded[length:].isalpha() or length == len(folded) else None
    return None


@cache
def _words() -> tuple[dict[str, str], dict[str, str]]:
    """Return whole words and beginnings of words, each with its country's code."""
    import tomllib  # only a text that names a place beside a shared name needs it

    exact: dict[str, str] = {}
    stems: dict[str, str] = {}
    with _PLACES.open("rb") as file:
        for code, words in tomllib.load(file).items():
            for word in words.replace("*", "* ").split():
                spaced = word.replace("_", " ")
                if spaced.endswith("*"):
                    stems.setdefault(spaced[:-1], code)
                else:
                    exact.setdefault(spaced, code)
    return exact, stems
