"""Names in running text: runs of capitalised words, and which known outlets they are.

Judges spelling only; who speaks is `documents.reviews.naming`.
"""

from __future__ import annotations

import re

from documents.cues import CALENDAR, NOT_A_NAME, PARTICLES, ROMANCE_ARTICLES
from documents.outlets.registry import Mention, OutletRegistry

_TOKEN = re.compile(r"[^\W\d_][\w'’.-]*|\d[\w.]*|[^\w\s]")
_ELIDED = re.compile(r"[dl]['’][A-ZÀ-Ž]")


def outlet_mentions(text: str, registry: OutletRegistry) -> list[Mention]:
    """Return the known outlets named in `text`, those left out whose name is only part of a longer name."""
    runs = name_spans(text)
    found = registry.mentions(text)
    whole_names = [(start, end, registry.resolve(text[start:end])) for start, end in runs]
    kept = [
        m
        for m in found
        if not _is_part(text, m, runs, found)
        and not any(whole not in (None, m.outlet) and s < m.end and m.start < e for s, e, whole in whole_names)
    ]
    for start, end, whole in whole_names:
        if whole and not any(m.start < end and start < m.end for m in kept):
            kept.append(Mention(start, end, whole, False))  # "Die Welt am Sonntag", of which "Die Welt" is a part
    return sorted(kept, key=lambda m: m.start)


def _is_part(text: str, mention: Mention, runs: list[tuple[int, int]], found: list[Mention]) -> bool:
    """Whether a known outlet's name is only part of a longer name, which is another outlet's.

    "El Faro de Lindal" is not El Faro, "Lindal Kurier" not Kurier. A day or month behind a name is none of it
    ("says CNN Monday"), nor is a word before one that is no everyday word ("the German Handelsblatt").
    """
    for start, stop in (r for r in runs if r[0] < mention.end and mention.start < r[1]):
        if any(m is not mention and start <= m.start < stop for m in found):
            continue  # "Handelsblatt and Wprost"
        rest = re.sub(r"^['’]s?\b", "", text[mention.end : stop]).strip().lower().split()
        if rest and not CALENDAR.intersection(rest):
            return True
        if mention.ambiguous and text[start : mention.start].strip():
            return True
    return False


def name_spans(text: str) -> list[tuple[int, int]]:
    """Return the spans of runs of capitalised words, particles inside them allowed ("Corriere della Riva")."""
    spans: list[tuple[int, int]] = []
    run: list[re.Match[str]] = []
    pending: list[re.Match[str]] = []

    def close() -> None:
        while run and (_only_opens(text, run) or run[0].group()[0].islower()):
            run.pop(0)
        if run:
            end = run[-1].end()
            word = text[run[0].start() : end]
            spans.append((run[0].start(), end - len(word) + len(word.rstrip(".'’")) - _possessive(word)))
        run.clear()
        pending.clear()

    for match in _TOKEN.finditer(text):
        word = match.group()
        if word[0].isupper() or (run and _ELIDED.match(word)):
            if run and text[run[-1].end() : match.start()].strip(" ") and not pending:
                close()
            run.extend([*pending, match])
            pending.clear()
            if _possessive(word):
                close()  # "The Guardian's Ada Brook" are two names
        elif run and word in PARTICLES:
            pending.append(match)
        else:
            close()
    close()
    return spans


def _only_opens(text: str, run: list[re.Match[str]]) -> bool:
    """Whether a run's first word has its capital only because a sentence begins with it.

    "La Voz" keeps its article: where common nouns are not capitalised, article plus capital is a name.
    """
    word = run[0].group().lower()
    if word not in NOT_A_NAME:
        return False
    return len(run) == 1 or (word not in ROMANCE_ARTICLES and _opens_sentence(text, run[0].start()))


def _possessive(word: str) -> int:
    return 2 if word.endswith(("'s", "’s")) else 0


def _opens_sentence(text: str, at: int) -> bool:
    before = text[:at].rstrip()
    return not before or before[-1] in '.!?:“„"'
