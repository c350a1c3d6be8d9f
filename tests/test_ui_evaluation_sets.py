from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from documents.errors import QuestionSetError, RequestError
from ui.evaluation_sets import FOLDER, MAX_QUESTIONS, MAX_UPLOADS, QuestionSets


def lines(count: int = 2) -> str:
    return "".join(json.dumps({"question": f"What of {number}?", "answers": ["x"]}) + "\n" for number in range(count))


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox" / "0a1b"
    folder.mkdir(parents=True)
    return folder.parent


@pytest.fixture
def sets(tmp_path: Path) -> QuestionSets:
    (tmp_path / "home" / FOLDER).mkdir(parents=True)
    return QuestionSets(tmp_path / "home")


def put(inbox: Path, text: str, name: str = "mine.jsonl") -> str:
    path = inbox / "0a1b" / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_samples_and_the_sets_of_the_home_folder_are_offered(sets: QuestionSets, tmp_path: Path) -> None:
    (tmp_path / "home" / FOLDER / "b\x1b[1m.jsonl").write_text(lines(3))
    (tmp_path / "home" / FOLDER / "notes.txt").write_text("no set")
    (tmp_path / "home" / FOLDER / "c.csv").mkdir()
    choices = sets.choices({})
    assert [label for label, _ in choices] == ["Sample questions, about the sample articles", "b.jsonl"]
    assert len(sets.question_set({}, choices[0][1]).questions) > 20
    assert next(q.question for q in sets.question_set({}, choices[1][1]).questions) == "What of 0?"


def test_without_a_home_folder_there_are_still_the_samples(tmp_path: Path) -> None:
    assert len(QuestionSets(tmp_path / "absent").choices({})) == 1


def test_an_upload_belongs_to_its_visitor_and_its_copy_goes(sets: QuestionSets, inbox: Path) -> None:
    mine: dict[str, Any] = {}
    file = put(inbox, lines(2))
    key = sets.take_in(mine, file, inbox=inbox)
    assert not Path(file).exists()
    assert sets.choices(mine)[0] == ("mine.jsonl (uploaded, 2 questions)", key)
    assert len(sets.question_set(mine, key).questions) == 2
    with pytest.raises(RequestError, match="of the list"):
        sets.question_set({}, key)
    for _ in range(MAX_UPLOADS):
        sets.take_in(mine, put(inbox, lines(1)), inbox=inbox)
    assert len(mine) == MAX_UPLOADS and key not in mine


@pytest.mark.parametrize(
    "key", [None, 7, "", "home:", "home:../secret.jsonl", "home:/etc/passwd", "upload:0", ["sample"], {"a": 1}, "x\0"]
)
def test_forged_keys_name_nothing(sets: QuestionSets, tmp_path: Path, key: Any) -> None:
    (tmp_path / "home" / "secret.jsonl").write_text(lines(1))
    with pytest.raises(RequestError, match="of the list"):
        sets.question_set({}, key)


def test_only_received_files_of_the_right_kind_and_size_are_taken(sets: QuestionSets, inbox: Path) -> None:
    outside = inbox.parent / "outside.jsonl"
    outside.write_text(lines(1))
    link = inbox / "link.jsonl"
    link.symlink_to(outside)
    for file in (str(outside), str(link), "mine.jsonl", None, 7, [str(outside)], str(inbox / "absent.jsonl")):
        with pytest.raises(RequestError, match="just uploaded"):
            sets.take_in({}, file, inbox=inbox)
    assert outside.exists()
    with pytest.raises(RequestError, match="ending in"):
        sets.take_in({}, put(inbox, "x", "a.exe"), inbox=inbox)
    with pytest.raises(RequestError, match="at most 5 MB"):
        sets.take_in({}, put(inbox, " " * 5_000_001), inbox=inbox)


@pytest.mark.parametrize(
    "text", ["", "{", "[" * 100_000, '{"question": 7}\n', '{"question": "Q", "anwers": ["x"]}\n', "\0\0", '{"a": 1}\n']
)
def test_what_is_no_set_is_refused_in_one_line_that_names_no_folder(sets: QuestionSets, inbox: Path, text: str) -> None:
    mine: dict[str, Any] = {}
    file = put(inbox, text)
    with pytest.raises(QuestionSetError) as caught:
        sets.take_in(mine, file, inbox=inbox)
    assert "\n" not in str(caught.value)
    assert str(inbox) not in str(caught.value)
    assert mine == {} and not Path(file).exists()


def test_a_run_from_the_page_has_a_limit(sets: QuestionSets, inbox: Path) -> None:
    assert sets.take_in({}, put(inbox, lines(MAX_QUESTIONS)), inbox=inbox)
    with pytest.raises(RequestError, match=r"at most 500 questions.*got 501.*byline evaluate"):
        sets.take_in({}, put(inbox, lines(MAX_QUESTIONS + 1)), inbox=inbox)
