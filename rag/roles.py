"""Whether the words of a sentence stand where the article has them: who did what to whom.

Every word may be the article's own and the sentence still false: two names swapped, an owner exchanged, a
subject borrowed from the next sentence. Each check here names one such way; a sentence that only says the
same in another order passes. Words that stand in each other's place are `rag.alignment`'s.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, pairwise

from rag.claim_words import Kind, Role, Word
from rag.pairing import BESIDE, Pairing, beside, head, owner
from rag.polarity import opposed


def role_flaws(pair: Pairing) -> Iterator[str]:
    """Yield what of the sentence the article says of somebody else, in plain words."""
    for check in (
        _turned,
        _swapped,
        _turned_round,
        _taken_over,
        _torn_names,
        _borrowed,
        _moved,
        _told,
        _owned,
        _crossed,
    ):
        yield from check(pair)


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


def _turned_round(pair: Pairing) -> Iterator[str]:
    """Yield a doer that in the article comes behind the verb, whose doer is another ("the dam doubts experts")."""
    home = pair.home()
    for i, k in pairwise(pair.counting()):
        between = pair.words[i + 1 : k]
        mine, verb = pair.words[i], pair.words[k]
        if mine.clause != verb.clause or verb.kind is not Kind.CONTENT or mine.figure is not None:
            continue
        if _subjects(pair.words, i):
            continue  # not the clause's first word: an object or a compound, whose place is free
        if pair.known is None or any(w.lower in pair.known.prepositions or w.counts for w in between):
            continue
        places = [j for j in pair.links[i] if pair.window[j].sentence == home]
        verbs = [j for j in pair.links[k] if pair.window[j].sentence == home]
        if not places or not verbs or min(places) < max(verbs):
            continue
        voice = _passive(pair, pair.words, k)
        doers = [_subjects(pair.window, j) for j in verbs if _passive(pair, pair.window, j) == voice]
        if len(doers) == len(verbs) and all(doers):
            yield f"the article says {verb.lower!r} of {doers[0][-1].lower!r}, not of {pair.text(mine)!r}"


def _taken_over(pair: Pairing) -> Iterator[str]:
    """Yield a verb whose doer in the article is another, in another clause ("..., and lucerne disappeared")."""
    if pair.has_agent():
        return  # subject and object may have changed places
    home = pair.home()
    for k in pair.counting():
        verb = pair.words[k]
        mine = _subjects(pair.words, k)
        places = [j for j in pair.links[k] if pair.window[j].sentence == home]
        linked = all(any(pair.same(w, o) for o in pair.window if o.sentence == home) for w in mine)
        if verb.kind is not Kind.CONTENT or not mine or not places or not linked:
            continue
        strangers = [_other_doer(pair, mine, j) for j in places]
        if all(strangers):
            yield f"the article says {verb.lower!r} of {strangers[0]!r}, not of {pair.text(mine[-1])!r}"


def _other_doer(pair: Pairing, mine: Sequence[Word], at: int) -> str:
    """Return the word that does what the window's word `at` says, where none of `mine` can; else ""."""
    verb = pair.window[at]
    segment = [w for w in pair.window[:at] if w.segment == verb.segment and w.counts and not w.is_date]
    if segment:
        return "" if any(pair.same(a, w) for a in mine for w in segment) else segment[-1].lower
    known = pair.known
    after: Word | None = None
    for word in reversed([w for w in pair.window[:at] if w.sentence == verb.sentence]):
        if any(pair.same(a, word) for a in mine):
            return ""
        if known is not None and word.lower in known.contrast:
            return after.lower if after is not None else ""
        if word.counts and not word.is_date:
            after = word
    return ""


def _passive(pair: Pairing, words: Sequence[Word], at: int) -> bool:
    return pair.known is not None and any(w.lower in pair.known.passive for w in words[max(0, at - 3) : at])


def _torn_names(pair: Pairing) -> Iterator[str]:
    """Yield two names written as one that the article never has together ("Mayor Norrland Petrenko")."""
    for i, (first, second) in enumerate(pairwise(pair.words)):
        adjacent = pair.claim.text[first.end : second.start] == " "
        if first.kind is not Kind.NAME or second.kind is not Kind.NAME or not adjacent or first.noun or first.is_date:
            continue
        if pair.abbreviated(i) or pair.abbreviated(i + 1):
            continue
        places = [(a, b) for a in pair.links[i] for b in pair.links[i + 1]]
        if places and not any(abs(a - b) <= BESIDE for a, b in places):
            yield f"the article does not have {pair.claim.text[first.start : second.end]!r}"


def _borrowed(pair: Pairing) -> Iterator[str]:
    """Yield a subject put to a word that the article has of another one, in another sentence."""
    home = pair.home()
    for i, k in pairwise([n for n in pair.counting() if pair.links[n]]):
        mine, word = pair.words[i], pair.words[k]
        if not (word.kind is Kind.CONTENT or word.noun) or mine.clause != word.clause or mine.figure is not None:
            continue
        own = {pair.window[j].sentence for j in pair.links[i]}
        told = [j for j in pair.links[k] if pair.window[j].sentence == home] or pair.links[k]
        places = [j for j in told if pair.window[j].sentence not in own]
        if not own or len(places) < len(told):
            continue
        theirs = [_stranger(pair, j) for j in places]
        if all(theirs):
            yield f"the article says {word.lower!r} of {theirs[0]!r}, not of {pair.text(mine)!r}"


def _stranger(pair: Pairing, at: int) -> str:
    """Return what the window's word `at` is said of when that cannot be something in a sentence before; else ""."""
    sentence = [w for w in pair.window if w.sentence == pair.window[at].sentence]
    before = _subjects(pair.window, at) or _doers(sentence)
    if before:
        return before[-1].lower
    known = pair.known
    anaphor = known is not None and any(w.lower in known.anaphors for w in sentence)
    return "" if anaphor else pair.window[at].lower


def _moved(pair: Pairing) -> Iterator[str]:
    """Yield a circumstance put to a noun that the article has in another sentence ("the vote is in November")."""
    for i, word in enumerate(pair.words):
        if word.kind is not Kind.NAME or word.role is not Role.CIRCUMSTANCE:
            continue
        noun = head(pair.words, word)
        if noun is None or noun.kind is not Kind.CONTENT:
            continue
        own = {pair.window[j].sentence for j in pair.links[i]}
        told = {pair.window[j].sentence for j in pair.links[pair.words.index(noun)]}
        if own and told and not own & told:
            yield f"the article does not have {pair.text(noun)!r} with {pair.text(word)!r}"


def _told(pair: Pairing) -> Iterator[str]:
    """Yield a verb of saying that the article has of somebody else ("the crew told the company")."""
    for i, word in enumerate(pair.words):
        mine = _subjects(pair.words, i)[-1:] if word.kind is Kind.SAYING else []
        theirs = [s for j in pair.links[i] if (s := _subjects(pair.window, j))]
        if mine and theirs and not any(pair.same(mine[0], w) for s in theirs for w in s):
            yield f"the article has {theirs[0][-1].lower!r} say what this has {pair.text(mine[0])!r} say"


def _subjects(words: Sequence[Word], at: int) -> list[Word]:
    """Return the counting words before a verb, in its clause, one of which is its subject."""
    here = words[at]
    same = [w for w in words[:at] if w.clause == here.clause and w.sentence == here.sentence]
    return [w for w in same if w.counts and not w.is_date]


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
