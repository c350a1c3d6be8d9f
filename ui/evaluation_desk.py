"""What the Evaluate tab can do, without gradio: run one evaluation at a time, and keep its files to be fetched.

A visitor's sets and results live in the visitor's own `Visit`. Which sets there are is `ui.evaluation_sets`,
measuring is `rag.evaluation`, the report as a page is `ui.report_page`.
"""

from __future__ import annotations

import secrets
import shutil
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from documents.errors import BylineError, RequestError
from rag.evaluation.gold import QuestionSet
from rag.evaluation.outcomes import Progress
from rag.evaluation.report import REPORT_NAME
from ui.desk import Desk
from ui.evaluation_sets import QuestionSets, Uploaded
from ui.report_page import PAGE_NAME, write_page

if TYPE_CHECKING:
    from rag.evaluation.report import Report

MAX_REPORTS = 20
"""Most reports whose files are kept to be downloaded; then the oldest go."""
UNWATCHED_SECONDS = 60
"""A run that nobody looked at for so long is stopped: its visitor has gone."""
DOWNLOADS = {PAGE_NAME: "text/html; charset=utf-8", REPORT_NAME: "application/json"}
"""The files of a report, and what each one is."""

Evaluate = Callable[[Desk, QuestionSet, Progress, Path], "Report"]
"""Evaluates a question set over the desk's collection; the path is where to keep what was done, to go on from there."""
Outcome = Callable[[Callable[[], "Report"]], "tuple[Report | None, str]"]
"""Returns what a piece of work returns and an empty string, or None and the sentence for what it raised."""


class Stopped(BylineError):
    """The visitor stopped the evaluation, or left."""


@dataclass(eq=False)
class Run:
    """One evaluation that is under way or over; written by its own thread, read by whoever shows it.

    Attributes:
        name: The question set's name.
        total: How many questions it has.
        done: How many of them were asked.
        report: What was measured, once it is over and came out well.
        token: Under which name its files can be fetched; empty when there are none.
        problem: The sentence that it ended with instead of a report; empty when there is none.
        over: Set when it has ended, however it ended.
    """

    name: str
    total: int
    done: int = 0
    report: Report | None = None
    token: str = ""
    problem: str = ""
    over: threading.Event = field(default_factory=threading.Event)
    _stop: threading.Event = field(default_factory=threading.Event)
    _watched: float = field(default_factory=time.monotonic)

    @property
    def stopping(self) -> bool:
        """Whether it was told to stop."""
        return self._stop.is_set()

    def stop(self) -> None:
        """Stop it after the question that is being asked now."""
        self._stop.set()

    def wait(self, seconds: float) -> bool:
        """Return whether it is over, after at most `seconds`; waiting counts as watching."""
        self._watched = time.monotonic()
        return self.over.wait(seconds)

    def progress(self, done: int, total: int) -> None:
        """Note how far it is; the evaluation calls this after each question.

        Raises:
            Stopped: it is to end here.
        """
        self.done, self.total = done, total
        if self._stop.is_set() or time.monotonic() - self._watched > UNWATCHED_SECONDS:
            raise Stopped(f"The evaluation was stopped after {done:,} of {total:,} questions; run it again to go on")


@dataclass(eq=False)
class Visit:
    """What one visitor has on this tab: uploaded question sets by their key, the latest run, and a name for files."""

    uploaded: Uploaded = field(default_factory=dict)
    run: Run | None = None
    name: str = field(default_factory=lambda: secrets.token_hex(8))

    @property
    def report(self) -> Report | None:
        """The latest run's report, or None when there is none."""
        return None if self.run is None else self.run.report


class EvaluationDesk:
    """The shared side of the tab: question sets, one run at a time, and the files of the latest reports.

    Args:
        desk: Whose collection and settings are evaluated.
        evaluate: What evaluates.
    """

    def __init__(self, desk: Desk, evaluate: Evaluate | None = None) -> None:
        self.sets = QuestionSets(desk.settings.home)
        self._desk = desk
        self._evaluate = evaluate or _evaluate
        self._running: Run | None = None
        self._lock = threading.Lock()
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._kept: dict[str, Path] = {}

    @property
    def endpoint(self) -> str | None:
        """Host of the language model that every question would be put to, or None."""
        return self._desk.endpoint

    def start(self, visit: Visit, key: object, outcome: Outcome) -> Run:
        """Return the run that has just begun, which is now the visitor's.

        Args:
            visit: Who runs it.
            key: Which set; not trusted.
            outcome: The boundary at which whatever goes wrong while it runs becomes a sentence.

        Raises:
            RequestError: an evaluation is under way already, or there is no such set.
        """
        questions = self.sets.question_set(visit.uploaded, key)
        run = Run(questions.name, len(questions.questions))
        with self._lock:
            now = self._running
            if now is not None and not now.over.is_set():
                whose = "Your evaluation" if now is visit.run else "Another visitor's evaluation"
                raise RequestError(
                    f"{whose} is under way, {now.done:,} of {now.total:,} questions done; try again when it is over"
                )
            self._running = visit.run = run
        journal = self._room() / f"{visit.name}-{questions.digest[:16]}.jsonl"
        work = (run, questions, journal, outcome)
        threading.Thread(target=self._work, args=work, name="evaluation", daemon=True).start()
        return run

    def file(self, token: str, name: str) -> Path | None:
        """Return where a file of a report lies, or None when there is none (any more)."""
        with self._lock:
            folder = self._kept.get(token)
        return folder / name if folder is not None and name in DOWNLOADS else None

    def forget(self, visit: Visit | None) -> None:
        """Stop the visitor's run and remove its files; for when the visitor has gone."""
        if visit is None or visit.run is None:
            return
        visit.run.stop()
        with self._lock:
            self._drop(visit.run.token)

    def _work(self, run: Run, questions: QuestionSet, journal: Path, outcome: Outcome) -> None:
        try:
            run.report, run.problem = outcome(lambda: self._measured(run, questions, journal))
        finally:
            run.over.set()

    def _measured(self, run: Run, questions: QuestionSet, journal: Path) -> Report:
        report = self._evaluate(self._desk, questions, run.progress, journal)
        run.token = self._publish(report)
        return report

    def _publish(self, report: Report) -> str:
        """Write the report's files under a name that nobody can guess, and return that name."""
        token = secrets.token_urlsafe(24)
        folder = self._room() / token
        report.save(folder)
        write_page(report, folder)
        with self._lock:
            self._kept[token] = folder
            for oldest in list(self._kept)[:-MAX_REPORTS]:
                self._drop(oldest)
        return token

    def _room(self) -> Path:
        """Return the folder of journals and reports: no part of the home folder, gone when the server ends."""
        with self._lock:
            if self._folder is None:
                self._folder = tempfile.TemporaryDirectory(prefix="byline-evaluations-")
            return Path(self._folder.name)

    def _drop(self, token: str) -> None:
        folder = self._kept.pop(token, None)
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)


def _evaluate(desk: Desk, questions: QuestionSet, progress: Progress, journal: Path) -> Report:
    from rag.evaluation.running import evaluate
    from rag.pipeline import Chatbot

    chatbot = Chatbot(desk.settings, collection=desk.collection)
    return evaluate(questions, chatbot=chatbot, journal=journal, progress=progress)
