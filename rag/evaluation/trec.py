"""TREC's files: topics (classic SGML, XML, or lines of id, tab, query) and the qrels that judge documents for them.

Topics alone say nothing about a right answer, so the two are read together and measure retrieval only.
Which article a document number means is for whoever judges.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping

from documents.errors import QuestionSetError
from rag.evaluation.gold import GoldQuestion
from rag.evaluation.question_rows import Item, shown
from rag.evaluation.set_files import SetFile

_TOPIC = re.compile(r"<(top|topic)\b([^<>]*)>", re.IGNORECASE)
_NUMBER = re.compile(r"\b(?:number|num|id|qid)\s*=\s*[\"']?([^\"'\s>]+)", re.IGNORECASE)
_FIELD = re.compile(r"<(num|title|query|question)\b[^<>]*>(.*?)(?=<[/a-z!?]|\Z)", re.IGNORECASE | re.DOTALL)
_PREFIXES = {"num": "Number:", "title": "Topic:"}
_ASKED = ("title", "query", "question")
"""Where a topic's question stands, the usual place first."""

_GRADE = re.compile(r"[+-]?\d{1,9}", re.ASCII)


def read_topics(file: SetFile) -> Iterator[Item]:
    """Yield the topics of a file of ``<top>`` or ``<topic>`` elements."""
    text = file.text().replace("<![CDATA[", "").replace("]]>", "")
    found = list(_TOPIC.finditer(text))
    if not found:
        raise QuestionSetError("line 1: expected TREC topics, <top> or <topic>, got none")
    line, counted = 1, 0
    for number, topic in enumerate(found):
        line += text.count("\n", counted, topic.start())
        counted = topic.start()
        stop = found[number + 1].start() if number + 1 < len(found) else len(text)
        block = text[topic.end() : stop]
        name = topic.group(1)
        end = re.search(rf"</{name}\s*>", block, re.IGNORECASE)
        if end is None:
            raise QuestionSetError(f"line {line}: expected </{name}> after <{name}>, got none; complete the topic")
        yield _topic(topic.group(2), block[: end.start()], f"line {line}")


def _topic(attributes: str, block: str, place: str) -> Item:
    fields: dict[str, str] = {}
    for match in _FIELD.finditer(block):
        name = match.group(1).lower()
        value = " ".join(html.unescape(match.group(2)).split())
        prefix = _PREFIXES.get(name, "")
        if prefix and value.lower().startswith(prefix.lower()):
            value = value[len(prefix) :].strip()
        fields.setdefault(name, value)
    number = _NUMBER.search(attributes)
    key = html.unescape(number.group(1)) if number else fields.get("num", "")
    if not key:
        raise QuestionSetError(f"{place}: expected a topic with a number, <num> or number=, got none")
    asked = next((fields[name] for name in _ASKED if fields.get(name)), "")
    if not asked:
        raise QuestionSetError(f"{place}: expected a topic with a title or query, got none")
    return Item(place, GoldQuestion(asked, key))


def read_topic_lines(file: SetFile) -> Iterator[Item]:
    """Yield the topics of a file with an id, a tab and a query on each line, streamed."""
    for number, line in file.lines():
        if line.strip():
            parts = [part.strip() for part in line.split("\t")]
            if len(parts) != 2 or not all(parts):
                raise QuestionSetError(f"line {number}: expected an id, a tab and a query, got {shown(line.strip())}")
            yield Item(f"line {number}", GoldQuestion(parts[1], parts[0]))


def read_grades(file: SetFile, ids: Iterable[str]) -> tuple[dict[str, tuple[tuple[str, int], ...]], int]:
    """Return topic id -> its (document, grade) pairs, and how many topics of the qrels are none of `ids`.

    A line is topic, iteration, document and grade, separated by white space, or by tabs where a
    document's name holds spaces.

    Raises:
        QuestionSetError: a line does not fit, or gives a document a second, other grade.
    """
    wanted = {_loose(topic): topic for topic in ids}
    grades: dict[str, dict[str, tuple[int, int]]] = {}  # topic -> document -> grade and the line that gives it
    strangers: set[str] = set()
    for number, line in file.lines():
        if not line.strip():
            continue
        topic, document, grade = _judgement(line, f"line {number}")
        known = wanted.get(_loose(topic))
        if known is None:
            strangers.add(topic)
            continue
        before, first = grades.setdefault(known, {}).setdefault(document, (grade, number))
        if before != grade:
            raise QuestionSetError(
                f"line {number}: expected one grade for document {shown(document)} of topic {shown(topic)}, "
                f"got {grade} after {before} in line {first}"
            )
    pairs = {topic: tuple((name, grade) for name, (grade, _) in held.items()) for topic, held in grades.items()}
    return pairs, len(strangers)


def _judgement(line: str, place: str) -> tuple[str, str, int]:
    parts = [part.strip() for part in line.split("\t")]
    if len(parts) != 4:
        parts = line.split()
    if len(parts) != 4 or not all(parts):
        raise QuestionSetError(f"{place}: expected topic, iteration, document and grade, got {shown(line.strip())}")
    topic, _, document, grade = parts
    if not _GRADE.fullmatch(grade):
        raise QuestionSetError(f"{place}: expected a grade as a whole number, got {shown(grade)}")
    return topic, document, int(grade)


def _loose(topic: str) -> str:
    """Return a topic's id as it is compared: topics write 051 where their qrels write 51."""
    return topic.lstrip("0") or "0" if topic.isascii() and topic.isdecimal() else topic


def with_grades(items: Iterable[Item], grades: Mapping[str, tuple[tuple[str, int], ...]]) -> Iterator[Item]:
    """Yield the topics that have grades, with them."""
    for item in items:
        if pairs := grades.get(item.question.id):
            yield Item(item.place, GoldQuestion(item.question.question, item.question.id, grades=pairs), item.notes)
