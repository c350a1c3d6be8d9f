"""An evaluation's report on a terminal: rich tables of what `ui.report_rows` says. Nothing here writes.

Every name and reason passes `ui.rendering.one_line` on its way into a cell, and none is ever read as markup.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text

from rag.evaluation.report import Report
from ui.measures import BASELINES, BENCHMARK_ROW, short_name
from ui.rendering import one_line
from ui.report_rows import (
    MetricRow,
    about_line,
    baseline_names,
    benchmark_row,
    change_rows,
    metric_rows,
    tag_measures,
    tag_rows,
)

UNBOUNDED = 10_000
"""A width in which every table finds room, to measure what it needs."""

REACHED = "*"
"""Stands after a baseline's value that our interval does not clearly beat."""


class MetricTable:
    """The metrics, group after group, with every baseline beside them, or the best one where the terminal is narrow."""

    def __init__(self, report: Report) -> None:
        self._rows = metric_rows(report)
        self._baselines = baseline_names(report)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the table and its legend."""
        table = self._wide()
        if wide := console.measure(table, options=options.update(width=UNBOUNDED)).maximum <= options.max_width:
            yield table
        else:
            yield self._narrow()
        if self._baselines:
            yield Text()
            yield self._legend(wide)

    def _wide(self) -> Table:
        table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 1, 0, 0))
        table.add_column("metric", no_wrap=True)
        for head in ("value", "95 % interval", "n"):
            table.add_column(head, justify="right", no_wrap=True)
        for name in self._baselines:
            # the space is where the star of a value may stand, so that the digits are under each other
            table.add_column(Text(one_line(short_name(name)) + " "), justify="right", no_wrap=True)
        for row, first in _with_group(self._rows):
            if first:
                table.add_row(Text(row.group, style="bold dim"))
            cells = [_baseline_cell(row, name, row.baselines[name]) for name in self._baselines]
            table.add_row(*_own(row), *cells)
        return table

    def _narrow(self) -> Table:
        table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 1, 0, 0))
        table.add_column("metric", no_wrap=True)
        for head in ("value", "95 % interval", "n", "best baseline "):
            table.add_column(head, justify="right", no_wrap=True)
        table.add_column("", no_wrap=True)
        for row, first in _with_group(self._rows):
            if first:
                table.add_row(Text(row.group, style="bold dim"))
            best = row.baselines.get(row.best, "")
            table.add_row(*_own(row), _baseline_cell(row, row.best, best), Text(one_line(short_name(row.best))))
        return table

    def _legend(self, wide: bool) -> Table:
        named = self._baselines if wide else [n for n in self._baselines if any(n == row.best for row in self._rows)]
        table = Table.grid(padding=(0, 2, 0, 0))
        table.add_column(justify="right", style="dim")
        table.add_column(style="dim", overflow="fold")
        for name in named:
            table.add_row(Text(one_line(short_name(name))), Text(BASELINES[name][1] if name in BASELINES else ""))
        table.add_row(REACHED, "not clearly beaten: within our interval, or better")
        return table


def _with_group(rows: Sequence[MetricRow]) -> Iterable[tuple[MetricRow, bool]]:
    last = ""
    for row in rows:
        yield row, row.group != last
        last = row.group


def _own(row: MetricRow) -> list[Text]:
    return [Text("  " + one_line(row.name)), Text(row.value, style="bold"), Text(row.interval), Text(str(row.n))]


def _baseline_cell(row: MetricRow, baseline: str, value: str) -> Text:
    if not value:
        return Text("")
    return Text(value + REACHED, style="bold") if baseline in row.reached else Text(value + " ")


def report_view(report: Report, *, verbose: bool = False) -> RenderableType:
    """Return everything that a terminal shows of a report.

    Args:
        report: What to show.
        verbose: Also the outlets that are cited as often as their share, and the metrics that did not change.
    """
    parts: list[RenderableType] = [Text(one_line(about_line(report)), style="bold")]
    parts += [Text(one_line(f"note: {warning}")) for warning in report.warnings]
    parts += [Text(), MetricTable(report)]
    if report.against is not None:
        parts += _titled("Since the earlier report", _changes(report, verbose))
    if report.tags:
        parts += _titled("By tag", _tags(report))
    parts += _outlets(report, verbose)
    if row := benchmark_row(report):
        head = "MultiHop-RAG's retrieval table, by its own formulas (null queries left out)"
        values = "  ".join(f"{name} {row.get(name, '–')}" for name in BENCHMARK_ROW)
        parts += [Text(), Text(head, style="bold"), Text(values)]
    if report.failures:
        parts += _titled(f"{len(report.failures)} of {report.questions} not as they should be", _failures(report))
    return Group(*parts)


def _titled(title: str, content: RenderableType) -> list[RenderableType]:
    return [Text(), Text(title, style="bold"), content]


def _changes(report: Report, verbose: bool) -> RenderableType:
    every = change_rows(report)
    rows = [
        (r.name, r.now, r.change, r.interval, r.p, r.verdict, str(len(r.improved)), str(len(r.fell)))
        for r in every
        if verbose or r.improved or r.fell
    ]
    still = len(every) - len(rows)
    same = Text(f"{still} of {len(every)} metrics are what they were for every question.")
    if not rows:
        return same
    heads = ("metric", "now", "change", "95 % interval", "p (Holm)", "", "improved", "fell")
    table = _table(heads, rows, numbers=(1, 2, 3, 4, 6, 7))
    return Group(table, same) if still else table


def _tags(report: Report) -> Table:
    columns = tag_measures(report)
    rows = [
        (row.tag, str(row.questions), str(row.failed), *(row.values[name] for name in columns))
        for row in tag_rows(report)
    ]
    return _table(("tag", "questions", "failed", *columns), rows, numbers=range(1, 3 + len(columns)))


def _outlets(report: Report, verbose: bool) -> list[RenderableType]:
    shown = [share for share in report.outlets if verbose or share.less_than_its_share]
    if not shown:
        return []
    title = "Outlets and how often they are cited" if verbose else "Outlets cited less than their share"
    rows = [
        (
            share.outlet,
            str(share.wanted),
            str(share.cited_right),
            str(share.cited),
            f"{share.wanted_share:.1%}",
            f"{share.cited_share.value:.1%}",
            f"{share.cited_share.low:.1%}–{share.cited_share.high:.1%}",
            "less than its share" if share.less_than_its_share else "",
        )
        for share in shown
    ]
    heads = ("outlet", "wanted", "of them cited", "cited", "share wanted", "share cited", "95 % interval", "")
    return _titled(title, _table(heads, rows, numbers=range(1, 7)))


def _failures(report: Report) -> RenderableType:
    # no table: a line each, so that long reasons wrap and grep finds the question with its reason
    return Group(*(Text(one_line(f"{r.question.id}: {r.why}"), overflow="fold") for r in report.failures))


def _table(heads: Iterable[str], rows: Iterable[Sequence[str]], numbers: Iterable[int] = ()) -> Table:
    right = set(numbers)
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 1, 0, 0))
    for position, head in enumerate(heads):
        table.add_column(head, justify="right" if position in right else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(one_line(cell)) for cell in row))
    return table
