"""Cleaning: what goes, what stays, and that a second time changes nothing."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.cleaning import clean, clean_line

AWKWARD = "\u200c\u200d\ufe0f\u0627\u0628\u0915\u094d\u093c\u0345\u0b47\u0b57\u2764\U0001f468\U0001f3fd\u0301"
AWKWARD += "e \n\t\r\xa0\u2028"


@given(st.text(st.one_of(st.characters(), st.sampled_from(AWKWARD)), max_size=40))
def test_cleaning_twice_changes_nothing(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    line = clean_line(text)
    assert clean_line(line) == line
    assert "\n" not in line


@given(st.text(st.one_of(st.characters(), st.sampled_from(AWKWARD)), max_size=40))
def test_a_cleaned_text_keeps_its_promises(text: str) -> None:
    cleaned = clean(text)
    cleaned.encode("utf-8")
    assert unicodedata.is_normalized("NFC", cleaned)
    assert not any(line != line.rstrip() for line in cleaned.split("\n"))
    assert "\n\n\n\n" not in cleaned
    assert all(c == "\n" or unicodedata.category(c) != "Cc" for c in cleaned)


@given(st.text("abc äöü ß“”‘’–—…ﬁ²½Ⅳ，。中文", max_size=60))
def test_visible_characters_are_never_rewritten(text: str) -> None:
    assert clean(text).split() == unicodedata.normalize("NFC", text).split()


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("one\r\ntwo\rthree\u2028four\u2029five\x85six\x0cseven", "one\ntwo\nthree\nfour\nfive\nsix\nseven"),
        ("a\tb\xa0c\u202fd\u3000e\u2009f", "a b c d e f"),
        ("line   \nnext \t \n\n\n\n\n\nlast\n\n", "line\nnext\n\n\nlast"),
        ("two\n\n\nblank lines stay", "two\n\n\nblank lines stay"),
        ("\ufeffmark, so\xadft hy\xadphen, ze\u200bro\u2060 width", "mark, soft hyphen, zero width"),
        ("\u202eevil\u202c \u2066x\u2069 \u200ey\u200f \u061cz", "evil x y z"),
        ("nul\x00 bell\x07 esc\x1b[31m del\x7f c1\x9b", "nul bell esc[31m del c1"),
        ("half \ud83d pair \udc80", "half  pair"),
        ("hidden\U000e0041\U000e0042\U000e01ef tags\ufff9\ufffc", "hidden tags"),
        ("cafe\u0301 e\u200c\u0301", "café é"),
        ("   indented first line", "indented first line"),
        ("keep\n  inner indent", "keep\n  inner indent"),
        (" \n\t\u200b\n", ""),
    ],
)
def test_what_goes(raw: str, expected: str) -> None:
    assert clean(raw) == expected


@pytest.mark.parametrize(
    "text",
    [
        "می\u200cخواهم",  # Persian: the non-joiner shapes the word
        "क्\u200dष",  # Devanagari half form
        "ශ්\u200dරී ලංකා",
        "👨\u200d👩\u200d👧 ❤️\u200d🔥 🧑🏽\u200d🚀 🏳️\u200d🌈",
        "☎️ 1️⃣",
    ],
)
def test_joiners_stay_where_they_are_needed(text: str) -> None:
    assert clean(text) == text


@pytest.mark.parametrize("joiner", ["\u200c", "\u200d"])
def test_joiners_go_where_they_only_hide(joiner: str) -> None:
    assert clean(f"Reu{joiner}ters") == "Reuters"
    assert clean(f"{joiner}Reuters{joiner} {joiner}") == "Reuters"
    assert clean(f"می{joiner}{joiner}{joiner}خواهم") == f"می{joiner}خواهم"


def test_runs_of_variation_selectors_carry_no_message() -> None:
    assert clean("a\ufe00\ufe01\ufe0fb \ufe0fc") == "a\ufe00b c"


def test_a_line_is_one_line() -> None:
    assert clean_line("  The\n Bridge\u200b \t  falls\u2029 ") == "The Bridge falls"
