"""Readers of question sets: our JSON lines, JSON and CSV, SQuAD 1.1 and 2.0, and MultiHop-RAG.

Each yields `Item`s in the file's order and raises `QuestionSetError` at the first thing that does not
fit, naming the line or the path inside the JSON. Which reader a file needs is `question_sets`; TREC's
files are `trec`.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from documents.errors import QuestionSetError
from documents.splitting import sentence_spans
from rag.evaluation.gold import KEYS, MULTIHOP_RAG, GoldQuestion
from rag.evaluation.question_rows import (
    Item,
    check_key,
    objects_in,
    objects_of,
    parse_json,
    question_of,
    shown,
    text_of,
)
from rag.evaluation.set_files import SetFile

_LISTS = frozenset({"answers", "outlets", "articles", "quotes", "speakers", "tags"})
_DELIMITERS = ",;\t"
_JSON_CELL = re.compile(r"\s*\[\s*[\"\]]")
"""A cell that holds a JSON list; "[...] says the minister" does not."""

_BOOLEANS = {"true": True, "false": False, "": None}
_NULL_QUERY = "null_query"


def read_lines(file: SetFile) -> Iterator[Item]:
    """Yield the questions of a file with one JSON object a line, streamed; blank lines are allowed."""
    for number, line in file.lines():
        if line.strip():
            row = parse_json(line, number, "one JSON object")
            if not isinstance(row, dict):
                raise QuestionSetError(f"line {number}: expected one JSON object, got {type(row).__name__}")
            yield _row(row, f"line {number}")


def read_document(file: SetFile) -> Iterator[Item]:
    """Yield the questions of a JSON document: SQuAD's, or a list of MultiHop-RAG's objects or of ours."""
    whole = parse_json(file.text())
    if isinstance(whole, dict) and "data" in whole and "question" not in whole:
        return _squad(whole)
    if isinstance(whole, dict):
        return iter([_row(whole, "line 1")])
    if not isinstance(whole, list):
        raise QuestionSetError(f"line 1: expected a list of questions, got {shown(whole)}")
    return (_row(row, place) for place, row in objects_in(whole))


def _row(row: Mapping[str, Any], place: str) -> Item:
    if "query" in row and "question" not in row and ("evidence_list" in row or "question_type" in row):
        return _multihop(row, place)
    return question_of(row, place)


def read_table(file: SetFile) -> Iterator[Item]:
    """Yield the questions of a CSV file, streamed: a first row with our keys, then a question a row.

    Several texts in a cell are separated by "|", or written as a JSON list where one of them holds that sign.
    """
    rows = csv.reader((line for _, line in file.lines()), delimiter=delimiter_of(file.head), strict=True)
    columns: list[str] | None = None
    while True:
        place = f"line {rows.line_num + 1}"
        try:
            cells = next(rows, None)
        except csv.Error as error:
            raise QuestionSetError(f"{place}: expected a row of the table, got {error}; correct its quoting") from None
        if cells is None:
            return
        while cells and not cells[-1].strip():
            cells.pop()  # spreadsheets fill rows up with empty cells
        if not cells:
            continue
        if columns is None:
            columns = _columns(cells, place)
            continue
        if len(cells) > len(columns):
            raise QuestionSetError(f"{place}: expected {len(columns)} cells, got {len(cells)}; correct its quoting")
        pairs = zip(columns, cells, strict=False)
        yield question_of({column: _cell(column, cell, place) for column, cell in pairs if cell.strip()}, place)


def delimiter_of(head: str) -> str:
    """Return what separates the cells of a table that begins with `head`: the sign that makes most of our keys."""
    first = next((line for line in head.split("\n") if line.strip()), "")

    def known(delimiter: str) -> int:
        return sum(cell.strip(' "\r').casefold() in KEYS for cell in first.split(delimiter))

    return max(_DELIMITERS, key=known)


def _columns(cells: list[str], place: str) -> list[str]:
    columns = [cell.strip() for cell in cells]
    for number, column in enumerate(columns):
        check_key(column, place)
        if column in columns[:number]:
            raise QuestionSetError(f"{place}: expected each column once, got {column!r} twice")
    if "question" not in columns:
        raise QuestionSetError(f"{place}: expected a column question, got {shown(columns)}")
    return columns


def _cell(column: str, cell: str, place: str) -> object:
    """Return what stands in a cell that is not empty."""
    number = int(place.removeprefix("line "))
    if column == "history":
        return parse_json(cell, number, "history as JSON")
    if column == "answerable":
        return _BOOLEANS.get(cell.strip().casefold(), cell)
    if column not in _LISTS:
        return cell.strip()
    if _JSON_CELL.match(cell):
        return parse_json(cell, number, f"{column} as a JSON list")
    return [part.strip() for part in cell.split("|") if part.strip()]


def _squad(document: Mapping[str, Any]) -> Iterator[Item]:
    """Yield SQuAD's questions; the gold quote is the sentence of the context around the answer."""
    for article_place, article in objects_of(document, "data"):
        title = text_of(article, "title", article_place)
        for paragraph_place, paragraph in objects_of(article, "paragraphs", article_place):
            context = text_of(paragraph, "context", paragraph_place, required=True)
            spans: list[tuple[int, int]] = []
            for place, row in objects_of(paragraph, "qas", paragraph_place):
                spans = spans or sentence_spans(context, None)
                yield _squad_question(row, place, title, context, spans)


def _squad_question(row: Mapping[str, Any], place: str, title: str, context: str, spans: list[tuple[int, int]]) -> Item:
    impossible = row.get("is_impossible", False)
    if not isinstance(impossible, bool):
        raise QuestionSetError(f"{place}: expected is_impossible as true or false, got {shown(impossible)}")
    answers: list[str] = []
    quotes: Counter[str] = Counter()
    notes: list[str] = []
    for answer_place, answer in objects_of({"answers": []} | dict(row), "answers", place):
        if impossible and answer.get("text") == "":
            continue  # how some files say that there is none
        text = text_of(answer, "text", answer_place, required=True)
        answers.append(text)
        start = _start(answer, text, context, answer_place)
        if start < 0:
            notes.append("an answer does not stand in its context, so no quote is taken from it")
        else:
            quotes[_sentence(context, spans, start, start + len(text))] += 1
    question = GoldQuestion(
        text_of(row, "question", place, required=True),
        _squad_id(row, place),
        answers=tuple(dict.fromkeys(answers)),
        articles=() if impossible or not title else (title,),
        # the answers are alternatives, several people's, and so are the sentences: the one that most point at
        quotes=() if impossible else tuple(quote for quote, _ in quotes.most_common(1)),
        answerable=not impossible,
    )
    return Item(place, question, tuple(dict.fromkeys(notes)))


def _squad_id(row: Mapping[str, Any], place: str) -> str:
    number = row.get("id")
    if isinstance(number, int) and not isinstance(number, bool) and abs(number) < 10**18:
        return str(number)  # sets in SQuAD's form have numbers too
    return text_of(row, "id", place) or place


def _start(answer: Mapping[str, Any], text: str, context: str, place: str) -> int:
    """Return where the answer stands in its context: where it says, else the first place; -1 for nowhere."""
    start = answer.get("answer_start")
    if start is not None and (not isinstance(start, int) or isinstance(start, bool)):
        raise QuestionSetError(f"{place}: expected answer_start as a whole number, got {shown(start)}")
    if start is not None and 0 <= start <= len(context) and context.startswith(text, start):
        return start
    return context.find(text)


def _sentence(context: str, spans: list[tuple[int, int]], start: int, end: int) -> str:
    """Return the sentence or sentences of `context` that hold its characters from `start` to `end`."""
    held = [(a, b) for a, b in spans if a < end and start < b]
    return context[min(start, held[0][0]) : max(end, held[-1][1])] if held else context[start:end]


def _multihop(row: Mapping[str, Any], place: str) -> Item:
    """Return a question of MultiHop-RAG; a null query's answer, that there is none, is no gold."""
    kind = text_of(row, "question_type", place, required=True)
    null = kind == _NULL_QUERY
    evidence = list(objects_of({"evidence_list": []} | dict(row), "evidence_list", place))

    def all_of(*keys: str) -> tuple[str, ...]:
        """Return each piece of evidence's first text among `keys`, each once."""
        texts = [[text_of(one, key, at) for key in keys if one.get(key) != ""] for at, one in evidence]
        return tuple(dict.fromkeys(text for found in texts for text in [next(filter(None, found), "")] if text))

    question = GoldQuestion(
        text_of(row, "query", place, required=True),
        text_of(row, "id", place) or place,
        answers=() if null else (text_of(row, "answer", place, required=True),),
        outlets=() if null else all_of("source"),
        articles=() if null else all_of("url", "title"),
        quotes=() if null else all_of("fact"),
        answerable=not null,
        tags=(kind, MULTIHOP_RAG),
    )
    bare = not null and not question.quotes
    return Item(place, question, ("no fact is given, so retrieval is measured by articles only",) if bare else ())
