"""The Evaluate tab in a real browser: headless Chromium against the real application."""

from __future__ import annotations

import json
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fakes import SAMPLES, HashEncoder
from reports import hostile, make_report
from test_ui_browser import CHROMIUM, FOREIGN, Watched
from test_ui_rendering import PAYLOADS

from documents.sources import ReadOptions
from index.building import ingest
from index.collection import Collection
from rag.evaluation.gold import QuestionSet
from rag.evaluation.report import Report
from rag.pipeline import Chatbot
from rag.settings import Settings
from ui.desk import Desk
from ui.evaluation_desk import EvaluationDesk
from ui.guards import Hosts
from ui.web import SILENCE

SEE = (
    "#evaluation-status .md, #evaluation-summary .md, #evaluation-scores .md, #evaluation-count .md, #failure .md, "
    "#failures label, #question-sets, #failure-kind, #failure-tag"
)
ALLOWED = ("progress", "img")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"there is no Chromium at {CHROMIUM}"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api")
    quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
    with playwright.sync_playwright() as running:
        opened = running.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", *quiet, "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"],
        )
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, EvaluationDesk]]:
    """The address of the real application over the sample articles, and what runs its evaluations."""
    import uvicorn

    folder = tmp_path_factory.mktemp("evaluate")
    inbox = folder / "inbox"
    inbox.mkdir()
    home = folder / "home"
    ingest(home, [SAMPLES], options=ReadOptions(), encoder=HashEncoder())
    settings = Settings(home=home, encoder="fake-hash-256")
    collection = Collection.open(home, encoder=HashEncoder())
    desk = Desk(settings, collection, lambda: Chatbot(settings, collection=collection))
    made: list[EvaluationDesk] = []
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {**SILENCE, "GRADIO_TEMP_DIR": str(inbox)}.items():
            patch.setenv(name, value)
        from ui import server as application

        patch.setattr(application, "EvaluationDesk", lambda desk: made.append(EvaluationDesk(desk)) or made[-1])
        app = application.create_app(desk, Hosts.bound_to("127.0.0.1", port), inbox=inbox).guard
        running = uvicorn.Server(uvicorn.Config(app, log_level="warning", ws="none"))
        thread = threading.Thread(target=running.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not running.started:
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}", made[0]
        running.should_exit = True
        thread.join(20)
    collection.close()


def open_tab(browser: Any, address: str, **options: Any) -> Watched:
    watched = Watched(browser, address, **options)
    watched.page.get_by_role("tab", name="Evaluate").click()
    watched.page.locator("#question-sets input").wait_for()
    return watched


def upload(page: Any, tmp_path: Path, rows: list[dict[str, Any]], name: str = "few.jsonl") -> None:
    path = tmp_path / name
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    with page.expect_file_chooser() as chooser:
        page.click("#upload-set")
    chooser.value.set_files(path)
    page.locator("#evaluation-status").get_by_text(f"{len(rows)} questions in").wait_for()


def some_questions(count: int = 12) -> list[dict[str, Any]]:
    rows = [json.loads(line) for line in (SAMPLES / "questions.jsonl").read_text().splitlines() if line][: count - 2]
    wrong = {"question": "What does the Tolvern Herald say about the ferry?", "answers": ["bananas"], "tags": ["fruit"]}
    again = {**wrong, "question": "And when?", "history": [[wrong["question"], "Something."]], "tags": ["follow-up"]}
    return [*rows, wrong, again]


def choose(page: Any, box: str, words: str) -> None:
    page.locator(f"{box} input").click()
    page.locator("[role=option], .options li").filter(has_text=words).first.click()


def test_run_a_set_read_it_and_open_a_failure_in_the_chat(
    browser: Any, server: tuple[str, EvaluationDesk], tmp_path: Path
) -> None:
    watched = open_tab(browser, server[0])
    page = watched.page
    upload(page, tmp_path, some_questions())
    assert page.locator("#question-sets input").input_value().startswith("few.jsonl (uploaded, 12 questions)")
    page.evaluate(
        """() => { window.seen = []; new MutationObserver(() => {
        const bar = document.querySelector("#evaluation-status progress"); if (bar) window.seen.push(bar.value); })
        .observe(document.body, {childList: true, subtree: true, characterData: true, attributes: true}); }"""
    )
    page.locator("#run-evaluation").focus()
    page.keyboard.press("Enter")
    page.locator("#evaluation-status progress").wait_for()
    assert page.locator("#evaluation-status").get_attribute("role") == "status"
    page.locator("#evaluation-summary .tile").first.wait_for(timeout=120_000)
    assert page.evaluate("window.seen[0] < 12 && window.seen.length > 1")
    assert page.locator("#stop-evaluation").count() == 0 or page.locator("#stop-evaluation").is_hidden()
    assert "recall@10" in page.locator("#evaluation-scores table").inner_text()
    images = page.locator("#evaluation-plots img")
    assert images.count() >= 3
    page.wait_for_function(
        "() => [...document.querySelectorAll('#evaluation-plots img')].every(i => i.complete && i.naturalWidth > 0)"
    )
    failing = page.locator("#failures label").count()
    choose(page, "#failure-tag", "fruit")
    page.wait_for_function("() => document.querySelectorAll('#failures label').length === 1")
    assert failing > 1
    assert "bananas" not in page.locator("#failure").inner_text()
    page.locator("#failures input").first.focus()
    page.keyboard.press("Space")
    page.locator("#failure h3").wait_for()
    shown = page.locator("#failure").inner_text()
    assert "bananas" in shown and "Passages seen" in shown
    for name in ("report.html", "report.json"):
        with page.expect_download() as download:
            page.locator(f"#evaluation-summary a[download='{name}']").click()
        assert download.value.suggested_filename == name
        text = Path(download.value.path()).read_text(encoding="utf-8")
        assert "bananas" in text
        assert name != "report.json" or json.loads(text)["questions"] == 12
    choose(page, "#failure-tag", "follow-up")
    page.wait_for_function("() => document.querySelector('#failures label')?.innerText.includes('And when?')")
    page.locator("#failures label").first.click()
    page.locator("#failure h3").get_by_text("And when?").wait_for()
    page.locator("#open-in-chat").focus()
    page.keyboard.press("Enter")
    page.locator("#conversation .bot-row").nth(1).get_by_text("Answered by").wait_for()
    asked = page.locator("#conversation .user-row").all_inner_texts()
    assert [text.strip() for text in asked] == ["What does the Tolvern Herald say about the ferry?", "And when?"]
    assert page.get_by_role("tab", name="Ask").get_attribute("aria-selected") == "true"
    page.click("#fresh")
    page.locator("#conversation .example").first.wait_for()
    assert watched.wrongs == []
    watched.close()


def test_a_run_is_stopped_and_a_second_visitor_waits(
    browser: Any, server: tuple[str, EvaluationDesk], monkeypatch: pytest.MonkeyPatch
) -> None:
    address, evaluations = server

    def slowly(desk: Any, questions: QuestionSet, progress: Callable[[int, int], None], journal: Path) -> Report:
        for done in range(1, 400):
            time.sleep(0.05)
            progress(done, 400)
        return make_report()

    monkeypatch.setattr(evaluations, "_evaluate", slowly)
    one, two = open_tab(browser, address), open_tab(browser, address, width=390, height=844)
    for visitor in (one, two):
        visitor.page.wait_for_function(
            "() => document.querySelector('#question-sets input').value.startsWith('Sample')"
        )
    one.page.click("#run-evaluation")
    one.page.locator("#evaluation-status progress").wait_for()
    two.page.click("#run-evaluation")
    two.page.locator("#evaluation-status").get_by_text("Another visitor's evaluation is under way").wait_for()
    one.page.click("#stop-evaluation")
    one.page.locator("#evaluation-status").get_by_text(re.compile("was stopped after [0-9]+ of 400")).wait_for()
    assert one.page.locator("#run-evaluation").is_enabled()
    monkeypatch.setattr(evaluations, "_evaluate", lambda *given: make_report(12))
    two.page.click("#run-evaluation")
    two.page.locator("#evaluation-summary .tile").first.wait_for()
    two.page.locator("#failures label").nth(1).click()
    two.page.locator("#failure h3").wait_for()
    assert two.page.evaluate("document.scrollingElement.scrollWidth") <= 390
    assert one.page.locator("#evaluation-summary .tile").count() == 0
    assert one.wrongs + two.wrongs == []
    one.close()
    two.close()


def test_a_page_that_is_closed_takes_its_run_along(
    browser: Any, server: tuple[str, EvaluationDesk], monkeypatch: pytest.MonkeyPatch
) -> None:
    address, evaluations = server
    ended = threading.Event()

    def endless(desk: Any, questions: QuestionSet, progress: Callable[[int, int], None], journal: Path) -> Report:
        try:
            while True:
                time.sleep(0.05)
                progress(1, 400)
        finally:
            ended.set()

    monkeypatch.setattr(evaluations, "_evaluate", endless)
    watched = open_tab(browser, address)
    watched.page.wait_for_function("() => document.querySelector('#question-sets input').value.startsWith('Sample')")
    watched.page.click("#run-evaluation")
    watched.page.locator("#evaluation-status progress").wait_for()
    watched.close()
    assert ended.wait(30)


def test_hostile_sets_and_articles_do_nothing(
    browser: Any, server: tuple[str, EvaluationDesk], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address, evaluations = server
    payload = "".join(text for text in PAYLOADS if "\x00" not in text and len(text) < 300)[:3_500]
    report = hostile(make_report(12), payload)
    monkeypatch.setattr(evaluations, "_evaluate", lambda *given: report)
    watched = open_tab(browser, address)
    page = watched.page
    rows = [{"question": f"{number} {text}", "answers": [text or "x"]} for number, text in enumerate(PAYLOADS[:20])]
    upload(page, tmp_path, rows, "<img src=x onerror=alert(1)>.jsonl")
    page.click("#run-evaluation")
    page.locator("#evaluation-summary .tile").first.wait_for()
    page.locator("#evaluation-summary details summary").click()
    page.locator("#failures label").first.click()
    page.locator("#failure h3").wait_for()
    for summary in page.locator("#failure summary").all():
        summary.click()
    choose(page, "#failure-kind", "wrong words")
    page.wait_for_timeout(500)
    found = page.evaluate(
        """([see, foreign]) => [...document.querySelectorAll(see)].flatMap(part => [...part.querySelectorAll(foreign)]
        .filter(element => !element.closest("svg.dropdown-arrow, .icon-wrap")).map(e => e.outerHTML.slice(0, 200)))""",
        [SEE.replace(", #question-sets, #failure-kind, #failure-tag", ""), FOREIGN],
    )
    assert found == []
    assert all(
        source.startswith("data:image/svg+xml;base64,")
        for source in page.eval_on_selector_all("#evaluation-plots img", "all => all.map(one => one.src)")
    )
    assert page.evaluate("document.querySelectorAll('#gradio_config, h1#gradio-app').length") == 0
    assert watched.wrongs == []
    watched.close()
