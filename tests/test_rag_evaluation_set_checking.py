"""What a collection lacks of a question set's gold is said by question, exactly and in one pass."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fakes import SAMPLES, HashEncoder
from hypothesis import given
from hypothesis import strategies as st

from documents.articles import Article, OutletBasis
from documents.reading import ReadOptions
from index.building import ingest
from index.store import Store
from rag.evaluation.gold import GoldQuestion, QuestionSet
from rag.evaluation.question_sets import read_questions
from rag.evaluation.set_checking import QuoteSearch, check_against

DATA = Path(__file__).parent / "data" / "question_sets"
FERRY = Article(
    "The lift is\n  planned for March.\n\n“It is a number,” said Ingrid Sallow.",
    title="Raising the ferry",
    outlet="Radio Varne",
    outlet_basis=OutletBasis.GIVEN,
    url="https://radiovarne.example/n/48213",
    paths=("/news/ferry.md",),
)


class OneArticle:
    """The calls that checking makes of a store."""

    def __init__(self, *articles: Article) -> None:
        self.articles = articles
        self.passes = 0

    def outlet_names(self) -> list[str]:
        return ["Radio Varne", "Süddeutsche Zeitung"]

    def iter_articles(self) -> Iterator[list[Article]]:
        self.passes += 1
        yield from ([article] for article in self.articles)


def check(*questions: GoldQuestion, articles: tuple[Article, ...] = (FERRY,)) -> tuple[str, ...]:
    store: Any = OneArticle(*articles)
    warnings = check_against(QuestionSet(questions), store)
    assert store.passes <= 1 and not any("\n" in warning for warning in warnings)
    return warnings


def test_gold_that_is_there_is_no_warning() -> None:
    question = GoldQuestion(
        "a",
        "q",
        outlets=("radio varne", "SZ"),
        articles=(FERRY.id, "https://radiovarne.example/n/48213", "raising  THE ferry", "ferry.md"),
        quotes=("The lift is planned\tfor", "It is a number", "ed for M", "“It", "planned"),
    )
    assert check(question) == ()


def test_what_is_missing_names_its_question() -> None:
    question = GoldQuestion("a", "q", outlets=("Le Monde",), articles=("Evening",), quotes=("The lift was planned",))
    assert check(question, GoldQuestion("b", "r", outlets=("Radio Varne",))) == (
        "question q: the collection has no outlet 'Le Monde'",
        "question q: no article of the collection is 'Evening'",
        "question q: no article of the collection holds the quote 'The lift was planned'",
    )


def test_an_unanswerable_question_may_name_what_is_missing() -> None:
    assert check(GoldQuestion("a", "q", outlets=("Le Monde",), quotes=("x",), answerable=False)) == ()


def test_an_empty_collection_lacks_everything() -> None:
    assert len(check(GoldQuestion("a", "q", articles=("b",), quotes=("c", "d e f")), articles=())) == 3


def test_many_of_a_kind_are_one_sentence() -> None:
    [warning] = check(*(GoldQuestion("a", f"q{n}", quotes=(f"quote {n} is nowhere",)) for n in range(21)))
    assert warning.startswith(
        "21 times: no article of the collection holds the quote; the first are question q0 ('quote 0"
    )


def test_judged_documents_that_are_missing_are_counted() -> None:
    question = GoldQuestion("a", "q", grades=(("ferry.md", 1), ("gone.md", 2), ("lost.md", 1), ("none.md", 0)))
    assert check(question) == (
        "the collection has no article for 2 of 3 relevant documents of the qrels, such as 'gone.md'",
    )


def stands_in(quote: str, text: str) -> bool:
    return bool(re.search(r"\s+".join(map(re.escape, quote.split())), text))


WORDS = st.lists(st.sampled_from(["a", "ab", "b", "the", "ba", "東京", "x\ny"]), min_size=1, max_size=30)


@given(st.lists(WORDS.map(" ".join), min_size=1, max_size=4), st.lists(WORDS.map(" ".join), max_size=6), st.data())
def test_quotes_are_found_exactly_where_judging_finds_them(texts: list[str], others: list[str], data: Any) -> None:
    articles = [Article(text) for text in texts]
    cuts = []
    for text in texts:
        start = data.draw(st.integers(0, len(text) - 1))
        cuts.append(text[start : data.draw(st.integers(start + 1, len(text)))])
    quotes = {" ".join(quote.split()) for quote in [*others, *cuts]} - {""}
    search = QuoteSearch(quotes, articles[:1])
    for article in articles:
        search.look_into(article.text)
    assert search.missing == {quote for quote in quotes if not any(stands_in(quote, text) for text in texts)}


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Store:
    home = tmp_path_factory.mktemp("home")
    ingest(home, [SAMPLES], options=ReadOptions(), encoder=HashEncoder())
    return Store.open(home)


@pytest.mark.parametrize(
    "path",
    [SAMPLES / "questions.jsonl", DATA / "multihop-rag.json", DATA / "squad-2.0.json"],
    ids=lambda path: path.name,
)
def test_the_sample_collection_holds_all_that_these_sets_ask_of_it(path: Path, samples: Store) -> None:
    assert check_against(read_questions(path), samples) == ()


def test_the_sample_collection_holds_the_judged_documents(samples: Store) -> None:
    assert check_against(read_questions(DATA / "topics.tsv", qrels=DATA / "qrels.txt"), samples) == ()
