"""Who says the words of a citation: one sentence of a passage may have a speaker that the passage has not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fakes import HashEncoder
from stored import filled

from documents.articles import Article, OutletBasis
from index.collection import Collection
from index.store import Store
from rag.answers import Citation, Verdict
from rag.gate import check_citation
from rag.pipeline import Chatbot
from rag.settings import Settings
from rag.speaking import with_speakers

TEXT = (
    "The Tolme bridge was shut on Monday after divers found cracks in two piers below the waterline.\n"
    "The board has no money for a new one this year, and lorries must take the ferry from Brill instead. "
    "“We shall not risk a single life for a timetable,” said Ove Lind, the harbour master of Tolme. "
    "Repairs begin in March."
)
SAID = "“We shall not risk a single life for a timetable,”"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    article = Article(
        TEXT, title="Bridge shut", outlet="Kestrel Courier", outlet_basis=OutletBasis.GIVEN, language="en"
    )
    opened = filled(tmp_path / "home", [article], HashEncoder())
    yield opened
    opened.close()


def citation(store: Store, words: str, speaker: str | None = None) -> Citation:
    [article] = store.articles()
    start = article.text.index(words)
    return Citation(
        1, "Kestrel Courier", "given", None, speaker, "Bridge shut", None, None, article.id, words, start,
        start + len(words), Verdict.VERBATIM,
    )  # fmt: skip


def test_a_quoted_sentence_is_its_speakers_and_the_narrators_is_nobodys(store: Store) -> None:
    said, told = with_speakers([citation(store, SAID), citation(store, "Repairs begin in March.")], store)
    assert said.speaker == "Ove Lind" and told.speaker is None


def test_the_gate_takes_the_speaker_that_the_article_names_and_no_other(store: Store) -> None:
    assert check_citation(citation(store, SAID, "Ove Lind"), store)[0] is Verdict.VERBATIM
    assert check_citation(citation(store, SAID), store)[0].shown
    assert check_citation(citation(store, SAID, "Ada Brook"), store)[0] is Verdict.MISATTRIBUTED
    assert check_citation(citation(store, "Repairs begin in March.", "Ove Lind"), store)[0] is Verdict.MISATTRIBUTED


def test_a_speaker_that_a_citation_has_is_kept(store: Store) -> None:
    given = citation(store, SAID, "Ove Lind")
    assert with_speakers([given], store) == [given]
    gone = replace(given, speaker=None, article_id="0" * 16)
    assert with_speakers([gone], store) == [gone]


def test_an_answer_names_the_speaker(store: Store, tmp_path: Path) -> None:
    with Collection.open(tmp_path / "home", encoder=HashEncoder()) as collection:
        bot = Chatbot(Settings(home=tmp_path / "home"), collection=collection)
        answer = bot.ask("Who shall not risk a single life for a timetable?")
    assert answer.citations[0].speaker == "Ove Lind"
