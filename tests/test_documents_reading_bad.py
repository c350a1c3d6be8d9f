"""Bad input: each a counted failure with its reason, and everything else is read."""

from __future__ import annotations

import json
import os
import random
import time
from pathlib import Path

import pytest

from documents.outlets.registry import OutletRegistry
from documents.reading import Failure, FileContent, ReadOptions, SourceFile, find_files, read_file

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


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html", "a.json", "a.jsonl", "a.csv", "a.tsv"])
@pytest.mark.parametrize("data", [b"", b"  \n\t\r\n  ", b"\xef\xbb\xbf\n"])
def test_empty_files(tmp_path: Path, registry: OutletRegistry, name: str, data: bytes) -> None:
    assert refused(read(tmp_path / name, registry, data))[0] in ("empty", "no-text", "malformed-json")


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html", "a.json", "a.jsonl", "a.csv"])
@pytest.mark.parametrize(
    "data", [b"%PDF-1.7 x", b"PK\x03\x04x", b"\x89PNG\r\n\x1a\n", b"\x7fELF\x02\x00\x00", bytes(500)]
)
def test_binary_files_whatever_their_name(tmp_path: Path, registry: OutletRegistry, name: str, data: bytes) -> None:
    assert refused(read(tmp_path / name, registry, data)) == ("not-text", None)


@pytest.mark.parametrize("text", ["\u200b\u200b", "\u202e \u2066\u00ad", '{"text": " \\u200b "}'])
def test_articles_of_nothing_visible(tmp_path: Path, registry: OutletRegistry, text: str) -> None:
    name = "a.jsonl" if text.startswith("{") else "a.txt"
    assert refused(read(tmp_path / name, registry, text))[0] == "no-text"


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html", "a.json"])
def test_a_large_file_of_one_article_is_refused_before_it_is_read(
    tmp_path: Path, registry: OutletRegistry, name: str
) -> None:
    path = tmp_path / name
    with path.open("wb") as handle:
        handle.truncate(50_000_000)
    started = time.monotonic()
    content = read_file(SourceFile(path, path), ReadOptions(), registry)
    assert refused(content) == ("too-large", None)
    assert "20,000,000" in content.failures[0].reason
    assert time.monotonic() - started < 2


@pytest.mark.parametrize(
    ("front", "line"),
    [
        ("---\ntitle: One: two\n---\n", 2),
        ("---\ntitle: A\noutlet: [BBC\nurl: x\n---\n", 4),
        ("---\ntitle: A\n\toutlet: tab\n---\n", 3),
        ("---\ntitle: never closed\noutlet: BBC\n\n", 1),
        ("---\ntitle: &a [*b]\n---\n", 2),
        ("---\ntitle: bell \x07\n---\n", 1),
        ("---\ntitle: " + "[" * 5_000 + "\n---\n", None),
        ("---\ntitle: " + "x" * 200_000 + "\n---\n", 1),
    ],
)
def test_front_matter_that_is_not_yaml(tmp_path: Path, registry: OutletRegistry, front: str, line: int | None) -> None:
    found = refused(read(tmp_path / "a.md", registry, front + BODY))
    assert found[0] == "front-matter"
    assert line is None or found[1] == line


def test_front_matter_builds_nothing_but_strings(tmp_path: Path, registry: OutletRegistry) -> None:
    attempt = "---\ntitle: !!python/object/apply:os.system ['touch here']\noutlet: &a [*a, *a]\n---\n"
    content = read(tmp_path / "a.md", registry, attempt + BODY)
    assert not (Path.cwd() / "here").exists()
    assert [found.article.outlet for found in content.articles] in ([], [None])
    bomb = "---\na: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(9)
    )
    started = time.monotonic()
    read(tmp_path / "b.md", registry, bomb + "title: *j\nauthor: *j\n---\n" + BODY)
    assert time.monotonic() - started < 5


def test_files_that_vanish_or_turn_into_something_else(tmp_path: Path, registry: OutletRegistry) -> None:
    path = tmp_path / "a.txt"
    path.write_text(BODY)
    (source,), _ = find_files([path])
    path.unlink()
    assert refused(read_file(source, ReadOptions(), registry))[0] == "missing"
    path.symlink_to("/etc/hostname")
    assert refused(read_file(source, ReadOptions(), registry))[0] in ("unreadable", "not-a-file")
    path.unlink()
    os.mkfifo(path)
    assert refused(read_file(source, ReadOptions(), registry))[0] == "not-a-file"
    path.unlink()
    path.mkdir()
    assert refused(read_file(source, ReadOptions(), registry))[0] == "not-a-file"


EXAMPLES = {
    "a.txt": f"Bridge closed\n\n{BODY}",
    "a.md": f"---\ntitle: Bridge closed\noutlet: Saltmarsh Courier\ndate: 2024-05-01\n---\n# Bridge\n\n{BODY}",
    "a.html": f"<html><head><title>T</title><meta name=author content='Ada Quill'><script type='application/ld+json'>"
    f'{{"@type": "NewsArticle", "headline": "H", "datePublished": "2024-05-01"}}</script></head>'
    f"<body><article><h1>H</h1><p>{BODY}</p><table><tr><td>1</td></tr></table></article></body></html>",
    "a.json": json.dumps([{"text": BODY, "title": "Ž", "date": "3 May 2024", "authors": ["A", {"name": "B"}]}] * 2),
    "a.jsonl": f"{json.dumps({'text': BODY, 'id': 1})}\n" * 3,
    "a.csv": f'text,title,date\n"{BODY}","a ""b""",2024-05-01\n' * 2,
    "a.tsv": f"text\ttitle\n{BODY}\tŽ\n",
}
BITES = [
    b"\x00",
    b"\xff\xfe",
    b'"',
    b"\n",
    b"\r",
    b"{",
    b"[",
    b"---\n",
    b"<",
    b">",
    b"</article>",
    b"\xe9",
    b"\xf0\x9f",
]
BITES += [
    b"\\ud800",
    b",",
    b"&#0;",
    b"&#xd800;",
    b"<!--",
    b"<script>",
    b"9" * 30,
    "\u202e".encode(),
    b"<svg><p>",
    b"*a",
]


@pytest.mark.parametrize("rounds", [30, pytest.param(1_500, marks=pytest.mark.slow)])
@pytest.mark.parametrize("name", EXAMPLES)
def test_mutated_files_give_articles_or_reasons(
    tmp_path: Path, registry: OutletRegistry, name: str, rounds: int
) -> None:
    chance = random.Random(name)
    for _ in range(rounds):
        data = bytearray(EXAMPLES[name].encode())
        for _ in range(chance.choice([1, 1, 2, 5, 20])):
            start = chance.randrange(len(data) + 1)
            end = min(len(data), start + chance.choice([0, 1, 3, 40]))
            data[start:end] = chance.choice([b"", chance.choice(BITES), chance.choice(BITES) * 30, chance.randbytes(4)])
        content = read(tmp_path / name, registry, bytes(data))
        assert content.articles or content.failures
        for found in content.articles:
            article = found.article
            fields = (found.item, article.title, article.author, article.outlet, article.url, article.published)
            for value in (article.text, *filter(None, fields)):
                value.encode()
                assert "\x00" not in value
            assert not any("\n" in value for value in fields if value)


def test_one_bad_file_does_not_stop_the_others(tmp_path: Path, registry: OutletRegistry) -> None:
    (tmp_path / "bad.txt").write_bytes(b"\x7fELF\x02\x01\x01\x00")
    (tmp_path / "empty.md").write_bytes(b"")
    (tmp_path / "good.txt").write_text(BODY)
    sources, failures = find_files([tmp_path, tmp_path / "gone"])
    contents = [read_file(source, ReadOptions(), registry) for source in sources]
    assert [len(content.articles) for content in contents] == [0, 0, 1]
    assert [code(failure) for failure in failures] == ["missing"]
