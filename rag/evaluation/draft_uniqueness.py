"""Which drafts are about words that stand in one article only.

Compares words, whatever the white space, case, quotation marks and dashes between them. Copies of an agency's text
that changed a word are caught as well: neither half of a sentence may stand in another article.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence, Set

from index.store import Store
from rag.evaluation.drafts_by_rule import Draft

RUN = 3
"""Words that are looked up at once; a half of a sentence is compared as a whole where its first ones stand."""

_WORD = re.compile(r"\w+")


def distinctive(store: Store, drafts: Sequence[Draft]) -> list[Draft]:
    """Return the drafts of whose words no half stands in an article other than their own; reads every article."""
    left = {number for number, draft in enumerate(drafts) if draft.words}
    halves: dict[tuple[str, ...], list[tuple[list[str], int]]] = defaultdict(list)
    for number in left:
        words = _words(drafts[number].words)
        for half in (words[: len(words) // 2], words[len(words) // 2 :]):
            halves[tuple(half[:RUN])].append((half, number))
    for batch in store.iter_articles():
        for article in batch:
            words = _words(article.text)
            for at, run in _runs(words, halves.keys()):
                gone = [
                    number
                    for half, number in halves[run]
                    if drafts[number].article_id != article.id and words[at : at + len(half)] == half
                ]
                if gone:
                    left.difference_update(gone)
                    halves[run] = [(half, number) for half, number in halves[run] if number in left]
    return [draft for number, draft in enumerate(drafts) if number in left]


def _runs(words: Sequence[str], wanted: Set[tuple[str, ...]]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield where each of the `wanted` runs of words stands in `words`."""
    for at, run in enumerate(zip(words, words[1:], words[2:], strict=False)):
        if run in wanted:
            yield at, run


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())
