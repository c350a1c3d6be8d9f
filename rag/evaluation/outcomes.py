"""The nouns of an evaluation: what was found and answered for one question, how it was judged, what was measured.

Plain frozen values, and their JSON form where they stand in ``report.json``. Asking is
`rag.evaluation.running`, judging is `rag.evaluation.judging`, the whole report is `rag.evaluation.report`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from index.store import StoredPassage
from rag.answers import Answer
from rag.evaluation.gold import GoldQuestion

Ask = Callable[..., Answer]
"""The system under test: takes the question as text and returns an `Answer`.

Where its signature has a parameter ``history``, the earlier (question, answer) turns are passed by that name.
"""

Progress = Callable[[int, int], None]
"""Called with (questions done, questions in all)."""


class Failure(StrEnum):
    """What can be wrong with one question's outcome; the value is what reports and filters show."""

    ERROR = "error"
    """The system raised an error instead of answering."""
    NOT_FOUND = "not found"
    """No passage with the gold among the first ten."""
    REFUSED = "refused"
    """Nothing was answered, although the articles do answer it."""
    ANSWERED = "answered"
    """Something was answered, although no article answers it."""
    WRONG_WORDS = "wrong words"
    """The answer has none of the expected strings."""
    WRONG_OUTLET = "wrong outlet"
    """Somebody else is cited than who must be, or not everybody who must be."""
    CARRIER = "carrier"
    """The carrier of a press review is cited for words that it quotes."""
    WRONG_SPEAKER = "wrong speaker"
    """The speaker of the cited words is not who must be named."""
    WRONG_DATE = "wrong date"
    """The cited article was not published on the day asked for."""
    WRONG_ARTICLE = "wrong article"
    """The cited article is none of those asked for."""
    MISATTRIBUTED = "misattributed"
    """A citation names another outlet than the one that the collection knows as the origin of the words."""
    NOT_VERBATIM = "not verbatim"
    """A citation's quote is not the article's characters."""
    UNSUPPORTED = "unsupported"
    """A sentence is not carried by what it cites."""


@dataclass(frozen=True, slots=True)
class Found:
    """One rank of what was retrieved: a distinct text, in every article that holds it.

    Attributes:
        passages: The passages with that text, at least one.
        score: What the ranking gave it; higher is better, no unit. None where nobody said.
    """

    passages: tuple[StoredPassage, ...]
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one question.

    Attributes:
        question: The question and its gold.
        answer: What the system answered; None when only retrieval was asked for, or when it raised an error.
        found: The ranks retrieved, best first; None when the system does not show what it retrieved.
        seconds: What the whole answer took, wall-clock; None when it was not timed.
        error: The sentence of the error raised instead of an answer; empty when there was none.
    """

    question: GoldQuestion
    answer: Answer | None
    found: tuple[Found, ...] | None
    seconds: float | None = None
    error: str = ""

    @property
    def refused(self) -> bool:
        """Whether nothing was answered."""
        return self.answer is None or self.answer.status == "no_evidence"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with an outcome: its kind and a plain clause about it."""

    kind: Failure
    text: str


@dataclass(frozen=True, slots=True)
class Scores:
    """One question's scores.

    Attributes:
        values: Metric name to score, 0 to 1; a metric that this question cannot measure is absent.
        verbatim: For each citation, whether its quote is exactly the article's characters.
        abstention: (refused, unanswerable), or None when nobody said whether there is an answer.
        correct: Whether the outcome is right as a whole (`rag.evaluation.judging` says how); None when the gold
            does not tell.
        held: For each rank of `Outcome.found`, whether it holds any gold; empty where nothing was retrieved.
        cited: The outlets that the answer cites, canonical names, in order of first use; None stands for unknown.
        faults: What is wrong; empty when nothing is.
    """

    values: dict[str, float]
    verbatim: tuple[bool, ...] = ()
    abstention: tuple[bool, bool] | None = None
    correct: bool | None = None
    held: tuple[bool, ...] = ()
    cited: tuple[str | None, ...] = ()
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class Metric:
    """A measured value, its 95 % interval `low` to `high`, and `n`, how many outcomes it rests on."""

    value: float
    low: float
    high: float
    n: int

    def to_dict(self) -> dict[str, float | int]:
        """Return the metric as plain JSON types, rounded to 6 decimals."""
        return {name: round(value, 6) for name, value in asdict(self).items()}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Metric:
        """Return the metric whose `to_dict` gave `data`."""
        return cls(float(data["value"]), float(data["low"]), float(data["high"]), int(data["n"]))


@dataclass(frozen=True, slots=True)
class Seen:
    """One retrieved passage as a report shows it: of several copies of a text, the first; `gold`: it holds gold."""

    article_id: str
    title: str | None
    outlet: str | None
    published: str | None
    text: str
    start: int
    end: int
    score: float | None
    gold: bool


@dataclass(frozen=True, slots=True)
class QuestionResult:
    """Everything a report keeps of one question.

    Attributes:
        question: The question and its gold.
        answer: `Outcome.answer`.
        seen: What was retrieved, best first.
        seconds: `Outcome.seconds`.
        error: `Outcome.error`.
        values: `Scores.values`.
        correct: `Scores.correct`.
        cited: `Scores.cited`.
        faults: `Scores.faults`.
    """

    question: GoldQuestion
    answer: Answer | None
    seen: tuple[Seen, ...]
    seconds: float | None
    error: str
    values: dict[str, float]
    correct: bool | None
    cited: tuple[str | None, ...]
    faults: tuple[Fault, ...]

    @property
    def why(self) -> str:
        """What is wrong, as one line; empty when nothing is."""
        return "; ".join(fault.text for fault in self.faults)

    def to_dict(self) -> dict[str, Any]:
        """Return the result as plain JSON types."""
        return {
            "question": asdict(self.question),
            "answer": None if self.answer is None else self.answer.to_dict(),
            "seen": [asdict(seen) for seen in self.seen],
            "seconds": self.seconds,
            "error": self.error,
            "values": self.values,
            "correct": self.correct,
            "cited": list(self.cited),
            "faults": [{"kind": str(fault.kind), "text": fault.text} for fault in self.faults],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> QuestionResult:
        """Return the result whose `to_dict` gave `data`; a KeyError, TypeError or ValueError where it is none."""
        return cls(
            question=GoldQuestion.from_dict(data["question"]),
            answer=None if data["answer"] is None else Answer.from_dict(data["answer"]),
            seen=tuple(Seen(**seen) for seen in data["seen"]),
            seconds=data["seconds"],
            error=data["error"],
            values={name: float(value) for name, value in data["values"].items()},
            correct=data["correct"],
            cited=tuple(data["cited"]),
            faults=tuple(Fault(Failure(fault["kind"]), fault["text"]) for fault in data["faults"]),
        )
