"""One question set, asked and scored: from a file and a system to the whole report beside its baselines.

Puts the steps in order: read the set (`question_sets`), ask (`asking`, kept by `journal`), judge (`judging`),
measure (`summary`), compare with what needs no skill (`baselines`). Nothing here is tuned, and nothing is written
but the journal, which goes when the report is complete, and what `Report.save` is told to.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from documents.errors import QuestionSetError, RequestError
from documents.outlets.registry import OutletRegistry
from rag.evaluation.asking import Asker, answering, ask_each, custom, make_ready, retrieving
from rag.evaluation.baselines import baseline_outcomes
from rag.evaluation.breakdown import confusion, outlet_shares
from rag.evaluation.gold import GoldQuestion, QuestionSet
from rag.evaluation.journal import Journal, fingerprint
from rag.evaluation.judging import Judge
from rag.evaluation.metrics import SEED
from rag.evaluation.outcomes import Ask, Outcome, Progress
from rag.evaluation.question_sets import read_questions
from rag.evaluation.report import About, Report
from rag.evaluation.sentence_judges import LLM, GateJudge, sentence_judge
from rag.evaluation.set_checking import check_against
from rag.evaluation.summary import by_tag, latencies, result, risk_curve, spending, summarise
from rag.pipeline import Chatbot
from rag.settings import NO_LLM, Settings

JOURNALS = "evaluations"
"""Folder in the home folder where journals of unfinished evaluations lie."""

CUSTOM = "custom"
"""What `About.answered_by` says of a caller's function."""

_DECIDING = ("store", "index", "encoder", "llm", "llm_timeout_s", "llm_max_tokens", "passages", "sentences")
"""The settings that decide what the answers are."""


@dataclass(frozen=True, slots=True)
class _Run:
    """What is evaluated, with what: the arguments of `evaluate`, made ready.

    `plain_judge` scores the baselines: it never asks a language model, which would cost eight times the calls.
    """

    asked: QuestionSet
    bot: Chatbot
    ask: Ask | None
    judge: Judge
    plain_judge: Judge
    registry: OutletRegistry
    workers: int
    seed: int
    prices: tuple[float, float] | None
    retrieval_only: bool
    warnings: tuple[str, ...]


def evaluate(
    questions: Path | str | QuestionSet | Sequence[GoldQuestion],
    *,
    ask: Ask | None = None,
    settings: Settings | None = None,
    chatbot: Chatbot | None = None,
    judge: str = "gate",
    workers: int = 1,
    seed: int = SEED,
    prices: tuple[float, float] | None = None,
    retrieval_only: bool = False,
    qrels: Path | str | None = None,
    journal: Path | str | None = None,
    progress: Progress | None = None,
) -> Report:
    """Return the report of asking every question of the set once.

    An error of Byline's own kind that a question raises is that question's failure; any other one ends the
    evaluation. An evaluation that was ended goes on where it was when it is started again.

    Args:
        questions: The set, or the path of its file.
        ask: The system to evaluate instead of Byline: takes a question and returns an `Answer` or a dict in its JSON
            form. Earlier turns are passed as ``history`` where its signature has that name. With several workers it
            is called from several threads.
        settings: Which collection and how to answer; the settings in force when None.
        chatbot: Whose settings and opened collection to use; its conversation is left alone.
        judge: What decides whether citations carry a sentence: "gate", "nli:MODEL" or "llm".
        workers: How many questions are asked at once.
        seed: Of everything that is drawn at random.
        prices: What a million tokens cost, (read, written), for the cost of an answer.
        retrieval_only: Search and do not answer.
        qrels: The judgements that belong to a file of TREC topics.
        journal: Where to keep what was done until the report is complete. By default in the home folder; none for a
            system given as `ask`, since nothing tells whether it is still the same.
        progress: Told how many questions are done, of how many.

    Raises:
        QuestionSetError: the set is empty or a line of it does not fit.
        RequestError: arguments that do not fit together, or `ask` returned what is no answer.
        BylineError: the collection or the model cannot be used.
    """
    started = time.perf_counter()
    asked = _question_set(questions, qrels)
    retrieval_only = retrieval_only or asked.retrieval_only
    _check(ask, workers, prices, retrieval_only)
    with ExitStack() as stack:
        bot = chatbot or stack.enter_context(Chatbot(settings))
        store = bot.collection.store
        registry = OutletRegistry.load(store.outlet_names())
        sentences = sentence_judge(judge, bot.settings, store, registry)
        run = _Run(
            asked=asked,
            bot=bot,
            ask=ask,
            judge=Judge(store, registry, sentence_judge=sentences),
            plain_judge=Judge(
                store, registry, sentence_judge=GateJudge(store, registry) if judge.strip() == LLM else sentences
            ),
            registry=registry,
            workers=workers,
            seed=seed,
            prices=prices,
            retrieval_only=retrieval_only,
            warnings=(*asked.warnings, *check_against(asked, store)),
        )
        make_ready(bot.settings, bot.collection)
        kept = stack.enter_context(Journal(_journal_path(run, journal), _mark(run), asked.questions, store))
        outcomes = _outcomes(run, kept, started, progress)
        report = _report(run, outcomes)
        kept.finish()
        seconds = kept.seconds + time.perf_counter() - started
        return replace(report, warnings=(*report.warnings, *kept.notes), seconds=seconds)


def _question_set(
    questions: Path | str | QuestionSet | Sequence[GoldQuestion], qrels: Path | str | None
) -> QuestionSet:
    if isinstance(questions, str | Path):
        return read_questions(Path(questions), qrels=None if qrels is None else Path(qrels))
    if qrels is not None:
        raise RequestError(
            "expected qrels beside a file of TREC topics, got them beside questions that were read already"
        )
    if isinstance(questions, QuestionSet):
        return questions
    given = list(questions)
    for question in given:
        if not isinstance(question, GoldQuestion):
            raise RequestError(f"expected questions as GoldQuestion, got {type(question).__name__} {question!r:.80}")
    if not given:
        raise QuestionSetError("expected at least one question, got none")
    named = [replace(q, id=q.id or f"question {number}") for number, q in enumerate(given, start=1)]
    ids: set[str] = set()
    for question in named:
        if question.id in ids:
            raise QuestionSetError(f"expected an id of its own for each question, got {question.id!r} twice")
        ids.add(question.id)
    return QuestionSet(tuple(named))


def _check(ask: Ask | None, workers: int, prices: tuple[float, float] | None, retrieval_only: bool) -> None:
    if ask is not None and not callable(ask):
        raise RequestError(f"expected ask as a function of a question, got {type(ask).__name__} {ask!r:.80}")
    if ask is not None and retrieval_only:
        raise RequestError("expected a system that answers or retrieval only, got both; leave ask out, it is not asked")
    if workers < 1:
        raise RequestError(f"expected 1 worker or more, got {workers!r}")
    if prices is not None and (len(prices) != 2 or min(prices) < 0):
        raise RequestError(f"expected prices as two numbers of 0 or more, for tokens read and written, got {prices!r}")


def _journal_path(run: _Run, given: Path | str | None) -> Path | None:
    if given is not None:
        return Path(given).expanduser().absolute()
    return run.bot.settings.home / JOURNALS / f"{_mark(run)[:16]}.jsonl" if run.ask is None else None


def _mark(run: _Run) -> str:
    """Return the digest of all that decides what the answers are; neither judge nor seed nor workers do."""
    store, settings = run.bot.collection.store, run.bot.settings
    counts, encoder = store.counts(), store.encoder_identity()
    parts = {
        "set": run.asked.digest,
        "retrieval_only": run.retrieval_only,
        "version": version("byline"),
        "system": None
        if run.ask is None
        else [getattr(run.ask, "__module__", ""), getattr(run.ask, "__qualname__", "")],
        "settings": {name: getattr(settings, name) for name in _DECIDING},
        "collection": [store.place, store.revision(), store.max_seq(), counts.articles, counts.passages],
        "encoder": None if encoder is None else [encoder.name, encoder.dimension, encoder.fingerprint],
    }
    return fingerprint(parts)


def _outcomes(run: _Run, kept: Journal, started: float, progress: Progress | None) -> list[Outcome]:
    """Return what came of each question, in the set's order, whatever was asked when and in which run."""
    done = dict(kept.outcomes)
    waiting = [question for question in run.asked.questions if question.id not in done]
    total, before = len(run.asked.questions), kept.seconds
    if progress and done:
        progress(len(done), total)

    def keep(outcome: Outcome) -> None:
        kept.add(outcome, before + time.perf_counter() - started)

    for outcome in ask_each(waiting, _asker(run), run.workers, keep):
        done[outcome.question.id] = outcome
        if progress:
            progress(len(done), total)
    return [done[question.id] for question in run.asked.questions]


def _asker(run: _Run) -> Callable[[], Asker]:
    if run.ask is not None:
        return custom(run.ask)
    return (retrieving if run.retrieval_only else answering)(run.bot.settings, run.bot.collection)


def _report(run: _Run, outcomes: Sequence[Outcome]) -> Report:
    scores = [run.judge.score(outcome) for outcome in outcomes]
    trivial = baseline_outcomes(
        outcomes, run.bot.collection, run.registry, seed=run.seed, retrieval_only=run.retrieval_only
    )
    results = tuple(result(outcome, score) for outcome, score in zip(outcomes, scores, strict=True))
    return Report(
        about=_about(run),
        metrics=summarise(outcomes, scores, seed=run.seed)
        | latencies(outcomes, seed=run.seed)
        | spending(outcomes, run.prices, seed=run.seed),
        baselines={
            name: summarise(made, [run.plain_judge.score(one) for one in made], seed=run.seed)
            for name, made in trivial.items()
        },
        tags=by_tag(outcomes, scores, seed=run.seed),
        outlets=outlet_shares(results),
        confusion=confusion(results),
        risk_coverage=risk_curve(outcomes, scores),
        results=results,
        warnings=(*run.warnings, *run.judge.warnings, *_notes(run)),
        seconds=0.0,
    )


def _notes(run: _Run) -> list[str]:
    if run.plain_judge.name == run.judge.name:
        return []
    return [f"The baselines' citations were judged by {run.plain_judge.name}, the answers' by {run.judge.name}."]


def _about(run: _Run) -> About:
    store, settings = run.bot.collection.store, run.bot.settings
    counts, encoder = store.counts(), store.encoder_identity()
    answered_by = "extractive" if settings.llm == NO_LLM else settings.llm.partition("@http")[0]
    return About(
        name=run.asked.name,
        set_digest=run.asked.digest,
        articles=counts.articles,
        passages=counts.passages,
        encoder=encoder.name if encoder else settings.encoder,
        answered_by=CUSTOM if run.ask is not None else answered_by,
        judge=run.judge.name,
        seed=run.seed,
        workers=run.workers,
        retrieval_only=run.retrieval_only,
        version=version("byline"),
        date=datetime.now(UTC).astimezone().date().isoformat(),
    )
