"""What a ranking is worth, one question at a time: the standard formulas, and the benchmark MultiHop-RAG's own.

Arithmetic alone. For the standard formulas `held[i]` is the set of gold items, as indices from 0, that rank i
holds, best rank first; which rank holds what is decided in `rag.evaluation.judging`. A rank is a distinct text,
so it may hold several items, and an item may be held by several ranks: only its first holder counts. Where every
rank holds at most one item and every item has at most one holder, all of them equal trec_eval's.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence, Set

Held = Sequence[Set[int]]
"""For each rank, best first, the gold items that it holds."""

MULTIHOP_DEPTH = 10


def hit_at(held: Held, k: int) -> float:
    """Return 1 when any of the first `k` ranks holds a gold item, else 0.

    Source: trec_eval's ``success``.
    """
    return float(any(held[:k]))


def recall_at(held: Held, gold: int, k: int) -> float:
    """Return the share of the `gold` items that the first `k` ranks hold: |held by the first k| / gold.

    Source: C. D. Manning, P. Raghavan and H. Schütze, "Introduction to information retrieval" (2008), chapter 8.
    """
    return len(set().union(*held[:k])) / gold


def strict_recall_at(held: Held, gold: int, k: int) -> float:
    """Return 1 when the first `k` ranks hold every one of the `gold` items, else 0: `recall_at` rounded down.

    Source: our own, for questions that only all of their gold together answers.
    """
    return float(len(set().union(*held[:k])) == gold)


def reciprocal_rank(held: Held, k: int) -> float:
    """Return 1 / r, where r is the first rank, from 1, of the first `k` that holds a gold item; else 0.

    Source: E. M. Voorhees, "The TREC-8 question answering track report" (1999).
    """
    return next((1.0 / rank for rank, items in enumerate(held[:k], 1) if items), 0.0)


def average_precision(held: Held, gold: int, k: int) -> float:
    """Return (1 / gold) · the sum of P(r) over the items that the first `k` ranks hold, r an item's first holder.

    P(r) = (ranks up to r that hold an item not held before) / r. Items that are not held add 0, and the sum is
    divided by all `gold` items also where they are more than `k`, as trec_eval's ``map_cut`` does.

    Source: C. Buckley and E. M. Voorhees, "Retrieval system evaluation", in "TREC" (2005); several items in one
    rank are our own extension.
    """
    return sum(len(new) * n / rank for n, (rank, new) in enumerate(_first_holders(held[:k]), 1)) / gold


def ndcg(held: Held, grades: Sequence[float], k: int) -> float:
    """Return DCG / ideal DCG at `k`, at most 1; 0 when no item has a grade above 0.

    DCG is the sum of grade / log2(1 + r) over the items that the first `k` ranks hold, r an item's first holder;
    the ideal is that of the items in descending order of grade, one a rank. A grade below 0 counts as 0. At most
    1, because a rank that holds several items could do better than that ideal.

    Args:
        held: For each rank the items it holds.
        grades: How relevant each item is: `grades[j]` for item j; all 1 where nobody graded.
        k: How many ranks count.

    Source: K. Järvelin and J. Kekäläinen, "Cumulated gain-based evaluation of IR techniques", ACM Transactions on
    Information Systems 20 (2002), with the discount and the gain of trec_eval's ``ndcg_cut``.
    """
    gains = [max(0.0, grade) for grade in grades]
    best = sorted(gains, reverse=True)[:k]
    ideal = sum(gain / math.log2(1 + rank) for rank, gain in enumerate(best, 1))
    if ideal == 0:
        return 0.0
    gained = sum(sum(gains[item] for item in new) / math.log2(1 + rank) for rank, new in _first_holders(held[:k]))
    return min(1.0, gained / ideal)


def multihop_hit(texts: Sequence[str], facts: Sequence[str], k: int) -> float:
    """Return MultiHop-RAG's Hits@k for one question: 1 when one of the first `k` texts contains a gold fact, else 0.

    A text contains a fact when it does character for character, spaces and newlines taken out of both. The
    standard hit@k of ours asks for overlap with the passage where the fact stands instead, so a fact that is cut
    in two by the borders of passages is a miss here and a hit there, and a fact that some other article has word
    for word is a hit here and a miss there.

    Args:
        texts: What was retrieved, best first.
        facts: The gold facts, at least one.
        k: 4 or 10 in that benchmark.

    Source: Y. Tang and Y. Yang, "MultiHop-RAG: Benchmarking retrieval-augmented generation for multi-hop queries"
    (2024), as computed by its published script.
    """
    return float(any(fact in text for text in map(_squeezed, texts[:k]) for fact in map(_squeezed, facts)))


def multihop_average_precision(texts: Sequence[str], facts: Sequence[str]) -> float:
    """Return MultiHop-RAG's MAP@10 for one question: the sum of new(r) / r over ranks 1 to 10, over min(facts, 10).

    new(r) is the number of facts that text r contains and no earlier text did. It is not average precision: that
    would put the number of relevant texts *so far* over r. A full ranking one fact a text, which average precision
    gives 1, has (1 + 1/2 + ... + 1/n) / n here; and a first text that contains every fact has 1.

    A fact given twice is found once and counted twice below, as in the script.

    Args:
        texts: What was retrieved, best first.
        facts: The gold facts, at least one.

    Source: as `multihop_hit`.
    """
    squeezed = [_squeezed(fact) for fact in facts]
    found: set[str] = set()
    total = 0.0
    for rank, text in enumerate(map(_squeezed, texts[:MULTIHOP_DEPTH]), 1):
        new = {fact for fact in squeezed if fact in text} - found
        found |= new
        total += len(new) / rank
    return total / min(len(facts), MULTIHOP_DEPTH)


def multihop_reciprocal_rank(texts: Sequence[str], facts: Sequence[str]) -> float:
    """Return MultiHop-RAG's MRR@10 for one question: 1 / rank of the first of 10 texts that contains a fact, else 0.

    Differs from the standard one as `multihop_hit` does, in what contains a fact.

    Source: as `multihop_hit`.
    """
    ranks = range(1, min(len(texts), MULTIHOP_DEPTH) + 1)
    return next((1.0 / rank for rank in ranks if multihop_hit(texts[rank - 1 :], facts, 1)), 0.0)


def _first_holders(held: Held) -> Iterator[tuple[int, set[int]]]:
    """Yield each rank, from 1, that holds items which no earlier rank holds, with these items."""
    before: set[int] = set()
    for rank, items in enumerate(held, 1):
        new = set(items) - before
        if new:
            before |= new
            yield rank, new


def _squeezed(text: str) -> str:
    return text.replace(" ", "").replace("\n", "")
