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
        *("photo.jpg", "report.pdf", "notes.docx", "noending", "a.txt~", "byline.toml"),
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
    failure = only_failure(write(tmp_path, "report.pdf", b"%PDF-1.7"))
    assert code(failure) == "unsupported"
    assert ".txt" in failure.reason
    assert "'report.pdf'" in failure.reason


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


CSV = """file,title,outlet,url,published,author,language,mood
a.txt,A bridge,Saltmarsh Courier,https://saltmarsh.example/a,2024-05-01,Ada Quill,en,glum
sub/b.txt,,Halyard & Ledger,,,,,
"""


def test_a_manifest_says_what_files_are(tmp_path: Path) -> None:
    for name in ("a.txt", "sub/b.txt", "c.txt"):
        write(tmp_path, name)
    write(tmp_path, "articles.csv", CSV)
    sources, failures = find_files([tmp_path])
    assert not failures
    assert [source.path.name for source in sources] == ["a.txt", "c.txt", "b.txt"]
    rows = [source.manifest_row for source in sources]
    assert rows == [
        {
            "title": "A bridge",
            "outlet": "Saltmarsh Courier",
            "url": "https://saltmarsh.example/a",
            "published": "2024-05-01",
            "author": "Ada Quill",
            "language": "en",
        },
        None,
        {"outlet": "Halyard & Ledger"},
    ]
    (alone,), failures = find_files([tmp_path / "a.txt"])
    assert (alone.manifest_row, failures) == (rows[0], [])


def test_a_manifest_in_json(tmp_path: Path) -> None:
    write(tmp_path, "a.txt")
    write(tmp_path, "articles.json", '{"articles": [{"file": "a.txt", "outlet": {"name": "Saltmarsh Courier"}}]}')
    (source,), failures = find_files([tmp_path])
    assert (source.manifest_row, failures) == ({"outlet": "Saltmarsh Courier"}, [])


def test_a_manifest_given_by_name_stands_for_its_files(tmp_path: Path) -> None:
    for name in ("a.txt", "sub/b.txt", "c.txt"):
        write(tmp_path, name)
    manifest = write(tmp_path, "articles.csv", CSV)
    assert names([manifest]) == ["a.txt", "b.txt"]


def test_the_manifest_nearer_to_a_file_counts(tmp_path: Path) -> None:
    write(tmp_path, "sub/b.txt")
    write(tmp_path, "a.txt")
    write(tmp_path, "articles.csv", CSV)
    write(tmp_path, "sub/articles.csv", "file,outlet\nb.txt,Nine Kiosks\n")
    sources, _ = find_files([tmp_path])
    assert sources[1].manifest_row == {"outlet": "Nine Kiosks"}


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("gone.txt", "missing"),
        ("../outside.txt", "manifest"),
        ("/etc/passwd", "manifest"),
        ("..\\outside.txt", "manifest"),
        ("C:\\a.txt", "manifest"),
        ("link.txt", "not-a-file"),
        ("away/outside.txt", "not-a-file"),
        ("folder.txt", "not-a-file"),
        ("photo.jpg", "unsupported"),
        ('""', "manifest"),
        ("a.txt", "manifest"),  # a second row for it
    ],
)
def test_a_row_that_names_nothing_readable_is_a_failure_with_its_line(tmp_path: Path, row: str, reason: str) -> None:
    folder = tmp_path / "in"
    outside = write(tmp_path, "outside.txt")
    for name in ("a.txt", "photo.jpg"):
        write(folder, name)
    (folder / "folder.txt").mkdir()
    (folder / "link.txt").symlink_to(outside)
    (folder / "away").symlink_to(tmp_path)
    manifest = write(folder, "articles.csv", f"file,outlet\na.txt,Nine Kiosks\n{row},Nine Kiosks\n")
    sources, failures = find_files([manifest])
    assert [(source.path.name, source.manifest_row) for source in sources] == [("a.txt", {"outlet": "Nine Kiosks"})]
    assert [(failure.path, failure.line, code(failure)) for failure in failures] == [(str(manifest), 3, reason)]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("articles.csv", "title,text\nA bridge,The bridge is closed.\n"),
        ("articles.csv", "file,text\na.txt,The bridge is closed.\n"),
        ("articles.json", '[{"title": "A bridge", "text": "The bridge is closed."}]'),
        ("articles.json", '{"text": "The bridge is closed."}'),
        ("articles.json", "[broken"),
        ("articles.csv", b"\x00\x01\x02\x03"),
    ],
)
def test_a_table_of_articles_is_no_manifest(tmp_path: Path, name: str, text: str | bytes) -> None:
    write(tmp_path, "a.txt")
    write(tmp_path, name, text)
    sources, failures = find_files([tmp_path])
    assert [source.path.name for source in sources] == sorted(["a.txt", name])
    assert not failures
    assert all(source.manifest_row is None for source in sources)


def test_a_manifest_may_name_what_a_walk_passes_over(tmp_path: Path) -> None:
    write(tmp_path, "README.md")
    write(tmp_path, "articles.csv", "file,outlet\nREADME.md,Nine Kiosks\n")
    assert names([tmp_path]) == ["README.md"]
