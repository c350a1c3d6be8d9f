from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import ClientDisconnect

from documents.errors import ServeError
from ui.access import Accounts
from ui.guards import HEADERS, MAX_BODY, Guard, Hosts, is_loopback, is_wildcard

OURS = Hosts.bound_to("127.0.0.1", 7860)


async def echo(scope: Any, receive: Any, send: Any) -> None:
    """Read the whole body and answer with its length; the simplest application there is."""
    length = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        length += len(message.get("body", b""))
        if not message.get("more_body"):
            break
    headers = [(b"content-type", b"text/plain"), (b"Referrer-Policy", b"unsafe-url")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": str(length).encode()})


class Reply:
    def __init__(self, messages: list[dict[str, Any]]) -> None:
        self.status: int = messages[0]["status"]
        self.pairs = [(name.decode().lower(), value.decode()) for name, value in messages[0]["headers"]]
        self.headers = dict(self.pairs)
        self.body = b"".join(message.get("body", b"") for message in messages[1:])


def call(
    path: str = "/",
    method: str = "GET",
    headers: Iterable[tuple[str, str]] = (),
    body: Iterable[bytes] = (b"",),
    host: str | None = "127.0.0.1:7860",
    app: Any = echo,
    **options: Any,
) -> Reply:
    chunks = list(body)
    messages = [
        {"type": "http.request", "body": chunk, "more_body": number < len(chunks)}
        for number, chunk in enumerate(chunks, start=1)
    ]
    sent: list[dict[str, Any]] = []
    pairs = [*([("host", host)] if host is not None else []), *headers]
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in pairs],
    }

    async def receive() -> dict[str, Any]:
        return messages.pop(0) if messages else {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    guard = Guard(app, options.pop("hosts", OURS), max_upload=options.pop("max_upload", 200_000), **options)
    asyncio.run(guard({**scope}, receive, send))
    return Reply(sent)


@pytest.mark.parametrize("host", ["127.0.0.1:7860", "localhost:7860", "LOCALHOST:7860", "[::1]:7860"])
def test_own_names_pass(host: str) -> None:
    assert call(host=host).status == 200


@pytest.mark.parametrize(
    "host",
    [
        *(
            "evil.example",
            "evil.example:7860",
            "127.0.0.1",
            "127.0.0.1:7861",
            "localhost",
            "127.0.0.1.evil.example:7860",
        ),
        *("localhost.:7860", "127.0.0.1:7860@evil.example", "evil.example#127.0.0.1:7860", "", ":7860", "[::1:7860"),
        *("127.0.0.1:7860 ", "192.168.1.5:7860", "127.1:7860", "0.0.0.0:7860", "127.0.0.1:7860/x", "lócalhost:7860"),
    ],
)
def test_other_names_are_refused(host: str) -> None:
    assert call(host=host).status == 403


def test_no_host_and_two_hosts_are_refused() -> None:
    assert call(host=None).status == 403
    assert call(headers=[("host", "evil.example")]).status == 403


@pytest.mark.parametrize("origin", ["http://127.0.0.1:7860", "http://localhost:7860", "https://localhost:7860"])
def test_own_origin_passes(origin: str) -> None:
    assert call("/api/ask", "POST", [("origin", origin)]).status == 200


@pytest.mark.parametrize(
    "path", ["/", "/gradio_api/queue/join", "/gradio_api/queue/data", "/gradio_api/upload", "/api/ask"]
)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "OPTIONS"])
@pytest.mark.parametrize(
    "origin", ["null", "", "http://evil.example", "http://127.0.0.1:7861", "http://127.0.0.1", "file://", "http://"]
)
def test_other_origins_are_refused(path: str, method: str, origin: str) -> None:
    assert call(path, method, [("origin", origin)]).status == 403


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_other_pages_may_open_this_one_and_nothing_else(site: str) -> None:
    opening = [("sec-fetch-site", site), ("sec-fetch-mode", "navigate")]
    assert call("/", headers=opening).status == 200
    assert call("/login", "POST", opening).status == 403
    assert call("/api/health", headers=[("sec-fetch-site", site), ("sec-fetch-mode", "no-cors")]).status == 403
    assert call("/gradio_api/queue/data", headers=[("sec-fetch-site", site)]).status == 403


@pytest.mark.parametrize(
    "path",
    [
        *("/docs", "/redoc", "/openapi.json", "/gradio_api/openapi.json", "/gradio_api/info", "/monitoring"),
        *("/gradio_api/file=/etc/passwd", "/gradio_api/file/etc/passwd", "/gradio_api/proxy=http://evil.example/"),
        *("/gradio_api/vibe-edit", "/gradio_api/run/ask", "/gradio_api/call/ask", "/gradio_api/component_server"),
        *("/gradio_api/runs", "/gradio_api/dev/reload", "/gradio_api/token", "/static/../../secret", "/svelte/x"),
        *("/gradio_api/stream/x", "/gradio_api/process_recording", "/gradio_api/deep_link", "/pwa_icon", "/mcp/x"),
        *("/gradio_api/custom_component/a/client/b/c.js", "//evil.example/", "/byline/../web.py", "/favicon.ico/x"),
    ],
)
def test_addresses_that_the_page_does_not_use_do_not_exist(path: str) -> None:
    assert call(path).status == 404


@pytest.mark.parametrize(
    ("path", "options"),
    [
        ("/", {}),
        ("/nothing", {}),
        ("/", {"host": "evil.example"}),
        ("/api/ask", {"method": "POST", "body": [b"x" * (MAX_BODY + 1)]}),
    ],
)
def test_every_response_has_the_headers_once(path: str, options: dict[str, Any]) -> None:
    reply = call(path, **options)
    for name, value in HEADERS:
        assert [v for n, v in reply.pairs if n == name] == [value]
    assert reply.headers["cache-control"] == "no-store"
    assert "script-src 'self' 'unsafe-inline';" in reply.headers["content-security-policy"]
    assert "unsafe-eval" not in reply.headers["content-security-policy"]


def test_built_files_may_be_kept_by_the_browser() -> None:
    assert "cache-control" not in call("/assets/index-1.js").headers


@pytest.mark.parametrize("announced", [True, False])
def test_long_bodies_end_with_413_while_they_arrive(announced: bool) -> None:
    chunks = [b"x" * 30_000] * 3
    headers = [("content-length", "90000")] if announced else []
    reply = call("/api/ask", "POST", headers, chunks)
    assert reply.status == 413
    assert "64,000 bytes" in json.loads(reply.body)["error"]
    assert call("/gradio_api/upload", "POST", headers, chunks).body == b"90000"
    assert call("/gradio_api/upload", "POST", [], [b"x" * 90_000] * 3).status == 413


@pytest.mark.parametrize("length", ["-1", "1e9", "99999999999", "x", "+5"])
def test_odd_lengths_are_refused(length: str) -> None:
    assert call("/api/ask", "POST", [("content-length", length)]).status == 413


def test_an_application_that_answers_early_keeps_its_answer() -> None:
    async def early(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 418, "headers": []})
        await send({"type": "http.response.body", "body": b"early"})
        while (await receive())["type"] != "http.disconnect":
            pass

    reply = call("/api/ask", "POST", body=[b"x" * 50_000] * 3, app=early)
    assert (reply.status, reply.body) == (418, b"early")


def test_full_inbox_refuses_uploads_only() -> None:
    assert call("/gradio_api/upload", "POST", upload_room=lambda: False).status == 503
    assert call("/api/health", upload_room=lambda: False).status == 200


def test_web_sockets_are_not_spoken() -> None:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(Guard(echo, OURS, max_upload=1)({"type": "websocket"}, send, send))  # type: ignore[arg-type]
    assert sent == []


def test_a_login_covers_rest_and_tools() -> None:
    async def login(header: str) -> bool:
        return header == "Basic good"

    for path in ("/api/ask", "/api/health", "/mcp"):
        reply = call(path, "POST", login=login)
        assert reply.status == 401
        assert reply.headers["www-authenticate"].startswith("Basic")
        assert call(path, "POST", [("authorization", "Basic good")], login=login).status == 200
    assert call("/", login=login).status == 200  # the page has its own login form


def test_bound_to_every_address_only_literal_addresses_and_own_names_pass() -> None:
    wide = Hosts.bound_to("0.0.0.0", 7860)
    assert call(host="192.168.1.5:7860", hosts=wide).status == 200
    assert call(host="[2001:db8::1]:7860", hosts=wide).status == 200
    assert call(host="evil.example:7860", hosts=wide).status == 403
    assert call(host="192.168.1.5:80", hosts=wide).status == 403
    assert Hosts.bound_to("news.example", 80).allow("news.example")


def test_loopback_and_wildcard() -> None:
    assert all(map(is_loopback, ["127.0.0.1", "127.9.9.9", "::1", "[::1]", "localhost"]))
    assert not any(map(is_loopback, ["0.0.0.0", "::", "192.168.1.5", "example.org", "", "localhost.evil.example"]))
    assert all(map(is_wildcard, ["0.0.0.0", "::", ""]))
    assert not is_wildcard("127.0.0.1")


def accounts_file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "accounts"
    path.write_text(text, encoding="utf-8")
    return path


def test_accounts_are_read_and_known(tmp_path: Path) -> None:
    accounts = Accounts.read(accounts_file(tmp_path, "# who may\n\nada:pass:word\n bo : x y\n"))
    assert accounts.know("ada", "pass:word")
    assert accounts.know("bo", " x y")
    assert not accounts.know("ada", " x y")  # another user's password
    assert not accounts.know("ada", "")
    assert not accounts.know("# who may", "")


@pytest.mark.parametrize("text", ["", "# none\n", "ada\n", ":x\n", "ada:\n", "ada:secret-1\nada:secret-2\n"])
def test_bad_accounts_are_refused_without_telling_a_password(tmp_path: Path, text: str) -> None:
    with pytest.raises(ServeError) as caught:
        Accounts.read(accounts_file(tmp_path, text))
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_unreadable_accounts_are_refused(tmp_path: Path) -> None:
    binary = tmp_path / "binary"
    binary.write_bytes(b"\xff\xfe\x00a:b")
    for path in (tmp_path / "absent", tmp_path, binary):
        with pytest.raises(ServeError, match="user:password"):
            Accounts.read(path)


@pytest.mark.parametrize(
    "header", ["", "Basic", "Basic !!!", "Bearer YTpi", "Basic YTo=", "Basic " + "A" * 5000, "Basic /w=="]
)
def test_bad_basic_headers_open_nothing(header: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.access.FAILURE_DELAY", 0)
    accounts = Accounts({"a": "b"})
    assert not asyncio.run(accounts.open_basic(header))
    assert asyncio.run(accounts.open_basic("Basic YTpi"))
