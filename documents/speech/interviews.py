"""Who answers in an interview: paragraphs labelled with names, or questions set off from answers.

Where the introduction presents exactly one person, the answers are that person's; otherwise nobody is named.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from documents.cues import is_office, is_outlet_like
from documents.names import name_spans

MIN_QUESTIONS = 3
"""From this many questions that are each followed by an answer on, an article is read as an interview."""

MAX_QUESTION_CHARACTERS = 300

_LABEL = re.compile(r"^(?:\*\*)?([^\W\d_][^:\n]{1,60}?)(?:\*\*)?:(?:\*\*)?\s+\S")
_BOLD = re.compile(r"^(\*\*|__)(?=\S).+(?<=\S)\1$")
_ASKED = re.compile(r"^(?:Q|Question|Frage|Pregunta|P|F)\s*[.:]\s+\S")
_PRESENTED = re.compile(
    r"^(?:\s*,\s*(?:an?|the|who|der|die|das|ein|eine|una?|el|la|le|l['’]|il|professor|director)\b"
    r"|\s+(?:is|was|has|ist|war|es|fue|est|è)\s)",
    re.IGNORECASE,
)


def answer_speakers(paragraphs: Sequence[str], author: str | None = None) -> dict[int, str]:
    """Return the speaker of each paragraph that is somebody's answer, by the paragraph's index.

    Args:
        paragraphs: The article's non-empty lines.
        author: The byline; the interviewer is never the one interviewed.
    """
    return _labelled(paragraphs) or _set_off(paragraphs, author)


def _labelled(paragraphs: Sequence[str]) -> dict[int, str]:
    """Return speakers where the same name and colon open several paragraphs ("Ana Ruiz: ...").

    Once is a sentence with a colon in it; twice or more is a script's way to name its speakers.
    """
    labels: dict[int, str] = {}
    for index, paragraph in enumerate(paragraphs):
        if match := _LABEL.match(paragraph.strip()):
            name = match.group(1).strip()
            words = name.split()
            if 2 <= len(words) <= 5 and all(w[0].isupper() for w in words if len(w) > 3):
                labels[index] = name
    names = list(labels.values())
    return {index: name for index, name in labels.items() if names.count(name) >= 2}


def _set_off(paragraphs: Sequence[str], author: str | None) -> dict[int, str]:
    """Return the one interviewee as the speaker of everything between and after the questions."""
    asked = [i for i, p in enumerate(paragraphs) if _is_question(p.strip())]
    answered = [i for i in asked if i + 1 < len(paragraphs) and i + 1 not in asked]
    if len(answered) < MIN_QUESTIONS or asked[0] == 0:
        return {}
    speaker = _presented(" ".join(paragraphs[: asked[0]]), author)
    if speaker is None:
        return {}
    bold = sum(bool(_BOLD.match(paragraphs[i].strip())) for i in asked)
    answers = (i for i in range(asked[0] + 1, len(paragraphs)) if i not in asked)
    # Without set-off questions nothing tells an answer's second paragraph from the reporter's prose.
    return {i: speaker for i in answers if bold >= MIN_QUESTIONS or i - 1 in asked}


def _is_question(paragraph: str) -> bool:
    if len(paragraph) > MAX_QUESTION_CHARACTERS:
        return False
    return bool(_BOLD.match(paragraph) or _ASKED.match(paragraph)) or (
        paragraph.endswith("?") and paragraph[0] not in "“„«\"'‘"
    )


def _presented(introduction: str, author: str | None) -> str | None:
    """Return the one person whom the introduction presents ("Ana Ruiz, a geologist", "Ana Ruiz is ..."), or None."""
    found: dict[str, str] = {}
    for start, end in name_spans(introduction):
        name = introduction[start:end]
        person = 2 <= len(name.split()) <= 4 and not is_outlet_like(name) and not is_office(name)
        if person and name != author and _PRESENTED.match(introduction[end:]):
            found.setdefault(name.split()[-1], name)
    return next(iter(found.values())) if len(found) == 1 else None
