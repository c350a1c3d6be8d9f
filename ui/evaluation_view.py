"""What the Evaluate tab shows, as safe HTML made from a report: pure functions, no gradio.

Everything that came from a question set, an article or a model passes `ui.rendering.escape`. Plots become
images with their data in the address: an image runs nothing and loads nothing. The words for metrics are
`ui.measures`, the rows of tables `ui.report_rows`.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence

from rag.answers import Answer
from rag.evaluation.gold import GoldQuestion
from rag.evaluation.outcomes import QuestionResult, Seen
from rag.evaluation.report import REPORT_NAME, Report
from ui.measures import BASELINES, HEADLINES, LESS_IS_BETTER, meaning, number
from ui.plots import Plot
from ui.rendering import escape, one_line
from ui.report_page import PAGE_NAME
from ui.report_rows import MetricRow, about_line, baseline_names, failure_kinds, interval, metric_rows
from ui.wording import date_words, outlet_words, source_line

EVERY = ""
"""The value of a filter that leaves everything in."""

MOST_TEXT = 4_000
"""Most characters of one answer, passage or gold text that are shown."""

INK = ("#1f1b16", "#ece6dc")
"""The colour of text in light and in dark, as in the page's theme: an image takes none from around it."""

_GROUND = f"<style>svg{{color:{INK[0]}}}@media(prefers-color-scheme:dark){{svg{{color:{INK[1]}}}}}</style>"
_LABEL = 200


def render_progress(done: int, total: int, *, stopping: bool = False) -> str:
    """Return the HTML of a bar with the words for how far an evaluation is."""
    words = f"{done:,} of {total:,} questions asked"
    if stopping:
        words = f"Stopping: {words}"
    elif done >= total:
        words = f"{words}; judging the answers"
    bar = f'<progress value="{done:d}" max="{max(total, 1):d}">{escape(words)}</progress>'
    return f'<label class="advance"><span>{escape(words)}</span>{bar}</label>'


def render_summary(report: Report, token: str) -> str:
    """Return the HTML over the results: what was measured, the few main numbers, warnings, and the two files."""
    tiles = "".join(_tile(report, name, label) for name, label in HEADLINES.items() if name in report.metrics)
    html = f'<p class="aside">{escape(one_line(about_line(report)))}</p>'
    html += f'<div class="tiles">{tiles}</div>' if tiles else ""
    if report.warnings:
        lines = "".join(f"<li>{escape(one_line(warning))}</li>" for warning in report.warnings)
        count = len(report.warnings)
        head = f"{count} {'warning' if count == 1 else 'warnings'} about this set"
        html += f'<details class="warnings"><summary>{escape(head)}</summary><ul>{lines}</ul></details>'
    if token:
        links = [("The whole report as a page", PAGE_NAME), ("All data as JSON", REPORT_NAME)]
        html += '<p class="files">' + "".join(_download(words, token, name) for words, name in links) + "</p>"
    return html


def _tile(report: Report, name: str, label: str) -> str:
    metric = report.metrics[name]
    value, between = escape(number(name, metric.value)), escape(interval(name, metric))
    small = f"<small>{between}, n&#32;&#61;&#32;{metric.n:d}</small>"
    return f'<p class="tile"><strong>{value}</strong><span>{escape(label)}</span>{small}</p>'


def _download(words: str, token: str, name: str) -> str:
    return f'<a href="{download_address(token, name)}" download="{name}">{escape(words)}</a>'


def download_address(token: str, name: str) -> str:
    """Return the address of a report's file on this server."""
    return f"/byline/reports/{token}/{name}"


def render_scores(report: Report) -> str:
    """Return the HTML table of all metrics with intervals, the baselines beside them."""
    names = baseline_names(report)
    heads = ["Metric", "Value", "95 % interval", "n", *(name.replace("_", " ") for name in names)]
    head = "".join(f'<th scope="col">{escape(one_line(text))}</th>' for text in heads)
    body, group = "", ""
    for row in metric_rows(report):
        if row.group != group:
            group = row.group
            body += f'<tr class="group"><th colspan="{len(heads):d}">{escape(group)}</th></tr>'
        body += _score_row(report, row, names)
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    known = [f"{name.replace('_', ' ')}: {BASELINES[name][1]}" for name in names if name in BASELINES]
    legend = f"Baselines, judged alike. {'; '.join(known)}. * not clearly beaten." if known else ""
    return table + (f'<p class="aside">{escape(legend)}</p>' if legend else "")


def _score_row(report: Report, row: MetricRow, names: Sequence[str]) -> str:
    says = meaning(row.name) + ("; less is better" if row.name in LESS_IS_BETTER else "")
    cells = f'<th scope="row"><span>{escape(one_line(row.name))}</span><small>{escape(says)}</small></th>'
    cells += f"<td><strong>{escape(row.value)}</strong></td><td>{escape(row.interval)}</td><td>{row.n:d}</td>"
    for name in names:
        value = row.baselines[name]
        between = f' title="{escape(interval(row.name, report.baselines[name][row.name]))}"' if value else ""
        star = "*" if name in row.reached else ""
        cells += f"<td{between}>{escape(value + star)}</td>"
    return f"<tr>{cells}</tr>"


def render_plots(plots: Iterable[Plot]) -> str:
    """Return the HTML of plots, as images."""
    return "".join(
        f'<figure class="plot {escape(plot.name)}"><figcaption>{escape(plot.title)}</figcaption>'
        f'<img src="{_address_of(plot.svg)}" alt="{escape(plot.title)}">'
        f'<p class="aside">{escape(plot.caption)}</p></figure>'
        for plot in plots
    )


def _address_of(svg: str) -> str:
    drawn = svg.replace(">", f">{_GROUND}", 1)  # the end of the root element's tag
    return "data:image/svg+xml;base64," + base64.b64encode(drawn.encode("utf-8", "replace")).decode("ascii")


def kind_choices(report: Report) -> list[tuple[str, str]]:
    """Return (label, value) of the filter by kind of failure; the first lets every kind through."""
    counts = failure_kinds(report)
    return [("Every kind", EVERY), *((f"{kind} ({count:,})", kind) for kind, count in counts.items())]


def tag_choices(report: Report) -> list[tuple[str, str]]:
    """Return (label, value) of the filter by tag; the first lets everything through."""
    counts: dict[str, int] = {}
    for result in report.failures:
        for tag in dict.fromkeys(result.question.tags):
            counts[tag] = counts.get(tag, 0) + 1
    return [("Every tag", EVERY), *((f"{one_line(tag)[:_LABEL]} ({n:,})", tag) for tag, n in sorted(counts.items()))]


def failure_choices(report: Report, kind: str = EVERY, tag: str = EVERY) -> list[tuple[str, int]]:
    """Return (label, number) of the failing questions that the filters let through; numbers count `results` from 0."""
    return [
        (f"{_kinds(result)}\n{one_line(result.question.question)[:_LABEL]}", number_)
        for number_, result in enumerate(report.results)
        if result.faults
        and (kind == EVERY or any(fault.kind == kind for fault in result.faults))
        and (tag == EVERY or tag in result.question.tags)
    ]


def _kinds(result: QuestionResult) -> str:
    kinds = ", ".join(dict.fromkeys(str(fault.kind) for fault in result.faults))
    return one_line(f"{kinds[:1].upper()}{kinds[1:]} – {result.question.id}")[:_LABEL]


def render_count(report: Report, shown: int) -> str:
    """Return the HTML of the heading over the failing questions, of which `shown` are let through."""
    failing = len(report.failures)
    if not failing:
        return f"<h2>What went wrong</h2><p>{escape('Nothing: every question came out as it should.')}</p>"
    words = f"{failing:,} of {report.questions:,} questions did not come out as they should"
    words += f"; {shown:,} shown." if shown != failing else "."
    return f"<h2>What went wrong</h2><p>{escape(words)}</p>"


def render_result(result: QuestionResult) -> str:
    """Return the HTML of one question: what is wrong, the answer beside its gold, and the passages seen."""
    question = result.question
    turns = "".join(f'<p class="aside">{_text(f"Before: {asked} – {said}")}</p>' for asked, said in question.history)
    faults = "".join(f"<li><strong>{escape(f.kind)}</strong>&#58; {_text(f.text)}</li>" for f in result.faults)
    tags = f'<p class="aside">{_text("Tags: " + ", ".join(question.tags))}</p>' if question.tags else ""
    return (
        f'<h3>{_text(question.question)}</h3>{turns}{tags}<ul class="faults">{faults}</ul>'
        f'<div class="beside"><div><h4>Answer</h4>{_answer(result)}</div>'
        f"<div><h4>Expected</h4>{_gold(question)}</div></div>"
        f"<h4>Passages seen</h4>{_passages(result.seen)}"
    )


def _answer(result: QuestionResult) -> str:
    if result.error:
        return f"<p>{_text(result.error)}</p>"
    if result.answer is None:
        return "<p>Nothing was answered</p>"
    return _said(result.answer) + "".join(
        f'<blockquote><p class="aside">{_text(source_line(citation))}</p><p>{_text(citation.quote)}</p></blockquote>'
        for citation in result.answer.citations
    )


def _said(answer: Answer) -> str:
    marked = [sentence.marked for sentence in answer.sentences] if answer.status == "answered" else []
    return f"<p>{_text(' '.join(marked) or answer.text)}</p>"


def _gold(question: GoldQuestion) -> str:
    if question.answerable is False:
        return "<p>No answer&#58; the articles do not say</p>"
    held = {
        "Any of these words": question.answers,
        "Citing": question.outlets,
        "Naming": question.speakers,
        "From": question.articles,
        "Published": (date_words(question.published),) if question.published else (),
        "Resting on": question.quotes,
    }
    lines = "".join(
        f"<dt>{escape(words)}</dt>" + "".join(f"<dd>{_text(value)}</dd>" for value in values)
        for words, values in held.items()
        if values
    )
    return f"<dl>{lines}</dl>" if lines else "<p>Nothing was given</p>"


def _passages(seen: Sequence[Seen]) -> str:
    if not seen:
        return "<p>None</p>"
    return "<ol>" + "".join(f"<li>{_passage(passage)}</li>" for passage in seen) + "</ol>"


def _passage(passage: Seen) -> str:
    parts = (outlet_words(passage.outlet), date_words(passage.published), passage.title)
    mark = '<span class="gold">gold</span> ' if passage.gold else ""
    score = f"score {passage.score:.3f}" if passage.score is not None else ""
    head = " – ".join(part for part in (*parts, score) if part)
    return f"<details><summary>{mark}{_text(head)}</summary><p>{_text(passage.text)}</p></details>"


def _text(text: str) -> str:
    return escape(text[:MOST_TEXT] + (" …" if len(text) > MOST_TEXT else ""))
