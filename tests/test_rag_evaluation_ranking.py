"""Every ranking formula against numbers worked out by hand, and the standard ones against ir-measures."""

from __future__ import annotations

import math

import ir_measures
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.evaluation import ranking

NOTHING: frozenset[int] = frozenset()
HELD = [NOTHING, NOTHING, frozenset({1}), NOTHING, frozenset({0, 1}), NOTHING]


def test_hit_and_recall_by_hand() -> None:
    assert [ranking.hit_at(HELD, k) for k in (2, 3)] == [0, 1]
    assert [ranking.recall_at(HELD, 3, k) for k in (2, 4, 8)] == pytest.approx([0, 1 / 3, 2 / 3])
    assert [ranking.strict_recall_at(HELD, 2, k) for k in (4, 5)] == [0, 1]
    assert ranking.strict_recall_at(HELD, 3, 10) == 0


def test_reciprocal_rank_by_hand() -> None:
    assert ranking.reciprocal_rank(HELD, 10) == pytest.approx(1 / 3)
    assert ranking.reciprocal_rank(HELD, 2) == 0


def test_average_precision_by_hand() -> None:
    # items 1 and 0 first at ranks 3 and 5: P(3) = 1/3, P(5) = 2/5; a third item is never held
    assert ranking.average_precision(HELD, 3, 10) == pytest.approx((1 / 3 + 2 / 5) / 3)
    assert ranking.average_precision(HELD, 3, 4) == pytest.approx((1 / 3) / 3)
    # two items in the first rank have P(1) = 1 each; the next rank repeats one and is no new holder: P(3) = 2/3
    assert ranking.average_precision([{0, 1}, {1}, {2}], 3, 10) == pytest.approx((1 + 1 + 2 / 3) / 3)
    # more items than ranks that count: trec_eval divides by all
    assert ranking.average_precision([{i} for i in range(10)], 20, 10) == pytest.approx(0.5)


def test_ndcg_by_hand() -> None:
    # grades 1, 2, 3; item 2 (grade 3) at rank 2, item 0 (grade 1) at rank 3
    gained = 3 / math.log2(3) + 1 / math.log2(4)
    ideal = 3 + 2 / math.log2(3) + 1 / math.log2(4)
    assert ranking.ndcg([NOTHING, {2}, {0, 2}], [1, 2, 3], 10) == pytest.approx(gained / ideal)
    # at 2 the ideal has two ranks as well
    assert ranking.ndcg([NOTHING, {2}, {0}], [1, 2, 3], 2) == pytest.approx((3 / math.log2(3)) / (3 + 2 / math.log2(3)))


def test_ndcg_is_at_most_1_and_0_without_relevant_items() -> None:
    assert ranking.ndcg([{0, 1, 2}], [1, 1, 1], 10) == 1
    assert ranking.ndcg([{0}], [0], 10) == 0 and ranking.ndcg([{0}], [-2], 10) == 0
    assert ranking.ndcg([{1}, {0}], [1, -2], 10) == pytest.approx(1 / math.log2(3))


def test_nothing_found_scores_nothing() -> None:
    for score in (
        ranking.hit_at([], 10),
        ranking.recall_at([], 2, 10),
        ranking.strict_recall_at([], 2, 10),
        ranking.reciprocal_rank([], 10),
        ranking.average_precision([], 2, 10),
        ranking.ndcg([], [1, 1], 10),
        ranking.multihop_hit([], ["a fact"], 10),
        ranking.multihop_average_precision([], ["a fact"]),
        ranking.multihop_reciprocal_rank([], ["a fact"]),
    ):
        assert score == 0


@given(st.lists(st.frozensets(st.integers(0, 5)), max_size=14), st.integers(1, 12))
def test_every_score_is_between_0_and_1(held: list[frozenset[int]], k: int) -> None:
    scores = (
        ranking.recall_at(held, 6, k),
        ranking.average_precision(held, 6, k),
        ranking.ndcg(held, [1, 2, 3, 1, 2, 3], k),
        ranking.reciprocal_rank(held, k),
    )
    assert all(0 <= score <= 1 + 1e-12 for score in scores)
    assert ranking.strict_recall_at(held, 6, k) <= ranking.recall_at(held, 6, k) <= ranking.hit_at(held, k)


# -- the benchmark's own -------------------------------------------------------------------------

FACTS = ["the harbour is shut", "ferries run\nfrom Monday", "tolls rise"]


def test_multihop_average_precision_by_hand() -> None:
    texts = [
        "Nothing of it.",
        "In May the har bour isshut, and tolls rise too.",  # two new facts at rank 2
        "Again: the harbour is shut.",  # none that is new
        "It says ferries run from Monday on.",  # one new fact at rank 4
    ]
    assert ranking.multihop_average_precision(texts, FACTS) == pytest.approx((2 / 2 + 0 / 3 + 1 / 4) / 3)
    # average precision would say P(2) + P(2) + P(4) = 1/2 + 1/2 + 2/4, over 3
    assert ranking.average_precision([NOTHING, {0, 2}, {0}, {1}], 3, 10) == pytest.approx(1.5 / 3)
    assert ranking.multihop_reciprocal_rank(texts, FACTS) == 1 / 2
    assert [ranking.multihop_hit(texts, FACTS, k) for k in (1, 4)] == [0, 1]


def test_multihop_counts_ten_ranks_and_at_most_ten_facts() -> None:
    texts = ["-"] * 10 + FACTS[:1]
    assert ranking.multihop_hit(texts, FACTS, 10) == 0
    assert ranking.multihop_average_precision(texts, FACTS) == ranking.multihop_reciprocal_rank(texts, FACTS) == 0
    many = [f"fact <{number}>" for number in range(12)]
    assert ranking.multihop_average_precision(["; ".join(many)], many) == pytest.approx(12 / 10)


def test_multihop_finds_a_fact_given_twice_once() -> None:
    assert ranking.multihop_average_precision(["tolls rise"], ["tolls rise", "tolls  rise"]) == 0.5


def test_multihop_minds_case_and_other_white_space() -> None:
    assert ranking.multihop_hit(["Tolls rise", "tolls\trise"], ["tolls rise"], 10) == 0


# -- against the library -------------------------------------------------------------------------


def random_runs(count: int) -> tuple[dict[str, dict[str, int]], dict[str, dict[str, float]]]:
    """Return grades 0 to 3 (a third of them of documents never found) and scores without ties, a question each."""
    rng = np.random.default_rng(11)
    qrels: dict[str, dict[str, int]] = {}
    runs: dict[str, dict[str, float]] = {}
    for number in range(count):
        found, judged = int(rng.integers(1, 31)), int(rng.integers(1, 26))
        documents = [f"d{i}" for i in rng.permutation(found + judged // 3 + 1)]
        scores = rng.permutation(found) / 7 - 1
        runs[f"q{number}"] = {name: float(score) for name, score in zip(documents[:found], scores, strict=True)}
        grades = {str(name): int(rng.integers(0, 4)) for name in rng.permutation(documents)[:judged]}
        grades[str(rng.choice(documents))] = int(rng.integers(1, 4))  # at least one relevant
        qrels[f"q{number}"] = grades
    return qrels, runs


def test_the_standard_formulas_agree_with_ir_measures_on_1000_random_rankings() -> None:
    qrels, runs = random_runs(1000)
    theirs: dict[tuple[str, str], float] = {}
    names = ("Success@1", "Success@4", "Success@10", "R@8", "R@10", "RR@10", "AP@10", "nDCG@10")
    for row in ir_measures.iter_calc(map(ir_measures.parse_measure, names), qrels, runs):
        theirs[row.query_id, str(row.measure)] = row.value
    assert len(theirs) == 8000
    for key, scores in runs.items():
        relevant = {name: grade for name, grade in qrels[key].items() if grade > 0}
        items = {name: item for item, name in enumerate(relevant)}
        ranked = sorted(scores, key=scores.__getitem__, reverse=True)
        held = [{items[name]} if name in items else NOTHING for name in ranked]
        ours = {
            "Success@1": ranking.hit_at(held, 1),
            "Success@4": ranking.hit_at(held, 4),
            "Success@10": ranking.hit_at(held, 10),
            "R@8": ranking.recall_at(held, len(items), 8),
            "R@10": ranking.recall_at(held, len(items), 10),
            "RR@10": ranking.reciprocal_rank(held, 10),
            "AP@10": ranking.average_precision(held, len(items), 10),
            "nDCG@10": ranking.ndcg(held, list(relevant.values()), 10),
        }
        for name, value in ours.items():
            assert value == pytest.approx(theirs[key, name], abs=1e-9), (key, name)
