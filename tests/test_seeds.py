"""The five real articles, end to end with the bundled encoder: ingested, asked, cited, verified."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes import SEEDS

from rag.answers import Answer
from rag.pipeline import Chatbot
from rag.settings import load_settings
from rag.verification import verify

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not SEEDS.is_dir(), reason=f"no real articles at {SEEDS}"),
]

OUTLETS = [
    "Die Presse",
    "The Irish Times",
    "Mandiner",
    "Wprost",
    "The Spectator",
    "Kleine Zeitung",
    "Gazeta Wyborcza",
    "Večernji list",
    "Handelsblatt",
    "Corriere della Sera",
]


def byline(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "BYLINE_HOME": str(home)}
    return subprocess.run(
        [sys.executable, "-m", "ui", *arguments], capture_output=True, text=True, env=environment, timeout=300
    )


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("seeds") / "home"
    done = byline(folder, "ingest", str(SEEDS), "--json")
    assert done.returncode == 0, done.stderr
    counts = json.loads(done.stdout)["articles"]
    assert counts == {"added": 5, "updated": 0, "unchanged": 0, "removed": 0, "failed": 0}
    return folder


@pytest.fixture(scope="module")
def bot(home: Path) -> Iterator[Chatbot]:
    with Chatbot(load_settings(home=home)) as chatbot:
        yield chatbot


def asked(bot: Chatbot, question: str) -> Answer:
    bot.reset()
    answer = bot.ask(question)
    for citation in answer.citations:
        article = bot.collection.store.article(citation.article_id)
        assert article is not None and article.text[citation.start : citation.end] == citation.quote
    report = verify(answer.to_dict(), bot.collection.store).to_dict()
    assert report["caught"] == 0, report
    return answer


def test_a_second_ingest_changes_nothing_and_loads_no_encoder(home: Path) -> None:
    code = (
        "import sys, json; from ui.cli import main\n"
        "try:\n    main(['ingest', sys.argv[1], '--json'])\n"
        "except SystemExit as end:\n    assert not end.code, end.code\n"
        "assert not {'torch', 'sentence_transformers', 'chromadb'} & set(sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(SEEDS)],
        capture_output=True,
        text=True,
        env={**os.environ, "BYLINE_HOME": str(home)},
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["articles"]["unchanged"] == 5


@pytest.mark.parametrize("outlet", OUTLETS)
def test_each_quoted_outlet_speaks_for_itself(bot: Chatbot, outlet: str) -> None:
    answer = asked(bot, f"What does {outlet} say?")
    assert answer.status == "answered"
    assert {(c.outlet, c.outlet_basis) for c in answer.citations} == {(outlet, "quoted")}
    assert answer.text.startswith(outlet)


def test_a_figure_is_cited_to_the_institute_that_states_itself(bot: Chatbot) -> None:
    answer = asked(bot, "How many artillery shells has North Korea supplied to Russia?")
    assert "1.6 million" in answer.text
    holding = [c for c in answer.citations if "1.6 million" in c.quote]
    assert {(c.outlet, c.outlet_basis) for c in holding} == {("European Policy Centre", "text")}
    assert answer.citations[0] == holding[0]


def test_an_outlet_that_nobody_states_stays_unknown(bot: Chatbot) -> None:
    answer = asked(bot, "How many North Korean soldiers does South Korea estimate?")
    assert "13,000" in answer.text
    assert (answer.citations[0].outlet, answer.citations[0].outlet_basis) == (None, "unknown")
    assert "13,000" in answer.citations[0].quote


def test_an_absent_outlet_and_an_absent_fact_are_said_to_be_absent(bot: Chatbot) -> None:
    guardian = asked(bot, "What does The Guardian say about Kim?")
    assert (guardian.status, guardian.missing.outlets) == ("no_evidence", ("The Guardian",))
    australia = asked(bot, "What is the capital of Australia?")
    assert (australia.status, australia.missing.outlets) == ("no_evidence", ())


def test_a_follow_up_asks_the_next_outlet_on_the_same_topic(bot: Chatbot) -> None:
    bot.reset()
    bot.ask("What does Handelsblatt say about China?")
    answer = bot.ask("And what does Wprost say?")
    assert "China" in answer.standalone_question
    assert {c.outlet for c in answer.citations} == {"Wprost"}
