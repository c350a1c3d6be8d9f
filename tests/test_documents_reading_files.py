"""Finding files: what a walk takes, passes over and reports, and what manifests say."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from documents.reading import Failure, ReadOptions, find_files, fingerprint


def write(folder: Path, name: str, text: str | bytes = "Some words of an article.") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def names(paths: list[Path]) -> list[str]:
    sources, failures = find_files(paths)
    assert not failures
    return [source.path.name for source in sources]


def code(failure: Failure) -> str:
    return failure.reason.split(":")[0]


def only_failure(*paths: Path) -> Failure:
    sources, failures = find_files(list(paths))
    assert not sources
    assert len(failures) == 1
    assert "\n" not in failures[0].reason
    return failures[0]


def test_a_walk_is_sorted_deep_and_takes_each_file_once(tmp_path: Path) -> None:
    for name in (
        "b.txt",
        "a.md",
        "deep/er/c.HTML",
        "deep/d.jsonl",
        "e.json",
        "f.csv",
        "g.tsv",
        "h.ndjson",
        "i.markdown",
    ):
        write(tmp_path, name)
    sources, failures = find_files([tmp_path / "deep" / "..", tmp_path / "b.txt", tmp_path])
    assert not failures
    assert [source.path for source in sources] == sorted(source.path for source in sources)
    assert len(sources) == 9
    assert all(source.path.is_absolute() and source.root == tmp_path.resolve() for source in sources)


def test_a_file_given_by_name_is_its_own_root(tmp_path: Path) -> None:
    path = write(tmp_path, "a.txt").resolve()
    (source,), _ = find_files([path])
    assert (source.path, source.root, source.manifest_row) == (path, path, None)


@pytest.mark.parametrize(
    "name",
    [
        *(
            ".hidden.txt",
            ".git/config.txt",
            "README.md",
            "readme-de.txt",
            "LICENSE.txt",
            "LICENSE-MIT.md",
            "licence.txt",
        ),
        *("photo.jpg", "report.xlsx", "notes.doc", "a.gz", "sitemap.json~", "noending", "a.txt~", "byline.toml"),
    ],
)
def test_what_a_walk_passes_over(tmp_path: Path, name: str) -> None:
    write(tmp_path, "article.txt")
    write(tmp_path, name)
    assert names([tmp_path]) == ["article.txt"]


@pytest.mark.parametrize("name", ["license-plates-to-change.txt", "notice-of-strike.txt", "authors-on-strike.md"])
def test_articles_are_not_taken_for_licences(tmp_path: Path, name: str) -> None:
    write(tmp_path, name)
    assert names([tmp_path]) == [name]


def test_question_sets_and_mappings_are_no_articles(tmp_path: Path) -> None:
    write(tmp_path, "article.jsonl", '{"text": "Has the bridge a future?", "question": "no"}\n')
    asked = write(tmp_path, "asked.jsonl", '\n{"question": "Who?", "answers": ["Nobody"]}\n')
    write(tmp_path, "columns.json", '{"text": "corpo da notícia", "title": "manchete"}')
    write(tmp_path, "one.json", '{"text": "The bridge over the Reed is closed until Friday."}')
    assert names([tmp_path]) == ["article.jsonl", "one.json"]
    assert code(only_failure(asked)) == "question-set"


def test_an_empty_folder_and_one_without_articles(tmp_path: Path) -> None:
    failure = only_failure(tmp_path)
    assert (failure.path, code(failure)) == (str(tmp_path.resolve()), "no-articles")
    write(tmp_path, "photo.jpg")
    write(tmp_path, "README.md")
    assert "2 other files" in only_failure(tmp_path).reason


@pytest.mark.parametrize("name", ["nowhere", "nowhere.txt", "a.txt/b.txt", "x" * 5_000, "nul\x00.txt"])
def test_a_missing_path(tmp_path: Path, name: str) -> None:
    write(tmp_path, "a.txt")
    failure = only_failure(tmp_path / name)
    assert code(failure) in ("missing", "unreadable")


def test_a_file_of_another_kind_given_by_name(tmp_path: Path) -> None:
    failure = only_failure(write(tmp_path, "report.xlsx", b"PK"))
    assert code(failure) == "unsupported"
    assert ".txt" in failure.reason
    assert "'report.xlsx'" in failure.reason


def test_links_out_of_the_folder_are_not_followed(tmp_path: Path) -> None:
    outside, inside = tmp_path / "outside", tmp_path / "inside"
    secret = write(outside, "secret.txt")
    real = write(inside, "real.txt")
    (inside / "file.txt").symlink_to(secret)
    (inside / "folder").symlink_to(outside)
    (inside / "absent.txt").symlink_to(tmp_path / "nowhere")
    (inside / "circle.txt").symlink_to(inside / "circle.txt")
    (inside / "again.txt").symlink_to(real)
    (inside / "up").symlink_to(inside)
    (inside / "libc").symlink_to("/etc/passwd")  # of no kind that is read: not worth a word
    sources, failures = find_files([inside])
    assert [source.path for source in sources] == [real.resolve()]
    assert [Path(failure.path).name for failure in failures] == ["absent.txt", "circle.txt", "file.txt", "folder"]
    assert {code(failure) for failure in failures} == {"link"}


def test_a_link_given_by_name_is_followed(tmp_path: Path) -> None:
    real = write(tmp_path / "real", "a.txt").resolve()
    (tmp_path / "link").symlink_to(real.parent)
    (source,), failures = find_files([tmp_path / "link"])
    assert (source.path, source.root, failures) == (real, real.parent, [])


def test_pipes_sockets_and_devices_neither_hang_nor_pass(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    with socket.socket(socket.AF_UNIX) as server:
        monkeypatch.chdir(tmp_path)  # a socket's path may only be short
        server.bind("socket.md")
        write(tmp_path, "a.txt")
        sources, failures = find_files([tmp_path])
    assert [source.path.name for source in sources] == ["a.txt"]
    assert [(Path(failure.path).name, code(failure)) for failure in failures] == [
        ("pipe.txt", "not-a-file"),
        ("socket.md", "not-a-file"),
    ]
    assert code(only_failure(Path("/dev/zero"))) == "not-a-file"
    assert code(only_failure(tmp_path / "pipe.txt")) == "not-a-file"


def test_names_that_are_not_text_are_reported(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt")).write_text("words")
    failure = only_failure(tmp_path)
    failure.path.encode()
    assert code(failure) == "name"


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that another user could enter (pytest's own is not)."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.mark.skipif(not hasattr(os, "seteuid"), reason="needs users")
def test_what_may_not_be_read_is_reported(open_folder: Path) -> None:
    write(open_folder, "closed/a.txt").parent.chmod(0)
    write(open_folder, "b.txt").chmod(0)
    write(open_folder, "c.txt")
    was = os.geteuid()
    if was == 0:
        os.seteuid(65534)
    try:
        sources, failures = find_files([open_folder])
        prints = {fingerprint(source, ReadOptions()) for source in sources}
    finally:
        if was == 0:
            os.seteuid(was)
        (open_folder / "closed").chmod(0o755)
    assert [source.path.name for source in sources] == ["b.txt", "c.txt"]  # b.txt fails when it is read
    assert len(prints) == 2
    assert [(Path(failure.path).name, code(failure)) for failure in failures] == [("closed", "unreadable")]
