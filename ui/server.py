"""The application behind the page: FastAPI with gradio mounted, the REST interface and, if wanted, the tool protocol.

Everything is wrapped in `ui.guards.Guard`. Starting and stopping it is `ui.web`.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr
import uvicorn
from fastapi import FastAPI, Response
from fastapi.responses import FileResponse
from starlette.routing import Mount

from ui.access import Accounts
from ui.api import add_api
from ui.desk import Desk
from ui.evaluation_desk import DOWNLOADS, EvaluationDesk
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


@dataclass(frozen=True, slots=True)
class Application:
    """The guarded application, and how to end the streams that browsers hold open.

    Attributes:
        guard: What a server serves.
        end_streams: Ends them; to be called on the server's event loop.
    """

    guard: Guard
    end_streams: Callable[[], None]


def create_app(
    desk: Desk, hosts: Hosts, *, inbox: Path, accounts: Accounts | None = None, mcp: bool = False
) -> Application:
    """Return the whole application.

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
    evaluations = EvaluationDesk(desk)
    _add_reports(app, evaluations)
    page = build_page(desk, evaluations, inbox)
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
    guard = Guard(
        app,
        hosts,
        max_upload=FILES_AT_ONCE * largest + 1_000_000,
        tidy_event=lambda body: received_only(body, inbox),
        upload_room=lambda: _bytes_under(inbox) < ROOM_FOR_UPLOADS,
        login=accounts.open_basic if accounts else None,
    )
    mounted = [route.app for route in app.routes if isinstance(route, Mount) and isinstance(route.app, gr.routes.App)]

    def end_streams() -> None:
        for each in mounted:
            each.stop_event.set()

    return Application(guard, end_streams)


class ReadyServer(uvicorn.Server):
    """A server that says when it can be reached.

    Args:
        application: What to serve.
        ready: Called once, when requests are accepted.
    """

    def __init__(self, application: Application, ready: Callable[[], None]) -> None:
        super().__init__(
            uvicorn.Config(
                application.guard,
                log_level="warning",
                access_log=False,  # what is asked, and from where, is nobody's business
                server_header=False,
                proxy_headers=False,
                ws="none",
                timeout_graceful_shutdown=3,
            )
        )
        self._application = application
        self._ready = ready
        logging.getLogger("uvicorn.error").addFilter(_is_news)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start accepting requests, then say so."""
        await super().startup(sockets)
        if self.started:
            self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End open streams, then wait a little for the rest."""
        self._application.end_streams()
        await super().shutdown(sockets)


def _is_news(record: logging.LogRecord) -> bool:
    """Return whether a record of the server is worth a line; that it cuts connections when it stops is not."""
    cut = record.exc_info is not None and record.exc_info[0] is asyncio.CancelledError
    return not cut and "timeout graceful shutdown exceeded" not in record.getMessage()


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


def _add_reports(app: FastAPI, evaluations: EvaluationDesk) -> None:
    """Serve the files of evaluations to whoever knows their names, which only the visitor who ran one is told."""

    def send(token: str, name: str) -> Response:
        path = evaluations.file(token, name)
        if path is None or not path.is_file():
            return Response("This report is no longer kept; run the evaluation again", 404, media_type="text/plain")
        return FileResponse(path, media_type=DOWNLOADS[name], filename=name)  # to be saved, not shown on this origin

    app.add_api_route("/byline/reports/{token}/{name}", send, methods=["GET"], response_model=None)


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
