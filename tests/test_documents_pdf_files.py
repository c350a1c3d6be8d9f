"""PDF files: columns in order, paragraphs whole, hyphens mended, running lines gone; bad files named."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from pdfs import SECOND_COLUMN, column, pdf

from documents.assembly import RawArticle
from documents.errors import ReadingError
from documents.formats.pdf_files import MAX_PAGES, read_pdf

LEFT = [
    "The harbour council of Port Lumen voted on Tues-",
    "day to close the old ferry terminal, an impor-",
    "tant landmark, after a report by the Anglo-",
    "American firm that had looked at its roof.",
    "   A second paragraph tells of the long-",
    "term plans, which are no secret: the long-term",
    "view is what matters, and the report runs on to",
]
RIGHT = [
    "the second column, where it ends at last. Its",
    "chair said on Tuesday that two- and three-",
    "year contracts would be kept, and that e-",
    "mail had arrived in the night from a US-",
    "led group, whose own member Brandt-",
    "Lumen did not answer.",
]
TEXT = (
    "Ferry terminal of Port Lumen is to close\n\n"
    "The harbour council of Port Lumen voted on Tuesday to close the old ferry terminal, an important landmark, "
    "after a report by the Anglo-American firm that had looked at its roof.\n\n"
    "A second paragraph tells of the long-term plans, which are no secret: the long-term view is what matters, and "
    "the report runs on to the second column, where it ends at last. Its chair said on Tuesday that two- and "
    "three-year contracts would be kept, and that e-mail had arrived in the night from a US-led group, whose own "
    "member Brandt-Lumen did not "
    "answer."
)
HEADLINE = (50.0, 780.0, 22.0, "Ferry terminal of Port Lumen is to close")


def only(data: bytes) -> RawArticle:
    (found,) = read_pdf(data)
    assert isinstance(found, RawArticle)
    return found


def two_columns() -> list[tuple[float, float, float, str]]:
    return [HEADLINE, *column(LEFT), *column(RIGHT, SECOND_COLUMN)]


def test_two_columns_below_a_headline() -> None:
    raw = only(pdf([two_columns()]))
    assert raw.title == "Ferry terminal of Port Lumen is to close"
    assert raw.text == TEXT


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_drawing_says_nothing(seed: int) -> None:
    items = two_columns()
    random.Random(seed).shuffle(items)
    assert only(pdf([items])).text == TEXT


def test_columns_whose_lines_do_not_stand_at_one_height() -> None:
    items = [HEADLINE, *column(LEFT), *column(RIGHT, SECOND_COLUMN, y=735.5)]
    assert only(pdf([items])).text == TEXT


def test_three_columns_of_a_narrow_page() -> None:
    words = [f"word{number}" for number in range(90)]
    items = []
    for number, x in enumerate((50.0, 215.0, 380.0)):
        part = words[number * 30 : number * 30 + 30]
        items += column([" ".join(part[start : start + 3]) for start in range(0, 30, 3)], x)
    assert only(pdf([items])).text.split() == words


def test_the_last_lines_of_columns_on_the_next_page() -> None:
    last = [
        (50.0, 740.0, 9.5, "two lines in two columns, of which the"),
        (SECOND_COLUMN, 740.0, 9.5, "first comes first."),
    ]
    text = only(pdf([[*column(LEFT), *column([*RIGHT[:-1], "Lumen did not answer but in"], SECOND_COLUMN)], last])).text
    assert text.endswith("Brandt-Lumen did not answer but in two lines in two columns, of which the first comes first.")


def test_a_headline_between_two_parts_with_columns() -> None:
    lower = column(LEFT[:4], y=500) + column(RIGHT[:4], SECOND_COLUMN, y=500)
    text = only(pdf([[*two_columns(), (50, 560, 18, "The second article of this page has a headline"), *lower]])).text
    positions = [text.index(part) for part in ("did not answer.", "The second article", "harbour council of", "US-led")]
    assert text.rindex("harbour council of") > positions[1] > positions[0]


def test_a_table_of_numbers_is_read_by_rows() -> None:
    rows = [("Lumen", "12"), ("Brandt", "7"), ("Harbour", "30"), ("Nobody", "1")]
    items = [(50.0, 700.0 - 12 * n, 10.0, name) for n, (name, _) in enumerate(rows)]
    items += [(200.0, 700.0 - 12 * n, 10.0, count) for n, (_, count) in enumerate(rows)]
    assert only(pdf([items])).text.split() == [word for row in rows for word in row]


def test_running_lines_and_page_numbers_are_dropped() -> None:
    pages = []
    for number in range(1, 5):
        body = [
            f"Sentence {'abcd'[number - 1]}{line} of the story goes on and on until the line is" for line in range(20)
        ]
        frame = [(50, 815, 8, f"The Lumen Guardian | {number} June 2023"), (290, 20, 8, f"- {number} -")]
        pages.append([*frame, *column(body)])
    text = only(pdf(pages)).text
    assert "Guardian" not in text and "- 3 -" not in text
    assert text.count("Sentence") == 80 and "\n" not in text


def test_a_headline_that_runs_on_stays_once() -> None:
    pages = [[HEADLINE, *column(LEFT[:4])]]
    pages += [
        [(50, 815, 8, HEADLINE[3]), *column(["More of it stands here.", "And the end follows."])] for _ in range(3)
    ]
    assert only(pdf(pages)).text.count(HEADLINE[3]) == 1


def test_a_paragraph_goes_on_over_the_page() -> None:
    first, second = ["It began on one page and was not over when the page was and so the"], ["story went on."]
    assert only(pdf([column(first), column(second)])).text == f"{first[0]} {second[0]}"


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (["It is impor-", "tant here."], "It is important here."),
        (["It is impor\xad", "tant here."], "It is important here."),
        (["The Anglo-", "American firm."], "The Anglo-American firm."),
        (["A co-operation began; the co-", "operation ended."], "A co-operation began; the co-operation ended."),
        (["The cooperation began; the co-", "operation ended."], "The cooperation began; the cooperation ended."),
        (["Zwei- und drei-", "jährige Verträge."], "Zwei- und dreijährige Verträge."),
        (["Es geht um Öl-", "und Gaspreise."], "Es geht um Öl- und Gaspreise."),
        (["The ferry, old -", "very old."], "The ferry, old - very old."),
        (["A US-", "led group."], "A US-led group."),
        (["Flug 20-", "jähriger Leute."], "Flug 20-jähriger Leute."),
        (["A well-", "known and far-", "reaching plan short-", "ens it."], "A well-known and far-reaching plan shortens it."),
        (["Rüstungs-", "industrie wächst."], "Rüstungsindustrie wächst."),
        (["The ferry was high and its speed too; a high-", "speed ferry."],
         "The ferry was high and its speed too; a high-speed ferry."),
    ],
)  # fmt: skip
def test_hyphens_at_line_ends(lines: list[str], text: str) -> None:
    assert only(pdf([column(lines)])).text == text


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_pages_shown_turned(turn: int) -> None:
    assert only(pdf([two_columns()], rotate=turn)).text == TEXT


def test_properties_are_weak_hints() -> None:
    lines = column(["Ferry to close, council says:", "The council of Port Lumen voted."])
    assert only(pdf([lines], info=b"/Title (Ferry to close, council says) /Author (Office PC)")).title == (
        "Ferry to close, council says"
    )
    raw = only(pdf([lines], info=b"/Title (Microsoft Word - template.dotx) /Author (Office PC)"))
    assert raw.title is None and raw.author is None and raw.published is None


def test_scripts_and_attachments_are_not_looked_at() -> None:
    more = [
        b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>",
        b"<< /Type /Filespec /F (a.txt) /EF << /F 7 0 R >> >>",
        b"<< /Type /EmbeddedFile /Length 6 >>\nstream\nsecret\nendstream",
    ]
    catalog = (
        b"/OpenAction 5 0 R /Names << /EmbeddedFiles << /Names [(a) 6 0 R] >> /JavaScript << /Names [(b) 5 0 R] >> >>"
    )
    text = only(pdf([column(["The council voted."])], catalog=catalog, more=more)).text
    assert text == "The council voted."


def test_an_export_is_split() -> None:
    lines = ["Ferry to close", "The Lumen Guardian", "June 3, 2023 Saturday", "", "Length: 9 words", "", "Body", "",
             "The ferry is to close.", "", "Classification", "", "Language: ENGLISH", "", "Load-Date: June 3, 2023", "",
             "End of Document", ""]  # fmt: skip
    lines[8:9] = [
        "The ferry is to close, said the council of the harbour town on Tuesday, which nobody had",
        "expected.",
    ]
    items = [(50.0, 740.0 - 12.0 * number, 10.0, line) for number, line in enumerate(lines) if line]
    found = read_pdf(pdf([items, items]))
    assert [item.outlet for item in found if isinstance(item, RawArticle)] == ["The Lumen Guardian"] * 2


LOCKED = b"/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <%s> /U <%s> >> /ID [<00> <00>]" % (b"11" * 32, b"22" * 32)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "not-text"),
        (b"no PDF", "not-text"),
        (b"%PDF-1.4\n", "damaged"),
        (pdf([]), "damaged"),
        (pdf([[]]), "no-text"),
        (pdf([[(290, 20, 8, "- 3 -")]]), "no-text"),
        (pdf([column(LEFT)], trailer=LOCKED), "encrypted"),
        (pdf([column(["x"])] * (MAX_PAGES + 1)), "too-large"),
    ],
)
def test_what_cannot_be_read_is_said(data: bytes, code: str) -> None:
    with pytest.raises(ReadingError) as failure:
        read_pdf(data)
    assert failure.value.code == code
    assert "\n" not in str(failure.value) and ("OCR" in str(failure.value) or code != "no-text")


WHOLE = pdf([two_columns(), column(LEFT), column(RIGHT)])


def read_or_refuse(data: bytes) -> list[RawArticle | ReadingError]:
    try:
        found = read_pdf(data)
    except ReadingError:
        return []
    assert found
    return found


def test_of_a_cut_file_the_readable_part_is_read() -> None:
    (found,) = read_or_refuse(WHOLE[: WHOLE.rindex(b"xref\n0")])
    assert isinstance(found, RawArticle) and TEXT in found.text


@pytest.mark.parametrize("cut", range(0, len(WHOLE), 199))
def test_any_truncation(cut: int) -> None:
    read_or_refuse(WHOLE[:cut])


@given(st.integers(0, len(WHOLE) - 1), st.binary(min_size=1, max_size=40))
@examples(max_examples=150, deadline=None)
def test_any_damage_inside(place: int, damage: bytes) -> None:
    read_or_refuse(WHOLE[:place] + damage + WHOLE[place + len(damage) :])


@given(st.binary(max_size=300))
@examples(max_examples=100, deadline=None)
def test_random_bytes(data: bytes) -> None:
    read_or_refuse(data)
    read_or_refuse(b"%PDF-1.7\n" + data)


@given(
    st.lists(
        st.tuples(
            *(st.floats(-50, 900), st.floats(-50, 900), st.floats(-5, 90)),
            st.text("ab -.\xad12", min_size=1, max_size=12),
        ),
        max_size=25,
    )
)
@examples(max_examples=100, deadline=None)
def test_letters_anywhere(items: list[tuple[float, float, float, str]]) -> None:
    for found in read_or_refuse(pdf([items, items])):
        assert isinstance(found, RawArticle) and found.text


def test_many_pages_in_bounded_time() -> None:
    data = pdf([[*column(LEFT * 7), *column(RIGHT * 8, SECOND_COLUMN)]] * 12)
    start = time.perf_counter()
    assert len(only(data).text) > 38_000
    assert time.perf_counter() - start < 8
