"""The process that parses files for `documents.formats.isolation`: ``python -m documents.formats.isolation_worker``.

Takes one file after the other from standard input, a line of JSON and the file's bytes, and sends what is in it
to standard output. Ends when its input does, when a file takes too long or too much, and when it has had nothing
to do for a while, so that it never outlives whoever started it by much.
"""

from __future__ import annotations

import json
import os
import select
import signal
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, BinaryIO

from documents.errors import ReadingError
from documents.formats.isolation import TOO_BIG, enter_worker, packed
from documents.formats.items import Item
from documents.sources import ReadOptions

IDLE_SECONDS = 60.0
"""Then a worker ends; what it held serves nobody."""

Parse = Callable[[str, bytes, ReadOptions, int], Iterable[Item | ReadingError]]


def serve(parse: Parse, requests: BinaryIO, answers: BinaryIO) -> None:
    """Parse the files that come until no more do.

    Args:
        parse: Yields what is in a file of a kind.
        requests: Where files come from.
        answers: Where what is in them goes.
    """
    _send(answers, b"ready")
    while _is_wanted(requests) and (line := requests.readline()):
        head = json.loads(line)
        data = requests.read(head["size"])
        if len(data) < head["size"]:
            return
        _limit_time(head["seconds"])
        _limit_memory(head["memory"])
        try:
            answer = _answer(parse, head, data)
        except MemoryError:
            os._exit(TOO_BIG)  # nothing that needs memory can be done any more
        _limit_time(0)
        _send(answers, answer)


def _is_wanted(requests: BinaryIO) -> bool:
    """Return whether something comes before this process has been idle for too long."""
    if os.name != "posix":
        return True
    return bool(select.select([requests], [], [], IDLE_SECONDS)[0])


def _answer(parse: Parse, head: dict[str, Any], data: bytes) -> bytes:
    entries: list[Item | ReadingError] = []
    try:
        entries.extend(parse(head["kind"], data, ReadOptions(**head["options"]), head["depth"]))
    except ReadingError as error:
        return packed(entries, error)
    return packed(entries)


def _send(answers: BinaryIO, answer: bytes) -> None:
    answers.write(len(answer).to_bytes(8, "big"))
    answers.write(answer)
    answers.flush()


def _limit_time(seconds: float) -> None:
    """Have the system end this process after some seconds, or not when 0; it does so even when its parent is gone."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)


def _limit_memory(more: int) -> None:
    """Let this process take so many bytes more than it has, where the system knows such limits."""
    try:
        import resource

        has = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
        _, most = resource.getrlimit(resource.RLIMIT_AS)
        wanted = has + more
        resource.setrlimit(resource.RLIMIT_AS, (wanted if most < 0 else min(wanted, most), most))
    except (ImportError, OSError, ValueError):
        return


def main() -> None:
    """Serve on standard input and output."""
    if hasattr(signal, "SIGALRM"):
        signal.signal(signal.SIGALRM, signal.SIG_DFL)  # whoever started us may have blocked it
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGALRM})
    enter_worker()
    from documents.formats.dispatch import items_in_bytes

    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # a parser that prints spoils no answer
    serve(items_in_bytes, requests, answers)


if __name__ == "__main__":
    main()
