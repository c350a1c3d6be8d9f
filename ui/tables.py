"""What the command line shows to people: answers as text, the rest as tables, from plain values.

Nothing here writes; `ui.cli_session` does. Every text that came from an article, a question or a
model passes `ui.rendering.plain` or `one_line` on its way into a cell. An evaluation's report is
`ui.report_tables`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from rich.table import Table
from rich.text import Text

from ui.rendering import one_line, plain
from ui.wording import (
    answered_by_words,
    article_line,
    basis_words,
    caught,
    copies_words,
    copy_line,
    date_words,
    finding_words,
    outlet_words,
    source_card,
)

if TYPE_CHECKING:
    from documents.articles import Article, Attribution, Passage
    from index.store import OutletCount
    from rag.answers import Answer


def answer_text(
    answer: Answer, places: Mapping[str, str], *, endpoint: str | None = None, notices: Sequence[str] = ()
) -> str:
    """Return an answer as lines of text: sentences with markers, then sources, findings, what answered.

    Args:
        answer: What to show.
        places: Article id to where it can be read (URL or file), for the source list.
        endpoint: Host of the language model, where one is set.
        notices: Plain sentences about the collection.
    """
    lines = [sentence.marked for sentence in answer.sentences if answer.status == "answered"] or [answer.text]
    if answer.text in answer.missing.note:
        lines = [answer.missing.note]
    elif answer.missing.note:
        lines.append(answer.missing.note)
    if answer.citations:
        lines += ["", "Sources" if answer.status == "answered" else "Nearest evidence"]
    for citation in answer.citations:
        head, *under = source_card(citation)
        under += [f"“{citation.quote}”", places.get(citation.article_id, citation.article_id)]
        lines += [head, *(f"    {one_line(line)}" for line in under)]
    if same := copies_words(answer.citations):
        lines += ["", *same]
    if answer.findings:
        lines += ["", caught(answer.findings)]
        lines += [f"  - {finding_words(finding)}" for finding in answer.findings]
    lines += ["", *notices, answered_by_words(answer.answered_by, endpoint)]
    return "\n".join(one_line(line) if not line.startswith(" ") else plain(line) for line in lines)


def article_view(article: Article, passages: Sequence[Passage], copies: Sequence[Article] = ()) -> Table:
    """Return an article's text with, in the margin, who originated each part of it.

    Args:
        article: What to show.
        passages: Its passages, in order.
        copies: The other articles of its cluster; each is named with its outlet and id.
    """
    table = Table.grid(padding=(0, 2))
    table.add_column("attribution", max_width=32, style="dim")
    table.add_column("text")
    table.add_row("", Text(one_line(article.title or "Untitled"), style="bold"))
    table.add_row(Text(article.id), Text(one_line(article_line(article))))
    for place in ([article.url] if article.url else []) + list(article.paths):
        table.add_row("", Text(one_line(place)))
    if line := copy_line(article, [article.outlet, *(copy.outlet for copy in copies)]):
        table.add_row("", Text(one_line(line)))
    for copy in copies:
        table.add_row(Text(copy.id), Text(one_line(f"copy: {article_line(copy)}")))
    for attribution, group in groupby(passages, key=lambda passage: passage.attribution):
        text = "".join(passage.text for passage in group)
        table.add_row("", "")
        table.add_row(Text(_margin(attribution)), Text(plain(text).strip("\n")))
    return table


def _margin(attribution: Attribution) -> str:
    lines = [
        outlet_words(attribution.outlet),
        f"({basis_words(attribution.basis)})",
        f"via {attribution.via}" if attribution.via else "",
        f"speaker: {attribution.speaker}" if attribution.speaker else "",
    ]
    return "\n".join(one_line(line) for line in lines if line)


def article_list(articles: Iterable[Article]) -> Table:
    """Return a table of articles."""
    return _table(
        ("id", "outlet", "date", "language", "title"),
        ((a.id, outlet_words(a.outlet), date_words(a.published), a.language or "", a.title or "") for a in articles),
    )


def outlet_list(outlets: Iterable[OutletCount]) -> Table:
    """Return a table of outlets with what each published and what others quote from it."""
    return _table(
        ("outlet", "articles", "quoted passages"),
        ((o.outlet, str(o.articles), str(o.quoted_passages)) for o in outlets),
        numbers=(1, 2),
    )


def verdict_list(rows: Iterable[tuple[str, str, str]]) -> Table:
    """Return a table of (verdict, sentence, detail)."""
    return _table(("verdict", "sentence", "detail"), rows)


def ingest_lines(report: Mapping[str, Any]) -> list[str]:
    """Return an ingest report, in its JSON form, as lines: the counts, copies, and each failure."""
    counts: Mapping[str, int] = report["articles"]
    lines = [
        ", ".join(f"{number} {name}" for name, number in counts.items()),
        f"{report['passages']} passages, {report['outlets']} outlets, {report['seconds']:.1f} seconds",
    ]
    for copy in report.get("duplicates", ()):
        lines.append(f"one article in several files: {', '.join(copy['paths'])}")
    for failure in report["failures"]:
        line = f", line {failure['line']}" if failure.get("line") else ""
        lines.append(f"failed: {failure['path']}{line}: {failure['reason']}")
    lines += report.get("notices", ())
    return [one_line(line) for line in lines]


def _table(head: Iterable[str], rows: Iterable[Sequence[str]], numbers: Iterable[int] = ()) -> Table:
    right = set(numbers)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for position, name in enumerate(head):
        table.add_column(name, justify="right" if position in right else "left", overflow="fold", no_wrap=position == 0)
    for row in rows:
        table.add_row(*(Text(one_line(cell)) for cell in row))
    return table
