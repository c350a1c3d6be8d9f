"""A sentence's words beside the words of an article's stretch, and which of them say the same.

Made once for each comparison and handed to every check; what it means is theirs to say (`rag.comparing`,
`rag.roles`, `rag.polarity`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from rag.claim_words import Kind, Word
from rag.claims import Reading
from rag.lexicon import Lexicon
from rag.matching import same_word, stands_for_initials

BESIDE = 3
"""How many counting words on a side belong to a word's surroundings."""

HEAD_DISTANCE = 12
"""Characters between a noun and the circumstance that may belong to it ("exports from X")."""


class Pairing:
    """Claim and window, word by word.

    Attributes:
        words: The sentence's words.
        window: The words of the article's stretch.
        links: For each word of the sentence, the numbers of the window's words that say the same.
        back: For each word of the window, the numbers of the sentence's words that say the same.
        context: Words of the passage's labels (speaker, author, date, its own title).
        common: Words that the evidence writes small somewhere, so that their capital is no name's.
        attributed: Whether the sentence says whose words these are.
    """

    def __init__(
        self,
        claim: Reading,
        window: Sequence[Word],
        *,
        context: Sequence[Word] = (),
        common: frozenset[str] = frozenset(),
        attributed: bool = False,
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
        self.known: Lexicon | None = claim.lexicon
        self.links = [self._links(word) for word in self.words]
        self.back: list[list[int]] = [[] for _ in window]
        for i, targets in enumerate(self.links):
            for j in targets:
                self.back[j].append(i)

    def _links(self, word: Word) -> list[int]:
        if not word.counts and word.kind is not Kind.SAYING:
            return []
        return [j for j, other in enumerate(self.window) if self.same(word, other)]

    def same(self, word: Word, other: Word) -> bool:
        """Return whether a word of the sentence may rest on another."""
        return same_word(word, other, self.known)

    def in_context(self, word: Word) -> bool:
        """Return whether the passage's labels have the word."""
        return any(self.same(word, other) for other in self.context)

    def abbreviated(self, i: int) -> bool:
        """Return whether word `i` is a name that the window writes as initials, or the other way round."""
        return self.words[i].kind is Kind.NAME and stands_for_initials(self.words, i, self.window)

    def text(self, word: Word) -> str:
        """Return a word of the sentence as written."""
        return self.claim.text[word.start : word.end]

    def counting(self) -> list[int]:
        """Return the numbers of the sentence's words that carry its claim."""
        return [i for i, w in enumerate(self.words) if w.counts]

    def fit(self, around: Iterable[Word], j: int) -> int:
        """Return how many words of `around` stand beside the window's word `j`."""
        place = beside(self.window, j)
        return sum(any(self.same(w, other) for other in place) for w in around)

    def leads_on(self, i: int, places: Iterable[int]) -> bool:
        """Return whether the content word after word `i` comes after it at one of its places in the window too."""
        after = next((w for w in self.words[i + 1 :] if w.kind is Kind.CONTENT), None)
        if after is None:
            return False
        for j in places:
            sentence = self.window[j].sentence
            following = [w for w in self.window[j + 1 :] if w.counts and w.sentence == sentence]
            if any(self.same(after, w) for w in following[:BESIDE]):
                return True
        return False

    def has_agent(self) -> bool:
        """Return whether either text has a passive with its doer: subject and object may have changed places."""
        home = self.home()
        return _has_agent(self.words, self.known) or _has_agent(
            [w for w in self.window if w.sentence == home], self.known
        )

    def sentences(self) -> list[int]:
        """Return the numbers of the window's sentences."""
        return sorted({w.sentence for w in self.window})

    def home(self) -> int:
        """Return the number of the window's sentence that has most of the claim's words."""

        def linked(sentence: int) -> int:
            return sum(any(self.window[j].sentence == sentence for j in targets) for targets in self.links)

        return max(self.sentences(), key=linked, default=0)


def beside(words: Sequence[Word], at: int) -> list[Word]:
    """Return the few counting words next to the one at `at`, on both sides, up to a comma or a figure."""
    return _walk(words, range(at - 1, -1, -1), words[at].clause) + following(words, at)


def following(words: Sequence[Word], at: int) -> list[Word]:
    """Return the few counting words right after the one at `at`, up to a comma or a figure."""
    return _walk(words, range(at + 1, len(words)), words[at].clause)


def neighbours(words: Sequence[Word], at: int) -> list[Word]:
    """Return the two words on either side, whatever they are."""
    return [words[k] for k in (at - 2, at - 1, at + 1, at + 2) if 0 <= k < len(words)]


def head(words: Sequence[Word], word: Word) -> Word | None:
    """Return the counting word right before a circumstance, which it may belong to."""
    before = [w for w in words if w.end <= word.start and w.clause == word.clause and w.counts]
    near = before[-1] if before else None
    return near if near is not None and word.start - near.end <= HEAD_DISTANCE else None


def owner(words: Sequence[Word], at: int) -> Word | None:
    """Return the name whose possession the word at `at` is ("X's regime"), or None."""
    before = [w for w in words[max(0, at - 2) : at] if w.clause == words[at].clause]
    return next((w for w in reversed(before) if w.is_owner), None)


def _has_agent(words: Sequence[Word], known: Lexicon | None) -> bool:
    if known is None:
        return False
    passives = [w for w in words if w.lower in known.passive]
    agents = [w for w in words if w.lower in known.agents]
    return any(p.end < a.start and p.clause == a.clause for p in passives for a in agents)


def _walk(words: Sequence[Word], indices: Iterable[int], clause: int) -> list[Word]:
    found: list[Word] = []
    for i in indices:
        if words[i].clause != clause or words[i].figure is not None or len(found) == BESIDE:
            break
        if words[i].counts:
            found.append(words[i])
    return found


def _as_content(word: Word) -> Word:
    return replace(word, kind=Kind.CONTENT) if word.kind is Kind.SAYING else word
