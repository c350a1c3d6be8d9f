"""A real HTTP server on a free loopback port that speaks the OpenAI chat protocol, streaming included, for tests.

It answers with the next scripted reply, in pieces of a chosen size, or misbehaves in a chosen way. It is no
model and knows nothing of passages; a test that needs their keys reads them from the last request.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class _Http(ThreadingHTTPServer):
    owner: LLMServer

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is what many tests are about."""


Script = str | Callable[[dict[str, Any]], str]

MISBEHAVIOURS = (
    "slow_start",
    "drip",
    "silent",
    "status_500",
    "status_400",
    "status_429",
    "status_401",
    "redirect",
    "cut_off",
    "cut_off_reset",
    "empty",
    "endless",
    "one_huge_line",
    "html",
    "bad_json",
    "wrong_shape",
    "null_chunk",
    "error_event",
    "gzip",
    "no_finish",
)


class LLMServer:
    """The server and what it was asked.

    Attributes:
        requests: The bodies of the chat requests, oldest first.
        headers: Their headers.
        script: The replies to give, one a request; the last one again and again.
        misbehaviour: One of `MISBEHAVIOURS`, or None.
        piece: Characters a streamed piece.
        finish: The finish reason of a complete reply.
        usage: What it says it counted, for requests that ask it to count; None for a server that never does.
        refuses: The HTTP status with which it refuses a request that asks it to count; None for one that does not.
        delay: Seconds after which it refuses so.
    """

    def __init__(self, script: list[Script], *, misbehaviour: str | None = None, piece: int = 5) -> None:
        self.script = script
        self.misbehaviour = misbehaviour
        self.piece = piece
        self.finish = "stop"
        self.usage: dict[str, Any] | None = None
        self.refuses: int | None = None
        self.delay = 0.0
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.other_paths: list[str] = []
        self.stopping = threading.Event()
        self._http = _Http(("127.0.0.1", 0), _Handler)
        self._http.owner = self
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    @property
    def spec(self) -> str:
        return f"test-model@http://127.0.0.1:{self._http.server_address[1]}/v1"

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self.stopping.set()
        self._http.shutdown()
        self._http.server_close()

    def reply(self, request: dict[str, Any]) -> str:
        entry = self.script[min(len(self.requests), len(self.script)) - 1]
        return entry if isinstance(entry, str) else entry(request)


@contextmanager
def llm_server(*script: Script, misbehaviour: str | None = None, piece: int = 5) -> Iterator[LLMServer]:
    server = LLMServer(list(script) or [""], misbehaviour=misbehaviour, piece=piece)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def passages_asked(request: dict[str, Any]) -> dict[str, str]:
    """Return key -> text of the passages in a request's prompt, read as a model would read them."""
    prompt = request["messages"][-1]["content"]
    blocks = re.findall(r"<<< passage (\w+)\nkey: (\w+)\n.*?\ntext:\n(.*?)\n>>> end \1", prompt, re.DOTALL)
    return {key: text for _, key, text in blocks}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Http

    @property
    def owner(self) -> LLMServer:
        return self.server.owner

    def log_message(self, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        self.owner.other_paths.append(self.path)
        self._plain(404, "nothing here")

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path != "/v1/chat/completions":
            self.owner.other_paths.append(self.path)
            self._plain(404, "nothing here")
            return
        self.owner.requests.append(body)
        self.owner.headers.append({k.lower(): v for k, v in self.headers.items()})
        try:
            if self.owner.refuses and "stream_options" in body:
                self.owner.stopping.wait(self.owner.delay)
                self._json(self.owner.refuses, {"error": {"message": "Unrecognized request argument: stream_options"}})
                return
            getattr(self, f"_{self.owner.misbehaviour or 'well'}")(body)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    # -- behaving

    def _well(self, body: dict[str, Any]) -> None:
        text = self.owner.reply(body)
        if not body.get("stream"):
            message = {"role": "assistant", "content": text}
            self._json(200, {"id": "1", "object": "chat.completion", "created": 1, "model": "m",
                             "choices": [{"index": 0, "message": message, "finish_reason": self.owner.finish}]})  # fmt: skip
            return
        self._open()
        self._event(_chunk({"role": "assistant", "content": ""}))
        for at in range(0, len(text), self.owner.piece):
            self._event(_chunk({"content": text[at : at + self.owner.piece]}))
        self._event(_chunk({}, self.owner.finish))
        if self.owner.usage and (body.get("stream_options") or {}).get("include_usage"):
            self._event({**_chunk({}), "choices": [], "usage": self.owner.usage})
        self._done()

    # -- misbehaving

    def _slow_start(self, body: dict[str, Any]) -> None:
        self.owner.stopping.wait(30)

    _silent = _slow_start

    def _drip(self, body: dict[str, Any]) -> None:
        self._open()
        while not self.owner.stopping.wait(0.1):
            self._event(_chunk({"content": "so "}))

    def _status_500(self, body: dict[str, Any]) -> None:
        self._json(500, {"error": {"message": "boom sk-canary"}})

    def _status_400(self, body: dict[str, Any]) -> None:
        self._json(400, {"error": {"message": "this model's context is too short"}})

    def _status_401(self, body: dict[str, Any]) -> None:
        self._json(401, {"error": {"message": f"Incorrect API key provided: {self.headers['Authorization']}"}})

    def _status_429(self, body: dict[str, Any]) -> None:
        self._json(429, {"error": {"message": "slow down"}}, {"Retry-After": "50"})

    def _redirect(self, body: dict[str, Any]) -> None:
        self._json(307, {}, {"Location": f"http://127.0.0.1:{self.server.server_address[1]}/elsewhere"})

    def _cut_off(self, body: dict[str, Any]) -> None:
        self._open()
        text = self.owner.reply(body)
        self._event(_chunk({"content": text[: len(text) // 2]}))
        self.close_connection = True  # the last chunk of the body never comes

    def _cut_off_reset(self, body: dict[str, Any]) -> None:
        import socket
        import struct

        self._open()
        self._event(_chunk({"content": self.owner.reply(body)[:10]}))
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True

    def _no_finish(self, body: dict[str, Any]) -> None:
        self._open()
        self._event(_chunk({"content": self.owner.reply(body)}))
        self._end()

    def _empty(self, body: dict[str, Any]) -> None:
        self._open()
        self._event(_chunk({}, "stop"))
        self._done()

    def _endless(self, body: dict[str, Any]) -> None:
        self._open()
        for _ in range(10_000):
            self._event(_chunk({"content": "and so on " * 100}))
        self._done()

    def _one_huge_line(self, body: dict[str, Any]) -> None:
        self._open()
        self._event(_chunk({"content": "x" * 10_000_000}))
        self._done()

    def _html(self, body: dict[str, Any]) -> None:
        self._plain(200, "<html><body><h1>It works!</h1></body></html>", "text/html")

    def _bad_json(self, body: dict[str, Any]) -> None:
        self._open()
        self._write(b'data: {"choices": [{"delta": {"content": \n\n')
        self._done()

    def _wrong_shape(self, body: dict[str, Any]) -> None:
        self._open()
        self._write(b'data: {"answer": "hello"}\n\n')
        self._done()

    def _null_chunk(self, body: dict[str, Any]) -> None:
        self._open()
        self._write(b"data: null\n\ndata: []\n\n")
        self._done()

    def _error_event(self, body: dict[str, Any]) -> None:
        self._open()
        self._write(b'data: {"error": {"message": "model crashed", "code": 500}}\n\n')
        self._done()

    def _gzip(self, body: dict[str, Any]) -> None:
        import gzip

        packed = gzip.compress(b"data: " + b" " * 50_000_000)
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(packed)))
        self.end_headers()
        self.wfile.write(packed)

    # -- writing

    def _open(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()

    def _write(self, data: bytes) -> None:
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()

    def _event(self, data: dict[str, Any]) -> None:
        self._write(b"data: " + json.dumps(data).encode() + b"\n\n")

    def _done(self) -> None:
        self._write(b"data: [DONE]\n\n")
        self._end()

    def _end(self) -> None:
        self.wfile.write(b"0\r\n\r\n")

    def _plain(self, status: int, text: str, kind: str = "text/plain") -> None:
        data = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _json(self, status: int, data: dict[str, Any], headers: dict[str, str] | None = None) -> None:
        body = json.dumps(data).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _chunk(delta: dict[str, str], finish: str | None = None) -> dict[str, Any]:
    return {
        "id": "1",
        "object": "chat.completion.chunk",
        "created": int(time.time()),
        "model": "test-model",
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
    }
