"""Answers that need no skill: what every score must be compared with, in the same table.

Three know nothing of the articles' words (`always_abstain`, `majority_answer`, `random_passage`), one knows only
how questions are worded (`question_only`: when it scores well, the questions give their answers away), three give
the first passage of a ranking as it stands (`bm25_only`, `dense_only`, `always_answer`). None of them is offered to
a reader. Scoring them is `rag.evaluation.judging`, as for real answers.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

from documents.names import outlet_mentions
from documents.outlets.registry import OutletRegistry
from index.collection import Collection, Ranking
from index.filters import Filter
from index.store import StoredPassage
from rag.answers import Answer, AnswerSentence, Citation, Verdict
from rag.citations import cite
from rag.evaluation.asking import KEPT, ranks
from rag.evaluation.gold import GoldQuestion
from rag.evaluation.guessing import predicted_answers
from rag.evaluation.outcomes import Found, Outcome
from rag.retrieving import COPIES, Texts, by_text
from rag.support import Support


def baseline_outcomes(
    outcomes: Sequence[Outcome],
    collection: Collection,
    registry: OutletRegistry,
    *,
    seed: int,
    retrieval_only: bool,
) -> dict[str, list[Outcome]]:
    """Return the outcomes of each baseline by its name, for the questions of `outcomes` in their order.

    Args:
        outcomes: What came of the questions; `always_answer` takes their rankings, or makes its own where a
            system does not show any.
        collection: What is searched.
        registry: The outlets' names.
        seed: Of what is drawn at random.
        retrieval_only: Give only the rankings, and only of the baselines that have one.
    """
    made = Baselines(collection, registry, seed)
    questions = [outcome.question for outcome in outcomes]
    rankings: dict[str, Callable[[GoldQuestion], tuple[Found, ...]]] = {
        "random_passage": made.random,
        "bm25_only": lambda question: made.ranking(question, Ranking.WORDS),
        "dense_only": lambda question: made.ranking(question, Ranking.VECTORS),
    }
    if retrieval_only:
        return {
            name: [Outcome(question, None, rank(question)) for question in questions] for name, rank in rankings.items()
        }
    return {
        "always_abstain": [_said(question, "", None, "always_abstain") for question in questions],
        "majority_answer": made.majority_answer(questions),
        "question_only": made.question_only(questions),
        **{name: [_first_of(q, rank(q), name) for q in questions] for name, rank in rankings.items()},
        "always_answer": [
            _first_of(
                outcome.question,
                made.ranking(outcome.question, Ranking.FUSED) if outcome.found is None else outcome.found,
                "always_answer",
            )
            for outcome in outcomes
        ],
    }


class Baselines:
    """What the baselines of one evaluation share: the collection, its outlets, and what was looked up already."""

    def __init__(self, collection: Collection, registry: OutletRegistry, seed: int) -> None:
        self._collection = collection
        self._registry = registry
        self._seed = seed
        self._ids = collection.store.passage_ids()
        self._first: dict[str, StoredPassage | None] = {}

    def random(self, question: GoldQuestion) -> tuple[Found, ...]:
        """Return passages drawn at random; the same ones for the same question, seed and collection."""
        rng = random.Random(f"{self._seed} {question.id}")  # noqa: S311  no secret hangs on it
        drawn = rng.sample(self._ids, min(KEPT, len(self._ids)))
        return tuple(Found((stored,)) for stored in self._collection.store.passages_by_id(drawn))

    def ranking(self, question: GoldQuestion, ranking: Ranking) -> tuple[Found, ...]:
        """Return what the collection finds for the question's own words, ranked so; earlier turns are not known."""
        words = " ".join(question.question.split())

        def search(depth: int) -> Texts:
            return by_text(self._collection.search(words, limit=depth, per_text=COPIES, ranking=ranking))

        return ranks(search, question)

    def majority_answer(self, questions: Sequence[GoldQuestion]) -> list[Outcome]:
        """Return the most frequent first gold answer of the other questions, cited from their most frequent outlet."""
        answers = [_plain(question.answers[0]) if question.answers else "" for question in questions]
        outlets = [self._registry.canonical(q.outlets[0]) if q.outlets else "" for q in questions]
        spelt = {plain: q.answers[0] for q, plain in zip(reversed(questions), reversed(answers), strict=True) if plain}
        said, cited = Counter(filter(None, answers)), Counter(filter(None, outlets))
        made = []
        for question, answer, outlet in zip(questions, answers, outlets, strict=True):
            words, source = _most_frequent(said, answer), _most_frequent(cited, outlet)
            passage = self._passage_of(source) if source else None
            made.append(_said(question, spelt.get(words, ""), passage, "majority_answer"))
        return made

    def question_only(self, questions: Sequence[GoldQuestion]) -> list[Outcome]:
        """Return what the question's words alone let one guess, cited from the first outlet that it names, if any."""
        guessed = predicted_answers(questions, self._seed)
        made = []
        for question, words in zip(questions, guessed, strict=True):
            named = [mention.outlet for mention in outlet_mentions(question.question, self._registry)]
            passages = (passage for name in named if (passage := self._passage_of(name)) is not None)
            made.append(_said(question, words or "", next(passages, None), "question_only"))
        return made

    def _passage_of(self, outlet: str) -> StoredPassage | None:
        """Return the first stored passage that originates from the outlet, or None."""
        if outlet not in self._first:
            store, only = self._collection.store, Filter(outlets=(outlet,))
            self._first[outlet] = next(iter(store.passages_with_text(store.filtered_texts(only), only)), None)
        return self._first[outlet]


def _most_frequent(counted: Counter[str], own: str) -> str:
    """Return the most frequent key when one occurrence of `own` is left out; the first counted wins a draw."""
    return max(
        (key for key in counted if counted[key] - (key == own) > 0),
        key=lambda key: counted[key] - (key == own),
        default="",
    )


def _plain(answer: str) -> str:
    return " ".join(answer.casefold().split())


def _first_of(question: GoldQuestion, found: tuple[Found, ...], by: str) -> Outcome:
    """Return the first passage of a ranking as the answer."""
    passage = found[0].passages[0] if found else None
    return replace(_said(question, passage.passage.text.strip() if passage else "", passage, by), found=found)


def _said(question: GoldQuestion, words: str, passage: StoredPassage | None, by: str) -> Outcome:
    """Return `words` as the answer, citing the whole of `passage` where there is one; without words a refusal."""
    citations: tuple[Citation, ...] = ()
    if words and passage is not None:
        citations = (cite(Support(passage, passage.passage.start, passage.passage.end, Verdict.VERBATIM), 1),)
    numbers = tuple(citation.number for citation in citations)
    sentences = (AnswerSentence(words, numbers),) if words else ()
    answer = Answer(
        question=question.question,
        standalone_question=question.question,
        status="answered" if words else "no_evidence",
        text=" ".join(sentence.marked for sentence in sentences),
        sentences=sentences,
        citations=citations,
        answered_by=by,
    )
    return Outcome(question, answer, None)
