"""Ranking by words alone and by vectors alone: exact, with and without an index, filters and copies as ever."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from fakes import HashEncoder
from stored import OUTLETS, filled, invented, write

from documents.articles import Article
from index.collection import Collection, Hit, Ranking
from index.filters import EVERYTHING, Filter
from index.generations import publish
from index.store import StoredPassage

QUESTIONS = ("storm over the harbour", "What did the minister say about the pension budget?", "Harbour Gazette ferry")
FILTERS = (EVERYTHING, Filter(outlets=(OUTLETS[1],)), Filter(since="2024-03", until="2024-06"))


@pytest.fixture(scope="module", params=["exact", "generation", "generation and tail"])
def collection(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Collection]:
    """120 passages and a removed article's, searched with no index, with one, and with one that holds half of them."""
    home, articles = tmp_path_factory.mktemp("searching") / "home", invented(40)
    with closing(filled(home, articles[:20], HashEncoder())) as store:
        if request.param == "generation and tail":
            publish(home, store)
        write(store, articles[20:], HashEncoder())
        if request.param == "generation":
            publish(home, store)
        store.remove([articles[3].id])
    with Collection.open(home, encoder=HashEncoder()) as opened:
        yield opened


def everything(collection: Collection, only: Filter) -> list[StoredPassage]:
    stored = [one for page in collection.store.iter_passages() for one in page]
    wanted = {one.passage.id for one in collection.store.passages_by_id([s.passage.id for s in stored], only)}
    return [one for one in stored if one.passage.id in wanted]


def ids(hits: list[Hit]) -> list[str]:
    return [hit.passage.passage.id for hit in hits]


@pytest.mark.parametrize("only", FILTERS)
def test_by_vectors_is_the_order_of_all_cosines(collection: Collection, only: Filter) -> None:
    for question in QUESTIONS:
        vector = HashEncoder().encode([question])[0]
        stored = everything(collection, only)
        cosines = HashEncoder().encode([one.passage.text for one in stored]) @ vector
        hits = collection.search(question, only=only, limit=15, ranking=Ranking.VECTORS)
        assert [hit.cosine for hit in hits] == pytest.approx(np.sort(cosines)[::-1][:15], abs=1e-6)
        assert [hit.score for hit in hits] == pytest.approx([max(hit.cosine or 0, 0) for hit in hits])
        assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))


@pytest.mark.parametrize("only", FILTERS)
def test_by_words_is_the_order_of_all_word_scores(collection: Collection, only: Filter) -> None:
    for question in QUESTIONS:
        scored = [hit for hit in collection.search(question, only=only, limit=500) if hit.bm25]
        best = sorted(scored, key=lambda hit: -(hit.bm25 or 0))
        hits = collection.search(question, only=only, limit=15, ranking=Ranking.WORDS)
        assert [hit.bm25 for hit in hits] == pytest.approx([hit.bm25 for hit in best[:15]], rel=1e-5)
        assert hits[0].score == 1 and all(0 < hit.score <= 1 for hit in hits)
        assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))


def test_by_words_only_what_has_one_is_a_hit(collection: Collection) -> None:
    assert collection.search("zeppelin", limit=500, ranking=Ranking.WORDS) == []
    hits = collection.search("lighthouse", limit=500, ranking=Ranking.WORDS)
    named = [
        one for one in everything(collection, EVERYTHING) if "lighthouse" in f"{one.title} {one.passage.text}".lower()
    ]
    assert sorted(ids(hits)) == sorted(one.passage.id for one in named)


def test_by_vectors_everything_is_a_hit(collection: Collection) -> None:
    found = ids(collection.search("zeppelin", limit=500, ranking=Ranking.VECTORS))
    assert sorted(found) == sorted(one.passage.id for one in everything(collection, EVERYTHING))


def test_fused_is_what_is_ranked_by_when_nothing_is_said(collection: Collection) -> None:
    for question in QUESTIONS:
        assert collection.search(question) == collection.search(question, ranking=Ranking.FUSED)


@pytest.mark.parametrize("ranking", Ranking)
def test_copies_are_few_in_every_ranking(tmp_path: Path, ranking: Ranking) -> None:
    original = invented(1)[0]
    copies = [Article(f"{original.text}\nSeen by reader {number}.", language="en") for number in range(6)]
    with closing(filled(tmp_path, [*copies, *invented(5, seed=2)], HashEncoder())):
        pass
    with Collection.open(tmp_path, encoder=HashEncoder()) as collection:
        hits = collection.search(original.text.splitlines()[0], limit=10, per_text=2, ranking=ranking)
        assert max(Counter(hit.passage.passage.text for hit in hits).values()) == 2
        assert len(hits) == 10
