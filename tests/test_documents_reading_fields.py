"""Fields of rows and objects: their names, mappings, keys and clean values."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from documents.articles import Article, OutletBasis
from documents.errors import RequestError
from documents.outlets.registry import OutletRegistry
from documents.reading import FileContent, ReadOptions, SourceFile, find_files, read_file, read_mapping

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


RECORD = {
    "headline": "Bridge closed",
    "body": BODY,
    "source": {"id": None, "name": "the guardian"},
    "url": "https://saltmarsh.example/bridge",
    "publishedAt": "2024-05-01T10:00:00Z",
    "authors": [{"name": "Ada Quill"}, {"name": "Bo Reed"}],
    "lang": "en-GB",
}


def check_record(article: Article) -> None:
    assert article.title == "Bridge closed"
    assert article.text == BODY
    assert (article.outlet, article.outlet_basis) == ("The Guardian", OutletBasis.GIVEN)
    assert article.url == "https://saltmarsh.example/bridge"
    assert article.published == "2024-05-01T10:00:00+00:00"
    assert article.author == "Ada Quill, Bo Reed"
    assert article.language == "en"


@pytest.mark.parametrize("shape", ["object", "list", "articles", "lines in .json", "lines", "mark", "utf-16"])
def test_json_in_its_shapes(tmp_path: Path, registry: OutletRegistry, shape: str) -> None:
    other = {**RECORD, "url": "https://saltmarsh.example/other"}
    lines = f"{json.dumps(RECORD)}\n\n{json.dumps(other)}\n"
    name, text = {
        "object": ("a.json", json.dumps(RECORD, indent=1)),
        "list": ("a.json", json.dumps([RECORD, other])),
        "articles": ("a.json", json.dumps({"status": "ok", "articles": [RECORD, other]})),
        "lines in .json": ("a.json", lines),
        "lines": ("a.ndjson", lines),
        "mark": ("a.jsonl", "\ufeff" + lines),
        "utf-16": ("a.jsonl", lines),
    }[shape]
    content = read(tmp_path / name, registry, text.encode("utf-16") if shape == "utf-16" else text)
    assert not content.failures
    if shape == "object":
        assert [found.item for found in content.articles] == [""]
    else:
        assert [found.item for found in content.articles] == [RECORD["url"], other["url"]]
    check_record(content.articles[0].article)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_tables(tmp_path: Path, registry: OutletRegistry, delimiter: str) -> None:
    quoted = BODY.replace('"', '""')
    cells = ["Bridge closed", f'"{quoted}"', "the guardian", RECORD["url"], "2024-05-01T10:00:00Z"]
    cells += ['"Ada Quill, Bo Reed"', "en"]
    header = delimiter.join(["Headline", "Article Text", "Outlet", "URL", "Published at", "Authors", "Lang"])
    name = "a.tsv" if delimiter == "\t" else "a.csv"
    for mark, end in (("", "\n"), ("\ufeff", "\r\n")):
        text = mark + header + end + delimiter.join(map(str, cells)) + end
        check_record(one(tmp_path / name, registry, text))


def test_keys_inside_a_file_are_stable_and_distinct(tmp_path: Path, registry: OutletRegistry) -> None:
    objects = [
        {"text": "One."},
        {"text": "Two.", "id": 17},
        {"text": "Three.", "id": "a", "url": "https://x.example/3"},
        {"text": "Four.", "url": "https://x.example/3"},
        {"text": "Five.", "url": "javascript:alert(1)"},
    ]
    lines = read(tmp_path / "a.jsonl", registry, "\n".join(map(json.dumps, objects)))
    keys = ["line 1", "17", "https://x.example/3", "https://x.example/3 #2", "line 5"]
    assert [found.item for found in lines.articles] == keys
    assert lines.articles[4].article.url is None
    items = read(tmp_path / "a.json", registry, json.dumps(objects))
    assert [found.item for found in items.articles] == ["item 1", *keys[1:4], "item 5"]
    rows = read(tmp_path / "a.csv", registry, 'text\n"One\nand a half."\n\nTwo.\n')
    assert [found.item for found in rows.articles] == ["row 1", "row 2"]


def test_a_mapping_names_the_columns(tmp_path: Path, registry: OutletRegistry) -> None:
    mapping = {"text": "corpo", "outlet": "meta.source.name"}
    record = {"corpo": BODY, "text": "not this", "title": "Kept", "meta": {"source": {"name": "Nine Kiosks"}}}
    article = one(tmp_path / "a.jsonl", registry, json.dumps(record), mapping=mapping)
    assert (article.text, article.title, article.outlet) == (BODY, "Kept", "Nine Kiosks")
    table = one(tmp_path / "a.csv", registry, "Corpo,text\nThis one.,not this\n", mapping={"text": "corpo"})
    assert table.text == "This one."


def test_read_mapping(tmp_path: Path) -> None:
    path = tmp_path / "map.toml"
    path.write_text('text = "corpo"\noutlet = "jornal"\n')
    assert read_mapping(path) == {"text": "corpo", "outlet": "jornal"}
    path = tmp_path / "map.json"
    path.write_text('{"text": "corpo"}')
    assert read_mapping(path) == {"text": "corpo"}


@pytest.mark.parametrize("name", ["map.toml", "map.json"])
@pytest.mark.parametrize(
    "text", ["", "{}", "[1]", "text = ", '{"text": 1}', 'body = "x"', '{"body": "x"}', "text = 3", "\0"]
)
def test_a_bad_mapping_is_refused_in_one_line(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(RequestError, match="expected") as caught:
        read_mapping(tmp_path / name)
    assert "\n" not in str(caught.value)
    with pytest.raises(RequestError, match=r"nowhere\.toml"):
        read_mapping(tmp_path / "nowhere.toml")


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("  guardian ", "The Guardian"),
        ("https://www.theguardian.com/uk", "The Guardian"),
        ("https://www.saltmarsh.example/", "saltmarsh.example"),
        ("Saltmarsh\u200b\n Courier\u202e", "Saltmarsh Courier"),
        ("unknown", None),
        ("N/A", None),
        ("   ", None),
        ("x" * 5_000, None),
    ],
)
def test_outlets_as_stated(tmp_path: Path, registry: OutletRegistry, stated: str, expected: str | None) -> None:
    article = one(tmp_path / "a.json", registry, json.dumps({"text": BODY, "outlet": stated}))
    assert article.outlet == expected
    assert (article.outlet_basis is OutletBasis.GIVEN) == (expected is not None)


def test_a_manifest_row_over_a_file_of_many(tmp_path: Path, registry: OutletRegistry) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "One.", "title": "T", "outlet": "BBC", "author": "Ada"}\n{"text": "Two."}\n')
    row = {"outlet": "Nine Kiosks", "title": "Not theirs", "author": "Bo", "published": "2024-05-01"}
    first, second = (
        found.article for found in read_file(SourceFile(path, path, row), ReadOptions(), registry).articles
    )
    assert (first.outlet, first.title, first.author, first.published) == ("Nine Kiosks", "T", "Ada", "2024-05-01")
    assert (second.outlet, second.title, second.author) == ("Nine Kiosks", None, "Bo")


def test_fields_are_clean_lines(tmp_path: Path, registry: OutletRegistry) -> None:
    dirty = {
        "text": BODY,
        "title": "Two\nlines\u202e",
        "author": "A\u200bda\tQuill\ud800",
        "url": " https://x.example/1 ",
    }
    article = one(tmp_path / "a.json", registry, json.dumps(dirty))
    assert (article.title, article.author, article.url) == ("Two lines", "Ada Quill", "https://x.example/1")


@pytest.mark.parametrize(
    "url",
    [
        *(
            "javascript:alert(1)",
            "data:text/html,x",
            "file:///etc/passwd",
            "ftp://x.example/a",
            "/relative",
            "x.example",
        ),
        *("http://", "https://bbc.co.uk@evil.example/", "http://a b.example/", "http://a\\b.example", "http://[::1"),
        *("http://x.example:99999/", 'https://x.example/"><script>', "https://x.example/" + "a" * 3_000),
    ],
)
def test_only_web_addresses_are_kept(tmp_path: Path, registry: OutletRegistry, url: str) -> None:
    assert one(tmp_path / "a.json", registry, json.dumps({"text": BODY, "url": url})).url is None


def test_text_that_came_with_tags_loses_them(tmp_path: Path, registry: OutletRegistry) -> None:
    markup = "<p>One &amp; <b>two</b>\nhere.</p><script>x()</script><ul><li>Three</li></ul><p>Four<br>five.</p>"
    assert (
        one(tmp_path / "a.json", registry, json.dumps({"text": markup})).text == "One & two here.\nThree\nFour\nfive."
    )
    plain = "If a < b and b > c, then a <tag> stays."
    assert one(tmp_path / "a.json", registry, json.dumps({"text": plain})).text == plain
