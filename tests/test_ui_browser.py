"""The page in a real browser: headless Chromium against the real server."""

from __future__ import annotations

import contextlib
import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from fakes import SAMPLES, HashEncoder
from test_ui_rendering import PAYLOADS

from documents.sources import ReadOptions
from index.building import ingest
from index.collection import Collection
from index.store import Store
from rag.answers import Answer, AnswerSentence, Citation, Finding, Missing, Verdict
from rag.settings import Settings
from ui.desk import Desk
from ui.guards import Hosts
from ui.rendering import plain
from ui.web import SILENCE

CHROMIUM = Path("/usr/bin/chromium")
SEE = (
    ".message-content, #article .textfield, #article-head .md, #sources-head .md, #sources label, #about .md, .listing"
)
"""Where text that others wrote is shown."""
FOREIGN = (
    "img,iframe,frame,form,style,svg,script,object,embed,video,audio,source,link,meta,base,math,input:not([type=radio])"
)
WAIT = 30_000

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"there is no Chromium at {CHROMIUM}"),
]


class Sink:
    """Listens in an outside host's place; counts who comes, and who says something."""

    def __init__(self) -> None:
        self.visits = 0
        self.requests = 0
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        threading.Thread(target=self._count, daemon=True).start()

    def _count(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            self.visits += 1
            connection.settimeout(1)
            with connection, contextlib.suppress(OSError):
                self.requests += bool(connection.recv(1))

    def close(self) -> None:
        self._listening.close()


@pytest.fixture(scope="module")
def sink() -> Iterator[Sink]:
    opened = Sink()
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def browser(sink: Sink) -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api")
    quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
    there = f"127.0.0.1:{sink.port}"  # the payloads' host; nothing else can be found at all
    outside = f"--host-resolver-rules=MAP evil.example {there}, MAP *.evil.example {there}, MAP * ~NOTFOUND"
    with playwright.sync_playwright() as running:
        opened = running.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", *quiet, outside + ", EXCLUDE 127.0.0.1"]
        )
        yield opened
        opened.close()


class Watched:
    """A page, and everything it did that it should not."""

    def __init__(self, browser: Any, address: str, width: int = 1280, height: int = 800) -> None:
        self.context = browser.new_context(viewport={"width": width, "height": height})
        self.page = self.context.new_page()
        self.page.set_default_timeout(WAIT)
        self.address = address
        self.wrongs: list[str] = []
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.wrongs.append(f"error: {error}"))
        self.page.on("dialog", lambda dialog: (self.wrongs.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        self.page.on("request", self._request)
        self.page.on("popup", lambda popup: self.wrongs.append(f"popup: {popup.url}"))
        self.page.goto(address)
        self.page.locator("#question textarea").wait_for()
        self.page.locator("#about .md p").wait_for()

    def _console(self, message: Any) -> None:
        if message.type == "error":
            self.wrongs.append(f"console: {message.text}")

    def _request(self, request: Any) -> None:
        if not request.url.startswith((self.address, "data:", "blob:")):
            self.wrongs.append(f"request: {request.url}")

    def ask(self, question: str) -> Any:
        """Ask, wait for the final answer, and return its bubble."""
        bubbles = self.page.locator("#conversation .bot-row")
        before = bubbles.count()
        self.page.fill("#question textarea", question)
        self.page.click("#send")
        done = bubbles.nth(before)
        done.get_by_text("Answered by").first.wait_for()
        return done

    def foreign(self) -> list[str]:
        script = """([see, foreign]) => [...document.querySelectorAll(see)].flatMap(
            part => [...part.querySelectorAll(foreign)].map(element => element.outerHTML.slice(0, 200)))"""
        found: list[str] = self.page.evaluate(script, [SEE, FOREIGN])
        return found

    def close(self) -> None:
        self.context.close()


# ---- the product as it is started, on the samples --------------------------------------------------


def command(home: Path, *words: str) -> list[str]:
    return [sys.executable, "-m", "ui", "--home", str(home), *words]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("browser") / "home"
    subprocess.run(command(folder, "ingest", str(SAMPLES), "--quiet"), check=True, timeout=300)
    return folder


@pytest.fixture(scope="module")
def address(home: Path) -> Iterator[str]:
    """The address of a running `byline serve`."""
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        command(home, "serve", "--port", "0"), stderr=subprocess.PIPE, text=True, env=environment
    )
    assert process.stderr is not None
    said = ""
    for line in process.stderr:
        said += line
        if found := re.search(r"http://127\.0\.0\.1:[0-9]+", line):
            break
    else:
        pytest.fail(f"the server did not start: {said}")
    rest: list[str] = []
    reader = threading.Thread(target=lambda: rest.extend(process.stderr or ()), daemon=True)
    reader.start()
    yield found[0]
    process.terminate()
    assert process.wait(20) == 143
    reader.join(5)
    assert "Traceback" not in "".join(rest)


@pytest.fixture
def watched(browser: Any, address: str) -> Iterator[Watched]:
    opened = Watched(browser, address)
    yield opened
    wrongs = opened.wrongs
    opened.close()
    assert wrongs == []


def test_ask_follow_a_citation_and_see_the_quote_in_its_article(watched: Watched, home: Path) -> None:
    page = watched.page
    answer = watched.ask("What does the Tolvern Herald say about the ferry?")
    assert "Answered by extraction from the articles (no language model)" in answer.inner_text()
    marker = answer.locator("a.cite").first
    assert marker.inner_text() == "[1]"
    entry = page.locator("#sources label").first
    assert re.match(r"\[1\] (.+ > )?Tolvern Herald", entry.inner_text())
    marker.click()
    mark = page.locator("#article .token.highlighted .text").first
    mark.wait_for()
    shown = page.locator("#article .textfield").inner_text()
    quote = "".join(page.locator("#article .token.highlighted .text").all_inner_texts())
    store = Store.open(home)
    try:
        cited = [article for article in store.articles() if quote in article.text]
    finally:
        store.close()
    assert len(cited) == 1
    assert cited[0].title in page.locator("#article-head h3").inner_text()
    assert shown.split() == cited[0].text.split()
    assert quote in answer.inner_text()
    # in view, inside the article's own pane
    page.wait_for_timeout(500)
    inside = page.evaluate(
        """() => { const pane = document.querySelector("#article .textfield").getBoundingClientRect();
        const mark = document.querySelector("#article .token.highlighted .text").getBoundingClientRect();
        return mark.top >= pane.top && mark.top < pane.bottom && mark.top < window.innerHeight; }"""
    )
    assert inside
    assert page.evaluate("document.activeElement.className").startswith("token")
    link = page.locator("#article-head a[target=_blank]")
    assert link.get_attribute("rel") == "noopener noreferrer nofollow"
    assert link.get_attribute("href").startswith("https://tolvernherald.example/")
    assert link.inner_text() == "Read at tolvernherald.example"


def test_near_copies_are_said_and_a_chain_is_heard_with_pauses(watched: Watched) -> None:
    page = watched.page
    answer = watched.ask("What did Ilse Marchettini say about the tremors before Mount Isarra erupted?")
    assert "the same text in 3 outlets; agency: Meridian Press Agency" in answer.inner_text()
    page.wait_for_function("document.querySelector('#sources input')?.hasAttribute('aria-label')")
    entries = page.locator("#sources label").all_inner_texts()
    heard = page.locator("#sources input").evaluate_all("all => all.map(one => one.getAttribute('aria-label'))")
    assert len(entries) == len(heard) >= 3
    assert any(" > " in entry for entry in entries) and not any(">" in words for words in heard)
    assert all(words.startswith(f"[{n}] ") for n, words in enumerate(heard, start=1))
    answer.locator("a.cite").first.click()
    page.locator("#article-head").get_by_text("The same text in 3 outlets; agency: Meridian Press Agency").wait_for()


def test_the_keyboard_is_enough(watched: Watched) -> None:
    page = watched.page
    page.locator("#question textarea").focus()
    page.keyboard.type("What does the Tolvern Herald say about the ferry?")
    page.keyboard.press("Enter")
    page.locator("#conversation .bot-row").get_by_text("Answered by").wait_for()
    page.locator("#conversation a.cite").first.focus()
    page.keyboard.press("Enter")
    page.locator("#article .token.highlighted .text").first.wait_for()
    page.wait_for_timeout(500)
    page.locator("#article-head a.back").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#cite-1-1"
    page.locator("#sources input").nth(1).focus()
    before = page.locator("#article-head h3").inner_text() + page.locator("#article .highlighted").first.inner_text()
    page.keyboard.press("Space")
    page.wait_for_function(
        "before => document.querySelector('#article-head h3').innerText"
        " + (document.querySelector('#article .highlighted')?.innerText || '') !== before",
        arg=before,
    )
    assert page.locator("#sources input").nth(1).is_checked()


def test_the_answer_grows_while_one_waits(watched: Watched) -> None:
    page = watched.page
    page.evaluate(
        """() => { window.seen = []; new MutationObserver(() => {
        const bubbles = document.querySelectorAll("#conversation .bot-row .message-content");
        if (bubbles.length) window.seen.push(bubbles[bubbles.length - 1].innerText.length); })
        .observe(document.body, {childList: true, subtree: true, characterData: true}); }"""
    )
    watched.ask("What does the Tolvern Herald say about the ferry?")
    lengths = page.evaluate("window.seen")
    assert len(set(lengths)) >= 3


def test_only_the_chosen_outlet_is_cited(watched: Watched) -> None:
    page = watched.page
    page.locator("#filters button").first.click()
    page.locator("#outlets input").click()
    page.locator("#outlets [role=option], .options li").filter(has_text="Brannock Courier").first.click()
    page.keyboard.press("Escape")
    answer = watched.ask("How many people died in the sinking of the ferry?")
    assert "Only Brannock Courier" in page.locator("#conversation .user-row").last.inner_text()
    entries = page.locator("#sources label").all_inner_texts()
    assert entries
    assert all(re.match(r"\[\d+\] (.+ > )?Brannock Courier", entry) for entry in entries), entries
    assert answer.locator("a.cite").count() >= 1


def test_a_wrong_date_is_said_in_words(watched: Watched) -> None:
    page = watched.page
    page.locator("#filters button").first.click()
    page.fill("#since input, #since textarea", "<img src=x")
    page.fill("#question textarea", "What happened?")
    page.click("#send")
    toast = page.locator("[data-testid=toast-body]")
    toast.wait_for()
    assert "Expected a date such as 2023-09-06" in toast.inner_text()
    assert "<img src=x" in toast.inner_text()
    assert toast.locator("[data-testid=toast-text] *").count() == 0


def test_an_uploaded_article_is_answered(watched: Watched, tmp_path: Path) -> None:
    page = watched.page
    article = tmp_path / "meteor.md"
    article.write_text(
        "---\ntitle: Meteor over Quillon\noutlet: Quillon Observer\npublished: 2025-02-03\n---\n"
        "A meteor weighing 480 kilograms landed in a turnip field near Quillon on Sunday night.\n"
    )
    broken = tmp_path / "broken.jsonl"
    broken.write_text("{not json\n")
    page.get_by_role("tab", name="Collection").click()
    page.locator("#upload input[type=file]").set_input_files([article, broken])
    page.locator("#upload").get_by_text("meteor").wait_for()
    page.click("#add")
    page.locator("#report").get_by_text("1 added, 1 failed").wait_for()
    assert "broken.jsonl" in page.locator("#report").inner_text()
    assert "Quillon Observer" in page.locator("#outlet-list").inner_text()
    page.get_by_role("tab", name="Ask").click()
    answer = watched.ask("How heavy was the meteor that landed near Quillon?")
    assert "480 kilograms" in answer.inner_text()
    assert page.locator("#sources label").first.inner_text().startswith("[1] Quillon Observer")


def test_what_another_process_stores_is_answered_within_five_seconds(
    watched: Watched, home: Path, tmp_path: Path
) -> None:
    watched.ask("What does the Tolvern Herald say about the ferry?")  # the page is open and warm
    article = tmp_path / "walrus.md"
    article.write_text(
        "---\ntitle: Walrus in the canal\noutlet: Pellmere Argus\npublished: 2025-03-09\n---\n"
        "A walrus named Bruno slept for 19 hours on the lock gate at Pellmere.\n"
    )
    writer = subprocess.Popen(command(home, "ingest", str(article), "--quiet"))
    store = Store.open(home)
    try:
        deadline = time.monotonic() + 120
        while "Pellmere Argus" not in store.outlet_names() and time.monotonic() < deadline:
            time.sleep(0.05)
        stored = time.monotonic()
        answer = watched.ask("How long did the walrus Bruno sleep on the lock gate at Pellmere?")
        took = time.monotonic() - stored
    finally:
        store.close()
        assert writer.wait(120) == 0
    assert "19 hours" in answer.inner_text()
    assert took < 5


def test_two_visitors_share_nothing_but_the_collection(browser: Any, address: str) -> None:
    one, two = Watched(browser, address), Watched(browser, address)
    one.ask("What does the Tolvern Herald say about the ferry?")
    assert two.page.locator("#conversation .bot-row").count() == 0
    two.ask("What does the Brannock Courier say?")
    assert one.page.locator("#conversation .bot-row").count() == 1
    one.page.click("#fresh")
    one.page.locator("#conversation .example").first.wait_for()
    assert one.page.locator("#sources label").count() == 0
    assert two.page.locator("#conversation .bot-row").count() == 1
    assert one.wrongs + two.wrongs == []
    one.close()
    two.close()


def test_an_example_can_be_asked_and_a_phone_shows_it_all(browser: Any, address: str) -> None:
    phone = Watched(browser, address, 390, 844)
    page = phone.page
    example = page.locator("#conversation .example").first
    example.wait_for()
    text = example.inner_text().strip()
    example.click()
    page.locator("#conversation .bot-row").get_by_text("Answered by").wait_for()
    assert text in page.locator("#conversation .user-row").first.inner_text()
    page.locator("#conversation a.cite").first.click()
    page.locator("#article .token.highlighted .text").first.wait_for()
    page.wait_for_timeout(1500)
    top = page.evaluate("document.querySelector('#article .token.highlighted .text').getBoundingClientRect().top")
    assert 0 <= top < 844
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 390
    assert phone.wrongs == []
    phone.close()


# ---- what articles, questions and models may try ---------------------------------------------------


class Puppet:
    """A model that writes what an attacker wants, citing the hostile article of the same number."""

    def __init__(self, articles: dict[int, Any]) -> None:
        self._articles = articles

    def ask(self, question: str, **filters: Any) -> Answer:
        return list(self.stream(question))[-1]

    def stream(
        self, question: str, *, outlets: Sequence[str] = (), since: str | None = None, until: str | None = None
    ) -> Iterator[Answer]:
        number = int(question.split("|")[0])
        payload, article = PAYLOADS[number], self._articles[number]
        start = article.text.index("QUOTE")
        citation = Citation(
            *(1, article.outlet, payload, payload, payload, payload, article.url, payload, article.id),
            *(article.text[start:], start, len(article.text), Verdict.VERBATIM),
        )
        sentences = (AnswerSentence(f"BEGIN {payload} END", (1,)), AnswerSentence(payload, (1, 2)))
        findings = (Finding("altered", payload, payload), Finding(payload, payload, payload))
        missing = Missing((payload,), f"NOTE {payload}")
        yield Answer(question, question, "answered", payload, sentences[:1], (citation,), answered_by=payload)
        yield Answer(question, question, "answered", payload, sentences, (citation,), findings, missing, payload)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, dict[int, Any]]]:
    """The address of the real application over articles that are payloads in every field, and those articles."""
    import uvicorn

    folder = tmp_path_factory.mktemp("hostile")
    inbox = folder / "inbox"
    inbox.mkdir()
    rows = [
        {
            "text": f"Case{number}x. {plain(payload)}\n\nQUOTE {payload}",
            "title": f"Case{number}x {payload}",
            "outlet": f"Outlet{number} {payload}"[:180],
            "author": payload,
            "url": payload if number % 2 else f"https://review.example/{number}?{payload}",
            "published": "2024-01-01",
        }
        for number, payload in enumerate(PAYLOADS)
    ]
    (folder / "articles.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    ingest(folder / "home", [folder / "articles.jsonl"], options=ReadOptions(), encoder=HashEncoder())
    collection = Collection.open(folder / "home", encoder=HashEncoder())
    articles = {int(found[1]): a for a in collection.store.articles() if (found := re.search(r"Case(\d+)x", a.text))}
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {**SILENCE, "GRADIO_TEMP_DIR": str(inbox)}.items():
            patch.setenv(name, value)
        from ui.server import create_app

        settings = Settings(home=folder / "home", llm="evil<b>@http://model.example/v1")
        desk = Desk(settings, collection, lambda: Puppet(articles))
        app = create_app(desk, Hosts.bound_to("127.0.0.1", port), inbox=inbox).guard
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", ws="none"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}", articles
        server.should_exit = True
        thread.join(20)
    collection.close()


def spaced(text: str) -> str:
    return " ".join(text.split())


def test_payloads_are_shown_as_text_and_do_nothing(
    browser: Any, hostile: tuple[str, dict[int, Any]], sink: Sink
) -> None:
    address, articles = hostile
    assert len(articles) == len(PAYLOADS) >= 40
    watched = Watched(browser, address)
    page = watched.page
    page.get_by_role("tab", name="Collection").click()
    page.locator("#article-list td").first.wait_for()
    assert watched.foreign() == []
    page.get_by_role("tab", name="Ask").click()
    page.locator("#filters button").first.click()
    page.locator("#outlets input").click()  # the outlets' names as options
    page.locator("#outlets [role=option], .options li").first.wait_for()
    assert page.locator(f".options :is({FOREIGN})").count() == 0
    page.keyboard.press("Escape")
    for number, payload in enumerate(PAYLOADS):
        page.click("#fresh")
        page.locator("#conversation .example").first.wait_for()
        assert page.locator(f".example :is({FOREIGN})").count() == 0
        answer = watched.ask(f"{number}|{payload}")
        assert spaced(plain(f"BEGIN {payload} END")) in spaced(answer.inner_text())
        assert spaced(plain(payload)) in spaced(page.locator("#conversation .user-row").inner_text())
        assert answer.locator("a").count() == 2  # our two markers and nothing else that can be followed
        answer.locator("details summary").click()
        answer.locator("a.cite").first.click()
        page.locator("#article .token.highlighted .text").first.wait_for()
        assert spaced(page.locator("#article .textfield").inner_text()) == spaced(articles[number].text)
        assert spaced(articles[number].title) in spaced(page.locator("#article-head h3").inner_text())
        for link in page.locator("#article-head a[target]").all():
            assert link.get_attribute("href").startswith("https://review.example/")
        assert watched.foreign() == []
        assert page.evaluate("document.querySelectorAll('#gradio_config, h1#gradio-app').length") == 0
    assert watched.wrongs == []
    assert sink.visits == 0
    watched.close()


def test_these_watchers_would_notice(browser: Any, hostile: tuple[str, dict[int, Any]], sink: Sink) -> None:
    """The other side of the test above: markup that did get in would be seen, and the policy would stop it."""
    watched = Watched(browser, hostile[0])
    watched.ask("0|x")
    watched.page.evaluate(
        """() => { document.querySelector(".message-content").innerHTML +=
        '<img src="http://evil.example/a.png"><iframe src="http://evil.example/"></iframe>'; }"""
    )
    watched.page.wait_for_timeout(500)
    assert len(watched.foreign()) == 2
    assert any("Content Security Policy" in wrong for wrong in watched.wrongs)
    assert sink.requests == 0  # Chromium opens a connection for a frame before it refuses it, and sends nothing
    watched.page.goto("about:blank")
    with pytest.raises(Exception, match="net::"):
        watched.page.goto("http://evil.example/")
    assert sink.requests >= 1
    watched.close()
