"""Whole evaluations: what is asked, what a system may be, errors, workers, and that every part comes together."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from evaluated import QUESTIONS, make_chatbot, make_home, saying
from fakes import SAMPLES
from llm_server import llm_server

from documents.errors import GenerationModelError, QuestionSetError, RequestError
from rag import evaluate
from rag.answers import Answer
from rag.evaluation.gold import GoldQuestion, QuestionSet
from rag.evaluation.outcomes import Failure
from rag.evaluation.report import Report
from rag.pipeline import Chatbot


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_home(tmp_path_factory.mktemp("evaluated") / "home")


@pytest.fixture
def chatbot(home: Path) -> Iterator[Chatbot]:
    bot = make_chatbot(home)
    yield bot
    bot.collection.close()


def timeless(report: Report) -> dict[str, Any]:
    """Return everything of a report but what a clock decides."""
    plain = report.to_dict() | {"results": [result.to_dict() for result in report.results], "seconds": 0}
    plain["metrics"] = {name: value for name, value in plain["metrics"].items() if "latency" not in name}
    plain["about"].pop("workers")
    for result in plain["results"]:
        result["seconds"] = None
        if result["answer"]:
            result["answer"]["timings_ms"] = None
    return plain


def test_a_whole_report(chatbot: Chatbot) -> None:
    told: list[tuple[int, int]] = []
    report = evaluate(QUESTIONS, chatbot=chatbot, progress=lambda *done: told.append(done))
    assert told == [(done, 5) for done in range(1, 6)]
    assert [result.question.id for result in report.results] == [question.id for question in QUESTIONS]
    assert report.metrics["hit@10"].value == 1 and report.metrics["hit@10"].n == 3
    assert report.metrics["answer_contains"].n == 4 and report.metrics["latency_p50_ms"].n == 5
    assert {"correct", "quote_verbatim", "citation_recall", "abstention_f1"} <= set(report.metrics)
    assert set(report.tags) == {"transport", "number"} and report.tags["transport"]["outlet_accuracy"].n == 2
    assert len(report.baselines) == 7 and "latency_p50_ms" not in report.baselines["always_answer"]
    assert report.about.answered_by == "extractive" and report.about.articles == 4 and report.about.judge == "gate"
    assert report.confusion is not None and report.outlets and report.risk_coverage and report.seconds > 0
    assert all(result.seen and result.seconds is not None for result in report.results)
    assert report.results[0].seen[0].gold
    assert report.warnings == ()
    assert Report.from_dict({"format": 2} | report.to_dict() | {"results": [r.to_dict() for r in report.results]})
    assert not list((chatbot.settings.home / "evaluations").iterdir())


def test_workers_change_nothing(chatbot: Chatbot) -> None:
    many = [replace(q, id=f"{q.id} {n}") for n in range(4) for q in QUESTIONS]
    assert timeless(evaluate(many, chatbot=chatbot, workers=4)) == timeless(evaluate(many, chatbot=chatbot))


def test_the_lent_chatbots_conversation_is_left_alone(chatbot: Chatbot) -> None:
    chatbot.ask("What did the Kestrel Courier say about the bridge?")
    before = chatbot.ask("And the Harbour Gazette?").standalone_question
    chatbot.ask("What did the Kestrel Courier say about the bridge?")
    evaluate(QUESTIONS[:1], chatbot=chatbot)
    assert chatbot.ask("And the Harbour Gazette?").standalone_question == before


def test_a_language_model_judges_the_answers_and_never_the_baselines(chatbot: Chatbot) -> None:
    with llm_server("yes") as server:
        chatbot.settings = chatbot.settings.model_copy(update={"llm": server.spec})
        report = evaluate(QUESTIONS, ask=lambda question: saying("It is May.", question), chatbot=chatbot, judge="llm")
        asked = len(server.requests)
    assert report.about.judge.endswith("test-model") and asked <= 2 * len(QUESTIONS)
    assert any("baselines' citations were judged by gate" in warning for warning in report.warnings)
    assert report.baselines["always_answer"]["citation_recall"].value == 1


def test_any_function_can_be_evaluated(chatbot: Chatbot) -> None:
    def system(question: str) -> Answer:
        return saying("It is May.", question)

    report = evaluate(QUESTIONS, ask=system, chatbot=chatbot)
    assert report.metrics["answer_contains"].value == 0.25
    assert report.about.answered_by == "custom" and report.metrics["latency_p95_ms"].n == 5
    assert "hit@10" not in report.metrics and "hit@10" in report.baselines["always_answer"]
    assert all(result.seen == () for result in report.results)


def test_an_answer_may_come_as_its_json(chatbot: Chatbot) -> None:
    def system(question: str) -> Mapping[str, Any]:
        return saying("It is May.", question).to_dict()

    assert evaluate(QUESTIONS[:1], ask=system, chatbot=chatbot).metrics["answer_contains"].value == 1  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (None, "got NoneType None for question 'bridge'"),
        ("It is May.", "got str 'It is May.'"),
        ({"text": "May"}, "question 'bridge': expected an answer with the field 'question'"),
    ],
)
def test_what_is_no_answer_ends_it_and_is_shown(chatbot: Chatbot, given: Any, says: str) -> None:
    with pytest.raises(RequestError, match=says) as caught:
        evaluate(QUESTIONS, ask=lambda question: given, chatbot=chatbot)
    assert "\n" not in str(caught.value)


def test_history_is_passed_where_it_is_wanted(chatbot: Chatbot) -> None:
    turns = (("Who runs the ferry?", "The harbour board."),)
    asked, seen = [replace(QUESTIONS[1], history=turns)], []

    def with_history(question: str, *, history: Sequence[tuple[str, str]] = ()) -> Answer:
        seen.append(history)
        return saying("310", question)

    evaluate(asked, ask=with_history, chatbot=chatbot)
    assert seen == [turns]
    assert evaluate(asked, ask=lambda question: saying("310"), chatbot=chatbot).results[0].correct is False
    with make_chatbot(chatbot.settings.home).collection:
        assert evaluate(asked, ask=chatbot.ask, chatbot=chatbot).results[0].answer is not None


def test_an_error_is_that_questions_failure(chatbot: Chatbot) -> None:
    def system(question: str) -> Answer:
        if "ferry" in question:
            raise GenerationModelError("expected an answer, got none; start the server")
        return saying("It is May.", question)

    report = evaluate(QUESTIONS, ask=system, chatbot=chatbot)
    failed = report.results[1]
    assert failed.answer is None and failed.seconds is None and failed.correct is False
    assert failed.error == "expected an answer, got none; start the server"
    assert Failure.ERROR in {fault.kind for fault in failed.faults}
    assert report.metrics["correct"].n == 5 and report.metrics["latency_p50_ms"].n == 4


@pytest.mark.parametrize("workers", [1, 3])
def test_any_other_error_ends_it(chatbot: Chatbot, workers: int) -> None:
    def system(question: str) -> Answer:
        raise ZeroDivisionError(question)

    with pytest.raises(ZeroDivisionError):
        evaluate(QUESTIONS, ask=system, chatbot=chatbot, workers=workers)


def test_workers_ask_at_the_same_time(chatbot: Chatbot) -> None:
    together = threading.Barrier(3, timeout=20)

    def system(question: str) -> Answer:
        together.wait()
        return saying("May", question)

    many = [GoldQuestion("Who?", f"q{number}") for number in range(6)]
    assert evaluate(many, ask=system, chatbot=chatbot, workers=3).questions == 6


def test_retrieval_only_answers_nothing(chatbot: Chatbot) -> None:
    report = evaluate(QUESTIONS, chatbot=chatbot, retrieval_only=True)
    assert report.about.retrieval_only and all(result.answer is None for result in report.results)
    assert report.metrics["mrr@10"].value > 0
    assert not {"correct", "outlet_accuracy", "latency_p50_ms", "abstention_f1"} & set(report.metrics)
    assert set(report.baselines) == {"random_passage", "bm25_only", "dense_only"}
    assert {"mrr@10", "hit@10"} <= set(report.baselines["bm25_only"])


def test_graded_articles_are_ranked_as_articles(chatbot: Chatbot) -> None:
    graded = GoldQuestion(
        "ferry to Senn island", "7", grades=(("Harbour Gazette today", 2), ("Kestrel Courier today", 0))
    )
    report = evaluate(QuestionSet((graded,), retrieval_only=True), chatbot=chatbot)
    articles = [seen.article_id for seen in report.results[0].seen]
    assert len(articles) == len(set(articles)) == 4  # each article once, though each has two passages
    assert report.metrics["ndcg@10"].value == report.metrics["mrr@10"].value == 1


def test_topics_with_qrels_are_read_and_only_searched(chatbot: Chatbot, tmp_path: Path) -> None:
    (tmp_path / "topics.tsv").write_text("7\tferry to Senn island\n")
    article = next(a for a in chatbot.collection.store.articles() if a.outlet == "Harbour Gazette")
    (tmp_path / "qrels").write_text(f"7 0 {article.id} 1\n")
    report = evaluate(tmp_path / "topics.tsv", qrels=tmp_path / "qrels", chatbot=chatbot)
    assert report.about.retrieval_only and report.metrics["hit@1"].value == 1 and report.about.name == "topics.tsv"
    with pytest.raises(RequestError, match="leave ask out"):
        evaluate(tmp_path / "topics.tsv", qrels=tmp_path / "qrels", chatbot=chatbot, ask=saying)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"questions": []}, "at least one question"),
        ({"questions": ["Who?"]}, "expected questions as GoldQuestion, got str"),
        ({"questions": [GoldQuestion("Who?", "a"), GoldQuestion("Where?", "a")]}, "'a' twice"),
        ({"questions": QUESTIONS, "qrels": "x"}, "read already"),
        ({"questions": QUESTIONS, "workers": 0}, "1 worker or more, got 0"),
        ({"questions": QUESTIONS, "prices": (1.0,)}, "expected prices"),
        ({"questions": QUESTIONS, "prices": (1.0, -2.0)}, "expected prices"),
        ({"questions": QUESTIONS, "ask": "me"}, "expected ask as a function"),
        ({"questions": QUESTIONS, "judge": "nobody"}, "nobody"),
    ],
)
def test_what_does_not_fit_is_refused(chatbot: Chatbot, arguments: dict[str, Any], says: str) -> None:
    with pytest.raises(RequestError, match=says) as caught:
        evaluate(chatbot=chatbot, **arguments)
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_refused_before_anything_is_opened(tmp_path: Path) -> None:
    with pytest.raises(QuestionSetError):
        evaluate(tmp_path / "none.jsonl")


def test_questions_without_ids_are_numbered(chatbot: Chatbot) -> None:
    report = evaluate([GoldQuestion("Who?"), GoldQuestion("Where?", "b")], chatbot=chatbot)
    assert [result.question.id for result in report.results] == ["question 1", "b"]


def test_what_the_collection_lacks_is_a_warning(chatbot: Chatbot) -> None:
    report = evaluate([GoldQuestion("Who?", "a", outlets=("Nowhere Post",), answerable=True)], chatbot=chatbot)
    assert any("Nowhere Post" in warning for warning in report.warnings)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_samples_make_a_full_report(tmp_path: Path) -> None:
    from documents.sources import ReadOptions
    from index.building import ingest
    from index.embedding import load_encoder
    from rag.settings import Settings

    ingest(tmp_path, [SAMPLES], options=ReadOptions(), encoder=load_encoder())
    report = evaluate(SAMPLES / "questions.jsonl", settings=Settings(home=tmp_path))
    assert report.metrics["hit@10"].value > 0.8 and report.metrics["quote_verbatim"].value == 1
    assert report.metrics["correct"].value > report.baselines["question_only"]["correct"].value
    slowest = max(result.seconds or 0 for result in report.results[1:])
    assert (report.results[0].seconds or 0) < 3 * slowest  # no model was loaded in it
