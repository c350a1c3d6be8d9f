"""Whether an answer says what it must, in several scripts, against scores worked out by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.evaluation import answer_words


@pytest.mark.parametrize(
    ("text", "answer", "expected"),
    [
        ("The  harbour-master.", "harbourmaster", 1),
        ("a Bridge, an island", "bridge island", 1),
        ("$13,000", "13000", 1),
        ("The bridge", "bridges", 0),
        ("island bridge", "bridge island", 0),
        ("L'ÉTÉ", "l\u2019e\u0301te\u0301", 1),  # case, apostrophe and composed or not
        ("STRASSE", "Straße", 1),
        ("「東京」", "東京", 1),
        ("2 000 ½", "2 000 ½", 1),
        ("the", "a", 0),
        ("A", "a", 1),  # a grade, not an article
        ("", "bridge", 0),
        ("...", "!", 0),
        ("", "", 0),
    ],
)
def test_exact_match(text: str, answer: str, expected: float) -> None:
    assert answer_words.exact_match(text, [answer]) == expected


@pytest.mark.parametrize(
    ("text", "answer", "expected"),
    [
        # shared: 2 of 4 words and 2 of 3: 2·2 / 7
        ("The bridge stays shut today", "bridge shut Monday", 4 / 7),
        # "no" comes twice in one and once in the other: shared once, 2·1 / (2 + 1)
        ("no no", "no", 2 / 3),
        ("the a an bridge", "bridge", 1),
        ("shut", "open", 0),
        ("", "open", 0),
        ("...", "!", 0),
        # a character is a word: 会, 談 of 東, 京, で, 会, 談 : 2·2 / 7
        ("東京で会談", "会談", 4 / 7),
        ("2024年5月", "5月", 4 / 6),  # 2024, 年, 5, 月 and 5, 月
        ("กรุงเทพ", "กรุงเทพ", 1),
        ("서울 회담", "회담", 2 / 3),  # Korean has spaces
        ("bridge—closed", "closed", 2 / 3),
        ("well-known", "known", 0),  # as SQuAD has it
    ],
)
def test_token_f1(text: str, answer: str, expected: float) -> None:
    assert answer_words.token_f1(text, [answer]) == pytest.approx(expected)


def test_the_best_of_several_answers_counts_and_none_is_0() -> None:
    assert answer_words.exact_match("May", ["June", "may"]) == 1
    assert answer_words.token_f1("in May", ["June", "in May 2024", "May"]) == pytest.approx(4 / 5)
    assert answer_words.exact_match("May", []) == answer_words.token_f1("May", []) == 0


@given(st.text(max_size=30), st.text(max_size=30))
def test_any_two_texts_have_an_f1_that_fits_their_exact_match(text: str, answer: str) -> None:
    f1 = answer_words.token_f1(text, [answer])
    assert 0 <= f1 <= 1 and f1 == answer_words.token_f1(answer, [text])
    if answer_words.exact_match(text, [answer]):
        assert f1 == 1


@pytest.mark.parametrize(
    ("text", "answers", "expected"),
    [
        ("About 13,000 soldiers", ["13,000"], True),
        ("About 13,000 soldiers", ["13"], False),
        ("About 13,000 soldiers", ["000"], False),
        ("It cost 1.6 million.", ["1.6 million"], True),
        ("It cost 11.6 million.", ["1.6 million"], False),
        ("In the end there were 13.", ["13"], True),
        ("the WINNER  is\nclear", ["winner is clear"], True),
        ("winners", ["winner"], False),
        ("Straße", ["STRASSE"], True),
        ("東京で会談した", ["会談"], True),
        ("Nothing", ["", " "], False),
        ("a 5 % rise", ["5 %"], True),
    ],
)
def test_contains_any_finds_whole_words_and_whole_numbers(text: str, answers: list[str], expected: bool) -> None:
    assert answer_words.contains_any(text, answers) is expected
