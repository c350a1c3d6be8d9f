"""ninjs: which objects are it, in each of its versions, and what they say."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from documents.articles import OutletBasis
from documents.formats.ninjs import is_ninjs
from documents.outlets.registry import OutletRegistry
from documents.reading import FileContent, ReadOptions, SourceFile, read_file

BODY = "The bridge over the Reed was closed on Monday after engineers found cracks in two of its piers."
FIRST = {
    "uri": "https://lindal.example/item/1",
    "type": "text",
    "versioncreated": "2024-05-01T10:00:00+02:00",
    "byline": "Ada Quill",
    "headline": "Bridge closed",
    "language": "en-GB",
    "copyrightholder": "Reuters",
    "description_text": "A much longer description of the item " * 10,
    "body_text": f"{BODY} Nobody was hurt.",
    "body_xhtml": f"<p>{BODY}</p><p>Nobody was <b>hurt</b>.</p>",
}
SECOND = {
    "uri": "urn:lindal:2",
    "standard": {"name": "ninjs", "version": "2.1"},
    "versioncreated": "2024-05-02T10:00:00Z",
    "by": "Von Bo Reed",
    "headlines": [{"role": "sub", "value": "Risse"}, {"role": "main", "value": "Brücke gesperrt"}],
    "infosources": [{"name": "Lindal Press"}],
    "bodies": [{"role": "html", "contenttype": "text/html", "value": f"<section><p>{BODY}</p></section>"}],
}


@pytest.fixture(scope="module")
def registry() -> OutletRegistry:
    return OutletRegistry.load()


def read(path: Path, registry: OutletRegistry, data: str) -> FileContent:
    path.write_text(data)
    return read_file(SourceFile(path, path), ReadOptions(), registry)


def test_both_forms_in_json_lines(tmp_path: Path, registry: OutletRegistry) -> None:
    content = read(tmp_path / "a.jsonl", registry, f"{json.dumps(FIRST)}\n{json.dumps(SECOND)}\n")
    assert not content.failures
    assert [found.item for found in content.articles] == ["https://lindal.example/item/1", "urn:lindal:2"]
    first, second = (found.article for found in content.articles)
    assert first.text.startswith(BODY)
    assert "<" not in first.text
    assert (first.title, first.author, first.language) == ("Bridge closed", "Ada Quill", "en")
    assert (first.outlet, first.outlet_basis) == ("Reuters", OutletBasis.GIVEN)
    assert (first.url, first.published) == ("https://lindal.example/item/1", "2024-05-01T10:00:00+02:00")
    assert (second.text, second.title) == (BODY, "Brücke gesperrt")
    assert (second.outlet, second.author, second.url) == ("Lindal Press", "Von Bo Reed", None)


def test_one_item_is_the_files_article(tmp_path: Path, registry: OutletRegistry) -> None:
    (found,) = read(tmp_path / "a.json", registry, json.dumps(SECOND)).articles
    assert (found.item, found.article.text) == ("", BODY)


def test_several_sources_are_nobodys_article(tmp_path: Path, registry: OutletRegistry) -> None:
    item = SECOND | {"infosources": [{"name": "Lindal Press"}, {"name": "Reuters"}]}
    (found,) = read(tmp_path / "a.json", registry, json.dumps(item)).articles
    assert found.article.outlet is None


def test_a_description_is_the_text_where_there_is_no_other(tmp_path: Path, registry: OutletRegistry) -> None:
    item = {key: value for key, value in SECOND.items() if key != "bodies"}
    item["descriptions"] = [{"contenttype": "text/plain", "value": BODY}]
    (found,) = read(tmp_path / "a.json", registry, json.dumps(item)).articles
    assert found.article.text == BODY


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"bodies": [], "type": "picture"}, "no-text"),
        ({"bodies": [{"value": 7}, 8, None]}, "no-text"),
        ({"pubstatus": "canceled"}, "withdrawn"),
    ],
)
def test_items_without_news(tmp_path: Path, registry: OutletRegistry, change: dict[str, object], code: str) -> None:
    lines = f"{json.dumps(SECOND | change)}\n{json.dumps(FIRST)}\n"
    content = read(tmp_path / "a.jsonl", registry, lines)
    assert len(content.articles) == 1
    (failure,) = content.failures
    assert failure.reason.startswith(f"{code}: expected")
    assert failure.line == 1


def test_other_objects_are_not_taken_for_it() -> None:
    assert is_ninjs(FIRST)
    assert is_ninjs(SECOND)
    assert not is_ninjs({"uri": "x", "text": BODY, "pubstatus": "usable"})
    assert not is_ninjs({"uri": "x", "title": "y"})
    assert not is_ninjs({"uri": 7, "headlines": []})
