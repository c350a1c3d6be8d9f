"""The llama-index retriever inside a real query engine, and passages to nodes and back."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing

import pytest
from fakes import HashEncoder
from hypothesis import given
from hypothesis import strategies as st
from llama_index.core.llms import MockLLM
from llama_index.core.query_engine import RetrieverQueryEngine
from llama_index.core.response_synthesizers import get_response_synthesizer
from llama_index.core.schema import MetadataMode, TextNode
from stored import OUTLETS, filled, invented

from documents.articles import Attribution, OutletBasis, Passage
from documents.errors import RequestError
from index.collection import Collection
from index.filters import Filter
from index.retrieval import HybridRetriever, from_node, to_node
from index.store import StoredPassage


@pytest.fixture(scope="module")
def collection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Collection]:
    home = tmp_path_factory.mktemp("home")
    with closing(filled(home, invented(12), HashEncoder())):
        pass
    with Collection.open(home, encoder=HashEncoder()) as opened:
        yield opened


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError(f"expected no connection, got {args!r}")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def test_a_query_engine_answers_from_the_collection(collection: Collection, no_network: None) -> None:
    retriever = HybridRetriever(collection, limit=3)
    engine = RetrieverQueryEngine.from_args(
        retriever, response_synthesizer=get_response_synthesizer(llm=MockLLM()), llm=MockLLM()
    )
    response = engine.query("storm over the harbour")
    hits = collection.search("storm over the harbour", limit=3)
    assert [one.node.node_id for one in response.source_nodes] == [hit.passage.passage.id for hit in hits]
    assert [one.score for one in response.source_nodes] == [hit.score for hit in hits]
    assert hits[0].passage.passage.text.strip() in str(response)  # the mock repeats its prompt, passages included


def test_a_filter_holds_in_the_engine(collection: Collection, no_network: None) -> None:
    nodes = HybridRetriever(collection, only=Filter(outlets=(OUTLETS[2],)), limit=50).retrieve("storm")
    assert {one.node.metadata["outlet"] for one in nodes} == {OUTLETS[2]}
    assert len(nodes) == 9


def test_every_stored_passage_comes_back_exactly(collection: Collection) -> None:
    for page in collection.store.iter_passages():
        for stored in page:
            assert from_node(to_node(stored)) == stored


names = st.none() | st.text(min_size=1, max_size=20).filter(str.strip)


@given(
    text=st.text(min_size=1, max_size=80),
    start=st.integers(0, 10**6),
    outlet=names,
    via=names,
    speaker=names,
    title=names,
    seq=st.integers(1, 2**40),
)
def test_any_passage_survives_the_way_through_a_node_and_its_json(
    text: str, start: int, outlet: str | None, via: str | None, speaker: str | None, title: str | None, seq: int
) -> None:
    origin = Attribution(outlet, OutletBasis.QUOTED if outlet else OutletBasis.UNKNOWN, via, speaker)
    passage = Passage("0123456789abcdef", start, start + len(text), text, origin)
    stored = StoredPassage(seq, passage, title, "https://example.org/a", "2024-01-02", "en", None, via)
    node = to_node(stored)
    assert from_node(node) == stored
    assert node.node_id == passage.id
    if "\ud800" <= max(text) <= "\udfff":
        return
    assert from_node(TextNode.from_json(node.to_json())) == stored


def test_a_reader_of_the_words_sees_who_said_them_and_no_ids(collection: Collection) -> None:
    origin = Attribution("Harbour Gazette", OutletBasis.QUOTED, "The Quill Review", None)
    passage = Passage("0123456789abcdef", 0, 6, "Storm.", origin)
    stored = StoredPassage(7, passage, "Headline", "https://example.org/a", "2024-01-02", "en", "N. N.", None)
    shown = to_node(stored).get_content(MetadataMode.LLM)
    for wanted in ("Harbour Gazette", "The Quill Review", "Headline", "2024-01-02", "Storm."):
        assert wanted in shown
    for hidden in ("0123456789abcdef", "https://", "quoted", "seq", "speaker", "None"):
        assert hidden not in shown
    assert to_node(stored).get_content(MetadataMode.EMBED) == shown


def test_a_changed_or_foreign_node_is_refused() -> None:
    with pytest.raises(RequestError, match="made of a passage"):
        from_node(TextNode(text="Storm."))
    passage = Passage("0123456789abcdef", 0, 6, "Storm.", Attribution())
    node = to_node(StoredPassage(7, passage, None, None, None, None, None, None))
    node.text = "Calm??"
    with pytest.raises(RequestError, match="other text"):
        from_node(node)
