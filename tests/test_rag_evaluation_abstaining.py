"""Refusing, and the risk-coverage curve, against numbers worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.evaluation import abstaining
from rag.evaluation.metrics import wilson_interval
from rag.evaluation.outcomes import Metric
from rag.evaluation.report import RiskPoint


def area(confidences: list[float], correct: list[bool]) -> Metric:
    metric = abstaining.aurc(confidences, correct)
    assert metric is not None
    return metric


def test_abstention_by_hand() -> None:
    # refused and rightly: 3; refused and wrongly: 1; answered what nothing answers: 2; answered rightly: 4
    outcomes = [(True, True)] * 3 + [(True, False)] + [(False, True)] * 2 + [(False, False)] * 4
    values = [
        m.value if m else None
        for m in (
            abstaining.abstention_precision(outcomes),
            abstaining.abstention_recall(outcomes),
            abstaining.abstention_f1(outcomes),
        )
    ]
    assert values == pytest.approx([3 / 4, 3 / 5, 6 / 9])


def test_abstention_f1_has_the_interval_of_the_share_behind_it() -> None:
    f1 = abstaining.abstention_f1([(True, True)] * 3 + [(True, False)] + [(False, False)] * 96)
    low, high = wilson_interval(3, 4)  # TP = 3 of TP + FP + FN = 4
    assert f1 is not None and (f1.value, f1.n) == (pytest.approx(6 / 7), 100)
    assert (f1.low, f1.high) == pytest.approx((2 * low / (1 + low), 2 * high / (1 + high)))
    perfect = abstaining.abstention_f1([(True, True)])
    assert perfect is not None and perfect.value == perfect.high == 1 and 0.3 < perfect.low < 0.4


def test_abstention_is_absent_where_it_cannot_be_measured() -> None:
    answered = [(False, False)] * 3
    assert abstaining.abstention_precision(answered) is None
    assert abstaining.abstention_recall(answered) is None
    assert abstaining.abstention_f1(answered) is None
    assert abstaining.abstention_f1([]) is None
    never_refused = abstaining.abstention_f1([(False, True), (False, False)])
    assert never_refused is not None and never_refused.value == 0


def test_risk_coverage_by_hand() -> None:
    # five asked, four answered; the two of confidence 0.7 can only be kept together
    points = abstaining.risk_coverage([0.7, 0.9, 0.2, 0.7], [True, True, False, False], 5)
    assert points == (
        RiskPoint(0.9, 1 / 5, 0.0, 1),
        RiskPoint(0.7, 3 / 5, 1 / 3, 3),
        RiskPoint(0.2, 4 / 5, 2 / 4, 4),
    )


def test_risk_coverage_at_its_edges() -> None:
    assert abstaining.risk_coverage([], [], 3) == ()
    assert abstaining.risk_coverage([0.5], [True], 1) == (RiskPoint(0.5, 1.0, 0.0, 1),)
    assert abstaining.risk_coverage([0.5] * 4, [True, False, False, False], 8) == (RiskPoint(0.5, 0.5, 0.75, 4),)
    with pytest.raises(ValueError):
        abstaining.risk_coverage([0.5], [True, False], 2)


def test_aurc_by_hand() -> None:
    # risks at 0.9, 0.8, 0.7, 0.6: 0/1, 1/2, 1/3, 2/4
    assert area([0.8, 0.6, 0.9, 0.7], [False, False, True, True]).value == pytest.approx(
        (0 + 1 / 2 + 1 / 3 + 1 / 2) / 4
    )
    # the two of 0.7 both have the risk 1/3 of the three kept with them
    assert area([0.7, 0.9, 0.2, 0.7], [True, True, False, False]).value == pytest.approx(
        (0 + 1 / 3 + 1 / 3 + 1 / 2) / 4
    )


def test_aurc_at_its_edges() -> None:
    assert abstaining.aurc([], []) is None
    right, wrong = area([0.1, 0.5, 0.9], [True] * 3), area([0.1, 0.5, 0.9], [False] * 3)
    assert (right.value, wrong.value) == (0, 1)
    assert (right.low, right.high) == pytest.approx(wilson_interval(0, 3))
    assert (wrong.low, wrong.high) == pytest.approx(wilson_interval(3, 3))
    one = area([0.5], [True])
    assert (one.value, one.low, one.n) == (0, 0, 1) and 0.7 < one.high < 1
    # all equally sure: the share of wrong answers
    assert area([0.5] * 4, [True, False, False, True]).value == 0.5


def test_confidence_that_ranks_right_answers_first_has_the_least_area() -> None:
    correct = [True] * 30 + [False] * 10
    sure = list(np.linspace(1, 0, 40))
    assert area(sure, correct).high < area(sure[::-1], correct).low


@given(st.lists(st.tuples(st.sampled_from([0.1, 0.2, 0.5, 0.9]), st.booleans()), min_size=1, max_size=12))
def test_aurc_is_the_mean_risk_of_the_curve(answers: list[tuple[float, bool]]) -> None:
    confidences, correct = [c for c, _ in answers], [right for _, right in answers]
    risk = {point.threshold: point.risk for point in abstaining.risk_coverage(confidences, correct, 20)}
    found = area(confidences, correct)
    assert found.value == pytest.approx(sum(risk[c] for c in confidences) / len(confidences))
    assert 0 <= found.low <= found.value <= found.high <= 1
