"""Every kind of file through the one front door: found, read, its failures named, and nothing fetched."""

from __future__ import annotations

import io
import json
import os
import pickle
import random
import socket
import subprocess
import sys
import zipfile
from email.message import EmailMessage
from pathlib import Path

import pytest

from documents.errors import ReadingError
from documents.formats import dispatch
from documents.formats.dispatch import items_in
from documents.formats.items import Item, label_of
from documents.outlets.registry import OutletRegistry
from documents.reading import ReadOptions, find_files, fingerprint, read_file
from documents.sources import KINDS, SourceFile, ending_of, kind_of

BODY = "The bridge over the Reed was closed on Monday after engineers found cracks in two of its piers."
LINKS = "<img src='http://127.0.0.1:9/a.gif'><link rel='stylesheet' href='http://127.0.0.1:9/a.css'>"
PAGE = f"<html><head>{LINKS}</head><body><article><h1>Bridge</h1><p>{BODY}</p></article>{LINKS}</body></html>"


def feed() -> bytes:
    description = f"<![CDATA[<p>{BODY}</p>{LINKS}]]>"
    return (
        '<?xml version="1.0"?><?xml-stylesheet href="http://127.0.0.1:9/a.xsl"?><rss version="2.0"><channel>'
        f"<link>http://127.0.0.1:9/</link><item><link>http://127.0.0.1:9/1</link><description>{description}"
        '</description><enclosure url="http://127.0.0.1:9/a.mp3"/></item></channel></rss>'
    ).encode()


def news() -> bytes:
    return (
        '<!DOCTYPE newsItem SYSTEM "http://127.0.0.1:9/a.dtd"><newsItem guid="http://127.0.0.1:9/1" '
        'xmlns:xi="http://www.w3.org/2001/XInclude" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        'xsi:schemaLocation="x http://127.0.0.1:9/a.xsd"><contentSet><inlineXML><html><body>'
        f'<p>{BODY}</p><xi:include href="file:///etc/passwd" parse="text"/></body></html></inlineXML>'
        '<remoteContent href="http://127.0.0.1:9/a"/></contentSet></newsItem>'
    ).encode()


def mail() -> bytes:
    message = EmailMessage()
    message["Subject"] = "Review"
    message.set_content(PAGE, subtype="html")
    message.add_attachment(feed(), maintype="text", subtype="xml", filename="feed.rss")
    return message.as_bytes()


def web_archive() -> bytes:
    http = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n{PAGE}"
    return (
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://127.0.0.1:9/1\r\nWARC-Date: 2024-05-01T00:00:00Z\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(http)}\r\n\r\n{http}\r\n\r\n"
    ).encode()


def every_kind() -> dict[str, bytes]:
    ninjs = {"uri": "http://127.0.0.1:9/1", "headline": "Bridge", "body_xhtml": f"<p>{BODY}</p>{LINKS}"}
    files = {
        "a.html": PAGE.encode(),
        "a.rss": feed(),
        "a.xml": news(),
        "a.eml": mail(),
        "a.warc": web_archive(),
        "a.json": json.dumps(ninjs).encode(),
        "a.txt": BODY.encode(),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(f"http://127.0.0.1:9/{name}", data)
    return files | {"a.zip": out.getvalue()}


@pytest.fixture(scope="module")
def registry() -> OutletRegistry:
    return OutletRegistry.load()


def test_nothing_is_fetched_started_or_written(
    tmp_path: Path, registry: OutletRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, data in every_kind().items():
        (tmp_path / name).write_bytes(data)
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}

    def refuse(*given: object, **named: object) -> None:
        raise AssertionError(f"a reader reached out: {given}")

    sources, failures = find_files([tmp_path])
    monkeypatch.setattr(dispatch, "is_bounded", lambda: True)  # parsed in this process, where all of it is watched
    for place, name in (
        *((socket.socket, "connect"), (socket.socket, "connect_ex"), (socket.socket, "sendto")),
        *((socket, "getaddrinfo"), (subprocess, "Popen"), (os, "system")),
    ):
        monkeypatch.setattr(place, name, refuse)
    contents = {source.path.name: read_file(source, ReadOptions(), registry) for source in sources}
    assert not failures
    assert not [content.failures for content in contents.values() if content.failures]
    counts = {name: len(content.articles) for name, content in contents.items()}
    assert counts == {**dict.fromkeys(contents, 1), "a.eml": 2, "a.zip": 8}
    for content in contents.values():
        assert all(BODY in found.article.text and "root:" not in found.article.text for found in content.articles)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_the_same_file_gives_the_same_keys_and_fingerprint(tmp_path: Path, registry: OutletRegistry) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(every_kind()["a.zip"])
    (source,), _ = find_files([path])
    first, again = (read_file(source, ReadOptions(), registry) for _ in range(2))
    assert first == again
    keys = [found.item for found in first.articles]
    assert len(set(keys)) == len(keys)
    was = fingerprint(source, ReadOptions())
    path.write_bytes(every_kind()["a.zip"] + b"x")
    assert fingerprint(source, ReadOptions()) != was


def test_what_a_reader_yields_can_cross_processes(registry: OutletRegistry) -> None:
    found = list(items_in("a.zip", io.BytesIO(every_kind()["a.zip"]), ReadOptions()))
    assert all(isinstance(one, Item) for one in found)
    assert pickle.loads(pickle.dumps(found)) == found


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ReadingError, match=r"expected a file that can be read .*, got 'a\.exe'"):
        list(items_in("a.exe", io.BytesIO(b"x"), ReadOptions()))


@pytest.mark.parametrize("name", sorted(f"a{ending}" for ending in KINDS))
@pytest.mark.parametrize(
    "data", [b"", b" \n", b"\x00" * 200, b"\x7fELF\x02\x01", b"%PDF-1.7\n", b"PK\x03\x04", b"{\\rtf", b"\x1f\x8b\x08"]
)
def test_rubbish_under_any_name_is_a_counted_failure(
    tmp_path: Path, registry: OutletRegistry, name: str, data: bytes
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    (source,), failures = find_files([path])
    content = read_file(source, ReadOptions(), registry)
    assert not content.articles or name == "a.rtf"
    assert len(content.failures) + len(content.articles) == 1
    for failure in content.failures:
        assert "expected" in failure.reason and "got" in failure.reason
        assert "\n" not in failure.reason
    assert not failures


@pytest.mark.parametrize(
    ("name", "ending", "kind"),
    [
        ("A.WARC.GZ", ".warc.gz", "warc"),
        ("a.gz", ".gz", None),
        ("a.tar.gz", ".gz", None),
        ("a.b.TXT", ".txt", "text"),
        ("none", "", None),
        ("dir/../x.zip", ".zip", "zip"),
    ],
)
def test_endings(name: str, ending: str, kind: str | None) -> None:
    assert (ending_of(name), kind_of(name)) == (ending, kind)


def test_labels_are_one_visible_line() -> None:
    assert label_of("a\n\u202eb\x00.txt") == "a b.txt"
    assert label_of("\x00") == "without a name"


def test_plain_text_loads_no_library_of_other_formats(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(BODY)
    code = (
        "import sys; from pathlib import Path; from documents.reading import *; from documents.outlets.registry import *\n"
        f"read_file(find_files([Path({str(path)!r})])[0][0], ReadOptions(), OutletRegistry.load())\n"
        "print(*{name.partition('.')[0] for name in sys.modules})"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"feedparser", "warcio", "pypdfium2", "striprtf", "docx", "trafilatura"} & set(result.stdout.split())


BITES = (
    b"\x00",
    b"\xff\xfe",
    b"<",
    b">",
    b"]]>",
    b"<!--",
    b"&a;",
    b"\r\n\r\n",
    b"--",
    b"\xe9",
    b"=?utf-8?q?",
    b"9" * 30,
)


@pytest.mark.parametrize("rounds", [25, pytest.param(1_000, marks=pytest.mark.slow)])
@pytest.mark.parametrize("name", ["a.rss", "a.xml", "a.eml", "a.warc", "a.json", "a.zip"])
def test_mutated_files_give_articles_or_reasons(
    tmp_path: Path, registry: OutletRegistry, name: str, rounds: int, capfd: pytest.CaptureFixture[str]
) -> None:
    chance, path = random.Random(name), tmp_path / name
    original = every_kind()[name]
    for _ in range(rounds):
        data = bytearray(original)
        for _ in range(chance.choice([1, 1, 2, 5, 20])):
            start = chance.randrange(len(data) + 1)
            end = min(len(data), start + chance.choice([0, 1, 3, 40]))
            data[start:end] = chance.choice([b"", chance.choice(BITES), chance.choice(BITES) * 30, chance.randbytes(4)])
        path.write_bytes(data)
        content = read_file(SourceFile(path, path), ReadOptions(), registry)
        assert content.articles or content.failures
        assert all("\n" not in failure.reason for failure in content.failures)
        assert not any("\n" in found.item or "\x00" in found.article.text for found in content.articles)
    assert capfd.readouterr() == ("", "")


EXPORT = """1 of 2 DOCUMENTS

Saltmarsh Courier

May 1, 2024 Wednesday

Bridge closed

BYLINE: Ada Quill

LENGTH: 512 words

{body}

LOAD-DATE: May 2, 2024

LANGUAGE: ENGLISH

2 of 2 DOCUMENTS

Harbour Post

May 3, 2024 Friday

Ferry stopped

BYLINE: Bo Reed

LENGTH: 300 words

The ferry over the Reed stopped on Friday because of the wind. {body}

LOAD-DATE: May 4, 2024

LANGUAGE: ENGLISH
"""


@pytest.mark.parametrize("name", ["a.txt", "a.html", "a.rtf", "a.docx"])
def test_a_databases_export_is_split_whatever_it_was_saved_as(
    tmp_path: Path, registry: OutletRegistry, name: str
) -> None:
    text = EXPORT.format(body=BODY)
    lines = text.split("\n")
    path = tmp_path / name
    if name == "a.docx":
        from docx import Document

        document = Document()
        for line in lines:
            document.add_paragraph(line)
        document.save(str(path))
    elif name == "a.rtf":
        path.write_text("{\\rtf1\\ansi " + "\\par\n".join(lines) + "}")
    elif name == "a.html":
        path.write_text("<html><body>" + "".join(f"<p>{line}</p>" for line in lines) + "</body></html>")
    else:
        path.write_text(text)
    (source,), _ = find_files([path])
    content = read_file(source, ReadOptions(), registry)
    assert not content.failures
    assert [found.article.outlet for found in content.articles] == ["Saltmarsh Courier", "Harbour Post"]
    assert len({found.item for found in content.articles}) == 2
