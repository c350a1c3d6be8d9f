"""Bad rows, lines and objects: each a failure with its line, and the others are read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from documents.outlets.registry import OutletRegistry
from documents.reading import Failure, FileContent, ReadOptions, SourceFile, read_file

BODY = "The bridge over the Reed was closed on Monday after engineers found cracks in two of its piers."


@pytest.fixture(scope="module")
def registry() -> OutletRegistry:
    return OutletRegistry.load()


def read(path: Path, registry: OutletRegistry, data: str | bytes, **options: object) -> FileContent:
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    content = read_file(SourceFile(path, path), ReadOptions(**options), registry)  # type: ignore[arg-type]
    for failure in content.failures:
        assert failure.path == str(path)
        assert "\n" not in failure.reason
        assert "expected" in failure.reason
        assert "got" in failure.reason
        assert len(failure.reason) < 600
    return content


def refused(content: FileContent) -> tuple[str, int | None]:
    """The one failure of a file that gave no article: its code and line."""
    assert content.articles == ()
    (failure,) = content.failures
    return code(failure), failure.line


def code(failure: Failure) -> str:
    return failure.reason.split(":")[0]


def texts(content: FileContent) -> list[str]:
    return [found.article.text for found in content.articles]


def test_a_large_table_is_streamed_and_only_its_articles_are_limited(tmp_path: Path, registry: OutletRegistry) -> None:
    objects = [json.dumps({"text": BODY})] * 3
    objects[1] = json.dumps({"text": "word " * 1_000})
    for name in ("a.jsonl", "a.csv"):
        lines = objects if name == "a.jsonl" else ["text", f'"{BODY}"', '"' + "word " * 1_000 + '"', f'"{BODY}"']
        content = read(tmp_path / name, registry, "\n".join(lines) + "\n", max_bytes=6_000, max_characters=4_000)
        assert texts(content) == [BODY, BODY]
        (failure,) = content.failures
        assert (code(failure), failure.line) == ("too-large", 2 if name == "a.jsonl" else 3)
        size = (tmp_path / name).stat().st_size
        assert read(tmp_path / name, registry, (tmp_path / name).read_bytes(), max_bytes=size - 1).failures == ()


def test_a_line_without_end_does_not_fill_the_memory(tmp_path: Path, registry: OutletRegistry) -> None:
    first = json.dumps({"text": BODY})
    content = read(tmp_path / "a.jsonl", registry, f'{first}\n{{"text": "{"x" * 100_000}"}}\n', max_bytes=1_000)
    assert texts(content) == [BODY]
    assert [(code(failure), failure.line) for failure in content.failures] == [("too-large", 2)]


def test_malformed_line_7(tmp_path: Path, registry: OutletRegistry) -> None:
    lines = [json.dumps({"text": f"Article {number}."}) for number in range(1, 11)]
    lines[6] = lines[6][:-4]
    content = read(tmp_path / "a.jsonl", registry, "\n".join(lines))
    assert texts(content) == [f"Article {number}." for number in range(1, 11) if number != 7]
    assert [(code(failure), failure.line) for failure in content.failures] == [("malformed-json", 7)]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("[1, 2]", "malformed-json"),
        ("null", "malformed-json"),
        ('"text"', "malformed-json"),
        ("[" * 100_000, "malformed-json"),
        ('{"a":' * 100_000, "malformed-json"),
        ('{"text": ' + "9" * 10_000 + "}", "malformed-json"),
        ('{"title": "No text here"}', "no-text"),
        ('{"text": 12}', "no-text"),
        ('{"text": {"html": "x"}}', "no-text"),
        ('{"text": ["a", 1]}', "no-text"),
        ('{"text": "' + "\x00" + '"}', "malformed-json"),
    ],
)
def test_lines_that_hold_no_article(tmp_path: Path, registry: OutletRegistry, line: str, reason: str) -> None:
    good = json.dumps({"text": BODY})
    content = read(tmp_path / "a.jsonl", registry, f"{good}\n{line}\n{good}\n")
    assert texts(content) == [BODY, BODY]
    assert [(code(failure), failure.line) for failure in content.failures] == [(reason, 2)]


def test_bytes_that_are_not_utf_8_cost_their_line_only(tmp_path: Path, registry: OutletRegistry) -> None:
    good = json.dumps({"text": "Žluťoučký kůň úpěl"}, ensure_ascii=False).encode()
    content = read(tmp_path / "a.jsonl", registry, b"\n".join([good, b'{"text": "caf\xe9"}', good]))
    assert len(content.articles) == 2
    assert [(code(failure), failure.line) for failure in content.failures] == [("encoding", 2)]
    rows = read(tmp_path / "a.csv", registry, "text\nŽluťoučký kůň\n".encode() + b"caf\xe9\n" + "Úpěl\n".encode())
    assert texts(rows) == ["Žluťoučký kůň", "Úpěl"]
    assert [(code(failure), failure.line) for failure in rows.failures] == [("encoding", 3)]


def test_a_file_of_other_things_fails_once(tmp_path: Path, registry: OutletRegistry) -> None:
    content = read(tmp_path / "a.jsonl", registry, "This is plain text, line by line.\n" * 500)
    assert content.articles == ()
    assert len(content.failures) == 21
    assert "nothing after them was read" in content.failures[-1].reason


@pytest.mark.parametrize("text", ["{broken", '{"text": "a"', "[" * 100_000, "12", '"text"', "[1, 2", "{'text': 'a'}"])
def test_malformed_json_files(tmp_path: Path, registry: OutletRegistry, text: str) -> None:
    assert refused(read(tmp_path / "a.json", registry, text))[0] == "malformed-json"


def test_members_of_a_json_list_that_hold_no_article(tmp_path: Path, registry: OutletRegistry) -> None:
    content = read(tmp_path / "a.json", registry, json.dumps([{"text": BODY}, 7, {"title": "x"}, {"text": " "}]))
    assert texts(content) == [BODY]
    assert [code(failure) for failure in content.failures] == ["malformed-json", "no-text", "no-text"]
    assert [f"item {number}" in failure.reason for number, failure in enumerate(content.failures, 2)] == [True] * 3
    assert refused(read(tmp_path / "a.json", registry, "[]"))[0] == "empty"


def test_a_table_without_the_mapped_column(tmp_path: Path, registry: OutletRegistry) -> None:
    content = read(tmp_path / "a.csv", registry, f"id,text,heading\n1,{BODY},x\n", mapping={"text": "corpo"})
    assert refused(content) == ("no-column", 1)
    assert "'corpo'" in content.failures[0].reason
    assert "'id', 'text', 'heading'" in content.failures[0].reason
    content = read(tmp_path / "a.csv", registry, f"text,heading\n{BODY},x\n", mapping={"title": "manchete"})
    assert refused(content) == ("no-column", 1)


def test_a_table_without_a_text_column(tmp_path: Path, registry: OutletRegistry) -> None:
    columns = ",".join(f"column {number}" for number in range(500))
    content = read(tmp_path / "a.csv", registry, f"{columns}\n{BODY}\n")
    assert refused(content) == ("no-column", 1)
    assert "'column 0'" in content.failures[0].reason
    assert "488 more" in content.failures[0].reason


def test_long_cells(tmp_path: Path, registry: OutletRegistry) -> None:
    long = "word " * 60_000  # 300,000 characters: over the csv module's own limit of 131,072
    assert texts(read(tmp_path / "a.csv", registry, f'text,title\n"{long}",x\n')) == [long.strip()]


@pytest.mark.parametrize(
    ("row", "line"),
    [
        ("one,two,three", 3),  # more cells than columns
        ('"a "quoted" word",x', 3),
        ("a zero\x00character,x", 3),
    ],
)
def test_bad_rows_cost_nothing_but_themselves(tmp_path: Path, registry: OutletRegistry, row: str, line: int) -> None:
    content = read(tmp_path / "a.csv", registry, f"text,title\n{BODY},a\n{row}\n{BODY},c\n")
    assert texts(content) == [BODY, BODY]
    assert [failure.line for failure in content.failures] == [line]


def test_a_quotation_mark_that_never_closes(tmp_path: Path, registry: OutletRegistry) -> None:
    content = read(tmp_path / "a.csv", registry, 'text,title\nOne,a\n"Two,b\nThree,c\n')
    assert texts(content) == ["One"]
    assert [(code(failure), failure.line) for failure in content.failures] == [("malformed-row", 3)]
    assert "never closed" in content.failures[0].reason


def test_rows_without_text(tmp_path: Path, registry: OutletRegistry) -> None:
    content = read(tmp_path / "a.csv", registry, f"title,text\nOnly a title\n\nBoth,{BODY}\nBlank, \n")
    assert texts(content) == [BODY]
    assert [(code(failure), failure.line) for failure in content.failures] == [("no-text", 2), ("no-text", 5)]
    assert refused(read(tmp_path / "a.csv", registry, "title,text\n")) == ("empty", None)
