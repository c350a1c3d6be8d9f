"""Starts the web page and stops it: address, environment, collection, application, server.

`serve` is the only thing to call. Importing this module imports nothing heavy; the environment is
written inside `serve`, before gradio is imported, and put back when it ends. What is served is
`ui.server`.
"""

from __future__ import annotations

import contextlib
import logging
import os
import socket
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from documents.errors import BylineError, ServeError

if TYPE_CHECKING:
    from index.collection import Collection
    from rag.settings import Settings
    from ui.access import Accounts

log = logging.getLogger("byline.web")

SILENCE = {
    "GRADIO_ANALYTICS_ENABLED": "False",
    "GRADIO_RUN_HISTORY": "False",
    "GRADIO_SSR_MODE": "False",
    "GRADIO_MCP_SERVER": "False",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_OFFLINE": "1",
    "ANONYMIZED_TELEMETRY": "False",
    "DO_NOT_TRACK": "1",
}
"""Keeps gradio and the model libraries from asking anyone anything."""


def serve(
    settings: Settings,
    *,
    host: str = "127.0.0.1",
    port: int = 7860,
    auth: Path | None = None,
    mcp: bool = False,
    open_ready: Callable[[str], None] | None = None,
) -> None:
    """Serve the page until the process is told to stop.

    Args:
        settings: Home folder, language model and limits.
        host: Address to listen on; any but this machine's own needs `auth`.
        port: Port to listen on; 0 takes a free one.
        auth: File of ``user:password`` lines; whoever opens the page must log in.
        mcp: Whether to offer the tool protocol at ``/mcp``.
        open_ready: Called once with the page's address when it can be opened.

    Raises:
        ServeError: the address is not allowed, unknown or taken, or `auth` cannot be read.
        StoreError: the collection cannot be opened.
    """
    accounts = _accounts(host, auth)
    listening = _bind(host, port)
    try:
        with tempfile.TemporaryDirectory(prefix="byline-web-") as room:
            workplace, inbox = Path(room, "empty"), Path(room, "inbox")
            workplace.mkdir()
            inbox.mkdir()
            quiet = {**SILENCE, "GRADIO_TEMP_DIR": str(inbox)}
            if os.environ.get("BYLINE_DOWNLOAD") == "1":
                del quiet["HF_HUB_OFFLINE"]  # the user allows fetching a named encoder
            with _environment(quiet), contextlib.chdir(workplace):
                _run(settings, listening, host, inbox, accounts, mcp, open_ready)
    finally:
        listening.close()


def _accounts(host: str, auth: Path | None) -> Accounts | None:
    from ui.access import Accounts
    from ui.guards import is_loopback

    if auth is not None:
        return Accounts.read(auth)
    if not is_loopback(host):
        raise ServeError(
            f"expected a login for an address that others can reach, got host {host!r} without one; "
            "pass --auth FILE with user:password lines, or leave --host out"
        )
    return None


def _bind(host: str, port: int) -> socket.socket:
    bare = host.strip("[]")
    family = socket.AF_INET6 if ":" in bare else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((bare, port))
        listening.listen(128)
    except (OSError, OverflowError) as error:
        listening.close()
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise ServeError(
            f"expected a free address, got {host}:{port} ({reason}); choose another with --port or stop what uses it"
        ) from None
    return listening


def _run(
    settings: Settings,
    listening: socket.socket,
    host: str,
    inbox: Path,
    accounts: Accounts | None,
    mcp: bool,
    open_ready: Callable[[str], None] | None,
) -> None:
    from rag.pipeline import Chatbot, open_collection
    from ui.desk import Desk
    from ui.guards import Hosts
    from ui.server import ReadyServer, create_app

    port = listening.getsockname()[1]
    collection = open_collection(settings)
    try:
        desk = Desk(settings, collection, lambda: Chatbot(settings, collection=collection))
        app = create_app(desk, Hosts.bound_to(host, port), inbox=inbox, accounts=accounts, mcp=mcp)
        address = f"http://{_shown(host)}:{port}"
        server = ReadyServer(app, lambda: _opened(collection, address, open_ready))
        server.run(sockets=[listening])
    finally:
        collection.close()


def _opened(collection: Collection, address: str, open_ready: Callable[[str], None] | None) -> None:
    """Say that the page can be opened, and make ready behind it what a first question would wait for."""
    threading.Thread(target=_warm_up, args=(collection,), name="warm-up", daemon=True).start()
    if open_ready is not None:
        open_ready(address)


def _warm_up(collection: Collection) -> None:
    try:
        collection.encoder.encode(["ready"])
        collection.repair()
    except BylineError as error:
        log.warning("%s", error)  # a question will say it to whoever asks


def _shown(host: str) -> str:
    """Return the host as it stands in an address that this machine's browser can open."""
    from ui.guards import is_wildcard

    if is_wildcard(host):
        return "127.0.0.1"
    return f"[{host.strip('[]')}]" if ":" in host else host


@contextlib.contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
