"""Manifests: the file beside articles that says what they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from documents.reading import Failure, find_files


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
