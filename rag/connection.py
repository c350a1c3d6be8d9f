"""The HTTP connection to a language model: one host, no redirects, a body that has an end.

What is said over it is `rag.generation`'s.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from documents.errors import GenerationModelError

if TYPE_CHECKING:
    import httpx


def open_connection(base_url: str, *, timeout_s: float, max_bytes: int) -> httpx.Client:
    """Return a client for `base_url` whose replies fail beyond `max_bytes`; the caller closes it.

    The environment's proxy is used, but never for this machine. Redirects are not followed.
    """
    import httpx

    return httpx.Client(
        timeout=timeout_s,
        follow_redirects=False,
        trust_env=not _is_loopback(base_url),
        headers={"Accept-Encoding": "identity"},
        event_hooks={"response": [lambda response: _limit(response, max_bytes)]},
    )


def _limit(response: httpx.Response, limit: int) -> None:
    """Make reading the body of `response` fail beyond `limit` bytes, and refuse packed ones, which hide their size."""
    import httpx

    if response.headers.get("content-encoding", "identity").lower() not in ("", "identity"):
        raise GenerationModelError("a packed reply that was not asked for")
    inner = cast("httpx.SyncByteStream", response.stream)

    class Limited(httpx.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            received = 0
            for chunk in inner:
                received += len(chunk)
                if received > limit:
                    raise GenerationModelError("a reply without end")
                yield chunk

        def close(self) -> None:
            inner.close()

    response.stream = Limited()


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
