"""Whether citations hold: exact characters, sentences carried by what they cite, and the gold's own evidence.

``citation_recall`` and ``citation_precision`` are those of T. Gao et al., "Enabling large language models to
generate text with citations" (2023), known as ALCE. What decides whether citations carry a sentence is
`rag.evaluation.sentence_judges`; who is cited is `rag.evaluation.attribution_scores`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from rag.answers import Answer, Citation
from rag.evaluation.evidence import Evidence, Placed
from rag.evaluation.gold import GoldQuestion
from rag.evaluation.outcomes import Failure, Fault

Carries = Callable[[str, Sequence[Citation]], bool]

_MARKER = re.compile(r"\s*\[(\d{1,6})\]")
_SHOWN = 80
"""Characters of a sentence that a fault repeats."""


def statements(answer: Answer) -> list[tuple[str, tuple[Citation, ...]]]:
    """Return the sentences of an answer, without markers, each with the citations it rests on; none if nothing is said.

    Of a system that lists no sentences, the text is one sentence. Where no sentence names a citation, each rests on
    all there are: such a system does not say which. A number that no citation has stands for nothing.
    """
    if answer.status == "no_evidence":
        return []
    numbered: dict[int, Citation] = {}
    for citation in answer.citations:
        if isinstance(citation.number, int):
            numbered.setdefault(citation.number, citation)
    listed = [(s.text, tuple(n for n in s.citations if isinstance(n, int))) for s in answer.sentences]
    if not listed and answer.text.strip():
        listed = [(answer.text, tuple(int(n) for n in _MARKER.findall(answer.text)))]
    if not any(numbers for _, numbers in listed):
        listed = [(text, tuple(numbered)) for text, _ in listed]
    return [
        (_MARKER.sub("", text).strip(), tuple(numbered[n] for n in dict.fromkeys(numbers) if n in numbered))
        for text, numbers in listed
    ]


def carried_scores(answer: Answer, carries: Carries, faults: list[Fault]) -> dict[str, float]:
    """Return ALCE's citation recall and precision of an answer; nothing when it says nothing.

    Recall = share of sentences that their citations together carry; a sentence without citations is not carried.
    Precision = share of citations, counted once for each sentence, that are precise: the sentence is carried, and
    the citation carries it alone or the others do not carry it without this one. 0 without citations.
    """
    said = statements(answer)
    if not said:
        return {}
    carried = precise = total = 0
    first = ""
    for text, citations in said:
        total += len(citations)
        found = _precise(text, citations, carries)
        carried += found is not None
        precise += found or 0
        first = first or ("" if found is not None else text)
    if carried < len(said):
        clause = "is not carried by what it cites" if total else "cites nothing"
        shown = first if len(first) <= _SHOWN else first[:_SHOWN].rstrip() + "…"
        faults.append(Fault(Failure.UNSUPPORTED, f"a sentence {clause}: {shown}"))
    return {"citation_recall": carried / len(said), "citation_precision": precise / total if total else 0.0}


def _precise(text: str, citations: Sequence[Citation], carries: Carries) -> int | None:
    """Return how many of a sentence's citations are precise; None when they do not carry it together."""
    asked: dict[tuple[int, ...], bool] = {}

    def carry(numbers: Iterable[int]) -> bool:
        chosen = tuple(numbers)
        if chosen not in asked:
            asked[chosen] = bool(chosen) and carries(text, [citations[n] for n in chosen])
        return asked[chosen]

    every = range(len(citations))
    if not carry(every):
        return None
    return sum(carry([n]) or not carry(m for m in every if m != n) for n in every)


def evidence_scores(question: GoldQuestion, used: Sequence[Placed], evidence: Evidence) -> dict[str, float]:
    """Return the share of gold quotes that a citation overlaps, and of citations that overlap one; none, no share."""
    quotes = set(question.quotes)
    if not quotes:
        return {}
    held = [{quote for quote in quotes if _overlaps(placed, quote, evidence)} for placed in used]
    values = {"evidence_recall": len(set().union(*held)) / len(quotes)}
    if used:
        values["evidence_precision"] = sum(map(bool, held)) / len(used)
    return values


def cites_gold(question: GoldQuestion, used: Sequence[Placed], evidence: Evidence) -> bool:
    """Return whether any citation overlaps a gold quote or, where there are none, is of a gold article."""
    if question.quotes:
        return any(_overlaps(placed, quote, evidence) for placed in used for quote in question.quotes)
    names = (*question.articles, *(name for name, grade in question.grades if grade > 0))
    ids = {article_id for name in names for article_id in evidence.named(name)}
    return any(placed.article is not None and placed.article.id in ids for placed in used)


def _overlaps(placed: Placed, quote: str, evidence: Evidence) -> bool:
    return placed.article is not None and evidence.overlaps(quote, placed.article.id, placed.spans)
