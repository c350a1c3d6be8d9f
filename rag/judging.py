"""What counts: which hits hold the gold, which outlets are right, which quotes stand in their article.

Takes what was answered and found for one question and returns its scores, each 0 to 1, leaving out
every score that the question's gold cannot measure. The means, shares and intervals over a whole
set are `rag.metrics`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass

from documents.articles import Article
from documents.cleaning import clean
from documents.outlets import OutletRegistry
from index.store import Store, StoredPassage
from rag import metrics
from rag.answers import Answer, Citation
from rag.question_sets import GoldQuestion

PRESS_REVIEW = "press-review"
"""The tag of questions whose answer a carrier quoted from the outlet that must be cited."""

DEPTH = 10
"""How many hits are looked at."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one question: the answer, the first ten passages found, and the seconds it took."""

    question: GoldQuestion
    answer: Answer
    found: tuple[StoredPassage, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class Scores:
    """One question's scores.

    Attributes:
        values: Metric name to score; a metric that this question cannot measure is absent.
        verbatim: For each citation, whether its quote is exactly the article's characters.
        abstention: (refused, unanswerable), or None when nobody said whether there is an answer.
        reasons: What went wrong, in plain words; empty when nothing did.
    """

    values: dict[str, float]
    verbatim: tuple[bool, ...]
    abstention: tuple[bool, bool] | None
    reasons: tuple[str, ...]


class Judge:
    """Scores outcomes against one collection's articles."""

    def __init__(self, store: Store, registry: OutletRegistry) -> None:
        self._store = store
        self._registry = registry
        self._articles: dict[str, Article | None] = {}
        self._names: dict[str, set[str]] | None = None

    def score(self, outcome: Outcome) -> Scores:
        """Return the scores of one outcome."""
        question, answer = outcome.question, outcome.answer
        refused = answer.status == "no_evidence"
        used = _used(answer)
        values: dict[str, float] = {}
        reasons: list[str] = []
        if question.answerable is not False:
            values |= self._retrieval(outcome, reasons)
            values |= _contains(question, answer, reasons)
            values |= self._outlets(question, used, refused, reasons)
            values |= self._citations(question, used)
        if question.answerable is True and refused:
            reasons.append("refused, although the articles answer it")
        if question.answerable is False and not refused:
            reasons.append("answered, although no article does")
        verbatim = tuple(self._is_verbatim(citation) for citation in answer.citations)
        if not all(verbatim):
            reasons.append("a quote is not the article's characters")
        abstention = None if question.answerable is None else (refused, not question.answerable)
        return Scores(values, verbatim, abstention, tuple(reasons))

    def _retrieval(self, outcome: Outcome, reasons: list[str]) -> dict[str, float]:
        gold = self._gold(outcome.question, reasons)
        if not gold:
            return {}
        found = [
            frozenset(n for n, item in enumerate(gold) if self._holds(item, stored)) for stored in outcome.found[:DEPTH]
        ]
        if not metrics.hit_at(found, DEPTH):
            reasons.append(f"no passage with the gold among the first {DEPTH}")
        return {
            "recall@8": metrics.recall_at(found, len(gold), 8),
            "strict_recall@8": metrics.strict_recall_at(found, len(gold), 8),
            "hit@4": metrics.hit_at(found, 4),
            "hit@10": metrics.hit_at(found, 10),
            "mrr@10": metrics.reciprocal_rank(found, 10),
        }

    def _outlets(
        self, question: GoldQuestion, used: Sequence[Citation], refused: bool, reasons: list[str]
    ) -> dict[str, float]:
        """Score who is cited: the first citation is of a wanted outlet, and every wanted one is cited."""
        if not question.outlets:
            return {}
        wanted = {self._registry.canonical(name) for name in question.outlets}
        cited = [None if c.outlet is None else self._registry.canonical(c.outlet) for c in used]
        right = bool(cited) and cited[0] in wanted and wanted <= set(cited)
        values = {"outlet_accuracy": float(right)}
        if not refused and not right:
            names = ", ".join(name or "an unknown outlet" for name in dict.fromkeys(cited)) or "nobody"
            reasons.append(f"cites {names} instead of {', '.join(sorted(wanted))}")
        if PRESS_REVIEW in question.tags:
            values["nested_outlet_accuracy"] = float(right)
            if used:
                values["carrier_leak"] = float(any(self._is_carrier(citation, wanted) for citation in used))
        return values

    def _citations(self, question: GoldQuestion, used: Sequence[Citation]) -> dict[str, float]:
        quotes = set(question.quotes)
        if not quotes:
            return {}
        held = [{quote for quote in quotes if self._overlaps(quote, c.article_id, c.start, c.end)} for c in used]
        values = {"citation_recall": len(set().union(*held)) / len(quotes)}
        if used:
            values["citation_precision"] = sum(map(bool, held)) / len(used)
        return values

    def _gold(self, question: GoldQuestion, reasons: list[str]) -> list[str | Set[str]]:
        """Return the gold items: quotes as text where the set gives any, else articles as sets of ids."""
        if question.quotes:
            return list(dict.fromkeys(question.quotes))
        gold: list[str | Set[str]] = []
        for name in question.articles:
            ids = self._ids(name)
            if not ids:
                reasons.append(f"the collection has no article {name!r}")
            gold.append(ids)
        return gold

    def _ids(self, name: str) -> set[str]:
        if self._names is None:
            self._names = {}
            for article in self._store.articles():
                for key in (article.id, article.url, article.title):
                    if key:
                        self._names.setdefault(_loose(key), set()).add(article.id)
        return self._names.get(_loose(name), set())

    def _holds(self, item: str | Set[str], stored: StoredPassage) -> bool:
        passage = stored.passage
        if isinstance(item, str):
            return self._overlaps(item, passage.article_id, passage.start, passage.end)
        return passage.article_id in item

    def _overlaps(self, quote: str, article_id: str, start: int, end: int) -> bool:
        article = self._article(article_id)
        return article is not None and any(s < end and start < e for s, e in locate(quote, article.text))

    def _is_verbatim(self, citation: Citation) -> bool:
        article = self._article(citation.article_id)
        return article is not None and article.text[citation.start : citation.end] == citation.quote != ""

    def _is_carrier(self, citation: Citation, wanted: Set[str]) -> bool:
        article = self._article(citation.article_id)
        if article is None or article.outlet is None or citation.outlet is None:
            return False
        carrier = self._registry.canonical(article.outlet)
        return self._registry.canonical(citation.outlet) == carrier and carrier not in wanted

    def _article(self, article_id: str) -> Article | None:
        if article_id not in self._articles:
            self._articles[article_id] = self._store.article(article_id)
        return self._articles[article_id]


def locate(quote: str, text: str) -> list[tuple[int, int]]:
    """Return where `quote` stands in `text`, as (start, end) pairs; white space may differ, nothing else."""
    words = clean(quote).split()
    if not words:
        return []
    return [match.span() for match in re.finditer(r"\s+".join(map(re.escape, words)), text)]


def _contains(question: GoldQuestion, answer: Answer, reasons: list[str]) -> dict[str, float]:
    if not question.answers:
        return {}
    # the sentences, not the text: a marker such as [1] is no part of what is said
    said = " ".join(sentence.text for sentence in answer.sentences)
    right = answer.status == "answered" and metrics.contains_any(said, question.answers)
    if answer.status == "answered" and not right:
        reasons.append("the answer says none of the expected")
    return {"answer_contains": float(right)}


def _used(answer: Answer) -> list[Citation]:
    """Return the citations that an answer's sentences rest on, in the order in which they are first used."""
    if answer.status == "no_evidence":
        return []
    numbers = dict.fromkeys(number for sentence in answer.sentences for number in sentence.citations)
    return [citation for number in numbers if (citation := answer.citation(number)) is not None]


def _loose(name: str) -> str:
    return " ".join(name.casefold().split())
