"""What got better or worse since an earlier report, question by question, and whether that can be chance.

Compares two finished reports of the same questions; it asks and judges nothing. A question counts when both
reports have it with the same text and the same gold (its tags may differ), and a metric when both reports have it
for at least one such question. Beside the per-question scores there are ``correct`` and ``abstention`` (1 when a
question was refused exactly if nothing answers it).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.stats import permutation_test

from documents.errors import RequestError
from rag.evaluation.gold import GoldQuestion
from rag.evaluation.metrics import LOWER_IS_BETTER, SEED, paired_difference
from rag.evaluation.outcomes import QuestionResult
from rag.evaluation.report import Change, Report

DRAWS = 10_000
"""How many ways of swapping now and then are tried; all of them where there are no more than that."""

ALIKE = 1e-9
"""Scores that differ by less are the same: what is left of rounding."""

SHOWN = 5
"""How many ids a note names."""


@dataclass(frozen=True, slots=True)
class _Pairs:
    """One metric's scores in both reports, over the questions `ids`."""

    ids: tuple[str, ...]
    now: tuple[float, ...]
    then: tuple[float, ...]


def compare_reports(now: Report, then: Report, *, seed: int = SEED) -> dict[str, Change]:
    """Return, for each metric that both reports have for the same questions, what changed.

    Raises:
        RequestError: no question is in both with the same gold.
    """
    earlier = {result.question.id: result for result in then.results}
    both = [(r, earlier[r.question.id]) for r in now.results if r.question.id in earlier]
    same = [(new, old) for new, old in both if _gold(new) == _gold(old)]
    if not same:
        raise RequestError(
            f"expected a question that is in both reports with the same gold, got {len(both)} with the same id and "
            f"other gold among {now.questions} now and {then.questions} then; compare reports of the same question set"
        )
    answered = not (now.about.retrieval_only or then.about.retrieval_only)
    scores = [(new.question.id, _scores(new, answered), _scores(old, answered)) for new, old in same]
    pairs: dict[str, _Pairs] = {}
    for name in dict.fromkeys(name for _, new, _ in scores for name in new):
        rows = [(key, new[name], old[name]) for key, new, old in scores if name in new and name in old]
        if rows:
            ids, newer, older = zip(*rows, strict=True)
            pairs[name] = _Pairs(ids, newer, older)
    p_values = [permutation_p_value(pair.now, pair.then, seed=seed) for pair in pairs.values()]
    changes: dict[str, Change] = {}
    for (name, pair), p, p_adjusted in zip(pairs.items(), p_values, holm(p_values), strict=True):
        difference = paired_difference(pair.now, pair.then, seed=seed)
        if difference is not None:
            changes[name] = Change(difference, p, p_adjusted, *_moved(pair, name in LOWER_IS_BETTER))
    return changes


def comparison_notes(now: Report, then: Report) -> tuple[str, ...]:
    """Return a sentence for each kind of question that `compare_reports` leaves out; empty when there are none."""
    new = {result.question.id: _gold(result) for result in now.results}
    old = {result.question.id: _gold(result) for result in then.results}
    left_out = (
        ("another text or other gold than in the earlier report", [i for i in new if i in old and new[i] != old[i]]),
        ("no counterpart in the earlier report", [i for i in new if i not in old]),
        ("no counterpart in this report", [i for i in old if i not in new]),
    )
    return tuple(_note(what, ids) for what, ids in left_out if ids)


def permutation_p_value(now: Sequence[float], then: Sequence[float], *, seed: int = SEED) -> float:
    """Return the two-sided p-value of the paired permutation test that it does not matter which is now and which then.

    p = the share of the 2^n ways of swapping now and then in single pairs in which the mean difference is at least
    as far from 0 as the one measured. Pairs without a difference change nothing and are left out; with n pairs
    left, all ways are tried when 2^n <= 10,000, else 10,000 random ones, and then p = (1 + as far) / (1 + tried) for
    the nearer tail, times 2, so that p is never 0.

    Source: R. A. Fisher, "The design of experiments" (1935); for rankings M. D. Smucker, J. Allan and
    B. Carterette, "A comparison of statistical significance tests for information retrieval evaluation" (2007).
    """
    differences = np.asarray(now, dtype=np.float64) - np.asarray(then, dtype=np.float64)
    differences = differences[np.abs(differences) > ALIKE]
    if len(differences) < 2:
        return 1.0  # one pair swapped or not is equally far from 0
    result = permutation_test(
        (differences,),
        _mean,
        permutation_type="samples",
        vectorized=True,
        n_resamples=DRAWS,
        batch=max(1, 2_000_000 // len(differences)),
        rng=np.random.default_rng(seed),
    )
    return float(result.pvalue)


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """Return `p_values` adjusted so that the chance of any false alarm among them all is at most the level asked for.

    With p(1) <= ... <= p(m): adjusted p(i) = the greatest of min(1, (m - j + 1)·p(j)) over j <= i.

    Source: S. Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of
    Statistics 6 (1979).
    """
    adjusted = [0.0] * len(p_values)
    highest = 0.0
    for before, place in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        highest = max(highest, min(1.0, (len(p_values) - before) * p_values[place]))
        adjusted[place] = highest
    return tuple(adjusted)


def _moved(pair: _Pairs, lower_is_better: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the ids of the questions that got better, and of those that got worse."""
    rose, fell = (
        tuple(key for key, a, b in zip(pair.ids, pair.now, pair.then, strict=True) if sign * (a - b) > ALIKE)
        for sign in (1, -1)
    )
    return (fell, rose) if lower_is_better else (rose, fell)


def _scores(result: QuestionResult, answered: bool) -> dict[str, float]:
    scores = dict(result.values)
    if answered and result.correct is not None:
        scores["correct"] = float(result.correct)
    if answered and result.question.answerable is not None:
        refused = result.answer is None or result.answer.status == "no_evidence"
        scores["abstention"] = float(refused == (not result.question.answerable))
    return scores


def _gold(result: QuestionResult) -> GoldQuestion:
    return replace(result.question, tags=())


def _note(what: str, ids: Sequence[str]) -> str:
    named = ", ".join(ids[:SHOWN]) + (", ..." if len(ids) > SHOWN else "")
    counted = "1 question has" if len(ids) == 1 else f"{len(ids)} questions have"
    return f"{counted} {what}: {named}; not compared"


def _mean(values: NDArray[np.float64], axis: int) -> NDArray[np.float64]:
    return np.asarray(values.mean(axis=axis), dtype=np.float64)
