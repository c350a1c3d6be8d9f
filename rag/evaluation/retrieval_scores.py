"""What the ranks hold of a question's gold, and the retrieval scores that follow from it.

Says which rank holds which quote or article; the formulas are `rag.evaluation.ranking`.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass

from rag.evaluation import ranking
from rag.evaluation.evidence import Evidence, loose
from rag.evaluation.gold import MULTIHOP_RAG, GoldQuestion
from rag.evaluation.outcomes import Failure, Fault, Found

DEPTH = 10
"""How many ranks count."""


@dataclass(frozen=True, slots=True)
class GoldItem:
    """One thing that must be found: a quote, or an article.

    Attributes:
        quote: The quote; empty for an article.
        articles: The ids of the articles that the gold can mean; empty for a quote, and where there is none such.
        grade: How relevant it is, above 0.
    """

    quote: str = ""
    articles: Set[str] = frozenset()
    grade: int = 1


def gold_items(question: GoldQuestion, evidence: Evidence) -> tuple[list[GoldItem], list[Fault]]:
    """Return what must be found, and a fault for each article that the collection lacks.

    Quotes where the question has any, else articles, else the articles graded above 0.
    """
    if question.quotes:
        return [GoldItem(quote=quote) for quote in dict.fromkeys(question.quotes)], []
    graded = [(name, 1) for name in question.articles] or [(name, grade) for name, grade in question.grades]
    unique = {loose(name): (name, grade) for name, grade in graded if grade > 0}
    items: list[GoldItem] = []
    faults: list[Fault] = []
    for name, grade in unique.values():
        ids = frozenset(evidence.named(name))
        items.append(GoldItem(articles=ids, grade=grade))
        if not ids:
            faults.append(Fault(Failure.NOT_FOUND, f"the collection has no article {name!r}"))
    return items, faults


def held_by(ranks: Sequence[Found], items: Sequence[GoldItem], evidence: Evidence) -> list[frozenset[int]]:
    """Return for each rank the items that one of its passages overlaps or, of articles, belongs to."""
    return [frozenset(n for n, item in enumerate(items) if _holds(rank, item, evidence)) for rank in ranks]


def _holds(rank: Found, item: GoldItem, evidence: Evidence) -> bool:
    passages = [stored.passage for stored in rank.passages]
    if item.quote:
        return any(evidence.overlaps(item.quote, p.article_id, ((p.start, p.end),)) for p in passages)
    return any(p.article_id in item.articles for p in passages)


def rank_scores(held: Sequence[Set[int]], items: Sequence[GoldItem]) -> dict[str, float]:
    """Return the scores of a ranking by what each rank holds; nothing where there is nothing to find."""
    if not items:
        return {}
    gold = len(items)
    scores = {f"hit@{k}": ranking.hit_at(held, k) for k in (1, 4, 8, DEPTH)}
    for k in (8, DEPTH):
        scores[f"recall@{k}"] = ranking.recall_at(held, gold, k)
        scores[f"strict_recall@{k}"] = ranking.strict_recall_at(held, gold, k)
    scores[f"mrr@{DEPTH}"] = ranking.reciprocal_rank(held, DEPTH)
    scores[f"map@{DEPTH}"] = ranking.average_precision(held, gold, DEPTH)
    scores[f"ndcg@{DEPTH}"] = ranking.ndcg(held, [item.grade for item in items], DEPTH)
    return scores


def outlet_scores(question: GoldQuestion, ranks: Sequence[Found], evidence: Evidence) -> dict[str, float]:
    """Return whether every outlet that must be cited originates a passage among the first ten ranks."""
    wanted = {evidence.canonical(name) for name in question.outlets}
    if not wanted:
        return {}
    there = {evidence.canonical(s.passage.attribution.outlet) for rank in ranks[:DEPTH] for s in rank.passages}
    return {f"strict_outlets@{DEPTH}": float(wanted <= there)}


def benchmark_scores(question: GoldQuestion, ranks: Sequence[Found]) -> dict[str, float]:
    """Return MultiHop-RAG's own scores for a question of that benchmark; nothing for another, or without facts."""
    if MULTIHOP_RAG not in question.tags or not question.quotes:
        return {}
    texts = [rank.passages[0].passage.text for rank in ranks if rank.passages]
    return {
        "multihop_hits@10": ranking.multihop_hit(texts, question.quotes, 10),
        "multihop_hits@4": ranking.multihop_hit(texts, question.quotes, 4),
        "multihop_map@10": ranking.multihop_average_precision(texts, question.quotes),
        "multihop_mrr@10": ranking.multihop_reciprocal_rank(texts, question.quotes),
    }
