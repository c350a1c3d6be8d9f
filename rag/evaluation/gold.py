"""The nouns of a question set: a question with its gold, and the set it belongs to; reading is `question_sets`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

PRESS_REVIEW = "press-review"
"""Tag: the answer stands in words that a carrier quotes from the outlet that must be cited."""

QUOTE_BACK = "quote-back"
"""Tag: a quote is given; its outlet, its article's headline and its date are asked for."""

FALSE_PREMISE = "false-premise"
"""Tag: the question takes for true what the articles do not say."""

FOLLOW_UP = "follow-up"
"""Tag: understood only after the turns in its `history`."""

MULTIHOP_RAG = "multihop-rag"
"""Tag: comes from a file of the MultiHop-RAG benchmark, whose own formulas are computed as well."""


@dataclass(frozen=True, slots=True)
class GoldQuestion:
    """A question and its gold: what a right answer says, cites and rests on.

    Attributes:
        question: What is asked.
        id: Its name in reports, unique in the set; ``"line 7"`` when the file gives none.
        answers: The answer must contain any of these.
        outlets: Who must be cited.
        articles: Title, URL, id or file name of each article that holds the answer.
        quotes: Text that a citation must overlap.
        speakers: Any of these must be the speaker of the first citation.
        published: The day on which the cited article must have been published, "2024-05-31"; empty when not asked.
        answerable: Whether the collection answers it; None when nobody said.
        history: Earlier (question, answer) turns.
        tags: Free words, such as ``"press-review"``; some have a meaning, see this module's constants.
        grades: (article, grade) pairs of a TREC qrels file; a grade above 0 is relevant.
    """

    question: str
    id: str = ""
    answers: tuple[str, ...] = ()
    outlets: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()
    quotes: tuple[str, ...] = ()
    speakers: tuple[str, ...] = ()
    published: str = ""
    answerable: bool | None = None
    history: tuple[tuple[str, str], ...] = ()
    tags: tuple[str, ...] = ()
    grades: tuple[tuple[str, int], ...] = ()

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> GoldQuestion:
        """Return the question whose `dataclasses.asdict` gave `data`, lists as well as tuples."""
        pairs = ("history", "grades")
        values: dict[str, Any] = {
            name: tuple(tuple(pair) if name in pairs else pair for pair in value) if isinstance(value, list) else value
            for name, value in data.items()
        }
        return cls(**values)


KEYS = tuple(field.name for field in fields(GoldQuestion) if field.name != "grades")
"""The keys that a line of a question set may have."""


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """A question set as it was read.

    Attributes:
        questions: At least one, ids unique, in the file's order.
        name: The file's name.
        warnings: What may be a mistake, a sentence each that names the line.
        retrieval_only: Whether nothing can be measured but retrieval (TREC topics with qrels).
    """

    questions: tuple[GoldQuestion, ...]
    name: str = "questions"
    warnings: tuple[str, ...] = ()
    retrieval_only: bool = False

    @property
    def digest(self) -> str:
        """SHA-256 hex digest of the questions with their gold; the same set has the same."""
        plain = json.dumps([asdict(question) for question in self.questions], sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(plain.encode()).hexdigest()
