"""Reading files of every kind: their fields, their keys, and who counts when several say something."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from documents.articles import Article, OutletBasis
from documents.cleaning import clean
from documents.formats.plaintext import headline
from documents.outlets.registry import OutletRegistry
from documents.reading import (
    FileContent,
    ReadOptions,
    SourceFile,
    find_files,
    fingerprint,
    iter_file,
    read_file,
)

SEEDS = Path(os.environ.get("BYLINE_SEEDS", Path(__file__).resolve().parents[2] / "shared" / "seeds"))

BODY = (
    "The bridge over the Reed was closed on Monday after engineers found cracks in two of its piers.\n\n"
    "The council said that it would reopen in the spring, if the money could be found."
)


@pytest.fixture(scope="module")
def registry() -> OutletRegistry:
    return OutletRegistry.load()


def read(path: Path, registry: OutletRegistry, text: str | bytes | None = None, **options: object) -> FileContent:
    if text is not None:
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    (source,), failures = find_files([path])
    assert not failures
    return read_file(source, ReadOptions(**options), registry)  # type: ignore[arg-type]


def one(path: Path, registry: OutletRegistry, text: str | bytes | None = None, **options: object) -> Article:
    content = read(path, registry, text, **options)
    assert not content.failures
    assert len(content.articles) == 1
    return content.articles[0].article


def test_plain_text(tmp_path: Path, registry: OutletRegistry) -> None:
    article = one(tmp_path / "Reuters - bridge.txt", registry, f"\ufeffBridge closed after cracks found\r\n{BODY}\r\n")
    assert article.title == "Bridge closed after cracks found"
    assert article.text == f"Bridge closed after cracks found\n{BODY}"
    assert (article.outlet, article.outlet_basis) == (None, OutletBasis.UNKNOWN)  # no file name says who published it
    assert (article.url, article.published, article.author, article.language) == (None, None, None, "en")
    assert article.paths == (str((tmp_path / "Reuters - bridge.txt").resolve()),)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Bridge closed\n\nIt was closed.", "Bridge closed"),
        ("Will the bridge ever reopen?\n\nNobody knows.", "Will the bridge ever reopen?"),
        ("“We were not asked”\n\nA short talk.", "“We were not asked”"),
        (
            "24 dead as ferry sinks\n" + "A ferry has sunk off the coast with many people on board, " * 3,
            "24 dead as ferry sinks",
        ),
        ("橋が閉鎖\n\n橋は月曜日に閉鎖された。", "橋が閉鎖"),
        ("Bridge closed", None),  # nothing below it
        ("The bridge was closed.\n\nMore below.", None),  # a sentence
        ("It rained. It poured\n\nMore below.", None),
        ("This is unfair, says Brannock Courier:\n\nMore below.", None),
        ("word " * 40 + "\n\nMore below.", None),  # long
        ("The bridge over the Reed was closed on Monday after engineers\nfound cracks in two of its piers.", None),
        ("Bridge closed\nIt was closed on Monday, the council said.", "Bridge closed"),
        ("https://saltmarsh.example/bridge\n\nMore below.", None),
        ("- first point\n\n- second point", None),
        ("12 34 56\n\nMore below.", None),
        ("and so it began\n\nMore below.", None),
        ("", None),
    ],
)
def test_headlines(text: str, expected: str | None) -> None:
    assert headline(clean(text)) == expected


@pytest.mark.parametrize("width", range(20, 110))
def test_a_wrapped_paragraph_has_no_headline(width: int) -> None:
    paragraph = BODY.replace("\n", " ").replace(".", ",")
    assert headline(textwrap.fill(paragraph, width, break_long_words=False)) is None


FRONT = """---
title: "Bridge closed: cracks found"
publisher: Saltmarsh Courier
link: https://saltmarsh.example/bridge
date: 2024-05-01
authors: [Ada Quill, Bo Reed]
language: no
mood: glum
---
"""


def test_markdown_with_front_matter(tmp_path: Path, registry: OutletRegistry) -> None:
    article = one(tmp_path / "a.md", registry, FRONT + "# Another heading\n\nThe **bridge** is closed.\n")
    assert article.text == "# Another heading\n\nThe **bridge** is closed."
    assert article.title == "Bridge closed: cracks found"
    assert (article.outlet, article.outlet_basis) == ("Saltmarsh Courier", OutletBasis.GIVEN)
    assert article.url == "https://saltmarsh.example/bridge"
    assert article.published == "2024-05-01"
    assert article.author == "Ada Quill, Bo Reed"
    assert article.language == "no"  # Norwegian, not a boolean


@pytest.mark.parametrize(
    ("text", "title", "body"),
    [
        ("# Bridge closed #\n\nIt is.", "Bridge closed", "# Bridge closed #\n\nIt is."),
        ("Plain start\n\n# Later", None, "Plain start\n\n# Later"),
        (
            "---\n\nA text that opens with a rule.\n\n---\n\nMore.",
            None,
            "---\n\nA text that opens with a rule.\n\n---\n\nMore.",
        ),
        ("---\nShe said so: nobody knows why.\n---\nMore.", None, "---\nShe said so: nobody knows why.\n---\nMore."),
        ("---\n---\nOnly this.", None, "Only this."),
        ("---\r\ntitle: Ends with dots\r\n...\r\nBody.", "Ends with dots", "Body."),
        ("---\ntitle:\nauthor: ~\n---\n# From the heading", "From the heading", "# From the heading"),
    ],
)
def test_what_opens_a_markdown_file(
    tmp_path: Path, registry: OutletRegistry, text: str, title: str | None, body: str
) -> None:
    article = one(tmp_path / "a.md", registry, text)
    assert (article.title, article.text) == (title, body)


PAGE = f"""<html><head><title>x</title><meta property="og:site_name" content="Nine Kiosks">
<link rel="canonical" href="https://www.theguardian.com/world/bridge"></head><body><article><p>{BODY}</p></article></body></html>"""


def test_who_counts_when_several_name_the_outlet(tmp_path: Path, registry: OutletRegistry) -> None:
    path = tmp_path / "page.html"
    path.write_text(PAGE)
    row = {"outlet": "Brannock Courier", "title": "By manifest"}

    def outlet(source: SourceFile, **options: str) -> tuple[str | None, OutletBasis]:
        (found,) = read_file(source, ReadOptions(**options), registry).articles  # type: ignore[arg-type]
        return found.article.outlet, found.article.outlet_basis

    with_row, without = SourceFile(path, path, row), SourceFile(path, path)
    assert outlet(with_row, outlet="Halyard & Ledger") == ("Halyard & Ledger", OutletBasis.GIVEN)
    assert outlet(with_row) == ("Brannock Courier", OutletBasis.GIVEN)
    assert outlet(without) == ("Nine Kiosks", OutletBasis.PAGE)
    path.write_text(PAGE.replace("og:site_name", "og:nothing"))
    assert outlet(without) == ("The Guardian", OutletBasis.DOMAIN)
    path.write_text(PAGE.replace("og:site_name", "og:nothing").replace("canonical", "shortcut"))
    assert outlet(without) == (None, OutletBasis.UNKNOWN)


def test_an_article_that_states_its_publisher(tmp_path: Path, registry: OutletRegistry) -> None:
    text = f"{BODY}\n\n© 2024 Saltmarsh Weekly. All rights reserved."
    article = one(tmp_path / "a.txt", registry, text)
    assert (article.outlet, article.outlet_basis) == ("Saltmarsh Weekly", OutletBasis.TEXT)
    stated = one(tmp_path / "b.md", registry, f"---\noutlet: BBC\n---\n{text}")
    assert (stated.outlet, stated.outlet_basis) == ("BBC", OutletBasis.GIVEN)


def test_a_page_saved_as_text_is_read_as_a_page(tmp_path: Path, registry: OutletRegistry) -> None:
    assert one(tmp_path / "a.txt", registry, f"<!DOCTYPE html>\n{PAGE}").text == BODY.replace("\n\n", " ")


def test_fingerprints_change_with_all_that_matters(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(BODY)
    source, options = SourceFile(path, path), ReadOptions()
    base = fingerprint(source, options)
    assert len(base) == 64
    assert base == fingerprint(SourceFile(path, tmp_path), ReadOptions(mapping={}))
    copy = tmp_path / "a.md"
    copy.write_text(BODY)
    others = [
        fingerprint(source, ReadOptions(outlet="BBC")),
        fingerprint(source, ReadOptions(mapping={"text": "body"})),
        fingerprint(source, ReadOptions(max_characters=9)),
        fingerprint(SourceFile(path, path, {}), options),
        fingerprint(SourceFile(path, path, {"outlet": "BBC"}), options),
        fingerprint(SourceFile(copy, copy), options),
    ]
    path.write_text(BODY + " ")
    others.append(fingerprint(source, options))
    path.unlink()
    others.append(fingerprint(source, options))
    assert len({base, *others}) == 1 + len(others)


def test_articles_are_yielded_one_by_one(tmp_path: Path, registry: OutletRegistry) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "One."}\nbroken\n')
    (source,), _ = find_files([path])
    found = iter_file(source, ReadOptions(), registry)
    assert getattr(next(found), "item", None) == "line 1"
    assert getattr(next(found), "line", None) == 2


def test_importing_the_front_door_is_cheap() -> None:
    heavy = ["trafilatura", "dateparser", "py3langid", "pandas", "lxml", "yaml", "numpy", "charset_normalizer", "torch"]
    script = f"import sys; import documents.reading; print([m for m in {heavy!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_reading_prints_nothing_and_asks_no_network(
    tmp_path: Path, registry: OutletRegistry, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise AssertionError("a reader asked for the network")

    monkeypatch.setattr(socket, "socket", refused)
    monkeypatch.setattr(socket, "getaddrinfo", refused)
    files = {
        "a.html": f"<!DOCTYPE html SYSTEM 'http://evil.example/x.dtd'><img src='http://evil.example/'>{PAGE}",
        "b.html": "<html></html>",
        "c.txt": "Le café fermé rouvre à Noël.".encode("latin-1"),
        "d.json": json.dumps({"text": BODY, "date": "3 mai 2024"}),
        "e.csv": "text,date\nbroken",
        "f.md": FRONT,
        "g.jsonl": "nothing\n" * 30,
    }
    for name, text in files.items():
        read(tmp_path / name, registry, text)
    assert capfd.readouterr() == ("", "")


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the real articles are not here")
def test_the_real_articles(registry: OutletRegistry) -> None:
    sources, failures = find_files([SEEDS])
    assert (len(sources), failures) == (5, [])
    articles = []
    for source in sources:
        content = read_file(source, ReadOptions(), registry)
        assert not content.failures
        (found,) = content.articles
        assert found.item == ""
        assert (found.article.url, found.article.published, found.article.language) == (None, None, "en")
        articles.append(found.article)
    outlets = [(article.outlet, article.outlet_basis.value) for article in articles]
    assert outlets[0] == (None, "unknown")
    assert outlets[1] == ("European Policy Centre", "text")
    assert outlets[3] == (None, "unknown")
    assert [article.title for article in articles] == ["A new Pyongyang-Moscow axis?", None, None, None, None]
