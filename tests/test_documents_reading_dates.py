"""Dates and languages: what was stated, or nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.dates import FIRST_YEAR, LAST_YEAR, iso_date
from documents.languages import detect_language, stated_language


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("2024-05-01", "2024-05-01"),
        ("2024-05-01T10:00:00Z", "2024-05-01T10:00:00+00:00"),
        ("2024-05-01T10:00:00.123456789+02:00", "2024-05-01T10:00:00+02:00"),
        ("2024-05-01 10:00 UTC", "2024-05-01T10:00:00+00:00"),
        ("2024-05-01 00:00:00", "2024-05-01"),
        ("2024/5/1", "2024-05-01"),
        ("20240501", "2024-05-01"),
        (1714550400, "2024-05-01T08:00:00+00:00"),
        (1714550400000, "2024-05-01T08:00:00+00:00"),
        ("1714550400", "2024-05-01T08:00:00+00:00"),
        ("Wed, 01 May 2024 10:00:00 -0500", "2024-05-01T10:00:00-05:00"),
        ("Wed, 01 May 2024 10:00:00 GMT", "2024-05-01T10:00:00+00:00"),
        ("1.5.2024", "2024-05-01"),
        ("13/06/2024", "2024-06-13"),
        ("06/13/2024 5:30 pm", "2024-06-13T17:30:00"),
        ("05/05/2024", "2024-05-05"),
        ("May 3, 2024", "2024-05-03"),
        ("3 May 2024 10:30 CEST", "2024-05-03T10:30:00+02:00"),
        ("Freitag, 3. Mai 2024, 18:05 Uhr", "2024-05-03T18:05:00"),
        ("3 de mayo de 2024", "2024-05-03"),
        ("1er mars 2024", "2024-03-01"),
        ("3 мая 2024 г.", "2024-05-03"),
        ("2024年5月3日", "2024-05-03"),
        ("  3\u00a0May\t2024 ", "2024-05-03"),
    ],
)
def test_stated_dates(stated: object, expected: str) -> None:
    assert iso_date(stated) == expected


@pytest.mark.parametrize(
    "stated",
    [
        *("", "yesterday", "2 hours ago", "now", "May 2024", "2024", "3 May", "3 May 24", "Tuesday", "soon"),
        *("05/06/2024", "5-6-2024", "5 6 2024", "5/6/24"),  # two readings, or none that is sure
        *("2024-13-45", "2024-02-30", "31 February 2024", "0000-00-00", "20241345"),
        *("0001-01-01", "9999-12-31", "1970-01-01T00:00:00Z", "12024-01-01"),
        *(0, -1, 7, 1e300, float("nan"), float("inf"), True, None, [], {}, b"2024-05-01"),
        *("x" * 10_000, "1" * 5_000, "\x00", "\ud800 2024", "=cmd|' /C calc'!A0 2024"),
    ],
)
def test_no_date_rather_than_a_wrong_one(stated: object) -> None:
    assert iso_date(stated) is None


@given(st.datetimes(timezones=st.none() | st.timezones()))
def test_iso_dates_come_back(moment: object) -> None:
    text = str(moment)
    found = iso_date(text)
    if found is not None:
        assert found[:10] == text[:10]
        assert FIRST_YEAR <= int(found[:4]) <= LAST_YEAR
    else:
        assert not FIRST_YEAR <= int(text[:4]) <= LAST_YEAR or text.startswith("1970-01-01 00:00:00")


@given(st.text(max_size=40))
def test_any_text_is_a_date_or_none(text: str) -> None:
    found = iso_date(text)
    assert found is None or iso_date(found) == found


def test_the_language_helps_with_month_names() -> None:
    assert iso_date("3. mai 2024", "no") == "2024-05-03"
    assert iso_date("3 mai 2024", "xx") == "2024-05-03"


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        *(("en", "en"), ("en-GB", "en"), ("en_US.UTF-8", "en"), ("ENG", "en"), ("English", "en"), ("no", "no")),
        *(("deutsch", "de"), ("ger", "de"), ("zh-Hans", "zh"), ("Español", "es"), ("nb-NO", "no"), ("iw", "he")),
        *(("und", None), ("", None), (None, None), ("klingon", None), ("xx", None), ("e", None), ("x" * 9_999, None)),
    ],
)
def test_stated_languages(stated: str | None, expected: str | None) -> None:
    assert stated_language(stated) == expected


def test_detected_languages() -> None:
    english = "The harbour master said that the ferry would stay in port until the wind had dropped."
    assert detect_language(english) == "en"
    assert detect_language("Der Hafenmeister sagte, dass die Fähre im Hafen bleibt, bis der Wind nachlässt.") == "de"
    assert detect_language("El capitán del puerto dijo que el ferry no saldría hasta que amainara el viento.") == "es"
    assert detect_language(english[:30]) is None
    assert detect_language("12 34 56 " * 100) is None
