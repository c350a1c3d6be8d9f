"""Files whose parsers may blow up, parsed in a process of its own with a limit of time and of memory.

One worker (`documents.formats.isolation_worker`) serves file after file. What takes too long or too much is given up
and becomes a `ReadingError`; the worker is ended and the next file gets a new one. Which parser reads what is
`documents.formats.dispatch`, which also says what is never sent here: plain text, JSON, tables and small pages.
"""

from __future__ import annotations

import atexit
import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from documents.assembly import RawArticle
from documents.errors import ReadingError
from documents.formats.items import Item
from documents.sources import ReadOptions

SECONDS = 10.0
"""Longest time for one file."""
MEMORY = 500_000_000
"""Bytes of address space that one file may take beyond what the worker has when it begins."""
TAME_PAGE = 32_768
"""Bytes of a web page up to which no page is worth the way to the worker: the worst of them takes a second."""
TOO_BIG = 3
"""Exit status of a worker that ran out of memory while it said so."""
_MOST_FILES = 1_000
"""Then the worker is replaced, since parsers written in C lose memory over time."""
_GRACE = 2.0
"""Seconds that the worker has to end by itself when its time is over."""
_START_SECONDS = 60.0
_WORKER = ("-m", "documents.formats.isolation_worker")


class Worker:
    """A process that parses one file after the other; started when first needed, and again when it has ended.

    Any thread may call it: one file at a time is parsed.
    """

    def __init__(self, arguments: Sequence[str] = _WORKER, seconds: float = SECONDS, memory: int = MEMORY) -> None:
        """Prepare a worker that runs Python with `arguments`, with limits for each file."""
        self._arguments = tuple(arguments)
        self._seconds = seconds
        self._memory = memory
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._answers: queue.Queue[bytes | None] = queue.Queue()
        self._files = 0
        self._owner = 0

    def parse(self, kind: str, data: bytes, options: ReadOptions, depth: int = 0) -> Iterator[Item | ReadingError]:
        """Yield the articles in a file's bytes, and what is wrong with others in it, once all of it is parsed.

        Args:
            kind: What is in it, as `documents.formats.dispatch.items_in_bytes` takes it.
            data: The file's bytes.
            options: How it is read.
            depth: In how many other files it stands.

        Raises:
            ReadingError: with what the parser says, or ``too-slow``, ``too-big`` or ``crashed``.
        """
        head = {
            "kind": kind,
            "size": len(data),
            "depth": depth,
            "options": {**asdict(replace(options, mapping=None)), "mapping": dict(options.mapping or {}) or None},
            "seconds": self._seconds,
            "memory": self._memory,
        }
        with self._lock:
            answer = None
            try:
                answer = self._ask(json.dumps(head).encode() + b"\n", data)
            finally:
                if answer is None:
                    self._end()  # also when interrupted: what it still says would be taken for the next file's
        yield from map(_entry, json.loads(answer))

    def close(self) -> None:
        """End the process, if there is one; a later file starts another."""
        with self._lock:
            self._end()

    def _ask(self, head: bytes, data: bytes) -> bytes:
        """Return the worker's answer about one file; one that had just ended for want of work is replaced."""
        for is_last in (False, True):
            process = self._running()
            self._files += 1
            with suppress(OSError):  # it is gone; how it ended says why
                if process.stdin is not None:
                    process.stdin.write(head)
                    process.stdin.write(data)
                    process.stdin.flush()
            try:
                answer = self._answers.get(timeout=self._seconds + _GRACE)
            except queue.Empty:
                raise self._too_slow() from None
            if answer is not None:
                return answer
            status = process.wait()
            if status or is_last:
                raise self._gone(status)
        raise self._gone(0)

    def _running(self) -> subprocess.Popen[bytes]:
        """Return the worker's process, a new one when there is none that can take a file."""
        if self._process is not None and (self._files >= _MOST_FILES or self._process.poll() is not None):
            self._end()
        return self._process or self._started()

    def _started(self) -> subprocess.Popen[bytes]:
        here = str(Path(__file__).resolve().parents[2])
        paths = [here, *filter(None, [os.environ.get("PYTHONPATH")])]
        command = [sys.executable, "-P", *self._arguments]
        try:
            process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
                start_new_session=True,  # an interrupt at the keyboard is for us, who then end it
            )
        except OSError as error:
            raise ReadingError(
                f"expected to start a process that parses files, got {error.strerror or error!r}; end other programs",
                code="no-worker",
            ) from None
        atexit.unregister(self._at_exit)
        atexit.register(self._at_exit)
        answers: queue.Queue[bytes | None] = queue.Queue()
        threading.Thread(target=_listen, args=(process, answers), name="byline-parser", daemon=True).start()
        self._process, self._answers, self._files, self._owner = process, answers, 0, os.getpid()
        try:
            ready = answers.get(timeout=_START_SECONDS)
        except queue.Empty:
            ready = None
        if ready is None:
            self._end()
            raise ReadingError(
                "expected the process that parses files to begin, got none; install Byline again", code="no-worker"
            )
        return process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            _kill(process)

    def _at_exit(self) -> None:
        """End the process without waiting for a thread that has it parse; a fork ends none but its own."""
        if self._process is not None and self._owner == os.getpid():
            _kill(self._process)

    def _too_slow(self) -> ReadingError:
        return ReadingError(
            f"expected a file that is read within {self._seconds:g} seconds, got one that takes longer; "
            "save the article's text as .txt",
            code="too-slow",
        )

    def _gone(self, status: int) -> ReadingError:
        """Return why the worker ended while it parsed."""
        if status in (-getattr(signal, "SIGALRM", 0), -getattr(signal, "SIGXCPU", 0)) and status:
            return self._too_slow()
        if status == TOO_BIG or status == -getattr(signal, "SIGKILL", 0):  # the latter from a system short of memory
            return ReadingError(
                f"expected a file that is read within {self._memory // 1_000_000:,} MB of memory, got one that needs "
                "more; save the article's text as .txt",
                code="too-big",
            )
        return ReadingError(
            f"expected a file that can be parsed, got one that ends the parser (status {status}); "
            "save the article's text as .txt",
            code="crashed",
        )


_workers: dict[int, Worker] = {}
"""Of this process; a fork, which finds its parent's here, starts its own."""
_within = False


def _worker() -> Worker:
    return _workers.setdefault(os.getpid(), Worker())


def parse_bounded(kind: str, data: bytes, options: ReadOptions, depth: int = 0) -> Iterator[Item | ReadingError]:
    """Yield the articles in a file's bytes as `Worker.parse` does, by the one worker of this process.

    Raises:
        ReadingError: with what the parser says, or ``too-slow``, ``too-big``, ``crashed`` or ``no-worker``.
    """
    return _worker().parse(kind, data, options, depth)


def read_page_bounded(html: str) -> RawArticle:
    """Return the article on a web page as `documents.formats.pages.read_page` does, under limits where it is large.

    Raises:
        ReadingError: with what `read_page` says, or ``too-slow``, ``too-big``, ``crashed`` or ``no-worker``.
    """
    from documents.formats.pages import read_page

    if len(html) <= TAME_PAGE or is_bounded():
        return read_page(html)
    found = next(parse_bounded("html", b"\xef\xbb\xbf" + html.encode("utf-8", "replace"), ReadOptions()))
    if isinstance(found, ReadingError):
        raise found
    return found.raw


def close_worker() -> None:
    """End this process's worker, if there is one; a later file starts another."""
    _worker().close()


def is_bounded() -> bool:
    """Return whether this process is a worker itself, so that what it parses is under limits already."""
    return _within


def enter_worker() -> None:
    """Say that this process is a worker."""
    global _within
    _within = True


def packed(entries: Sequence[Item | ReadingError], end: ReadingError | None = None) -> bytes:
    """Return what a parser found as a worker sends it; `end`: why it read no more."""
    last = [] if end is None else [{"raised": str(end), "code": end.code, "line": end.line}]
    return json.dumps([*map(_plain, entries), *last]).encode()


def _plain(entry: Item | ReadingError) -> dict[str, object]:
    if isinstance(entry, ReadingError):
        return {"error": str(entry), "code": entry.code, "line": entry.line}
    return asdict(entry)


def _entry(values: Mapping[str, Any]) -> Item | ReadingError:
    if "raised" in values:
        raise ReadingError(values["raised"], code=values["code"], line=values["line"])
    if "error" in values:
        return ReadingError(values["error"], code=values["code"], line=values["line"])
    raw: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in values["raw"].items()
    }
    return Item(values["place"], values["line"], RawArticle(**raw), values["alone"])


def _listen(process: subprocess.Popen[bytes], answers: queue.Queue[bytes | None]) -> None:
    """Pass on what a worker sends, and None when it sends no more: pipes cannot be waited for everywhere."""
    if process.stdout is None:
        return
    try:
        while len(head := process.stdout.read(8)) == 8:
            size = int.from_bytes(head, "big")
            answer = process.stdout.read(size)
            if len(answer) < size:
                break
            answers.put(answer)
    except (OSError, ValueError):
        pass  # closed by who ended it
    answers.put(None)


def _kill(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(OSError):  # what was still to be written goes nowhere
                pipe.close()
