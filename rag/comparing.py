"""Whether a stretch of an article says what a sentence claims, judged word by word.

`compare` lists what speaks against it: a figure, name, negation or condition that differs, a content
word put in another's place, too little in common. It knows nothing of outlets and quotation marks;
`rag.gate` does, and decides the verdict. Whatever it cannot decide speaks against the sentence.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from documents.cues import PERSON_CUES
from rag.claims import Kind, Reading, Role, Word
from rag.matching import may_be_common, same_word, stands_for_initials
from rag.polarity import opposed, polarity_flaws

MIN_SHARE = 0.7
"""Share of a sentence's content words that the article's stretch must have (see tests/test_rag_gate.py)."""

MIN_CLAUSE_SHARE = 0.5
"""The same for every stretch between two punctuation marks, so that a long true sentence carries no short lie."""

REST_SHARE = 0.6
"""From this share on, a sentence with a wrong figure or name counts as an altered one, below as an unsupported one."""

ONE_SENTENCE_SHARE = 0.6
"""Share of a clause's content words that one sentence must have, so that nothing is made up of scattered words."""

NEAR_VERBATIM = 0.8
"""From this share on, a single content word in another's place is a change of meaning, not a paraphrase."""

_BESIDE = 3
_HEAD_DISTANCE = 12


@dataclass(frozen=True, slots=True)
class Comparison:
    """What came of comparing a sentence with a stretch of an article.

    Attributes:
        share: Share of the sentence's content words that the stretch has (0 to 1).
        altered: What was changed: figures, names, negations, conditions, opposites; plain words.
        missing: What else speaks against it; plain words.
        verbatim: Whether the sentence's words stand in the stretch one after another.
        words: How many words the stretch has.
    """

    share: float
    altered: tuple[str, ...]
    missing: tuple[str, ...]
    verbatim: bool
    words: int

    @property
    def holds(self) -> bool:
        """Whether the stretch says what the sentence claims."""
        return not self.altered and not self.missing


class Source:
    """A passage read once and compared with many sentences."""

    def __init__(self, reading: Reading, context: Reading | None = None) -> None:
        self.reading = reading
        self.context = context

    def compare(
        self, claim: Reading, first: int, last: int, *, common: frozenset[str] = frozenset(), attributed: bool = False
    ) -> Comparison:
        """Return how `claim` fares against sentences `first` to `last` (inclusive) of the passage.

        Args:
            claim: The sentence, without what introduces it ("According to X").
            first: Number of the first sentence.
            last: Number of the last sentence.
            common: Words that the evidence writes small somewhere, so that their capital is no name's.
            attributed: Whether the sentence says whose words these are.
        """
        window = [w for w in self.reading.words if first <= w.sentence <= last]
        context = self.context.words if self.context else ()
        return _Comparing(claim, window, context, common, attributed).result()


class _Comparing:
    """One comparison in progress: `links[i]` are the window's words that claim word `i` may rest on."""

    def __init__(
        self,
        claim: Reading,
        window: Sequence[Word],
        context: Sequence[Word],
        common: frozenset[str],
        attributed: bool,
    ) -> None:
        if not any(w.kind is Kind.CONTENT for w in claim.words):  # "X has not commented": the saying is the claim
            claim = replace(claim, words=tuple(map(_as_content, claim.words)))
            window = [_as_content(w) for w in window]
        self.claim = claim
        self.words = claim.words
        self.window = window
        self.context = context
        self.common = common
        self.attributed = attributed
        self.known = claim.lexicon
        self.links = [self._links(w, window) for w in self.words]
        self.altered: list[str] = []
        self.missing: list[str] = []

    def result(self) -> Comparison:
        wrong = self._wrong_figures() | self._wrong_names()
        share = self._shares(wrong)
        verbatim = self._is_verbatim()
        if not verbatim:
            self._substitutions(share)
            self._turned()
            self._swapped_roles()
            self._borrowed_subjects()
            self._crossed()
        self.altered.extend(polarity_flaws(self.claim, self.window, self.links, attributed=self.attributed))
        return Comparison(share, tuple(self.altered), tuple(self.missing), verbatim, len(self.window))

    def _links(self, word: Word, source: Sequence[Word]) -> list[int]:
        if not word.counts and word.kind is not Kind.SAYING:
            return []
        return [j for j, other in enumerate(source) if same_word(word, other, self.known)]

    def _in_context(self, word: Word) -> bool:
        return any(same_word(word, other, self.known) for other in self.context)

    def _is_labelled(self, i: int) -> bool:
        """Return whether only the passage's labels have word `i`, which is no part of their date."""
        word = self.words[i]
        is_date = word.figure is not None or (self.known is not None and word.lower in self.known.months)
        return not is_date and self._in_context(word)

    def _wrong_figures(self) -> set[int]:
        """Return the figures that the window lacks or ties to something else, having noted them."""
        wrong: set[int] = set()
        for i, word in enumerate(self.words):
            if word.figure is None:
                continue
            if not self.links[i]:
                if not self._in_context(word) or self._other_day(i):
                    wrong.add(i)
                    self.altered.append(f"the article does not have {self._text(word)!r}{self._instead(word)}")
            elif not self._is_bound(i):
                wrong.add(i)
                self.altered.append(f"{self._text(word)!r} counts something else in the article")
        return wrong

    def _other_day(self, i: int) -> bool:
        """Return whether figure `i` is a day of a month of which the window has another day."""
        months = {w.lower for w in _neighbours(self.words, i) if self.known and w.lower in self.known.months}
        return any(
            word.figure is not None and months & {w.lower for w in _neighbours(self.window, j)}
            for j, word in enumerate(self.window)
        )

    def _instead(self, word: Word) -> str:
        near = [w for w in self.window if w.figure is not None]
        return f" (it has {near[0].lower!r})" if len(near) == 1 and word.figure else ""

    def _is_bound(self, i: int) -> bool:
        """Return whether the words beside figure `i` fit one of its places better than any other figure's place."""
        beside = _beside(self.words, i)
        nouns = [w for w in _following(self.words, i) if w.kind is Kind.CONTENT][:1]
        if nouns and not any(same_word(nouns[0], w, self.known) for w in self.window):
            return False
        if not beside:
            return True
        own = max(self._fit(beside, j) for j in self.links[i])
        unit = self.words[i].figure.unit if self.words[i].figure else None
        others = [j for j, w in enumerate(self.window) if w.figure and w.figure.unit == unit and j not in self.links[i]]
        return own >= max((self._fit(beside, j) for j in others), default=0)

    def _fit(self, beside: Sequence[Word], j: int) -> int:
        place = _beside(self.window, j)
        return sum(any(same_word(w, other, self.known) for other in place) for w in beside)

    def _wrong_names(self) -> set[int]:
        wrong: set[int] = set()
        for i, word in enumerate(self.words):
            if word.kind is not Kind.NAME or self.links[i] or self._in_context(word):
                continue
            if stands_for_initials(self.words, i, self.window):
                continue
            if may_be_common(word, self.claim, self.common, self.window):
                continue
            wrong.add(i)
            kind = self.missing if word.noun and word.determined else self.altered
            kind.append(f"the article does not have {self._text(word)!r}")
        return wrong

    def _shares(self, wrong: set[int]) -> float:
        """Return the share of content words found, having noted clauses and a whole that have too few."""
        counting = [i for i, w in enumerate(self.words) if w.counts]
        if not counting:
            return 1.0
        found = {i for i in counting if self.links[i] or self._in_context(self.words[i]) or self._abbreviated(i)}
        rest = [i for i in counting if i not in wrong]
        share = len(found) / len(counting)
        rest_share = len([i for i in rest if i in found]) / len(rest) if rest else 1.0
        if rest_share < (REST_SHARE if wrong else MIN_SHARE):
            self.missing.append(f"the article has {len(found)} of its {len(counting)} content words")
        for clause in sorted({self.words[i].clause for i in counting}):
            own = [i for i in rest if self.words[i].clause == clause]
            if own and len([i for i in own if i in found]) < MIN_CLAUSE_SHARE * len(own):
                words = " ".join(self._text(self.words[i]) for i in own)
                self.missing.append(f"nothing in the article backs {words!r}")
                break
            if not self._in_one_sentence(own):
                self.missing.append("its words stand in different sentences of the article")
                break
        return share

    def _in_one_sentence(self, clause: Sequence[int]) -> bool:
        """Return whether enough of a clause's words, names apart, stand in one sentence of the window."""
        content = [i for i in clause if self.words[i].kind is not Kind.NAME]
        sentences = {w.sentence for w in self.window}
        if len(sentences) < 2 or not content:
            return True
        best = max(sum(any(self.window[j].sentence == s for j in self.links[i]) for i in content) for s in sentences)
        return best >= ONE_SENTENCE_SHARE * len(content)

    def _abbreviated(self, i: int) -> bool:
        return self.words[i].kind is Kind.NAME and stands_for_initials(self.words, i, self.window)

    def _is_verbatim(self) -> bool:
        mine = [w.lower for w in self.words]
        theirs = [w.lower for w in self.window]
        return any(theirs[j : j + len(mine)] == mine for j in range(len(theirs) - len(mine) + 1)) if mine else False

    def _substitutions(self, share: float) -> None:
        """Note names, figures and content words that stand where the article has others."""
        mine = [i for i, w in enumerate(self.words) if w.counts]
        theirs = [j for j, w in enumerate(self.window) if w.counts]
        owner = {j: i for i in reversed(mine) for j in self.links[i]}
        left = [self._class_of(i, owner) for i in mine]
        right = [self._class_of(owner[j], owner) if j in owner else -1 - j for j in theirs]
        for tag, a, b, c, d in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
            if tag == "replace":
                self._judge_replacement(mine[a:b], theirs[c:d], set(owner), share)

    def _class_of(self, i: int, owner: dict[int, int]) -> int:
        return min((owner[j] for j in self.links[i]), default=i) if self.links[i] else i

    def _judge_replacement(self, mine: Sequence[int], theirs: Sequence[int], owned: set[int], share: float) -> None:
        for kind in (Kind.NAME, Kind.FIGURE):
            here = [self.words[i] for i in mine if self.words[i].kind is kind and (self.links[i] or self._is_labelled(i))]
            there = [j for j in theirs if self.window[j].kind is kind]
            here = [w for w in here if not self._merely_moved(w) and not self._fits_better(w, there)]
            if here and there and not any(j in owned for j in there):
                self.altered.append(
                    f"{self._text(here[0])!r} stands where the article has {self.window[there[0]].lower!r}"
                )
        contents = [(self.words[i], self.window[j]) for i in mine for j in theirs if j not in owned]
        turned = next((pair for pair in contents if self.known and opposed(pair[0], pair[1], self.known)), None)
        if turned is not None:
            self.altered.append(f"{self._text(turned[0])!r} stands where the article has {turned[1].lower!r}")
        elif len(mine) == 1 and share >= NEAR_VERBATIM and not self._in_context(self.words[mine[0]]):
            spare = [(w, o) for w, o in contents if w.kind is not Kind.FIGURE and not self.links[mine[0]]]
            others = [o for _, o in spare if o.kind is Kind.CONTENT]
            others = [o for o in others if o.lower not in PERSON_CUES]
            if len(others) == 1:
                self.missing.append(f"{self._text(self.words[mine[0]])!r} stands where the article has {others[0].lower!r}")

    def _fits_better(self, word: Word, rivals: Sequence[int]) -> bool:
        """Return whether the words around a name or figure stand around it in the article rather than around `rivals`."""
        i = self.words.index(word)
        if word.kind is Kind.NAME and stands_for_initials(self.words, i, self.window):
            return True
        around = _around(self.words, i, 1)
        own = max((self._fit_around(around, j) for j in self.links[i]), default=0)
        return own > 0 and own >= max((self._fit_around(around, j) for j in rivals), default=0)

    def _fit_around(self, around: Sequence[Word], j: int) -> int:
        place = _around(self.window, j, _BESIDE)
        return sum(any(same_word(w, other, self.known) for other in place) for w in around)

    def _turned(self) -> None:
        """Note a word that the article has elsewhere, where it has its opposite ("exports rose, imports fell")."""
        for i, word in enumerate(self.words):
            if word.kind is not Kind.CONTENT or not self.links[i] or self.known is None:
                continue
            others = [j for j, w in enumerate(self.window) if j not in self.links[i] and opposed(word, w, self.known)]
            beside = _beside(self.words, i)
            best = max((self._fit(beside, j) for j in others), default=0)
            if best > max(self._fit(beside, j) for j in self.links[i]):
                self.altered.append(f"the article has the opposite of {self._text(word)!r}")

    def _merely_moved(self, word: Word) -> bool:
        """Return whether a circumstance ("in Norrland") is one in the article too, so that its place says nothing.

        Not where it belongs to a noun that has another one there ("exports from X", "imports from X").
        """
        if word.role is Role.BARE:
            return False
        head = _head(self.words, word)
        for other in self.window:
            if other.role is word.role and same_word(word, other, self.known):
                there = _head(self.window, other)
                if head is None or there is None or same_word(head, there, self.known):
                    return True
        return False

    def _swapped_roles(self) -> None:
        """Note two names whose order, doer first, the article only has the other way round."""
        mine = _doers(self.words)
        sentences = {w.sentence for w in self.window}
        theirs = [_doers([w for w in self.window if w.sentence == s]) for s in sorted(sentences)]
        for k, first in enumerate(mine):
            for second in mine[k + 1 :]:
                if same_word(first, second, self.known):
                    continue
                orders = [self._order(first, second, names) for names in theirs]
                if -1 in orders and 1 not in orders:
                    self.altered.append(f"the article has {self._text(second)!r} where this has {self._text(first)!r}")
                    return

    def _crossed(self) -> None:
        """Note two names that changed places around words that all stayed: "X depends on Y", "in X's interest"."""
        counting = [i for i, w in enumerate(self.words) if w.counts]
        for i, following in zip(counting, counting[1:], strict=False):
            owner = self.words[i]
            if owner.role is Role.OWNER and self.words[following].kind is Kind.CONTENT:
                owners = [w for j in self.links[following] if (w := _owner_of(self.window, j)) is not None]
                if owners and not any(same_word(owner, w, self.known) for w in owners):
                    self.altered.append(f"the article has {owners[0].lower!r} where this has {self._text(owner)!r}")
        if any(not self.links[i] for i in counting):
            return
        names = [w for w in self.words if w.kind is Kind.NAME and w.role is not Role.AGENT]
        for k, first in enumerate(names):
            for second in names[k + 1 :]:
                if first.key != second.key and self._cross(first, second):
                    self.altered.append(f"the article has {self._text(second)!r} where this has {self._text(first)!r}")
                    return

    def _cross(self, first: Word, second: Word) -> bool:
        """Return whether the window only has `second` before `first`, one of them in another role."""
        home = max({w.sentence for w in self.window}, key=self._links_in, default=0)
        here = [(j, w) for j, w in enumerate(self.window) if w.sentence == home]
        firsts = [(j, w) for j, w in here if same_word(first, w, self.known)]
        seconds = [(j, w) for j, w in here if same_word(second, w, self.known)]
        if not firsts or not seconds or firsts[0][0] < seconds[-1][0]:
            return False
        if self._leads_on(first, [j for j, _ in firsts]) or self._leads_on(second, [j for j, _ in seconds]):
            return False
        moved = [_is_bare(first) != _is_bare(w) for _, w in firsts], [_is_bare(second) != _is_bare(w) for _, w in seconds]
        return all(moved[0]) or all(moved[1])

    def _leads_on(self, word: Word, places: Sequence[int]) -> bool:
        """Return whether the word after a name comes after it in the article too ("X, which warned" for "X warned")."""
        after = [w for w in self.words[self.words.index(word) + 1 :] if w.kind is Kind.CONTENT][:1]
        for j in places:
            there = [w for w in self.window[j + 1 :] if w.counts and w.sentence == self.window[j].sentence][:_BESIDE]
            if after and any(same_word(after[0], w, self.known) for w in there):
                return True
        return False

    def _links_in(self, sentence: int) -> int:
        return sum(any(self.window[j].sentence == sentence for j in targets) for targets in self.links)

    def _borrowed_subjects(self) -> None:
        """Note a name put to a word that the article has of another name, in another sentence."""
        counting = [i for i, w in enumerate(self.words) if w.counts]
        for i, following in zip(counting, counting[1:], strict=False):
            name, word = self.words[i], self.words[following]
            if name.kind is not Kind.NAME or name.role is not Role.BARE or word.kind is not Kind.CONTENT:
                continue
            own = {self.window[j].sentence for j in self.links[i]}
            told = {self.window[j].sentence for j in self.links[following]}
            if not own or not told or own & told:
                continue
            others = [w for w in _doers(self.window) if w.sentence in told]
            if others:
                self.altered.append(f"the article says {word.lower!r} of {others[0].lower!r}, not of {self._text(name)!r}")

    def _order(self, first: Word, second: Word, names: Sequence[Word]) -> int:
        """Return 1 when `names` has `first` somewhere before `second`, -1 when only after it, 0 when not both."""
        a = [k for k, w in enumerate(names) if same_word(first, w, self.known)]
        b = [k for k, w in enumerate(names) if same_word(second, w, self.known)]
        if not a or not b:
            return 0
        return 1 if min(a) < max(b) else -1

    def _text(self, word: Word) -> str:
        return self.claim.text[word.start : word.end]


def _as_content(word: Word) -> Word:
    return replace(word, kind=Kind.CONTENT) if word.kind is Kind.SAYING else word


def _is_bare(word: Word) -> bool:
    return word.role in (Role.BARE, Role.OWNER)


def _owner_of(words: Sequence[Word], at: int) -> Word | None:
    """Return the name whose possession the word at `at` is ("X's regime"), or None."""
    before = [w for w in words[max(0, at - 2) : at] if w.clause == words[at].clause]
    return next((w for w in reversed(before) if w.kind is Kind.NAME and w.role is Role.OWNER), None)


def _doers(words: Iterable[Word]) -> list[Word]:
    """Return the names that are subject or object, the doer of a passive put first."""
    bare: list[Word] = []
    agents: list[Word] = []
    for word in words:
        if word.kind is Kind.NAME and word.role is Role.BARE and not (word.noun and word.determined):
            bare.append(word)
        elif word.kind is Kind.NAME and word.role is Role.AGENT:
            agents.append(word)
    return agents + bare


def _around(words: Sequence[Word], at: int, reach: int) -> list[Word]:
    """Return the `reach` counting words of another kind nearest to the one at `at` on either side, in its sentence."""
    here = words[at]
    before = [w for w in words[:at] if w.counts and w.sentence == here.sentence and w.kind is not here.kind]
    after = [w for w in words[at + 1 :] if w.counts and w.sentence == here.sentence and w.kind is not here.kind]
    return before[-reach:] + after[:reach]


def _head(words: Sequence[Word], word: Word) -> Word | None:
    """Return the counting word right before a circumstance, which it may belong to."""
    before = [w for w in words if w.end <= word.start and w.clause == word.clause and w.counts]
    near = before[-1] if before else None
    return near if near is not None and word.start - near.end <= _HEAD_DISTANCE else None


def _neighbours(words: Sequence[Word], at: int) -> list[Word]:
    return [words[k] for k in (at - 2, at - 1, at + 1, at + 2) if 0 <= k < len(words)]


def _following(words: Sequence[Word], at: int) -> list[Word]:
    """Return the few counting words right after the one at `at`, up to the clause's end or the next figure."""
    return _walk(words, range(at + 1, len(words)), words[at].clause)


def _beside(words: Sequence[Word], at: int) -> list[Word]:
    return _walk(words, range(at - 1, -1, -1), words[at].clause) + _following(words, at)


def _walk(words: Sequence[Word], indices: Iterable[int], clause: int) -> list[Word]:
    found: list[Word] = []
    for i in indices:
        if words[i].clause != clause or words[i].figure is not None or len(found) == _BESIDE:
            break
        if words[i].counts:
            found.append(words[i])
    return found
