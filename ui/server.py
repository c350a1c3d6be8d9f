"""The application behind the page: FastAPI with gradio mounted, the REST interface and, if wanted, the tool protocol.

Everything is wrapped in `ui.guards.Guard`. Starting and stopping it is `ui.web`.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gradio as gr
import uvicorn
from fastapi import FastAPI, Response

from ui.access import Accounts
from ui.api import add_api
from ui.desk import Desk
from ui.guards import Guard, Hosts
from ui.page import HEAD, TITLE, build_page
from ui.theme import newsroom_theme
from ui.uploads import received_only

HERE = Path(__file__).parent
CLOSED: dict[str, Any] = {"docs_url": None, "redoc_url": None, "openapi_url": None}
"""No generated documentation pages: they load scripts from elsewhere."""
ROOM_FOR_UPLOADS = 500_000_000
"""Most bytes of received files lying in the inbox at once."""
FILES_AT_ONCE = 5
"""One upload request may carry this many files of the largest size."""


def create_app(desk: Desk, hosts: Hosts, *, inbox: Path, accounts: Accounts | None = None, mcp: bool = False) -> Guard:
    """Return the guarded ASGI application.

    Args:
        desk: What it serves.
        hosts: The names it answers to.
        inbox: Folder of received files; the environment's ``GRADIO_TEMP_DIR`` must name it.
        accounts: Who may log in; None asks nobody.
        mcp: Whether to offer the tool protocol at ``/mcp``.
    """
    lifespan = None
    tools: Any = None
    if mcp:
        from ui.tools import tool_server

        tools = tool_server(desk)
        lifespan = tools.lifespan
    app = FastAPI(title=TITLE, lifespan=lifespan, **CLOSED)
    _add_files(app)
    add_api(app, desk)
    if tools is not None:
        app.router.routes.extend(tools.routes)
    largest = desk.settings.max_upload_mb * 1_000_000
    page = build_page(desk, inbox)
    gr.mount_gradio_app(
        app,
        page,
        path="/",
        server_name="127.0.0.1",
        server_port=hosts.port,
        footer_links=[],
        run_history=False,
        app_kwargs=dict(CLOSED),
        auth=accounts.log_in if accounts else None,
        allowed_paths=[],
        show_error=True,
        max_file_size=largest,
        ssr_mode=False,
        enable_monitoring=False,
        pwa=False,
        mcp_server=False,
        theme=newsroom_theme(),
        head=HEAD,
    )
    # Gradio checks the paths that events name only in a page that says it was launched; mounting does not say so.
    page.has_launched = True
    return Guard(
        app,
        hosts,
        max_upload=FILES_AT_ONCE * largest + 1_000_000,
        tidy_event=lambda body: received_only(body, inbox),
        upload_room=lambda: _bytes_under(inbox) < ROOM_FOR_UPLOADS,
        login=accounts.open_basic if accounts else None,
    )


class ReadyServer(uvicorn.Server):
    """A server that says when it can be reached.

    Args:
        app: The guarded application.
        ready: Called once, when requests are accepted.
    """

    def __init__(self, app: Guard, ready: Callable[[], None]) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                log_level="warning",
                access_log=False,  # what is asked, and from where, is nobody's business
                server_header=False,
                proxy_headers=False,
                ws="none",
                timeout_graceful_shutdown=3,
            )
        )
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start accepting requests, then say so."""
        await super().startup(sockets)
        if self.started:
            self._ready()


def _add_files(app: FastAPI) -> None:
    """Serve the page's own files from memory: no request ever names a path on disk."""
    served = {
        "/byline/page.css": ((HERE / "page.css").read_bytes(), "text/css; charset=utf-8"),
        "/byline/page.js": ((HERE / "page.js").read_bytes(), "text/javascript; charset=utf-8"),
        "/favicon.ico": ((HERE / "favicon.svg").read_bytes(), "image/svg+xml"),
        "/manifest.json": (b'{"name": "Byline", "start_url": "./", "display": "browser"}', "application/manifest+json"),
    }
    for path, (content, media_type) in served.items():
        app.add_api_route(path, _file(content, media_type), methods=["GET"], include_in_schema=False)


def _file(content: bytes, media_type: str) -> Any:
    async def send() -> Response:
        return Response(content, media_type=media_type)

    return send


def _bytes_under(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.stat().st_size
        except OSError:  # gone meanwhile
            continue
    return total
