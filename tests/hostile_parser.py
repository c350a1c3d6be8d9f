"""A worker whose parsers misbehave, for the tests of `documents.formats.isolation`: the kind says how."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator

from documents.assembly import RawArticle
from documents.errors import ReadingError
from documents.formats.isolation_worker import serve
from documents.formats.items import Item
from documents.sources import ReadOptions


def parse(kind: str, data: bytes, options: ReadOptions, depth: int) -> Iterator[Item | ReadingError]:
    yield Item("item 1", 7, RawArticle(text=data.decode(), senders=("a", "b"), page_names=("c",)))
    if kind == "loop":
        while True:
            pass
    if kind == "deaf":
        signal.signal(signal.SIGALRM, signal.SIG_IGN)
        while True:
            time.sleep(60)
    if kind == "allocate":
        yield Item("item 2", None, RawArticle(text=str(len(b"x" * 2_000_000_000))))
    if kind == "crash":
        os.kill(os.getpid(), signal.SIGSEGV)
    if kind == "leave":
        os._exit(0)
    if kind == "bad":
        yield ReadingError("expected good, got bad", code="bad", line=3)
        raise ReadingError("expected more, got less", code="cut", line=4)
    if kind == "who":
        yield Item(str(os.getpid()), depth, RawArticle(text=repr(options)), alone=True)


if __name__ == "__main__":
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr
    serve(parse, requests, answers)
