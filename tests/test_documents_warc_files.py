"""Web archives: their pages as articles, archives that break off, and gzip that unpacks to gigabytes."""

from __future__ import annotations

import gzip
import io
import time
import zlib
from pathlib import Path

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from documents.articles import OutletBasis
from documents.outlets.registry import OutletRegistry
from documents.reading import FileContent, ReadOptions, SourceFile, read_file

BODY = (
    "The bridge over the Reed was closed on Monday after engineers found cracks in two of its piers. "
    "The council said that it would reopen in the spring, if the money could be found by then."
)


def page(number: int, head: str = "") -> bytes:
    return (
        f"<html><head><title>Page {number}</title>{head}</head><body><nav>Menu</nav><article><h1>Bridge {number}</h1>"
        f"<p>{BODY}</p><p>Café number {number} stays open.</p></article></body></html>"
    ).encode("latin-1")


Record = tuple[str, bytes, list[tuple[str, str]]]


def record(number: int, body: bytes | None = None, *headers: tuple[str, str], status: str = "200 OK") -> Record:
    kinds = {name.lower() for name, _ in headers}
    own = [] if "content-type" in kinds else [("Content-Type", "text/html; charset=ISO-8859-1")]
    return status, page(number) if body is None else body, [*own, *headers]


def archive(*records: Record, packed: bool = True, address: str = "https://www.saltmarsh.example/{}") -> bytes:
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=packed)
    writer.write_record(writer.create_warcinfo_record("a.warc", {"software": "tests"}))
    for number, (status, body, headers) in enumerate(records):
        for kind, content in (("request", b"GET / HTTP/1.1\r\n\r\n"), ("response", body)):
            writer.write_record(
                writer.create_warc_record(
                    address.format(number),
                    kind,
                    payload=io.BytesIO(content if kind == "response" else b""),
                    http_headers=StatusAndHeaders(status, headers, protocol="HTTP/1.1")
                    if kind == "response"
                    else StatusAndHeaders("GET / HTTP/1.1", [("Host", "x")], is_http_request=True),
                    warc_headers_dict={"WARC-Date": "2024-05-03T10:00:00Z"},
                )
            )
    return out.getvalue()


@pytest.fixture(scope="module")
def registry() -> OutletRegistry:
    return OutletRegistry.load()


def read(path: Path, registry: OutletRegistry, data: bytes, **options: int) -> FileContent:
    path.write_bytes(data)
    content = read_file(SourceFile(path, path), ReadOptions(**options), registry)  # type: ignore[arg-type]
    assert all("expected" in f.reason and "\n" not in f.reason and len(f.reason) < 600 for f in content.failures)
    return content


def codes(content: FileContent) -> list[str]:
    return [failure.reason.split(":")[0] for failure in content.failures]


def items(content: FileContent) -> list[str]:
    return [found.item.rpartition("/")[2] for found in content.articles]


@pytest.mark.parametrize(("name", "packed"), [("a.warc", False), ("a.warc.gz", True), ("A.WARC.GZ", False)])
def test_pages_and_nothing_else(
    tmp_path: Path, registry: OutletRegistry, name: str, packed: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    dated = page(1, "<meta property='article:published_time' content='2024-05-01T08:00:00+02:00'>")
    data = archive(
        record(0),
        record(1, dated),
        record(2, b"\x89PNG", ("Content-Type", "image/png")),
        record(3, b"gone", status="404 Not Found"),
        packed=packed,
    )
    content = read(tmp_path / name, registry, data)
    assert not content.failures
    assert [found.item for found in content.articles] == [
        "https://www.saltmarsh.example/0",
        "https://www.saltmarsh.example/1",
    ]
    first, second = (found.article for found in content.articles)
    assert BODY in first.text and "Café number 0" in first.text and "Menu" not in first.text
    assert (first.title, first.url) == ("Bridge 0", "https://www.saltmarsh.example/0")
    assert (first.published, second.published) == ("2024-05-03", "2024-05-01T08:00:00+02:00")
    assert (first.outlet, first.outlet_basis) == (None, OutletBasis.UNKNOWN)
    assert capsys.readouterr() == ("", "")


def test_the_address_says_whose_page_it_is(tmp_path: Path, registry: OutletRegistry) -> None:
    content = read(tmp_path / "a.warc", registry, archive(record(0), address="https://www.handelsblatt.com/{}"))
    assert content.articles[0].article.outlet == "Handelsblatt"


def test_pages_sent_packed_or_in_chunks(tmp_path: Path, registry: OutletRegistry) -> None:
    chunked = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (page(0)[:50], page(0)[50:])) + b"0\r\n\r\n"
    data = archive(
        record(0, chunked, ("Transfer-Encoding", "chunked")),
        record(1, gzip.compress(page(1)), ("Content-Encoding", "gzip")),
        record(2, zlib.compress(page(2)), ("Content-Encoding", "deflate")),
        record(3, page(3), ("Content-Encoding", "gzip"), ("Transfer-Encoding", "chunked")),  # stored as it was shown
        record(4, b"\x1b\x00\x10", ("Content-Encoding", "br")),
    )
    content = read(tmp_path / "a.warc.gz", registry, data)
    assert [found.article.title for found in content.articles] == [f"Bridge {number}" for number in range(4)]
    assert codes(content) == ["encoding"]
    assert "saltmarsh.example/4" in content.failures[0].reason


def test_a_page_without_an_article_stops_none(tmp_path: Path, registry: OutletRegistry) -> None:
    data = archive(record(0, b"<html><body></body></html>"), record(1), record(2, b"<p>" + b"x" * 5_000), record(3))
    content = read(tmp_path / "a.warc.gz", registry, data, max_bytes=4_000)
    assert items(content) == ["1", "3"]
    assert codes(content) == ["no-text", "too-large"]


@pytest.mark.parametrize("packed", [False, True])
def test_an_archive_that_breaks_off_anywhere(tmp_path: Path, registry: OutletRegistry, packed: bool) -> None:
    data = archive(record(0), record(1), packed=packed)
    first = len(archive(record(0), packed=packed))
    for end in range(first + 5, len(data) - 8, 97):
        content = read(tmp_path / "a.warc", registry, data[:end])
        assert items(content)[:1] == ["0"]
        assert codes(content) == ["truncated"], end
    whole = read(tmp_path / "a.warc", registry, data)
    assert (items(whole), whole.failures) == (["0", "1"], ())


@pytest.mark.parametrize(
    "data",
    [
        b"words and no archive\r\n\r\n",
        b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 10\r\n\r\n0123456789\r\n\r\n",
        b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: -10\r\n\r\n0123456789\r\n\r\n",
        b"WARC/1.0\r\n" + b"X: y\r\n" * 1_000_000,
        gzip.compress(b"WARC/1.0\r\n" + b"A" * 200_000_000, 1),
        gzip.compress(b"A" * 200_000_000, 9),
        gzip.compress(b"WARC/1.0\r\nWARC-Type: metadata\r\nContent-Length: 900000000\r\n\r\n" + b"A" * 300_000_000, 1),
        gzip.compress(
            archive(
                record(0, packed_bomb := gzip.compress(b"<p>a</p>" * 20_000_000), ("Content-Encoding", "gzip")),
                packed=False,
            )
        ),
        archive(packed=True),
        b"",
    ],
    ids=range(10),
)
def test_what_is_no_archive_or_unpacks_without_end(tmp_path: Path, registry: OutletRegistry, data: bytes) -> None:
    started = time.monotonic()
    content = read(tmp_path / "a.warc.gz", registry, data)
    assert time.monotonic() - started < 5
    assert not content.articles
    assert codes(content)[-1] in ("malformed-warc", "bomb", "empty", "no-articles", "truncated")
