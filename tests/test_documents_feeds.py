"""Feeds saved to disk: each entry an article, whose outlet it is, and feeds that are no feeds."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from documents.articles import Article, OutletBasis
from documents.outlets.registry import OutletRegistry
from documents.reading import FileContent, ReadOptions, SourceFile, read_file

RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>{title}</title><link>https://www.saltmarshcourier.example/</link><language>en-gb</language>
<item><title>Bridge &amp;amp; ferry closed</title><link>https://www.saltmarshcourier.example/bridge</link>
<guid isPermaLink="false">saltmarsh-1</guid><pubDate>Wed, 01 May 2024 10:00:00 +0200</pubDate>
<dc:creator>Ada Quill</dc:creator><description>The bridge is &lt;b&gt;closed&lt;/b&gt;.</description>
<content:encoded><![CDATA[<p>The bridge over the Reed was <a href="x">closed</a> on Monday.</p><script>alert("no")</script>
<p>Engineers &amp; divers found cracks.</p>]]></content:encoded></item>
<item><title>Ferry stops - Harbour Post</title><link>https://news.example/2</link>
<source url="https://harbourpost.example/feed">Harbour Post</source>
<description>The ferry stopped because of &amp; despite the wind.</description></item>
<item><title>Elsewhere</title><link>https://www.reuters.com/x</link><description>A short teaser of it.</description></item>
</channel></rss>
"""

ATOM = """<?xml version="1.0" encoding="ISO-8859-1"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de"><title>Der Lindal-Kurier</title>
<link href="https://lindal-kurier.example/"/><updated>2024-05-02T00:00:00Z</updated>
<entry><id>urn:uuid:1</id><title type="html">Br&amp;uuml;cke gesperrt</title><link href="https://lindal-kurier.example/a"/>
<published>2024-05-01T08:30:00-05:00</published><author><name>Bo Reed</name></author><author><name>Cy Marsh</name></author>
<summary>Kurz gesagt: gesperrt.</summary>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Die Brücke ist gesperrt.</p><p>Bis zum Frühjahr.</p></div></content>
</entry></feed>
"""


@pytest.fixture(scope="module")
def registry() -> OutletRegistry:
    return OutletRegistry.load()


def read(path: Path, registry: OutletRegistry, data: str | bytes) -> FileContent:
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return read_file(SourceFile(path, path), ReadOptions(), registry)


def articles(content: FileContent) -> list[Article]:
    assert not content.failures
    return [found.article for found in content.articles]


def code(content: FileContent) -> str:
    (failure,) = content.failures
    assert "expected" in failure.reason
    assert "\n" not in failure.reason
    return failure.reason.split(":")[0]


def test_rss(tmp_path: Path, registry: OutletRegistry) -> None:
    content = read(tmp_path / "a.rss", registry, RSS.format(title="Saltmarsh Courier - World"))
    first, second, third = articles(content)
    assert first.text == "The bridge over the Reed was closed on Monday.\nEngineers & divers found cracks."
    assert first.title == "Bridge & ferry closed"
    assert (first.outlet, first.outlet_basis) == ("Saltmarsh Courier", OutletBasis.GIVEN)
    assert (first.published, first.author) == ("2024-05-01T10:00:00+02:00", "Ada Quill")
    assert (first.url, first.language) == ("https://www.saltmarshcourier.example/bridge", "en")
    assert (second.outlet, second.outlet_basis, second.title) == ("Harbour Post", OutletBasis.GIVEN, "Ferry stops")
    assert second.text == "The ferry stopped because of & despite the wind."
    assert (third.outlet, third.outlet_basis) == ("Reuters", OutletBasis.DOMAIN)
    assert [found.item for found in content.articles] == [
        *("saltmarsh-1", "https://news.example/2", "https://www.reuters.com/x")
    ]


def test_atom_in_another_encoding(tmp_path: Path, registry: OutletRegistry) -> None:
    (article,) = articles(read(tmp_path / "a.xml", registry, ATOM.encode("latin-1")))
    assert article.text == "Die Brücke ist gesperrt.\nBis zum Frühjahr."
    assert (article.title, article.author) == ("Brücke gesperrt", "Bo Reed, Cy Marsh")
    assert (article.outlet, article.outlet_basis) == ("Der Lindal-Kurier", OutletBasis.GIVEN)
    assert article.published == "2024-05-01T08:30:00-05:00"
    assert article.language == "de"


@pytest.mark.parametrize(
    ("title", "outlet"),
    [
        ("BBC News - Sport", "BBC News"),
        ("Sport | Saltmarsh Courier", "Saltmarsh Courier"),
        ("Saltmarsh Courier RSS Feed", "Saltmarsh Courier"),
        ("Latest from the marshes", "Latest from the marshes"),
        ("", None),
    ],
)
def test_whose_feed_it_is(tmp_path: Path, registry: OutletRegistry, title: str, outlet: str | None) -> None:
    found = articles(read(tmp_path / "a.rss", registry, RSS.format(title=title)))[0]
    expected = registry.canonical(outlet) if outlet else None
    assert (found.outlet, found.outlet_basis) == (
        expected,
        OutletBasis.GIVEN if expected else OutletBasis.UNKNOWN,
    )


def test_a_collecting_feed_does_not_publish_what_others_wrote(tmp_path: Path, registry: OutletRegistry) -> None:
    feed = RSS.format(title="All About Bridges").replace(
        "www.saltmarshcourier.example/bridge", "courier.example/bridge"
    )
    assert articles(read(tmp_path / "a.rss", registry, feed))[0].outlet is None


def test_an_entry_without_text_is_named_and_stops_none(tmp_path: Path, registry: OutletRegistry) -> None:
    feed = RSS.format(title="T").replace("A short teaser of it.", "<![CDATA[<img src='a.jpg'>]]>")
    content = read(tmp_path / "a.rss", registry, feed)
    assert len(content.articles) == 2
    assert code(content) == "no-text"
    assert "'Elsewhere'" in content.failures[0].reason
    assert "item 3" in content.failures[0].reason


def test_a_feed_that_breaks_off(tmp_path: Path, registry: OutletRegistry) -> None:
    feed = RSS.format(title="T")
    content = read(tmp_path / "a.rss", registry, feed[: feed.index("<item><title>Elsewhere") + 40])
    assert code(content) == "truncated"
    assert [found.item for found in content.articles] == ["saltmarsh-1", "https://news.example/2"]


@pytest.mark.parametrize(
    "data",
    [
        "<rss version='2.0'><channel><title>Saltmarsh Courier</title></channel></rss>",
        "<feed xmlns='http://www.w3.org/2005/Atom'><title>T</title></feed>",
        "<rss",
    ],
)
def test_a_feed_without_entries(tmp_path: Path, registry: OutletRegistry, data: str) -> None:
    content = read(tmp_path / "a.rss", registry, data)
    assert not content.articles
    assert code(content) == ("truncated" if data == "<rss" else "empty")


def test_faults_that_lose_nothing_are_none(tmp_path: Path, registry: OutletRegistry) -> None:
    feed = RSS.format(title="T").replace("A short teaser of it.", "A short&nbsp;teaser < of & it <br> at the end.")
    content = read(tmp_path / "a.rss", registry, feed)
    assert len(content.articles) == 3
    assert not content.failures


def test_a_huge_feed_is_refused_in_time(tmp_path: Path, registry: OutletRegistry) -> None:
    started = time.monotonic()
    feed = "<rss><channel>" + "<item><title>a</title></item>" * 200_000 + "</channel></rss>"
    content = read(tmp_path / "a.rss", registry, feed)
    assert code(content) == "too-large"
    deep = "<rss><channel><item><description>" + "<b>" * 100_000 + "</description></item></channel></rss>"
    read(tmp_path / "a.rss", registry, deep)
    assert time.monotonic() - started < 10
