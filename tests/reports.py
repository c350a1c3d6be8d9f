"""A report made by hand, with something of everything that a report can hold; invented throughout."""

from __future__ import annotations

from dataclasses import replace

from rag.answers import Answer, AnswerSentence, Citation, Finding, Missing, Verdict
from rag.evaluation.gold import GoldQuestion
from rag.evaluation.outcomes import Failure, Fault, Metric, QuestionResult, Seen
from rag.evaluation.report import About, Change, Confusion, OutletShare, Report, RiskPoint

OUTLETS = ("Kestrel Courier", "Harbour Digest", "Nordmark Tageblatt", "El Faro de Levante")
TEXT = (
    "Opinions on the Lorn bridge differ. The council knew of the cracks in May and did nothing until a lorry "
    "driver complained. The repair will cost 14 million crowns, the mayor said on Tuesday."
)
QUOTE = "The council knew of the cracks in May"


def metric(value: float, spread: float = 0.1, n: int = 40) -> Metric:
    return Metric(value, max(0.0, value - spread), min(1.0, value + spread), n)


def metrics(shift: float = 0.0) -> dict[str, Metric]:
    shares = {
        "recall@8": 0.86,
        "recall@10": 0.9,
        "strict_recall@10": 0.78,
        "strict_outlets@10": 0.84,
        "hit@1": 0.61,
        "hit@4": 0.82,
        "hit@10": 0.92,
        "mrr@10": 0.74,
        "map@10": 0.7,
        "ndcg@10": 0.76,
        "correct": 0.58,
        "answer_f1": 0.31,
        "answer_contains": 0.64,
        "follow_up_accuracy": 0.6,
        "outlet_accuracy": 0.77,
        "nested_outlet_accuracy": 0.7,
        "carrier_leak": 0.08,
        "misattribution": 0.02,
        "citation_recall": 0.97,
        "citation_precision": 0.93,
        "evidence_recall": 0.55,
        "quote_verbatim": 1.0,
        "abstention_precision": 0.5,
        "abstention_recall": 0.42,
        "abstention_f1": 0.46,
        "aurc": 0.29,
    }
    return {name: metric(min(1.0, max(0.0, value + shift))) for name, value in shares.items()}


def citation(number: int, outlet: str | None, text: str = TEXT, quote: str = QUOTE, via: str | None = None) -> Citation:
    start = text.find(quote)
    return Citation(
        number=number,
        outlet=outlet,
        outlet_basis="quoted" if via else "given",
        via=via,
        speaker="Ada Nowak" if via else None,
        title="Voices on the Lorn bridge",
        url=None,
        published="2024-03-02",
        article_id=f"article-{number}",
        quote=quote,
        start=start,
        end=start + len(quote),
        verdict=Verdict.VERBATIM,
    )


def answer(question: str, *, said: str = QUOTE + ".", refused: bool = False, confidence: float = 0.7) -> Answer:
    cited = (citation(1, OUTLETS[0], via=OUTLETS[1]), citation(2, OUTLETS[2]))
    sentences = () if refused else (AnswerSentence(said, (1, 2)),)
    return Answer(
        question=question,
        standalone_question=question,
        status="no_evidence" if refused else "answered",
        text="The articles do not say." if refused else said + " [1][2]",
        sentences=sentences,
        citations=cited,
        findings=() if refused else (Finding("altered", "in June", "the article has May"),),
        missing=Missing((), "The articles do not say.") if refused else Missing(),
        confidence=confidence,
    )


def seen(gold: bool, rank: int, text: str = TEXT) -> Seen:
    outlet = OUTLETS[rank % len(OUTLETS)]
    return Seen(
        f"article-{rank}", "Voices on the Lorn bridge", outlet, "2024-03-02", text, 0, len(text), 0.9 / (rank + 1), gold
    )


def result(number: int, *faults: Fault, tag: str = "press-review", refused: bool = False) -> QuestionResult:
    gold = GoldQuestion(
        question=f"What does Kestrel Courier say about the cracks, number {number}?",
        id=f"q-{number}",
        answers=("May", "in spring"),
        outlets=(OUTLETS[0],),
        articles=("Voices on the Lorn bridge",),
        quotes=(QUOTE,),
        answerable=True,
        history=(("Is the Lorn bridge open?", "It has been shut for a week."),) if number % 3 == 0 else (),
        tags=(tag,),
    )
    error = "expected a language model at 127.0.0.1, got none" if any(f.kind is Failure.ERROR for f in faults) else ""
    return QuestionResult(
        question=gold,
        answer=None if error else answer(gold.question, refused=refused),
        seen=tuple(seen(rank == 1, rank) for rank in range(4)),
        seconds=0.05 + 0.013 * (number % 7) ** 2,
        error=error,
        values={"recall@10": 1.0, "outlet_accuracy": float(not faults)},
        correct=not faults,
        cited=(OUTLETS[0], OUTLETS[2]),
        faults=faults,
    )


FAULTS = (
    (Fault(Failure.WRONG_OUTLET, "cites Harbour Digest instead of Kestrel Courier"),),
    (Fault(Failure.CARRIER, "cites the carrier Harbour Digest"), Fault(Failure.WRONG_WORDS, "says none of: May")),
    (Fault(Failure.REFUSED, "refused, although the articles answer it"),),
    (Fault(Failure.NOT_FOUND, "no passage with the gold among the first 10"),),
    (Fault(Failure.ERROR, "expected a language model at 127.0.0.1, got none"),),
)


def make_report(questions: int = 12, *, against: bool = True) -> Report:
    """Return a report of `questions` questions; every other one failed, the kinds of failure taking turns."""
    results = tuple(
        result(
            number,
            *(FAULTS[number // 2 % len(FAULTS)] if number % 2 == 0 else ()),
            tag=("press-review", "comparison", "running-story")[number % 3],
            refused=number // 2 % len(FAULTS) == 2,
        )
        for number in range(questions)
    )
    own = metrics() | {
        "latency_p50_ms": Metric(212.4, 180.0, 260.0, questions),
        "latency_p95_ms": Metric(640.0, 500.0, 910.0, questions),
    }
    names = ("majority_answer", "question_only", "random_passage", "bm25_only", "dense_only", "always_answer")
    baselines = {name: metrics(-0.62 + 0.12 * place) for place, name in enumerate(names)}
    baselines["always_abstain"] = {"abstention_recall": metric(1.0), "correct": metric(0.25)}
    change = Change(Metric(0.12, 0.03, 0.21, questions), 0.004, 0.02, ("q-1", "q-3"), ("q-2",))
    worse = Change(Metric(0.01, -0.03, 0.05, questions), 0.4, 0.8, (), ("q-4",))
    return Report(
        about=About(
            "questions.jsonl",
            "ab" * 32,
            38,
            410,
            "all-MiniLM-L6-v2",
            "extractive",
            "gate",
            7,
            1,
            False,
            "0.1.0",
            "2024-05-31",
        ),
        metrics=own,
        baselines=baselines,
        tags={tag: {"correct": metric(0.5), "recall@10": metric(0.8)} for tag in ("comparison", "press-review")},
        outlets=tuple(
            OutletShare(name, 12 - place, 9 - place, 8, 0.3 - 0.05 * place, metric(0.2, 0.06), place == 0)
            for place, name in enumerate(OUTLETS)
        ),
        confusion=Confusion(
            OUTLETS[:3], (*OUTLETS, "unknown", "nobody"), ((9, 2, 0, 0, 1, 0), (0, 7, 1, 0, 0, 0), (0, 0, 5, 1, 0, 2))
        ),
        risk_coverage=tuple(RiskPoint(1 - step / 10, step / 10, 0.1 + 0.035 * step, step) for step in range(1, 11)),
        results=results,
        warnings=("line 7: the collection has no outlet 'Evening Post'",),
        seconds=12.3,
        against={"answer_contains": change, "carrier_leak": worse} if against else None,
    )


def hostile(report: Report, payload: str) -> Report:
    """Return the report with `payload` wherever somebody else's text can stand."""
    first = report.results[0]
    gold = replace(
        first.question,
        question=payload,
        id=payload,
        answers=(payload,),
        outlets=(payload,),
        articles=(payload,),
        quotes=(payload,),
        history=((payload, payload),),
        tags=(payload,),
    )
    given = replace(
        citation(1, payload, payload, payload, via=payload),
        title=payload,
        speaker=payload,
        published=payload,
        url=payload,
    )
    said = Answer(
        payload,
        payload,
        "answered",
        payload,
        (AnswerSentence(payload, (1,)),),
        (given,),
        (Finding("altered", payload, payload),),
        Missing((payload,), payload),
        answered_by=payload,
    )
    passage = Seen(payload, payload, payload, payload, payload, 0, len(payload), 0.5, True)
    bad = replace(
        first, question=gold, answer=said, seen=(passage,), error=payload, faults=(Fault(Failure.WRONG_WORDS, payload),)
    )
    share = replace(report.outlets[0], outlet=payload, less_than_its_share=True)
    return replace(
        report,
        about=replace(report.about, name=payload, answered_by=payload, judge=payload, encoder=payload),
        results=(bad, *report.results[1:]),
        tags={payload: {"correct": metric(0.5)}},
        outlets=(share,),
        confusion=Confusion((payload,), (payload, "unknown", "nobody"), ((1, 0, 2),)),
        warnings=(payload,),
    )
