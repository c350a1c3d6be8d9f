"""Exports of news databases: told from ordinary text, split by their own headers, the broken ones named."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from documents.assembly import RawArticle
from documents.dates import iso_date
from documents.errors import ReadingError
from documents.formats.news_exports import export_page_text, looks_like_export, split_exports

BODY = (
    "The harbour council of Port Lumen voted on Tuesday to close the old ferry terminal.\n\n"
    'Its chair, Ida Brandt, said: "The roof will not last another winter."\n\n'
    "UPDATE: the vote was repeated after a fault in the count. Section: heads nodded."
)

NEXIS_UNI = f"""Ferry terminal to close
The Lumen Guardian (London)
June 3, 2023 Saturday 10:00 AM GMT


Copyright 2023 Lumen Newspapers Limited All Rights Reserved


Section: WORLD NEWS; Version:1
Length: 512 words
Byline: Jane Doe in Port Lumen
Highlight: Council votes after a decade of dispute
Body


{BODY}


Graphic

Photo: the old terminal, by Sam Roe


Classification


Language: ENGLISH

Publication-Type: Newspaper

Subject: FERRIES (90%)

Load-Date: June 3, 2023


End of Document
"""

NEXIS_OLD = f"""                              2 of 50 DOCUMENTS


                              The Lumen Guardian (London)

                             June 3, 2014 Tuesday
                              Final Edition

Ferry terminal to close

BYLINE: Jane Doe

SECTION: HOME PAGES; Pg. 3

LENGTH: 512 words

HIGHLIGHT: Council votes after a decade of dispute over the roof of the oldest
terminal in the province

{BODY}

LOAD-DATE: June 3, 2014

LANGUAGE: ENGLISH

GRAPHIC: PHOTO: the old terminal

PUBLICATION-TYPE: Newspaper


                   Copyright 2014 Lumen Newspapers Limited
                              All Rights Reserved


"""

NEXIS_LABELLED = f"""3 of 50 DOCUMENTS

Copyright 2014 The Lumen Times Company
All Rights Reserved
The Lumen Times

June 4, 2014 Wednesday
Late Edition - Final

SECTION: Section A; Column 0; Foreign Desk; Pg. 1

LENGTH: 1,204 words

HEADLINE: Ferry terminal to close

BYLINE: By Jane Doe

DATELINE: PORT LUMEN

BODY:
{BODY}

URL: http://lumen-times.example/ferry

LOAD-DATE: June 4, 2014

LANGUAGE: ENGLISH

PUBLICATION-TYPE: Newspaper
"""

GERMAN_BODY = (
    "Der Hafenrat von Lumenhafen hat am Dienstag für die Schließung gestimmt.\n\n„Das Dach hält nicht“, sagte Brandt."
)
NEXIS_GERMAN = f"""Dokument 3 von 50


Lumenhafener Zeitung (inkl. Regionalausgaben)

3. Juni 2014 Dienstag
Gesamtausgabe

Fährterminal schließt

AUTOR: Ida Muster

RUBRIK: Politik; S. 4

LÄNGE: 512 Wörter

{GERMAN_BODY}

UPDATE: 3. Juni 2014

SPRACHE: GERMAN; DEUTSCH

PUBLICATION-TYPE: Zeitung


Copyright 2014 Lumenhafener Verlag GmbH
Alle Rechte vorbehalten
"""

FRENCH_BODY = (
    "Le conseil du port a voté mardi la fermeture du terminal.\n\n« Le toit ne tiendra pas », a dit Mme Brandt."
)
NEXIS_FRENCH = f"""4 de 50 DOCUMENTS


Le Courrier de Lumen

3 juin 2014 mardi

Le terminal va fermer

AUTEUR: Jeanne Dupont

RUBRIQUE: MONDE; p. 3

LONGUEUR: 512 mots

{FRENCH_BODY}

DATE-CHARGEMENT: 3 juin 2014

LANGUE: FRENCH; FRANÇAIS

Copyright 2014 Courrier SA
Tous droits réservés
"""

FACTIVA_CODED = f"""HD  Ferry terminal to close
BY  By Jane Doe
WC  512 words
PD  3 June 2023
ET  12:01
SN  Lumen News
SC  LBA
LA  English
CY  (c) 2023 Lumen Limited

LP
PORT LUMEN, June 3 (Lumen) - A first paragraph about the harbour.

TD
{BODY}
IN THE END nobody spoke.

CO  lumhrb : Lumen Harbour Ltd
IN  i74 : Water Transport | itsp : Transport
NS  c151 : Earnings
RE  lumen : Lumen
PUB Lumen Limited
AN  Document LBA0000020230603ej63000ab
"""

FACTIVA_PLAIN = f"""Business News
Ferry terminal to close
By Jane Doe
512 words
3 June 2023
12:01
Lumen News
LBA
English
(c) 2023 Lumen Limited

{BODY}

Document LBA0000020230603ej63000ac

Page 2 of 4 © 2023 Factiva, Inc. All rights reserved.
"""


def only(text: str) -> RawArticle:
    assert looks_like_export(text)
    (found,) = split_exports(text)
    assert isinstance(found, RawArticle), found
    return found


def day(raw: RawArticle) -> str | None:
    return (iso_date(raw.published, raw.language) or "")[:10] or None


@pytest.mark.parametrize(
    ("text", "outlet", "date", "author", "language", "body"),
    [
        (NEXIS_UNI, "The Lumen Guardian", "2023-06-03", "Jane Doe in Port Lumen", "ENGLISH", BODY),
        (NEXIS_OLD, "The Lumen Guardian", "2014-06-03", "Jane Doe", "ENGLISH", BODY),
        (NEXIS_LABELLED, "The Lumen Times", "2014-06-04", "Jane Doe", "ENGLISH", BODY),
        (NEXIS_GERMAN, "Lumenhafener Zeitung", "2014-06-03", "Ida Muster", "GERMAN", GERMAN_BODY),
        (NEXIS_FRENCH, "Le Courrier de Lumen", "2014-06-03", "Jeanne Dupont", "FRENCH", FRENCH_BODY),
        (FACTIVA_PLAIN, "Lumen News", "2023-06-03", "Jane Doe", "English", BODY),
    ],
    ids=["uni", "old", "labelled", "german", "french", "factiva"],
)
def test_one_article_of_each_layout(text: str, outlet: str, date: str, author: str, language: str, body: str) -> None:
    raw = only(text)
    assert raw.outlet == outlet and day(raw) == date
    assert raw.title in ("Ferry terminal to close", "Fährterminal schließt", "Le terminal va fermer")
    assert (raw.author, raw.language) == (author, language)
    assert raw.text == body


def test_what_else_stands_around_a_date_is_no_title() -> None:
    edition = NEXIS_UNI.replace("10:00 AM GMT", "10:00 AM GMT\nEdition 1; National Edition")
    assert only(edition).title == "Ferry terminal to close"
    assert only(NEXIS_LABELLED).url == "http://lumen-times.example/ferry"


def test_factiva_with_codes() -> None:
    raw = only(FACTIVA_CODED)
    assert (raw.title, raw.outlet, raw.author, raw.language) == (
        *("Ferry terminal to close", "Lumen News", "Jane Doe", "English"),
    )
    assert raw.key == "LBA0000020230603ej63000ab"
    assert iso_date(raw.published) == "2023-06-03T12:01:00"
    assert raw.text.startswith("PORT LUMEN, June 3") and raw.text.endswith(f"{BODY}\nIN THE END nobody spoke.")


@pytest.mark.parametrize("separator", [" | ", "|", "\t", "\n"])
def test_factiva_codes_from_a_table(separator: str) -> None:
    lines = []
    for line in FACTIVA_CODED.splitlines():
        code = line[:3].strip()
        lines.append(f"{code}{separator}{line[4:].strip()}" if code.isupper() and line[2:4].strip() == "" else line)
    raw = only("\n\n".join(lines))
    assert raw.title == "Ferry terminal to close" and raw.outlet == "Lumen News"
    assert "Earnings" not in raw.text and "nobody spoke." in raw.text


@pytest.mark.parametrize("article", [NEXIS_UNI, NEXIS_OLD, NEXIS_GERMAN, FACTIVA_CODED, FACTIVA_PLAIN])
def test_many_articles_and_copies_of_one(article: str) -> None:
    found = split_exports("Cover page\nSearch terms: ferry\n\n" + article * 7)
    assert len(found) == 7 and len({str(item) for item in found}) == 1


@pytest.mark.parametrize(
    "article", [NEXIS_UNI, NEXIS_OLD, NEXIS_GERMAN, FACTIVA_CODED, FACTIVA_PLAIN], ids=lambda text: text.split()[0]
)
@pytest.mark.parametrize("between", [" ", "\n"])
def test_lines_may_come_without_blank_ones_or_each_with_one(article: str, between: str) -> None:
    shown = [line for line in (article * 3).splitlines() if line.strip()]
    joined = "\n".join(shown) if between == " " else "\n\n".join(shown)
    found = split_exports(joined)
    assert len(found) == 3
    for item in found:
        assert isinstance(item, RawArticle) and item.outlet and day(item)
        assert "ords" not in item.text and "opyright" not in item.text and "LBA" not in item.text
        assert item.text.count("\n") >= 1


@pytest.mark.parametrize(
    ("whole", "broken"),
    [
        (NEXIS_OLD, "2 of 50 DOCUMENTS\n\nnothing here that tells\n\n"),
        (
            NEXIS_OLD,
            "2 of 50 DOCUMENTS\n\nThe Lumen Guardian\n\nJune 3, 2014\n\nLENGTH: 5 words\n\nLOAD-DATE: June 3, 2014\n",
        ),
        (NEXIS_UNI, "Something\n\nEnd of Document\n"),
        (FACTIVA_PLAIN, "Lost\n\nDocument LBA0000020230603ej63000ad\n"),
        (FACTIVA_CODED, "HD  Empty\nWC  5 words\nPD  3 June 2023\nLP\n\nTD\nAN  Document LBA0000020230603ej63000ad\n"),
    ],
)
def test_a_broken_article_is_named_and_the_others_come(whole: str, broken: str) -> None:
    first, second, third = split_exports(whole + broken + whole)
    assert isinstance(first, RawArticle) and isinstance(third, RawArticle)
    assert first.text == third.text
    assert isinstance(second, ReadingError) and second.code in ("export", "no-text")
    assert second.line is not None and whole.count("\n") - 3 <= second.line <= (whole + broken).count("\n")


def test_a_lost_end_line_never_loses_an_article_in_silence() -> None:
    found = split_exports(NEXIS_UNI.replace("End of Document", "") + NEXIS_UNI)
    assert isinstance(found[0], RawArticle) and found[0].text == BODY
    assert isinstance(found[1], ReadingError) and found[1].code == "export"


def test_a_cut_export_gives_what_is_whole() -> None:
    text = (NEXIS_OLD * 3)[: len(NEXIS_OLD) * 2 + NEXIS_OLD.index("Its chair")]
    found = split_exports(text)
    assert [isinstance(item, RawArticle) for item in found] == [True, True, True]


ORDINARY = [
    "",
    BODY,
    "End of Document\n\nThe archive closed. Length: 512 words were cut.\n",
    "The clerk read page 3 of 50 documents aloud.\n\n2 of 50 documents\n\nwere missing, said the judge.",
    "Document A1 was signed on\n3 June 2023\nby all.\n\n512 words\n\nDocument ends.",
    "BYLINE: Jane Doe\n\nLANGUAGE: the council argued about it.\n\nCopyright 2014 Lumen. All Rights Reserved",
    "How long is a leader? The Lumen Times allows 512 words; (c) 2023 Lumen Limited.\n\nDocument it.",
    "Update: 3 June 2014\n\nSection: Politics\n\nIn 512 words our columnist explains.",
]


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_text_is_no_export(text: str) -> None:
    assert not looks_like_export(text)
    with pytest.raises(ReadingError):
        split_exports(text)


def test_an_export_saved_as_a_web_page() -> None:
    rows = [line for line in NEXIS_OLD.splitlines() if line.strip()]
    divs = "".join(f'<DIV CLASS="c0"><P CLASS="c1"><SPAN CLASS="c2">{row.strip()}</SPAN></P>\n</DIV>' for row in rows)
    page = f"<html><head><title>Export</title></head><body>{divs * 2}</body></html>"
    found = split_exports(export_page_text(page))
    assert [item.outlet for item in found if isinstance(item, RawArticle)] == ["The Lumen Guardian"] * 2


def test_a_factiva_page_with_a_table() -> None:
    rows = "".join(
        f"<tr><td><b>{code}</b>&nbsp;</td><td>{value}</td></tr>"
        for code, value in (
            *(("HD", "Ferry terminal to close"), ("WC", "512 words"), ("PD", "3 June 2023"), ("SN", "Lumen News")),
            *(("LA", "English"), ("LP", "<p>First.</p><p>Second.</p>"), ("TD", "<p>Third.</p>")),
            *(("RE", "lumen : Lumen"), ("AN", "Document LBA0000020230603ej63000ab")),
        )
    )
    raw = only(export_page_text(f"<html><body><table>{rows}</table></body></html>"))
    assert raw.outlet == "Lumen News" and raw.title == "Ferry terminal to close"
    assert raw.text.split() == ["First.", "Second.", "Third."]


@given(
    st.lists(
        st.sampled_from([*NEXIS_UNI.splitlines(), *NEXIS_GERMAN.splitlines(), *FACTIVA_CODED.splitlines()]), max_size=80
    )
)
@examples(max_examples=200, deadline=None)
def test_any_mixture_of_their_lines_gives_articles_or_errors(lines: list[str]) -> None:
    text = "\n".join(lines)
    if looks_like_export(text):
        for item in split_exports(text):
            assert isinstance(item, ReadingError) or item.text.strip()
    else:
        with pytest.raises(ReadingError):
            split_exports(text)


def test_large_exports_are_split_in_bounded_time() -> None:
    start = time.perf_counter()
    assert len(split_exports(NEXIS_UNI * 1500)) == 1500
    assert len(split_exports(FACTIVA_CODED * 1500)) == 1500
    assert not looks_like_export("1 of 2 DOCUMENTS\n512 words\n" + "a " * 2_000_000)
    assert not looks_like_export("1 of 2 DOCUMENTS\n512 words\n" + "9,9.9 " * 300_000 + "\n" * 300_000)
    assert time.perf_counter() - start < 8
