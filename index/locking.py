"""One writer at a time: a lock on the collection's folder that names its holder.

The lock is the operating system's, so a holder that died holds nothing. It guards the folder on one
machine; readers never take it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from documents.errors import StoreBusy, StoreError
from index.store_errors import translated

LOCK_NAME = "writer.lock"
HOLDER_NAME = "writer.json"


@contextmanager
def writer_lock(home: Path, purpose: str, timeout: float = 0) -> Iterator[None]:
    """Hold the right to write the collection in `home` for the body; creates the folder.

    Args:
        home: The collection's folder.
        purpose: A word for the holder's message to others, such as "ingest".
        timeout: Seconds to wait for another writer; 0 refuses at once.

    Raises:
        StoreBusy: another writer, in this process or another, holds it; the message names it.
        StoreReadOnly: the folder cannot be written.
        StoreError: the folder cannot be made or locked.
    """
    home = home.absolute()
    with translated(str(home)):
        home.mkdir(parents=True, exist_ok=True)
        # Without a lock by the system, a dead holder would keep others out; then better an error.
        lock = FileLock(home / LOCK_NAME, thread_local=False, fallback_to_soft=False)
        try:
            lock.acquire(timeout=timeout, poll_interval=0.05)
        except Timeout:
            raise StoreBusy(_held(home)) from None
        except NotImplementedError:
            raise StoreError(
                f"expected a disk that can lock files at {home}, got one that cannot; choose another --home"
            ) from None
    holder = home / HOLDER_NAME
    try:
        with translated(str(home)):
            draft = home / f"{HOLDER_NAME}.{os.getpid()}.new"
            draft.write_text(json.dumps(_me(purpose)), encoding="utf-8")
            draft.replace(holder)
        yield
    finally:
        with suppress(OSError):  # only a message; a stale one is never shown while nobody holds the lock
            holder.unlink(missing_ok=True)
        lock.release()


def _me(purpose: str) -> dict[str, str | int]:
    since = datetime.now().astimezone().isoformat(timespec="seconds")
    return {"pid": os.getpid(), "purpose": purpose, "since": since}


def _held(home: Path) -> str:
    try:
        told = json.loads((home / HOLDER_NAME).read_text(encoding="utf-8"))
        who = f"process {int(told['pid'])}, {told['purpose']!s}, since {told['since']!s}"
    except (OSError, ValueError, KeyError, TypeError):
        who = "it has not said which yet"
    return f"expected to be the only writer of {home}, got another one ({who}); wait until it ends, or stop it"
