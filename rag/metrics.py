"""The numbers that an evaluation prints: one function each, with its formula, and their intervals.

Everything here is arithmetic over plain values, so each can be checked by hand. What is counted as
a hit or as a right outlet is decided in `rag.judging`; who asks the questions is `rag.evaluation`.

Every interval is a 95 % one. A share of yes-or-no outcomes has Wilson's score interval; any other
statistic has the percentile interval of 2,000 bootstrap resamples of the questions, with a fixed
seed, so the same outcomes give the same interval.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Sequence, Set
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

Z_95 = 1.959963984540054
"""The 97.5 % point of the normal distribution."""

RESAMPLES = 2000
SEED = 20240501

LOWER_IS_BETTER = frozenset({"carrier_leak", "latency_p50_ms", "latency_p95_ms"})
"""Metrics of which less is better."""


@dataclass(frozen=True, slots=True)
class Metric:
    """A measured value, its 95 % interval `low` to `high`, and `n`, how many outcomes it rests on."""

    value: float
    low: float
    high: float
    n: int

    def to_dict(self) -> dict[str, float | int]:
        """Return the metric as plain JSON types, rounded to 6 decimals."""
        return {name: round(value, 6) for name, value in asdict(self).items()}


def wilson_interval(successes: int, n: int) -> tuple[float, float]:
    """Return Wilson's 95 % interval for a share of `successes` in `n` yes-or-no outcomes.

    With p = successes / n and z = 1.96: (p + z²/2n ± z·sqrt(p(1-p)/n + z²/4n²)) / (1 + z²/n).

    Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference",
    Journal of the American Statistical Association 22 (1927).
    """
    p, z2 = successes / n, Z_95**2
    middle = p + z2 / (2 * n)
    half = Z_95 * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n))
    return max(0.0, (middle - half) / (1 + z2 / n)), min(1.0, (middle + half) / (1 + z2 / n))


def bootstrap_interval(
    rows: Sequence[Sequence[float]] | NDArray[np.float64], statistic: Callable[[NDArray[np.float64]], float]
) -> tuple[float, float]:
    """Return the 2.5 % and 97.5 % points of `statistic` over 2,000 resamples of `rows` with replacement.

    Args:
        rows: One row of numbers per question, shape [n, k].
        statistic: Takes resampled rows, shape [n, k]; NaN results are left out.

    Source: B. Efron, "Bootstrap methods: another look at the jackknife", Annals of Statistics 7 (1979).
    """
    table = np.asarray(rows, dtype=np.float64)
    rng = np.random.default_rng(SEED)
    drawn = [statistic(table[rng.integers(0, len(table), len(table))]) for _ in range(RESAMPLES)]
    low, high = np.nanpercentile(drawn, [2.5, 97.5])
    return float(low), float(high)


def share(outcomes: Sequence[bool]) -> Metric | None:
    """Return the share of true outcomes, sum / n, with Wilson's interval; None when there are none."""
    if not outcomes:
        return None
    successes = sum(map(bool, outcomes))
    low, high = wilson_interval(successes, len(outcomes))
    return Metric(successes / len(outcomes), low, high, len(outcomes))


def mean(values: Sequence[float]) -> Metric | None:
    """Return the arithmetic mean; Wilson's interval when every value is 0 or 1, else the bootstrap's."""
    if all(value in (0, 1) for value in values):
        return share([value == 1 for value in values])
    low, high = bootstrap_interval([[value] for value in values], lambda rows: float(rows.mean()))
    return Metric(float(np.mean(values)), low, high, len(values))


def percentile(values: Sequence[float], percent: float) -> Metric | None:
    """Return the `percent` point of `values`, linear between neighbours, with the bootstrap's interval."""
    if not values:
        return None
    low, high = bootstrap_interval([[value] for value in values], lambda rows: float(np.percentile(rows, percent)))
    return Metric(float(np.percentile(values, percent)), low, high, len(values))


def hit_at(found: Sequence[Set[int]], k: int) -> float:
    """Return 1 when any of the first `k` hits holds a gold item, else 0; `found[i]` is what hit i holds."""
    return float(any(found[:k]))


def recall_at(found: Sequence[Set[int]], gold: int, k: int) -> float:
    """Return the share of the `gold` items that the first `k` hits hold: |found in first k| / gold."""
    return len(set().union(*found[:k])) / gold


def strict_recall_at(found: Sequence[Set[int]], gold: int, k: int) -> float:
    """Return 1 when the first `k` hits hold every one of the `gold` items, else 0."""
    return float(recall_at(found, gold, k) == 1.0)


def reciprocal_rank(found: Sequence[Set[int]], k: int) -> float:
    """Return 1 / r, where r is the rank, from 1, of the first of `k` hits that holds a gold item; else 0."""
    return next((1.0 / rank for rank, items in enumerate(found[:k], 1) if items), 0.0)


def contains_any(text: str, answers: Sequence[str]) -> bool:
    """Return whether any of `answers` stands in `text` as whole words.

    Case, white space and compatibility forms do not matter. A number is whole only when no digit
    group continues it: "13" is not in "13,000", and "000" is not either.
    """
    plain = _comparable(text)
    return any(re.search(_whole(_comparable(answer)), plain) for answer in answers if answer.strip())


def abstention_precision(outcomes: Sequence[tuple[bool, bool]]) -> Metric | None:
    """Return, of the refused questions, the share that nothing answers: TP / (TP + FP).

    Each outcome is (refused, unanswerable). None when nothing was refused.
    """
    return share([unanswerable for refused, unanswerable in outcomes if refused])


def abstention_recall(outcomes: Sequence[tuple[bool, bool]]) -> Metric | None:
    """Return, of the questions that nothing answers, the share refused: TP / (TP + FN); None without such."""
    return share([refused for refused, unanswerable in outcomes if unanswerable])


def abstention_f1(outcomes: Sequence[tuple[bool, bool]]) -> Metric | None:
    """Return 2·TP / (2·TP + FP + FN), the harmonic mean of the two above, with the bootstrap's interval.

    None when no question is unanswerable: there is nothing to be found then.
    """
    if not any(unanswerable for _, unanswerable in outcomes):
        return None

    def f1(rows: NDArray[np.float64]) -> float:
        both = float((rows[:, 0] * rows[:, 1]).sum())
        total = float(rows.sum())  # 2·TP + FP + FN
        return 2 * both / total if total else math.nan

    table = np.asarray(outcomes, dtype=np.float64)
    low, high = bootstrap_interval(table, f1)
    return Metric(f1(table), low, high, len(outcomes))


def paired_difference(now: Sequence[float], before: Sequence[float]) -> Metric | None:
    """Return mean(now - before) over the same questions in the same order, with the bootstrap's interval."""
    if not now:
        return None
    rows = [[a - b] for a, b in zip(now, before, strict=True)]
    low, high = bootstrap_interval(rows, lambda drawn: float(drawn.mean()))
    return Metric(float(np.mean(rows)), low, high, len(rows))


def _comparable(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _whole(answer: str) -> str:
    before = r"(?<!\w)" if _in_spaced_script(answer[0]) else ""
    after = r"(?!\w)" if _in_spaced_script(answer[-1]) else ""
    if answer[0].isdigit():
        before += r"(?<!\d[.,])"
    if answer[-1].isdigit():
        after += r"(?![.,]\d)"
    return before + re.escape(answer) + after


def _in_spaced_script(character: str) -> bool:
    unspaced = ("CJK", "HIRAGANA", "KATAKANA", "THAI", "LAO", "KHMER", "MYANMAR")
    return character.isalnum() and not unicodedata.name(character, "").startswith(unspaced)
