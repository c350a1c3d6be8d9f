"""Objects in JSON files: one object a line, streamed, or a whole file with one object or a list of them.

A malformed line is a failure with its number; the others are read. What the keys mean is `documents.fields`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from documents.errors import ReadingError
from documents.fields import SYNONYMS, normal

_HOPELESS = 20
"""Malformed lines at the start after which a file is taken for something else than one object a line."""
_NOT_UTF8 = re.compile("[\udc80-\udcff]")


@dataclass(frozen=True, slots=True)
class Entry:
    """One object, where it stands ("line 7" or "item 7"), its line if known, and whether the file holds it alone."""

    place: str
    line: int | None
    values: dict[str, object]
    alone: bool = False


def read_json_lines(lines: Iterable[str]) -> Iterator[Entry | ReadingError]:
    """Yield the object on each line, or why there is none; blank lines are skipped."""
    number = bad = good = 0
    lines = iter(lines)
    while True:
        number += 1
        try:
            line = next(lines)
        except StopIteration:
            return
        except ReadingError as error:
            yield ReadingError(f"{error}; nothing after it was read", code=error.code, line=number)
            return
        line = line.strip().removeprefix("\ufeff")
        if not line:
            continue
        entry = _entry(line, number)
        good, bad = (good, bad + 1) if isinstance(entry, ReadingError) else (good + 1, bad)
        yield entry
        if bad == _HOPELESS and not good:
            yield ReadingError(
                f"expected one JSON object a line, got {bad} lines that are none; nothing after them was read",
                code="malformed-json",
                line=number,
            )
            return


def _entry(line: str, number: int) -> Entry | ReadingError:
    if _NOT_UTF8.search(line):
        return ReadingError(
            "expected UTF-8 as in the rest of the file, got other bytes; save the file as UTF-8",
            code="encoding",
            line=number,
        )
    try:
        values = json.loads(line)
    except json.JSONDecodeError as error:
        return _malformed(f"{error.msg} at column {error.colno}", number)
    except (ValueError, RecursionError) as error:  # numbers of thousands of digits, nesting without end
        return _malformed(str(error), number)
    if not isinstance(values, dict):
        return _malformed(type(values).__name__, number)
    return Entry(f"line {number}", number, values)


def read_json(text: str) -> list[Entry | ReadingError]:
    """Return the objects of a whole JSON file: one object, a list, or an object with a list under "articles".

    A file with one object a line is read as such, whatever its name says.

    Raises:
        ReadingError: with code ``malformed-json``.
    """
    text = text.removeprefix("\ufeff")
    try:
        whole = json.loads(text)
    except json.JSONDecodeError as error:
        lines = text.split("\n") if error.msg == "Extra data" else []
        if len(lines) > 1 and isinstance(_entry(next(line for line in lines if line.strip()), 1), Entry):
            return list(read_json_lines(lines))
        raise _malformed(f"{error.msg} at column {error.colno}", error.lineno) from None
    except (ValueError, RecursionError) as error:
        raise _malformed(str(error), 1) from None
    members = articles_in(whole)
    if members is None:
        if not isinstance(whole, dict):
            raise _malformed(type(whole).__name__, 1)
        return [Entry("", None, whole, alone=True)]
    return [
        Entry(f"item {number}", None, member)
        if isinstance(member, dict)
        else ReadingError(
            f"expected an object as item {number}, got {type(member).__name__}", code="malformed-json", line=None
        )
        for number, member in enumerate(members, 1)
    ]


def articles_in(whole: object) -> list[object] | None:
    """Return the list that a JSON document is or holds under "articles", or None."""
    if isinstance(whole, dict):
        whole = next((value for key, value in whole.items() if normal(str(key)) == "articles"), None)
    return whole if isinstance(whole, list) else None


def is_question(values: Mapping[str, object]) -> bool:
    """Return whether an object belongs to a question set: it asks a question and holds no text."""
    names = {normal(key) for key in values}
    return "question" in names and not names.intersection(SYNONYMS["text"])


def _malformed(got: str, line: int) -> ReadingError:
    return ReadingError(f"expected a JSON object, got {got}; correct the line", code="malformed-json", line=line)
