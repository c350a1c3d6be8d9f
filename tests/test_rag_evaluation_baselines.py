"""What each baseline says, cites and ranks, and that wording alone is learnt only from other questions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from evaluated import QUESTIONS, TEXTS, make_chatbot, make_home

from documents.outlets.registry import OutletRegistry
from index.collection import Collection, Ranking
from rag.evaluation.baselines import baseline_outcomes
from rag.evaluation.gold import GoldQuestion
from rag.evaluation.guessing import predicted_answers
from rag.evaluation.judging import Judge
from rag.evaluation.outcomes import Found, Outcome

REGISTRY = OutletRegistry.load(TEXTS)


@pytest.fixture(scope="module")
def collection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Collection]:
    bot = make_chatbot(make_home(tmp_path_factory.mktemp("baselines") / "home"))
    yield bot.collection
    bot.collection.close()


def made(
    collection: Collection,
    questions: tuple[GoldQuestion, ...] = QUESTIONS,
    *,
    seed: int = 1,
    retrieval_only: bool = False,
) -> dict[str, list[Outcome]]:
    outcomes = [Outcome(question, None, None) for question in questions]
    return baseline_outcomes(outcomes, collection, REGISTRY, seed=seed, retrieval_only=retrieval_only)


def said(outcome: Outcome) -> tuple[str, tuple[str | None, ...]]:
    assert outcome.answer is not None
    text = " ".join(sentence.text for sentence in outcome.answer.sentences)
    return text, tuple(citation.outlet for citation in outcome.answer.citations)


def test_every_baseline_answers_every_question_in_order(collection: Collection) -> None:
    baselines = made(collection)
    assert set(baselines) == {
        "always_abstain",
        "majority_answer",
        "question_only",
        "random_passage",
        "bm25_only",
        "dense_only",
        "always_answer",
    }
    for name, outcomes in baselines.items():
        assert [outcome.question for outcome in outcomes] == list(QUESTIONS)
        assert all(o.answer and o.answer.answered_by == name and o.seconds is None and not o.error for o in outcomes)
    assert all(outcome.refused and outcome.found is None for outcome in baselines["always_abstain"])


def test_what_is_cited_is_verbatim(collection: Collection) -> None:
    judge = Judge(collection.store, REGISTRY)
    cited = 0
    for outcomes in made(collection).values():
        for outcome in outcomes:
            scores = judge.score(outcome)
            cited += len(scores.verbatim)
            assert all(scores.verbatim) and scores.values.get("misattribution", 0) == 0
    assert cited >= 4 * len(QUESTIONS) - 4


def test_rankings_are_those_of_the_collection(collection: Collection) -> None:
    baselines = made(collection)
    for name, ranking in (
        ("bm25_only", Ranking.WORDS),
        ("dense_only", Ranking.VECTORS),
        ("always_answer", Ranking.FUSED),
    ):
        for outcome in baselines[name]:
            hits = collection.search(outcome.question.question, limit=8, ranking=ranking)
            assert outcome.found is not None
            assert [rank.passages[0] for rank in outcome.found] == [hit.passage for hit in hits]
            expected = (hits[0].passage.passage.text.strip(), (hits[0].passage.passage.attribution.outlet,))
            assert said(outcome) == (expected if hits else ("", ()))


def test_where_no_word_matches_bm25_has_nothing_to_say(collection: Collection) -> None:
    (outcome,) = made(collection, (GoldQuestion("Xylophone?", "x"),))["bm25_only"]
    assert outcome.refused and outcome.found == ()


def test_always_answer_takes_the_systems_own_ranking(collection: Collection) -> None:
    last = next(collection.store.iter_passages())[-1]
    outcome = Outcome(QUESTIONS[0], None, (Found((last,), 0.1),))
    answered = baseline_outcomes([outcome], collection, REGISTRY, seed=1, retrieval_only=False)["always_answer"][0]
    assert answered.found == outcome.found and said(answered)[0] == last.passage.text.strip()


def test_random_passages_depend_on_seed_and_question_only(collection: Collection) -> None:
    def drawn(questions: tuple[GoldQuestion, ...], seed: int) -> list[tuple[str, ...]]:
        outcomes = made(collection, questions, seed=seed)["random_passage"]
        return [tuple(rank.passages[0].passage.id for rank in outcome.found or ()) for outcome in outcomes]

    assert drawn(QUESTIONS, 1) == drawn(QUESTIONS, 1) != drawn(QUESTIONS, 2)
    assert drawn(QUESTIONS[::-1], 1) == drawn(QUESTIONS, 1)[::-1]
    assert len(set(drawn(QUESTIONS, 1))) > 1 and all(len(set(ids)) == 8 for ids in drawn(QUESTIONS, 1))


def test_the_majority_answer_is_that_of_the_other_questions(collection: Collection) -> None:
    def question(number: int, answer: str, outlet: str) -> GoldQuestion:
        return GoldQuestion(f"Question {number}?", str(number), answers=(answer,), outlets=(outlet,), answerable=True)

    questions = (
        question(1, "Yes", "Kestrel Courier"),
        question(2, "yes", "Harbour Gazette"),
        question(3, "no", "Harbour Gazette"),
        question(4, "no", "Nowhere Post"),
        GoldQuestion("Question 5?", "5", answerable=False),
    )
    outcomes = made(collection, questions)["majority_answer"]
    # of the others' answers: no 2, yes 1; no 2, yes 1; yes 2, no 1; yes 2, no 1; a draw, which the first one wins
    assert [said(outcome)[0] for outcome in outcomes] == ["no", "no", "Yes", "Yes", "Yes"]
    # Harbour Gazette is the most frequent, but where it is left out once all are alike, and the first one wins
    assert [said(outcome)[1][0] for outcome in outcomes] == [
        "Harbour Gazette",
        "Kestrel Courier",
        "Kestrel Courier",
        "Harbour Gazette",
        "Harbour Gazette",
    ]
    first = outcomes[0].answer
    assert first is not None and first.citations[0].quote == TEXTS["Harbour Gazette"].split("\n")[0] + "\n"


def test_without_other_answers_the_majority_says_nothing(collection: Collection) -> None:
    assert all(outcome.refused for outcome in made(collection, QUESTIONS[:1])["majority_answer"])
    assert made(collection, (GoldQuestion("Who?", "a"),))["question_only"][0].refused


def test_question_only_cites_the_outlet_that_the_question_names(collection: Collection) -> None:
    named = (f"What colour does the Harbour Gazette give lot {n}?" for n in range(12))
    questions = tuple(
        GoldQuestion(text, str(n), answers=("blue",), answerable=True)
        for n, text in enumerate((*named, "What colour is lot 99?"))
    )
    outcomes = made(collection, questions)["question_only"]
    assert [said(outcome) for outcome in outcomes] == [("blue", ("Harbour Gazette",))] * 12 + [("blue", ())]
    assert all(outcome.found is None for outcome in outcomes)


def test_wording_that_gives_answers_away_is_found_out() -> None:
    giveaway = [
        GoldQuestion(
            f"Is it {'really' if n % 2 else 'never'} so, case {n}?", str(n), answers=("yes" if n % 2 else "no",)
        )
        for n in range(40)
    ]
    guessed = predicted_answers(giveaway, 1)
    assert guessed == [question.answers[0] for question in giveaway] == predicted_answers(giveaway, 2)


def test_a_question_is_never_guessed_from_itself() -> None:
    # each answer occurs once: whoever has not seen the question itself cannot know it
    unique = [GoldQuestion(f"Word{n}?", str(n), answers=(f"answer {n}",)) for n in range(20)]
    assert not any(guess == q.answers[0] for guess, q in zip(predicted_answers(unique, 1), unique, strict=True))


def test_unanswerable_is_learnt_and_questions_without_gold_are_guessed() -> None:
    questions = [
        *(GoldQuestion(f"Does the void hum {n}?", f"u{n}", answerable=False) for n in range(10)),
        *(GoldQuestion(f"How long is the pier {n}?", f"a{n}", answers=("Nine Metres",)) for n in range(10)),
        GoldQuestion("Does the void hum again?", "x"),
        GoldQuestion("How long is the pier now?", "y"),
    ]
    assert predicted_answers(questions, 1) == [None] * 10 + ["Nine Metres"] * 10 + [None, "Nine Metres"]


@pytest.mark.parametrize(
    ("questions", "expected"),
    [
        ([], []),
        ([GoldQuestion("Who?", "a", answers=("Ann",))], [None]),
        ([GoldQuestion("Who?", "a"), GoldQuestion("Where?", "b")], [None, None]),
        ([GoldQuestion("Who?", "a", answers=("Ann",)), GoldQuestion("Who?", "b", answers=("Ann",))], ["Ann", "Ann"]),
        ([GoldQuestion("?", "a", answers=("Ann",)), GoldQuestion("!", "b", answers=("Ann",))], ["Ann", "Ann"]),
    ],
)
def test_small_sets_are_guessed_as_well_as_can_be(questions: list[GoldQuestion], expected: list[str | None]) -> None:
    assert predicted_answers(questions, 1) == expected


def test_retrieval_only_gives_rankings_alone(collection: Collection) -> None:
    graded = tuple(replace(question, grades=(("x", 1),)) for question in QUESTIONS)
    baselines = made(collection, graded, retrieval_only=True)
    assert set(baselines) == {"random_passage", "bm25_only", "dense_only"}
    for outcomes in baselines.values():
        assert all(outcome.answer is None and outcome.found is not None for outcome in outcomes)
    for outcome in baselines["dense_only"]:
        articles = [rank.passages[0].passage.article_id for rank in outcome.found or ()]
        assert len(articles) == len(set(articles)) == 4
