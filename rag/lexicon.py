"""What the gate knows about the words of a language: `lexicon.toml`, read once.

Holds words and looks them up; comparing sentences is `rag.claims`. A language that the file lacks has
no lexicon, and whoever asks must then treat its paraphrases as unproven.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from index.words import index_words

_FILE = Path(__file__).with_name("lexicon.toml")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_SPELLINGS = (
    ("isation", "ization"),
    ("ise", "ize"),
    ("ising", "izing"),
    ("ised", "ized"),
    ("yse", "yze"),
    ("ence", "ense"),
    ("our", "or"),
    ("programme", "program"),
    ("centre", "center"),
)
"""British endings and the American ones they are compared as; applied to both sides, so any mix agrees."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words of one language, lower-case; `opposites` and `synonyms` hold stems."""

    language: str
    free_negation: bool
    function: frozenset[str]
    saying: frozenset[str]
    negators: frozenset[str]
    denying: frozenset[str]
    modals: frozenset[str]
    prospects: frozenset[str]
    hearsay: frozenset[str]
    contrast: frozenset[str]
    anaphors: frozenset[str]
    reasons: frozenset[str]
    causes: frozenset[str]
    passive: frozenset[str]
    agents: frozenset[str]
    prepositions: frozenset[str]
    months: frozenset[str]
    common: frozenset[str]
    qualifiers: frozenset[str]
    opposites: frozenset[frozenset[str]]
    synonyms: Mapping[str, frozenset[int]]
    numbers: Mapping[str, Decimal]
    ordinals: Mapping[str, Decimal]
    scales: Mapping[str, Decimal]
    percent: str
    points: str


_SETS = [
    "function",
    "saying",
    "negators",
    "denying",
    "modals",
    "prospects",
    "hearsay",
    "contrast",
    "anaphors",
    "reasons",
    "causes",
    "passive",
    "agents",
    "prepositions",
    "months",
    "common",
    "qualifiers",
]


@lru_cache(maxsize=65536)
def stem(word: str, language: str | None) -> str:
    """Return the form under which `word` is compared: lower-case, stemmed by `language`, diacritics folded."""
    lower = word.lower()
    lower = _forms(language).get(lower, lower)
    if language == "en":
        for british, american in _SPELLINGS:
            if lower.endswith((british, british + "s", british + "d")) and len(lower) > len(british) + 2:
                lower = lower.replace(british, american)
                break
    return "".join(index_words(lower, language)) or lower


@lru_cache(maxsize=32)
def lexicon_of(language: str | None) -> Lexicon | None:
    """Return the lexicon of `language` (ISO 639-1, any region), or None when there is none."""
    code = (language or "").lower().replace("_", "-").split("-")[0]
    table = _tables().get(code)
    if table is None:
        return None
    sets: dict[str, Any] = {name: frozenset(table[name].lower().split()) for name in _SETS}
    return Lexicon(
        language=code,
        free_negation=bool(table["free_negation"]),
        opposites=frozenset(
            frozenset(stem(side, code) for side in pair.split(":")) for pair in str(table["opposites"]).split()
        ),
        synonyms=_groups(str(table["synonyms"]), code),
        numbers=_values(str(table["numbers"])),
        ordinals=_values(str(table["ordinals"])),
        scales=_values(str(table["scales"])),
        percent=str(table["percent"]),
        points=str(table["points"]),
        **sets,
    )


def language_of(text: str) -> str | None:
    """Return the language (ISO 639-1) whose little words `text` uses most, or None when they do not decide."""
    found = [word.lower() for word in _WORD.findall(text)]
    scores: list[tuple[int, str]] = []
    for code in _tables():
        known = lexicon_of(code)
        if known is not None:
            small = known.function | known.negators | known.modals
            scores.append((sum(word in small for word in found), code))
    scores.sort(reverse=True)
    (best, code), (second, _) = scores[0], scores[1]
    return code if best >= 2 and best * 8 >= len(found) and best > second else None


def same_place(a: str, b: str) -> bool:
    """Return whether two lower-case words name one country or region, or what comes from it ("korea", "koreans")."""
    places = _demonyms()
    return bool(places.get(a, frozenset()) & places.get(b, frozenset()))


def synonymous(a: str, b: str, known: Lexicon) -> bool:
    """Return whether two stems are the same or stand in one group of synonyms."""
    return a == b or bool(known.synonyms.get(a, frozenset()) & known.synonyms.get(b, frozenset()))


@lru_cache(maxsize=1)
def _tables() -> dict[str, dict[str, Any]]:
    tables: dict[str, dict[str, Any]] = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return tables


@lru_cache(maxsize=32)
def _forms(language: str | None) -> dict[str, str]:
    return dict(entry.split("=") for entry in str(_tables().get(language or "", {}).get("forms", "")).split())


@lru_cache(maxsize=1)
def _demonyms() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for table in _tables().values():
        for entry in str(table.get("demonyms", "")).split():
            place, *people = entry.split(":")
            for word in (place, *people, *(p + "s" for p in people)):
                found.setdefault(word, set()).add(place)
    return {word: frozenset(places) for word, places in found.items()}


def _values(text: str) -> dict[str, Decimal]:
    return {word: Decimal(value) for word, value in (entry.split("=") for entry in text.split())}


def _groups(text: str, code: str) -> dict[str, frozenset[int]]:
    """Return, for each stem, the numbers of the groups it stands in; an entry of two words counts by its first."""
    groups: dict[str, set[int]] = {}
    for number, group in enumerate(text.split(";")):
        for entry in group.split("/"):
            if entry.strip():
                groups.setdefault(stem(entry.split()[0], code), set()).add(number)
    return {key: frozenset(numbers) for key, numbers in groups.items()}
