"""Systems that deserve bad scores get them, on the metric that should catch each; one that knows the gold gets full."""

from __future__ import annotations

import contextlib
import json
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from fakes import SAMPLES, HashEncoder

from documents.outlets.registry import OutletRegistry
from documents.reading import ReadOptions
from index.building import ingest
from index.store import Store, StoredPassage
from rag.answers import Answer, AnswerSentence, Citation, Verdict
from rag.citations import cite
from rag.evaluation import abstaining, metrics
from rag.evaluation.evidence import Evidence
from rag.evaluation.gold import GoldQuestion
from rag.evaluation.judging import Judge
from rag.evaluation.outcomes import Failure, Found, Outcome, Scores
from rag.support import Support

ANSWERABLE = (
    "toll-first-morning",
    "toll-tuesday",
    "toll-final",
    "salvage-final",
    "mate-now",
    "captain-licence",
    "sister-ships",
    "speed-accounts",
    "canal-volume",
    "canal-threat",
    "isarra-village",
    "review-outcome",
    "review-pohjanranta",
    "review-bread",
    "review-treaty",
    "follow-salvage",
)
UNANSWERABLE = ("absent-guardian", "fact-ship-length", "fact-weather", "false-prison", "false-abolish")
PRESS_REVIEWS = tuple(name for name in ANSWERABLE if name.startswith("review-"))

System = Callable[[GoldQuestion], Answer]


@dataclass
class World:
    """The sample collection, its question set, and what an all-knowing system would cite."""

    store: Store
    registry: OutletRegistry
    questions: dict[str, GoldQuestion]
    passages: list[StoredPassage]

    def __post_init__(self) -> None:
        self.evidence = Evidence(self.store, self.registry)
        self.judge = Judge(self.store, self.registry)

    def holders(self, question: GoldQuestion) -> list[tuple[str, StoredPassage]]:
        """Return each gold quote with a passage that holds all of it, of an outlet that must be cited."""
        wanted = {self.registry.canonical(name) for name in question.outlets}
        found = []
        for quote in question.quotes:
            found += [
                (quote, stored)
                for stored in self.passages
                if quote in stored.passage.text and (not wanted or stored.passage.attribution.outlet in wanted)
            ][:1]
        assert len(found) == len(question.quotes), question.id
        return found

    def cite(self, number: int, quote: str, stored: StoredPassage) -> Citation:
        start = stored.passage.start + stored.passage.text.index(quote)
        return citation_of(stored, number, start, start + len(quote))

    def score(self, system: System, names: Sequence[str] = (*ANSWERABLE, *UNANSWERABLE)) -> list[Scores]:
        return [self.judge.score(Outcome(q, system(q), None, 0.1)) for q in (self.questions[name] for name in names)]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    home: Path = tmp_path_factory.mktemp("adversaries") / "home"
    sources = [SAMPLES / name for name in ("archive", "pages", "newsfeed.jsonl", "business.csv")]
    ingest(home, sources, options=ReadOptions(), encoder=HashEncoder())
    lines = (SAMPLES / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    questions = {q.id: q for q in (GoldQuestion.from_dict(json.loads(line)) for line in lines if line.strip())}
    with contextlib.closing(Store.open(home)) as store:
        passages = [stored for batch in store.iter_passages() for stored in batch]
        yield World(store, OutletRegistry.load(store.outlet_names()), questions, passages)


def citation_of(stored: StoredPassage, number: int, start: int, end: int) -> Citation:
    return cite(Support(stored, start, end, Verdict.VERBATIM), number)


def said(question: GoldQuestion, *sentences: tuple[str, Sequence[Citation]]) -> Answer:
    parts = tuple(AnswerSentence(text, tuple(c.number for c in cited)) for text, cited in sentences)
    citations = tuple(c for _, cited in sentences for c in cited)
    return Answer(question.question, question.question, "answered", " ".join(p.marked for p in parts), parts, citations)


def refusal(question: GoldQuestion) -> Answer:
    return Answer(question.question, question.question, "no_evidence", "The articles do not say.", (), ())


def oracle(world: World) -> System:
    def answer(question: GoldQuestion) -> Answer:
        if not question.answerable:
            return refusal(question)
        cited = [(quote, world.cite(n, quote, p)) for n, (quote, p) in enumerate(world.holders(question), 1)]
        speaker = question.speakers[0] if question.speakers else None
        led = ((f"{c.outlet} writes: {quote}" if c.outlet else quote, c) for quote, c in cited)
        return said(question, *((text, [replace(c, speaker=c.speaker or speaker)]) for text, c in led))

    return answer


def means(scores: Sequence[Scores]) -> dict[str, float]:
    names = {name for s in scores for name in s.values}
    values = {name: [s.values[name] for s in scores if name in s.values] for name in names}
    return {name: sum(found) / len(found) for name, found in values.items()}


def abstention(scores: Sequence[Scores]) -> tuple[float | None, float | None]:
    pairs = [s.abstention for s in scores if s.abstention is not None]
    measured = (abstaining.abstention_precision(pairs), abstaining.abstention_recall(pairs))
    precision, recall = (m.value if m else None for m in measured)
    return precision, recall


def kinds(scores: Sequence[Scores]) -> set[Failure]:
    return {fault.kind for s in scores for fault in s.faults}


def test_an_oracle_scores_full_everywhere(world: World) -> None:
    answer = oracle(world)
    scores = []
    for name in (*ANSWERABLE, *UNANSWERABLE):
        question = world.questions[name]
        found = tuple(Found((stored,)) for _, stored in world.holders(question)) if question.answerable else ()
        scores.append(world.judge.score(Outcome(question, answer(question), found, 0.1)))
    values = means(scores)
    for name in ("answer_exact", "answer_f1"):  # it answers in whole quotes
        values.pop(name)
    assert values.pop("misattribution") == values.pop("carrier_leak") == 0
    assert {name: value for name, value in values.items() if value < 1} == {}
    assert {"recall@10", "map@10", "ndcg@10", "nested_outlet_accuracy", "citation_precision"} <= set(values)
    assert [fault for s in scores for fault in s.faults] == []
    assert all(s.correct for s in scores) and abstention(scores) == (1.0, 1.0)


def test_one_that_always_says_yes(world: World) -> None:
    scores = world.score(lambda question: said(question, ("Yes.", ())))
    values = means(scores)
    for name in ("answer_exact", "answer_f1", "answer_contains", "outlet_accuracy", "nested_outlet_accuracy"):
        assert values[name] == 0
    assert values["citation_recall"] == values["citation_precision"] == values["evidence_recall"] == 0
    assert not any(s.correct for s in scores) and abstention(scores) == (None, 0.0)
    assert "misattribution" not in values and "quote_verbatim" not in values  # it cites nobody
    assert kinds(scores) == {Failure.WRONG_WORDS, Failure.ANSWERED, Failure.UNSUPPORTED}


def test_one_that_names_a_random_outlet_for_the_right_words(world: World) -> None:
    right, drawn = oracle(world), random.Random(3)
    outlets = world.store.outlet_names()

    def answer(question: GoldQuestion) -> Answer:
        given = right(question)
        taken = {c.outlet for c in given.citations} | set(question.outlets)
        labelled = tuple(replace(c, outlet=drawn.choice(sorted(set(outlets) - taken))) for c in given.citations)
        return replace(given, citations=labelled)

    scores = world.score(answer)
    values = means(scores)
    assert values["outlet_accuracy"] == values["nested_outlet_accuracy"] == 0 and values["misattribution"] == 1
    assert values["citation_recall"] == values["citation_precision"] == 0
    assert (
        values["answer_contains"] == values["evidence_recall"] == values["quote_verbatim"] == 1
    )  # nothing else is wrong
    assert not any(s.correct for s, name in zip(scores, ANSWERABLE, strict=False) if world.questions[name].outlets)
    assert {Failure.MISATTRIBUTED, Failure.WRONG_OUTLET} <= kinds(scores)


def test_one_that_cites_a_random_passage_for_the_right_words(world: World) -> None:
    right, drawn = oracle(world), random.Random(5)

    def answer(question: GoldQuestion) -> Answer:
        given = right(question)
        gold = {c.article_id for c in given.citations}
        others = [p for p in world.passages if p.passage.article_id not in gold and len(p.passage.text) > 60]
        cited = (drawn.choice(others) for _ in given.citations)
        citations = (citation_of(p, n, p.passage.start, p.passage.end) for n, p in enumerate(cited, 1))
        return replace(given, citations=tuple(citations))

    values = means(world.score(answer))
    assert values["citation_recall"] == values["citation_precision"] == 0
    assert values["evidence_recall"] <= 0.1 and values["evidence_precision"] <= 0.1  # a copy may stand elsewhere
    assert values["answer_contains"] == values["quote_verbatim"] == 1 and values["misattribution"] == 0


def test_one_that_quotes_correctly_from_the_wrong_outlet(world: World) -> None:
    def answer(question: GoldQuestion) -> Answer:
        wanted = {world.registry.canonical(name) for name in question.outlets}
        stored = next(
            p
            for p in world.passages
            if p.passage.attribution.outlet not in {None, *wanted}
            and 60 < len(p.passage.text.strip()) < 300
            and not any(world.evidence.spans(quote, p.passage.article_id) for quote in question.quotes)
        )
        quote = stored.passage.text.strip()
        return said(question, (quote, [world.cite(1, quote, stored)]))

    names = [name for name in ANSWERABLE if world.questions[name].outlets]
    scores = world.score(answer, names)
    values = means(scores)
    assert values["outlet_accuracy"] == values["answer_contains"] == values["evidence_recall"] == 0
    assert values["evidence_precision"] == 0
    assert values["citation_recall"] == values["quote_verbatim"] == 1 and values["misattribution"] == 0
    assert not any(s.correct for s in scores) and Failure.WRONG_OUTLET in kinds(scores)


def test_one_that_cites_the_carrier_of_a_press_review(world: World) -> None:
    right = oracle(world)

    def answer(question: GoldQuestion) -> Answer:
        given = right(question)
        return replace(given, citations=tuple(replace(c, outlet=c.via, via=None) for c in given.citations))

    scores = world.score(answer, PRESS_REVIEWS)
    values = means(scores)
    assert values["carrier_leak"] == values["misattribution"] == 1
    assert values["nested_outlet_accuracy"] == values["citation_recall"] == 0
    assert Failure.CARRIER in kinds(scores)


def test_one_that_always_abstains(world: World) -> None:
    scores = world.score(refusal)
    values = means(scores)
    share = len(UNANSWERABLE) / (len(UNANSWERABLE) + len(ANSWERABLE))
    assert abstention(scores) == (pytest.approx(share), 1.0)
    for name in ("answer_exact", "answer_f1", "answer_contains", "outlet_accuracy", "evidence_recall"):
        assert values[name] == 0
    assert [s.correct for s in scores] == [False] * len(ANSWERABLE) + [True] * len(UNANSWERABLE)
    assert "citation_recall" not in values and "misattribution" not in values  # it says nothing that could be wrong
    assert kinds(scores) == {Failure.REFUSED}


def test_one_that_pads_its_citations(world: World) -> None:
    right = oracle(world)

    def answer(question: GoldQuestion) -> Answer:
        given = right(question)
        gold = {c.article_id for c in given.citations}
        idle = [p for p in world.passages if p.passage.article_id not in gold and p.passage.attribution.outlet][:2]
        padding = [citation_of(p, 90 + n, p.passage.start, p.passage.end) for n, p in enumerate(idle)]
        sentences = tuple(replace(s, citations=(*s.citations, 90, 91)) for s in given.sentences)
        return replace(given, sentences=sentences, citations=(*given.citations, *padding))

    scores = world.score(answer, [name for name in ANSWERABLE if len(world.questions[name].quotes) == 1])
    values = means(scores)
    assert values["citation_recall"] == values["evidence_recall"] == values["answer_contains"] == 1
    assert values["citation_precision"] == pytest.approx(1 / 3)
    assert values["evidence_precision"] == pytest.approx(1 / 3, abs=0.05)


def test_one_that_invents_quotes(world: World) -> None:
    right = oracle(world)

    def answer(question: GoldQuestion) -> Answer:
        given = right(question)
        invented = "Everybody at the ministry danced on the tables until the lamps went out."
        citations = tuple(replace(c, quote=invented, end=c.start + len(invented)) for c in given.citations)
        return replace(given, citations=citations)

    scores = world.score(answer, ANSWERABLE)
    values = means(scores)
    assert values["quote_verbatim"] == values["citation_recall"] == values["evidence_recall"] == 0
    assert values["misattribution"] == 1  # nobody has said these words
    assert {Failure.NOT_VERBATIM, Failure.UNSUPPORTED, Failure.MISATTRIBUTED} <= kinds(scores)


def test_one_that_changes_a_number(world: World) -> None:
    right = oracle(world)

    def answer(question: GoldQuestion) -> Answer:
        given = right(question)
        changed = (replace(s, text=re.sub(r"\d+", lambda m: str(int(m[0]) + 70), s.text)) for s in given.sentences)
        return replace(given, sentences=tuple(changed))

    names = [
        name
        for name in ANSWERABLE
        if world.questions[name].quotes and all(re.search(r"\d", quote) for quote in world.questions[name].quotes)
    ]
    scores = world.score(answer, names)
    values = means(scores)
    assert len(names) >= 5
    assert values["citation_recall"] == values["citation_precision"] == 0
    assert values["quote_verbatim"] == 1 and values["misattribution"] == 0  # the citations are the right ones
    figures = [
        s for s, n in zip(scores, names, strict=True) if all(re.search(r"\d", a) for a in world.questions[n].answers)
    ]
    assert figures and not any(s.correct for s in figures) and Failure.UNSUPPORTED in kinds(scores)


def test_intervals_say_how_sure_a_perfect_score_is(world: World) -> None:
    scores = world.score(oracle(world), ANSWERABLE)
    sure = metrics.mean([s.values["citation_recall"] for s in scores])
    assert sure is not None and (sure.value, sure.high, sure.n) == (1.0, 1.0, len(ANSWERABLE)) and sure.low < 0.9
