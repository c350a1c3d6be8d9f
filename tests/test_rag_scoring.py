"""Features of a sentence, computed by hand, and what is chosen of the ranked sentences."""

from __future__ import annotations

import math

import numpy as np
import pytest
from fakes import HashEncoder

from documents.articles import Attribution, OutletBasis, Passage
from documents.outlets.registry import OutletRegistry
from index.collection import Hit
from index.store import StoredPassage
from rag import extractive
from rag.questions import understand
from rag.scoring import CONFIDENCE_BIAS, CONFIDENCE_WEIGHTS, FEATURES, Candidate, rank_sentences

REGISTRY = OutletRegistry.load(["Lindal Gazette", "Fjord Tribune"])


def hit(text: str, outlet: str | None = "Lindal Gazette", *, article: str = "a" * 16, rank: int = 1) -> Hit:
    attribution = Attribution(outlet, OutletBasis.GIVEN) if outlet else Attribution()
    passage = Passage(article, 0, len(text), text, attribution)
    stored = StoredPassage(rank, passage, None, None, None, "en", None, outlet)
    return Hit(stored, score=1.0, cosine=0.5, bm25=1.0, rank=rank)


def features(candidate: Candidate) -> dict[str, float]:
    return dict(zip(FEATURES, candidate.features.tolist(), strict=True))


def ranked(question: str, *hits: Hit) -> list[Candidate]:
    return rank_sentences(
        understand(question, REGISTRY, ["Lindal Gazette", "Fjord Tribune"]), hits, HashEncoder(dimension=65_536)
    )


def test_the_features_of_a_sentence_are_what_their_docstring_says() -> None:
    (one, two) = sorted(
        ranked("How much does the ferry cost?", hit("The ferry costs 640 crowns. Nobody complained about it.", rank=2)),
        key=lambda c: c.start,
    )
    got = features(one)
    # Topic: ferry, cost. Both words stand in the only passage, so both weigh ln(1 + 0.5 / 1.5) + 0.3.
    assert got["cover"] == pytest.approx(1.0) and got["passage_cover"] == pytest.approx(1.0)
    assert features(two)["cover"] == 0.0
    # Question {how, much, does, the, ferry, cost} and sentence {the, ferry, costs, 640, crowns} share two words.
    assert got["cosine"] == pytest.approx(2 / math.sqrt(6 * 5), abs=1e-6)
    assert (got["passage_cosine"], got["rank"], got["kind"], features(two)["kind"]) == (0.5, 0.5, 1.0, 0.0)
    z = float(np.dot(one.features, CONFIDENCE_WEIGHTS)) + CONFIDENCE_BIAS
    assert one.confidence == pytest.approx(1 / (1 + math.exp(-z)))


def test_headings_lead_ins_and_questions_are_never_quoted() -> None:
    text = "A bad day for the ferry\nThe ferry is late, writes the Fjord Tribune:\nWhen will the ferry come? The ferry came at noon."
    assert [c.text for c in ranked("When does the ferry come?", hit(text))] == ["The ferry came at noon."]


def test_a_sentence_is_the_articles_own_characters() -> None:
    text = "“The ferry was late,” said Ida Moen. It rained all day in Lindal."
    for candidate in ranked("Why was the ferry late?", hit(text)):
        assert text[candidate.start : candidate.end] == candidate.text


def test_copies_are_grouped_and_figures_that_differ_keep_sentences_apart() -> None:
    question = "How many boats did the storm damage in the harbour?"
    same = "The storm damaged 14 boats in the harbour of Lindal."
    hits = [
        hit(same),
        hit(same, "Fjord Tribune", article="b" * 16),
        hit(same.replace("14", "19"), article="c" * 16, rank=2),
    ]
    groups = extractive.choose(understand(question, REGISTRY, []), ranked(question, *hits), 5)
    assert [len(g) for g in groups] == [2, 1]
    draft = extractive.compose(groups)
    assert draft.sentences[0].text == f"Lindal Gazette and Fjord Tribune: “{same}”"
    assert [s.citations for s in draft.sentences] == [(1, 2), (3,)]


def test_an_outlet_with_nearly_the_same_words_is_not_named_with_words_it_has_not() -> None:
    question = "How many boats did the storm damage in the harbour?"
    same = "The storm damaged 14 boats in the old harbour of Lindal on Tuesday night."
    near = same.replace("damaged", "wrecked")
    hits = [hit(same), hit(near, "Fjord Tribune", article="b" * 16, rank=2)]
    groups = extractive.choose(understand(question, REGISTRY, []), ranked(question, *hits), 5)
    assert [c.hit.passage.passage.attribution.outlet for g in groups for c in g] == ["Lindal Gazette"]


def test_a_source_is_named_once_while_it_goes_on_and_inner_marks_change_the_outer_ones() -> None:
    text = "The ferry was late again. “The ferry is old,” said the ferry captain."
    groups = [[c] for c in sorted(ranked("Why was the ferry late?", hit(text)), key=lambda c: c.start)]
    assert [s.text for s in extractive.compose(groups).sentences] == [
        "Lindal Gazette: “The ferry was late again.”",
        "‘“The ferry is old,” said the ferry captain.’",
    ]


def test_no_more_than_the_limit_and_nothing_that_is_improbable() -> None:
    question = understand("What is the capital of Australia?", REGISTRY, [])
    candidates = ranked(question.text, hit("The ferry costs 640 crowns. Nobody complained about it."))
    assert extractive.choose(question, candidates, 5) == []
    text = " ".join(f"The ferry number {n} was late in Lindal." for n in range(9))
    asked = "Which ferry was late in Lindal?"
    assert len(extractive.choose(understand(asked, REGISTRY, []), ranked(asked, hit(text)), 2)) == 2
