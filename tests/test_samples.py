"""The sample and development articles and their question sets agree with each other, and are read without a failure."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fakes import SAMPLES

from documents.articles import Article, OutletBasis
from documents.outlets.registry import OutletRegistry
from documents.reading import Failure, ReadOptions, find_files, read_file, read_mapping
from rag.evaluation.gold import KEYS

DEV = Path(__file__).parent / "data" / "dev"
TAGS = {
    "press-review",
    "agency",
    "interview",
    "running-story",
    "contradiction",
    "unknown-outlet",
    "german",
    "spanish",
    "follow-up",
    "absent-outlet",
    "absent-fact",
    "false-premise",
    "distractor",
}
SAMPLE_TAGS = {"quote-back", "who-said"}
"""Kinds that only the sample questions ask."""
REASONS = {"absent-outlet", "absent-fact", "false-premise"}
REGISTRY = OutletRegistry.load()

Question = dict[str, Any]


@dataclass(frozen=True)
class Collection:
    """One folder of articles as it is read, and its question set as it stands in the file."""

    folder: Path
    articles: tuple[Article, ...]
    failures: tuple[Failure, ...]
    questions: tuple[Question, ...]

    def holding(self, quote: str) -> list[Article]:
        return [article for article in self.articles if quote in article.text]

    def by_title(self, title: str) -> Article:
        [article] = [article for article in self.articles if article.title == title]
        return article

    def answerable(self) -> list[Question]:
        return [question for question in self.questions if question["answerable"]]


def read_folder(folder: Path, questions: Path) -> Collection:
    sources, failures = find_files([folder])
    contents = [read_file(source, ReadOptions(), REGISTRY) for source in sources]
    return Collection(
        folder,
        tuple(item.article for content in contents for item in content.articles),
        (*failures, *(failure for content in contents for failure in content.failures)),
        tuple(json.loads(line) for line in questions.read_text(encoding="utf-8").splitlines()),
    )


@pytest.fixture(scope="module")
def samples() -> Collection:
    return read_folder(SAMPLES, SAMPLES / "questions.jsonl")


@pytest.fixture(scope="module")
def dev() -> Collection:
    return read_folder(DEV / "articles", DEV / "questions.jsonl")


@pytest.fixture(scope="module", params=["samples", "dev"])
def collection(request: pytest.FixtureRequest) -> Collection:
    both: Collection = request.getfixturevalue(request.param)
    return both


def test_every_file_is_read(collection: Collection) -> None:
    assert collection.failures == ()


def test_there_are_enough_articles_in_every_format(samples: Collection) -> None:
    assert len(samples.articles) == 32
    endings = {path.suffix for path in SAMPLES.rglob("*.*") if path.name not in ("questions.jsonl", "README.md")}
    assert endings == {".txt", ".md", ".html", ".jsonl", ".json", ".csv"}


def test_articles_have_the_length_of_news(samples: Collection) -> None:
    for article in samples.articles:
        assert 130 <= len(article.text.split()) <= 650, article.title


def test_there_are_enough_questions_and_enough_of_them_have_no_answer(collection: Collection) -> None:
    without = [question for question in collection.questions if not question["answerable"]]
    assert len(collection.questions) >= 60
    assert 0.25 <= len(without) / len(collection.questions) <= 0.4


def test_questions_have_known_keys_and_ids_of_their_own(collection: Collection) -> None:
    for question in collection.questions:
        assert set(question) <= set(KEYS), question["id"]
        assert question["question"].strip() and question["tags"]
    assert [name for name, n in Counter(q["id"] for q in collection.questions).items() if n > 1] == []
    asked = Counter((q["question"], json.dumps(q.get("history"))) for q in collection.questions)
    assert [text for text, n in asked.items() if n > 1] == []


def test_every_kind_of_question_is_asked(samples: Collection, dev: Collection) -> None:
    for collection, tags in ((samples, TAGS | SAMPLE_TAGS), (dev, TAGS)):
        assert {tag for question in collection.questions for tag in question["tags"]} >= tags


def test_a_question_without_answer_says_why_and_gives_no_gold(collection: Collection) -> None:
    for question in collection.questions:
        assert len(REASONS & set(question["tags"])) == (not question["answerable"]), question["id"]
        if not question["answerable"]:
            assert not {"answers", "outlets", "articles", "quotes", "speakers", "published"} & set(question), question[
                "id"
            ]


def test_follow_ups_and_only_they_have_a_history(collection: Collection) -> None:
    for question in collection.questions:
        assert ("follow-up" in question["tags"]) == bool(question.get("history")), question["id"]
    assert sum("follow-up" in question["tags"] for question in collection.questions) >= 4


def test_every_quote_stands_in_the_article_that_the_question_names(collection: Collection) -> None:
    for question in collection.answerable():
        assert question["quotes"], question["id"]
        titles = question.get("articles")
        for quote in question["quotes"]:
            holding = collection.holding(quote)
            assert holding, (question["id"], quote)
            assert titles is None or {article.title for article in holding} & set(titles), (question["id"], quote)
        for title in titles or ():
            assert any(quote in collection.by_title(title).text for quote in question["quotes"]), (
                question["id"],
                title,
            )


def test_an_answer_stands_in_the_quotes(collection: Collection) -> None:
    for question in collection.answerable():
        if "quote-back" in question["tags"]:  # the quote is given; who printed it is asked
            assert "answers" not in question and question["quotes"][0] in question["question"], question["id"]
            continue
        # Who is quoted in a press review stands in the lead-in, before the quote; so does who said something.
        texts = question["quotes"]
        if "press-review" in question["tags"] or "who-said" in question["tags"]:
            texts = [article.text for quote in texts for article in collection.holding(quote)]
        found = [a for a in question["answers"] if any(a.casefold() in text.casefold() for text in texts)]
        assert found, (question["id"], question["answers"])


def test_the_outlets_of_a_question_published_the_quote_or_are_named_beside_it(collection: Collection) -> None:
    for question in collection.answerable():
        for outlet in question.get("outlets", ()):
            holding = [article for quote in question["quotes"] for article in collection.holding(quote)]
            if "press-review" in question["tags"]:
                assert any(outlet in article.text for article in holding), (question["id"], outlet)
                assert outlet not in {article.outlet for article in holding}, question["id"]
            else:
                assert outlet in {article.outlet for article in holding}, (question["id"], outlet)


def test_the_speakers_of_a_question_are_named_in_its_article(collection: Collection) -> None:
    asked = [question for question in collection.answerable() if "speakers" in question]
    for question in asked:
        texts = [article.text for quote in question["quotes"] for article in collection.holding(quote)]
        assert all(any(speaker in text for text in texts) for speaker in question["speakers"]), question["id"]


def test_the_day_of_a_question_is_that_of_its_article(collection: Collection) -> None:
    for question in collection.answerable():
        if "published" in question:
            days = {(a.published or "")[:10] for quote in question["quotes"] for a in collection.holding(quote)}
            assert days == {question["published"]}, question["id"]


def test_an_absent_outlet_is_absent(collection: Collection) -> None:
    absent = [question for question in collection.questions if "absent-outlet" in question["tags"]]
    assert len(absent) >= 5
    present = {article.outlet for article in collection.articles if article.outlet}
    present |= {outlet for question in collection.answerable() for outlet in question.get("outlets", ())}
    for question in absent:
        assert [outlet for outlet in present if outlet in question["question"]] == [], question["id"]


def test_no_outlet_of_ours_is_a_real_one(collection: Collection) -> None:
    named = {article.outlet for article in collection.articles if article.outlet}
    named |= {outlet for question in collection.answerable() for outlet in question.get("outlets", ())}
    assert {outlet: REGISTRY.resolve(outlet) for outlet in named} == dict.fromkeys(named)
    hosts = {article.url.split("/")[2] for article in collection.articles if article.url}
    assert [host for host in hosts if not host.endswith(".example")] == []


def test_the_running_story_is_told_by_several_outlets_over_months(samples: Collection) -> None:
    told = [article for article in samples.articles if "Skerra Maid" in article.text and "handball" not in article.text]
    assert len({article.outlet for article in told}) >= 4
    months = sorted(article.published[:7] for article in told if article.published)
    assert (months[0], months[-1]) == ("2024-11", "2026-01") and len(set(months)) >= 5


def test_the_press_review_quotes_six_outlets_of_which_one_publishes_here_too(samples: Collection) -> None:
    review = samples.by_title("Who pays to pass through the Orlava Canal?")
    assert review.outlet == "Nine Kiosks"
    lines = review.text.strip().split("\n")
    quoted = [n for n, line in enumerate(lines) if re.fullmatch("“[^“”]+”", line.strip())]
    assert len(quoted) == 6
    for n in quoted:
        assert lines[n - 1].rstrip().endswith(":") and not lines[n - 2].rstrip().endswith((".", ":", "”"))
        assert " ... " in lines[n]
    asked = {o for q in samples.questions if "press-review" in q["tags"] for o in q.get("outlets", ())}
    assert len(asked) == 6
    assert {article.outlet for article in samples.articles} & asked == {"Nordmark Tagblatt"}


def test_three_outlets_print_the_agency_text_and_credit_it(samples: Collection) -> None:
    printed = [article for article in samples.articles if "LOMEA CITY, 3 March" in article.text]
    assert len({article.outlet for article in printed}) == len({article.title for article in printed}) == 3
    assert all("Meridian Press Agency" in article.text for article in printed)
    first, second, short = sorted(
        ({line.strip() for line in article.text.split("\n") if line.strip()} for article in printed),
        key=len,
        reverse=True,
    )
    assert len(first ^ second) == 2  # the credit lines
    assert len(first & short) >= 4 and len(short) < len(first)


def test_one_article_states_no_outlet_and_two_state_theirs_in_the_text(samples: Collection) -> None:
    [unknown] = [article for article in samples.articles if article.outlet is None]
    assert "Eskby" in unknown.text and unknown.outlet_basis is OutletBasis.UNKNOWN
    stated = {article.outlet for article in samples.articles if article.outlet_basis is OutletBasis.TEXT}
    assert stated == {"Corran Institute for Water Policy", "Saltmarsh Weekly"}


def test_each_of_german_and_spanish_has_an_article(samples: Collection) -> None:
    assert Counter(article.language for article in samples.articles)["de"] == 1
    assert Counter(article.language for article in samples.articles)["es"] == 1


def test_samples_and_development_set_share_nothing(samples: Collection, dev: Collection) -> None:
    assert not {a.outlet for a in samples.articles if a.outlet} & {a.outlet for a in dev.articles if a.outlet}
    names = re.compile(r"\b[A-Z]\w+(?:-[A-Z]\w+)? [A-Z]\w+(?:-[A-Z]\w+)*")
    shared = [set(names.findall("\n".join(a.text for a in c.articles))) for c in (samples, dev)]
    assert shared[0] & shared[1] == set()
    assert not {q["id"] for q in samples.questions} & {q["id"] for q in dev.questions}


def test_the_readme_lists_every_sample_file(samples: Collection) -> None:
    listed = re.findall(r"^- `([^`]+)`", (SAMPLES / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    there = [str(p.relative_to(SAMPLES)) for p in SAMPLES.rglob("*") if p.is_file() and p.name != "README.md"]
    assert sorted(listed) == sorted(there)


def test_foreign_columns_are_read_with_their_map_and_refused_without() -> None:
    [source], failures = find_files([DEV / "foreign.csv"])
    assert failures == []
    plain = read_file(source, ReadOptions(), REGISTRY)
    assert plain.articles == () and plain.failures
    mapped = read_file(source, ReadOptions(mapping=read_mapping(DEV / "foreign_map.toml")), REGISTRY)
    assert mapped.failures == ()
    assert [item.article.outlet for item in mapped.articles] == ["Strandby Posten", "Vasska Tribuna", "Strandby Posten"]
    assert [item.article.published for item in mapped.articles] == ["2024-01-16", "2024-02-21", None]
