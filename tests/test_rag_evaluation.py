"""Every formula against numbers worked out by hand, question sets line by line, and judging on real articles."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.articles import Article, Attribution, OutletBasis, Passage
from documents.errors import QuestionSetError, RequestError
from documents.outlets import OutletRegistry
from index.store import StoredPassage
from rag import metrics
from rag.answers import Answer, AnswerSentence, Citation, Verdict
from rag.evaluation import Report, difference
from rag.judging import Judge, Outcome, locate
from rag.metrics import Metric
from rag.question_sets import GoldQuestion, read_questions

# -- formulas ------------------------------------------------------------------------------------


def test_wilson_interval_by_hand() -> None:
    # 5 of 10: (0.5 + 0.192073) / 1.384146 = 0.5, half 1.959964 · sqrt(0.025 + 0.0096036) / 1.384146 = 0.263406
    assert metrics.wilson_interval(5, 10) == pytest.approx((0.236594, 0.763406), abs=1e-6)
    # 0 of 10: (0.192073 ± 0.192073) / 1.384146
    assert metrics.wilson_interval(0, 10) == pytest.approx((0.0, 0.277533), abs=1e-6)
    assert metrics.wilson_interval(10, 10) == pytest.approx((0.722467, 1.0), abs=1e-6)


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_interval_holds_the_share_and_stays_between_0_and_1(counts: tuple[int, int]) -> None:
    low, high = metrics.wilson_interval(*counts)
    assert 0 <= low <= counts[0] / counts[1] + 1e-12 and counts[0] / counts[1] - 1e-12 <= high <= 1


def test_share_and_mean() -> None:
    assert metrics.share([]) is None and metrics.mean([]) is None
    assert metrics.share([True, False, True, True]) == Metric(0.75, *metrics.wilson_interval(3, 4), 4)
    assert metrics.mean([1.0, 0.0]) == metrics.share([True, False])
    half = metrics.mean([0.0, 0.5, 1.0])
    assert half is not None and half.value == 0.5 and 0 <= half.low < 0.5 < half.high <= 1 and half.n == 3


def test_bootstrap_interval_is_repeatable_and_near_the_normal_one_for_many_values() -> None:
    values = np.random.default_rng(1).normal(10, 2, size=400)
    rows = values[:, None]
    low, high = metrics.bootstrap_interval(rows, lambda drawn: float(drawn.mean()))
    assert (low, high) == metrics.bootstrap_interval(rows, lambda drawn: float(drawn.mean()))
    margin = 1.96 * values.std() / math.sqrt(400)
    assert (low, high) == pytest.approx((values.mean() - margin, values.mean() + margin), abs=0.05)


def test_percentile_by_hand() -> None:
    # between the 2nd and 3rd of 1, 2, 3, 4 lies the middle: 2.5; 95 %: position 0.95 · 3 = 2.85
    middle, top = metrics.percentile([4, 1, 3, 2], 50), metrics.percentile([4, 1, 3, 2], 95)
    assert middle is not None and middle.value == pytest.approx(2.5)
    assert top is not None and top.value == pytest.approx(3.85)
    assert metrics.percentile([], 50) is None


def test_ranked_hits_by_hand() -> None:
    nothing: frozenset[int] = frozenset()
    found = [nothing, nothing, frozenset({1}), nothing, frozenset({0, 1}), nothing]
    assert [metrics.hit_at(found, k) for k in (2, 3)] == [0, 1]
    assert [metrics.recall_at(found, 3, k) for k in (2, 4, 8)] == pytest.approx([0, 1 / 3, 2 / 3])
    assert [metrics.strict_recall_at(found, 2, k) for k in (4, 5)] == [0, 1]
    assert metrics.reciprocal_rank(found, 10) == pytest.approx(1 / 3)
    assert metrics.reciprocal_rank(found, 2) == 0


def test_abstention_by_hand() -> None:
    # refused and rightly: 3; refused and wrongly: 1; answered what nothing answers: 2; answered rightly: 4
    outcomes = [(True, True)] * 3 + [(True, False)] + [(False, True)] * 2 + [(False, False)] * 4
    values = [
        m.value if m else None
        for m in (
            metrics.abstention_precision(outcomes),
            metrics.abstention_recall(outcomes),
            metrics.abstention_f1(outcomes),
        )
    ]
    assert values == pytest.approx([3 / 4, 3 / 5, 6 / 9])


def test_abstention_is_absent_where_it_cannot_be_measured() -> None:
    answered = [(False, False)] * 3
    assert metrics.abstention_precision(answered) is None
    assert metrics.abstention_recall(answered) is None
    assert metrics.abstention_f1(answered) is None
    never_refused = metrics.abstention_f1([(False, True), (False, False)])
    assert never_refused is not None and never_refused.value == 0


def test_paired_difference_by_hand() -> None:
    change = metrics.paired_difference([1, 1, 0, 1], [1, 0, 0, 0])
    assert change is not None and change.value == 0.5 and change.low <= 0.5 <= change.high
    assert metrics.paired_difference([], []) is None


@pytest.mark.parametrize(
    ("text", "answers", "expected"),
    [
        ("About 13,000 soldiers", ["13,000"], True),
        ("About 13,000 soldiers", ["13"], False),
        ("About 13,000 soldiers", ["000"], False),
        ("It cost 1.6 million.", ["1.6 million"], True),
        ("It cost 11.6 million.", ["1.6 million"], False),
        ("In the end there were 13.", ["13"], True),
        ("the WINNER  is\nclear", ["winner is clear"], True),
        ("winners", ["winner"], False),
        ("Straße", ["STRASSE"], True),
        ("東京で会談した", ["会談"], True),
        ("Nothing", ["", " "], False),
        ("a 5 % rise", ["5 %"], True),
    ],
)
def test_contains_any_finds_whole_words_and_whole_numbers(text: str, answers: list[str], expected: bool) -> None:
    assert metrics.contains_any(text, answers) is expected


def test_locate_lets_white_space_differ_and_nothing_else() -> None:
    text = "He said:\n  the  dam\nheld. The dam held."
    assert [text[s:e] for s, e in locate("the dam held.", text)] == ["the  dam\nheld."]
    assert locate("The dam burst", text) == [] and locate(" ", text) == []


# -- question sets -------------------------------------------------------------------------------


def write_set(folder: Path, *lines: str) -> Path:
    path = folder / "questions.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_a_question_set_is_read_whole(tmp_path: Path) -> None:
    row = {
        "id": "q1",
        "question": "Who?",
        "answers": ["a"],
        "outlets": ["B"],
        "articles": ["c"],
        "quotes": ["d"],
        "answerable": True,
        "history": [["e", "f"]],
        "tags": ["press-review"],
    }
    full, bare, refused = read_questions(
        write_set(tmp_path, json.dumps(row), "", '{"question": "What?"}', '{"question": "X?", "answerable": false}', "")
    )
    assert full == GoldQuestion("Who?", "q1", ("a",), ("B",), ("c",), ("d",), True, (("e", "f"),), ("press-review",))
    assert (bare.id, bare.answerable) == ("line 3", None)
    assert refused.answerable is False


def test_gold_says_that_there_is_an_answer(tmp_path: Path) -> None:
    assert read_questions(write_set(tmp_path, '{"question": "Who?", "quotes": ["d"]}'))[0].answerable is True


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('{"question": "Who?", "outlet": ["B"]}', "'outlet'; did you mean outlets"),
        ('{"answers": ["a"]}', "expected question"),
        ('{"question": " "}', "expected question"),
        ('{"question": 5}', "expected question"),
        ('{"question": "Who?", "answers": "a"}', "expected answers as a list"),
        ('{"question": "Who?", "quotes": [1]}', "expected quotes as a list"),
        ('{"question": "Who?", "answerable": "yes"}', "expected answerable"),
        ('{"question": "Who?", "history": [["a"]]}', "expected history"),
        ('{"question": "Who?", "history": "a"}', "expected history"),
        ('["Who?"]', "expected one JSON object, got list"),
        ('{"question": "Who?"', "expected one JSON object"),
        ("[" * 100_000, "expected one JSON object"),
        ('{"question": "Again?", "id": "line 1"}', "got 'line 1' again"),
    ],
)
def test_a_bad_line_is_named(line: str, says: str, tmp_path: Path) -> None:
    path = write_set(tmp_path, '{"question": "First?"}', line)
    with pytest.raises(QuestionSetError) as caught:
        read_questions(path)
    message = str(caught.value)
    assert f"{path} line 2" in message and says in message and "\n" not in message and len(message) < 600


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xff\xfe\x00"])
def test_a_file_without_questions_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "q.jsonl").write_bytes(content)
    with pytest.raises(QuestionSetError):
        read_questions(tmp_path / "q.jsonl")


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(QuestionSetError, match="check the path"):
        read_questions(tmp_path / "none.jsonl")


# -- judging -------------------------------------------------------------------------------------

TEXT = "The review quotes others. Kestrel Courier writes: the bridge stays shut until May. Nobody else commented."
REVIEW = Article(TEXT, title="Morning review", outlet="Harbour Digest", outlet_basis=OutletBasis.GIVEN)
QUOTED = Attribution("Kestrel Courier", OutletBasis.QUOTED, via="Harbour Digest")
OWN = Attribution("Harbour Digest", OutletBasis.GIVEN)
CUTS = ((0, 26, OWN), (26, 83, QUOTED), (83, len(TEXT), OWN))


class OneArticle:
    """The two calls that judging makes of a store."""

    def article(self, article_id: str) -> Article | None:
        return REVIEW if article_id == REVIEW.id else None

    def articles(self, outlet: str | None = None) -> list[Article]:
        return [REVIEW]


def stored(number: int) -> StoredPassage:
    start, end, attribution = CUTS[number]
    passage = Passage(REVIEW.id, start, end, TEXT[start:end], attribution)
    return StoredPassage(number + 1, passage, REVIEW.title, None, None, "en", None, "Harbour Digest")


def citation(number: int, start: int, end: int, outlet: str | None) -> Citation:
    return Citation(
        number=number,
        outlet=outlet,
        outlet_basis="given" if outlet else "unknown",
        via=None,
        speaker=None,
        title=None,
        url=None,
        published=None,
        article_id=REVIEW.id,
        quote=TEXT[start:end],
        start=start,
        end=end,
        verdict=Verdict.VERBATIM,
    )


def answered(*citations: Citation, text: str = "The bridge stays shut until May.") -> Answer:
    sentence = AnswerSentence(text, tuple(c.number for c in citations))
    return Answer("When?", "When?", "answered", sentence.marked, (sentence,), citations)


REFUSED = Answer(
    "When?", "When?", "no_evidence", "The articles do not say.", (), (citation(1, 0, 24, "Harbour Digest"),)
)
GOLD = GoldQuestion(
    "When?",
    "q",
    answers=("May",),
    outlets=("Kestrel Courier",),
    quotes=("the bridge stays shut", "Nobody else"),
    answerable=True,
    tags=("press-review",),
)


def judge(question: GoldQuestion, answer: Answer, *found: StoredPassage) -> Any:
    store: Any = OneArticle()
    return Judge(store, OutletRegistry.load(["Kestrel Courier", "Harbour Digest"])).score(
        Outcome(question, answer, found, 0.1)
    )


def test_a_right_answer_scores_full() -> None:
    scores = judge(GOLD, answered(citation(1, 26, 83, "kestrel courier")), stored(0), stored(1), stored(2))
    assert scores.values == {
        "recall@8": 1.0,
        "strict_recall@8": 1.0,
        "hit@4": 1.0,
        "hit@10": 1.0,
        "mrr@10": 0.5,
        "answer_contains": 1.0,
        "outlet_accuracy": 1.0,
        "nested_outlet_accuracy": 1.0,
        "carrier_leak": 0.0,
        "citation_recall": 0.5,
        "citation_precision": 1.0,
    }
    assert scores.verbatim == (True,) and scores.abstention == (False, False) and scores.reasons == ()


def test_citing_the_carrier_for_quoted_words_is_wrong_and_leaks() -> None:
    scores = judge(GOLD, answered(citation(1, 26, 83, "Harbour Digest")), stored(1))
    assert scores.values["outlet_accuracy"] == scores.values["nested_outlet_accuracy"] == 0
    assert scores.values["carrier_leak"] == 1
    assert scores.reasons == ("cites Harbour Digest instead of Kestrel Courier",)


def test_the_wanted_outlet_must_come_first() -> None:
    both = (citation(1, 0, 24, "Harbour Digest"), citation(2, 26, 83, "Kestrel Courier"))
    assert judge(GOLD, answered(*both)).values["outlet_accuracy"] == 0
    assert judge(GOLD, answered(*reversed(both))).values["outlet_accuracy"] == 1
    assert judge(GOLD, answered(*both)).values["citation_precision"] == 0.5


def test_a_citation_that_no_sentence_uses_counts_for_nothing() -> None:
    used, idle = citation(1, 0, 24, "Harbour Digest"), citation(2, 26, 83, "Kestrel Courier")
    sentence = AnswerSentence("It is May.", (1,))
    answer = Answer("When?", "When?", "answered", sentence.marked, (sentence,), (used, idle))
    assert judge(GOLD, answer).values["outlet_accuracy"] == 0


def test_a_marker_is_no_part_of_the_answer() -> None:
    question = GoldQuestion("How many?", "q", answers=("1",), answerable=True)
    assert judge(question, answered(citation(1, 26, 83, None))).values["answer_contains"] == 0


def test_a_refusal_of_an_answerable_question_scores_nothing_and_says_why() -> None:
    scores = judge(GOLD, REFUSED, stored(1))
    assert scores.values["answer_contains"] == scores.values["outlet_accuracy"] == 0
    assert scores.values["citation_recall"] == 0
    assert "citation_precision" not in scores.values and "carrier_leak" not in scores.values
    assert scores.abstention == (True, False)
    assert scores.reasons == ("refused, although the articles answer it",)
    assert scores.verbatim == (True,)  # the nearest evidence is quoted exactly, too


def test_an_unanswerable_question_measures_abstention_alone() -> None:
    question = GoldQuestion("What?", "q", outlets=("Nowhere Post",), answerable=False)
    assert judge(question, REFUSED, stored(0)).values == {}
    assert judge(question, REFUSED).abstention == (True, True)
    assert judge(question, answered(citation(1, 0, 24, None))).reasons == ("answered, although no article does",)


@pytest.mark.parametrize(
    "changes", [{"start": 1}, {"quote": "The review quotes nobody"}, {"article_id": "0" * 16}, {"quote": "", "end": 0}]
)
def test_a_quote_that_is_not_the_articles_characters_is_found(changes: dict[str, Any]) -> None:
    scores = judge(GoldQuestion("What?", "q"), answered(replace(citation(1, 0, 24, None), **changes)))
    assert scores.verbatim == (False,) and scores.reasons == ("a quote is not the article's characters",)


@pytest.mark.parametrize("name", [REVIEW.id, "morning  REVIEW"])
def test_gold_articles_are_found_by_id_and_by_title(name: str) -> None:
    question = GoldQuestion("What?", "q", articles=(name,), answerable=True)
    assert judge(question, REFUSED, stored(2)).values["mrr@10"] == 1


def test_a_gold_article_that_is_not_there_is_said_and_counts_as_not_found() -> None:
    question = GoldQuestion("What?", "q", articles=("Evening review",), answerable=True)
    scores = judge(question, REFUSED, stored(2))
    assert scores.values["hit@10"] == 0 and "the collection has no article 'Evening review'" in scores.reasons


# -- reports -------------------------------------------------------------------------------------


def make_report(scores: dict[str, dict[str, float]]) -> Report:
    measured = Metric(0.5, 0.2, 0.8, 2)
    return Report(2, {"hit@4": measured}, {"always_abstain": {}}, (("q1", "why"),), 1.23456, scores)


def test_a_report_has_the_form_that_scripts_rely_on(tmp_path: Path) -> None:
    report = make_report({"q1": {"hit@4": 1.0}})
    assert report.to_dict() == {
        "questions": 2,
        "metrics": {"hit@4": {"value": 0.5, "low": 0.2, "high": 0.8, "n": 2}},
        "baselines": {"always_abstain": {}},
        "failures": [{"id": "q1", "why": "why"}],
        "seconds": 1.235,
    }
    path = report.save(tmp_path / "new" / "folder")
    assert json.loads(path.read_text()) == report.to_dict() | {"scores": {"q1": {"hit@4": 1.0}}}


def test_a_report_is_compared_over_the_questions_that_both_have(tmp_path: Path) -> None:
    earlier = make_report({"q1": {"hit@4": 0.0}, "q2": {"hit@4": 1.0}, "gone": {"hit@4": 1.0}}).save(tmp_path)
    now = make_report({"q1": {"hit@4": 1.0}, "q2": {"hit@4": 1.0}, "new": {"hit@4": 0.0, "mrr@10": 1.0}})
    changes = difference(now, earlier)
    assert set(changes) == {"hit@4"}
    assert (changes["hit@4"].value, changes["hit@4"].n) == (0.5, 2)


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"scores": 5}', '{"scores": {"q1": 5}}', '{"scores": {"q1": {"hit@4": "x"}}}']
)
def test_what_is_no_report_is_refused(content: str, tmp_path: Path) -> None:
    (tmp_path / "report.json").write_text(content)
    with pytest.raises(RequestError, match="expected a report"):
        difference(make_report({"q1": {"hit@4": 1.0}}), tmp_path / "report.json")


def test_a_report_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RequestError, match="choose another"):
        make_report({}).save(tmp_path / "file")
