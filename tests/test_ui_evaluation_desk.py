from __future__ import annotations

import gc
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from reports import make_report

from documents.errors import BylineError, RequestError
from rag.evaluation.gold import GoldQuestion, QuestionSet
from rag.evaluation.report import Report
from rag.settings import Settings
from ui import evaluation_desk
from ui.evaluation_desk import EvaluationDesk, Run, Stopped, Visit

SET = QuestionSet(tuple(GoldQuestion(f"What of {number}?", f"q-{number}") for number in range(5)), "five.jsonl")


class Evaluator:
    """Evaluates nothing: takes a step for each question when it is let, then gives a report made by hand."""

    def __init__(self) -> None:
        self.steps = threading.Semaphore(0)
        self.fails: Exception | None = None
        self.journals: list[Path] = []

    def __call__(
        self, desk: Any, questions: QuestionSet, progress: Callable[[int, int], None], journal: Path
    ) -> Report:
        self.journals.append(journal)
        for done in range(1, len(questions.questions) + 1):
            assert self.steps.acquire(timeout=10)
            progress(done, len(questions.questions))
        if self.fails:
            raise self.fails
        return make_report(6)

    def go(self, count: int = 5) -> None:
        self.steps.release(count)


def outcome(work: Callable[[], Report]) -> tuple[Report | None, str]:
    try:
        return work(), ""
    except (BylineError, ZeroDivisionError) as error:
        return None, str(error)


@pytest.fixture
def evaluator() -> Evaluator:
    return Evaluator()


@pytest.fixture
def evaluations(tmp_path: Path, evaluator: Evaluator, monkeypatch: pytest.MonkeyPatch) -> EvaluationDesk:
    monkeypatch.setattr(evaluation_desk, "write_page", lambda report, folder: (folder / "report.html").write_text("p"))
    desk = SimpleNamespace(settings=Settings(home=tmp_path / "home"), endpoint=None)
    return EvaluationDesk(desk, evaluator)  # type: ignore[arg-type]


def visitor() -> Visit:
    return Visit(uploaded={"upload:1": SET})


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_a_run_says_how_far_it_is_and_ends_with_a_report_and_its_files(
    evaluations: EvaluationDesk, evaluator: Evaluator
) -> None:
    visit = visitor()
    run = evaluations.start(visit, "upload:1", outcome)
    assert (run.total, run.done, visit.report) == (5, 0, None)
    evaluator.go(2)
    until(lambda: run.done == 2)
    assert not run.wait(0.01)
    evaluator.go(3)
    assert run.wait(5)
    assert visit.report is run.report is not None and run.problem == ""
    assert len(run.token) >= 32
    for name in ("report.html", "report.json"):
        path = evaluations.file(run.token, name)
        assert path is not None and path.read_text()
    for token, name in [(run.token, "../x"), (run.token, "other"), ("", "report.html"), ("x" * 32, "report.json")]:
        assert evaluations.file(token, name) is None


def test_one_at_a_time_and_the_second_visitor_is_told(evaluations: EvaluationDesk, evaluator: Evaluator) -> None:
    first, second = visitor(), visitor()
    run = evaluations.start(first, "upload:1", outcome)
    evaluator.go(1)
    until(lambda: run.done == 1)
    with pytest.raises(RequestError, match="Another visitor's evaluation is under way, 1 of 5"):
        evaluations.start(second, "upload:1", outcome)
    with pytest.raises(RequestError, match="Your evaluation is under way"):
        evaluations.start(first, "upload:1", outcome)
    assert second.run is None and first.run is run
    evaluator.go(4)
    assert run.wait(5)
    evaluator.go()
    assert evaluations.start(second, "upload:1", outcome).wait(5)
    assert second.report is not None and first.report is not None
    assert first.report is not second.report
    assert evaluator.journals[0] != evaluator.journals[1]  # what one visitor's run kept is never another's


def test_a_stopped_run_ends_with_a_sentence_and_may_go_on(evaluations: EvaluationDesk, evaluator: Evaluator) -> None:
    visit = visitor()
    run = evaluations.start(visit, "upload:1", outcome)
    run.stop()
    assert run.stopping
    evaluator.go(1)
    assert run.wait(5)
    assert run.problem == "The evaluation was stopped after 1 of 5 questions; run it again to go on"
    assert run.report is None and run.token == ""
    evaluator.go()
    assert evaluations.start(visit, "upload:1", outcome).wait(5)
    assert visit.report is not None
    assert evaluator.journals[0] == evaluator.journals[1]


def test_a_run_that_nobody_watches_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    run = Run("x", 5)
    run.progress(1, 5)
    monkeypatch.setattr(evaluation_desk, "UNWATCHED_SECONDS", -1)
    with pytest.raises(Stopped):
        run.progress(2, 5)


def test_a_run_that_fails_leaves_room_for_the_next(evaluations: EvaluationDesk, evaluator: Evaluator) -> None:
    visit = visitor()
    evaluator.fails = ZeroDivisionError("seven")
    evaluator.go()
    run = evaluations.start(visit, "upload:1", outcome)
    assert run.wait(5) and run.problem == "seven"
    evaluator.fails = None
    evaluator.go()
    assert evaluations.start(visit, "upload:1", outcome).wait(5) and visit.report is not None


def test_what_is_kept_has_an_end(
    evaluations: EvaluationDesk, evaluator: Evaluator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evaluation_desk, "MAX_REPORTS", 2)
    visit, runs = visitor(), []
    for _ in range(3):
        evaluator.go()
        runs.append(evaluations.start(visit, "upload:1", outcome))
        assert runs[-1].wait(5)
    kept = [evaluations.file(run.token, "report.json") for run in runs]
    assert kept[0] is None and kept[1] is not None and kept[2] is not None
    evaluations.forget(visit)
    evaluations.forget(None)
    evaluations.forget(Visit())
    assert evaluations.file(runs[2].token, "report.json") is None
    assert not kept[2].exists() and kept[1].exists()
    room = kept[1].parents[1]
    del evaluations, kept, evaluator
    gc.collect()
    assert room.name.startswith("byline-evaluations-")
