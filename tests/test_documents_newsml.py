"""NewsML-G2 and NITF: news items with their text, packages without, and XML that means harm."""

from __future__ import annotations

import socket
import time
from pathlib import Path

import pytest

from documents.articles import OutletBasis
from documents.outlets.registry import OutletRegistry
from documents.reading import FileContent, ReadOptions, SourceFile, find_files, read_file

BODY = "The bridge over the Reed was closed on Monday after engineers found cracks in two of its piers."
NITF = f"""<nitf xmlns="http://iptc.org/std/NITF/2006-10-18/"><head><title>Short</title>
<docdata><doc-id id-string="n-7"/><date.issue norm="20240501T080000+0100"/></docdata>
<pubdata type="print" name="Saltmarsh Courier"/></head>
<body><body.head><hedline><hl1>Bridge closed</hl1></hedline><byline>By Ada Quill</byline></body.head>
<body.content><p>{BODY}</p><media><caption>A picture</caption></media><p>Nobody &nbsp;was hurt.</p></body.content></body></nitf>"""


def item(
    body: str, guid: str = "urn:newsml:lindal.example:1", provider: str = '<provider qcode="nprov:REUTERS"/>'
) -> str:
    return f"""<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="{guid}" version="2" xml:lang="en">
<itemMeta><itemClass qcode="ninat:text"/>{provider}<versionCreated>2024-05-02T09:00:00Z</versionCreated>
<pubStatus qcode="stat:usable"/></itemMeta>
<contentMeta><contentCreated>2024-05-01T08:00:00+02:00</contentCreated><creator qcode="x:1"><name>Ada Quill</name></creator>
<language tag="en-GB"/><headline role="hld:sub">Cracks</headline><headline>Bridge closed</headline><by>By Ada Quill</by></contentMeta>
<contentSet>{body}<remoteContent href="https://lindal.example/picture.jpg"/></contentSet></newsItem>"""


XHTML = (
    '<inlineXML contenttype="application/xhtml+xml"><html xmlns="http://www.w3.org/1999/xhtml"><head><title>no</title></head>'
    f"<body><p>{BODY}</p><p>Nobody<br/>was <b>hurt</b>.</p></body></html></inlineXML>"
)


@pytest.fixture(scope="module")
def registry() -> OutletRegistry:
    return OutletRegistry.load()


def read(path: Path, registry: OutletRegistry, data: str | bytes) -> FileContent:
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return read_file(SourceFile(path, path), ReadOptions(), registry)


def codes(content: FileContent) -> list[str]:
    assert all("expected" in f.reason and "\n" not in f.reason for f in content.failures)
    return [failure.reason.split(":")[0] for failure in content.failures]


def test_a_news_item(tmp_path: Path, registry: OutletRegistry) -> None:
    content = read(tmp_path / "a.xml", registry, f'<?xml version="1.0"?>\n{item(XHTML)}')
    (found,) = content.articles
    assert not content.failures
    article = found.article
    assert found.item == "urn:newsml:lindal.example:1"
    assert article.text == f"{BODY}\nNobody\nwas hurt."
    assert (article.title, article.author, article.language) == ("Bridge closed", "By Ada Quill", "en")
    assert (article.outlet, article.outlet_basis) == ("Reuters", OutletBasis.GIVEN)
    assert article.published == "2024-05-01T08:00:00+02:00"


def test_a_message_of_items_and_a_package(tmp_path: Path, registry: OutletRegistry) -> None:
    named = '<provider qcode="x:9"><name>Lindal Press</name></provider>'
    data = (
        '<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"><header/><itemSet>'
        + item(f'<inlineXML contenttype="application/nitf+xml">{NITF}</inlineXML>', "urn:1", named)
        + '<packageItem guid="urn:2"><groupSet/></packageItem>'
        + item("", "urn:3")
        + item(f'<inlineData contenttype="text/plain">{BODY}\n\nMore.</inlineData>', "urn:4", '<provider qcode="x:9"/>')
        + item(XHTML, "urn:5").replace("stat:usable", "stat:canceled")
        + "</itemSet></newsMessage>"
    )
    content = read(tmp_path / "a.xml", registry, data)
    assert [found.item for found in content.articles] == ["urn:1", "urn:4"]
    first, second = (found.article for found in content.articles)
    assert first.text == f"{BODY}\nNobody was hurt."
    assert (first.outlet, second.outlet) == ("Lindal Press", None)  # nobody knows whose code 9 is
    assert codes(content) == ["no-text", "withdrawn"]
    assert all(failure.line for failure in content.failures)


def test_nitf(tmp_path: Path, registry: OutletRegistry) -> None:
    content = read(tmp_path / "a.xml", registry, '<!DOCTYPE nitf SYSTEM "https://iptc.example/nitf.dtd">' + NITF)
    (found,) = content.articles
    article = found.article
    assert (found.item, article.text) == ("", f"{BODY}\nNobody was hurt.")
    assert (article.title, article.author) == ("Bridge closed", "By Ada Quill")
    assert (article.outlet, article.outlet_basis) == ("Saltmarsh Courier", OutletBasis.GIVEN)
    assert article.published == "2024-05-01T08:00:00+01:00"


def test_a_message_that_breaks_off(tmp_path: Path, registry: OutletRegistry) -> None:
    data = "<newsMessage><itemSet>" + item(XHTML, "urn:1") + item(XHTML, "urn:2")[:-60]
    content = read(tmp_path / "a.xml", registry, data)
    assert [found.item for found in content.articles] == ["urn:1"]
    assert codes(content) == ["malformed-xml"]


@pytest.mark.parametrize(
    ("doctype", "body"),
    [
        ('<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>', "&x;"),
        ('<!DOCTYPE rss [\n<!ENTITY x SYSTEM "http://127.0.0.1:9/x">]>', "&x;"),
        ('<!DOCTYPE rss [<!ENTITY % p SYSTEM "http://127.0.0.1:9/p.dtd"> %p;]>', "&x;"),
        ("<!-- <rss> --><!doctype rss [<!ENTITY a 'lol'><!ENTITY b '&a;&a;&a;&a;'>]>", "&b;"),
        ('<?xml version="1.0" encoding="utf-16"?><!DOCTYPE rss [<!ENTITY x "]>">]>', "&x;"),
    ],
)
@pytest.mark.parametrize("kind", ["feed", "news"])
def test_entities_are_never_resolved(
    tmp_path: Path, registry: OutletRegistry, monkeypatch: pytest.MonkeyPatch, kind: str, doctype: str, body: str
) -> None:
    def refuse(*given: object, **named: object) -> None:
        raise AssertionError("a reader went to the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    data = (
        f"{doctype}<rss><channel><item><title>t</title><description>{BODY} {body}</description></item></channel></rss>"
        if kind == "feed"
        else doctype.replace("rss", "newsItem") + item(f"<inlineData>{BODY} {body}</inlineData>")
    )
    encoded = data.encode("utf-16") if "utf-16" in data else data.encode()
    content = read(tmp_path / "a.xml", registry, encoded)
    assert not content.articles
    assert codes(content) == ["entities"]


def test_an_unknown_entity_stays_as_written(tmp_path: Path, registry: OutletRegistry) -> None:
    data = '<!DOCTYPE newsItem SYSTEM "file:///etc/passwd">' + item(
        f"<inlineData>{BODY} &secret; &eacute;</inlineData>"
    )
    (found,) = read(tmp_path / "a.xml", registry, data).articles
    assert found.article.text == f"{BODY} &secret; é"


@pytest.mark.parametrize(
    "data",
    [
        "<newsItem>" * 100_000,
        "<newsMessage>" + "<p>" * 300 + "</p>" * 300 + "</newsMessage>",
        "<newsItem " + "a" * 1_000_000,
        "<newsItem><a>" + "<b/>" * 1_100_000 + "</a></newsItem>",
        "<newsItem><contentSet><inlineData>" + "x" * 11_000_000 + "</inlineData></contentSet></newsItem>",
        "<newsItem><contentSet>\ud800</contentSet>".encode("utf-8", "surrogatepass"),
    ],
)
def test_hostile_xml_is_refused_in_time(tmp_path: Path, registry: OutletRegistry, data: str | bytes) -> None:
    started = time.monotonic()
    content = read(tmp_path / "a.xml", registry, data)
    assert time.monotonic() - started < 5
    assert not content.articles
    assert codes(content)[0] in ("malformed-xml", "too-large", "no-text", "encoding")


def test_a_walk_takes_xml_that_is_news(tmp_path: Path, registry: OutletRegistry) -> None:
    (tmp_path / "news.xml").write_text(item(XHTML))
    (tmp_path / "sitemap.xml").write_text("<?xml version='1.0'?><!-- x --><urlset><url/></urlset>")
    (tmp_path / "broken.xml").write_text("no markup")
    sources, failures = find_files([tmp_path])
    assert [source.path.name for source in sources] == ["broken.xml", "news.xml"]
    assert not failures
    content = read(tmp_path / "sitemap.xml", registry, (tmp_path / "sitemap.xml").read_bytes())
    assert codes(content) == ["unsupported"]
    assert "<urlset>" in content.failures[0].reason
