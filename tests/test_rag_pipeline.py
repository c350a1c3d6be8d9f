"""From question to cited answer on a small invented collection, with the explainable encoder of the tests."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fakes import HashEncoder
from llm_server import llm_server, passages_asked

from documents.errors import RequestError
from documents.reading import ReadOptions
from index.building import ingest
from index.collection import Collection
from rag.answers import Answer, Usage
from rag.pipeline import Chatbot
from rag.prompts import CANNOT_ANSWER
from rag.settings import Settings
from rag.verification import verify

AGENCY = (
    "LINDAL (Coastline News) - The harbour wall at Lindal broke in two places on Tuesday night. "
    "Engineers counted 14 damaged boats in the inner basin. "
    "The repair of the harbour wall will cost 3.2 million crowns."
)
ARTICLES = [
    {"title": "Wall breaks", "outlet": "Lindal Gazette", "published": "2024-05-02", "text": AGENCY},
    {"title": "Storm hits harbour", "outlet": "Fjord Tribune", "published": "2024-05-02", "text": AGENCY},
    {
        "title": "Ferry fares rise again",
        "outlet": "Fjord Tribune",
        "published": "2024-09-10",
        "text": "Ferry fares between Lindal and Osby rise by 9 percent in October, the operator said. "
        "A monthly ticket will cost 640 crowns. Commuters protested outside the terminal on Monday.",
    },
    {
        "title": "A quiet museum",
        "text": "The whaling museum in Osby had 31,000 visitors last year. Its director wants a new roof.",
    },
]


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chatbot]:
    folder = tmp_path_factory.mktemp("pipeline")
    source = folder / "articles.jsonl"
    source.write_text("\n".join(json.dumps(a) for a in ARTICLES), encoding="utf-8")
    encoder = HashEncoder()
    ingest(folder / "home", [source], options=ReadOptions(), encoder=encoder)
    with Collection.open(folder / "home", encoder=encoder) as collection:
        yield Chatbot(Settings(home=folder / "home"), collection=collection)


@pytest.fixture(autouse=True)
def fresh(bot: Chatbot) -> None:
    bot.reset()


def exact(bot: Chatbot, answer: Answer) -> Answer:
    for citation in answer.citations:
        article = bot.collection.store.article(citation.article_id)
        assert article is not None and article.text[citation.start : citation.end] == citation.quote
    assert verify(answer.to_dict(), bot.collection.store).to_dict()["caught"] == 0
    return answer


def test_a_fact_is_answered_by_its_sentence_and_its_outlet(bot: Chatbot) -> None:
    answer = exact(bot, bot.ask("How much will a monthly ferry ticket cost?"))
    assert answer.status == "answered" and answer.answered_by == "extractive"
    assert answer.text.startswith("Fjord Tribune: “A monthly ticket will cost 640 crowns.” [1]")
    assert answer.citations[0].published == "2024-09-10"


def test_copies_of_one_text_are_one_sentence_with_every_outlet(bot: Chatbot) -> None:
    answer = exact(bot, bot.ask("How much will the repair of the harbour wall cost?"))
    first = answer.sentences[0]
    assert {answer.citation(n).outlet for n in first.citations} == {"Lindal Gazette", "Fjord Tribune"}  # type: ignore[union-attr]
    assert "Lindal Gazette" in first.text and "Fjord Tribune" in first.text


def test_an_asked_outlet_is_the_only_one_cited(bot: Chatbot) -> None:
    answer = exact(bot, bot.ask("According to the Lindal Gazette, how many boats were damaged in the basin?"))
    assert {c.outlet for c in answer.citations} == {"Lindal Gazette"} and "14 damaged boats" in answer.text


def test_filters_keep_to_outlet_and_date(bot: Chatbot) -> None:
    answer = exact(bot, bot.ask("How much will the repair of the harbour wall cost?", outlets=["fjord tribune"]))
    assert {c.outlet for c in answer.citations} == {"Fjord Tribune"}
    later = exact(bot, bot.ask("How much will the repair of the harbour wall cost?", since="2024-06-01"))
    assert all((c.published or "") >= "2024-06-01" for c in later.citations)


def test_an_outlet_that_is_not_there_is_missing_whether_asked_or_filtered(bot: Chatbot) -> None:
    named = exact(bot, bot.ask("What does The Guardian say about the harbour wall?"))
    assert (named.status, named.missing.outlets) == ("no_evidence", ("The Guardian",))
    assert "The Guardian" in named.text and not named.sentences
    filtered = bot.ask("How much will the repair cost?", outlets=["Wprost"])
    assert (filtered.status, filtered.missing.outlets) == ("no_evidence", ("Wprost",))


def test_one_absent_outlet_does_not_silence_the_other(bot: Chatbot) -> None:
    answer = exact(bot, bot.ask("What do the Lindal Gazette and The Guardian say about the harbour wall repair cost?"))
    assert answer.status == "answered" and answer.missing.outlets == ("The Guardian",)


def test_what_the_articles_do_not_say_is_not_answered(bot: Chatbot) -> None:
    answer = exact(bot, bot.ask("What is the capital of Australia?"))
    assert (answer.status, answer.text, answer.sentences) == ("no_evidence", CANNOT_ANSWER, ())


def test_an_unknown_outlet_is_said_to_be_unknown(bot: Chatbot) -> None:
    answer = exact(bot, bot.ask("How many visitors had the whaling museum in Osby last year?"))
    assert answer.citations[0].outlet is None and "states no outlet" in answer.text


def test_a_follow_up_carries_the_topic_and_history_replaces_memory(bot: Chatbot) -> None:
    bot.ask("What does the Lindal Gazette say about the repair cost of the harbour wall?")
    follow = exact(bot, bot.ask("And what does the Fjord Tribune say?"))
    assert "harbour wall" in follow.standalone_question
    assert {c.outlet for c in follow.citations} == {"Fjord Tribune"}
    again = bot.ask(
        "And what does the Fjord Tribune say?", history=[("How much is a monthly ferry ticket?", "640 crowns")]
    )
    assert "ferry" in again.standalone_question and "harbour" not in again.standalone_question


def test_a_stream_grows_and_ends_as_the_answer(bot: Chatbot) -> None:
    parts = list(bot.stream("How much will the repair of the harbour wall cost?"))
    sizes = [len(p.sentences) for p in parts]
    assert sizes == sorted(sizes) and parts[-1].sentences == bot.ask(parts[-1].question).sentences
    assert parts[-1].timings_ms.total > 0


@pytest.mark.parametrize("question", ["", "   \n", "x" * 9000])
def test_a_question_that_is_none_is_refused(bot: Chatbot, question: str) -> None:
    with pytest.raises(RequestError, match="expected a question"):
        bot.ask(question)


@pytest.mark.parametrize("day", ["yesterday", "2024-13-01", "01.05.2024", "2024-5-1"])
def test_a_date_that_is_none_is_refused(bot: Chatbot, day: str) -> None:
    with pytest.raises(RequestError, match="expected since as a day"):
        bot.ask("How much?", since=day)


def test_an_empty_collection_says_how_to_fill_it(tmp_path: Path) -> None:
    with Collection.open(tmp_path, encoder=HashEncoder()) as collection:
        answer = Chatbot(Settings(home=tmp_path), collection=collection).ask("Who won?")
    assert answer.status == "no_evidence" and "byline ingest" in answer.missing.note


def told(bot: Chatbot, spec: str) -> Chatbot:
    return Chatbot(Settings(home=bot.settings.home, llm=spec, llm_timeout_s=20), collection=bot.collection)


def key_of(request: dict[str, Any], words: str) -> str:
    return next(key for key, text in passages_asked(request).items() if words in text)


def test_a_language_model_words_the_answer_and_the_gate_takes_out_what_is_not_so(bot: Chatbot) -> None:
    def reply(request: dict[str, Any]) -> str:
        key = key_of(request, "640 crowns")
        return (
            f"According to Fjord Tribune, a monthly ticket will cost 640 crowns [{key}]. "
            f"According to Fjord Tribune, fares rise by 19 percent in October [{key}]."
        )

    with llm_server(reply) as server:
        server.usage = {"prompt_tokens": 900, "completion_tokens": 40}
        growing = list(told(bot, server.spec).stream("How much will a monthly ferry ticket cost?"))
    answer = exact(bot, growing[-1])
    assert answer.usage == Usage(900, 40) and Answer.from_dict(answer.to_dict()).usage == answer.usage
    assert answer.answered_by != "extractive" and "640 crowns" in answer.text
    assert "19 percent" not in answer.text and "altered" in {f.kind for f in answer.findings}


def test_a_language_model_that_fails_leaves_the_extractive_answer_and_says_so(bot: Chatbot) -> None:
    with llm_server("never sent", misbehaviour="status_500") as server:
        answer = exact(bot, told(bot, server.spec).ask("How much will a monthly ferry ticket cost?"))
    assert answer.answered_by == "extractive" and "640 crowns" in answer.text and answer.usage is None
    assert any(f.kind == "fallback" and "500" in f.detail for f in answer.findings)


def test_a_language_model_that_finds_nothing_is_believed(bot: Chatbot) -> None:
    with llm_server(CANNOT_ANSWER) as server:
        server.usage = {"prompt_tokens": 900, "completion_tokens": 6}
        answer = told(bot, server.spec).ask("How much will a monthly ferry ticket cost?")
    assert answer.status == "no_evidence" and answer.usage == Usage(900, 6)
