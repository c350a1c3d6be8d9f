"""What in a question set may be a mistake and may be meant: sentences that name the line, and refuse nothing.

What cannot be worked with is an error of the readers; what a collection lacks is `set_checking`.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence

from rag.evaluation.gold import FALSE_PREMISE, FOLLOW_UP, MULTIHOP_RAG, PRESS_REVIEW, QUOTE_BACK, GoldQuestion
from rag.evaluation.question_rows import GOLD, Item

MOST = 20
"""Sentences of one kind; more than that are one sentence with their number."""

_EXAMPLES = 3
_MEANINGFUL = (PRESS_REVIEW, QUOTE_BACK, FALSE_PREMISE, FOLLOW_UP, MULTIHOP_RAG)
_NEAR = 0.88
_LONGEST_TAG = 40


def warnings_of(items: Sequence[Item]) -> tuple[str, ...]:
    """Return a sentence for everything that may be a mistake, by kind and then in the file's order."""
    cases: dict[str, list[tuple[str, str]]] = {}  # kind -> place and detail of each case
    asked: dict[tuple[str, tuple[tuple[str, str], ...]], str] = {}
    for item in items:
        question = item.question
        for kind in (*item.notes, *_doubts(question)):
            cases.setdefault(kind, []).append((item.place, ""))
        same = " ".join(question.question.casefold().split()), question.history
        first = asked.setdefault(same, item.place)
        if first != item.place:
            cases.setdefault("asks the same as", []).append((item.place, f" {first}"))
    return tuple(sentence for kind, found in cases.items() for sentence in told(kind, found))


def told(kind: str, cases: Iterable[tuple[str, str]]) -> list[str]:
    """Return a sentence for each (place, detail) of one kind; a single one that sums them up where there are many."""
    found = list(cases)
    if len(found) <= MOST:
        return [f"{place}: {kind}{detail}" for place, detail in found]
    examples = ", ".join(f"{place}{f' ({detail.strip()})' if detail else ''}" for place, detail in found[:_EXAMPLES])
    return [f"{len(found)} times: {kind}; the first are {examples}"]


def _doubts(question: GoldQuestion) -> list[str]:
    """Return what of this question alone may be a mistake, a clause each."""
    doubts = []
    if question.answerable is True and not any(getattr(question, key) for key in GOLD):
        doubts.append("answerable is true but no gold is given, so that only refusing it counts")
    if question.answerable is False and question.answers:
        doubts.append("answerable is false although answers are given, which count for nothing then")
    if question.answerable is not False:
        if PRESS_REVIEW in question.tags and not question.outlets:
            doubts.append(f"the tag {PRESS_REVIEW} measures nothing without outlets")
        if QUOTE_BACK in question.tags and not (question.outlets or question.articles or question.published):
            doubts.append(f"the tag {QUOTE_BACK} measures nothing without outlets, articles or published")
    if FOLLOW_UP in question.tags and not question.history:
        doubts.append(f"the tag {FOLLOW_UP} is given without a history")
    for tag in question.tags:
        if meant := _near_miss(tag):
            doubts.append(f"the tag {tag!r} has no meaning of its own; did you mean {meant}?")
    return doubts


def _near_miss(tag: str) -> str | None:
    """Return the meaningful tag that `tag` is almost, or None."""
    if tag in _MEANINGFUL or len(tag) > _LONGEST_TAG:
        return None
    plain = {_plain(meant): meant for meant in _MEANINGFUL}
    near = difflib.get_close_matches(_plain(tag), plain, n=1, cutoff=_NEAR)
    return plain[near[0]] if near else None


def _plain(tag: str) -> str:
    return re.sub(r"[\W_]+", "", tag.casefold())
