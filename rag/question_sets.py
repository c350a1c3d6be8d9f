"""Question sets: JSON lines with questions and what a right answer holds.

One object a line; only ``question`` is required. Blank lines are allowed; an unknown key, a wrong
type or a repeated id is an error that names the line, because a question that is silently not
measured is worse than one that is refused. Asking and scoring is `rag.evaluation`.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from documents.errors import QuestionSetError


@dataclass(frozen=True, slots=True)
class GoldQuestion:
    """A question and its gold: what a right answer says, cites and rests on.

    Attributes:
        question: What is asked.
        id: Its name in reports, unique in the set; ``"line 7"`` when the file gives none.
        answers: The answer must contain any of these.
        outlets: Who must be cited.
        articles: Title, URL or id of each article that holds the answer.
        quotes: Text that a citation must overlap.
        answerable: Whether the collection answers it; None when nobody said.
        history: Earlier (question, answer) turns.
        tags: Free words, such as ``"press-review"``.
    """

    question: str
    id: str = ""
    answers: tuple[str, ...] = ()
    outlets: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()
    quotes: tuple[str, ...] = ()
    answerable: bool | None = None
    history: tuple[tuple[str, str], ...] = ()
    tags: tuple[str, ...] = ()


KEYS = tuple(field.name for field in fields(GoldQuestion))


def read_questions(path: Path) -> list[GoldQuestion]:
    """Return the questions of the file, in its order; at least one.

    Raises:
        QuestionSetError: the file cannot be read, or a line of it does not fit; the message names the line.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise QuestionSetError(f"expected a question set at {path}, got {error.strerror}; check the path") from None
    except UnicodeDecodeError as error:
        raise QuestionSetError(f"expected UTF-8 text in {path}, got byte {error.start} that is none") from None
    questions: list[GoldQuestion] = []
    seen: dict[str, int] = {}
    # split on "\n" only: JSON strings may hold U+2028 and other characters at which splitlines() cuts
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        question = _question(line, f"{path} line {number}", f"line {number}")
        if question.id in seen:
            first = seen[question.id]
            raise QuestionSetError(
                f"{path} line {number}: expected a new id, got {question.id!r} again (first in line {first})"
            )
        seen[question.id] = number
        questions.append(question)
    if not questions:
        raise QuestionSetError(f"expected at least one question in {path}, got none")
    return questions


def _question(line: str, place: str, name: str) -> GoldQuestion:
    try:
        row = json.loads(line)
    except (json.JSONDecodeError, RecursionError) as error:
        reason = error.msg if isinstance(error, json.JSONDecodeError) else "too deeply nested"
        raise QuestionSetError(f"{place}: expected one JSON object, got text that is none ({reason})") from None
    if not isinstance(row, dict):
        raise QuestionSetError(f"{place}: expected one JSON object, got {type(row).__name__}")
    for key in row:
        if key not in KEYS:
            near = difflib.get_close_matches(key, KEYS, n=1)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(KEYS)}"
            raise QuestionSetError(f"{place}: expected a known key, got {key!r}; {hint}")
    return GoldQuestion(
        question=_text(row, "question", place, required=True),
        id=_text(row, "id", place) or name,
        answers=_texts(row, "answers", place),
        outlets=_texts(row, "outlets", place),
        articles=_texts(row, "articles", place),
        quotes=_texts(row, "quotes", place),
        answerable=_answerable(row, place),
        history=_history(row, place),
        tags=_texts(row, "tags", place),
    )


def _text(row: Mapping[str, Any], key: str, place: str, *, required: bool = False) -> str:
    value = row.get(key)
    if value is None and not required:
        return ""
    if not isinstance(value, str) or not value.strip():
        raise QuestionSetError(f"{place}: expected {key} as a text that is not empty, got {value!r:.80}")
    return value


def _texts(row: Mapping[str, Any], key: str, place: str) -> tuple[str, ...]:
    value = row.get(key, [])
    if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
        raise QuestionSetError(f"{place}: expected {key} as a list of texts, got {value!r:.80}")
    return tuple(value)


def _answerable(row: Mapping[str, Any], place: str) -> bool | None:
    value = row.get("answerable")
    if value is not None and not isinstance(value, bool):
        raise QuestionSetError(f"{place}: expected answerable as true or false, got {value!r:.80}")
    if value is None and any(row.get(key) for key in ("answers", "outlets", "articles", "quotes")):
        return True  # whoever gives the gold says that there is an answer
    return value


def _history(row: Mapping[str, Any], place: str) -> tuple[tuple[str, str], ...]:
    value = row.get("history", [])
    if not isinstance(value, list) or not all(map(_is_turn, value)):
        raise QuestionSetError(f"{place}: expected history as a list of [question, answer], got {value!r:.80}")
    return tuple((asked, answered) for asked, answered in value)


def _is_turn(turn: object) -> bool:
    return isinstance(turn, list) and len(turn) == 2 and all(isinstance(part, str) for part in turn)
