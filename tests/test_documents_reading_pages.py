"""Web pages: the article without the page around it, and what the page says of it."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from documents.articles import OutletBasis
from documents.errors import ReadingError
from documents.formats.markup import without_markup
from documents.formats.pages import declared_encoding, is_page, read_page
from documents.outlets.registry import OutletRegistry
from documents.reading import ReadOptions, SourceFile, find_files, read_file

DATA = Path(__file__).parent / "data" / "reading"

P = "<p>The bridge over the Reed was closed on Monday after engineers found cracks in two of its piers.</p>"


def page(head: str = "", body: str = f"<article>{P}</article>") -> str:
    return f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>"


def linked(data: str) -> str:
    return f"<script type='application/ld+json'>{data}</script>"


def test_a_press_review(tmp_path: Path) -> None:
    (source,), _ = find_files([DATA / "press_review.html"])
    content = read_file(source, ReadOptions(), OutletRegistry.load())
    assert not content.failures
    (found,) = content.articles
    article = found.article
    assert article.text.split("\n") == [
        "Who pays for the dam?",
        "The government wants the villages to share the cost. Commentators disagree.",
        "A bill for the poor",
        "This is unfair, says Brannock Courier:",
        "“Those who live by the river did not ask for the dam. Sending them the bill is an insult.”",
        "Somebody has to",
        "Halyard & Ledger disagrees:",
        "“Water is not free. Whoever profits from the dam should pay for it, and that is the valley.”",
    ]
    assert article.title == "Who pays for the dam?"
    assert (article.outlet, article.outlet_basis) == ("Nine Kiosks", OutletBasis.PAGE)
    assert article.author == "Ada Quill, Bo Reed"
    assert article.url == "https://ninekiosks.example/debates/dam"
    assert article.published == "2025-03-12T08:00:00+01:00"
    assert article.language == "en"  # the text's own, not the template's
    assert found.item == ""


@pytest.mark.parametrize(
    "around",
    [
        "<nav><a href='/'>Home</a><p>Junk of the page</p></nav>",
        "<footer><p>Junk of the page © 2024</p></footer>",
        "<aside><p>Junk of the page, most read today by all our readers everywhere</p></aside>",
        "<header><p>Junk of the page</p></header>",
        "<div role='navigation'><p>Junk of the page</p></div>",
        "<div hidden><p>Junk of the page</p></div>",
        "<script>var x = 'Junk of the page';</script><style>.junk { Junk of the page }</style>",
        "<!-- Junk of the page -->",
        "<form><p>Junk of the page: subscribe to our newsletter</p></form>",
    ],
)
@pytest.mark.parametrize("length", [1, 8])
def test_the_page_around_is_left_out(around: str, length: int) -> None:
    body = f"{around}<article><h1>Bridge closed</h1>{P * length}</article>{around}"
    text = read_page(page(body=body)).text
    assert "The bridge over the Reed" in text
    assert "Junk" not in text


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("<meta property='og:site_name' content='Nine Kiosks'>", "Nine Kiosks"),
        (
            linked('{"@type": "NewsArticle", "publisher": {"@type": "Organization", "name": "Nine Kiosks"}}'),
            "Nine Kiosks",
        ),
        (linked('[{"@type": ["Thing", "BlogPosting"], "publisher": "Nine Kiosks"}]'), "Nine Kiosks"),
        ("<meta name='DC.publisher' content='Nine Kiosks'>", "Nine Kiosks"),
        ("<meta name='application-name' content='Nine Kiosks'>", "Nine Kiosks"),
        (linked('{"@type": "Organization", "name": "Advertiser"}'), None),
        (linked('{"@type": "NewsArticle", "publisher": {"@id": "https://x.example/#us"}}'), None),
        (linked("{broken"), None),
        (linked("[" * 100_000), None),
        ("<title>Bridge closed | Nine Kiosks</title>", None),  # a title's tail is no statement
        ("<meta name='twitter:site' content='@ninekiosks'>", None),
        ("", None),
    ],
)
def test_what_a_page_states_of_its_outlet(head: str, expected: str | None) -> None:
    assert read_page(page(head)).page_outlet == expected


@pytest.mark.parametrize(
    ("head", "body", "expected"),
    [
        (linked('{"@type": "NewsArticle", "headline": "One &#8211; two"}'), "", "One – two"),
        ("<meta property='og:title' content='Bridge closed | Nine Kiosks'>", "<h1>Bridge closed</h1>", "Bridge closed"),
        ("<title>Other</title>", "<h1>Bridge\n closed</h1>", "Bridge closed"),
        (
            "<title>Bridge closed - Nine Kiosks</title><meta property='og:site_name' content='Nine Kiosks'>",
            "",
            "Bridge closed",
        ),
        ("<title>Bridge - closed</title>", "", "Bridge - closed"),
        ("", "<h1>One</h1><h1>Two</h1>", None),
        ("", "", None),
    ],
)
def test_titles(head: str, body: str, expected: str | None) -> None:
    assert read_page(page(head, f"<article>{body}{P}</article>")).title == expected


@pytest.mark.parametrize(
    ("head", "body", "expected"),
    [
        ("<meta property='article:published_time' content='2024-05-01T10:00:00Z'>", "", "2024-05-01T10:00:00+00:00"),
        (linked('{"@type": "NewsArticle", "datePublished": "2024-05-01"}'), "", "2024-05-01"),
        ("<meta name='DC.date.issued' content='2024-05-01'>", "", "2024-05-01"),
        (
            "",
            "<time datetime='2024-05-01' itemprop='datePublished'>1 May</time><time datetime='2020-01-01'>x</time>",
            "2024-05-01",
        ),
        ("", "<time datetime='2024-05-01T06:00'>1 May</time>", "2024-05-01T06:00:00"),
        ("", "<time datetime='2024-05-01'>a</time><time datetime='2023-04-01'>b</time>", None),
        ("", "<p>Published on 3 May 2024, after the events of 2 May 2024.</p>", None),  # nothing is guessed from text
        ("<meta name='date' content='yesterday'>", "", None),
    ],
)
def test_dates(head: str, body: str, expected: str | None) -> None:
    assert read_page(page(head, f"<article>{body}{P}</article>")).published == expected


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("<meta name='author' content='Ada Quill'>", "Ada Quill"),
        ("<meta property='article:author' content='https://facebook.example/ada'>", None),
        (linked('{"@type": "NewsArticle", "author": ["Ada Quill", {"name": "Bo Reed"}]}'), "Ada Quill, Bo Reed"),
        (
            linked('{"@graph": [{"@id": "#a", "name": "Ada Quill"}, {"@type": "Article", "author": {"@id": "#a"}}]}'),
            "Ada Quill",
        ),
    ],
)
def test_authors(head: str, expected: str | None) -> None:
    assert read_page(page(head)).author == expected


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (
            "<link rel='canonical' href='https://x.example/a'><meta property='og:url' content='https://y.example'>",
            "https://x.example/a",
        ),
        (
            "<link rel='canonical' href='/a'><meta property='og:url' content='https://y.example/a'>",
            "https://y.example/a",
        ),
        ("<link rel='canonical' href='javascript:alert(1)'>", None),
        (linked('{"@type": "NewsArticle", "mainEntityOfPage": {"@id": "https://x.example/a"}}'), "https://x.example/a"),
        ("<!-- saved from url=(0019)https://x.example/a -->", "https://x.example/a"),
    ],
)
def test_addresses(head: str, expected: str | None) -> None:
    assert read_page(page(head)).url == expected


def test_the_article_among_several_is_the_one_at_this_address() -> None:
    several = linked(
        '[{"@type": "NewsArticle", "headline": "Related", "url": "https://x.example/b", "author": "Bo"},'
        ' {"@type": "NewsArticle", "headline": "This one", "url": "https://x.example/a", "author": "Ada"}]'
    )
    found = read_page(page(f"<link rel='canonical' href='https://x.example/a'>{several}"))
    assert (found.title, found.author) == ("This one", "Ada")


def test_text_that_only_the_linked_data_holds() -> None:
    data = linked('{"@type": "NewsArticle", "articleBody": "<p>One &amp; two.</p><p>Three.</p>"}')
    assert read_page(page(data, "<div id='app'></div>")).text == "One & two.\nThree."


@pytest.mark.parametrize(
    "html",
    [
        "",
        "<html></html>",
        "<script>x()</script>",
        "<html><body><div>" * 400 + P,  # the parser would drop what is nested deeper
        page(body="<p>" + "word " * 2_200_000 + "</p>" + P),
        page(body="<p>x</p>" * 110_000),
        "<title>" * 20_000,
    ],
)
def test_pages_without_an_article_or_beyond_reason(html: str) -> None:
    started = time.monotonic()
    with pytest.raises(ReadingError) as caught:
        read_page(html)
    assert caught.value.code in ("no-text", "too-large")
    assert time.monotonic() - started < 10


@pytest.mark.parametrize(
    "html",
    [
        page(body=f"<div class='{'a' * 3_000_000}'><article>{P}</article></div>"),
        page(
            body=f"<article>{P}<img src='data:image/png;base64,{'A' * 12_000_000}'>"
            f"{P.replace('Monday', 'Tuesday')}</article>"
        ),
        page(body=f"</x>{'</y>' * 3_000}<article>{P}</article><p <<<< &&&&#xFFFFFFFF;&#0;"),
        f"<?xml version='1.0' encoding='latin-1'?>{page()}",
        f"<!DOCTYPE html [<!ENTITY a 'x'><!ENTITY b '&a;&a;'><!ENTITY c SYSTEM 'file:///etc/passwd'>]><body>{P}&b;&c;",
    ],
)
def test_hostile_pages_with_an_article(html: str) -> None:
    started = time.monotonic()
    text = read_page(html).text
    assert "The bridge over the Reed" in text
    assert "root:" not in text
    assert "Tuesday" in text or "Tuesday" not in html
    assert time.monotonic() - started < 10


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        (b"<html><meta charset=windows-1252>", "windows-1252"),
        (b"<meta http-equiv=Content-Type content='text/html; charset=koi8-r'>", "koi8-r"),
        (b"<?xml version='1.0' encoding='iso-8859-2'?>", "iso-8859-2"),
        (b"<html><p>charset=utf-8 in the text", None),
    ],
)
def test_declared_encodings(start: bytes, expected: str | None) -> None:
    assert declared_encoding(start) == expected


def test_a_page_in_the_encoding_it_declares(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_bytes(page("<meta charset=windows-1250>", "<article><p>Čaj v Říčanech.</p></article>").encode("cp1250"))
    (found,) = read_file(SourceFile(path, path), ReadOptions(), OutletRegistry.load()).articles
    assert found.article.text == "Čaj v Říčanech."


def test_what_is_a_page() -> None:
    assert is_page("\n<!-- saved -->\n<!DOCTYPE HTML PUBLIC 'x'>")
    assert is_page("<?xml version='1.0'?><html lang=en>")
    assert not is_page("<htmlish> is no tag")
    assert not is_page("Of <html> and other tags")


def test_markup_only_goes_where_there_is_markup() -> None:
    assert without_markup("1 < 2 and <b>bold</b>") == "1 < 2 and <b>bold</b>"
    assert without_markup("<p>One<style>x{}</style></p><svg><text>no</text></svg>two") == "One\ntwo"
