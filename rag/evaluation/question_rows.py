"""From an object with our keys to a `GoldQuestion`, and the checks that every format's reader shares.

Each check names the place it was given and raises `QuestionSetError`: a question that is silently not
measured is worse than one that is refused. Files and formats are `rag.evaluation.formats`.
"""

from __future__ import annotations

import difflib
import json
import re
import reprlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from documents.errors import QuestionSetError
from rag.evaluation.gold import KEYS, GoldQuestion

GOLD = ("answers", "outlets", "articles", "quotes", "speakers", "published")
"""The keys that say what a right answer holds."""

_LONGEST_KEY = 60
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_NOT_TEXT = re.compile("[\x00\ud800-\udfff]")
"""What JSON's escapes can smuggle in and no store or file can keep."""

_short = reprlib.Repr()
_short.maxstring = _short.maxother = _short.maxlong = 80


@dataclass(frozen=True, slots=True)
class Item:
    """A question as it was read.

    Attributes:
        place: Where it stands, as messages name it: "line 7", "[6]", "data[3].paragraphs[0].qas[2]".
        question: The question.
        notes: What may be a mistake and shows only in the file, a clause each.
    """

    place: str
    question: GoldQuestion
    notes: tuple[str, ...] = ()


class _Twice(ValueError):
    """An object has a key twice."""


def shown(value: object) -> str:
    """Return `value` as a message shows it: one line, never long, however large or nested it is."""
    text = _short.repr(value)
    return text if len(text) <= 100 else f"{text[:97]}..."


def parse_json(text: str, line: int | None = None, expected: str = "JSON") -> Any:
    """Return what `text`, the line `line` or else a whole file, says in JSON.

    Raises:
        QuestionSetError: it is none, or has a key twice in one object; the message names the line.
    """
    at = 1 if line is None else line
    try:
        return json.loads(text, object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        at, reason = at + error.lineno - 1, f"{error.msg} at column {error.colno}"
    except RecursionError:
        reason = "too deeply nested"
    except _Twice as error:
        raise QuestionSetError(f"line {at}: expected each key once in an object, got {error} twice") from None
    except ValueError:  # the only other one: more digits than Python reads
        reason = "a number of too many digits"
    raise QuestionSetError(f"line {at}: expected {expected}, got text that is none ({reason})")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    held: dict[str, Any] = {}
    for key, value in pairs:
        if key in held:
            raise _Twice(shown(key))
        held[key] = value
    return held


def check_key(key: str, place: str) -> None:
    """Raise `QuestionSetError` unless `key` is one of ours."""
    if key not in KEYS:
        # a key of any length would be compared letter by letter
        near = difflib.get_close_matches(key.strip().casefold()[:_LONGEST_KEY], KEYS, n=1)
        hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(KEYS)}"
        raise QuestionSetError(f"{place}: expected a known key, got {shown(key)}; {hint}")


def question_of(row: Mapping[str, Any], place: str) -> Item:
    """Return the question that an object with our keys asks; the place is its id when it has none.

    Raises:
        QuestionSetError: an unknown key or a value of a wrong type.
    """
    for key in row:
        check_key(key, place)
    question = GoldQuestion(
        question=text_of(row, "question", place, required=True),
        id=text_of(row, "id", place) or place,
        answers=texts_of(row, "answers", place),
        outlets=texts_of(row, "outlets", place),
        articles=texts_of(row, "articles", place),
        quotes=texts_of(row, "quotes", place),
        speakers=texts_of(row, "speakers", place),
        published=_published(row, place),
        answerable=_answerable(row, place),
        history=_history(row, place),
        tags=texts_of(row, "tags", place),
    )
    empty = row.get("answers") == [] and question.answerable is not False
    return Item(place, question, ("answers is an empty list, so what is answered is not measured",) if empty else ())


def text_of(row: Mapping[str, Any], key: str, place: str, *, required: bool = False) -> str:
    """Return the text at `key`, which is not empty; or "" where there is none and none is required.

    Raises:
        QuestionSetError: something else stands there.
    """
    value = row.get(key)
    if value is None and not required:
        return ""
    if not is_text(value):
        got = "none" if value is None else shown(value)
        raise QuestionSetError(f"{place}: expected {key} as a text that is not empty, got {got}")
    return str(value)


def texts_of(row: Mapping[str, Any], key: str, place: str) -> tuple[str, ...]:
    """Return the list of texts at `key`; empty where there is none.

    Raises:
        QuestionSetError: something else stands there.
    """
    value = row.get(key)
    if value is None:
        return ()
    if not isinstance(value, list) or not all(map(is_text, value)):
        raise QuestionSetError(f"{place}: expected {key} as a list of texts, got {shown(value)}")
    return tuple(value)


def objects_of(row: Mapping[str, Any], key: str, place: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the objects in the list at `key`, each with its place.

    Raises:
        QuestionSetError: something else stands there.
    """
    prefix = f"{place}.{key}" if place else key
    value = row.get(key)
    if not isinstance(value, list):
        got = "none" if value is None else shown(value)
        raise QuestionSetError(f"{prefix}: expected a list of objects, got {got}")
    yield from objects_in(value, prefix)


def objects_in(values: list[Any], prefix: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the objects of a list, each with its place.

    Raises:
        QuestionSetError: one of them is no object.
    """
    for number, value in enumerate(values):
        if not isinstance(value, dict):
            raise QuestionSetError(f"{prefix}[{number}]: expected an object, got {shown(value)}")
        yield f"{prefix}[{number}]", value


def is_text(value: object) -> bool:
    """Return whether `value` is a text that holds something and that any file could keep."""
    return isinstance(value, str) and bool(value.strip()) and not _NOT_TEXT.search(value)


def _published(row: Mapping[str, Any], place: str) -> str:
    value = text_of(row, "published", place)
    if value:
        try:
            good = bool(_DATE.fullmatch(value)) and bool(date.fromisoformat(value))
        except ValueError:
            good = False
        if not good:
            raise QuestionSetError(f"{place}: expected published as a day such as 2024-05-31, got {shown(value)}")
    return value


def _answerable(row: Mapping[str, Any], place: str) -> bool | None:
    value = row.get("answerable")
    if value is not None and not isinstance(value, bool):
        raise QuestionSetError(f"{place}: expected answerable as true or false, got {shown(value)}")
    if value is None and any(row.get(key) for key in GOLD):
        return True  # whoever gives the gold says that there is an answer
    return value


def _history(row: Mapping[str, Any], place: str) -> tuple[tuple[str, str], ...]:
    value = row.get("history")
    if value is None:
        return ()
    if not isinstance(value, list) or not all(map(_is_turn, value)):
        raise QuestionSetError(f"{place}: expected history as a list of [question, answer], got {shown(value)}")
    return tuple((asked, answered) for asked, answered in value)


def _is_turn(turn: object) -> bool:
    return isinstance(turn, list) and len(turn) == 2 and all(map(is_text, turn))
