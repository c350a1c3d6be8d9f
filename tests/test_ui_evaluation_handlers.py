from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from reports import make_report
from starlette.testclient import TestClient

from documents.errors import StoreBusy
from rag.answers import Answer, AnswerSentence
from rag.evaluation.gold import GoldQuestion, QuestionSet
from rag.evaluation.report import Report
from rag.settings import Settings
from ui.desk import Desk
from ui.evaluation_desk import EvaluationDesk, Visit
from ui.guards import HEADERS, Hosts
from ui.web import SILENCE

BASE = "http://127.0.0.1:7860"
REPORT = make_report(12)
SET = '{"question": "One?", "answers": ["x"]}\n{"question": "Two?", "answers": ["x"]}\n'


@pytest.fixture(scope="module", autouse=True)
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The environment that `serve` sets before gradio is imported."""
    folder = tmp_path_factory.mktemp("inbox")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {**SILENCE, "GRADIO_TEMP_DIR": str(folder)}.items():
            patch.setenv(name, value)
        yield folder


class Echo:
    """A bot whose answer is what it was asked so far."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def ask(self, question: str, **filters: Any) -> Answer:
        return list(self.stream(question, **filters))[-1]

    def stream(
        self, question: str, *, outlets: Sequence[str] = (), since: str | None = None, until: str | None = None
    ) -> Iterator[Answer]:
        self.asked.append(question)
        yield Answer(question, question, "answered", "", (AnswerSentence(" then ".join(self.asked), ()),), ())


def make_desk(home: Path) -> Desk:
    store = SimpleNamespace(article=lambda article_id: None, revision=lambda: 1, articles=list, outlets=list)
    collection = SimpleNamespace(store=store, notices=list)
    return Desk(Settings(home=home), collection, Echo)  # type: ignore[arg-type]


def evaluate(desk: Desk, questions: QuestionSet, progress: Callable[[int, int], None], journal: Path) -> Report:
    for done in range(1, len(questions.questions) + 1):
        time.sleep(0.02)
        progress(done, len(questions.questions))
    if questions.questions[0].question == "busy":
        raise StoreBusy("expected <b>one</b> writer, got two; wait")
    if questions.questions[0].question == "boom":
        raise RuntimeError("secret detail /srv/keys")
    return REPORT


@pytest.fixture
def evaluations(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> EvaluationDesk:
    monkeypatch.setattr(
        "ui.evaluation_desk.write_page", lambda report, folder: (folder / "report.html").write_text("p")
    )
    return EvaluationDesk(make_desk(tmp_path / "home"), evaluate)


@pytest.fixture
def handlers(evaluations: EvaluationDesk, tmp_path: Path, inbox: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    from ui import evaluation_handlers
    from ui.handlers import Handlers

    monkeypatch.setattr(evaluation_handlers, "LOOK_SECONDS", 0.005)
    monkeypatch.setattr(evaluation_handlers, "make_plots", lambda report: [])
    return evaluation_handlers.EvaluationHandlers(evaluations, Handlers(make_desk(tmp_path / "home"), inbox), inbox)


def upload(inbox: Path, text: str = SET, name: str = "mine.jsonl") -> str:
    path = inbox / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def named(step: tuple[Any, ...]) -> dict[str, Any]:
    from ui.evaluation_handlers import SHOWN

    return dict(zip(SHOWN, step, strict=True))


def done(handlers: Any) -> Visit:
    """Return a visit with a finished evaluation."""
    visit = Visit(uploaded={"upload:1": QuestionSet((GoldQuestion("One?", "one"),))})
    list(handlers.run("upload:1", visit))
    assert visit.report is REPORT
    return visit


def test_arriving_gives_the_sets_and_keeps_what_is_chosen(handlers: Any) -> None:
    visit, sets = handlers.arrive(None, None)
    assert isinstance(visit, Visit) and sets.value == "sample"
    assert handlers.arrive(visit, "sample")[1].value == "sample"
    assert handlers.arrive(visit, {"forged": 1})[1].value == "sample"


def test_an_uploaded_set_is_chosen_and_a_bad_one_is_said(handlers: Any, inbox: Path) -> None:
    visit, sets, said = handlers.take_in(upload(inbox), None)
    assert sets.value.startswith("upload:") and "2&#32;questions" in said
    assert sets.choices[0][0].startswith("mine.jsonl (uploaded")
    again, sets, said = handlers.take_in(upload(inbox, "<img src=x>"), visit)
    assert again is visit and len(visit.uploaded) == 1
    assert "<" not in said.replace('<p class="aside">', "").replace("</p>", "") and "mine" in said
    assert "/" not in said.replace("</p>", "")
    for forged in ("/etc/passwd", None, 7, ["x"]):
        assert "just&#32;uploaded" in handlers.take_in(forged, visit)[2]


def test_a_run_shows_progress_then_results(handlers: Any, inbox: Path) -> None:
    visit, sets, _ = handlers.take_in(upload(inbox), None)
    steps = [named(step) for step in handlers.run(sets.value, visit)]
    assert all(step["visit"] is visit for step in steps)
    assert steps[0]["stop"].visible and not steps[0]["run"].interactive and not steps[0]["results"].visible
    assert any("1&#32;of&#32;2" in step["status"] for step in steps[:-1])
    last = steps[-1]
    assert last["status"] == "" and last["results"].visible and not last["stop"].visible and last["run"].interactive
    assert visit.run is not None and visit.run.token in last["summary"]
    assert "<table>" in last["scores"] and len(last["failures"].choices) == 6
    assert last["kind"].choices[0] == ("Every kind", "") and last["tag"].visible
    assert last["detail"] == "" and not last["chat"].visible


@pytest.mark.parametrize(
    ("question", "said"), [("busy", "expected <b>one</b> writer"), ("boom", "Something went wrong on the server")]
)
def test_what_goes_wrong_is_a_sentence(handlers: Any, inbox: Path, question: str, said: str) -> None:
    from ui.rendering import escape

    visit, sets, _ = handlers.take_in(upload(inbox, json.dumps({"question": question, "answers": ["x"]})), None)
    last = named(list(handlers.run(sets.value, visit))[-1])
    assert escape(said) in last["status"] and "secret" not in last["status"]
    assert last["run"].interactive and visit.report is None


@pytest.mark.parametrize("key", [None, "", 7, "home:../x", ["sample"]])
def test_a_forged_set_runs_nothing(handlers: Any, key: Any) -> None:
    steps = [named(step) for step in handlers.run(key, None)]
    assert len(steps) == 1 and "of&#32;the&#32;list" in steps[0]["status"]
    assert steps[0]["visit"].run is None


def test_a_second_visitor_is_told_and_stopping_ends_the_first(handlers: Any) -> None:
    first, second = Visit(), Visit()
    running = handlers.run("sample", first)
    next(running)
    (refused,) = handlers.run("sample", second)
    assert "Another&#32;visitor" in named(refused)["status"] and second.run is None
    assert "Stopping" in handlers.stop(first)
    last = named(list(running)[-1])
    assert "was&#32;stopped&#32;after" in last["status"] and last["run"].interactive
    assert "update" in str(handlers.stop(None)) and "update" in str(handlers.stop(first))


def test_a_closed_page_stops_its_run(handlers: Any) -> None:
    visit = Visit()
    running = handlers.run("sample", visit)
    next(running)
    running.close()
    assert visit.run is not None and visit.run.stopping
    assert visit.run.wait(5)


def test_failures_are_filtered_and_shown(handlers: Any) -> None:
    visit = done(handlers)
    count, failures, detail, chat = handlers.narrow("wrong outlet", "press-review", visit)
    assert [number for _, number in failures.choices] == [0] and detail == "" and not chat.visible
    assert "1&#32;shown" in count
    assert len(handlers.narrow(None, ["forged"], visit)[1].choices) == 6
    html, button = handlers.show(0, visit)
    assert "<h4>Expected</h4>" in html and button.visible
    for number in (-1, 12, None, "0", 1.5, [0]):
        assert "update" in str(handlers.show(number, visit)[0])
    assert "update" in str(handlers.show(0, None)[0]) and "update" in str(handlers.narrow("", "", None)[0])


def test_a_failure_opens_in_a_new_conversation_with_its_history(handlers: Any) -> None:
    import gradio as gr

    visit = done(handlers)
    tabs, session, *_ = handlers.to_chat(0, visit)
    assert tabs.selected == "ask" and session is None
    steps = list(handlers.ask(0, visit))
    session, _, messages = steps[-1][:3]
    assert session.bot.asked == ["Is the Lorn bridge open?", REPORT.results[0].question.question]
    assert [message["role"] for message in messages] == ["user", "assistant"] * 2
    assert list(handlers.ask(99, visit)) == [] and list(handlers.ask(0, None)) == []
    with pytest.raises(gr.Error):
        handlers.to_chat("0", visit)


def test_reports_are_served_to_who_knows_their_name(tmp_path: Path, inbox: Path, handlers: Any) -> None:
    from fastapi import FastAPI

    from ui.guards import Guard
    from ui.server import _add_reports

    visit = done(handlers)
    assert visit.run is not None
    app = FastAPI()
    _add_reports(app, handlers._evaluations)
    client = TestClient(Guard(app, Hosts.bound_to("127.0.0.1", 7860), max_upload=1), base_url=BASE)
    for name, kind in (("report.html", "text/html"), ("report.json", "application/json")):
        reply = client.get(f"/byline/reports/{visit.run.token}/{name}")
        assert reply.status_code == 200 and reply.headers["content-type"].startswith(kind)
        assert reply.headers["content-disposition"] == f'attachment; filename="{name}"'
        assert all(reply.headers[header] == value for header, value in HEADERS)
        assert reply.headers["cache-control"] == "no-store"
    assert reply.json()["questions"] == 12
    for path in ("/byline/reports/x/report.html", f"/byline/reports/{visit.run.token}/..%2f..%2fx", "/byline/reports/"):
        assert client.get(path).status_code == 404
    assert client.get(f"/byline/reports/{visit.run.token}/other").status_code == 404
