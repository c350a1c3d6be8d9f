"""What pages say of their article, in the forms that pages have, and what is made of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from documents.articles import Article, OutletBasis
from documents.assembly import assemble
from documents.formats.page_titles import Titles, title_of
from documents.formats.pages import read_page
from documents.outlets.registry import OutletRegistry
from documents.sources import ReadOptions, SourceFile

P = "<p>The bridge over the Reed was closed on Monday after engineers found cracks in two of its piers.</p>"
GUARDIAN = "<link rel='canonical' href='https://www.theguardian.com/world/a'>"


def page(head: str = "", body: str = P, heading: str = "") -> str:
    return f"<!DOCTYPE html><html><head>{head}</head><body><article><h1>{heading}</h1>{body}{P * 2}</article></body></html>"


def linked(data: str) -> str:
    return f"<script type='application/ld+json'>{data}</script>"


def site(name: str) -> str:
    return f"<meta property='og:site_name' content='{name}'>"


def article(html: str) -> Article:
    source = SourceFile(Path("/a.html"), Path("/a.html"))
    return assemble(read_page(html), source, ReadOptions(), OutletRegistry.load(["Saltmarsh Courier"]), alone=True)


@pytest.mark.parametrize(
    ("script", "title", "published"),
    [
        ('{"@type": "ReportageNewsArticle", "headline": "A", "datePublished": "2024-05-01"}', "A", "2024-05-01"),
        (
            '{"@type": "http://schema.org/NewsArticle", "headline": "A", "datePublished": "2024-05-01"}',
            "A",
            "2024-05-01",
        ),
        ('{"@graph": [{"@type": "WebPage"}, {"@type": ["Article"], "headline": "A"}]}', "A", None),
        (
            '[[{"@type": "LiveBlogPosting", "headline": "A", "datePublished": 1714550400000}]]',
            "A",
            "2024-05-01T08:00:00+00:00",
        ),
        ('{"@type": "NewsArticle", "headline": "A",}', "A", None),
        ('{"@type": "NewsArticle", "headline": "A\nB"}', "A B", None),
        ('<!-- {"@type": "NewsArticle", "headline": "A"} -->', "A", None),
        ('//<![CDATA[\n{"@type": "NewsArticle", "headline": "A"}\n//]]>', "A", None),
        ('{"@type": "WebSite"} {"@type": "NewsArticle", "headline": "A"};', "A", None),
        ('{"@type": "NewsArticle", "headline": "A", "datePublished": "2024-05-01", broken', "A", "2024-05-01"),
        ('{"@type": "NewsArticle", "headline": "A &amp;amp; B"}', "A & B", None),
        ('{"@type": "WebPage", "datePublished": "2024-05-01"}', None, "2024-05-01"),
    ],
)
def test_linked_data_as_pages_write_it(script: str, title: str | None, published: str | None) -> None:
    found = read_page(page(linked(script)))
    assert (found.title, found.published) == (title, published)


def test_of_several_articles_the_one_that_the_heading_names() -> None:
    several = linked(
        '[{"@type": "NewsArticle", "headline": "Other", "author": "Bo"},'
        ' {"@type": "NewsArticle", "headline": "Bridge closed", "author": "Ada Quill"}]'
    )
    assert read_page(page(several, heading="Bridge closed")).author == "Ada Quill"


@pytest.mark.parametrize(
    ("head", "published"),
    [
        ("<meta property='article:published_time' content='2024-05-01T10:00:00+05:30'>", "2024-05-01T10:00:00+05:30"),
        ("<meta name='parsely-pub-date' content='2024-05-01T10:00:00Z'>", "2024-05-01T10:00:00+00:00"),
        ("""<meta name='parsely-page' content='{"pub_date": "2024-05-01T10:00:00Z"}'>""", "2024-05-01T10:00:00+00:00"),
        ("<meta name='parsely-page' content='{broken'>", None),
        ("<meta name='sailthru.date' content='2024-05-01 10:00'>", "2024-05-01T10:00:00"),
        ("<meta name='publishdate' content='2024-05-01'>", "2024-05-01"),
        ("<meta property='article:modified_time' content='2024-05-01'>", None),
    ],
)
def test_dates_as_pages_state_them(head: str, published: str | None) -> None:
    assert read_page(page(head)).published == published


@pytest.mark.parametrize(
    ("head", "outlet", "basis"),
    [
        (site("The Guardian"), "The Guardian", OutletBasis.PAGE),
        (site("Guardian US digital") + GUARDIAN, "The Guardian", OutletBasis.DOMAIN),
        (site("World desk | The Guardian"), "The Guardian", OutletBasis.PAGE),
        (
            site("Politico") + "<link rel='canonical' href='https://www.politico.eu/a'>",
            "Politico Europe",
            OutletBasis.DOMAIN,
        ),
        (
            site("朝日新聞デジタル") + "<meta property='og:url' content='https://www.asahi.com/a'>",
            "Asahi Shimbun",
            OutletBasis.DOMAIN,
        ),
        (site("Nine Kiosks") + GUARDIAN, "Nine Kiosks", OutletBasis.PAGE),
        (site("BBC Sport"), "BBC", OutletBasis.PAGE),
        (site("Lindal Courier"), "Lindal Courier", OutletBasis.PAGE),
        (site("Facebook"), None, OutletBasis.UNKNOWN),
        (site("Yahoo News"), None, OutletBasis.UNKNOWN),
        (
            site("MSN") + linked('{"@type": "NewsArticle", "publisher": "The Guardian"}'),
            "The Guardian",
            OutletBasis.PAGE,
        ),
        (site("WordPress") + GUARDIAN, "The Guardian", OutletBasis.DOMAIN),
        (linked('{"@type": "NewsArticle", "publisher": "Reuters"}') + GUARDIAN, "The Guardian", OutletBasis.DOMAIN),
        (linked('{"@type": "NewsArticle", "publisher": "Reuters"}'), "Reuters", OutletBasis.PAGE),
        (linked('{"@type": "NewsArticle", "sourceOrganization": "Reuters"}'), None, OutletBasis.UNKNOWN),
        ("<title>Bridge closed | The Guardian</title>", "The Guardian", OutletBasis.PAGE),
        ("<title>Bridge closed | Lindal Courier</title>", None, OutletBasis.UNKNOWN),
        ("<title>What we lost - Time</title>", None, OutletBasis.UNKNOWN),
        (
            site("A reader's notebook") + "<link rel='canonical' href='https://reader.blogs.theguardian.com/a'>",
            "A reader's notebook",
            OutletBasis.PAGE,
        ),
        (site("Thе Guardian"), "Thе Guardian", OutletBasis.PAGE),  # with a Cyrillic letter: not The Guardian
    ],
)
def test_whose_page_it_is(head: str, outlet: str | None, basis: OutletBasis) -> None:
    found = article(page(head.replace("A reader's", "A reader&#39;s")))
    assert (found.outlet, found.outlet_basis) == (outlet, basis)


@pytest.mark.parametrize(
    ("titles", "expected"),
    [
        (Titles("Long title, told", "Short title", ["Long title, told"], []), "Long title, told"),
        (Titles("For search", "For readers", ["For readers"], []), "For readers"),
        (Titles(None, "Bridge closed - Lindal Courier", ["Bridge closed", "Most read"], []), "Bridge closed"),
        (Titles(None, "Bridge closed | News | Lindal Courier", [], []), "Bridge closed | News"),
        (Titles(None, "橋が閉鎖：リンダル新聞", [], []), "橋が閉鎖"),
        (Titles(None, "Bridge closed - Mirror Online", [], []), "Bridge closed"),
        (Titles(None, "Bridge closed - what we know", [], []), "Bridge closed - what we know"),
        (Titles(None, "Dam: « gravité du pays »", ["Dam: « gravité du pays »"], []), "Dam: « gravité du pays »"),
        (Titles(None, None, ["Log in", "Bridge closed"], ["Bridge closed | Lindal Courier"]), "Bridge closed"),
        (Titles(None, None, ["One", "Two"], []), None),
    ],
)
def test_the_title_among_several(titles: Titles, expected: str | None) -> None:
    assert title_of(titles, ["Lindal Courier", "リンダル新聞"], "www.mirror.example") == expected


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("<meta name='author' content='By Ada Quill'>", "Ada Quill"),
        ("<meta name='author' content='105092'>", None),
        (
            "<meta name='author' content='Lindal Courier'><meta name='parsely-author' content='Ada Quill'>"
            + site("Lindal Courier"),
            "Ada Quill",
        ),
        ("<meta name='author' content='Lindal Courier'>" + site("Lindal Courier"), "Lindal Courier"),
    ],
)
def test_authors_rather_than_the_outlet(head: str, expected: str | None) -> None:
    assert read_page(page(head)).author == expected


def test_the_opening_lines_are_read() -> None:
    opening = "Engineers found cracks in two of the piers of the old bridge."
    for html in (
        page(body=f"<div class='article-standfirst'><span>{opening}</span></div>", heading="Bridge closed"),
        page(f"<meta property='og:description' content='{opening}'>", f"<h2>{opening}</h2>", "Bridge closed"),
    ):
        assert read_page(html).text.count(opening) == 1


def test_a_text_taken_apart_around_advertisements_is_whole() -> None:
    parts = "".join(
        f"<div class='grid'><div class='body__inner x{n}'>{P.replace('two', str(n)) * 3}</div></div><div>Buy now</div>"
        for n in range(4)
    )
    text = read_page(f"<html><body><article>{parts}</article></body></html>").text
    assert [str(n) in text for n in range(4)] == [True] * 4
    assert text.index("in 1 of") < text.index("in 3 of")


@pytest.mark.parametrize(
    "frame", ["<form method='post'>{}</form>", "<aside>{}</aside>", "<div aria-hidden='true'>{}</div>"]
)
def test_a_frame_that_holds_everything_is_no_frame(frame: str) -> None:
    text = read_page(f"<html><body>{frame.format(f'<article><h1>Bridge</h1>{P * 4}</article>')}</body></html>").text
    assert "The bridge over the Reed" in text
