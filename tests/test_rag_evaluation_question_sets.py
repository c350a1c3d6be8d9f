"""The front door to question sets: every format is told from its content, every mistake is named on one line."""

from __future__ import annotations

import json
import os
import string
from pathlib import Path
from typing import Any

import pytest
from fakes import SAMPLES
from hypothesis import given
from hypothesis import strategies as st

from documents.errors import QuestionSetError
from rag.evaluation.gold import KEYS, GoldQuestion, QuestionSet
from rag.evaluation.question_sets import read_questions

DATA = Path(__file__).parent / "data" / "question_sets"


def write(folder: Path, content: str | bytes, name: str = "questions.jsonl") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def read(folder: Path, *lines: str | dict[str, Any], name: str = "questions.jsonl") -> QuestionSet:
    text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    return read_questions(write(folder, text, name))


def refused(path: Path, qrels: Path | None = None) -> str:
    """Return the message of a refusal; it is one line and names the file."""
    with pytest.raises(QuestionSetError) as caught:
        read_questions(path, qrels=qrels)
    message = str(caught.value)
    assert "\n" not in message and len(message) < 700
    assert str(path) in message or (qrels is not None and str(qrels) in message)
    return message


# -- what is read --------------------------------------------------------------------------------


def test_a_question_is_read_whole(tmp_path: Path) -> None:
    row = {
        "id": "q1",
        "question": "Who?",
        "answers": ["a"],
        "outlets": ["B"],
        "articles": ["c"],
        "quotes": ["d"],
        "speakers": ["e"],
        "published": "2024-02-29",
        "answerable": True,
        "history": [["f", "g"]],
        "tags": ["press-review"],
    }
    assert set(row) == set(KEYS)
    got = read(tmp_path, row, "", '{"question": "What?"}', '{"question": "X?", "answerable": false}', "")
    full, bare, unanswerable = got.questions
    assert full == GoldQuestion.from_dict(row)
    assert (bare.id, bare.answerable) == ("line 3", None)
    assert unanswerable.answerable is False
    assert (got.name, got.warnings, got.retrieval_only) == ("questions.jsonl", (), False)


@pytest.mark.parametrize("key", ["answers", "outlets", "articles", "quotes", "speakers"])
def test_gold_says_that_there_is_an_answer(key: str, tmp_path: Path) -> None:
    assert read(tmp_path, {"question": "Who?", key: ["d"]}).questions[0].answerable is True
    assert read(tmp_path, {"question": "Who?", "published": "2024-05-31"}).questions[0].answerable is True


def test_null_is_as_good_as_no_key(tmp_path: Path) -> None:
    row = dict.fromkeys(KEYS) | {"question": "Who?"}
    assert read(tmp_path, row).questions == (GoldQuestion("Who?", "line 1"),)


def test_the_sample_questions_raise_no_warning() -> None:
    got = read_questions(SAMPLES / "questions.jsonl")
    assert len(got.questions) > 90 and got.warnings == ()


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1).filter(str.strip)
LISTS = st.lists(TEXTS, max_size=3).map(tuple)
QUESTIONS = st.builds(
    GoldQuestion,
    question=TEXTS,
    id=TEXTS,
    answers=LISTS,
    outlets=LISTS,
    articles=LISTS,
    quotes=LISTS,
    speakers=LISTS,
    published=st.sampled_from(["", "2024-05-31"]),
    answerable=st.booleans(),
    history=st.lists(st.tuples(TEXTS, TEXTS), max_size=2).map(tuple),
    tags=LISTS,
)


@given(
    st.lists(QUESTIONS, min_size=1, max_size=4, unique_by=lambda question: question.id),
    st.booleans(),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
)
def test_what_is_written_as_json_lines_is_read_again(
    tmp_path_factory: pytest.TempPathFactory, asked: list[GoldQuestion], ascii_only: bool, end: str, mark: bool
) -> None:
    rows = [{key: getattr(question, key) for key in KEYS if getattr(question, key) != ""} for question in asked]
    text = end.join(json.dumps(row, ensure_ascii=ascii_only) for row in rows)
    folder = tmp_path_factory.mktemp("set")
    read_back = read_questions(write(folder, text.encode("utf-8-sig" if mark else "utf-8")))
    assert read_back.questions == tuple(asked)
    listed = read_questions(write(folder, json.dumps(rows, ensure_ascii=ascii_only), "questions.json"))
    assert listed.questions == tuple(asked) and listed.digest == read_back.digest


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("questions.jsonl", 4),
        ("questions.json", 4),
        ("questions.csv", 4),
        ("squad-1.1.json", 4),
        ("squad-2.0.json", 5),
        ("multihop-rag.json", 10),
    ],
)
def test_the_format_is_told_from_the_content_whatever_the_name(name: str, count: int, tmp_path: Path) -> None:
    content = (DATA / name).read_bytes()
    expected = read_questions(DATA / name).questions
    assert len(expected) == count
    for other in ("set", "set.txt", "set.JSON", Path(name).name):
        assert read_questions(write(tmp_path, content, other)).questions == expected


def test_our_three_forms_hold_the_same_questions() -> None:
    lines, listed, table = (read_questions(DATA / f"questions.{ending}") for ending in ("jsonl", "json", "csv"))
    assert [q.question for q in lines.questions] == [q.question for q in listed.questions]
    assert lines.questions[:3] == listed.questions[:3] == table.questions[:3]
    assert [lines.questions[3].id, listed.questions[3].id, table.questions[3].id] == ["line 4", "[3]", "line 5"]


@pytest.mark.parametrize("name", ["q.json", "q.txt", "q.jsonl", "q"])
def test_one_object_a_line_and_one_object_alone_are_told_apart(name: str, tmp_path: Path) -> None:
    assert len(read(tmp_path, '{"question": "a"}', '{"question": "b"}', name=name).questions) == 2
    assert len(read(tmp_path, '{"question": "a"}', name=name).questions) == 1
    if name != "q.jsonl":
        assert len(read(tmp_path, "{", '"question": "a"', "}", name=name).questions) == 1


def test_a_long_first_line_is_read_in_either_form(tmp_path: Path) -> None:
    long = "x" * 100_000
    assert len(read(tmp_path, {"question": long}, {"question": "b"}).questions) == 2
    assert len(read_questions(write(tmp_path, json.dumps([{"question": long}]), "q.json")).questions) == 1
    squad = json.loads((DATA / "squad-1.1.json").read_text(encoding="utf-8"))
    squad["data"][0]["paragraphs"][0]["context"] += " More." * 20_000
    assert len(read_questions(write(tmp_path, json.dumps(squad), "q.jsonl")).questions) == 4


def test_a_line_of_ten_megabytes_is_read(tmp_path: Path) -> None:
    assert len(read(tmp_path, {"question": "a"}, {"question": "b", "quotes": ["x" * 10_000_000]}).questions) == 2


# -- what is refused -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('{"question": "Who?", "outlet": ["B"]}', "'outlet'; did you mean outlets?"),
        ('{"question": "Who?", "Answers": ["B"]}', "'Answers'; did you mean answers?"),
        ('{"question": "Who?", "grades": [["a", 1]]}', "expected a known key"),
        ('{"question": "Who?", "zzz": 1}', "known are question, id"),
        ('{"answers": ["a"]}', "expected question as a text that is not empty, got none"),
        ('{"question": " "}', "expected question"),
        ('{"question": 5}', "expected question"),
        ('{"question": "a\\u0000b"}', "expected question"),
        ('{"question": "a\\ud800b"}', "expected question"),
        ('{"question": "Who?", "id": 5}', "expected id"),
        ('{"question": "Who?", "answers": "a"}', "expected answers as a list"),
        ('{"question": "Who?", "answers": ["\\udfff"]}', "expected answers as a list"),
        ('{"question": "Who?", "quotes": [1]}', "expected quotes as a list"),
        ('{"question": "Who?", "quotes": [""]}', "expected quotes as a list"),
        ('{"question": "Who?", "speakers": {"a": 1}}', "expected speakers as a list"),
        ('{"question": "Who?", "answerable": "yes"}', "expected answerable"),
        ('{"question": "Who?", "answerable": 1}', "expected answerable"),
        ('{"question": "Who?", "published": "31.5.2024"}', "expected published as a day such as 2024-05-31"),
        ('{"question": "Who?", "published": "2024-02-30"}', "expected published"),
        ('{"question": "Who?", "published": "20240531"}', "expected published"),
        ('{"question": "Who?", "published": "2024-W22-5"}', "expected published"),
        ('{"question": "Who?", "published": 2024}', "expected published"),
        ('{"question": "Who?", "history": [["a"]]}', "expected history"),
        ('{"question": "Who?", "history": [["a", ""]]}', "expected history"),
        ('{"question": "Who?", "history": "a"}', "expected history"),
        ('["Who?"]', "expected one JSON object, got list"),
        ("null", "expected one JSON object, got NoneType"),
        ('{"question": "Who?"', "expected one JSON object"),
        ('{"question": "Who?"} {"question": "What?"}', "Extra data"),
        ('{"question": "Who?", "question": "What?"}', "each key once in an object, got 'question' twice"),
        ("[" * 100_000, "too deeply nested"),
        ('{"question": ' + '{"a":' * 900 + "1" + "}" * 900 + "}", "line 2"),
        ('{"question": ' + "9" * 5_000 + "}", "too many digits"),
        ('{"question": ' + "9" * 4_000 + "}", "expected question"),
        ('{"question": NaN}', "expected question"),
        ('{"question": 1e999}', "expected question"),
        ('{"question": "Who?", "' + "k" * 1_000_000 + '": 1}', "expected a known key"),
        ('{"question": "Who?", "answers": [' + "1," * 500_000 + "1]}", "expected answers"),
        ('{"question": "Again?", "id": "line 1"}', "expected a new id, got 'line 1' again (first in line 1)"),
        ('{"question": "a\x00b"}', "got a zero character"),
    ],
)
def test_a_bad_line_is_named(line: str, says: str, tmp_path: Path) -> None:
    path = write(tmp_path, '{"question": "First?"}\n' + line)
    message = refused(path)
    assert message.startswith(f"{path} line 2: ") and says in message


def test_both_lines_of_a_repeated_id_are_named(tmp_path: Path) -> None:
    path = write(tmp_path, '{"question": "a", "id": "x"}\n\n\n{"question": "b", "id": "x"}')
    assert refused(path) == f"{path} line 4: expected a new id, got 'x' again (first in line 1)"


@pytest.mark.parametrize("name", ["q.jsonl", "q.json", "q.csv", "q.tsv", "q.txt", "q.xml", "q"])
@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf", b" \r\n\t"])
def test_a_file_without_questions_is_refused(name: str, content: bytes, tmp_path: Path) -> None:
    assert "expected at least one question" in refused(write(tmp_path, content, name))


@pytest.mark.parametrize("name", ["q.jsonl", "q.json", "q.csv", "q.tsv", "q.txt", "q.xml", "q"])
@pytest.mark.parametrize(
    ("content", "says"),
    [
        ('{"question": "a"}'.encode("utf-16"), "got UTF-16"),
        ('{"question": "a"}'.encode("utf-16-be"), "got a zero character"),
        (b"\xff\xfe\x00", "got UTF-16"),
        (b"question\ncaf\xe9?\n", "line 2: expected UTF-8 text, got byte 0xe9"),
        (b"PK\x03\x04\x14\x00\x06\x00", "got a zero character"),
        (b"\x1f\x8b\x08\x00", "expected UTF-8 text"),
        (b"\xf0\x9f\x98", "expected UTF-8 text"),
    ],
)
def test_what_is_no_utf8_text_is_refused(name: str, content: bytes, says: str, tmp_path: Path) -> None:
    assert says in refused(write(tmp_path, content, name))


def test_bad_bytes_far_down_are_named_by_their_line(tmp_path: Path) -> None:
    good = b'{"question": "a %d"}\n'
    many = b"".join(good % n for n in range(10_000))
    assert "line 10001: expected UTF-8" in refused(write(tmp_path, many + b'{"question": "caf\xe9"}\n'))
    document = b"[\n" + b",\n".join(good.strip() % n for n in range(10_000)) + b',\n"caf\xe9"]'
    assert "line 10002: expected UTF-8" in refused(write(tmp_path, document, "q.json"))


@pytest.mark.parametrize(
    "content", ["Who paid for the ferry?", "%PDF-1.4", "question: Who?\nanswers:\n- a\n", "id;text\n1;a"]
)
def test_an_unknown_format_says_which_are_known(content: str, tmp_path: Path) -> None:
    message = refused(write(tmp_path, content, "q.txt"))
    assert all(known in message for known in ("JSON lines", "CSV", "SQuAD", "MultiHop-RAG", "TREC"))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ('[{"question": "a"}', "line 1: expected JSON, got text that is none"),
        ('[\n {"question": "a"},\n {"question": }\n]', "line 3: expected JSON"),
        ("[" * 100_000, "too deeply nested"),
        ("[" * 100_000 + "]" * 100_000, "too deeply nested"),
        ("[" + "9" * 10_000 + "]", "too many digits"),
        ("[]", "at least one question"),
        ("[1]", "[0]: expected an object, got 1"),
        ('[{"question": "a"}, null]', "[1]: expected an object, got None"),
        ('[{"question": "a"}, {"question": "b", "answer": ["c"]}]', "[1]: expected a known key, got 'answer'; did you"),
        (
            '[{"id": "x", "question": "a"}, {"id": "x", "question": "b"}]',
            "[1]: expected a new id, got 'x' again (first in [0])",
        ),
        ('[{"question": "a"}]\n[{"question": "b"}]', "line 2: expected JSON"),
        ('{"questions": [{"question": "a"}]}', "expected a known key, got 'questions'; did you mean question?"),
        ("{}", "expected question"),
        ("{", "expected"),
    ],
)
def test_a_bad_json_document_is_named_by_line_or_path(content: str, says: str, tmp_path: Path) -> None:
    assert says in refused(write(tmp_path, content, "q.json"))


def test_an_object_nested_to_the_limit_is_one_line(tmp_path: Path) -> None:
    for depth in range(100, 1_000, 20):
        nested = '{"question": "a", "answers": ' + "[" * depth + "]" * depth + "}"
        assert "line 1" in refused(write(tmp_path, nested))


def test_a_line_too_long_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.evaluation.set_files.MAX_LINE", 100)
    monkeypatch.setattr("rag.evaluation.set_files.MAX_WHOLE", 100)
    long = json.dumps({"question": "x" * 200})
    assert "line 2: expected a line of at most 100 bytes" in refused(write(tmp_path, '{"question": "a"}\n' + long))
    assert "expected a file of at most 100 bytes" in refused(write(tmp_path, f"[{long}]", "q.json"))


def test_what_cannot_be_opened_is_refused(tmp_path: Path) -> None:
    assert "check the path" in refused(tmp_path / "none.jsonl")
    assert "got a folder" in refused(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    assert "got a pipe" in refused(tmp_path / "pipe")
    with pytest.raises(QuestionSetError, match="check the path"):
        read_questions(Path("a\x00b"))
    assert "check the path" in refused(tmp_path / ("x" * 300))


@given(st.binary(max_size=200), st.sampled_from(["q.jsonl", "q.json", "q.csv", "q.tsv", "q.xml", "q"]), st.booleans())
def test_any_bytes_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, name: str, judged: bool
) -> None:
    path = write(tmp_path_factory.mktemp("set"), content, name)
    try:
        read_questions(path, qrels=path if judged else None)
    except QuestionSetError as error:
        assert "\n" not in str(error)


def test_a_file_cut_anywhere_is_read_or_refused(tmp_path: Path) -> None:
    for source in sorted(DATA.iterdir()):
        content = source.read_bytes()
        for end in range(0, len(content), max(1, len(content) // 40)):
            path = write(tmp_path, content[:end], source.name)
            try:
                read_questions(path, qrels=DATA / "qrels.txt" if "topics" in source.name else None)
            except QuestionSetError as error:
                assert "\n" not in str(error)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(string.printable, max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    *KEYS,
                    "data",
                    "paragraphs",
                    "qas",
                    "context",
                    "title",
                    "text",
                    "answer_start",
                    "is_impossible",
                    "query",
                    "answer",
                    "question_type",
                    "evidence_list",
                    "fact",
                    "source",
                    "url",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(JSON)
def test_any_json_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, value: object) -> None:
    folder = tmp_path_factory.mktemp("set")
    for name in ("q.json", "q.jsonl"):
        try:
            read_questions(write(folder, json.dumps(value), name))
        except QuestionSetError as error:
            assert "\n" not in str(error)


# -- what is warned of ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ({"answers": [], "outlets": ["B"]}, "answers is an empty list"),
        ({"answerable": True}, "answerable is true but no gold"),
        ({"answerable": False, "answers": ["a"]}, "answerable is false although answers"),
        ({"quotes": ["a"], "tags": ["press-review"]}, "press-review measures nothing without outlets"),
        (
            {"quotes": ["a"], "tags": ["quote-back"]},
            "quote-back measures nothing without outlets, articles or published",
        ),
        ({"quotes": ["a"], "tags": ["follow-up"]}, "follow-up is given without a history"),
        ({"tags": ["press review"]}, "the tag 'press review' has no meaning of its own; did you mean press-review?"),
        ({"tags": ["Press-Review"]}, "did you mean press-review?"),
        ({"tags": ["false_premise"]}, "did you mean false-premise?"),
        ({"tags": ["false-premises"]}, "did you mean false-premise?"),
        ({"tags": ["followup"]}, "did you mean follow-up?"),
        ({"tags": ["quoteback"]}, "did you mean quote-back?"),
    ],
)
def test_what_may_be_a_mistake_is_a_warning_that_names_the_line(row: dict[str, Any], says: str, tmp_path: Path) -> None:
    [warning] = read(tmp_path, {"question": "First?"}, row | {"question": "Second?"}).warnings
    assert warning.startswith("line 2: ") and says in warning and "\n" not in warning


@pytest.mark.parametrize(
    "row",
    [
        {"answerable": False, "answers": [], "tags": ["press-review", "quote-back"]},
        {"outlets": ["B"], "tags": ["press-review"]},
        {"published": "2024-05-31", "tags": ["quote-back"]},
        {"tags": ["press", "review", "german", "premise", "unknown-outlet", "x" * 1_000_000]},
        {"answerable": True, "published": "2024-05-31"},
    ],
)
def test_what_is_no_mistake_is_no_warning(row: dict[str, Any], tmp_path: Path) -> None:
    assert read(tmp_path, row | {"question": "Who?"}).warnings == ()


def test_the_same_question_twice_is_a_warning_unless_its_history_differs(tmp_path: Path) -> None:
    asked = [{"question": "And then?"}, {"question": "and  THEN?"}, {"question": "And then?", "history": [["a", "b"]]}]
    assert read(tmp_path, *asked).warnings == ("line 2: asks the same as line 1",)


def test_many_warnings_of_a_kind_are_one_sentence(tmp_path: Path) -> None:
    rows = [{"question": f"Question {n}?", "answerable": True} for n in range(21)]
    assert len(read(tmp_path, *rows[:20]).warnings) == 20
    [warning] = read(tmp_path, *rows).warnings
    assert warning.startswith("21 times: answerable is true") and warning.endswith("line 1, line 2, line 3")
