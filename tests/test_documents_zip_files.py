"""Zip archives: every kind of file inside, names that mean harm, and archives that unpack without end."""

from __future__ import annotations

import io
import json
import struct
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from documents.articles import OutletBasis
from documents.outlets.registry import OutletRegistry
from documents.reading import FileContent, ReadOptions, SourceFile, find_files, read_file

BODY = "The bridge over the Reed was closed on Monday after engineers found cracks in two of its piers."


def packed(files: dict[str, str | bytes], kind: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", kind) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


@pytest.fixture(scope="module")
def registry() -> OutletRegistry:
    return OutletRegistry.load()


def read(path: Path, registry: OutletRegistry, data: bytes, **options: object) -> FileContent:
    path.write_bytes(data)
    content = read_file(SourceFile(path, path), ReadOptions(**options), registry)  # type: ignore[arg-type]
    assert all("expected" in f.reason and "\n" not in f.reason and len(f.reason) < 600 for f in content.failures)
    assert list(path.parent.iterdir()) == [path]  # nothing is written beside it
    return content


def codes(content: FileContent) -> list[str]:
    return [failure.reason.split(":")[0] for failure in content.failures]


def test_files_of_every_kind(tmp_path: Path, registry: OutletRegistry) -> None:
    feed = (
        f"<rss><channel><item><guid>g1</guid><title>t</title><description>{BODY}</description></item></channel></rss>"
    )
    data = packed(
        {
            "a/plain.txt": f"Bridge closed\n\n{BODY}",
            "a/page.html": f"<html><body><article><h1>Bridge</h1><p>{BODY}</p></article></body></html>",
            "rows.jsonl": f"{json.dumps({'text': BODY, 'url': 'https://x.example/1'})}\nbad\n{json.dumps({'text': BODY})}\n",
            "table.csv": f'text,title\n"{BODY}",One\n',
            "feed.xml": feed,
            "mail.eml": f"Subject: Review\nFrom: Handelsblatt <x@handelsblatt.com>\n\n{BODY}\n",
            "empty.txt": "",
            "photo.jpg": b"\xff\xd8",
            "README.md": "About",
            "__MACOSX/a/._plain.txt": b"\x00\x05",
            ".hidden/x.txt": BODY,
        }
    )
    content = read(tmp_path / "a.zip", registry, data)
    assert [found.item for found in content.articles] == [
        *("a/plain.txt", "a/page.html", "rows.jsonl: https://x.example/1", "rows.jsonl: line 3", "table.csv: row 1"),
        *("feed.xml: g1", "mail.eml"),
    ]
    assert content.articles[0].article.title == "Bridge closed"
    assert content.articles[-1].article.outlet == "Handelsblatt"
    assert codes(content) == ["malformed-json", "empty"]
    assert "rows.jsonl line 2" in content.failures[0].reason
    assert "empty.txt" in content.failures[1].reason


def test_names_are_labels_only(tmp_path: Path, registry: OutletRegistry) -> None:
    inside = tmp_path / "in"
    inside.mkdir()
    names = ["../../evil.txt", "/etc/cron.d/evil.txt", "C:\\evil.txt", "a\u202etxt.exe.txt", "x" * 5_000 + ".txt"]
    content = read(inside / "a.zip", registry, packed({name: BODY for name in names}))
    assert not content.failures
    found = [one.item for one in content.articles]
    assert found[:4] == ["../../evil.txt", "/etc/cron.d/evil.txt", "C:\\evil.txt", "atxt.exe.txt"]
    assert len(found[4]) == 300
    assert list(tmp_path.iterdir()) == [inside]
    assert {one.article.paths for one in content.articles} == {(str(inside / "a.zip"),)}


def test_two_files_of_one_name_have_two_keys(tmp_path: Path, registry: OutletRegistry) -> None:
    out = io.BytesIO()
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", BODY)
        archive.writestr("a.txt", f"{BODY} Another one.")
    content = read(tmp_path / "a.zip", registry, out.getvalue())
    assert [found.item for found in content.articles] == ["a.txt", "a.txt #2"]


def test_what_a_manifest_inside_says(tmp_path: Path, registry: OutletRegistry) -> None:
    rows = (
        "file,title,outlet,date,url\n"
        "one.txt,Bridge closed,Saltmarsh Courier,2024-05-01,https://saltmarsh.example/1\n"
        "many.jsonl,No title for many,Lindal Press,2024-05-02,\nmissing.txt,,,,\n../x.txt,,,,\n"
    )
    lines = f"{json.dumps({'text': BODY, 'title': 'Own'})}\n"
    content = read(
        tmp_path / "a.zip",
        registry,
        packed({"in/articles.csv": rows, "in/one.txt": BODY, "in/many.jsonl": lines, "one.txt": BODY}),
    )
    assert not content.failures
    one, many, other = (found.article for found in content.articles)
    assert (one.title, one.outlet, one.published) == ("Bridge closed", "Saltmarsh Courier", "2024-05-01")
    assert (one.outlet_basis, one.url) == (OutletBasis.GIVEN, "https://saltmarsh.example/1")
    assert (many.title, many.outlet, many.published) == ("Own", "Lindal Press", "2024-05-02")
    assert (other.title, other.outlet) == (None, None)


def test_an_archive_in_an_archive_but_no_deeper(tmp_path: Path, registry: OutletRegistry) -> None:
    deepest = packed({"c.txt": BODY})
    content = read(
        tmp_path / "a.zip", registry, packed({"b.zip": packed({"b.txt": BODY, "c.zip": deepest}), "a.txt": BODY})
    )
    assert [found.item for found in content.articles] == ["b.zip: b.txt", "a.txt"]
    assert codes(content) == ["too-deep"]
    assert "b.zip: c.zip" in content.failures[0].reason


def test_encrypted_and_damaged_files_stop_none(tmp_path: Path, registry: OutletRegistry) -> None:
    data = bytearray(packed({"locked.txt": BODY, "broken.txt": BODY * 9, "good.txt": BODY}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + offset] |= 1
    start = data.index(b"broken.txt") + len(b"broken.txt")
    data[start + 5 : start + 15] = b"\xff" * 10
    content = read(tmp_path / "a.zip", registry, bytes(data))
    assert [found.item for found in content.articles] == ["good.txt"]
    assert codes(content) == ["encrypted", "damaged"]


def test_other_packings_are_refused(tmp_path: Path, registry: OutletRegistry) -> None:
    content = read(tmp_path / "a.zip", registry, packed({"a.txt": BODY}, zipfile.ZIP_LZMA))
    assert codes(content) == ["unsupported"]


def nested_bomb() -> bytes:
    inner = packed({f"{number}.txt": b"0" * 900_000 for number in range(50)})
    return packed({f"{number}.zip": inner for number in range(200)})


def lying_bomb() -> bytes:
    data = bytearray(packed({"a.txt": BODY}))
    struct.pack_into("<L", data, data.index(b"PK\x01\x02") + 20, 0x7FFFFFFF)
    return bytes(data)


BOMBS: dict[str, Callable[[], bytes]] = {
    "one": lambda: packed({"a.txt": b"0" * 40_000_000}),
    "many": lambda: packed({f"{number}.txt": b"0" * 990_000 for number in range(60)}),
    "nested": nested_bomb,
    "lying": lying_bomb,
    "lines": lambda: packed({"a.jsonl": (b'{"text": "' + b"a" * 900_000 + b'"}\n') * 50}),
    "count": lambda: packed({f"{number}.txt": b"" for number in range(20_001)}),
}


@pytest.mark.parametrize("name", BOMBS)
def test_bombs(tmp_path: Path, registry: OutletRegistry, name: str) -> None:
    data = BOMBS[name]()
    started = time.monotonic()
    content = read(tmp_path / "a.zip", registry, data)
    assert time.monotonic() - started < 5
    assert not content.articles
    assert set(codes(content)) <= {"bomb", "too-many", "too-large"}


@pytest.mark.parametrize(
    "data", [b"PK\x03\x04", b"PK\x05\x06" + bytes(18), b"words", packed({"a.jpg": b"x"}), bytes(300)]
)
def test_what_is_no_archive_of_articles(tmp_path: Path, registry: OutletRegistry, data: bytes) -> None:
    content = read(tmp_path / "a.zip", registry, data)
    assert not content.articles
    assert codes(content)[0] in ("damaged", "no-articles")


def test_an_archive_that_breaks_off(tmp_path: Path, registry: OutletRegistry) -> None:
    data = packed({"a.txt": BODY, "b.txt": BODY})
    for end in range(0, len(data), 13):
        content = read(tmp_path / "a.zip", registry, data[:end])
        assert not content.articles
        assert codes(content) == ["damaged"]


def test_a_walk_finds_archives(tmp_path: Path) -> None:
    for name in (
        "a.zip",
        "b.warc.gz",
        "c.eml",
        "d.rss",
        "e.atom",
        "f.gz",
        "g.warc",
        "h.docx",
        "i.rtf",
        "j.xlsx",
        "k.pdf",
    ):
        (tmp_path / name).write_bytes(b"x")
    sources, failures = find_files([tmp_path])
    assert [source.path.name for source in sources] == [
        *("a.zip", "b.warc.gz", "c.eml", "d.rss", "e.atom", "g.warc", "h.docx", "i.rtf", "k.pdf")
    ]
    assert not failures
