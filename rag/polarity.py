"""Whether a sentence and an article's stretch agree on what is denied, what is only possible, and which way it went.

Works on matched words: a negation counts by the nearest word of the sentence that it reaches. Finding
those matches is `rag.pairing`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rag.claim_words import Kind, Word
from rag.lexicon import Lexicon, stem
from rag.pairing import Pairing

_ONLY = frozenset(
    ["only", "just", "merely", "nur", "bloß", "sólo", "solo", "solamente", "seulement", "doubt", "longer"]
)
"""After these a negator denies nothing ("not only"), or something that its opposite would have to say anew."""

_SAYABLE = (Kind.CONTENT, Kind.SAYING)
_COMPARED = frozenset(["more", "less", "fewer", "later", "mehr", "weniger", "más", "menos", "plus", "moins"])
_THAN = frozenset(["than", "als", "que", "de"])
_BOUNDS = frozenset(
    [
        "most",
        "least",
        "maximum",
        "minimum",
        "höchstens",
        "mindestens",
        "maximal",
        "máximo",
        "mínimo",
        "maximum",
        "up",
        "bis",
        "hasta",
    ]
)
_GAP = 5
_CONDITIONS = frozenset(["if", "unless", "whether", "wenn", "falls", "ob", "si"])
"""Conditions that reach to the next comma only."""


@dataclass(frozen=True, slots=True)
class _Side:
    """One of the two texts: its words, and for each the words of the other text that say the same."""

    words: Sequence[Word]
    links: Sequence[Sequence[int]]


def polarity_flaws(pair: Pairing) -> list[str]:
    """Return what differs in negation, condition or direction, in plain words; empty when nothing does."""
    known = pair.known
    if known is None:
        return []
    mine, theirs = _Side(pair.words, pair.links), _Side(pair.window, pair.back)
    flaws = [
        *_denials(theirs, mine, known, "the article denies {word!r} and this does not", strict=False),
        *_denials(mine, theirs, known, "this denies {word!r} and the article does not", strict=True),
        *_hedges(theirs, mine, known, pair.attributed),
        *_opposites(mine, theirs, known),
        *_prepositions(mine, theirs, known),
        *_reasons(mine, theirs, known),
    ]
    return list(dict.fromkeys(flaws))


def _denials(side: _Side, other: _Side, known: Lexicon, flaw: str, *, strict: bool) -> Iterable[str]:
    """Yield a flaw for each denial of `side` that `other` lacks; `strict`: also for one that reaches no match."""
    for n, word in enumerate(side.words):
        if word.kind is Kind.NEGATOR:
            if n + 1 < len(side.words) and side.words[n + 1].lower in _ONLY:
                continue
            if _is_bound(side.words, n) and _bounds(other.words):
                continue
        elif word.lower not in known.denying or side.links[n]:
            continue
        reached = _reach(side.words, n, known)
        matched = [k for k in reached if side.links[k]]
        if not matched:
            if strict and reached and word.kind is Kind.NEGATOR:
                yield flaw.format(word=side.words[reached[0]].lower)
        elif not _denied(side, other, matched, known):
            yield flaw.format(word=side.words[matched[0]].lower)


def _denied(side: _Side, other: _Side, matched: Sequence[int], known: Lexicon) -> bool:
    """Return whether `other` denies most of the matched words too, or of two the one that is acted on."""
    for n, word in enumerate(other.words):
        if word.kind is not Kind.NEGATOR and (word.lower not in known.denying or other.links[n]):
            continue  # a word of denial that both texts have denies nothing anew
        if word.kind is Kind.NEGATOR and n + 1 < len(other.words) and other.words[n + 1].lower in _ONLY:
            continue
        reach = set(_reach(other.words, n, known))
        hits = [k for k in matched if reach.intersection(side.links[k])]
        content = [k for k in matched if side.words[k].kind is Kind.CONTENT] or list(matched)
        denied = [k for k in content if k in hits]
        if 2 * len(denied) > len(content) or (len(content) == 2 and content[1] in denied):
            return True
    return False


def _reach(words: Sequence[Word], at: int, known: Lexicon, *, clause: bool = False) -> list[int]:
    """Return the content words that a denial or condition at `at` reaches, nearest first."""
    here = words[at]

    def within(k: int) -> bool:
        same = words[k].clause == here.clause if clause else words[k].scope == here.scope
        return same and words[k].sentence == here.sentence

    after = [k for k in range(at + 1, len(words)) if within(k)]
    before = [k for k in range(at - 1, -1, -1) if within(k)]
    content = [k for k in after if words[k].kind in _SAYABLE]
    if known.free_negation and here.kind is Kind.NEGATOR:
        both = sorted(after + before, key=lambda k: abs(k - at))
        content = [k for k in both if words[k].kind in _SAYABLE]
    if not content:
        content = [k for k in before if words[k].kind in _SAYABLE][:1]
    return content or [k for k in after if words[k].kind is Kind.NAME]


def _hedges(theirs: _Side, mine: _Side, known: Lexicon, attributed: bool) -> Iterable[str]:
    """Yield a flaw for each matched word that the article makes only possible and the sentence makes a fact."""
    told = any(w.kind is Kind.SAYING or w.lower in known.hearsay for w in mine.words)
    for n, word in enumerate(theirs.words):
        modal = word.kind is Kind.MODAL
        wanted = word.lower in known.prospects and not (word.determined and word.lower.endswith("ed"))
        rumoured = word.lower in known.hearsay
        if not modal and (theirs.links[n] or not (wanted or rumoured)):
            continue
        reached = _reach(theirs.words, n, known, clause=word.lower in _CONDITIONS)
        targets = theirs.links[reached[0]] if reached else ()
        excused = not modal and (told or (rumoured and attributed))
        if targets and not excused and not _is_hedged(mine, targets, known):
            yield f"the article says {word.lower!r} of {theirs.words[reached[0]].lower!r}, this makes it a fact"


def _is_hedged(side: _Side, targets: Iterable[int], known: Lexicon) -> bool:
    """Return whether one of the words `targets` is only possible, wanted, feared or denied in `side` too."""
    wanted = set(targets)
    for n, word in enumerate(side.words):
        hedges = word.kind is Kind.MODAL or word.lower in known.prospects or word.lower in known.denying
        if hedges and wanted.intersection(_reach(side.words, n, known, clause=word.lower in _CONDITIONS)):
            return True
    return False


def opposed(a: Word, b: Word, known: Lexicon) -> bool:
    """Return whether two words are each other's opposites ("rose", "fell")."""
    return frozenset((stem(a.lower, known.language), stem(b.lower, known.language))) in known.opposites


def _opposites(mine: _Side, theirs: _Side, known: Lexicon) -> Iterable[str]:
    """Yield a flaw where the sentence has a word's opposite instead of the word."""
    language = known.language
    spare = {stem(w.lower, language): w for j, w in enumerate(theirs.words) if not theirs.links[j]}
    present = {stem(w.lower, language) for w in theirs.words}
    for i, word in enumerate(mine.words):
        root = stem(word.lower, language)
        if (
            mine.links[i]
            or root in present
            or word.kind in (Kind.NAME, Kind.FIGURE)
            or word.lower in known.prepositions
        ):
            continue
        for pair in known.opposites:
            if root in pair:
                for opposite in pair - {root}:
                    if opposite in spare:
                        yield f"{word.lower!r} stands where the article has {spare[opposite].lower!r}"


def _prepositions(mine: _Side, theirs: _Side, known: Lexicon) -> Iterable[str]:
    """Yield a flaw where a preposition between two matched words is turned round ("for", "against")."""
    counting = [i for i, w in enumerate(mine.words) if w.counts]
    for i, k in pairwise(counting):
        for word in mine.words[i + 1 : k]:
            for a in mine.links[i]:
                for b in (b for b in mine.links[k] if a < b <= a + _GAP):
                    between = theirs.words[a + 1 : b]
                    turned = next((w for w in between if opposed(word, w, known)), None)
                    if turned is not None and all(w.lower != word.lower for w in between):
                        yield f"{word.lower!r} stands where the article has {turned.lower!r}"


def _is_bound(words: Sequence[Word], at: int) -> bool:
    """Return whether the negator at `at` only sets a bound: "no more than", "nicht mehr als"."""
    after = [w.lower for w in words[at + 1 : at + 3]]
    return len(after) == 2 and after[0] in _COMPARED and after[1] in _THAN


def _bounds(words: Sequence[Word]) -> bool:
    return any(w.lower in _BOUNDS or _is_bound(words, n) for n, w in enumerate(words))


def _reasons(mine: _Side, theirs: _Side, known: Lexicon) -> Iterable[str]:
    """Yield a flaw where the sentence gives a reason and the article gives none."""
    given = next((w for w in mine.words if w.lower in known.reasons), None)
    if given is not None and not any(w.lower in known.causes for w in theirs.words):
        yield f"the article gives no reason, this does ({given.lower!r})"
