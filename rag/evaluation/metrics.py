"""How sure a measured number is: shares, means and percentiles of many outcomes, each with its 95 % interval.

Everything here is arithmetic over plain values, so each can be checked by hand. It knows nothing of questions:
what one question scores is `rag.evaluation.ranking` and `rag.evaluation.answer_words`, and which metrics there
are is `rag.evaluation.summary`.

A share of yes-or-no outcomes has Wilson's score interval; any other statistic has the percentile interval of
2,000 bootstrap resamples of the questions, seeded, so the same outcomes give the same interval. Where resampling
cannot tell (a handful of questions, or all alike) and the value has bounds, a wider one is given: see `estimate`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from rag.evaluation.outcomes import Metric

Z_95 = 1.959963984540054
"""The 97.5 % point of the normal distribution."""

RESAMPLES = 2000
SEED = 20240501

FEW = 8
"""Fewer questions than this are too few to resample: their bootstrap interval would be far too narrow."""

CELLS = 2_000_000
"""How many numbers are resampled at once, so that a large question set does not fill the memory."""

LOWER_IS_BETTER = frozenset(
    {
        "carrier_leak",
        "misattribution",
        "aurc",
        "latency_p50_ms",
        "latency_p95_ms",
        "latency_p99_ms",
        "tokens_in",
        "tokens_out",
        "cost",
    }
)
"""Metrics of which less is better."""

Statistic = Callable[[NDArray[np.float64]], NDArray[np.float64]]
"""Takes m resamples of n rows of k numbers, shape [m, n, k]; returns one number for each, shape [m]."""


def wilson_interval(successes: float, n: int) -> tuple[float, float]:
    """Return Wilson's 95 % interval for a share of `successes` in `n` yes-or-no outcomes, `n` at least 1.

    With p = successes / n and z = 1.96: (p + z²/2n ± z·sqrt(p(1-p)/n + z²/4n²)) / (1 + z²/n).

    `successes` need not be whole: for scores between 0 and 1 with mean p, whose variance is at most p(1-p), the
    interval is never too narrow for it.

    Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference",
    Journal of the American Statistical Association 22 (1927).
    """
    p, z2 = min(1.0, max(0.0, successes / n)), Z_95**2
    middle = p + z2 / (2 * n)
    half = Z_95 * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n))
    # rounding must not push the share itself out of its interval
    return max(0.0, min(p, (middle - half) / (1 + z2 / n))), min(1.0, max(p, (middle + half) / (1 + z2 / n)))


def bootstrap_interval(
    rows: Sequence[Sequence[float]] | NDArray[np.float64], statistic: Statistic, *, seed: int = SEED
) -> tuple[float, float]:
    """Return the 2.5 % and 97.5 % points of `statistic` over 2,000 resamples of `rows` with replacement.

    Args:
        rows: One row of numbers per question, shape [n, k], n at least 1.
        statistic: What is measured; a resample for which it is NaN is left out.
        seed: Of the resampling.

    Source: B. Efron, "Bootstrap methods: another look at the jackknife", Annals of Statistics 7 (1979).
    """
    table = np.asarray(rows, dtype=np.float64)
    rng = np.random.default_rng(seed)
    at_once = max(1, CELLS // table.size)
    drawn = np.concatenate(
        [
            statistic(table[rng.integers(0, len(table), (min(at_once, RESAMPLES - done), len(table)))])
            for done in range(0, RESAMPLES, at_once)
        ]
    )
    measured = drawn[~np.isnan(drawn)]
    if not measured.size:
        measured = statistic(table[None])
    low, high = np.percentile(measured, [2.5, 97.5])
    return float(low), float(high)


def estimate(
    rows: Sequence[Sequence[float]] | NDArray[np.float64],
    statistic: Statistic,
    *,
    bounds: tuple[float, float] | None = None,
    seed: int = SEED,
) -> Metric:
    """Return `statistic` of all `rows` with its bootstrap interval, widened where that cannot be trusted.

    Resampling never yields a value that was not seen, so of one row, or of rows that are all alike, it claims to
    be certain. Where the statistic is known to lie within `bounds` = (a, b), with value v of n rows:

    - no resample differs: unseen cases are at most a share w of all, w = Wilson's upper end for 0 of n, and may
      lie anywhere: from v + w(a - v) to v + w(b - v). For v = 0 or 1 of (0, 1) this is Wilson's interval.
    - fewer than eight rows: Wilson's interval for the share (v - a)/(b - a) of n, scaled back.

    Without bounds nothing better is known, and one row's interval is its value. The value is always inside.

    Args:
        rows: One row of numbers per question, shape [n, k], n at least 1.
        statistic: What is measured, not NaN for the whole of `rows`.
        bounds: The least and the greatest value it can have; None when it has none.
        seed: Of the resampling.
    """
    table = np.asarray(rows, dtype=np.float64)
    n, value = len(table), float(statistic(table[None])[0])
    low, high = bootstrap_interval(table, statistic, seed=seed)
    if bounds is not None:
        bottom, top = bounds
        if high - low < 1e-9:
            unseen = wilson_interval(0, n)[1]
            low, high = value + unseen * (bottom - value), value + unseen * (top - value)
        elif n < FEW:
            ends = wilson_interval(n * (value - bottom) / (top - bottom), n)
            low, high = (bottom + (top - bottom) * end for end in ends)
    return Metric(value, min(low, value), max(high, value), n)


def share(outcomes: Sequence[bool]) -> Metric | None:
    """Return the share of true outcomes, sum / n, with Wilson's interval; None when there are none."""
    if not outcomes:
        return None
    successes = sum(map(bool, outcomes))
    low, high = wilson_interval(successes, len(outcomes))
    return Metric(successes / len(outcomes), low, high, len(outcomes))


def mean(values: Sequence[float], *, bounded: bool = True, seed: int = SEED) -> Metric | None:
    """Return the arithmetic mean, sum / n; None when there are no values.

    Args:
        values: One per question.
        bounded: Whether they are scores, 0 to 1 (Wilson's interval when each is 0 or 1); False for amounts such
            as tokens and money.
        seed: Of the resampling.
    """
    if not values:
        return None
    if bounded and all(value in (0, 1) for value in values):
        return share([value == 1 for value in values])
    rows = np.asarray(values, dtype=np.float64)[:, None]
    return estimate(rows, _means, bounds=(0.0, 1.0) if bounded else None, seed=seed)


def ratio_of_sums(parts: Sequence[float], wholes: Sequence[float], *, seed: int = SEED) -> Metric | None:
    """Return the sum of `parts` over the sum of `wholes`; None when the wholes sum to 0.

    For shares of things that come several to a question, such as citations: things of one answer are not
    independent, so questions are resampled and not things. The metric's `n` is the sum of `wholes`; its
    interval rests on the questions with a whole above 0.

    Args:
        parts: For each question, how many of its things count, 0 to its whole.
        wholes: For each question, how many things it has.
        seed: Of the resampling.

    Source: the ratio estimator under cluster sampling, W. G. Cochran, "Sampling techniques" (1977), chapter 9.
    """
    rows = [(part, whole) for part, whole in zip(parts, wholes, strict=True) if whole > 0]
    if not rows:
        return None

    def ratio(drawn: NDArray[np.float64]) -> NDArray[np.float64]:
        sums = drawn.sum(axis=1)
        return np.asarray(sums[:, 0] / sums[:, 1], dtype=np.float64)

    found = estimate(rows, ratio, bounds=(0.0, 1.0), seed=seed)
    return Metric(found.value, found.low, found.high, round(sum(wholes)))


def percentile(values: Sequence[float], percent: float, *, seed: int = SEED) -> Metric | None:
    """Return the `percent` point of `values`, linear between neighbours; None when there are no values.

    Of the sorted values v[0] to v[n-1] it is the one at position (n-1)·percent/100: Hyndman and Fan's type 7.

    Source: R. J. Hyndman and Y. Fan, "Sample quantiles in statistical packages", The American Statistician 50 (1996).
    """
    if not values:
        return None

    def point(drawn: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(np.percentile(drawn[:, :, 0], percent, axis=1), dtype=np.float64)

    return estimate(np.asarray(values, dtype=np.float64)[:, None], point, seed=seed)


def paired_difference(now: Sequence[float], then: Sequence[float], *, seed: int = SEED) -> Metric | None:
    """Return mean(now - then) over the same questions in the same order; None when there are none.

    Pairs are resampled, so what makes a question hard cancels out.
    """
    if not now:
        return None
    rows = np.asarray([[a - b] for a, b in zip(now, then, strict=True)], dtype=np.float64)
    bounds = (-1.0, 1.0) if np.abs(rows).max() <= 1 else None
    return estimate(rows, _means, bounds=bounds, seed=seed)


def _means(drawn: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(drawn[:, :, 0].mean(axis=1), dtype=np.float64)
