"""Sentences and passages: what may be quoted, and that passages partition the text whatever the text is."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from documents.articles import Article, Attribution, OutletBasis, Passage
from documents.outlets.registry import OutletRegistry
from documents.quotes import quotations
from documents.splitting import HARD_LIMIT, MAX_CHARACTERS, embedded_text, sentence_spans, split_article

REGISTRY = OutletRegistry.load()


def sentences(text: str, language: str = "en") -> list[str]:
    return [text[a:b] for a, b in sentence_spans(text, language)]


def test_sentences_end_where_they_end() -> None:
    text = "Dr. Ida Moen paid $1.6 million on 3 May. The U.S. agreed at 5 p.m. on Friday. “Why?” she asked."
    assert sentences(text) == [
        "Dr. Ida Moen paid $1.6 million on 3 May.",
        "The U.S. agreed at 5 p.m. on Friday.",
        "“Why?” she asked.",
    ]


def test_a_year_can_end_a_sentence() -> None:
    assert sentences("It began in February 2022. North winds blew.") == [
        "It began in February 2022.",
        "North winds blew.",
    ]


def test_a_quoted_paragraph_is_split_inside_its_marks_and_elisions_are_left_out() -> None:
    text = "“The port is closed. ... No ship came. ... ‘Never again’, they said.”\n„Das reicht. Wir gehen.“"
    assert sentences(text) == [
        "The port is closed.",
        "No ship came.",
        "‘Never again’, they said.",
        "Das reicht.",
        "Wir gehen.",
    ]


def test_marks_with_both_partners_inside_a_sentence_stay() -> None:
    assert sentences("“We lost,” said Ida Moen. He called it a “grave error”.") == [
        "“We lost,” said Ida Moen.",
        "He called it a “grave error”.",
    ]


def test_german_ordinals_do_not_end_a_sentence() -> None:
    assert sentences("Am 3. Mai kam der Zug. Er war leer.", "de") == ["Am 3. Mai kam der Zug.", "Er war leer."]


def test_quotations_know_every_style_and_never_an_apostrophe() -> None:
    text = 'Moen\'s “first”, „zweite“, «troisième», "fourth" and an unclosed “fifth'
    assert [(text[q.start : q.end], q.closed) for q in quotations(text)] == [
        ("“first”", True),
        ("„zweite“", True),
        ("«troisième»", True),
        ('"fourth"', True),
        ("“fifth", False),
    ]


WORDS = st.sampled_from(
    [
        "Ida",
        "says",
        "Die Presse",
        ":",
        "“",
        "”",
        "\n",
        "\n\n",
        ".",
        "...",
        " ",
        "3.5",
        "«",
        "»",
        '"',
        "für",
        "?",
        "a" * 90,
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=120), st.sampled_from(["en", "de", None, "xx"]))
def test_passages_partition_any_text_and_sentences_are_exact_ordered_spans(
    parts: list[str], language: str | None
) -> None:
    text = " ".join(parts)
    if not text.strip():
        return
    article = Article(text=text, outlet="Halden Courier", outlet_basis=OutletBasis.GIVEN, language=language)
    passages = split_article(article, REGISTRY)
    assert "".join(p.text for p in passages) == text
    assert [p.start for p in passages[1:]] == [p.end for p in passages[:-1]]
    spans = sentence_spans(text, language)
    assert all(a < b and text[a:b] == text[a:b].strip() for a, b in spans)
    assert all(first[1] <= second[0] for first, second in pairwise(spans))


def test_passages_keep_to_the_size_and_never_cut_a_sentence_that_fits() -> None:
    text = "\n".join(
        f"Paragraph {n} tells of the harbour. " + "The gate was shut and nobody came. " * 6 for n in range(20)
    )
    passages = split_article(Article(text=text), REGISTRY)
    assert max(len(p.text) for p in passages) <= MAX_CHARACTERS
    assert all(p.text.strip()[-1] == "." for p in passages)
    endless = split_article(Article(text="word " * 2000), REGISTRY)
    assert max(len(p.text) for p in endless) <= HARD_LIMIT


def test_the_embedded_text_holds_headline_outlet_date_and_neighbour_and_the_passage_does_not() -> None:
    article = Article(text="One came first. Two came next.", title="Ferry late", published="2024-05-01T10:00:00+02:00")
    attribution = Attribution("Die Presse", OutletBasis.QUOTED)
    passage = Passage(article.id, 16, 30, article.text[16:30], attribution)
    assert embedded_text(article, passage) == "Ferry late | Die Presse | 2024-05-01\nOne came first.\nTwo came next."
