"""The question sets that the Evaluate tab offers: the samples, those of the home folder, and a visitor's uploads.

What lies in a file is `rag.evaluation.question_sets`; running one is `ui.evaluation_desk`.
"""

from __future__ import annotations

import contextlib
import secrets
from pathlib import Path

import documents
from documents.errors import QuestionSetError, RequestError
from rag.evaluation.gold import QuestionSet
from rag.evaluation.question_sets import read_questions
from ui.rendering import one_line
from ui.uploads import received

FOLDER = "question-sets"
"""Inside the home folder: what lies here can be chosen by every visitor."""
SUFFIXES = (".jsonl", ".json", ".csv")
"""Kinds of question set that are accepted; what is inside is checked when it is read."""
MAX_QUESTIONS = 500
"""Most questions in one run from the page: it takes everybody's machine, and calls the language model if one is set."""
MAX_MEGABYTES = 5
"""Largest question set that is taken in, in megabytes."""
MAX_UPLOADS = 5
"""Most uploaded sets that one visitor has at once."""
MAX_LISTED = 100
"""Most sets of the home folder that are offered."""

Uploaded = dict[str, QuestionSet]
"""One visitor's uploaded sets by their keys, the oldest first."""

_SAMPLE = "sample"
_STOCK, _UPLOADED = "home:", "upload:"


class QuestionSets:
    """The sets that can be chosen, by keys that are no paths.

    Args:
        home: The home folder.
    """

    def __init__(self, home: Path) -> None:
        self._folder = home / FOLDER

    def choices(self, uploaded: Uploaded) -> list[tuple[str, str]]:
        """Return (label, key) of each question set that this visitor may choose; their own uploads first."""
        offered = [
            (f"{one_line(questions.name)} (uploaded, {len(questions.questions):,} questions)", key)
            for key, questions in uploaded.items()
        ]
        if _sample_path().is_file():
            offered.append(("Sample questions, about the sample articles", _SAMPLE))
        return offered + [(one_line(name), _STOCK + name) for name in self._stock()]

    def take_in(self, uploaded: Uploaded, file: object, *, inbox: Path) -> str:
        """Return the key of the question set that was uploaded as `file`; the received copy is removed.

        Args:
            uploaded: The sets of the visitor whose set it becomes.
            file: Path as the page handed it over; not trusted.
            inbox: The only folder from which a file is taken.

        Raises:
            RequestError: a file of a kind, size or place that is not accepted.
            QuestionSetError: a line of it does not fit.
        """
        (path,) = received([file], inbox, MAX_MEGABYTES * 1_000_000, SUFFIXES)
        try:
            questions = _read(path)
        finally:
            path.unlink(missing_ok=True)
        key = _UPLOADED + secrets.token_hex(4)
        uploaded[key] = questions
        for oldest in list(uploaded)[:-MAX_UPLOADS]:
            del uploaded[oldest]
        return key

    def question_set(self, uploaded: Uploaded, key: object) -> QuestionSet:
        """Return the set that `key` names.

        Raises:
            RequestError: there is none of that name, or it is too long for the page.
            QuestionSetError: a line of it does not fit.
        """
        if isinstance(key, str) and key in uploaded:
            return uploaded[key]
        if key == _SAMPLE and _sample_path().is_file():
            return _read(_sample_path())
        name = key.removeprefix(_STOCK) if isinstance(key, str) and key.startswith(_STOCK) else ""
        if name in self._stock():
            return _read(self._folder / name)
        raise RequestError("Expected a question set of the list, got something else; choose one, or upload it again")

    def _stock(self) -> list[str]:
        """Return the names of the sets in the home folder."""
        names: list[str] = []
        with contextlib.suppress(OSError):  # no such folder, which is usual
            names = sorted(p.name for p in self._folder.iterdir() if p.suffix.lower() in SUFFIXES and p.is_file())
        return names[:MAX_LISTED]


def _sample_path() -> Path:
    return Path(documents.__file__).parent / "samples" / "questions.jsonl"


def _read(path: Path) -> QuestionSet:
    try:
        questions = read_questions(path)
    except QuestionSetError as error:
        # where the file lies on the server is nobody's business
        raise QuestionSetError(one_line(str(error)).replace(str(path), f"“{one_line(path.name)}”")) from None
    if len(questions.questions) > MAX_QUESTIONS:
        raise RequestError(
            f"Expected at most {MAX_QUESTIONS} questions for a run from the page, got {len(questions.questions):,}; "
            "take fewer, or run: byline evaluate"
        )
    return questions
