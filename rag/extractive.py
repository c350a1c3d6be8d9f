"""The answer without a language model: the sentences that answer, verbatim, each introduced by its outlet.

Chooses and words; ranking is `rag.scoring`, the last check before anything is shown is `rag.gate`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from index.words import index_words
from rag.answers import AnswerSentence, Citation, Verdict
from rag.citations import cite
from rag.questions import Kind, Question
from rag.scoring import Candidate
from rag.support import Support

MIN_CONFIDENCE = 0.05
"""Probability that the best sentence answers, below which the answer is that the articles do not say.

Chosen on the questions in `tests/data/dev`, whose wording shares far fewer words with the articles than that of the
questions the model was fitted on, so that right answers get low probabilities there.
"""

ASKED_CONFIDENCE = 0.01
"""The same where the question asks what one outlet says: what it does say is better than nothing."""

KEEP_SHARE = 0.4
"""A further sentence is given when its confidence is at least this share of the best one's."""

MAX_FACT_SENTENCES = 3
"""A question of fact never needs more sentences than this, whatever the setting."""

SAME_WORDS = 0.8
"""Two sentences that share at least this share of their words (Jaccard) say the same."""

ANSWERED_BY = "extractive"
"""What `Answer.answered_by` says of an answer made here."""

UNKNOWN_OUTLET = "an article that states no outlet"


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer before the gate: its sentences and the citations that they number."""

    sentences: tuple[AnswerSentence, ...]
    citations: tuple[Citation, ...]


def confidence(ranked: Sequence[Candidate]) -> float:
    """Return the probability that one of the sentences first in `ranked` answers; 0 when there are none."""
    return max((c.confidence for c in ranked[:3]), default=0.0)


def choose(question: Question, ranked: Sequence[Candidate], limit: int) -> list[list[Candidate]]:
    """Return the sentences to give, best first, each as a group of one or more copies from different articles.

    Empty when the articles do not say. With asked outlets only their own words are chosen.

    Args:
        question: The question, understood.
        ranked: Candidates, best first.
        limit: Most groups to return.
    """
    if question.outlets:
        share = max(1, limit // len(question.outlets))
        chosen: list[list[Candidate]] = []
        for outlet in question.outlets:
            own = [c for c in ranked if c.hit.passage.passage.attribution.outlet == outlet]
            groups = _view(own, share) if question.kind is Kind.VIEW else _facts(own, share, ASKED_CONFIDENCE)
            chosen.extend(sorted(groups, key=lambda g: (g[0].hit.passage.passage.article_id, g[0].start)))
        return chosen[:limit]
    return _facts(ranked, limit, MIN_CONFIDENCE)


def _view(ranked: Sequence[Candidate], limit: int) -> list[list[Candidate]]:
    """Return the outlet's own argument: the first sentences of its best passages' article, in article order."""
    if not ranked:
        return []
    article = ranked[0].hit.passage.passage.article_id
    own = sorted((c for c in ranked if c.hit.passage.passage.article_id == article), key=lambda c: c.start)
    return [[c] for c in own[: min(limit, MAX_FACT_SENTENCES)]]


def _facts(ranked: Sequence[Candidate], limit: int, least: float) -> list[list[Candidate]]:
    if confidence(ranked) < least:
        return []
    enough = max(least, KEEP_SHARE * ranked[0].confidence)
    groups: list[list[Candidate]] = []
    for candidate in ranked:
        twin = next((g for g in groups if _same(g[0], candidate)), None)
        if twin is not None:
            # Only an outlet that has these very words is named with them; a near copy is left out.
            if _words(twin[0]) == _words(candidate) and all(_place(c) != _place(candidate) for c in twin):
                twin.append(candidate)
        elif len(groups) < min(limit, MAX_FACT_SENTENCES) and (not groups or candidate.confidence >= enough):
            groups.append([candidate])
    return groups


def _place(candidate: Candidate) -> tuple[str | None, str]:
    passage = candidate.hit.passage.passage
    return passage.attribution.outlet, passage.article_id


def _words(candidate: Candidate) -> list[str]:
    return index_words(candidate.text, None)


def _same(one: Candidate, other: Candidate) -> bool:
    """Whether two sentences say the same in nearly the same words; figures must agree."""
    a, b = set(_words(one)), set(_words(other))
    figures = {w for w in a ^ b if any(ch.isdigit() for ch in w)}
    return not figures and len(a & b) >= SAME_WORDS * len(a | b)


def compose(groups: Sequence[Sequence[Candidate]]) -> Draft:
    """Return the worded answer: one sentence per group, numbered citations in order of appearance."""
    sentences: list[AnswerSentence] = []
    citations: list[Citation] = []
    for group in groups:
        numbered = [_cited(c, number) for number, c in enumerate(group, start=len(citations) + 1)]
        goes_on = len(numbered) == 1 and bool(citations) and _source(citations[-1]) == _source(numbered[0])
        citations.extend(numbered)
        text = _quoted(numbered[0].quote) if goes_on else introduce(numbered)
        sentences.append(AnswerSentence(text, tuple(c.number for c in numbered)))
    return Draft(tuple(sentences), tuple(citations))


def _source(citation: Citation) -> tuple[str, str | None, str | None]:
    return citation.article_id, citation.outlet, citation.speaker


def _cited(candidate: Candidate, number: int) -> Citation:
    """Return the citation of a candidate sentence; its verdict still has to be confirmed by the gate."""
    return cite(Support(candidate.hit.passage, candidate.start, candidate.end, Verdict.VERBATIM), number)


def introduce(citations: Sequence[Citation]) -> str:
    """Return one answer sentence: who says it, then the first citation's words in quotation marks."""
    names: list[str] = []
    for citation in citations:
        name = citation.outlet or UNKNOWN_OUTLET
        if citation.via:
            name += f" (quoted by {citation.via})"
        if name not in names:
            names.append(name)
    who = listed(names)
    if len(names) == 1 and citations[0].speaker:
        who = f"{citations[0].speaker}, in {who}"
    return f"{who[:1].upper()}{who[1:]}: {_quoted(citations[0].quote)}"


def listed(names: Sequence[str]) -> str:
    """Return names as a sentence lists them: "A", "A and B", "A, B and C"."""
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]


def _quoted(quote: str) -> str:
    left, right = ("‘", "’") if any(mark in quote for mark in '“”„«»"') else ("“", "”")
    return f"{left}{quote}{right}"
