"""Whether the words of a sentence stand where the article has them: who did what to whom.

Every word may be the article's own and the sentence still false: two names swapped, a verb replaced, a
subject borrowed from the next sentence. Each check here names one such way; a sentence that only says the
same in another order passes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import combinations, pairwise

from documents.cues import PERSON_CUES
from rag.claims import Kind, Role, Word
from rag.pairing import Pairing, beside, head, owner
from rag.polarity import opposed

NEAR_VERBATIM = 0.8
"""From this share of found words on, one content word in another's place is a change of meaning, no paraphrase."""


@dataclass
class RoleFlaws:
    """What is out of place: `altered` names, figures and opposites, and other words that are `missing` in that place."""

    altered: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


def role_flaws(pair: Pairing, share: float) -> RoleFlaws:
    """Return what of the sentence stands elsewhere in the article.

    Args:
        pair: Sentence and stretch.
        share: Share of the sentence's content words that the stretch has.
    """
    flaws = RoleFlaws()
    for mine, theirs in _replacements(pair):
        _judge(pair, mine, theirs, share, flaws)
    for check in (_turned, _swapped, _borrowed, _owned, _crossed):
        flaws.altered.extend(check(pair))
    return flaws


def _replacements(pair: Pairing) -> Iterator[tuple[list[int], list[int]]]:
    """Yield the stretches of counting words that stand in each other's place when the two texts are aligned."""
    mine = pair.counting()
    theirs = [j for j, w in enumerate(pair.window) if w.counts]

    def group(i: int) -> int:
        return min((pair.back[j][0] for j in pair.links[i]), default=i)

    left = [group(i) for i in mine]
    right = [group(pair.back[j][0]) if pair.back[j] else -1 - j for j in theirs]
    for tag, a, b, c, d in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if tag == "replace":
            yield mine[a:b], theirs[c:d]


def _judge(pair: Pairing, mine: Sequence[int], theirs: Sequence[int], share: float, flaws: RoleFlaws) -> None:
    """Note what in one replaced stretch changes the meaning."""
    for kind in (Kind.NAME, Kind.FIGURE):
        there = [j for j in theirs if pair.window[j].kind is kind]
        here = [i for i in mine if pair.words[i].kind is kind and _is_misplaced(pair, i, there)]
        if here and there and not any(pair.back[j] for j in there):
            flaws.altered.append(_instead(pair, here[0], pair.window[there[0]]))
    spare = [(i, j) for i in mine for j in theirs if not pair.back[j]]
    turned = [(i, j) for i, j in spare if pair.known and opposed(pair.words[i], pair.window[j], pair.known)]
    if turned:
        flaws.altered.append(_instead(pair, turned[0][0], pair.window[turned[0][1]]))
    elif len(mine) == 1 and share >= NEAR_VERBATIM:
        i = mine[0]
        other = [j for _, j in spare if pair.window[j].kind is Kind.CONTENT and pair.window[j].lower not in PERSON_CUES]
        is_new = not pair.links[i] and not pair.in_context(pair.words[i]) and pair.words[i].kind is not Kind.FIGURE
        if is_new and len(other) == 1:
            flaws.missing.append(_instead(pair, i, pair.window[other[0]]))


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


def _turned(pair: Pairing) -> Iterator[str]:
    """Yield words that the article has elsewhere, where it has their opposite ("exports rose, imports fell")."""
    for i, word in enumerate(pair.words):
        if word.kind is not Kind.CONTENT or not pair.links[i] or pair.known is None:
            continue
        known = pair.known
        others = [j for j, w in enumerate(pair.window) if j not in pair.links[i] and opposed(word, w, known)]
        around = beside(pair.words, i)
        if max((pair.fit(around, j) for j in others), default=0) > max(pair.fit(around, j) for j in pair.links[i]):
            yield f"the article has the opposite of {pair.text(word)!r}"


def _swapped(pair: Pairing) -> Iterator[str]:
    """Yield two names whose order, doer first, the article only has the other way round."""
    theirs = [_doers(w for w in pair.window if w.sentence == s) for s in pair.sentences()]
    for first, second in combinations(_doers(pair.words), 2):
        if not pair.same(first, second):
            orders = [_order(pair, first, second, names) for names in theirs]
            if -1 in orders and 1 not in orders:
                yield f"the article has {pair.text(second)!r} where this has {pair.text(first)!r}"


def _order(pair: Pairing, first: Word, second: Word, names: Sequence[Word]) -> int:
    """Return 1 when `names` has `first` somewhere before `second`, -1 when only after it, 0 when not both."""
    a = [k for k, w in enumerate(names) if pair.same(first, w)]
    b = [k for k, w in enumerate(names) if pair.same(second, w)]
    if not a or not b:
        return 0
    return 1 if min(a) < max(b) else -1


def _borrowed(pair: Pairing) -> Iterator[str]:
    """Yield a name put to a word that the article has of another name, in another sentence."""
    for i, k in pairwise(pair.counting()):
        name, word = pair.words[i], pair.words[k]
        if name.kind is not Kind.NAME or name.role is not Role.BARE or word.kind is not Kind.CONTENT:
            continue
        own = {pair.window[j].sentence for j in pair.links[i]}
        told = {pair.window[j].sentence for j in pair.links[k]}
        others = [w for w in _doers(pair.window) if w.sentence in told]
        if own and told and others and not own & told:
            yield f"the article says {word.lower!r} of {others[0].lower!r}, not of {pair.text(name)!r}"


def _owned(pair: Pairing) -> Iterator[str]:
    """Yield a possession that the article gives to another name ("X's interest" for "Y's interest")."""
    for i, k in pairwise(pair.counting()):
        mine = pair.words[i]
        if mine.is_owner and pair.words[k].kind is Kind.CONTENT:
            owners = [o for j in pair.links[k] if (o := owner(pair.window, j)) is not None]
            if owners and not any(pair.same(mine, o) for o in owners):
                yield f"the article has {owners[0].lower!r} where this has {pair.text(mine)!r}"


def _crossed(pair: Pairing) -> Iterator[str]:
    """Yield two names that changed places and roles around words that all stayed ("X depends on Y")."""
    if any(not pair.links[i] for i in pair.counting()):
        return
    names = [i for i, w in enumerate(pair.words) if w.kind is Kind.NAME and w.role is not Role.AGENT]
    home = pair.home()
    for i, k in combinations(names, 2):
        first = [j for j in pair.links[i] if pair.window[j].sentence == home]
        second = [j for j in pair.links[k] if pair.window[j].sentence == home]
        if not first or not second or pair.words[i].key == pair.words[k].key or first[0] < second[-1]:
            continue
        for n, places in ((i, first), (k, second)):
            moved = all(_is_bare(pair.words[n]) != _is_bare(pair.window[j]) for j in places)
            if moved and not pair.leads_on(n, places):
                yield f"the article has {pair.text(pair.words[k])!r} where this has {pair.text(pair.words[i])!r}"
                return


def _is_bare(word: Word) -> bool:
    return word.role in (Role.BARE, Role.OWNER)


def _doers(words: Iterable[Word]) -> list[Word]:
    """Return the names that are subject or object, the doer of a passive put first."""
    bare: list[Word] = []
    agents: list[Word] = []
    for word in words:
        if word.kind is not Kind.NAME or word.is_date:
            continue
        if word.role is Role.BARE and not (word.noun and word.determined):
            bare.append(word)
        elif word.role is Role.AGENT:
            agents.append(word)
    return agents + bare


def _instead(pair: Pairing, i: int, other: Word) -> str:
    return f"{pair.text(pair.words[i])!r} stands where the article has {other.lower!r}"
