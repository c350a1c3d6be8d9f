"""CSV, SQuAD and MultiHop-RAG as question sets: what becomes of every field, and what is refused where."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from documents.errors import QuestionSetError
from documents.outlets.registry import OutletRegistry
from documents.reading import ReadOptions, find_files, read_file
from rag.evaluation.gold import GoldQuestion
from rag.evaluation.question_sets import read_questions

DATA = Path(__file__).parent / "data" / "question_sets"


def refused(folder: Path, content: str, name: str) -> str:
    path = folder / name
    path.write_text(content, encoding="utf-8", newline="")
    with pytest.raises(QuestionSetError) as caught:
        read_questions(path)
    message = str(caught.value)
    assert message.startswith(f"{path} ") and "\n" not in message and len(message) < 700
    return message.removeprefix(f"{path} ")


# -- CSV -----------------------------------------------------------------------------------------


def table(folder: Path, *lines: str, end: str = "\n", mark: bool = False) -> tuple[GoldQuestion, ...]:
    path = folder / "q.csv"
    path.write_bytes(end.join(lines).encode("utf-8-sig" if mark else "utf-8"))
    return read_questions(path).questions


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", [False, True])
def test_a_table_is_read_whole(end: str, mark: bool, tmp_path: Path) -> None:
    questions = table(
        tmp_path,
        "question,answers,answerable,history,quotes",
        "",
        'Who?,a | b|,TRUE,,"[""x|y"", ""z""]"',
        ',,,,,"'.rstrip('"'),
        'And?,,false,"[[""Who?"", ""Me.""]]",',
        '"Two',
        'lines?",c,,,[...] says the minister',
        "Short?",
        end=end,
        mark=mark,
    )
    assert questions == (
        GoldQuestion("Who?", "line 3", answers=("a", "b"), quotes=("x|y", "z"), answerable=True),
        GoldQuestion("And?", "line 5", answerable=False, history=(("Who?", "Me."),)),
        GoldQuestion(f"Two{end}lines?", "line 6", ("c",), quotes=("[...] says the minister",), answerable=True),
        GoldQuestion("Short?", "line 8"),
    )


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_told_from_the_first_row(delimiter: str, tmp_path: Path) -> None:
    for name in ("q.csv", "q.tsv", "q.txt"):
        path = tmp_path / name
        path.write_text(f'id{delimiter}"question"\n1{delimiter}Who?\n')
        assert read_questions(path).questions == (GoldQuestion("Who?", "1"),)


def test_an_empty_json_list_is_an_empty_list_and_an_empty_cell_is_none(tmp_path: Path) -> None:
    path = tmp_path / "q.csv"
    path.write_text("question,answers,outlets\nWho?,[],B\nWhat?,,B\n")
    [warning] = read_questions(path).warnings
    assert warning.startswith("line 2: answers is an empty list")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("id,answers\n1,a\n", "line 1: expected a column question"),
        ("question,answer\nWho?,a\n", "line 1: expected a known key, got 'answer'; did you mean answers?"),
        ("question,question\nWho?,a\n", "line 1: expected each column once, got 'question' twice"),
        ("question,,id\nWho?,a,b\n", "line 1: expected a known key, got ''"),
        ("id,question\nx,a\nx,b\n", "line 3: expected a new id, got 'x' again (first in line 2)"),
        ("question\n\nWho?,a\n", "line 3: expected 1 cells, got 2"),
        ("id,question\nx,\n", "line 2: expected question as a text that is not empty, got none"),
        ("question,answerable\nWho?,yes\n", "line 2: expected answerable as true or false, got 'yes'"),
        ("question,published\nWho?,1.2.2024\n", "line 2: expected published as a day"),
        ("question,history\nWho?,before\n", "line 2: expected history as JSON"),
        ('question,history\nWho?,"[""a""]"\n', "line 2: expected history as a list of [question, answer]"),
        ('question,answers\nWho?,"[""a"""\n', "line 2: expected answers as a JSON list"),
        ('question,answers\nWho?,"[""a"", 1]"\n', "line 2: expected answers as a list of texts"),
        ('question\nWho?\n"never\nclosed\n', "line 3: expected a row of the table"),
        ('question\n"a"b\n', "line 2: expected a row of the table"),
        ("question\rWho?\rWhat?\r", "expected"),
        ("question,answers\nWho?," + "x" * 10_000_001 + "\x00\n", "line 2: expected text, got a zero character"),
        ("question,history\nWho?," + "[" * 100_000 + "\n", "line 2: expected history as JSON"),
    ],
)
def test_a_bad_table_is_named_by_its_line(content: str, says: str, tmp_path: Path) -> None:
    assert says in refused(tmp_path, content, "q.csv")


# -- SQuAD ---------------------------------------------------------------------------------------

HERRING = "Herring quota cut by a third after winter survey"


def test_squad_gives_the_sentence_around_the_answer_as_quote() -> None:
    questions = {question.id: question for question in read_questions(DATA / "squad-2.0.json").questions}
    assert questions["h1"] == GoldQuestion(
        "How much herring may the boats land this year?",
        "h1",
        answers=("39,000 tonnes", "39,000"),
        articles=(HERRING,),
        quotes=(
            "Boats from Port Lowen may land 39,000 tonnes of herring this year instead of the 58,000 they were allowed in 2024.",
        ),
        answerable=True,
    )
    assert questions["h3"].quotes == (
        "A run of warm springs has brought the plankton to its peak three weeks before the larvae hatch, so that they starve.",
    )
    assert questions["h4"] == GoldQuestion(
        "Which biologist said that the fishermen had caused the decline?", "h4", answerable=False
    )


def test_the_two_versions_of_squad_give_the_same_questions() -> None:
    old, new = read_questions(DATA / "squad-1.1.json"), read_questions(DATA / "squad-2.0.json")
    assert old.questions == tuple(question for question in new.questions if question.answerable)
    assert old.warnings == new.warnings == ()


def squad(change: Callable[[dict[str, Any]], object]) -> str:
    document = json.loads((DATA / "squad-2.0.json").read_text(encoding="utf-8"))
    change(document)
    return json.dumps(document)


def first(document: dict[str, Any]) -> dict[str, Any]:
    qa: dict[str, Any] = document["data"][0]["paragraphs"][0]["qas"][0]
    return qa


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda d: d.update(data=5), "data: expected a list of objects, got 5"),
        (lambda d: d["data"].append("x"), "data[2]: expected an object, got 'x'"),
        (lambda d: d["data"][1].pop("paragraphs"), "data[1].paragraphs: expected a list of objects, got none"),
        (lambda d: d["data"][1].update(title=7), "data[1]: expected title as a text"),
        (lambda d: d["data"][0]["paragraphs"][1].pop("context"), "data[0].paragraphs[1]: expected context as a text"),
        (lambda d: d["data"][0]["paragraphs"][1].update(qas={}), "data[0].paragraphs[1].qas: expected a list"),
        (lambda d: first(d).pop("question"), "data[0].paragraphs[0].qas[0]: expected question"),
        (lambda d: first(d).update(id=[]), "data[0].paragraphs[0].qas[0]: expected id"),
        (
            lambda d: first(d).update(id="h3"),
            "data[0].paragraphs[1].qas[0]: expected a new id, got 'h3' again (first in data[0].paragraphs[0].qas[0])",
        ),
        (lambda d: first(d).update(is_impossible="no"), "data[0].paragraphs[0].qas[0]: expected is_impossible"),
        (lambda d: first(d).update(answers="a"), "data[0].paragraphs[0].qas[0].answers: expected a list of objects"),
        (lambda d: first(d).update(answers=["a"]), "data[0].paragraphs[0].qas[0].answers[0]: expected an object"),
        (lambda d: first(d)["answers"][1].update(text=""), "data[0].paragraphs[0].qas[0].answers[1]: expected text"),
        (lambda d: first(d)["answers"][1].update(answer_start="5"), ".answers[1]: expected answer_start"),
        (lambda d: first(d)["answers"][1].update(answer_start=True), ".answers[1]: expected answer_start"),
        (lambda d: d.update(data=[]), "expected at least one question"),
    ],
)
def test_bad_squad_is_named_by_its_path(change: Callable[[dict[str, Any]], object], says: str, tmp_path: Path) -> None:
    path = tmp_path / "q.json"
    path.write_text(squad(change), encoding="utf-8")
    with pytest.raises(QuestionSetError) as caught:
        read_questions(path)
    assert says in str(caught.value) and str(path) in str(caught.value)


def changed(folder: Path, change: Callable[[dict[str, Any]], object]) -> tuple[GoldQuestion, tuple[str, ...]]:
    path = folder / "q.json"
    path.write_text(squad(change), encoding="utf-8")
    got = read_questions(path)
    return got.questions[0], got.warnings


def test_a_wrong_start_is_looked_past_and_an_answer_from_elsewhere_is_a_warning(tmp_path: Path) -> None:
    right = read_questions(DATA / "squad-2.0.json").questions[0].quotes
    for start in (0, -5, 10**30, None):
        question, warnings = changed(tmp_path, lambda d, start=start: first(d)["answers"][0].update(answer_start=start))
        assert question.quotes == right and warnings == ()
    question, warnings = changed(tmp_path, lambda d: first(d).update(answers=[{"text": "forty", "answer_start": 3}]))
    assert question.quotes == () and question.answers == ("forty",)
    assert warnings == (
        "data[0].paragraphs[0].qas[0]: an answer does not stand in its context, so no quote is taken from it",
    )


def test_of_several_sentences_the_one_that_most_answers_point_at_is_the_quote(tmp_path: Path) -> None:
    context = "The herring is gone. The boats stay in. Boats rest."
    answers = [
        {"text": "herring", "answer_start": 4},
        {"text": "boats", "answer_start": 25},
        {"text": "stay in", "answer_start": 31},
    ]
    document = {
        "data": [{"paragraphs": [{"context": context, "qas": [{"question": "a", "id": 7, "answers": answers}]}]}]
    }
    path = tmp_path / "q.json"
    path.write_text(json.dumps(document))
    [question] = read_questions(path).questions
    assert (question.id, question.articles, question.quotes) == ("7", (), ("The boats stay in.",))


def test_an_answer_over_two_sentences_has_both_as_quote(tmp_path: Path) -> None:
    context = "He left. It rained. She stayed."
    qa = {"question": "a", "answers": [{"text": "left. It", "answer_start": 3}]}
    path = tmp_path / "q.json"
    path.write_text(json.dumps({"data": [{"paragraphs": [{"context": context, "qas": [qa]}]}]}))
    assert read_questions(path).questions[0].quotes == ("He left. It rained.",)


def test_an_impossible_question_with_an_answer_is_a_warning_and_with_an_empty_one_is_none(tmp_path: Path) -> None:
    question, warnings = changed(tmp_path, lambda d: first(d).update(is_impossible=True))
    assert question.answerable is False and question.quotes == () and len(warnings) == 1
    empty = {"is_impossible": True, "answers": [{"text": "", "answer_start": -1}]}
    question, warnings = changed(tmp_path, lambda d: first(d).update(empty))
    assert question.answers == () and warnings == ()


# -- MultiHop-RAG --------------------------------------------------------------------------------


def test_multihop_rag_gives_facts_outlets_and_addresses() -> None:
    got = read_questions(DATA / "multihop-rag.json")
    assert got.questions[2] == GoldQuestion(
        "Which ship's salvage did Radio Varne price at 27 million crowns and the Brannock Courier at 31.5 million in the end?",
        "[2]",
        answers=("Skerra Maid",),
        outlets=("Radio Varne", "Brannock Courier"),
        articles=(
            "https://radiovarne.example/n/48213",
            "https://www.brannockcourier.example/2026/01/29/final-ferry-report",
        ),
        quotes=(
            "Salvaging the wreck of the Skerra Maid will cost 27 million crowns instead of the 18 million estimated in December, the transport ministry said on Tuesday.",
            "Raising the wreck cost the state 31.5 million crowns in the end.",
        ),
        answerable=True,
        tags=("inference_query", "multihop-rag"),
    )
    assert got.questions[9] == GoldQuestion(
        "What did the Brannock Courier report on the transfer fee that the Mariners received for Jory Pikestone?",
        "[9]",
        answerable=False,
        tags=("null_query", "multihop-rag"),
    )
    assert got.warnings == () and not got.retrieval_only


def test_the_corpus_of_the_same_schema_is_read_as_articles_that_hold_the_facts() -> None:
    [source], failures = find_files([DATA / "multihop-rag-corpus.json"])
    content = read_file(source, ReadOptions(), OutletRegistry.load())
    assert not failures and not content.failures and len(content.articles) == 12
    by_url = {item.article.url: item.article for item in content.articles}
    for row in json.loads((DATA / "multihop-rag.json").read_text(encoding="utf-8")):
        for evidence in row["evidence_list"]:
            article = by_url[evidence["url"]]
            assert evidence["fact"] in article.text
            assert (article.title, article.outlet) == (evidence["title"], evidence["source"])
            assert (article.published or "")[:10] == evidence["published_at"][:10]


def multihop(folder: Path, **changes: Any) -> Path:
    evidence = {"fact": "It rained.", "source": "B", "url": "https://b.example/1", "title": "Rain"}
    row = {"query": "Who?", "answer": "a", "question_type": "inference_query", "evidence_list": [evidence]} | changes
    path = folder / "q.json"
    path.write_text(json.dumps([{key: value for key, value in row.items() if value is not None}]))
    return path


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"query": ""}, "[0]: expected query as a text"),
        ({"answer": None}, "[0]: expected answer as a text that is not empty, got none"),
        ({"answer": ["a"]}, "[0]: expected answer as a text"),
        ({"question_type": None}, "[0]: expected question_type as a text"),
        ({"evidence_list": {}}, "[0].evidence_list: expected a list of objects"),
        ({"evidence_list": ["x"]}, "[0].evidence_list[0]: expected an object"),
        ({"evidence_list": [{"fact": 1}]}, "[0].evidence_list[0]: expected fact as a text"),
        ({"evidence_list": [{"fact": "a"}, {"source": []}]}, "[0].evidence_list[1]: expected source as a text"),
    ],
)
def test_bad_multihop_rag_is_named_by_its_path(changes: dict[str, Any], says: str, tmp_path: Path) -> None:
    path = multihop(tmp_path, **changes)
    with pytest.raises(QuestionSetError) as caught:
        read_questions(path)
    assert f"{path} {says}" in str(caught.value)


def test_evidence_without_an_address_goes_by_its_title_and_without_a_fact_is_a_warning(tmp_path: Path) -> None:
    got = read_questions(
        multihop(tmp_path, evidence_list=[{"title": "Rain", "url": ""}, {"title": "Rain", "fact": ""}])
    )
    assert got.questions[0].articles == ("Rain",) and got.questions[0].quotes == ()
    assert got.warnings == ("[0]: no fact is given, so retrieval is measured by articles only",)


def test_multihop_rag_is_read_line_by_line_too(tmp_path: Path) -> None:
    rows = json.loads((DATA / "multihop-rag.json").read_text(encoding="utf-8"))
    path = tmp_path / "q.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)))
    lines, listed = read_questions(path).questions, read_questions(DATA / "multihop-rag.json").questions
    assert [q.quotes for q in lines] == [q.quotes for q in listed] and lines[0].id == "line 1"
