"""The REST interface: ``POST /api/ask`` and ``GET /api/health``, with the same checks as the page.

The answer is the JSON of `Answer.to_dict`, as everywhere. Who may call is decided in `ui.guards`.
"""

from __future__ import annotations

import json
import logging
import threading
from typing import Any

from fastapi import FastAPI, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from documents.errors import BylineError, RequestError
from ui.desk import Desk, checked_query
from ui.rendering import one_line

log = logging.getLogger("byline.web")

KEYS = {"question", "outlets", "since", "until"}


class Busy(BylineError):
    """Too many questions at once; the sender may try again."""


class Counter:
    """Answers questions that belong to no conversation: so many at once, so many waiting, the rest refused.

    Args:
        desk: What answers.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._places = threading.Semaphore(desk.settings.concurrency)
        self._waiting = threading.Semaphore(desk.settings.concurrency + desk.settings.queue_size)

    def answer(
        self, question: object, outlets: object = (), since: object = None, until: object = None
    ) -> dict[str, Any]:
        """Return the answer as JSON types.

        Raises:
            RequestError: the request cannot be worked with.
            Busy: too many wait already.
        """
        query = checked_query(question, outlets, since, until)
        if not self._waiting.acquire(blocking=False):
            raise Busy("Too many questions at once; try again in a moment")
        try:
            with self._places:
                return self._desk.answer_once(query).to_dict()
        finally:
            self._waiting.release()


def add_api(app: FastAPI, desk: Desk) -> None:
    """Add the two addresses to `app`."""
    counter = Counter(desk)

    async def ask(request: Request) -> JSONResponse:
        try:
            body = _body(await request.body())
            return JSONResponse(await run_in_threadpool(counter.answer, **body))
        except RequestError as error:
            return _failed(400, one_line(str(error)))
        except Busy as error:
            return _failed(503, str(error))
        except BylineError as error:
            log.warning("a question by REST failed: %s", one_line(str(error)))
            return _failed(500, one_line(str(error)))

    def health() -> dict[str, Any]:
        counts = desk.collection.store.counts()
        return {
            "status": "ok",
            "articles": counts.articles,
            "passages": counts.passages,
            "notices": desk.notices(),
            "answered_by": desk.settings.llm if desk.endpoint else "extractive",
        }

    app.add_api_route("/api/ask", ask, methods=["POST"], response_model=None)
    app.add_api_route("/api/health", health, methods=["GET"], response_model=None)


def _body(raw: bytes) -> dict[str, Any]:
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        raise RequestError("Expected a JSON object with a question, got something else; mend it") from None
    if not isinstance(body, dict) or not set(body) <= KEYS or "question" not in body:
        raise RequestError(f"Expected a JSON object with question and at most {', '.join(sorted(KEYS))}; mend it")
    return body


def _failed(status: int, sentence: str) -> JSONResponse:
    return JSONResponse({"error": sentence}, status_code=status)
