"""From the scores of single questions to what a report says: metrics with intervals, per tag, latencies, the curve.

Decides which metrics there are and what each is summed over; the arithmetic is `rag.evaluation.metrics` and
`rag.evaluation.abstaining`. A metric that no question can measure is absent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rag.evaluation import abstaining, metrics
from rag.evaluation.metrics import SEED
from rag.evaluation.outcomes import Found, Metric, Outcome, QuestionResult, Scores, Seen
from rag.evaluation.report import RiskPoint

METRICS = (
    "recall@8",
    "recall@10",
    "strict_recall@8",
    "strict_recall@10",
    "strict_outlets@10",
    "hit@1",
    "hit@4",
    "hit@8",
    "hit@10",
    "mrr@10",
    "map@10",
    "ndcg@10",
    "multihop_hits@10",
    "multihop_hits@4",
    "multihop_map@10",
    "multihop_mrr@10",
    "correct",
    "answer_exact",
    "answer_f1",
    "answer_contains",
    "false_premise_accuracy",
    "follow_up_accuracy",
    "quote_back",
    "quote_back_outlet",
    "quote_back_title",
    "quote_back_date",
    "outlet_accuracy",
    "nested_outlet_accuracy",
    "carrier_leak",
    "speaker_accuracy",
    "misattribution",
    "citation_recall",
    "citation_precision",
    "evidence_recall",
    "evidence_precision",
    "quote_verbatim",
    "abstention_precision",
    "abstention_recall",
    "abstention_f1",
    "aurc",
    "latency_p50_ms",
    "latency_p95_ms",
    "latency_p99_ms",
    "tokens_in",
    "tokens_out",
    "cost",
)
"""Every metric that a report may hold, in the order in which it is shown."""

_PRICED = 1_000_000
"""Prices are for so many tokens."""

_SUMMED_OTHERWISE = ("correct", "quote_verbatim")
"""Metrics that are no mean of `Scores.values`."""


def summarise(outcomes: Sequence[Outcome], scores: Sequence[Scores], *, seed: int = SEED) -> dict[str, Metric]:
    """Return what the answers and rankings are worth; neither latencies nor tokens.

    A metric is the mean of its scores over the questions that have one, but: ``correct`` is the share of questions
    that came out right as a whole, ``quote_verbatim`` the share of all citations, the metrics of abstention and
    ``aurc`` are those of `rag.evaluation.abstaining`.

    Args:
        outcomes: What came of the questions.
        scores: Their scores, in the same order.
        seed: Of the intervals.
    """
    measured: dict[str, Metric | None] = {
        name: metrics.mean([s.values[name] for s in scores if name in s.values], seed=seed)
        for name in METRICS
        if name not in _SUMMED_OTHERWISE
    }
    measured["correct"] = metrics.share([s.correct for s in scores if s.correct is not None])
    measured["quote_verbatim"] = metrics.ratio_of_sums(
        [sum(s.verbatim) for s in scores], [len(s.verbatim) for s in scores], seed=seed
    )
    abstentions = [s.abstention for s in scores if s.abstention is not None]
    measured["abstention_precision"] = abstaining.abstention_precision(abstentions)
    measured["abstention_recall"] = abstaining.abstention_recall(abstentions)
    measured["abstention_f1"] = abstaining.abstention_f1(abstentions)
    measured["aurc"] = abstaining.aurc(*_sure(outcomes, scores), seed=seed)
    return _ordered(measured)


def by_tag(outcomes: Sequence[Outcome], scores: Sequence[Scores], *, seed: int = SEED) -> dict[str, dict[str, Metric]]:
    """Return tag -> `summarise` over the questions that carry it, tags in alphabetical order."""
    places: dict[str, list[int]] = {}
    for at, outcome in enumerate(outcomes):
        for tag in dict.fromkeys(outcome.question.tags):
            places.setdefault(tag, []).append(at)
    return {
        tag: summarise([outcomes[at] for at in places[tag]], [scores[at] for at in places[tag]], seed=seed)
        for tag in sorted(places)
    }


def latencies(outcomes: Sequence[Outcome], *, seed: int = SEED) -> dict[str, Metric]:
    """Return the middle, 95 % and 99 % point of the milliseconds that the answers took; errors are not counted."""
    milliseconds = [1000 * outcome.seconds for outcome in outcomes if outcome.seconds is not None]
    return _ordered(
        {f"latency_p{percent}_ms": metrics.percentile(milliseconds, percent, seed=seed) for percent in (50, 95, 99)}
    )


def spending(outcomes: Sequence[Outcome], prices: tuple[float, float] | None, *, seed: int = SEED) -> dict[str, Metric]:
    """Return the mean tokens of the answers whose tokens were counted and, with prices, what such an answer costs.

    cost = (tokens read · price of reading + tokens written · price of writing) / 1,000,000.

    Args:
        outcomes: What came of the questions.
        prices: What a million tokens cost, (read, written), in any currency.
        seed: Of the intervals.
    """
    used = [outcome.answer.usage for outcome in outcomes if outcome.answer is not None and outcome.answer.usage]
    measured = {
        "tokens_in": metrics.mean([usage.input_tokens for usage in used], bounded=False, seed=seed),
        "tokens_out": metrics.mean([usage.output_tokens for usage in used], bounded=False, seed=seed),
    }
    if prices is not None:
        read, written = prices
        costs = [(usage.input_tokens * read + usage.output_tokens * written) / _PRICED for usage in used]
        measured["cost"] = metrics.mean(costs, bounded=False, seed=seed)
    return _ordered(measured)


def risk_curve(outcomes: Sequence[Outcome], scores: Sequence[Scores]) -> tuple[RiskPoint, ...]:
    """Return the risk-coverage curve over the questions of which it is known whether they came out right."""
    total = sum(score.correct is not None for score in scores)
    return abstaining.risk_coverage(*_sure(outcomes, scores), total)


def result(outcome: Outcome, scores: Scores) -> QuestionResult:
    """Return everything that a report keeps of one question."""
    held = scores.held + (False,) * len(outcome.found or ())
    return QuestionResult(
        question=outcome.question,
        answer=outcome.answer,
        seen=tuple(_seen(rank, gold) for rank, gold in zip(outcome.found or (), held, strict=False)),
        seconds=outcome.seconds,
        error=outcome.error,
        values=dict(scores.values),
        correct=scores.correct,
        cited=scores.cited,
        faults=scores.faults,
    )


def _seen(rank: Found, gold: bool) -> Seen:
    stored = rank.passages[0]
    passage = stored.passage
    return Seen(
        article_id=passage.article_id,
        title=stored.title,
        outlet=passage.attribution.outlet,
        published=stored.published,
        text=passage.text,
        start=passage.start,
        end=passage.end,
        score=rank.score,
        gold=gold,
    )


def _sure(outcomes: Sequence[Outcome], scores: Sequence[Scores]) -> tuple[list[float], list[bool]]:
    """Return the confidence of each answer that has one, and whether it is right."""
    pairs = [
        (outcome.answer.confidence, score.correct)
        for outcome, score in zip(outcomes, scores, strict=True)
        if outcome.answer is not None and not outcome.refused
        if outcome.answer.confidence is not None and score.correct is not None
    ]
    return [confidence for confidence, _ in pairs], [correct for _, correct in pairs]


def _ordered(measured: Mapping[str, Metric | None]) -> dict[str, Metric]:
    return {name: metric for name in METRICS if (metric := measured.get(name)) is not None}
