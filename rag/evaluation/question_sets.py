"""The front door to question sets: tells a file's format, reads it, and gives its questions with what looks wrong.

The formats are ours (JSON lines, a JSON list, CSV), SQuAD 1.1 and 2.0, MultiHop-RAG, and TREC topics
with their qrels. Reading one format is `formats` or `trec`; asking and scoring is `rag.evaluation.running`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from documents.errors import QuestionSetError
from rag.evaluation.formats import delimiter_of, read_document, read_lines, read_table
from rag.evaluation.gold import QuestionSet
from rag.evaluation.question_rows import Item
from rag.evaluation.set_files import SetFile, opened
from rag.evaluation.set_warnings import told, warnings_of
from rag.evaluation.trec import read_grades, read_topic_lines, read_topics, with_grades

Reader = Callable[[SetFile], Iterator[Item]]

KNOWN = (
    "JSON lines or a JSON list with our keys, CSV with our keys in its first row, SQuAD JSON, MultiHop-RAG JSON, "
    "or TREC topics with qrels"
)
"""The formats, as messages name them."""

_TREC = (read_topics, read_topic_lines)
_LINES = (".jsonl", ".ndjson")
_SQUAD = re.compile(r'\{\s*"(?:version|data)"\s*:')


def read_questions(path: Path, *, qrels: Path | None = None) -> QuestionSet:
    """Return the questions of the file, in its order; at least one.

    Args:
        path: The question set, in any of the known formats; content tells which, and the name where content leaves it
            open.
        qrels: The judgements that belong to TREC topics; the set then measures retrieval only.

    Raises:
        QuestionSetError: a file cannot be read, or something in it does not fit; the message names the line, or the
            path within the JSON.
    """
    with opened(path) as file:
        reader = _reader(file, path.suffix.lower())
        if (reader in _TREC) != (qrels is not None):
            raise QuestionSetError(_beside(reader in _TREC))
        items = _unique(reader(file))
    if not items:
        raise QuestionSetError(f"expected at least one question in {path}, got none")
    if qrels is not None:
        return _judged(items, path, qrels)
    return QuestionSet(tuple(item.question for item in items), path.name, warnings_of(items))


def _beside(topics: bool) -> str:
    if topics:
        return "line 1: expected qrels beside TREC topics, got none; give them with --qrels FILE"
    return "line 1: expected TREC topics, which qrels belong to, got another format; leave the qrels out"


def _judged(items: list[Item], path: Path, qrels: Path) -> QuestionSet:
    """Return the topics that the qrels judge."""
    with opened(qrels) as file:
        grades, strangers = read_grades(file, [item.question.id for item in items])
    judged = list(with_grades(items, grades))
    if not judged:
        raise QuestionSetError(f"expected judgements for topics of {path} in {qrels}, got none; check the topics' ids")
    unjudged = [(item.place, f" {item.question.id}") for item in items if item.question.id not in grades]
    pointless = [
        (item.place, f" {item.question.id}") for item in judged if all(grade <= 0 for _, grade in item.question.grades)
    ]
    warnings = [
        *told("left out, because the qrels judge nothing for topic", unjudged),
        *told("the qrels know no relevant document for topic", pointless),
        *warnings_of(judged),
    ]
    if strangers:
        warnings.append(f"{qrels.name}: {strangers} judged topics are not in {path.name}")
    return QuestionSet(tuple(item.question for item in judged), path.name, tuple(warnings), retrieval_only=True)


def _unique(items: Iterable[Item]) -> list[Item]:
    seen: dict[str, str] = {}
    kept = []
    for item in items:
        first = seen.setdefault(item.question.id, item.place)
        if first != item.place:
            raise QuestionSetError(
                f"{item.place}: expected a new id, got {item.question.id!r:.80} again (first in {first})"
            )
        kept.append(item)
    return kept


def _reader(file: SetFile, suffix: str) -> Reader:
    """Return what reads this file."""
    start = file.head.lstrip()
    if not start and file.complete:
        return read_lines  # nothing in it, whatever it was to be
    if start[:1] in ("{", "["):
        return _json_reader(start, file.complete, suffix)
    if start[:1] == "<":
        return read_topics
    first = start.partition("\n")[0].rstrip("\r")
    cells = [cell.strip(' "').casefold() for cell in first.split(delimiter_of(start))]
    if suffix == ".csv" or "question" in cells:
        return read_table
    if "\t" in first:
        return read_topic_lines
    if suffix in _LINES:
        return read_lines
    raise QuestionSetError(f"line 1: expected {KNOWN}, got {first[:60]!r}")


def _json_reader(start: str, complete: bool, suffix: str) -> Reader:
    """Return what reads a file that begins with `start`, a bracket: one object a line, or one document."""
    first, newline, _ = start.partition("\n")
    whole = bool(newline) or complete
    row: Any = None
    if whole:
        try:
            row = json.loads(first)
        except (ValueError, RecursionError):
            row = None
    if isinstance(row, dict):
        return read_document if "data" in row and "question" not in row else read_lines
    if suffix in _LINES and start[0] == "{" and (whole or not _SQUAD.match(start)):
        return read_lines
    return read_document
