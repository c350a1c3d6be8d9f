"""Shares, means and percentiles against numbers worked out by hand, and intervals that stay sane for one question."""

from __future__ import annotations

import math
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from rag.evaluation import metrics
from rag.evaluation.outcomes import Metric

Numbers = NDArray[np.float64]


def means(drawn: Numbers) -> Numbers:
    return np.asarray(drawn[:, :, 0].mean(axis=1))


def measured(metric: Metric | None) -> Metric:
    assert metric is not None
    return metric


def test_wilson_interval_by_hand() -> None:
    # 5 of 10: (0.5 + 0.192073) / 1.384146 = 0.5, half 1.959964 · sqrt(0.025 + 0.0096036) / 1.384146 = 0.263406
    assert metrics.wilson_interval(5, 10) == pytest.approx((0.236594, 0.763406), abs=1e-6)
    # 0 of 10: (0.192073 ± 0.192073) / 1.384146
    assert metrics.wilson_interval(0, 10) == pytest.approx((0.0, 0.277533), abs=1e-6)
    assert metrics.wilson_interval(10, 10) == pytest.approx((0.722467, 1.0), abs=1e-6)
    # 1 of 1: upper end 1, lower 1 / (1 + 3.841459)
    assert metrics.wilson_interval(1, 1) == pytest.approx((0.206549, 1.0), abs=1e-6)


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_interval_holds_the_share_and_stays_between_0_and_1(counts: tuple[int, int]) -> None:
    low, high = metrics.wilson_interval(*counts)
    assert 0 <= low <= counts[0] / counts[1] <= high <= 1


def test_wilson_interval_covers_the_true_share_about_95_times_in_100() -> None:
    rng = np.random.default_rng(5)
    covered = []
    for p in rng.random(4000):
        low, high = metrics.wilson_interval(int(rng.binomial(40, p)), 40)
        covered.append(low <= p <= high)
    assert 0.935 <= np.mean(covered) <= 0.965


def test_share_and_mean() -> None:
    assert metrics.share([]) is None and metrics.mean([]) is None
    assert metrics.share([True, False, True, True]) == Metric(0.75, *metrics.wilson_interval(3, 4), 4)
    assert metrics.mean([1.0, 0.0]) == metrics.share([True, False])
    half = measured(metrics.mean([0.0, 0.5, 1.0]))
    assert half.value == 0.5 and 0 <= half.low < 0.5 < half.high <= 1 and half.n == 3


def test_bootstrap_interval_is_repeatable_and_near_the_normal_one_for_many_values() -> None:
    values = np.random.default_rng(1).normal(10, 2, size=400)
    rows = values[:, None]
    low, high = metrics.bootstrap_interval(rows, means)
    assert (low, high) == metrics.bootstrap_interval(rows, means)
    assert (low, high) != metrics.bootstrap_interval(rows, means, seed=7)
    margin = 1.96 * values.std() / math.sqrt(400)
    assert (low, high) == pytest.approx((values.mean() - margin, values.mean() + margin), abs=0.05)


def test_bootstrap_interval_of_two_rows_by_hand() -> None:
    # of 0 and 1 a resample's mean is 0, 1/2 or 1, with chances 1/4, 1/2, 1/4: the outer 2.5 % are 0 and 1
    assert metrics.bootstrap_interval([[0.0], [1.0]], means) == (0.0, 1.0)


def test_resamples_in_portions_are_as_good(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = np.random.default_rng(2).random((50, 1))
    whole = metrics.bootstrap_interval(rows, means)
    monkeypatch.setattr(metrics, "CELLS", 50 * 300)
    assert metrics.bootstrap_interval(rows, means) == pytest.approx(whole, abs=0.01)


def test_a_resample_that_cannot_be_measured_is_left_out() -> None:
    def ratio(drawn: Numbers) -> Numbers:
        sums = drawn.sum(axis=1)
        return np.where(sums[:, 1] > 0, sums[:, 0] / np.maximum(sums[:, 1], 1), np.nan)

    low, high = metrics.bootstrap_interval([[1, 2], [0, 0], [0, 0]], ratio)
    assert (low, high) == (0.5, 0.5)


def test_two_thousand_resamples_are_fast() -> None:
    values = np.random.default_rng(3).random(1000).tolist()
    started = time.perf_counter()
    metrics.mean(values)
    assert time.perf_counter() - started < 1


def test_one_score_is_not_certain() -> None:
    one = measured(metrics.mean([0.5]))
    # unseen cases are up to 0.793451 of all: 0.5 ± 0.5 · 0.793451
    assert (one.low, one.high) == pytest.approx((0.103275, 0.896725), abs=1e-6)
    assert measured(metrics.mean([1.0])) == measured(metrics.share([True]))


def test_two_scores_have_wilsons_interval_and_many_alike_a_narrow_one() -> None:
    two = measured(metrics.mean([0.5, 1.0]))
    assert (two.low, two.high) == pytest.approx(metrics.wilson_interval(1.5, 2))
    many = measured(metrics.mean([0.5] * 100))
    assert many.value == 0.5 and 0.45 < many.low < 0.5 < many.high < 0.55


def test_one_amount_is_its_own_interval() -> None:
    assert metrics.mean([812.0], bounded=False) == Metric(812.0, 812.0, 812.0, 1)
    assert metrics.percentile([812.0], 99) == Metric(812.0, 812.0, 812.0, 1)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_every_interval_holds_its_value_and_is_within_bounds(values: list[float]) -> None:
    for metric in (
        metrics.mean(values),
        metrics.ratio_of_sums(values, [2] * len(values)),
        metrics.percentile(values, 95),
    ):
        found = measured(metric)
        assert 0 <= found.low <= found.value <= found.high <= 1 + 1e-12
    change = measured(metrics.paired_difference(values, values[::-1]))
    assert -1 <= change.low <= change.value <= change.high <= 1


def test_percentile_by_hand() -> None:
    # between the 2nd and 3rd of 1, 2, 3, 4 lies the middle: 2.5; 95 %: position 0.95 · 3 = 2.85
    assert measured(metrics.percentile([4, 1, 3, 2], 50)).value == pytest.approx(2.5)
    assert measured(metrics.percentile([4, 1, 3, 2], 95)).value == pytest.approx(3.85)
    assert measured(metrics.percentile([4, 1, 3, 2], 99)).value == pytest.approx(3.97)
    assert metrics.percentile([], 50) is None


def test_ratio_of_sums_by_hand() -> None:
    # 1 of 2, 0 of 0, 3 of 4: 4 of 6, and not the mean of the ratios, 0.625
    found = measured(metrics.ratio_of_sums([1, 0, 3], [2, 0, 4]))
    assert found.value == pytest.approx(4 / 6) and found.n == 6
    assert metrics.ratio_of_sums([0, 0], [0, 0]) is None and metrics.ratio_of_sums([], []) is None


def test_ratio_of_sums_resamples_questions() -> None:
    """Ten citations a question that stand or fall together tell no more than one citation a question."""
    together = measured(metrics.ratio_of_sums([10, 0] * 10, [10] * 20))
    alone = measured(metrics.ratio_of_sums([1, 0] * 10, [1] * 20))
    assert (together.low, together.high) == pytest.approx((alone.low, alone.high))
    assert together.n == 200 and together.high - together.low > 0.3
    # all right in 20 questions: Wilson's interval for 20 of 20
    perfect = measured(metrics.ratio_of_sums([3] * 20, [3] * 20))
    assert (perfect.low, perfect.high) == pytest.approx(metrics.wilson_interval(20, 20))


def test_paired_difference_by_hand() -> None:
    change = measured(metrics.paired_difference([1, 1, 0, 1], [1, 0, 0, 0]))
    assert change.value == 0.5 and change.n == 4
    # fewer than eight pairs: Wilson's for (0.5 + 1) / 2 of 4, scaled to -1..1
    low, high = metrics.wilson_interval(3, 4)
    assert (change.low, change.high) == pytest.approx((2 * low - 1, 2 * high - 1))
    assert metrics.paired_difference([], []) is None
    same = measured(metrics.paired_difference([0.5] * 50, [0.5] * 50))
    # up to 0.071348 of unseen questions may have changed
    assert (same.value, same.low, same.high) == pytest.approx((0, -0.071348, 0.071348), abs=1e-6)


def test_what_less_is_better_of() -> None:
    assert "latency_p99_ms" in metrics.LOWER_IS_BETTER and "recall@8" not in metrics.LOWER_IS_BETTER
