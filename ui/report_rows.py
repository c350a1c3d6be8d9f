"""What a report says, as rows of plain values that any face can lay out: metrics, tags, outlets, changes, failures.

Pure functions of a `Report`. Nothing is escaped here: names and reasons may hold what articles and questions
hold, and whoever shows them makes them safe.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rag.evaluation.outcomes import Metric
from rag.evaluation.report import Report
from ui.measures import BASELINES, BENCHMARK_ROW, LESS_IS_BETTER, group_of, in_order, number

TAG_MEASURES = ("correct", "recall@10", "answer_contains", "outlet_accuracy", "citation_recall", "abstention_f1")
"""The metrics shown for each tag."""

SURE = 0.05
"""Changes with an adjusted p-value below this are called significant."""


@dataclass(frozen=True, slots=True)
class MetricRow:
    """One metric beside the baselines.

    Attributes:
        group: Heading of its group.
        name: The metric's name.
        value: As text.
        interval: Its 95 % interval as text.
        n: How many outcomes it rests on.
        baselines: Baseline to value as text; "" where the baseline has none.
        reached: The baselines that lie within our interval or beyond its better end: not clearly worse than we are.
        best: Name of the best baseline, or "".
    """

    group: str
    name: str
    value: str
    interval: str
    n: int
    baselines: Mapping[str, str]
    reached: frozenset[str]
    best: str


@dataclass(frozen=True, slots=True)
class TagRow:
    """One tag: how many questions carry it, how many of them failed, and some metrics as text ("" for none)."""

    tag: str
    questions: int
    failed: int
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One metric beside an earlier report.

    Attributes:
        name: The metric's name.
        now: Its value in this report, as text; "" where it is absent.
        change: Mean difference, signed, as text.
        interval: The interval of the difference, as text.
        p: The adjusted p-value, as text.
        verdict: "better", "worse", or "" where chance explains the difference.
        improved: Ids of the questions that did better.
        fell: Ids of the questions that did worse.
    """

    name: str
    now: str
    change: str
    interval: str
    p: str
    verdict: str
    improved: tuple[str, ...]
    fell: tuple[str, ...]


def baseline_names(report: Report) -> list[str]:
    """Return the report's baselines in the order in which they are shown."""
    order = list(BASELINES)
    return sorted(report.baselines, key=lambda name: (order.index(name) if name in order else len(order), name))


def metric_rows(report: Report) -> list[MetricRow]:
    """Return a row for each metric, group after group."""
    names = baseline_names(report)
    return [_metric_row(report, name, names) for name in in_order(report.metrics)]


def _metric_row(report: Report, name: str, names: list[str]) -> MetricRow:
    metric = report.metrics[name]
    others = {base: report.baselines[base][name].value for base in names if name in report.baselines[base]}
    less = name in LESS_IS_BETTER
    # what a baseline reaches by doing nothing is worth saying; so is a tie
    reached = {base for base, value in others.items() if (value <= metric.high if less else value >= metric.low)}
    best = (min if less else max)(others, key=lambda base: others[base]) if others else ""
    return MetricRow(
        group=group_of(name),
        name=name,
        value=number(name, metric.value),
        interval=interval(name, metric),
        n=metric.n,
        baselines={base: number(name, others[base]) if base in others else "" for base in names},
        reached=frozenset(reached),
        best=best,
    )


def interval(name: str, metric: Metric) -> str:
    """Return a metric's 95 % interval as text."""
    return f"{number(name, metric.low)}–{number(name, metric.high)}"


def tag_measures(report: Report) -> list[str]:
    """Return the metrics that the table of tags has columns for: those that any tag can measure."""
    return [name for name in TAG_MEASURES if any(name in values for values in report.tags.values())]


def tag_rows(report: Report) -> list[TagRow]:
    """Return a row for each tag, in the report's order."""
    columns = tag_measures(report)
    rows = []
    for tag, values in report.tags.items():
        carrying = [result for result in report.results if tag in result.question.tags]
        shown = {name: number(name, values[name].value) if name in values else "" for name in columns}
        rows.append(TagRow(tag, len(carrying), sum(bool(result.faults) for result in carrying), shown))
    return rows


def change_rows(report: Report) -> list[ChangeRow]:
    """Return a row for each metric that was compared with an earlier report."""
    rows = []
    for name in in_order(report.against or {}):
        change = (report.against or {})[name]
        gain = -change.difference.value if name in LESS_IS_BETTER else change.difference.value
        sure = change.p_adjusted < SURE and gain != 0
        metric = report.metrics.get(name)
        rows.append(
            ChangeRow(
                name=name,
                now="" if metric is None else number(name, metric.value),
                change=_signed(name, change.difference.value),
                interval=f"{_signed(name, change.difference.low)} to {_signed(name, change.difference.high)}",
                p="<0.001" if change.p_adjusted < 0.001 else f"{change.p_adjusted:.3f}",
                verdict=("better" if gain > 0 else "worse") if sure else "",
                improved=change.better,
                fell=change.worse,
            )
        )
    return rows


def _signed(name: str, value: float) -> str:
    text = number(name, value)
    return text if text.startswith("-") else f"+{text}"


def failure_kinds(report: Report) -> dict[str, int]:
    """Return each kind of failure with the number of questions that show it, the most frequent first."""
    counts: dict[str, int] = {}
    for result in report.failures:
        for kind in {str(fault.kind) for fault in result.faults}:
            counts[kind] = counts.get(kind, 0) + 1
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def benchmark_row(report: Report) -> dict[str, str]:
    """Return the row of MultiHop-RAG's retrieval table, column to value; empty where its formulas were not computed."""
    known = {head: report.metrics[name] for head, name in BENCHMARK_ROW.items() if name in report.metrics}
    return {head: f"{metric.value:.4f}" for head, metric in known.items()}


def about_line(report: Report) -> str:
    """Return what was evaluated with what, as one line."""
    about = report.about
    named = {"extractive": "extraction", "custom": "a function"}
    parts = [
        f"{report.questions} {'question' if report.questions == 1 else 'questions'} of {about.name}",
        f"{about.articles} articles",
        "searched only"
        if about.retrieval_only
        else f"answered by {named.get(about.answered_by, about.answered_by)}, judged by {about.judge}",
        f"{report.seconds:.1f} seconds",
    ]
    return ", ".join(parts)
