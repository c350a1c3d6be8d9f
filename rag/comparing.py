"""Whether a stretch of an article says what a sentence claims, judged word by word.

`compare` lists what speaks against it: a figure or name that differs, too little in common, words in
another's place (`rag.alignment`, `rag.roles`), a denial or condition that is not there (`rag.polarity`).
It knows nothing of outlets and quotation marks; `rag.gate` does, and decides the verdict. Whatever it
cannot decide speaks against the sentence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.alignment import misplaced
from rag.claim_words import Kind
from rag.claims import Reading
from rag.matching import may_be_common
from rag.pairing import Pairing, beside, following, neighbours
from rag.polarity import polarity_flaws
from rag.roles import role_flaws

MIN_SHARE = 0.75
"""Share of a sentence's content words that the article's stretch must have (see tests/test_rag_gate.py)."""

FIRST_YEAR = 1000
"""A figure of at least this, beside a day and a month in a label, is a year."""

MIN_CLAUSE_SHARE = 0.5
"""The same for every stretch between two punctuation marks, so that a long true sentence carries no short lie."""

REST_SHARE = 0.6
"""From this share on, a sentence with a wrong figure or name counts as an altered one, below as an unsupported one."""

ONE_SENTENCE_SHARE = 0.6
"""Share of a clause's content words that one sentence must have, so that nothing is made up of scattered words."""


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


def compare(
    claim: Reading,
    source: Reading,
    first: int,
    last: int,
    *,
    context: Reading | None = None,
    common: frozenset[str] = frozenset(),
    attributed: bool = False,
) -> Comparison:
    """Return how `claim` fares against sentences `first` to `last` (inclusive) of a passage.

    Args:
        claim: The sentence, without what introduces it ("According to X").
        source: The passage.
        first: Number of the first sentence.
        last: Number of the last sentence.
        context: The passage's labels: speaker, author, date, its own title.
        common: Words that the evidence writes small somewhere, so that their capital is no name's.
        attributed: Whether the sentence says whose words these are.
    """
    window = [w for w in source.words if first <= w.sentence <= last]
    labels = context.words if context is not None else ()
    return _Comparing(Pairing(claim, window, context=labels, common=common, attributed=attributed)).result()


class _Comparing:
    """One comparison in progress."""

    def __init__(self, pair: Pairing) -> None:
        self.pair = pair
        self.altered: list[str] = []
        self.missing: list[str] = []

    def result(self) -> Comparison:
        wrong = self._wrong_figures() | self._wrong_names()
        share = self._share(wrong)
        verbatim = self._is_verbatim()
        if not verbatim:
            flaws = misplaced(self.pair, share)
            self.altered.extend((*flaws.altered, *role_flaws(self.pair)))
            self.missing.extend(flaws.missing)
        self.altered.extend(polarity_flaws(self.pair))
        return Comparison(share, tuple(self.altered), tuple(self.missing), verbatim, len(self.pair.window))

    def _wrong_figures(self) -> set[int]:
        """Return the figures that the window lacks or ties to something else, having noted them."""
        wrong: set[int] = set()
        for i, word in enumerate(self.pair.words):
            if word.figure is None:
                continue
            if not self.pair.links[i]:
                if self._is_in_labels(i) and not self._is_other_day(i):
                    continue
                self.altered.append(f"the article does not have {self.pair.text(word)!r}{self._instead()}")
            elif not self._is_bound(i):
                self.altered.append(f"{self.pair.text(word)!r} counts something else in the article")
            else:
                continue
            wrong.add(i)
        return wrong

    def _is_in_labels(self, i: int) -> bool:
        """Return whether figure `i` is in the passage's labels: any of the title's, a day only beside its month.

        An article of 26 February does not carry "at 26 knots".
        """
        pair = self.pair
        beside_it = neighbours(pair.words, i)
        for j, label in enumerate(pair.context):
            if not pair.same(pair.words[i], label):
                continue
            around = neighbours(pair.context, j)
            year = next((w for w in around if w.figure is not None and w.figure.value >= FIRST_YEAR), None)
            if year is None or any(pair.same(w, other) for w in beside_it for other in around if not other.figure):
                return True
        return False

    def _is_other_day(self, i: int) -> bool:
        """Return whether figure `i` is a day of a month of which the window has another day."""
        months = {w.lower for w in neighbours(self.pair.words, i) if w.is_date}
        return any(
            word.figure is not None and months & {w.lower for w in neighbours(self.pair.window, j)}
            for j, word in enumerate(self.pair.window)
        )

    def _instead(self) -> str:
        near = [w for w in self.pair.window if w.figure is not None]
        return f" (it has {near[0].lower!r})" if len(near) == 1 else ""

    def _is_bound(self, i: int) -> bool:
        """Return whether the words beside figure `i` fit one of its places at least as well as any other figure's."""
        pair = self.pair
        counted = next((w for w in following(pair.words, i) if w.kind is Kind.CONTENT), None)
        if counted is not None and not any(pair.same(counted, w) for w in pair.window):
            return False
        around = beside(pair.words, i)
        own = max(pair.fit(around, j) for j in pair.links[i])
        if self._is_elsewhere(i):
            return False
        figure = pair.words[i].figure
        rivals = [
            j
            for j, w in enumerate(pair.window)
            if w.figure and figure and w.figure.unit == figure.unit and j not in pair.links[i]
        ]
        return own >= max((pair.fit(around, j) for j in rivals), default=0)

    def _is_elsewhere(self, i: int) -> bool:
        """Return whether the words before figure `i` are all in the window, but beside something else."""
        pair = self.pair
        before = [w for w in beside(pair.words, i) if w.start < pair.words[i].start]
        places = [[w for w in beside(pair.window, j) if w.start < pair.window[j].start] for j in pair.links[i]]
        if not before or not all(places) or not all(any(pair.same(w, o) for o in pair.window) for w in before):
            return False
        return not any(pair.same(w, o) for w in before for place in places for o in place)

    def _wrong_names(self) -> set[int]:
        pair = self.pair
        wrong: set[int] = set()
        for i, word in enumerate(pair.words):
            if word.kind is not Kind.NAME or self._is_found(i):
                continue
            if may_be_common(word, pair.claim, pair.common, pair.window):
                continue
            wrong.add(i)
            noted = self.missing if word.noun and word.determined else self.altered
            noted.append(f"the article does not have {pair.text(word)!r}")
        return wrong

    def _is_found(self, i: int) -> bool:
        """Return whether word `i` is in the window; a name or figure may be in the passage's labels instead."""
        word = self.pair.words[i]
        return (
            bool(self.pair.links[i])
            or self.pair.abbreviated(i)
            or (word.kind is not Kind.CONTENT and self.pair.in_context(word))
        )

    def _share(self, wrong: set[int]) -> float:
        """Return the share of content words found, having noted a whole or a clause that has too few."""
        counting = self.pair.counting()
        if not counting:
            return 1.0
        found = {i for i in counting if self._is_found(i)}
        rest = [i for i in counting if i not in wrong]
        plain = [i for i in rest if self.pair.words[i].kind is Kind.CONTENT]
        for group in (rest, plain):
            if len(found.intersection(group)) < (REST_SHARE if wrong else MIN_SHARE) * len(group):
                self.missing.append(f"the article has {len(found)} of its {len(counting)} content words")
                break
        for clause in sorted({self.pair.words[i].clause for i in counting}):
            inside = [i for i in rest if self.pair.words[i].clause == clause]
            own = [i for i in plain if i in inside] or inside
            if len(found.intersection(own)) < MIN_CLAUSE_SHARE * len(own):
                words = " ".join(self.pair.text(self.pair.words[i]) for i in own)
                self.missing.append(f"nothing in the article backs {words!r}")
            elif not self._is_in_one_sentence(inside):
                self.missing.append("its words stand in different sentences of the article")
        return len(found) / len(counting)

    def _is_in_one_sentence(self, clause: Sequence[int]) -> bool:
        """Return whether enough of a clause's words, names apart, stand in one sentence of the window."""
        pair = self.pair
        content = [i for i in clause if pair.words[i].kind is not Kind.NAME]
        sentences = pair.sentences()
        if len(sentences) < 2 or not content:
            return True
        best = max(sum(any(pair.window[j].sentence == s for j in pair.links[i]) for i in content) for s in sentences)
        return best >= ONE_SENTENCE_SHARE * len(content)

    def _is_verbatim(self) -> bool:
        mine = [w.lower for w in self.pair.words]
        theirs = [w.lower for w in self.pair.window]
        return bool(mine) and any(theirs[j : j + len(mine)] == mine for j in range(len(theirs) - len(mine) + 1))
