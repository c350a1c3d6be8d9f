"""What stands in another's place when a sentence is laid beside the article's sentence: names, figures, other words.

Takes the one sentence of the article that has most of the claim's words. Roles that show only in grammar are
`rag.roles`'.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from documents.cues import PERSON_CUES
from rag.claim_words import Kind, Role, Word
from rag.pairing import BESIDE, Pairing, head
from rag.polarity import opposed

NEAR_VERBATIM = 0.6
"""From this share of found words on, content words in another's place are a change of meaning, no paraphrase."""

SPARE_WORDS = 1
"""How many more words the article may have in that place."""


@dataclass
class Misplaced:
    """What is out of place: `altered` names, figures and opposites; other words `missing` in that place."""

    altered: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


def misplaced(pair: Pairing, share: float) -> Misplaced:
    """Return what of the sentence stands where the article has something else.

    Args:
        pair: Sentence and stretch.
        share: Share of the sentence's content words that the stretch has.
    """
    flaws = Misplaced()
    for block in _blocks(pair):
        _judge_names(pair, block, flaws)
        if share >= NEAR_VERBATIM and not flaws.altered:
            flaws.missing.extend(_judge_content(pair, block))
    return flaws


@dataclass(frozen=True, slots=True)
class _Block:
    """Counting words of the sentence and of the article that stand in each other's place."""

    mine: list[int]
    theirs: list[int]
    leads: bool
    """whether nothing of the sentence matches before it"""

    def place(self) -> list[int]:
        """Return the article's words next to the ones that match, where the sentence has its own."""
        size = len(self.mine) + SPARE_WORDS
        return self.theirs if len(self.theirs) <= 2 * size else self.theirs[:size] + self.theirs[-size:]


def _blocks(pair: Pairing) -> Iterator[_Block]:
    """Yield the blocks that differ when the sentence is aligned with the one sentence that has most of its words.

    What the sentence takes from other sentences of the stretch is left out, except names: they may stand
    for a pronoun, but not in another name's place.
    """
    home = pair.home()

    def here(i: int) -> list[int]:
        return [j for j in pair.links[i] if pair.window[j].sentence == home]

    mine = [i for i in pair.counting() if here(i) or not pair.links[i] or pair.words[i].kind is Kind.NAME]
    theirs = [j for j, w in enumerate(pair.window) if w.counts and w.sentence == home]
    group = {i: min((min(pair.back[j]) for j in here(i)), default=-1000 - i) for i in mine}
    left = [group[i] for i in mine]
    right = [min(pair.back[j]) if pair.back[j] else -1 - j for j in theirs]
    for tag, a, b, c, d in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if tag == "replace":
            yield _Block(mine[a:b], theirs[c:d], a == 0)


def _judge_names(pair: Pairing, block: _Block, flaws: Misplaced) -> None:
    """Note names and figures of the article in another's place, and opposites."""
    for kind in (Kind.NAME, Kind.FIGURE):
        there = [j for j in block.theirs if pair.window[j].kind is kind]
        here = [i for i in block.mine if pair.words[i].kind is kind and _is_misplaced(pair, i, there)]
        if here and there and not any(pair.back[j] for j in there):
            flaws.altered.append(_instead(pair, here[0], pair.window[there[0]]))
    spare = [(i, j) for i in block.mine for j in block.theirs if not pair.back[j]]
    turned = [(i, j) for i, j in spare if pair.known and opposed(pair.words[i], pair.window[j], pair.known)]
    if turned:
        flaws.altered.append(_instead(pair, turned[0][0], pair.window[turned[0][1]]))


def _judge_content(pair: Pairing, block: _Block) -> Iterator[str]:
    """Yield content words that are new where the article has others, swapped, or put where another subject stands."""
    place = [j for j in block.place() if pair.window[j].lower not in PERSON_CUES]
    other = [j for j in place if not pair.back[j] and pair.window[j].kind is Kind.CONTENT]
    new = [i for i in block.mine if not pair.links[i] and not pair.in_context(pair.words[i])]
    if len(new) == len(block.mine) and other and all(pair.words[i].kind is not Kind.FIGURE for i in new):
        yield _instead(pair, new[0], pair.window[other[0]])
    if pair.has_agent():
        return  # subject and object may have changed places
    i = block.mine[-1]
    if pair.words[i].kind is not Kind.CONTENT or not pair.links[i]:
        return
    j = block.theirs[-1]
    if len(block.mine) == len(block.theirs) == 1 and pair.back[j] and pair.window[j].kind is Kind.CONTENT:
        yield f"{pair.text(pair.words[i])!r} and {pair.window[j].lower!r} have changed places"
    rivals = [k for k in block.theirs[-BESIDE:] if not pair.back[k]]
    if block.leads and rivals and not pair.leads_on(i, pair.links[i]) and pair.leads_on(i, rivals):
        yield _instead(pair, i, pair.window[rivals[-1]])


def _is_misplaced(pair: Pairing, i: int, rivals: Sequence[int]) -> bool:
    """Return whether name or figure `i`, which the article has somewhere, does not belong where `rivals` stand."""
    word = pair.words[i]
    if not pair.links[i] and (word.figure is not None or word.is_date or not pair.in_context(word)):
        return False  # missing altogether: that is noted elsewhere, or it is the article's date
    if pair.abbreviated(i) or _has_merely_moved(pair, word):
        return False
    return not (pair.leads_on(i, pair.links[i]) and not pair.leads_on(i, rivals))


def _has_merely_moved(pair: Pairing, word: Word) -> bool:
    """Return whether a circumstance ("in Norrland") is one in the article too, so that its place says nothing.

    Not where it belongs to a noun that has another one there ("exports from X", "imports from X").
    """
    if word.role is Role.BARE:
        return False
    mine = head(pair.words, word)
    for other in pair.window:
        if other.role is word.role and pair.same(word, other):
            theirs = head(pair.window, other)
            if mine is None or theirs is None or pair.same(mine, theirs):
                return True
    return False


def _instead(pair: Pairing, i: int, other: Word) -> str:
    return f"{pair.text(pair.words[i])!r} stands where the article has {other.lower!r}"
