"""Rich text: what its reader sees, in every encoding it writes, and nothing of what is hidden in it."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from documents.assembly import RawArticle
from documents.errors import ReadingError
from documents.formats.rtf_files import read_rtf

HEAD = r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fswiss\fcharset0 Arial;}{\f1\fswiss\fcharset204 Arial Cyr;}}"
HEAD += r"{\colortbl;\red0\green0\blue0;}{\info{\title Wrong title}{\author Office PC}{\operator Nobody}}"


def rtf(body: str) -> bytes:
    return (HEAD + body + "}").encode("latin-1")


def only(data: bytes) -> RawArticle:
    (found,) = read_rtf(data)
    assert isinstance(found, RawArticle)
    return found


def test_paragraphs_and_headline() -> None:
    raw = only(rtf(r"\pard Harbour council votes\par\pard The council voted.\par It was late.\par"))
    assert raw.title == "Harbour council votes"
    assert raw.text == "Harbour council votes\n\nThe council voted.\n\nIt was late."
    assert raw.author is None and raw.published is None


@pytest.mark.parametrize(
    ("written", "text"),
    [
        (r"caf\'e9 \'84Hafen\'93 \endash  fin", "café „Hafen“ – fin"),
        (r"\u8222?Hafen\u8220? \uc0\u233 t\u233 ", "„Hafen“ été"),
        (r"{\f1 \'cf\'f0\'e8\'e2\'e5\'f2}", "Привет"),
        (r"\u-10179?\u-8704? smile", "😀 smile"),
        (r"a\~b\_c soft\-hyphen \{braces\} back\\slash", "a b\u2011c softhyphen {braces} back\\slash"),
        (r"\ldblquote quoted\rdblquote\line next", "“quoted”\nnext"),
    ],
)
def test_characters(written: str, text: str) -> None:
    assert only(rtf(written)).text == text


@pytest.mark.parametrize(
    "unseen",
    [
        r"{\pict\pngblip 89504e470d0a1a0a}",
        r"{\*\shppict{\pict\picw10\bin5 }{}{\}}",
        r"{\deleted\revauthdel1 secret}",
        r"{\v secret}",
        r"\v secret\v0 ",
        r"{\*\annotation secret}",
        r"{\header secret\par}{\footer secret\par}",
        r"{\footnote secret}",
        r"{\object\objemb{\*\objdata 0105000002}}",
        r'{\field{\*\fldinst{\plain HYPERLINK "http://secret.example/\v0 "}}}',
    ],
)
def test_what_is_not_shown_is_left_out(unseen: str) -> None:
    raw = only(rtf(rf"Before the pier. {unseen}After the pier.\par"))
    assert raw.text == "Before the pier. After the pier."


def test_a_link_keeps_its_words_and_gains_none() -> None:
    link = r'{\field{\*\fldinst{HYPERLINK "http://harbour.example/"}}{\fldrslt{\ul the harbour}}}'
    assert only(rtf(rf"See {link} now.")).text == "See the harbour now."


def test_binary_pictures_are_skipped_byte_for_byte() -> None:
    data = HEAD.encode() + rb"Before. {\pict\bin12 }}{{\par secr} After.\par}"
    assert only(data).text == "Before.  After."


def test_tables_are_rows() -> None:
    assert only(rtf(r"\trowd one\cell two\cell\row\trowd three\cell four\cell\row\pard end")).text == (
        "one|two\nthree|four\nend"
    )


def test_programs_that_end_paragraphs_with_a_backslash() -> None:
    assert only(rtf("First.\\\nSecond.\\line\nThird.")).text == "First.\n\nSecond.\nThird."


def test_an_export_is_split() -> None:
    lines = ["Ferry to close", "The Lumen Guardian", "June 3, 2023 Saturday", "Length: 9 words", "Body", "The ferry."]
    lines += ["Classification", "Language: ENGLISH", "Load-Date: June 3, 2023", "End of Document"]
    found = read_rtf(rtf(r"\par ".join(lines * 3)))
    assert [item.outlet for item in found if isinstance(item, RawArticle)] == ["The Lumen Guardian"] * 3


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "not-text"),
        (b"plain text", "not-text"),
        (rtf(r"{\pict 00}"), "no-text"),
        (rtf(r"\u99999999999?"), "damaged"),
        (rtf(r"{\f1\'98 }"), "encoding"),
        (rtf("{" * 6_000 + "x" + "}" * 6_000), "too-large"),
    ],
)
def test_what_cannot_be_read_is_said(data: bytes, code: str) -> None:
    with pytest.raises(ReadingError) as failure:
        read_rtf(data)
    assert failure.value.code == code


WHOLE = rtf(r"\pard Harbour \'e9t\'e9 \u8222?x\par{\pict\bin4 abcd}{\field{\*\fldinst X}{\fldrslt y}}\trowd a\cell\row")


def read_or_refuse(data: bytes) -> None:
    try:
        found = read_rtf(data)
    except ReadingError:
        return
    assert found and all(isinstance(item, ReadingError) or item.text for item in found)


@pytest.mark.parametrize("cut", range(0, len(WHOLE), 7))
def test_any_truncation(cut: int) -> None:
    read_or_refuse(WHOLE[:cut])


@given(st.lists(st.sampled_from([*r"{}\*;' 'a1-~", "\\rtf1", "\\u", "\\'9", "\\bin", "\\f9", "\\fonttbl", "\\fcharset",
                                 "\\ansicpg", "\\uc", "\\par", "\\v", "\x00", "é", "999999999", "-5"]), max_size=60))  # fmt: skip
@examples(max_examples=300, deadline=None)
def test_anything_behind_the_opening(parts: list[str]) -> None:
    read_or_refuse(b"{\\rtf1" + "".join(parts).encode("utf-8"))


@given(st.binary(max_size=200))
@examples(max_examples=100, deadline=None)
def test_random_bytes(data: bytes) -> None:
    read_or_refuse(data)
    read_or_refuse(b"{\\rtf1 " + data)


def test_hostile_text_is_read_in_bounded_time() -> None:
    start = time.perf_counter()
    for body in (
        r"{\fonttbl" + r"\f1" * 100_000,
        r"{\field{\*\fldinst{" * 4_000,
        r"\'e9" * 100_000,
        "x" * 300_000,
        "x" * 6_000_000,
    ):
        read_or_refuse((HEAD + body).encode("latin-1"))
    assert time.perf_counter() - start < 10
