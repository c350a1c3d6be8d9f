"""What an evaluation has done so far, on disk, so that one that was killed goes on where it was.

A file of JSON lines: the first names what is evaluated by a fingerprint, each further one holds what came of one
question. Answers are kept whole, retrieved passages by id; a question that ended in an error is not kept, since
asking again may mend it. A journal is a convenience: where none can be written, the evaluation goes on without.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from filelock import FileLock, Timeout

from documents.errors import RequestError
from index.store import Store
from rag.answers import Answer
from rag.evaluation.gold import GoldQuestion
from rag.evaluation.outcomes import Found, Outcome

_KIND = "byline evaluation journal 1"


def fingerprint(parts: Mapping[str, Any]) -> str:
    """Return a digest of `parts`, plain JSON values: all that decides what the answers are."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


class Journal:
    """The journal at `path`, or none; a context manager that lets go of the file and keeps it.

    Only one evaluation at a time writes a journal: another one of the same goes without.

    Attributes:
        outcomes: Question id to what came of it in the run that this one continues.
        seconds: How long that run, and those before it, had taken.
        notes: What the reader of the report should know, a sentence each.
    """

    def __init__(self, path: Path | None, mark: str, questions: Sequence[GoldQuestion], store: Store) -> None:
        """Open the journal.

        Args:
            path: The file; its folder is made where there is none. None keeps no journal.
            mark: The `fingerprint` of this evaluation; a journal of another one is replaced.
            questions: What is asked.
            store: Where the retrieved passages are.
        """
        self.outcomes: dict[str, Outcome] = {}
        self.seconds = 0.0
        self.notes: list[str] = []
        self._path = path
        self._guard = threading.Lock()
        self._file: IO[bytes] | None = None
        self._lock: FileLock | None = None
        if path is not None:
            self._open(path, mark, questions, store)

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def add(self, outcome: Outcome, seconds: float) -> None:
        """Write what came of one question, so that it outlives this process; safe to call from any thread.

        Args:
            outcome: What came of it.
            seconds: How long the evaluation has taken until now, the runs before this one included.
        """
        if outcome.error:
            return
        line = json.dumps(_plain(outcome) | {"until": seconds}, ensure_ascii=False)
        with self._guard:
            if self._file is None:
                return
            try:
                self._file.write(line.encode("utf-8", "surrogatepass") + b"\n")
                self._file.flush()
            except OSError as error:
                self._give_up(error)

    def finish(self) -> None:
        """Remove the journal: the report is complete."""
        with self._guard:
            if self._file is not None and self._path is not None:
                with suppress(OSError):
                    self._file.close()
                with suppress(OSError):
                    self._path.unlink(missing_ok=True)
            self._close()

    def _open(self, path: Path, mark: str, questions: Sequence[GoldQuestion], store: Store) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            lock = FileLock(f"{path}.lock", thread_local=False, fallback_to_soft=False)
            lock.acquire(timeout=0)
            self._lock = lock
            self._file = path.open("r+b") if path.exists() else path.open("w+b")
            self._continue(self._file, path, mark, questions, store)
        except Timeout:
            self.notes.append(
                f"Another evaluation writes the journal {path} now: this one keeps none and cannot be continued."
            )
        except (OSError, NotImplementedError) as error:
            self._give_up(error)
            self._close()

    def _continue(
        self, file: IO[bytes], path: Path, mark: str, questions: Sequence[GoldQuestion], store: Store
    ) -> None:
        """Take in what the file holds when it is of this evaluation, else begin it anew."""
        asked = {question.id: question for question in questions}
        head = _object(file.readline())
        good = file.tell()
        if head == {"kind": _KIND, "fingerprint": mark}:
            while (row := _object(file.readline())) is not None:
                good = file.tell()
                self._take(row, asked, store)
            # What was torn by the kill is cut off, or the next line would be glued to it.
            file.truncate(good)
            file.seek(good)
            return
        if head is not None:
            self.notes.append(f"The journal {path} was of another evaluation: begun anew.")
        file.seek(0)
        file.truncate()
        file.write(json.dumps({"kind": _KIND, "fingerprint": mark}).encode() + b"\n")
        file.flush()

    def _take(self, row: dict[str, Any], asked: Mapping[str, GoldQuestion], store: Store) -> None:
        try:
            outcome = _outcome(row, asked[row["id"]], store)
            self.seconds = max(self.seconds, float(row["until"]))
        except (KeyError, TypeError, ValueError, RequestError):
            return  # asked again
        if outcome is not None:
            self.outcomes[outcome.question.id] = outcome

    def _give_up(self, error: Exception) -> None:
        reason = (isinstance(error, OSError) and error.strerror) or str(error) or type(error).__name__
        self.notes.append(f"No journal could be written at {self._path} ({reason}): this run cannot be continued.")
        if self._file is not None:
            with suppress(OSError):
                self._file.close()
            self._file = None

    def _close(self) -> None:
        if self._file is not None:
            with suppress(OSError):
                self._file.close()
            self._file = None
        if self._lock is not None:
            # While it is held: who waits for it looks whether the file it locked is still the one of that name.
            with suppress(OSError):
                Path(self._lock.lock_file).unlink(missing_ok=True)
            self._lock.release()
            self._lock = None


def _plain(outcome: Outcome) -> dict[str, Any]:
    return {
        "id": outcome.question.id,
        "answer": None if outcome.answer is None else outcome.answer.to_dict(),
        "found": None
        if outcome.found is None
        else [[[stored.passage.id for stored in rank.passages], rank.score] for rank in outcome.found],
        "seconds": outcome.seconds,
    }


def _outcome(row: Mapping[str, Any], question: GoldQuestion, store: Store) -> Outcome | None:
    """Return the outcome that `_plain` wrote as `row`; None when a passage of it is gone."""
    found: list[Found] | None = None
    if row["found"] is not None:
        found = []
        for ids, score in row["found"]:
            passages = store.passages_by_id(ids)
            if len(passages) != len(ids):
                return None
            found.append(Found(tuple(passages), score))
    answer = None if row["answer"] is None else Answer.from_dict(row["answer"])
    return Outcome(question, answer, None if found is None else tuple(found), row["seconds"])


def _object(line: bytes) -> dict[str, Any] | None:
    """Return the JSON object of a whole line, else None."""
    if not line.endswith(b"\n"):
        return None
    try:
        row = json.loads(line.decode("utf-8", "surrogatepass"))
    except ValueError:
        return None
    return row if isinstance(row, dict) else None
