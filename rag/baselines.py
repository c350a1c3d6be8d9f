"""Answers that need no skill: what any score must be compared with.

``always_abstain`` never answers. ``always_answer`` never refuses: it gives the first passage found
as it stands. ``random_passage`` gives a passage drawn at random (the same one each time for the same
question). None of them is offered to a reader.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from index.store import Store, StoredPassage
from rag.answers import Answer, AnswerSentence, Citation, Verdict
from rag.judging import DEPTH, Outcome

Baseline = Callable[[Outcome], Outcome]


def make_baselines(store: Store) -> dict[str, Baseline]:
    """Return each baseline by its name; it turns a real outcome into its own for the same question."""
    ids = [stored.passage.id for batch in store.iter_passages() for stored in batch]

    def draw(outcome: Outcome) -> Outcome:
        chosen = random.Random(outcome.question.id).sample(ids, min(DEPTH, len(ids)))  # noqa: S311  no secret hangs on it
        by_id = {stored.passage.id: stored for stored in store.passages_by_id(chosen)}
        return _first_of(outcome, [by_id[name] for name in chosen if name in by_id])

    return {
        "always_abstain": _abstain,
        "always_answer": lambda outcome: _first_of(outcome, outcome.found),
        "random_passage": draw,
    }


def _abstain(outcome: Outcome) -> Outcome:
    question = outcome.question
    answer = Answer(question.question, question.question, "no_evidence", "", (), (), answered_by="always_abstain")
    return Outcome(question, answer, (), 0.0)


def _first_of(outcome: Outcome, found: Sequence[StoredPassage]) -> Outcome:
    question = outcome.question
    if not found:
        return _abstain(outcome)
    stored, passage = found[0], found[0].passage
    citation = Citation(
        number=1,
        outlet=passage.attribution.outlet,
        outlet_basis=passage.attribution.basis.value,
        via=passage.attribution.via,
        speaker=passage.attribution.speaker,
        title=stored.title,
        url=stored.url,
        published=stored.published,
        article_id=passage.article_id,
        quote=passage.text,
        start=passage.start,
        end=passage.end,
        verdict=Verdict.VERBATIM,
    )
    sentence = AnswerSentence(passage.text, (1,))
    answer = Answer(
        question=question.question,
        standalone_question=question.question,
        status="answered",
        text=sentence.marked,
        sentences=(sentence,),
        citations=(citation,),
        answered_by="first passage",
    )
    return Outcome(question, answer, tuple(found), 0.0)
