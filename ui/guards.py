"""What stands between the network and the page: addresses, origins, paths, sizes and response headers.

`Guard` wraps the whole ASGI application, so that every response passes it, errors included. It
knows nothing of what the page does. Who may log in is `ui.access`.
"""

from __future__ import annotations

import ipaddress
import json
import re
import socket
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import ClientDisconnect

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; media-src 'self' blob:; font-src 'self' data:; connect-src 'self'; "
    "frame-src 'none'; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)

HEADERS: tuple[tuple[str, str], ...] = (
    ("content-security-policy", CONTENT_SECURITY_POLICY),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
)
"""Set on every response, over whatever the application set."""

PAGE_PATHS = re.compile(
    r"/|/(?:config|login|logout|theme\.css|favicon\.ico|manifest\.json|robots\.txt)/?"
    r"|/(?:assets|static|byline)/[\w./-]+"
    r"|/api/(?:ask|health)|/mcp"
    r"|/gradio_api/(?:queue/join|queue/data|upload|upload_progress|startup-events|cancel|reset|user|login_check"
    r"|heartbeat/[\w-]+)/?"
)
"""Every address that the page, the REST interface and the tool protocol use; anything else does not exist."""

CACHEABLE = re.compile(r"/(?:assets|static)/.*")
UPLOAD_PATH = "/gradio_api/upload"
JOIN_PATH = "/gradio_api/queue/join"

MAX_BODY = 64_000
"""Bytes of any request but an upload: a question of 8,000 characters in JSON, whatever its script."""


@dataclass(frozen=True, slots=True)
class Hosts:
    """The names under which the page may be asked for.

    A page on a foreign name whose address is changed to this machine's (DNS rebinding) still sends the
    foreign name: refusing unknown names refuses it. A literal address cannot be rebound.
    """

    names: frozenset[str]
    port: int
    any_address: bool = False
    """Bound to every address: any literal address of the machine is fine."""

    @classmethod
    def bound_to(cls, host: str, port: int) -> Hosts:
        """Return the names for a server bound to `host`: its own, and the ways to say this machine."""
        names = {"127.0.0.1", "localhost", "::1", host.strip("[]").lower()}
        wildcard = is_wildcard(host)
        if wildcard:
            own = socket.gethostname().lower()
            names |= {own, f"{own}.local"}
        return cls(frozenset(names), port, wildcard)

    def allow(self, authority: str) -> bool:
        """Return whether `authority` (``host:port`` as in a Host header) names this server."""
        try:
            parts = urlsplit(f"//{authority}")
            host, port = (parts.hostname or "").lower(), parts.port
        except ValueError:
            return False
        if not re.fullmatch(r"[\w.-]+(:[0-9]+)?|\[[0-9A-Fa-f:.]+\](:[0-9]+)?", authority, re.ASCII):
            return False
        if (port or 80) != self.port:
            return False
        return host in self.names or (self.any_address and _is_address(host))

    def allow_origin(self, origin: str) -> bool:
        """Return whether a page of `origin` is this server's own page."""
        scheme, separator, authority = origin.partition("://")
        return separator == "://" and scheme in ("http", "https") and self.allow(authority)


def is_loopback(host: str) -> bool:
    """Return whether binding to `host` leaves the page reachable from this machine only."""
    if host.strip("[]").lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def is_wildcard(host: str) -> bool:
    """Return whether `host` means every address of the machine."""
    try:
        return host == "" or ipaddress.ip_address(host.strip("[]")).is_unspecified
    except ValueError:
        return False


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


class Guard:
    """An ASGI application that lets through what may pass, with the headers that every response needs.

    Args:
        app: The application.
        hosts: The names it answers to.
        max_upload: Most bytes of one upload request.
        upload_room: Returns whether there is room for another upload.
        tidy_event: Returns the body of an event as it may be handed on, or None to refuse it.
        login: Returns whether the ``Authorization`` header of an API request opens it; None needs none.
    """

    def __init__(
        self,
        app: App,
        hosts: Hosts,
        *,
        max_upload: int,
        upload_room: Callable[[], bool] = lambda: True,
        tidy_event: Callable[[bytes], bytes | None] = lambda body: body,
        login: Callable[[str], Awaitable[bool]] | None = None,
    ) -> None:
        self._app = app
        self._hosts = hosts
        self._max_upload = max_upload
        self._upload_room = upload_room
        self._tidy_event = tidy_event
        self._login = login

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or hand it on."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            return  # there are no web sockets here; the server closes the connection
        path = scope["path"]
        sending = _with_headers(send, cacheable=CACHEABLE.fullmatch(path) is not None)
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        refusal = self._refusal(scope, path, headers) or await self._locked(path, headers)
        if refusal:
            await _refuse(sending, *refusal)
            return
        limit = self._max_upload if path.rstrip("/") == UPLOAD_PATH else MAX_BODY
        app = self._event if path.rstrip("/") == JOIN_PATH else self._app
        await _limited(app, scope, receive, sending, limit, headers.get("content-length"))

    async def _event(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand an event on with its body as `tidy_event` returns it."""
        parts, more = [], True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            parts.append(message.get("body", b""))
            more = message.get("more_body", False)
        body = self._tidy_event(b"".join(parts))
        if body is None:
            await _refuse(send, 403, "Expected an event of this page, got something else; reload the page")
            return
        kept = [pair for pair in scope["headers"] if pair[0].lower() not in (b"content-length", b"content-encoding")]
        scope = {**scope, "headers": [*kept, (b"content-length", str(len(body)).encode())]}
        waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

        async def replay() -> Message:
            return waiting.pop() if waiting else await receive()

        await self._app(scope, replay, send)

    def _refusal(self, scope: Scope, path: str, headers: dict[str, str]) -> tuple[int, str] | None:
        if sum(name.lower() == b"host" for name, _ in scope["headers"]) != 1 or not self._hosts.allow(headers["host"]):
            return 403, "This server does not go by that name; open it at the address it printed when it started"
        if "origin" in headers and not self._hosts.allow_origin(headers["origin"]):
            return 403, "Requests from other pages are refused; open this page itself"
        opening = scope["method"] in ("GET", "HEAD") and headers.get("sec-fetch-mode") == "navigate"
        if headers.get("sec-fetch-site") in ("cross-site", "same-site") and not opening:
            return 403, "Requests from other pages are refused; open this page itself"
        if not PAGE_PATHS.fullmatch(path) or ".." in path:
            return 404, "There is nothing at this address"
        if path.rstrip("/") == UPLOAD_PATH and not self._upload_room():
            return 503, "There is no room for more uploads now; try again in an hour"
        return None

    async def _locked(self, path: str, headers: dict[str, str]) -> tuple[int, str] | None:
        if self._login is None or not path.startswith(("/api/", "/mcp")):
            return None
        if await self._login(headers.get("authorization", "")):
            return None
        return 401, "A user name and password are needed"


def _with_headers(send: Send, *, cacheable: bool) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            ours = dict(HEADERS) if cacheable else {**dict(HEADERS), "cache-control": "no-store"}
            kept = [
                (name, value)
                for name, value in message.get("headers", ())
                if name.decode("latin-1").lower() not in ours
            ]
            message = {
                **message,
                "headers": [*kept, *((name.encode(), value.encode()) for name, value in ours.items())],
            }
        await send(message)

    return sending


async def _refuse(send: Send, status: int, sentence: str) -> None:
    body = json.dumps({"error": sentence}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    if status == 401:
        headers.append((b"www-authenticate", b'Basic realm="Byline", charset="UTF-8"'))
    if status == 413:
        headers.append((b"connection", b"close"))  # the rest of the body is not read
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _limited(app: App, scope: Scope, receive: Receive, send: Send, limit: int, announced: str | None) -> None:
    """Hand a request on, but end it with 413 as soon as its body is longer than `limit`, announced or not."""
    sentence = f"Expected at most {limit:,} bytes, got more; send less at once"
    if announced is not None and (not announced.isdigit() or int(announced) > limit):
        await _refuse(send, 413, sentence)
        return
    received = 0
    over = started = False

    async def receiving() -> Message:
        nonlocal received, over
        if over:
            return {"type": "http.disconnect"}
        message = await receive()
        received += len(message.get("body", b""))
        if received > limit:
            over = True
            return {"type": "http.disconnect"}  # to the application it looks as if the sender had gone
        return message

    async def sending(message: Message) -> None:
        nonlocal started
        if over and not started:
            return  # what the application says to a sender who had gone
        started = True
        await send(message)

    try:
        await app(scope, receiving, sending)
    except ClientDisconnect:
        if not over:
            raise
    if over and not started:
        await _refuse(send, 413, sentence)
