"""What two reports of the same questions differ in, with p-values worked out by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import comb

import numpy as np
import pytest

from documents.errors import RequestError
from rag.answers import Answer
from rag.evaluation.differences import compare_reports, comparison_notes, holm, permutation_p_value
from rag.evaluation.gold import GoldQuestion
from rag.evaluation.outcomes import QuestionResult
from rag.evaluation.report import About, Report

ABOUT = About("q.jsonl", "0", 1, 1, "hash", "extractive", "gate", 1, 1, False, "0", "2024-05-31")
ANSWERED = Answer("Why?", "Why?", "answered", "Because.", (), ())
REFUSED = replace(ANSWERED, status="no_evidence")


def result(
    name: str,
    values: dict[str, float] | None = None,
    *,
    correct: bool | None = None,
    answerable: bool | None = None,
    answer: Answer | None = ANSWERED,
    answers: tuple[str, ...] = ("May",),
    tags: tuple[str, ...] = (),
) -> QuestionResult:
    question = GoldQuestion("Why?", name, answers=answers, answerable=answerable, tags=tags)
    return QuestionResult(question, answer, (), None, "", values or {}, correct, (), ())


def report(*results: QuestionResult, retrieval_only: bool = False) -> Report:
    about = replace(ABOUT, retrieval_only=retrieval_only)
    return Report(about, {}, {}, {}, (), None, (), results, (), 1.0)


def reports_of(name: str, now: Sequence[float], then: Sequence[float]) -> tuple[Report, Report]:
    return (
        report(*(result(f"q{n}", {name: value}) for n, value in enumerate(now))),
        report(*(result(f"q{n}", {name: value}) for n, value in enumerate(then))),
    )


# -- the arithmetic ------------------------------------------------------------------------------


def test_permutation_p_value_by_hand() -> None:
    # all five better by 1: of 32 ways only the one measured and its opposite are as far from 0
    assert permutation_p_value([1] * 5, [0] * 5) == pytest.approx(2 / 32)
    # differences 3, 1, -1: of the sums ±3±1±1 those as far as 3 are 5, 3, 3 and their opposites: 6 of 8
    assert permutation_p_value([3, 1, 0], [0, 0, 1]) == pytest.approx(6 / 8)
    # a pair without a difference tells nothing
    assert permutation_p_value([1] * 5 + [0.3] * 40, [0] * 5 + [0.3] * 40) == pytest.approx(2 / 32)


def test_permutation_p_value_at_its_edges() -> None:
    assert permutation_p_value([], []) == permutation_p_value([0.5], [0.5]) == permutation_p_value([1], [0]) == 1
    assert permutation_p_value([1, 0], [0, 1]) == 1
    assert permutation_p_value([0.1 + 0.2] * 9, [0.3] * 9) == 1  # rounding is no difference


def test_permutation_p_value_of_many_pairs_is_drawn_near_the_exact_one() -> None:
    # 30 pairs differ, 21 of them for the better: both tails of a fair coin thrown 30 times
    exact = 2 * sum(comb(30, heads) for heads in range(21, 31)) / 2**30
    now, then = [1] * 21 + [0] * 9, [0] * 21 + [1] * 9
    p = permutation_p_value(now, then)
    assert p == pytest.approx(exact, abs=0.01) and p == permutation_p_value(now, then)
    assert p == pytest.approx(permutation_p_value(then, now), abs=0.01)
    assert 0 < permutation_p_value([1] * 400, [0] * 400) < 0.001


def test_without_a_difference_p_values_are_not_too_small() -> None:
    rng = np.random.default_rng(4)
    steps = np.array([0, 0.25, 0.5, 1])
    p_values = np.array([permutation_p_value(*rng.choice(steps, (2, 11)).tolist()) for _ in range(300)])
    assert (p_values < 0.05).mean() <= 0.08 and (p_values < 0.5).mean() >= 0.3


def test_holm_by_hand() -> None:
    # in order 0.01·4, 0.02·3, 0.03·2, 0.5·1, none below the one before it
    assert holm([0.03, 0.01, 0.5, 0.02]) == pytest.approx((0.06, 0.04, 0.5, 0.06))
    assert holm([0.9, 0.8]) == (1.0, 1.0) and holm([]) == ()


# -- reports -------------------------------------------------------------------------------------


def test_a_comparison_by_hand() -> None:
    changes = compare_reports(*reports_of("hit@4", [1, 1, 0, 1], [1, 0, 1, 0]))
    change = changes["hit@4"]
    assert set(changes) == {"hit@4"}
    assert (change.difference.value, change.difference.n) == (0.25, 4)
    assert -1 <= change.difference.low < 0 < change.difference.high <= 1
    assert (change.better, change.worse) == (("q1", "q3"), ("q2",))
    # differences 1, 1, -1: every sum of ±1 ±1 ±1 is at least 1 away from 0
    assert change.p_value == change.p_adjusted == 1


def test_less_is_better_of_what_should_be_low() -> None:
    change = compare_reports(*reports_of("carrier_leak", [0, 1, 0], [1, 0, 1]))["carrier_leak"]
    assert change.difference.value == pytest.approx(-1 / 3)
    assert (change.better, change.worse) == (("q0", "q2"), ("q1",))


def test_a_clear_change_is_significant_and_corrected_for_all_metrics_compared() -> None:
    now = report(*(result(f"q{n}", {"hit@4": 1.0, "mrr@10": 0.5}) for n in range(10)))
    then = report(*(result(f"q{n}", {"hit@4": 0.0, "mrr@10": 0.5}) for n in range(10)))
    changes = compare_reports(now, then)
    assert changes["hit@4"].p_value == pytest.approx(2 / 1024)
    assert changes["hit@4"].p_adjusted == pytest.approx(4 / 1024)
    assert changes["mrr@10"].p_value == changes["mrr@10"].p_adjusted == 1
    assert changes["hit@4"].difference.low > 0.4
    assert changes["mrr@10"].better == changes["mrr@10"].worse == ()


def test_being_correct_and_refusing_rightly_are_compared_too() -> None:
    now = report(
        result("a", correct=True, answerable=True),
        result("b", correct=True, answerable=False, answer=REFUSED),
        result("c", correct=None),
    )
    then = report(
        result("a", correct=False, answerable=True, answer=REFUSED),
        result("b", correct=False, answerable=False),
        result("c", correct=None),
    )
    changes = compare_reports(now, then)
    assert set(changes) == {"correct", "abstention"}
    for change in changes.values():
        assert (change.difference.value, change.difference.n, change.better) == (1, 2, ("a", "b"))


def test_where_nothing_was_answered_nothing_about_answers_is_compared() -> None:
    searched = report(result("a", {"hit@4": 1}, answerable=True, answer=None), retrieval_only=True)
    answered = report(result("a", {"hit@4": 0, "answer_f1": 1}, correct=True, answerable=True))
    assert set(compare_reports(searched, answered)) == set(compare_reports(answered, searched)) == {"hit@4"}


def test_a_metric_counts_where_both_reports_have_it() -> None:
    now = report(result("a", {"hit@4": 1, "new": 1}), result("b", {"hit@4": 1}), result("c", {"hit@4": 1}))
    then = report(result("a", {"hit@4": 0, "old": 1}), result("b", {}), result("d", {"hit@4": 0}))
    changes = compare_reports(now, then)
    assert set(changes) == {"hit@4"} and changes["hit@4"].difference.n == 1


def test_a_question_whose_gold_changed_is_left_out_and_said() -> None:
    now = report(result("a", {"hit@4": 1}), result("b", {"hit@4": 1}, answers=("June",)), result("new", {"hit@4": 1}))
    then = report(result("a", {"hit@4": 0}, tags=("tagged",)), result("b", {"hit@4": 0}), result("old", {"hit@4": 1}))
    assert compare_reports(now, then)["hit@4"].better == ("a",)
    assert comparison_notes(now, then) == (
        "1 question has another text or other gold than in the earlier report: b; not compared",
        "1 question has no counterpart in the earlier report: new; not compared",
        "1 question has no counterpart in this report: old; not compared",
    )
    assert comparison_notes(now, now) == ()


def test_a_note_names_a_few() -> None:
    now = report(*(result(f"q{n}") for n in range(8)))
    (note,) = comparison_notes(now, report(*now.results[:1]))
    assert note == "7 questions have no counterpart in the earlier report: q1, q2, q3, q4, q5, ...; not compared"


@pytest.mark.parametrize("other", [result("b", {"hit@4": 1}), result("a", {"hit@4": 1}, answers=("June",))])
def test_reports_without_a_common_question_are_refused(other: QuestionResult) -> None:
    with pytest.raises(RequestError, match="compare reports of the same question set") as caught:
        compare_reports(report(result("a", {"hit@4": 1})), report(other))
    assert "\n" not in str(caught.value)


def test_a_report_is_compared_with_itself_after_a_round_trip() -> None:
    now, _ = reports_of("hit@4", [1, 0, 0.5], [1, 1, 1])
    again = replace(now, results=tuple(QuestionResult.from_dict(r.to_dict()) for r in now.results))
    change = compare_reports(now, again)["hit@4"]
    assert (change.difference.value, change.p_value, change.better, change.worse) == (0, 1, (), ())
