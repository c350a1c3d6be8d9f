"""One question set, asked and scored: the report with its intervals beside trivial baselines.

Asks every question of the set as a reader would, scores what comes (`rag.judging`), and prints no
number without its interval and the number of outcomes behind it (`rag.metrics`). A metric that no
question can measure is absent. What is ranked is the collection's own search for the question as it
was understood, without the filters that an answer may add; latencies are those of whole answers.
Nothing here is tuned, and nothing is written but by `Report.save`.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from documents.errors import QuestionSetError, RequestError
from documents.outlets import OutletRegistry
from rag import metrics
from rag.baselines import make_baselines
from rag.judging import DEPTH, Judge, Outcome, Scores
from rag.metrics import Metric
from rag.question_sets import GoldQuestion, read_questions
from rag.settings import Settings

if TYPE_CHECKING:
    from rag.pipeline import Chatbot

MEANS = (
    "recall@8",
    "strict_recall@8",
    "hit@4",
    "hit@10",
    "mrr@10",
    "answer_contains",
    "outlet_accuracy",
    "nested_outlet_accuracy",
    "carrier_leak",
    "citation_precision",
    "citation_recall",
)
"""Metrics that are the mean of one score per question."""

METRICS = (
    *MEANS,
    "quote_verbatim",
    "abstention_precision",
    "abstention_recall",
    "abstention_f1",
    "latency_p50_ms",
    "latency_p95_ms",
)
"""Every metric that a report may hold, in the order in which it is shown."""

REPORT_NAME = "report.json"

Progress = Callable[[int, int], None]
"""Called with (questions done, questions in all)."""


@dataclass(frozen=True, slots=True)
class Report:
    """What an evaluation measured.

    Attributes:
        questions: How many were asked.
        metrics: Name to value with interval; those that nothing could measure are absent.
        baselines: The same for each trivial baseline, without latencies.
        failures: (id, why) of each question that did not come out right.
        seconds: Wall-clock time of the whole evaluation.
        scores: Question id to its scores, for paired comparison with another report.
        against: Metric to mean difference (this report minus an earlier one), where one was given.
    """

    questions: int
    metrics: dict[str, Metric]
    baselines: dict[str, dict[str, Metric]]
    failures: tuple[tuple[str, str], ...]
    seconds: float
    scores: dict[str, dict[str, float]] = field(repr=False)
    against: dict[str, Metric] | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain JSON types; `scores` are only in the file that `save` writes."""
        plain: dict[str, Any] = {
            "questions": self.questions,
            "metrics": _plain(self.metrics),
            "baselines": {name: _plain(values) for name, values in self.baselines.items()},
            "failures": [{"id": name, "why": why} for name, why in self.failures],
            "seconds": round(self.seconds, 3),
        }
        if self.against is not None:
            plain["against"] = _plain(self.against)
        return plain

    def save(self, folder: Path) -> Path:
        """Write ``report.json`` with every question's scores into `folder`, made if needed; return its path.

        Raises:
            RequestError: the folder cannot be written.
        """
        path = folder / REPORT_NAME
        try:
            folder.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(self.to_dict() | {"scores": self.scores}, indent=1) + "\n", encoding="utf-8")
        except OSError as error:
            raise RequestError(
                f"expected a folder to write at {folder}, got {error.strerror}; choose another"
            ) from None
        return path


def evaluate(
    questions: Path | str | Sequence[GoldQuestion],
    *,
    settings: Settings | None = None,
    chatbot: Chatbot | None = None,
    progress: Progress | None = None,
) -> Report:
    """Return the report of asking every question of the set once, in order.

    Args:
        questions: The set, or the path of its file.
        settings: Which collection and how to answer; the settings in force when None.
        chatbot: An open chatbot to ask instead of one made from `settings`.
        progress: Told after each question.

    Raises:
        QuestionSetError: the set is empty or a line of it does not fit.
        BylineError: the collection cannot be opened.
    """
    from rag.pipeline import Chatbot

    asked = read_questions(Path(questions)) if isinstance(questions, str | Path) else list(questions)
    if not asked:
        raise QuestionSetError("expected at least one question, got none")
    started = time.perf_counter()
    bot = chatbot or Chatbot(settings)
    try:
        bot.collection.search(asked[0].question, limit=1)  # loads the encoder before the clock of the first answer
        outcomes: list[Outcome] = []
        for question in asked:
            outcomes.append(_ask(bot, question))
            if progress:
                progress(len(outcomes), len(asked))
        store = bot.collection.store
        judge = Judge(store, OutletRegistry.load(store.outlet_names()))
        scores = [judge.score(outcome) for outcome in outcomes]
        compared = {
            name: _summary([judge.score(baseline(outcome)) for outcome in outcomes])
            for name, baseline in make_baselines(store).items()
        }
    finally:
        if chatbot is None:
            bot.close()
    milliseconds = [1000 * outcome.seconds for outcome in outcomes]
    return Report(
        questions=len(asked),
        metrics=_summary(scores) | _latencies(milliseconds),
        baselines=compared,
        failures=tuple((q.id, "; ".join(s.reasons)) for q, s in zip(asked, scores, strict=True) if s.reasons),
        seconds=time.perf_counter() - started,
        scores={q.id: s.values for q, s in zip(asked, scores, strict=True)},
    )


def difference(report: Report, earlier: Path) -> dict[str, Metric]:
    """Return, for each metric, the mean difference to the saved `earlier` report over the questions in both.

    Raises:
        RequestError: `earlier` is not a saved report.
    """
    try:
        before = json.loads(earlier.read_text(encoding="utf-8"))["scores"]
        pairs = {name: _pairs(report.scores, before, name) for name in MEANS}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise RequestError(
            f"expected a report saved by byline evaluate --out at {earlier}, got {type(error).__name__}; check the path"
        ) from None
    measured = {name: metrics.paired_difference(now, then) for name, (now, then) in pairs.items()}
    return {name: value for name, value in measured.items() if value is not None}


def _ask(bot: Chatbot, question: GoldQuestion) -> Outcome:
    started = time.perf_counter()
    answer = bot.ask(question.question, history=question.history)
    seconds = time.perf_counter() - started
    hits = bot.collection.search(answer.standalone_question, limit=DEPTH)
    return Outcome(question, answer, tuple(hit.passage for hit in hits), seconds)


def _summary(scores: Sequence[Scores]) -> dict[str, Metric]:
    measured: dict[str, Metric | None] = {
        name: metrics.mean([s.values[name] for s in scores if name in s.values]) for name in MEANS
    }
    measured["quote_verbatim"] = metrics.share([right for s in scores for right in s.verbatim])
    abstentions = [s.abstention for s in scores if s.abstention is not None]
    measured["abstention_precision"] = metrics.abstention_precision(abstentions)
    measured["abstention_recall"] = metrics.abstention_recall(abstentions)
    measured["abstention_f1"] = metrics.abstention_f1(abstentions)
    return {name: metric for name, metric in measured.items() if metric is not None}


def _latencies(milliseconds: Sequence[float]) -> dict[str, Metric]:
    measured = {
        "latency_p50_ms": metrics.percentile(milliseconds, 50),
        "latency_p95_ms": metrics.percentile(milliseconds, 95),
    }
    return {name: metric for name, metric in measured.items() if metric is not None}


def _pairs(now: Mapping[str, Any], before: Mapping[str, Any], name: str) -> tuple[list[float], list[float]]:
    both = [key for key in now if name in now[key] and name in before.get(key, {})]
    return [now[key][name] for key in both], [float(before[key][name]) for key in both]


def _plain(measured: Mapping[str, Metric]) -> dict[str, dict[str, float | int]]:
    return {name: metric.to_dict() for name, metric in measured.items()}
