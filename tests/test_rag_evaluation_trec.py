"""TREC topics in their three forms, and the qrels that belong to them."""

from __future__ import annotations

from pathlib import Path

import pytest

from documents.errors import QuestionSetError
from rag.evaluation.gold import GoldQuestion, QuestionSet
from rag.evaluation.question_sets import read_questions

DATA = Path(__file__).parent / "data" / "question_sets"
QRELS = DATA / "qrels.txt"
FERRY = (
    ("https://radiovarne.example/n/48213", 2),
    ("https://www.brannockcourier.example/2026/01/29/final-ferry-report", 1),
    ("yard-pin.md", 0),
)
CANAL = (
    ("https://halyardledger.example/freight/karsovia-canal-dues", 1),
    ("https://glaskarsovije.example/en/canal-tariff-fair", 1),
)


def read(folder: Path, topics: str, qrels: str, name: str = "topics") -> QuestionSet:
    (folder / name).write_text(topics, encoding="utf-8")
    (folder / "qrels").write_text(qrels, encoding="utf-8")
    return read_questions(folder / name, qrels=folder / "qrels")


def refused(folder: Path, topics: str, qrels: str = "1 0 d 1\n", name: str = "topics") -> str:
    with pytest.raises(QuestionSetError) as caught:
        read(folder, topics, qrels, name)
    message = str(caught.value)
    assert "\n" not in message and len(message) < 700
    return message.replace(f"{folder}/", "")


@pytest.mark.parametrize(("name", "zero"), [("topics.txt", "0"), ("topics.xml", ""), ("topics.tsv", "")])
def test_topics_get_the_grades_of_their_qrels(name: str, zero: str) -> None:
    got = read_questions(DATA / name, qrels=QRELS)
    assert got.questions == (
        GoldQuestion("Salvage of the Skerra Maid", f"{zero}51", grades=FERRY),
        GoldQuestion("Dues on the Orlava Canal", f"{zero}52", grades=CANAL),
    )
    assert got.retrieval_only and got.name == name
    left_out, strangers = got.warnings
    assert "left out" in left_out and left_out.startswith("line ") and left_out.endswith(f"{zero}53")
    assert strangers == "qrels.txt: 1 judged topics are not in " + name


def test_a_title_keeps_its_entities_and_what_follows_a_less_than_sign(tmp_path: Path) -> None:
    topics = "<top>\n<num>Number: 1</num>\n<title>Topic: A &amp; B < 5 </title>\n</top>"
    assert read(tmp_path, topics, "1 0 d 1").questions[0].question == "A & B < 5"
    topics = "<topics><topic number='1'><title><![CDATA[A & B]]></title></topic></topics>"
    assert read(tmp_path, topics, "1 0 d 1").questions[0].question == "A & B"


def test_a_documents_name_may_hold_spaces_where_tabs_separate(tmp_path: Path) -> None:
    got = read(tmp_path, "1\tWho?", "1\t0\tThe four who were never found\t1\r\n\n1 Q0 d -1\n1 Q0 d -1")
    assert got.questions[0].grades == (("The four who were never found", 1), ("d", -1))


@pytest.mark.parametrize(
    ("topics", "says"),
    [
        ("<top>\n<num> 1\n<title> a\n", "topics line 1: expected </top> after <top>, got none"),
        ("\n<top><num>1<title>a\n<top><num>2<title>b</top>", "topics line 2: expected </top>"),
        ("<top>\n<title> a\n</top>", "topics line 1: expected a topic with a number"),
        ("<top>\n<num> 1\n<desc> a\n</top>", "topics line 1: expected a topic with a title or query"),
        ("<top>\n<num> 1\n<title>\n</top>", "topics line 1: expected a topic with a title"),
        (
            "<top><num>1<title>a</top>\n<top><num>1<title>b</top>",
            "line 2: expected a new id, got '1' again (first in line 1)",
        ),
        ("<html><body>Hello</body></html>", "topics line 1: expected TREC topics"),
        ("<?xml version='1.0'?><topics></topics>", "topics line 1: expected TREC topics"),
        ("1\tWho?\n2 What?\n", "topics line 2: expected an id, a tab and a query"),
        ("1\tWho?\n2\tWhat?\tx\n", "topics line 2: expected an id, a tab and a query"),
        ("1\tWho?\n\tWhat?\n", "topics line 2: expected an id, a tab and a query"),
        ("1\tWho?\n1\tWhat?\n", "topics line 2: expected a new id"),
        ('{"question": "a"}\n', "topics line 1: expected TREC topics, which qrels belong to, got another format"),
        ("question\nWho?\n", "expected TREC topics, which qrels belong to"),
        ("", "got another format"),
    ],
)
def test_bad_topics_are_named_by_their_line(topics: str, says: str, tmp_path: Path) -> None:
    assert says in refused(tmp_path, topics)


@pytest.mark.parametrize(
    ("qrels", "says"),
    [
        ("1 0 d\n", "qrels line 1: expected topic, iteration, document and grade, got '1 0 d'"),
        ("1 0 d 1\n1 0 a b c 1\n", "qrels line 2: expected topic"),
        ("1 0 d 1.0\n", "qrels line 1: expected a grade as a whole number, got '1.0'"),
        ("1 0 d yes\n", "qrels line 1: expected a grade"),
        ("1 0 d " + "9" * 5_000, "qrels line 1: expected a grade"),
        ("1 0 d ١\n", "qrels line 1: expected a grade"),
        (
            "1 0 d 1\n2 0 d 1\n1 0 d 2\n",
            "qrels line 3: expected one grade for document 'd' of topic '1', got 2 after 1 in line 1",
        ),
        ("7 0 d 1\n", "expected judgements for topics of topics in qrels, got none"),
        ("", "expected judgements"),
        ("1 0 d 1\n1 0 \x00 1\n", "qrels line 2: expected text, got a zero character"),
    ],
)
def test_bad_qrels_are_named_by_their_line(qrels: str, says: str, tmp_path: Path) -> None:
    assert says in refused(tmp_path, "1\tWho?\n", qrels)


@pytest.mark.parametrize("name", ["topics.txt", "topics.xml", "topics.tsv"])
def test_topics_need_qrels(name: str) -> None:
    with pytest.raises(QuestionSetError, match="--qrels FILE"):
        read_questions(DATA / name)


def test_qrels_that_are_not_there_are_refused(tmp_path: Path) -> None:
    with pytest.raises(QuestionSetError, match="check the path"):
        read_questions(DATA / "topics.tsv", qrels=tmp_path / "none")


def test_a_topic_without_a_relevant_document_is_a_warning(tmp_path: Path) -> None:
    assert read(tmp_path, "1\tWho?\n", "1 0 d 0\n").warnings == (
        "line 1: the qrels know no relevant document for topic 1",
    )


def test_many_topics_without_grades_are_one_sentence(tmp_path: Path) -> None:
    topics = "".join(f"{n}\tQuestion {n}?\n" for n in range(1, 30))
    [warning] = read(tmp_path, topics, "1 0 d 1\n").warnings
    assert warning.startswith("28 times: left out") and "line 2 (2), line 3 (3), line 4 (4)" in warning


@pytest.mark.parametrize("piece", ["<top ", "<top>", "<top><num>1<title>", "<title>", "<!--", "&amp;" * 3, "</top"])
def test_repeated_pieces_take_no_time(piece: str, tmp_path: Path) -> None:
    assert refused(tmp_path, "<" + piece * 50_000)
