"""Follow-up questions made to stand alone by rules: the outlet, topic and date of the turn before are carried.

Needs no language model. The result is an ordinary question, shown to the reader as what was really asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from rag.questions import Question

MAX_FOLLOW_UP_TOPIC = 4
"""A question with more content words of its own than this is taken to stand alone, pronoun or not."""

_OPENS = re.compile(r"^\s*(?:and|but|so|ok(?:ay)?|also|then|und|aber|y|pero|et|mais|e|ma|mas)\b[\s,]*", re.IGNORECASE)
_WHAT_ABOUT = re.compile(
    r"^\s*(?:and\s+|but\s+)?(?:what|how)\s+about\s+(.+?)\s*\??\s*$|^\s*(?:und|and)\s+(?!what|how|who|why|when|where|which|is|"
    r"are|was|did|do|does|has|wer|was|wie|wann|wo)(.{2,60}?)\s*\?\s*$",
    re.IGNORECASE,
)
_POINTS_BACK = re.compile(
    r"\b(?:it|its|they|them|their|he|him|his|she|her|that|this|those|these|there|then|so|the same|else|er|sie|"
    r"ihn|ihr|es|dort|ellos|ella|eso|allí)\b",
    re.IGNORECASE,
)


def standalone(
    question: str, understood: Question, previous: Question | None, reread: Callable[[str], Question]
) -> str:
    """Return `question` as one that stands alone.

    Args:
        question: What the reader typed.
        understood: `question` read on its own.
        previous: The question of the turn before, standing alone; None at the start.
        reread: Reads a rewritten question.
    """
    if previous is None:
        return question
    text = _OPENS.sub("", question).strip()
    about = _WHAT_ABOUT.match(question)
    if about:
        target = (about.group(1) or about.group(2)).strip()
        target = target if _is_outlet(target, reread) else ""
        if target:
            return _with_topic(f"What does {target} say?", previous.subject)
        return _with_outlet(_with_topic(text, previous.subject), understood, previous)
    opened = text != question.strip()
    bare = not understood.topic
    points_back = bool(_POINTS_BACK.search(question)) and len(understood.topic) <= MAX_FOLLOW_UP_TOPIC
    if not (opened or bare or points_back):
        return question
    text = text[:1].upper() + text[1:]
    if bare or points_back or (opened and len(understood.topic) <= 2):
        text = _with_topic(text, previous.subject)
    return _with_outlet(text, understood, previous)


def _is_outlet(target: str, reread: Callable[[str], Question]) -> bool:
    asked = reread(f"What does {target} say?")
    return bool(asked.outlets or asked.absent)


def _with_topic(question: str, subject: str) -> str:
    return f"{question.rstrip(' ?')} about {subject}?" if subject else question


def _with_outlet(question: str, understood: Question, previous: Question) -> str:
    asked = previous.outlets + previous.absent
    if understood.outlets or understood.absent or not asked:
        return question
    return f"{question.rstrip(' ?')}, according to {' and '.join(asked)}?"
