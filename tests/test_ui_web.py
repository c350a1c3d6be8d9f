from __future__ import annotations

import json
import os
import re
import shutil
import socket
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from fakes import HashEncoder
from starlette.testclient import TestClient

from documents.errors import RequestError, ServeError, StoreBusy
from documents.sources import ReadOptions
from index.building import ingest
from index.collection import Collection
from index.locking import writer_lock
from rag.answers import Answer, AnswerSentence, Citation, Verdict
from rag.pipeline import Chatbot
from rag.settings import Settings
from ui.access import Accounts
from ui.desk import MAX_QUESTION, MAX_TURNS, Desk, checked_query
from ui.guards import HEADERS, Hosts
from ui.uploads import FOLDER, take_in
from ui.web import SILENCE, serve

PORT = 7860
BASE = f"http://127.0.0.1:{PORT}"
ARTICLES = {
    "bridge.md": (
        "---\ntitle: Rope bridge closed\noutlet: Fenwick Post\nurl: https://fenwickpost.example/bridge\n"
        "published: 2024-03-05\nauthor: Ilse Marr\n---\n"
        "The rope bridge at Fenwick was closed on Tuesday after a plank broke.\n\n"
        "“Two hundred people cross it every day,” said Ilse Marr, who keeps the toll house.\n"
    ),
    "orchard.md": (
        "---\ntitle: Orchard frost\noutlet: Dunholm Weekly\npublished: 2024-04-20\n---\n"
        "Frost destroyed 60 percent of the cherry blossom in the Dunholm orchards.\n"
    ),
    "plain.txt": "A lighthouse keeper found a bottle that had been in the sea for 31 years.\n",
}


def write_articles(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in ARTICLES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", encoder="fake-hash-256", queue_size=2, concurrency=1)


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder with three articles, whose vectors can be explained."""
    folder = tmp_path_factory.mktemp("collected")
    ingest(folder / "home", [write_articles(folder / "in")], options=ReadOptions(), encoder=HashEncoder())
    return folder / "home"


def open_desk(home: Path) -> Desk:
    settings = Settings(home=home, encoder="fake-hash-256", queue_size=2, concurrency=1)
    collection = Collection.open(home, encoder=HashEncoder())
    return Desk(settings, collection, lambda: Chatbot(settings, collection=collection))


@pytest.fixture(scope="module")
def desk(collected: Path) -> Iterator[Desk]:
    """The real thing, to ask only."""
    opened = open_desk(collected)
    yield opened
    opened.collection.close()


@pytest.fixture
def own_desk(collected: Path, tmp_path: Path) -> Iterator[Desk]:
    """The real thing over a copy, to change."""
    shutil.copytree(collected, tmp_path / "home")
    opened = open_desk(tmp_path / "home")
    yield opened
    opened.collection.close()


class Scripted:
    """A bot that answers with the words of the question, for what the real one cannot be made to do."""

    def __init__(self) -> None:
        self.history: list[str] = []
        self.hold = threading.Event()
        self.hold.set()
        self.started = threading.Event()

    def ask(self, question: str, **filters: Any) -> Answer:
        return list(self.stream(question, **filters))[-1]

    def stream(
        self, question: str, *, outlets: Sequence[str] = (), since: str | None = None, until: str | None = None
    ) -> Iterator[Answer]:
        self.started.set()
        assert self.hold.wait(10)
        if question == "boom":
            raise RuntimeError("secret detail /srv/keys")
        if question == "refused":
            raise RequestError("expected <b>this</b>, got that; try another")
        self.history.append(question)
        for count in (1, 2):
            said = tuple(AnswerSentence(f"{word} of {self.history}", ()) for word in question.split()[:count])
            yield Answer(question, question, "answered", "", said, ())


def scripted_desk(settings: Settings, bots: list[Scripted] | None = None) -> Desk:
    made = bots if bots is not None else []

    def new() -> Scripted:
        made.append(Scripted())
        return made[-1]

    store = SimpleNamespace(article=lambda article_id: None, revision=lambda: 1, articles=list, outlets=list)
    return Desk(settings, SimpleNamespace(store=store, notices=list), new)  # type: ignore[arg-type]


# ---- what is asked ---------------------------------------------------------------------------------


def test_a_query_is_tidied() -> None:
    query = checked_query("  Who?\n", ["A", " A ", "B\x1b[0m"], "2024-01-02 ", "")
    assert (query.question, query.outlets, query.since, query.until) == ("Who?", ("A", "B"), "2024-01-02", None)
    assert query.filter_words == "Only A, B, since 2024-01-02"
    assert checked_query("Q", until="2024-01-02").filter_words == "Until 2024-01-02"
    assert checked_query("Q", None).filter_words == ""


@pytest.mark.parametrize(
    "values",
    [
        ("",),
        ("   ",),
        (None,),
        (7,),
        ({"text": "x"},),
        ("x" * (MAX_QUESTION + 1),),
        ("x", "Outlet"),
        ("x", {"a": 1}),
        ("x", [7]),
        ("x", [""]),
        ("x", ["y" * 201]),
        ("x", ["y"] * 101),
        ("x", (), "yesterday"),
        ("x", (), "2024-13-01"),
        ("x", (), "2024-02-30"),
        ("x", (), "20240201"),
        ("x", (), "2024-W01-1"),
        ("x", (), "\u0662\u0660\u0662\u0664-01-01"),
        ("x", (), 20240101),
        ("x", (), "2024-02-02", "2024-02-01"),
    ],
)
def test_a_bad_query_is_refused_in_one_sentence(values: tuple[Any, ...]) -> None:
    with pytest.raises(RequestError) as caught:
        checked_query(*values)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 300


def test_the_desk_answers_with_citations_that_stand_in_the_article(desk: Desk) -> None:
    conversation = desk.conversation()
    answers = list(desk.stream(conversation, checked_query("Why was the rope bridge at Fenwick closed?")))
    assert conversation.turns[0][1] == answers[-1]
    assert answers[-1].citations[0].outlet == "Fenwick Post"
    for citation in answers[-1].citations:
        article = desk.article(citation.article_id)
        assert article is not None
        assert article.text[citation.start : citation.end] == citation.quote


def test_the_desk_lists_what_there_is_and_suggests_questions(own_desk: Desk, tmp_path: Path) -> None:
    catalogue = own_desk.catalogue()
    assert own_desk.catalogue() is catalogue
    assert [article.title for article in catalogue.articles][:2] == ["Orchard frost", "Rope bridge closed"]
    assert own_desk.outlet_names() == ["Dunholm Weekly", "Fenwick Post"]
    assert "What does Fenwick Post say?" in own_desk.examples()
    assert 2 <= len(own_desk.examples()) <= 4
    extra = tmp_path / "more.txt"
    extra.write_text("A comet passed over Dunholm.\n", encoding="utf-8")
    ingest(own_desk.settings.home, [extra], options=ReadOptions(outlet="Sky Log"), encoder=HashEncoder())
    assert "Sky Log" in own_desk.outlet_names()
    assert len(own_desk.catalogue().articles) == 4


def test_one_question_at_a_time_and_no_endless_conversation(settings: Settings) -> None:
    desk = scripted_desk(settings)
    conversation = desk.conversation()
    first = desk.stream(conversation, checked_query("one two"))
    next(first)
    with pytest.raises(RequestError, match="one question at a time"):
        next(desk.stream(conversation, checked_query("three")))
    list(first)
    with pytest.raises(RuntimeError):
        list(desk.stream(conversation, checked_query("boom")))
    list(desk.stream(conversation, checked_query("after a failure")))
    assert len(conversation.turns) == 2
    conversation.turns *= MAX_TURNS
    with pytest.raises(RequestError, match="start a new one"):
        list(desk.stream(conversation, checked_query("too many")))


# ---- the page's handlers ---------------------------------------------------------------------------


@pytest.fixture(scope="module", autouse=True)
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The environment that `serve` sets before gradio is imported."""
    inbox = tmp_path_factory.mktemp("inbox")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {**SILENCE, "GRADIO_TEMP_DIR": str(inbox)}.items():
            patch.setenv(name, value)
        yield inbox


@pytest.mark.slow
def test_asking_streams_and_markers_open_the_article(desk: Desk, quiet: Path) -> None:
    from ui.handlers import Handlers

    handlers = Handlers(desk, quiet)
    steps = list(handlers.ask("Why was the rope bridge at Fenwick closed?", ["Fenwick Post"], "2024-01-01", "", None))
    assert len(steps) >= 3
    assert "Looking" in steps[0][2][-1]["content"]
    session, cleared, messages = steps[-1][:3]
    assert cleared == ""
    assert [message["role"] for message in messages] == ["user", "assistant"]
    assert "no&#32;language&#32;model" in messages[1]["content"]
    assert "Only&#32;Fenwick&#32;Post" in messages[0]["content"]
    marker = re.search(r'href="#cite-(1-[0-9]+)"', messages[1]["content"])
    assert marker is not None
    head, sources, article_head, article = handlers.follow_marker(f"{marker[1]}-7", session)
    assert head.startswith("## Sources")
    assert sources.choices[0][0].startswith("[1] Fenwick Post\n")
    assert "https&#58;&#47;&#47;fenwickpost" in article_head
    pieces = [(piece["token"], piece["class_or_confidence"]) for piece in article.value]
    citation = session.turns[0][1].citation(int(marker[1].split("-")[1]))
    assert [text for text, label in pieces if label == "quote"] == [citation.quote]
    stored = desk.article(citation.article_id)
    assert stored is not None
    assert "".join(text for text, _ in pieces) == stored.text
    assert handlers.open_source(citation.number, session)[0] == article_head


@pytest.mark.parametrize(
    "marker",
    ["", "1", "0-1", "2-1", "1-99", "-1-1", "1-1; DROP", "1-1\n", "9" * 400, "1-1-x", None, 7, ["1-1"], "１-１"],
)
def test_forged_markers_change_nothing(marker: Any, settings: Settings, quiet: Path) -> None:
    from ui.handlers import Handlers

    handlers = Handlers(scripted_desk(settings), quiet)
    session = list(handlers.ask("one", [], "", "", None))[-1][0]
    assert all(update.get("__type__") == "update" for update in handlers.follow_marker(marker, session)[2:])
    assert all(update.get("__type__") == "update" for update in handlers.follow_marker(marker, None))


@pytest.mark.parametrize("number", [None, "1", 1.0, 99, -1, [1], {"a": 1}])
def test_forged_sources_change_nothing(number: Any, settings: Settings, quiet: Path) -> None:
    from ui.handlers import Handlers

    handlers = Handlers(scripted_desk(settings), quiet)
    session = list(handlers.ask("one", [], "", "", None))[-1][0]
    assert all(update.get("__type__") == "update" for update in handlers.open_source(number, session))


def test_failures_are_plain_sentences(settings: Settings, quiet: Path, caplog: pytest.LogCaptureFixture) -> None:
    import gradio as gr

    from ui.handlers import Handlers

    handlers = Handlers(scripted_desk(settings), quiet)
    *_, failed = handlers.ask("boom", [], "", "", None)
    assert "Something&#32;went&#32;wrong" in failed[2][-1]["content"]
    assert "secret" not in str(failed)
    assert "secret detail" in caplog.text  # who runs the server reads it
    *_, refused = handlers.ask("refused", [], "", "", failed[0])
    assert "&#60;b&#62;this" in refused[2][-1]["content"]
    with pytest.raises(gr.Error, match="Expected") as caught:
        list(handlers.ask("x", [], "<img src=x>", "", None))
    assert "<" not in str(caught.value.message)


@pytest.mark.slow
def test_sessions_never_cross(settings: Settings, quiet: Path) -> None:
    from ui.handlers import Handlers

    bots: list[Scripted] = []
    handlers = Handlers(scripted_desk(settings, bots), quiet)
    sessions: dict[str, Any] = {"ada": None, "bo": None}
    for number in range(100):
        for name in sessions:
            if number == 50:
                sessions[name] = handlers.start_afresh()[0]
            *_, last = handlers.ask(f"{name} {number}", [], "", "", sessions[name])
            sessions[name] = last[0]
            said = last[2][-1]["content"]
            assert name in said
            assert {"ada": "bo", "bo": "ada"}[name] not in re.sub("&#[0-9]+;", " ", said)
    assert len(bots) == 4


# ---- uploads ---------------------------------------------------------------------------------------


def received(inbox: Path, name: str, text: str | bytes) -> str:
    folder = inbox / os.urandom(8).hex()
    folder.mkdir()
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(path)


def test_an_upload_is_ingested_kept_and_idempotent(own_desk: Desk, quiet: Path) -> None:
    text = "A glacier above Fenwick lost four metres of ice this summer.\n"
    paths = [received(quiet, "ice.txt", text), received(quiet, "broken.jsonl", "{not json\n")]
    receipt = take_in(own_desk, paths, "Ridge Gazette", inbox=quiet)
    assert receipt.summary == "Articles: 1 added, 1 failed"
    assert receipt.problems[0].startswith("broken.jsonl: ")
    assert str(own_desk.settings.home) not in receipt.problems[0]
    assert "Ridge Gazette" in own_desk.outlet_names()
    assert not any(Path(path).exists() for path in paths)
    again = [received(quiet, "ice.txt", text), received(quiet, "broken.jsonl", "{not json\n")]
    assert take_in(own_desk, again, "Ridge Gazette", inbox=quiet).summary == "Articles: 1 unchanged, 1 failed"
    assert len(list((own_desk.settings.home / FOLDER).iterdir())) == 1


def test_another_file_of_the_same_name_replaces_nothing(own_desk: Desk, quiet: Path) -> None:
    before = len(own_desk.catalogue().articles)
    for text in ("Otters returned to the Fenwick.\n", "Herons left the Fenwick.\n"):
        assert "1 added" in take_in(own_desk, [received(quiet, "news.txt", text)], None, inbox=quiet).summary
    assert len(own_desk.catalogue().articles) == before + 2


@pytest.mark.parametrize("name", ["../../escape.txt", "..", ".env.txt", "a\u202etxt.md", "x" * 240 + ".txt", "a/b.txt"])
def test_odd_names_stay_inside_the_uploads(name: str) -> None:
    from ui.uploads import _tidy

    tidy = _tidy(name)
    assert tidy not in ("", ".", "..")
    assert "/" not in tidy
    assert not tidy.startswith(".")
    assert len(tidy.encode()) < 255
    assert "\u202e" not in tidy


def test_files_from_elsewhere_and_other_kinds_are_refused(desk: Desk, quiet: Path, tmp_path: Path) -> None:
    outside = tmp_path / "secret.txt"
    outside.write_text("secret")
    link = quiet / "link.txt"
    link.symlink_to(outside)
    program = received(quiet, "run.exe", "MZ")
    for files in (
        [str(outside)],
        [str(link)],
        [str(quiet / ".." / outside.name)],
        [str(quiet)],
        ["/etc/passwd"],
        ["/dev/zero"],
        [{"path": str(outside)}],
        [7],
        [],
        ["x"] * 51,
        [program],
    ):
        with pytest.raises(RequestError) as caught:
            take_in(desk, files, None, inbox=quiet)
        assert str(outside) not in str(caught.value)
    assert outside.exists()
    link.unlink()


def test_a_large_file_is_refused(desk: Desk, quiet: Path) -> None:
    with pytest.raises(RequestError, match="20 MB"):
        take_in(desk, [received(quiet, "big.txt", b"x" * 20_000_001)], None, inbox=quiet)


def test_while_another_process_writes_nothing_is_kept(own_desk: Desk, quiet: Path) -> None:
    from ui.handlers import Handlers

    path = received(quiet, "late.txt", "A late article about the tide.\n")
    with writer_lock(own_desk.settings.home, "test"):
        with pytest.raises(StoreBusy):
            take_in(own_desk, [path], None, inbox=quiet)
        *_, last = Handlers(own_desk, quiet).upload([received(quiet, "late.txt", "A late article.\n")], "")
        assert "<p>" in last[0]
        assert "Traceback" not in last[0]
    assert not list((own_desk.settings.home / FOLDER).iterdir())


# ---- the application -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def client(desk: Desk, quiet: Path) -> Iterator[TestClient]:
    from ui.server import create_app

    app = create_app(desk, Hosts.bound_to("127.0.0.1", PORT), inbox=quiet).guard
    with TestClient(app, base_url=BASE) as opened:
        yield opened


def test_rest_gives_the_same_answer(client: TestClient, desk: Desk) -> None:
    question = {"question": "Why was the rope bridge at Fenwick closed?", "outlets": ["Fenwick Post"]}
    reply = client.post("/api/ask", json=question)
    assert reply.status_code == 200
    answer = Answer.from_dict(reply.json())
    assert json.loads(json.dumps(answer.to_dict())) == reply.json()
    direct = desk.answer_once(checked_query(question["question"], question["outlets"]))
    assert (answer.text, answer.citations) == (direct.text, direct.citations)
    health = client.get("/api/health").json()
    assert (health["status"], health["articles"], health["answered_by"]) == ("ok", 3, "extractive")


@pytest.mark.parametrize(
    "body",
    [
        *(
            b"",
            b"x",
            b"[]",
            b"7",
            b'"q"',
            b"{}",
            b'{"question": 7}',
            b'{"question": ""}',
            b'{"question": "q", "llm": "x"}',
        ),
        *(
            b'{"question": "q", "outlets": "x"}',
            b'{"question": "q", "since": "now"}',
            b"[" * 50_000,
            b'{"q',
            b"\xff\xfe",
        ),
        b'{"question": "' + b"x" * 9_000 + b'"}',
    ],
)
def test_rest_refuses_bad_bodies_in_one_sentence(client: TestClient, body: bytes) -> None:
    reply = client.post("/api/ask", content=body)
    assert reply.status_code == 400
    assert set(reply.json()) == {"error"}
    assert "\n" not in reply.json()["error"]
    assert "Traceback" not in reply.text


def test_rest_limits_how_many_wait(settings: Settings) -> None:
    from ui.api import Busy, Counter

    bots: list[Scripted] = []
    desk = scripted_desk(settings, bots)
    counter = Counter(desk)
    held = threading.Event()
    original = Scripted.stream

    class Held(Scripted):
        def stream(self, question: str, **filters: Any) -> Iterator[Answer]:
            held.wait(10)
            return original(self, question)

    desk._new_bot = Held
    threads = [threading.Thread(target=counter.answer, args=("q",)) for _ in range(3)]  # 1 at work, 2 waiting
    for thread in threads:
        thread.start()
    while counter._waiting._value:
        pass
    with pytest.raises(Busy):
        counter.answer("one more")
    held.set()
    for thread in threads:
        thread.join(10)
    assert counter.answer("q")["status"] == "answered"


def test_every_page_has_the_headers_and_nothing_of_others(client: TestClient) -> None:
    for path in ("/", "/config", "/theme.css", "/byline/page.css", "/byline/page.js", "/favicon.ico", "/nothing"):
        reply = client.get(path)
        for name, value in HEADERS:
            assert reply.headers.get_list(name) == [value]
    page = client.get("/").text
    assert "<title>" not in page or "Byline" in page
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert loaded
    assert all(not address.startswith(("http:", "https:", "//")) for address in loaded)
    assert "fonts.googleapis" not in page
    assert "@import" not in client.get("/theme.css").text


def test_only_the_addresses_that_the_page_uses_exist(client: TestClient) -> None:
    import gradio as gr
    from starlette.routing import Mount, Route

    app: Any = client.app
    mount = next(route for route in app._app.routes if isinstance(route, Mount))
    assert isinstance(mount.app, gr.routes.App)
    used = {
        *("/", "/config", "/theme.css", "/favicon.ico", "/manifest.json", "/robots.txt", "/login", "/logout"),
        *("/gradio_api/queue/join", "/gradio_api/queue/data", "/gradio_api/upload", "/gradio_api/upload_progress"),
        *("/gradio_api/startup-events", "/gradio_api/cancel", "/gradio_api/reset", "/gradio_api/user"),
        *("/gradio_api/login_check", "/gradio_api/heartbeat/x", "/assets/x", "/static/x"),
    }
    closed = 0
    for route in _routes(mount.app.routes):
        if not isinstance(route, Route):
            continue
        path = re.sub(r"\{[^}]*\}", "x", route.path)
        if path.rstrip("/") in used or path == "/":
            continue
        for method in route.methods or {"GET"}:
            assert client.request(method, path).status_code == 404, path
            closed += 1
    assert closed > 30


def _routes(routes: Any) -> Iterator[Any]:
    for route in routes:
        inner = getattr(route, "routes", None) or getattr(getattr(route, "original_router", None), "routes", None)
        if inner and not hasattr(route, "methods"):
            yield from _routes(inner)
        yield route


def test_queue_requests_from_elsewhere_are_refused(client: TestClient) -> None:
    body = {"data": [], "fn_index": 0, "session_hash": "abcdefgh"}
    for headers in ({"origin": "http://evil.example"}, {"origin": "null"}, {"host": "evil.example"}):
        assert client.post("/gradio_api/queue/join", json=body, headers=headers).status_code == 403
        files = {"files": ("a.txt", b"text")}
        assert client.post("/gradio_api/upload", files=files, headers=headers).status_code == 403
    assert client.get("/gradio_api/queue/data", headers={"sec-fetch-site": "same-site"}).status_code == 403


def test_upload_limits_hold_in_the_real_application(client: TestClient, quiet: Path) -> None:
    small = client.post("/gradio_api/upload", files={"files": ("a.txt", b"text")})
    assert small.status_code == 200
    assert Path(small.json()[0]).is_relative_to(quiet)
    before = len(list(quiet.rglob("*")))
    assert client.post("/gradio_api/upload", files={"files": ("a.txt", b"x" * 20_000_001)}).status_code == 413
    assert client.post("/gradio_api/queue/join", content=b"x" * 64_001).status_code == 413
    assert len(list(quiet.rglob("*"))) <= before + 1


def run_event(client: TestClient, target: str, data: list[Any], session: str) -> tuple[int, str]:
    """Send an event as the page does; return the status of joining and everything that came of it."""
    config = client.get("/config").json()
    index = {component["id"]: component["props"].get("elem_id") for component in config["components"]}
    event = next(
        d for d in config["dependencies"] if any(f"{index[i]}.{e}" == target for i, e in d["targets"] if i in index)
    )
    joined = client.post(
        "/gradio_api/queue/join", json={"data": data, "fn_index": event["id"], "session_hash": session}
    )
    if joined.status_code != 200:
        return joined.status_code, joined.text
    with client.stream("GET", f"/gradio_api/queue/data?session_hash={session}") as reply:
        return 200, "".join(reply.iter_text())


def forged(path: str, **more: Any) -> dict[str, Any]:
    return {"path": path, "meta": {"_type": "gradio.FileData"}, "orig_name": "a.txt", **more}


def test_an_upload_through_the_queue_works(client: TestClient) -> None:
    text = b"Kelp forests off Dunholm doubled in two years.\n"
    path = client.post("/gradio_api/upload", files={"files": ("kelp.txt", text)}).json()[0]
    status, said = run_event(client, "add.click", [[forged(path)], "Tide Times"], "uploading1")
    assert status == 200
    assert "1&#32;added" in said
    assert "Tide Times" in said
    assert path not in said


def test_forged_files_are_refused_whatever_component_they_name(client: TestClient, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("canary")
    link = tmp_path / "link.txt"
    link.symlink_to(secret)
    inbox = Path(os.environ["GRADIO_TEMP_DIR"])
    (inbox / "inside.txt").symlink_to(secret)
    paths = [str(secret), str(link), "/etc/hostname", "/proc/self/environ", str(inbox), str(inbox / "inside.txt")]
    paths += [f"{inbox}/../{secret.name}", "secret.txt", "", "\0", "file:///etc/hostname"]
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        listening.settimeout(0.2)
        paths += [f"http://127.0.0.1:{listening.getsockname()[1]}/x.txt", "https://evil.example/x.txt"]
        for path in paths:
            for target, data in (
                ("add.click", [[forged(path)], ""]),
                ("add.click", [[forged(path, url="http://evil.example/")], ""]),
                ("add.click", [[{"path": path}], ""]),
                ("send.click", [forged(path), [], "", "", None]),
                ("send.click", ["question", [[forged(path)]], "", "", None]),
                ("cite.change", [{"a": {"b": [forged(path)]}}, None]),
            ):
                assert run_event(client, target, data, "forgedfile")[0] == 403
        with pytest.raises(TimeoutError):
            listening.accept()
    (inbox / "inside.txt").unlink()
    assert not [path for path in inbox.rglob("*") if path.is_file() and "canary" in path.read_text(errors="replace")]


def test_gradio_itself_refuses_files_from_elsewhere(desk: Desk, quiet: Path, tmp_path: Path) -> None:
    """The second line, behind ours: what gradio checks only in a page that says it was launched."""
    from ui.server import create_app

    secret = tmp_path / "secret.txt"
    secret.write_text("canary")
    guard = create_app(desk, Hosts.bound_to("127.0.0.1", PORT), inbox=quiet).guard
    guard._tidy_event = lambda body: body
    with TestClient(guard, base_url=BASE) as client:
        status, said = run_event(client, "add.click", [[forged(str(secret))], ""], "forgedfile")
    assert status == 200
    assert '"success":false' in said
    assert "canary" not in said
    assert "Traceback" not in said
    assert not list(quiet.rglob("secret.txt"))


@pytest.mark.parametrize("body", [b"", b"x", b"[]", b"7", b"[" * 60_000, b'{"data": [{"meta": {}}]}', b"\xff\xfe"])
def test_events_that_are_none_are_refused(client: TestClient, body: bytes) -> None:
    assert client.post("/gradio_api/queue/join", content=body).status_code == 403


def test_with_accounts_nothing_is_open_without_login(desk: Desk, quiet: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ui.server import create_app

    monkeypatch.setattr("ui.access.FAILURE_DELAY", 0)
    accounts = Accounts({"ada": "lovely day"})
    app = create_app(desk, Hosts.bound_to("127.0.0.1", PORT), inbox=quiet, accounts=accounts).guard
    with TestClient(app, base_url=BASE) as client:
        assert "auth_required" in client.get("/").text
        assert "Fenwick" not in client.get("/").text
        join = {"data": [], "fn_index": 0, "session_hash": "abcdefgh"}
        for reply in (
            client.get("/config"),
            client.post("/gradio_api/queue/join", json=join),
            client.get("/gradio_api/queue/data?session_hash=abcdefgh"),
            client.post("/gradio_api/upload", files={"files": ("a.txt", b"text")}),
            client.post("/api/ask", json={"question": "q"}),
            client.get("/api/health"),
            client.get("/api/health", auth=("ada", "wrong")),
        ):
            assert reply.status_code == 401
        assert client.get("/api/health", auth=("ada", "lovely day")).status_code == 200
        assert client.post("/login", data={"username": "ada", "password": "wrong"}).status_code == 400
        assert client.post("/login", data={"username": "ada", "password": "lovely day"}).status_code == 200
        assert client.get("/config").status_code == 200


def test_the_tool_protocol_gives_the_same_answer(desk: Desk, quiet: Path) -> None:
    from ui.server import create_app

    app = create_app(desk, Hosts.bound_to("127.0.0.1", PORT), inbox=quiet, mcp=True).guard
    headers = {"accept": "application/json, text/event-stream", "mcp-protocol-version": "2025-06-18"}

    def call(client: TestClient, method: str, params: dict[str, Any], **more: str) -> Any:
        message = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        return client.post("/mcp", json=message, headers={**headers, **more})

    with TestClient(app, base_url=BASE) as client:
        hello = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
        assert call(client, "initialize", hello).json()["result"]["serverInfo"]["name"] == "byline"
        tools = call(client, "tools/list", {}).json()["result"]["tools"]
        assert [tool["name"] for tool in tools] == ["ask"]
        question = "Why was the rope bridge at Fenwick closed?"
        result = call(client, "tools/call", {"name": "ask", "arguments": {"question": question}}).json()["result"]
        answer = Answer.from_dict(result["structuredContent"])
        assert answer.citations == desk.answer_once(checked_query(question)).citations
        bad = call(client, "tools/call", {"name": "ask", "arguments": {"question": "q", "since": "now"}}).json()[
            "result"
        ]
        assert bad["isError"]
        assert "Expected a date" in bad["content"][0]["text"]
        assert call(client, "tools/list", {}, origin="http://evil.example").status_code == 403
        assert client.get("/").status_code == 200


def test_without_the_flag_there_is_no_tool_protocol(client: TestClient) -> None:
    assert client.post("/mcp", json={}).status_code in (404, 405)


# ---- starting --------------------------------------------------------------------------------------


def test_a_taken_port_is_said_in_one_line(settings: Settings) -> None:
    before = dict(os.environ)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(ServeError, match=f"127.0.0.1:{port}") as caught:
            serve(settings, port=port)
    assert "\n" not in str(caught.value)
    assert dict(os.environ) == before


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "example.org", ""])
def test_an_address_that_others_reach_needs_accounts(settings: Settings, host: str) -> None:
    with pytest.raises(ServeError, match="--auth FILE"):
        serve(settings, host=host, port=0)


@pytest.mark.parametrize(("host", "port"), [("127.0.0.1", 70_000), ("127.0.0.1", -1)])
def test_an_impossible_address_is_said_in_one_line(settings: Settings, host: str, port: int) -> None:
    with pytest.raises(ServeError, match="free address"):
        serve(settings, host=host, port=port)


def test_accounts_that_cannot_be_read_stop_the_start(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(ServeError, match="user:password"):
        serve(settings, host="0.0.0.0", port=0, auth=tmp_path / "absent")


def test_a_citation_of_a_removed_article_says_so(settings: Settings, quiet: Path) -> None:
    from ui.handlers import Handlers

    desk = scripted_desk(settings)
    handlers = Handlers(desk, quiet)
    session = list(handlers.ask("one", [], "", "", None))[-1][0]
    query, answer = session.turns[0]
    gone = Citation(1, None, "unknown", None, None, None, None, None, "0" * 16, "q", 0, 1, Verdict.VERBATIM)
    session.turns[0] = (query, Answer(**{f: getattr(answer, f) for f in answer.__slots__} | {"citations": (gone,)}))
    assert "no&#32;longer" in handlers.follow_marker("1-1-1", session)[2]
