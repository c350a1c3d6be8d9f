"""An evaluation's report as one HTML file that asks nobody for anything: ``report.html``.

Puts what `ui.report_rows` and `ui.plots` say into ``report.html.j2``. Text of articles, questions and models stays
text: `ui.rendering.plain` takes out what a direction algorithm would obey, the template escapes the rest, and the
page's own policy forbids every script and style but the two in it, and every request.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from importlib.resources import files
from itertools import groupby
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined

from documents.errors import RequestError
from rag.answers import Answer, Citation
from rag.evaluation.outcomes import QuestionResult, Seen
from rag.evaluation.report import Report
from ui.measures import BASELINES, HEADLINES, LESS_IS_BETTER, meaning, short_name
from ui.plots import make_plots
from ui.rendering import one_line, plain
from ui.report_rows import (
    SURE,
    MetricRow,
    about_line,
    baseline_names,
    benchmark_row,
    change_rows,
    failure_kinds,
    metric_rows,
    tag_measures,
    tag_rows,
)
from ui.wording import date_words, finding_words, outlet_words

PAGE_NAME = "report.html"

PASSAGE_WINDOW = 400
"""Most characters of a passage on the page, around the gold where it holds any."""

LONGEST = 1_500
"""Most characters of any other text on the page: a sentence, a quote, a reason."""

PASSAGES_OF_PASSING = 3
"""Passages shown of a question without a failure, beside those that hold gold."""


def write_page(report: Report, folder: Path) -> Path:
    """Write ``report.html`` into `folder`, made if needed; return its path.

    Raises:
        RequestError: the folder cannot be written.
    """
    path = folder / PAGE_NAME
    html = render_page(report)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(html, encoding="utf-8")
    except OSError as error:
        raise RequestError(f"expected a folder to write at {folder}, got {error.strerror}; choose another") from None
    return path


def render_page(report: Report) -> str:
    """Return the page as HTML."""
    css, js = _own("report.css"), _own("report.js")
    policy = f"default-src 'none'; style-src {_hash(css)}; script-src {_hash(js)}; base-uri 'none'; form-action 'none'"
    environment = Environment(autoescape=True, undefined=StrictUndefined)
    environment.filters |= {"plain": _shortened, "line": _line, "percent": _percent}
    plots = make_plots(report)
    rows = metric_rows(report)
    return environment.from_string(_own("report.html.j2")).render(
        policy=policy,
        css=css,
        js=js,
        about=report.about,
        summary=about_line(report),
        warnings=report.warnings,
        tiles=_tiles(report, rows),
        changes=None if report.against is None else change_rows(report),
        sure=f"{SURE:.0%}",
        baselines=[
            {"name": name, "short": short_name(name), "meaning": BASELINES[name][1] if name in BASELINES else ""}
            for name in baseline_names(report)
        ],
        groups=[(group, list(map(_row, of))) for group, of in groupby(rows, key=lambda row: row.group)],
        benchmark=benchmark_row(report),
        plots=[column for column in (plots[:1], plots[1:]) if column],
        tag_rows=tag_rows(report),
        tag_measures=tag_measures(report),
        outlets=report.outlets,
        kinds=failure_kinds(report),
        tags=sorted({_line(tag) for result in report.results for tag in result.question.tags}),
        failing=[_question(n, r) for n, r in enumerate(report.results, 1) if r.faults],
        passing=[_question(n, r) for n, r in enumerate(report.results, 1) if not r.faults],
    )


def _own(name: str) -> str:
    return files("ui").joinpath(name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _percent(value: float) -> str:
    return f"{value:.1%}"


def _shortened(text: str | None) -> str:
    text = plain(text or "")
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"


def _line(text: str | None) -> str:
    return one_line(_shortened(text))


def _tiles(report: Report, rows: Sequence[MetricRow]) -> list[dict[str, Any]]:
    by_name = {row.name: row for row in rows}
    tiles = []
    for name, label in HEADLINES.items():
        if (row := by_name.get(name)) is None:
            continue
        best = f"best baseline {row.baselines[row.best]} ({short_name(row.best)})" if row.best else ""
        tiles.append({"label": label, "value": row.value, "interval": row.interval, "n": row.n, "baseline": best})
    return tiles


def _row(row: MetricRow) -> dict[str, Any]:
    return {
        "name": row.name,
        "meaning": meaning(row.name),
        "less": row.name in LESS_IS_BETTER,
        "value": row.value,
        "interval": row.interval,
        "n": row.n,
        "baselines": row.baselines,
        "reached": row.reached,
    }


def _question(number: int, result: QuestionResult) -> dict[str, Any]:
    """Return what the template shows of one question: plain values, nothing escaped yet."""
    gold, answer = result.question, result.answer
    shown = [
        (rank, seen)
        for rank, seen in enumerate(result.seen, 1)
        if result.faults or seen.gold or rank <= PASSAGES_OF_PASSING
    ]
    return {
        "number": number,
        "id": gold.id,
        "asked": gold.question,
        "kinds": sorted({str(fault.kind) for fault in result.faults}),
        "tags": list(map(_line, gold.tags)),
        "why": result.why,
        "history": gold.history,
        "error": result.error,
        "refused": result.answer is not None and result.answer.status == "no_evidence",
        "said": [] if answer is None else _said(answer),
        "took": "" if result.seconds is None else f"{result.seconds:.2f} s",
        "citations": [] if answer is None else list(map(_citation, answer.citations)),
        "findings": [] if answer is None else list(map(finding_words, answer.findings)),
        "gold": _gold(result),
        "seen": [_seen(rank, seen, gold.quotes) for rank, seen in shown],
        "left_out": len(result.seen) - len(shown),
    }


def _said(answer: Answer) -> list[str]:
    lines = [sentence.marked for sentence in answer.sentences] if answer.status == "answered" else []
    return lines or [answer.text or answer.missing.note]


def _gold(result: QuestionResult) -> list[tuple[str, Sequence[str]]]:
    gold = result.question
    known: list[tuple[str, Sequence[str]]] = [
        ("Nothing", ("no article answers it; refusing is right",) if gold.answerable is False else ()),
        ("Says", gold.answers),
        ("Outlet", gold.outlets),
        ("Speaker", gold.speakers),
        ("Date", (date_words(gold.published),) if gold.published else ()),
        ("Article", gold.articles),
        ("Quote", gold.quotes),
        ("Graded", tuple(f"{name}: {grade}" for name, grade in gold.grades if grade > 0)[:20]),
    ]
    return [(name, values) for name, values in known if values] or [("Gold", ("not given",))]


def _citation(citation: Citation) -> dict[str, Any]:
    parts = (citation.speaker, date_words(citation.published), citation.title)
    return {
        "number": citation.number,
        "outlet": outlet_words(citation.outlet, citation.via),
        "verdict": str(citation.verdict),
        "line": " – ".join(part for part in parts if part),
        "quote": citation.quote,
    }


def _seen(rank: int, seen: Seen, quotes: Sequence[str]) -> dict[str, Any]:
    before, marked, after = around(seen.text, quotes if seen.gold else ())
    return {
        "rank": rank,
        "gold": seen.gold,
        "outlet": outlet_words(seen.outlet),
        "line": " – ".join(part for part in (date_words(seen.published), seen.title) if part),
        "before": before,
        "marked": marked,
        "after": after,
    }


def around(text: str, quotes: Sequence[str]) -> tuple[str, str, str]:
    """Return a passage in three pieces, at most `PASSAGE_WINDOW` characters of it: before a gold quote, it, after it.

    The first quote that the passage holds is the middle piece, white space let differ; where it holds none, or
    only a part of one, the middle is empty and the passage's beginning is returned. "…" stands for what is left out.
    """
    patterns = (r"\s+".join(map(re.escape, quote.split())) for quote in quotes if quote.strip())
    found = next((match for pattern in patterns if (match := re.search(pattern, text))), None)
    start, end = found.span() if found else (0, 0)
    end = min(end, start + PASSAGE_WINDOW)
    first = max(0, min(start - (PASSAGE_WINDOW - (end - start)) // 2, len(text) - PASSAGE_WINDOW))
    last = min(len(text), first + PASSAGE_WINDOW)
    head, tail = ("…" if first else ""), ("…" if last < len(text) else "")
    return head + text[first:start], text[start:end], text[end:last] + tail
