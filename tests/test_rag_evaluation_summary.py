"""From single scores to a report's numbers: what is summed over what, in which order, and what is left out."""

from __future__ import annotations

from dataclasses import replace

import pytest
from evaluated import QUESTIONS, saying

from documents.articles import Attribution, OutletBasis, Passage
from index.store import StoredPassage
from rag.answers import Usage
from rag.evaluation.gold import GoldQuestion
from rag.evaluation.metrics import LOWER_IS_BETTER, wilson_interval
from rag.evaluation.outcomes import Failure, Fault, Found, Outcome, Scores
from rag.evaluation.summary import METRICS, by_tag, latencies, result, risk_curve, spending, summarise

ANSWER = saying("It is May.")
REFUSAL = replace(ANSWER, status="no_evidence", sentences=())


def outcome(
    *, refused: bool = False, confidence: float | None = None, question: GoldQuestion = QUESTIONS[0]
) -> Outcome:
    return Outcome(question, replace(REFUSAL if refused else ANSWER, confidence=confidence), None, 0.1)


def test_a_metric_is_the_mean_over_the_questions_that_have_it() -> None:
    scores = [Scores({"recall@8": 1.0, "mrr@10": 0.5}), Scores({"recall@8": 0.0}), Scores({})]
    measured = summarise([outcome()] * 3, scores)
    assert list(measured) == ["recall@8", "mrr@10"]
    assert (measured["recall@8"].value, measured["recall@8"].n) == (0.5, 2)
    assert (measured["recall@8"].low, measured["recall@8"].high) == wilson_interval(1, 2)
    assert (measured["mrr@10"].value, measured["mrr@10"].n) == (0.5, 1)


def test_nothing_measured_is_nothing_shown() -> None:
    assert summarise([outcome()], [Scores({})]) == {} and summarise([], []) == {}


def test_metrics_stand_in_their_order_whatever_came_first() -> None:
    scores = [Scores(dict.fromkeys(reversed(METRICS), 1.0), verbatim=(True,), abstention=(True, True), correct=True)]
    names = [name for name in summarise([outcome(confidence=0.5)], scores)]
    assert names == [name for name in METRICS if name in names]
    assert len(set(METRICS)) == len(METRICS) and set(METRICS) >= LOWER_IS_BETTER


def test_whole_outcomes_citations_and_refusals_by_hand() -> None:
    scores = [
        Scores({"quote_verbatim": 1.0}, verbatim=(True, True, True), abstention=(False, False), correct=True),
        Scores({"quote_verbatim": 0.0}, verbatim=(False,), abstention=(True, False), correct=False),
        Scores({}, abstention=(True, True), correct=True),
        Scores({}, correct=None),
    ]
    measured = summarise([outcome()] * 4, scores)
    assert measured["correct"].value == pytest.approx(2 / 3) and measured["correct"].n == 3
    assert (measured["quote_verbatim"].value, measured["quote_verbatim"].n) == (0.75, 4)  # of citations, not questions
    assert measured["abstention_precision"].value == 0.5 and measured["abstention_recall"].value == 1
    assert measured["abstention_f1"].value == pytest.approx(2 / 3)


def test_tags_hold_their_own_questions_only() -> None:
    questions = [
        GoldQuestion("?", "a", tags=("x", "y", "x")),
        GoldQuestion("?", "b", tags=("x",)),
        GoldQuestion("?", "c"),
    ]
    scores = [Scores({"hit@1": 1.0}), Scores({"hit@1": 0.0}), Scores({"hit@1": 1.0})]
    tags = by_tag([outcome(question=q) for q in questions], scores)
    assert list(tags) == ["x", "y"]
    assert (tags["x"]["hit@1"].value, tags["x"]["hit@1"].n, tags["y"]["hit@1"].n) == (0.5, 2, 1)


def test_latencies_by_hand() -> None:
    timed = [replace(outcome(), seconds=seconds) for seconds in (0.004, 0.001, 0.003, 0.002, None)]
    measured = latencies(timed)
    assert list(measured) == ["latency_p50_ms", "latency_p95_ms", "latency_p99_ms"]
    assert measured["latency_p50_ms"].value == pytest.approx(2.5) and measured["latency_p50_ms"].n == 4
    assert measured["latency_p95_ms"].value == pytest.approx(3.85)
    assert latencies([replace(outcome(), seconds=None)]) == {}


def test_tokens_and_cost_by_hand() -> None:
    used = [replace(outcome(), answer=replace(ANSWER, usage=Usage(*tokens))) for tokens in ((1000, 100), (3000, 300))]
    measured = spending([*used, outcome(), Outcome(QUESTIONS[0], None, None)], (2.0, 10.0))
    assert {name: metric.value for name, metric in measured.items()} == pytest.approx(
        {"tokens_in": 2000, "tokens_out": 200, "cost": 0.006}  # (2000 · 2 + 200 · 10) / 1,000,000
    )
    assert {metric.n for metric in measured.values()} == {2}
    assert set(spending(used, None)) == {"tokens_in", "tokens_out"}
    assert spending([outcome()], (2.0, 10.0)) == {}


def test_the_curve_has_the_answers_with_a_confidence_over_all_that_can_be_judged() -> None:
    outcomes = [
        outcome(confidence=0.9),
        outcome(confidence=0.5),
        outcome(confidence=0.1, refused=True),
        outcome(confidence=0.7),
        outcome(),
    ]
    scores = [Scores({}, correct=correct) for correct in (True, False, True, None, True)]
    curve = risk_curve(outcomes, scores)
    assert [(p.threshold, p.coverage, p.risk, p.n) for p in curve] == [(0.9, 0.25, 0, 1), (0.5, 0.5, 0.5, 2)]
    assert summarise(outcomes, scores)["aurc"].value == pytest.approx(0.25)  # risks 0 and 1/2


def test_a_result_shows_what_was_seen_and_which_of_it_is_gold() -> None:
    passage = Passage("a" * 16, 3, 8, "words", Attribution("Outlet", OutletBasis.GIVEN))
    stored = StoredPassage(1, passage, "Title", None, "2024-05-01", "en", None, "Carrier")
    one = replace(outcome(), found=(Found((stored,), 0.5), Found((stored, stored), None)), error="")
    shown = result(
        one, Scores({"hit@1": 0.0}, held=(False, True), correct=False, faults=(Fault(Failure.CARRIER, "x"),))
    )
    assert [(seen.gold, seen.score) for seen in shown.seen] == [(False, 0.5), (True, None)]
    assert (shown.seen[0].outlet, shown.seen[0].title, shown.seen[0].text) == ("Outlet", "Title", "words")
    assert shown.why == "x" and shown.values == {"hit@1": 0.0} and shown.seconds == 0.1
    assert len(result(one, Scores({})).seen) == 2  # where nothing is known of gold, nothing is gold
