"""The words for what an evaluation measures: groups, meanings, which way is better, baselines; plain text only.

Terminal, report page and web tab say the same thing about the same metric because all ask here. Nothing is
measured or escaped here.
"""

from __future__ import annotations

from collections.abc import Mapping

GROUPS: Mapping[str, Mapping[str, str]] = {
    "Found": {
        "recall@8": "share of the gold held by the first 8 passages",
        "recall@10": "share of the gold held by the first 10 passages",
        "strict_recall@8": "all of the gold is among the first 8 passages",
        "strict_recall@10": "all of the gold is among the first 10 passages",
        "strict_outlets@10": "every wanted outlet has a passage among the first 10",
        "hit@1": "the first passage holds gold",
        "hit@4": "one of the first 4 passages holds gold",
        "hit@8": "one of the first 8 passages holds gold",
        "hit@10": "one of the first 10 passages holds gold",
        "mrr@10": "1 over the rank of the first passage with gold",
        "map@10": "mean precision at the ranks of the gold",
        "ndcg@10": "gold near the top counts more",
        "multihop_hits@10": "the benchmark's own Hits@10",
        "multihop_hits@4": "the benchmark's own Hits@4",
        "multihop_map@10": "the benchmark's own MAP@10",
        "multihop_mrr@10": "the benchmark's own MRR@10",
    },
    "Answered": {
        "correct": "right as a whole: words, outlet and speaker, or a refusal where nothing answers",
        "answer_exact": "the answer is exactly one of the expected",
        "answer_f1": "words shared with the nearest expected answer",
        "answer_contains": "the answer has one of the expected answers in it",
        "false_premise_accuracy": "right, where the question takes something untrue for granted",
        "follow_up_accuracy": "right, where the question needs the turns before it",
        "quote_back": "outlet, headline and date of a given quote are all right",
        "quote_back_outlet": "the outlet of a given quote is right",
        "quote_back_title": "the headline of a given quote is right",
        "quote_back_date": "the date of a given quote is right",
    },
    "Attributed": {
        "outlet_accuracy": "a wanted outlet is cited first, and all of them are cited",
        "nested_outlet_accuracy": "the same, where another outlet carries the words",
        "carrier_leak": "the carrier is cited for words that it quotes",
        "speaker_accuracy": "the right speaker is named first",
        "misattribution": "citations that name another outlet than the origin of their words",
    },
    "Cited": {
        "citation_recall": "sentences that their citations carry",
        "citation_precision": "citations that their sentence needs",
        "evidence_recall": "gold quotes that are cited",
        "evidence_precision": "citations that overlap a gold quote",
        "quote_verbatim": "quotes that are the article's exact characters",
    },
    "Abstained": {
        "abstention_precision": "refusals that were right",
        "abstention_recall": "unanswerable questions that were refused",
        "abstention_f1": "both in one number",
        "aurc": "area under the risk-coverage curve",
    },
    "Speed and cost": {
        "latency_p50_ms": "half of the answers took no longer, in milliseconds",
        "latency_p95_ms": "95 % of the answers took no longer",
        "latency_p99_ms": "99 % of the answers took no longer",
        "tokens_in": "tokens that the language model read for an answer",
        "tokens_out": "tokens that the language model wrote for an answer",
        "cost": "of one answer, in the currency of the prices given",
    },
}
"""Heading of a group -> its metrics, each with what it says, in the order in which they are shown."""

OTHER = "Other"
"""Heading of metrics that stand in no group."""

MEASURES = tuple(name for measures in GROUPS.values() for name in measures)
"""Every metric that a report may hold, in the order in which they are shown."""

LESS_IS_BETTER = frozenset({"carrier_leak", "misattribution", "aurc", *GROUPS["Speed and cost"]})
"""Metrics of which less is better."""

SHARES = tuple(name for name in MEASURES if name not in GROUPS["Speed and cost"])
"""Metrics that lie between 0 and 1."""

HEADLINES: Mapping[str, str] = {
    "correct": "Right as a whole",
    "recall@10": "Gold found",
    "answer_contains": "Expected words",
    "outlet_accuracy": "Right outlet",
    "citation_recall": "Sentences carried",
    "quote_verbatim": "Quotes exact",
    "abstention_f1": "Abstention F1",
    "latency_p50_ms": "Median time, ms",
}
"""The few metrics that are shown large, with a label that anybody understands."""

BASELINES: Mapping[str, tuple[str, str]] = {
    "majority_answer": ("major", "the most frequent answer and outlet of the other questions"),
    "question_only": ("quest", "learnt from the other questions' words, never looks at an article"),
    "random_passage": ("rand", "a random passage"),
    "bm25_only": ("words", "the first passage by words alone (BM25)"),
    "dense_only": ("dense", "the first passage by vectors alone"),
    "always_answer": ("first", "the first passage of our search, always"),
    "always_abstain": ("none", "refuses always"),
}
"""Baseline -> a column head of at most five letters, and what it does."""

BENCHMARK_ROW: Mapping[str, str] = {
    "MRR@10": "multihop_mrr@10",
    "MAP@10": "multihop_map@10",
    "Hits@10": "multihop_hits@10",
    "Hits@4": "multihop_hits@4",
}
"""The columns of MultiHop-RAG's retrieval table, in its order, and our names for its formulas."""


def group_of(name: str) -> str:
    """Return the heading of the group that a metric is in."""
    return next((heading for heading, measures in GROUPS.items() if name in measures), OTHER)


def meaning(name: str) -> str:
    """Return what a metric says, as a short clause; empty for one that is not known."""
    return GROUPS.get(group_of(name), {}).get(name, "")


def short_name(baseline: str) -> str:
    """Return a baseline's column head."""
    return BASELINES[baseline][0] if baseline in BASELINES else baseline.replace("_", " ")


def in_order(names: Mapping[str, object]) -> list[str]:
    """Return the names of metrics in the order in which they are shown; unknown ones last."""
    return sorted(names, key=lambda name: MEASURES.index(name) if name in MEASURES else len(MEASURES))


def number(name: str, value: float) -> str:
    """Return a metric's value as text: three decimals, whole milliseconds and tokens, a cost to four digits."""
    if name == "cost":
        return f"{value:.4g}"
    return f"{value:.0f}" if name in GROUPS["Speed and cost"] else f"{value:.3f}"
