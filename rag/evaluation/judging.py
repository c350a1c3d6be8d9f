"""What one outcome is worth: every score that its question's gold can measure, and what is wrong in plain words.

Conducts: ranks are `rag.evaluation.retrieval_scores`, who is cited `rag.evaluation.attribution_scores`, whether
citations hold `rag.evaluation.citation_scores`, what the answer says `rag.evaluation.answer_words`. Sums over a
whole set are `rag.evaluation.summary`. Nothing here asks who made the answer: every system is judged alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from documents.outlets.registry import OutletRegistry
from index.store import Store
from rag.answers import Answer, Citation
from rag.evaluation import attribution_scores as attribution
from rag.evaluation import citation_scores as citations
from rag.evaluation import retrieval_scores as retrieval
from rag.evaluation.answer_words import contains_any, exact_match, token_f1
from rag.evaluation.evidence import Evidence, Placed
from rag.evaluation.gold import FALSE_PREMISE, FOLLOW_UP, GoldQuestion
from rag.evaluation.outcomes import Failure, Fault, Outcome, Scores
from rag.evaluation.retrieval_scores import DEPTH
from rag.evaluation.sentence_judges import GateJudge, SentenceJudge

__all__ = ["DEPTH", "Judge"]


@dataclass(slots=True)
class _Judged:
    """One outcome while it is judged: its answer taken apart, and what was found out so far."""

    outcome: Outcome
    used: tuple[Placed, ...] = ()
    values: dict[str, float] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    held: tuple[bool, ...] = ()
    verbatim: tuple[bool, ...] = ()

    @property
    def question(self) -> GoldQuestion:
        """The question and its gold."""
        return self.outcome.question


class Judge:
    """Scores outcomes against one collection's articles.

    Args:
        store: The truth, which must not change meanwhile: what was looked up is remembered.
        registry: The outlets to know, the collection's own among them.
        sentence_judge: Decides whether citations carry a sentence; Byline's gate when None.
    """

    def __init__(self, store: Store, registry: OutletRegistry, *, sentence_judge: SentenceJudge | None = None) -> None:
        self._evidence = Evidence(store, registry)
        self._sentences = sentence_judge or GateJudge(store, registry, evidence=self._evidence)
        self.name = self._sentences.name

    @property
    def warnings(self) -> tuple[str, ...]:
        """What may make the scores less sure, a sentence each; grows while outcomes are scored."""
        return tuple(getattr(self._sentences, "warnings", ()))

    def score(self, outcome: Outcome) -> Scores:
        """Return the scores of one outcome.

        Raises:
            BylineError: the collection cannot be read, or the model that judges sentences fails.
        """
        judged = _Judged(outcome)
        if outcome.error:
            judged.faults.append(Fault(Failure.ERROR, outcome.error))
        if outcome.question.answerable is not False:
            self._retrieval(judged)
        if outcome.answer is not None:
            self._answer(judged, outcome.answer)
        elif outcome.error and outcome.question.answerable is not False:
            self._against_gold(judged, None)
        correct = self._correct(judged)
        if correct is not None:
            if FALSE_PREMISE in outcome.question.tags:
                judged.values["false_premise_accuracy"] = float(correct)
            if FOLLOW_UP in outcome.question.tags or outcome.question.history:
                judged.values["follow_up_accuracy"] = float(correct)
        return Scores(
            values=judged.values,
            verbatim=judged.verbatim,
            abstention=_abstention(outcome),
            correct=correct,
            held=judged.held,
            cited=attribution.cited_outlets(judged.used, self._evidence),
            faults=tuple(judged.faults),
        )

    def _retrieval(self, judged: _Judged) -> None:
        ranks = judged.outcome.found
        if ranks is None:
            return
        items, faults = retrieval.gold_items(judged.question, self._evidence)
        judged.faults += faults
        held = retrieval.held_by(ranks, items, self._evidence)
        judged.held = tuple(map(bool, held))
        if items and not any(judged.held[:DEPTH]):
            text = f"no passage with the gold among the first {DEPTH}"
            judged.faults.append(Fault(Failure.NOT_FOUND, text))
        judged.values |= retrieval.rank_scores(held, items)
        judged.values |= retrieval.outlet_scores(judged.question, ranks, self._evidence)
        judged.values |= retrieval.benchmark_scores(judged.question, ranks)

    def _answer(self, judged: _Judged, answer: Answer) -> None:
        refused = answer.status == "no_evidence"
        places = [self._evidence.place(citation) for citation in answer.citations]
        judged.verbatim = tuple(place.verbatim for place in places)
        if places:
            judged.values["quote_verbatim"] = sum(judged.verbatim) / len(places)
        judged.used = tuple(map(self._evidence.place, _used(answer)))
        if judged.question.answerable is not False:
            if refused and _tells(judged.question):
                judged.faults.append(Fault(Failure.REFUSED, "refused, although the articles answer it"))
            self._against_gold(judged, answer)
        elif not refused:
            judged.faults.append(Fault(Failure.ANSWERED, "answered, although no article does"))
        if not refused:
            judged.values |= attribution.misattribution_scores(places, self._evidence, judged.faults)
            judged.values |= citations.carried_scores(answer, self._sentences.carries, judged.faults)
        if not all(judged.verbatim):
            judged.faults.append(Fault(Failure.NOT_VERBATIM, "a quote is not the article's characters"))

    def _against_gold(self, judged: _Judged, answer: Answer | None) -> None:
        """Score the answer to a question that the articles answer; None scores as nothing said."""
        question, used, faults = judged.question, judged.used, judged.faults
        said = "" if answer is None else " ".join(text for text, _ in citations.statements(answer))
        if question.answers:
            right = contains_any(said, question.answers)
            judged.values["answer_exact"] = exact_match(said, question.answers)
            judged.values["answer_f1"] = token_f1(said, question.answers)
            judged.values["answer_contains"] = float(right)
            if answer is not None and answer.status == "answered" and not right:
                faults.append(Fault(Failure.WRONG_WORDS, "the answer says none of the expected"))
        judged.values |= attribution.outlet_scores(question, used, self._evidence, faults)
        judged.values |= attribution.speaker_scores(question, used, faults)
        judged.values |= attribution.quote_back_scores(question, used, self._evidence, faults)
        judged.values |= citations.evidence_scores(question, used, self._evidence)

    def _correct(self, judged: _Judged) -> bool | None:
        """Return whether the outcome is right as a whole.

        Where nothing answers the question: whether it was refused. Else: whether it was answered, says an expected
        string, cites the right outlets and the right speaker, each where the gold gives them; where it gives nothing
        but quotes or articles, whether a citation overlaps them.
        """
        outcome, question = judged.outcome, judged.question
        if (outcome.answer is None and not outcome.error) or not _tells(question):
            return None
        if outcome.error:
            return False
        if question.answerable is False:
            return outcome.refused
        if outcome.refused:
            return False
        wanted = [
            judged.values[name]
            for name in ("answer_contains", "outlet_accuracy", "speaker_accuracy")
            if name in judged.values
        ]
        if wanted:
            return all(wanted)
        if question.quotes or question.articles or question.grades:
            right = citations.cites_gold(question, judged.used, self._evidence)
            if not right:
                judged.faults.append(Fault(Failure.WRONG_ARTICLE, "cites nothing of what holds the answer"))
            return right
        return True


def _tells(question: GoldQuestion) -> bool:
    """Return whether the gold says what a right answer is."""
    gold = (question.answers, question.outlets, question.speakers, question.quotes, question.articles, question.grades)
    return question.answerable is not None or any(gold)


def _abstention(outcome: Outcome) -> tuple[bool, bool] | None:
    """Return (refused, unanswerable); an error is no refusal: nothing was decided."""
    if outcome.question.answerable is None or (outcome.answer is None and not outcome.error):
        return None
    return outcome.refused and not outcome.error, not outcome.question.answerable


def _used(answer: Answer) -> Sequence[Citation]:
    """Return the citations that the sentences of an answer rest on, in the order in which they are first used."""
    used: list[Citation] = []
    for _, cited in citations.statements(answer):
        used += [citation for citation in cited if not any(citation is other for other in used)]
    return used
