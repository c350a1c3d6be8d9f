"""Whether refusing is right: precision, recall and F1 of refusals, and what refusing the least sure answers buys.

Arithmetic over plain values. Whether an answer is correct, and how sure the system said it was, is decided
elsewhere (`rag.evaluation.judging`, `Answer.confidence`).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from rag.evaluation.metrics import SEED, estimate, share, wilson_interval
from rag.evaluation.outcomes import Metric
from rag.evaluation.report import RiskPoint


def abstention_precision(outcomes: Sequence[tuple[bool, bool]]) -> Metric | None:
    """Return, of the refused questions, the share that nothing answers: TP / (TP + FP).

    Each outcome is (refused, unanswerable). None when nothing was refused.

    Source: P. Rajpurkar, R. Jia and P. Liang, "Know what you don't know" (2018), which has refusing as a class.
    """
    return share([unanswerable for refused, unanswerable in outcomes if refused])


def abstention_recall(outcomes: Sequence[tuple[bool, bool]]) -> Metric | None:
    """Return, of the questions that nothing answers, the share refused: TP / (TP + FN); None without such.

    Each outcome is (refused, unanswerable). Source: as `abstention_precision`.
    """
    return share([refused for refused, unanswerable in outcomes if unanswerable])


def abstention_f1(outcomes: Sequence[tuple[bool, bool]]) -> Metric | None:
    """Return 2·TP / (2·TP + FP + FN), the harmonic mean of precision and recall; each outcome (refused, unanswerable).

    None when no question is unanswerable: there is nothing to be found then. F1 = 2J / (1 + J), where
    J = TP / (TP + FP + FN) is a share of yes-or-no outcomes; the interval is J's, Wilson's, put through the same
    formula, so that a perfect F1 of three questions does not look certain.

    Source: C. J. van Rijsbergen, "Information retrieval" (1979), chapter 7.
    """
    if not any(unanswerable for _, unanswerable in outcomes):
        return None
    both = sum(refused and unanswerable for refused, unanswerable in outcomes)
    either = sum(refused or unanswerable for refused, unanswerable in outcomes)
    low, high = (2 * end / (1 + end) for end in wilson_interval(both, either))
    value = 2 * both / (both + either)
    return Metric(value, min(low, value), max(high, value), len(outcomes))


def risk_coverage(confidences: Sequence[float], correct: Sequence[bool], total: int) -> tuple[RiskPoint, ...]:
    """Return the risk-coverage curve, from the most confident answers on, one point for each distinct confidence.

    At threshold t the answers with confidence >= t are kept: coverage = kept / total, risk = wrong among the kept
    / kept. Answers of equal confidence can only be kept together, so they are one point.

    Args:
        confidences: How sure the system was of each answer it gave.
        correct: Whether each of them is right.
        total: How many questions were asked, refused ones included.

    Source: R. El-Yaniv and Y. Wiener, "On the foundations of noise-free selective classification", Journal of
    Machine Learning Research 11 (2010).
    """
    answers = sorted(zip(confidences, correct, strict=True), key=itemgetter(0), reverse=True)
    points: list[RiskPoint] = []
    kept = wrong = 0
    for threshold, alike in groupby(answers, key=itemgetter(0)):
        rights = [bool(right) for _, right in alike]
        kept += len(rights)
        wrong += len(rights) - sum(rights)
        points.append(RiskPoint(float(threshold), kept / total, wrong / kept, kept))
    return tuple(points)


def aurc(confidences: Sequence[float], correct: Sequence[bool], *, seed: int = SEED) -> Metric | None:
    """Return the area under the risk-coverage curve: the mean over answers of the risk at their own confidence.

    AURC = (1/n) · the sum over the n answers i of (wrong among those with confidence >= c_i) / (how many those
    are). Lower is better; 0 when every answer is right, 1 when none is, and the share of wrong answers when all
    are equally confident. None when nothing was answered.

    Source: Y. Geifman, G. Uziel and R. El-Yaniv, "Bias-reduced uncertainty estimation for deep neural
    classifiers" (2019).
    """
    rows = [(confidence, not right) for confidence, right in zip(confidences, correct, strict=True)]
    return estimate(rows, _aurc, bounds=(0.0, 1.0), seed=seed) if rows else None


def _aurc(drawn: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return each resample's AURC; `drawn` has shape [m, n, 2], its columns confidence and wrong (0 or 1)."""
    order = np.argsort(-drawn[:, :, 0], axis=1, kind="stable")
    confidence = np.take_along_axis(drawn[:, :, 0], order, axis=1)
    wrong = np.take_along_axis(drawn[:, :, 1], order, axis=1)
    n = drawn.shape[1]
    risk = wrong.cumsum(axis=1) / np.arange(1, n + 1)
    # equal confidences are kept together: each answer has the risk at the last of its equals
    last = np.ones(confidence.shape, dtype=bool)
    last[:, :-1] = confidence[:, :-1] != confidence[:, 1:]
    ends = np.where(last, np.arange(n), n - 1)
    ends = np.minimum.accumulate(ends[:, ::-1], axis=1)[:, ::-1]
    return np.asarray(np.take_along_axis(risk, ends, axis=1).mean(axis=1), dtype=np.float64)
