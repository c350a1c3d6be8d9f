"""The tool protocol (MCP, streamable HTTP at ``/mcp``): one tool, ``ask``, with the answer's usual JSON.

Host, origin, login and size are checked by `ui.guards` before a request arrives here.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any

from fastapi.concurrency import run_in_threadpool
from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.transport_security import TransportSecuritySettings
from mcp.types import ToolAnnotations
from starlette.routing import BaseRoute

from documents.errors import BylineError
from ui.api import Counter
from ui.desk import Desk
from ui.rendering import one_line

PATH = "/mcp"


@dataclass(frozen=True, slots=True)
class ToolServer:
    """The protocol's routes, and the lifespan that they need."""

    routes: list[BaseRoute]
    lifespan: Callable[[Any], AbstractAsyncContextManager[Any]]


def tool_server(desk: Desk) -> ToolServer:
    """Return the tool protocol over `desk`; it keeps no sessions."""
    counter = Counter(desk)
    server = MCPServer(
        name="byline",
        title="Byline",
        instructions=(
            "Answers questions from a collection of news articles. Every citation names the outlet that originated "
            "the quoted words and gives their exact place in the article."
        ),
    )

    async def ask(
        question: str, outlets: list[str] | None = None, since: str | None = None, until: str | None = None
    ) -> dict[str, Any]:
        """Answer a question from the news articles, citing the outlet that originated each passage.

        Args:
            question: The question, at most 8,000 characters.
            outlets: Only passages that these outlets originated.
            since: Only articles published on or after this date, YYYY-MM-DD.
            until: Only articles published on or before this date, YYYY-MM-DD.
        """
        try:
            return await run_in_threadpool(counter.answer, question, outlets, since, until)
        except BylineError as error:
            raise ToolError(one_line(str(error))) from None

    server.add_tool(ask, annotations=ToolAnnotations(read_only_hint=True, open_world_hint=False))
    # The guard in front of the whole application checks Host and Origin with the port that is really used.
    app = server.streamable_http_app(
        streamable_http_path=PATH,
        json_response=True,
        stateless_http=True,
        transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
    )
    return ToolServer(list(app.routes), app.router.lifespan_context)
