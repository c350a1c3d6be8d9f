"""Word documents: what their reader sees, in order; changes accepted; nothing unpacked beyond its bound."""

from __future__ import annotations

import io
import time
import zipfile

import pytest
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from documents.assembly import RawArticle
from documents.errors import ReadingError
from documents.formats.word_files import MAX_MARKS, MAX_PART_BYTES, read_word

SHOWN = '<w:vanish w:val="0"/>'
SPACES = nsdecls("w", "wp", "a", "r") + ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
SPACES += ' xmlns:v="urn:schemas-microsoft-com:vml" xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'


def saved(document: object) -> bytes:
    out = io.BytesIO()
    document.save(out)  # type: ignore[attr-defined]
    return out.getvalue()


def with_body(*paragraphs: str) -> bytes:
    """Return a document whose body holds these pieces of WordprocessingML."""
    document = Document()
    for xml in paragraphs:
        inner = parse_xml(f"<w:body {SPACES}>{xml}</w:body>")
        for element in list(inner):
            document.element.body.insert(len(document.element.body) - 1, element)
    return saved(document)


def repacked(data: bytes, **parts: bytes) -> bytes:
    """Return the document with parts replaced: `word__document__xml=...`."""
    out = io.BytesIO()
    replaced = {name.replace("__xml", ".xml").replace("__", "/"): body for name, body in parts.items()}
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, replaced.pop(name, None) or old.read(name))
        for name, body in replaced.items():
            new.writestr(name, body)
    return out.getvalue()


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def only(data: bytes) -> RawArticle:
    (found,) = read_word(data)
    assert isinstance(found, RawArticle)
    return found


def test_paragraphs_tables_and_headings_in_document_order() -> None:
    document = Document()
    document.add_heading("Ferry terminal to close.", level=0)
    document.add_paragraph("The council voted.\nIt was late.")
    table = document.add_table(rows=2, cols=2)
    for number, text in enumerate(("Lumen", "12", "Brandt", "A long cell of running text. " * 10)):
        table.cell(number // 2, number % 2).text = text.strip()
    document.add_heading("What comes next", level=2)
    document.add_paragraph("Nothing.", style="List Bullet")
    document.core_properties.author, document.core_properties.title = "Office PC", "Template 7"
    raw = only(saved(document))
    assert raw.title == "Ferry terminal to close."
    assert raw.author is None and raw.published is None and raw.outlet is None
    long_cell = ("A long cell of running text. " * 10).strip()
    assert raw.text.split("\n\n") == [
        *("Ferry terminal to close.", "The council voted.\nIt was late.", "Lumen | 12", "Brandt", long_cell),
        *("What comes next", "Nothing."),
    ]


@pytest.mark.parametrize(
    ("stated", "title"), [("Ferry to close, says council", "Ferry to close, says council"), ("Draft 7 final", None)]
)
def test_a_stated_title_counts_where_the_text_bears_it_out(stated: str, title: str | None) -> None:
    document = Document()
    document.add_paragraph("Ferry to close, says council:")
    document.add_paragraph("The council voted.")
    document.core_properties.title = stated
    assert only(saved(document)).title == title


def test_tracked_changes_are_accepted() -> None:
    mark = 'w:id="1" w:author="x" w:date="2024-01-01T00:00:00Z"'
    text = only(
        with_body(
            f"<w:p>{run('The council ')}<w:ins {mark}>{run('voted to ')}</w:ins>"
            f"<w:del {mark}><w:r><w:delText>refused to </w:delText></w:r></w:del>{run('close it.')}</w:p>",
            f"<w:p><w:moveFrom {mark}>{run('Moved away.')}</w:moveFrom>{run('Stays.')}</w:p>",
            f"<w:p><w:moveTo {mark}>{run('Moved here.')}</w:moveTo></w:p>",
            f"<w:p><w:pPr><w:rPr><w:del {mark}/></w:rPr></w:pPr>{run('One sentence, ')}</w:p>",
            f"<w:p>{run('two paragraphs before.')}</w:p>",
        )
    ).text
    assert text.split("\n\n") == [
        *("The council voted to close it.", "Stays.", "Moved here.", "One sentence, two paragraphs before.")
    ]


def test_text_boxes_come_once_and_after_their_paragraph() -> None:
    inside = f"<w:txbxContent><w:p>{run('In the box.')}</w:p><w:p>{run('Still in it.')}</w:p></w:txbxContent>"
    box = (
        f"<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wps:txbx>{inside}</wps:txbx></w:drawing>"
        f"</mc:Choice><mc:Fallback><w:pict><v:textbox>{inside}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    old = f"<w:r><w:pict><v:shape><v:textbox><w:txbxContent><w:p>{run('Old box.')}</w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
    text = only(with_body(f"<w:p>{run('Before ')}{box}{run('after.')}</w:p>", f"<w:p>{old}</w:p>")).text
    assert text.split("\n\n") == ["Before after.", "In the box.", "Still in it.", "Old box."]


def test_what_is_not_shown_is_left_out() -> None:
    field = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>HYPERLINK "http://x.example"</w:instrText></w:r>'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{run("a link")}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    document = Document(io.BytesIO(with_body(
        f"<w:p>{run('Shown ')}{run('secret', '<w:vanish/>')}{run('as well ', SHOWN)}{field}.</w:p>",
        "<w:p><w:r><w:t>soft</w:t><w:softHyphen/><w:t>ly</w:t><w:noBreakHyphen/><w:t>x</w:t><w:tab/><w:t>y</w:t></w:r></w:p>",
    )))  # fmt: skip
    document.add_comment(document.paragraphs[0].runs, text="a secret remark")
    document.sections[0].header.paragraphs[0].text = "secret header"
    assert only(saved(document)).text == "Shown as well a link\n\nsoftly-x y"


def test_nested_tables_and_content_controls() -> None:
    inner = f"<w:tbl><w:tr><w:tc><w:p>{run('a')}</w:p></w:tc><w:tc><w:p>{run('b')}</w:p></w:tc></w:tr></w:tbl>"
    outer = (
        f"<w:tbl><w:tr><w:tc>{inner}<w:p/></w:tc><w:tc><w:p>{run('c')}</w:p><w:p>{run('d')}</w:p></w:tc></w:tr></w:tbl>"
    )
    control = (
        f"<w:sdt><w:sdtPr><w:alias w:val='x'/></w:sdtPr><w:sdtContent><w:p>{run('e')}</w:p></w:sdtContent></w:sdt>"
    )
    assert only(with_body(outer, control)).text.split("\n\n") == ["a | b", "c", "d", "e"]


def test_a_missing_picture_or_style_sheet_does_not_matter() -> None:
    data = with_body(f"<w:p>{run('The council voted.')}</w:p>")
    relations = zipfile.ZipFile(io.BytesIO(data)).read("word/_rels/document.xml.rels").decode()
    relation = '<Relationship Id="rId99" Type="http://x/image" Target="NULL"/></Relationships>'
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            body = old.read(name)
            if name == "word/_rels/document.xml.rels":
                body = relations.replace("</Relationships>", relation).encode()
            if name != "word/styles.xml":
                new.writestr(name, body)
    assert only(out.getvalue()).text == "The council voted."


def test_an_export_is_split() -> None:
    document = Document()
    for _ in range(3):
        for line in ("Ferry to close", "The Lumen Guardian", "June 3, 2023 Saturday", "Length: 9 words", "Body", "Closed.",
                     "Classification", "Language: ENGLISH", "Load-Date: June 3, 2023", "End of Document"):  # fmt: skip
            document.add_paragraph(line)
    found = read_word(saved(document))
    assert [(item.outlet, item.text) for item in found if isinstance(item, RawArticle)] == [
        ("The Lumen Guardian", "Closed.")
    ] * 3


WHOLE = with_body(f"<w:p>{run('Headline')}</w:p>", f"<w:p>{run('The council voted.')}</w:p>")
ENTITIES = b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY x SYSTEM "file:///etc/passwd">]>'
DOCUMENT = f"<w:document {SPACES}><w:body><w:p><w:r><w:t>%s</w:t></w:r></w:p></w:body></w:document>".encode()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "damaged"),
        (b"PK\x03\x04", "damaged"),
        (saved(Document()), "no-text"),
        (WHOLE[: len(WHOLE) // 2], "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "not-text"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        (repacked(WHOLE, word__document__xml=b"<w:document"), "damaged"),
        (repacked(WHOLE, word__document__xml=ENTITIES + DOCUMENT % b"&b;"), "damaged"),
        (repacked(WHOLE, word__document__xml=ENTITIES + DOCUMENT % b"&x;"), "damaged"),
        (repacked(WHOLE, word__document__xml=b"<a>" * 100_000), "damaged"),
        (repacked(WHOLE, word__document__xml=b"<a><b/>" * (MAX_MARKS // 2 + 1)), "too-large"),
        (repacked(WHOLE, word__document__xml=b" " * (MAX_PART_BYTES + 1)), "too-large"),
    ],
)
def test_what_cannot_be_read_is_said(data: bytes, code: str) -> None:
    with pytest.raises(ReadingError) as failure:
        read_word(data)
    assert failure.value.code == code and "\n" not in str(failure.value)


def test_a_part_that_lies_about_its_size_is_not_unpacked() -> None:
    data = repacked(WHOLE, word__document__xml=DOCUMENT % (b"x" * 3_000_000))
    central = data.rindex(b"word/document.xml") - 46
    lying = data[: central + 24] + (100).to_bytes(4, "little") + data[central + 28 :]
    with pytest.raises(ReadingError):
        read_word(lying)


def test_a_part_outside_the_package_is_never_read() -> None:
    relations = (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        b'<Relationship Id="r" Type="x/officeDocument" Target="../../etc/passwd"/>'
        b'<Relationship Id="s" Type="x/officeDocument" TargetMode="External" Target="http://x.example/d.xml"/></Relationships>'
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("_rels/.rels", relations)
    with pytest.raises(ReadingError, match="etc/passwd"):
        read_word(out.getvalue())


def read_or_refuse(data: bytes) -> None:
    try:
        found = read_word(data)
    except ReadingError:
        return
    assert found


@pytest.mark.parametrize("cut", range(0, len(WHOLE), 997))
def test_any_truncation(cut: int) -> None:
    read_or_refuse(WHOLE[:cut])


@given(st.integers(0, len(WHOLE) - 1), st.binary(min_size=1, max_size=20))
@examples(max_examples=200, deadline=None)
def test_any_damage_inside(place: int, damage: bytes) -> None:
    read_or_refuse(WHOLE[:place] + damage + WHOLE[place + len(damage) :])


NAMES = ["w:p", "w:r", "w:t", "w:tbl", "w:tr", "w:tc", "w:ins", "w:del", "w:txbxContent", "w:pPr", "w:rPr", "w:vanish"]
NAMES += ["mc:Choice", "mc:Fallback", "w:sdt", "w:br"]


@given(st.recursive(st.just("x"), lambda inner: st.builds(
    lambda name, parts: f"<{name}>{''.join(parts)}</{name}>", st.sampled_from(NAMES), st.lists(inner, max_size=4)), max_leaves=25))  # fmt: skip
@examples(max_examples=200, deadline=None)
def test_any_nesting_of_elements(xml: str) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("word/document.xml", f"<w:document {SPACES}><w:body>{xml}</w:body></w:document>")
    read_or_refuse(out.getvalue())


@given(st.binary(max_size=300))
@examples(max_examples=100, deadline=None)
def test_random_bytes(data: bytes) -> None:
    read_or_refuse(data)
    read_or_refuse(b"PK\x03\x04" + data)


def test_a_large_document_in_bounded_time() -> None:
    paragraph = DOCUMENT.partition(b"<w:p>")[2].partition(b"</w:p>")[0] % b"word " * 8
    body = DOCUMENT.replace(b"<w:p><w:r><w:t>%s</w:t></w:r></w:p>", (b"<w:p>" + paragraph + b"</w:p>") * 8_000)
    data = repacked(WHOLE, word__document__xml=body)
    start = time.perf_counter()
    assert len(only(data).text) > 300_000
    assert time.perf_counter() - start < 10
